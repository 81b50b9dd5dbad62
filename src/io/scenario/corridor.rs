//! `domain: Corridor((..))`: the built-in river, and what comes with it.
//!
//! What was observed beside it is read in `observed`.

use time::OffsetDateTime;

use super::context::Context;
use super::domain::{Plan, fits};
use super::fault::Faults;
use super::item::{Item, Record, Variant};
use super::observed;
use super::site::{Nearest, is_on_grid, nearest_on};
use crate::domain::geo::PointMap;
use crate::domain::geo::corridor::{
    self, ChannelKind, Corridor, CorridorError, CorridorSpec, DikeSource, RiverTables, RoughnessSource,
};
use crate::domain::geo::polyline::Polyline;
use crate::domain::impact::{Exposure, RoadNet, Village};
use crate::domain::river::{ObservedPeak, River, Station};
use crate::domain::scenario::{Gauge, Section};
use crate::io::observed::ObservedTable;
use crate::io::{exposure, river};

const KEYS: &[&str] = &[
    "from_km",
    "to_km",
    "cell_m",
    "epoch",
    "landside_m",
    "channel",
    "roughness",
    "production_dikes",
    "flood",
    "observed",
];

pub(super) fn read(
    variant: &Variant<'_>,
    plan: Option<Plan>,
    start: Option<OffsetDateTime>,
    cx: &mut Context,
) -> Option<(Corridor, Option<ObservedTable>)> {
    let record = variant.record(&mut cx.faults, KEYS)?;
    let spec = spec(&record, cx);
    let peaks = record.optional("flood").map(|item| peaks(&item, start, cx));
    let observed = record.optional("observed").map(|item| observed::read(&item, cx));
    let spec = spec?;
    let tables = match river::tables() {
        Ok(tables) => tables,
        Err(error) => {
            cx.faults.add(
                &variant.spot(),
                format!("the built-in river, whose tables are faulty ({error})"),
                "sound tables",
            );
            return None;
        }
    };
    fits(estimate_cells(&tables, &spec), plan, &variant.spot(), cx)?;
    match corridor::build(&tables, &spec) {
        Ok(mut corridor) => {
            let stations = &mut corridor.river.stations;
            attach(stations, peaks.flatten().unwrap_or_default());
            let observed = observed.flatten();
            if let Some(((item, table), (start, plan))) =
                record.optional("observed").zip(observed.as_ref()).zip(start.zip(plan))
            {
                observed::attach(stations, table, start, plan.duration_secs, &item, cx)?;
            }
            Some((corridor, observed))
        }
        Err(error) => {
            refuse(&error, &record, variant, cx);
            None
        }
    }
}

fn spec(record: &Record<'_>, cx: &mut Context) -> Option<CorridorSpec> {
    let faults = &mut cx.faults;
    let usual = CorridorSpec::default();
    let from_km = record.required(faults, "from_km").and_then(|item| item.finite(faults));
    let to_km = record.required(faults, "to_km").and_then(|item| item.finite(faults));
    let cell_m = match record.optional("cell_m") {
        Some(item) => item.number(faults, "a cell size in m above 0", |x| x > 0.0),
        None => Some(usual.cell_m),
    };
    let landside_m = match record.optional("landside_m") {
        Some(item) => item.number(faults, LANDSIDE, |x| (0.0..=20_000.0).contains(&x)),
        None => Some(usual.landside_m),
    };
    let epoch = record.required(faults, "epoch").and_then(|item| item.whole(faults, 0..=9999));
    let epoch = epoch.and_then(|year| u16::try_from(year).ok());
    let channel = match record.optional("channel") {
        Some(item) => channel(&item, faults),
        None => Some(usual.channel),
    };
    let roughness = match record.optional("roughness") {
        Some(item) => roughness(&item, faults),
        None => Some(usual.roughness),
    };
    let production_dikes = match record.optional("production_dikes") {
        Some(item) => production_dikes(&item, faults),
        None => Some(usual.production_dikes),
    };
    Some(CorridorSpec {
        from_km: from_km?,
        to_km: to_km?,
        cell_m: cell_m?,
        epoch: epoch?,
        landside_m: landside_m?,
        channel: channel?,
        roughness: roughness?,
        production_dikes: production_dikes?,
    })
}

