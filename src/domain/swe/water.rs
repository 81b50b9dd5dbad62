//! The water: depth and velocity of every cell.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::active::Blocks;
use super::budget::Sum;
use super::layout::{Axis, Kept, Layout, N, Place, Slot};
use super::silt::Silts;

/// The water of a block.
///
/// Depth is kept in double precision, because volume is: the smallest flux still counts in the deepest cell, and the
/// budget closes to rounding. Everything that is worked out from it within a step is in single precision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Water {
    /// Depth, m.
    pub(super) h: [f64; N],
    /// Velocity eastward, m/s; 0 at and below the dry depth.
    pub(super) u: [f32; N],
    /// Velocity northward, m/s; 0 at and below the dry depth.
    pub(super) v: [f32; N],
}

impl Water {
    pub(super) fn dry() -> Self {
        Self { h: [0.0; N], u: [0.0; N], v: [0.0; N] }
    }
}

/// All the water of a run.
#[derive(Debug, Clone)]
pub(super) struct Waters {
    kept: Arc<Kept>,
    pub(super) blocks: Vec<Water>,
    /// Blocks with a cell deeper than the depth from which it must be computed.
    pub(super) wet: Blocks,
    /// Largest of |u| + c and |v| + c of each block when it was last measured, m/s.
    pub(super) speeds: Vec<f32>,
    /// Largest of |u| + c and |v| + c when they were last measured, m/s.
    pub(super) fastest: f32,
    /// The same of the blocks that took a long step last.
    pub(super) fastest_long: f32,
    /// The sediment in it, if the scenario has any.
    pub(super) silts: Option<Box<Silts>>,
}

impl Waters {
    pub(super) fn dry(kept: &Arc<Kept>, layout: Layout) -> Self {
        Self {
            kept: Arc::clone(kept),
            blocks: vec![Water::dry(); kept.n_blocks()],
            wet: Blocks::none(layout.n_rows, layout.n_blocks),
            speeds: vec![0.0; kept.n_blocks()],
            fastest: 0.0,
            fastest_long: 0.0,
            silts: None,
        }
    }

    /// Depth of a cell of the domain, m.
    pub(super) fn depth(&self, cell: Place) -> f64 {
        let (block, i) = self.kept.slot(cell);
        self.blocks[block].h[i]
    }

    /// Velocity of a cell of the domain east and north, m/s.
    pub(super) fn velocity(&self, cell: Place) -> [f64; 2] {
        let (block, i) = self.kept.slot(cell);
        [self.blocks[block].u[i], self.blocks[block].v[i]].map(f64::from)
    }

    /// Velocity of a cell along an axis, m/s.
    pub(super) fn along(&self, (block, i): Slot, axis: Axis) -> f64 {
        let Water { u, v, .. } = &self.blocks[block];
        f64::from(if axis == Axis::X { u[i] } else { v[i] })
    }

    /// Adds `wanted` m of water to a cell, or takes as much of it as there is, and returns what the cell gained, m.
    ///
    /// Water comes in without momentum and clear; what is taken takes its momentum with it, and its sediment into the
    /// hand of [`Silts`].
    #[expect(clippy::cast_possible_truncation, reason = "velocities are in single precision")]
    pub(super) fn add_depth(&mut self, cell: Place, wanted: f64, dry: f64) -> f64 {
        let (block, i) = self.kept.slot(cell);
        let water = &mut self.blocks[block];
        let before = water.h[i];
        let after = (before + wanted).max(0.0);
        water.h[i] = after;
        let keep = if after <= dry { 0.0 } else { (before / after).min(1.0) } as f32;
        water.u[i] *= keep;
        water.v[i] *= keep;
        if after > dry {
            self.wet.insert_cell(cell.y, cell.x);
        }
        if let Some(silts) = &mut self.silts
            && after < before
        {
            silts.take((block, i), (before - after) / before);
        }
        after - before
    }

    /// Puts sediment into the water of a cell, kg/m².
    pub(super) fn put_silt(&mut self, cell: Place, mass_kgm2: f64) {
        if let Some(silts) = &mut self.silts {
            silts.put(self.kept.slot(cell), mass_kgm2);
        }
    }

    /// Lets sediment into the water of a cell from outside, kg/m².
    pub(super) fn let_silt_in(&mut self, cell: Place, mass_kgm2: f64) {
        if let Some(silts) = &mut self.silts {
            silts.put(self.kept.slot(cell), mass_kgm2);
            silts.book_inflow(mass_kgm2);
        }
    }

    /// Lets go what was taken with water that leaves the domain.
    pub(super) fn lose_silt_in_hand(&mut self) {
        if let Some(silts) = &mut self.silts {
            silts.lose_what_is_in_hand();
        }
    }

    /// Sediment taken with water and given to nobody yet, kg/m²; then it is given.
    pub(super) fn take_silt_in_hand(&mut self) -> f64 {
        self.silts.as_mut().map_or(0.0, |silts| silts.hand_over())
    }

    /// Concentration of a cell of the domain, kg/m³; `None` without sediment.
    pub(super) fn concentration_kgm3(&self, cell: Place) -> Option<f64> {
        self.silts.as_ref().map(|silts| silts.concentration_kgm3(self.kept.slot(cell), &self.blocks))
    }

    /// Whether a place is a cell of a block that is kept.
    pub(super) fn holds(&self, cell: Place) -> bool {
        self.kept.domain.contains(cell.y, cell.x / N)
    }

    /// Takes what is wet and how fast waves are from the state alone: `wet_from` is the depth from which a cell must be
    /// computed, m.
    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    pub(super) fn measure(&mut self, wet_from: f32, dry: f32, g: f32) {
        self.wet.clear();
        self.fastest = 0.0;
        for y in 0..self.kept.domain.n_rows() {
            for (x, at) in self.kept.of_row(y) {
                let Water { h, u, v } = &self.blocks[at];
                let mut fastest = 0.0_f32;
                for i in 0..N {
                    let h = h[i] as f32;
                    if h > wet_from {
                        self.wet.insert_cell(y, x);
                    }
                    if h > dry {
                        fastest = fastest.max(u[i].abs().max(v[i].abs()) + (g * h).sqrt());
                    }
                }
                self.speeds[at] = fastest;
                self.fastest = self.fastest.max(fastest);
            }
        }
    }

    /// Depths of all cells, summed in their order in memory, m.
    pub(super) fn sum_of_depths(&self) -> f64 {
        let mut sum = Sum::default();
        self.blocks.iter().flat_map(|water| &water.h).for_each(|&h| sum.add(h));
        sum.value()
    }
}
