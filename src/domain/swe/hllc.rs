//! The approximate Riemann solver: what passes a face between two states.

use std::ops::{Add, Mul, Neg, Sub};

use super::layout::N;

/// The numbers that the solver is written for: single precision for the step, double for single faces and for tests.
pub(super) trait Real:
    Copy + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self>
{
    /// The number nearest to `x`.
    fn of(x: f64) -> Self;
    /// Square root.
    fn root(self) -> Self;
    /// Reciprocal.
    fn inverse(self) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a constant")]
    #[expect(clippy::cast_possible_truncation, reason = "a constant of a formula")]
    fn of(x: f64) -> Self {
        x as Self
    }
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one instruction")]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "one instruction")]
    fn inverse(self) -> Self {
        1.0 / self
    }
}

impl Real for f64 {
    fn of(x: f64) -> Self {
        x
    }
    fn root(self) -> Self {
        self.sqrt()
    }
    fn inverse(self) -> Self {
        1.0 / self
    }
}

/// What passes a face, per metre of it, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Passed<R = f64> {
    /// Mass, m²/s.
    pub(super) m: R,
    /// Normal momentum flux that the left side feels, beyond the pressure ½ g h² of its own depth at rest, m³/s².
    pub(super) pl: R,
    /// The same for the right side.
    pub(super) pr: R,
}

/// What passes a face between two states.
///
/// `hl`, `hr` are depths in m, `ul`, `ur` velocities normal to the face, positive from left to right, in m/s.
/// A side with no depth is a dry bed; with both dry nothing passes.
///
/// HLL flux with the wave speeds of Einfeldt as given for shallow water by Toro (2001, Shock-Capturing Methods for
/// Free-Surface Shallow Flows, chapter 10, dry beds included). The contact wave is restored by
/// [`transverse`], which together is HLLC. Written around the mean of both sides instead of the textbook quotient, and
/// with the pressure only as the difference between the sides: the values are the same, but between two equal states no
/// large numbers cancel. A lake at rest stays at rest to the last bit, and mirrored states give mirrored fluxes to the
/// last bit.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
pub(super) fn flux<R: Real>(hl: R, ul: R, hr: R, ur: R, g: R) -> Passed<R> {
    let (zero, half, two) = (R::of(0.0), R::of(0.5), R::of(2.0));
    let (cl, cr) = ((g * hl).root(), (g * hr).root());
    let u_star = half * (ul + ur) + (cl - cr);
    let c_star = half * (cl + cr) + R::of(0.25) * (ul - ur);
    let (dry_l, dry_r) = (ur - two * cr, ul + two * cl);
    let mut sl = least(ul - cl, u_star - c_star);
    let mut sr = greatest(ur + cr, u_star + c_star);
    sl = if hl > zero { sl } else { dry_l };
    sr = if hr > zero { sr } else { dry_r };
    // A dry side has no speed of its own.
    sl = if hr > zero { sl } else { ul - cl };
    sr = if hl > zero { sr } else { ur + cr };
    sl = least(sl, zero);
    sr = greatest(sr, zero);

    let inverse = greatest(sr - sl, R::of(TINY_SPEED)).inverse();
    let skew = half * (sl + sr) * inverse;
    let spread = sl * sr * inverse;
    let (ql, qr) = (hl * ul, hr * ur);
    let (carried_l, carried_r) = (ql * ul, qr * ur);
    // How much the pressure of the right side exceeds that of the left.
    let excess = half * g * ((hr + hl) * (hr - hl));
    let m = half * (ql + qr) + (skew * (ql - qr) + spread * (hr - hl));
    let p = half * (carried_l + carried_r) + (skew * ((carried_l - carried_r) - excess) + spread * (qr - ql));
    Passed { m, pl: p + half * excess, pr: p - half * excess }
}

/// Keeps the quotient of the flux finite where both sides are dry; far below any speed of water.
const TINY_SPEED: f64 = 1e-30;

/// Transverse momentum flux: the mass carries the transverse velocity of the side it comes from.
///
/// The contact wave lies on the side of the mass flux (Toro 2001, chapter 10).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
pub(super) fn transverse<R: Real>(mass: R, vl: R, vr: R) -> R {
    mass * if mass > R::of(0.0) { vl } else { vr }
}

