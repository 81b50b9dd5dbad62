//! Rest, uniform and varied flow, and dam breaks.

use hetu::domain::river::channel::{Downstream, GRAVITY_MPS2};
use hetu::verification::dam_breaks::{ritter, stoker, stoker_middle};

use super::{DAY_SECS, Dice, irregular, rectangle, river, river_section, run, sloping};

#[test]
fn a_lake_over_any_bed_and_sections_stays_at_rest() {
    for (level, name) in [(104.0, "all wet"), (100.0, "with dry bars")] {
        for manning in [0.0, 0.012] {
            let mut segments = irregular(200, &mut Dice(7));
            for segment in &mut segments {
                segment.manning = manning;
            }
            let n_dry = segments.iter().filter(|segment| segment.bed_m >= level).count();
            // The bed at the outlet must lie under water for the stage there to mean anything.
            segments[198].bed_m = 98.0;
            segments[199].bed_m = 98.0;
            let mut channel = river(segments, Downstream::Stage(level));
            channel.fill_to_stages(&[level; 200]);
            let before: Vec<f64> = (0..200).map(|i| channel.volume_m3(i)).collect();
            run(&mut channel, DAY_SECS, |_| 0.0, |_, _| {});
            let fastest = channel.face_discharges_m3s().iter().fold(0.0_f64, |m, q| m.max(q.abs()));
            let moved =
                (0..200).map(|i| (channel.volume_m3(i) - before[i]).abs() / before[i].max(1.0)).fold(0.0, f64::max);
            println!("lake {name} n {manning}: {n_dry} dry, discharge {fastest:.1e} m3/s, volume {moved:.1e}");
            assert!(fastest < 1e-8 && moved < 1e-12);
        }
    }
}

#[test]
fn uniform_flow_has_the_depth_of_manning() {
    // In the banks, near bankfull, over the banks; and down a bed ten times as steep.
    for (discharge, slope, manning) in
        [(800.0, 2e-4, 0.012), (3000.0, 2e-4, 0.012), (9000.0, 2e-4, 0.012), (3000.0, 2e-3, 0.015)]
    {
        let segments = sloping(60, 400.0, slope, manning, |_| river_section());
        let mut channel = river(segments, Downstream::NormalDepth(slope));
        let normal = river_section().normal_depth_m(discharge, slope, manning);
        let start: Vec<f64> = (0..60).map(|i| channel.segment(i).bed_m + 1.4 * normal).collect();
        channel.fill_to_stages(&start);
        run(&mut channel, 6.0 * DAY_SECS, |_| discharge, |_, _| {});
        let worst = (0..60).map(|i| (channel.depth_m(i) / normal - 1.0).abs()).fold(0.0, f64::max);
        println!("uniform {discharge} m3/s: depth {normal:.4} m, off by {worst:.1e}");
        assert!(worst < 1e-6);
    }
}

/// Depths of steady flow in a rectangle of varying width at `at_m`, by Runge-Kutta up from `reach_m`.
///
/// From d(Q²/A)/dx + g A (dη/dx + Q²/K²) = 0: h' (1 − F²) = S0 − Sf + F² h B'/B.
fn varied_depths(
    width: impl Fn(f64) -> f64,
    reach_m: f64,
    end_depth_m: f64,
    slope: f64,
    n: f64,
    q: f64,
    at_m: &[f64],
) -> Vec<f64> {
    let rate = |x: f64, h: f64| {
        let b = width(x);
        let widening = (width(x + 0.5) - width(x - 0.5)) / b;
        let froude2 = q * q / (b * b * h * h * h * GRAVITY_MPS2);
        let friction = (q * n / (b * h.powf(5.0 / 3.0))).powi(2);
        (slope - friction + froude2 * h * widening) / (1.0 - froude2)
    };
    let (mut x, mut h) = (reach_m, end_depth_m);
    let mut depths = vec![0.0; at_m.len()];
    for (i, &target) in at_m.iter().enumerate().rev() {
        let dx = (target - x) / 200.0;
        for _ in 0..200 {
            let k1 = rate(x, h);
            let k2 = rate(x + 0.5 * dx, h + 0.5 * dx * k1);
            let k3 = rate(x + 0.5 * dx, h + 0.5 * dx * k2);
            let k4 = rate(x + dx, h + dx * k3);
            h += dx / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
            x += dx;
        }
        depths[i] = h;
    }
    depths
}

