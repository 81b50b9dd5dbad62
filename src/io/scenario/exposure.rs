//! `exposure`: the user's own villages, roads and floodplain units, damage curves and rule of compensation.

use std::path::PathBuf;

use super::context::Context;
use super::item::{Item, Record};
use super::{corridor, site::Site};
use crate::domain::geo::corridor::Corridor;
use crate::domain::impact::damage::compensation::CompensationRule;
use crate::domain::impact::damage::curve_set::CurveSet;
use crate::domain::impact::{Exposure, Leaving};
use crate::domain::river::River;
use crate::domain::scenario::Mode;
use crate::io::damage::{curve_sets, load_curves};
use crate::io::exposure::own::{self, Notes};
use crate::io::layers::LayerError;

const KEYS: &[&str] = &["villages", "roads", "shelters", "units", "curves", "compensation", "lives", "leaving"];

const LEAVING_KEYS: &[&str] = &[
    "warning_hours",
    "ready_hours",
    "stay_frac",
    "speed_kmh",
    "people_per_vehicle",
    "ramp_vehicles_per_hour",
    "reserve_hours",
];

/// What stands on the floodplain of a corridor, and its river: built in, or the user's own. A raster has neither.
pub(super) fn read(
    top: &Record<'_>,
    site: Option<&Site>,
    mode: Option<Mode>,
    cx: &mut Context,
) -> (Option<River>, Option<Exposure>) {
    let item = top.optional("exposure");
    let Some(built) = site.and_then(Site::corridor) else {
        if let (Some(item), Some(_)) = (&item, site) {
            let allowed = "no `exposure`; it belongs to `domain: Corridor(..)`, which has floodplain units";
            cx.faults.add(&item.spot(), "`exposure` beside a raster", allowed);
        }
        return (None, None);
    };
    let mut river = built.river.clone();
    let mut exposure = corridor::exposure(built);
    if let Some(record) = item.and_then(|item| item.record(&mut cx.faults, KEYS)) {
        exposure = own_layers(&record, exposure, &mut river, built, cx);
        if let Some(curves) = record.optional("curves").and_then(|item| curves(&item, cx)) {
            exposure.curves = curves;
        }
        if let Some(rule) = record.optional("compensation").and_then(|item| compensation(&item, cx)) {
            exposure.compensation = rule;
        }
        if let Some(record) = record.optional("leaving").and_then(|item| item.record(&mut cx.faults, LEAVING_KEYS)) {
            leaving(&record, &mut exposure.leaving, cx);
        }
        exposure.counts_lives = record.optional("lives").is_some_and(|item| lives(&item, mode, cx));
    }
    (Some(river), Some(exposure))
}

/// Units first: villages are joined to them. Villages before roads, which lead to them.
fn own_layers(
    record: &Record<'_>,
    mut exposure: Exposure,
    river: &mut River,
    built: &Corridor,
    cx: &mut Context,
) -> Exposure {
    let ramps = exposure.roads.clone();
    if let Some(item) = record.optional("units") {
        exposure = joined(&item, exposure, cx, |exposure, path| own::units(exposure, river, &built.terrain, path));
    }
    if let Some(item) = record.optional("villages") {
        exposure = joined(&item, exposure, cx, |exposure, path| own::villages(exposure, river, &built.terrain, path));
        if record.optional("roads").is_none() {
            exposure.roads = corridor::roads(built, river, &exposure.villages);
        }
    } else if record.optional("units").is_some() && record.optional("roads").is_none() {
        exposure.roads = corridor::roads(built, river, &exposure.villages);
    }
    if let Some(item) = record.optional("roads") {
        exposure = joined(&item, exposure, cx, |exposure, path| own::roads(exposure, &ramps, &built.terrain, path));
    }
    if let Some(item) = record.optional("shelters") {
        exposure = joined(&item, exposure, cx, |exposure, path| own::shelters(exposure, &built.terrain, path));
    }
    exposure
}

fn joined(
    item: &Item<'_>,
    exposure: Exposure,
    cx: &mut Context,
    join: impl FnOnce(Exposure, &PathBuf) -> Result<(Exposure, Notes), LayerError>,
) -> Exposure {
    let Some(name) = item.nonempty_text(&mut cx.faults) else { return exposure };
    let path = cx.path(name);
    match join(exposure.clone(), &path) {
        Ok((exposure, notes)) => {
            cx.notes.extend(notes);
            exposure
        }
        Err(error) => {
            cx.faults.add(&item.spot(), error.to_string(), "a layer that can be joined");
            exposure
        }
    }
}

