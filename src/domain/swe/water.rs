//! The water: depth and velocity of every cell.

use serde::{Deserialize, Serialize};

use super::active::Blocks;
use super::budget::Sum;
use super::layout::{Axis, Cells, Cells32, Layout, N, Slot};

/// The water of a tile.
///
/// Depth is kept in double precision, because volume is: the smallest flux still counts in the deepest cell, and the
/// budget closes to rounding. Everything that is worked out from it within a step is in single precision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Water {
    /// Depth, m.
    pub(super) h: Cells,
    /// Velocity eastward, m/s; 0 at and below the dry depth.
    pub(super) u: Cells32,
    /// Velocity northward, m/s; 0 at and below the dry depth.
    pub(super) v: Cells32,
}

impl Water {
    pub(super) fn dry() -> Self {
        Self { h: [[0.0; N]; N], u: [[0.0; N]; N], v: [[0.0; N]; N] }
    }
}

/// All the water of a run.
#[derive(Debug, Clone)]
pub(super) struct Waters {
    pub(super) layout: Layout,
    pub(super) tiles: Vec<Water>,
    /// Blocks with a cell deeper than the depth from which it must be computed.
    pub(super) wet: Blocks,
    /// Largest of |u| + c and |v| + c when they were last measured, m/s.
    pub(super) fastest: f32,
}

impl Waters {
    pub(super) fn dry(layout: Layout) -> Self {
        Self {
            layout,
            tiles: vec![Water::dry(); layout.n_tiles()],
            wet: Blocks::none(layout.n_rows, layout.n_tile_cols),
            fastest: 0.0,
        }
    }

    /// Depth of a cell, m.
    pub(super) fn depth(&self, Slot { tile, j, i }: Slot) -> f64 {
        self.tiles[tile].h[j][i]
    }

    /// Velocity of a cell east and north, m/s.
    pub(super) fn velocity(&self, Slot { tile, j, i }: Slot) -> [f64; 2] {
        [self.tiles[tile].u[j][i], self.tiles[tile].v[j][i]].map(f64::from)
    }

    /// Velocity of a cell along an axis, m/s.
    pub(super) fn along(&self, slot: Slot, axis: Axis) -> f64 {
        let [u, v] = self.velocity(slot);
        if axis == Axis::X { u } else { v }
    }

    /// Adds `wanted` m of water to a cell, or takes as much of it as there is, and returns what the cell gained, m.
    ///
    /// Water comes in without momentum; what is taken takes its momentum with it.
    #[expect(clippy::cast_possible_truncation, reason = "velocities are in single precision")]
    pub(super) fn add_depth(&mut self, slot: Slot, wanted: f64, dry: f64) -> f64 {
        let Slot { tile, j, i } = slot;
        let water = &mut self.tiles[tile];
        let before = water.h[j][i];
        let after = (before + wanted).max(0.0);
        water.h[j][i] = after;
        let keep = if after <= dry { 0.0 } else { (before / after).min(1.0) } as f32;
        water.u[j][i] *= keep;
        water.v[j][i] *= keep;
        if after > dry {
            let (y, x) = self.layout.place(slot);
            self.wet.insert_cell(y, x);
        }
        after - before
    }

    /// Takes what is wet and how fast waves are from the state alone: `wet_from` is the depth from which a cell must be
    /// computed, m.
    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    pub(super) fn measure(&mut self, wet_from: f32, dry: f32, g: f32) {
        self.wet.clear();
        self.fastest = 0.0;
        for y in 0..self.layout.n_rows {
            for x in 0..self.layout.n_cols {
                let slot = self.layout.slot_from_south(y, x);
                let h = self.depth(slot) as f32;
                if h > wet_from {
                    self.wet.insert_cell(y, x);
                }
                if h > dry {
                    let water = &self.tiles[slot.tile];
                    let (u, v) = (water.u[slot.j][slot.i].abs(), water.v[slot.j][slot.i].abs());
                    self.fastest = self.fastest.max(u.max(v) + (g * h).sqrt());
                }
            }
        }
    }

    /// Depths of all cells, summed in their order in memory, m.
    pub(super) fn sum_of_depths(&self) -> f64 {
        let mut sum = Sum::default();
        for water in &self.tiles {
            water.h.as_flattened().iter().for_each(|&h| sum.add(h));
        }
        sum.value()
    }
}
