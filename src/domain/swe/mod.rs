//! The two-dimensional shallow-water equations.
//!
//! ∂h/∂t + ∂(hu)/∂x + ∂(hv)/∂y = rain − infiltration + sources
//! ∂(hu)/∂t + ∂(hu² + ½gh²)/∂x + ∂(huv)/∂y = −gh ∂z/∂x − g n² u √(u² + v²) / h^(1/3), and likewise for hv.
//!
//! Godunov finite volumes on square cells, explicit in time except for friction: of second order (MUSCL-Hancock) or first.
//! Start reading at [`Solver::step`]; there is one file for each term:
//!
//! | file | term |
//! |---|---|
//! | `layout`, `lay` | where a cell lies in memory; ground and water at t = 0 |
//! | `halo` | a tile with the rings of cells around it |
//! | `plan` | what is the same for all tiles in a step |
//! | `slopes`, `joins` | limited slopes inside cells, and the faces that no slope crosses |
//! | `halfway` | the state half a step on, for the second order |
//! | `reconstruction` | depths beside a face over an uneven bed |
//! | `hllc` | flux through a face |
//! | `friction` | Manning, Chézy |
//! | `sweep` | first pass of a step: fluxes, and what cells can afford |
//! | `update` | second pass of a step: the new state |
//! | `boundaries` | open edges |
//! | `trace`, `walls` | lines on cell edges, crests |
//! | `structures` | flow over walls, breaches, gates, culverts, pumps, intakes |
//! | `sources` | point sources |
//! | `rain` | rain, uniform and by fields |
//! | `soil` | infiltration |
//! | `stations` | gauges and sections |
//! | `envelope`, `budget` | extremes, volumes |
//! | `containment` | what was wrong with cells that had to be reset |
//! | `state` | what a run must remember to go on elsewhere |
//! | `bench` | a case to measure speed with |
//!
//! Symbols inside this folder:
//!
//! | symbol | meaning | unit | shape |
//! |---|---|---|---|
//! | `h` | depth | m | tile, `[16][16]`, rows from south to north |
//! | `u`, `v` | velocity eastward, northward; 0 at and below the dry depth | m/s | tile |
//! | `z` | bed level | m | tile with two rings, `[20][20]` |
//! | `eta` | stage, z + h | m | tile with rings |
//! | `zf_x`, `zf_y` | level above which water passes a face: the higher bed, or the crest of a wall | m | faces, `[16][17]`, `[17][16]` |
//! | `n`, `gn2` | Manning's roughness; g n² (with Chézy friction g / C²) | s/m^(1/3); m^(1/3) (1) | tile |
//! | `hl`, `hr` | depths beside a face above `zf` (h* in Audusse et al. 2004) | m | one face |
//! | `m` | mass flux, positive eastward or northward | m²/s | faces |
//! | `pl`, `pr` | normal momentum flux less ½ g hl² (½ g hr²), for the cell on the left (right) | m³/s² | faces |
//! | `t` | transverse momentum flux | m³/s² | faces |
//! | `pull` | g h δη: pull of the slope of the stage inside a cell | m³/s² | tile |
//! | `theta` | share of its outgoing flux that a cell can afford | 1 | tile |
//! | `c` | wave speed √(gh) | m/s | one cell |
//! | `lambda` | dt over cell size | s/m | one step |
//!
//! Not here: files, threads, the clock, and anything random. Parallel loops run in the caller's rayon pool, and each
//! tile writes only to itself; sums over tiles run in their order. The result is the same for any number of threads.

