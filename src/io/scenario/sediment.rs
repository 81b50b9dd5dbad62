//! `sediment`: what the water carries, and what comes in with it.

use super::boundaries::value_or_series;
use super::context::Context;
use super::item::{Item, Record};
use crate::domain::river::channel::{Capacity, SedimentRules, zhang_ruijin_settling_mps};
use crate::domain::scenario::{Boundary, PointSource, Sediment, SedimentInflow};
use crate::io::series::ValueRule;

const KEYS: &[&str] = &[
    "formula",
    "grain_mm",
    "bed_grain_mm",
    "settling_mps",
    "deposition_frac",
    "scour_frac",
    "dry_density_kgm3",
    "initial_kgm3",
    "inflow",
];

/// D50 of what the lower Yellow River carries below Huayuankou in the mean of many years, mm: about 0.02 (River Sediment
/// Bulletin of China, recalled, confidence B).
const GRAIN_MM: f64 = 0.02;
/// D50 of its bed, mm (recalled, confidence C: 0.05 to 0.2 from reach to reach and year to year).
const BED_GRAIN_MM: f64 = 0.1;
/// Viscosity of water at 20 °C, m²/s.
const VISCOSITY_M2S: f64 = 1.0e-6;

const CONCENTRATION: ValueRule =
    ValueRule { allowed: "a concentration from 0 to 1000 kg/m³", test: |kgm3| (0.0..=1000.0).contains(&kgm3) };

/// Sediment of a scenario with these boundaries and sources; `None` without, or with a fault.
pub(super) fn read(
    top: &Record<'_>,
    boundaries: &[Boundary],
    sources: &[PointSource],
    cx: &mut Context,
) -> Option<Sediment> {
    let record = top.optional("sediment")?.record(&mut cx.faults, KEYS)?;
    let mut number = |key: &str, default: f64, allowed: &str, test: fn(f64) -> bool| {
        record.optional(key).map_or(Some(default), |item| item.number(&mut cx.faults, allowed, test))
    };
    let grain_mm = number("grain_mm", GRAIN_MM, "a D50 in mm above 0 and at most 0.1", |d| d > 0.0 && d <= 0.1);
    let bed_grain_mm =
        number("bed_grain_mm", BED_GRAIN_MM, "a D50 in mm above 0 and at most 2", |d| d > 0.0 && d <= 2.0);
    let of_grain_mps = zhang_ruijin_settling_mps(grain_mm.unwrap_or(GRAIN_MM), VISCOSITY_M2S);
    let settling_mps =
        number("settling_mps", of_grain_mps, "a settling velocity in m/s from 0 to 0.1", |w| (0.0..=0.1).contains(&w));
    let share = "a share of the settling velocity, 0 to 10";
    let is_share = |share: f64| (0.0..=10.0).contains(&share);
    let deposition_frac = number("deposition_frac", 0.25, share, is_share);
    let scour_frac = number("scour_frac", 1.0, share, is_share);
    let dry_density_kgm3 = number("dry_density_kgm3", 1400.0, "a dry density from 500 to 2650 kg/m³", |density| {
        (500.0..=2650.0).contains(&density)
    });
    let initial_kgm3 = number("initial_kgm3", 0.0, CONCENTRATION.allowed, CONCENTRATION.test);
    let grains_mm = [bed_grain_mm.unwrap_or(BED_GRAIN_MM), grain_mm.unwrap_or(GRAIN_MM)];
    let capacity = formula(record.optional("formula").as_ref(), grains_mm, cx);
    let inflows = inflows(&record, boundaries, sources, cx);
    Some(Sediment {
        rules: SedimentRules {
            capacity: capacity?,
            settling_mps: settling_mps?,
            bed_settling_mps: zhang_ruijin_settling_mps(bed_grain_mm?, VISCOSITY_M2S),
            deposition_frac: deposition_frac?,
            scour_frac: scour_frac?,
            dry_density_kgm3: dry_density_kgm3?,
        },
        initial_kgm3: initial_kgm3?,
        inflows,
    })
}

/// `ZhangRuijin`, `ZhangRuijin(k_kgm3: 0.22, m: 0.76)` or `ZhangHongwu`; the first without the key.
fn formula(
    item: Option<&Item<'_>>,
    [bed_grain_mm, suspended_grain_mm]: [f64; 2],
    cx: &mut Context,
) -> Option<Capacity> {
    let Some(item) = item else { return Some(Capacity::LOWER_YELLOW_RIVER) };
    let faults = &mut cx.faults;
    let variant = item.variant(faults, &["ZhangRuijin", "ZhangHongwu"])?;
    if variant.name == "ZhangHongwu" {
        return variant.bare(faults).map(|()| Capacity::ZhangHongwu { bed_grain_mm, suspended_grain_mm });
    }
    if !variant.has_fields() {
        variant.bare(faults)?;
        return Some(Capacity::LOWER_YELLOW_RIVER);
    }
    let record = variant.record(faults, &["k_kgm3", "m"])?;
    let [k, m] = ["k_kgm3", "m"].map(|key| record.required(faults, key));
    let k_kgm3 = k.and_then(|item| item.number(faults, "K in kg/m³ above 0 and at most 10", |k| k > 0.0 && k <= 10.0));
    let m = m.and_then(|item| item.number(faults, "an exponent above 0 and at most 2", |m| m > 0.0 && m <= 2.0));
    Some(Capacity::ZhangRuijin { k_kgm3: k_kgm3?, m: m? })
}

/// What comes in with the water of boundaries and sources, each of which is named at most once.
fn inflows(
    record: &Record<'_>,
    boundaries: &[Boundary],
    sources: &[PointSource],
    cx: &mut Context,
) -> Vec<SedimentInflow> {
    let known: Vec<&str> =
        boundaries.iter().map(|b| b.name.as_str()).chain(sources.iter().map(|s| s.name.as_str())).collect();
    let items = record.optional("inflow").and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    let mut inflows: Vec<SedimentInflow> = Vec::new();
    for item in &items {
        let Some(record) = item.record(&mut cx.faults, &["name", "kgm3"]) else { continue };
        let name_item = record.required(&mut cx.faults, "name");
        let series = record.required(&mut cx.faults, "kgm3").and_then(|item| value_or_series(&item, CONCENTRATION, cx));
        let Some(name_item) = name_item else { continue };
        let Some(name) = name_item.nonempty_text(&mut cx.faults) else { continue };
        if inflows.iter().any(|inflow| inflow.name == name) {
            cx.faults.add(&name_item.spot(), format!("the name {name:?} a second time"), "each name once");
        } else if !known.contains(&name) {
            let known = if known.is_empty() { "there is none".to_owned() } else { known.join(", ") };
            let allowed = format!("the name of a boundary or source that is read without fault: {known}");
            cx.faults.add(&name_item.spot(), format!("the name {name:?}"), allowed);
        } else if let Some(concentration_kgm3) = series {
            inflows.push(SedimentInflow { name: name.to_owned(), concentration_kgm3 });
        }
    }
    inflows
}
