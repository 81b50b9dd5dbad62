//! The one-dimensional channel through its public face: rest, uniform and varied flow, dam breaks, flood waves, volumes.

#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

mod plain;
mod sediment;
mod steady;
mod volumes;
mod waves;

use hetu::domain::river::channel::{Channel, Downstream, Section, Segment};

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
    trapezoid(800.0, 2.5, 0.6, 900.0)
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
            let section = trapezoid(width, depth, bottom, width * (0.8 + 0.6 * dice.roll()));
            Segment { length_m: 200.0 + 600.0 * dice.roll(), bed_m: 98.0 + 4.0 * dice.roll(), section, manning: 0.012 }
        })
        .collect()
}

fn rectangle(width_m: f64) -> Section {
    Section::rectangle(width_m).expect("the width is in range")
}

fn trapezoid(lip_width_m: f64, depth_m: f64, bottom_frac: f64, column_width_m: f64) -> Section {
    Section::trapezoid(lip_width_m, depth_m, bottom_frac, column_width_m).expect("the figures are in range")
}

fn river(segments: Vec<Segment>, downstream: Downstream) -> Channel {
    Channel::new(segments, downstream).expect("the figures are in range")
}
