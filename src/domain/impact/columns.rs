//! The columns of the ledger by floodplain unit (滩区台账): what each is, in which unit, and how it is rounded. One list for
//! the panel, the page and the files, so that they cannot differ.

use super::ledger::{Band, UnitLoss};
use super::shown::{area_km2, farmland_wan_mu, people_rounded, thousands, villages_rounded};
use crate::domain::frame::Readings;
use crate::domain::river::FloodplainUnit;
use crate::domain::text::Label;

/// Water has come into a unit while at least this share of it is flooded (a convention of this project).
pub const ENTRY_FRAC: f64 = 0.05;
/// Behind a levee, where a unit is as long as the river: this much, m².
pub const ENTRY_LANDSIDE_M2: f64 = 1e6;

/// Flooded area from which water counts as come into a unit, m²; infinite for one without cells.
pub fn entry_area_m2(unit: &FloodplainUnit) -> f64 {
    match unit.area_m2 {
        area_m2 if area_m2 <= 0.0 => f64::INFINITY,
        area_m2 if unit.is_landside => ENTRY_LANDSIDE_M2.min(area_m2),
        area_m2 => ENTRY_FRAC * area_m2,
    }
}

/// One row of the ledger: a unit, or the sum of all.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct UnitLine {
    /// Its losses.
    pub loss: UnitLoss,
    /// When [`entry_area_m2`] of it was flooded first, s after the start.
    pub in_secs: Option<f64>,
    /// When less was again, for the last time so far.
    pub out_secs: Option<f64>,
}

/// What the columns are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Water and land.
    Water,
    /// Farmland and crops.
    Crops,
    /// Villages and people.
    People,
    /// Lives, in a drill that asks for them.
    Lives,
    /// Houses and money.
    Money,
}

/// A value of the ledger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A time, s after the start.
    Time(Option<f64>),
    /// A number with so many decimals.
    Number(f64, usize),
    /// People.
    People(f64),
    /// Villages.
    Villages(f64),
    /// Money, yuan; shown in 万元 to three digits, with its range.
    Money(Band),
    /// Lives, of which only the range is shown.
    Lives(Band),
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in files.
    pub id: &'static str,
    /// Heading.
    pub head: Label,
    /// Unit, under the heading.
    pub unit: Label,
    /// What it is about.
    pub group: Group,
    /// Its value in a row.
    pub of: fn(&UnitLine) -> Value,
}

const KM2: Label = Label::new("km²", "km²");
const WAN_MU: Label = Label::new("万亩", "10⁴ mu");
const PERSONS: Label = Label::new("人", "people");
const COUNT: Label = Label::new("个", "no.");
const WAN_YUAN: Label = Label::new("万元", "10⁴ yuan");
const WAN_M2: Label = Label::new("万 m²", "10⁴ m²");
const CLOCK: Label = Label::new("月-日 时:分", "clock");
const YI_M3: Label = Label::new("亿 m³", "10⁸ m³");

macro_rules! column {
    ($group:ident, $id:literal, $zh:literal, $en:literal, $unit:expr, $of:expr) => {
        Column { id: $id, head: Label::new($zh, $en), unit: $unit, group: Group::$group, of: $of }
    };
}

