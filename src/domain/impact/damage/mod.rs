//! What water does to houses, goods, crops, buildings, vehicles and people: published curves and limits as pure
//! functions.
//!
//! Start with [`curve_set`] (share of value lost by depth) and [`crops`] (by month, depth and duration); [`corrections`]
//! adjusts a curve's answer, [`buildings`] overrules it where a building collapses, [`compensation`] is shown beside the
//! loss and is never part of it. What is worth how much is data ([`value`]). Not here: which cells hold what, sums over
//! cells, files, and rounding for display.
//!
//! All fractions are 0 to 1. The doc of each number says how it came here: *found* in the named source, *recalled* from
//! the named publication and not reopened, or *derived* by this project, which whoever prints it calls 演示参数
//! (demonstration value).

pub mod asset;
pub mod buildings;
pub mod casualties;
pub mod compensation;
pub mod corrections;
pub mod crops;
pub mod curve;
pub mod curve_set;
pub mod people;
pub mod uk_rating;
pub mod value;
pub mod vehicles;

/// Whether a value is within a limit, to single precision: 0.4 m at 1.5 m/s are within 0.6 m²/s.
///
/// As [`hazard`](crate::domain::hazard) has it, and as depths and speeds are kept.
#[expect(clippy::cast_possible_truncation, reason = "the limits are rounded as the values are")]
fn is_within(value: f64, limit: f64) -> bool {
    value as f32 <= limit as f32
}
