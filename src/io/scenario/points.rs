//! `sources`, `gauges` and `sections`.

use super::context::{Context, Names};
use super::corridor;
use super::item::Record;
use super::site::Site;
use super::walls;
use crate::domain::geo::PointMap;
use crate::domain::scenario::{Gauge, PointSource, Section};
use crate::io::series::ValueRule;

/// The records of a list under a key.
fn records<'t>(top: &Record<'t>, key: &str, known: &'static [&'static str], cx: &mut Context) -> Vec<Record<'t>> {
    let items = top.optional(key).and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    items.iter().filter_map(|item| item.record(&mut cx.faults, known)).collect()
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
    for record in records(top, "sources", &["name", "at", "discharge"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let at = point(&record, "at", site, cx);
        let discharge =
            record.required(&mut cx.faults, "discharge").and_then(|item| cx.series(&item, ValueRule::FINITE));
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
    for record in records(top, "gauges", &["name", "at"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let at = point(&record, "at", site, cx);
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
    for record in records(top, "sections", &["name", "line"], cx) {
        let name = record.required(&mut cx.faults, "name");
        let name = names.claim(name, &mut cx.faults);
        let Some(item) = record.required(&mut cx.faults, "line") else { continue };
        let Some(line) = walls::line(&item, site, cx) else { continue };
        if site.is_some_and(|site| !site.is_touched_by(&line)) {
            cx.faults.add(&item.spot(), "a line outside the domain", "a line through cells that have a bed level");
            continue;
        }
        sections.extend(name.map(|name| Section { name, line }));
    }
    sections
}
