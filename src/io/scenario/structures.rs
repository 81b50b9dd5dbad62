//! `structures`: gates, culverts, pumps and intakes.

use super::context::{Context, Names};
use super::events::{Walls, crest_near, wall};
use super::item::{Item, Record, Variant};
use super::points::plain_point;
use super::site::Site;
use crate::domain::geo::PointMap;
use crate::domain::scenario::{Barrel, Culvert, Gate, GateOpening, Intake, Pump, PumpRate, Structure};
use crate::io::series::ValueRule;

/// Structures in the order of the file, on walls already read.
pub(super) fn read(top: &Record<'_>, walls: &Walls<'_>, site: Option<&Site>, cx: &mut Context) -> Vec<Structure> {
    let items = top.optional("structures").and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    let mut names = Names::default();
    let mut structures = Vec::new();
    for item in items {
        let Some(variant) = item.variant(&mut cx.faults, &["Gate", "Culvert", "Pump", "Intake"]) else { continue };
        structures.extend(match variant.name {
            "Gate" => gate(&variant, walls, site, &mut names, cx).map(Structure::Gate),
            "Culvert" => culvert(&variant, site, &mut names, cx).map(Structure::Culvert),
            "Pump" => pump(&variant, site, &mut names, cx).map(Structure::Pump),
            _ => intake(&variant, site, &mut names, cx).map(Structure::Intake),
        });
    }
    structures
}

fn name(record: &Record<'_>, names: &mut Names, cx: &mut Context) -> Option<String> {
    let item = record.required(&mut cx.faults, "name");
    names.claim(item, &mut cx.faults)
}

fn positive(record: &Record<'_>, key: &str, cx: &mut Context) -> Option<f64> {
    record.required(&mut cx.faults, key).and_then(|item| item.positive(&mut cx.faults))
}

fn finite(record: &Record<'_>, key: &str, cx: &mut Context) -> Option<f64> {
    record.required(&mut cx.faults, key).and_then(|item| item.finite(&mut cx.faults))
}

fn gate(
    variant: &Variant<'_>,
    walls: &Walls<'_>,
    site: Option<&Site>,
    names: &mut Names,
    cx: &mut Context,
) -> Option<Gate> {
    let record = variant.record(&mut cx.faults, &["name", "wall", "at", "width_m", "sill_m", "opening"])?;
    let name = name(&record, names, cx);
    let width_m = positive(&record, "width_m", cx);
    let opening = record.required(&mut cx.faults, "opening").and_then(|item| opening(&item, site, cx));
    let at_item = record.required(&mut cx.faults, "at");
    let at = at_item.as_ref().and_then(|item| item.pair(&mut cx.faults, "a point (x, y)"));
    let sill_item = record.required(&mut cx.faults, "sill_m");
    let sill_m = sill_item.as_ref().and_then(|item| item.finite(&mut cx.faults));
    let wall = wall(&record, walls, site, cx)?;
    let (at, sill_m) = (at?, sill_m?);
    let crest_m = crest_near(wall, at, &at_item?, site, cx)?;
    if let Some(item) = sill_item.filter(|_| sill_m >= crest_m) {
        let allowed = format!("a sill below the crest of the wall there, {crest_m} m");
        cx.faults.add(&item.spot(), format!("`{sill_m:?}`"), allowed);
        return None;
    }
    Some(Gate { name: name?, wall: wall.name.clone(), at, width_m: width_m?, sill_m, opening: opening? })
}

/// What raises a gate: a series in m, or a table by the stage at a point.
pub(super) fn opening(item: &Item<'_>, site: Option<&Site>, cx: &mut Context) -> Option<GateOpening> {
    let variant = item.variant(&mut cx.faults, &["Series", "Csv", "Stage"])?;
    if variant.name != "Stage" {
        return cx.series(item, ValueRule::NOT_NEGATIVE).map(GateOpening::Schedule);
    }
    let record = variant.record(&mut cx.faults, &["gauge_at", "table", "speed_mps"])?;
    let gauge_at = plain_point(&record, "gauge_at", site, cx);
    let table = record.required(&mut cx.faults, "table");
    let table = table.and_then(|item| pairs(&item, "stage_m", "opening_m", cx));
    let speed = record.optional("speed_mps").map(|item| item.positive(&mut cx.faults));
    let speed_mps = match speed {
        None => None,
        Some(speed) => Some(speed?),
    };
    Some(GateOpening::Stage { gauge_at: gauge_at?, table: table?, speed_mps })
}

/// One pair or more, the first numbers rising, the second not negative.
fn pairs(item: &Item<'_>, first: &str, second: &str, cx: &mut Context) -> Option<Vec<[f64; 2]>> {
    let pairs = cx.rising_pairs(item, first, ValueRule::NOT_NEGATIVE)?;
    if pairs.is_empty() {
        return item.refuse(&mut cx.faults, format!("at least one pair ({first}, {second})"));
    }
    Some(pairs)
}

