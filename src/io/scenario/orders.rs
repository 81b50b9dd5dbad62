//! Files of orders (指令): read after their scenario, checked by carrying them out on it, one after the other.

use std::path::Path;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::context::Context;
use super::events::growth;
use super::fault::Spot;
use super::item::{Item, Record, Variant};
use super::structures::opening;
use super::{ScenarioError, head, tree};
use crate::domain::geo::PointMap;
use crate::domain::order::{Deed, Given, InflowChange, Order, Orders, Top, take};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;
use crate::io::files::Files;
use crate::io::ron_tree::Node;
use crate::io::series::ValueRule;

/// Reads and checks a file of orders for a scenario. Paths in it are relative to it.
///
/// # Errors
/// All faults of the file, each with its place; an order that cannot be carried out at its time is one of them.
pub fn load_orders(path: &Path, scenario: &Scenario) -> Result<Orders, ScenarioError> {
    let mut cx = Context::new(Files::Disk, path);
    let read = tree(Files::Disk, path, &mut cx.faults).and_then(|tree| read(&tree, scenario, &mut cx));
    match read {
        Some(orders) if cx.faults.is_empty() => Ok(orders),
        _ => Err(cx.faults.into_error()),
    }
}

fn read(tree: &Node, scenario: &Scenario, cx: &mut Context) -> Option<Orders> {
    let item = Item::new(tree, "");
    if item.record_name().is_some_and(|name| name != "Orders") {
        return item.refuse(&mut cx.faults, "`Orders(..)`");
    }
    let top = item.record(&mut cx.faults, &["version", "orders"])?;
    if !head::version(&top, &mut cx.faults) {
        return None;
    }
    let items = top.required(&mut cx.faults, "orders")?.list(&mut cx.faults)?;
    let mut spots: Vec<(u32, Spot)> = Vec::new();
    let mut orders = Orders::none();
    for (item, place) in items.iter().zip(1_u32..) {
        let Some(order) = order(item, place, scenario, cx) else { continue };
        if spots.iter().any(|(id, _)| *id == order.id) {
            cx.faults.add(&item.spot(), format!("the number {} a second time", order.id), "each number once");
            continue;
        }
        spots.push((order.id, item.spot()));
        orders.insert(order);
    }
    if cx.faults.is_empty() {
        carry_out(&orders, &spots, scenario, cx);
    }
    Some(orders)
}

/// Carries out all orders in turn, and notes those that cannot be.
fn carry_out(orders: &Orders, spots: &[(u32, Spot)], scenario: &Scenario, cx: &mut Context) {
    let mut changed = scenario.clone();
    for order in orders.all() {
        if let (Err(refusal), Some((_, spot))) =
            (take(&mut changed, order), spots.iter().find(|(id, _)| *id == order.id))
        {
            cx.faults.add(spot, refusal.to_string(), "an order that can be carried out at its time");
        }
    }
}

const ORDER: &[&str] = &["id", "at_secs", "given", "author", "reason", "what"];

fn order(item: &Item<'_>, place: u32, scenario: &Scenario, cx: &mut Context) -> Option<Order> {
    let record = item.record(&mut cx.faults, ORDER)?;
    let id = match record.optional("id") {
        None => Some(place),
        Some(item) => item.whole(&mut cx.faults, 1..=i128::from(u32::MAX / 2)).and_then(|id| u32::try_from(id).ok()),
    };
    let end_secs = scenario.duration_secs;
    let at_secs = record.required(&mut cx.faults, "at_secs").and_then(|item| {
        let allowed = format!("a time in s from 0 to the end of the scenario, {end_secs}");
        item.number(&mut cx.faults, &allowed, |t| (0.0..=end_secs).contains(&t))
    });
    let given = record.optional("given").map_or(Some(Given::default()), |item| given(&item, cx));
    let mut text = |key: &str| record.optional(key).map_or(Some(""), |item| item.text(&mut cx.faults));
    let (author, reason) = (text("author"), text("reason"));
    let what = record.required(&mut cx.faults, "what").and_then(|item| item.variant(&mut cx.faults, DEEDS));
    let deed = what.and_then(|variant| deed(&variant, scenario, cx));
    Some(Order {
        id: id?,
        at_secs: at_secs?,
        given: given?,
        author: author?.to_owned(),
        reason: reason?.to_owned(),
        deed: deed?,
    })
}

