//! Structures: what walls let pass, and water that is moved past or out of the flow.
//!
//! | file | structure |
//! |---|---|
//! | `weir` | flow over a crest, free and drowned |
//! | `crest` | one face of a wall with its openings |
//! | `line` | walls on the grid, and cutting openings into them |
//! | `breach` | breaches: when they open, how they grow |
//! | `gate` | gates and sluices |
//! | `culvert`, `pump`, `intake` | their formulas |
//! | `transfers` | culverts, pumps and intakes on the grid |
//!
//! Called by the step: [`Structures::begin_step`] cuts the openings of its time into the walls, [`CrestFace::pass`] is
//! asked for the flux of every face of a wall, [`Structures::transfer`] moves water once a step, and
//! [`Structures::end_step`] lets breaches, gates and timers go on.

mod breach;
mod crest;
mod culvert;
mod gate;
mod intake;
mod line;
mod pump;
mod transfers;
mod weir;

use serde::{Deserialize, Serialize};

use super::boundaries::interpolate;
use super::budget::Ledger;
use super::ground::Ground;
use super::lattice::Lattice;
use super::layout::{Layout, Place};
use super::trace::distance_along;
use super::water::Waters;
use crate::domain::frame::StructureReading;
use crate::domain::scenario::{Breach, EventKind, Gate, GateOpening, Scenario, Structure};
use breach::{BreachState, Extent, initial_width_m};
use gate::GateState;
use line::Cut;
use pump::PumpState;
use transfers::{Spot, Transfers};

pub(super) use crest::CrestFace;
pub(super) use line::{PlacedFace, WallLine, reaches, share_of};
pub(super) use transfers::Moment;
pub(super) use weir::{Beside, Rule};

/// What structures remember from step to step, in the scenario's order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct StructureState {
    breaches: Vec<BreachState>,
    gates: Vec<GateState>,
    pumps: Vec<PumpState>,
}

/// A breach on its wall.
#[derive(Debug, Clone)]
struct PlacedBreach {
    breach: Breach,
    at_secs: f64,
    line: usize,
    /// Other walls that give way with it.
    through: Vec<usize>,
}

/// A gate in its wall.
#[derive(Debug, Clone)]
struct PlacedGate {
    gate: Gate,
    cut: Cut,
    /// Where its stage is read, if one rules it.
    gauge: Option<Spot>,
}

/// All structures of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Structures {
    lines: Vec<WallLine>,
    breaches: Vec<PlacedBreach>,
    gates: Vec<PlacedGate>,
    transfers: Transfers,
    pub(super) state: StructureState,
    rule: Rule,
    lattice: Lattice,
    cell_m: f64,
}

