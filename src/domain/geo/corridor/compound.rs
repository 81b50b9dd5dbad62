//! The whole cross-section from levee to levee: the channel's trapezoid and the floodplain that falls away from its lips.
//!
//! One curve joins water level, wetted area and discharge in steady flow. Below the lip only the channel holds water.
//! The floodplain lies lower than the lip, so water that comes over first fills it while the channel stays brimful;
//! from there on both rise together. A floodplain that is filling is described by its own level, under that of the lip.

use super::section::{self, BOTTOM_FRAC};
use crate::domain::root::where_rising;

/// A level is found to this, m.
const NEAR_M: f64 = 1e-11;
/// Water is looked for up to this height over the lip, m: twice the height of the levees.
const MOST_OVER_LIP_M: f64 = 20.0;

/// A cross-section between the levees. Both halves of the floodplain are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompoundSection {
    /// Depth of the flat bottom of the channel under the lip, m.
    pub lip_depth_m: f64,
    /// Width between the lips, m.
    pub width_m: f64,
    /// Fall along the river, m/m.
    pub slope: f64,
    /// Manning's n of the channel, s/m^(1/3).
    pub manning_channel: f64,
    /// Manning's n of the floodplain, s/m^(1/3).
    pub manning_floodplain: f64,
    /// Width of the level strip beside each lip, m.
    pub strip_m: f64,
    /// Width of the sloping part of each half of the floodplain, m.
    pub falling_m: f64,
    /// Width of the level part at the foot of each levee, m.
    pub foot_m: f64,
    /// Depth of the foot under the lip, m.
    pub drop_m: f64,
}

/// Steady flow through a section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SectionFlow {
    /// Discharge, m³/s.
    pub discharge_m3s: f64,
    /// Wetted area, channel and floodplain, m².
    pub area_m2: f64,
    /// Water level in the channel over the lip, m; negative below it.
    pub over_lip_m: f64,
}

impl CompoundSection {
    /// The steady flow of a discharge (m³/s, not negative), by Manning's formula in each strip of width.
    pub fn flow(&self, discharge_m3s: f64) -> SectionFlow {
        let brimful_m3s = self.channel_m3s(0.0);
        let (channel_over_m, floodplain_over_m) = if discharge_m3s <= brimful_m3s {
            (where_rising(-self.lip_depth_m, 0.0, discharge_m3s, NEAR_M, |z| self.channel_m3s(z)), f64::NEG_INFINITY)
        } else if discharge_m3s <= brimful_m3s + self.floodplain_m3s(0.0) {
            (0.0, where_rising(-self.drop_m, 0.0, discharge_m3s - brimful_m3s, NEAR_M, |z| self.floodplain_m3s(z)))
        } else {
            let z = where_rising(0.0, MOST_OVER_LIP_M, discharge_m3s, NEAR_M, |z| {
                self.channel_m3s(z) + self.floodplain_m3s(z)
            });
            (z, z)
        };
        let area_m2 = self.channel_m2(channel_over_m) + self.floodplain_m2(floodplain_over_m);
        SectionFlow { discharge_m3s, area_m2, over_lip_m: channel_over_m }
    }

    /// The steady flow of a discharge (m³/s, not negative) in the channel alone, between walls on its lips.
    pub fn channel_flow(&self, discharge_m3s: f64) -> SectionFlow {
        let z = where_rising(-self.lip_depth_m, MOST_OVER_LIP_M, discharge_m3s, NEAR_M, |z| self.channel_m3s(z));
        SectionFlow { discharge_m3s, area_m2: self.channel_m2(z), over_lip_m: z }
    }

    /// The steady flow of a discharge (m³/s, not negative) on the floodplain alone; its level, over the lip, may lie under
    /// it.
    pub fn floodplain_flow(&self, discharge_m3s: f64) -> SectionFlow {
        let z = where_rising(-self.drop_m, MOST_OVER_LIP_M, discharge_m3s, NEAR_M, |z| self.floodplain_m3s(z));
        SectionFlow { discharge_m3s, area_m2: self.floodplain_m2(z), over_lip_m: z }
    }

