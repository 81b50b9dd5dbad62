//! Writes a set of files into a folder, all or none.
//!
//! Nothing half-written is seen: every file is made in a staging folder, and only when all are complete do they move
//! to their place. A folder that did not exist appears in one step with everything in it. In a folder that exists,
//! each file is replaced in one step, one after the other, and files of other names stay.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Why a folder of files could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{source}: {path}")]
pub struct FolderError {
    /// What the system said.
    pub source: std::io::Error,
    /// The file or folder it said it of.
    pub path: PathBuf,
}

impl FolderError {
    /// Says which file or folder a fault is about.
    pub fn at(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { source, path: path.clone() }
    }
}

/// Makes a folder, if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn make(dir: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(dir).map_err(FolderError::at(dir))
}

/// Writes files by name into a folder, which is made if it is not there. Returns the paths in order.
///
/// # Errors
/// When the folder cannot be made, or a file cannot be written or moved.
pub fn write_all(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<PathBuf>, FolderError> {
    let staging = Staging::beside(dir)?;
    let places: Vec<PathBuf> = files.iter().map(|(name, _)| dir.join(name)).collect();
    for ((name, bytes), place) in files.iter().zip(&places) {
        // The fault names the file that was asked for, not its place in the staging folder.
        fs::write(staging.path().join(name), bytes).map_err(FolderError::at(place))?;
    }
    staging.publish()?;
    Ok(places)
}

/// Files on their way to a folder. Dropped before [`Staging::publish`], they are removed.
pub struct Staging {
    staged: TempDir,
    target: PathBuf,
    target_exists: bool,
}

impl Staging {
    /// A staging folder on the file system of `target`: beside it, or inside it when it exists already (it may be a
    /// mount point, from where nothing can be moved in one step).
    ///
    /// # Errors
    /// When a folder cannot be made there.
    pub fn beside(target: &Path) -> Result<Self, FolderError> {
        let target_exists = target.is_dir();
        let parent = match target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            _ if target_exists => target,
            Some(parent) => parent,
            None => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(FolderError::at(parent))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".hetu-").suffix(".partial");
        #[cfg(unix)]
        {
            // It becomes the folder of results: open to whom the system's mask admits, not to its maker alone.
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        let staged = builder.tempdir_in(parent).map_err(FolderError::at(parent))?;
        Ok(Self { staged, target: target.to_owned(), target_exists })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.staged.path()
    }

    /// Moves everything to the target.
    ///
    /// # Errors
    /// When something cannot be moved; files of an existing folder that were not yet replaced stay.
    pub fn publish(self) -> Result<(), FolderError> {
        if self.target_exists {
            return self.replace_each();
        }
        fs::rename(self.staged.path(), &self.target).map_err(FolderError::at(&self.target))?;
        let _moved_away = self.staged.keep();
        Ok(())
    }

    fn replace_each(&self) -> Result<(), FolderError> {
        let entries = fs::read_dir(self.path()).map_err(FolderError::at(self.path()))?;
        for entry in entries {
            let entry = entry.map_err(FolderError::at(self.path()))?;
            let place = self.target.join(entry.file_name());
            fs::rename(entry.path(), &place).map_err(FolderError::at(&place))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn writes_all_and_leaves_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("new/folder");
        let files = [("a.txt".to_owned(), b"one".to_vec()), ("b.txt".to_owned(), b"two".to_vec())];
        let paths = write_all(&dir, &files).unwrap();
        assert_eq!(fs::read(&paths[1]).unwrap(), b"two");
        assert_eq!(names(&dir), ["a.txt", "b.txt"]);
        assert_eq!(names(&home.path().join("new")), ["folder"]);
    }

    #[test]
    fn a_fault_names_the_path_and_leaves_no_part() {
        let home = tempfile::tempdir().unwrap();
        let files = [("a.txt".to_owned(), vec![1]), ("no/such/b.txt".to_owned(), vec![2])];
        let error = write_all(home.path(), &files).unwrap_err();
        assert!(error.to_string().ends_with("no/such/b.txt"), "{error}");
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn a_new_folder_appears_whole() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("deep/out");
        let staging = Staging::beside(&target).unwrap();
        fs::write(staging.path().join("a"), "1").unwrap();
        assert!(!target.exists());
        staging.publish().unwrap();
        assert_eq!(names(&target), ["a"]);
        assert_eq!(names(target.parent().unwrap()), ["out"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_as_open_as_any_other() {
        use std::os::unix::fs::PermissionsExt as _;
        let base = tempfile::tempdir().unwrap();
        let [ours, plain] = ["ours", "plain"].map(|name| base.path().join(name));
        write_all(&ours, &[]).unwrap();
        fs::create_dir(&plain).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }

    #[test]
    fn an_existing_folder_keeps_what_is_not_replaced() {
        let target = tempfile::tempdir().unwrap();
        fs::write(target.path().join("a"), "old").unwrap();
        fs::write(target.path().join("notes"), "mine").unwrap();
        write_all(target.path(), &[("a".to_owned(), b"new".to_vec())]).unwrap();
        assert_eq!(names(target.path()), ["a", "notes"]);
        assert_eq!(fs::read_to_string(target.path().join("a")).unwrap(), "new");
    }

    #[test]
    fn what_is_not_published_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let staging = Staging::beside(&base.path().join("out")).unwrap();
        fs::write(staging.path().join("a"), "1").unwrap();
        drop(staging);
        assert!(names(base.path()).is_empty());
    }

    #[test]
    fn a_file_in_the_way_is_an_error_that_names_it() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("out");
        fs::write(&target, "a file").unwrap();
        let staging = Staging::beside(&target).unwrap();
        let message = staging.publish().unwrap_err().to_string();
        assert!(message.ends_with("out"), "{message}");
        assert_eq!(names(base.path()), ["out"]);
        assert_eq!(fs::read_to_string(target).unwrap(), "a file");
    }
}
