//! `sources`, `gauges` and `sections`.

use super::context::{Context, Names};
use super::corridor;
use super::item::Item;
use super::item::Record;
use super::site::Site;
use super::walls;
use crate::domain::geo::PointMap;
use crate::domain::river::observed::Quantity;
use crate::domain::scenario::{Gauge, PointSource, Section};
use crate::io::series::ValueRule;

/// The records of a list under a key.
fn records<'t>(top: &Record<'t>, key: &str, known: &'static [&'static str], cx: &mut Context) -> Vec<Record<'t>> {
    let items = top.optional(key).and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    items.iter().filter_map(|item| item.record(&mut cx.faults, known)).collect()
}

/// A point in a cell of the plain: of the domain, and not of a channel that is a line beside it.
pub(super) fn plain_point(record: &Record<'_>, key: &str, site: Option<&Site>, cx: &mut Context) -> Option<PointMap> {
    let at = point(record, key, site, cx)?;
    if site.is_some_and(|site| site.is_on_line(at)) {
        let item = record.required(&mut cx.faults, key)?;
        let found = format!("the point ({}, {}) on the channel, which is a line beside the grid", at[0], at[1]);
        cx.faults.add(&item.spot(), found, "a point beside it; what a channel gives or takes is one of the `sources`");
        return None;
    }
    Some(at)
}

/// The point of the river's course at a chainage under `at_km`, or else the point under `at`.
fn point_or_chainage(record: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Option<PointMap> {
    let Some(item) = record.optional("at_km") else { return point(record, "at", site, cx) };
    if record.optional("at").is_some() {
        cx.faults.add(&item.spot(), "`at_km` beside `at`", "one of them");
        return None;
    }
    point_at_km(&item, site, cx)
}

/// The point of the river's course at a chainage of the reach.
fn point_at_km(item: &Item<'_>, site: Option<&Site>, cx: &mut Context) -> Option<PointMap> {
    let km = item.finite(&mut cx.faults)?;
    let site = site?;
    let Some(corridor) = site.corridor() else {
        let allowed = "a place on the map; `at_km` belongs to `domain: Corridor(..)`";
        cx.faults.add(&item.spot(), "`at_km` with a raster domain", allowed);
        return None;
    };
    let chainage = &corridor.river.chainage_km;
    let at = corridor.profile.line.at(corridor.profile.along_at_km(km));
    let (first, last) = (chainage.first().copied()?, chainage.last().copied()?);
    if !(first..=last).contains(&km) || !site.holds(at) {
        let found = format!("`{km:?}`");
        cx.faults.add(&item.spot(), found, format!("a chainage of the reach, {first:.1} to {last:.1} km"));
        return None;
    }
    Some(at)
}

/// A point in a cell of the domain.
pub(super) fn point(record: &Record<'_>, key: &str, site: Option<&Site>, cx: &mut Context) -> Option<PointMap> {
    let item = record.required(&mut cx.faults, key)?;
    let at = item.pair(&mut cx.faults, "a point (x, y)")?;
    if site.is_some_and(|site| !site.holds(at)) {
        let found = format!("the point ({}, {}) outside the domain", at[0], at[1]);
        cx.faults.add(&item.spot(), found, "a point in a cell that has a bed level");
        return None;
    }
    Some(at)
}

pub(super) fn sources(top: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Vec<PointSource> {
    let mut names = Names::default();
    let mut sources = Vec::new();
    for record in records(top, "sources", &["name", "at", "at_km", "discharge"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let at = point_or_chainage(&record, site, cx);
        let discharge = record.required(&mut cx.faults, "discharge");
        let discharge = discharge.and_then(|item| cx.hydrograph(&item, Quantity::Discharge, ValueRule::FINITE));
        if let (Some(name), Some(at), Some(discharge_m3s)) = (name, at, discharge) {
            sources.push(PointSource { name, at, discharge_m3s });
        }
    }
    sources
}

/// The gauges of the file, after those of the river's stations.
pub(super) fn gauges(top: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Vec<Gauge> {
    let mut gauges = site.and_then(Site::corridor).map(corridor::gauges).unwrap_or_default();
    let mut names = Names::of_terrain(gauges.iter().map(|gauge| &gauge.name));
    for record in records(top, "gauges", &["name", "at", "at_km"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let at = point_or_chainage(&record, site, cx);
        if let (Some(name), Some(at)) = (name, at) {
            gauges.push(Gauge { name, at });
        }
    }
    gauges
}

/// The sections of the file, after those of the river's stations.
pub(super) fn sections(top: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Vec<Section> {
    let mut sections = site.and_then(Site::corridor).map(corridor::sections).unwrap_or_default();
    let mut names = Names::of_terrain(sections.iter().map(|section| &section.name));
    for record in records(top, "sections", &["name", "line", "at_km"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let line = match record.optional("at_km") {
            Some(item) => line_at_km(&record, &item, site, cx),
            None => line_through_cells(&record, site, cx),
        };
        sections.extend(name.zip(line).map(|(name, line)| Section { name, line }));
    }
    sections
}

fn line_through_cells(record: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Option<Vec<PointMap>> {
    let item = record.required(&mut cx.faults, "line")?;
    let line = walls::line(&item, site, cx)?;
    if site.is_some_and(|site| !site.is_touched_by(&line)) {
        cx.faults.add(&item.spot(), "a line outside the domain", "a line through cells that have a bed level");
        return None;
    }
    Some(line)
}

/// The line from levee to levee through the river at a chainage.
fn line_at_km(record: &Record<'_>, item: &Item<'_>, site: Option<&Site>, cx: &mut Context) -> Option<Vec<PointMap>> {
    if record.optional("line").is_some() {
        cx.faults.add(&item.spot(), "`at_km` beside `line`", "one of them");
        return None;
    }
    let at = point_at_km(item, site, cx)?;
    let line = corridor::across(site?.corridor()?, at);
    if line.is_none() {
        cx.faults.add(&item.spot(), item.describe(), "a chainage with a levee on both sides");
    }
    line
}
