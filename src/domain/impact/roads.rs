//! Roads as a graph: by which way people leave, how long it is, and until when it is open.
//!
//! A road is closed where water on it is as deep as small cars bear, or by an order. Ways end at the exits: ramps of the
//! levee (上堤道口), behind which the shelters lie.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::domain::geo::PointMap;
use crate::domain::text::Bilingual;

/// Roads, the places that they join, and where they lead out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RoadNet {
    /// Places on the map; the first ones are the villages, in their order.
    pub nodes: Vec<PointMap>,
    /// Roads.
    pub roads: Vec<Road>,
    /// Where they lead out.
    pub exits: Vec<Exit>,
    /// How far the roads lie above the ground beside them, m.
    pub height_m: f64,
    /// Depth on a road from which it is closed, m.
    pub closed_depth_m: f64,
}

/// A road between two places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Road {
    /// Name, unique.
    pub name: Bilingual,
    /// The places it joins.
    pub ends: [usize; 2],
    /// Length, m.
    pub length_m: f64,
    /// Cells that it passes, row-major, row 0 north.
    pub cells: Vec<usize>,
}

/// A ramp of the levee, and the shelter (安置点) behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exit {
    /// Name, unique.
    pub name: Bilingual,
    /// Its place.
    pub node: usize,
    /// People that the shelter holds.
    pub capacity: f64,
}

/// The way from a place to the nearest exit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Route {
    /// Length, m.
    pub length_m: f64,
    /// Position of the exit.
    pub exit: usize,
    /// The road that it begins with; `None` at the exit itself.
    pub road: Option<usize>,
}

/// A graph made ready for searching: the roads at each place.
#[derive(Debug, Clone)]
pub struct Ways {
    roads_at: Vec<Vec<usize>>,
}

/// A place to go on from; the smallest cost is the greatest, so that a heap gives it first.
#[derive(Debug, PartialEq)]
struct Front {
    cost: f64,
    node: usize,
    exit: usize,
    road: Option<usize>,
}

impl Road {
    /// Whether it has a name, in either language.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        self.name.zh == name || self.name.en == name
    }
}

impl Eq for Front {}

impl Ord for Front {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.node.cmp(&self.node)).then(other.road.cmp(&self.road))
    }
}

impl PartialOrd for Front {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ways {
    /// Of a net of roads.
    pub fn new(net: &RoadNet) -> Self {
        let mut roads_at = vec![Vec::new(); net.nodes.len()];
        for (k, road) in net.roads.iter().enumerate() {
            for end in road.ends {
                roads_at[end].push(k);
            }
        }
        Self { roads_at }
    }

    /// The shortest way out from every place over the roads that are open, to the exits that are (Dijkstra 1959).
    pub fn routes(
        &self,
        net: &RoadNet,
        is_open: impl Fn(usize) -> bool,
        has_room: impl Fn(usize) -> bool,
    ) -> Vec<Option<Route>> {
        let cost = |so_far: f64, road: usize| is_open(road).then(|| so_far + net.roads[road].length_m);
        self.search(net, 0.0, cost, has_room)
    }

    /// Until when there is a way out from every place, s, if each road is open until a time, s: the latest over the ways
    /// of the earliest over the roads of each. Infinite while no closing is known; `None` where no way ever was.
    pub fn open_until(&self, net: &RoadNet, road_until_secs: &[f64]) -> Vec<Option<f64>> {
        let cost = |so_far: f64, road: usize| Some(so_far.max(-road_until_secs[road]));
        let found = self.search(net, f64::NEG_INFINITY, cost, |_| true);
        found.into_iter().map(|route| route.map(|route| -route.length_m)).collect()
    }

    /// Spreads out from the exits, the least cost first; `cost` gives that after one more road, never less.
    fn search(
        &self,
        net: &RoadNet,
        start: f64,
        cost: impl Fn(f64, usize) -> Option<f64>,
        has_room: impl Fn(usize) -> bool,
    ) -> Vec<Option<Route>> {
        let mut found: Vec<Option<Route>> = vec![None; net.nodes.len()];
        let exits = net.exits.iter().enumerate().filter(|(k, _)| has_room(*k));
        let mut fronts: BinaryHeap<Front> =
            exits.map(|(exit, at)| Front { cost: start, node: at.node, exit, road: None }).collect();
        while let Some(Front { cost: so_far, node, exit, road }) = fronts.pop() {
            if found[node].is_some() {
                continue;
            }
            found[node] = Some(Route { length_m: so_far, exit, road });
            for &next in &self.roads_at[node] {
                let [a, b] = net.roads[next].ends;
                let other = if a == node { b } else { a };
                if found[other].is_none()
                    && let Some(cost) = cost(so_far, next)
                {
                    fronts.push(Front { cost, node: other, exit, road: Some(next) });
                }
            }
        }
        found
    }

