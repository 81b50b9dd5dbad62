//! Roads by which people leave (演示参数): between villages that have no other nearer to both, and up the levee.
//!
//! The relative neighbourhood graph (Toussaint 1980) of the villages of a unit and the ramps of its levee: it joins all
//! of them, has few loops and no long roads beside short ones, as village roads have. Roads do not cross the channel.

use crate::domain::geo::corridor::UnitRow;
use crate::domain::geo::polyline::{distance_m, lerp};
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
    for (unit, of_river) in river.units.iter().enumerate() {
        let Some(row) = rows.iter().find(|row| row.id == of_river.id) else { continue };
        let mut places: Vec<usize> = (0..villages.len()).filter(|village| villages[*village].unit == unit).collect();
        if places.is_empty() {
            continue;
        }
        places.extend(ramps(&mut net, river, row));
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

/// Adds the ramps of a unit's levee: one every few km, the first half a spacing from its end.
fn ramps(net: &mut RoadNet, river: &River, row: &UnitRow) -> Vec<usize> {
    let Some(levee) = levee_of(river, is_left(row)) else { return Vec::new() };
    let spacing_km = figure("ramp_spacing").value;
    let span_km = [river.chainage_km.first(), river.chainage_km.last()].map(|km| km.copied().unwrap_or(0.0));
    let [from_km, to_km] = [row.from_km.max(span_km[0]), row.to_km.min(span_km[1])];
    let mut nodes = Vec::new();
    let mut km = from_km + 0.5 * spacing_km.min(to_km - from_km);
    while km < to_km {
        if let Some(at) = river.levee_at_km(levee, km) {
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

/// Pairs of places that no third place is nearer to than they are to each other.
fn neighbours(nodes: &[PointMap], places: &[usize]) -> Vec<[usize; 2]> {
    let gap = |a: usize, b: usize| distance_m(nodes[a], nodes[b]);
    let mut pairs = Vec::new();
    for (k, &a) in places.iter().enumerate() {
        for &b in &places[k + 1..] {
            let apart_m = gap(a, b);
            let is_between = |c: &usize| *c != a && *c != b && gap(a, *c).max(gap(b, *c)) < apart_m;
            if !places.iter().any(is_between) {
                pairs.push([a, b]);
            }
        }
    }
    pairs
}

/// Cells that a straight road passes, each once.
fn cells_between(grid: &Grid, a: PointMap, b: PointMap) -> Vec<usize> {
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
