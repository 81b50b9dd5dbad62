//! A folder to write in before anyone looks.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::io::outputs::{OutputError, io_error};

/// Files on their way to a folder. Dropped before [`Staging::publish`], they are removed.
pub(crate) struct Staging {
    staged: TempDir,
    target: PathBuf,
    target_exists: bool,
}

impl Staging {
    /// A staging folder on the file system of `target`: beside it, or inside it when it exists already (it may be a
    /// mount point, from where nothing can be moved in one step).
    pub(crate) fn beside(target: &Path) -> Result<Self, OutputError> {
        let target_exists = target.is_dir();
        let parent = match target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            _ if target_exists => target,
            Some(parent) => parent,
            None => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        let staged = tempfile::Builder::new().prefix(".hetu-").suffix(".partial").tempdir_in(parent);
        Ok(Self { staged: staged.map_err(io_error(parent))?, target: target.to_owned(), target_exists })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.staged.path()
    }

    /// Moves everything to the target.
    pub(crate) fn publish(self) -> Result<(), OutputError> {
        if self.target_exists {
            return self.replace_each();
        }
        fs::rename(self.staged.path(), &self.target).map_err(io_error(&self.target))?;
        let _moved_away = self.staged.keep();
        Ok(())
    }

    fn replace_each(&self) -> Result<(), OutputError> {
        let entries = fs::read_dir(self.path()).map_err(io_error(self.path()))?;
        for entry in entries {
            let entry = entry.map_err(io_error(self.path()))?;
            let place = self.target.join(entry.file_name());
            fs::rename(entry.path(), &place).map_err(io_error(&place))?;
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

    #[test]
    fn an_existing_folder_keeps_what_is_not_replaced() {
        let target = tempfile::tempdir().unwrap();
        fs::write(target.path().join("a"), "old").unwrap();
        fs::write(target.path().join("notes"), "mine").unwrap();
        let staging = Staging::beside(target.path()).unwrap();
        fs::write(staging.path().join("a"), "new").unwrap();
        staging.publish().unwrap();
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
