//! The one-dimensional channel through its public face: rest, uniform and varied flow, dam breaks, flood waves, volumes.

#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

use hetu::domain::river::channel::{
    Capacity, Channel, Downstream, Entering, GRAVITY_MPS2, Section, SedimentRules, Segment, SuspendedLoad,
};
use hetu::verification::dam_breaks::{ritter, stoker, stoker_middle};

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
    let segments = sloping(n, length_m, 0.0, 0.0, |_| Section::rectangle(30.0).unwrap());
    let mut channel = Channel::new(segments, Downstream::Stage(right_m)).unwrap();
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

// ---------------------------------------------------------------- flood waves

/// Wave number (real, imaginary) of a small wave exp(i (ω t − k x)) on uniform flow in a rectangle, down the river.
///
/// From the linear equations of de Saint-Venant (Ponce and Simons 1977, Shallow wave propagation in open channel flow):
/// (c² − u²) k² + (2 u ω − 2 i g A S K'/K) k − ω² + 2 i ω g A S / Q = 0.
fn wave_number(omega: f64, width: f64, depth: f64, q: f64, slope: f64) -> [f64; 2] {
    let (area, u) = (width * depth, q / (width * depth));
    let pull = 2.0 * GRAVITY_MPS2 * area * slope;
    let a = GRAVITY_MPS2 * depth - u * u;
    let b = [2.0 * u * omega, -pull * (5.0 / 3.0) / area];
    let d = [-omega * omega, pull * omega / q];
    let inside = [b[0] * b[0] - b[1] * b[1] - 4.0 * a * d[0], 2.0 * b[0] * b[1] - 4.0 * a * d[1]];
    let size = inside[0].hypot(inside[1]);
    let root = [(0.5 * (size + inside[0])).sqrt(), (0.5 * (size - inside[0])).sqrt() * inside[1].signum()];
    let found = [1.0, -1.0].map(|sign| [(sign * root[0] - b[0]) / (2.0 * a), (sign * root[1] - b[1]) / (2.0 * a)]);
    // Down the river: the wave number is positive and the wave decays.
    if found[0][0] > 0.0 && found[0][1] < 0.0 { found[0] } else { found[1] }
}

/// Celerity and decay of a wave of one day over 200 km, measured by its first harmonic.
fn small_wave(length_m: f64, depth: f64, slope: f64, manning: f64) -> [f64; 4] {
    let width = 800.0;
    let q0 = width * depth.powf(5.0 / 3.0) * slope.sqrt() / manning;
    let omega = std::f64::consts::TAU / DAY_SECS;
    let n = (300_000.0 / length_m) as usize;
    let segments = sloping(n, length_m, slope, manning, |_| Section::rectangle(width).unwrap());
    let mut channel = Channel::new(segments, Downstream::NormalDepth(slope)).unwrap();
    channel.start_steady(q0);
    let (at, mut last) = ([50_000.0, 250_000.0].map(|x: f64| (x / length_m).round() as usize), 0.0);
    let mut harmonic = [[0.0; 2]; 2];
    run(
        &mut channel,
        5.0 * DAY_SECS,
        |t| q0 * (1.0 + 0.005 * (omega * t).sin()),
        |t, channel| {
            let dt = t - last;
            let middle = 0.5 * (t + last);
            last = t;
            if middle > 4.0 * DAY_SECS {
                for (sum, face) in harmonic.iter_mut().zip(at) {
                    let swing = channel.face_discharges_m3s()[face] - q0;
                    sum[0] += dt * swing * (omega * middle).cos();
                    sum[1] += dt * swing * (omega * middle).sin();
                }
            }
        },
    );
    let size = harmonic.map(|h| h[0].hypot(h[1]));
    let turns = |h: [f64; 2]| h[0].atan2(h[1]);
    let lag = (turns(harmonic[0]) - turns(harmonic[1])).rem_euclid(std::f64::consts::TAU);
    let [k, decay] = wave_number(omega, width, depth, q0, slope);
    let whole = ((k * 200_000.0 - lag) / std::f64::consts::TAU).round() * std::f64::consts::TAU;
    [omega * 200_000.0 / (lag + whole), omega / k, size[1] / size[0], (decay * 200_000.0).exp()]
}

#[test]
fn small_waves_run_and_fade_as_the_linear_equations_say() {
    for (depth, slope, manning) in [(2.5, 2e-4, 0.012), (4.0, 1e-4, 0.010), (2.0, 4e-4, 0.020)] {
        for length_m in [400.0, 1000.0] {
            let [celerity, exact_celerity, fade, exact_fade] = small_wave(length_m, depth, slope, manning);
            println!(
                "wave of a day, {depth} m deep, slope {slope}, {length_m} m: celerity {celerity:.4} exact \
                 {exact_celerity:.4} m/s, amplitude after 200 km {fade:.4} exact {exact_fade:.4}"
            );
            assert!((celerity / exact_celerity - 1.0).abs() < 3e-3);
            assert!((fade / exact_fade - 1.0).abs() < 6e-3);
        }
    }
}

