//! One branch as the window knows it: what is recorded of it, and its graphs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::series::Graphs;
use crate::domain::recording::{Course, Recording};
use crate::domain::scenario::Scenario;
use crate::domain::worlds::{BranchId, Piece, Worlds};

/// A branch.
pub(super) struct World {
    pub(super) branch: BranchId,
    pub(super) course: Course,
    pub(super) graphs: Graphs,
}

impl World {
    pub(super) fn new(branch: BranchId, course: Course, scenario: &Scenario) -> Self {
        Self { branch, course, graphs: Graphs::new(scenario) }
    }

    /// Takes in what was recorded since the last time; tells whether there was anything.
    pub(super) fn take_record(&mut self) -> bool {
        self.graphs.grow(&self.course)
    }
}

/// The course of a branch, from the records of the branches that computed it; `None` while one of them is missing.
pub(super) fn course_of(
    worlds: &Worlds,
    records: &BTreeMap<BranchId, Arc<Recording>>,
    branch: BranchId,
) -> Option<Course> {
    let piece = |piece: &Piece| records.get(&piece.branch).map(|recording| (piece.from_secs, Arc::clone(recording)));
    Course::new(worlds.course(branch).iter().map(piece).collect::<Option<_>>()?)
}
