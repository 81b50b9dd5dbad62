//! A table of damage curves, read and checked.

use std::path::Path;

use crate::domain::impact::damage::asset::Asset;
use crate::domain::impact::damage::curve::{Curve, CurveFault, Reading};
use crate::domain::impact::damage::curve_set::{CurveSet, SourcedCurve};
use crate::domain::text::Bilingual;
use crate::io::ron_tree::Place;
use crate::io::scenario::Fault;

const COLUMNS: [&str; 7] = ["set", "asset", "reading", "depth_m", "fraction", "source", "confidence"];
const SET: usize = 0;
const ASSET: usize = 1;
const READING: usize = 2;
const DEPTH: usize = 3;
const FRACTION: usize = 4;
const SOURCE: usize = 5;
const CONFIDENCE: usize = 6;

/// The sets of a table's text, in the order of their first rows; `file` is what faults name.
///
/// # Errors
/// All faults, in the order of the text.
pub(super) fn read(text: &str, file: &Path) -> Result<Vec<CurveSet>, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let header = lines.next().map(|(number, line)| Line::of(file, number, line));
    match header {
        Some(header) if header.fields.iter().eq(COLUMNS) => {}
        Some(header) => return Err(vec![header.whole_fault("header", header_form())]),
        None => return Err(vec![Line::of(file, 1, "").whole_fault("header", header_form())]),
    }
    let mut faults = Vec::new();
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (number, line) in lines {
        let line = Line::of(file, number, line);
        let Some(row) = line.row(&mut faults) else { continue };
        let draft = drafts.iter_mut().find(|draft| draft.rows[0].1.is_of_curve(&row));
        match draft {
            None => drafts.push(Draft { rows: vec![(line, row)] }),
            Some(draft) if draft.rows[0].1.reading != row.reading => {
                faults.push(line.fault(READING, format!("`{}` as above for this curve", draft.rows[0].1.reading.id())));
            }
            Some(draft) => draft.rows.push((line, row)),
        }
    }
    if drafts.is_empty() && faults.is_empty() {
        faults.push(Line::of(file, 1, "").whole_fault("row", "at least one point of a curve".to_owned()));
    }
    faults.extend(drafts.iter().flat_map(Draft::faults));
    faults.sort_by_key(|fault| (fault.line, fault.column));
    if faults.is_empty() { Ok(sets_of(&drafts)) } else { Err(faults) }
}

fn header_form() -> String {
    COLUMNS.join(",")
}

/// A row without faults of its own.
struct Row {
    set: String,
    asset: Asset,
    reading: Reading,
    point: [f64; 2],
    source: String,
    confidence: String,
}

impl Row {
    fn is_of_curve(&self, other: &Self) -> bool {
        self.set == other.set && self.asset == other.asset
    }
}

/// A line of the text, cut into its fields.
///
/// Lines are cut one by one: the position that a reader of the whole text gives a record is that of a comment before it.
struct Line<'f> {
    file: &'f Path,
    number: usize,
    fields: csv::StringRecord,
}

impl<'f> Line<'f> {
    fn of(file: &'f Path, number: usize, text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
        let fields = reader.records().next().and_then(Result::ok).unwrap_or_default();
        Self { file, number, fields }
    }

    fn row(&self, faults: &mut Vec<Fault>) -> Option<Row> {
        if self.fields.len() != COLUMNS.len() {
            faults.push(self.whole_fault("row", format!("{} fields, as in the header", COLUMNS.len())));
            return None;
        }
        let ids = |ids: Vec<&str>| format!("`{}`", ids.join("` or `"));
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let set = self.field(SET, named, || "a name of the set".to_owned(), faults);
        let assets = || ids(Asset::ALL.map(Asset::id).to_vec());
        let asset = self.field(ASSET, Asset::of_id, assets, faults);
        let reading = |text: &str| Reading::ALL.into_iter().find(|reading| reading.id() == text);
        let readings = || ids(Reading::ALL.map(Reading::id).to_vec());
        let reading = self.field(READING, reading, readings, faults);
        let finite = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        let depth_m = self.field(DEPTH, finite, || "a finite number of metres".to_owned(), faults);
        let share = |text: &str| finite(text).filter(|number| (0.0..=1.0).contains(number));
        let fraction = self.field(FRACTION, share, || "a number from 0 to 1".to_owned(), faults);
        let source = self.field(SOURCE, named, || "where the point is from".to_owned(), faults);
        let letter = |text: &str| ["A", "B", "C", "D"].contains(&text).then(|| text.to_owned());
        let letters = || ids(vec!["A", "B", "C", "D"]);
        let confidence = self.field(CONFIDENCE, letter, letters, faults);
        let point = [depth_m?, fraction?];
        Some(Row { set: set?, asset: asset?, reading: reading?, point, source: source?, confidence: confidence? })
    }

    /// A field's meaning, or a fault.
    fn field<T>(
        &self,
        column: usize,
        meaning: impl FnOnce(&str) -> Option<T>,
        allowed: impl FnOnce() -> String,
        faults: &mut Vec<Fault>,
    ) -> Option<T> {
        let value = meaning(&self.fields[column]);
        if value.is_none() {
            faults.push(self.fault(column, allowed()));
        }
        value
    }

    fn fault(&self, column: usize, allowed: String) -> Fault {
        let before: usize = self.fields.iter().take(column).map(|field| field.chars().count() + 1).sum();
        let at = Place { line: self.number, column: before + 1 };
        self.fault_at(at, COLUMNS[column], &self.fields[column], allowed)
    }

    fn whole_fault(&self, key: &str, allowed: String) -> Fault {
        let found = self.fields.iter().collect::<Vec<_>>().join(",");
        self.fault_at(Place { line: self.number, column: 1 }, key, &found, allowed)
    }

