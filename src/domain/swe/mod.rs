//! The two-dimensional shallow-water equations.
//!
//! ∂h/∂t + ∂(hu)/∂x + ∂(hv)/∂y = rain − infiltration + sources
//! ∂(hu)/∂t + ∂(hu² + ½gh²)/∂x + ∂(huv)/∂y = −gh ∂z/∂x − g n² u √(u² + v²) / h^(1/3), and likewise for hv.
//!
//! Godunov finite volumes of first order on square cells, explicit in time except for friction.
//! Start reading at [`Solver::step`]; there is one file for each term:
//!
//! | file | term |
//! |---|---|
//! | `layout` | where a cell lies in memory |
//! | `reconstruction` | depths beside a face over an uneven bed |
//! | `hllc` | flux through a face |
//! | `friction` | Manning, Chézy |
//! | `step` | both passes of a step: fluxes and limits, new state |
//! | `boundaries` | open edges |
//! | `trace`, `walls` | lines on cell edges, crests, breaches |
//! | `sources` | point sources, rain, infiltration |
//! | `stations` | gauges and sections |
//! | `envelope`, `budget` | extremes, volumes |
//! | `bench` | a case to measure speed with |
//!
//! Symbols inside this folder:
//!
//! | symbol | meaning | unit | shape |
//! |---|---|---|---|
//! | `h` | depth | m | tile, `[16][16]`, rows from south to north |
//! | `u`, `v` | velocity eastward, northward; 0 at and below the dry depth | m/s | tile |
//! | `z` | bed level | m | tile with its ring, `[18][18]` |
//! | `zf_x`, `zf_y` | level above which water passes a face: the higher bed, or the crest of a wall | m | faces, `[16][17]`, `[17][16]` |
//! | `n`, `gn2` | Manning's roughness; g n² (with Chézy friction g / C²) | s/m^(1/3); m^(1/3) (1) | tile |
//! | `hl`, `hr` | depths beside a face above `zf` (h* in Audusse et al. 2004) | m | one face |
//! | `m` | mass flux, positive eastward or northward | m²/s | faces |
//! | `pl`, `pr` | normal momentum flux less ½ g hl² (½ g hr²), for the cell on the left (right) | m³/s² | faces |
//! | `t` | transverse momentum flux | m³/s² | faces |
//! | `theta` | share of its outgoing flux that a cell can afford | 1 | tile |
//! | `c` | wave speed √(gh) | m/s | one cell |
//! | `lambda` | dt over cell size | s/m | one step |
//!
//! Not here: files, threads, the clock, and anything random. Parallel loops run in the caller's rayon pool, and each
//! tile writes only to itself; sums over tiles run in their order. The result is the same for any number of threads.

pub mod bench;
mod boundaries;
mod budget;
mod envelope;
mod friction;
mod hllc;
mod layout;
mod reconstruction;
mod sources;
mod stations;
mod step;
pub mod trace;
pub mod walls;

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _};
use xxhash_rust::xxh3::Xxh3;

use crate::domain::frame::{Budget, Envelope, GaugeReading, SectionReading};
use crate::domain::geo::Grid;
use crate::domain::scenario::{Friction, Initial, Numerics, Scenario, Terrain};
use boundaries::Boundaries;
use budget::{Ledger, Sum};
use envelope::Extremes;
use layout::{Fluxes, Ground, Layout, N, Slot, Water};
use reconstruction::on_lattice;
use sources::Sources;
use stations::Stations;
use step::StepPlan;
use walls::Breaches;

/// No step is longer than this, s: forcing must not be sampled more coarsely, even while nothing moves.
pub const LONGEST_STEP_SECS: f64 = 60.0;

/// Below this many active tiles a step runs on the calling thread: sharing it out would cost more than it saves.
const FEW_TILES: usize = 8;

/// Counts of a run so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    breaches: Breaches,
    sources: Sources,
    stations: Stations,
    ledger: Ledger,
    counters: Counters,
    n_inside: usize,
}

