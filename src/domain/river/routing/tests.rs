//! Steady flow, volume, celerity and diffusion, order of convergence, and what is refused.

use super::*;

/// The lower reach's channel with levees far above: no floodplain takes part.
fn channel() -> CompoundSection {
    CompoundSection {
        lip_depth_m: 8.0,
        width_m: 500.0,
        slope: 1.5e-4,
        manning_channel: 0.015,
        manning_floodplain: 0.04,
        strip_m: 300.0,
        falling_m: 0.0,
        foot_m: 0.0,
        drop_m: 0.0,
    }
}

/// A channel that is full at about 3000 m³/s in a floodplain of 6 km.
fn with_floodplain() -> CompoundSection {
    CompoundSection {
        lip_depth_m: 3.3,
        manning_channel: 0.011,
        falling_m: 2500.0,
        drop_m: 1.0,
        ..CompoundSection { width_m: 620.0, ..channel() }
    }
}

/// Kleitz and Seddon's celerity dQ/dA of the channel, m/s, by formula, and the diffusion Q / (2 B S), m²/s.
///
/// With flat bottom bW and banks of depth falling to 0 over the rest, at depth h of a trapezoid of depth D:
/// Q ∝ b h^(5/3) + (1 - b) 3/8 h^(8/3) / D and dA/dh = W (b + (1 - b) h / D).
fn celerity_and_diffusion(section: &CompoundSection, discharge_m3s: f64) -> (f64, f64) {
    let (b, deep, width) = (0.6, section.lip_depth_m, section.width_m);
    let scale = width * section.slope.sqrt() / section.manning_channel;
    let h = deep + section.over_lip_m(discharge_m3s);
    let q = scale * (b * h.powf(5.0 / 3.0) + (1.0 - b) * 0.375 * h.powf(8.0 / 3.0) / deep);
    assert!((q / discharge_m3s - 1.0).abs() < 1e-6, "{q} {discharge_m3s}");
    let per_depth = scale * (b * 5.0 / 3.0 * h.powf(2.0 / 3.0) + (1.0 - b) * h.powf(5.0 / 3.0) / deep);
    let top_width = width * (b + (1.0 - b) * h / deep);
    (per_depth / top_width, discharge_m3s / (2.0 * top_width * section.slope))
}

/// Complementary error function, Abramowitz and Stegun (1964) 7.1.26, good to 1.5e-7.
fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    t * series.iter().fold(0.0, |sum, a| sum * t + a) * (-x * x).exp()
}

/// Hayami's (1951) answer of a long channel to a unit step at its head.
fn hayami(distance_m: f64, time_secs: f64, celerity: f64, diffusion: f64) -> f64 {
    let spread = 2.0 * (diffusion * time_secs).sqrt();
    let reflected = (celerity * distance_m / diffusion).exp() * erfc((distance_m + celerity * time_secs) / spread);
    0.5 * (erfc((distance_m - celerity * time_secs) / spread) + reflected)
}

