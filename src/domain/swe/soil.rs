//! Infiltration: what the ground takes from the water on it.
//!
//! Applied once in a step, after the water has moved: over the step the ground takes at most its capacity, and at most
//! what is there. The capacity of a step is integrated over the step and not taken
//! from its beginning, so that the error of long steps is that of the split alone. What soaks in takes its momentum along: the
//! velocity stays.
//!
//! One number for each cell remembers what the ground has had. It changes only by water that was really taken, so the
//! capacity recedes with what the ground was given and not with the clock.

use serde::{Deserialize, Serialize};

use super::layout::N;
use crate::domain::rain::MPS_PER_MM_PER_HOUR;
use crate::domain::scenario::Infiltration;

/// The law by which the ground of a run drinks. Lengths in m, times in s.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Law {
    /// Takes nothing.
    None,
    /// The capacity, m/s.
    Constant { rate: f64 },
    /// Green and Ampt (1911): f = K (1 + (ψ + h) Δθ / F); remembers F, the depth taken so far, m.
    GreenAmpt { conductivity: f64, suction: f64, deficit: f64 },
    /// Horton (1941): f = last + (first − last) e^(−kt); remembers t, the time for which ground always under water would
    /// have been wet to have taken as much, s.
    Horton { first: f64, last: f64, decay: f64 },
}

/// What the ground below a block remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Soil {
    /// One number for each cell, 0 in fresh ground; absent where the law remembers nothing.
    memory: Option<Box<[f64; N]>>,
}

impl Law {
    pub(super) fn new(infiltration: Option<Infiltration>) -> Self {
        let mps = |mm_per_hour: f64| mm_per_hour * MPS_PER_MM_PER_HOUR;
        match infiltration {
            Some(Infiltration::Constant { mm_per_hour }) if mm_per_hour > 0.0 => {
                Self::Constant { rate: mps(mm_per_hour) }
            }
            None | Some(Infiltration::Constant { .. }) => Self::None,
            Some(Infiltration::GreenAmpt { conductivity_mm_per_hour, suction_mm, moisture_deficit_frac }) => {
                Self::GreenAmpt {
                    conductivity: mps(conductivity_mm_per_hour),
                    suction: suction_mm * 1e-3,
                    deficit: moisture_deficit_frac,
                }
            }
            Some(Infiltration::Horton { initial_mm_per_hour, final_mm_per_hour, decay_per_hour }) => Self::Horton {
                first: mps(initial_mm_per_hour),
                last: mps(final_mm_per_hour),
                decay: decay_per_hour / 3600.0,
            },
        }
    }

    /// Whether the ground changes by what it takes: then its memory is part of the state.
    pub(super) fn remembers(self) -> bool {
        matches!(self, Self::GreenAmpt { .. } | Self::Horton { .. })
    }

    /// Whether the ground takes anything: then it takes films too, and cells that hold one must be computed.
    pub(super) fn drinks(self) -> bool {
        self != Self::None
    }
}

impl Soil {
    /// Ground that has drunk nothing.
    pub(super) fn fresh(law: Law) -> Self {
        Self { memory: law.remembers().then(|| Box::new([0.0; N])) }
    }

    /// What a cell of the ground remembers, 0 where the law remembers nothing: part of the state of a run.
    pub(super) fn memory(&self, i: usize) -> f64 {
        self.memory.as_ref().map_or(0.0, |memory| memory[i])
    }

    /// Whether the ground has drunk nothing that it remembers.
    pub(super) fn is_fresh(&self) -> bool {
        self.memory.as_ref().is_none_or(|memory| memory.iter().all(|&m| m == 0.0))
    }

