//! Losses from fields alone, without a history: at a threshold that is asked for, or at the extremes of a run.

use super::assess::{Context, assess};
use super::exposure::Exposure;
use super::sites::{CellHazard, Sites};
use super::village_state::{Stage, VillageState};
use super::{Calendar, UnitLoss};
use crate::domain::frame::Envelope;
use crate::domain::geo::Grid;
use crate::domain::river::River;

/// Losses of each unit, in the river's order, from what the water does and has done to each cell.
///
/// Nobody has been ordered to leave, and no road is closed.
pub fn count(
    exposure: &Exposure,
    river: &River,
    grid: &Grid,
    calendar: &Calendar,
    hazard_of: impl Fn(usize) -> CellHazard,
) -> Vec<UnitLoss> {
    let sites = Sites::new(exposure, river, grid);
    let hazards: Vec<CellHazard> = sites.cells.iter().map(|cell| hazard_of(*cell)).collect();
    let state = |(village, site): (&super::Village, &usize)| {
        let stage = Stage::of(&hazards[*site], village.platform_m, exposure.flooded_depth_m);
        let now = |is_so: bool| is_so.then_some(0.0);
        VillageState {
            stage,
            reached_secs: now(stage > Stage::Dry),
            entered_secs: now(stage >= Stage::Entered),
            unsafe_secs: now(stage >= Stage::Unsafe),
            ..VillageState::default()
        }
    };
    let states: Vec<VillageState> = exposure.villages.iter().zip(&sites.villages).map(state).collect();
    let mut units = vec![UnitLoss::default(); river.units.len()];
    let context = Context { exposure, sites: &sites, calendar, now_secs: f64::INFINITY };
    assess(&context, &hazards, &states, &vec![None; states.len()], &mut units);
    units
}

impl CellHazard {
    /// Of water that stands so deep, m, and has never been deeper.
    #[expect(clippy::cast_possible_truncation, reason = "extremes are in single precision")]
    pub fn of_depth(depth_m: f64) -> Self {
        Self { depth_m, max_depth_m: depth_m as f32, ..Self::default() }
    }

    /// Of a cell at its extremes: its largest depth as if it were that of now.
    pub fn at_extremes(envelope: &Envelope, cell: usize) -> Self {
        let of = |field: &[f32]| field.get(cell).copied().unwrap_or(0.0);
        Self {
            depth_m: f64::from(of(&envelope.max_depth_m)),
            // That of the largest force, over the largest depth: less than it ever was.
            speed_mps: of(&envelope.max_dv_m2s) / of(&envelope.max_depth_m).max(f32::MIN_POSITIVE),
            max_depth_m: of(&envelope.max_depth_m),
            max_speed_mps: of(&envelope.max_speed_mps),
            max_dv_m2s: of(&envelope.max_dv_m2s),
            arrival_secs: envelope.arrival_secs.get(cell).copied().unwrap_or(f32::NAN),
            duration_secs: of(&envelope.duration_secs),
            silt_m: 0.0,
        }
    }
}