fn largest(series: &[f64]) -> f64 {
    series.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn least(series: &[f64]) -> f64 {
    series.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A flood as a bell over a base flow: peak after 60 h.
fn bell(base: f64, rise: f64, width_h: f64, dt_h: f64, hours: f64) -> Vec<f64> {
    let times = (0..).map(|n| f64::from(n) * dt_h).take_while(|t| *t <= hours);
    times.map(|t| base + rise * (-((t - 60.0) / width_h).powi(2)).exp()).collect()
}

#[test]
fn steady_flow_stays_steady() {
    let reach = Reach1d::prismatic(&with_floodplain(), 300e3, 50).unwrap();
    for q in [50.0, 2000.0, 3200.0, 12_000.0] {
        let routed = reach.route(&[(0.0, &[q; 100])], 3600.0).unwrap();
        assert!(routed.outflow_m3s.iter().all(|out| (out / q - 1.0).abs() < 1e-9), "{q}");
    }
}

#[test]
fn volume_closes_to_rounding_with_floods_droughts_and_withdrawals() {
    let reach = Reach1d::prismatic(&with_floodplain(), 300e3, 50).unwrap();
    let flood = bell(300.0, 9000.0, 15.0, 1.0, 400.0);
    let tributary = bell(20.0, 1500.0, 8.0, 1.0, 400.0);
    let thirsty = vec![-500.0; flood.len()];
    for dt_secs in [600.0, 3600.0, 6.0 * 3600.0] {
        let routed = reach.route(&[(60.0, &tributary), (0.0, &flood), (200.0, &thirsty)], dt_secs).unwrap();
        let volumes = routed.volumes;
        let relative = volumes.residual_m3() / (volumes.in_m3 + volumes.stored_before_m3);
        assert!(relative.abs() < 1e-12, "{relative} with {dt_secs} s");
        assert!(volumes.short_m3 > 0.0 && volumes.withdrawn_m3 > 0.0);
        let asked = 500.0 * dt_secs * (flood.len() - 1) as f64;
        assert!(((volumes.withdrawn_m3 + volumes.short_m3) / asked - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_comes_out_lies_between_the_least_and_the_most_that_came_in() {
    let reach = Reach1d::prismatic(&with_floodplain(), 200e3, 33).unwrap();
    let steep: Vec<f64> = (0..240).map(|n| if (24..72).contains(&n) { 8000.0 } else { 0.0 }).collect();
    let mild = bell(600.0, 6000.0, 20.0, 1.0, 300.0);
    for (series, slack) in [(&steep, 0.0), (&mild, 1e-9)] {
        let routed = reach.route(&[(0.0, series.as_slice())], 3600.0).unwrap();
        assert!(least(&routed.outflow_m3s) >= least(series) - slack, "{}", least(&routed.outflow_m3s));
        assert!(largest(&routed.outflow_m3s) <= largest(series));
    }
    let routed = reach.route(&[(0.0, &mild)], 3600.0).unwrap();
    let peak = routed.outflow_m3s.iter().position(|q| *q >= largest(&routed.outflow_m3s)).unwrap();
    assert!(routed.outflow_m3s[..=peak].windows(2).all(|pair| pair[1] >= pair[0] - 1e-9), "a dip before the rise");
}

/// A small step travels at the kinematic celerity and spreads as the diffusion wave does.
#[test]
fn a_small_step_travels_and_spreads_as_hayami_says() {
    let section = channel();
    let (q, rise, length_m, dt_secs) = (2000.0, 20.0, 120e3, 1800.0);
    let (celerity, diffusion) = celerity_and_diffusion(&section, q + 0.5 * rise);
    let reach = Reach1d::prismatic(&section, length_m, 30).unwrap();
    // The inflow is linear between its values: the step lasts one of them, its middle is its time.
    let series: Vec<f64> = (0..160).map(|n| if n == 0 { q } else { q + rise }).collect();
    let routed = reach.route(&[(0.0, &series)], dt_secs).unwrap();
    let errors: Vec<f64> = (2..160)
        .map(|n| {
            let exact = hayami(length_m, (f64::from(n) - 0.5) * dt_secs, celerity, diffusion);
            let found = (routed.outflow_m3s[usize::try_from(n).unwrap()] - q) / rise;
            found - exact
        })
        .collect();
    let rms = (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
    assert!(rms < 0.01, "root mean square {rms} of the step");
    // First moment of the answer: the lag of the step as a whole is length over celerity.
    let sum_secs: f64 = routed.outflow_m3s.iter().map(|out| (q + rise - out) / rise * dt_secs).sum();
    // Trapezoidal: half of the first value, and the step's middle is half a time step late.
    let lag_secs = sum_secs - dt_secs;
    let expected_secs = length_m / celerity;
    assert!((lag_secs / expected_secs - 1.0).abs() < 0.01, "{lag_secs} s, L / c is {expected_secs} s");
}

/// Halving length and step together divides the error of a smooth flood by more than three: second order, nearly.
#[test]
fn a_smooth_flood_converges_with_length_and_step() {
    let section = channel();
    let outflow = |n_pieces: usize, dt_h: f64| {
        let series = bell(1000.0, 1500.0, 20.0, dt_h, 192.0);
        let reach = Reach1d::prismatic(&section, 192e3, n_pieces).unwrap();
        let every = series.len() / 64;
        let routed = reach.route(&[(0.0, &series)], dt_h * 3600.0).unwrap();
        routed.outflow_m3s.into_iter().step_by(every).collect::<Vec<f64>>()
    };
    let finest = outflow(512, 0.046_875);
    let error = |n_pieces, dt_h| {
        let found = outflow(n_pieces, dt_h);
        let sum: f64 = found.iter().zip(&finest).map(|(a, b)| (a - b).powi(2)).sum();
        (sum / finest.len() as f64).sqrt()
    };
    let (coarse, middle, fine) = (error(16, 1.5), error(32, 0.75), error(64, 0.375));
    let orders = [(coarse / middle).log2(), (middle / fine).log2()];
    assert!(orders.iter().all(|order| *order > 1.6), "{orders:?} from errors {coarse}, {middle}, {fine} m3/s");
    assert!(middle < 15.0, "{middle} m3/s");
}

#[test]
fn water_on_the_floodplain_delays_and_lowers_a_flood() {
    let flood = bell(1000.0, 5000.0, 24.0, 1.0, 400.0);
    let peak = |section: &CompoundSection| {
        let reach = Reach1d::prismatic(section, 200e3, 33).unwrap();
        let out = reach.route(&[(0.0, &flood)], 3600.0).unwrap().outflow_m3s;
        let most = largest(&out);
        (most, out.iter().position(|q| *q >= most).unwrap())
    };
    let (inside, over) = (peak(&channel()), peak(&with_floodplain()));
    assert!(over.0 < inside.0 - 500.0, "{over:?} {inside:?}");
    assert!(over.1 > inside.1 + 12, "{over:?} {inside:?}");
}

#[test]
fn what_does_not_fit_is_refused_with_what_is_allowed() {
    let reach = Reach1d::prismatic(&channel(), 60e3, 10).unwrap();
    let refused = |inflows: &[(f64, &[f64])], dt_secs| reach.route(inflows, dt_secs).unwrap_err().to_string();
    let even: &[f64] = &[1.0, 1.0];
    assert_eq!(refused(&[(0.0, even)], 0.0), "dt_secs is 0, allowed: above 0");
    assert_eq!(refused(&[(30.0, even)], 60.0), "0 inflows at the upstream end (0 km), allowed: one");
    assert_eq!(refused(&[(0.0, even), (0.0, even)], 60.0), "2 inflows at the upstream end (0 km), allowed: one");
    assert_eq!(refused(&[(0.0, &[1.0])], 60.0), "the inflow at 0 km has 1 values, allowed: 2");
    assert_eq!(refused(&[(0.0, even), (30.0, &[1.0, 1.0, 1.0])], 60.0), "the inflow at 30 km has 3 values, allowed: 2");
    assert_eq!(
        refused(&[(0.0, &[1.0, -2.0])], 60.0),
        "the inflow at 0 km, value 1: -2 m3/s, allowed: a number not below 0"
    );
    assert_eq!(
        refused(&[(0.0, even), (60.0, even)], 60.0),
        "chainage of an inflow is 60, allowed: within the reach, above its downstream end"
    );
    assert!(Reach1d::prismatic(&channel(), -1.0, 10).is_err() && Reach1d::prismatic(&channel(), 1.0, 0).is_err());
}