    /// Lets the ground drink from a block for `dt` seconds, and returns the depth that was taken, summed over the
    /// cells, m: exactly what the depths lost.
    pub(super) fn drink(&mut self, law: Law, h: &mut [f64; N], dt: f64) -> f64 {
        let h = h.iter_mut();
        match (law, &mut self.memory) {
            (Law::Constant { rate }, _) => h.map(|h| take(h, rate * dt)).sum(),
            (Law::GreenAmpt { conductivity, suction, deficit }, Some(memory)) => {
                let cells = h.zip(&mut **memory).filter(|(h, _)| **h > 0.0);
                cells.map(|(h, had)| front(h, had, conductivity * dt, suction, deficit)).sum()
            }
            (Law::Horton { first, last, decay }, Some(memory)) => {
                let curve = Curve { first, last, decay, left: (-decay * dt).exp() };
                let cells = h.zip(&mut **memory).filter(|(h, _)| **h > 0.0);
                cells.map(|(h, wet_secs)| curve.descend(h, wet_secs, dt)).sum()
            }
            (Law::None | Law::GreenAmpt { .. } | Law::Horton { .. }, _) => 0.0,
        }
    }
}

/// Takes at most `capacity` (m) from a depth; returns what the depth lost. A depth that is not finite loses nothing: it
/// is another's to contain.
fn take(h: &mut f64, capacity: f64) -> f64 {
    let before = *h;
    let after = if before > capacity { before - capacity } else { 0.0 };
    if !(before.is_finite() && after < before) {
        return 0.0;
    }
    *h = after;
    // No rounding here: a difference of two numbers of which neither exceeds the first is a number again.
    before - after
}

/// Green and Ampt's sharp front for one cell; `had` is F, `k_dt` is K dt, m.
///
/// With S = (ψ + h) Δθ the law says F dF = K (F + S) dt. Its trapezoidal rule in F, (F₂² − F₁²) = K dt (F₁ + F₂ + 2 S),
/// is a quadratic equation for d = F₂ − F₁: bounded however long the step, and right in its leading term, √(2 K S dt), for
/// the infinite capacity of fresh ground. Of second order, but for that first step, which leaves an error of order 3/2.
fn front(h: &mut f64, had: &mut f64, k_dt: f64, suction: f64, deficit: f64) -> f64 {
    let s = (suction + *h) * deficit;
    let b = k_dt - 2.0 * *had;
    let root = (b * b + 8.0 * k_dt * (*had + s)).sqrt();
    // The two forms of one root, each where it does not lose figures.
    let capacity = if b > 0.0 { 0.5 * (b + root) } else { 4.0 * k_dt * (*had + s) / (root - b) };
    let taken = take(h, capacity);
    *had += taken;
    taken
}

/// Horton's curve and what a step leaves of its exponential, e^(−k dt).
#[derive(Clone, Copy)]
struct Curve {
    first: f64,
    last: f64,
    decay: f64,
    left: f64,
}

impl Curve {
    /// One cell; `wet_secs` is where it stands on the curve.
    fn descend(self, h: &mut f64, wet_secs: &mut f64, dt: f64) -> f64 {
        let Self { first, last, decay, left } = self;
        let excess = (first - last) * (-decay * *wet_secs).exp();
        let capacity = last * dt + excess * (1.0 - left) / decay;
        let taken = take(h, capacity);
        *wet_secs += if *h > 0.0 {
            dt
        } else {
            // The time in which this much goes in, from f t − ½ k (f − last) t² by one correction: the error is of the
            // third order in it.
            let rate = last + excess;
            let straight = taken / rate;
            (straight * (1.0 + 0.5 * decay * excess * straight / rate)).min(dt)
        };
        taken
    }
}

#[cfg(test)]
#[expect(clippy::print_stdout, reason = "the figures are for the record")]
mod tests {
    use super::*;

    const MM_PER_HOUR: f64 = MPS_PER_MM_PER_HOUR;

    /// A loam: K = 10 mm/h, ψ = 110 mm, Δθ = 0.3, so that ψ Δθ = 33 mm.
    fn loam() -> Law {
        Law::new(Some(Infiltration::GreenAmpt {
            conductivity_mm_per_hour: 10.0,
            suction_mm: 110.0,
            moisture_deficit_frac: 0.3,
        }))
    }

