//! The approximate Riemann solver: mass and momentum through a face between two states.

/// Mass flux (m²/s) and normal momentum flux (m³/s²) per metre of face, from left to right.
///
/// `hl`, `hr` are depths in m, `ul`, `ur` velocities normal to the face, positive from left to right, in m/s.
/// A side with no depth is a dry bed; with both dry the flux is zero.
///
/// HLL flux with the wave speeds of Einfeldt as given for shallow water by Toro (2001, Shock-Capturing Methods for
/// Free-Surface Shallow Flows, chapter 10, dry beds included). The contact wave is restored by
/// [`transverse`], which together is HLLC. Written around the mean of both sides instead of the textbook quotient:
/// the values are the same, but two equal states give exactly their own flux, so a lake at rest stays at rest to the
/// last bit, and mirrored states give mirrored fluxes to the last bit.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
pub(super) fn flux(hl: f64, ul: f64, hr: f64, ur: f64, g: f64) -> (f64, f64) {
    let (cl, cr) = ((g * hl).sqrt(), (g * hr).sqrt());
    let u_star = 0.5 * (ul + ur) + (cl - cr);
    let c_star = 0.5 * (cl + cr) + 0.25 * (ul - ur);
    let mut sl = least(ul - cl, u_star - c_star);
    let mut sr = greatest(ur + cr, u_star + c_star);
    sl = if hl > 0.0 { sl } else { ur - 2.0 * cr };
    sr = if hr > 0.0 { sr } else { ul + 2.0 * cl };
    // A dry side has no speed of its own.
    sl = if hr > 0.0 { sl } else { ul - cl };
    sr = if hl > 0.0 { sr } else { ur + cr };
    sl = least(sl, 0.0);
    sr = greatest(sr, 0.0);

    let (ql, qr) = (hl * ul, hr * ur);
    let (fl, fr) = (ql * ul + 0.5 * g * hl * hl, qr * ur + 0.5 * g * hr * hr);
    let width = sr - sl;
    let inverse = 1.0 / if width > TINY_SPEED { width } else { TINY_SPEED };
    let skew = 0.5 * (sl + sr) * inverse;
    let spread = sl * sr * inverse;
    let mass = 0.5 * (ql + qr) + (skew * (ql - qr) + spread * (hr - hl));
    let momentum = 0.5 * (fl + fr) + (skew * (fl - fr) + spread * (qr - ql));
    (mass, momentum)
}

/// Keeps the quotient of the flux finite where both sides are dry; far below any speed of water.
const TINY_SPEED: f64 = 1e-100;

/// Transverse momentum flux: the mass carries the transverse velocity of the side it comes from.
///
/// The contact wave lies on the side of the mass flux (Toro 2001, chapter 10).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
pub(super) fn transverse(mass: f64, vl: f64, vr: f64) -> f64 {
    mass * if mass > 0.0 { vl } else { vr }
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
pub(super) fn greatest(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of two numbers, neither of them NaN.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one instruction")]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: f64 = 9.81;

    #[test]
    fn equal_states_give_their_own_flux_exactly() {
        for h in [0.3, 1.0, 7.123, 0.001] {
            assert_eq!(flux(h, 0.0, h, 0.0, G), (0.0, 0.5 * G * h * h));
        }
    }

    #[test]
    fn mirrored_states_give_mirrored_fluxes_exactly() {
        for (hl, ul, hr, ur) in
            [(1.3, 0.7, 0.4, -0.2), (2.0, 5.0, 1.0, 9.0), (0.0, 0.0, 0.5, 0.1), (0.6, -3.0, 0.0, 0.0)]
        {
            let (m, p) = flux(hl, ul, hr, ur, G);
            let (mm, pp) = flux(hr, -ur, hl, -ul, G);
            assert_eq!((m, p), (-mm, pp));
        }
    }

    #[test]
    fn supercritical_flow_takes_the_upwind_flux() {
        let (m, p) = flux(0.5, 6.0, 0.4, 5.0, G);
        assert!((m - 3.0).abs() < 1e-12 && (p - (18.0 + 0.5 * G * 0.25)).abs() < 1e-12);
    }

    #[test]
    fn a_wall_is_the_mirror_image_of_the_cell() {
        for u in [-1.5, -0.2, 0.0, 0.4, 3.0] {
            let (m, p) = flux(1.2, u, 1.2, -u, G);
            assert!(m.abs() < 1e-14);
            assert!((p - 0.5 * G * 1.44 - wall_pressure(1.2, u, G)).abs() < 1e-12);
        }
    }

    #[test]
    fn water_runs_onto_a_dry_bed() {
        // h (u + 2c) / 3 for a dry right side: HLL with S = u - c and u + 2c.
        let (m, _) = flux(1.0, 0.0, 0.0, 0.0, G);
        assert!((m - 2.0 / 3.0 * G.sqrt()).abs() < 1e-12);
        assert_eq!(flux(0.0, 0.0, 0.0, 0.0, G), (0.0, 0.0));
    }
}
