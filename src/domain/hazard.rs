//! How dangerous water is to people, vehicles and buildings: published classes as pure functions.
//!
//! Two conventions, both of depth and speed at the *same* instant:
//!
//! - the classes H1 to H6 of Australian Disaster Resilience Guideline 7-3, Flood Hazard (AIDR 2014, second edition
//!   2017; after Smith, Davey and Cox 2014), from [`hazard_class`];
//! - the flood hazard rating d (v + 0.5) of Defra and the Environment Agency, FD2320 and FD2321 (2006), without its
//!   debris factor, from [`hazard_rating`].
//!
//! | class | d v at most, m²/s | depth at most, m | speed at most, m/s | in the guideline's words, shortened |
//! |---|---|---|---|---|
//! | 1 | 0.3 | 0.3 | 2 | safe for people, vehicles and buildings |
//! | 2 | 0.6 | 0.5 | 2 | unsafe for small vehicles |
//! | 3 | 0.6 | 1.2 | 2 | unsafe for vehicles, children and the elderly |
//! | 4 | 1.0 | 2.0 | 2 | unsafe for people and vehicles |
//! | 5 | 4.0 | 4.0 | 4 | unsafe for all; ordinary buildings fail |
//! | 6 | more | more | more | unsafe for all; every type of building may fail |

use crate::domain::frame::REACHED_DEPTH_M;

/// The largest values with which a class still holds.
struct Limits {
    dv_m2s: f64,
    depth_m: f64,
    speed_mps: f64,
}

/// Limits of the classes 1 to 5. They rise from class to class, which [`class_of_maxima`] relies on.
const LIMITS: [Limits; 5] = [
    Limits { dv_m2s: 0.3, depth_m: 0.3, speed_mps: 2.0 },
    Limits { dv_m2s: 0.6, depth_m: 0.5, speed_mps: 2.0 },
    Limits { dv_m2s: 0.6, depth_m: 1.2, speed_mps: 2.0 },
    Limits { dv_m2s: 1.0, depth_m: 2.0, speed_mps: 2.0 },
    Limits { dv_m2s: 4.0, depth_m: 4.0, speed_mps: 4.0 },
];

/// Speeds at which the class changes, m/s.
pub const SPEED_LIMITS_MPS: [f64; 2] = [2.0, 4.0];

/// Depths times speeds at which the class changes, m²/s.
pub const DV_LIMITS_M2S: [f32; 4] = [0.3, 0.6, 1.0, 4.0];

/// Class of hazard, 1 to 6, of a depth (m) and a speed (m/s) at one instant; 0 where there is no water to speak of.
///
/// Source: AIDR Guideline 7-3, the table of classification limits. Below [`REACHED_DEPTH_M`] the speed alone does not
/// count: the tip of a front, a few millimetres deep and fast, would else put every cell it passes into class 6. Such
/// water has class 0 unless depth times speed is beyond class 1.
///
/// ```
/// use hetu::domain::hazard::hazard_class;
/// assert_eq!(hazard_class(0.4, 0.5), 2); // too deep for class 1
/// assert_eq!(hazard_class(0.4, 1.5), 2); // 0.60 m²/s is the limit of class 2
/// assert_eq!(hazard_class(0.4, 2.1), 5); // faster than 2 m/s
/// ```
#[expect(clippy::cast_possible_truncation, reason = "the limits hold to single precision")]
pub fn hazard_class(depth_m: f64, speed_mps: f64) -> u8 {
    let counted_mps = if depth_m as f32 >= REACHED_DEPTH_M as f32 { speed_mps } else { 0.0 };
    class_of_maxima(depth_m as f32, (depth_m * speed_mps) as f32, counted_mps as f32)
}

