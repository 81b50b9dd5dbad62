//! The figures of a run that a comparison lays beside those of another.

use crate::domain::frame::{Budget, GaugeReading, SectionReading};
use crate::domain::impact::{self, UnitLoss};
use crate::domain::recording::{Course, Sample};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Label};

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// m².
    Area,
    /// m³.
    Volume,
    /// m³/s.
    Discharge,
    /// m.
    Level,
    /// s after the start.
    Time,
    /// People.
    People,
    /// Villages.
    Villages,
}

impl Unit {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Area => "m2",
            Self::Volume => "m3",
            Self::Discharge => "m3/s",
            Self::Level => "m",
            Self::Time => "s",
            Self::People | Self::Villages => "",
        }
    }
}

/// One figure. The same scenario gives the same figures in the same order, whatever its run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name in tables, such as `peak_discharge`.
    pub key: &'static str,
    /// Of what: the name of a section, gauge or floodplain unit; empty of the whole.
    pub of: Bilingual,
    /// What it is measured in.
    pub unit: Unit,
    /// Its value; none where there was nothing to measure.
    pub value: Option<f64>,
}

impl Figure {
    /// What people read in place of its name in tables.
    pub fn label(&self) -> Label {
        let words = LABELS.iter().find(|(key, _)| *key == self.key);
        words.map_or(Label::new(self.key, self.key), |(_, label)| *label)
    }
}

const LABELS: [(&str, Label); 20] = [
    ("time", Label::new("比较时刻", "Compared at")),
    ("wet_area", Label::new("水面面积", "Wet area")),
    ("max_wet_area", Label::new("最大水面面积", "Largest wet area")),
    ("volume_in", Label::new("累计来水", "Volume in")),
    ("volume_out", Label::new("累计出流", "Volume out")),
    ("volume_stored", Label::new("域内水量", "Volume stored")),
    ("flooded_floodplain", Label::new("滩区淹没", "Floodplain flooded")),
    ("max_flooded_floodplain", Label::new("滩区最大淹没", "Floodplain, largest")),
    ("flooded_farmland", Label::new("受淹耕地", "Farmland flooded")),
    ("max_flooded_farmland", Label::new("最大受淹耕地", "Farmland, largest")),
    ("people", Label::new("涉及人口", "People")),
    ("max_people", Label::new("最多涉及人口", "People, most")),
    ("villages", Label::new("涉及村庄", "Villages")),
    ("max_villages", Label::new("最多涉及村庄", "Villages, most")),
    ("first_flooded", Label::new("始淹", "First flooded")),
    ("max_flooded", Label::new("最大淹没", "Largest flooded")),
    ("peak_discharge", Label::new("洪峰流量", "Peak discharge")),
    ("time_of_peak_discharge", Label::new("峰现时间", "Time of peak")),
    ("peak_stage", Label::new("最高水位", "Highest stage")),
    ("time_of_peak_stage", Label::new("最高水位时间", "Time of stage")),
];

/// The figures of a run up to a time, s: areas and losses at that time and at their largest, volumes, peaks with their
/// times, and when each floodplain unit was first flooded. What is of the time itself is of the last frame up to it.
pub fn figures(scenario: &Scenario, course: &Course, time_secs: f64) -> Vec<Figure> {
    let (samples, readings) = course.all();
    let so_far = &readings[..readings.partition_point(|readings| readings.time_secs <= time_secs)];
    let now = so_far.last();
    let whole = |key, unit, value| Figure { key, of: Bilingual::default(), unit, value };
    let most = |value: &dyn Fn(usize) -> f64| (0..so_far.len()).map(value).reduce(f64::max);
    let budget = |value: fn(&Budget) -> f64| now.map(|now| value(&now.budget));
    let mut all = vec![
        whole("time", Unit::Time, now.map(|now| now.time_secs)),
        whole("wet_area", Unit::Area, now.map(|now| now.wet_area_m2)),
        whole("max_wet_area", Unit::Area, most(&|k| so_far[k].wet_area_m2)),
        whole("volume_in", Unit::Volume, budget(|b| b.inflow)),
        whole("volume_out", Unit::Volume, budget(|b| b.outflow)),
        whole("volume_stored", Unit::Volume, budget(|b| b.stored)),
    ];
    if let Some(river) = &scenario.river {
        let losses: Vec<UnitLoss> = so_far.iter().map(|readings| impact::total(&readings.losses)).collect();
        let kinds: [(&str, &str, Unit, fn(&UnitLoss) -> f64); 4] = [
            ("flooded_floodplain", "max_flooded_floodplain", Unit::Area, |loss| loss.area_m2),
            ("flooded_farmland", "max_flooded_farmland", Unit::Area, |loss| loss.farmland_m2),
            ("people", "max_people", Unit::People, |loss| loss.people),
            ("villages", "max_villages", Unit::Villages, UnitLoss::villages),
        ];
        for (key, max_key, unit, value) in kinds {
            all.push(whole(key, unit, losses.last().map(value)));
            all.push(whole(max_key, unit, losses.iter().map(value).reduce(f64::max)));
        }
        for (place, unit) in river.units.iter().enumerate() {
            let loss = |k: usize| so_far[k].losses.get(place).copied().unwrap_or_default();
            let flooded = (0..so_far.len()).find(|k| loss(*k).area_m2 > 0.0);
            let of = |key, unit_of, value| Figure { key, of: unit.name.clone(), unit: unit_of, value };
            all.push(of("first_flooded", Unit::Time, flooded.map(|k| so_far[k].time_secs)));
            all.push(of("max_flooded", Unit::Area, most(&|k| loss(k).area_m2)));
            all.push(of("max_people", Unit::People, most(&|k| loss(k).people)));
        }
    }
    let samples: Vec<&Sample> = samples.iter().map(|s| &**s).take_while(|s| s.time_secs <= time_secs).collect();
    for (place, section) in scenario.sections.iter().enumerate() {
        let discharge = |sample: &Sample| sample.sections.get(place).map(|s: &SectionReading| s.discharge_m3s);
        all.extend(peak(
            &samples,
            &section.name,
            ["peak_discharge", "time_of_peak_discharge"],
            Unit::Discharge,
            discharge,
        ));
    }
    for (place, gauge) in scenario.gauges.iter().enumerate() {
        let stage = |sample: &Sample| sample.gauges.get(place).map(|g: &GaugeReading| g.stage_m);
        all.extend(peak(&samples, &gauge.name, ["peak_stage", "time_of_peak_stage"], Unit::Level, stage));
    }
    all
}

/// The first largest value and its time.
fn peak(
    samples: &[&Sample],
    name: &str,
    keys: [&'static str; 2],
    unit: Unit,
    value: impl Fn(&Sample) -> Option<f64>,
) -> [Figure; 2] {
    let values = samples.iter().filter_map(|sample| Some((sample.time_secs, value(sample)?)));
    let peak = values.reduce(|best, next| if next.1 > best.1 { next } else { best });
    let of = Bilingual::new(name, name);
    [
        Figure { key: keys[0], of: of.clone(), unit, value: peak.map(|(_, value)| value) },
        Figure { key: keys[1], of, unit: Unit::Time, value: peak.map(|(secs, _)| secs) },
    ]
}
