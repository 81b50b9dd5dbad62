//! Roughness fitted to observed floods, in place of the published one of the reaches.
//!
//! Both the grid of a corridor and the routing in one dimension are made from [`RiverTables`], so one change of the
//! tables serves them alike. Bed and bankfull discharge stay as they are: with a larger n the channel is deeper.

use serde::{Deserialize, Serialize};

use super::tables::RiverTables;

/// Which roughness a river is built with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoughnessSource {
    /// That of the table of reaches.
    #[default]
    Published,
    /// That fitted to the floods of the calibration, where and when there is one; the published one elsewhere.
    Calibrated,
}

/// What a Manning's n is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoughSurface {
    /// The channel in flood.
    Channel,
    /// The floodplain.
    Floodplain,
}

impl RoughSurface {
    /// Least and greatest Manning's n that is physical on this river, s/m^(1/3): hard bounds of a calibration.
    ///
    /// The sand-bed channel with its bed of ripples to a flat bed at high flow: 0.008 to 0.022. Crops, villages and ditches of
    /// the floodplain: 0.025 to 0.08 (Chow 1959, table 5-6, for floodplains; recalled for the channel).
    pub const fn physical_range(self) -> [f64; 2] {
        match self {
            Self::Channel => [0.008, 0.022],
            Self::Floodplain => [0.025, 0.08],
        }
    }
}

/// A calibrated roughness of one reach over a span of years.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibratedRow {
    /// Code of the reach.
    pub reach: String,
    /// First and last year it is for.
    pub years: [u16; 2],
    /// What it is of.
    pub surface: RoughSurface,
    /// Manning's n, s/m^(1/3).
    pub manning: f64,
    /// Published Manning's n, s/m^(1/3), which the fit began from.
    pub published: f64,
    /// Observed floods it was fitted to.
    pub events: String,
    /// How it was found.
    pub method: String,
    /// Day of the fit.
    pub date: String,
}

impl RiverTables {
    /// The tables with the roughness of a source in a year.
    #[must_use]
    pub fn with_roughness(&self, source: RoughnessSource, year: u16) -> Self {
        let mut tables = self.clone();
        if source == RoughnessSource::Published {
            return tables;
        }
        for row in self.calibration.iter().filter(|row| (row.years[0]..=row.years[1]).contains(&year)) {
            for reach in tables.reaches.iter_mut().filter(|reach| reach.id == row.reach) {
                *reach.manning_mut(row.surface) = row.manning;
            }
        }
        tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::corridor::ReachRow;

    fn tables() -> RiverTables {
        let reach = |id: &str| ReachRow {
            id: id.into(),
            from_km: 0.0,
            to_km: 1.0,
            transverse_slope: 0.0,
            manning_channel: 0.011,
            manning_floodplain: 0.035,
        };
        let row = |reach: &str, years, surface, manning| CalibratedRow {
            reach: reach.into(),
            years,
            surface,
            manning,
            published: 0.011,
            events: String::new(),
            method: String::new(),
            date: String::new(),
        };
        RiverTables {
            reaches: vec![reach("R1"), reach("R2")],
            calibration: vec![
                row("R1", [1958, 2002], RoughSurface::Channel, 0.02),
                row("R1", [2003, 2022], RoughSurface::Channel, 0.012),
                row("R2", [1958, 2022], RoughSurface::Floodplain, 0.05),
            ],
            ..RiverTables::default()
        }
    }

    #[test]
    fn a_reach_takes_the_value_of_its_year_and_keeps_what_was_not_fitted() {
        let of = |source, year| {
            let reaches = tables().with_roughness(source, year).reaches;
            reaches.iter().map(|reach| [reach.manning_channel, reach.manning_floodplain]).collect::<Vec<_>>()
        };
        assert_eq!(of(RoughnessSource::Calibrated, 2002), [[0.02, 0.035], [0.011, 0.05]]);
        assert_eq!(of(RoughnessSource::Calibrated, 2003), [[0.012, 0.035], [0.011, 0.05]]);
        assert_eq!(of(RoughnessSource::Published, 2003), [[0.011, 0.035], [0.011, 0.035]]);
    }
}
