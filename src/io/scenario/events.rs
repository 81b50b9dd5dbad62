//! `events`: things that happen at a time, or when something has come to pass.

use super::context::{Context, Names};
use super::item::{Item, Record, Variant};
use super::site::{Nearest, Site, nearest_on};
use crate::domain::geo::PointMap;
use crate::domain::scenario::{Breach, Event, EventKind, Growth, Overtopped, Wall};

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
        let Some(record) = item.record(&mut cx.faults, &["at_secs", "when", "what"]) else { continue };
        let when_item = record.optional("when");
        let waits = when_item.is_some();
        // Absent is good; present and faulty is not.
        let when = when_item.map_or(Some(None), |item| overtopped(&item, cx).map(Some));
        let at_secs = match record.optional("at_secs") {
            None if waits => Some(0.0),
            _ => record.required(&mut cx.faults, "at_secs").and_then(|item| time(&item, cx)),
        };
        let what = record.required(&mut cx.faults, "what").and_then(|item| item.variant(&mut cx.faults, &["Breach"]));
        let what = what.and_then(|variant| breach(&variant, waits, walls, site, &mut names, cx));
        let (Some(at_secs), Some(mut breach), Some(when)) = (at_secs, what, when) else { continue };
        breach.when = when;
        events.push(Event { at_secs, what: EventKind::Breach(breach) });
    }
    events
}

fn time(item: &Item<'_>, cx: &mut Context) -> Option<f64> {
    item.number(&mut cx.faults, "a time in s of at least 0", |t| t >= 0.0)
}

/// What must happen to a wall before it breaks.
fn overtopped(item: &Item<'_>, cx: &mut Context) -> Option<Overtopped> {
    let variant = item.variant(&mut cx.faults, &["Overtopped"])?;
    let record = variant.record(&mut cx.faults, &["depth_m", "for_secs"])?;
    let depth_m = record.required(&mut cx.faults, "depth_m").and_then(|item| item.positive(&mut cx.faults));
    let for_secs = record.required(&mut cx.faults, "for_secs").and_then(|item| time(&item, cx));
    Some(Overtopped { depth_m: depth_m?, for_secs: for_secs? })
}

const BREACH: &[&str] =
    &["name", "wall", "at", "width_m", "sill_m", "grows_over_secs", "initial_width_m", "widens_over_secs", "growth"];

/// A breach without its `when`; one that waits for something may leave its place to the water.
fn breach(
    variant: &Variant<'_>,
    waits: bool,
    walls: &Walls<'_>,
    site: Option<&Site>,
    names: &mut Names,
    cx: &mut Context,
) -> Option<Breach> {
    let record = variant.record(&mut cx.faults, BREACH)?;
    let name = record.required(&mut cx.faults, "name");
    let name = names.claim(name, &mut cx.faults);
    let width_m = record.required(&mut cx.faults, "width_m").and_then(|item| item.positive(&mut cx.faults));
    let growth = growth(&record, width_m, cx);
    let at_item = if waits { record.optional("at") } else { record.required(&mut cx.faults, "at") };
    let at = at_item.as_ref().map_or(Some(None), |item| item.pair(&mut cx.faults, "a point (x, y)").map(Some));
    let sill_item = record.required(&mut cx.faults, "sill_m");
    let sill_m = sill_item.as_ref().and_then(|item| item.finite(&mut cx.faults));
    let wall = wall(&record, walls, site, cx)?;
    if !waits && at_item.is_none() {
        return None;
    }
    let (at, sill_m) = (at?, sill_m?);
    let (crest_m, which) = match (at, &at_item) {
        (Some(at), Some(item)) => (crest_near(wall, at, item, site, cx)?, "crest of the wall there"),
        _ => (wall.crest_m.iter().copied().fold(f64::INFINITY, f64::min), "lowest crest of the wall"),
    };
    if let Some(item) = sill_item.filter(|_| sill_m >= crest_m) {
        cx.faults.add(&item.spot(), format!("`{sill_m:?}`"), format!("a sill below the {which}, {crest_m} m"));
        return None;
    }
    Some(Breach {
        name: name?,
        wall: wall.name.clone(),
        at,
        width_m: width_m?,
        sill_m,
        growth: growth?,
        when: None,
        through: Vec::new(),
    })
}

