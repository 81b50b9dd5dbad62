//! `basins`: detention basins and lakes of the built-in river, beside a channel that is a line.
//!
//! Gates, levels and storage come from the tables; the file says how the gates are worked and what comes in.

use time::OffsetDateTime;

use super::context::Context;
use super::corridor::across;
use super::item::{Item, Record, Variant};
use super::site::Site;
use crate::domain::geo::corridor::{Corridor, DetentionKind, DetentionRow};
use crate::domain::river::basin::{Basin, BasinGate, InletRule, LevelStorage, Limit, OutletRule};
use crate::domain::river::line::ChannelLine;
use crate::domain::scenario::Section;
use crate::io::observed::ObservedTable;
use crate::io::river;
use crate::io::series::ValueRule;

const KEYS: &[&str] = &["name", "level_m", "inlet", "outlet", "inflow"];
/// A limit is read so far above the uppermost gate, km: above what the gates draw down.
const READ_ABOVE_KM: f64 = 1.0;

/// The basins of the file; the sections that their limits are read at are added to `sections`.
pub(super) fn read(
    top: &Record<'_>,
    site: Option<&Site>,
    start: Option<OffsetDateTime>,
    sections: &mut Vec<Section>,
    cx: &mut Context,
) -> Vec<Basin> {
    let Some(item) = top.optional("basins") else { return Vec::new() };
    let mut basins = Vec::new();
    let items = item.list(&mut cx.faults).unwrap_or_default();
    let tables = match river::tables() {
        Ok(tables) => tables.detention,
        Err(error) => {
            return item.refuse(&mut cx.faults, format!("basins of sound tables ({error})")).unwrap_or_default();
        }
    };
    for item in items {
        let basin = one(&item, &tables, &basins, site, start, sections, cx);
        basins.extend(basin);
    }
    basins
}

fn one(
    item: &Item<'_>,
    tables: &[DetentionRow],
    before: &[Basin],
    site: Option<&Site>,
    start: Option<OffsetDateTime>,
    sections: &mut Vec<Section>,
    cx: &mut Context,
) -> Option<Basin> {
    let record = item.record(&mut cx.faults, KEYS)?;
    let row = record.required(&mut cx.faults, "name").and_then(|item| named(&item, tables, before, cx));
    let level = record.optional("level_m").map(|item| (item.finite(&mut cx.faults), item));
    let inlet = record.optional("inlet").map(|item| inlet(&item, cx));
    let outlet = record.optional("outlet").map(|item| outlet(&item, cx));
    let inflow = record.optional("inflow").map(|item| cx.series(&item, ValueRule::NOT_NEGATIVE));
    let (row, site) = (row?, site?);
    let storage = LevelStorage::new(row.storage.clone()).ok()?;
    let level_m = match level {
        None => storage.bottom_m(),
        Some((level, item)) => within(level?, &storage, row, &item, cx)?,
    };
    let (corridor, line) = beside_a_line(item, site, cx)?;
    let [inlets, outlets] =
        [DetentionKind::Diversion, DetentionKind::Return].map(|kind| gates(row, kind, tables, line));
    let [inlets, outlets] = [inlets, outlets].map(|gates| in_reach(gates, item, corridor, cx));
    let (inlets, outlets) = (inlets?, outlets?);
    let inlet = match inlet {
        None => InletRule::Closed,
        Some(Asked::Rule(rule)) => rule,
        Some(Asked::Keep { station, at_most_m3s, at }) => {
            let reading = place_of(&station, &row.id, &inlets, corridor, sections, &at, cx)?;
            InletRule::Keep(limit(station, at_most_m3s, reading, before))
        }
        Some(Asked::Wrong) => return None,
    };
    Some(Basin {
        name: row.id.clone(),
        title: row.name.clone(),
        storage,
        raise_m: row.raise_m.unwrap_or(0.0),
        flood_level_m: row.level_m?,
        level_m,
        inlets,
        outlets,
        inlet,
        outlet: outlet.map_or(Some(OutletRule::Free), |rule| rule)?,
        inflow_m3s: match inflow {
            None => None,
            Some(series) => Some(series?),
        },
        observed_m: site.observed().zip(start).map_or_else(Vec::new, |(table, start)| levels(row, table, start)),
    })
}

