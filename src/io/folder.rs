//! Writes a set of files into a folder, all or none.

use std::fs;
use std::path::{Path, PathBuf};

/// Why a folder of files could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{source}: {path}")]
pub struct FolderError {
    /// What the system said.
    pub source: std::io::Error,
    /// The file or folder it said it of.
    pub path: PathBuf,
}

/// Writes files by name into a folder, which is made if it is not there.
///
/// Every file is written beside its place first and renamed only when all are on disk, so that a full disk leaves no
/// half-written set. Files of other names stay; files of the same names are replaced. Returns the paths in order.
///
/// # Errors
/// When the folder cannot be made, or a file cannot be written or renamed.
pub fn write_all(dir: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<PathBuf>, FolderError> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |source| FolderError { source, path }
    };
    fs::create_dir_all(dir).map_err(fault(dir))?;
    let parts: Vec<PathBuf> = files.iter().map(|(name, _)| dir.join(format!(".{name}.part"))).collect();
    let written =
        parts.iter().zip(files).try_for_each(|(part, (_, bytes))| fs::write(part, bytes).map_err(fault(part)));
    if let Err(error) = written {
        for part in &parts {
            // The first fault is the one to report; a part that was never made cannot be removed.
            drop(fs::remove_file(part));
        }
        return Err(error);
    }
    let places: Vec<PathBuf> = files.iter().map(|(name, _)| dir.join(name)).collect();
    for (part, place) in parts.iter().zip(&places) {
        fs::rename(part, place).map_err(fault(place))?;
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_all_and_leaves_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("new/folder");
        let files = [("a.txt".to_owned(), b"one".to_vec()), ("b.txt".to_owned(), b"two".to_vec())];
        let paths = write_all(&dir, &files).unwrap();
        assert_eq!(fs::read(&paths[1]).unwrap(), b"two");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
    }

    #[test]
    fn a_fault_names_the_path_and_leaves_no_part() {
        let home = tempfile::tempdir().unwrap();
        let files = [("a.txt".to_owned(), vec![1]), ("no/such/b.txt".to_owned(), vec![2])];
        let error = write_all(home.path(), &files).unwrap_err();
        assert!(error.to_string().contains("b.txt"), "{error}");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }
}
