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
    let mut waters = Waters::dry(&ground.kept, layout);
    for row in 0..layout.n_rows {
        for col in 0..layout.n_cols {
            let index = terrain.grid.index(row, col);
            if !terrain.is_inside(index) {
                continue;
            }
            let cell = layout.place(row, col);
            let z = ground.bed(cell);
            let (block, i) = ground.kept.slot(cell);
            let water = &mut waters.blocks[block];
            match &scenario.initial {
                Initial::Dry => {}
                Initial::Stage(stage) => water.h[i] = (lattice.round(*stage) - z).max(0.0),
                Initial::Fields { depth_m, u_mps, v_mps } => {
                    if depth_m[index] > 0.0 {
                        let h = (lattice.round(terrain.bed_m[index] + depth_m[index]) - z).max(0.0);
                        let moves = h > scenario.numerics.dry_depth_m;
                        water.h[i] = h;
                        water.u[i] = if moves { u_mps[index] as f32 } else { 0.0 };
                        water.v[i] = if moves { v_mps[index] as f32 } else { 0.0 };
                    }
                }
            }
        }
    }
    waters
}
