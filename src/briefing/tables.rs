//! Tables and summary of the page, generated from the same counts as maps and CSV.

use std::sync::Arc;

use super::losses::{LossAt, RANGE_DEPTHS_M};
use super::map::headline;
use super::page::{Number, Page, PeakLine, RecordLine, TravelLine, UnitRow};
use super::series::PlaceSeries;
use super::{clock, figures, strings, text};
use crate::domain::frame::Readings;
use crate::domain::impact::columns::entry_area_m2;
use crate::domain::impact::{
    UnitLoss, area_km2, farmland_wan_mu, people_rounded, thousands, total, villages_rounded, widest,
};
use crate::domain::river::River;
use crate::domain::river::peaks::{PEAK_TABLE_NOTE, PeakRole, PeakRow, SimulatedPeak, peak_between};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Label, Language};
use crate::io::exposure;

/// The moment with the largest flooded area.
fn widest_of(moments: &[LossAt]) -> Option<&LossAt> {
    moments.iter().rev().max_by(|a, b| a.total().area_m2.total_cmp(&b.total().area_m2))
}

/// Numbers, unit table and their notes, at the moment of the largest flooded area.
pub(crate) fn fill_losses(page: &mut Page, scenario: &Scenario, river: &River, moments: &[LossAt], language: Language) {
    let Some(peak) = widest_of(moments) else { return };
    let [low, high] = peak.range;
    let (low, high) = (headline(&low, language), headline(&high, language));
    page.numbers = headline(&peak.total(), language)
        .into_iter()
        .zip(low.into_iter().zip(high))
        .map(|((label, shown), ((_, low), (_, high)))| Number {
            label: label.to_owned(),
            figure: shown.figure,
            unit: shown.unit.to_owned(),
            range: [(RANGE_DEPTHS_M[0], low), (RANGE_DEPTHS_M[1], high)]
                .map(|(from, shown)| format!("≥ {from} m: {} {}", shown.figure, shown.unit))
                .into(),
        })
        .collect();
    page.losses_heading =
        format!("{}{}", peak.heading, strings::aside(&clock::full(scenario.start, peak.time_secs), language));
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
        let stop = if language == Language::Zh { "。" } else { "." };
        page.exposure_source = format!("{}{stop}", exposure.source.get(language));
        page.threshold = format!("{} {} m{stop}", strings::COUNTED_FROM.get(language), exposure.flooded_depth_m);
    }
    if is_flood_of_1996(scenario) {
        (page.records, page.records_note) = records_of_1996(river, &peak.total(), language);
    }
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
        villages: thousands(villages_rounded(loss.villages()), 0),
        volume: thousands(loss.volume_m3 / 1e6, 1),
        is_total: false,
    }
}

const DASH: &str = "–";

/// Time at which water enters each unit.
pub(crate) fn fill_entries(page: &mut Page, scenario: &Scenario, readings: &[Arc<Readings>]) {
    let Some(river) = &scenario.river else { return };
    for (i, (row, unit)) in page.units.iter_mut().zip(&river.units).enumerate() {
        let is_in = |r: &&Arc<Readings>| r.losses.get(i).is_some_and(|loss| loss.area_m2 >= entry_area_m2(unit));
        let entry = readings.iter().find(is_in);
        row.entry = entry.map_or_else(|| DASH.to_owned(), |r| clock::wall(scenario.start, r.time_secs));
    }
}

fn is_flood_of_1996(scenario: &Scenario) -> bool {
    (scenario.start.year(), u8::from(scenario.start.month())) == (1996, 8)
}

