//! Where the channel is read: its cells on the grid, gauges that stand in it, sections that cross it.

use super::super::layout::{Layout, N};
use super::super::rain::Rainfall;
use super::extremes::Extreme;
use crate::domain::frame::{GaugeReading, SectionReading};
use crate::domain::geo::PointMap;
use crate::domain::river::channel::{Channel, DRY_DEPTH_M};
use crate::domain::river::line::{ChannelLine, Crossing, LinePlace};
use crate::domain::scenario::Scenario;

/// A cell that the channel stands on, as pictures show it.
#[derive(Debug, Clone, Copy)]
struct CellOf {
    cell: usize,
    place: LinePlace,
    /// Bed as shown, m.
    z: f64,
    /// Unit vector along the channel.
    direction: [f64; 2],
    row: usize,
    col: usize,
}

/// What a cell of the channel shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) depth_m: f64,
    pub(super) u_mps: f64,
    pub(super) v_mps: f64,
}

/// A step as the extremes see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from_secs: f64,
    pub(super) to_secs: f64,
    /// Length of the interval of the rise that ends with this step, s.
    pub(super) marks_rise_over: Option<f64>,
}

/// All places at which the channel is read.
#[derive(Debug, Clone)]
pub(super) struct Places {
    cells: Vec<CellOf>,
    /// For each gauge of the scenario, where it stands in the channel.
    gauges: Vec<Option<CellOf>>,
    /// For each section of the scenario, where it crosses the channel.
    sections: Vec<Vec<Crossing>>,
}

impl Places {
    pub(super) fn new(scenario: &Scenario, line: &ChannelLine) -> Self {
        let terrain = &scenario.terrain;
        let of = |cell: usize, along_m: f64| {
            let (row, col) = terrain.grid.row_col(cell);
            let place = line.place(along_m);
            CellOf { cell, place, z: terrain.bed_m[cell], direction: line.direction(place.segment), row, col }
        };
        let gauge = |at: PointMap| {
            let (row, col) = terrain.grid.cell_at(at)?;
            let cell = terrain.grid.index(row, col);
            line.cells.iter().any(|of| of.cell == cell).then(|| of(cell, line.along_near_m(at)))
        };
        Self {
            cells: line.cells.iter().map(|cell| of(cell.cell, cell.along_m)).collect(),
            gauges: scenario.gauges.iter().map(|g| gauge(g.at)).collect(),
            sections: scenario.sections.iter().map(|section| line.crossings(&section.line)).collect(),
        }
    }

    /// Mean over the cells of each segment of the stages that are known; the bed of segments without any.
    pub(super) fn mean_stages(&self, channel: &Channel, stage_m: impl Fn(usize) -> Option<f64>) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); channel.n_segments()];
        for of in &self.cells {
            if let Some(stage) = stage_m(of.cell) {
                let (n, sum) = &mut sums[of.place.segment];
                (*n, *sum) = (*n + 1.0, *sum + stage);
            }
        }
        let mean = |(i, (n, sum)): (usize, &(f64, f64))| if *n > 0.0 { sum / n } else { channel.segment(i).bed_m };
        sums.iter().enumerate().map(mean).collect()
    }

    /// Tells of the rain of the step on each cell: its segment, and the depth in m.
    pub(super) fn rain(&self, rainfall: &Rainfall, layout: Layout, mut falls: impl FnMut(usize, f64)) {
        for of in &self.cells {
            let y = layout.flip(of.row);
            let depth_m = f64::from(rainfall.of_block(y, of.col / N)[of.col % N]);
            if depth_m > 0.0 {
                falls(of.place.segment, depth_m);
            }
        }
    }

    /// What each cell shows now, by its position in the arrays of the grid.
    pub(super) fn shown<'a>(&'a self, channel: &'a Channel) -> impl Iterator<Item = (usize, Shown)> + 'a {
        self.cells.iter().map(|of| (of.cell, of.shown(channel)))
    }

    /// Takes the extremes of a step.
    pub(super) fn gather(&self, channel: &Channel, extremes: &mut [Extreme], span: Span) {
        for (of, extreme) in self.cells.iter().zip(extremes) {
            let Shown { depth_m, u_mps, v_mps } = of.shown(channel);
            extreme.take(depth_m, u_mps.hypot(v_mps), span);
        }
    }

    pub(super) fn read_gauges(&self, channel: &Channel, readings: &mut [GaugeReading]) {
        for (reading, of) in readings.iter_mut().zip(&self.gauges) {
            let Some(of) = of else { continue };
            let (depth_m, stage_m) = (of.place.mix(|i| channel.depth_m(i)), of.place.mix(|i| channel.stage_m(i)));
            let Shown { u_mps, v_mps, .. } = of.shown(channel);
            *reading = GaugeReading { depth_m, stage_m, u_mps, v_mps };
        }
    }

    /// A discharge over the plain of a section, m³/s, with that of the channel where the section crosses it.
    pub(super) fn with_discharge_m3s(&self, channel: &Channel, section: usize, over_the_plain: f64) -> f64 {
        let in_channel = |Crossing { place, sign }: &Crossing| sign * place.mix(|i| channel.discharge_m3s(i));
        self.sections[section].iter().map(in_channel).fold(over_the_plain, |sum, discharge| sum + discharge)
    }

    /// Writes a quantity of the segments for each cell, by its position in the arrays of the grid.
    pub(super) fn of_cells(&self, value: impl Fn(usize) -> f64, mut write: impl FnMut(usize, f64)) {
        for of in &self.cells {
            write(of.cell, of.place.mix(&value));
        }
    }

    pub(super) fn read_sections(
        &self,
        channel: &Channel,
        kgm3: impl Fn(usize) -> f64,
        readings: &mut [SectionReading],
    ) {
        for (reading, crossings) in readings.iter_mut().zip(&self.sections) {
            let (mut n, mut sum) = (0.0, 0.0);
            for Crossing { place, sign } in crossings {
                let discharge_m3s = sign * place.mix(|i| channel.discharge_m3s(i));
                reading.discharge_m3s += discharge_m3s;
                if let Some(sediment) = &mut reading.sediment {
                    sediment.add(discharge_m3s, place.mix(&kgm3));
                }
                if channel.depth_m(place.segment) > DRY_DEPTH_M {
                    (n, sum) = (n + 1.0, sum + place.mix(|i| channel.stage_m(i)));
                }
            }
            if n > 0.0 {
                reading.mean_stage_m = Some(sum / n);
            }
        }
    }

    pub(super) fn n_bytes(&self) -> usize {
        size_of_val(&*self.cells) + size_of_val(&*self.gauges)
    }
}

impl CellOf {
    /// The depth is that over the bed as shown: the stage is the channel's.
    fn shown(&self, channel: &Channel) -> Shown {
        if channel.depth_m(self.place.segment) <= DRY_DEPTH_M {
            return Shown { depth_m: 0.0, u_mps: 0.0, v_mps: 0.0 };
        }
        let depth_m = (self.place.mix(|i| channel.stage_m(i)) - self.z).max(0.0);
        let speed_mps = if depth_m > DRY_DEPTH_M { self.place.mix(|i| channel.velocity_mps(i)) } else { 0.0 };
        Shown { depth_m, u_mps: speed_mps * self.direction[0], v_mps: speed_mps * self.direction[1] }
    }
}
