//! Hydrographs at the places people know, taken from the record and named for people.

use crate::domain::recording::Recording;
use crate::domain::river::Station;
use crate::domain::river::peaks::{discharge_series, stage_series, station_series};
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;

/// What was simulated at one station, or at one gauge or section where there is no river.
#[derive(Debug, Clone)]
pub(crate) struct PlaceSeries<'a> {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) station: Option<&'a Station>,
    pub(crate) section: Option<usize>,
    /// Time (s after the start) and discharge (m³/s); empty without a section.
    pub(crate) discharge: Vec<[f64; 2]>,
    /// Time (s after the start) and stage (m); empty without a gauge.
    pub(crate) stage: Vec<[f64; 2]>,
}

/// Series at every station of the river; at every gauge and section where there is none.
pub(crate) fn at_places<'a>(scenario: &'a Scenario, recording: &Recording, language: Language) -> Vec<PlaceSeries<'a>> {
    if scenario.river.is_some() {
        let at_stations = station_series(scenario, recording).into_iter();
        return at_stations
            .map(|series| PlaceSeries {
                id: series.station.id.clone(),
                name: series.station.name.get(language).to_owned(),
                station: Some(series.station),
                section: series.section,
                discharge: series.discharge,
                stage: series.stage,
            })
            .collect();
    }
    let samples = recording.samples_from(0);
    let named = |name: &str, section: Option<usize>, discharge, stage| PlaceSeries {
        id: name.to_owned(),
        name: name.to_owned(),
        station: None,
        section,
        discharge,
        stage,
    };
    let gauges = scenario.gauges.iter().enumerate();
    let gauges = gauges.map(|(i, gauge)| named(&gauge.name, None, vec![], stage_series(&samples, i)));
    let sections = scenario.sections.iter().enumerate();
    let sections = sections.map(|(i, section)| named(&section.name, Some(i), discharge_series(&samples, i), vec![]));
    gauges.chain(sections).collect()
}