/// The row of a basin that is not taken yet.
fn named<'t>(
    item: &Item<'_>,
    tables: &'t [DetentionRow],
    before: &[Basin],
    cx: &mut Context,
) -> Option<&'t DetentionRow> {
    let name = item.nonempty_text(&mut cx.faults)?;
    let basins = || tables.iter().filter(|row| row.kind == DetentionKind::Basin);
    let Some(row) = basins().find(|row| row.id == name) else {
        let known: Vec<String> = basins().map(|row| format!("{:?}", row.id)).collect();
        return item.refuse(&mut cx.faults, format!("a basin of the river: {}", known.join(", ")));
    };
    if before.iter().any(|basin| basin.name == name) {
        cx.faults.add(&item.spot(), format!("the basin {name:?} a second time"), "each basin once");
        return None;
    }
    Some(row)
}

fn within(level_m: f64, storage: &LevelStorage, row: &DetentionRow, item: &Item<'_>, cx: &mut Context) -> Option<f64> {
    let (bottom_m, top_m) = (storage.bottom_m(), row.storage.last()?[0]);
    if (bottom_m..=top_m).contains(&level_m) {
        return Some(level_m);
    }
    item.refuse(&mut cx.faults, format!("a level from {bottom_m} to {top_m} m on the basin's own datum"))
}

fn beside_a_line<'s>(item: &Item<'_>, site: &'s Site, cx: &mut Context) -> Option<(&'s Corridor, &'s ChannelLine)> {
    let found = site.corridor().zip(site.line());
    if found.is_none() {
        let found = if site.corridor().is_some() { "a basin with `channel: OnGrid`" } else { "a basin on a raster" };
        cx.faults.add(&item.spot(), found, "basins with `domain: Corridor((.., channel: Line))`");
    }
    found
}

/// The gates of a basin that are worked, from upstream to downstream.
fn gates(row: &DetentionRow, kind: DetentionKind, tables: &[DetentionRow], line: &ChannelLine) -> Vec<BasinGate> {
    let gate = |gate: &DetentionRow| {
        Some(BasinGate {
            name: gate.name.clone(),
            km: gate.km,
            segment: line.segment_at_km(gate.km),
            capacity_m3s: gate.capacity_m3s?,
            sill_m: gate.sill_m?,
            full_at_m: gate.full_at_m?,
        })
    };
    let of_basin = tables.iter().filter(|gate| gate.lake == row.id && gate.kind == kind);
    let mut gates: Vec<BasinGate> = of_basin.filter_map(gate).collect();
    gates.sort_by(|a, b| a.km.total_cmp(&b.km));
    gates
}

/// The gates, if all stand within the reach.
fn in_reach(gates: Vec<BasinGate>, item: &Item<'_>, corridor: &Corridor, cx: &mut Context) -> Option<Vec<BasinGate>> {
    let chainage = &corridor.river.chainage_km;
    let (first, last) = (chainage.first().copied()?, chainage.last().copied()?);
    match gates.iter().find(|gate| !(first + READ_ABOVE_KM..=last).contains(&gate.km)) {
        None => Some(gates),
        Some(gate) => {
            let found = format!("a basin with the gate {} at {} km", gate.name.en, gate.km);
            let allowed = format!("basins whose gates stand within {:.1} to {last:.1} km", first + READ_ABOVE_KM);
            cx.faults.add(&item.spot(), found, allowed);
            None
        }
    }
}

/// How the file wants the inlets worked.
enum Asked<'t> {
    Rule(InletRule),
    Keep { station: String, at_most_m3s: f64, at: Item<'t> },
    Wrong,
}

fn inlet<'t>(item: &Item<'t>, cx: &mut Context) -> Asked<'t> {
    let Some(variant) = item.variant(&mut cx.faults, &["Closed", "Open", "Discharge", "Keep"]) else {
        return Asked::Wrong;
    };
    let rule = match variant.name {
        "Closed" => variant.bare(&mut cx.faults).map(|()| InletRule::Closed),
        "Open" => variant.bare(&mut cx.faults).map(|()| InletRule::Open),
        "Discharge" => discharge(&variant, cx).map(InletRule::Discharge),
        _ => return keep(&variant, cx).unwrap_or(Asked::Wrong),
    };
    rule.map_or(Asked::Wrong, Asked::Rule)
}