/// How people leave, where it is not as built in.
fn leaving(record: &Record<'_>, leaving: &mut Leaving, cx: &mut Context) {
    let hours = |x: f64| x > 0.0 && x <= 48.0;
    let mut pair = |key: &str, to: &mut [f64; 2], allowed: &str, test: &dyn Fn(f64) -> bool| {
        let Some(item) = record.optional(key) else { return };
        match item.pair(&mut cx.faults, allowed) {
            Some(values) if values.iter().all(|x| test(*x)) => *to = values,
            Some(_) => cx.faults.add(&item.spot(), item.describe(), allowed),
            None => {}
        }
    };
    pair("warning_hours", &mut leaving.spread_hours, "(by day, by night), hours from 0 to 48", &hours);
    pair("ready_hours", &mut leaving.ready_hours, "(practised, not practised), hours from 0 to 48", &hours);
    let share = |x: f64| (0.0..1.0).contains(&x);
    pair("stay_frac", &mut leaving.stay_frac, "(practised, not practised), shares from 0 to less than 1", &share);
    let mut number = |key: &str, to: &mut f64, allowed: &str, test: &dyn Fn(f64) -> bool| {
        let given = record.optional(key).and_then(|item| item.number(&mut cx.faults, allowed, test));
        *to = given.unwrap_or(*to);
    };
    let mut speed_kmh = leaving.speed_mps * 3.6;
    number("speed_kmh", &mut speed_kmh, "km/h from 1 to 100", &|x| (1.0..=100.0).contains(&x));
    leaving.speed_mps = speed_kmh / 3.6;
    number("people_per_vehicle", &mut leaving.people_per_vehicle, "1 to 60", &|x| (1.0..=60.0).contains(&x));
    let at_ramp = "vehicles an hour, more than 0 and up to 5000";
    number("ramp_vehicles_per_hour", &mut leaving.ramp_vehicles_per_hour, at_ramp, &|x| x > 0.0 && x <= 5000.0);
    number("reserve_hours", &mut leaving.reserve_hours, "hours from 0 to 48", &|x| (0.0..=48.0).contains(&x));
}

/// The id of a built-in set, or a table of one's own; `file.csv|set` where it has several.
fn curves(item: &Item<'_>, cx: &mut Context) -> Option<CurveSet> {
    let text = item.nonempty_text(&mut cx.faults)?;
    let built_in = curve_sets();
    if let Some(set) = built_in.iter().find(|set| set.id == text) {
        return Some(set.clone());
    }
    let known: Vec<String> = built_in.iter().map(|set| format!("{:?}", set.id)).collect();
    let known = known.join(", ");
    let (file, id) = text.rsplit_once('|').map_or((text, None), |(file, id)| (file, Some(id)));
    if !file.to_lowercase().ends_with(".csv") {
        return item.refuse(&mut cx.faults, format!("{known}, or a CSV file of curves"));
    }
    let sets = match load_curves(&cx.path(file)) {
        Ok(sets) => sets,
        Err(error) => {
            cx.faults.add(&item.spot(), error.to_string(), "a sound table of curves");
            return None;
        }
    };
    let ids: Vec<&str> = sets.iter().map(|set| set.id.as_str()).collect();
    let wanted = match id {
        None if sets.len() == 1 => sets.first(),
        id => sets.iter().find(|set| Some(set.id.as_str()) == id),
    };
    if wanted.is_none() {
        cx.faults.add(&item.spot(), format!("{text:?}"), format!("one of the sets of the file: `{file}|` and {ids:?}"));
    }
    wanted.cloned()
}

/// Whether lives are estimated: only in a drill, and only where it is asked for.
fn lives(item: &Item<'_>, mode: Option<Mode>, cx: &mut Context) -> bool {
    let wanted = item.boolean(&mut cx.faults).unwrap_or(false);
    if wanted && mode.is_some_and(|mode| mode != Mode::Drill) {
        cx.faults.add(&item.spot(), "`true` outside a drill", "`lives: true` only with `mode: Drill`");
    }
    wanted
}

fn compensation(item: &Item<'_>, cx: &mut Context) -> Option<CompensationRule> {
    let text = item.nonempty_text(&mut cx.faults)?;
    let rules = CompensationRule::published();
    let known: Vec<String> = rules.iter().map(|rule| format!("{:?}", rule.id)).collect();
    let wanted = rules.into_iter().find(|rule| rule.id == text);
    wanted.or_else(|| item.refuse(&mut cx.faults, known.join(", ")))
}