impl Solver {
    /// Lays a scenario out for computing, at t = 0.
    pub fn new(scenario: &Scenario) -> Self {
        let grid = scenario.terrain.grid;
        let layout = Layout::new(&grid);
        let mut grounds = lay_ground(scenario, layout);
        let breaches = walls::lay_faces(scenario, layout, &mut grounds);
        let boundaries = Boundaries::new(scenario, layout, &mut grounds);
        let waters = fill(scenario, layout, &grounds);
        let bed = |slot: Slot| grounds[slot.tile].z[slot.j + 1][slot.i + 1];
        let stations = Stations::new(scenario, layout, bed);
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
            breaches,
            sources: Sources::new(scenario, layout),
            stations,
            ledger: Ledger::default(),
            counters: Counters::default(),
            n_inside: grounds.iter().map(|g| g.n_inside).sum(),
            grounds,
        };
        solver.begin();
        solver
    }

    /// Takes the figures of the initial state.
    fn begin(&mut self) {
        let plan = self.plan(0.0);
        for (water, extremes) in self.waters.iter_mut().zip(&mut self.extremes) {
            step::measure(&plan, water);
            for j in 0..N {
                extremes.record_row(j, &water.h[j], &water.u[j], &water.v[j], 0.0, 0.0);
            }
        }
        self.ledger.initial = self.stored_m3();
        // Sections read the fluxes of the last step; before the first one they read those of the initial state.
        self.boundaries.impose(&self.waters, 0.0, LONGEST_STEP_SECS);
        self.choose_active(false);
        let Self { layout, waters, grounds, fluxes, active, boundaries, .. } = self;
        for (tile, out) in fluxes.iter_mut().enumerate().filter(|(tile, _)| active[*tile]) {
            out.live = true;
            step::sweep(tile, *layout, waters, &grounds[tile], boundaries, &plan, out);
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
        let stop_secs = self.breaches.next_after(self.time_secs).min(until_secs);
        let left = stop_secs - self.time_secs;
        self.breaches.apply(&mut self.grounds, self.time_secs);
        let longest = left.min(LONGEST_STEP_SECS);
        let wave = self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + longest);
        let mut dt = self.stable_step(wave).min(longest);
        // A step that would leave less than a rounding to go goes all the way.
        if dt > left * (1.0 - 1e-9) {
            dt = left;
        }
        let plan = self.plan(dt);
        self.sources.apply(&mut self.waters, &mut self.ledger, self.time_secs, dt, plan.dry);
        self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + dt);
        let n_active = self.choose_active(plan.rain_m > 0.0);
        self.sweep_and_update(&plan, n_active);
        self.book(&plan);
        self.time_secs = if dt >= left { stop_secs } else { self.time_secs + dt };
        dt
    }

    /// Longest stable step, s, without regard to what has to be met: `wave` is the fastest wave at the edges, m/s.
    fn stable_step(&self, wave: f64) -> f64 {
        let fastest = self.waters.iter().map(|w| w.max_speed).fold(wave, f64::max);
        let cfl_length = self.numerics.cfl * self.grid.cell_m;
        let dt = if fastest > 0.0 { (cfl_length / fastest).min(LONGEST_STEP_SECS) } else { LONGEST_STEP_SECS };
        self.sources.shorten(&self.waters, self.time_secs, dt, cfl_length, self.numerics.gravity_mps2)
    }

    fn plan(&self, dt: f64) -> StepPlan {
        let infiltration_m = self.sources.infiltration_mps * dt;
        let dry = self.numerics.dry_depth_m;
        StepPlan {
            g: self.numerics.gravity_mps2,
            dry,
            is_chezy: matches!(self.numerics.friction, Friction::Chezy(_)),
            // The ground drinks films too.
            wet_from: if self.sources.infiltration_mps > 0.0 { 0.0 } else { dry },
            end_secs: self.time_secs + dt,
            dt,
            lambda: dt / self.grid.cell_m,
            rain_m: self.sources.rain_depth(self.time_secs, dt),
            infiltration_m,
        }
    }

    /// Marks the tiles that hold water, touch a tile that does, or are forced; returns how many.
    fn choose_active(&mut self, rains: bool) -> usize {
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
            *active = ground.n_inside > 0 && (near != 0 || rains || !ground.imposed.is_empty());
            n += usize::from(*active);
        }
        n
    }

    fn sweep_and_update(&mut self, plan: &StepPlan, n_active: usize) {
        let Self { layout, waters, grounds, fluxes, extremes, active, boundaries, .. } = self;
        let (layout, active, grounds, boundaries) = (*layout, &*active, &*grounds, &*boundaries);
        let sweep = |tile: usize, out: &mut Fluxes, waters: &[Water]| {
            out.live = active[tile];
            if active[tile] {
                step::sweep(tile, layout, waters, &grounds[tile], boundaries, plan, out);
            }
        };
        let update = |tile: usize, water: &mut Water, extremes: &mut Extremes, fluxes: &[Fluxes]| {
            if active[tile] {
                step::update(tile, layout, fluxes, &grounds[tile], plan, water, extremes);
            }
        };
        if n_active < FEW_TILES {
            fluxes.iter_mut().enumerate().for_each(|(tile, out)| sweep(tile, out, waters));
            let pairs = waters.iter_mut().zip(extremes).enumerate();
            pairs.for_each(|(tile, (water, extremes))| update(tile, water, extremes, fluxes));
        } else {
            fluxes.par_iter_mut().enumerate().for_each(|(tile, out)| sweep(tile, out, waters));
            let pairs = waters.par_iter_mut().zip(extremes.par_iter_mut()).enumerate();
            pairs.for_each(|(tile, (water, extremes))| update(tile, water, extremes, fluxes));
        }
    }

    /// Books what the step moved over edges, from the sky and into the ground. Tiles in their order.
    fn book(&mut self, plan: &StepPlan) {
        let area = self.grid.cell_area_m2();
        self.boundaries.book(&self.fluxes, self.layout, &mut self.ledger, plan.dt);
        self.ledger.rain.add(plan.rain_m * area * self.n_inside as f64);
        let (mut soaked, mut lost) = (0.0, 0.0);
        for (water, _) in self.waters.iter().zip(&self.active).filter(|(_, active)| **active) {
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

    /// Extremes so far.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is kept in single precision")]
    pub fn envelope(&self) -> Envelope {
        let field = |value: fn(&Extremes, usize, usize) -> f64| {
            let mut out = vec![0.0_f32; self.grid.n_cells()];
            self.copy_out(&mut out, &self.extremes, |e, j, i| value(e, j, i) as f32);
            out
        };
        Envelope {
            time_secs: self.time_secs,
            max_depth_m: field(|e, j, i| e.depth[j][i]),
            max_speed_mps: field(|e, j, i| e.speed2[j][i].sqrt()),
            max_dv_m2s: field(|e, j, i| e.dv2[j][i].sqrt()),
            arrival_secs: field(|e, j, i| if e.arrival[j][i].is_finite() { e.arrival[j][i] } else { f64::NAN }),
            duration_secs: field(|e, j, i| e.duration[j][i]),
        }
    }

    /// Gauges now, in the scenario's order. A gauge outside the domain reads 0.
    pub fn gauges(&self) -> Vec<GaugeReading> {
        self.stations.read_gauges(&self.waters)
    }

    /// Sections now, in the scenario's order: discharge of the last step (0 before the first), mean stage now.
    pub fn sections(&self) -> Vec<SectionReading> {
        let (dry, cell_m) = (self.numerics.dry_depth_m, self.grid.cell_m);
        self.stations.read_sections(&self.waters, &self.fluxes, self.layout, dry, cell_m)
    }

    /// Hash of time, state and budget: equal for equal runs, whatever the number of threads.
    ///
    /// XXH3 over the bits of time, of h, hu and hv of every cell in the order of the grid, of the budget and counts.
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
            }
        }
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