    fn fault_at(&self, at: Place, key: &str, found: &str, allowed: String) -> Fault {
        let Place { line, column } = at;
        Fault { file: self.file.to_owned(), line, column, key: key.to_owned(), found: format!("`{found}`"), allowed }
    }
}

/// The rows of one curve, in the order of the text; never empty.
struct Draft<'f> {
    rows: Vec<(Line<'f>, Row)>,
}

impl Draft<'_> {
    fn points(&self) -> Vec<[f64; 2]> {
        self.rows.iter().map(|(_, row)| row.point).collect()
    }

    /// What is wrong with the points together.
    fn faults(&self) -> Vec<Fault> {
        let fault = |fault: CurveFault| {
            let at = |point: usize, column, allowed: &str| self.rows[point].0.fault(column, allowed.to_owned());
            match fault {
                CurveFault::DepthNotRising { point } => at(point, DEPTH, "more than the depth before it"),
                CurveFault::FractionFalling { point } => at(point, FRACTION, "no less than the fraction before it"),
                CurveFault::DryLoss => at(0, FRACTION, "0 where a curve begins below depth 0"),
                // Rows are finite and within bounds, and there is at least one.
                CurveFault::NotFinite { point } => at(point, DEPTH, "a finite number"),
                CurveFault::FractionOutside { point } => at(point, FRACTION, "a number from 0 to 1"),
                CurveFault::Empty => at(0, DEPTH, "a point"),
            }
        };
        CurveFault::all_of(&self.points()).into_iter().map(fault).collect()
    }

    fn curve(&self) -> SourcedCurve {
        let rows = || self.rows.iter().map(|(_, row)| row);
        let curve = Curve::new(self.rows[0].1.reading, self.points()).expect("the points were checked");
        SourcedCurve { curve, source: sources(rows()), confidence: weakest(rows()) }
    }
}

/// The sets, with what their rows say of themselves.
fn sets_of(drafts: &[Draft<'_>]) -> Vec<CurveSet> {
    let mut ids: Vec<&str> = Vec::new();
    for draft in drafts {
        let id = draft.rows[0].1.set.as_str();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let set = |id: &str| {
        let of_set: Vec<&Draft<'_>> = drafts.iter().filter(|draft| draft.rows[0].1.set == id).collect();
        let rows = || of_set.iter().flat_map(|draft| draft.rows.iter().map(|(_, row)| row));
        let empty = CurveSet::new(id.to_owned(), Bilingual::new(id, id), sources(rows()), None, weakest(rows()));
        of_set.iter().fold(empty, |set, draft| set.with(draft.rows[0].1.asset, draft.curve()))
    };
    ids.into_iter().map(set).collect()
}

/// The sources of rows, each once.
fn sources<'r>(rows: impl Iterator<Item = &'r Row>) -> String {
    let mut sources: Vec<&str> = Vec::new();
    for row in rows {
        if !sources.contains(&row.source.as_str()) {
            sources.push(&row.source);
        }
    }
    sources.join("; ")
}

/// The weakest confidence of rows: the last letter.
fn weakest<'r>(rows: impl Iterator<Item = &'r Row>) -> String {
    rows.map(|row| row.confidence.as_str()).max().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "set,asset,reading,depth_m,fraction,source,confidence\n";

    fn faults(text: &str) -> Vec<String> {
        let faults = read(text, Path::new("own.csv")).unwrap_err();
        faults.iter().map(|fault| format!("{}:{} {} {}", fault.line, fault.column, fault.key, fault.found)).collect()
    }

    #[test]
    fn every_fault_is_told_at_its_place() {
        let rows = "\
            # a comment and an empty line\n\n\
            a,industry,linear,0,0.2,s,A\n\
            a,industry,linear,0,0.1,s,A\n\
            a,boat,steps,x,1.5,,E\n\
            a,industry,classes,1,0.3,s,A\n\
            a,industry,linear,2\n\
            a,commerce,linear,-0.3,0.1,s,B\n\
            a,commerce,linear,NaN,inf,s,B\n";
        assert_eq!(
            faults(&format!("{HEADER}{rows}")),
            [
                "5:19 depth_m `0`",
                "5:21 fraction `0.1`",
                "6:3 asset `boat`",
                "6:8 reading `steps`",
                "6:14 depth_m `x`",
                "6:16 fraction `1.5`",
                "6:20 source ``",
                "6:21 confidence `E`",
                "7:12 reading `classes`",
                "8:1 row `a,industry,linear,2`",
                "9:24 fraction `0.1`",
                "10:19 depth_m `NaN`",
                "10:23 fraction `inf`",
            ]
        );
    }

    #[test]
    fn a_table_without_header_or_rows_is_a_fault() {
        assert_eq!(faults(""), ["1:1 header ``"]);
        assert_eq!(faults("# only a comment\nset,asset\n"), ["2:1 header `set,asset`"]);
        assert_eq!(faults(HEADER), ["1:1 row ``"]);
    }

    #[test]
    fn sets_and_curves_may_be_interleaved() {
        let rows = "b,industry,linear,0,0,s,A\na,industry,classes,0,0.5,t,C\nb,industry,linear,1,1,s,A\n";
        let sets = read(&format!("\u{feff}{HEADER}{rows}"), Path::new("own.csv")).unwrap();
        assert_eq!(sets.iter().map(|set| set.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert!((sets[0].fraction(Asset::Industry, 0.25) - 0.25).abs() < 1e-12);
        assert!((sets[1].fraction(Asset::Industry, 0.25) - 0.5).abs() < 1e-12);
        assert_eq!(sets[1].confidence, "C");
    }
}
