//! One table of observations, read and checked.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::river::observed::{Doubt, Observation};
use crate::io::ron_tree::Place;
use crate::io::series::{RowFault, ValueRule};

/// One reading at one station.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedRow {
    /// When.
    pub time: OffsetDateTime,
    /// Code of the station.
    pub station: String,
    /// Discharge, m³/s, if read.
    pub discharge_m3s: Option<f64>,
    /// Stage, m above the station's datum, if read.
    pub stage_m: Option<f64>,
    /// Suspended sediment, kg/m³, if read.
    pub sediment_kgm3: Option<f64>,
    /// Why the reading is doubted, if it is.
    pub doubt: Option<Doubt>,
}

impl ObservedRow {
    /// The reading with its time in s after `start`.
    pub fn since(&self, start: OffsetDateTime) -> Observation {
        Observation {
            time_secs: (self.time - start).as_seconds_f64(),
            discharge_m3s: self.discharge_m3s,
            stage_m: self.stage_m,
            sediment_kgm3: self.sediment_kgm3,
            doubt: self.doubt,
        }
    }
}

const COLUMNS: [&str; 6] = ["time", "station", "discharge_m3s", "stage_m", "sediment_kgm3", "doubt"];

/// Reads the text of a CSV table of observations; lines that begin with `#` are comments.
///
/// A header names the columns, in any order: `time` (RFC 3339) and `station`, at least one of `discharge_m3s` and
/// `stage_m`, and, where there are any, `sediment_kgm3` and `doubt` (`continuity`, `spike` or `stated`). An empty field
/// is no value. The times of each station rise.
///
/// # Errors
/// All faults of the file, with their lines and columns.
pub fn read(text: &str) -> Result<Vec<ObservedRow>, Vec<RowFault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(record)) => Header::of(&record).map_err(|fault| vec![fault])?,
        Some(Err(error)) => return Err(vec![unreadable(&error)]),
        None => return Err(vec![fault_at(Place::START, "header", "no row".to_owned(), header_form())]),
    };
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut last: BTreeMap<String, OffsetDateTime> = BTreeMap::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(unreadable(&error));
                break;
            }
        };
        let Some(row) = header.row(&record, &mut faults) else { continue };
        if last.get(&row.station).is_some_and(|before| *before >= row.time) {
            let allowed = "a time later than the one before it at the same station".to_owned();
            faults.push(header.fault(&record, TIME, allowed));
            continue;
        }
        last.insert(row.station.clone(), row.time);
        rows.push(row);
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(fault_at(Place::START, "row", "no reading".to_owned(), "at least one reading".to_owned()));
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn header_form() -> String {
    format!("a header with `time`, `station`, `discharge_m3s` or `stage_m`; known are `{}`", COLUMNS.join("`, `"))
}

fn fault_at(at: Place, key: &'static str, found: String, allowed: String) -> RowFault {
    RowFault { at, key, found, allowed }
}

fn unreadable(error: &csv::Error) -> RowFault {
    let line = error.position().map_or(1, csv::Position::line);
    let at = Place { line: usize::try_from(line).unwrap_or(usize::MAX), column: 1 };
    fault_at(at, "row", error.to_string(), "a row of comma-separated values".to_owned())
}

/// Place of a field: its line, and its column in characters.
fn place_of(record: &csv::StringRecord, field: usize) -> Place {
    let line = record.position().map_or(1, csv::Position::line);
    let before: usize = record.iter().take(field).map(|field| field.chars().count() + 1).sum();
    Place { line: usize::try_from(line).unwrap_or(usize::MAX), column: before + 1 }
}

const TIME: usize = 0;
const STATION: usize = 1;
const DISCHARGE: usize = 2;
const STAGE: usize = 3;
const SEDIMENT: usize = 4;
const DOUBT: usize = 5;

/// Which field of a row is which of [`COLUMNS`].
struct Header {
    field_of: [Option<usize>; COLUMNS.len()],
    n_fields: usize,
}

impl Header {
    fn of(record: &csv::StringRecord) -> Result<Self, RowFault> {
        let mut field_of = [None; COLUMNS.len()];
        for (field, name) in record.iter().enumerate() {
            let column = COLUMNS.iter().position(|column| *column == name);
            let Some(column) = column.filter(|column| field_of[*column].is_none()) else {
                return Err(fault_at(place_of(record, field), "header", format!("`{name}`"), header_form()));
            };
            field_of[column] = Some(field);
        }
        let has_value = field_of[DISCHARGE].or(field_of[STAGE]).is_some();
        if field_of[TIME].is_none() || field_of[STATION].is_none() || !has_value {
            let found = format!("`{}`", record.iter().collect::<Vec<_>>().join(","));
            return Err(fault_at(place_of(record, 0), "header", found, header_form()));
        }
        Ok(Self { field_of, n_fields: record.len() })
    }