/// Bed, roughness and domain on tiles.
fn lay_ground(scenario: &Scenario, layout: Layout) -> Vec<Ground> {
    let Terrain { grid, bed_m, manning, .. } = &scenario.terrain;
    let g = scenario.numerics.gravity_mps2;
    let mut grounds = vec![Ground::outside(); layout.n_tiles()];
    for (tile, ground) in grounds.iter_mut().enumerate() {
        let (y0, x0) = layout.origin(tile);
        for j in 0..N + 2 {
            for i in 0..N + 2 {
                // The ring starts one cell before the tile.
                let (y, x) = (y0 + j, x0 + i);
                if y == 0 || x == 0 || y > layout.n_rows || x > layout.n_cols {
                    continue;
                }
                let index = grid.index(layout.flip(y - 1), x - 1);
                if !scenario.terrain.is_inside(index) {
                    continue;
                }
                ground.z[j][i] = on_lattice(bed_m[index]);
                if (1..=N).contains(&j) && (1..=N).contains(&i) {
                    ground.inside[j - 1][i - 1] = 1.0;
                    ground.n_inside += 1;
                    ground.gn2[j - 1][i - 1] = match scenario.numerics.friction {
                        Friction::Manning => g * manning[index] * manning[index],
                        Friction::Chezy(c) => g / (c * c),
                        Friction::Off => 0.0,
                    };
                }
            }
        }
    }
    grounds
}

