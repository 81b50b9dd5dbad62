//! Ground and water of a scenario on tiles, at t = 0.

use super::halo::RINGS;
use super::layout::{Ground, Layout, N, Slot, Water};
use super::reconstruction::on_lattice;
use crate::domain::scenario::{Friction, Initial, Scenario, Terrain};

/// Bed, roughness and domain on tiles.
pub(super) fn ground(scenario: &Scenario, layout: Layout) -> Vec<Ground> {
    let Terrain { grid, bed_m, manning, .. } = &scenario.terrain;
    let g = scenario.numerics.gravity_mps2;
    let mut grounds = vec![Ground::outside(); layout.n_tiles()];
    for (tile, ground) in grounds.iter_mut().enumerate() {
        let (y0, x0) = layout.origin(tile);
        for j in 0..N + 2 * RINGS {
            for i in 0..N + 2 * RINGS {
                let (Some(y), Some(x)) = ((y0 + j).checked_sub(RINGS), (x0 + i).checked_sub(RINGS)) else { continue };
                if y >= layout.n_rows || x >= layout.n_cols {
                    continue;
                }
                let index = grid.index(layout.flip(y), x);
                if !scenario.terrain.is_inside(index) {
                    continue;
                }
                ground.z[j][i] = on_lattice(bed_m[index]);
                if (y0..y0 + N).contains(&y) && (x0..x0 + N).contains(&x) {
                    ground.inside[y - y0][x - x0] = 1.0;
                    ground.n_inside += 1;
                    ground.gn2[y - y0][x - x0] = match scenario.numerics.friction {
                        Friction::Manning => g * manning[index] * manning[index],
                        Friction::Chezy(c) => g / (c * c),
                        Friction::Off => 0.0,
                    };
                }
            }
        }
    }
    grounds
}

/// The initial water. Surfaces go on the same lattice as beds, so that a level lake is level to the last bit.
pub(super) fn water(scenario: &Scenario, layout: Layout, grounds: &[Ground]) -> Vec<Water> {
    let terrain = &scenario.terrain;
    let mut waters = vec![Water::dry(); layout.n_tiles()];
    for row in 0..layout.n_rows {
        for col in 0..layout.n_cols {
            let index = terrain.grid.index(row, col);
            if !terrain.is_inside(index) {
                continue;
            }
            let Slot { tile, j, i } = layout.slot(row, col);
            let z = grounds[tile].bed(j, i);
            let water = &mut waters[tile];
            match &scenario.initial {
                Initial::Dry => {}
                Initial::Stage(stage) => water.h[j][i] = (on_lattice(*stage) - z).max(0.0),
                Initial::Fields { depth_m, u_mps, v_mps } => {
                    if depth_m[index] > 0.0 {
                        let h = (on_lattice(terrain.bed_m[index] + depth_m[index]) - z).max(0.0);
                        let moves = h > scenario.numerics.dry_depth_m;
                        water.h[j][i] = h;
                        water.u[j][i] = if moves { u_mps[index] } else { 0.0 };
                        water.v[j][i] = if moves { v_mps[index] } else { 0.0 };
                    }
                }
            }
        }
    }
    waters
}
