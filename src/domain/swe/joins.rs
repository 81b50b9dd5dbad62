//! Which faces part the water: where slopes must not look across.

use super::halo::RINGS;
use super::hllc::greatest;
use super::layout::{Axis, Ground, Layout, N};
use super::slopes::C;

/// How the cells on both sides of a face hang together, for each face that the first ring of a tile needs.
#[derive(Debug, Clone)]
pub(super) struct Joins {
    /// `[j + 1][i + 2]` is the west face of cell `[j][i]`.
    pub(super) x: [[f64; N + 3]; C],
    /// `[j + 2][i + 1]` is the south face of cell `[j][i]`.
    pub(super) y: [[f64; C]; N + 3],
}

/// Water on both sides is one body: differences count.
pub(super) const JOINED: f64 = 1.0;
/// A wall or the edge of the domain stands between: each side ends there.
pub(super) const SEVERED: f64 = 0.0;
/// An open edge of the domain: the water goes on beyond it as it does before it.
pub(super) const OPEN: f64 = -1.0;

/// A tile far from walls and open edges.
pub(super) const ALL_JOINED: Joins = Joins { x: [[JOINED; N + 3]; C], y: [[JOINED; C]; N + 3] };

/// Lays the joins of all tiles, once walls and boundaries stand. They hold for the run: at a breach both sides meet as
/// cells of first order, since the flow through it is that of its own formula.
pub(super) fn lay(layout: Layout, grounds: &mut [Ground]) {
    for tile in 0..grounds.len() {
        let joins = joins_of(layout, grounds, tile);
        let parted = |rows: &[f64]| rows.iter().any(|&join| join < JOINED);
        if parted(joins.x.as_flattened()) || parted(joins.y.as_flattened()) {
            grounds[tile].joins = Some(Box::new(joins));
        }
    }
}

fn joins_of(layout: Layout, grounds: &[Ground], tile: usize) -> Joins {
    let (y0, x0) = layout.origin(tile);
    let mut joins = ALL_JOINED;
    for (j, row) in joins.x.iter_mut().enumerate() {
        for (i, join) in row.iter_mut().enumerate() {
            *join = join_at(layout, grounds, Axis::X, (y0 + j).checked_sub(1), (x0 + i).checked_sub(RINGS - 1));
        }
    }
    for (j, row) in joins.y.iter_mut().enumerate() {
        for (i, join) in row.iter_mut().enumerate() {
            *join = join_at(layout, grounds, Axis::Y, (y0 + j).checked_sub(RINGS - 1), (x0 + i).checked_sub(1));
        }
    }
    joins
}

/// The join at the west or south face of the cell in row `y` from the south and column `x`; `None` is beyond the grid.
fn join_at(layout: Layout, grounds: &[Ground], axis: Axis, y: Option<usize>, x: Option<usize>) -> f64 {
    let (Some(y), Some(x)) = (y, x) else { return SEVERED };
    if y > layout.n_rows || x > layout.n_cols {
        return SEVERED;
    }
    let slots = layout.face_slots(axis, y, x);
    if slots.iter().flatten().any(|(tile, at)| grounds[*tile].imposed.iter().any(|(open, _)| open == at)) {
        return OPEN;
    }
    let Some((tile, at)) = slots.into_iter().flatten().next() else { return SEVERED };
    let (left, right) = grounds[tile].beds_beside(at);
    if grounds[tile].face_level(at) > greatest(left, right) { SEVERED } else { JOINED }
}
