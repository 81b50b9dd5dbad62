//! Flood waves: how fast they run and how they fade.

use hetu::domain::river::channel::{Downstream, GRAVITY_MPS2};

use super::{DAY_SECS, rectangle, river, river_section, run, sloping};

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
fn small_wave(n: usize, depth: f64, slope: f64, manning: f64) -> [f64; 4] {
    let width = 800.0;
    let q0 = width * depth.powf(5.0 / 3.0) * slope.sqrt() / manning;
    let omega = std::f64::consts::TAU / DAY_SECS;
    let length_m = 300_000.0 / n as f64;
    let segments = sloping(n, length_m, slope, manning, |_| rectangle(width));
    let mut channel = river(segments, Downstream::NormalDepth(slope));
    channel.start_steady(q0);
    let (at, mut last) = ([n / 6, 5 * n / 6], 0.0);
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
        for n in [750, 300] {
            let [celerity, exact_celerity, fade, exact_fade] = small_wave(n, depth, slope, manning);
            println!(
                "wave of a day, {depth} m deep, slope {slope}, {} m: celerity {celerity:.4} exact \
                 {exact_celerity:.4} m/s, amplitude after 200 km {fade:.4} exact {exact_fade:.4}",
                300_000 / n
            );
            assert!((celerity / exact_celerity - 1.0).abs() < 1e-3);
            assert!((fade / exact_fade - 1.0).abs() < 1e-3);
        }
    }
}

/// Peak discharge (m³/s) and its time (s) after 300 km, of a wave from 1000 to 6000 m³/s that leaves the banks.
fn flood_peak(n: usize) -> [f64; 2] {
    let (slope, length_m) = (2e-4, 400_000.0 / n as f64);
    let segments = sloping(n, length_m, slope, 0.012, |_| river_section());
    let mut channel = river(segments, Downstream::NormalDepth(slope));
    channel.start_steady(1000.0);
    let inflow = |t: f64| 1000.0 + 5000.0 * (-((t / DAY_SECS - 1.5) / 0.35).powi(2)).exp();
    let (face, mut peak) = (3 * n / 4, [0.0, 0.0]);
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
    let fine = flood_peak(4000);
    println!("flood, 100 m: {:.1} m3/s after {:.3} h", fine[0], fine[1] / 3600.0);
    // By Manning's formula a wave at the peak runs with (1/B) dQ/dη, here over the banks.
    let section = river_section();
    let depth = section.normal_depth_m(fine[0], 2e-4, 0.012);
    let rate = (section.conveyance_m8_3(depth + 0.01) - section.conveyance_m8_3(depth - 0.01)) / 0.02;
    let kinematic = rate * 2e-4_f64.sqrt() / 0.012 / section.top_width_m(depth);
    let celerity = 300_000.0 / (fine[1] - 1.5 * DAY_SECS);
    println!("celerity {celerity:.3} m/s, kinematic at the peak {kinematic:.3} m/s");
    assert!((celerity / kinematic - 1.0).abs() < 0.1);
    for (n, most) in [(2000, 3e-4), (1000, 6e-4), (400, 1.5e-3)] {
        let [peak, time] = flood_peak(n);
        println!(
            "flood, {} m: {peak:.1} m3/s, {:+.2e} of the fine peak, {:+.0} s",
            400_000 / n,
            peak / fine[0] - 1.0,
            time - fine[1]
        );
        assert!((peak / fine[0] - 1.0).abs() < most && (time - fine[1]).abs() < 200.0);
    }
}
