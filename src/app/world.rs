//! One branch as the window knows it: what is recorded of it, its graphs, and the moments worth going to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::marks::{marks, order_marks};
use super::series::Graphs;
use crate::domain::order::Orders;
use crate::domain::recording::{Course, Recording};
use crate::domain::scenario::Scenario;
use crate::domain::worlds::{BranchId, Worlds};
use crate::ui::marks::Mark;

/// A branch.
pub(super) struct World {
    pub(super) branch: BranchId,
    pub(super) course: Course,
    pub(super) graphs: Graphs,
    /// Events, orders, crossings and peaks, in time order.
    pub(super) marks: Vec<Mark>,
}

impl World {
    pub(super) fn new(branch: BranchId, course: Course, scenario: &Scenario) -> Self {
        Self { branch, course, graphs: Graphs::new(scenario), marks: Vec::new() }
    }

    /// Takes in what was recorded since the last time; tells whether there was anything.
    pub(super) fn take_record(&mut self, scenario: &Scenario, orders: &Orders) -> bool {
        let has_grown = self.graphs.grow(&self.course);
        if has_grown {
            self.mark(scenario, orders);
        }
        has_grown
    }

    /// Looks for the moments worth going to anew.
    pub(super) fn mark(&mut self, scenario: &Scenario, orders: &Orders) {
        self.marks = marks(scenario, &self.graphs);
        self.marks.extend(order_marks(orders));
        self.marks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
    }
}

/// The course of a branch, from the records of the branches that computed it; `None` while one of them is missing.
pub(super) fn course_of(
    worlds: &Worlds,
    records: &BTreeMap<BranchId, Arc<Recording>>,
    branch: BranchId,
) -> Option<Course> {
    let piece = |piece: &crate::domain::worlds::Piece| {
        records.get(&piece.branch).map(|recording| (piece.from_secs, Arc::clone(recording)))
    };
    Course::new(worlds.course(branch).iter().map(piece).collect::<Option<_>>()?)
}
