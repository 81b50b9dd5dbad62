//! Bed friction after Manning or Chézy, implicit in the velocity.

/// Factor by which friction slows the water within a step.
///
/// `speed` (m/s) before friction, `h` the depth (m), `gn2` = g n², `dt` s. The implicit balance
/// q' = q − dt g n² |q'| q' / h^(7/3) is a quadratic in |q'| with the root
/// q' = 2 q / (1 + √(1 + 4 dt g n² |u| / h^(4/3))): it never turns the flow round and keeps a uniform flow exactly,
/// for any step (Xia and Liang 2018, Advances in Water Resources 117, in closed form).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn slowdown(speed: f64, h: f64, gn2: f64, dt: f64) -> f64 {
    let r = inverse_cube_root(h);
    let r2 = r * r;
    2.0 / (1.0 + (1.0 + 4.0 * dt * gn2 * speed * (r2 * r2)).sqrt())
}

/// The same after Chézy: `gc2` = g / C², without unit.
///
/// The balance q' = q − dt g |q'| q' / (C² h²) has the root q' = 2 q / (1 + √(1 + 4 dt g |u| / (C² h))).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn slowdown_chezy(speed: f64, h: f64, gc2: f64, dt: f64) -> f64 {
    2.0 / (1.0 + (1.0 + 4.0 * dt * gc2 * speed / h).sqrt())
}

/// h^(−1/3) to about 1e-13, for 1e-30 < h < 1e30; vector code, unlike `cbrt` and `powf`.
///
/// First guess from the bits of the single-precision number, good to 3 %, then four Newton steps
/// (Moroz, Samotyy, Walczyk and Cieslinski 2021, Energies 14(4), 1058).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
#[expect(clippy::cast_possible_truncation, reason = "a guess: single precision is enough")]
fn inverse_cube_root(h: f64) -> f64 {
    let guess = 0x54a2_1d2a_u32.wrapping_sub((h as f32).to_bits() / 3);
    let mut y = f64::from(f32::from_bits(guess));
    for _ in 0..4 {
        y = y * (4.0 - h * (y * y * y)) * (1.0 / 3.0);
    }
    y
}

/// Conveyance of a wide cell per metre of width over the square root of the slope, h^(5/3) / n, m²/s.
pub(super) fn conveyance(h: f64, n: f64) -> f64 {
    if h <= 0.0 {
        return 0.0;
    }
    let r = h.cbrt();
    h * r * r / n
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_good_to_thirteen_figures() {
        let mut h = 1e-9_f64;
        while h < 1e5 {
            let exact = h.powf(-1.0 / 3.0);
            assert!((inverse_cube_root(h) / exact - 1.0).abs() < 1e-13, "at {h}");
            h *= 1.037;
        }
    }

    #[test]
    fn friction_satisfies_the_implicit_balance() {
        let (u, h, n, dt, g) = (2.0, 0.7_f64, 0.03_f64, 25.0, 9.81);
        let after = u * slowdown(u, h, g * n * n, dt);
        let left = u - dt * g * n * n * after * after / h.powf(4.0 / 3.0);
        assert!((after - left).abs() < 1e-12);
        assert_eq!(slowdown(u, h, 0.0, dt), 1.0);
        let chezy = 40.0;
        let after = u * slowdown_chezy(u, h, g / (chezy * chezy), dt);
        let left = u - dt * g / (chezy * chezy) * after * after / h;
        assert!((after - left).abs() < 1e-12);
        assert_eq!(slowdown_chezy(u, h, 0.0, dt), 1.0);
    }
}
