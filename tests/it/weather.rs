//! Rain and infiltration on the solver: volumes, laws, and all of it at once.

#![expect(clippy::print_stdout, reason = "the figures are for the record")]

use hetu::domain::scenario::{BoundaryKind, Edge, Infiltration, PointSource, Rain, RainGrid, Scenario, Series};
use hetu::domain::swe::Solver;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::analytic::basin::{State, advance, assert_sound, basin, run, series, with_depth, with_manning, with_open};

/// A loam: K = 10 mm/h, ψ = 110 mm, Δθ = 0.3.
const LOAM: Infiltration =
    Infiltration::GreenAmpt { conductivity_mm_per_hour: 10.0, suction_mm: 110.0, moisture_deficit_frac: 0.3 };
const LAWN: Infiltration =
    Infiltration::Horton { initial_mm_per_hour: 80.0, final_mm_per_hour: 12.0, decay_per_hour: 2.5 };
const SAND: Infiltration = Infiltration::Constant { mm_per_hour: 30.0 };

/// Rain in a western and an eastern half, with one field after the other.
fn halves(scenario: &Scenario, fields: &[([f64; 2], [f64; 2])]) -> Rain {
    let grid = &scenario.terrain.grid;
    Rain::Grid(RainGrid {
        spans_secs: fields.iter().map(|(span, _)| *span).collect(),
        n_cols: 2,
        n_rows: 1,
        rates_mm_per_hour: fields.iter().flat_map(|(_, rates)| *rates).collect(),
        col_of: (0..grid.n_cols).map(|col| usize::from(2 * col >= grid.n_cols)).collect(),
        row_of: vec![0; grid.n_rows],
    })
}

/// Steps of a set length at most.
fn march(solver: &mut Solver, until_secs: f64, dt: f64) {
    while solver.time_secs() < until_secs {
        let next = (solver.time_secs() + dt).min(until_secs);
        while solver.step(next) > 0.0 {}
    }
}

#[test]
fn fields_of_rain_give_their_volumes_to_the_cells_below_them() {
    // Shelves 1 m apart, so that each half keeps its water; 34 columns of 20 m, 18 rows, two of the cells outside.
    let mut scenario = basin(34, 18, 20.0, |x, _| if x < 340.0 { 0.0 } else { 1.0 });
    scenario.terrain.bed_m[..2].fill(f64::NAN);
    let line = vec![[340.0, 0.0], [340.0, 360.0]];
    scenario.walls.push(hetu::domain::scenario::Wall::new("between", line, vec![5.0, 5.0]));
    scenario.rain = Some(halves(&scenario, &[([10.0, 100.0], [36.0, 72.0]), ([100.0, 130.0], [0.0, 180.0])]));
    let solver = run(&scenario, 300.0);
    // 36 mm/h is 1e-5 m/s: 90 s of it in the west; 90 s of twice and 30 s of five times that in the east.
    let (west, east) = (90.0 * 1e-5, 90.0 * 2e-5 + 30.0 * 5e-5);
    let cells = (17.0 * 18.0 - 2.0, 17.0 * 18.0);
    let expected = 400.0 * (cells.0 * west + cells.1 * east);
    let budget = solver.budget();
    assert!((budget.rain / expected - 1.0).abs() < 1e-7, "{budget:?}");
    assert!((scenario.rain.as_ref().unwrap().volume_m3(&scenario.terrain, 300.0) / expected - 1.0).abs() < 1e-13);
    let depth = State::of(&solver, &scenario).depth;
    let over = |cols: std::ops::Range<usize>| -> f64 {
        (0..18).flat_map(|row| cols.clone().map(move |col| row * 34 + col)).map(|k| depth[k]).sum()
    };
    assert!((over(0..17) / (cells.0 * west) - 1.0).abs() < 1e-7, "{}", over(0..17));
    assert!((over(17..34) / (cells.1 * east) - 1.0).abs() < 1e-7, "{}", over(17..34));
}