/// Peak discharge (m³/s) and its time (s) after 300 km, of a wave from 1000 to 6000 m³/s that leaves the banks.
fn flood_peak(length_m: f64) -> [f64; 2] {
    let (slope, n) = (2e-4, (400_000.0 / length_m) as usize);
    let segments = sloping(n, length_m, slope, 0.012, |_| river_section());
    let mut channel = Channel::new(segments, Downstream::NormalDepth(slope)).unwrap();
    channel.start_steady(1000.0);
    let inflow = |t: f64| 1000.0 + 5000.0 * (-((t / DAY_SECS - 1.5) / 0.35).powi(2)).exp();
    let (face, mut peak) = ((300_000.0 / length_m).round() as usize, [0.0, 0.0]);
    run(&mut channel, 4.0 * DAY_SECS, inflow, |t, channel| {
        let q = channel.face_discharges_m3s()[face];
        if q > peak[0] {
            peak = [q, t];
        }
    });
    peak
}

#[test]
fn a_flood_over_300_km_has_the_peak_of_a_fine_grid() {
    let fine = flood_peak(100.0);
    println!("flood, 100 m: {:.1} m3/s after {:.3} h", fine[0], fine[1] / 3600.0);
    // By Manning's formula a wave at the peak runs with (1/B) dQ/dη, here over the banks.
    let section = river_section();
    let depth = section.normal_depth_m(fine[0], 2e-4, 0.012);
    let rate = (section.conveyance_m8_3(depth + 0.01) - section.conveyance_m8_3(depth - 0.01)) / 0.02;
    let kinematic = rate * 2e-4_f64.sqrt() / 0.012 / section.top_width_m(depth);
    let celerity = 300_000.0 / (fine[1] - 1.5 * DAY_SECS);
    println!("celerity {celerity:.3} m/s, kinematic at the peak {kinematic:.3} m/s");
    assert!((celerity / kinematic - 1.0).abs() < 0.1);
    for (length_m, most) in [(200.0, 3e-4), (400.0, 6e-4), (1000.0, 1.5e-3)] {
        let [peak, time] = flood_peak(length_m);
        println!(
            "flood, {length_m} m: {peak:.1} m3/s, {:+.2e} of the fine peak, {:+.0} s",
            peak / fine[0] - 1.0,
            time - fine[1]
        );
        assert!((peak / fine[0] - 1.0).abs() < most && (time - fine[1]).abs() < 200.0);
    }
}

// ---------------------------------------------------------------- volumes, dry beds, checkpoints

#[test]
fn volumes_close_to_rounding_whatever_is_asked() {
    for seed in 1..=6 {
        let mut dice = Dice(seed * 7919);
        let n = 40;
        let downstream = match seed % 3 {
            0 => Downstream::Stage(101.0),
            1 => Downstream::NormalDepth(2e-4),
            _ => Downstream::Rating(vec![[98.0, 0.0], [101.0, 800.0], [104.0, 4000.0]]),
        };
        let mut channel = Channel::new(irregular(n, &mut dice), downstream).unwrap();
        channel.fill_to_stages(&vec![101.0; n]);
        let mut lateral = vec![0.0; n];
        let [mut taken_m3, mut withheld_m3] = [0.0; 2];
        for step in 0..6000 {
            lateral.iter_mut().for_each(|q| *q = 60.0 * (dice.roll() - 0.55));
            let upstream = 1500.0 * (dice.roll() - 0.3);
            // Steps too long on purpose now and then.
            let dt = channel.longest_step_secs(if step % 50 == 0 { 7.0 } else { 0.9 * dice.roll() });
            let moved = channel.step(dt, upstream, &lateral);
            taken_m3 += channel.lateral_taken_m3().iter().sum::<f64>();
            withheld_m3 += moved.withheld_m3;
            assert!((0..n).all(|i| channel.volume_m3(i) >= 0.0 && channel.depth_m(i).is_finite()));
        }
        let budget = channel.budget();
        println!("seed {seed}: residual {:.1e} of the water, withheld {withheld_m3:.3e} m3", budget.residual_frac());
        assert!(budget.residual_frac().abs() < 1e-12);
        assert!((taken_m3 / (budget.lateral_in_m3 - budget.lateral_out_m3) - 1.0).abs() < 1e-9);
        assert!(withheld_m3 > 0.0, "some segments were asked for more than they had");
    }
}

