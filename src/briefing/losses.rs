//! The loss table: what stands under water in each floodplain unit at the chosen moments, and in total.

use super::clock;
use crate::domain::impact::{Exposure, UnitLoss, area_km2, count, farmland_wan_mu, total};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;

/// Losses at one moment.
#[derive(Debug, Clone)]
pub(crate) struct LossAt {
    pub(crate) time_secs: f64,
    /// Why this moment.
    pub(crate) heading: String,
    /// One row for each unit.
    pub(crate) rows: Vec<UnitLoss>,
    /// Totals when only water of 0.5 m and more counts, and when all of 0.05 m and more does.
    pub(crate) range: [UnitLoss; 2],
}

/// Depths from which a cell counts at the two ends of the printed range, m.
///
/// The terrain is known to a few tenths of a metre at best; counting from the first SL 483 class break and from the
/// thinnest water drawn shows what that does to the numbers.
pub(crate) const RANGE_DEPTHS_M: [f64; 2] = [0.5, 0.05];

impl LossAt {
    pub(crate) fn total(&self) -> UnitLoss {
        total(&self.rows)
    }
}

/// Counts the losses of a field of depth, with their range; `None` without a river or exposure.
pub(crate) fn at(scenario: &Scenario, depth_m: &[f64], time_secs: f64, heading: String) -> Option<LossAt> {
    let (river, exposure) = (scenario.river.as_ref()?, scenario.exposure.as_ref()?);
    let rows = |exposure: &Exposure| count(exposure, river, &scenario.terrain.grid, depth_m);
    let range = RANGE_DEPTHS_M.map(|from| total(&rows(&Exposure { flooded_depth_m: from, ..exposure.clone() })));
    Some(LossAt { time_secs, heading, rows: rows(exposure), range })
}

/// The loss table as CSV: UTF-8 with a byte-order mark, so that a spreadsheet shows the Chinese names.
///
/// One row for each unit and one in total at every moment. Figures are not rounded for display: the rows add up to the
/// total to the last printed digit or two.
pub(crate) fn csv(scenario: &Scenario, river: &River, moments: &[LossAt], language: Language) -> Vec<u8> {
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    for moment in moments {
        let begin =
            [moment.heading.clone(), format!("{:.0}", moment.time_secs), clock::full(scenario.start, moment.time_secs)];
        for (unit, loss) in river.units.iter().zip(&moment.rows) {
            let name = [unit.id.clone(), unit.name.get(language).to_owned(), unit.county.clone()];
            rows.push(row(&begin, &name, loss));
        }
        let name = ["TOTAL".to_owned(), super::strings::TOTAL.get(language).to_owned(), String::new()];
        rows.push(row(&begin, &name, &moment.total()));
    }
    to_csv(&rows)
}

const HEADINGS: [&str; 11] = [
    "moment",
    "time_secs",
    "clock",
    "unit_id",
    "unit",
    "county",
    "flooded_area_km2",
    "flooded_farmland_wan_mu",
    "people",
    "villages",
    "volume_1e6_m3",
];

fn row(begin: &[String; 3], name: &[String; 3], loss: &UnitLoss) -> Vec<String> {
    let figures = [
        format!("{:.4}", area_km2(loss.area_m2)),
        format!("{:.4}", farmland_wan_mu(loss.farmland_m2)),
        format!("{:.2}", loss.people),
        format!("{:.4}", loss.villages),
        format!("{:.4}", loss.volume_m3 / 1e6),
    ];
    begin.iter().chain(name).cloned().chain(figures).collect()
}

/// Rows as CSV bytes behind a byte-order mark.
pub(crate) fn to_csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    for row in rows {
        writer.write_record(row).expect("rows of equal length can be written into memory");
    }
    writer.into_inner().expect("memory can be flushed")
}
