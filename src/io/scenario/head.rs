//! The plain values of a scenario: names, times, output, settings of the method.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::context::Context;
use super::fault::Faults;
use super::item::{Item, Record};
use crate::domain::scenario::{Friction, Mode, Numerics, Order, OutputPlan, Steps};
use crate::domain::text::Bilingual;

/// The newest version of the format that is understood.
pub(super) const VERSION: i128 = 1;

/// Whether the file is of a version that is understood; `false` stops the reading, since newer keys are not faults.
pub(super) fn version(top: &Record<'_>, faults: &mut Faults) -> bool {
    let Some(item) = top.required(faults, "version") else { return true };
    let Some(version) = item.whole(faults, 1..=i128::from(u32::MAX)) else { return true };
    if version > VERSION {
        let allowed =
            format!("version {VERSION} or older: the file was written for a newer Hetu, which is needed to read it");
        faults.add(&item.spot(), format!("version `{version}`"), allowed);
    }
    version <= VERSION
}

pub(super) fn name(top: &Record<'_>, faults: &mut Faults) -> Option<String> {
    let item = top.required(faults, "name")?;
    let name = item.text(faults)?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        return item.refuse(faults, "a name of small letters a-z, digits and `-`, since it names output");
    }
    Some(name.to_owned())
}

pub(super) fn title(top: &Record<'_>, faults: &mut Faults) -> Option<Bilingual> {
    let title = top.required(faults, "title")?.record(faults, &["zh", "en"])?;
    let [zh, en] = ["zh", "en"].map(|key| title.required(faults, key)?.nonempty_text(faults));
    Some(Bilingual::new(zh?, en?))
}

pub(super) fn mode(top: &Record<'_>, faults: &mut Faults) -> Option<Mode> {
    let variant = top.required(faults, "mode")?.variant(faults, &["Observed", "Forecast", "Rehearsal", "Drill"])?;
    variant.bare(faults)?;
    Some(match variant.name {
        "Observed" => Mode::Observed,
        "Forecast" => Mode::Forecast,
        "Rehearsal" => Mode::Rehearsal,
        _ => Mode::Drill,
    })
}

pub(super) fn start(top: &Record<'_>, faults: &mut Faults) -> Option<OffsetDateTime> {
    let item = top.required(faults, "start")?;
    match OffsetDateTime::parse(item.text(faults)?, &Rfc3339) {
        Ok(start) => Some(start),
        Err(_not_a_time) => item.refuse(faults, "a wall clock time as RFC 3339: \"1996-08-03T08:00:00+08:00\""),
    }
}

pub(super) fn duration(top: &Record<'_>, faults: &mut Faults) -> Option<f64> {
    top.required(faults, "duration_secs")?.positive(faults)
}

/// How often output is made: above zero, and not longer than the run.
pub(super) fn output(top: &Record<'_>, duration_secs: Option<f64>, faults: &mut Faults) -> Option<OutputPlan> {
    const KEYS: &[&str] = &["frame_every_secs", "gauge_every_secs"];
    let output = top.required(faults, "output")?.record(faults, KEYS)?;
    let longest = duration_secs.unwrap_or(f64::MAX);
    let allowed = match duration_secs {
        Some(longest) => format!("a number above 0 and at most the duration, {longest}"),
        None => "a number above 0".to_owned(),
    };
    let mut every = |key: &str| {
        let item = output.required(faults, key)?;
        item.number(faults, &allowed, |secs| secs > 0.0 && secs <= longest)
    };
    let [frame, gauge] = [every(KEYS[0]), every(KEYS[1])];
    Some(OutputPlan { frame_every_secs: frame?, gauge_every_secs: gauge? })
}

/// Settings of the method; all optional.
pub(super) fn numerics(top: &Record<'_>, cx: &mut Context) -> Numerics {
    const KEYS: &[&str] = &["gravity", "cfl", "order", "dry_depth_m", "friction", "steps"];
    let mut numerics = Numerics::default();
    let Some(record) = top.optional("numerics").and_then(|item| item.record(&mut cx.faults, KEYS)) else {
        return numerics;
    };
    let mut set = |key: &str, allowed: &str, test: fn(f64) -> bool, place: &mut f64| {
        if let Some(value) = record.optional(key).and_then(|item| item.number(&mut cx.faults, allowed, test)) {
            *place = value;
        }
    };
    set("gravity", "a number above 0 (9.81 m/s² on Earth)", |g| g > 0.0, &mut numerics.gravity_mps2);
    set("cfl", "a number above 0 and at most 0.5", |c| c > 0.0 && c <= 0.5, &mut numerics.cfl);
    set("dry_depth_m", "a depth in m above 0", |h| h > 0.0, &mut numerics.dry_depth_m);
    if let Some(law) = record.optional("friction").and_then(|item| friction(&item, &mut cx.faults)) {
        numerics.friction = law;
    }
    if let Some(order) = record.optional("order").and_then(|item| word(&item, &mut cx.faults, &["Second", "First"])) {
        numerics.order = if order == "First" { Order::First } else { Order::Second };
    }
    if let Some(steps) = record.optional("steps").and_then(|item| word(&item, &mut cx.faults, &["Local", "Uniform"])) {
        numerics.steps = if steps == "Uniform" { Steps::Uniform } else { Steps::Local };
    }
    numerics
}

/// `Manning`, `Off` or `Chezy(40.0)`.
fn friction(item: &Item<'_>, faults: &mut Faults) -> Option<Friction> {
    let variant = item.variant(faults, &["Manning", "Off", "Chezy"])?;
    if variant.name == "Chezy" {
        const ALLOWED: &str = "a coefficient in m^(1/2)/s above 0 (30 to 60 on most beds)";
        let coefficient = variant.single(faults, ALLOWED)?.number(faults, ALLOWED, |c| c > 0.0)?;
        return Some(Friction::Chezy(coefficient));
    }
    variant.bare(faults)?;
    Some(if variant.name == "Off" { Friction::Off } else { Friction::Manning })
}

/// A bare word out of a few.
fn word(item: &Item<'_>, faults: &mut Faults, known: &[&'static str]) -> Option<&'static str> {
    let variant = item.variant(faults, known)?;
    variant.bare(faults)?;
    Some(variant.name)
}