pub mod bench;
mod boundaries;
mod budget;
mod containment;
mod envelope;
mod friction;
mod halfway;
mod halo;
mod hllc;
mod joins;
mod lay;
mod layout;
mod plan;
mod rain;
mod reconstruction;
mod slopes;
mod soil;
mod sources;
mod state;
mod stations;
mod structures;
mod sweep;
pub mod trace;
mod update;
pub mod walls;

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::domain::frame::{Budget, GaugeReading, SectionReading, StructureReading};
use crate::domain::geo::Grid;
use crate::domain::scenario::{Friction, Numerics, Scenario};
use boundaries::Boundaries;
use budget::{Ledger, Sum};
use containment::Contained;
use envelope::{Extremes, Span, Ticks};
use layout::{Fluxes, Ground, Layout, N, Slot, Water};
use plan::StepPlan;
use rain::Rainfall;
use soil::{Law, Soil};
use sources::Sources;
use stations::Stations;
use structures::{Moment, Structures};
use update::Column;

pub use state::{RestoreError, SolverState};

/// No step is longer than this, s: forcing must not be sampled more coarsely, even while nothing moves.
pub const LONGEST_STEP_SECS: f64 = 60.0;

/// Below this many active tiles a step runs on the calling thread: sharing it out would cost more than it saves.
const FEW_TILES: usize = 8;

/// Counts of a run so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Steps taken.
    pub n_steps: u64,
    /// Active cells actually advanced (those that held water after a step), summed over the steps.
    pub cell_updates: u64,
    /// Cells reset because their state was not finite.
    pub contained_cells: u64,
}

/// The state of a run and the scratch memory of its step. Owns no thread; parallel loops use the caller's rayon pool.
///
/// A clone goes on exactly as the original would.
#[derive(Debug, Clone)]
pub struct Solver {
    grid: Grid,
    layout: Layout,
    numerics: Numerics,
    time_secs: f64,
    waters: Vec<Water>,
    grounds: Vec<Ground>,
    fluxes: Vec<Fluxes>,
    extremes: Vec<Extremes>,
    active: Vec<bool>,
    boundaries: Boundaries,
    structures: Structures,
    sources: Sources,
    rainfall: Rainfall,
    law: Law,
    soils: Vec<Soil>,
    stations: Stations,
    ledger: Ledger,
    counters: Counters,
    contained: Contained,
    ticks: Ticks,
    /// When the present interval of the rates of rise began, s.
    rise_from_secs: f64,
    /// What the sections read after a restore, m³/s, until a step gives them fluxes again.
    restored_discharges: Option<Vec<f64>>,
}

impl Solver {
    /// Lays a scenario out for computing, at t = 0.
    pub fn new(scenario: &Scenario) -> Self {
        let grid = scenario.terrain.grid;
        let layout = Layout::new(&grid);
        let mut grounds = lay::ground(scenario, layout);
        let lines = walls::lay_faces(scenario, layout, &mut grounds);
        let structures = Structures::new(scenario, layout, &mut grounds, lines);
        let boundaries = Boundaries::new(scenario, layout, &mut grounds);
        joins::lay(layout, &mut grounds);
        let waters = lay::water(scenario, layout, &grounds);
        let bed = |slot: Slot| grounds[slot.tile].bed(slot.j, slot.i);
        let stations = Stations::new(scenario, layout, bed);
        let law = Law::new(scenario.infiltration);
        let mut solver = Self {
            grid,
            layout,
            numerics: scenario.numerics,
            time_secs: 0.0,
            waters,
            fluxes: vec![Fluxes::zero(); layout.n_tiles()],
            extremes: vec![Extremes::none(); layout.n_tiles()],
            active: vec![false; layout.n_tiles()],
            boundaries,
            structures,
            sources: Sources::new(scenario, layout),
            rainfall: Rainfall::new(scenario, layout),
            law,
            soils: grounds.iter().map(|ground| Soil::fresh(law, ground.n_inside)).collect(),
            stations,
            ledger: Ledger::default(),
            counters: Counters::default(),
            contained: Contained::none(),
            ticks: Ticks::for_run(scenario.duration_secs),
            rise_from_secs: 0.0,
            restored_discharges: None,
            grounds,
        };
        solver.begin();
        solver
    }

