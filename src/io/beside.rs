//! Writing beside a file's place first, so that nothing half-written is ever seen there.

use std::io::Write as _;
use std::path::Path;

use tempfile::NamedTempFile;

/// An empty file in the same folder as `path`, which vanishes unless it is moved into place: on one file system, that
/// is one step.
///
/// # Errors
/// When the folder is missing or cannot be written to.
pub(crate) fn new_beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hetu-").suffix(".partial");
    // A temporary file is for its owner only; a result is for whomever the user's mask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Puts a whole file in its place in one step.
///
/// # Errors
/// When the folder is missing or cannot be written to, or the disk is full; a file that was there is then as before.
pub(crate) fn write_beside(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = new_beside(path)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|failure| failure.error)
}