/// Mean relative error of the steady depths with `n` segments over 96 km, and the largest change after `start_steady`.
fn varied_error(n: usize, swing: f64) -> [f64; 2] {
    let (reach_m, slope, manning, q) = (96_000.0, 2e-4, 0.014, 3000.0);
    let width = move |x: f64| 800.0 * (1.0 + swing * (x / 4000.0).sin());
    let length_m = reach_m / n as f64;
    let segments = sloping(n, length_m, slope, manning, |x| rectangle(width(x)));
    let end_m = 5.5;
    let mut channel = river(segments, Downstream::Stage(end_m));
    channel.start_steady(q);
    let start: Vec<f64> = (0..n).map(|i| channel.depth_m(i)).collect();
    run(&mut channel, 6.0 * DAY_SECS, |_| q, |_, _| {});
    let centres: Vec<f64> = (0..n).map(|i| (i as f64 + 0.5) * length_m).collect();
    let exact = varied_depths(width, reach_m, end_m, slope, manning, q, &centres);
    let error = (0..n).map(|i| (channel.depth_m(i) / exact[i] - 1.0).abs()).sum::<f64>() / n as f64;
    let drift = (0..n).map(|i| (channel.depth_m(i) / start[i] - 1.0).abs()).fold(0.0, f64::max);
    [error, drift]
}

/// Advection of momentum is upwind, so the order is the first; its share in the balance is the square of the Froude
/// number, so the constant is small: on segments of 400 m a backwater is good to 2e-4 of the depth.
#[test]
fn backwater_converges() {
    for (swing, name, most) in [(0.0, "M1 backwater", 2e-4), (0.2, "M1, widths ± 20 %", 1e-3)] {
        let errors = [60, 120, 240, 480].map(|n| varied_error(n, swing));
        for (pair, n) in errors.windows(2).zip([120, 240, 480]) {
            let order = (pair[0][0] / pair[1][0]).log2();
            println!("{name}, {} m: error {:.2e}, order {order:.2}, drift {:.1e}", 96_000 / n, pair[1][0], pair[1][1]);
            assert!(order > 0.85);
        }
        assert!(errors[2][0] < most && errors[2][1] < 2.5 * most);
    }
}

/// A dam break in a smooth flat rectangle 2000 m long: relative L1 of the depth, and the front in m from the dam.
fn dam_break(n: usize, right_m: f64, t_secs: f64) -> [f64; 2] {
    let length_m = 2000.0 / n as f64;
    let segments = sloping(n, length_m, 0.0, 0.0, |_| rectangle(30.0));
    let mut channel = river(segments, Downstream::Stage(right_m));
    let level = |i: usize| if i < n / 2 { 10.0 } else { right_m };
    channel.fill_to_stages(&(0..n).map(level).collect::<Vec<_>>());
    run(&mut channel, t_secs, |_| 0.0, |_, _| {});
    let from_dam = |i: usize| (i as f64 + 0.5) * length_m - 1000.0;
    let exact = |i: usize| {
        let x = from_dam(i);
        if right_m > 0.0 { stoker(x, t_secs, 10.0, right_m)[0] } else { ritter(x, t_secs, 10.0)[0] }
    };
    let off: f64 = (0..n).map(|i| (channel.depth_m(i) - exact(i)).abs()).sum();
    let threshold_m = if right_m > 0.0 { 0.5 * (stoker_middle(10.0, right_m)[0] + right_m) } else { 0.5 };
    let front = (0..n).rev().find(|&i| channel.depth_m(i) > threshold_m).map_or(-1000.0, from_dam);
    [off / (0..n).map(exact).sum::<f64>(), front]
}