    /// Shares out people to the shelters: everyone to the nearest one by road that has room, or to the nearest where none
    /// has. `None` where no road leads out.
    pub fn assign(&self, net: &RoadNet, people: &[f64]) -> Vec<Option<Route>> {
        let mut room: Vec<f64> = net.exits.iter().map(|exit| exit.capacity).collect();
        let mut assigned: Vec<Option<Route>> = vec![None; people.len()];
        loop {
            let routes = self.routes(net, |_| true, |exit| room[exit] > 0.0);
            let waits = |k: &usize| assigned[*k].is_none() && routes.get(*k).copied().flatten().is_some();
            let mut next: Vec<usize> = (0..people.len()).filter(waits).collect();
            if next.is_empty() {
                break;
            }
            let length = |k: usize| routes[k].map_or(f64::INFINITY, |route| route.length_m);
            next.sort_by(|&a, &b| length(a).total_cmp(&length(b)).then(a.cmp(&b)));
            for k in next {
                // A shelter takes the last village whole: nobody is turned away at the door.
                if let Some(route) = routes[k].filter(|route| room[route.exit] > 0.0) {
                    room[route.exit] -= people[k];
                    assigned[k] = Some(route);
                }
            }
        }
        // Where every shelter is full people go to the nearest one all the same.
        let nearest = self.routes(net, |_| true, |_| true);
        assigned.iter_mut().zip(&nearest).for_each(|(assigned, nearest)| *assigned = assigned.or(*nearest));
        assigned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Villages 0, 1, 2 in a row, an exit at either end: 3 — 0 — 1 — 2 — 4, each road 1 km but the last, which has 5.
    fn row() -> RoadNet {
        let road = |k: usize, ends: [usize; 2], length_m: f64| Road {
            name: Bilingual::new(format!("路{k}"), format!("road {k}")),
            ends,
            length_m,
            cells: vec![],
        };
        let exit = |node: usize, capacity: f64| Exit { name: Bilingual::default(), node, capacity };
        RoadNet {
            nodes: vec![[0.0, 0.0]; 5],
            roads: vec![
                road(0, [3, 0], 1000.0),
                road(1, [0, 1], 1000.0),
                road(2, [1, 2], 1000.0),
                road(3, [2, 4], 5000.0),
            ],
            exits: vec![exit(3, 250.0), exit(4, 1000.0)],
            height_m: 0.3,
            closed_depth_m: 0.3,
        }
    }

    fn lengths(routes: &[Option<Route>]) -> Vec<Option<(f64, usize)>> {
        routes.iter().map(|route| route.map(|route| (route.length_m, route.exit))).collect()
    }

    #[test]
    fn the_way_out_is_the_shortest_that_is_open() {
        let (net, ways) = (row(), Ways::new(&row()));
        let open = lengths(&ways.routes(&net, |_| true, |_| true));
        assert_eq!(open[..3], [Some((1000.0, 0)), Some((2000.0, 0)), Some((3000.0, 0))]);
        let closed = lengths(&ways.routes(&net, |road| road != 1, |_| true));
        assert_eq!(closed[..3], [Some((1000.0, 0)), Some((6000.0, 1)), Some((5000.0, 1))]);
        let cut = lengths(&ways.routes(&net, |road| road != 1 && road != 3, |_| true));
        assert_eq!(cut[..3], [Some((1000.0, 0)), None, None]);
    }

    #[test]
    fn a_way_is_open_as_long_as_the_best_way_has_no_closed_road() {
        let (net, ways) = (row(), Ways::new(&row()));
        let until = ways.open_until(&net, &[100.0, 50.0, 80.0, 60.0]);
        // Village 1: to the left until 50 s, to the right until 60 s.
        assert_eq!(until[..3], [Some(100.0), Some(60.0), Some(60.0)]);
        assert_eq!(ways.open_until(&net, &[f64::INFINITY; 4])[1], Some(f64::INFINITY));
    }

    #[test]
    fn a_full_shelter_sends_the_next_village_on() {
        let (net, ways) = (row(), Ways::new(&row()));
        let assigned = lengths(&ways.assign(&net, &[200.0, 200.0, 200.0]));
        assert_eq!(assigned, [Some((1000.0, 0)), Some((2000.0, 0)), Some((5000.0, 1))]);
        let crowd = ways.assign(&net, &[2000.0, 2000.0, 2000.0]);
        assert_eq!(
            lengths(&crowd),
            [Some((1000.0, 0)), Some((2000.0, 0)), Some((5000.0, 1))],
            "the last finds both full and goes to the nearest"
        );
    }
}