fn channel(item: &Item<'_>, faults: &mut Faults) -> Option<ChannelKind> {
    let variant = item.variant(faults, &["OnGrid", "Line"])?;
    variant.bare(faults)?;
    match variant.name {
        "Line" => Some(ChannelKind::Line),
        _ => Some(ChannelKind::OnGrid),
    }
}

fn roughness(item: &Item<'_>, faults: &mut Faults) -> Option<RoughnessSource> {
    let variant = item.variant(faults, &["Published", "Calibrated"])?;
    variant.bare(faults)?;
    match variant.name {
        "Calibrated" => Some(RoughnessSource::Calibrated),
        _ => Some(RoughnessSource::Published),
    }
}

fn production_dikes(item: &Item<'_>, faults: &mut Faults) -> Option<DikeSource> {
    let variant = item.variant(faults, &["None", "Published"])?;
    variant.bare(faults)?;
    match variant.name {
        "Published" => Some(DikeSource::Published),
        _ => Some(DikeSource::None),
    }
}

const LANDSIDE: &str = "a width in m from 0 to 20000";

/// Cells of the grid that will be built, about: the rectangle around the river's course, levees and landside included.
///
/// Asked before anything is built, so it needs the table's degrees in metres only roughly.
fn estimate_cells(tables: &RiverTables, spec: &CorridorSpec) -> f64 {
    const METRES_PER_DEGREE: f64 = 111_000.0;
    let rows = || tables.centreline.iter().filter(|row| (spec.from_km..=spec.to_km).contains(&row.km));
    let extent = |of: fn(&corridor::CentrelineRow) -> f64| {
        let (low, high) = rows().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        (high - low).max(0.0)
    };
    let width_m = rows().map(|row| row.levee_spacing_m).fold(0.0, f64::max) + 2.0 * spec.landside_m;
    let shrink = rows().map(|row| row.lat_deg.to_radians().cos()).fold(0.0, f64::max);
    let (east_m, north_m) =
        (extent(|row| row.lon_deg) * METRES_PER_DEGREE * shrink, extent(|row| row.lat_deg) * METRES_PER_DEGREE);
    (east_m + width_m) * (north_m + width_m) / (spec.cell_m * spec.cell_m)
}

/// Notes why a corridor could not be built, at the key that is to blame.
fn refuse(error: &CorridorError, record: &Record<'_>, variant: &Variant<'_>, cx: &mut Context) {
    let (key, found, allowed) = match error {
        CorridorError::CellSize { cell_m } => {
            ("cell_m", format!("`{cell_m:?}`"), "a cell size in m above 0".to_owned())
        }
        CorridorError::CellTooWide { cell_m, most_m } => {
            ("cell_m", format!("`{cell_m:?}`"), format!("at most {most_m:.0} m, a third of the channel's least width"))
        }
        CorridorError::Landside { landside_m } => ("landside_m", format!("`{landside_m:?}`"), LANDSIDE.to_owned()),
        CorridorError::ReachOutside { from_km, to_km, allowed: [first, last] } => (
            "from_km",
            format!("the reach {from_km} to {to_km} km"),
            format!("a reach that runs downstream within {first} to {last} km"),
        ),
        CorridorError::EpochOutside { epoch, allowed: [first, last] } => {
            ("epoch", format!("`{epoch}`"), format!("a year from {first} to {last}"))
        }
        CorridorError::TooManyCells { n_cells, cell_m, most } => (
            "cell_m",
            format!("{n_cells:.0} cells of {cell_m} m"),
            format!("at most {most} cells: larger cells or a shorter reach"),
        ),
        CorridorError::DikesOnGrid => (
            "production_dikes",
            "`Published` with a channel on the grid".to_owned(),
            "`None`, or `Published` with `channel: Line`".to_owned(),
        ),
        CorridorError::NoCourse { .. } | CorridorError::TurnsBack { .. } | CorridorError::Projection(_) => {
            ("from_km", error.to_string(), "other ends of the reach".to_owned())
        }
    };
    let spot = record.optional(key).map_or_else(|| variant.spot(), |item| item.spot());
    cx.faults.add(&spot, found, allowed);
}

