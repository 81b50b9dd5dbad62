//! Detention basins beside the routed river, by the rules and gates of [`Basins`].
//!
//! A gate stands at the upper end of the piece that holds it, as tributaries do. The river stands there as in uniform
//! flow of what goes on below the gate, in the section of the gate's own chainage: what the gate passes is found together
//! with the level that it leaves or makes. What comes to a gate is known before it is worked: each step is routed once
//! ahead with the gates as they were, and then with the gates as they are set by that.
//! A gate passes evenly over a step, so a basin has what the river gave to the last cubic metre.

use super::pieces;
use super::route::{Volumes, Water};
use super::{Levels, Reach1d, RoutingError, curve};
use crate::domain::frame::BasinReading;
use crate::domain::geo::smooth::interpolate;
use crate::domain::river::basin::{Basin, BasinGate, Basins, GatedRiver, InletRule};
use crate::domain::root::where_rising;

/// What a gate passes is found to this, m³/s.
const NEAR_M3S: f64 = 1e-3;

/// Basins laid beside a reach. Their gates are numbered through, and so are the places where limits are read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Beside {
    pub(super) basins: Vec<Basin>,
    gates: Vec<Place>,
    /// The pieces at whose upper ends limits are read.
    reads: Vec<usize>,
}

/// Where a gate stands.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    piece: usize,
    /// Discharges of the river, m³/s, and its stages at them in uniform flow, m.
    rating: [Vec<f64>; 2],
}

impl Place {
    fn stage_m(&self, discharge_m3s: f64) -> f64 {
        interpolate(&self.rating[0], &self.rating[1], discharge_m3s)
    }
}

impl Beside {
    /// Lays basins beside a reach: their gates and limits are given places there.
    fn new(basins: &[Basin], reach: &Reach1d) -> Result<Self, RoutingError> {
        let mut this = Self { basins: basins.to_vec(), ..Self::default() };
        let Self { basins, gates, reads } = &mut this;
        for basin in basins {
            for gate in basin.inlets.iter_mut().chain(&mut basin.outlets) {
                if !(gate.km >= reach.ends_km[0] && gate.km < reach.ends_km[reach.n_pieces()]) {
                    let (what, allowed) = ("chainage of a gate", "within the reach, above its downstream end");
                    return Err(RoutingError::Value { what, found: gate.km, allowed });
                }
                gate.segment = gates.len();
                gates.push(Place {
                    piece: pieces::holding(&reach.ends_km, gate.km),
                    rating: rating(&reach.levels, gate.km),
                });
            }
            if let (InletRule::Keep(limit), Some(first)) = (&mut basin.inlet, basin.inlets.first()) {
                // As on the line: at the station, or above the gates where they stand above it.
                let of_gate = gates[first.segment].piece;
                let station = reach.stations.iter().find(|(id, _)| *id == limit.station).map(|(_, end)| *end);
                limit.section = reads.len();
                reads.push(station.map_or(of_gate, |end| end.min(of_gate)));
            }
        }
        Ok(this)
    }

    /// Most that all outlets give the river, m³/s.
    pub(super) fn most_given_m3s(&self) -> f64 {
        self.basins.iter().flat_map(|basin| &basin.outlets).map(|gate| gate.capacity_m3s).sum()
    }
}

/// Discharges, m³/s, and stages at a chainage (km) in uniform flow, m.
fn rating(levels: &Levels, km: f64) -> [Vec<f64>; 2] {
    let discharges: Vec<f64> = curve::discharges().collect();
    let stages = discharges.iter().map(|q| levels.stage_m(km, *q)).collect();
    [discharges, stages]
}

impl Reach1d {
    /// The reach with detention basins beside it. Gates and limits are placed by their chainages and stations; where the
    /// basins say that they stand in a channel as a line does not matter.
    ///
    /// # Errors
    /// When a gate stands outside the reach.
    pub fn with_basins(mut self, basins: &[Basin]) -> Result<Self, RoutingError> {
        self.beside = Beside::new(basins, &self)?;
        Ok(self)
    }
}

/// The basins of one routing.
#[derive(Debug)]
pub(super) struct Lakes<'r> {
    of: &'r Beside,
    pools: Basins,
    /// What each gate passed in the last step, out of the river positive, m³/s.
    passed_m3s: Vec<f64>,
    /// What comes to the upper end of each piece, above the gates there, m³/s: at the beginning of the step, and in its
    /// mean by the routing ahead.
    above_m3s: Vec<f64>,
    mean_m3s: Vec<f64>,
    /// What the gates of each piece are to take from the river and give it in the step, m³/s.
    asked_m3s: Vec<f64>,
    given_m3s: Vec<f64>,
    /// Share of what was asked that was there.
    share: Vec<f64>,
}

impl<'r> Lakes<'r> {
    pub(super) fn new(of: &'r Beside, water: &[Water]) -> Self {
        let above_m3s: Vec<f64> = water.iter().map(|water| water.in_m3s).collect();
        let zeros = vec![0.0; water.len()];
        Self {
            of,
            pools: Basins::new(&of.basins),
            passed_m3s: vec![0.0; of.gates.len()],
            mean_m3s: above_m3s.clone(),
            above_m3s,
            asked_m3s: zeros.clone(),
            given_m3s: zeros.clone(),
            share: zeros,
        }
    }

    /// What goes on below the gates of a piece if they pass what they did, of what comes to them, m³/s.
    pub(super) fn look_ahead(&mut self, piece: usize, above_m3s: f64) -> f64 {
        self.mean_m3s[piece] = 0.5 * (self.above_m3s[piece] + above_m3s);
        (above_m3s - passed_in(self.of, &self.passed_m3s, piece)).max(0.0)
    }

