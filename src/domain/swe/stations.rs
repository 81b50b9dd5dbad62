//! Gauges and sections: what is read from the state and from the fluxes of the last step.

use super::layout::{Axis, FaceSlot, Fluxes, Layout, Slot, Water};
use super::trace::trace;
use crate::domain::frame::{GaugeReading, SectionReading};
use crate::domain::scenario::Scenario;

/// The gauges and sections of a scenario on the grid.
#[derive(Debug, Clone)]
pub(super) struct Stations {
    gauges: Vec<Option<GaugePoint>>,
    sections: Vec<SectionFaces>,
}

#[derive(Debug, Clone, Copy)]
struct GaugePoint {
    slot: Slot,
    z: f64,
}

#[derive(Debug, Clone)]
struct SectionFaces {
    faces: Vec<SectionFace>,
    /// Cells on both sides, each once, with their bed.
    cells: Vec<GaugePoint>,
}

#[derive(Debug, Clone, Copy)]
struct SectionFace {
    tile: usize,
    at: FaceSlot,
    sign: f64,
}

impl Stations {
    pub(super) fn new(scenario: &Scenario, layout: Layout, bed: impl Fn(Slot) -> f64) -> Self {
        let terrain = &scenario.terrain;
        let grid = &terrain.grid;
        let inside = |(row, col): (usize, usize)| {
            terrain.is_inside(grid.index(row, col)).then(|| {
                let slot = layout.slot(row, col);
                GaugePoint { slot, z: bed(slot) }
            })
        };
        let gauges = scenario.gauges.iter().map(|g| grid.cell_at(g.at).and_then(inside)).collect();
        let sections = scenario.sections.iter().map(|section| {
            let traced = trace(grid, &section.line);
            let mut cells: Vec<_> = traced.iter().flat_map(|t| t.face.cells(grid)).flatten().collect();
            cells.sort_unstable();
            cells.dedup();
            let faces = traced.iter().filter_map(|t| {
                let y = match t.face.axis {
                    Axis::X => layout.flip(t.face.row),
                    Axis::Y => layout.n_rows - t.face.row,
                };
                let (tile, at) = layout.face_slots(t.face.axis, y, t.face.col).into_iter().flatten().next()?;
                Some(SectionFace { tile, at, sign: t.sign })
            });
            SectionFaces { faces: faces.collect(), cells: cells.into_iter().filter_map(inside).collect() }
        });
        Self { gauges, sections: sections.collect() }
    }

    /// Readings of the gauges, in the scenario's order.
    pub(super) fn read_gauges(&self, waters: &[Water]) -> Vec<GaugeReading> {
        let read = |point: &Option<GaugePoint>| {
            point.map_or_else(GaugeReading::default, |GaugePoint { slot, z }| {
                let water = &waters[slot.tile];
                let depth_m = water.h[slot.j][slot.i];
                let (u_mps, v_mps) = (water.u[slot.j][slot.i], water.v[slot.j][slot.i]);
                GaugeReading { depth_m, stage_m: z + depth_m, u_mps, v_mps }
            })
        };
        self.gauges.iter().map(read).collect()
    }

    /// Readings of the sections, in the scenario's order; discharges are those of the last step.
    pub(super) fn read_sections(
        &self,
        waters: &[Water],
        fluxes: &[Fluxes],
        layout: Layout,
        dry: f64,
        cell_m: f64,
    ) -> Vec<SectionReading> {
        let read = |section: &SectionFaces| {
            let flow: f64 =
                section.faces.iter().map(|f| f.sign * passed(fluxes, layout, f.tile, f.at)).sum::<f64>() * cell_m;
            let (mut n, mut sum) = (0_u32, 0.0);
            for cell in &section.cells {
                let h = waters[cell.slot.tile].h[cell.slot.j][cell.slot.i];
                if h > dry {
                    n += 1;
                    sum += cell.z + h;
                }
            }
            SectionReading { discharge_m3s: flow, mean_stage_m: (n > 0).then(|| sum / f64::from(n)) }
        };
        self.sections.iter().map(read).collect()
    }
}

/// Mass that really passed a face in the last step, m²/s: the flux, less what its cell could not afford.
pub(super) fn passed(fluxes: &[Fluxes], layout: Layout, tile: usize, at: FaceSlot) -> f64 {
    let here = &fluxes[tile];
    if !here.live {
        // A tile that was not computed had only dry faces.
        return 0.0;
    }
    let m = here.mass(at);
    let (j, i) = (at.j, at.i);
    let beside = layout.neighbours(tile);
    // The cell that gives the water, or none when it comes from outside.
    let giver = match (at.axis, m > 0.0) {
        (Axis::X, true) => super::update::cell_before(tile, beside.west, i).map(|(t, i)| (t, j, i)),
        (Axis::X, false) => super::update::cell_after(tile, beside.east, i).map(|(t, i)| (t, j, i)),
        (Axis::Y, true) => super::update::cell_before(tile, beside.south, j).map(|(t, j)| (t, j, i)),
        (Axis::Y, false) => super::update::cell_after(tile, beside.north, j).map(|(t, j)| (t, j, i)),
    };
    let share =
        giver.map_or(1.0, |(t, j, i)| if fluxes[t].live && fluxes[t].limited { fluxes[t].theta[j][i] } else { 1.0 });
    m * share
}
