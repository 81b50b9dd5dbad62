//! `observed` of a corridor: the series (实况) that a run is laid beside.

use time::OffsetDateTime;

use super::context::Context;
use super::item::Item;
use crate::domain::river::Station;
use crate::io::observed::{self, ObservedError, ObservedTable};

/// A window of the program by its name, or `Csv("file.csv")`.
pub(super) fn read(item: &Item<'_>, cx: &mut Context) -> Option<ObservedTable> {
    if item.is_text() {
        return window(item, cx);
    }
    if item.record_name() != Some("Csv") {
        return item.refuse(&mut cx.faults, allowed());
    }
    let variant = item.variant(&mut cx.faults, &["Csv"])?;
    let path_item = variant.single(&mut cx.faults, "the path of a CSV file")?;
    file(&path_item, cx)
}

/// A table of the user's own.
pub(super) fn file(item: &Item<'_>, cx: &mut Context) -> Option<ObservedTable> {
    let (path, text) = cx.text_of(item)?;
    match observed::read(&text) {
        Ok(rows) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Some(ObservedTable::of_user(name, rows))
        }
        Err(faults) => {
            for fault in faults {
                cx.faults.add_in(path.clone(), fault.at, fault.key, fault.found, fault.allowed);
            }
            None
        }
    }
}

/// A window of the program by its name.
pub(super) fn window(item: &Item<'_>, cx: &mut Context) -> Option<ObservedTable> {
    let name = item.text(&mut cx.faults)?;
    match observed::window(name) {
        Ok(table) => Some(table),
        Err(ObservedError::Unknown { .. }) => item.refuse(&mut cx.faults, allowed()),
        Err(error) => item.refuse(&mut cx.faults, format!("a window of a sound table ({error})")),
    }
}

/// The windows there are, and the other form.
fn allowed() -> String {
    let names = observed::windows().unwrap_or_default();
    let names: Vec<String> = names.iter().map(|window| format!("{:?}", window.name)).collect();
    format!("{} or `Csv(\"file.csv\")`", names.join(", "))
}

/// Gives each station its series within the time of the scenario. `None` comes with a fault: a table that has no reading
/// for any station in that time was not meant for this scenario.
pub(super) fn attach(
    stations: &mut [Station],
    table: &ObservedTable,
    start: OffsetDateTime,
    duration_secs: f64,
    item: &Item<'_>,
    cx: &mut Context,
) -> Option<()> {
    for station in stations.iter_mut() {
        station.observed = table.series(&station.id, start).and_then(|series| series.clipped(duration_secs));
    }
    if stations.iter().any(|station| station.observed.is_some()) {
        return Some(());
    }
    let ids: Vec<&str> = stations.iter().map(|station| station.id.as_str()).collect();
    let times = table.rows.iter().map(|row| row.time);
    let span = times.clone().min().zip(times.max()).map(|(from, to)| format!("{from} to {to}")).unwrap_or_default();
    let found = format!("{}: readings at {} from {span}", item.describe(), table.stations().join(", "));
    let allowed = format!("readings at one of {} within the time of the scenario", ids.join(", "));
    cx.faults.add(&item.spot(), found, allowed);
    None
}