    fn lawn() -> Law {
        Law::new(Some(Infiltration::Horton { initial_mm_per_hour: 80.0, final_mm_per_hour: 12.0, decay_per_hour: 2.5 }))
    }

    /// Depth taken within `secs` by ground on which `supply` (m) is put before each step; water left runs off.
    fn taken(law: Law, secs: f64, dt: f64, mut supply: impl FnMut(f64) -> f64) -> f64 {
        let mut soil = Soil::fresh(law);
        let (mut time, mut sum) = (0.0, 0.0);
        while time < secs - 0.5 * dt {
            let mut h = [0.0; N];
            h[5] = supply(time);
            sum += soil.drink(law, &mut h, dt);
            time += dt;
        }
        sum
    }

    /// The depth F that Green and Ampt's law gives under water of constant depth: F − S ln(1 + F/S) = K t, by bisection.
    fn green_ampt(k_t: f64, s: f64) -> f64 {
        let (mut low, mut high) = (0.0, k_t + 10.0 * s + 1.0);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            let is_below = middle - s * (middle / s).ln_1p() < k_t;
            (low, high) = if is_below { (middle, high) } else { (low, middle) };
        }
        low
    }

    #[test]
    fn green_ampt_under_water_follows_the_implicit_solution() {
        // The depth of the water counts like suction: S = (ψ + h) Δθ.
        for pond in [1e-9, 0.4] {
            let s = (0.110 + pond) * 0.3;
            let hours = 2.0;
            let exact = green_ampt(10.0 * MM_PER_HOUR * 3600.0 * hours, s);
            // A pond that shallow would limit the rate: it is kept deep for the supply and shallow for the law.
            let (k, psi) = (10.0 * MM_PER_HOUR, 0.110);
            let error = |dt: f64| {
                let (mut had, mut time) = (0.0, 0.0);
                while time < hours * 3600.0 - 0.5 * dt {
                    let mut h = 1.0;
                    front(&mut h, &mut had, k * dt, psi + pond - 1.0, 0.3);
                    time += dt;
                }
                (had / exact - 1.0).abs()
            };
            let (long, coarse, fine) = (error(600.0), error(60.0), error(6.0));
            let order = (coarse / fine).log10();
            println!(
                "Green-Ampt, pond {pond} m: F {exact:.6} m, error {long:.1e} at 600 s, {coarse:.1e} at 60 s, {fine:.1e} at 6 s"
            );
            assert!(coarse < 2e-4 && fine < 1e-5, "{coarse} {fine}");
            assert!(order > 1.4, "{order}");
        }
    }

    #[test]
    fn green_ampt_under_steady_rain_ponds_when_mein_and_larson_say() {
        let (k, s, rain) = (10.0 * MM_PER_HOUR, 0.033, 40.0 * MM_PER_HOUR);
        // t_p = K ψ Δθ / (i (i − K)) = 10 · 33 / (40 · 30) h = 0.275 h = 990 s
        let ponds_at = k * s / (rain * (rain - k));
        assert!((ponds_at - 990.0).abs() < 1e-6);
        for dt in [1.0, 9.0] {
            let mut soil = Soil::fresh(loam());
            let (mut time, mut sum, mut first) = (0.0, 0.0, f64::NAN);
            while time < 3600.0 - 0.5 * dt {
                let mut h = [0.0; N];
                h[0] = rain * dt;
                sum += soil.drink(loam(), &mut h, dt);
                time += dt;
                if first.is_nan() && h[0] > 0.0 {
                    first = time;
                }
            }
            assert!((first - ponds_at).abs() <= dt, "{first} with steps of {dt} s");
            // After ponding the curve is that of ground under water, moved in time to go through F(t_p) = i t_p.
            let before = rain * ponds_at;
            let under_water = (before - s * (before / s).ln_1p()) / k;
            let exact = green_ampt(k * (3600.0 - ponds_at + under_water), s);
            println!("Green-Ampt under rain, steps of {dt} s: ponds at {first} s, F {sum:.6} m, exact {exact:.6} m");
            // In the step in which it ponds the capacity counts from its beginning: an error of first order.
            assert!((sum / exact - 1.0).abs() < 4e-5 * dt, "{sum} {exact}");
        }
    }

    #[test]
    fn horton_under_water_is_its_integral_whatever_the_step() {
        // f₁ t + (f₀ − f₁)/k (1 − e^(−kt)) = 12 · 2 + 68/2.5 · (1 − e^(−5)) mm
        let exact = (24.0 + 27.2 * (1.0 - (-5.0_f64).exp())) * 1e-3;
        for dt in [1.0, 60.0, 7200.0] {
            let sum = taken(lawn(), 7200.0, dt, |_| 1.0);
            assert!((sum / exact - 1.0).abs() < 1e-11, "{sum} {exact}");
        }
    }

    #[test]
    fn horton_recedes_with_what_the_ground_was_given() {
        // Rain of 30 mm/h: the capacity has sunk to it after e^(−kτ) = 18/68 of the curve, when the ground has had F(τ);
        // with this rain that takes F(τ) / 30 mm/h. By the clock alone it would be sooner.
        let tau_h = (68.0_f64 / 18.0).ln() / 2.5;
        let had_mm = 12.0 * tau_h + 27.2 * (1.0 - 18.0 / 68.0);
        let ponds_at = had_mm / 30.0 * 3600.0;
        assert!(ponds_at > tau_h * 3600.0 * 1.5);
        let rain = 30.0 * MM_PER_HOUR;
        let exact = {
            let t_h = (10_800.0 - ponds_at) / 3600.0 + tau_h;
            (12.0 * t_h + 27.2 * (1.0 - (-2.5 * t_h).exp())) * 1e-3
        };
        let error = |dt: f64| (taken(lawn(), 10_800.0, dt, |_| rain * dt) / exact - 1.0).abs();
        let (coarse, fine) = (error(60.0), error(2.0));
        println!("Horton under rain: ponds at {ponds_at:.1} s, error {coarse:.1e} at 60 s, {fine:.1e} at 2 s");
        assert!(coarse < 2e-4 && fine < 1e-6, "{coarse} {fine}");
        // A pause of the rain changes nothing.
        let with_pause = |time: f64| if (3000.0..6600.0).contains(&time) { 0.0 } else { rain * 2.0 };
        let paused = taken(lawn(), 10_800.0 + 3600.0, 2.0, with_pause);
        assert!((paused / exact - 1.0).abs() < 1e-6, "{paused} {exact}");
    }

    #[test]
    fn what_is_returned_is_what_the_depths_lost_to_the_last_bit() {
        let constant = Law::new(Some(Infiltration::Constant { mm_per_hour: 50.0 }));
        for law in [constant, loam(), lawn()] {
            for depth in [0.0, 1e-12, 1e-4, 0.1, 3.7] {
                let mut soil = Soil::fresh(law);
                let mut h = [0.0; N];
                h[7] = depth;
                let lost = soil.drink(law, &mut h, 3.3);
                assert_eq!((h[7] + lost).to_bits(), f64::to_bits(depth), "{law:?} {depth}");
                assert!(h[7] >= 0.0 && lost >= 0.0);
                assert!(soil.memory(7) > 0.0 || depth <= 0.0 || law == constant);
            }
        }
    }

    #[test]
    fn a_broken_depth_is_left_to_those_who_contain_it() {
        for law in [Law::Constant { rate: 1e-5 }, loam(), lawn()] {
            let mut soil = Soil::fresh(law);
            let mut h = [0.0; N];
            (h[0], h[1]) = (f64::NAN, f64::INFINITY);
            assert_eq!(soil.drink(law, &mut h, 10.0).to_bits(), 0_f64.to_bits());
            assert!([soil.memory(0), soil.memory(1)].iter().all(|memory| memory.is_finite()));
        }
    }
}
