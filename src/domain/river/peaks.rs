//! Simulated peaks beside observed ones, station by station.
//!
//! Nothing here feeds back into a run: the observed peaks are read beside it. The calibrated
//! roughness was fitted to those of August 1996, outside any run.

use std::sync::Arc;

use super::{ObservedPeak, Station};
use crate::domain::geo::PointMap;
use crate::domain::recording::{Recording, Sample};
use crate::domain::scenario::{BoundaryKind, Scenario, Series};
use crate::domain::text::{Bilingual, Label};

/// What must be known to read the table, to be printed under it.
pub const PEAK_TABLE_NOTE: Label = Label::new(
    "实测：洪峰流量、最高水位、峰现时间及其误差（±）与可信度照录，A 有出处，B 凭记忆，C 近似，D 推算。模拟：模型算得，取输出步长内的最大值，不含起算时刻。“入流依据”：入流过程线的洪峰即取自该实测值，该行只反映入口河段，不是对模型的检验；“独立对照”：该实测值未进入模型。公布糙率未按任何一个洪峰率定，率定糙率（1996 年 8 月各站洪峰、2021 年秋汛）除外；差值照实列出。",
    "Observed: peak discharge, highest stage, time with its uncertainty (±) and confidence as recorded; A found in a source, B recalled, C approximate, D derived. Simulated: largest value among the output samples, the moment of the start left out. Inflow: the crest of the inflow was taken from this peak, so the row shows the entrance of the reach and tests nothing. Independent: the observed peak never entered the model. With the published roughness nothing was calibrated to any of these peaks; the calibrated one rests on those of August 1996 and the autumn of 2021. Differences stand as they are.",
);

/// What was simulated at one station.
#[derive(Debug, Clone)]
pub struct StationSeries<'a> {
    /// The station.
    pub station: &'a Station,
    /// Its section as a position in `scenario.sections`, if it has one.
    pub section: Option<usize>,
    /// Time (s after the start) and discharge (m³/s, downstream positive); empty without a section.
    pub discharge: Vec<[f64; 2]>,
    /// Time (s after the start) and stage at the gauge (m); empty without a gauge.
    pub stage: Vec<[f64; 2]>,
}

/// Largest value of a series within a span of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedPeak {
    /// When, s after the start; the first of equal values.
    pub time_secs: f64,
    /// Discharge (m³/s) or stage (m).
    pub value: f64,
    /// The value is the first or last of the record: the true peak may lie outside.
    pub is_at_end: bool,
}

/// What an observed peak is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeakRole {
    /// The inflow has its crest from it: agreement is put in, not found out.
    Inflow,
    /// It never entered the model.
    Independent,
}

impl PeakRole {
    /// The word in tables.
    pub const fn label(self) -> Label {
        match self {
            Self::Inflow => Label::new("入流依据", "inflow"),
            Self::Independent => Label::new("独立对照", "independent"),
        }
    }
}

/// How long the main peak took from the first station with one.
#[derive(Debug, Clone, PartialEq)]
pub struct Travel {
    /// That station.
    pub from: Bilingual,
    /// Observed, s.
    pub observed_secs: f64,
    /// Uncertainty of the observed one: both tolerances together, s.
    pub tolerance_secs: f64,
    /// Simulated, s; `None` without a simulated peak at either station.
    pub simulated_secs: Option<f64>,
}

impl Travel {
    /// Simulated less observed, s.
    pub fn difference_secs(&self) -> Option<f64> {
        self.simulated_secs.map(|simulated| simulated - self.observed_secs)
    }
}

/// One observed peak and what was simulated in its share of time.
#[derive(Debug, Clone, PartialEq)]
pub struct PeakRow {
    /// Code of the station.
    pub station_id: String,
    /// Name of the station.
    pub station: Bilingual,
    /// What the observed peak is to the run.
    pub role: PeakRole,
    /// The observed peak.
    pub observed: ObservedPeak,
    /// Simulated peak discharge.
    pub discharge: Option<SimulatedPeak>,
    /// Simulated highest stage; it may stand at another time than the discharge.
    pub stage: Option<SimulatedPeak>,
    /// Travel of the main peak; `None` at the first station and for lesser peaks.
    pub travel: Option<Travel>,
}

