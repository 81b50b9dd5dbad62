//! Scenario files: the only way to a [`Scenario`].

use std::path::Path;

use crate::domain::scenario::Scenario;

/// Everything that is wrong with a scenario file, all at once.
#[derive(Debug, thiserror::Error)]
#[error("{} fault(s)", faults.len())]
pub struct ScenarioError {
    /// One message per fault, in the order of the file.
    pub faults: Vec<String>,
}

/// Reads, checks and resolves a scenario file.
///
/// # Errors
/// All faults of the file and of the files it names.
pub fn load(_path: &Path) -> Result<Scenario, ScenarioError> {
    unimplemented!()
}
