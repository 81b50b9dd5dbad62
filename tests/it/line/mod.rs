//! A channel as a line beside its plain: volumes, rest, bankfull, travel time, symmetry, and a run put by.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

mod basins;
mod corridor;
mod dikes;
mod program;
mod readings;
mod rest_of_run;

use hetu::domain::geo::Grid;
use hetu::domain::geo::polyline::Polyline;
use hetu::domain::river::channel::{Channel, Downstream};
use hetu::domain::river::line::{ChannelLine, Course, LineStart, SectionAt, cells_on_course};
use hetu::domain::scenario::{
    Boundary, BoundaryKind, Edge, Friction, Initial, PointSource, Rain, Scenario, Section, Series,
};
use hetu::domain::swe::Solver;

use crate::analytic::basin::{State, basin, series, with_manning};

const SLOPE: f64 = 2e-4;
const CELL_M: f64 = 400.0;
const N_COLS: usize = 50;
const N_ROWS: usize = 11;
/// Trapezoid of 300 m and 3 m, n 0.02: (0.6 + 0.4 · 3/8) · 300 · 3^(5/3) · √2e-4 / 0.02 = 992.8 m³/s.
const BANKFULL_M3S: f64 = 992.8;

/// Level of the lip at a distance from the upstream end, m.
fn lip_m(x: f64, slope: f64) -> f64 {
    10.0 - slope * x
}

/// A straight valley that falls eastward, with the river in its middle row and a plain that rises gently beside it.
fn valley(slope: f64) -> Scenario {
    let middle = 0.5 * N_ROWS as f64 * CELL_M;
    let bed = |x: f64, y: f64| lip_m(x, slope) + 2e-4 * ((y - middle).abs() - CELL_M).max(0.0);
    let mut scenario = with_manning(basin(N_COLS, N_ROWS, CELL_M, bed), 0.035);
    scenario.numerics.dry_depth_m = 1e-3;
    scenario.numerics.friction = Friction::Manning;
    let grid = scenario.terrain.grid;
    scenario.channel = Some(channel(&mut scenario, &grid, slope, middle));
    scenario
}

fn channel(scenario: &mut Scenario, grid: &Grid, slope: f64, middle: f64) -> ChannelLine {
    let length_m = N_COLS as f64 * CELL_M;
    let line = Polyline::new(vec![[0.0, middle], [length_m, middle]]).unwrap();
    let is_channel = cells_on_course(grid, &line);
    let is_plain: Vec<bool> = is_channel.iter().map(|is| !is).collect();
    let course = Course { grid, line: &line, span_m: [0.0, length_m], is_channel: &is_channel, is_plain: &is_plain };
    for (bed, _) in scenario.terrain.bed_m.iter_mut().zip(&is_channel).filter(|(_, is)| **is) {
        *bed -= 3.0;
    }
    let at = |s: f64| SectionAt {
        width_m: 300.0,
        lip_m: lip_m(s, slope),
        bed_m: lip_m(s, slope) - 3.0,
        bottom_frac: 0.6,
        manning: 0.02,
        chainage_km: s / 1000.0,
    };
    course.lay(at).unwrap()
}

/// The valley with a discharge that comes in from the west and goes out down the slope; it begins as a steady river.
pub(crate) fn river(begin_m3s: f64, inflow: Series) -> Scenario {
    let mut scenario = valley(SLOPE);
    scenario.channel.as_mut().unwrap().start = LineStart::Steady(begin_m3s);
    let open = |edge, kind| Boundary { name: format!("{edge:?}"), edge, span_m: [0.0, N_ROWS as f64 * CELL_M], kind };
    scenario.boundaries.push(open(Edge::West, BoundaryKind::Discharge(inflow)));
    scenario.boundaries.push(open(Edge::East, BoundaryKind::NormalDepth { slope: SLOPE }));
    scenario
}

