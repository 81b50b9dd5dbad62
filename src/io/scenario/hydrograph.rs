//! Discharges and stages in time that were computed or observed elsewhere: `FromRun(..)` and `Observed(..)`.
//!
//! They hold wall-clock times, so they are shifted by the difference of the two starts; and they must cover the run
//! without a gap, because what is missing would otherwise be made up unseen.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::context::Context;
use super::item::{Item, Variant, nearest};
use super::observed;
use crate::domain::river::observed::Quantity;
use crate::domain::scenario::Series;
use crate::io::past_run;
use crate::io::series::ValueRule;

/// The wall clock of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub(super) start: OffsetDateTime,
    pub(super) duration_secs: f64,
}

/// A gap that is longer than so many of the usual intervals is a fault, unless `max_gap_secs` allows it.
const MAX_GAP_INTERVALS: f64 = 3.0;

impl Context {
    /// A series of a quantity: written in place, in a CSV file, from the folder of a run, or observed.
    pub(super) fn hydrograph(&mut self, item: &Item<'_>, quantity: Quantity, rule: ValueRule) -> Option<Series> {
        match item.name() {
            Some("FromRun" | "Observed") => {
                let variant = item.variant(&mut self.faults, &["FromRun", "Observed"])?;
                let found = if variant.name == "FromRun" {
                    from_run(&variant, quantity, self)
                } else {
                    from_observations(&variant, quantity, self)
                };
                found?.series(item, rule, self)
            }
            _ => self.series_of(item, rule, &["Series", "Csv", "FromRun", "Observed"]),
        }
    }
}

/// Values found elsewhere.
struct Found {
    /// What they are, for messages.
    what: String,
    /// Time (s after the start of this run) and value, rising.
    points: Vec<[f64; 2]>,
    /// The longest gap allowed, s, if the file says so.
    max_gap_secs: Option<f64>,
}

fn from_run(variant: &Variant<'_>, quantity: Quantity, cx: &mut Context) -> Option<Found> {
    let record = variant.record(&mut cx.faults, &["path", "section", "max_gap_secs"])?;
    let path_item = record.required(&mut cx.faults, "path");
    let section_item = record.required(&mut cx.faults, "section");
    let max_gap_secs = max_gap(record.optional("max_gap_secs").as_ref(), cx)?;
    let (path_item, section_item) = (path_item?, section_item?);
    let folder = path_item.nonempty_text(&mut cx.faults)?;
    let run = match past_run::read(&cx.path(folder)) {
        Ok(run) => run,
        Err(error) => {
            let allowed = "the folder that `hetu run .. -o DIR` wrote, relative to the scenario";
            cx.faults.add(&path_item.spot(), format!("{} ({error})", path_item.describe()), allowed);
            return None;
        }
    };
    let names: Vec<&str> = run.sections.iter().map(|section| section.name.as_str()).collect();
    let at = one_of(&section_item, &names, "section", cx)?;
    let section = &run.sections[at];
    let points = if quantity == Quantity::Stage { &section.stage_m } else { &section.discharge_m3s };
    let shift_secs = (run.start - cx.clock?.start).as_seconds_f64();
    let points = points.iter().map(|[time_secs, value]| [time_secs + shift_secs, *value]).collect();
    Some(Found { what: format!("section {} of {folder}", section.name), points, max_gap_secs })
}

fn from_observations(variant: &Variant<'_>, quantity: Quantity, cx: &mut Context) -> Option<Found> {
    let record = variant.record(&mut cx.faults, &["window", "file", "station", "max_gap_secs"])?;
    let station_item = record.required(&mut cx.faults, "station");
    let max_gap_secs = max_gap(record.optional("max_gap_secs").as_ref(), cx)?;
    let table = match (record.optional("window"), record.optional("file")) {
        (Some(window), None) => observed::window(&window, cx),
        (None, Some(file)) => observed::file(&file, cx),
        _ => {
            cx.faults.add(&variant.spot(), "`window` and `file`, or neither", "one of them");
            None
        }
    };
    let (table, station_item) = (table?, station_item?);
    let station = table.stations()[one_of(&station_item, &table.stations(), "station", cx)?];
    let series = table.series(station, cx.clock?.start)?;
    let points = series.values(quantity);
    Some(Found { what: format!("station {station} of {}", table.name), points, max_gap_secs })
}