impl PeakRow {
    /// Time of the simulated peak discharge less the observed time, s.
    pub fn time_difference_secs(&self) -> Option<f64> {
        self.discharge.map(|peak| peak.time_secs - self.observed.time_secs)
    }

    /// Whether the simulated time lies within the uncertainty of the observed one.
    pub fn is_in_time(&self) -> Option<bool> {
        self.time_difference_secs().map(|secs| secs.abs() <= self.observed.time_tolerance_secs)
    }

    /// Simulated less observed peak discharge, as a share of the observed.
    pub fn discharge_difference_frac(&self) -> Option<f64> {
        self.discharge.map(|peak| peak.value / self.observed.discharge_m3s - 1.0)
    }

    /// Simulated less observed highest stage, m.
    pub fn stage_difference_m(&self) -> Option<f64> {
        Some(self.stage?.value - self.observed.stage_m?)
    }
}

/// Every observed peak of every station beside the largest simulated value of its share of time.
///
/// The share of a peak reaches halfway to the observed peak before and after it at the same station. Stations from
/// upstream to downstream, peaks in time order. Empty where nothing was observed.
pub fn peak_table(scenario: &Scenario, recording: &Recording) -> Vec<PeakRow> {
    let mut rows: Vec<PeakRow> =
        station_series(scenario, recording).iter().flat_map(|series| rows_of(scenario, series)).collect();
    add_travel(&mut rows);
    rows
}

/// Simulated series at every station of the river, from upstream to downstream; empty without a river.
///
/// The sample at the start has no discharge yet (a section is measured over a step), so discharges begin after it.
pub fn station_series<'a>(scenario: &'a Scenario, recording: &Recording) -> Vec<StationSeries<'a>> {
    let samples = recording.samples_from(0);
    let stations = scenario.river.iter().flat_map(|river| &river.stations);
    stations
        .map(|station| {
            let section = section_of(scenario, station);
            StationSeries {
                station,
                section,
                discharge: section.map(|i| discharge_series(&samples, i)).unwrap_or_default(),
                stage: gauge_of(scenario, station).map(|i| stage_series(&samples, i)).unwrap_or_default(),
            }
        })
        .collect()
}

/// Time (s after the start) and discharge (m³/s) of one section, without the moment of the start.
pub fn discharge_series(samples: &[Arc<Sample>], section: usize) -> Vec<[f64; 2]> {
    let rows = samples.iter().filter(|sample| sample.time_secs > 0.0);
    rows.filter_map(|sample| Some([sample.time_secs, sample.sections.get(section)?.discharge_m3s])).collect()
}

/// Time (s after the start) and stage (m) of one gauge while it is wet.
pub fn stage_series(samples: &[Arc<Sample>], gauge: usize) -> Vec<[f64; 2]> {
    let wet = |sample: &Arc<Sample>| sample.gauges.get(gauge).filter(|g| g.depth_m > 0.0).map(|g| g.stage_m);
    samples.iter().filter_map(|sample| Some([sample.time_secs, wet(sample)?])).collect()
}

/// Peak of a series between two times; `None` when nothing was recorded there.
pub fn peak_between(series: &[[f64; 2]], span_secs: [f64; 2]) -> Option<SimulatedPeak> {
    let inside = |p: &&[f64; 2]| p[0] >= span_secs[0] && p[0] <= span_secs[1];
    let best = series.iter().filter(inside).rev().max_by(|a, b| a[1].total_cmp(&b[1]))?;
    let is_at_end = [series.first(), series.last()].into_iter().flatten().any(|end| end[0].total_cmp(&best[0]).is_eq());
    Some(SimulatedPeak { time_secs: best[0], value: best[1], is_at_end })
}