/// What the flood of August 1996 is recorded to have done on the whole lower river, beside this run's reach.
///
/// The last column shares the record out by floodplain area: an order of magnitude to hold the run against, no more.
fn records_of_1996(river: &River, simulated: &UnitLoss, language: Language) -> (Vec<RecordLine>, String) {
    let figure = |key: &str| exposure::figure(key).value;
    let floodplain = river.units.iter().filter(|unit| !unit.is_landside);
    let reach_km2 = area_km2(floodplain.map(|unit| unit.area_m2).sum());
    let share = reach_km2 / figure("area");
    let rows = [
        (
            Label::new("受淹耕地 万亩", "Farmland 10⁴ mu"),
            farmland_wan_mu(simulated.farmland_m2),
            "flood_1996_farmland",
            1,
        ),
        (Label::new("受灾人口 人", "People"), people_rounded(simulated.people), "flood_1996_people", 0),
        (Label::new("受灾村庄 个", "Villages"), villages_rounded(simulated.villages()), "flood_1996_villages", 0),
    ];
    let line = |(label, value, key, n_decimals): (Label, f64, &str, usize)| {
        let recorded = exposure::figure(key);
        RecordLine {
            label: label.get(language).to_owned(),
            simulated: thousands(value, n_decimals),
            recorded: thousands(recorded.value, n_decimals),
            confidence: recorded.confidence.clone(),
            // Three digits: the share knows no more.
            shared_out: figures::three_digits(recorded.value * share),
        }
    };
    let lines = rows.map(line).into();
    let (reach, whole, percent) = (thousands(reach_km2, 0), thousands(figure("area"), 0), thousands(100.0 * share, 0));
    let note = match language {
        Language::Zh => format!(
            "记载值为黄河下游全河受灾数，凭记忆录入（可信度 B），出处未核；耕地另有 343 万亩一说。本段滩区 {reach} km²，占全下游滩区 {whole} km² 的 {percent}%；“按面积折算”即记载值乘以此比例，假定全下游受淹均匀，系推算（可信度 D），只供判断量级。模拟值与记载值口径不同，不能据以检验模型：人口、耕地、村庄密度取近年公布总数，1996 年人口较少；模型中没有生产堤、路堤和村台，漫滩不受其阻滞；“受灾”与“受淹”的定义未必一致。"
        ),
        Language::En => format!(
            "The record is that of the whole lower river, recalled (confidence B) and not checked against its source; another count gives 343 ×10⁴ mu. This reach has {reach} km² of floodplain, {percent} % of the {whole} km² of the lower river; the last column is the record times that share, as if all floodplain had been hit alike: derived (confidence D), for the order of magnitude. Simulation and record count different things and do not test the model: the densities come from totals of recent years, when more people lived there than in 1996; production dikes, road banks and village platforms are not modelled and hold nothing back; and “affected” need not mean “under water”."
        ),
    };
    (lines, note)
}

/// Observed peaks beside simulated ones, and travel times from the first station.
pub(crate) fn fill_peaks(page: &mut Page, scenario: &Scenario, peaks: &[PeakRow], language: Language) {
    page.peaks = peaks.iter().map(|row| peak_line(scenario, row, language)).collect();
    page.travel = peaks.iter().filter_map(|row| travel_line(row, language)).collect();
    page.peaks_note.push_str(PEAK_TABLE_NOTE.get(language));
    if peaks.iter().any(|row| row.role == PeakRole::Inflow) && text::is_inflow_reconstructed(scenario) {
        page.peaks_note.push_str(strings::INFLOW_RECONSTRUCTED.get(language));
    }
}

fn starred(text: String, peak: &SimulatedPeak) -> String {
    if peak.is_at_end { format!("{text}*") } else { text }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| DASH.to_owned())
}

fn hours(secs: f64) -> f64 {
    secs / 3600.0
}

