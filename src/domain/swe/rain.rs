//! Rain: the depth that falls on the cells of a block in a step.
//!
//! The depth of a step is its integral over the step, so that a series and a field give their volume exactly, whatever
//! the steps. Rain comes without momentum.

use super::layout::{Layout, N};
use crate::domain::rain::{MPS_PER_MM_PER_HOUR, Rain, RainGrid};
use crate::domain::scenario::{Scenario, Series};

/// The rain of a run, and what of it falls in the step at hand.
#[derive(Debug, Clone)]
pub(super) struct Rainfall {
    kind: Kind,
    /// Cells of the domain.
    n_inside: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    None,
    Uniform { mm_per_hour: Series, depth_m: f64 },
    Fields(Box<Fields>),
}

/// Fields of rain below which blocks lie.
#[derive(Debug, Clone)]
struct Fields {
    grid: RainGrid,
    /// Cells of the domain below each rain cell.
    n_below: Vec<usize>,
    /// Depth of the step on each rain cell, m.
    depth_m: Vec<f64>,
    /// Whether any field has a part in the step.
    falls: bool,
    /// Place in a field of the first rain cell of the row over each row of cells, from south to north. Like the columns
    /// monotone; columns that pad the last block have that of the last one.
    row_start: Vec<usize>,
    /// Rain column over each column of cells.
    col_of: Vec<usize>,
}

impl Rainfall {
    pub(super) fn new(scenario: &Scenario, layout: Layout) -> Self {
        let terrain = &scenario.terrain;
        let n_inside = (0..terrain.grid.n_cells()).filter(|&index| terrain.is_inside(index)).count();
        let kind = match &scenario.rain {
            None => Kind::None,
            Some(Rain::Uniform(series)) => Kind::Uniform { mm_per_hour: series.clone(), depth_m: 0.0 },
            Some(Rain::Grid(grid)) => Kind::Fields(Box::new(Fields::new(grid, grid.n_below(terrain), layout))),
        };
        Self { kind, n_inside }
    }

    /// Takes up the rain of the step that begins at `from_secs` and lasts `dt`.
    pub(super) fn fall(&mut self, from_secs: f64, dt: f64) {
        match &mut self.kind {
            Kind::None => {}
            Kind::Uniform { mm_per_hour, depth_m } => {
                let rate = mm_per_hour.mean_over(from_secs, from_secs + dt);
                *depth_m = single(rate.max(0.0) * MPS_PER_MM_PER_HOUR * dt);
            }
            Kind::Fields(fields) => fields.fall(from_secs, from_secs + dt),
        }
    }

    /// Whether any falls on a block of row `y` in this step: then all its cells have to be computed.
    pub(super) fn falls_on(&self, y: usize, block: usize) -> bool {
        match &self.kind {
            Kind::None => false,
            Kind::Uniform { depth_m, .. } => *depth_m > 0.0,
            Kind::Fields(fields) => fields.falls && fields.of_block(y, block).iter().any(|&depth| depth > 0.0),
        }
    }

    /// Whether any falls anywhere in this step.
    pub(super) fn falls(&self) -> bool {
        match &self.kind {
            Kind::None => false,
            Kind::Uniform { depth_m, .. } => *depth_m > 0.0,
            Kind::Fields(fields) => fields.falls,
        }
    }

    /// Depth of this step on the cells of a block of row `y`, m; outside the domain it means nothing.
    #[expect(clippy::cast_possible_truncation, reason = "the depths have been rounded before")]
    pub(super) fn of_block(&self, y: usize, block: usize) -> [f32; N] {
        match &self.kind {
            Kind::None => [0.0; N],
            Kind::Uniform { depth_m, .. } => [*depth_m as f32; N],
            Kind::Fields(fields) => fields.of_block(y, block).map(|depth| depth as f32),
        }
    }