#[test]
fn a_segment_gives_what_it_has_and_says_so() {
    let segments = sloping(3, 400.0, 0.0, 0.012, |_| Section::rectangle(100.0).unwrap());
    let mut channel = Channel::new(segments, Downstream::NormalDepth(1e-4)).unwrap();
    channel.fill_to_stages(&[0.0, 1.0, 0.0]);
    // 100 m3/s for 1000 s of a dry segment and of none: nothing to be had upstream at first.
    let moved = channel.step(1.0, 0.0, &[-5.0, 0.0, 0.0]);
    let taken = channel.lateral_taken_m3()[0];
    assert!(taken <= 0.0 && taken > -5.0, "{taken}");
    assert!((moved.withheld_m3 - (5.0 + taken)).abs() < 1e-12 && (moved.lateral_out_m3 + taken).abs() < 1e-12);
}

#[test]
fn a_bed_runs_dry_and_is_wetted_again() {
    let mut segments = sloping(120, 400.0, 2e-4, 0.012, |_| river_section());
    // A bar that holds a pond.
    segments[60].bed_m += 1.0;
    let mut channel = Channel::new(segments, Downstream::NormalDepth(2e-4)).unwrap();
    let normal = river_section().normal_depth_m(1500.0, 2e-4, 0.012);
    run(
        &mut channel,
        3.0 * DAY_SECS,
        |_| 1500.0,
        |_, channel| {
            assert!((0..120).all(|i| channel.volume_m3(i) >= 0.0));
        },
    );
    println!("wetted from dry: depth {:.6} m, normal {normal:.6} m", channel.depth_m(100));
    assert!((channel.depth_m(100) / normal - 1.0).abs() < 1e-4);
    assert!((channel.face_discharges_m3s()[120] / 1500.0 - 1.0).abs() < 1e-4);
    run(&mut channel, 60.0 * DAY_SECS, |_| 0.0, |_, _| {});
    let fastest = channel.face_discharges_m3s().iter().fold(0.0_f64, |m, q| m.max(q.abs()));
    let (shallow, pond) = (channel.depth_m(100), channel.depth_m(59));
    println!("drained 60 days: {shallow:.4} m left, pond {pond:.4} m, discharge {fastest:.1e} m3/s");
    assert!(shallow < 0.05 && fastest < 1.0);
    // The bar stands 1 m over the bed line, which falls 0.08 m a segment.
    assert!((pond - 0.92).abs() < 0.05);
    assert!(channel.budget().residual_frac().abs() < 1e-12);
}

#[test]
fn lateral_water_adds_up_along_the_way() {
    let segments = sloping(100, 400.0, 2e-4, 0.012, |_| river_section());
    let mut channel = Channel::new(segments, Downstream::NormalDepth(2e-4)).unwrap();
    channel.start_steady(2000.0);
    let mut lateral = vec![0.0; 100];
    (lateral[30], lateral[70]) = (600.0, -400.0);
    for _ in 0..20_000 {
        channel.step(40.0, 2000.0, &lateral);
    }
    let q = channel.face_discharges_m3s();
    assert!((q[20] - 2000.0).abs() < 1e-6 && (q[50] - 2600.0).abs() < 1e-6 && (q[100] - 2200.0).abs() < 1e-6);
}

#[test]
fn a_checkpoint_goes_on_to_the_last_bit() {
    let make = || Channel::new(irregular(50, &mut Dice(3)), Downstream::NormalDepth(2e-4)).unwrap();
    let mut channel = make();
    channel.fill_to_stages(&[103.0; 50]);
    run(&mut channel, 7000.0, |_| 900.0, |_, _| {});
    let bytes = postcard::to_allocvec(channel.state()).unwrap();
    let mut other = make();
    other.restore(postcard::from_bytes(&bytes).unwrap()).unwrap();
    for channel in [&mut channel, &mut other] {
        run(channel, 20_000.0, |t| 900.0 + 0.01 * t, |_, _| {});
    }
    assert_eq!(channel.state(), other.state());
    assert!(
        Channel::new(irregular(49, &mut Dice(3)), Downstream::Stage(1.0))
            .unwrap()
            .restore(other.state().clone())
            .is_err()
    );
}

// ---------------------------------------------------------------- sediment

fn carrying(n: usize, slope: f64, q: f64, rules: SedimentRules, start_kgm3: f64) -> (Channel, SuspendedLoad) {
    let segments = sloping(n, 400.0, slope, 0.012, |_| Section::rectangle(800.0).unwrap());
    let mut channel = Channel::new(segments, Downstream::NormalDepth(slope)).unwrap();
    channel.start_steady(q);
    let load = SuspendedLoad::new(&channel, rules, start_kgm3);
    (channel, load)
}

