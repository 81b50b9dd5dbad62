//! Where the text of a scenario and of its series comes from: the disk, or the set built into the program.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// A source of text files.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Files {
    /// The file system.
    Disk,
    /// Name and text of files built into the program; only the last part of a path counts.
    BuiltIn(&'static [(&'static str, &'static str)]),
}

impl Files {
    /// The text of a file.
    pub(crate) fn read_text(self, path: &Path) -> io::Result<String> {
        match self {
            Self::Disk => std::fs::read_to_string(path),
            Self::BuiltIn(set) => set
                .iter()
                .find(|(name, _)| path.file_name() == Some(OsStr::new(name)))
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}
