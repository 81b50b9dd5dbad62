//! The files that `hetu run` writes at its end: tables, rasters and the summary. The session is written as the run goes.
//!
//! They appear all together or not at all: see [`crate::io::folder`].

mod compare;
mod fields;
mod sediment;
mod skill;
mod summary;
mod tables;
mod villages;

use std::path::{Path, PathBuf};

use crate::domain::recording::RunResult;
use crate::domain::river::skill::sediment::sediment_skill_table;
use crate::domain::river::skill::table::skill_table;
use crate::domain::scenario::Scenario;
use crate::io::folder::{FolderError, Staging};
use crate::io::orders::{ORDERS_FILE, orders_text};
use crate::io::raster::RasterError;

pub use compare::{Comparison, compare_csv, write_comparison};
pub use sediment::{SEDIMENT_SKILL_COLUMNS, sediment_skill_csv};
pub use skill::{SKILL_COLUMNS, skill_csv};
pub use summary::summary_json;
pub use tables::{loss_columns, losses_csv};
pub use villages::{VILLAGE_COLUMNS, villages_csv};

/// Why the files of a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file or folder could not be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
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
}

/// Writes everything of a run but its session into a folder, which is made if it is not there; `skill.csv` only where
/// something was observed, `villages.csv` only where something is exposed, `basins.csv` only where there are basins, the files of sediment only where there is any.
///
/// # Errors
/// When something cannot be written; then no file of a new folder is left, and an existing folder keeps its files as
/// far as they were not yet replaced.
pub fn write_run(dir: &Path, scenario: &Scenario, result: &RunResult) -> Result<(), OutputError> {
    let staging = Staging::beside(dir)?;
    let at = |name: &str| staging.path().join(name);
    tables::write_gauges(&at("gauges.csv"), scenario, &result.recording)?;
    tables::write_sections(&at("sections.csv"), scenario, &result.recording)?;
    if !scenario.basins.is_empty() {
        tables::write_basins(&at("basins.csv"), scenario, &result.recording)?;
    }
    sediment::write_sediment(&at("sediment.csv"), scenario, &result.recording)?;
    write(&at("losses.csv"), &losses_csv(scenario, &result.recording))?;
    if scenario.exposure.is_some() {
        write(&at("villages.csv"), &villages_csv(scenario, &result.recording, &result.orders))?;
    }
    fields::write_all(staging.path(), scenario, result)?;
    let skill = skill_table(scenario, &result.recording);
    if !skill.is_empty() {
        write(&at("skill.csv"), &skill_csv(&skill))?;
    }
    if !result.orders.is_empty() {
        write(&at(ORDERS_FILE), orders_text(&result.orders).as_bytes())?;
    }
    let sediment_skill = sediment_skill_table(scenario, &result.recording);
    if !sediment_skill.is_empty() {
        write(&at("sediment_skill.csv"), &sediment_skill_csv(&sediment_skill))?;
    }
    write(&at("summary.json"), summary_json(scenario.start, &result.summary, &skill).as_bytes())?;
    Ok(staging.publish()?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    std::fs::write(path, bytes).map_err(FolderError::at(path))
}
