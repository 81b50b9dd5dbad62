//! Tables and summary of the page, generated from the same counts as maps and CSV.

use std::sync::Arc;

use super::losses::{LossAt, to_csv};
use super::map::headline;
use super::page::{Number, Page, PeakRow, TravelRow, UnitRow};
use super::series::{PeakPair, PlaceSeries, SimulatedPeak, peak_between, peak_pairs};
use super::{clock, figures, strings, text};
use crate::domain::frame::Readings;
use crate::domain::impact::{
    UnitLoss, area_km2, farmland_wan_mu, people_rounded, show_people, thousands, total, villages_rounded,
};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::io::exposure;

/// The moment with the largest flooded area.
fn widest(moments: &[LossAt]) -> Option<&LossAt> {
    moments.iter().max_by(|a, b| a.total().area_m2.total_cmp(&b.total().area_m2))
}

/// Numbers, unit table and their notes, at the moment of the largest flooded area.
pub(crate) fn fill_losses(page: &mut Page, scenario: &Scenario, river: &River, moments: &[LossAt], language: Language) {
    let Some(peak) = widest(moments) else { return };
    let [low, high] = peak.range;
    let (low, high) = (headline(&low, language), headline(&high, language));
    page.numbers = headline(&peak.total(), language)
        .into_iter()
        .zip(low.into_iter().zip(high))
        .map(|((label, shown), ((_, low), (_, high)))| Number {
            label: label.to_owned(),
            figure: shown.figure,
            unit: shown.unit.to_owned(),
            range: format!("{} {} ~ {} {}", low.figure, low.unit, high.figure, high.unit),
        })
        .collect();
    page.losses_heading = format!("{}（{}）", peak.heading, clock::full(scenario.start, peak.time_secs));
    page.numbers_note = format!("{} · {}", page.losses_heading, text::map_note(scenario, language));
    page.units = river
        .units
        .iter()
        .zip(&peak.rows)
        .map(|(unit, loss)| unit_row(unit.name.get(language), &unit.county, unit.area_m2, loss))
        .collect();
    let all_m2 = river.units.iter().map(|unit| unit.area_m2).sum();
    let mut sum = unit_row(strings::TOTAL.get(language), "", all_m2, &peak.total());
    sum.is_total = true;
    page.units.push(sum);
    if let Some(exposure) = &scenario.exposure {
        page.exposure_source.push_str(exposure.source.get(language));
        page.threshold = format!("{} {} m.", strings::COUNTED_FROM.get(language), exposure.flooded_depth_m);
    }
    page.context = observed_context(scenario, language);
}

fn unit_row(name: &str, county: &str, unit_m2: f64, loss: &UnitLoss) -> UnitRow {
    let share = if unit_m2 > 0.0 { format!("{:.0}", 100.0 * loss.area_m2 / unit_m2) } else { DASH.to_owned() };
    UnitRow {
        name: name.to_owned(),
        county: county.to_owned(),
        entry: String::new(),
        area: thousands(area_km2(loss.area_m2), 1),
        share,
        farmland: thousands(farmland_wan_mu(loss.farmland_m2), 1),
        people: thousands(people_rounded(loss.people), 0),
        villages: thousands(villages_rounded(loss.villages), 0),
        volume: thousands(loss.volume_m3 / 1e6, 1),
        is_total: false,
    }
}

const DASH: &str = "–";

/// Share of a unit that must be under water for the water to count as come in.
const ENTRY_FRAC: f64 = 0.05;

/// Time at which water enters each unit.
pub(crate) fn fill_entries(page: &mut Page, scenario: &Scenario, readings: &[Arc<Readings>]) {
    let Some(river) = &scenario.river else { return };
    for (i, (row, unit)) in page.units.iter_mut().zip(&river.units).enumerate() {
        let is_in = |r: &&Arc<Readings>| r.losses.get(i).is_some_and(|loss| loss.area_m2 >= ENTRY_FRAC * unit.area_m2);
        let entry = readings.iter().find(is_in).filter(|_| unit.area_m2 > 0.0);
        row.entry = entry.map_or_else(|| DASH.to_owned(), |r| clock::wall(scenario.start, r.time_secs));
    }
}

