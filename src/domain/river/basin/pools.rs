//! Basins beside the river: what their gates pass in a step, and what they hold.
//!
//! One rule for every river that has gates ([`GatedRiver`]): the channel as a line, and the routing in one dimension. The
//! levels of the basins are those at the beginning of the step. What a basin takes it is given by the river, which may give
//! less than was asked; what it gives comes into the river. Neither crosses the edge of the domain: only a basin's own
//! inflow is booked.

use serde::{Deserialize, Serialize};

use super::{Basin, BasinGate, GATE_TIME_SECS, InletRule, Limit, OutletRule};
use crate::domain::frame::BasinReading;
use crate::domain::river::channel::Channel;
use crate::domain::sum::Sum;

/// A river as the gates of basins see it.
pub(in crate::domain) trait GatedRiver {
    /// What a gate passes in a step of `dt` at most out of the river, m³, into a basin that holds `volume_m3`.
    fn diverts_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64;
    /// What a gate passes in a step of `dt` at most into the river, m³, out of a basin that holds `volume_m3`.
    fn returns_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64;
}

/// No more passes than would level the gate's segment of channel with the other side.
impl GatedRiver for Channel {
    fn diverts_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64 {
        passes(gate, self.stage_m(gate.segment), basin.stage_m(volume_m3), self, dt)
    }

    fn returns_m3(&self, gate: &BasinGate, basin: &Basin, volume_m3: f64, dt: f64) -> f64 {
        passes(gate, basin.stage_m(volume_m3), self.stage_m(gate.segment), self, dt)
    }
}

/// What a basin must remember.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(in crate::domain) struct Pool {
    volume: Sum,
    /// What the inlets were last set to by a limit, m³/s.
    ruled_m3s: f64,
    /// Of the last step, m³/s.
    inlet_m3s: f64,
    outlet_m3s: f64,
    inflow_m3s: f64,
    /// Since the start, m³.
    taken: Sum,
    given: Sum,
    joined: Sum,
    highest_m: f64,
}

/// Water of one gate in the step at hand.
#[derive(Debug, Clone, Copy)]
struct Draught {
    basin: usize,
    segment: usize,
    /// From the channel to the basin positive, m³.
    volume_m3: f64,
}

/// The basins of a run.
#[derive(Debug, Clone)]
pub(in crate::domain) struct Basins {
    of_scenario: Vec<Basin>,
    pools: Vec<Pool>,
    /// Gates in the order of the basins, inlets first.
    draughts: Vec<Draught>,
    /// Discharge at the section of each limit, m³/s; 0 for a basin without one.
    pub(in crate::domain) read_m3s: Vec<f64>,
    /// What the inlets of each basin could pass at the beginning of the step, m³/s.
    able_m3s: Vec<f64>,
}

impl Basins {
    pub(in crate::domain) fn new(basins: &[Basin]) -> Self {
        let pool = |basin: &Basin| {
            let mut volume = Sum::default();
            volume.add(basin.storage.volume_m3(basin.level_m));
            let highest_m = basin.storage.level_m(volume.value());
            let inflow_m3s = basin.inflow_m3s.as_ref().map_or(0.0, |series| series.at(0.0));
            Pool { volume, inflow_m3s, highest_m, ..Pool::default() }
        };
        let gates = |(i, basin): (usize, &Basin)| {
            let draught = |gate: &BasinGate| Draught { basin: i, segment: gate.segment, volume_m3: 0.0 };
            basin.inlets.iter().chain(&basin.outlets).map(draught).collect::<Vec<_>>()
        };
        Self {
            pools: basins.iter().map(pool).collect(),
            draughts: basins.iter().enumerate().flat_map(gates).collect(),
            read_m3s: vec![0.0; basins.len()],
            able_m3s: vec![0.0; basins.len()],
            of_scenario: basins.to_vec(),
        }
    }

    /// Position of each basin with a limit and of the section where its river is read.
    pub(in crate::domain) fn limits(&self) -> impl Iterator<Item = (usize, usize)> {
        self.of_scenario.iter().enumerate().filter_map(|(i, basin)| Some((i, limit_of(basin)?.section)))
    }