    fn row(&self, record: &csv::StringRecord, faults: &mut Vec<RowFault>) -> Option<ObservedRow> {
        if record.len() != self.n_fields {
            let found = format!("`{}`", record.iter().collect::<Vec<_>>().join(","));
            let allowed = format!("{} fields, as in the header", self.n_fields);
            faults.push(fault_at(place_of(record, 0), "row", found, allowed));
            return None;
        }
        let n_before = faults.len();
        let time = OffsetDateTime::parse(self.text(record, TIME), &Rfc3339);
        if time.is_err() {
            let allowed = "a time in RFC 3339, such as 2021-10-01T08:00:00+08:00";
            faults.push(self.fault(record, TIME, allowed.to_owned()));
        }
        if self.text(record, STATION).is_empty() {
            faults.push(self.fault(record, STATION, "the code of a station".to_owned()));
        }
        let row = ObservedRow {
            time: time.unwrap_or(OffsetDateTime::UNIX_EPOCH),
            station: self.text(record, STATION).to_owned(),
            discharge_m3s: self.number(record, DISCHARGE, ValueRule::NOT_NEGATIVE, faults),
            stage_m: self.number(record, STAGE, ValueRule::FINITE, faults),
            sediment_kgm3: self.number(record, SEDIMENT, ValueRule::NOT_NEGATIVE, faults),
            doubt: self.doubt(record, faults),
        };
        (faults.len() == n_before).then_some(row)
    }

    /// Text of a column; empty where the table does not have it.
    fn text<'r>(&self, record: &'r csv::StringRecord, column: usize) -> &'r str {
        self.field_of[column].and_then(|field| record.get(field)).unwrap_or_default()
    }

    fn number(
        &self,
        record: &csv::StringRecord,
        column: usize,
        rule: ValueRule,
        faults: &mut Vec<RowFault>,
    ) -> Option<f64> {
        let text = self.text(record, column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|x| x.is_finite() && (rule.test)(*x));
        if number.is_none() {
            faults.push(self.fault(record, column, format!("{}, or an empty field", rule.allowed)));
        }
        number
    }

    fn doubt(&self, record: &csv::StringRecord, faults: &mut Vec<RowFault>) -> Option<Doubt> {
        match self.text(record, DOUBT) {
            "" => None,
            "continuity" => Some(Doubt::Continuity),
            "spike" => Some(Doubt::Spike),
            "stated" => Some(Doubt::Stated),
            _ => {
                let allowed = "`continuity`, `spike`, `stated` or an empty field";
                faults.push(self.fault(record, DOUBT, allowed.to_owned()));
                None
            }
        }
    }

    fn fault(&self, record: &csv::StringRecord, column: usize, allowed: String) -> RowFault {
        let field = self.field_of[column].unwrap_or_default();
        fault_at(place_of(record, field), COLUMNS[column], format!("`{}`", self.text(record, column)), allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn messages(text: &str) -> Vec<String> {
        let say = |f: &RowFault| format!("{}:{} {} {}", f.at.line, f.at.column, f.key, f.found);
        read(text).unwrap_err().iter().map(say).collect()
    }

    #[test]
    fn columns_stand_in_any_order_and_empty_fields_are_no_values() {
        let text = "# mine\nstation,time,stage_m,discharge_m3s\nHYK,2021-10-01T08:00:00+08:00, 90.97,4820\nHYK,2021-10-01T09:00:00+08:00,,4830\n";
        let rows = read(text).unwrap();
        assert_eq!(
            (rows[0].time, rows[0].stage_m, rows[0].discharge_m3s),
            (datetime!(2021-10-01 08:00 +8), Some(90.97), Some(4820.0))
        );
        assert_eq!((rows[1].stage_m, rows[1].sediment_kgm3, rows[1].doubt), (None, None, None));
        let since = rows[1].since(datetime!(2021-10-01 00:00 UTC));
        assert_eq!((since.time_secs, since.discharge_m3s), (3600.0, Some(4830.0)));
    }

    #[test]
    fn every_fault_of_a_table_is_told() {
        let text = "time,station,discharge_m3s,doubt\n\
            2021-10-01,A,1,\n\
            2021-10-02T08:00:00+08:00,A,-1,\n\
            2021-10-03T08:00:00+08:00,,NaN,bad\n\
            2021-10-04T08:00:00+08:00,A,1\n\
            2021-10-05T08:00:00+08:00,A,1,spike\n\
            2021-10-05T00:00:00Z,A,2,\n";
        assert_eq!(
            messages(text),
            [
                "2:1 time `2021-10-01`",
                "3:29 discharge_m3s `-1`",
                "4:27 station ``",
                "4:28 discharge_m3s `NaN`",
                "4:32 doubt `bad`",
                "5:1 row `2021-10-04T08:00:00+08:00,A,1`",
                "7:1 time `2021-10-05T00:00:00Z`",
            ]
        );
    }

    #[test]
    fn a_header_must_name_what_is_needed_and_nothing_unknown() {
        assert_eq!(messages("time,station,flow\n"), ["1:14 header `flow`"]);
        assert_eq!(messages("time,station,stage_m,stage_m\n"), ["1:22 header `stage_m`"]);
        assert_eq!(messages("time,station,doubt\n"), ["1:1 header `time,station,doubt`"]);
        assert_eq!(messages(""), ["1:1 header no row"]);
        assert_eq!(messages("time,station,stage_m\n"), ["1:1 row no reading"]);
    }
}
