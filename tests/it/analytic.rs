//! Analytic behaviour beyond the cases of `verification`: rest, symmetry, the place of a shock, known errors of the
//! first order.

#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what these tests print with --nocapture")]

#[path = "basin.rs"]
pub(crate) mod basin;

use basin::{State, advance, assert_sound, basin, run, with_depth, with_manning, with_open};
use hetu::domain::scenario::{BoundaryKind, Edge, Initial, Order, Rain, Scenario, Series, Steps, Wall};
use hetu::domain::swe::Solver;
use hetu::verification::dam_breaks::stoker_middle;

// ---------------------------------------------------------------- lakes at rest

/// Speeds below this are rest (m/s): the bar of the issue. The lattice of levels makes it exactly 0 in fact.
const REST_MPS: f64 = 1e-12;

/// Rough ground with pits, an island and a step, from a fixed sequence; no smoothness to help the scheme.
fn rough(x: f64, y: f64) -> f64 {
    let noise = ((x * 12.9898 + y * 78.233).sin() * 43_758.545_3).fract();
    let island = 9.0 * (-((x - 400.0).powi(2) + (y - 300.0).powi(2)) / 8100.0).exp();
    3.0 * (x / 170.0).sin() * (y / 130.0).cos()
        + 1.5 * noise
        + island
        + if (630.0..650.0).contains(&x) { 6.0 } else { 0.0 }
}

fn stays_at_rest(scenario: &Scenario, until_secs: f64) {
    let before = State::of(&Solver::new(scenario), scenario);
    let solver = run(scenario, until_secs);
    let after = State::of(&solver, scenario);
    assert!(solver.counters().n_steps > 100, "{:?}", solver.counters());
    let fastest = solver.envelope().max_speed_mps.iter().copied().fold(0.0, f32::max);
    assert!(f64::from(fastest) < REST_MPS, "{fastest} m/s");
    assert_eq!(before.depth, after.depth);
}

#[test]
fn a_lake_on_rough_ground_with_islands_walls_and_holes_rests() {
    let mut scenario = with_manning(basin(128, 96, 10.0, rough), 0.03);
    scenario.terrain.bed_m[50 * 128 + 20..50 * 128 + 30].fill(f64::NAN);
    // One wall under water, one out of it.
    let line = vec![[100.0, 100.0], [700.0, 600.0], [900.0, 120.0]];
    scenario.walls.push(Wall::new("low", line, vec![2.0, 4.0, 3.0]));
    let line = vec![[300.0, 900.0], [1100.0, 700.0]];
    scenario.walls.push(Wall::new("high", line, vec![8.0, 9.0]));
    scenario.initial = Initial::Stage(5.0);
    stays_at_rest(&scenario, 200.0);
    let open = with_open(scenario, Edge::East, BoundaryKind::Stage(Series::constant(5.0)));
    stays_at_rest(&open, 200.0);
}

#[test]
fn a_lake_given_by_its_depths_rests_on_high_ground() {
    // Depth = level − bed rounds at 1000 m above datum; currents of 1e-12 m/s would start from that.
    let scenario = basin(40, 30, 10.0, |x, y| 1000.0 + rough(x, y));
    let scenario = with_depth(scenario, |x, y| (1004.3 - (1000.0 + rough(x, y))).max(0.0));
    stays_at_rest(&scenario, 200.0);
}

// ---------------------------------------------------------------- a shock

#[test]
fn the_shock_is_where_the_jump_conditions_put_it() {
    let (n, length, t, h_left, h_right) = (500, 2000.0, 50.0, 10.0, 1.0);
    let [h, _, speed] = stoker_middle(h_left, h_right);
    let scenario = with_depth(basin(n, 1, 4.0, |_, _| 0.0), |x, _| if x < 0.5 * length { h_left } else { h_right });
    let state = State::of(&run(&scenario, t), &scenario);
    let front = (0..n).rfind(|&i| state.depth[i] > 0.5 * (h + h_right)).unwrap();
    let found = (front as f64 + 0.5) * 4.0 - 0.5 * length;
    assert!((found - speed * t).abs() < 2.0 * 4.0, "{found} m against {} m", speed * t);
}

// ---------------------------------------------------------------- symmetry