    /// Discharge that fills the channel to the lip, m³/s.
    pub fn brimful_m3s(&self) -> f64 {
        self.channel_m3s(0.0)
    }

    /// Discharge of the channel at a level over the lip, m³/s.
    fn channel_m3s(&self, over_lip_m: f64) -> f64 {
        self.slope.sqrt() / self.manning_channel * self.channel_moment(over_lip_m, 5.0 / 3.0)
    }

    fn channel_m2(&self, over_lip_m: f64) -> f64 {
        self.channel_moment(over_lip_m, 1.0)
    }

    fn floodplain_m3s(&self, over_lip_m: f64) -> f64 {
        self.slope.sqrt() / self.manning_floodplain * self.floodplain_moment(over_lip_m, 5.0 / 3.0)
    }

    fn floodplain_m2(&self, over_lip_m: f64) -> f64 {
        self.floodplain_moment(over_lip_m, 1.0)
    }

    /// Integral of depth to a power over the channel's width.
    fn channel_moment(&self, over_lip_m: f64, power: f64) -> f64 {
        let deepest_m = (self.lip_depth_m + over_lip_m).max(0.0);
        let bank_slope = self.lip_depth_m / ((1.0 - BOTTOM_FRAC) * self.width_m);
        let banks = falling(over_lip_m.max(0.0), deepest_m, bank_slope, power);
        BOTTOM_FRAC * self.width_m * deepest_m.powf(power) + banks
    }

    /// Integral of depth to a power over the floodplain's width.
    fn floodplain_moment(&self, over_lip_m: f64, power: f64) -> f64 {
        let (at_lip_m, at_foot_m) = (over_lip_m.max(0.0), (over_lip_m + self.drop_m).max(0.0));
        let sloping = if self.drop_m > 0.0 {
            falling(at_lip_m, at_foot_m, self.drop_m / self.falling_m, power)
        } else {
            self.falling_m * at_lip_m.powf(power)
        };
        2.0 * (self.strip_m * at_lip_m.powf(power) + sloping + self.foot_m * at_foot_m.powf(power))
    }

    /// Share of the channel's width that is flat bottom.
    pub fn bottom_frac(&self) -> f64 {
        BOTTOM_FRAC
    }

    /// Width of both halves of the floodplain, m.
    pub fn floodplain_width_m(&self) -> f64 {
        2.0 * (self.strip_m + self.falling_m + self.foot_m)
    }

    /// Level of a discharge (m³/s) over the lip, m; negative below it.
    pub fn over_lip_m(&self, discharge_m3s: f64) -> f64 {
        self.flow(discharge_m3s).over_lip_m
    }
}

/// Integral of depth to a power over ground on which the depth goes evenly from one value to another.
fn falling(shallow_m: f64, deep_m: f64, slope: f64, power: f64) -> f64 {
    (deep_m.powf(power + 1.0) - shallow_m.powf(power + 1.0)) / ((power + 1.0) * slope)
}

/// What a section is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) bankfull_m3s: f64,
    pub(super) width_m: f64,
    pub(super) slope: f64,
    pub(super) manning_channel: f64,
    pub(super) manning_floodplain: f64,
    pub(super) levee_spacing_m: f64,
    pub(super) transverse_slope: f64,
    /// Height of the lip over the land behind the levees, m.
    pub(super) perch_m: f64,
}

