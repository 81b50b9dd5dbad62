//! Hydrostatic reconstruction: the depths that two cells show each other over the bed between them.

use super::hllc::greatest;

/// Depth of water with its surface at `eta` above the level of a face, m; never negative.
///
/// Audusse, Bouchut, Bristeau, Klein and Perthame (2004). The level is the higher bed on both sides of the face, or the
/// crest of a wall on it when that is higher still. In that paper the cell also receives the pressure
/// of the depth hidden below the face. Inside a cell the parts of two opposite faces cancel except for
/// the depths above them (first order) or for the slope of the stage (second order), so the step stores momentum fluxes
/// less ½ g h*² and forms no difference of large pressures.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over faces only becomes vector code with this inside it")]
pub(super) fn depth_above(eta: f64, level: f64) -> f64 {
    greatest(eta - level, 0.0)
}

/// Levels are kept on a lattice of 2⁻⁴⁰ m (a picometre), so that bed plus depth is exact below 8192 m.
///
/// Without it a lake over a rough bed has a surface that is uneven by one rounding, and that makes currents.
pub(super) fn on_lattice(level: f64) -> f64 {
    const PER_METRE: f64 = (1_u64 << 40) as f64;
    (level * PER_METRE).round() / PER_METRE
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn bed_plus_depth_is_exact_on_the_lattice() {
        let eta = on_lattice(91.234_567_89);
        for k in 0..1000 {
            let z = on_lattice(f64::from(k) * 0.091_1);
            let h = eta - z;
            assert_eq!(z + h, eta);
            assert!((z - f64::from(k) * 0.091_1).abs() < 1e-12);
        }
    }

    #[test]
    fn a_face_hides_what_is_below_it() {
        assert_eq!(depth_above(3.0, 2.5), 0.5);
        assert_eq!(depth_above(3.0, 4.0), 0.0);
        assert_eq!(depth_above(3.0, f64::INFINITY), 0.0);
    }
}