pub(crate) fn hours(pairs: &[[f64; 2]]) -> Series {
    series(&pairs.iter().map(|[t, q]| [t * 3600.0, *q]).collect::<Vec<_>>())
}

/// Cells of the plain with water beyond a depth.
fn n_flooded(scenario: &Scenario, solver: &Solver, depth_m: f64) -> usize {
    let State { depth, .. } = State::of(solver, scenario);
    let channel = &scenario.channel.as_ref().unwrap().cells;
    (0..depth.len()).filter(|cell| depth[*cell] > depth_m && channel.iter().all(|of| of.cell != *cell)).count()
}

fn run_to(solver: &mut Solver, hours: f64) {
    while solver.step(hours * 3600.0) > 0.0 {}
}

/// Over the banks and back, with a tributary, a withdrawal that outlasts the water, and rain.
#[test]
fn volumes_close_over_a_flood_that_goes_over_the_banks_and_back() {
    let mut scenario = river(300.0, hours(&[[0.0, 300.0], [12.0, 3000.0], [30.0, 3000.0], [48.0, 200.0]]));
    let middle = 0.5 * N_ROWS as f64 * CELL_M;
    let source = |name: &str, x: f64, discharge_m3s| PointSource { name: name.into(), at: [x, middle], discharge_m3s };
    scenario.sources.push(source("tributary", 4100.0, hours(&[[0.0, 50.0], [24.0, 400.0], [48.0, 0.0]])));
    scenario.sources.push(source("canal", 9000.0, Series::constant(-260.0)));
    scenario.rain = Some(Rain::Uniform(hours(&[[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]])));
    let mut solver = Solver::new(&scenario);
    let mut most = 0;
    for hour in 0..120 {
        run_to(&mut solver, f64::from(hour));
        most = most.max(n_flooded(&scenario, &solver, 0.2));
        let budget = solver.budget();
        assert!(budget.residual_frac().abs() < 1e-12, "hour {hour}: {budget:?}");
    }
    let left = n_flooded(&scenario, &solver, 0.2);
    let budget = solver.budget();
    println!("volumes: {most} cells flooded at most, {left} left, residual {:.1e}", budget.residual_frac());
    assert!(most > 150 && left < most / 10, "{most} {left}");
    // 3.333 h · 5 mm over all cells, those of the channel too: the rain is a triangle of 5 mm/h over 20 h, 50 mm.
    let all_m2 = (N_COLS * N_ROWS) as f64 * CELL_M * CELL_M;
    assert!((budget.rain / (0.05 * all_m2) - 1.0).abs() < 1e-5, "{}", budget.rain);
    assert_eq!(solver.counters().contained_cells, 0);
}

/// A sink takes what a dry channel does not have.
#[test]
fn a_withdrawal_takes_no_more_than_there_is() {
    let mut scenario = river(100.0, Series::constant(100.0));
    let at = [10_000.0, 0.5 * N_ROWS as f64 * CELL_M];
    let discharge_m3s = Series::constant(-500.0);
    scenario.sources.push(PointSource { name: "canal".into(), at, discharge_m3s });
    let mut solver = Solver::new(&scenario);
    run_to(&mut solver, 48.0);
    let budget = solver.budget();
    assert!(budget.residual_frac().abs() < 1e-12, "{budget:?}");
    // All that came in went to the canal or out before it ran dry.
    assert!((budget.inflow / (48.0 * 3600.0 * 100.0) - 1.0).abs() < 1e-9);
    assert!(budget.outflow < budget.inflow + budget.initial);
}

