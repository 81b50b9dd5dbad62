//! Series in time from CSV: a header `time_secs,value` and one row for each point.

use crate::domain::scenario::Series;
use crate::io::ron_tree::Place;

/// What a series may hold, in words and as a test.
#[derive(Debug, Clone, Copy)]
pub struct ValueRule {
    /// The test in words, for a message.
    pub allowed: &'static str,
    /// Whether a finite value passes.
    pub test: fn(f64) -> bool,
}

impl ValueRule {
    /// Any finite value.
    pub const FINITE: Self = Self { allowed: "a finite number", test: |_| true };
    /// Zero and above.
    pub const NOT_NEGATIVE: Self = Self { allowed: "a number of at least 0", test: |x| x >= 0.0 };
}

/// A fault of one field of a series file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Where in the file.
    pub at: Place,
    /// Which column.
    pub key: &'static str,
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
}

const HEADER: [&str; 2] = ["time_secs", "value"];

/// What the times of a series must do, for messages.
pub(crate) const RISING: &str = "a time later than the one before it";

/// Reads a series from the text of a CSV file; lines that begin with `#` are comments.
///
/// Times are s after the start of the scenario, strictly rising; every value passes `rule`.
///
/// # Errors
/// All faults of the file, with their lines and columns.
pub fn read(text: &str, rule: ValueRule) -> Result<Series, Vec<RowFault>> {
    let mut faults = Vec::new();
    let mut points: Vec<[f64; 2]> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut has_header = false;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(RowFault {
                    at: place_of(&error),
                    key: "row",
                    found: error.to_string(),
                    allowed: row_form(),
                });
                break;
            }
        };
        let row = Row { record: &record };
        if !has_header {
            has_header = true;
            if record.iter().ne(HEADER) {
                faults.push(row.fault(0, "header", HEADER.join(",")));
            }
            continue;
        }
        if let Some(point) = row.point(rule, &mut faults) {
            if points.last().is_some_and(|last| last[0] >= point[0]) {
                faults.push(row.fault(0, HEADER[0], RISING.to_owned()));
            } else {
                points.push(point);
            }
        }
    }
    if points.is_empty() && faults.is_empty() {
        faults.push(RowFault { at: Place::START, key: "series", found: "no row".to_owned(), allowed: row_form() });
    }
    match Series::new(points) {
        Ok(series) if faults.is_empty() => Ok(series),
        _ => Err(faults),
    }
}

fn row_form() -> String {
    format!("a header `{}` and at least one row of two numbers", HEADER.join(","))
}

fn place_of(error: &csv::Error) -> Place {
    let line = error.position().map_or(1, csv::Position::line);
    Place { line: usize::try_from(line).unwrap_or(usize::MAX), column: 1 }
}

struct Row<'r> {
    record: &'r csv::StringRecord,
}

impl Row<'_> {
    fn point(&self, rule: ValueRule, faults: &mut Vec<RowFault>) -> Option<[f64; 2]> {
        if self.record.len() != 2 {
            faults.push(self.fault(0, "row", "two numbers, a time and a value".to_owned()));
            return None;
        }
        let time = self.number(0, ValueRule::FINITE, faults);
        let value = self.number(1, rule, faults);
        Some([time?, value?])
    }

    fn number(&self, column: usize, rule: ValueRule, faults: &mut Vec<RowFault>) -> Option<f64> {
        let number = self.record[column].parse::<f64>().ok().filter(|x| x.is_finite() && (rule.test)(*x));
        if number.is_none() {
            faults.push(self.fault(column, HEADER[column], rule.allowed.to_owned()));
        }
        number
    }

    /// A fault of the row (column 0) or of its second field.
    fn fault(&self, column: usize, key: &'static str, allowed: String) -> RowFault {
        let line = self.record.position().map_or(1, csv::Position::line);
        let before: usize = self.record.iter().take(column).map(|field| field.chars().count() + 1).sum();
        let found = match (key, column) {
            ("row" | "header", _) => format!("`{}`", self.record.iter().collect::<Vec<_>>().join(",")),
            _ => format!("`{}`", &self.record[column]),
        };
        RowFault {
            at: Place { line: usize::try_from(line).unwrap_or(usize::MAX), column: before + 1 },
            key,
            found,
            allowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let faults = read(text, ValueRule::NOT_NEGATIVE).unwrap_err();
        faults.iter().map(|f| format!("{}:{} {} {}", f.at.line, f.at.column, f.key, f.found)).collect()
    }

    #[test]
    fn a_good_file_is_read() {
        let text = "# reconstructed\ntime_secs,value\n0,1.5\n3600, 2e3\r\n7200,0\n";
        let series = read(text, ValueRule::NOT_NEGATIVE).unwrap();
        assert_eq!(series.points(), [[0.0, 1.5], [3600.0, 2000.0], [7200.0, 0.0]]);
    }

    #[test]
    fn every_fault_of_a_file_is_told() {
        let text = "time,value\n0,1\n3600,NaN\n1800,2\n900,2\n7200,inf\n9000,-1\n10000,2,3\nx,y\n";
        assert_eq!(
            messages(text),
            [
                "1:1 header `time,value`",
                "3:6 value `NaN`",
                "5:1 time_secs `900`",
                "6:6 value `inf`",
                "7:6 value `-1`",
                "8:1 row `10000,2,3`",
                "9:1 time_secs `x`",
                "9:3 value `y`"
            ]
        );
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        assert_eq!(messages("time_secs,value\n"), ["1:1 series no row"]);
        assert_eq!(messages(""), ["1:1 series no row"]);
    }
}
