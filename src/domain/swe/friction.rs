//! Bed friction after Manning or Chézy, implicit in the velocity.

/// Factor by which friction slows the water within a step.
///
/// `speed` (m/s) before friction, `h` the depth (m), `gn2` = g n², `dt` s. The implicit balance
/// q' = q − dt g n² |q'| q' / h^(7/3) is a quadratic in |q'| with the root
/// q' = 2 q / (1 + √(1 + 4 dt g n² |u| / h^(4/3))): it never turns the flow round and keeps a uniform flow exactly,
/// for any step (Xia and Liang 2018, Advances in Water Resources 117, in closed form).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn slowdown(speed: f32, h: f32, gn2: f32, dt: f32) -> f32 {
    let r = inverse_cube_root(h);
    let r2 = r * r;
    2.0 / (1.0 + (1.0 + 4.0 * dt * gn2 * speed * (r2 * r2)).sqrt())
}

/// The same after Chézy: `gc2` = g / C², without unit.
///
/// The balance q' = q − dt g |q'| q' / (C² h²) has the root q' = 2 q / (1 + √(1 + 4 dt g |u| / (C² h))).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn slowdown_chezy(speed: f32, h: f32, gc2: f32, dt: f32) -> f32 {
    2.0 / (1.0 + (1.0 + 4.0 * dt * gc2 * speed / h).sqrt())
}

/// h^(−1/3) to about 2e-7, for 1e-30 < h < 1e30; vector code, unlike `cbrt` and `powf`.
///
/// First guess from the bits of the number, good to 3 %, then three Newton steps
/// (Moroz, Samotyy, Walczyk and Cieslinski 2021, Energies 14(4), 1058).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
fn inverse_cube_root(h: f32) -> f32 {
    let mut y = f32::from_bits(0x54a2_1d2a_u32.wrapping_sub(h.to_bits() / 3));
    for _ in 0..3 {
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
    fn the_root_is_good_to_six_figures() {
        let mut h = 1e-9_f32;
        while h < 1e5 {
            let exact = f64::from(h).powf(-1.0 / 3.0);
            assert!((f64::from(inverse_cube_root(h)) / exact - 1.0).abs() < 4e-7, "at {h}");
            h *= 1.037;
        }
    }

    #[test]
    fn friction_satisfies_the_implicit_balance() {
        let (u, h, n, dt, g) = (2.0_f32, 0.7_f32, 0.03_f32, 25.0, 9.81);
        let after = u * slowdown(u, h, g * n * n, dt);
        let left = u - dt * g * n * n * after * after / h.powf(4.0 / 3.0);
        assert!((after - left).abs() < 1e-6);
        assert_eq!(slowdown(u, h, 0.0, dt), 1.0);
        let chezy = 40.0;
        let after = u * slowdown_chezy(u, h, g / (chezy * chezy), dt);
        let left = u - dt * g / (chezy * chezy) * after * after / h;
        assert!((after - left).abs() < 1e-6);
        assert_eq!(slowdown_chezy(u, h, 0.0, dt), 1.0);
    }
}
