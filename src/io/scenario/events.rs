//! `events`: things that happen at a time.

use super::context::{Context, Names};
use super::item::{Record, Variant};
use super::site::{Nearest, Site, nearest_on};
use crate::domain::scenario::{Event, EventKind, Wall};

/// The walls that events speak of.
pub(super) struct Walls<'w> {
    /// Those without faults.
    pub(super) read: &'w [Wall],
    /// The names of all.
    pub(super) named: &'w Names,
}

/// Events in the order of the file, on walls already read.
pub(super) fn read(top: &Record<'_>, walls: &Walls<'_>, site: Option<&Site>, cx: &mut Context) -> Vec<Event> {
    let items = top.optional("events").and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    let mut names = Names::default();
    let mut events = Vec::new();
    for item in items {
        let Some(record) = item.record(&mut cx.faults, &["at_secs", "what"]) else { continue };
        let at_secs = record.required(&mut cx.faults, "at_secs");
        let at_secs = at_secs.and_then(|item| item.number(&mut cx.faults, "a time in s of at least 0", |t| t >= 0.0));
        let what = record.required(&mut cx.faults, "what").and_then(|item| item.variant(&mut cx.faults, &["Breach"]));
        let what = what.and_then(|variant| breach(&variant, walls, site, &mut names, cx));
        events.extend(at_secs.zip(what).map(|(at_secs, what)| Event { at_secs, what }));
    }
    events
}

const BREACH: &[&str] = &["name", "wall", "at", "width_m", "sill_m", "grows_over_secs"];

fn breach(
    variant: &Variant<'_>,
    walls: &Walls<'_>,
    site: Option<&Site>,
    names: &mut Names,
    cx: &mut Context,
) -> Option<EventKind> {
    let record = variant.record(&mut cx.faults, BREACH)?;
    let name = record.required(&mut cx.faults, "name");
    let name = names.claim(name, &mut cx.faults);
    let width_m = record.required(&mut cx.faults, "width_m").and_then(|item| item.positive(&mut cx.faults));
    let grows = record.required(&mut cx.faults, "grows_over_secs");
    let grows = grows.and_then(|item| item.number(&mut cx.faults, "a time in s of at least 0", |t| t >= 0.0));
    let at_item = record.required(&mut cx.faults, "at");
    let at = at_item.as_ref().and_then(|item| item.pair(&mut cx.faults, "a point (x, y)"));
    let sill_item = record.required(&mut cx.faults, "sill_m");
    let sill_m = sill_item.as_ref().and_then(|item| item.finite(&mut cx.faults));
    let wall = wall(&record, walls, site, cx)?;
    let (at, sill_m) = (at?, sill_m?);
    let nearest = nearest_on(&wall.line, at)?;
    if let (Some(site), Some(item)) = (site, &at_item)
        && nearest.distance_m > site.grid().cell_m
    {
        let found =
            format!("the point ({}, {}), {:.1} m from the wall {:?}", at[0], at[1], nearest.distance_m, wall.name);
        cx.faults.add(&item.spot(), found, format!("a point on the wall, within one cell ({} m)", site.grid().cell_m));
        return None;
    }
    let crest_m = crest_at(wall, nearest);
    if let Some(item) = sill_item.filter(|_| sill_m >= crest_m) {
        cx.faults.add(
            &item.spot(),
            format!("`{sill_m:?}`"),
            format!("a sill below the crest of the wall there, {crest_m} m"),
        );
        return None;
    }
    Some(EventKind::Breach {
        name: name?,
        wall: wall.name.clone(),
        at,
        width_m: width_m?,
        sill_m,
        grows_over_secs: grows?,
    })
}

/// The wall that a breach names. A wall with a fault of its own, or of terrain that has one, is not told twice.
fn wall<'w>(record: &Record<'_>, walls: &Walls<'w>, site: Option<&Site>, cx: &mut Context) -> Option<&'w Wall> {
    let item = record.required(&mut cx.faults, "wall")?;
    let name = item.nonempty_text(&mut cx.faults)?;
    let wall = walls.read.iter().find(|wall| wall.name == name);
    if wall.is_none() && site.is_some() && !walls.named.contains(name) {
        let known: Vec<String> = walls.read.iter().map(|wall| format!("{:?}", wall.name)).collect();
        let allowed = if known.is_empty() {
            "the name of a wall, of which there is none".to_owned()
        } else {
            format!("the name of a wall: {}", known.join(", "))
        };
        cx.faults.add(&item.spot(), format!("the unknown wall {name:?}"), allowed);
    }
    wall
}

fn crest_at(wall: &Wall, nearest: Nearest) -> f64 {
    let (a, b) = (wall.crest_m[nearest.segment], wall.crest_m[nearest.segment + 1]);
    a + nearest.t * (b - a)
}