fn given(item: &Item<'_>, cx: &mut Context) -> Option<Given> {
    let record = item.record(&mut cx.faults, &["simulated_secs", "wall"])?;
    let simulated = record.optional("simulated_secs").map(|item| item.finite(&mut cx.faults));
    let wall = record.optional("wall").map(|item| {
        let text = item.text(&mut cx.faults)?;
        let allowed = "a wall clock time as RFC 3339: \"1996-08-03T08:00:00+08:00\"";
        OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| item.refuse(&mut cx.faults, allowed))
    });
    // Absent is good; present and faulty is not.
    let simulated_secs = simulated.map_or(Some(None), |secs| secs.map(Some));
    let wall = wall.map_or(Some(None), |wall| wall.map(Some));
    Some(Given { simulated_secs: simulated_secs?, wall: wall? })
}

const DEEDS: &[&str] = &["Breach", "Wall", "Raise", "Gate", "Inflow", "Pump", "CloseRoad", "Move"];

fn deed(variant: &Variant<'_>, scenario: &Scenario, cx: &mut Context) -> Option<Deed> {
    let river = scenario.river.as_ref();
    match variant.name {
        "Breach" => breach(variant, river, cx),
        "Wall" => {
            let record = variant.record(&mut cx.faults, &["line", "crest_m", "height_m"])?;
            let line = record.required(&mut cx.faults, "line").and_then(|item| line(&item, river, cx));
            let top = top(variant, &record, cx);
            Some(Deed::Wall { line: line?, top: top? })
        }
        "Raise" => {
            let record = variant.record(&mut cx.faults, &["from", "to", "crest_m", "height_m"])?;
            let (from, to) = (point(&record, "from", river, cx), point(&record, "to", river, cx));
            let top = top(variant, &record, cx);
            Some(Deed::Raise { from: from?, to: to?, top: top? })
        }
        "Gate" => {
            let record = variant.record(&mut cx.faults, &["name", "opening"])?;
            let name = said(&record, "name", cx);
            let opening = record.required(&mut cx.faults, "opening").and_then(|item| opening(&item, None, cx));
            Some(Deed::Gate { name: name?, opening: opening? })
        }
        "Inflow" => inflow(variant, cx),
        "Pump" => {
            let record = variant.record(&mut cx.faults, &["from", "to", "discharge_m3s"])?;
            let from = point(&record, "from", river, cx);
            let to = record.optional("to").map(|item| point_of(&item, river, cx));
            let discharge = record.required(&mut cx.faults, "discharge_m3s");
            let discharge_m3s = discharge.and_then(|item| item.positive(&mut cx.faults));
            let to = to.map_or(Some(None), |to| to.map(Some));
            Some(Deed::Pump { from: from?, to: to?, discharge_m3s: discharge_m3s? })
        }
        "CloseRoad" => {
            let record = variant.record(&mut cx.faults, &["road"])?;
            Some(Deed::CloseRoad { road: said(&record, "road", cx)? })
        }
        _ => {
            let record = variant.record(&mut cx.faults, &["who", "to"])?;
            let (who, to) = (said(&record, "who", cx), said(&record, "to", cx));
            Some(Deed::Move { who: who?, to: to? })
        }
    }
}

const BREACH: &[&str] =
    &["at", "width_m", "sill_m", "grows_over_secs", "initial_width_m", "widens_over_secs", "growth"];

fn breach(variant: &Variant<'_>, river: Option<&River>, cx: &mut Context) -> Option<Deed> {
    let record = variant.record(&mut cx.faults, BREACH)?;
    let at = point(&record, "at", river, cx);
    let width_m = record.required(&mut cx.faults, "width_m").and_then(|item| item.positive(&mut cx.faults));
    let sill = record.optional("sill_m").map(|item| item.finite(&mut cx.faults));
    let growth = growth(&record, width_m, cx);
    let sill_m = sill.map_or(Some(None), |sill| sill.map(Some));
    Some(Deed::Breach { at: at?, width_m: width_m?, sill_m: sill_m?, growth: growth? })
}

