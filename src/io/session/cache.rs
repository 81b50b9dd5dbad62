//! Sessions that nobody asked for a file of: saved all the same, so that a run in the window outlives the window.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::domain::scenario::Scenario;
use crate::io::session::error::{SessionError, io_error};
use crate::io::session::lock::beside;
use crate::io::session::{Session, SessionStore};

/// Saved sessions that are kept; older ones go when a new one begins.
const N_KEPT: usize = 5;

/// Ending of a session's file name.
const ENDING: &str = "hetu";

/// A folder of saved sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCache {
    dir: PathBuf,
    /// Bytes that a session may grow to; `None` for as many as there is room for.
    most_bytes: Option<u64>,
}

/// A session in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSession {
    /// The file.
    pub path: PathBuf,
    /// When it was written to last.
    pub modified: SystemTime,
    /// Whether a process is recording into it now.
    pub is_being_written: bool,
    /// Its size, bytes.
    pub n_bytes: u64,
}

impl SessionCache {
    /// That folder; it is made when the first session begins.
    pub fn in_folder(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), most_bytes: None }
    }

    /// The user's own: `HETU_CACHE_DIR`, or `hetu/sessions` in the system's place for caches; `None` where the system
    /// names none.
    pub fn of_user() -> Option<Self> {
        let folder = |name: &str| std::env::var_os(name).filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let dir = folder("HETU_CACHE_DIR").or_else(|| {
            let caches = folder("XDG_CACHE_HOME")
                .or_else(|| folder("LOCALAPPDATA"))
                .or_else(|| folder("HOME").map(|home| home.join(".cache")))?;
            Some(caches.join("hetu").join("sessions"))
        })?;
        Some(Self { dir, most_bytes: None })
    }

    /// The same with sessions that may grow to so many bytes each.
    pub fn with_most_bytes(self, most_bytes: u64) -> Self {
        Self { most_bytes: Some(most_bytes), ..self }
    }

    /// Begins a session of a scenario; the oldest of those that are there are removed to make room.
    ///
    /// # Errors
    /// When the folder cannot be made or written to, or the disk is full.
    pub fn begin(&self, scenario: &Scenario) -> Result<Arc<SessionStore>, SessionError> {
        SessionStore::create_within(&self.place_for(&scenario.name)?, scenario, self.most_bytes)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A path for a new session of that name; the oldest of those that are there are removed to make room.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub fn place_for(&self, name: &str) -> Result<PathBuf, SessionError> {
        fs::create_dir_all(&self.dir).map_err(io_error(&self.dir))?;
        for old in self.list().into_iter().skip(N_KEPT - 1).filter(|saved| !saved.is_being_written) {
            remove(&old.path);
        }
        let (prefix, suffix) = (format!("{name}-"), format!(".{ENDING}"));
        let mut builder = tempfile::Builder::new();
        let file = builder.prefix(&prefix).suffix(&suffix).tempfile_in(&self.dir).map_err(io_error(&self.dir))?;
        // Only the name is wanted: the writer makes the file itself.
        Ok(file.path().to_owned())
    }

    /// The newest session, with the time it reaches in s, if its run did not come to its end and nobody is at it.
    pub fn interrupted(&self) -> Option<(PathBuf, f64)> {
        let newest = self.list().into_iter().next().filter(|saved| !saved.is_being_written)?;
        let session = Session::open(&newest.path).ok().filter(|session| !session.is_complete())?;
        let head_secs = session.head_secs()?;
        Some((newest.path, head_secs))
    }

    /// The sessions that are there, the newest first.
    pub fn list(&self) -> Vec<SavedSession> {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Vec::new() };
        let is_session = |path: &PathBuf| path.extension().is_some_and(|ending| ending == ENDING);
        let mut saved: Vec<SavedSession> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(is_session)
            .filter_map(|path| {
                let about = fs::metadata(&path).ok()?;
                let newest = fs::metadata(beside(&path, "-wal")).and_then(|log| log.modified());
                let modified = about.modified().ok()?.max(newest.unwrap_or(SystemTime::UNIX_EPOCH));
                let is_being_written = Session::is_being_written(&path);
                Some(SavedSession { path, modified, is_being_written, n_bytes: about.len() })
            })
            .collect();
        saved.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| a.path.cmp(&b.path)));
        saved
    }
}

fn remove(session: &Path) {
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let path = beside(session, suffix);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!("{error}: {}", path.display());
        }
    }
}
