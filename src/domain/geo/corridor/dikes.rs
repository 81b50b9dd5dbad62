//! Production dikes (生产堤) of the corridor: where they stand and when they fail.

use serde::{Deserialize, Serialize};

use super::profile::Profile;
use super::tables::RiverTables;
use crate::domain::river::channel::Segment;
use crate::domain::river::line::{ChannelLine, Dike};

/// Which production dikes a river is built with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DikeSource {
    /// None: all of the floodplain lies open to the channel.
    #[default]
    None,
    /// Those of the table, in the years in which they stood. Only beside a channel that is a line.
    Published,
}

/// Production dikes of one reach over a span of years, alike on both banks.
#[derive(Debug, Clone, PartialEq)]
pub struct DikeRow {
    /// Code of the reach.
    pub reach: String,
    /// First and last year in which they stood.
    pub years: [u16; 2],
    /// Height of the crest over the bank lip, m.
    pub crest_m: f64,
    /// They fail this much above the bankfull discharge, m³/s.
    pub fails_above_bankfull_m3s: f64,
    /// Share of their length that gaps take once they have failed, 0 to 1.
    pub opening_frac: f64,
    /// Time in which the gaps grow to that, s.
    pub opens_over_secs: f64,
}

impl RiverTables {
    /// The dikes at a chainage (km) in a year.
    pub(in crate::domain) fn dike_at(&self, km: f64, year: u16) -> Option<&DikeRow> {
        let reach = self.reach_at(km)?;
        self.production_dikes.iter().find(|row| row.reach == reach.id && (row.years[0]..=row.years[1]).contains(&year))
    }
}

/// The dikes of each segment of a line in a year; empty if none stand.
pub(super) fn lay(tables: &RiverTables, year: u16, line: &ChannelLine, profile: &Profile) -> Vec<Option<Dike>> {
    let of = |(segment, ends_km): (&Segment, &[f64])| {
        let km = 0.5 * (ends_km[0] + ends_km[1]);
        let slope = profile.at(profile.along_at_km(km)).slope;
        Some(dike(tables.dike_at(km, year)?, segment, slope))
    };
    let dikes: Vec<Option<Dike>> = line.segments.iter().zip(line.chainage_km.windows(2)).map(of).collect();
    if dikes.iter().any(Option::is_some) { dikes } else { Vec::new() }
}

/// A dike fails at the stage that the discharge beyond bankfull has in uniform flow between dikes that hold, or at its
/// crest if that is lower.
fn dike(row: &DikeRow, segment: &Segment, slope: f64) -> Dike {
    let Segment { section, manning, bed_m, length_m: _ } = segment;
    let bankfull_m3s = section.conveyance_m8_3(section.lip_m()) * slope.sqrt() / manning;
    let depth_m = section.normal_depth_m(bankfull_m3s + row.fails_above_bankfull_m3s, slope, *manning);
    let crest_m = bed_m + section.lip_m() + row.crest_m;
    Dike {
        crest_m,
        fails_at_m: crest_m.min(bed_m + depth_m),
        opening_frac: row.opening_frac,
        opens_over_secs: row.opens_over_secs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::river::channel::Section;

    fn row(crest_m: f64) -> DikeRow {
        DikeRow {
            reach: "R1".into(),
            years: [1959, 2022],
            crest_m,
            fails_above_bankfull_m3s: 1000.0,
            opening_frac: 0.05,
            opens_over_secs: 3600.0,
        }
    }

    /// A rectangle of 500 m and 3 m: 500 · 3^(5/3) · √1e-4 / 0.011 = 2836.3 m³/s. 3836.3 m³/s stand 3 · 1.35257^0.6 =
    /// 3.5959 m deep in it.
    #[test]
    fn a_dike_fails_at_the_stage_of_its_discharge_or_at_its_crest() {
        let section = Section::trapezoid(500.0, 3.0, 1.0, 500.0).unwrap();
        let segment = Segment { length_m: 500.0, bed_m: 60.0, section, manning: 0.011 };
        let high = dike(&row(1.5), &segment, 1e-4);
        assert!((high.fails_at_m - 63.5959).abs() < 1e-3 && (high.crest_m - 64.5).abs() < 1e-12, "{high:?}");
        let low = dike(&row(0.4), &segment, 1e-4);
        assert!((low.fails_at_m - 63.4).abs() < 1e-12, "{low:?}");
    }
}
