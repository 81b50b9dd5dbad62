//! The loss table of a run: one set of moments and figures for every file and page that shows losses.

use super::{Calendar, CellHazard, Moment, Reason, UnitLoss, choose_frames, count, total};
use crate::domain::frame::Envelope;
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;

/// Losses at one moment, or over the whole run.
#[derive(Debug, Clone, PartialEq)]
pub struct LossMoment {
    /// Name in tables: that of a [`Reason`], or [`MAXIMUM_EXTENT`].
    pub id: &'static str,
    /// s after the start; the end of the run for the whole run.
    pub time_secs: f64,
    /// Whether it is one instant. Volumes of cells at different times do not add up, so the whole run has none.
    pub is_instant: bool,
    /// One row for each floodplain unit, in the river's order.
    pub units: Vec<UnitLoss>,
}

/// Name of the moment that is none: every cell at its own largest depth.
pub const MAXIMUM_EXTENT: &str = "maximum_extent";

impl LossMoment {
    /// Sum over the units.
    pub fn total(&self) -> UnitLoss {
        total(&self.units)
    }
}

/// Losses at the moments that [`choose_frames`] finds, in time order, and at the maximum extent.
///
/// `peak` (the largest flooded area) and `end` are always among them, so that a script finds both in every table. The
/// figures of a moment are those the engine counted from the full state, not from the packed frame. Empty where there
/// is no floodplain to count on.
pub fn loss_moments(scenario: &Scenario, recording: &Recording) -> Vec<LossMoment> {
    if scenario.river.is_none() || scenario.exposure.is_none() {
        return vec![];
    }
    let readings = recording.readings_from(0);
    let Some(last) = readings.len().checked_sub(1) else { return vec![] };
    let mut chosen = choose_frames(&readings);
    for (reason, frame) in [(Reason::Peak, 0), (Reason::End, last)] {
        // No peak is chosen only where nothing is ever flooded: then the first frame is as good as any.
        if chosen.iter().all(|moment| moment.reason != reason) {
            chosen.push(Moment { frame, reason });
        }
    }
    chosen.sort_by_key(|moment| moment.frame);
    let at = |moment: &Moment| LossMoment {
        id: moment.reason.id(),
        time_secs: readings[moment.frame].time_secs,
        is_instant: true,
        units: readings[moment.frame].losses.clone(),
    };
    let mut moments: Vec<LossMoment> = chosen.iter().map(at).collect();
    moments.extend(recording.envelope().and_then(|envelope| maximum_extent(scenario, &envelope)));
    moments
}

fn maximum_extent(scenario: &Scenario, envelope: &Envelope) -> Option<LossMoment> {
    let (exposure, river) = (scenario.exposure.as_ref()?, scenario.river.as_ref()?);
    let calendar = Calendar::new(scenario.start, scenario.duration_secs);
    let at = |cell: usize| CellHazard::at_extremes(envelope, cell);
    let units = count(exposure, river, &scenario.terrain.grid, &calendar, at);
    Some(LossMoment { id: MAXIMUM_EXTENT, time_secs: envelope.time_secs, is_instant: false, units })
}
