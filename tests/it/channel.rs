//! The one-dimensional channel through its public face: rest, uniform and varied flow, dam breaks, flood waves, volumes.

#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

use hetu::domain::river::channel::{
    Capacity, Channel, Downstream, Entering, GRAVITY_MPS2, Section, SedimentRules, Segment, SuspendedLoad,
};
use hetu::verification::dam_breaks::{ritter, stoker_middle};

const DAY_SECS: f64 = 86_400.0;

/// Segments of one length on a bed that falls to 0 at the downstream end.
fn sloping(n: usize, length_m: f64, slope: f64, manning: f64, section: impl Fn(f64) -> Section) -> Vec<Segment> {
    let reach_m = n as f64 * length_m;
    (0..n)
        .map(|i| {
            let x = (i as f64 + 0.5) * length_m;
            Segment { length_m, bed_m: slope * (reach_m - x), section: section(x), manning }
        })
        .collect()
}

/// The trapezoid of the lower reaches, with a column over the lip that is wider than it.
fn river_section() -> Section {
    Section::trapezoid(800.0, 2.5, 0.6, 900.0).unwrap()
}

fn run(channel: &mut Channel, until_secs: f64, upstream_m3s: impl Fn(f64) -> f64, mut see: impl FnMut(f64, &Channel)) {
    let still = vec![0.0; channel.n_segments()];
    let mut t = 0.0;
    while t < until_secs {
        let dt = channel.longest_step_secs(0.9).min(until_secs - t);
        channel.step(dt, upstream_m3s(t + 0.5 * dt), &still);
        t += dt;
        see(t, channel);
    }
}

/// A generator for tests: xorshift, between 0 and 1.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn irregular(n: usize, dice: &mut Dice) -> Vec<Segment> {
    (0..n)
        .map(|_| {
            let width = 200.0 + 900.0 * dice.roll();
            let (depth, bottom) = (1.0 + 3.0 * dice.roll(), 0.3 + 0.6 * dice.roll());
            let section = Section::trapezoid(width, depth, bottom, width * (0.8 + 0.6 * dice.roll())).unwrap();
            Segment { length_m: 200.0 + 600.0 * dice.roll(), bed_m: 98.0 + 4.0 * dice.roll(), section, manning: 0.012 }
        })
        .collect()
}

#[test]
fn a_lake_over_any_bed_and_sections_stays_at_rest() {
    for (level, name) in [(104.0, "all wet"), (100.0, "with dry bars")] {
        for manning in [0.0, 0.012] {
            let mut segments = irregular(200, &mut Dice(7));
            segments.iter_mut().for_each(|segment| segment.manning = manning);
            let n_dry = segments.iter().filter(|segment| segment.bed_m >= level).count();
            // The bed at the outlet must lie under water for the stage there to mean anything.
            segments[198].bed_m = 98.0;
            segments[199].bed_m = 98.0;
            let mut channel = Channel::new(segments, Downstream::Stage(level)).unwrap();
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
    for discharge in [800.0, 3000.0, 9000.0] {
        let (slope, manning) = (2e-4, 0.012);
        let segments = sloping(60, 400.0, slope, manning, |_| river_section());
        let mut channel = Channel::new(segments, Downstream::NormalDepth(slope)).unwrap();
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
        let n_steps = ((x - target) / 5.0).ceil();
        let dx = (target - x) / n_steps;
        for _ in 0..n_steps as usize {
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
    let segments = sloping(n, length_m, slope, manning, |x| Section::rectangle(width(x)).unwrap());
    let end_m = 5.5;
    let mut channel = Channel::new(segments, Downstream::Stage(end_m)).unwrap();
    channel.start_steady(q);
    let start: Vec<f64> = (0..n).map(|i| channel.depth_m(i)).collect();
    run(&mut channel, 6.0 * DAY_SECS, |_| q, |_, _| {});
    let centres: Vec<f64> = (0..n).map(|i| (i as f64 + 0.5) * length_m).collect();
    let exact = varied_depths(width, reach_m, end_m, slope, manning, q, &centres);
    let error = (0..n).map(|i| (channel.depth_m(i) / exact[i] - 1.0).abs()).sum::<f64>() / n as f64;
    let drift = (0..n).map(|i| (channel.depth_m(i) / start[i] - 1.0).abs()).fold(0.0, f64::max);
    [error, drift]
}

#[test]
fn backwater_converges_at_second_order() {
    for (swing, name) in [(0.0, "M1 backwater"), (0.2, "M1 with widths")] {
        let errors: Vec<[f64; 2]> = [60, 120, 240, 480].map(|n| varied_error(n, swing)).to_vec();
        for (pair, n) in errors.windows(2).zip([120, 240, 480]) {
            let order = (pair[0][0] / pair[1][0]).log2();
            println!(
                "{name} {n}: {:.2e} -> {:.2e}, order {order:.2}, drift {:.1e}",
                pair[0][0], pair[1][0], pair[1][1]
            );
        }
    }
}

/// A dam break in a smooth flat rectangle 2000 m long; relative L1 of the depth.
fn dam_break(n: usize, right_m: f64, t_secs: f64) -> f64 {
    let length_m = 2000.0 / n as f64;
    let segments = sloping(n, length_m, 0.0, 0.0, |_| Section::rectangle(30.0).unwrap());
    let mut channel = Channel::new(segments, Downstream::Stage(right_m)).unwrap();
    let level = |i: usize| if i < n / 2 { 10.0 } else { right_m };
    channel.fill_to_stages(&(0..n).map(level).collect::<Vec<_>>());
    run(&mut channel, t_secs, |_| 0.0, |_, _| {});
    let exact = |i: usize| {
        let x = (i as f64 + 0.5) * length_m - 1000.0;
        if right_m > 0.0 { stoker(x, t_secs, 10.0, right_m) } else { ritter(x, t_secs, 10.0)[0] }
    };
    let (off, sum) =
        (0..n).fold((0.0, 0.0), |(off, sum), i| (off + (channel.depth_m(i) - exact(i)).abs(), sum + exact(i)));
    off / sum
}

fn stoker(x: f64, t: f64, left: f64, right: f64) -> f64 {
    let [h, u, front] = stoker_middle(left, right);
    let (c0, c) = ((GRAVITY_MPS2 * left).sqrt(), (GRAVITY_MPS2 * h).sqrt());
    let xi = x / t;
    if xi <= -c0 {
        left
    } else if xi <= u - c {
        (2.0 * c0 - xi).powi(2) / (9.0 * GRAVITY_MPS2)
    } else if xi <= front {
        h
    } else {
        right
    }
}

#[test]
fn dam_breaks_follow_ritter_and_stoker() {
    for (right, t, name) in [(0.0, 40.0, "Ritter"), (1.0, 50.0, "Stoker")] {
        let errors = [250, 500, 1000].map(|n| dam_break(n, right, t));
        println!("{name}: L1 {:.4} {:.4} {:.4}", errors[0], errors[1], errors[2]);
    }
}