/// Observed peaks of a flood by station, with times from the start of the scenario.
fn peaks(item: &Item<'_>, start: Option<OffsetDateTime>, cx: &mut Context) -> Option<Vec<(String, ObservedPeak)>> {
    let flood = item.nonempty_text(&mut cx.faults)?;
    let rows = match river::observed_peaks(flood) {
        Ok(rows) if !rows.is_empty() => rows,
        Ok(_) => {
            return item.refuse(&mut cx.faults, "a flood of the river's table of observed peaks, such as \"1996-08\"");
        }
        Err(error) => return item.refuse(&mut cx.faults, format!("a flood of a sound table ({error})")),
    };
    let start = start?;
    let peak = |row: river::PeakRow| {
        let time_secs = (row.time - start).as_seconds_f64();
        let river::PeakRow { station, discharge_m3s, stage_m, time: _, time_tolerance_secs, confidence } = row;
        (station, ObservedPeak { discharge_m3s, stage_m, time_secs, time_tolerance_secs, confidence })
    };
    Some(rows.into_iter().map(peak).collect())
}

fn attach(stations: &mut [Station], peaks: Vec<(String, ObservedPeak)>) {
    for (id, peak) in peaks {
        if let Some(station) = stations.iter_mut().find(|station| station.id == id) {
            station.observed_peaks.push(peak);
        }
    }
}

/// What stands on the floodplain of the corridor; the tables are sound, since it was built from them.
pub(super) fn exposure(corridor: &Corridor) -> Exposure {
    let units = river::tables().map(|tables| tables.units).unwrap_or_default();
    exposure::for_corridor(corridor, &units)
}

/// Schematic roads between other villages than the built-in ones.
pub(super) fn roads(corridor: &Corridor, river: &River, villages: &[Village]) -> RoadNet {
    let units = river::tables().map(|tables| tables.units).unwrap_or_default();
    exposure::roads_of(corridor, river, &units, villages)
}

/// One gauge at each station.
pub(super) fn gauges(corridor: &Corridor) -> Vec<Gauge> {
    corridor.river.stations.iter().map(|station| Gauge { name: station.id.clone(), at: station.at }).collect()
}

/// One section from levee to levee through each station.
pub(super) fn sections(corridor: &Corridor) -> Vec<Section> {
    let section = |station: &Station| Some(Section { name: station.id.clone(), line: across(corridor, station.at)? });
    corridor.river.stations.iter().filter_map(section).collect()
}

/// The line from the right bank's levee through a point of the river to the left bank's, by the shortest ways.
///
/// Walked like this, what flows downstream comes from the left hand and is positive. It ends just behind the levees:
/// they are traced along cell edges, up to a cell from their line, and no water may pass between line and levee.
pub(super) fn across(corridor: &Corridor, at: PointMap) -> Option<Vec<PointMap>> {
    let River { centreline, levees, .. } = &corridor.river;
    let course = Polyline::new(centreline.clone())?;
    // By the side of the whole course, not of the line through the point: in a bend a levee's foot may lie ahead of it.
    let is_left = |p: PointMap| course.nearest(p).offset_m > 0.0;
    let foot = |wants_left: bool| {
        let feet = levees.iter().filter_map(|levee| nearest_on(&levee.line, at));
        let on_this_side = feet.filter(|nearest| is_left(nearest.point) == wants_left);
        on_this_side.min_by(|p, q| p.distance_m.total_cmp(&q.distance_m))
    };
    let behind = |nearest: Nearest| {
        let beyond = 1.0 + 1.5 * corridor.terrain.grid.cell_m / nearest.distance_m.max(f64::MIN_POSITIVE);
        let end = [0, 1].map(|axis| at[axis] + beyond * (nearest.point[axis] - at[axis]));
        if is_on_grid(&corridor.terrain.grid, end) { end } else { nearest.point }
    };
    Some(vec![behind(foot(false)?), at, behind(foot(true)?)])
}
