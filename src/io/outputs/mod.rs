//! The files that `hetu run` writes: tables, rasters, the summary and the session.
//!
//! Nothing half-written is seen: every file is made in a staging folder, and only when all are complete do they move
//! to their place. A folder that did not exist appears in one step with everything in it. In a folder that exists,
//! each file is replaced in one step, one after the other, and files of other names stay.

mod fields;
mod staging;
mod summary;
mod tables;

use std::path::{Path, PathBuf};

use crate::domain::recording::RunResult;
use crate::domain::scenario::Scenario;
use crate::io::raster::RasterError;
use crate::io::session::{SESSION_FILE, SessionError, write_session};

pub use summary::summary_json;

/// Why the files of a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file or folder could not be written.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// A table could not be written.
    #[error("{source}: {path}")]
    Table {
        /// What the writer said.
        source: csv::Error,
        /// The file.
        path: PathBuf,
    },
    /// A raster could not be written.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// The session could not be written.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Writes everything of a run into a folder, which is made if it is not there.
///
/// # Errors
/// When something cannot be written; then no file of a new folder is left, and an existing folder keeps its files as
/// far as they were not yet replaced.
pub fn write_run(dir: &Path, scenario: &Scenario, result: &RunResult) -> Result<(), OutputError> {
    let staging = staging::Staging::beside(dir)?;
    let at = |name: &str| staging.path().join(name);
    tables::write_gauges(&at("gauges.csv"), scenario, &result.recording)?;
    tables::write_sections(&at("sections.csv"), scenario, &result.recording)?;
    tables::write_losses(&at("losses.csv"), scenario, &result.recording)?;
    fields::write_all(staging.path(), scenario, result)?;
    write_session(&at(SESSION_FILE), scenario, &result.recording, Some(&result.summary))?;
    let summary = at("summary.json");
    std::fs::write(&summary, summary_json(&result.summary)).map_err(io_error(&summary))?;
    staging.publish()
}

fn io_error(path: &Path) -> impl Fn(std::io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::Io { source, path: path.clone() }
}
