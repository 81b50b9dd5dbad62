//! Gauges and sections: what is read from the state and from the fluxes of the last step.

use super::layout::{Axis, FaceAt, Layout, Place};
use super::trace::{Face, trace};
use super::watch::Watch;
use super::water::Waters;
use crate::domain::frame::{GaugeReading, SectionReading, SedimentReading};
use crate::domain::scenario::Scenario;

/// The gauges and sections of a scenario on the grid.
#[derive(Debug, Clone)]
pub(super) struct Stations {
    gauges: Vec<Option<GaugePoint>>,
    sections: Vec<SectionFaces>,
}

#[derive(Debug, Clone, Copy)]
struct GaugePoint {
    cell: Place,
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
    at: FaceAt,
    sign: f64,
}

impl Stations {
    pub(super) fn new(scenario: &Scenario, layout: Layout, bed: impl Fn(Place) -> f64) -> Self {
        let terrain = &scenario.terrain;
        let grid = &terrain.grid;
        let inside = |(row, col): (usize, usize)| {
            terrain.is_inside(grid.index(row, col)).then(|| {
                let cell = layout.place(row, col);
                GaugePoint { cell, z: bed(cell) }
            })
        };
        let gauges = scenario.gauges.iter().map(|g| grid.cell_at(g.at).and_then(inside)).collect();
        let sections = scenario.sections.iter().map(|section| {
            let traced = trace(grid, &section.line);
            let mut cells: Vec<_> = traced.iter().flat_map(|t| t.face.cells(grid)).flatten().collect();
            cells.sort_unstable();
            cells.dedup();
            let faces = traced.iter().map(|t| SectionFace { at: face_at(t.face, layout), sign: t.sign });
            SectionFaces { faces: faces.collect(), cells: cells.into_iter().filter_map(inside).collect() }
        });
        Self { gauges, sections: sections.collect() }
    }

    /// The faces of the sections.
    pub(super) fn faces(&self) -> impl Iterator<Item = FaceAt> {
        self.sections.iter().flat_map(|section| section.faces.iter().map(|face| face.at))
    }

    /// Readings of the gauges, in the scenario's order.
    pub(super) fn read_gauges(&self, waters: &Waters) -> Vec<GaugeReading> {
        let read = |point: &Option<GaugePoint>| {
            point.map_or_else(GaugeReading::default, |GaugePoint { cell, z }| {
                let depth_m = waters.depth(cell);
                let [u_mps, v_mps] = waters.velocity(cell);
                GaugeReading { depth_m, stage_m: z + depth_m, u_mps, v_mps }
            })
        };
        self.gauges.iter().map(read).collect()
    }

    /// Readings of the sections, in the scenario's order; discharges are those of the last step.
    pub(super) fn read_sections(&self, waters: &Waters, watch: &Watch, dry: f64, cell_m: f64) -> Vec<SectionReading> {
        let read = |section: &SectionFaces| {
            let flow = section.discharge_m3s(watch, cell_m);
            let (mut n, mut sum) = (0_u32, 0.0);
            for cell in &section.cells {
                let h = waters.depth(cell.cell);
                if h > dry {
                    n += 1;
                    sum += cell.z + h;
                }
            }
            SectionReading {
                discharge_m3s: flow,
                mean_stage_m: (n > 0).then(|| sum / f64::from(n)),
                sediment: section.sediment(waters, watch, cell_m),
            }
        };
        self.sections.iter().map(read).collect()
    }

    /// Discharge of one section over the plain in the last step, m³/s.
    pub(super) fn discharge_m3s(&self, section: usize, watch: &Watch, cell_m: f64) -> f64 {
        self.sections[section].discharge_m3s(watch, cell_m)
    }
}

impl SectionFaces {
    fn discharge_m3s(&self, watch: &Watch, cell_m: f64) -> f64 {
        self.faces.iter().map(|f| f.sign * watch.passed(f.at)).sum::<f64>() * cell_m
    }
}

impl SectionFaces {
    /// What passed in the last step, with the concentration now on the side that it came from.
    fn sediment(&self, waters: &Waters, watch: &Watch, cell_m: f64) -> Option<SedimentReading> {
        waters.silts.as_ref()?;
        let mut reading = SedimentReading::default();
        for face in &self.faces {
            let m = watch.passed(face.at);
            let [left, right] = face.at.beside();
            // Beyond an open edge nothing is known: then the cell inside stands in.
            let sides = if m > 0.0 { [left, right] } else { [right, left] };
            let from = sides.into_iter().flatten().find(|&cell| waters.holds(cell));
            let kgm3 = from.and_then(|cell| waters.concentration_kgm3(cell)).unwrap_or(0.0);
            reading.add(face.sign * m * cell_m, kgm3);
        }
        Some(reading)
    }
}

/// A traced face as it lies in memory.
pub(super) fn face_at(face: Face, layout: Layout) -> FaceAt {
    let y = match face.axis {
        Axis::X => layout.flip(face.row),
        Axis::Y => layout.n_rows - face.row,
    };
    FaceAt { y, axis: face.axis, x: face.col }
}