    /// Water in all basins now, m³.
    pub(in crate::domain) fn stored_m3(&self) -> f64 {
        let mut sum = Sum::default();
        for pool in &self.pools {
            sum.add(pool.volume.value());
        }
        sum.value()
    }

    /// Works out what every gate is to pass in a step, and tells it: segment, and volume out of the channel, m³.
    ///
    /// The step begins at `from_secs` and lasts `dt`, s.
    pub(in crate::domain) fn ask(
        &mut self,
        river: &impl GatedRiver,
        from_secs: f64,
        dt: f64,
        mut tell: impl FnMut(usize, f64),
    ) {
        let Self { of_scenario: basins, pools, draughts, read_m3s, able_m3s } = self;
        for (i, (basin, pool)) in basins.iter().zip(&*pools).enumerate() {
            able_m3s[i] = able_in(basin, pool, river, dt);
        }
        let mut draughts = draughts.iter_mut();
        for (i, (basin, pool)) in basins.iter().zip(pools).enumerate() {
            let to_secs = from_secs + dt;
            let (held_m3, able) = (pool.volume.value(), able_m3s[i]);
            let wanted = match &basin.inlet {
                InletRule::Closed => 0.0,
                InletRule::Open => able,
                InletRule::Discharge(series) => series.mean_over(from_secs, to_secs),
                InletRule::Keep(limit) => {
                    let left_to_others: f64 = limit.after.iter().map(|other| able_m3s[*other]).sum();
                    let excess = (read_m3s[i] - limit.at_most_m3s - left_to_others).clamp(0.0, able);
                    let most = basin.inlets.iter().map(|gate| gate.capacity_m3s).sum::<f64>() * dt / GATE_TIME_SECS;
                    pool.ruled_m3s += (excess - pool.ruled_m3s).clamp(-most, most);
                    pool.ruled_m3s
                }
            };
            let into_gate = |gate: &BasinGate| river.diverts_m3(gate, basin, held_m3, dt);
            let most_m3: f64 = basin.inlets.iter().map(into_gate).sum();
            let share = if most_m3 > 0.0 { (wanted.min(able) * dt / most_m3).clamp(0.0, 1.0) } else { 0.0 };
            for gate in &basin.inlets {
                let volume_m3 = share * into_gate(gate);
                draughts.next().into_iter().for_each(|draught| draught.volume_m3 = volume_m3);
                tell(gate.segment, volume_m3);
            }
            let of_gate = |gate: &BasinGate| river.returns_m3(gate, basin, held_m3, dt);
            let able_m3: f64 = basin.outlets.iter().map(of_gate).sum();
            let wanted_m3 = match &basin.outlet {
                OutletRule::Closed => 0.0,
                OutletRule::Discharge(series) => series.mean_over(from_secs, to_secs) * dt,
                OutletRule::Free => limit_of(basin)
                    .map_or(able_m3, |limit| able_m3.min((limit.at_most_m3s - read_m3s[i]).max(0.0) * dt)),
            };
            let most_m3 = wanted_m3.min(pool.volume.value());
            let share = if able_m3 > 0.0 { (most_m3 / able_m3).clamp(0.0, 1.0) } else { 0.0 };
            for gate in &basin.outlets {
                let volume_m3 = -share * of_gate(gate);
                draughts.next().into_iter().for_each(|draught| draught.volume_m3 = volume_m3);
                tell(gate.segment, volume_m3);
            }
        }
    }

