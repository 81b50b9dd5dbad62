//! What is under water: exposure by floodplain unit and a simple, honest count of it.

use serde::{Deserialize, Serialize};

/// What stands on the floodplain, as densities by unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// One row for each unit of the river, in the same order.
    pub units: Vec<UnitExposure>,
    /// A cell counts as flooded at this depth and above, m.
    pub flooded_depth_m: f64,
    /// Where the figures come from, and that they are shared out by area (演示参数).
    pub source: crate::domain::text::Bilingual,
}

/// What stands on one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitExposure {
    /// People per m².
    pub people_per_m2: f64,
    /// Share of the area that is farmland, 0 to 1.
    pub farmland_frac: f64,
    /// Villages per m².
    pub villages_per_m2: f64,
}

/// What is under water in one unit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitLoss {
    /// Flooded area, m².
    pub area_m2: f64,
    /// Flooded farmland, m² (1 亩 = 10 000 / 15 m²).
    pub farmland_m2: f64,
    /// People living on flooded ground.
    pub people: f64,
    /// Villages on flooded ground.
    pub villages: f64,
    /// Water standing on the unit, m³.
    pub volume_m3: f64,
}

/// Counts what stands under water in each unit.
///
/// `depth_m` is row-major, row 0 north. A cell counts from `exposure.flooded_depth_m` on; its people, farmland and
/// villages are its area times the unit's densities.
pub fn count(
    _exposure: &Exposure,
    _river: &crate::domain::river::River,
    _grid: &crate::domain::geo::Grid,
    _depth_m: &[f64],
) -> Vec<UnitLoss> {
    unimplemented!()
}