#[test]
fn fields_that_are_all_alike_are_uniform_rain() {
    let mut scenario = with_manning(basin(40, 20, 10.0, |x, y| 0.01 * x + 0.002 * y), 0.03);
    scenario.infiltration = Some(LOAM);
    let mut fields = scenario.clone();
    scenario.rain = Some(Rain::Uniform(Series::constant(90.0)));
    fields.rain = Some(halves(&fields, &[([-5.0, 1e9], [90.0, 90.0])]));
    let [a, b] = [&scenario, &fields].map(|s| State::of(&run(s, 900.0), s));
    let farthest = a.depth.iter().zip(&b.depth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(farthest < 1e-12, "{farthest}");
}

#[test]
fn only_tiles_below_rain_are_computed() {
    let mut scenario = basin(96, 16, 10.0, |_, _| 0.0);
    scenario.rain = Some(halves(&scenario, &[([0.0, 60.0], [0.0, 7.2])]));
    let mut solver = Solver::new(&scenario);
    solver.step(60.0);
    assert_eq!(solver.counters().cell_updates, 48 * 16);
}

/// Depth that level ground under steady rain has taken after `hours`, m.
fn taken_under_rain(law: Infiltration, mm_per_hour: f64, hours: f64, dt: f64) -> f64 {
    let mut scenario = basin(4, 4, 10.0, |_, _| 0.0);
    scenario.rain = Some(Rain::Uniform(Series::constant(mm_per_hour)));
    scenario.infiltration = Some(law);
    let mut solver = Solver::new(&scenario);
    march(&mut solver, hours * 3600.0, dt);
    assert_sound(&solver, &scenario);
    solver.budget().infiltrated / 1600.0
}

#[test]
fn green_ampt_below_rain_takes_all_until_it_ponds_and_then_what_the_law_says() {
    // Ponds at K ψ Δθ / (i (i − K)) = 10 · 33 / (40 · 30) h = 990 s.
    let before = taken_under_rain(LOAM, 40.0, 980.0 / 3600.0, 10.0);
    assert!((before / (0.040 * 980.0 / 3600.0) - 1.0).abs() < 1e-7, "{before}");
    // Afterwards the rain that is left stands on the ground and presses: dF/dt = K (1 + (ψ + i t − F) Δθ / F), by the
    // classical method of Runge and Kutta from the ponding on.
    let rate = |t: f64, had: f64| 10.0 * (1.0 + (110.0 + 40.0 * t - had) * 0.3 / had);
    let (n, mut t, mut exact) = (20_000_u32, 0.275, 11.0);
    let dt = (3.0 - t) / f64::from(n);
    for _ in 0..n {
        let a = rate(t, exact);
        let b = rate(t + 0.5 * dt, exact + 0.5 * dt * a);
        let c = rate(t + 0.5 * dt, exact + 0.5 * dt * b);
        let d = rate(t + dt, exact + dt * c);
        exact += dt / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        t += dt;
    }
    let error = |dt: f64| (taken_under_rain(LOAM, 40.0, 3.0, dt) * 1e3 / exact - 1.0).abs();
    let (coarse, fine) = (error(6.0), error(0.6));
    println!("Green-Ampt below 40 mm/h for 3 h: {exact:.3} mm, error {coarse:.1e} at 6 s, {fine:.1e} at 0.6 s");
    // The depth that presses is that at the end of the step: of first order.
    assert!(coarse < 2e-4 && fine < 2e-5, "{coarse} {fine}");
}

#[test]
fn horton_below_a_lake_follows_its_integral() {
    let mut scenario = with_depth(basin(4, 4, 10.0, |_, _| 0.0), |_, _| 1.0);
    scenario.infiltration = Some(LAWN);
    let taken = run(&scenario, 7200.0).budget().infiltrated / 1600.0;
    let exact = (24.0 + 27.2 * (1.0 - (-5.0_f64).exp())) * 1e-3;
    assert!((taken / exact - 1.0).abs() < 1e-9, "{taken} {exact}");
}

#[test]
fn films_are_drunk_on_tiles_that_nothing_else_moves() {
    for law in [SAND, LOAM, LAWN] {
        let mut scenario = with_depth(basin(40, 40, 10.0, |_, _| 0.0), |x, _| if x < 100.0 { 2e-4 } else { 0.0 });
        scenario.numerics.dry_depth_m = 1e-3;
        scenario.infiltration = Some(law);
        let solver = run(&scenario, 3600.0);
        assert_eq!(solver.budget().stored.to_bits(), 0_f64.to_bits(), "{law:?}");
        assert!((solver.budget().infiltrated / solver.budget().initial - 1.0).abs() < 1e-13);
    }
}

#[test]
fn a_current_keeps_its_velocity_while_it_soaks_away() {
    // No slope, no friction, the same everywhere: only the ground acts, and it takes momentum with the water.
    let mut scenario = with_depth(basin(64, 4, 10.0, |_, _| 0.0), |_, _| 1.0);
    if let hetu::domain::scenario::Initial::Fields { u_mps, .. } = &mut scenario.initial {
        u_mps.fill(0.5);
    }
    scenario.infiltration = Some(Infiltration::Constant { mm_per_hour: 36_000.0 });
    let scenario = with_open(with_open(scenario, Edge::West, BoundaryKind::Free), Edge::East, BoundaryKind::Free);
    let solver = run(&scenario, 20.0);
    let state = State::of(&solver, &scenario);
    let middle = 64 * 2 + 32;
    assert!((state.depth[middle] - 0.8).abs() < 1e-6, "{}", state.depth[middle]);
    assert!((state.u[middle] - 0.5).abs() < 1e-6, "{}", state.u[middle]);
}

#[test]
fn the_hash_of_the_state_knows_what_the_ground_has_had() {
    let hash = |law| {
        let mut scenario = basin(20, 20, 10.0, |_, _| 0.0);
        scenario.rain = Some(Rain::Uniform(series(&[[0.0, 20.0], [300.0, 0.0]])));
        scenario.infiltration = Some(law);
        let solver = run(&scenario, 600.0);
        assert_eq!(solver.budget().stored.to_bits(), 0_f64.to_bits());
        solver.state_hash()
    };
    // All of the rain is taken either way: what differs is the memory.
    assert_ne!(hash(LOAM), hash(SAND));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Random ground, rain in fields, every law, a source and open edges: volume closes, depth is not negative.
    #[test]
    fn all_at_once_closes(
        (n_cols, n_rows) in (3_usize..40, 3_usize..40),
        heights in prop::collection::vec(0.0_f64..2.0, 16),
        rates in prop::collection::vec(0.0_f64..300.0, 4),
        law in 0_usize..3,
        source in -3.0_f64..5.0,
        stage in any::<bool>(),
    ) {
        let bed = |x: f64, y: f64| {
            let patch = ((x / 31.0).floor() + 4.0 * (y / 43.0).floor()) % 16.0;
            *heights.iter().enumerate().find(|(k, _)| *k as f64 >= patch).expect("there are 16").1
        };
        let mut scenario = with_manning(basin(n_cols, n_rows, 10.0, bed), 0.03);
        scenario.numerics.dry_depth_m = 1e-3;
        scenario.rain = Some(halves(&scenario, &[
            ([0.0, 33.0], [rates[0], rates[1]]),
            ([40.0, 70.0], [rates[2], rates[3]]),
        ]));
        scenario.infiltration = Some([SAND, LOAM, LAWN][law]);
        let at = [0.4 * n_cols as f64 * 10.0, 0.6 * n_rows as f64 * 10.0];
        scenario.sources.push(PointSource { name: "s".into(), at, discharge_m3s: Series::constant(source) });
        let kind = if stage { BoundaryKind::Stage(Series::constant(1.5)) } else { BoundaryKind::Free };
        let scenario = with_open(scenario, Edge::East, kind);
        let mut solver = Solver::new(&scenario);
        advance(&mut solver, 120.0);
        assert_sound(&solver, &scenario);
        assert!(solver.budget().infiltrated > 0.0);
    }
}