    /// Moves the water: `given` says what the river gave of a volume that was asked of a segment, `book` hears what came
    /// in from elsewhere, m³.
    pub(in crate::domain) fn settle(
        &mut self,
        from_secs: f64,
        dt: f64,
        given: impl Fn(usize, f64) -> f64,
        mut book: impl FnMut(f64),
    ) {
        for pool in &mut self.pools {
            (pool.inlet_m3s, pool.outlet_m3s) = (0.0, 0.0);
        }
        for &Draught { basin, segment, volume_m3 } in &self.draughts {
            let pool = &mut self.pools[basin];
            if volume_m3 > 0.0 {
                let taken_m3 = given(segment, volume_m3);
                pool.volume.add(taken_m3);
                pool.taken.add(taken_m3);
                pool.inlet_m3s += taken_m3 / dt;
            } else if volume_m3 < 0.0 {
                pool.volume.add(volume_m3);
                pool.given.add(-volume_m3);
                pool.outlet_m3s -= volume_m3 / dt;
            }
        }
        for (basin, pool) in self.of_scenario.iter().zip(&mut self.pools) {
            if let Some(series) = &basin.inflow_m3s {
                pool.inflow_m3s = series.mean_over(from_secs, from_secs + dt);
                let volume_m3 = pool.inflow_m3s * dt;
                pool.volume.add(volume_m3);
                pool.joined.add(volume_m3);
                book(volume_m3);
            }
            pool.highest_m = pool.highest_m.max(basin.storage.level_m(pool.volume.value()));
        }
    }

    /// Basins now, in the scenario's order; discharges are means over the last step.
    pub(in crate::domain) fn readings(&self) -> Vec<BasinReading> {
        let read = |(basin, pool): (&Basin, &Pool)| BasinReading {
            name: basin.name.clone(),
            level_m: basin.storage.level_m(pool.volume.value()),
            volume_m3: pool.volume.value(),
            inlet_m3s: pool.inlet_m3s,
            outlet_m3s: pool.outlet_m3s,
            inflow_m3s: pool.inflow_m3s,
            taken_m3: pool.taken.value(),
            given_m3: pool.given.value(),
            joined_m3: pool.joined.value(),
            highest_level_m: pool.highest_m,
        };
        self.of_scenario.iter().zip(&self.pools).map(read).collect()
    }

    /// Shows every number that the next step depends on, for a hash.
    pub(in crate::domain) fn visit(&self, mut show: impl FnMut(f64)) {
        for pool in &self.pools {
            show(pool.volume.value());
            show(pool.ruled_m3s);
        }
    }

    pub(in crate::domain) fn state(&self) -> Vec<Pool> {
        self.pools.clone()
    }

    /// Takes up a saved state; gives the numbers of basins found and expected where they differ.
    pub(in crate::domain) fn restore(&mut self, pools: Vec<Pool>) -> Result<(), [usize; 2]> {
        if pools.len() != self.of_scenario.len() {
            return Err([pools.len(), self.of_scenario.len()]);
        }
        self.pools = pools;
        Ok(())
    }
}

fn limit_of(basin: &Basin) -> Option<&Limit> {
    match &basin.inlet {
        InletRule::Keep(limit) => Some(limit),
        InletRule::Closed | InletRule::Open | InletRule::Discharge(_) => None,
    }
}

/// What the inlets of a basin could pass now, m³/s; with a limit, no more than would fill it to its flood level in the time
/// that its gates take.
fn able_in(basin: &Basin, pool: &Pool, river: &impl GatedRiver, dt: f64) -> f64 {
    let held_m3 = pool.volume.value();
    let of_gate = |gate: &BasinGate| river.diverts_m3(gate, basin, held_m3, dt) / dt;
    let able_m3s: f64 = basin.inlets.iter().map(of_gate).sum();
    match basin.inlet {
        InletRule::Closed => 0.0,
        InletRule::Open | InletRule::Discharge(_) => able_m3s,
        InletRule::Keep(_) => {
            let room_m3 = basin.storage.volume_m3(basin.flood_level_m) - held_m3;
            able_m3s.min(room_m3.max(0.0) / GATE_TIME_SECS)
        }
    }
}

/// What a gate passes in a step at most, m³: no more than would level its segment of channel with the other side.
fn passes(gate: &BasinGate, above_m: f64, below_m: f64, channel: &Channel, dt: f64) -> f64 {
    let levelling_m3 = (above_m - below_m).max(0.0) * channel.surface_area_m2(gate.segment);
    (gate.discharge_m3s(above_m, below_m) * dt).min(levelling_m3)
}