#[test]
fn a_lake_over_channel_and_plain_stays_at_rest() {
    let mut scenario = valley(1e-5);
    scenario.initial = Initial::Stage(10.4);
    let mut solver = Solver::new(&scenario);
    let before = State::of(&solver, &scenario);
    assert!(before.depth.iter().all(|h| *h > 0.0));
    for _ in 0..500 {
        solver.step(f64::INFINITY);
    }
    let after = State::of(&solver, &scenario);
    assert!(after.depth.iter().chain(&after.u).chain(&after.v).all(|value| value.is_finite()));
    let moved = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let (rise, speed) =
        (moved(&before.depth, &after.depth), moved(&after.u, &before.u).max(moved(&after.v, &before.v)));
    println!("lake: levels moved by {rise:.1e} m, {speed:.1e} m/s");
    assert!(rise < 1e-9 && speed < 1e-9, "{rise} {speed}");
    assert!(solver.budget().residual_frac().abs() < 1e-14);
}

#[test]
fn nine_tenths_of_bankfull_stay_in_the_channel_and_twelve_flood_the_plain() {
    for (share, floods) in [(0.9, false), (1.2, true)] {
        let discharge = share * BANKFULL_M3S;
        let mut solver = Solver::new(&river(500.0, Series::constant(discharge)));
        run_to(&mut solver, 72.0);
        let scenario = river(500.0, Series::constant(discharge));
        let n = n_flooded(&scenario, &solver, 0.01);
        println!("bankfull: {n} cells of the plain are wet at {share} of it");
        assert_eq!(n > 50, floods, "{n} cells at {share} of bankfull");
        assert!(floods || n == 0);
    }
}

/// While it stays in the channel, a wave of the joined model is that of the channel alone.
#[test]
fn a_wave_in_the_channel_is_that_of_the_channel_alone() {
    let inflow = hours(&[[0.0, 300.0], [6.0, 800.0], [12.0, 300.0]]);
    let mut scenario = river(300.0, inflow.clone());
    let across = |x: f64| Section { name: format!("{x}"), line: vec![[x, 0.0], [x, N_ROWS as f64 * CELL_M]] };
    scenario.sections = vec![across(18_200.0)];
    let line = scenario.channel.clone().unwrap();
    let mut alone = Channel::new(line.segments.clone(), Downstream::NormalDepth(SLOPE)).unwrap();
    alone.start_steady(300.0);
    let still = vec![0.0; alone.n_segments()];
    let mut solver = Solver::new(&scenario);
    let (mut peak, mut largest) = ((0.0, 0.0_f64), 0.0_f64);
    while solver.time_secs() < 24.0 * 3600.0 {
        let from = solver.time_secs();
        let dt = solver.step(24.0 * 3600.0);
        alone.step(dt, inflow.mean_over(from, from + dt), &still);
        let joined = solver.sections()[0].discharge_m3s;
        largest = largest.max((joined - alone.discharge_m3s(45)).abs());
        if joined > peak.1 {
            peak = (solver.time_secs() / 3600.0, joined);
        }
    }
    println!("wave: {:.1} m3/s after {:.2} h, at most {largest:.1e} m3/s from the channel alone", peak.1, peak.0);
    assert!(largest < 1e-9, "{largest}");
    // The peak of 800 m³/s runs 18.2 km at about 5/3 of 1.5 m/s.
    assert!(peak.1 > 700.0 && (7.5..9.5).contains(&peak.0), "{peak:?}");
}

#[test]
fn a_symmetric_valley_floods_symmetrically() {
    let scenario = river(500.0, hours(&[[0.0, 500.0], [6.0, 2500.0]]));
    let mut solver = Solver::new(&scenario);
    run_to(&mut solver, 18.0);
    assert!(n_flooded(&scenario, &solver, 0.2) > 100);
    let State { depth, u, v } = State::of(&solver, &scenario);
    let mut largest = 0.0_f64;
    for row in 0..N_ROWS {
        for col in 0..N_COLS {
            let (here, there) = (row * N_COLS + col, (N_ROWS - 1 - row) * N_COLS + col);
            largest = largest.max((depth[here] - depth[there]).abs());
            largest = largest.max((u[here] - u[there]).abs()).max((v[here] + v[there]).abs());
        }
    }
    println!("symmetry: the halves differ by {largest:.1e}");
    assert!(largest < 1e-6, "{largest}");
}
