//! Roads by which people leave (演示参数): between villages that have no other nearer to both, and up the levee.
//!
//! The relative neighbourhood graph (Toussaint 1980) of the villages of a unit and the ramps of its levee: it joins all
//! of them, has few loops and no long roads beside short ones, as village roads have. Roads do not cross the channel.

use crate::domain::geo::corridor::UnitRow;
use crate::domain::geo::polyline::{Polyline, distance_m, lerp};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::impact::{Exit, Road, RoadNet, Village};
use crate::domain::river::{LandClass, River};
use crate::domain::text::Bilingual;

use super::figure;
use super::place::levee_of;
use super::register::is_left;

/// The net of a river's villages.
pub(super) fn lay(river: &River, rows: &[UnitRow], grid: &Grid, villages: &[Village]) -> RoadNet {
    let mut net = RoadNet {
        nodes: villages.iter().map(|village| village.at).collect(),
        height_m: figure("road_height").value,
        closed_depth_m: figure("road_closed_depth").value,
        ..RoadNet::default()
    };
    let course = Polyline::new(river.centreline.clone());
    for (unit, of_river) in river.units.iter().enumerate() {
        let mut places: Vec<usize> = (0..villages.len()).filter(|village| villages[*village].unit == unit).collect();
        let row = rows.iter().find(|row| row.id == of_river.id);
        let strip =
            row.map_or_else(|| strip_of(river, course.as_ref()?, villages, &places), |row| Some(Strip::of(row)));
        let Some(strip) = strip.filter(|_| !places.is_empty()) else { continue };
        places.extend(ramps(&mut net, river, &strip));
        if of_river.is_landside {
            places.extend(ways_inland(&mut net, river, &strip, grid));
        }
        for [a, b] in neighbours(&net.nodes, &places) {
            let cells = cells_between(grid, net.nodes[a], net.nodes[b]);
            let crosses = |cell: &usize| river.class_of_cell[*cell] == LandClass::Channel;
            if !cells.iter().any(crosses) {
                let name = road_name(&net, villages, [a, b]);
                net.roads.push(Road { name, ends: [a, b], length_m: distance_m(net.nodes[a], net.nodes[b]), cells });
            }
        }
    }
    net
}

/// The stretch of a bank that a unit lies on, km.
struct Strip {
    is_left: bool,
    km: [f64; 2],
}

impl Strip {
    fn of(row: &UnitRow) -> Self {
        Self { is_left: is_left(row), km: [row.from_km, row.to_km] }
    }
}

/// That of a unit which the table does not have: the bank and the chainages of its villages.
fn strip_of(river: &River, course: &Polyline, villages: &[Village], places: &[usize]) -> Option<Strip> {
    let kms = places.iter().filter_map(|village| river.km_at(villages[*village].at));
    let (from_km, to_km) = kms.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), km| (a.min(km), b.max(km)));
    let n_left = places.iter().filter(|village| course.nearest(villages[**village].at).offset_m > 0.0).count();
    (from_km <= to_km).then_some(Strip { is_left: 2 * n_left >= places.len(), km: [from_km, to_km.max(from_km + 1.0)] })
}

/// Ramps nearer than this are one, m.
const SAME_RAMP_M: f64 = 100.0;

/// Adds the ramps of a unit's levee: one every few km, the first half a spacing from its end.
fn ramps(net: &mut RoadNet, river: &River, strip: &Strip) -> Vec<usize> {
    let Some(levee) = levee_of(river, strip.is_left) else { return Vec::new() };
    let spacing_km = figure("ramp_spacing").value;
    let span_km = [river.chainage_km.first(), river.chainage_km.last()].map(|km| km.copied().unwrap_or(0.0));
    let [from_km, to_km] = [strip.km[0].max(span_km[0]), strip.km[1].min(span_km[1])];
    let mut nodes = Vec::new();
    let mut km = from_km + 0.5 * spacing_km.min(to_km - from_km);
    while km < to_km {
        let at = river.levee_at_km(levee, km);
        // In a bend the foot of several points of the river is one point of the levee; and a ramp serves both sides.
        let is_at = |node: usize, at: PointMap| distance_m(net.nodes[node], at) < SAME_RAMP_M;
        let known = at.and_then(|at| net.exits.iter().map(|exit| exit.node).find(|node| is_at(*node, at)));
        if let Some(node) = known {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        } else if let Some(at) = at {
            let name = Bilingual::new(
                format!("{}{km:.0}公里上堤路口", levee.name.zh),
                format!("Ramp at km {km:.0}, {}", levee.name.en),
            );
            net.exits.push(Exit { name, node: net.nodes.len(), capacity: figure("shelter_capacity").value });
            nodes.push(net.nodes.len());
            net.nodes.push(at);
        }
        km += spacing_km;
    }
    nodes
}