    /// Takes the figures of the initial state.
    fn begin(&mut self) {
        let plan = self.plan(0.0);
        for (water, extremes) in self.waters.iter_mut().zip(&mut self.extremes) {
            update::measure(&plan, water);
            extremes.begin(water, &plan.span);
        }
        self.ledger.initial = self.stored_m3();
        self.structures.begin(&self.waters);
        self.structures.begin_step(&mut self.grounds, 0.0);
        // Sections read the fluxes of the last step; before the first one they read those of the initial state.
        self.boundaries.impose(&self.waters, 0.0, LONGEST_STEP_SECS);
        self.choose_active();
        let Self { layout, waters, grounds, fluxes, active, boundaries, rainfall, .. } = self;
        for (tile, out) in fluxes.iter_mut().enumerate().filter(|(tile, _)| active[*tile]) {
            out.live = true;
            sweep::sweep(tile, *layout, waters, grounds, boundaries, rainfall, &plan, out);
        }
    }

    /// Simulated time, s.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
    }

    /// Takes one step, at most to `until_secs`, and returns its length, s; 0 when that time has come.
    ///
    /// Cannot fail and does not allocate. Times of events are met exactly.
    pub fn step(&mut self, until_secs: f64) -> f64 {
        if self.time_secs >= until_secs {
            return 0.0;
        }
        let stop_secs = self.structures.next_after(self.time_secs).min(until_secs);
        let left = stop_secs - self.time_secs;
        self.structures.begin_step(&mut self.grounds, self.time_secs);
        let longest = left.min(LONGEST_STEP_SECS);
        let wave = self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + longest);
        let mut dt = self.stable_step(wave).min(longest);
        // A step that would leave less than a rounding to go goes all the way.
        if dt > left * (1.0 - 1e-9) {
            dt = left;
        }
        let plan = self.plan(dt);
        let moment = Moment { from_secs: self.time_secs, dt };
        self.sources.apply(&mut self.waters, &mut self.ledger, self.time_secs, dt, plan.dry);
        self.structures.transfer(&mut self.waters, &mut self.ledger, moment);
        self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + dt);
        self.rainfall.fall(self.time_secs, dt);
        let n_active = self.choose_active();
        self.sweep_and_update(&plan, n_active);
        self.book(&plan);
        self.structures.end_step(&self.grounds, &self.waters, moment);
        self.time_secs = if dt >= left { stop_secs } else { self.time_secs + dt };
        self.restored_discharges = None;
        self.mark_rise();
        dt
    }

    /// Longest stable step, s, without regard to what has to be met: `wave` is the fastest wave at the edges, m/s.
    fn stable_step(&self, wave: f64) -> f64 {
        let fastest = self.waters.iter().map(|w| w.max_speed).fold(wave, f64::max);
        let cfl_length = self.numerics.cfl * self.grid.cell_m;
        let dt = if fastest > 0.0 { (cfl_length / fastest).min(LONGEST_STEP_SECS) } else { LONGEST_STEP_SECS };
        let dt = self.sources.shorten(&self.waters, self.time_secs, dt, cfl_length, self.numerics.gravity_mps2);
        self.structures.shorten(&self.waters, dt, cfl_length)
    }

    fn plan(&self, dt: f64) -> StepPlan {
        let dry = self.numerics.dry_depth_m;
        StepPlan {
            order: self.numerics.order,
            g: self.numerics.gravity_mps2,
            dry,
            is_chezy: matches!(self.numerics.friction, Friction::Chezy(_)),
            // The ground drinks films too.
            wet_from: if self.law.drinks() { 0.0 } else { dry },
            span: Span::new(self.ticks, self.time_secs, self.time_secs + dt),
            dt,
            lambda: dt / self.grid.cell_m,
        }
    }

    /// Marks the tiles that hold water, touch a tile that does, or are forced; returns how many.
    fn choose_active(&mut self) -> usize {
        let mut n = 0;
        for (tile, active) in self.active.iter_mut().enumerate() {
            let ground = &self.grounds[tile];
            let rows = |t: Option<usize>| t.map_or(0, |t| self.waters[t].wet_rows);
            let beside = self.layout.neighbours(tile);
            let near = self.waters[tile].wet_rows
                | rows(beside.west)
                | rows(beside.east)
                | (rows(beside.south) >> (N - 1))
                | (rows(beside.north) & 1);
            let is_forced = || !ground.imposed.is_empty() || self.rainfall.falls_on(tile);
            *active = ground.n_inside > 0 && (near != 0 || is_forced());
            n += usize::from(*active);
        }
        n
    }

    fn sweep_and_update(&mut self, plan: &StepPlan, n_active: usize) {
        let Self { layout, waters, grounds, fluxes, extremes, active, boundaries, rainfall, law, soils, .. } = self;
        let (layout, active, grounds, boundaries) = (*layout, &*active, &*grounds, &*boundaries);
        let (rainfall, law) = (&*rainfall, *law);
        let sweep = |tile: usize, out: &mut Fluxes, waters: &[Water]| {
            out.live = active[tile];
            if active[tile] {
                sweep::sweep(tile, layout, waters, grounds, boundaries, rainfall, plan, out);
            }
        };
        let update = |tile: usize, water: &mut Water, soil: &mut Soil, extremes: &mut Extremes, fluxes: &[Fluxes]| {
            if active[tile] {
                let column = Column { rainfall, law, soil };
                update::update(tile, layout, fluxes, &grounds[tile], plan, column, water, extremes);
            }
        };
        if n_active < FEW_TILES {
            fluxes.iter_mut().enumerate().for_each(|(tile, out)| sweep(tile, out, waters));
            let tiles = waters.iter_mut().zip(soils).zip(extremes).enumerate();
            tiles.for_each(|(tile, ((water, soil), extremes))| update(tile, water, soil, extremes, fluxes));
        } else {
            fluxes.par_iter_mut().enumerate().for_each(|(tile, out)| sweep(tile, out, waters));
            let tiles = waters.par_iter_mut().zip(soils.par_iter_mut()).zip(extremes.par_iter_mut()).enumerate();
            tiles.for_each(|(tile, ((water, soil), extremes))| update(tile, water, soil, extremes, fluxes));
        }
    }

    /// Books what the step moved over edges, from the sky and into the ground. Tiles in their order.
    fn book(&mut self, plan: &StepPlan) {
        let area = self.grid.cell_area_m2();
        self.boundaries.book(&self.fluxes, self.layout, &mut self.ledger, plan.dt);
        self.ledger.rain.add(self.rainfall.sum_m() * area);
        let (mut soaked, mut lost) = (0.0, 0.0);
        for (tile, water) in self.waters.iter().enumerate().filter(|(tile, _)| self.active[*tile]) {
            self.contained.take(&water.tally.faults, tile, self.layout, &self.grid, self.time_secs + plan.dt);
            self.counters.cell_updates += water.tally.n_advanced;
            self.counters.contained_cells += water.tally.n_contained;
            soaked += water.tally.infiltrated_m;
            lost += water.tally.contained_m;
        }
        self.ledger.infiltrated.add(soaked * area);
        self.ledger.outflow.add(lost * area);
        self.counters.n_steps += 1;
    }

    /// Water in the domain now, m³.
    fn stored_m3(&self) -> f64 {
        let mut sum = Sum::default();
        for water in &self.waters {
            water.h.as_flattened().iter().for_each(|&h| sum.add(h));
        }
        sum.value() * self.grid.cell_area_m2()
    }

    /// Writes depth (m) and velocity (m/s) of every cell, row-major, row 0 north; 0 outside the domain.
    ///
    /// # Panics
    /// When a slice does not have one value for each cell of the grid.
    pub fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]) {
        self.copy_out(depth_m, &self.waters, |w, j, i| w.h[j][i]);
        self.copy_out(u_mps, &self.waters, |w, j, i| w.u[j][i]);
        self.copy_out(v_mps, &self.waters, |w, j, i| w.v[j][i]);
    }

    /// Writes one value for each cell of the grid from values on tiles.
    fn copy_out<S, T>(&self, out: &mut [T], tiles: &[S], value: impl Fn(&S, usize, usize) -> T) {
        assert_eq!(out.len(), self.grid.n_cells(), "one value for each cell of the grid");
        for (row, line) in out.chunks_exact_mut(self.grid.n_cols).enumerate() {
            for (col, target) in line.iter_mut().enumerate() {
                let Slot { tile, j, i } = self.layout.slot(row, col);
                *target = value(&tiles[tile], j, i);
            }
        }
    }

    /// The volume budget now. Water lost with contained cells counts as outflow.
    pub fn budget(&self) -> Budget {
        self.ledger.with_stored(self.stored_m3())
    }

    /// Counts so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Gauges now, in the scenario's order. A gauge outside the domain reads 0.
    pub fn gauges(&self) -> Vec<GaugeReading> {
        self.stations.read_gauges(&self.waters)
    }

    /// Sections now, in the scenario's order: discharge of the last step (0 before the first), mean stage now.
    pub fn sections(&self) -> Vec<SectionReading> {
        let (dry, cell_m) = (self.numerics.dry_depth_m, self.grid.cell_m);
        let mut readings = self.stations.read_sections(&self.waters, &self.fluxes, self.layout, dry, cell_m);
        for (reading, discharge_m3s) in readings.iter_mut().zip(self.restored_discharges.iter().flatten()) {
            reading.discharge_m3s = *discharge_m3s;
        }
        readings
    }

    /// Structures now: breaches in the order of the events, then gates, then culverts, pumps and intakes.
    pub fn structures(&self) -> Vec<StructureReading> {
        self.structures.readings(&self.grounds, &self.waters, self.time_secs)
    }

    /// Hash of time, state and budget: equal for equal runs, whatever the number of threads.
    ///
    /// XXH3 over the bits of time, of h, hu, hv and what the soil remembers (if it does) of every cell in the order of
    /// the grid, of what structures remember, of the budget and counts.
    pub fn state_hash(&self) -> u64 {
        let mut hash = Xxh3::new();
        let mut take = |x: f64| hash.update(&x.to_bits().to_le_bytes());
        take(self.time_secs);
        for row in 0..self.grid.n_rows {
            for col in 0..self.grid.n_cols {
                let Slot { tile, j, i } = self.layout.slot(row, col);
                let water = &self.waters[tile];
                let h = water.h[j][i];
                [h, h * water.u[j][i], h * water.v[j][i]].into_iter().for_each(&mut take);
                if self.law.remembers() {
                    take(self.soils[tile].memory(j, i));
                }
            }
        }
        self.structures.visit(&mut take);
        let b = self.budget();
        [b.initial, b.inflow, b.outflow, b.rain, b.infiltrated, b.stored].into_iter().for_each(&mut take);
        let Counters { n_steps, cell_updates, contained_cells } = self.counters;
        for count in [n_steps, cell_updates, contained_cells] {
            hash.update(&count.to_le_bytes());
        }
        hash.digest()
    }

    /// Estimate of the first step, s, for `hetu check`.
    pub fn estimate_step_secs(&self) -> f64 {
        let mut boundaries = self.boundaries.clone();
        let wave = boundaries.impose(&self.waters, self.time_secs, self.time_secs + LONGEST_STEP_SECS);
        self.stable_step(wave)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_and_the_estimate_agree() {
        let mut solver = Solver::new(&bench::circular_dam_break(20));
        let estimate = solver.estimate_step_secs();
        assert_eq!(solver.step(1e9), estimate);
    }
}
