//! A face that a wall stands on: its crest, and the openings that breaches and gates make in it.
//!
//! An opening takes a share of the face, its width on the wall over the length of wall that the face stands for. What
//! passes the face is the sum over its openings and what is left of the wall, each weighted by its share: so an
//! opening narrower than a cell passes its own discharge and not that of the cell. A breach down to the ground lets
//! the scheme's own flux pass over its share.

use super::super::layout::FaceAt;
use super::gate::under_leaf;
use super::weir::{Beside, Passed, Rule, over_crest};

/// One face of a wall.
#[derive(Debug, Clone)]
pub(in crate::domain::swe) struct CrestFace {
    /// The face.
    pub(in crate::domain::swe) at: FaceAt,
    /// Crest of the wall, m.
    pub(super) crest: f64,
    /// Discharge as a multiple of that of an ideal broad crest as long as the face. A wall that runs across the grid
    /// at an angle has more length of face than of crest, and this holds the quotient.
    pub(super) coefficient: f64,
    /// Length of wall that the face stands for over the length of the face, at most 1.
    pub(super) share: f64,
    /// Openings, from the lowest up; of openings that overlap the lower one holds.
    pub(super) openings: Vec<Opening>,
}

/// An opening in a wall on one face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Opening {
    /// Share of the face that it takes, 0 to 1.
    pub(super) frac: f64,
    /// Crest of a breach, sill of a gate, m.
    pub(super) level: f64,
    /// How far the leaf of a gate is raised, m; none: a breach.
    pub(super) raised: Option<f64>,
}

impl CrestFace {
    /// A face without openings.
    pub(in crate::domain::swe) fn new(at: FaceAt, crest: f64, weir_coefficient: f64, share: f64) -> Self {
        Self { at, crest, coefficient: weir_coefficient * share, share, openings: Vec::new() }
    }

    /// What passes the face between two sides, over the wall and through its openings.
    ///
    /// A pure function: two bands that share the face compute the same bits.
    pub(in crate::domain::swe) fn pass(&self, left: Beside, right: Beside, rule: Rule) -> Passed {
        let wall = over_crest(left, right, self.crest, self.coefficient, rule);
        let mut shut = 1.0;
        let mut sum = Passed::default();
        for opening in &self.openings {
            let frac = opening.frac.min(shut);
            shut -= frac;
            sum = sum.and(self.through(opening, wall, left, right, rule).times(frac));
        }
        if shut < 1.0 { sum.and(wall.times(shut)) } else { wall }
    }

    /// What passes one opening, per metre of it; `wall` is what passes over the wall.
    fn through(&self, opening: &Opening, wall: Passed, left: Beside, right: Beside, rule: Rule) -> Passed {
        match opening.raised {
            None => over_crest(left, right, opening.level, self.share, rule),
            // The leaf reaches up to the crest: what passes below it comes on top of what passes above.
            Some(raised) => wall.and(under_leaf(left, right, opening.level, raised, self.share, rule)),
        }
    }

    /// Mass that one opening lets pass, as a share of that through a whole face, m²/s.
    pub(super) fn through_opening(&self, place: usize, left: Beside, right: Beside, rule: Rule) -> f64 {
        let taken: f64 = self.openings[..place].iter().map(|o| o.frac).sum();
        let opening = &self.openings[place];
        let none = Passed::default();
        opening.frac.min(1.0 - taken.min(1.0)) * self.through(opening, none, left, right, rule).m
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::layout::Axis;
    use super::*;

    const RULE: Rule = Rule { g: 9.81, dry: 1e-3 };

    fn face(openings: &[(f64, f64)]) -> CrestFace {
        let mut face = CrestFace::new(FaceAt { axis: Axis::X, y: 0, x: 0 }, 4.0, 1.0, 1.0);
        face.openings = openings.iter().map(|&(frac, level)| Opening { frac, level, raised: None }).collect();
        face
    }

    #[test]
    fn a_narrow_breach_passes_its_share_of_the_face() {
        let (left, right) = (Beside { h: 3.0, un: 0.0, z: 0.0 }, Beside { h: 0.0, un: 0.0, z: 0.0 });
        // 1.704895 · 1^1.5 over a fifth of the face; the wall itself is dry.
        let passed = face(&[(0.2, 2.0)]).pass(left, right, RULE);
        assert!((passed.m - 0.340_979).abs() < 1e-6, "{passed:?}");
        // Above the crest too: 0.2 · 1.704895 · 2.5^1.5 + 0.8 · 1.704895 · 0.5^1.5 = 1.347839 + 0.482217.
        let high = Beside { h: 4.5, ..left };
        let passed = face(&[(0.2, 2.0)]).pass(high, right, RULE);
        assert!((passed.m - 1.830_056).abs() < 1e-5, "{passed:?}");
    }

    #[test]
    fn of_overlapping_breaches_the_lower_one_holds() {
        let (left, right) = (Beside { h: 3.0, un: 0.0, z: 0.0 }, Beside { h: 0.0, un: 0.0, z: 0.0 });
        assert_eq!(
            face(&[(1.0, 1.5), (1.0, 2.0)]).pass(left, right, RULE),
            face(&[(1.0, 1.5)]).pass(left, right, RULE)
        );
    }
}
