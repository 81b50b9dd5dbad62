//! The figures of a run that a comparison lays beside those of another.

use crate::domain::frame::{Budget, GaugeReading, SectionReading};
use crate::domain::impact::{self, UnitLoss};
use crate::domain::recording::{Recording, Sample};
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;

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
    /// People, or villages.
    Count,
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
            Self::Count => "",
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

/// The figures of a run up to a time, s: areas and losses at that time and at their largest, volumes, peaks with their
/// times, and when each floodplain unit was first flooded. What is of the time itself is of the last frame up to it.
pub fn figures(scenario: &Scenario, recording: &Recording, time_secs: f64) -> Vec<Figure> {
    let readings = recording.readings_from(0);
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
            ("people", "max_people", Unit::Count, |loss| loss.people),
            ("villages", "max_villages", Unit::Count, |loss| loss.villages),
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
            all.push(of("max_people", Unit::Count, most(&|k| loss(k).people)));
        }
    }
    let samples = recording.samples_from(0);
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
