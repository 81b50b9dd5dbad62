//! Production dikes: `production_dikes.csv`.

use serde::Deserialize;

use super::{RiverTableError, check_reach_and_years, rows};
use crate::domain::geo::corridor::{DikeRow, ReachRow};

pub(super) const PRODUCTION_DIKES: &str = include_str!("../../../assets/river/production_dikes.csv");

/// The production dikes by reach.
pub(super) fn production_dikes(reaches: &[ReachRow]) -> Result<Vec<DikeRow>, RiverTableError> {
    checked(PRODUCTION_DIKES, reaches)
}

fn checked(text: &str, reaches: &[ReachRow]) -> Result<Vec<DikeRow>, RiverTableError> {
    let table = "production_dikes.csv";
    let records = rows::<DikeRecord>(table, text)?;
    for (i, record) in records.iter().enumerate() {
        let fault =
            |column, found: String, allowed| RiverTableError::Value { table, row: i + 1, column, found, allowed };
        check_reach_and_years((table, i + 1), &record.reach, [record.from_year, record.to_year], reaches)?;
        let above_zero = [
            ("crest_m", record.crest_m),
            ("fails_above_bankfull_m3s", record.fails_above_bankfull_m3s),
            ("opens_over_h", record.opens_over_h),
        ];
        if let Some((column, found)) = above_zero.into_iter().find(|(_, x)| !(x.is_finite() && *x > 0.0)) {
            return Err(fault(column, found.to_string(), "a number above 0"));
        }
        let is_range = record.opening_lower > 0.0 && record.opening_upper <= 1.0;
        if !(is_range && (record.opening_lower..=record.opening_upper).contains(&record.opening_frac)) {
            return Err(fault("opening_frac", record.opening_frac.to_string(), "from lower to upper, within 0 to 1"));
        }
    }
    Ok(records.into_iter().map(DikeRecord::into_row).collect())
}

#[derive(Deserialize)]
struct DikeRecord {
    reach: String,
    from_year: u16,
    to_year: u16,
    crest_m: f64,
    fails_above_bankfull_m3s: f64,
    opening_frac: f64,
    opening_lower: f64,
    opening_upper: f64,
    opens_over_h: f64,
}

impl DikeRecord {
    fn into_row(self) -> DikeRow {
        DikeRow {
            reach: self.reach,
            years: [self.from_year, self.to_year],
            crest_m: self.crest_m,
            fails_above_bankfull_m3s: self.fails_above_bankfull_m3s,
            opening_frac: self.opening_frac,
            opens_over_secs: 3600.0 * self.opens_over_h,
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
            let head = PRODUCTION_DIKES.lines().next().unwrap();
            checked(&format!("{head}\n{row},e,n,s,C\n"), &reaches).unwrap_err().to_string()
        };
        for (row, message) in [
            ("R9,1959,2022,1.5,1000,0.05,0.01,0.2,6", "reach is R9, allowed: a reach of reaches.csv"),
            ("R2,1959,1958,1.5,1000,0.05,0.01,0.2,6", "to_year is 1958, allowed: not before from_year"),
            ("R2,1959,2022,1.5,0,0.05,0.01,0.2,6", "fails_above_bankfull_m3s is 0, allowed: a number above 0"),
            (
                "R2,1959,2022,1.5,1000,0.3,0.01,0.2,6",
                "opening_frac is 0.3, allowed: from lower to upper, within 0 to 1",
            ),
        ] {
            assert_eq!(faulty(row), format!("production_dikes.csv, row 1: {message}"));
        }
    }

    #[test]
    fn they_stood_from_1959_on() {
        let rows = tables().unwrap().production_dikes;
        assert!(!rows.is_empty() && rows.iter().all(|row| row.years[0] == 1959));
    }
}
