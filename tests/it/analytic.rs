//! Analytic cases: error norms, and their order under refinement.
//!
//! Formulas are restated here from their sources. Bars for a first-order scheme are 1.5 times what a plain textbook
//! scheme of the same order (HLL, hydrostatic reconstruction, Courant number 0.45) reaches on the same grid.

#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what these tests print with --nocapture")]

#[path = "basin.rs"]
pub(crate) mod basin;

use basin::{G, State, advance, assert_sound, basin, relative_l1, run, series, with_depth, with_manning, with_open};
use hetu::domain::scenario::{BoundaryKind, Edge, Initial, Order, Rain, Scenario, Series, Wall};
use hetu::domain::swe::Solver;

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
fn a_lake_over_a_bump_rests() {
    let bump = |x: f64, _| (0.2 - 0.05 * (x - 10.0_f64).powi(2)).max(0.0);
    for level in [0.5, 0.1] {
        let mut scenario = basin(125, 3, 0.2, bump);
        scenario.initial = Initial::Stage(level);
        stays_at_rest(&scenario, 20.0);
    }
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

// ---------------------------------------------------------------- dam breaks

/// Ritter (1892): dam break on a dry, smooth, flat bed. Depth and velocity.
fn ritter(x: f64, t: f64, h_left: f64, x0: f64) -> (f64, f64) {
    let c = (G * h_left).sqrt();
    let xi = (x - x0) / t;
    if xi <= -c {
        (h_left, 0.0)
    } else if xi < 2.0 * c {
        ((2.0 * c - xi).powi(2) / (9.0 * G), 2.0 / 3.0 * (xi + c))
    } else {
        (0.0, 0.0)
    }
}

/// Stoker (1957): dam break on a wet, smooth, flat bed: middle depth, middle velocity, speed of the shock.
fn stoker_middle(h_left: f64, h_right: f64) -> (f64, f64, f64) {
    let behind_fan = |h: f64| 2.0 * ((G * h_left).sqrt() - (G * h).sqrt());
    let behind_shock = |h: f64| (h - h_right) * (0.5 * G * (h + h_right) / (h * h_right)).sqrt();
    let (mut low, mut high) = (h_right, h_left);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if behind_fan(middle) > behind_shock(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let h = 0.5 * (low + high);
    let u = behind_fan(h);
    (h, u, h * u / (h - h_right))
}

fn stoker(x: f64, t: f64, h_left: f64, h_right: f64, x0: f64) -> (f64, f64) {
    let (h, u, shock) = stoker_middle(h_left, h_right);
    let xi = (x - x0) / t;
    if xi <= u - (G * h).sqrt() {
        ritter(x, t, h_left, x0)
    } else if xi <= shock {
        (h, u)
    } else {
        (h_right, 0.0)
    }
}

/// Relative L1 errors of depth and of unit discharge of a dam break on `n` cells over `length`.
fn dam_break_errors(n: usize, length: f64, t: f64, h_left: f64, h_right: f64) -> (f64, f64) {
    let x0 = 0.5 * length;
    let exact = |x: f64| {
        if h_right > 0.0 { stoker(x, t, h_left, h_right, x0) } else { ritter(x, t, h_left, x0) }
    };
    let mut scenario = basin(n, 1, length / n as f64, |_, _| 0.0);
    scenario.numerics.dry_depth_m = 1e-8 * h_left;
    let scenario = with_depth(scenario, |x, _| if x < x0 { h_left } else { h_right });
    let state = State::of(&run(&scenario, t), &scenario);
    let (h, q): (Vec<f64>, Vec<f64>) =
        basin::field(&scenario.terrain.grid, |x, _| x).into_iter().map(exact).map(|(h, u)| (h, h * u)).unzip();
    let q_found: Vec<f64> = state.depth.iter().zip(&state.u).map(|(h, u)| h * u).collect();
    (relative_l1(&state.depth, &h), relative_l1(&q_found, &q))
}

/// Asserts the error on 500 cells and that it falls as a first-order scheme's must: by 2^0.6 or more a halving (shocks
/// and fan corners keep it from 2).
fn check_dam_break(length: f64, t: f64, h_left: f64, h_right: f64, bar: f64) {
    let errors: Vec<f64> =
        [250, 500, 1000].iter().map(|&n| dam_break_errors(n, length, t, h_left, h_right).0).collect();
    let orders: Vec<f64> = errors.windows(2).map(|pair| (pair[0] / pair[1]).log2()).collect();
    println!(
        "dam break {h_left} m on {h_right} m: L1(h) {:.3} % on 500 cells, bar {:.3} %, orders {orders:.2?}",
        100.0 * errors[1],
        100.0 * bar
    );
    assert!(errors[1] < bar, "{errors:?} against {bar}");
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!(order > 0.6 && order < 1.5, "order {order} in {errors:?}");
    }
}

#[test]
fn dry_bed_dam_breaks_follow_ritter() {
    check_dam_break(10.0, 6.0, 0.005, 0.0, 1.5 * 0.0066);
    check_dam_break(2000.0, 40.0, 10.0, 0.0, 1.5 * 0.0075);
}

#[test]
fn wet_bed_dam_breaks_follow_stoker() {
    check_dam_break(10.0, 6.0, 0.005, 0.001, 1.5 * 0.0051);
    check_dam_break(2000.0, 50.0, 10.0, 1.0, 1.5 * 0.0065);
    let (_, q) = dam_break_errors(500, 2000.0, 50.0, 10.0, 1.0);
    assert!(q < 0.03, "unit discharge {q}");
}

#[test]
fn the_shock_is_where_the_jump_conditions_put_it() {
    let (n, length, t, h_left, h_right) = (500, 2000.0, 50.0, 10.0, 1.0);
    let (h, _, speed) = stoker_middle(h_left, h_right);
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
    let scenario = basin(n, n, 2.0, |x, y| {
        let (x, y) = place(x, y);
        // Sums of few terms of one sign of zero: the bed itself must be mirrored to the last bit.
        0.25 * (x / 8.0).floor() % 1.0 + 0.125 * (y / 4.0).floor() % 0.75
    });
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

// ---------------------------------------------------------------- friction

/// Dry-bed wave of constant velocity on a flat bed with Manning friction (Hunter et al. 2005): depth at x, t.
fn front_depth(x: f64, t: f64, u0: f64, n: f64) -> f64 {
    (7.0 / 3.0 * n * n * u0 * u0 * (u0 * t - x).max(0.0)).powf(3.0 / 7.0)
}

#[test]
fn a_front_of_constant_velocity_runs_at_that_velocity() {
    for (u0, n, bar, cells_ahead) in [(0.635, 0.01, 1.5 * 0.0052, 5.0), (1.0, 0.03, 1.5 * 0.0048, 9.0)] {
        let (length, t, cell) = (5000.0, 3600.0, 10.0);
        let points: Vec<[f64; 2]> = (0..=720)
            .map(|k| {
                let t = f64::from(k) * 5.0;
                [t, cell * u0 * front_depth(0.0, t, u0, n)]
            })
            .collect();
        let scenario = with_manning(basin(500, 1, cell, |_, _| 0.0), n);
        let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(series(&points)));
        let state = State::of(&run(&scenario, t), &scenario);
        let exact = basin::field(&scenario.terrain.grid, |x, _| front_depth(x, t, u0, n));
        let error = relative_l1(&state.depth, &exact);
        println!("front at {u0} m/s, n {n}: L1(h) {:.3} %, bar {:.3} %", 100.0 * error, 100.0 * bar);
        assert!(error < bar, "{error} against {bar}");
        let front = state.depth.iter().rposition(|&h| h > 1e-3).unwrap() as f64 * cell;
        assert!((front - u0 * t).abs() < cells_ahead * cell, "front at {front} of {length} m");
    }
}

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
    assert!(second.abs() < 1e-9, "{second}");
}