impl Shape {
    /// The section: its depth carries the bankfull discharge, its floodplain falls as that on the grid does.
    pub(super) fn section(&self) -> CompoundSection {
        use super::ground::{LEAST_PERCH_M, LIP_STRIP_M};
        use super::strip::LEAST_FLOODPLAIN_M;
        let half_m = (0.5 * (self.levee_spacing_m - self.width_m)).max(LEAST_FLOODPLAIN_M);
        let strip_m = half_m.min(LIP_STRIP_M);
        let most_drop_m = (self.perch_m - LEAST_PERCH_M).max(0.0);
        let drop_m = (self.transverse_slope * (half_m - strip_m)).min(most_drop_m);
        let falling_m = if drop_m > 0.0 { drop_m / self.transverse_slope } else { half_m - strip_m };
        CompoundSection {
            lip_depth_m: section::depth_m(self.bankfull_m3s, self.width_m, self.slope, self.manning_channel),
            width_m: self.width_m,
            slope: self.slope,
            manning_channel: self.manning_channel,
            manning_floodplain: self.manning_floodplain,
            strip_m,
            falling_m,
            foot_m: half_m - strip_m - falling_m,
            drop_m,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide() -> CompoundSection {
        Shape {
            bankfull_m3s: 3000.0,
            width_m: 800.0,
            slope: 1.5e-4,
            manning_channel: 0.011,
            manning_floodplain: 0.035,
            levee_spacing_m: 9000.0,
            transverse_slope: 4e-4,
            perch_m: 4.0,
        }
        .section()
    }

    /// Area and discharge strip by strip, from the shape alone.
    fn by_strips(section: &CompoundSection, over_lip_m: f64) -> (f64, f64) {
        let half = 0.5 * section.width_m + section.strip_m + section.falling_m + section.foot_m;
        let strips = 400_000;
        let dw = half / f64::from(strips);
        let (mut area, mut discharge) = (0.0, 0.0);
        for k in 0..strips {
            let y = (f64::from(k) + 0.5) * dw;
            let beyond = y - 0.5 * section.width_m;
            let (under_lip, n) = if beyond < 0.0 {
                (section.lip_depth_m * section::depth_frac(y, section.width_m), section.manning_channel)
            } else {
                let share = ((beyond - section.strip_m) / section.falling_m).clamp(0.0, 1.0);
                (section.drop_m * share, section.manning_floodplain)
            };
            let depth = (over_lip_m + under_lip).max(0.0);
            area += 2.0 * depth * dw;
            discharge += 2.0 * section::unit_discharge_m2s(depth, section.slope, n) * dw;
        }
        (area, discharge)
    }

    #[test]
    fn over_the_lip_area_and_discharge_are_those_of_the_strips() {
        let section = wide();
        for over_lip_m in [0.2, 1.0, 2.5] {
            let (area, discharge) = by_strips(&section, over_lip_m);
            let flow = section.flow(discharge);
            assert!((flow.over_lip_m - over_lip_m).abs() < 1e-4, "{flow:?}");
            assert!((flow.area_m2 / area - 1.0).abs() < 1e-4, "{flow:?} {area}");
        }
    }

    #[test]
    fn the_channel_is_brimful_at_the_bankfull_discharge_and_stays_so_while_the_floodplain_fills() {
        let section = wide();
        assert!(section.over_lip_m(3000.0).abs() < 1e-9);
        let (below, above) = (section.flow(2700.0), section.flow(3300.0));
        assert!(below.over_lip_m < -0.05 && above.over_lip_m.abs() < 1e-9);
        // Between the same discharges the floodplain takes far more water than the channel.
        let brimful = section.flow(3000.0);
        assert!(above.area_m2 - brimful.area_m2 > 5.0 * (brimful.area_m2 - below.area_m2), "{above:?}");
    }

    #[test]
    fn area_and_level_rise_with_discharge() {
        let section = wide();
        let flows: Vec<SectionFlow> = (1..200).map(|k| section.flow(100.0 * f64::from(k))).collect();
        for pair in flows.windows(2) {
            assert!(pair[1].area_m2 > pair[0].area_m2 && pair[1].over_lip_m >= pair[0].over_lip_m, "{pair:?}");
        }
        assert!(section.flow(0.0).area_m2 < 1e-6);
    }
}