fn inflow(variant: &Variant<'_>, cx: &mut Context) -> Option<Deed> {
    const CHANGES: [&str; 3] = ["scale", "shift_secs", "discharge"];
    let record = variant.record(&mut cx.faults, &["name", "scale", "shift_secs", "discharge"])?;
    let name = said(&record, "name", cx);
    let given: Vec<(&str, Item<'_>)> =
        CHANGES.iter().filter_map(|key| record.optional(key).map(|item| (*key, item))).collect();
    let [(key, item)] = given.as_slice() else {
        let found = format!("{} of them", given.len());
        cx.faults.add(&variant.spot(), found, "one of `scale`, `shift_secs`, `discharge`");
        return None;
    };
    let change = match *key {
        "scale" => item.number(&mut cx.faults, ValueRule::NOT_NEGATIVE.allowed, |x| x >= 0.0).map(InflowChange::Scale),
        "shift_secs" => item.finite(&mut cx.faults).map(InflowChange::Shift),
        _ => cx.series(item, ValueRule::FINITE).map(InflowChange::Series),
    };
    Some(Deed::Inflow { name: name?, change: change? })
}

fn said(record: &Record<'_>, key: &str, cx: &mut Context) -> Option<String> {
    record.required(&mut cx.faults, key).and_then(|item| item.nonempty_text(&mut cx.faults)).map(str::to_owned)
}

/// A level, or a height above what is there.
fn top(variant: &Variant<'_>, record: &Record<'_>, cx: &mut Context) -> Option<Top> {
    match (record.optional("crest_m"), record.optional("height_m")) {
        (Some(crest), None) => crest.finite(&mut cx.faults).map(Top::Crest),
        (None, Some(height)) => height.positive(&mut cx.faults).map(Top::Height),
        (crest, _) => {
            let found = if crest.is_some() { "both of them" } else { "none of them" };
            cx.faults.add(&variant.spot(), found, "one of `crest_m`, `height_m`");
            None
        }
    }
}

fn line(item: &Item<'_>, river: Option<&River>, cx: &mut Context) -> Option<Vec<PointMap>> {
    let items = item.list(&mut cx.faults)?;
    if items.len() < 2 {
        return item.refuse(&mut cx.faults, "two points or more");
    }
    let points: Vec<Option<PointMap>> = items.iter().map(|item| point_of(item, river, cx)).collect();
    points.into_iter().collect()
}

fn point(record: &Record<'_>, key: &str, river: Option<&River>, cx: &mut Context) -> Option<PointMap> {
    record.required(&mut cx.faults, key).and_then(|item| point_of(&item, river, cx))
}

/// A point on the map, or the point of a levee at a chainage.
fn point_of(item: &Item<'_>, river: Option<&River>, cx: &mut Context) -> Option<PointMap> {
    const ALLOWED: &str = "a point (x, y), or `Levee(name: .., km: ..)`";
    if item.record_name().is_none() {
        return item.pair(&mut cx.faults, ALLOWED);
    }
    let record = item.variant(&mut cx.faults, &["Levee"])?.record(&mut cx.faults, &["name", "km"])?;
    let name = said(&record, "name", cx);
    let km_item = record.required(&mut cx.faults, "km")?;
    let km = km_item.finite(&mut cx.faults)?;
    let Some(river) = river else {
        return item.refuse(&mut cx.faults, "a point (x, y); `Levee(..)` belongs to `domain: Corridor(..)`");
    };
    let name = name?;
    let Some(levee) = river.levees.iter().find(|levee| levee.wall == name) else {
        let known: Vec<String> = river.levees.iter().map(|levee| format!("{:?}", levee.wall)).collect();
        let allowed = format!("the name of a levee: {}", known.join(", "));
        cx.faults.add(&item.spot(), format!("the unknown levee {name:?}"), allowed);
        return None;
    };
    let at = river.levee_at_km(levee, km);
    if at.is_none() {
        let ends = [river.chainage_km.first(), river.chainage_km.last()].map(|km| km.copied().unwrap_or(f64::NAN));
        let allowed = format!("a chainage of the reach, {:.1} to {:.1} km", ends[0], ends[1]);
        return km_item.refuse(&mut cx.faults, allowed);
    }
    at
}
