//! Calibrated roughness: `calibration.csv`.

use serde::Deserialize;

use super::{RiverTableError, check_reach_and_years, rows};
use crate::domain::geo::corridor::{CalibratedRow, ReachRow, RoughSurface};

pub(super) const CALIBRATION: &str = include_str!("../../../assets/river/calibration.csv");

/// The calibrated roughness of the reaches, each within its physical range.
pub(super) fn calibration(reaches: &[ReachRow]) -> Result<Vec<CalibratedRow>, RiverTableError> {
    checked(CALIBRATION, reaches)
}

fn checked(text: &str, reaches: &[ReachRow]) -> Result<Vec<CalibratedRow>, RiverTableError> {
    let table = "calibration.csv";
    let records = rows::<CalibrationRecord>(table, text)?;
    for (i, record) in records.iter().enumerate() {
        let fault =
            |column, found: String, allowed| RiverTableError::Value { table, row: i + 1, column, found, allowed };
        check_reach_and_years((table, i + 1), &record.reach, [record.from_year, record.to_year], reaches)?;
        let [lower, upper] = RoughSurface::from(&record.parameter).physical_range();
        let is_in_range = record.lower >= lower && record.upper <= upper;
        if !(is_in_range && (record.lower..=record.upper).contains(&record.value)) {
            return Err(fault(
                "value",
                record.value.to_string(),
                "from lower to upper, both within the physical range",
            ));
        }
    }
    Ok(records.into_iter().map(CalibrationRecord::into_row).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Parameter {
    ManningChannel,
    ManningFloodplain,
}

impl From<&Parameter> for RoughSurface {
    fn from(parameter: &Parameter) -> Self {
        match parameter {
            Parameter::ManningChannel => Self::Channel,
            Parameter::ManningFloodplain => Self::Floodplain,
        }
    }
}

#[derive(Deserialize)]
struct CalibrationRecord {
    reach: String,
    from_year: u16,
    to_year: u16,
    parameter: Parameter,
    value: f64,
    lower: f64,
    upper: f64,
    published: f64,
    events: String,
    method: String,
    date: String,
}

impl CalibrationRecord {
    fn into_row(self) -> CalibratedRow {
        CalibratedRow {
            surface: RoughSurface::from(&self.parameter),
            reach: self.reach,
            years: [self.from_year, self.to_year],
            manning: self.value,
            published: self.published,
            events: self.events,
            method: self.method,
            date: self.date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::river::tables;

    #[test]
    fn faulty_rows_are_named_with_what_is_allowed() {
        let reaches = tables().unwrap().reaches;
        let faulty = |row: &str| {
            let head = "reach,from_year,to_year,parameter,value,lower,upper,published,events,method,date\n";
            checked(&format!("{head}{row},0.011,e,m,d\n"), &reaches).unwrap_err().to_string()
        };
        assert_eq!(
            faulty("R9,1958,2002,manning_channel,0.011,0.008,0.022"),
            "calibration.csv, row 1: reach is R9, allowed: a reach of reaches.csv"
        );
        assert_eq!(
            faulty("R1,2003,2002,manning_channel,0.011,0.008,0.022"),
            "calibration.csv, row 1: to_year is 2002, allowed: not before from_year"
        );
        let range = "allowed: from lower to upper, both within the physical range";
        for (row, value) in [
            ("R1,1958,2002,manning_channel,0.023,0.008,0.022", 0.023),
            ("R1,1958,2002,manning_floodplain,0.03,0.02,0.08", 0.03),
            ("R1,1958,2002,manning_channel,0.03,0.008,0.04", 0.03),
        ] {
            assert_eq!(faulty(row), format!("calibration.csv, row 1: value is {value}, {range}"));
        }
    }

    #[test]
    fn what_was_published_is_what_the_reaches_have() {
        let tables = tables().unwrap();
        for row in &tables.calibration {
            let mut reach = tables.reaches.iter().find(|reach| reach.id == row.reach).unwrap().clone();
            let published = *reach.manning_mut(row.surface);
            assert!((row.published - published).abs() < 1e-12, "{row:?}");
        }
    }
}