/// A lopsided dam break on an uneven bed: nothing in it is symmetric by itself.
fn lopsided(n: usize, place: impl Fn(f64, f64) -> (f64, f64)) -> Scenario {
    let place = &place;
    let mut scenario = basin(n, n, 2.0, |x, y| {
        let (x, y) = place(x, y);
        // Sums of few terms of one sign of zero: the bed itself must be mirrored to the last bit.
        0.25 * (x / 8.0).floor() % 1.0 + 0.125 * (y / 4.0).floor() % 0.75
    });
    // Blocks lie along x: where they take longer steps, the axes differ.
    scenario.numerics.steps = Steps::Uniform;
    with_depth(with_manning(scenario, 0.02), |x, y| {
        let (x, y) = place(x, y);
        if x < 30.0 && y < 44.0 {
            4.0
        } else if x > 70.0 {
            0.5
        } else {
            0.0
        }
    })
}

#[test]
fn swapping_the_axes_swaps_the_result_to_the_last_bit() {
    let n = 50;
    let (a, b) = (lopsided(n, |x, y| (x, y)), lopsided(n, |x, y| (y, x)));
    let (a, b) = (State::of(&run(&a, 12.0), &a), State::of(&run(&b, 12.0), &b));
    assert!(a.max_speed() > 1.0);
    for row in 0..n {
        for col in 0..n {
            // Row from the south becomes column and back.
            let (k, swapped) = (row * n + col, (n - 1 - col) * n + (n - 1 - row));
            assert_eq!((a.depth[k], a.u[k], a.v[k]), (b.depth[swapped], b.v[swapped], b.u[swapped]));
        }
    }
}

#[test]
fn mirrored_water_gives_the_mirrored_result_to_the_last_bit() {
    let n = 50;
    let size = 2.0 * n as f64;
    let (a, b) = (lopsided(n, |x, y| (x, y)), lopsided(n, |x, y| (size - x, y)));
    let c = lopsided(n, |x, y| (x, size - y));
    let [a, b, c] = [a, b, c].map(|s| State::of(&run(&s, 12.0), &s));
    for row in 0..n {
        for col in 0..n {
            let (k, in_x, in_y) = (row * n + col, row * n + (n - 1 - col), (n - 1 - row) * n + col);
            assert_eq!((a.depth[k], a.u[k], a.v[k]), (b.depth[in_x], -b.u[in_x], b.v[in_x]));
            assert_eq!((a.depth[k], a.u[k], a.v[k]), (c.depth[in_y], c.u[in_y], -c.v[in_y]));
        }
    }
}

#[test]
fn a_circular_dam_break_stays_round() {
    let scenario = basin(64, 64, 1.0, |_, _| 0.0);
    let scenario = with_depth(scenario, |x, y| if (x - 32.0).hypot(y - 32.0) < 10.0 { 5.0 } else { 0.0 });
    let state = State::of(&run(&scenario, 3.0), &scenario);
    for row in 0..64 {
        for col in 0..64 {
            let h = state.depth[row * 64 + col];
            assert_eq!(h, state.depth[col * 64 + row]);
            assert_eq!(h, state.depth[row * 64 + (63 - col)]);
        }
    }
}

// ---------------------------------------------------------------- uniform flow

/// Depth in the middle of a long uniform channel after a long time, from a dry start.
fn uniform_depth(order: Order, q: f64, n: f64, slope: f64, cell: f64) -> f64 {
    let (n_cols, n_rows) = (100, 2);
    let length = n_cols as f64 * cell;
    let mut scenario = with_manning(basin(n_cols, n_rows, cell, |x, _| slope * (length - x)), n);
    scenario.numerics.order = order;
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(q * n_rows as f64 * cell)));
    let scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope });
    let solver = run(&scenario, 40.0 * length);
    let state = State::of(&solver, &scenario);
    let out = solver.budget();
    assert!(out.outflow > 0.9 * out.inflow);
    state.depth[50]
}