fn rows_of(scenario: &Scenario, series: &StationSeries<'_>) -> Vec<PeakRow> {
    let station = series.station;
    let mut peaks = station.observed_peaks.clone();
    peaks.sort_by(|a, b| a.time_secs.total_cmp(&b.time_secs));
    let halfway = |a: &ObservedPeak, b: &ObservedPeak| 0.5 * (a.time_secs + b.time_secs);
    let span = |i: usize| {
        let from = if i > 0 { halfway(&peaks[i - 1], &peaks[i]) } else { f64::NEG_INFINITY };
        [from, peaks.get(i + 1).map_or(f64::INFINITY, |next| halfway(&peaks[i], next))]
    };
    let row = |(i, observed): (usize, &ObservedPeak)| PeakRow {
        station_id: station.id.clone(),
        station: station.name.clone(),
        role: role(scenario, station, observed),
        observed: observed.clone(),
        discharge: peak_between(&series.discharge, span(i)),
        stage: peak_between(&series.stage, span(i)),
        travel: None,
    };
    peaks.iter().enumerate().map(row).collect()
}

/// Crests of the inflow that agree with an observed peak this well have it from there.
const SAME_CREST_FRAC: f64 = 0.02;

/// The first station's peak is that of the inflow when the inflow crests at its time with its discharge.
fn role(scenario: &Scenario, station: &Station, observed: &ObservedPeak) -> PeakRole {
    let is_first = scenario.river.as_ref().and_then(|river| river.stations.first()).is_some_and(|s| s.id == station.id);
    let is_same = |crest: [f64; 2]| {
        (crest[0] - observed.time_secs).abs() <= observed.time_tolerance_secs
            && (crest[1] / observed.discharge_m3s - 1.0).abs() <= SAME_CREST_FRAC
    };
    let inflows = scenario.boundaries.iter().filter_map(|boundary| match &boundary.kind {
        BoundaryKind::Discharge(series) => Some(series),
        _ => None,
    });
    if is_first && inflows.flat_map(crests).any(is_same) { PeakRole::Inflow } else { PeakRole::Independent }
}

/// Points of a series that rise above one neighbour and are below none.
fn crests(series: &Series) -> Vec<[f64; 2]> {
    let points = series.points();
    let value = |i: Option<usize>| i.and_then(|i| points.get(i)).map_or(f64::NEG_INFINITY, |p| p[1]);
    let is_crest = |i: &usize| {
        let (before, here, after) = (value(i.checked_sub(1)), points[*i][1], value(Some(i + 1)));
        here >= before && here >= after && (here > before || here > after)
    };
    (0..points.len()).filter(is_crest).map(|i| points[i]).collect()
}

/// Adds the travel of each station's main peak (the largest observed one) from the first station that has one.
fn add_travel(rows: &mut [PeakRow]) {
    let is_main = |rows: &[PeakRow], i: usize| {
        let others = rows.iter().filter(|row| row.station_id == rows[i].station_id);
        others.map(|row| row.observed.discharge_m3s).all(|q| q <= rows[i].observed.discharge_m3s)
    };
    let mains: Vec<usize> = (0..rows.len()).filter(|&i| is_main(rows, i)).collect();
    let Some((&first, rest)) = mains.split_first() else { return };
    for &i in rest.iter().filter(|&&i| rows[i].station_id != rows[first].station_id).collect::<Vec<_>>() {
        let (from, to) = (&rows[first], &rows[i]);
        let travel = Travel {
            from: from.station.clone(),
            observed_secs: to.observed.time_secs - from.observed.time_secs,
            tolerance_secs: to.observed.time_tolerance_secs + from.observed.time_tolerance_secs,
            simulated_secs: from.discharge.zip(to.discharge).map(|(a, b)| b.time_secs - a.time_secs),
        };
        rows[i].travel = Some(travel);
    }
}

/// Farthest a section or gauge may lie from a station and still be taken for its own, m.
const SAME_PLACE_M: f64 = 3000.0;

fn is_named_after(name: &str, station: &Station) -> bool {
    [&station.id, &station.name.zh, &station.name.en].iter().any(|own| *own == name)
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

    #[test]
    fn crests_are_the_tops_and_no_level_stretch_between_slopes() {
        let series =
            |values: &[f64]| Series::new(values.iter().enumerate().map(|(i, v)| [i as f64, *v]).collect()).unwrap();
        let times = |values: &[f64]| crests(&series(values)).iter().map(|p| p[0]).collect::<Vec<_>>();
        assert_eq!(times(&[1.0, 3.0, 2.0, 2.5, 1.0]), [1.0, 3.0]);
        assert_eq!(times(&[1.0, 2.0, 3.0]), [2.0]);
    }
}