/// What the flood of 1996 did on the whole lower river; empty for any other flood.
fn observed_context(scenario: &Scenario, language: Language) -> String {
    if scenario.start.year() != 1996 {
        return String::new();
    }
    let villages = thousands(exposure::figure("flood_1996_villages").value, 0);
    let people = show_people(exposure::figure("flood_1996_people").value, language);
    let farmland = thousands(exposure::figure("flood_1996_farmland").value, 1);
    match language {
        Language::Zh => format!(
            "参照：1996 年 8 月洪水黄河下游全河实际受淹约 {villages} 个村庄、{}{}、耕地 {farmland} 万亩（凭记忆录入，可信度 B）。该数为全下游，本情景只含其中一段，不可直接比较。",
            people.figure, people.unit
        ),
        Language::En => format!(
            "For context: the flood of August 1996 hit about {villages} villages, {} {} and {farmland} ×10⁴ mu of farmland on the whole lower river (recalled, confidence B). This scenario covers a part of it only: the figures cannot be compared directly.",
            people.figure, people.unit
        ),
    }
}

/// Observed peaks beside simulated ones, and travel times from the first station.
pub(crate) fn fill_peaks(page: &mut Page, scenario: &Scenario, places: &[PlaceSeries<'_>]) {
    for place in places {
        page.peaks.extend(peak_pairs(place).iter().map(|pair| peak_row(scenario, place, pair)));
    }
    page.travel = travel(places);
}

fn peak_row(scenario: &Scenario, place: &PlaceSeries<'_>, pair: &PeakPair<'_>) -> PeakRow {
    let observed = pair.observed;
    let starred = |text: String, peak: &SimulatedPeak| if peak.is_at_end { format!("{text}*") } else { text };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| DASH.to_owned());
    let hours = |secs: f64| secs / 3600.0;
    PeakRow {
        station: place.name.clone(),
        observed_time: format!(
            "{} ±{:.0} h",
            clock::wall(scenario.start, observed.time_secs),
            hours(observed.time_tolerance_secs)
        ),
        observed_discharge: figures::discharge(observed.discharge_m3s),
        observed_stage: or_dash(observed.stage_m.map(figures::stage)),
        time: or_dash(pair.discharge.map(|p| starred(clock::wall(scenario.start, p.time_secs), &p))),
        discharge: or_dash(pair.discharge.map(|p| figures::discharge(p.value))),
        stage: or_dash(pair.stage.map(|p| figures::stage(p.value))),
        dt: or_dash(pair.discharge.map(|p| figures::signed(hours(p.time_secs - observed.time_secs), 0))),
        dq: or_dash(pair.discharge.map(|p| figures::signed(100.0 * (p.value / observed.discharge_m3s - 1.0), 0))),
        dz: or_dash(pair.stage.zip(observed.stage_m).map(|(p, z)| figures::signed(p.value - z, 2))),
        confidence: observed.confidence.clone(),
    }
}

/// Travel of the main peak (the largest observed one) from the first station to each other.
fn travel(places: &[PlaceSeries<'_>]) -> Vec<TravelRow> {
    let mains: Vec<_> = places.iter().filter_map(|place| Some((place, main_peak(place)?))).collect();
    let Some(((first, from), rest)) = mains.split_first() else { return vec![] };
    rest.iter()
        .map(|(place, to)| {
            let tolerance = (from.observed.time_tolerance_secs + to.observed.time_tolerance_secs) / 3600.0;
            let observed = (to.observed.time_secs - from.observed.time_secs) / 3600.0;
            let simulated = from.discharge.zip(to.discharge).map(|(a, b)| {
                let star = if a.is_at_end || b.is_at_end { "*" } else { "" };
                format!("{:.0}{star}", (b.time_secs - a.time_secs) / 3600.0)
            });
            TravelRow {
                reach: format!("{} → {}", first.name, place.name),
                observed: format!("{observed:.0} ±{tolerance:.0}"),
                simulated: simulated.unwrap_or_else(|| DASH.to_owned()),
            }
        })
        .collect()
}

fn main_peak<'a>(place: &PlaceSeries<'a>) -> Option<PeakPair<'a>> {
    let pairs = peak_pairs(place);
    pairs.into_iter().max_by(|a, b| a.observed.discharge_m3s.total_cmp(&b.observed.discharge_m3s))
}