/// All columns, in reading order.
const COLUMNS: &[Column] = &[
    column!(Water, "in", "进水", "Water in", CLOCK, |line| Value::Time(line.in_secs)),
    column!(Water, "out", "退水", "Water out", CLOCK, |line| Value::Time(line.out_secs)),
    column!(Water, "flooded_km2", "受淹面积", "Flooded", KM2, |line| km2(line.loss.area_m2)),
    column!(Water, "below_0_5_km2", "<0.5 m", "<0.5 m", KM2, |line| km2(line.loss.area_by_class_m2[0])),
    column!(Water, "below_1_km2", "0.5–1 m", "0.5–1 m", KM2, |line| km2(line.loss.area_by_class_m2[1])),
    column!(Water, "below_2_km2", "1–2 m", "1–2 m", KM2, |line| km2(line.loss.area_by_class_m2[2])),
    column!(Water, "below_3_km2", "2–3 m", "2–3 m", KM2, |line| km2(line.loss.area_by_class_m2[3])),
    column!(Water, "above_3_km2", ">3 m", ">3 m", KM2, |line| km2(line.loss.area_by_class_m2[4])),
    column!(Water, "volume_1e8m3", "滞蓄水量", "Volume", YI_M3, |line| Value::Number(line.loss.volume_m3 / 1e8, 2)),
    column!(Crops, "flooded_1e4mu", "受淹耕地", "Farmland wet", WAN_MU, |line| wan_mu(line.loss.farmland_m2)),
    column!(Crops, "hit_1e4mu", "受灾耕地", "Farmland hit", WAN_MU, |line| wan_mu(line.loss.farmland_hit_m2)),
    column!(Crops, "ruined_1e4mu", "绝收耕地", "Crop ruined", WAN_MU, |line| wan_mu(line.loss.farmland_ruined_m2)),
    column!(Crops, "maize_1e4mu", "玉米", "Maize", WAN_MU, |line| wan_mu(line.loss.crops_hit_m2[0])),
    column!(Crops, "soybean_1e4mu", "大豆", "Soybean", WAN_MU, |line| wan_mu(line.loss.crops_hit_m2[1])),
    column!(Crops, "peanut_1e4mu", "花生", "Peanut", WAN_MU, |line| wan_mu(line.loss.crops_hit_m2[2])),
    column!(Crops, "cotton_1e4mu", "棉花", "Cotton", WAN_MU, |line| wan_mu(line.loss.crops_hit_m2[3])),
    column!(Crops, "wheat_1e4mu", "小麦", "Wheat", WAN_MU, |line| wan_mu(line.loss.crops_hit_m2[4])),
    column!(People, "surrounded", "被围村", "Surrounded", COUNT, |line| Value::Villages(
        line.loss.villages_surrounded
    )),
    column!(People, "entered", "进水村", "Entered", COUNT, |line| Value::Villages(line.loss.villages_entered)),
    column!(People, "people_flooded", "受淹人口", "Flooded", PERSONS, |line| Value::People(line.loss.people)),
    column!(People, "people_entered", "其中进水", "of them entered", PERSONS, |line| {
        Value::People(line.loss.people_entered)
    }),
    column!(People, "people_affected", "受灾人口", "Affected", PERSONS, |line| Value::People(
        line.loss.people_affected
    )),
    column!(People, "people_to_move", "需转移", "To be moved", PERSONS, |line| Value::People(
        line.loss.people_to_move
    )),
    column!(People, "people_departed", "已离村", "Left", PERSONS, |line| Value::People(line.loss.people_departed)),
    column!(People, "people_moved", "已安置", "Sheltered", PERSONS, |line| Value::People(line.loss.people_moved)),
    column!(People, "people_at_risk", "尚在险境", "At risk", PERSONS, |line| Value::People(
        line.loss.people_at_risk
    )),
    column!(People, "people_stranded", "被困", "Stranded", PERSONS, |line| Value::People(line.loss.people_stranded)),
    column!(Lives, "lives", "估计死亡（演练）", "Lives, estimate (drill)", PERSONS, |line| Value::Lives(
        line.loss.lives
    )),
    column!(Money, "houses_1e4m2", "进水房屋", "Houses wet", WAN_M2, |line| Value::Number(
        line.loss.houses_m2 / 1e4,
        1
    )),
    column!(Money, "fallen_1e4m2", "倒塌房屋", "Fallen", WAN_M2, |line| {
        Value::Number(line.loss.houses_fallen_m2 / 1e4, 1)
    }),
    column!(Money, "crops_1e4yuan", "农作物", "Crops", WAN_YUAN, |line| Value::Money(line.loss.money.crops)),
    column!(Money, "house_1e4yuan", "房屋", "Houses", WAN_YUAN, |line| Value::Money(line.loss.money.houses)),
    column!(Money, "goods_1e4yuan", "家庭财产", "Goods", WAN_YUAN, |line| Value::Money(line.loss.money.goods)),
    column!(Money, "roads_1e4yuan", "道路", "Roads", WAN_YUAN, |line| Value::Money(line.loss.money.roads)),
    column!(Money, "works_1e4yuan", "水利电力", "Works", WAN_YUAN, |line| Value::Money(line.loss.money.works)),
    column!(Money, "loss_1e4yuan", "损失合计", "Loss", WAN_YUAN, |line| Value::Money(line.loss.loss_cny())),
    column!(Money, "compensation_1e4yuan", "补偿（另计）", "Compensation (apart)", WAN_YUAN, |line| {
        let [low, high] = line.loss.compensation_cny;
        Value::Money([low, f64::midpoint(low, high), high])
    }),
];

