//! Which faces part the water: where slopes must not look across.

use super::ground::Ground;
use super::layout::{Axis, FaceAt, Layout, N};

/// How each cell of a block hangs together with those beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Joins {
    pub(super) west: [f32; N],
    pub(super) east: [f32; N],
    pub(super) south: [f32; N],
    pub(super) north: [f32; N],
}

/// Water on both sides is one body: differences count.
pub(super) const JOINED: f32 = 1.0;
/// A wall or the edge of the domain stands between: each side ends there.
pub(super) const SEVERED: f32 = 0.0;
/// An open edge of the domain: the water goes on beyond it as it does before it.
pub(super) const OPEN: f32 = -1.0;

impl Joins {
    fn all_joined() -> Self {
        Self { west: [JOINED; N], east: [JOINED; N], south: [JOINED; N], north: [JOINED; N] }
    }

    fn set(&mut self, i: usize, axis: Axis, is_before: bool, join: f32) {
        let side = match (axis, is_before) {
            (Axis::X, true) => &mut self.west,
            (Axis::X, false) => &mut self.east,
            (Axis::Y, true) => &mut self.south,
            (Axis::Y, false) => &mut self.north,
        };
        side[i] = join;
    }
}

/// Lays the joins of all blocks, once walls and boundaries stand. They hold for the run: at a breach both sides meet as
/// cells of first order, since the flow through it is that of its own formula.
pub(super) fn lay(layout: Layout, ground: &mut Ground, open: &[FaceAt]) {
    let severed: Vec<FaceAt> =
        ground.edges.all().iter().copied().chain(ground.crests.all().iter().map(|crest| crest.at)).collect();
    for (faces, join) in [(severed.as_slice(), SEVERED), (open, OPEN)] {
        for face in faces {
            for (place, is_before) in face.beside().into_iter().zip([false, true]) {
                let Some(cell) = place.filter(|&cell| layout.holds(cell)) else { continue };
                if !ground.kept.domain.contains(cell.y, cell.x / N) {
                    continue;
                }
                let (block, i) = ground.kept.slot(cell);
                let joins = ground.blocks[block].joins.get_or_insert_with(|| Box::new(Joins::all_joined()));
                joins.set(i, face.axis, is_before, join);
            }
        }
    }
}