#[test]
fn sediment_settles_towards_the_capacity_as_the_steady_solution_says() {
    let rules = SedimentRules::new(Capacity::LOWER_YELLOW_RIVER, 8e-4);
    let (n, q, still) = (250, 3000.0, vec![0.0; 250]);
    let (mut channel, mut load) = carrying(n, 2e-4, q, rules, 0.0);
    let entering = Entering { upstream_kgm3: 60.0, lateral_kgm3: &still, downstream_kgm3: 0.0 };
    for _ in 0..6000 {
        channel.step_with_load(50.0, q, &still, &mut load, entering);
    }
    let depth = channel.depth_m(0);
    let velocity = q / (800.0 * depth);
    let capacity = rules.capacity.capacity_kgm3(velocity, depth, rules.settling_mps, 60.0);
    // S − S* = (S0 − S*) exp(−α ω x / q), q the discharge per metre of width.
    let exact = |x: f64| capacity + (60.0 - capacity) * (-0.25 * 8e-4 * x * 800.0 / q).exp();
    let worst = (0..n)
        .map(|i| load.concentration_kgm3(&channel, i) / exact((i as f64 + 0.5) * 400.0) - 1.0)
        .fold(0.0_f64, |m, e| m.max(e.abs()));
    let budget = load.budget();
    println!(
        "sediment: capacity {capacity:.3} kg/m3, off by {worst:.1e}, residual {:.1e} kg of {:.1e}",
        budget.residual_kg(),
        budget.inflow_kg
    );
    assert!(worst < 2e-2);
    assert!(budget.residual_kg().abs() < 1e-12 * budget.inflow_kg);
    assert!((0..n).map(|i| load.deposited_kg(i)).sum::<f64>() / budget.deposited_kg - 1.0 < 1e-12);
    // 1400 kg/m³ over 800 m by 400 m.
    assert!((load.thickness_m(5) / (load.deposited_kg(5) / (1400.0 * 800.0 * 400.0)) - 1.0).abs() < 1e-3);
}

#[test]
fn a_cloud_makes_no_new_extreme_and_keeps_its_mass() {
    // Grains that do not settle.
    let rules = SedimentRules::new(Capacity::LOWER_YELLOW_RIVER, 0.0);
    let still = vec![0.0; 300];
    let (mut channel, mut load) = carrying(300, 2e-4, 2000.0, rules, 5.0);
    let mut widest = 0;
    for step in 0..900 {
        let upstream_kgm3 = if (100..300).contains(&step) { 100.0 } else { 5.0 };
        let entering = Entering { upstream_kgm3, lateral_kgm3: &still, downstream_kgm3: 0.0 };
        let q = 2000.0 + 1000.0 * (f64::from(step) * 0.01).sin();
        channel.step_with_load(50.0, q, &still, &mut load, entering);
        let s: Vec<f64> = (0..300).map(|i| load.concentration_kgm3(&channel, i)).collect();
        assert!(s.iter().all(|&s| s > 5.0 - 1e-9 && s < 100.0 + 1e-9), "{step}");
        widest = widest.max(s.iter().filter(|&&s| s > 10.0 && s < 95.0).count());
    }
    println!(
        "cloud: at most {widest} segments between 10 and 95 kg/m3 at its two ends, residual {:.1e} kg",
        load.budget().residual_kg()
    );
    assert!(widest < 30);
    assert!(load.budget().residual_kg().abs() < 1e-12 * load.budget().inflow_kg);
}

#[test]
fn sediment_closes_with_random_exchange_over_drying_beds() {
    let mut dice = Dice(99);
    let n = 40;
    let mut channel = Channel::new(irregular(n, &mut dice), Downstream::Stage(100.5)).unwrap();
    channel.fill_to_stages(&vec![100.5; n]);
    let law = Capacity::ZhangHongwu { bed_grain_mm: 0.08, suspended_grain_mm: 0.03 };
    let mut load = SuspendedLoad::new(&channel, SedimentRules::new(law, 8e-4), 20.0);
    let (mut lateral, mut lateral_kgm3) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..4000 {
        lateral.iter_mut().for_each(|q| *q = 40.0 * (dice.roll() - 0.55));
        lateral_kgm3.iter_mut().for_each(|s| *s = 300.0 * dice.roll());
        let entering =
            Entering { upstream_kgm3: 400.0 * dice.roll(), lateral_kgm3: &lateral_kgm3, downstream_kgm3: 3.0 };
        channel.step_with_load(60.0, 900.0 * (dice.roll() - 0.2), &lateral, &mut load, entering);
        assert!((0..n).all(|i| load.mass_kg(i) >= 0.0 && load.concentration_kgm3(&channel, i) <= 1000.0 + 1e-6));
    }
    let budget = load.budget();
    let handled =
        budget.inflow_kg.abs() + budget.lateral_kg.abs() + budget.outflow_kg.abs() + budget.deposited_kg.abs();
    println!("sediment with exchange: residual {:.1e} of the mass", budget.residual_kg() / handled);
    assert!(budget.residual_kg().abs() < 1e-12 * handled);
}