// ---------------------------------------------------------------- flow over a bump

/// Depth at which the head of flow `q` over the bed `z` is `head`: the subcritical root of Bernoulli's equation.
fn subcritical_depth(q: f64, head: f64, z: f64) -> f64 {
    let critical = (q * q / G).cbrt();
    let (mut low, mut high) = (critical, (head - z).max(critical) + 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle + q * q / (2.0 * G * middle * middle) + z < head {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[test]
fn subcritical_flow_over_a_bump_keeps_its_head() {
    let bump = |x: f64, _: f64| if (8.0..12.0).contains(&x) { 0.2 - 0.05 * (x - 10.0).powi(2) } else { 0.0 };
    let (q, h_out, cell) = (4.42, 2.0, 0.05);
    let mut scenario = basin(500, 1, cell, bump);
    scenario.initial = Initial::Stage(h_out);
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(q * cell)));
    let scenario = with_open(scenario, Edge::East, BoundaryKind::Stage(Series::constant(h_out)));
    let state = State::of(&run(&scenario, 200.0), &scenario);
    let head = h_out + q * q / (2.0 * G * h_out * h_out);
    let exact = basin::field(&scenario.terrain.grid, |x, y| subcritical_depth(q, head, bump(x, y)));
    let error = relative_l1(&state.depth, &exact);
    println!("subcritical flow over a bump: L1(h) {:.4} %, bar 0.05 %", 100.0 * error);
    assert!(error < 0.0005, "{error}");
    let worst_q = state.depth.iter().zip(&state.u).map(|(h, u)| (h * u / q - 1.0).abs()).fold(0.0, f64::max);
    assert!(worst_q < 1.5 * 0.0025, "{worst_q}");
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