    /// Depth of this step summed over the cells of the domain, m: what the budget books.
    pub(super) fn sum_m(&self) -> f64 {
        match &self.kind {
            Kind::None => 0.0,
            Kind::Uniform { depth_m, .. } => depth_m * self.n_inside as f64,
            Kind::Fields(fields) => fields.depth_m.iter().zip(&fields.n_below).map(|(d, n)| d * *n as f64).sum(),
        }
    }
}

impl Fields {
    fn new(grid: &RainGrid, n_below: Vec<usize>, layout: Layout) -> Self {
        let row_start: Vec<usize> = grid.row_of.iter().rev().map(|row| row * grid.n_cols).collect();
        let mut col_of = grid.col_of.clone();
        let last = |list: &[usize]| list.last().copied().unwrap_or_default();
        col_of.resize(layout.n_blocks * N, last(&col_of));
        Self { falls: false, depth_m: vec![0.0; grid.n_cells()], grid: grid.clone(), n_below, row_start, col_of }
    }

    fn fall(&mut self, from_secs: f64, to_secs: f64) {
        self.depth_m.fill(0.0);
        self.falls = false;
        for (span, secs) in self.grid.within(from_secs, to_secs) {
            self.falls = true;
            for (depth, rate) in self.depth_m.iter_mut().zip(self.grid.field(span)) {
                *depth += rate * (MPS_PER_MM_PER_HOUR * secs);
            }
        }
        self.depth_m.iter_mut().for_each(|depth| *depth = single(*depth));
    }

    fn of_block(&self, y: usize, block: usize) -> [f64; N] {
        let start = self.row_start[y];
        let cols = &self.col_of[block * N..][..N];
        std::array::from_fn(|i| self.depth_m[start + cols[i]])
    }
}

/// Depths are rounded to single precision, which the step works in, before they are booked.
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn single(depth_m: f64) -> f64 {
    f64::from(depth_m as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::swe::bench;

    /// Two rain cells, west of column 20 and east of it, over 40 by 40 cells; it rains in the west first, then in the east.
    fn halves() -> (Rainfall, Layout) {
        let mut scenario = bench::circular_dam_break(40);
        scenario.rain = Some(Rain::Grid(RainGrid {
            spans_secs: vec![[0.0, 100.0], [100.0, 200.0]],
            n_cols: 2,
            n_rows: 1,
            rates_mm_per_hour: vec![36.0, 0.0, 0.0, 72.0],
            col_of: (0..40).map(|col| usize::from(col >= 20)).collect(),
            row_of: vec![0; 40],
        }));
        let layout = Layout::new(&scenario.terrain.grid);
        (Rainfall::new(&scenario, layout), layout)
    }

    #[test]
    fn fields_fall_on_the_cells_below_them() {
        let (mut rain, layout) = halves();
        rain.fall(90.0, 30.0);
        // 10 s of 36 mm/h in the west, 20 s of 72 mm/h in the east.
        let y = layout.flip(5);
        let (block, [west, east]) = (1, [3, 4]);
        let row = rain.of_block(y, block);
        assert!((row[west] - 1e-4).abs() < 1e-11 && (row[east] - 4e-4).abs() < 1e-11, "{row:?}");
        assert!((rain.sum_m() - 800.0 * 5e-4).abs() < 1e-7);
        let booked = 800.0 * (f64::from(row[west]) + f64::from(row[east]));
        assert!((rain.sum_m() - booked).abs() < 1e-12, "what is booked is what falls");
        assert!((0..layout.n_blocks).all(|block| rain.falls_on(y, block)));
    }

    #[test]
    fn only_blocks_below_rain_are_rained_on() {
        let (mut rain, layout) = halves();
        rain.fall(150.0, 10.0);
        let wet: Vec<bool> = (0..layout.n_blocks).map(|block| rain.falls_on(7, block)).collect();
        assert_eq!(wet, [false, true, true]);
        rain.fall(200.0, 10.0);
        assert!((0..layout.n_blocks).all(|block| !rain.falls_on(7, block)));
        assert!(rain.sum_m().abs() < f64::MIN_POSITIVE);
    }
}