fn km2(m2: f64) -> Value {
    Value::Number(area_km2(m2), 1)
}

fn wan_mu(m2: f64) -> Value {
    Value::Number(farmland_wan_mu(m2), 1)
}

impl Column {
    /// Its value in a row.
    pub fn value(&self, line: &UnitLine) -> Value {
        (self.of)(line)
    }
}

/// All columns; lives only where they are counted.
pub fn columns(counts_lives: bool) -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(move |column| counts_lives || column.group != Group::Lives)
}

/// The columns about one thing; lives, where they are counted, are among those of people.
pub fn columns_of(group: Group, counts_lives: bool) -> impl Iterator<Item = &'static Column> {
    let is_of = move |of: Group| of == group || (of == Group::Lives && group == Group::People);
    columns(counts_lives).filter(move |column| is_of(column.group))
}

impl Value {
    /// What rows are sorted by; no time comes last.
    pub fn key(&self) -> f64 {
        match *self {
            Self::Time(secs) => secs.unwrap_or(f64::INFINITY),
            Self::Number(value, _) | Self::People(value) | Self::Villages(value) => value,
            Self::Money([_, middle, _]) | Self::Lives([_, middle, _]) => middle,
        }
    }

    /// The value as it is shown, rounded; `clock` writes a time. Empty where there is none.
    pub fn text(&self, clock: impl Fn(f64) -> String) -> String {
        match *self {
            Self::Time(secs) => secs.map_or_else(String::new, clock),
            Self::Number(value, decimals) => thousands(value, decimals),
            Self::People(people) => thousands(people_rounded(people), 0),
            Self::Villages(villages) => thousands(villages_rounded(villages), 0),
            Self::Money([_, middle, _]) => wan_yuan(middle),
            Self::Lives([low, _, high]) => {
                format!("{}–{}", thousands(people_rounded(low), 0), thousands(people_rounded(high), 0))
            }
        }
    }

    /// Low and high as they are shown, of money.
    pub fn range(&self) -> Option<[String; 2]> {
        match *self {
            Self::Money([low, _, high]) => Some([wan_yuan(low), wan_yuan(high)]),
            _ => None,
        }
    }
}

/// Money in 万元 to three digits.
pub fn wan_yuan(yuan: f64) -> String {
    three_digits(yuan / 1e4)
}

/// A number to three digits, thousands separated; no decimals from 100 on.
pub fn three_digits(value: f64) -> String {
    let size = value.abs();
    if size < 1e-9 {
        return "0".to_owned();
    }
    let step = 10_f64.powf((size.log10() + 1e-12).floor() - 2.0);
    let rounded = (value / step).round() * step;
    let decimals = [100.0, 10.0, 1.0].iter().filter(|limit| rounded.abs() < **limit - 1e-9).count();
    thousands(rounded, decimals.min(2))
}

