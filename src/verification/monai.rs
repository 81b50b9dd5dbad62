//! Monai valley: the 1:400 laboratory model of the 1993 Okushiri tsunami (CRIEPI; benchmark 2 of the long-wave workshop
//! of Catalina, 2004). The measured data are not part of the program.

use super::setup::{State, advance, linear, over, series, with_open};
use super::{Finding, Measure, Profile, Unit};
use crate::domain::geo::{PointMap, Raster};
use crate::domain::scenario::{BoundaryKind, Edge, Friction, Gauge, Initial, Order, Terrain};
use crate::domain::swe::Solver;

/// What was measured in the flume.
#[derive(Debug, Clone, PartialEq)]
pub struct MonaiData {
    /// Bed, m, still water at 0.
    pub bathymetry: Raster,
    /// Level of the water at the offshore end: (s, m).
    pub wave: Vec<[f64; 2]>,
    /// Level at each of [`GAUGES`]: (s, m).
    pub gauges: [Vec<[f64; 2]>; 3],
}

/// Name in the data, and place, of the gauges.
pub const GAUGES: [(&str, PointMap); 3] = [("ch5", [4.521, 1.196]), ("ch7", [4.521, 1.696]), ("ch9", [4.521, 2.196])];

/// The incoming wave is imposed until then; the offshore end is a wall afterwards. s.
const WAVE_ENDS_SECS: f64 = 22.5;
/// Levels are compared until then, s.
const COMPARED_SECS: f64 = 25.0;
const UNTIL_SECS: f64 = 30.0;
const LOOK_SECS: f64 = 0.05;
/// The wave has arrived when the water stands this high, m.
const ARRIVED_M: f64 = 0.01;

/// Runs the case and compares it with the measurements.
pub fn monai(data: &MonaiData, order: Order) -> Finding {
    let bed = &data.bathymetry;
    let terrain =
        Terrain { grid: bed.grid, epsg: None, bed_m: bed.values.clone(), manning: vec![0.01; bed.grid.n_cells()] };
    let grid = bed.grid;
    let mut walled = over(order, terrain);
    walled.numerics.friction = Friction::Manning;
    walled.numerics.dry_depth_m = 1e-5;
    walled.initial = Initial::Stage(0.0);
    walled.gauges = GAUGES.iter().map(|(name, at)| Gauge { name: (*name).into(), at: *at }).collect();
    let open = with_open(walled.clone(), Edge::West, BoundaryKind::Stage(series(data.wave.iter().copied())));

    let mut record = Record::default();
    let mut solver = Solver::new(&open);
    record.advance(&mut solver, 0.0, WAVE_ENDS_SECS);
    let state = State::of(&solver, &grid);
    let first = state.soundness(&solver);
    walled.initial = Initial::Fields { depth_m: state.depth, u_mps: state.u, v_mps: state.v };
    let mut solver = Solver::new(&walled);
    record.advance(&mut solver, WAVE_ENDS_SECS, UNTIL_SECS);
    let sound = State::of(&solver, &grid).soundness(&solver).worse(&first);

    let mut measures = Vec::new();
    let (mut late, mut rmse) = (0.0_f64, 0.0_f64);
    for (k, (name, _)) in GAUGES.iter().enumerate() {
        let compared = |points: &[[f64; 2]]| -> Vec<[f64; 2]> {
            points.iter().filter(|p| p[0] <= COMPARED_SECS).copied().collect()
        };
        let (found, measured) = (compared(&record.levels[k]), compared(&data.gauges[k]));
        let (peak, peak_measured) = (highest(&found), highest(&measured));
        let off = (peak / peak_measured - 1.0).abs();
        measures.push(
            Measure::new(
                format!("peak at {name} beside the measured {:.1} mm", 1e3 * peak_measured),
                Unit::Percent,
                off,
            )
            .bars(0.10, 0.10),
        );
        late = late.max((arrival(&found) - arrival(&measured)).abs());
        let squares = found.iter().map(|p| (p[1] - linear(&measured, p[0])).powi(2));
        rmse = rmse.max((squares.sum::<f64>() / found.len() as f64).sqrt());
    }
    measures.push(Measure::new("arrival (1 cm), worst of 3 gauges", Unit::Seconds, late).bars(0.3, 0.3));
    measures
        .push(Measure::new("RMSE of the level until 25 s, worst of 3 gauges", Unit::Metres, rmse).bars(0.006, 0.006));
    let shown = &record.levels[1];
    Finding {
        grid: format!("{} x {} x {} m", grid.n_cols, grid.n_rows, grid.cell_m),
        measures,
        soundness: sound,
        profile: Some(Profile {
            measure: 1,
            x_label: "time, s".into(),
            y_label: "level at ch7, m".into(),
            reference: "measured".into(),
            x: shown.iter().map(|p| p[0]).collect(),
            computed: shown.iter().map(|p| p[1]).collect(),
            exact: shown.iter().map(|p| linear(&data.gauges[1], p[0])).collect(),
            bed: None,
        }),
    }
}

/// Levels at the gauges over time: (s, m).
#[derive(Debug, Default)]
struct Record {
    levels: [Vec<[f64; 2]>; 3],
}

impl Record {
    /// Steps a solver whose own time starts at `from_secs` and notes the levels.
    fn advance(&mut self, solver: &mut Solver, from_secs: f64, until_secs: f64) {
        let mut t = 0.0;
        while from_secs + t < until_secs - 1e-9 {
            t = (t + LOOK_SECS).min(until_secs - from_secs);
            advance(solver, t);
            for (levels, gauge) in self.levels.iter_mut().zip(solver.gauges()) {
                levels.push([from_secs + t, gauge.stage_m]);
            }
        }
    }
}

fn highest(points: &[[f64; 2]]) -> f64 {
    points.iter().map(|p| p[1]).fold(f64::NEG_INFINITY, f64::max)
}

/// When the level first reaches [`ARRIVED_M`], s; infinite if it never does.
fn arrival(points: &[[f64; 2]]) -> f64 {
    points.iter().find(|p| p[1] >= ARRIVED_M).map_or(f64::INFINITY, |p| p[0])
}
