//! The lattice of levels: beds and still surfaces lie on multiples of one small length.
//!
//! The step works with depths and differences of beds in single precision. While both are whole multiples of a length
//! that leaves them at most 22 binary digits, their sums, and the halves and quarters of them that slopes need, are
//! exact: a lake over a rough bed then has a surface that is even to the last bit, and stays at rest.

use crate::domain::scenario::{Initial, Scenario};

/// Binary digits for a level; two of the 24 of single precision are for slopes.
const DIGITS: i32 = 22;

/// Levels of a scenario: where they are measured from, and how finely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lattice {
    /// Level from which the step measures beds, m; itself on the lattice.
    pub(super) datum: f64,
    /// Steps of the lattice in a metre: a power of two.
    per_metre: f64,
}

impl Lattice {
    /// The finest lattice on which the bed of a scenario and the water it begins with fit.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let terrain = &scenario.terrain;
        let inside = || (0..terrain.grid.n_cells()).filter(|&cell| terrain.is_inside(cell));
        let mut beds: Vec<f64> = inside().map(|cell| terrain.bed_m[cell]).collect();
        let [low, high] = bulk(&mut beds);
        let deepest = match &scenario.initial {
            Initial::Dry => 0.0,
            Initial::Stage(stage) => stage - low,
            Initial::Fields { depth_m, .. } => inside().map(|cell| depth_m[cell]).fold(0.0, f64::max),
        };
        Self::fitting(low, high, deepest)
    }

    /// The lattice for beds between two levels and depths up to `deepest`, all m.
    fn fitting(low: f64, high: f64, deepest: f64) -> Self {
        let middle = 0.5 * (low + high);
        let reach = (0.5 * (high - low)).max(deepest).max(1e-3);
        if !(middle.is_finite() && reach.is_finite()) {
            return Self { datum: 0.0, per_metre: 1.0 };
        }
        // One more digit than the reach has, for levels and depths beyond those of the beginning.
        #[expect(clippy::cast_possible_truncation, reason = "the logarithm of a length is a small number")]
        let per_metre = f64::exp2(f64::from(DIGITS - 1 - reach.log2().ceil() as i32));
        let lattice = Self { datum: 0.0, per_metre };
        Self { datum: lattice.round(middle), ..lattice }
    }

    /// The level of the lattice next to `level`, m.
    pub(super) fn round(self, level: f64) -> f64 {
        (level * self.per_metre).round() / self.per_metre
    }
}

/// The levels between which all beds but one in a hundred on either side lie. A building of 9999 m or a bottomless pit
/// must not make the lattice coarse for everything else; where they are, levels are merely not exact.
fn bulk(beds: &mut [f64]) -> [f64; 2] {
    let Some(last) = beds.len().checked_sub(1) else { return [0.0; 2] };
    [last / 100, last - last / 100].map(|place| *beds.select_nth_unstable_by(place, f64::total_cmp).1)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
#[expect(clippy::cast_possible_truncation, reason = "that nothing is lost is what is tested")]
mod tests {
    use super::*;

    #[test]
    fn levels_and_depths_are_exact_in_single_precision() {
        for (low, high, deepest) in
            [(2.0, 101.0, 12.0), (-0.125, 0.135, 0.135), (1850.0, 4200.0, 80.0), (5.0, 5.0, 2.0)]
        {
            let lattice = Lattice::fitting(low, high, deepest);
            let surface = lattice.round(high);
            for k in 0..1000 {
                let level = low + (high - low) * f64::from(k) / 1000.0;
                let z = lattice.round(level);
                assert!((z - level).abs() < 1e-6 * (high - low).max(deepest), "{low} {high}");
                assert_eq!(f64::from((z - lattice.datum) as f32), z - lattice.datum);
                // A quarter of the lattice too.
                let h = 0.25 * (surface - z);
                assert_eq!(f64::from(h as f32), h);
            }
        }
    }

    #[test]
    fn a_few_beds_out_of_all_measure_do_not_count() {
        let mut beds: Vec<f64> = (0..1000).map(|k| f64::from(k) * 0.01).collect();
        beds[7] = 9999.0;
        beds[500] = -9999.0;
        let [low, high] = bulk(&mut beds);
        assert!(low > 0.05 && low < 0.15 && high > 9.85 && high < 9.95, "{low} {high}");
        assert_eq!((bulk(&mut [3.0]), bulk(&mut [])), ([3.0; 2], [0.0; 2]));
    }

    #[test]
    fn the_step_is_small_against_anything_that_is_measured() {
        // The Lower Yellow River falls by about 100 m: 15 micrometres.
        let lattice = Lattice::fitting(0.0, 100.0, 15.0);
        assert_eq!(1.0 / lattice.per_metre, 2.0_f64.powi(-15));
        assert_eq!(lattice.round(lattice.datum), lattice.datum);
    }
}
