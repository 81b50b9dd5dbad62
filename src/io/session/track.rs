//! Where the frames of a branch lie: the numbers of its rows, which whoever writes and whoever reads share.

use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::domain::worlds::BranchId;
use crate::io::session::lock::SessionLock;

/// Rows that a branch has room for. A row's number is that of its branch times this, and its position in the branch.
const PER_BRANCH: i64 = 1 << 32;

/// The number of a row of a branch.
pub(super) fn row_of(branch: BranchId, position: i64) -> i64 {
    rows_of(branch).start + position
}

/// The numbers that the rows of a branch may have.
pub(super) fn rows_of(branch: BranchId) -> Range<i64> {
    let first = i64::from(branch.0).saturating_mul(PER_BRANCH);
    first..first.saturating_add(PER_BRANCH)
}

/// The position of a row in its branch.
pub(super) fn position_of(row: i64) -> i64 {
    row.rem_euclid(PER_BRANCH)
}

/// The branch that a row is of, if there can be such a branch.
pub(super) fn branch_of(row: i64) -> Option<BranchId> {
    u32::try_from(row.div_euclid(PER_BRANCH)).ok().map(BranchId)
}

/// The positions of the frames of a record, in order: they are those of the record but for frames that are lost.
#[derive(Debug, Default)]
pub(super) struct Track {
    positions: RwLock<Vec<i64>>,
    /// While the frames of a file that is recorded into are shown, nobody else may take it.
    lock: OnceLock<Arc<SessionLock>>,
}

impl Track {
    pub(super) fn of(positions: Vec<i64>) -> Self {
        Self { positions: RwLock::new(positions), lock: OnceLock::new() }
    }

    /// Keeps the file for as long as this is there.
    pub(super) fn hold(&self, lock: &Arc<SessionLock>) {
        self.lock.get_or_init(|| Arc::clone(lock));
    }

    pub(super) fn push(&self, position: i64) {
        self.positions.write().unwrap_or_else(PoisonError::into_inner).push(position);
    }

    /// Forgets all: the rows are gone.
    pub(super) fn clear(&self) {
        self.positions.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn position(&self, index: usize) -> Option<i64> {
        self.positions.read().unwrap_or_else(PoisonError::into_inner).get(index).copied()
    }

    pub(super) fn index(&self, position: i64) -> Option<usize> {
        self.positions.read().unwrap_or_else(PoisonError::into_inner).binary_search(&position).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_branches_do_not_meet() {
        for branch in [0, 1, 7, u32::MAX >> 1].map(BranchId) {
            for position in [0, 5, PER_BRANCH - 1] {
                let row = row_of(branch, position);
                assert_eq!((branch_of(row), position_of(row)), (Some(branch), position));
            }
        }
        assert_eq!(branch_of(-1), None);
    }
}