impl Structures {
    /// Lays the structures on walls that are laid already.
    pub(super) fn new(scenario: &Scenario, layout: Layout, ground: &mut Ground, lines: Vec<WallLine>) -> Self {
        let mut state = StructureState::default();
        let wall_of = |name: &str| scenario.walls.iter().position(|wall| wall.name == name);
        let mut breaches = Vec::new();
        for event in &scenario.events {
            let EventKind::Breach(breach) = &event.what;
            let Some(line) = wall_of(&breach.wall) else { continue };
            let middle_m = breach.at.map(|at| distance_along(&scenario.walls[line].line, at));
            let n_timers = match (breach.when, middle_m) {
                (None, _) => 0,
                (Some(_), Some(_)) => 1,
                (Some(_), None) => lines[line].faces.len(),
            };
            state.breaches.push(BreachState {
                opened_secs: None,
                middle_m,
                width_m: initial_width_m(breach.growth),
                overtopped_secs: vec![0.0; n_timers],
            });
            let through = breach.through.iter().filter_map(|name| wall_of(name)).collect();
            breaches.push(PlacedBreach { breach: breach.clone(), at_secs: event.at_secs, line, through });
        }
        let mut gates = Vec::new();
        for structure in &scenario.structures {
            match structure {
                Structure::Gate(gate) => {
                    let Some(line) = wall_of(&gate.wall) else { continue };
                    let middle = distance_along(&scenario.walls[line].line, gate.at);
                    let cut = Cut { line, from_m: middle - 0.5 * gate.width_m, to_m: middle + 0.5 * gate.width_m };
                    let gauge = match gate.opening {
                        GateOpening::Stage { gauge_at, .. } => Spot::at(&scenario.terrain, layout, ground, gauge_at),
                        GateOpening::Schedule(_) => None,
                    };
                    state.gates.push(GateState::default());
                    gates.push(PlacedGate { gate: gate.clone(), cut, gauge });
                }
                Structure::Pump(_) => state.pumps.push(PumpState::default()),
                Structure::Culvert(_) | Structure::Intake(_) => {}
            }
        }
        // Room for all openings that a face can ever have: steps do not allocate.
        for (k, line) in lines.iter().enumerate() {
            let most =
                breaches.iter().filter(|b| b.line == k).count() + gates.iter().filter(|g| g.cut.line == k).count();
            for face in &line.faces {
                ground.crests.all_mut()[face.place].openings.reserve(most);
            }
        }
        Self {
            transfers: Transfers::new(scenario, layout, ground),
            lines,
            breaches,
            gates,
            state,
            rule: Rule { g: scenario.numerics.gravity_mps2, dry: scenario.numerics.dry_depth_m },
            lattice: ground.lattice,
            cell_m: scenario.terrain.grid.cell_m,
        }
    }

    /// Puts leaves that a stage rules where the initial state wants them. Once, before the first step.
    pub(super) fn begin(&mut self, waters: &Waters) {
        for (placed, state) in self.gates.iter().zip(&mut self.state.gates) {
            if let Some(target) = placed.target(waters) {
                state.follow(target, None, 0.0);
            }
        }
    }

    /// Takes up what was remembered by these structures or by the first of each kind of them: structures that have come
    /// since begin afresh.
    ///
    /// # Errors
    /// The kind of which more is remembered than there are: what, how many, how many there are.
    pub(super) fn restore(&mut self, state: StructureState) -> Result<(), (&'static str, usize, usize)> {
        take_up(&mut self.state.breaches, state.breaches, "breaches")?;
        take_up(&mut self.state.gates, state.gates, "gates")?;
        take_up(&mut self.state.pumps, state.pumps, "pumps")
    }

    /// First time after `time_secs` at which a breach opens or is complete, s.
    pub(super) fn next_after(&self, time_secs: f64) -> f64 {
        let both = self.breaches.iter().zip(&self.state.breaches);
        both.map(|(b, state)| state.next_after(&b.breach, b.at_secs, time_secs)).fold(f64::INFINITY, f64::min)
    }

    /// Opens breaches whose time has come, and cuts all openings into the walls as they are at a time.
    pub(super) fn begin_step(&mut self, ground: &mut Ground, time_secs: f64) {
        let Self { lines, breaches, gates, state, lattice, .. } = self;
        for (placed, state) in breaches.iter().zip(&mut state.breaches) {
            if placed.breach.when.is_none() && state.opened_secs.is_none() && time_secs >= placed.at_secs {
                state.opened_secs = Some(placed.at_secs);
            }
            if let Some((cut, _)) = placed.cut(state, time_secs) {
                line::close(lines, cut, ground);
            }
        }
        for (placed, state) in gates.iter().zip(&mut state.gates) {
            if let GateOpening::Schedule(series) = &placed.gate.opening {
                state.raised_m = series.at(time_secs);
            }
            line::close(lines, placed.cut, ground);
        }
        for (placed, state) in breaches.iter().zip(&state.breaches) {
            if let Some((cut, extent)) = placed.cut(state, time_secs) {
                line::open(lines, cut, None, |face| placed.level(face, extent, *lattice), ground);
            }
        }
        for (placed, state) in gates.iter().zip(&state.gates) {
            let sill_m = lattice.round(placed.gate.sill_m);
            line::open(lines, placed.cut, Some(state.raised_m), |face| sill_m.max(face.floor_m(&[])), ground);
        }
    }

