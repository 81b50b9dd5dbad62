//! Graphs of what is recorded, grown as the record grows: hydrographs.

use crate::domain::recording::{Bookmark, Course};
use crate::domain::river::Station;
use crate::domain::river::observed::Quantity;
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Label};
use crate::ui::PlotKind;
use crate::ui::hydrograph::{ObservedMark, Reference, StationSeries};
use crate::ui::readings::ObservedReadings;

const WARNING_STAGE: Label = Label::new("警戒", "warning");
const DESIGN_STAGE: Label = Label::new("设防", "levee design");
const BANKFULL: Label = Label::new("平滩", "bankfull");

/// Lines over time, and how much of the record is already in them.
#[derive(Debug, Default)]
pub(super) struct Graphs {
    pub(super) stations: Vec<StationSeries>,
    sources: Vec<Columns>,
    read: Bookmark,
}

/// Where a station's readings stand in a row of samples.
#[derive(Debug, Clone, Copy)]
struct Columns {
    gauge: Option<usize>,
    section: Option<usize>,
}

impl Graphs {
    /// Empty lines for every gauge and section of a scenario; those of the same name are one station.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut names: Vec<&str> = scenario.sections.iter().map(|s| s.name.as_str()).collect();
        names.extend(scenario.gauges.iter().map(|g| g.name.as_str()).filter(|n| !scenario.has_section(n)));
        let (mut stations, mut sources) = (Vec::new(), Vec::new());
        for name in names {
            stations.push(station(scenario, name));
            sources.push(Columns {
                gauge: scenario.gauges.iter().position(|g| g.name == name),
                section: scenario.sections.iter().position(|s| s.name == name),
            });
        }
        Self { stations, sources, ..Self::default() }
    }

    /// Takes in what was recorded since the last time; tells whether there was anything.
    pub(super) fn grow(&mut self, course: &Course) -> bool {
        let (samples, readings) = course.since(&mut self.read);
        let has_grown = !(samples.is_empty() && readings.is_empty());
        for sample in samples {
            for (station, source) in self.stations.iter_mut().zip(&self.sources) {
                if let Some(reading) = source.section.and_then(|i| sample.sections.get(i)) {
                    station.discharge_m3s.push([sample.time_secs, reading.discharge_m3s]);
                }
                if let Some(reading) = source.gauge.and_then(|i| sample.gauges.get(i)) {
                    station.stage_m.push([sample.time_secs, reading.stage_m]);
                }
            }
        }
        has_grown
    }
}

impl Scenario {
    fn has_section(&self, name: &str) -> bool {
        self.sections.iter().any(|s| s.name == name)
    }
}

fn station(scenario: &Scenario, name: &str) -> StationSeries {
    let known = scenario.river.as_ref().and_then(|river| river.stations.iter().find(|s| s.id == name));
    StationSeries {
        name: known.map_or_else(|| Bilingual::new(name, name), |s| s.name.clone()),
        observed: known.map(observed).unwrap_or_default(),
        readings: known.map(readings).unwrap_or_default(),
        references: known.map(references).unwrap_or_default(),
        ..StationSeries::default()
    }
}

fn observed(station: &Station) -> Vec<ObservedMark> {
    let mark = |peak: &crate::domain::river::ObservedPeak| ObservedMark {
        time_secs: peak.time_secs,
        tolerance_secs: peak.time_tolerance_secs,
        discharge_m3s: peak.discharge_m3s,
        stage_m: peak.stage_m,
    };
    station.observed_peaks.iter().map(mark).collect()
}

fn readings(station: &Station) -> ObservedReadings {
    let Some(series) = &station.observed else { return ObservedReadings::default() };
    ObservedReadings {
        discharge_m3s: series.values(Quantity::Discharge),
        stage_m: series.values(Quantity::Stage),
        doubtful_discharge_m3s: series.doubtful(Quantity::Discharge),
        doubtful_stage_m: series.doubtful(Quantity::Stage),
    }
}

fn references(station: &Station) -> Vec<Reference> {
    let lines = [
        (WARNING_STAGE, PlotKind::Stage, station.warning_stage_m),
        (DESIGN_STAGE, PlotKind::Stage, station.design_stage_m),
        (BANKFULL, PlotKind::Discharge, station.bankfull_published_m3s),
    ];
    let line = |(name, kind, value): (Label, PlotKind, Option<f64>)| {
        value.map(|value| Reference { name: Bilingual::new(name.zh, name.en), kind, value })
    };
    lines.into_iter().filter_map(line).collect()
}
