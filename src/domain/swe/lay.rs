//! The water of a scenario at t = 0.

use super::ground::Ground;
use super::layout::Layout;
use super::water::Waters;
use crate::domain::scenario::{Initial, Scenario};

/// The initial water. Surfaces go on the same lattice as beds, so that a level lake is level to the last bit.
#[expect(clippy::cast_possible_truncation, reason = "velocities are in single precision")]
pub(super) fn water(scenario: &Scenario, layout: Layout, ground: &Ground) -> Waters {
    let terrain = &scenario.terrain;
    let lattice = ground.lattice;
    let mut waters = Waters::dry(layout);
    for row in 0..layout.n_rows {
        for col in 0..layout.n_cols {
            let index = terrain.grid.index(row, col);
            if !terrain.is_inside(index) {
                continue;
            }
            let slot = layout.slot(row, col);
            let z = ground.bed(slot);
            let water = &mut waters.tiles[slot.tile];
            let (j, i) = (slot.j, slot.i);
            match &scenario.initial {
                Initial::Dry => {}
                Initial::Stage(stage) => water.h[j][i] = (lattice.round(*stage) - z).max(0.0),
                Initial::Fields { depth_m, u_mps, v_mps } => {
                    if depth_m[index] > 0.0 {
                        let h = (lattice.round(terrain.bed_m[index] + depth_m[index]) - z).max(0.0);
                        let moves = h > scenario.numerics.dry_depth_m;
                        water.h[j][i] = h;
                        water.u[j][i] = if moves { u_mps[index] as f32 } else { 0.0 };
                        water.v[j][i] = if moves { v_mps[index] as f32 } else { 0.0 };
                    }
                }
            }
        }
    }
    waters
}