    /// Sets the gates for a step.
    pub(super) fn set(&mut self, from_secs: f64, step_secs: f64) {
        let Self { of, pools, passed_m3s, mean_m3s, asked_m3s, given_m3s, .. } = self;
        let mut read_m3s = std::mem::take(&mut pools.read_m3s);
        for (basin, read) in pools.limits() {
            read_m3s[basin] = mean_m3s[of.reads[read]];
        }
        pools.read_m3s = read_m3s;
        asked_m3s.fill(0.0);
        given_m3s.fill(0.0);
        let mut to_pass_m3s = passed_m3s.clone();
        let river = AtGates { of, mean_m3s, passed_m3s };
        pools.ask(&river, from_secs, step_secs, |gate, volume_m3| {
            let (piece, discharge_m3s) = (of.gates[gate].piece, volume_m3 / step_secs);
            to_pass_m3s[gate] = discharge_m3s;
            asked_m3s[piece] += discharge_m3s.max(0.0);
            given_m3s[piece] += (-discharge_m3s).max(0.0);
        });
        *passed_m3s = to_pass_m3s;
    }

    /// Passes water at the upper end of a piece, to which `above_m3s` comes at the end of the step; gives what goes on.
    pub(super) fn pass(&mut self, piece: usize, above_m3s: f64, water: &mut Water) -> f64 {
        let before_m3s = std::mem::replace(&mut self.above_m3s[piece], above_m3s);
        let (asked_m3s, given_m3s) = (self.asked_m3s[piece], self.given_m3s[piece]);
        let taken_m3s = asked_m3s.min(before_m3s.min(above_m3s) + given_m3s);
        self.share[piece] = if asked_m3s > 0.0 { taken_m3s / asked_m3s } else { 1.0 };
        water.in_m3s = before_m3s + given_m3s - taken_m3s;
        above_m3s + given_m3s - taken_m3s
    }

    /// Moves the water of the step into the basins and books it.
    pub(super) fn settle(&mut self, from_secs: f64, step_secs: f64, volumes: &mut Volumes) {
        let Self { of, pools, passed_m3s, asked_m3s, given_m3s, share, .. } = self;
        for (gate, passed) in passed_m3s.iter_mut().enumerate().filter(|(_, passed)| **passed > 0.0) {
            *passed *= share[of.gates[gate].piece];
        }
        let given = |gate: usize, volume_m3: f64| volume_m3 * share[of.gates[gate].piece];
        pools.settle(from_secs, step_secs, given, |_| ());
        for ((asked, share), given) in asked_m3s.iter().zip(&*share).zip(&*given_m3s) {
            volumes.diverted_m3 += asked * share * step_secs;
            volumes.returned_m3 += given * step_secs;
        }
    }

    pub(super) fn readings(&self) -> Vec<BasinReading> {
        self.pools.readings()
    }
}

/// What all gates of a piece passed, out of the river positive, m³/s.
fn passed_in(of: &Beside, passed_m3s: &[f64], piece: usize) -> f64 {
    let here = of.gates.iter().zip(passed_m3s).filter(|(gate, _)| gate.piece == piece);
    here.map(|(_, passed)| passed).sum()
}

/// The routed river as its gates see it.
struct AtGates<'s> {
    of: &'s Beside,
    mean_m3s: &'s [f64],
    passed_m3s: &'s [f64],
}

impl AtGates<'_> {
    /// The gate's place, and what comes to it when the others beside it go on passing what they did, m³/s.
    fn at(&self, gate: &BasinGate) -> (&Place, f64) {
        let place = &self.of.gates[gate.segment];
        let by_others = passed_in(self.of, self.passed_m3s, place.piece) - self.passed_m3s[gate.segment];
        (place, (self.mean_m3s[place.piece] - by_others).max(0.0))
    }
}

/// A gate passes no more than comes, nor, with the others of its basin, than would level the basin with the river.
impl GatedRiver for AtGates<'_> {
    fn diverts_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64 {
        let (place, flow_m3s) = self.at(gate);
        let basin_m = basin.stage_m(volume_m3);
        let passes = |q: f64| gate.discharge_m3s(place.stage_m(flow_m3s - q), basin_m);
        let most_m3s = passes(0.0).min(flow_m3s);
        if most_m3s <= 0.0 {
            return 0.0;
        }
        let q = where_rising(0.0, most_m3s, 0.0, NEAR_M3S, |q| q - passes(q));
        let level_m3 = basin.storage.volume_m3(place.stage_m(flow_m3s - q) - basin.raise_m);
        (q * dt).min((level_m3 - volume_m3).max(0.0) / basin.inlets.len() as f64)
    }

    fn returns_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64 {
        let (place, flow_m3s) = self.at(gate);
        let basin_m = basin.stage_m(volume_m3);
        let passes = |q: f64| gate.discharge_m3s(basin_m, place.stage_m(flow_m3s + q));
        let most_m3s = passes(0.0);
        if most_m3s <= 0.0 {
            return 0.0;
        }
        let q = where_rising(0.0, most_m3s, 0.0, NEAR_M3S, |q| q - passes(q));
        let level_m3 = basin.storage.volume_m3(place.stage_m(flow_m3s + q) - basin.raise_m);
        (q * dt).min((volume_m3 - level_m3).max(0.0) / basin.outlets.len() as f64)
    }
}
