//! Water that comes or goes at points inside the domain.

use super::budget::Ledger;
use super::layout::{Layout, Place};
use super::water::Waters;
use crate::domain::scenario::{Scenario, Series};

/// One point source on the grid.
#[derive(Debug, Clone)]
struct Spot {
    cell: Place,
    discharge_m3s: Series,
    /// Concentration of what comes, kg/m³; clear water without.
    concentration_kgm3: Option<Series>,
}

/// The point sources and sinks of a run.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    spots: Vec<Spot>,
    cell_area_m2: f64,
}

impl Sources {
    pub(super) fn new(scenario: &Scenario, layout: Layout) -> Self {
        let grid = &scenario.terrain.grid;
        let spots = scenario.sources.iter().filter_map(|s| {
            let (row, col) = grid.cell_at(s.at)?;
            let concentration_kgm3 = scenario.sediment.as_ref().and_then(|silt| silt.inflow_of(&s.name)).cloned();
            scenario.terrain.is_inside(grid.index(row, col)).then(|| Spot {
                cell: layout.place(row, col),
                discharge_m3s: s.discharge_m3s.clone(),
                concentration_kgm3,
            })
        });
        Self { spots: spots.collect(), cell_area_m2: grid.cell_area_m2() }
    }

    /// The cells of the sources.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        self.spots.iter().map(|spot| spot.cell)
    }

    /// Shortens a step until the waves that the sources make in it do not cross a cell.
    pub(super) fn shorten(&self, waters: &Waters, from_secs: f64, dt: f64, cfl_length: f64, g: f64) -> f64 {
        let mut dt = dt;
        for spot in &self.spots {
            let h = waters.depth(spot.cell);
            let rise = |dt: f64| mean_over(&spot.discharge_m3s, from_secs, from_secs + dt).max(0.0) / self.cell_area_m2;
            dt = shortened(h, rise, dt, cfl_length, g);
        }
        dt
    }

    /// Puts in and takes out the water of the point sources, and books it. Water comes in without momentum; a sink
    /// takes at most what is there, and the momentum and sediment of what it takes.
    pub(super) fn apply(&self, waters: &mut Waters, ledger: &mut Ledger, from_secs: f64, dt: f64, dry: f64) {
        for Spot { cell, discharge_m3s, concentration_kgm3 } in &self.spots {
            let wanted = mean_over(discharge_m3s, from_secs, from_secs + dt) * dt / self.cell_area_m2;
            // The booked volume is what the cell really gained, rounding included.
            let gained = waters.add_depth(*cell, wanted, dry);
            ledger.exchange(gained * self.cell_area_m2);
            waters.lose_silt_in_hand();
            if let Some(series) = concentration_kgm3.as_ref().filter(|_| gained > 0.0) {
                waters.let_silt_in(*cell, gained * mean_over(series, from_secs, from_secs + dt));
            }
        }
    }
}

/// Shortens a step of `dt` s until the wave that a rise at `rise_mps` (m/s) makes on a depth of `h` m does not cross a
/// cell: `cfl_length` is the way it may go, m.
pub(super) fn shortened(h: f64, rise_mps: impl Fn(f64) -> f64, dt: f64, cfl_length: f64, g: f64) -> f64 {
    let mut dt = dt;
    while (g * (h + rise_mps(dt) * dt)).sqrt() * dt > cfl_length && rise_mps(dt) > 0.0 && dt > 1e-6 {
        dt *= 0.5;
    }
    dt
}

/// Mean of a series over an interval.
pub(super) fn mean_over(series: &Series, from: f64, to: f64) -> f64 {
    series.mean_over(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_series_is_exact_over_its_breaks() {
        let series = Series::new(vec![[0.0, 0.0], [10.0, 100.0], [20.0, 100.0], [30.0, 0.0]]).unwrap();
        assert!((mean_over(&series, -10.0, 10.0) - 25.0).abs() < 1e-12);
        assert!((mean_over(&series, 5.0, 25.0) - (375.0 + 1000.0 + 375.0) / 20.0).abs() < 1e-12);
        assert!((mean_over(&series, 12.0, 13.0) - 100.0).abs() < 1e-12);
        assert!(mean_over(&series, 40.0, 50.0).abs() < 1e-12);
        assert!((mean_over(&series, 5.0, 5.0) - 50.0).abs() < 1e-12);
    }
}