fn peak_line(scenario: &Scenario, row: &PeakRow, language: Language) -> PeakLine {
    let observed = &row.observed;
    PeakLine {
        station: row.station.get(language).to_owned(),
        role: row.role.label().get(language).to_owned(),
        observed_time: format!(
            "{} ±{:.0} h",
            clock::wall(scenario.start, observed.time_secs),
            hours(observed.time_tolerance_secs)
        ),
        observed_discharge: figures::discharge(observed.discharge_m3s),
        observed_stage: or_dash(observed.stage_m.map(figures::stage)),
        time: or_dash(row.discharge.map(|p| starred(clock::wall(scenario.start, p.time_secs), &p))),
        discharge: or_dash(row.discharge.map(|p| figures::discharge(p.value))),
        stage: or_dash(row.stage.map(|p| figures::stage(p.value))),
        dt: or_dash(row.time_difference_secs().map(|secs| figures::signed(hours(secs), 1))),
        dq: or_dash(row.discharge_difference_frac().map(|frac| figures::signed(100.0 * frac, 1))),
        dz: or_dash(row.stage_difference_m().map(|metres| figures::signed(metres, 2))),
        confidence: observed.confidence.clone(),
        is_off: row.is_in_time() == Some(false),
    }
}

fn travel_line(row: &PeakRow, language: Language) -> Option<TravelLine> {
    let travel = row.travel.as_ref()?;
    let difference = travel.difference_secs();
    Some(TravelLine {
        reach: format!("{} → {}", travel.from.get(language), row.station.get(language)),
        observed: format!("{:.0} ±{:.0}", hours(travel.observed_secs), hours(travel.tolerance_secs)),
        simulated: or_dash(travel.simulated_secs.map(|secs| format!("{:.0}", hours(secs)))),
        difference: or_dash(difference.map(|secs| figures::signed(hours(secs), 0))),
        is_off: difference.is_some_and(|secs| secs.abs() > travel.tolerance_secs),
    })
}

