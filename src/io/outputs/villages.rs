//! `villages.csv`: what became of every village, and by when it had to be ordered to leave.

use crate::domain::impact::clock::{Clock, ClockRow};
use crate::domain::impact::damage::asset::Asset;
use crate::domain::impact::{Exposure, House, Village, VillageState, fold, ordered_at};
use crate::domain::order::{Order, Orders};
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;

/// Columns of `villages.csv`.
pub const VILLAGE_COLUMNS: [&str; 24] = [
    "village",
    "name_zh",
    "name_en",
    "unit",
    "x_m",
    "y_m",
    "people",
    "platform_m",
    "max_depth_m",
    "reached_secs",
    "entered_secs",
    "unsafe_secs",
    "cut_secs",
    "need",
    "way_out_m",
    "exit",
    "lead_secs",
    "deadline_secs",
    "ordered_secs",
    "departed",
    "arrived",
    "house_value_yuan",
    "house_loss_yuan",
    "goods_loss_yuan",
];

/// One row for each village of a run that is over, in the order of the register. Times are s after the start and empty
/// for what did not happen; `deadline_secs` is that of an order at the latest (`domain::impact::clock`). The losses are
/// those by depth alone: no house is tested for collapse, and nothing is corrected for speed, duration or warning.
///
/// Only the heading where nothing is exposed.
#[expect(clippy::missing_panics_doc, reason = "memory takes every row")]
pub fn villages_csv(scenario: &Scenario, recording: &Recording, orders: &Orders) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(VILLAGE_COLUMNS).expect("memory takes every row");
    for row in rows(scenario, recording, orders) {
        writer.write_record(row).expect("rows of equal length go into memory");
    }
    writer.into_inner().expect("memory can be flushed")
}

fn rows(scenario: &Scenario, recording: &Recording, orders: &Orders) -> Vec<[String; 24]> {
    let (Some(exposure), Some(river)) = (&scenario.exposure, &scenario.river) else { return Vec::new() };
    let Some(clock) = Clock::new(scenario) else { return Vec::new() };
    let mut states = vec![VillageState::default(); exposure.villages.len()];
    for readings in recording.readings_from(0) {
        fold(&mut states, &readings.villages);
    }
    let given: Vec<&Order> = orders.all().iter().collect();
    let ordered = ordered_at(exposure, river, &given);
    let on_clock = clock.rows(exposure, &states, &ordered, 0.0);
    let envelope = recording.envelope();
    let row = |(k, village): (usize, &Village)| {
        let deepest = envelope.as_ref().and_then(|envelope| envelope.max_depth_m.get(village.cell)).copied();
        let unit = river.units.get(village.unit).map_or("", |unit| &unit.id);
        let clock = on_clock.iter().find(|row| row.village == k);
        cells(exposure, (village, unit), f64::from(deepest.unwrap_or(0.0)), &states[k], clock)
    };
    exposure.villages.iter().enumerate().map(row).collect()
}

fn cells(
    exposure: &Exposure,
    (village, unit): (&Village, &str),
    max_depth_m: f64,
    state: &VillageState,
    clock: Option<&ClockRow>,
) -> [String; 24] {
    let secs = |secs: Option<f64>| secs.map_or_else(String::new, |secs| format!("{secs:.0}"));
    let home_m = max_depth_m - village.platform_m;
    let by_depth = |asset: Asset| if home_m > 0.0 { exposure.curves.fraction(asset, home_m) } else { 0.0 };
    let houses = || House::ALL.iter().zip(village.houses_m2).zip(exposure.values.house_cny_per_m2);
    let house_value: f64 = houses().map(|((_, m2), value)| m2 * value).sum();
    let house_loss: f64 = houses().map(|((house, m2), value)| m2 * value * by_depth(house.asset())).sum();
    let goods_loss = village.people * exposure.values.goods_cny_per_person * by_depth(Asset::HouseholdGoods);
    let route = clock.and_then(|row| row.route);
    let exit = route.and_then(|route| exposure.roads.exits.get(route.exit));
    [
        village.id.clone(),
        village.name.zh.clone(),
        village.name.en.clone(),
        unit.to_owned(),
        format!("{:.1}", village.at[0]),
        format!("{:.1}", village.at[1]),
        format!("{:.0}", village.people),
        format!("{:.3}", village.platform_m),
        format!("{max_depth_m:.4}"),
        secs(state.reached_secs.map(f64::from)),
        secs(state.entered_secs.map(f64::from)),
        secs(state.unsafe_secs.map(f64::from)),
        secs(state.cut_secs.map(f64::from)),
        clock.map_or("", |row| if row.unsafe_secs.is_some() { "move" } else { "shelter" }).to_owned(),
        route.map_or_else(String::new, |route| format!("{:.0}", route.length_m)),
        exit.map_or_else(String::new, |exit| exit.name.zh.clone()),
        secs(clock.map(|row| row.lead_secs)),
        secs(clock.map(|row| row.deadline_secs)),
        secs(clock.and_then(|row| row.ordered_secs)),
        format!("{:.1}", state.departed),
        format!("{:.1}", state.arrived),
        format!("{house_value:.0}"),
        format!("{house_loss:.2}"),
        format!("{goods_loss:.2}"),
    ]
}
