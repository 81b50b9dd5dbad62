//! Whether people keep their footing in moving water.

use serde::{Deserialize, Serialize};

use super::is_within;
use crate::domain::frame::REACHED_DEPTH_M;
use crate::domain::text::Label;

/// Who stands in the water, by height times mass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonGroup {
    /// Infants and the very frail: up to 25 m·kg.
    Frail,
    /// Children: 25 to 50 m·kg.
    Child,
    /// Adults: more than 50 m·kg.
    Adult,
}

impl PersonGroup {
    /// All groups, the most endangered first.
    pub const ALL: [Self; 3] = [Self::Frail, Self::Child, Self::Adult];

    /// Name that people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Frail => Label::new("婴幼儿及体弱者", "Infants and the frail"),
            Self::Child => Label::new("儿童", "Children"),
            Self::Adult => Label::new("成人", "Adults"),
        }
    }

    /// Depth times speed up to which the hazard is low, moderate and significant, m²/s; `None` where nothing is safe.
    const fn dv_limits_m2s(self) -> Option<[f64; 3]> {
        match self {
            Self::Frail => None,
            // There is no working limit for children: what is not low is significant.
            Self::Child => Some([0.4, 0.4, 0.6]),
            Self::Adult => Some([0.6, 0.8, 1.2]),
        }
    }

    /// Depth up to which a person stands, m.
    const fn max_depth_m(self) -> f64 {
        match self {
            Self::Frail => 0.0,
            Self::Child => 0.5,
            Self::Adult => 1.2,
        }
    }
}

/// Speed up to which a person stands at all, m/s.
const MAX_SPEED_MPS: f64 = 3.0;

/// Hazard of moving water to a person, rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PersonHazard {
    /// No water to speak of.
    None,
    /// Footing is kept.
    Low,
    /// Up to the working limit of trained rescuers.
    Moderate,
    /// Up to the limit of what anybody stood in tests.
    Significant,
    /// Beyond it: footing is lost.
    Extreme,
}

/// Hazard to a person of a depth (m) and a speed (m/s) at one instant.
///
/// | group | d v low, m²/s | d v limit, m²/s | depth, m | speed, m/s |
/// |---|---|---|---|---|
/// | infants, very frail | none is safe | | | |
/// | children | 0.4 | 0.6 | 0.5 | 3.0 |
/// | adults | 0.6 | 0.8 for trained rescuers, 1.2 | 1.2 | 3.0 |
///
/// Source: Cox, Shand and Blacka (2010), Australian Rainfall and Runoff, Project 10, stage 1; recalled. Below
/// [`REACHED_DEPTH_M`] there is no hazard, as in [`hazard_class`](crate::domain::hazard::hazard_class). A limit itself
/// still holds. Not for bad footing, cold, debris or darkness.
pub fn person_hazard(group: PersonGroup, depth_m: f64, speed_mps: f64) -> PersonHazard {
    if depth_m.is_nan() || depth_m < REACHED_DEPTH_M {
        return PersonHazard::None;
    }
    let Some([low, moderate, significant]) = group.dv_limits_m2s() else { return PersonHazard::Extreme };
    if !(is_within(depth_m, group.max_depth_m()) && is_within(speed_mps, MAX_SPEED_MPS)) {
        return PersonHazard::Extreme;
    }
    match depth_m * speed_mps {
        dv if is_within(dv, low) => PersonHazard::Low,
        dv if is_within(dv, moderate) => PersonHazard::Moderate,
        dv if is_within(dv, significant) => PersonHazard::Significant,
        _ => PersonHazard::Extreme,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PersonHazard::{Extreme, Low, Moderate, Significant};
    use proptest::prelude::{prop, prop_assert, proptest};

    #[test]
    fn each_limit_still_belongs_to_its_level() {
        for (group, depth, speed, expected) in [
            (PersonGroup::Frail, 0.1, 0.0, Extreme),
            (PersonGroup::Child, 0.5, 0.8, Low),
            (PersonGroup::Child, 0.4, 1.5, Significant),
            (PersonGroup::Child, 0.4, 1.6, Extreme),
            (PersonGroup::Child, 0.51, 0.0, Extreme),
            (PersonGroup::Adult, 0.5, 1.2, Low),
            (PersonGroup::Adult, 0.5, 1.6, Moderate),
            (PersonGroup::Adult, 1.2, 1.0, Significant),
            (PersonGroup::Adult, 1.0, 1.21, Extreme),
            (PersonGroup::Adult, 1.21, 0.0, Extreme),
            (PersonGroup::Adult, 0.1, 3.1, Extreme),
            (PersonGroup::Adult, 0.049, 9.0, PersonHazard::None),
            (PersonGroup::Adult, f64::NAN, 9.0, PersonHazard::None),
        ] {
            assert_eq!(person_hazard(group, depth, speed), expected, "{group:?}, {depth} m, {speed} m/s");
        }
    }

    proptest! {
        #[test]
        fn more_water_and_a_weaker_person_are_never_safer(
            [depth, speed] in [0.0_f64..1.5, 0.0..4.0],
            [deeper, faster] in prop::array::uniform2(0.0_f64..0.5),
        ) {
            let hazards = PersonGroup::ALL.map(|group| person_hazard(group, depth, speed));
            prop_assert!(hazards.is_sorted_by(|weaker, stronger| weaker >= stronger));
            for (group, hazard) in PersonGroup::ALL.into_iter().zip(hazards) {
                prop_assert!(person_hazard(group, depth + deeper, speed + faster) >= hazard);
            }
        }
    }
}