/// Pressure of a wall beyond that of still water, m³/s²: depth `h`, velocity `u` towards the wall.
///
/// The flux above between the cell and its mirror image: h u (u + S), S = max(c − u, c + u/2).
pub(super) fn wall_pressure(h: f64, u: f64, g: f64) -> f64 {
    let c = (g * h).sqrt();
    h * u * (u + greatest(c - u, c + 0.5 * u))
}

/// The greater of two numbers, neither of them NaN: one instruction, where `f64::max` needs four.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one instruction")]
pub(super) fn greatest<R: PartialOrd>(a: R, b: R) -> R {
    if a > b { a } else { b }
}

/// The greatest of the numbers of a block, none of them negative or NaN: such numbers are in the order of their bits, and
/// the greatest of whole numbers is found by halves.
#[inline(always)]
#[expect(clippy::inline_always, reason = "five instructions")]
pub(super) fn greatest_of(x: &[f32; N]) -> f32 {
    f32::from_bits(x.iter().fold(0, |most, x| most.max(x.to_bits())))
}

/// The lesser of two numbers, neither of them NaN.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one instruction")]
pub(super) fn least<R: PartialOrd>(a: R, b: R) -> R {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: f64 = 9.81;

    #[test]
    fn between_equal_states_nothing_but_their_own_flow_passes() {
        for h in [0.3, 1.0, 7.123, 0.001] {
            assert_eq!(flux(h, 0.0, h, 0.0, G), Passed::default());
        }
        let moving = flux(1.25, 0.5, 1.25, 0.5, G);
        assert_eq!(moving, Passed { m: 0.625, pl: 0.3125, pr: 0.3125 });
    }

    #[test]
    fn mirrored_states_give_mirrored_fluxes_exactly() {
        for (hl, ul, hr, ur) in
            [(1.3, 0.7, 0.4, -0.2), (2.0, 5.0, 1.0, 9.0), (0.0, 0.0, 0.5, 0.1), (0.6, -3.0, 0.0, 0.0)]
        {
            let (there, back) = (flux(hl, ul, hr, ur, G), flux(hr, -ur, hl, -ul, G));
            assert_eq!(there, Passed { m: -back.m, pl: back.pr, pr: back.pl });
        }
    }

    #[test]
    fn supercritical_flow_takes_the_upwind_flux() {
        let passed = flux(0.5, 6.0, 0.4, 5.0, G);
        // The left side feels what it carries alone: its own pressure is that at rest.
        assert!((passed.m - 3.0).abs() < 1e-12 && (passed.pl - 18.0).abs() < 1e-12);
        assert!((passed.pr - (18.0 + 0.5 * G * (0.25 - 0.16))).abs() < 1e-12);
    }

    #[test]
    fn a_wall_is_the_mirror_image_of_the_cell() {
        for u in [-1.5, -0.2, 0.0, 0.4, 3.0] {
            let passed = flux(1.2, u, 1.2, -u, G);
            assert!(passed.m.abs() < 1e-14);
            assert!((passed.pl - wall_pressure(1.2, u, G)).abs() < 1e-12);
        }
    }

    #[test]
    fn water_runs_onto_a_dry_bed() {
        // h (u + 2c) / 3 for a dry right side: HLL with S = u - c and u + 2c.
        let passed = flux(1.0, 0.0, 0.0, 0.0, G);
        assert!((passed.m - 2.0 / 3.0 * G.sqrt()).abs() < 1e-12);
        assert_eq!(flux(0.0, 0.0, 0.0, 0.0, G), Passed::default());
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "the two precisions are compared")]
    fn single_precision_gives_what_double_does() {
        let mut worst = 0.0_f64;
        for k in 0..20_000_u32 {
            let roll = |salt: u32| f64::from((k * 7919 + salt * 104_729) % 10_007) / 10_007.0;
            let (hl, hr) = (10.0 * roll(1) * roll(2), 10.0 * roll(3) * roll(4));
            let (ul, ur) = (6.0 * roll(5) - 3.0, 6.0 * roll(6) - 3.0);
            let [hl, ul, hr, ur, g] = [hl, ul, hr, ur, G].map(|x| x as f32);
            let single = flux(hl, ul, hr, ur, g);
            let double = flux(f64::from(hl), f64::from(ul), f64::from(hr), f64::from(ur), f64::from(g));
            let scale =
                f64::from(hl.max(hr)) * (f64::from(ul.abs().max(ur.abs())) + (G * f64::from(hl.max(hr))).sqrt());
            worst = worst.max((f64::from(single.m) - double.m).abs() / scale.max(1e-9));
        }
        assert!(worst < 1e-6, "{worst}");
    }
}
