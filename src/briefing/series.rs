//! Hydrographs at the places people know, taken from the record: simulated series, simulated and observed peaks.

use crate::domain::geo::PointMap;
use crate::domain::recording::{Recording, Sample};
use crate::domain::river::{ObservedPeak, Station};
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

/// Farthest a section or gauge may lie from a station and still be taken for its own, m.
const SAME_PLACE_M: f64 = 3000.0;

/// Series at every station of the river; at every gauge and section where there is none.
pub(crate) fn at_places<'a>(scenario: &'a Scenario, recording: &Recording, language: Language) -> Vec<PlaceSeries<'a>> {
    let samples = recording.samples_from(0);
    let discharge = |section: Option<usize>| collect(&samples, |s| Some(s.sections.get(section?)?.discharge_m3s));
    let stage = |gauge: Option<usize>| {
        collect(&samples, |s| s.gauges.get(gauge?).filter(|g| g.depth_m > 0.0).map(|g| g.stage_m))
    };
    if let Some(river) = &scenario.river {
        let at_station = |station: &'a Station| {
            let section = section_of(scenario, station);
            PlaceSeries {
                id: station.id.clone(),
                name: station.name.get(language).to_owned(),
                station: Some(station),
                section,
                discharge: discharge(section),
                stage: stage(gauge_of(scenario, station)),
            }
        };
        return river.stations.iter().map(at_station).collect();
    }
    let named = |name: &str, section: Option<usize>, gauge: Option<usize>| PlaceSeries {
        id: name.to_owned(),
        name: name.to_owned(),
        station: None,
        section,
        discharge: discharge(section),
        stage: stage(gauge),
    };
    let gauges = scenario.gauges.iter().enumerate().map(|(i, gauge)| named(&gauge.name, None, Some(i)));
    let sections = scenario.sections.iter().enumerate().map(|(i, section)| named(&section.name, Some(i), None));
    gauges.chain(sections).collect()
}

fn collect(samples: &[std::sync::Arc<Sample>], value: impl Fn(&Sample) -> Option<f64>) -> Vec<[f64; 2]> {
    samples.iter().filter_map(|sample| Some([sample.time_secs, value(sample)?])).collect()
}

fn is_named_after(name: &str, station: &Station) -> bool {
    [&station.id, &station.name.zh, &station.name.en].contains(&&name.to_owned())
}

/// The section that measures a station's discharge: by name, otherwise the nearest within 3 km.
fn section_of(scenario: &Scenario, station: &Station) -> Option<usize> {
    let by_name = scenario.sections.iter().position(|section| is_named_after(&section.name, station));
    by_name.or_else(|| nearest(scenario.sections.iter().map(|section| distance_to_line(station.at, &section.line))))
}

/// The gauge that measures a station's stage: by name, otherwise the nearest within 3 km.
fn gauge_of(scenario: &Scenario, station: &Station) -> Option<usize> {
    let by_name = scenario.gauges.iter().position(|gauge| is_named_after(&gauge.name, station));
    by_name.or_else(|| nearest(scenario.gauges.iter().map(|gauge| distance_to_line(station.at, &[gauge.at]))))
}

fn nearest(distances_m: impl Iterator<Item = f64>) -> Option<usize> {
    let best = distances_m.enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    (best.1 <= SAME_PLACE_M).then_some(best.0)
}

fn distance_to_line(at: PointMap, line: &[PointMap]) -> f64 {
    let to = |p: PointMap| (p[0] - at[0]).hypot(p[1] - at[1]);
    let corners = line.iter().copied().map(to).fold(f64::INFINITY, f64::min);
    line.windows(2).fold(corners, |least, pair| {
        let d = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
        let squared = d[0] * d[0] + d[1] * d[1];
        if squared <= 0.0 {
            return least;
        }
        let share = ((at[0] - pair[0][0]) * d[0] + (at[1] - pair[0][1]) * d[1]) / squared;
        let share = share.clamp(0.0, 1.0);
        least.min(to([pair[0][0] + share * d[0], pair[0][1] + share * d[1]]))
    })
}

/// Largest value of a series within a span of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SimulatedPeak {
    pub(crate) time_secs: f64,
    pub(crate) value: f64,
    /// The value is the first or last of the record: the true peak may lie outside.
    pub(crate) is_at_end: bool,
}

/// Peak of a series between two times; `None` when nothing was recorded there.
pub(crate) fn peak_between(series: &[[f64; 2]], span_secs: [f64; 2]) -> Option<SimulatedPeak> {
    let inside = |p: &&[f64; 2]| p[0] >= span_secs[0] && p[0] <= span_secs[1];
    let best = series.iter().filter(inside).rev().max_by(|a, b| a[1].total_cmp(&b[1]))?;
    let is_at_end = [series.first(), series.last()].into_iter().flatten().any(|end| end[0].total_cmp(&best[0]).is_eq());
    Some(SimulatedPeak { time_secs: best[0], value: best[1], is_at_end })
}

/// An observed peak beside the simulated one.
#[derive(Debug, Clone)]
pub(crate) struct PeakPair<'a> {
    pub(crate) observed: &'a ObservedPeak,
    pub(crate) discharge: Option<SimulatedPeak>,
    pub(crate) stage: Option<SimulatedPeak>,
}

/// Pairs every observed peak of a station with the simulated largest value of its share of time.
///
/// The share of a peak reaches halfway to the observed peak before and after it.
pub(crate) fn peak_pairs<'a>(place: &PlaceSeries<'a>) -> Vec<PeakPair<'a>> {
    let Some(station) = place.station else { return vec![] };
    let mut peaks: Vec<&ObservedPeak> = station.observed_peaks.iter().collect();
    peaks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
    let halfway = |a: &ObservedPeak, b: &ObservedPeak| 0.5 * (a.time_secs + b.time_secs);
    (0..peaks.len())
        .map(|i| {
            let from = if i > 0 { halfway(peaks[i - 1], peaks[i]) } else { f64::NEG_INFINITY };
            let to = peaks.get(i + 1).map_or(f64::INFINITY, |next| halfway(peaks[i], next));
            PeakPair {
                observed: peaks[i],
                discharge: peak_between(&place.discharge, [from, to]),
                stage: peak_between(&place.stage, [from, to]),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_at_the_end_of_the_record_is_marked() {
        let series = [[0.0, 1.0], [1.0, 3.0], [2.0, 2.0], [3.0, 4.0]];
        let whole = peak_between(&series, [0.0, 9.0]).unwrap();
        assert!(whole.is_at_end && (whole.value - 4.0).abs() < 1e-12);
        let early = peak_between(&series, [0.0, 2.0]).unwrap();
        assert!(!early.is_at_end && (early.time_secs - 1.0).abs() < 1e-12);
        assert!(peak_between(&series, [8.0, 9.0]).is_none());
    }

    #[test]
    fn the_first_of_equal_values_is_the_peak() {
        let series = [[0.0, 1.0], [1.0, 3.0], [2.0, 3.0], [3.0, 0.0]];
        assert!((peak_between(&series, [0.0, 9.0]).unwrap().time_secs - 1.0).abs() < 1e-12);
    }

    #[test]
    fn distance_to_a_line_is_to_its_nearest_point() {
        assert!((distance_to_line([5.0, 3.0], &[[0.0, 0.0], [10.0, 0.0]]) - 3.0).abs() < 1e-12);
        assert!((distance_to_line([13.0, 4.0], &[[0.0, 0.0], [10.0, 0.0]]) - 5.0).abs() < 1e-12);
    }
}