/// Bankfull discharge as published and as built, and whether the flood left the channel below it.
pub(crate) fn bankfull(
    scenario: &Scenario,
    onset: Option<&Readings>,
    places: &[PlaceSeries<'_>],
    language: Language,
) -> Option<(String, String)> {
    let is_zh = language == Language::Zh;
    let stations = places.iter().filter_map(|place| {
        let station = place.station?;
        let [published, model] = [station.bankfull_published_m3s?, station.bankfull_model_m3s?].map(figures::discharge);
        Some(if is_zh {
            format!("{} 公布 {published}、模型断面 {model}", place.name)
        } else {
            format!("{} {published} published, {model} as built", place.name)
        })
    });
    let stations: Vec<String> = stations.collect();
    let at_onset = onset.map(|readings| {
        let flow = places.iter().filter_map(|place| {
            let section = readings.sections.get(place.section?)?;
            Some(format!("{} {}", place.name, figures::discharge(section.discharge_m3s)))
        });
        let flow: Vec<String> = flow.collect();
        let at = clock::wall(scenario.start, readings.time_secs);
        if is_zh {
            format!("滩区淹没面积达到最大值 10% 时（{at}），各站流量为{}。", flow.join("、"))
        } else {
            format!(" When a tenth of the largest area was flooded ({at}), the stations had {}.", flow.join(", "))
        }
    });
    let (heading, text) = if is_zh {
        ("平滩流量（m³/s）", format!("{}。", stations.join("；")))
    } else {
        ("Bankfull discharge (m³/s)", format!("{}.", stations.join("; ")))
    };
    (!stations.is_empty()).then(|| (heading.to_owned(), text + &at_onset.unwrap_or_default()))
}

/// The comparison of peaks as CSV, UTF-8 without a byte-order mark.
pub(crate) fn peaks_csv(scenario: &Scenario, peaks: &[PeakRow]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[String]| writer.write_record(row).expect("rows of equal length go into memory");
    write(&PEAK_HEADINGS.map(str::to_owned));
    for row in peaks {
        let seconds = |p: Option<SimulatedPeak>| p.map(|p| format!("{:.0}", p.time_secs)).unwrap_or_default();
        let value = |p: Option<SimulatedPeak>| p.map(|p| format!("{:.2}", p.value)).unwrap_or_default();
        let travel = |secs: Option<f64>| secs.map(|secs| format!("{secs:.0}")).unwrap_or_default();
        write(&[
            row.station_id.clone(),
            row.station.zh.clone(),
            row.station.en.clone(),
            row.role.label().en.to_owned(),
            clock::full(scenario.start, row.observed.time_secs),
            format!("{:.0}", row.observed.time_secs),
            format!("{:.0}", row.observed.time_tolerance_secs),
            format!("{:.0}", row.observed.discharge_m3s),
            row.observed.stage_m.map(figures::stage).unwrap_or_default(),
            row.observed.confidence.clone(),
            seconds(row.discharge),
            value(row.discharge),
            seconds(row.stage),
            value(row.stage),
            row.discharge.is_some_and(|p| p.is_at_end).to_string(),
            travel(row.travel.as_ref().map(|t| t.observed_secs)),
            travel(row.travel.as_ref().and_then(|t| t.simulated_secs)),
        ]);
    }
    writer.into_inner().expect("memory can be flushed")
}

const PEAK_HEADINGS: [&str; 17] = [
    "station",
    "name_zh",
    "name_en",
    "role",
    "observed_clock",
    "observed_time_secs",
    "observed_tolerance_secs",
    "observed_discharge_m3s",
    "observed_stage_m",
    "observed_confidence",
    "simulated_discharge_time_secs",
    "simulated_discharge_m3s",
    "simulated_stage_time_secs",
    "simulated_stage_m",
    "simulated_peak_at_end",
    "observed_travel_secs",
    "simulated_travel_secs",
];

/// One paragraph that says it all, from the same figures.
pub(crate) fn fill_summary(
    page: &mut Page,
    scenario: &Scenario,
    readings: &[Arc<Readings>],
    places: &[PlaceSeries<'_>],
    peaks: &[PeakRow],
    language: Language,
) {
    let flow = places.iter().filter_map(|place| {
        let peak = peak_between(&place.discharge, [f64::NEG_INFINITY, f64::INFINITY])?;
        let at = strings::aside(&clock::wall(scenario.start, peak.time_secs), language);
        Some(format!("{} {} m³/s{at}", place.name, figures::discharge(peak.value)))
    });
    let flow: Vec<String> = flow.collect();
    let widest = widest(readings);
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
    let flooded = flooded.unwrap_or_default();
    let late = late_peaks(peaks, language);
    page.summary = match language {
        _ if flow.is_empty() => flooded,
        Language::Zh => format!("模拟洪峰流量：{}。{late}{flooded}", flow.join("，")),
        Language::En => format!("Simulated peak discharge: {}. {late}{flooded}", flow.join(", ")),
    };
}

/// Names the independent peaks that the run misses by more than the uncertainty of their time.
fn late_peaks(peaks: &[PeakRow], language: Language) -> String {
    let missed = peaks.iter().filter(|row| row.role == PeakRole::Independent && row.is_in_time() == Some(false));
    let say = |row: &PeakRow| {
        let off = hours(row.time_difference_secs()?);
        let (size, tolerance) = (format!("{:.1}", off.abs()), hours(row.observed.time_tolerance_secs));
        let name = row.station.get(language);
        Some(match (language, off < 0.0) {
            (Language::Zh, true) => format!(
                "{name}模拟峰现时间较实测早 {size} h，超出实测时间误差 ±{tolerance:.0} h，不可据以判断到达时间。"
            ),
            (Language::Zh, false) => format!(
                "{name}模拟峰现时间较实测晚 {size} h，超出实测时间误差 ±{tolerance:.0} h，不可据以判断到达时间。"
            ),
            (Language::En, is_early) => format!(
                "At {name} the simulated peak is {size} h {} than observed, outside the ±{tolerance:.0} h of the observation: arrival times there are not to be relied on. ",
                if is_early { "earlier" } else { "later" }
            ),
        })
    };
    missed.filter_map(say).collect()
}
