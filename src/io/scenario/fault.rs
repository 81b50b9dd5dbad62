//! What is wrong with a scenario file, and the place of it.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::io::ron_tree::Place;

/// Everything that is wrong with a scenario and the files it names, all at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// One for each fault: those of the scenario file first, in the order of the file. Never empty.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ScenarioError {
    /// One line per fault, without a line break at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScenarioError {}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file it is in.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// The key, as a path from the top: `boundaries[0].span_m`.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, key, found, allowed } = self;
        write!(f, "{}:{line}:{column}: {key}: found {found}; allowed {allowed}", file.display())
    }
}

/// Where a value stands in the scenario file, and the key it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) at: Place,
    pub(super) key: String,
}

/// Faults gathered while a scenario is read, so that one does not hide the next.
#[derive(Debug)]
pub(crate) struct Faults {
    file: PathBuf,
    list: Vec<Fault>,
}

impl Faults {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), list: Vec::new() }
    }

    /// Notes a fault of the scenario file.
    pub(super) fn add(&mut self, spot: &Spot, found: impl Into<String>, allowed: impl Into<String>) {
        let file = self.file.clone();
        self.add_in(file, spot.at, &spot.key, found, allowed);
    }

    /// Notes a fault of a file that the scenario names.
    pub(super) fn add_in(
        &mut self,
        file: PathBuf,
        at: Place,
        key: &str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) {
        self.list.push(Fault {
            file,
            line: at.line,
            column: at.column,
            key: if key.is_empty() { "scenario".to_owned() } else { key.to_owned() },
            found: found.into(),
            allowed: allowed.into(),
        });
    }

    /// Takes the faults of another gathering of the same file.
    pub(super) fn absorb(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them: the scenario's own first, by place; those of other files in the order they were found.
    pub(super) fn into_error(self) -> ScenarioError {
        let Self { file, mut list } = self;
        list.sort_by_key(|fault| if fault.file == file { (0, fault.line, fault.column) } else { (1, 0, 0) });
        list.dedup();
        ScenarioError { faults: list }
    }
}
