//! What a command can start from: a scenario file, or a session that was recorded from one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::run::compute;
use crate::domain::order::Orders;
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::engine::EngineSettings;
use crate::io::scenario;
use crate::io::session::{SESSION_FILE, Session};

/// Lines about damage, at most.
const MAX_LINES: usize = 20;

/// A scenario with the frames that are already there.
pub(super) struct Source {
    /// The scenario.
    pub(super) scenario: Arc<Scenario>,
    /// The session that it comes from, if it does.
    pub(super) session: Option<Arc<Session>>,
}

/// Opens a scenario file, a session file or the folder of a run, and says what a damaged session has lost.
///
/// Whoever goes through all frames has them `checked`; a window reads them as it needs them.
pub(super) fn open(path: &Path, checked: bool) -> anyhow::Result<Source> {
    let file = session_file(path);
    if path.is_dir() || Session::is_session(&file) {
        let session = if checked { Session::open_checked(&file)? } else { Session::open(&file)? };
        note_session(&session);
        return Ok(Source { scenario: Arc::clone(&session.scenario), session: Some(Arc::new(session)) });
    }
    let loaded = scenario::load_with_notes(&file)?;
    note_all(&loaded.notes);
    Ok(Source { scenario: Arc::new(loaded.scenario), session: None })
}

/// The session in the folder of a run, or the file itself.
pub(super) fn session_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(SESSION_FILE) } else { path.to_owned() }
}

impl Source {
    /// The orders of what is recorded; none of a scenario that is computed first.
    pub(super) fn orders(&self) -> Orders {
        self.session.as_ref().map_or_else(Orders::none, |session| session.orders.clone())
    }

    /// The frames, computed up to `until_secs` (or to the end) if they are not there yet.
    pub(super) fn recorded(&self, until_secs: Option<f64>) -> anyhow::Result<Arc<Recording>> {
        match &self.session {
            Some(session) => Ok(Arc::clone(&session.recording)),
            None => Ok(compute(&self.scenario, &EngineSettings::BATCH, until_secs)?.recording),
        }
    }
}

/// Says what a session lacks.
pub(super) fn note_session(session: &Session) {
    if let (false, Some(head_secs)) = (session.is_complete(), session.head_secs()) {
        eprintln!("hetu: note: the run was interrupted; it is recorded up to T+{:.2} h", head_secs / 3600.0);
    }
    for lost in session.lost.iter().take(MAX_LINES) {
        eprintln!("hetu: damaged and left out: {lost}");
    }
    if session.lost.len() > MAX_LINES {
        eprintln!("hetu: damaged and left out: {} more", session.lost.len() - MAX_LINES);
    }
}

/// Says what was read but cannot be followed.
pub(super) fn note_all(notes: &[String]) {
    for note in notes {
        eprintln!("hetu: note: {note}");
    }
}
