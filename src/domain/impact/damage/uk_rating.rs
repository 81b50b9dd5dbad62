//! The flood hazard rating of Defra and the Environment Agency with its debris factor.

use serde::{Deserialize, Serialize};

use crate::domain::hazard::hazard_rating;
use crate::domain::text::Label;

/// What the water flows through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Surroundings {
    /// Pasture and arable land.
    Pasture,
    /// Woodland.
    Woodland,
    /// Urban land.
    Urban,
}

/// Which published debris factor is added to the rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DebrisRule {
    /// 0.5 up to a depth of 0.25 m, 1.0 above. Found in the documentation of 3Di.
    ByDepth,
    /// By depth and surroundings. Supplementary note to FD2321 (HR Wallingford and Environment Agency 2008), table;
    /// recalled.
    ///
    /// | depth, m | pasture | woodland | urban |
    /// |---|---|---|---|
    /// | up to 0.25 | 0 | 0 | 0 |
    /// | up to 0.75 | 0 | 0.5 | 1 |
    /// | above 0.75, or faster than 2 m/s | 0.5 | 1 | 1 |
    Supplementary(Surroundings),
    /// 0.5 up to a depth of 0.25 m; 1.0 up to 1.5 m and 2 m/s; 2.0 beyond. FD2320 as coded in public software; found.
    Fd2320,
}

/// Debris factor of a depth (m) and a speed (m/s) at one instant; a depth of 0 has that of shallow water.
pub fn debris_factor(rule: DebrisRule, depth_m: f64, speed_mps: f64) -> f64 {
    match rule {
        DebrisRule::Supplementary(surroundings) => supplementary(surroundings, depth_m, speed_mps),
        DebrisRule::ByDepth | DebrisRule::Fd2320 if depth_m <= 0.25 => 0.5,
        DebrisRule::ByDepth => 1.0,
        DebrisRule::Fd2320 if depth_m <= 1.5 && speed_mps <= 2.0 => 1.0,
        DebrisRule::Fd2320 => 2.0,
    }
}

fn supplementary(surroundings: Surroundings, depth_m: f64, speed_mps: f64) -> f64 {
    let by_surroundings = |factors: [f64; 3]| match surroundings {
        Surroundings::Pasture => factors[0],
        Surroundings::Woodland => factors[1],
        Surroundings::Urban => factors[2],
    };
    if depth_m > 0.75 || speed_mps > 2.0 {
        by_surroundings([0.5, 1.0, 1.0])
    } else if depth_m > 0.25 {
        by_surroundings([0.0, 0.5, 1.0])
    } else {
        0.0
    }
}

/// Flood hazard rating d (v + 0.5) + debris factor, of a depth (m) and a speed (m/s) at one instant; 0 where it is dry.
///
/// Source: Defra and Environment Agency, FD2320/TR2 (2005) and FD2321/TR1 (2006). The first part is
/// [`hazard_rating`].
pub fn rating_with_debris(rule: DebrisRule, depth_m: f64, speed_mps: f64) -> f64 {
    if depth_m > 0.0 { hazard_rating(depth_m, speed_mps) + debris_factor(rule, depth_m, speed_mps) } else { 0.0 }
}

/// Rating above which there is danger for all: two publications differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TopBreak {
    /// 2.0: supplementary note (2008); recalled.
    #[default]
    Note2008,
    /// 2.5: FD2320; found in public software.
    Fd2320,
}

impl TopBreak {
    /// The rating.
    pub const fn rating(self) -> f64 {
        match self {
            Self::Note2008 => 2.0,
            Self::Fd2320 => 2.5,
        }
    }
}

/// Class of a flood hazard rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UkHazard {
    /// Below 0.75: very low hazard, caution.
    Caution,
    /// From 0.75 on: danger for some (children, the elderly, the infirm).
    ForSome,
    /// From 1.25 on: danger for most (the public).
    ForMost,
    /// Above the top break: danger for all, rescuers too.
    ForAll,
}

impl UkHazard {
    /// Class of a rating. A rating at the top break is still danger for most.
    pub fn of_rating(rating: f64, top: TopBreak) -> Self {
        match rating {
            r if r > top.rating() => Self::ForAll,
            r if r >= 1.25 => Self::ForMost,
            r if r >= 0.75 => Self::ForSome,
            _ => Self::Caution,
        }
    }

    /// Name that people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Caution => Label::new("低危险（注意）", "Very low hazard (caution)"),
            Self::ForSome => Label::new("对部分人危险", "Danger for some"),
            Self::ForMost => Label::new("对多数人危险", "Danger for most"),
            Self::ForAll => Label::new("对所有人危险", "Danger for all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, prop_assert, proptest};

    const RULES: [DebrisRule; 5] = [
        DebrisRule::ByDepth,
        DebrisRule::Supplementary(Surroundings::Pasture),
        DebrisRule::Supplementary(Surroundings::Woodland),
        DebrisRule::Supplementary(Surroundings::Urban),
        DebrisRule::Fd2320,
    ];

    #[test]
    fn the_factors_are_those_of_the_tables() {
        for (depth, speed, expected) in [
            (0.25, 1.0, [0.5, 0.0, 0.0, 0.0, 0.5]),
            (0.75, 2.0, [1.0, 0.0, 0.5, 1.0, 1.0]),
            (0.2, 2.1, [0.5, 0.5, 1.0, 1.0, 0.5]),
            (0.76, 1.0, [1.0, 0.5, 1.0, 1.0, 1.0]),
            (0.76, 2.1, [1.0, 0.5, 1.0, 1.0, 2.0]),
            (1.6, 0.1, [1.0, 0.5, 1.0, 1.0, 2.0]),
        ] {
            for (rule, factor) in RULES.into_iter().zip(expected) {
                let found = debris_factor(rule, depth, speed);
                assert!((found - factor).abs() < 1e-12, "{rule:?}, {depth} m, {speed} m/s: {found}");
            }
        }
    }

    #[test]
    fn the_rating_adds_the_factor_only_where_there_is_water() {
        let rule = DebrisRule::Fd2320;
        assert!((rating_with_debris(rule, 0.5, 1.0) - 1.75).abs() < 1e-12);
        assert!(rating_with_debris(rule, 0.0, 1.0).abs() < 1e-12);
        assert!(rating_with_debris(rule, f64::NAN, 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_top_break_is_a_setting() {
        for (rating, note, fd2320) in [
            (0.74, UkHazard::Caution, UkHazard::Caution),
            (0.75, UkHazard::ForSome, UkHazard::ForSome),
            (1.25, UkHazard::ForMost, UkHazard::ForMost),
            (2.0, UkHazard::ForMost, UkHazard::ForMost),
            (2.1, UkHazard::ForAll, UkHazard::ForMost),
            (2.6, UkHazard::ForAll, UkHazard::ForAll),
        ] {
            let found = [TopBreak::Note2008, TopBreak::Fd2320].map(|top| UkHazard::of_rating(rating, top));
            assert_eq!(found, [note, fd2320], "{rating}");
        }
    }

    proptest! {
        #[test]
        fn more_water_never_rates_lower(
            which in 0_usize..RULES.len(),
            [depth, speed] in [0.0_f64..3.0, 0.0..4.0],
            [deeper, faster] in prop::array::uniform2(0.0_f64..0.5),
        ) {
            let rating = |d, v| rating_with_debris(RULES[which], d, v);
            prop_assert!(rating(depth + deeper, speed + faster) >= rating(depth, speed));
        }
    }
}