/// How a breach grows: by times of its own, or by `growth: VerheijKnaap(..)`.
pub(super) fn growth(record: &Record<'_>, width_m: Option<f64>, cx: &mut Context) -> Option<Growth> {
    let Some(item) = record.optional("growth") else {
        let grows = record.required(&mut cx.faults, "grows_over_secs").and_then(|item| time(&item, cx));
        let initial = record.optional("initial_width_m").map(|item| initial_width(&item, width_m, cx));
        let widens = match (&initial, record.optional("widens_over_secs")) {
            (Some(_), None) => record.required(&mut cx.faults, "widens_over_secs").and_then(|item| time(&item, cx)),
            (None, Some(item)) => {
                cx.faults.add(
                    &item.spot(),
                    "`widens_over_secs` alone",
                    "`initial_width_m` and `widens_over_secs`, or neither",
                );
                None
            }
            (_, item) => item.map_or(Some(0.0), |item| time(&item, cx)),
        };
        let initial_width_m = initial.unwrap_or(width_m);
        return Some(Growth::Prescribed {
            grows_over_secs: grows?,
            initial_width_m: initial_width_m?,
            widens_over_secs: widens?,
        });
    };
    for key in ["grows_over_secs", "initial_width_m", "widens_over_secs"] {
        if let Some(item) = record.optional(key) {
            let allowed = "either `growth`, or `grows_over_secs` and the widening in time";
            cx.faults.add(&item.spot(), format!("`{key}` beside `growth`"), allowed);
        }
    }
    let variant = item.variant(&mut cx.faults, &["VerheijKnaap"])?;
    let keys = &["initial_width_m", "deepens_over_secs", "critical_velocity_mps"];
    let inner = variant.record(&mut cx.faults, keys)?;
    let initial = inner.required(&mut cx.faults, keys[0]).and_then(|item| initial_width(&item, width_m, cx));
    let deepens = inner.required(&mut cx.faults, keys[1]).and_then(|item| time(&item, cx));
    let critical = inner.required(&mut cx.faults, keys[2]).and_then(|item| {
        item.number(&mut cx.faults, "a critical velocity in m/s from 0.01 to 10", |u| (0.01..=10.0).contains(&u))
    });
    Some(Growth::VerheijKnaap {
        initial_width_m: initial?,
        deepens_over_secs: deepens?,
        critical_velocity_mps: critical?,
    })
}

fn initial_width(item: &Item<'_>, width_m: Option<f64>, cx: &mut Context) -> Option<f64> {
    let most = width_m.unwrap_or(f64::INFINITY);
    item.number(&mut cx.faults, "a width in m above 0 and at most `width_m`", |w| w > 0.0 && w <= most)
}

/// Crest of a wall at a point that must lie on it.
pub(super) fn crest_near(
    wall: &Wall,
    at: PointMap,
    item: &Item<'_>,
    site: Option<&Site>,
    cx: &mut Context,
) -> Option<f64> {
    let nearest = nearest_on(&wall.line, at)?;
    if let Some(site) = site.filter(|site| nearest.distance_m > site.grid().cell_m) {
        let found =
            format!("the point ({}, {}), {:.1} m from the wall {:?}", at[0], at[1], nearest.distance_m, wall.name);
        cx.faults.add(&item.spot(), found, format!("a point on the wall, within one cell ({} m)", site.grid().cell_m));
        return None;
    }
    Some(crest_at(wall, nearest))
}

/// The wall that a breach or gate names. A wall with a fault of its own, or of terrain that has one, is not told twice.
pub(super) fn wall<'w>(
    record: &Record<'_>,
    walls: &Walls<'w>,
    site: Option<&Site>,
    cx: &mut Context,
) -> Option<&'w Wall> {
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