    /// The cells that water is taken from or put into.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        self.transfers.cells()
    }

    /// Shortens a step until the waves where water is put in do not cross a cell.
    pub(super) fn shorten(&self, waters: &Waters, dt: f64, cfl_length: f64) -> f64 {
        self.transfers.shorten(waters, &self.state.pumps, dt, cfl_length)
    }

    /// Moves the water of culverts, pumps and intakes in a step.
    pub(super) fn transfer(&mut self, waters: &mut Waters, ledger: &mut Ledger, moment: Moment) {
        self.transfers.apply(waters, &mut self.state.pumps, ledger, moment);
    }

    /// Lets breaches and gates go on over a step of `dt` s that began at `from_secs`, by the water at its end.
    pub(super) fn end_step(&mut self, ground: &Ground, waters: &Waters, Moment { from_secs, dt }: Moment) {
        let Self { lines, breaches, gates, state, rule, lattice, .. } = self;
        for (placed, state) in breaches.iter().zip(&mut state.breaches) {
            if state.opened_secs.is_none() {
                placed.watch(state, &lines[placed.line], ground, waters, [from_secs, dt], *rule);
            } else if let Some((cut, extent)) = placed.cut(state, from_secs) {
                let head = || placed.mean_head(&lines[placed.line], (cut, extent), *lattice, ground, waters);
                state.widen(&placed.breach, from_secs, dt, rule.g, head);
            }
        }
        for (placed, state) in gates.iter().zip(&mut state.gates) {
            if let (Some(target), GateOpening::Stage { speed_mps, .. }) = (placed.target(waters), &placed.gate.opening)
            {
                state.follow(target, *speed_mps, dt);
            }
        }
    }

    /// Readings now: the breaches in the order of the events, then the gates, then the rest, each in their order.
    pub(super) fn readings(&self, ground: &Ground, waters: &Waters, time_secs: f64) -> Vec<StructureReading> {
        let Self { lines, breaches, gates, state, rule, lattice, cell_m, .. } = self;
        let through = |cut: Cut, is_gate: bool| line::discharge(lines, cut, is_gate, ground, waters, *rule, *cell_m);
        let of_breach = |(placed, state): (&PlacedBreach, &BreachState)| {
            let open = placed.cut(state, time_secs);
            let crests = open.into_iter().flat_map(|(cut, extent)| {
                lines[cut.line].within(cut.from_m, cut.to_m).map(move |(face, _)| placed.level(face, extent, *lattice))
            });
            StructureReading {
                name: placed.breach.name.clone(),
                discharge_m3s: open.map_or(0.0, |(cut, _)| through(cut, false)),
                width_m: Some(open.map_or(0.0, |(_, extent)| extent.width_m)),
                opening_m: None,
                crest_m: crests.reduce(f64::min),
            }
        };
        let of_gate = |(placed, state): (&PlacedGate, &GateState)| StructureReading {
            name: placed.gate.name.clone(),
            discharge_m3s: through(placed.cut, true),
            width_m: Some(placed.gate.width_m),
            opening_m: Some(state.raised_m),
            crest_m: Some(placed.gate.sill_m),
        };
        let on_walls = breaches.iter().zip(&state.breaches).map(of_breach);
        on_walls.chain(gates.iter().zip(&state.gates).map(of_gate)).chain(self.transfers.readings()).collect()
    }

    /// Gives every number that is remembered from step to step to `take`, in a fixed order.
    pub(super) fn visit(&self, mut take: impl FnMut(f64)) {
        let StructureState { breaches, gates, pumps } = &self.state;
        for breach in breaches {
            take(breach.opened_secs.unwrap_or(-1.0));
            take(breach.middle_m.unwrap_or(-1.0));
            take(breach.width_m);
            breach.overtopped_secs.iter().copied().for_each(&mut take);
        }
        gates.iter().map(|gate| gate.raised_m).for_each(&mut take);
        pumps.iter().map(|pump| f64::from(u8::from(pump.is_on))).for_each(&mut take);
    }
}