/// The initial water. Surfaces go on the same lattice as beds, so that a level lake is level to the last bit.
fn fill(scenario: &Scenario, layout: Layout, grounds: &[Ground]) -> Vec<Water> {
    let terrain = &scenario.terrain;
    let mut waters = vec![Water::dry(); layout.n_tiles()];
    for row in 0..layout.n_rows {
        for col in 0..layout.n_cols {
            let index = terrain.grid.index(row, col);
            if !terrain.is_inside(index) {
                continue;
            }
            let Slot { tile, j, i } = layout.slot(row, col);
            let z = grounds[tile].z[j + 1][i + 1];
            let water = &mut waters[tile];
            match &scenario.initial {
                Initial::Dry => {}
                Initial::Stage(stage) => water.h[j][i] = (on_lattice(*stage) - z).max(0.0),
                Initial::Fields { depth_m, u_mps, v_mps } => {
                    if depth_m[index] > 0.0 {
                        let h = (on_lattice(terrain.bed_m[index] + depth_m[index]) - z).max(0.0);
                        let moves = h > scenario.numerics.dry_depth_m;
                        water.h[j][i] = h;
                        water.u[j][i] = if moves { u_mps[index] } else { 0.0 };
                        water.v[j][i] = if moves { v_mps[index] } else { 0.0 };
                    }
                }
            }
        }
    }
    waters
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    /// A solver some steps into a dam break on 40 by 40 cells, with `poison` applied to the cell in the middle.
    fn poisoned(poison: impl Fn(&mut Water, usize, usize)) -> Solver {
        let mut solver = Solver::new(&bench::circular_dam_break(40));
        for _ in 0..10 {
            solver.step(f64::INFINITY);
        }
        let Slot { tile, j, i } = solver.layout.slot(20, 20);
        poison(&mut solver.waters[tile], j, i);
        solver
    }

    fn assert_contained(mut solver: Solver) -> Solver {
        solver.step(f64::INFINITY);
        assert_eq!(solver.counters().contained_cells, 1);
        let Slot { tile, j, i } = solver.layout.slot(20, 20);
        assert_eq!((solver.waters[tile].h[j][i], solver.waters[tile].u[j][i]), (0.0, 0.0));
        for _ in 0..50 {
            assert!(solver.step(f64::INFINITY) > 1e-4);
        }
        assert_eq!(solver.counters().contained_cells, 1);
        let sound =
            solver.waters.iter().flat_map(|w| [w.h, w.u, w.v]).all(|f| f.as_flattened().iter().all(|x| x.is_finite()));
        assert!(sound);
        solver
    }

    #[test]
    fn a_broken_velocity_costs_its_own_cell_only_and_the_volume_closes() {
        for bad in [f64::NAN, f64::INFINITY] {
            let budget = assert_contained(poisoned(|w, j, i| w.u[j][i] = bad)).budget();
            assert!(budget.outflow > 0.0);
            assert!(budget.residual_frac().abs() < 1e-14, "{budget:?}");
        }
    }

    #[test]
    fn a_broken_depth_costs_its_own_cell_only() {
        for bad in [f64::NAN, f64::INFINITY] {
            assert_contained(poisoned(|w, j, i| w.h[j][i] = bad));
        }
    }

    #[test]
    fn the_first_step_and_the_estimate_agree() {
        let mut solver = Solver::new(&bench::circular_dam_break(20));
        let estimate = solver.estimate_step_secs();
        assert_eq!(solver.step(1e9), estimate);
    }
}