/// Largest [`hazard_class`] over time, from three maxima over time: of depth (m), of depth times speed at one instant
/// (m²/s), and of the speed while the depth was at least [`REACHED_DEPTH_M`] (m/s).
///
/// This is exact: the limits rise together, so the class of an instant is the largest of the classes of its three
/// quantities, and the largest over time may be taken of each by itself. In single precision, as maxima are kept; the
/// limits are rounded likewise, so that 0.3 m is still within 0.3 m.
#[expect(clippy::cast_possible_truncation, reason = "the limits are rounded as the values are")]
pub fn class_of_maxima(depth_m: f32, dv_m2s: f32, counted_speed_mps: f32) -> u8 {
    let within = |value: f32, limit: f64| value <= limit as f32;
    let holds =
        |l: &Limits| within(dv_m2s, l.dv_m2s) && within(depth_m, l.depth_m) && within(counted_speed_mps, l.speed_mps);
    let class = (1_u8..).zip(&LIMITS).find(|(_, limits)| holds(limits)).map_or(6, |(class, _)| class);
    if depth_m < REACHED_DEPTH_M as f32 && class == 1 { 0 } else { class }
}

/// Flood hazard rating d (v + 0.5), m²/s, of a depth (m) and a speed (m/s) at one instant, without a debris factor.
///
/// Source: Defra and Environment Agency, Flood Risks to People, FD2321/TR1 (2006), and FD2320/TR2 (2005). There, 0.75
/// is the bound of danger for some, 1.25 for most and 2.0 for all.
pub fn hazard_rating(depth_m: f64, speed_mps: f64) -> f64 {
    depth_m * (speed_mps + 0.5)
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "the limits hold to single precision")]
mod tests {
    use super::*;
    use proptest::prelude::{prop, proptest};

    #[test]
    fn each_limit_still_belongs_to_its_class() {
        for (depth, speed, class) in [
            (0.3, 1.0, 1),
            (0.301, 0.1, 2),
            (0.5, 1.2, 2),
            (0.51, 0.1, 3),
            (1.2, 0.5, 3),
            (1.2, 0.51, 4),
            (2.0, 0.5, 4),
            (2.0, 0.51, 5),
            (0.1, 2.0, 1),
            (0.1, 2.01, 5),
            (1.0, 4.0, 5),
            (0.1, 4.01, 6),
            (4.0, 0.1, 5),
            (4.01, 0.0, 6),
        ] {
            assert_eq!(hazard_class(depth, speed), class, "{depth} m, {speed} m/s");
        }
    }

    #[test]
    fn thin_water_counts_only_by_its_unit_discharge() {
        assert_eq!([hazard_class(0.0, 0.0), hazard_class(0.049, 5.0), hazard_class(0.05, 0.0)], [0, 0, 1]);
        assert_eq!(hazard_class(0.04, 10.0), 2); // 0.4 m²/s
    }

    #[test]
    fn the_rating_is_that_of_the_report() {
        // FD2320/TR2, table of ratings: 0.5 m at 1 m/s gives 0.75; 1 m of still water 0.5.
        assert!((hazard_rating(0.5, 1.0) - 0.75).abs() < 1e-15 && (hazard_rating(1.0, 0.0) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn the_speeds_at_which_the_class_changes_are_those_of_the_table() {
        let mut speeds: Vec<f64> = LIMITS.iter().map(|l| l.speed_mps).collect();
        speeds.dedup();
        assert_eq!(speeds, SPEED_LIMITS_MPS);
        let mut products: Vec<f32> = LIMITS.iter().map(|l| l.dv_m2s as f32).collect();
        products.dedup();
        assert_eq!(products, DV_LIMITS_M2S);
    }

    proptest! {
        #[test]
        fn the_class_of_the_maxima_is_the_largest_class(
            instants in prop::collection::vec((0.0_f64..5.0, 0.0_f64..6.0, 0.0_f64..1.0), 1..20),
        ) {
            // A third factor makes thin water common.
            let instants: Vec<(f64, f64)> = instants.into_iter().map(|(d, v, thin)| (d * thin.powi(4), v)).collect();
            let most = |value: fn(&(f64, f64)) -> f64| instants.iter().map(value).fold(0.0, f64::max) as f32;
            let counted = |&(d, v): &(f64, f64)| if d as f32 >= REACHED_DEPTH_M as f32 { v } else { 0.0 };
            let found = class_of_maxima(most(|i| i.0), most(|i| i.0 * i.1), most(counted));
            assert_eq!(Some(found), instants.iter().map(|i| hazard_class(i.0, i.1)).max());
        }
    }
}
