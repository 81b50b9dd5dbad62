//! Losses under a map: what the engine counted at that moment, and what a lower or higher threshold would count.

use crate::domain::impact::{Calendar, CellHazard, Exposure, UnitLoss, count, total};
use crate::domain::scenario::Scenario;

/// Losses at one moment.
#[derive(Debug, Clone)]
pub(crate) struct LossAt {
    pub(crate) time_secs: f64,
    /// Why this moment.
    pub(crate) heading: String,
    /// One row for each unit.
    pub(crate) rows: Vec<UnitLoss>,
    /// Totals when only water of 0.5 m and more counts, and when all of 0.05 m and more does.
    pub(crate) range: [UnitLoss; 2],
}

/// Depths from which a cell counts at the two ends of the printed range, m.
///
/// The first SL 483 class break and the thinnest water drawn: what the choice of the threshold does to the numbers. It
/// is no error bound, for the errors of terrain and exposure are unknown.
pub(crate) const RANGE_DEPTHS_M: [f64; 2] = [0.5, 0.05];

impl LossAt {
    pub(crate) fn total(&self) -> UnitLoss {
        total(&self.rows)
    }
}

/// The losses counted by the engine (`rows`, as in every table) with their range from a field of depth (m).
///
/// `None` without a river or exposure.
pub(crate) fn at(
    scenario: &Scenario,
    rows: Vec<UnitLoss>,
    depth_m: &[f64],
    time_secs: f64,
    heading: &str,
) -> Option<LossAt> {
    let (river, exposure) = (scenario.river.as_ref()?, scenario.exposure.as_ref()?);
    let calendar = Calendar::new(scenario.start, scenario.duration_secs);
    let count_from = |flooded_depth_m: f64| {
        let exposure = Exposure { flooded_depth_m, ..exposure.clone() };
        let at = |cell: usize| CellHazard::of_depth(depth_m[cell]);
        total(&count(&exposure, river, &scenario.terrain.grid, &calendar, at))
    };
    Some(LossAt { time_secs, heading: heading.to_owned(), rows, range: RANGE_DEPTHS_M.map(count_from) })
}