#[test]
fn dam_breaks_follow_ritter_and_stoker() {
    let c = (GRAVITY_MPS2 * 10.0).sqrt();
    // Half a metre of water stands where x / t = 2 c − 3 √(g h); the film before it lags at any first order.
    let ritter_front = 40.0 * (2.0 * c - 3.0 * (GRAVITY_MPS2 * 0.5).sqrt());
    let stoker_front = 50.0 * stoker_middle(10.0, 1.0)[2];
    for (right, t, name, front_m, most) in
        [(0.0, 40.0, "Ritter", ritter_front, 8e-3), (1.0, 50.0, "Stoker", stoker_front, 7e-3)]
    {
        let found = [250, 500, 1000].map(|n| dam_break(n, right, t));
        for (n, [error, front]) in [250, 500, 1000].iter().zip(found) {
            println!("{name} {n}: L1 {error:.4}, front {front:.0} m, exact {front_m:.0} m");
        }
        assert!(found[1][0] < most && found[2][0] < 0.7 * found[1][0]);
        assert!((found[2][1] - front_m).abs() < 0.02 * front_m);
    }
}

#[test]
fn a_rating_holds_the_stage_it_gives() {
    let segments = sloping(60, 400.0, 2e-4, 0.012, |_| river_section());
    // 3000 m3/s at 3.4 m, a metre above normal depth; the last bed lies at 0.04 m.
    let rating = Downstream::Rating(vec![[0.4, 0.0], [3.4, 3000.0], [6.4, 9000.0]]);
    let mut channel = river(segments, rating);
    channel.start_steady(3000.0);
    assert!((channel.stage_m(59) - 3.4).abs() < 1e-9);
    run(&mut channel, 4.0 * DAY_SECS, |_| 4000.0, |_, _| {});
    // Halfway along the upper pair: 3.9 m.
    assert!((channel.stage_m(59) - 3.9).abs() < 1e-6, "{}", channel.stage_m(59));
}

/// Without friction on a level bed, thrust and momentum change only by what lateral water brings.
#[test]
fn lateral_water_brings_the_momentum_it_is_given() {
    let (n, q) = (50, 500.0);
    let lateral = vec![4.0; n];
    for velocity in [0.0, 2.0] {
        let mut channel = river(sloping(n, 200.0, 0.0, 0.0, |_| rectangle(100.0)), Downstream::Stage(5.0));
        channel.start_steady(q);
        channel.set_lateral_velocity_mps(velocity);
        for _ in 0..100_000 {
            channel.step(20.0, q, &lateral);
        }
        let carried = |i: usize| {
            let thrust = GRAVITY_MPS2 * channel.segment(i).section.moment_m3(channel.depth_m(i));
            thrust + channel.discharge_m3s(i).powi(2) / channel.area_m2(i)
        };
        let gained = carried(n - 1) - carried(0);
        let brought = velocity * 4.0 * (n - 1) as f64;
        println!("lateral at {velocity} m/s: gained {gained:.2}, brought {brought:.2} m4/s2");
        assert!((gained - brought).abs() < 8.0);
    }
}

/// What joins and leaves on the way is in the profile: a run with the same lateral water begins all but steady.
#[test]
fn a_steady_profile_takes_up_what_joins_on_the_way() {
    let n = 120;
    let mut channel = river(sloping(n, 400.0, 2e-4, 0.012, |_| river_section()), Downstream::NormalDepth(2e-4));
    let mut lateral = vec![0.0; n];
    (lateral[50], lateral[80]) = (400.0, -150.0);
    channel.start_steady_joined(800.0, &lateral);
    let before: Vec<f64> = (0..n).map(|i| channel.stage_m(i)).collect();
    for _ in 0..360 {
        channel.step(30.0, 800.0, &lateral);
    }
    let moved = (0..n).map(|i| (channel.stage_m(i) - before[i]).abs()).fold(0.0, f64::max);
    let q = [20, 65, 110].map(|i| channel.discharge_m3s(i));
    println!("joined: levels moved by {moved:.4} m in 3 h, {q:?} m3/s");
    for (found, want) in q.into_iter().zip([800.0, 1200.0, 1050.0]) {
        assert!((found / want - 1.0).abs() < 1e-3, "{found} {want}");
    }
    // At the mouths, where the scheme gives each of two faces half of the water.
    assert!(moved < 0.04, "{moved}");
}
