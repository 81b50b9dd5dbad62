//! `domain: Corridor((..))`: the built-in river, and what comes with it.

use time::OffsetDateTime;

use super::context::Context;
use super::domain::Plan;
use super::item::Variant;
use super::site::{distance_m, nearest_on};
use crate::domain::geo::PointMap;
use crate::domain::geo::corridor::{Corridor, CorridorSpec};
use crate::domain::impact::Exposure;
use crate::domain::river::{River, Station};
use crate::domain::scenario::{Gauge, Section};

const KEYS: &[&str] = &["from_km", "to_km", "cell_m", "epoch", "landside_m", "flood"];

/// Cell size where the scenario gives none, m.
const DEFAULT_CELL_M: f64 = 200.0;

/// Width of the land behind each levee where the scenario gives none, m.
const DEFAULT_LANDSIDE_M: f64 = 3000.0;

pub(super) fn read(
    variant: &Variant<'_>,
    plan: Option<Plan>,
    start: Option<OffsetDateTime>,
    cx: &mut Context,
) -> Option<Corridor> {
    let record = variant.record(&mut cx.faults, KEYS)?;
    let faults = &mut cx.faults;
    let from_item = record.required(faults, "from_km");
    let to_item = record.required(faults, "to_km");
    let from_km = from_item.and_then(|item| item.finite(faults));
    let to_km = to_item.as_ref().and_then(|item| item.finite(faults));
    let cell_m = match record.optional("cell_m") {
        Some(item) => item.number(faults, "a cell size in m above 0", |x| x > 0.0),
        None => Some(DEFAULT_CELL_M),
    };
    let landside_m = match record.optional("landside_m") {
        Some(item) => item.number(faults, "a width in m of at least 0", |x| x >= 0.0),
        None => Some(DEFAULT_LANDSIDE_M),
    };
    let epoch = record.required(faults, "epoch").and_then(|item| item.whole(faults, 1950..=2100));
    let flood_item = record.optional("flood");
    let flood = flood_item.as_ref().and_then(|item| item.nonempty_text(faults));
    let (from_km, to_km) = (from_km?, to_km?);
    if from_km >= to_km {
        to_item?.refuse::<()>(faults, format!("a chainage below the upstream end, {from_km} km"));
        return None;
    }
    let spec =
        CorridorSpec { from_km, to_km, cell_m: cell_m?, epoch: u16::try_from(epoch?).ok()?, landside_m: landside_m? };
    let _ = (plan, start, flood, spec);
    None
}

/// What stands on the floodplain of a corridor.
pub(super) fn exposure(_corridor: &Corridor) -> Option<Exposure> {
    None
}

/// Depth, and velocity east and north, of uniform flow in the channel.
pub(super) fn normal_depth(_corridor: &Corridor, _discharge_m3s: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    unimplemented!()
}

/// One gauge at each station.
pub(super) fn gauges(corridor: &Corridor) -> Vec<Gauge> {
    corridor.river.stations.iter().map(|station| Gauge { name: station.id.clone(), at: station.at }).collect()
}

/// One section from levee to levee through each station.
pub(super) fn sections(corridor: &Corridor) -> Vec<Section> {
    let river = &corridor.river;
    let section = |station: &Station| Some(Section { name: station.id.clone(), line: across(river, station.at)? });
    river.stations.iter().filter_map(section).collect()
}

/// The line from the right bank's levee through a point of the river to the left bank's, by the shortest ways.
///
/// Walked like this, what flows downstream comes from the left hand and is positive.
fn across(river: &River, at: PointMap) -> Option<Vec<PointMap>> {
    let along = nearest_on(&river.centreline, at)?;
    let (a, b) = (river.centreline[along.segment], river.centreline[along.segment + 1]);
    let is_left = |p: PointMap| (b[0] - a[0]) * (p[1] - at[1]) - (b[1] - a[1]) * (p[0] - at[0]) > 0.0;
    let feet = || river.levees.iter().filter_map(|levee| nearest_on(&levee.line, at)).map(|nearest| nearest.point);
    let nearest =
        |feet: Vec<PointMap>| feet.into_iter().min_by(|p, q| distance_m(*p, at).total_cmp(&distance_m(*q, at)));
    let left = nearest(feet().filter(|p| is_left(*p)).collect())?;
    let right = nearest(feet().filter(|p| !is_left(*p)).collect())?;
    Some(vec![right, at, left])
}