#[test]
fn steady_uniform_flow_has_the_normal_depth_of_manning() {
    for (q, n, slope) in [(0.5, 0.03, 0.002), (2.0, 0.03, 0.01), (2.0, 0.05, 0.002)] {
        let exact: f64 = (n * q / f64::sqrt(slope)).powf(0.6);
        // Cells as fine as depth over slope allows: bed steps of a few thousandths of the depth.
        let cell = (0.004 * exact / slope).min(5.0);
        let found = uniform_depth(Order::Second, q, n, slope, cell);
        println!(
            "uniform flow q {q}, n {n}, slope {slope}: depth {found:.4} m, Manning {exact:.4} m, cells of {cell:.2} m"
        );
        assert!((found / exact - 1.0).abs() < 0.005, "{found} m against {exact} m for {q}, {n}, {slope}");
    }
}

#[test]
fn uniform_flow_on_coarse_cells_is_shallow_at_first_order_and_exact_at_second() {
    // First order sees the bed as steps: the flux exceeds h u by Δz (1/Fr − 1) / 2 of it, so the water is shallower.
    let (q, n, slope) = (2.0, 0.03, 0.0002_f64);
    let exact: f64 = (n * q / slope.sqrt()).powf(0.6);
    let off = |order, cell| uniform_depth(order, q, n, slope, cell) / exact - 1.0;
    let (coarse, fine) = (off(Order::First, 200.0), off(Order::First, 50.0));
    println!(
        "uniform flow on coarse cells, first order: depth off by {:.2} % at 200 m, {:.2} % at 50 m",
        100.0 * coarse,
        100.0 * fine
    );
    assert!(coarse < 0.0 && coarse > -0.06, "{coarse}");
    assert!(fine / coarse < 0.4, "{fine} {coarse}");
    let second = off(Order::Second, 200.0);
    println!("second order: off by {second:.1e} at 200 m");
    assert!(second.abs() < 1e-6, "{second}");
}

// ---------------------------------------------------------------- rain on a plane

/// Runs 50 mm/h for an hour on a plane of 1 % and returns the Nash-Sutcliffe efficiency of the outlet discharge against
/// the kinematic wave (Henderson and Wooding 1964): q = α (R t)^(5/3) until the whole plane contributes, then R L.
fn plane_runoff_efficiency(n_cols: usize) -> f64 {
    let cell = 400.0 / n_cols as f64;
    let (length, slope, n, mm_per_hour) = (400.0, 0.01_f64, 0.03, 50.0);
    let mut scenario = with_manning(basin(n_cols, 1, cell, |x, _| slope * (length - x)), n);
    scenario.rain = Some(Rain::Uniform(Series::constant(mm_per_hour)));
    let scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope });
    let mut solver = Solver::new(&scenario);
    let rain = mm_per_hour / 3.6e6;
    let alpha = slope.sqrt() / n;
    let t_c = (length / (alpha * rain.powf(2.0 / 3.0))).powf(0.6);
    let (mut found, mut exact, mut last) = (Vec::new(), Vec::new(), 0.0);
    for k in 1..=60 {
        let t = 60.0 * f64::from(k);
        advance(&mut solver, t);
        let out = solver.budget().outflow;
        found.push((out - last) / 60.0 / cell);
        exact.push(alpha * (rain * (t - 30.0).min(t_c)).powf(5.0 / 3.0));
        last = out;
    }
    assert_sound(&solver, &scenario);
    let plateau = found[59] / (rain * length);
    assert!((plateau - 1.0).abs() < 0.01, "plateau {plateau}");
    let mean = exact.iter().sum::<f64>() / 60.0;
    let off: f64 = found.iter().zip(&exact).map(|(f, e)| (f - e).powi(2)).sum();
    1.0 - off / exact.iter().map(|e| (e - mean).powi(2)).sum::<f64>()
}

#[test]
fn rain_on_a_plane_tends_to_the_kinematic_wave() {
    // The film is 2 cm deep, so a first-order scheme sees steps of the bed as deep as the water until cells are below
    // a metre, and the water runs off too soon: the error must shrink with the cell.
    let coarse = plane_runoff_efficiency(200);
    let fine = plane_runoff_efficiency(800);
    println!("rain on a plane: efficiency {coarse:.4} with cells of 2 m, {fine:.4} with 0.5 m");
    assert!(coarse > 0.9 && fine > 0.99, "{coarse} {fine}");
}