/// The comparison of peaks as CSV; `None` where nothing was observed.
pub(crate) fn peaks_csv(scenario: &Scenario, places: &[PlaceSeries<'_>]) -> Option<Vec<u8>> {
    let mut rows = vec![PEAK_HEADINGS.map(str::to_owned).to_vec()];
    for place in places {
        for pair in peak_pairs(place) {
            let seconds = |p: Option<SimulatedPeak>| p.map(|p| format!("{:.0}", p.time_secs)).unwrap_or_default();
            let value = |p: Option<SimulatedPeak>| p.map(|p| format!("{:.2}", p.value)).unwrap_or_default();
            rows.push(vec![
                place.id.clone(),
                place.name.clone(),
                clock::full(scenario.start, pair.observed.time_secs),
                format!("{:.0}", pair.observed.time_secs),
                format!("{:.0}", pair.observed.time_tolerance_secs),
                format!("{:.0}", pair.observed.discharge_m3s),
                pair.observed.stage_m.map(figures::stage).unwrap_or_default(),
                seconds(pair.discharge),
                value(pair.discharge),
                seconds(pair.stage),
                value(pair.stage),
                pair.discharge.is_some_and(|p| p.is_at_end).to_string(),
                pair.observed.confidence.clone(),
            ]);
        }
    }
    (rows.len() > 1).then(|| to_csv(&rows))
}

const PEAK_HEADINGS: [&str; 13] = [
    "station_id",
    "station",
    "observed_clock",
    "observed_time_secs",
    "observed_tolerance_secs",
    "observed_discharge_m3s",
    "observed_stage_m",
    "simulated_discharge_time_secs",
    "simulated_discharge_m3s",
    "simulated_stage_time_secs",
    "simulated_stage_m",
    "simulated_peak_at_end",
    "observed_confidence",
];

/// One paragraph that says it all, from the same figures.
pub(crate) fn fill_summary(
    page: &mut Page,
    scenario: &Scenario,
    readings: &[Arc<Readings>],
    places: &[PlaceSeries<'_>],
    language: Language,
) {
    let flow = places.iter().filter_map(|place| {
        let peak = peak_between(&place.discharge, [f64::NEG_INFINITY, f64::INFINITY])?;
        let at = clock::wall(scenario.start, peak.time_secs);
        Some(format!("{} {} m³/s（{at}）", place.name, figures::discharge(peak.value)))
    });
    let flow: Vec<String> = flow.collect();
    let widest = readings.iter().max_by(|a, b| total(&a.losses).area_m2.total_cmp(&total(&b.losses).area_m2));
    let flooded = widest.filter(|_| scenario.exposure.is_some() && scenario.river.is_some()).map(|r| {
        let sum = total(&r.losses);
        let n_units = r.losses.iter().filter(|loss| loss.area_m2 > 0.0).count();
        let [area, farmland, people, villages] = headline(&sum, language).map(|(_, shown)| format!("{} {}", shown.figure, shown.unit));
        let at = clock::wall(scenario.start, r.time_secs);
        match language {
            Language::Zh if sum.area_m2 <= 0.0 => "全过程未漫滩。".to_owned(),
            Language::En if sum.area_m2 <= 0.0 => "The floodplain stays dry.".to_owned(),
            Language::Zh => format!("{at} 滩区淹没面积最大，达 {area}，涉及 {n_units} 个滩区，耕地约 {farmland}、人口约 {people}、村庄约 {villages}（演示参数）。"),
            Language::En => format!("At {at} the flood is widest: {area} of floodplain in {n_units} units, about {farmland} of farmland, {people} and {villages} (demonstration values)."),
        }
    });
    page.summary = match language {
        _ if flow.is_empty() => flooded.unwrap_or_default(),
        Language::Zh => format!("模拟洪峰流量：{}。{}", flow.join("，"), flooded.unwrap_or_default()),
        Language::En => {
            let flow = flow.join(", ").replace('（', " (").replace('）', ")");
            format!("Simulated peak discharge: {flow}. {}", flooded.unwrap_or_default())
        }
    };
}