fn culvert(variant: &Variant<'_>, site: Option<&Site>, names: &mut Names, cx: &mut Context) -> Option<Culvert> {
    let known = &[
        "name",
        "from",
        "to",
        "diameter_m",
        "width_m",
        "height_m",
        "number",
        "length_m",
        "manning",
        "inlet_loss",
        "outlet_loss",
        "from_invert_m",
        "to_invert_m",
    ];
    let record = variant.record(&mut cx.faults, known)?;
    let name = name(&record, names, cx);
    let ends = ends(&record, site, cx);
    let barrel = barrel(&record, cx);
    let number = match record.optional("number") {
        None => Some(1),
        Some(item) => item.whole(&mut cx.faults, 1..=1000).and_then(|n| u32::try_from(n).ok()),
    };
    let length_m = positive(&record, "length_m", cx);
    let manning = record.required(&mut cx.faults, "manning");
    let manning = manning.and_then(|item| {
        item.number(&mut cx.faults, "Manning's n above 0 and at most 1, in s/m^(1/3)", |n| n > 0.0 && n <= 1.0)
    });
    let mut loss = |key: &str, usual: f64| match record.optional(key) {
        None => Some(usual),
        Some(item) => item.number(&mut cx.faults, ValueRule::NOT_NEGATIVE.allowed, ValueRule::NOT_NEGATIVE.test),
    };
    // A square edge, and a jet that comes to rest (HDS-5, table C.2).
    let (inlet_loss, outlet_loss) = (loss("inlet_loss", 0.5), loss("outlet_loss", 1.0));
    let (from_invert_m, to_invert_m) = (finite(&record, "from_invert_m", cx), finite(&record, "to_invert_m", cx));
    let (from, to) = ends?;
    Some(Culvert {
        name: name?,
        from,
        to,
        barrel: barrel?,
        number: number?,
        length_m: length_m?,
        manning: manning?,
        inlet_loss: inlet_loss?,
        outlet_loss: outlet_loss?,
        from_invert_m: from_invert_m?,
        to_invert_m: to_invert_m?,
    })
}

/// A pipe by its diameter, or a box by its width and height.
fn barrel(record: &Record<'_>, cx: &mut Context) -> Option<Barrel> {
    let Some(item) = record.optional("diameter_m") else {
        let (width_m, height_m) = (positive(record, "width_m", cx), positive(record, "height_m", cx));
        return Some(Barrel::Box { width_m: width_m?, height_m: height_m? });
    };
    for key in ["width_m", "height_m"] {
        if let Some(other) = record.optional(key) {
            let allowed = "either `diameter_m`, or `width_m` and `height_m`";
            cx.faults.add(&other.spot(), format!("`{key}` beside `diameter_m`"), allowed);
        }
    }
    Some(Barrel::Pipe { diameter_m: item.positive(&mut cx.faults)? })
}

/// Two points in different cells of the domain.
fn ends(record: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Option<(PointMap, PointMap)> {
    let (from, to) = (plain_point(record, "from", site, cx), plain_point(record, "to", site, cx));
    let (from, to) = (from?, to?);
    let same = site.is_some_and(|site| site.grid().cell_at(from) == site.grid().cell_at(to));
    if let Some(item) = record.optional("to").filter(|_| same) {
        cx.faults.add(&item.spot(), "both ends in one cell", "two points in different cells");
        return None;
    }
    Some((from, to))
}

fn pump(variant: &Variant<'_>, site: Option<&Site>, names: &mut Names, cx: &mut Context) -> Option<Pump> {
    let known = &["name", "from", "to", "discharge_m3s", "rating", "start_stage_m", "stop_stage_m"];
    let record = variant.record(&mut cx.faults, known)?;
    let name = name(&record, names, cx);
    let ends = if record.optional("to").is_some() {
        ends(&record, site, cx).map(|(from, to)| (from, Some(to)))
    } else {
        plain_point(&record, "from", site, cx).map(|from| (from, None))
    };
    let rate = rate(&record, cx);
    let start = finite(&record, "start_stage_m", cx);
    let stop_item = record.required(&mut cx.faults, "stop_stage_m");
    let most = start.unwrap_or(f64::INFINITY);
    let allowed = "a stage in m below `start_stage_m`";
    let stop = stop_item.and_then(|item| item.number(&mut cx.faults, allowed, |stage| stage < most));
    let (from, to) = ends?;
    Some(Pump { name: name?, from, to, rate: rate?, start_stage_m: start?, stop_stage_m: stop? })
}

/// A fixed discharge, or one by the head for a pump that puts its water back into the domain.
fn rate(record: &Record<'_>, cx: &mut Context) -> Option<PumpRate> {
    let Some(item) = record.optional("rating") else {
        return positive(record, "discharge_m3s", cx).map(PumpRate::Constant);
    };
    if let Some(other) = record.optional("discharge_m3s") {
        cx.faults.add(&other.spot(), "`discharge_m3s` beside `rating`", "either of them");
        return None;
    }
    if record.optional("to").is_none() {
        cx.faults.add(&item.spot(), "a rating without `to`", "`to: (x, y)`, which gives the head, or `discharge_m3s`");
        return None;
    }
    pairs(&item, "head_m", "discharge_m3s", cx).map(PumpRate::ByHead)
}

fn intake(variant: &Variant<'_>, site: Option<&Site>, names: &mut Names, cx: &mut Context) -> Option<Intake> {
    let known = &["name", "at", "demand_m3s", "min_stage_m", "full_stage_m"];
    let record = variant.record(&mut cx.faults, known)?;
    let name = name(&record, names, cx);
    let at = plain_point(&record, "at", site, cx);
    let demand = record.required(&mut cx.faults, "demand_m3s");
    let demand_m3s = demand.and_then(|item| cx.series(&item, ValueRule::NOT_NEGATIVE));
    let min_stage_m = finite(&record, "min_stage_m", cx);
    let least = min_stage_m.unwrap_or(f64::NEG_INFINITY);
    let full = record.required(&mut cx.faults, "full_stage_m");
    let allowed = "a stage in m above `min_stage_m`";
    let full_stage_m = full.and_then(|item| item.number(&mut cx.faults, allowed, |stage| stage > least));
    Some(Intake {
        name: name?,
        at: at?,
        demand_m3s: demand_m3s?,
        min_stage_m: min_stage_m?,
        full_stage_m: full_stage_m?,
    })
}