fn take_up<T>(here: &mut [T], kept: Vec<T>, what: &'static str) -> Result<(), (&'static str, usize, usize)> {
    let (n_kept, n_here) = (kept.len(), here.len());
    let places = here.get_mut(..n_kept).ok_or((what, n_kept, n_here))?;
    places.iter_mut().zip(kept).for_each(|(place, kept)| *place = kept);
    Ok(())
}

impl PlacedBreach {
    /// The piece of wall that is open at a time, and how far the breach is; none while it is shut.
    fn cut(&self, state: &BreachState, time_secs: f64) -> Option<(Cut, Extent)> {
        let extent = state.extent(&self.breach, time_secs)?;
        let (middle, half) = (state.middle_m?, 0.5 * extent.width_m);
        Some((Cut { line: self.line, from_m: middle - half, to_m: middle + half }, extent))
    }

    /// Level down to which a face is open, m.
    fn level(&self, face: &PlacedFace, extent: Extent, lattice: Lattice) -> f64 {
        self.crest(face.crest_m, extent, lattice).max(face.floor_m(&self.through))
    }

    /// Crest of the breach where that of the wall is `crest_m`: it never rises.
    fn crest(&self, crest_m: f64, extent: Extent, lattice: Lattice) -> f64 {
        lattice.round(if self.breach.sill_m < crest_m {
            crest_m + (self.breach.sill_m - crest_m) * extent.sunk
        } else {
            crest_m
        })
    }

    /// Mean of the head difference over the open part, m.
    fn mean_head(
        &self,
        line: &WallLine,
        (cut, extent): (Cut, Extent),
        lattice: Lattice,
        ground: &Ground,
        waters: &Waters,
    ) -> f64 {
        let (mut sum, mut length) = (0.0, 0.0);
        for (face, share) in line.within(cut.from_m, cut.to_m) {
            let open_m = share * face.length_m();
            sum += open_m * face.head(ground, waters, self.level(face, extent, lattice));
            length += open_m;
        }
        if length > 0.0 { sum / length } else { 0.0 }
    }

    /// Counts for how long the wall has been overtopped, and opens the breach when that is long enough.
    fn watch(
        &self,
        state: &mut BreachState,
        line: &WallLine,
        ground: &Ground,
        waters: &Waters,
        [from_secs, dt]: [f64; 2],
        rule: Rule,
    ) {
        let (Some(when), true) = (self.breach.when, from_secs >= self.at_secs) else { return };
        let count = |timer: &mut f64, depth_m: f64| *timer = if depth_m >= when.depth_m { *timer + dt } else { 0.0 };
        let mut deepest = f64::NEG_INFINITY;
        if let Some(middle) = state.middle_m {
            let half = 0.5 * initial_width_m(self.breach.growth);
            let faces = line.within(middle - half, middle + half);
            deepest = faces.map(|(face, _)| face.overtopping(ground, waters, rule)).fold(deepest, f64::max);
            state.overtopped_secs.iter_mut().for_each(|timer| count(timer, deepest));
        } else {
            // The face that is overtopped deepest among those that were for long enough.
            for (face, timer) in line.faces.iter().zip(&mut state.overtopped_secs) {
                let depth = face.overtopping(ground, waters, rule);
                count(timer, depth);
                if *timer >= when.for_secs && depth >= when.depth_m && depth > deepest {
                    deepest = depth;
                    state.middle_m = Some(face.along_m);
                }
            }
        }
        let waited = state.overtopped_secs.iter().copied().fold(0.0, f64::max);
        if deepest >= when.depth_m && waited >= when.for_secs && state.middle_m.is_some() {
            state.opened_secs = Some(from_secs + dt);
        }
    }
}

impl PlacedGate {
    /// Opening that the stage asks for, m; none where a schedule rules.
    fn target(&self, waters: &Waters) -> Option<f64> {
        let GateOpening::Stage { table, .. } = &self.gate.opening else { return None };
        Some(interpolate(table, self.gauge?.stage(waters)))
    }
}
