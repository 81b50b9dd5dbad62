//! Solutions that are known: a still pond, a uniform flow, a cloud.

use hetu::domain::scenario::{BoundaryKind, Edge, Scenario, Series};
use hetu::domain::swe::Solver;

use super::{assert_closed, laden, ruijin};
use crate::analytic::basin::{State, advance, basin, series, with_depth, with_manning, with_open};

#[test]
fn a_still_pond_clears_by_the_settling_velocity() {
    let scenario = laden(with_depth(basin(9, 7, 50.0, |_, _| 0.0), |_, _| 2.0), ruijin(8e-4), 20.0, &[]);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 3600.0);
    // S = S0 exp(−α ω t / h), α 0.25.
    let exact = 20.0 * (-0.25 * 8e-4 * 3600.0 / 2.0_f64).exp();
    let worst = solver.concentration_kgm3().unwrap().iter().map(|s| (s / exact - 1.0).abs()).fold(0.0, f64::max);
    let thickness = f64::from(solver.silt_thickness_m().unwrap()[31]);
    println!("pond: off by {worst:.1e}; {:.3} mm settled", 1000.0 * thickness);
    assert!(worst < 1e-12, "{worst}");
    assert!((thickness / ((20.0 - exact) * 2.0 / 1400.0) - 1.0).abs() < 1e-6);
    assert_closed(&solver);
}

/// A flume of one row and 4 km, uniform flow of 2 m²/s, with cells of `cell_m`; silted water comes in.
fn flume(cell_m: f64, n_cols: usize) -> Scenario {
    let scenario = with_manning(basin(n_cols, 1, cell_m, |x, _| -1e-3 * x), 0.03);
    // 2 m²/s on 0.001 with n 0.03: h = (q n / √S)^(3/5).
    let depth = (2.0 * 0.03 / 1e-3_f64.sqrt()).powf(0.6);
    let scenario = with_depth(scenario, |_, _| depth);
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(2.0 * cell_m)));
    let scenario = with_open(scenario, Edge::East, BoundaryKind::NormalDepth { slope: 1e-3 });
    laden(scenario, ruijin(8e-3), 0.0, &[("West", Series::constant(60.0))])
}

/// Mean relative error of the steady concentration against S* + (S0 − S*) exp(−α ω x / q).
fn error_with(cell_m: f64, n_cols: usize) -> f64 {
    let scenario = flume(cell_m, n_cols);
    let mut solver = Solver::new(&scenario);
    advance(&mut solver, 24_000.0);
    assert_closed(&solver);
    let State { depth, u, .. } = State::of(&solver, &scenario);
    let middle = n_cols / 2;
    let rules = scenario.sediment.unwrap().rules;
    let capacity = rules.capacity.capacity_kgm3(u[middle], depth[middle], rules.settling_mps, 10.0);
    let kgm3 = solver.concentration_kgm3().unwrap();
    let exact = |x: f64| capacity + (60.0 - capacity) * (-0.25 * rules.settling_mps * x / 2.0).exp();
    let off = |(i, s): (usize, &f64)| (s / exact((i as f64 + 0.5) * cell_m) - 1.0).abs();
    kgm3.iter().enumerate().map(off).sum::<f64>() / n_cols as f64
}

#[test]
fn silted_water_relaxes_to_the_capacity_of_uniform_flow_at_first_order() {
    let [coarse, fine] = [(100.0, 40), (50.0, 80)].map(|(cell_m, n_cols)| error_with(cell_m, n_cols));
    println!("uniform flow: off by {coarse:.2e} on cells of 100 m, {fine:.2e} on 50 m: ratio {:.2}", coarse / fine);
    assert!(fine < 0.05, "{fine}");
    assert!((1.7..2.4).contains(&(coarse / fine)), "{}", coarse / fine);
}

#[test]
fn a_cloud_makes_no_new_extreme_and_keeps_its_mass() {
    // Grains that do not settle, over a rough bed with dry ground in it.
    let bed = |x: f64, y: f64| -5e-4 * x + 0.3 * ((x / 170.0).sin() * (y / 90.0).cos());
    let scenario = with_manning(with_depth(basin(50, 20, 40.0, bed), |_, _| 0.5), 0.03);
    let scenario = with_open(scenario, Edge::West, BoundaryKind::Discharge(Series::constant(400.0)));
    let mut scenario = with_open(scenario, Edge::East, BoundaryKind::Free);
    scenario.numerics.dry_depth_m = 1e-3;
    let cloud = series(&[[0.0, 5.0], [299.0, 5.0], [300.0, 100.0], [900.0, 100.0], [901.0, 5.0]]);
    let scenario = laden(scenario, ruijin(0.0), 5.0, &[("West", cloud)]);
    let mut solver = Solver::new(&scenario);
    let (mut most, mut least) = (0.0_f64, f64::INFINITY);
    for k in 1..=40 {
        advance(&mut solver, f64::from(k) * 60.0);
        let State { depth, .. } = State::of(&solver, &scenario);
        let kgm3 = solver.concentration_kgm3().unwrap();
        for (s, _) in kgm3.iter().zip(&depth).filter(|(_, h)| **h > 0.01) {
            (most, least) = (most.max(*s), least.min(*s));
        }
    }
    let residual = assert_closed(&solver);
    println!("cloud: {least:.6} to {most:.6} kg/m3, residual {residual:.1e}");
    assert!(most < 100.0 + 1e-9 && most > 90.0, "{most}");
    assert!(least >= 0.0, "{least}");
}
