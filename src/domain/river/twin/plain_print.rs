//! The tables of the plain in Markdown.

use super::plain::{ClassRow, ExtentRow, PeakRow, StageRow};
use super::print::{NONE, table};

/// Wet area of constant discharges beside published extents.
pub fn extent_markdown(rows: &[ExtentRow]) -> String {
    let head = [
        "study",
        "m³/s",
        "published, km²",
        "bed of",
        "grid",
        "floodplain, km²",
        "with the channel, km²",
        "floodplain over published",
        "with the channel over published",
        "floodplain a day before, km²",
        "nine tenths of it at, h",
    ];
    let cells = |row: &ExtentRow| {
        let published_km2 = row.published.area_km2;
        let floodplain_km2 = row.extent.floodplain_km2;
        let all_km2 = floodplain_km2 + row.extent.channel_km2;
        vec![
            row.published.study.clone(),
            format!("{:.0}", row.published.discharge_m3s),
            format!("{published_km2:.2}"),
            row.epoch.to_string(),
            format!("{:.0} m, channel {}", row.cell_m, if row.has_line { "a line" } else { "on the grid" }),
            format!("{floodplain_km2:.1}"),
            format!("{all_km2:.1}"),
            format!("{:.2}", floodplain_km2 / published_km2),
            format!("{:.2}", all_km2 / published_km2),
            format!("{:.1}", row.day_before_km2),
            format!("{:.0}", row.nearly_full_h),
        ]
    };
    table(&head, rows.iter().map(cells))
}

/// What classes of flood put under water, simulated over planned.
pub fn class_markdown(rows: &[ClassRow]) -> String {
    let head = [
        "Huayuankou, m³/s",
        "shape",
        "bed",
        "province",
        "floodplain, 10⁴ mu",
        "plan",
        "ratio",
        "farmland, 10⁴ mu",
        "plan",
        "people reached, 10⁴",
        "plan",
        "ratio",
        "of them entered, 10⁴",
        "plan",
        "villages entered, surrounded",
        "plan",
        "loss, 10⁸ yuan",
        "plan",
        "ratio",
    ];
    let told = |value: Option<f64>, decimals: usize| {
        value.map_or_else(|| NONE.to_owned(), |value| format!("{value:.decimals$}"))
    };
    let cells = |row: &ClassRow| {
        let (plan, [low, middle, high]) = (&row.plan, row.loss_yi);
        vec![
            format!("{:.0}", plan.discharge_m3s),
            row.shape.to_owned(),
            row.epoch.to_string(),
            plan.province.clone(),
            format!("{:.1}", row.area_wan_mu),
            format!("{:.1}", plan.area_wan_mu),
            format!("{:.2}", row.area_wan_mu / plan.area_wan_mu),
            format!("{:.1}", row.farmland_wan_mu),
            format!("{:.1}", plan.farmland_wan_mu),
            format!("{:.1}", row.people_wan),
            format!("{:.1}", plan.people_involved_wan),
            format!("{:.2}", row.people_wan / plan.people_involved_wan),
            format!("{:.1}", row.people_entered_wan),
            told(plan.people_flooded_wan, 1),
            format!("{:.0}, {:.0}", row.villages_entered, row.villages_surrounded),
            format!("{:.0}, {:.0}", plan.villages_flooded, plan.villages_surrounded),
            format!("{middle:.0} ({low:.0}–{high:.0})"),
            told(plan.loss_yi, 0),
            told(plan.loss_yi.map(|loss| middle / loss), 2),
        ]
    };
    table(&head, rows.iter().map(cells))
}

/// Peaks by routing in one dimension beside those with the plain.
pub fn peak_markdown(rows: &[PeakRow]) -> String {
    let head = [
        "flood",
        "station",
        "observed, m³/s",
        "at, h",
        "1-D routing, m³/s",
        "with the plain, m³/s",
        "1-D routing, h late",
        "with the plain, h late",
        "plain less 1-D",
    ];
    let cells = |row: &PeakRow| {
        let PeakRow { flood, station, observed, routed, run } = row;
        vec![
            flood.clone(),
            station.clone(),
            format!("{:.0}", observed.discharge_m3s),
            format!("{:.0}", observed.time_h),
            format!("{:.0}", routed.discharge_m3s),
            format!("{:.0}", run.discharge_m3s),
            format!("{:+.0}", routed.time_h - observed.time_h),
            format!("{:+.0}", run.time_h - observed.time_h),
            format!(
                "{:+.1} %, {:+.0} h",
                100.0 * (run.discharge_m3s / routed.discharge_m3s - 1.0),
                run.time_h - routed.time_h
            ),
        ]
    };
    table(&head, rows.iter().map(cells))
}

/// Stages of steady runs beside the section, the line alone and readings.
pub fn stage_markdown(rows: &[StageRow]) -> String {
    let head = [
        "year",
        "m³/s",
        "station",
        "discharge there",
        "stage of the run, m",
        "in its last day, m",
        "section",
        "1-D line",
        "readings",
        "run less readings, m",
        "run less line, m",
    ];
    let cells = |row: &StageRow| {
        let observed_m = row.rating.observed.map(|observed| observed.stage_m);
        let or_none = |value: Option<String>| value.unwrap_or_else(|| NONE.to_owned());
        vec![
            row.rating.year.to_string(),
            format!("{:.0}", row.rating.discharge_m3s),
            row.rating.station.clone(),
            format!("{:.0}", row.discharge_m3s),
            format!("{:.2}", row.stage_m),
            format!("{:+.2}", row.day_m),
            format!("{:.2}", row.rating.section_m[0]),
            format!("{:.2}", row.rating.profile_m[0]),
            or_none(observed_m.map(|stage_m| format!("{stage_m:.2}"))),
            or_none(observed_m.map(|stage_m| format!("{:+.2}", row.stage_m - stage_m))),
            format!("{:+.2}", row.stage_m - row.rating.profile_m[0]),
        ]
    };
    table(&head, rows.iter().map(cells))
}