/// Adds the ways out of the land behind a levee on its far side: one every few km, at the edge of the domain.
fn ways_inland(net: &mut RoadNet, river: &River, strip: &Strip, grid: &Grid) -> Vec<usize> {
    let Some(levee) = levee_of(river, strip.is_left) else { return Vec::new() };
    let spacing_km = 2.0 * figure("ramp_spacing").value;
    let mut nodes = Vec::new();
    let mut km = strip.km[0] + 0.5 * spacing_km;
    while km < strip.km[1] {
        if let Some((foot, at)) = river.levee_at_km(levee, km).zip(river.at_km(km)) {
            let place = last_inside(river, grid, foot, [foot[0] - at[0], foot[1] - at[1]]);
            let side = if strip.is_left { ("左岸", "left") } else { ("右岸", "right") };
            let name = Bilingual::new(
                format!("{}背河{km:.0}公里出口", side.0),
                format!("Way inland at km {km:.0}, {} bank", side.1),
            );
            net.exits.push(Exit { name, node: net.nodes.len(), capacity: figure("shelter_capacity").value });
            nodes.push(net.nodes.len());
            net.nodes.push(place);
        }
        km += spacing_km;
    }
    nodes
}

/// The last point of the land behind the levees on the way from a point in a direction.
fn last_inside(river: &River, grid: &Grid, from: PointMap, towards: [f64; 2]) -> PointMap {
    let length = towards[0].hypot(towards[1]).max(1.0);
    let step = [towards[0] / length * grid.cell_m, towards[1] / length * grid.cell_m];
    let is_land = |at: PointMap| {
        let cell = grid.cell_at(at).map(|(row, col)| grid.index(row, col));
        cell.is_some_and(|cell| river.class_of_cell[cell] == LandClass::Landside)
    };
    // The levee itself strays a cell or two from its line.
    let mut last = from;
    let mut at = [from[0] + 2.0 * step[0], from[1] + 2.0 * step[1]];
    while is_land(at) {
        (last, at) = (at, [at[0] + step[0], at[1] + step[1]]);
    }
    last
}

/// Nearest places of each that a road may lead to: roads to farther ones are very rare, and cost the square.
const N_NEAR: usize = 24;

/// Pairs of places that no third place is nearer to than they are to each other.
///
/// A place that is nearer to both is nearer to the first than the second is, so only those before it in the list of the
/// first one's nearest places need be asked.
fn neighbours(nodes: &[PointMap], places: &[usize]) -> Vec<[usize; 2]> {
    let gap = |a: usize, b: usize| distance_m(nodes[a], nodes[b]);
    let mut pairs = Vec::new();
    for &a in places {
        let mut near: Vec<usize> = places.iter().copied().filter(|b| *b != a).collect();
        if near.len() > N_NEAR {
            near.select_nth_unstable_by(N_NEAR - 1, |b, c| gap(a, *b).total_cmp(&gap(a, *c)));
            near.truncate(N_NEAR);
        }
        near.sort_by(|b, c| gap(a, *b).total_cmp(&gap(a, *c)).then(b.cmp(c)));
        for (rank, &b) in near.iter().enumerate() {
            let is_between = |c: &usize| gap(b, *c) < gap(a, b);
            if !near[..rank].iter().any(is_between) {
                pairs.push([a.min(b), a.max(b)]);
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Cells that a straight road passes, each once.
pub(super) fn cells_between(grid: &Grid, a: PointMap, b: PointMap) -> Vec<usize> {
    let mut cells = Vec::new();
    let steps = (distance_m(a, b) / (0.25 * grid.cell_m)).ceil().max(1.0);
    let mut step = 0.0;
    while step <= steps {
        let cell = grid.cell_at(lerp(a, b, step / steps)).map(|(row, col)| grid.index(row, col));
        if let Some(cell) = cell.filter(|cell| cells.last() != Some(cell)) {
            cells.push(cell);
        }
        step += 1.0;
    }
    cells
}

fn road_name(net: &RoadNet, villages: &[Village], ends: [usize; 2]) -> Bilingual {
    let [a, b] = ends.map(|end| {
        let ramp = || net.exits.iter().find(|exit| exit.node == end).map(|exit| exit.name.clone());
        villages.get(end).map_or_else(|| ramp().unwrap_or_default(), |village| village.name.clone())
    });
    Bilingual::new(format!("{}—{}", a.zh, b.zh), format!("{} – {}", a.en, b.en))
}
