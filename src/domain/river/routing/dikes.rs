//! Production dikes beside the routed river: the floodplain behind them is routed beside the channel.
//!
//! Where dikes stand a piece has two waters, that of the channel between walls on its lips and that of the floodplain,
//! each with the curve of its own part of the section. Between both water goes as on the bank of a channel that is a line:
//! over the crest while the dikes hold, and through gaps over the lip once the stage has passed that at which they fail,
//! with the figures of the same table. The exchange of a step is found together with the levels that it leaves. Where the
//! dikes end both waters are one again.

use super::curve::Curve;
use super::route::Water;
use crate::domain::geo::corridor::{CompoundSection, DikeRow};
use crate::domain::river::line::{Dike, Passage};
use crate::domain::root::where_rising;

/// A volume that passes the dikes of a piece in a step is found to this, m³.
const NEAR_M3: f64 = 1.0;

/// The parts of a piece that dikes keep apart. Levels are over the lip.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Diked {
    pub(super) channel: Curve,
    pub(super) plain: Curve,
    dike: Dike,
    /// Length of both banks, m.
    bank_m: f64,
}

/// The water behind the dikes of a piece, and how far they have opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Behind {
    pub(super) water: Water,
    open_frac: f64,
}

impl Behind {
    /// A dry floodplain behind dikes that hold.
    pub(super) fn dry() -> Self {
        Self { water: Water::none(), open_frac: 0.0 }
    }
}

impl Diked {
    /// The parts of a piece of some length (m) with these sections.
    pub(super) fn of(sections: &[CompoundSection], length_m: f64, row: &DikeRow) -> Self {
        let at_failure = |section: &CompoundSection| {
            section.channel_flow(section.brimful_m3s() + row.fails_above_bankfull_m3s).over_lip_m
        };
        let fails_at_m = sections.iter().map(at_failure).sum::<f64>() / sections.len() as f64;
        Self {
            channel: Curve::of(sections, length_m, CompoundSection::channel_flow),
            plain: Curve::of(sections, length_m, CompoundSection::floodplain_flow),
            dike: Dike {
                crest_m: row.crest_m,
                fails_at_m: fails_at_m.min(row.crest_m),
                opening_frac: row.opening_frac,
                opens_over_secs: row.opens_over_secs,
            },
            bank_m: 2.0 * length_m,
        }
    }

    /// Passes water over and through the dikes of a piece of `length_m` in a step.
    pub(super) fn exchange(&self, water: &mut Water, behind: &mut Behind, length_m: f64, step_secs: f64) {
        let passage = Passage { open_frac: behind.open_frac, crest_m: self.dike.crest_m };
        let areas_m2 = [water.area_m2, behind.water.area_m2];
        // What would pass in the step at the levels that a volume out of the channel leaves.
        let passes_m3 = |volume_m3: f64| {
            let moved_m2 = volume_m3 / length_m;
            let stage_m = self.channel.level_m(areas_m2[0] - moved_m2);
            let eta_m = self.plain.level_m(areas_m2[1] + moved_m2);
            self.bank_m * passage.discharge_m2s(stage_m, eta_m, 0.0) * step_secs
        };
        let most_m3 = passes_m3(0.0);
        let volume_m3 = if most_m3 > 0.0 {
            where_rising(0.0, most_m3.min(areas_m2[0] * length_m), 0.0, NEAR_M3, |out| out - passes_m3(out))
        } else if most_m3 < 0.0 {
            -where_rising(0.0, (-most_m3).min(areas_m2[1] * length_m), 0.0, NEAR_M3, |back| back + passes_m3(-back))
        } else {
            return;
        };
        water.area_m2 = areas_m2[0] - volume_m3 / length_m;
        behind.water.area_m2 = areas_m2[1] + volume_m3 / length_m;
    }

    /// Opens gaps by the stage at the end of a step.
    pub(super) fn end_step(&self, water: &Water, behind: &mut Behind, step_secs: f64) {
        behind.open_frac = self.dike.opened(behind.open_frac, self.channel.level_m(water.area_m2), step_secs);
    }
}