/// Every unit at one of the moments of a run, `at`: its losses then, and when water came in and left up to then.
pub fn unit_lines<'a>(
    units: &[FloodplainUnit],
    readings: impl Iterator<Item = &'a Readings> + Clone,
    at: &Readings,
) -> Vec<UnitLine> {
    let line = |(k, unit): (usize, &FloodplainUnit)| {
        let of = |readings: &Readings| readings.losses.get(k).copied().unwrap_or_default();
        let upto = readings.clone().take_while(|readings| readings.time_secs <= at.time_secs);
        let areas = upto.map(|readings| (readings.time_secs, of(readings).area_m2));
        let [in_secs, out_secs] = spell(areas, entry_area_m2(unit));
        UnitLine { loss: of(at), in_secs, out_secs }
    };
    units.iter().enumerate().map(line).collect()
}

/// All units together: water is in from when it comes into the first until it has left the last.
pub fn sum_of(lines: &[UnitLine]) -> UnitLine {
    let reached = || lines.iter().filter(|line| line.in_secs.is_some());
    let is_out = reached().all(|line| line.out_secs.is_some());
    let last = reached().filter_map(|line| line.out_secs).reduce(f64::max);
    UnitLine {
        loss: super::total(lines.iter().map(|line| &line.loss)),
        in_secs: reached().filter_map(|line| line.in_secs).reduce(f64::min),
        out_secs: last.filter(|_| is_out),
    }
}

/// When an area was reached first, m², and when it no longer was for the last time, s: from (time, flooded area in m²),
/// in time order.
fn spell(areas: impl IntoIterator<Item = (f64, f64)>, from_m2: f64) -> [Option<f64>; 2] {
    let (mut first, mut last, mut was) = (None, None, false);
    for (secs, m2) in areas {
        let is = m2 >= from_m2;
        if is {
            first = first.or(Some(secs));
            last = None;
        } else if was {
            last = Some(secs);
        }
        was = is;
    }
    [first, last]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::impact::damage::crops::Crop;

    #[test]
    fn money_has_three_digits_and_thousands() {
        for (yuan, text) in [
            (0.0, "0"),
            (12_345.0, "1.23"),
            (123_456.0, "12.3"),
            (1_234_567.0, "123"),
            (9_999_999.0, "1,000"),
            (1.234_567e10, "1,230,000"),
            (99_960.0, "10.0"),
        ] {
            assert_eq!(wan_yuan(yuan), text, "{yuan}");
        }
    }

    #[test]
    fn a_spell_begins_once_and_ends_for_the_last_time() {
        let areas = |km2: &[f64]| spell(km2.iter().enumerate().map(|(k, km2)| (k as f64, km2 * 1e6)), 1e6);
        assert_eq!(areas(&[0.0, 0.5, 1.0, 3.0]), [Some(2.0), None]);
        assert_eq!(areas(&[0.0, 2.0, 0.0, 2.0, 0.0, 0.0]), [Some(1.0), Some(4.0)]);
        assert_eq!(areas(&[0.0, 0.9]), [None, None]);
    }

    #[test]
    fn the_columns_of_crops_are_in_the_order_of_the_crops() {
        let crops = Crop::ALL.map(|crop| format!("{}_1e4mu", crop.id()));
        let found: Vec<&str> =
            columns_of(Group::Crops, false).map(|c| c.id).filter(|id| crops.iter().any(|crop| crop == id)).collect();
        assert_eq!(found, crops);
        for (place, crop) in Crop::ALL.into_iter().enumerate() {
            assert_eq!(crop as usize, place);
        }
    }

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let mut ids: Vec<&str> = COLUMNS.iter().map(|column| column.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), COLUMNS.len());
        let line = UnitLine { loss: UnitLoss { people: 991.0, ..UnitLoss::default() }, ..UnitLine::default() };
        let people = COLUMNS.iter().find(|column| column.id == "people_flooded").map(|column| (column.of)(&line));
        assert_eq!(people.map(|value| value.text(|_| String::new())).as_deref(), Some("1,000"));
    }
}