/// The longest gap that the file allows, if it says so; the outer `None` comes with a fault.
#[expect(clippy::option_option, reason = "absent is not the same as faulty")]
fn max_gap(item: Option<&Item<'_>>, cx: &mut Context) -> Option<Option<f64>> {
    item.map_or(Some(None), |item| item.positive(&mut cx.faults).map(Some))
}

/// Position of a named thing among those there are; a fault names the nearest.
fn one_of(item: &Item<'_>, names: &[&str], kind: &str, cx: &mut Context) -> Option<usize> {
    let name = item.nonempty_text(&mut cx.faults)?;
    let at = names.iter().position(|known| *known == name);
    if at.is_none() {
        let near = nearest(name, names).map(|(_, near)| format!("{near:?}, the nearest; ")).unwrap_or_default();
        let all = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        cx.faults.add(&item.spot(), format!("the {kind} {name:?}"), format!("{near}one of {all}"));
    }
    at
}

impl Found {
    /// The values within the run, if they cover it.
    fn series(mut self, item: &Item<'_>, rule: ValueRule, cx: &mut Context) -> Option<Series> {
        let Clock { start, duration_secs } = cx.clock?;
        let mut refuse = |found: String, allowed: String| {
            cx.faults.add(&item.spot(), format!("{}: {found}", self.what), allowed);
            None
        };
        let (Some([first, _]), Some([last, _])) = (self.points.first(), self.points.last()) else {
            return refuse("no value".to_owned(), "values over the time of the run".to_owned());
        };
        let clock = |time_secs: f64| {
            let at = start.checked_add(time::Duration::saturating_seconds_f64(time_secs));
            at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_else(|| format!("{time_secs} s"))
        };
        if *first > 0.0 || *last < duration_secs {
            let found = format!("values from {} to {}", clock(*first), clock(*last));
            return refuse(
                found,
                format!("values over the time of the run, {} to {}", clock(0.0), clock(duration_secs)),
            );
        }
        let after_start = self.points.partition_point(|p| p[0] <= 0.0);
        let end = self.points.partition_point(|p| p[0] < duration_secs) + 1;
        let within = &self.points[after_start - 1..end.min(self.points.len())];
        if let Some([time_secs, value]) = within.iter().find(|p| !(rule.test)(p[1])) {
            return refuse(format!("{value} at {}", clock(*time_secs)), rule.allowed.to_owned());
        }
        let gap = |pair: &[[f64; 2]]| pair[1][0] - pair[0][0];
        let mut gaps: Vec<f64> = self.points.windows(2).map(gap).collect();
        gaps.sort_by(f64::total_cmp);
        let usual_secs = gaps.get(gaps.len() / 2).copied().unwrap_or(f64::INFINITY);
        // Some grace for rounding: times of a table are written to the millisecond.
        let most_secs = self.max_gap_secs.unwrap_or(MAX_GAP_INTERVALS * usual_secs) + 0.01;
        if let Some(pair) = within.windows(2).find(|pair| gap(pair) > most_secs) {
            let found = format!(
                "no value between {} and {}, {:.1} h",
                clock(pair[0][0]),
                clock(pair[1][0]),
                gap(pair) / 3600.0
            );
            let allowed = format!("gaps of at most {:.1} h; `max_gap_secs: ..` allows more", most_secs / 3600.0);
            return refuse(found, allowed);
        }
        self.points = within.to_vec();
        Series::new(self.points).ok()
    }
}
