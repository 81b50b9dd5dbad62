//! What a command can start from: a scenario file, or a session that was recorded from one.

use std::path::Path;
use std::sync::Arc;

use crate::cli::run::compute;
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::engine::EngineSettings;
use crate::io::scenario;
use crate::io::session::{SESSION_FILE, Session};

/// A scenario with the frames that are already there.
pub(super) struct Source {
    /// The scenario.
    pub(super) scenario: Arc<Scenario>,
    /// Its frames, if it comes from a session.
    pub(super) recording: Option<Arc<Recording>>,
}

/// Opens a scenario file, a session file or the folder of a run.
pub(super) fn open(path: &Path) -> anyhow::Result<Source> {
    let file = if path.is_dir() { path.join(SESSION_FILE) } else { path.to_owned() };
    if path.is_dir() || Session::is_session(&file) {
        let session = Session::open(&file)?;
        return Ok(Source { scenario: session.scenario, recording: Some(session.recording) });
    }
    let loaded = scenario::load_with_notes(&file)?;
    note_all(&loaded.notes);
    Ok(Source { scenario: Arc::new(loaded.scenario), recording: None })
}

impl Source {
    /// The frames, computed up to `until_secs` (or to the end) if they are not there yet.
    pub(super) fn recorded(&self, until_secs: Option<f64>) -> anyhow::Result<Arc<Recording>> {
        match &self.recording {
            Some(recording) => Ok(Arc::clone(recording)),
            None => Ok(compute(&self.scenario, &EngineSettings::BATCH, until_secs)?.recording),
        }
    }
}

/// Says what was read but cannot be followed.
pub(super) fn note_all(notes: &[String]) {
    for note in notes {
        eprintln!("hetu: note: {note}");
    }
}
