//! Moments worth going to, read off the scenario and what is recorded: events, thresholds crossed, peaks.

use super::orders::{deed_text, who_and_why};
use super::series::Graphs;
use crate::domain::order::Orders;
use crate::domain::scenario::{EventKind, Scenario};
use crate::domain::text::Bilingual;
use crate::ui::PlotKind;
use crate::ui::hydrograph::{StationSeries, value_text};
use crate::ui::marks::{Mark, MarkKind};

/// All moments worth going to, in time order.
pub(super) fn marks(scenario: &Scenario, graphs: &Graphs, orders: &Orders) -> Vec<Mark> {
    let mut marks: Vec<Mark> = events(scenario).chain(order_marks(orders)).collect();
    for station in &graphs.stations {
        marks.extend(crossings(station));
        marks.extend(peak(station));
    }
    marks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
    marks
}

/// When orders take effect.
pub(super) fn order_marks(orders: &Orders) -> impl Iterator<Item = Mark> {
    orders.all().iter().map(|order| {
        let (what, who) = (deed_text(order), who_and_why(order));
        let gap = if who.is_empty() { "" } else { " — " };
        let text = Bilingual::new(format!("{}{gap}{who}", what.zh), format!("{}{gap}{who}", what.en));
        Mark { time_secs: order.at_secs, kind: MarkKind::Order, text }
    })
}

fn events(scenario: &Scenario) -> impl Iterator<Item = Mark> {
    scenario.events.iter().map(|event| {
        let EventKind::Breach(breach) = &event.what;
        let text = match breach.when {
            None => Bilingual::new(format!("溃口 {}", breach.name), format!("breach {}", breach.name)),
            Some(_) => Bilingual::new(
                format!("溃口 {}（此后漫顶即溃）", breach.name),
                format!("breach {} (opens when overtopped from now on)", breach.name),
            ),
        };
        Mark { time_secs: event.at_secs, kind: MarkKind::Event, text }
    })
}

/// Where a station's line first rises over each of its references.
fn crossings(station: &StationSeries) -> impl Iterator<Item = Mark> {
    station.references.iter().filter_map(|reference| {
        let line = station.line(reference.kind);
        let rises = line.windows(2).find(|pair| pair[0][1] < reference.value && pair[1][1] >= reference.value)?;
        let [from, to] = [rises[0], rises[1]];
        let part = (reference.value - from[1]) / (to[1] - from[1]);
        let (what, unit) = match reference.kind {
            PlotKind::Stage => (("水位超", "stage above"), "m"),
            PlotKind::Discharge => (("流量超", "discharge above"), "m³/s"),
        };
        let value = value_text(reference.kind, reference.value);
        Some(Mark {
            time_secs: from[0] + part * (to[0] - from[0]),
            kind: MarkKind::Crossing,
            text: Bilingual::new(
                format!("{} {}{} {value} {unit}", station.name.zh, what.0, reference.name.zh),
                format!("{} {} {} {value} {unit}", station.name.en, what.1, reference.name.en),
            ),
        })
    })
}

/// A fall by this share of the rise before it makes a crest.
const FALL_FRAC: f64 = 0.05;

/// The crest of a station's discharge, once it has clearly fallen again.
fn peak(station: &StationSeries) -> Option<Mark> {
    let line = &station.discharge_m3s;
    let [time_secs, crest] = station.peak(PlotKind::Discharge)?;
    let (first, last) = (line.first()?[1], line.last()?[1]);
    let is_over = crest > first && crest - last > FALL_FRAC * (crest - first) && crest - first > FALL_FRAC * crest;
    let value = value_text(PlotKind::Discharge, crest);
    is_over.then(|| Mark {
        time_secs,
        kind: MarkKind::Peak,
        text: Bilingual::new(
            format!("{} 洪峰 {value} m³/s", station.name.zh),
            format!("{} peak {value} m³/s", station.name.en),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::hydrograph::Reference;

    fn flood(values: &[f64]) -> StationSeries {
        let line = values.iter().enumerate().map(|(i, v)| [i as f64 * 3_600.0, *v]).collect();
        let reference =
            Reference { name: Bilingual::new("平滩", "bankfull"), kind: PlotKind::Discharge, value: 4_000.0 };
        StationSeries { discharge_m3s: line, references: vec![reference], ..StationSeries::default() }
    }

    #[test]
    fn a_threshold_is_crossed_between_two_samples_on_the_way_up() {
        let at = |values: &[f64]| crossings(&flood(values)).next().map(|mark| mark.time_secs);
        assert_eq!(at(&[3_000.0, 5_000.0, 3_000.0]), Some(1_800.0));
        assert_eq!(at(&[5_000.0, 3_000.0, 3_500.0]), None, "it begins above and never rises over it");
        assert_eq!(at(&[]), None);
    }

    #[test]
    fn a_crest_is_told_when_the_water_has_fallen() {
        let at = |values: &[f64]| peak(&flood(values)).map(|mark| mark.time_secs);
        assert_eq!(at(&[1_000.0, 6_000.0, 4_000.0]), Some(3_600.0));
        assert_eq!(at(&[1_000.0, 6_000.0]), None, "it still rises");
        assert_eq!(at(&[4_000.0, 4_001.0, 4_000.0]), None, "a ripple is no flood");
    }
}