fn keep<'t>(variant: &Variant<'t>, cx: &mut Context) -> Option<Asked<'t>> {
    let record = variant.record(&mut cx.faults, &["station", "at_most_m3s"])?;
    let at = record.required(&mut cx.faults, "station");
    let station = at.as_ref().and_then(|item| item.nonempty_text(&mut cx.faults));
    let at_most_m3s = record.required(&mut cx.faults, "at_most_m3s").and_then(|item| item.positive(&mut cx.faults));
    Some(Asked::Keep { station: station?.to_owned(), at_most_m3s: at_most_m3s?, at: at? })
}

fn outlet(item: &Item<'_>, cx: &mut Context) -> Option<OutletRule> {
    let variant = item.variant(&mut cx.faults, &["Free", "Closed", "Discharge"])?;
    match variant.name {
        "Free" => variant.bare(&mut cx.faults).map(|()| OutletRule::Free),
        "Closed" => variant.bare(&mut cx.faults).map(|()| OutletRule::Closed),
        _ => discharge(&variant, cx).map(OutletRule::Discharge),
    }
}

fn discharge(variant: &Variant<'_>, cx: &mut Context) -> Option<crate::domain::scenario::Series> {
    let item = variant.single(&mut cx.faults, "a series of discharges in m3/s")?;
    cx.series(&item, ValueRule::NOT_NEGATIVE)
}

/// Where a limit is read: the section, by its position, and its chainage, km.
fn place_of(
    station: &str,
    basin: &str,
    inlets: &[BasinGate],
    corridor: &Corridor,
    sections: &mut Vec<Section>,
    at: &Item<'_>,
    cx: &mut Context,
) -> Option<(usize, f64)> {
    let stations = &corridor.river.stations;
    let Some(known) = stations.iter().find(|known| known.id == station) else {
        let ids: Vec<&str> = stations.iter().map(|station| station.id.as_str()).collect();
        return at.refuse(&mut cx.faults, format!("a station of the reach: {}", ids.join(", ")));
    };
    let gates_km = inlets.first().map_or(f64::INFINITY, |gate| gate.km);
    if known.chainage_km <= gates_km {
        let section = sections.iter().position(|section| section.name == station)?;
        return Some((section, known.chainage_km));
    }
    let km = gates_km - READ_ABOVE_KM;
    let point = corridor.profile.line.at(corridor.profile.along_at_km(km));
    let name = format!("{basin}-inlet");
    let Some(line) = across(corridor, point).filter(|_| sections.iter().all(|section| section.name != name)) else {
        cx.faults.add(&at.spot(), format!("no room for the section {name:?} at {km} km"), "a reach with levees there");
        return None;
    };
    sections.push(Section { name, line });
    Some((sections.len() - 1, km))
}

/// A limit that leaves to basins before it what they can take of the same excess further down.
fn limit(station: String, at_most_m3s: f64, (section, km): (usize, f64), before: &[Basin]) -> Limit {
    let comes_first = |basin: &Basin| {
        let is_below = basin.inlets.iter().all(|gate| gate.km > km);
        matches!(&basin.inlet, InletRule::Keep(other) if other.station == station) && is_below
    };
    let after = before.iter().enumerate().filter(|(_, basin)| comes_first(basin)).map(|(i, _)| i).collect();
    Limit { station, at_most_m3s, section, after }
}

/// The readings of a basin's level, on its own datum.
fn levels(row: &DetentionRow, table: &ObservedTable, start: OffsetDateTime) -> Vec<[f64; 2]> {
    let of_basin = table.rows.iter().filter(|reading| Some(&reading.station) == row.gauge.as_ref());
    let level = |reading: &crate::io::observed::ObservedRow| {
        let observation = reading.since(start);
        observation.doubt.is_none().then_some([observation.time_secs, observation.stage_m?])
    };
    of_basin.filter_map(level).collect()
}
