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
//! | `layout`, `lattice` | where a cell lies in memory; how finely levels are kept |
//! | `ground`, `water`, `lay` | what the water stands on; the water, and as it is at t = 0 |
//! | `plan`, `pace` | what is the same for all cells in a step; which blocks take longer ones |
//! | `active`, `reach` | sets of blocks; those that a step has to look at |
//! | `band`, `rows` | one pass over the rows of a band, and the rows it holds |
//! | `slopes`, `joins` | limited slopes inside cells, and the faces that no slope crosses |
//! | `halfway` | the state half a step on, for the second order |
//! | `hllc` | what passes a face between two states |
//! | `faces` | fluxes through the faces of a row: steps of the bed, edges, walls |
//! | `limit` | what cells can afford to give away |
//! | `update` | the new state of a block |
//! | `friction` | Manning, Chézy |
//! | `boundaries` | open edges |
//! | `trace`, `walls` | lines on cell edges, crests |
//! | `line` | a channel that is a line beside the plain, and the basins that its gates lead to |
//! | `structures` | flow over walls, breaches, gates, culverts, pumps, intakes |
//! | `sources` | point sources |
//! | `silt` | suspended sediment of the plain |
//! | `rain` | rain, uniform and by fields |
//! | `soil` | infiltration |
//! | `stations`, `watch` | gauges and sections; faces whose discharge is read |
//! | `readout` | what a solver tells: fields, budgets, readings, the state hash |
//! | `envelope`, `packed`, `budget` | extremes, and how they are kept in 16 bits; volumes |
//! | `containment` | what was wrong with cells that had to be reset |
//! | `state` | what a run must remember to go on elsewhere |
//! | `bench` | a case to measure speed with |
//!
//! Symbols inside this folder:
//!
//! | symbol | meaning | unit | shape |
//! |---|---|---|---|
//! | `h` | depth | m | block, `[16]`, in double precision; line of a row in single |
//! | `u`, `v` | velocity eastward, northward; 0 at and below the dry depth | m/s | block; line |
//! | `z` | bed above the datum | m | block; line |
//! | `eta` | stage, z + h; only differences of it are formed | m | line |
//! | `n`, `k` | Manning's roughness; g n² (with Chézy friction g / C²) | s/m^(1/3); m^(1/3) (1) | block; line |
//! | `hl`, `hr` | depths beside a face above the higher bed (h* in Audusse et al. 2004) | m | one face |
//! | `m` | mass flux, positive eastward or northward | m²/s | west and south faces of a row |
//! | `pl`, `pr` | normal momentum flux less ½ g hl² (½ g hr²), for the cell on the left (right) | m³/s² | the same |
//! | `t` | transverse momentum flux | m³/s² | the same |
//! | `share` | share of its outgoing flux that a cell can afford | 1 | line |
//! | `c` | wave speed √(gh) | m/s | one cell |
//! | `lambda` | dt over cell size | s/m | one step |
//!
//! Not here: files, threads, the clock, and anything random. Bands run in the caller's rayon pool, and each writes only
//! to its own rows; sums over rows run in their order. The result is the same for any number of threads and for any
//! instruction set: products and sums are never contracted.

mod active;
mod band;
pub mod bench;
mod boundaries;
mod budget;
mod containment;
mod envelope;
mod faces;
mod friction;
mod ground;
mod halfway;
mod hllc;
mod joins;
mod lattice;
mod lay;
mod layout;
mod limit;
mod line;
mod pace;
mod packed;
mod plan;
mod rain;
mod reach;
mod readout;
mod rows;
mod silt;
mod slopes;
mod soil;
mod sources;
mod state;
mod stations;
mod structures;
pub mod trace;
mod update;
pub mod walls;
mod watch;
mod water;

use pulp::Arch;
use serde::{Deserialize, Serialize};

use crate::domain::frame::{SectionReading, SedimentReading};
use crate::domain::geo::Grid;
use crate::domain::river::basin::Basins;
use crate::domain::scenario::{Friction, Numerics, Order, Scenario, Steps};
use active::Blocks;
use band::{Band, RowLosses, Scene, Share, Stage};
use boundaries::Boundaries;
use budget::Ledger;
use containment::Contained;
use envelope::{Extremes, RISE_OVER_SECS, Span, Ticks};
use ground::Ground;
use layout::{Layout, N};
use line::Line;
use pace::{Held, Pace};
use plan::StepPlan;
use rain::Rainfall;
use reach::Reach;
use silt::Silts;
use soil::{Law, Soil};
use sources::Sources;
use stations::Stations;
use structures::{Moment, Structures};
use watch::Watch;
use water::Waters;

pub use state::{RestoreError, SolverState};

/// No step is longer than this, s: forcing must not be sampled more coarsely, even while nothing moves.
pub const LONGEST_STEP_SECS: f64 = 60.0;

/// Below this many active blocks for each thread a step is shared out to fewer: that would cost more than it saves.
const FEW_BLOCKS: usize = 64;

/// Where a pair was not worth its while, the next is thought of after so many steps.
const STEPS_BETWEEN_TRIES: u64 = 8;

/// The second step of a pair is taken in parts, at most so many, if this share of it is longer than what is stable then.
const CALM: f64 = 0.95;
const MOST_PARTS: u32 = 16;

/// What a step is among others.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// All blocks take it.
    Alone,
    /// The first of a pair: long blocks take it for both.
    First,
    /// The second of a pair, or a part of it: only short blocks take it.
    Second { is_last: bool },
}

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
    waters: Waters,
    ground: Ground,
    extremes: Extremes,
    /// Blocks that a step looks at.
    reach: Reach,
    pace: Pace,
    bands: Vec<Band>,
    losses: Vec<RowLosses>,
    watch: Watch,
    arch: Arch,
    boundaries: Boundaries,
    structures: Structures,
    sources: Sources,
    /// The channel, if it is a line beside the plain.
    line: Option<Line>,
    basins: Basins,
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
    /// What the sections read after a restore, until a step gives them fluxes again.
    restored_flows: Option<Vec<SectionFlow>>,
}

/// What passes a section.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct SectionFlow {
    discharge_m3s: f64,
    sediment: Option<SedimentReading>,
}

impl SectionFlow {
    fn of(reading: &SectionReading) -> Self {
        Self { discharge_m3s: reading.discharge_m3s, sediment: reading.sediment }
    }
}

/// Whether blocks may take steps of two lengths. Sediment is carried in steps of one: after each the fluxes of all blocks
/// are those of the same time.
fn takes_local_steps(scenario: &Scenario) -> bool {
    scenario.numerics.steps == Steps::Local && scenario.sediment.is_none()
}

impl Solver {
    /// Lays a scenario out for computing, at t = 0.
    pub fn new(whole: &Scenario) -> Self {
        let plain = line::beside(whole);
        let scenario = &*plain;
        let grid = scenario.terrain.grid;
        let layout = Layout::new(&grid);
        let mut ground = Ground::new(scenario, layout);
        let lines = walls::lay_faces(scenario, layout, &mut ground);
        let structures = Structures::new(scenario, layout, &mut ground, lines);
        let boundaries = Boundaries::new(scenario, layout, &mut ground);
        let open: Vec<_> = boundaries.faces().collect();
        if scenario.numerics.order == Order::Second {
            joins::lay(layout, &mut ground, &open);
        }
        let mut waters = lay::water(scenario, layout, &ground);
        waters.silts = Silts::new(scenario, &ground, &waters.blocks).map(Box::new);
        let stations = Stations::new(scenario, layout, |slot| ground.bed(slot));
        let law = Law::new(scenario.infiltration);
        let sources = Sources::new(scenario, layout);
        let mut pinned = Blocks::none(layout.n_rows, layout.n_blocks);
        let line = Line::new(whole, layout, &ground);
        let banks = line.iter().flat_map(Line::cells);
        for cell in boundaries.cells().chain(sources.cells()).chain(structures.cells()).chain(banks) {
            pinned.insert_cell(cell.y, cell.x);
        }
        let mut solver = Self {
            grid,
            layout,
            numerics: scenario.numerics,
            time_secs: 0.0,
            waters,
            extremes: Extremes::none(ground.kept.n_blocks()),
            reach: Reach::none(layout.n_rows, layout.n_blocks),
            pace: Pace::new(layout, &ground.kept, pinned, takes_local_steps(scenario)),
            bands: Vec::new(),
            losses: vec![RowLosses::default(); layout.n_rows],
            watch: Watch::new(&open, stations.faces(), layout.n_rows),
            arch: Arch::new(),
            boundaries,
            structures,
            sources,
            line,
            basins: Basins::new(&whole.basins),
            rainfall: Rainfall::new(scenario, layout),
            law,
            soils: vec![Soil::fresh(law); ground.kept.n_blocks()],
            stations,
            ledger: Ledger::default(),
            counters: Counters::default(),
            contained: Contained::none(),
            ticks: Ticks::for_run(scenario.duration_secs),
            rise_from_secs: 0.0,
            restored_flows: None,
            ground,
        };
        solver.begin();
        solver
    }

    /// Takes the figures of the initial state.
    fn begin(&mut self) {
        let mut plan = StepPlan { moves: false, ..self.plan(0.0) };
        self.measure_waters();
        let Extremes { peaks, courses } = &mut self.extremes;
        for (water, (peaks, course)) in self.waters.blocks.iter().zip(peaks.iter_mut().zip(courses)) {
            peaks.begin(course, water, &plan.span);
        }
        self.ledger.initial = self.stored_m3();
        self.structures.begin(&self.waters);
        self.structures.begin_step(&mut self.ground, 0.0);
        // Sections read the fluxes of the last step; before the first one they read those of the initial state.
        self.boundaries.impose(&self.waters, 0.0, LONGEST_STEP_SECS);
        self.pass(&mut plan, Part::Alone);
    }

    /// Takes what is wet, and how fast waves are, from the state.
    fn measure_waters(&mut self) {
        let plan = self.plan(0.0);
        self.waters.measure(plan.wet_from, plan.dry, plan.g);
    }

    /// Simulated time, s.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
    }

    /// Takes one step, or a pair of steps in which most blocks take one of twice the length, at most to `until_secs`, and
    /// returns how far it went, s; 0 when that time has come.
    ///
    /// Cannot fail and does not allocate. Times of events are met exactly.
    pub fn step(&mut self, until_secs: f64) -> f64 {
        if self.time_secs >= until_secs {
            return 0.0;
        }
        let stop_secs = self.structures.next_after(self.time_secs).min(until_secs);
        let left = stop_secs - self.time_secs;
        self.structures.begin_step(&mut self.ground, self.time_secs);
        let longest = left.min(LONGEST_STEP_SECS);
        let wave = self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + longest);
        let mut dt = self.stable_step(wave).min(longest);
        // A step that would leave less than a rounding to go goes all the way.
        if dt > left * (1.0 - 1e-9) {
            dt = left;
        }
        let half = dt.min(0.5 * left);
        let goes = if half > 0.5 * dt && self.choose_pace(half) {
            self.take_pair(half);
            2.0 * half
        } else {
            self.take(Part::Alone, dt);
            dt
        };
        if goes >= left * (1.0 - 1e-9) {
            self.time_secs = stop_secs;
        }
        goes
    }

    /// Takes two steps of `dt`, the first of which long blocks take for both.
    fn take_pair(&mut self, dt: f64) {
        self.take(Part::First, dt);
        // Waves that have grown beyond what the step may be take the second in parts.
        let stable = self.numerics.cfl * self.grid.cell_m / f64::from(self.waters.fastest);
        let n_parts = (1..MOST_PARTS).find(|&n| dt * CALM <= stable * f64::from(n)).unwrap_or(MOST_PARTS);
        for part in 1..=n_parts {
            self.structures.begin_step(&mut self.ground, self.time_secs);
            self.take(Part::Second { is_last: part == n_parts }, dt / f64::from(n_parts));
        }
    }

    /// Takes a step of a length that is stable.
    fn take(&mut self, part: Part, dt: f64) {
        let moment = Moment { from_secs: self.time_secs, dt };
        self.sources.apply(&mut self.waters, &mut self.ledger, self.time_secs, dt, self.numerics.dry_depth_m);
        self.structures.transfer(&mut self.waters, &mut self.ledger, moment);
        self.rainfall.fall(self.time_secs, dt);
        self.read_for_basins();
        if let Some(line) = &mut self.line {
            let dry = self.numerics.dry_depth_m;
            line.step(&mut self.waters, &mut self.basins, &mut self.ledger, &self.rainfall, moment, dry);
        }
        self.boundaries.impose(&self.waters, self.time_secs, self.time_secs + dt);
        let mut plan = self.plan(dt);
        let n_bands = self.pass(&mut plan, part);
        self.book(&plan, n_bands);
        let Self { waters, reach, boundaries, watch, .. } = self;
        if let Some(silts) = &mut waters.silts {
            silts.go_along(&waters.blocks, reach.takers(), &plan, moment.from_secs, (boundaries, watch));
        }
        self.structures.end_step(&self.ground, &self.waters, moment);
        self.time_secs += dt;
        if let Some(line) = &mut self.line {
            line.end_step(moment.from_secs, self.time_secs, plan.marks_rise_over);
        }
        self.restored_flows = None;
        if plan.marks_rise_over.is_some() {
            self.rise_from_secs = self.time_secs;
        }
    }

    /// Reads the river where a basin has to keep it within a limit: the discharge of the last step.
    fn read_for_basins(&mut self) {
        let Self { basins, stations, watch, line, restored_flows, grid, .. } = self;
        let mut read_m3s = std::mem::take(&mut basins.read_m3s);
        for (basin, section) in basins.limits() {
            read_m3s[basin] = if let Some(flows) = restored_flows {
                flows[section].discharge_m3s
            } else {
                let over_the_plain = stations.discharge_m3s(section, watch, grid.cell_m);
                line.as_ref().map_or(over_the_plain, |line| line.with_discharge_m3s(section, over_the_plain))
            };
        }
        basins.read_m3s = read_m3s;
    }

    /// Longest stable step, s, without regard to what has to be met: `wave` is the fastest wave at the edges, m/s.
    fn stable_step(&self, wave: f64) -> f64 {
        let fastest = wave.max(f64::from(self.waters.fastest));
        let cfl_length = self.numerics.cfl * self.grid.cell_m;
        let dt = if fastest > 0.0 { (cfl_length / fastest).min(LONGEST_STEP_SECS) } else { LONGEST_STEP_SECS };
        let dt = self.sources.shorten(&self.waters, self.time_secs, dt, cfl_length, self.numerics.gravity_mps2);
        let dt = self.structures.shorten(&self.waters, dt, cfl_length);
        let g = self.numerics.gravity_mps2;
        self.line.as_ref().map_or(dt, |line| line.shorten(&self.waters, dt, cfl_length, g))
    }

    /// Chooses blocks that may take steps of twice `dt`, and says whether a pair is worth its while. While rain falls it is
    /// not: rain wets all blocks, and is counted by steps.
    fn choose_pace(&mut self, dt: f64) -> bool {
        if !self.pace.is_local() || !(self.pace.paid || self.counters.n_steps.is_multiple_of(STEPS_BETWEEN_TRIES)) {
            return false;
        }
        self.rainfall.fall(self.time_secs, 2.0 * dt);
        if self.rainfall.falls() {
            return false;
        }
        self.choose_reach();
        let cfl_length = self.numerics.cfl * self.grid.cell_m;
        self.pace.paid = self.pace.choose(self.reach.takers(), &self.ground.kept, &self.waters.speeds, dt, cfl_length);
        self.pace.paid
    }

    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    fn plan(&self, dt: f64) -> StepPlan {
        let dry = self.numerics.dry_depth_m as f32;
        let since_mark = self.time_secs + dt - self.rise_from_secs;
        StepPlan {
            order: self.numerics.order,
            g: self.numerics.gravity_mps2 as f32,
            dry,
            is_chezy: matches!(self.numerics.friction, Friction::Chezy(_)),
            // The ground drinks films too.
            wet_from: if self.law.drinks() { 0.0 } else { dry },
            rains: self.rainfall.falls(),
            moves: true,
            marks_rise_over: (since_mark >= RISE_OVER_SECS).then_some(since_mark),
            span: Span::new(self.ticks, self.time_secs, self.time_secs + dt),
            dt,
            lambda: dt / self.grid.cell_m,
        }
    }

    /// Passes over all rows: takes the fluxes, and if the plan says so the new state. Returns how many bands took part.
    fn pass(&mut self, plan: &mut StepPlan, part: Part) -> usize {
        self.choose_reach();
        let long = self.plan(2.0 * plan.dt);
        match part {
            Part::Alone => {}
            // Rises are marked at the end of a pair, of all blocks.
            Part::First => plan.marks_rise_over = None,
            Part::Second { is_last } => {
                self.reach.narrow_to(self.pace.short(), &self.ground.kept.domain);
                if !is_last {
                    plan.marks_rise_over = None;
                }
            }
        }
        let is_second = matches!(part, Part::Second { .. });
        if let Some(silts) = &mut self.waters.silts {
            silts.look(&self.waters.blocks, self.reach.takers());
        }
        let n_bands = self.share_out();
        self.losses.fill(RowLosses::default());
        // What passes between long blocks is known from the first step.
        if !is_second {
            self.watch.passed.fill(0.0);
        }
        let (watch, passed) = self.watch.parts();
        let (seams, held) = self.pace.parts(&self.ground.kept.domain);
        let (stage, held): (Stage<'_>, &mut [Held]) = match part {
            Part::Alone => (Stage::Alone, &mut []),
            Part::First => (Stage::First(seams, &long), held),
            Part::Second { .. } => (Stage::Second(seams, held), &mut []),
        };
        let share = Share {
            first_row: 0,
            waters: &mut self.waters.blocks,
            speeds: &mut self.waters.speeds,
            held,
            peaks: &mut self.extremes.peaks,
            courses: &mut self.extremes.courses,
            soils: &mut self.soils,
            wet: self.waters.wet.all_rows_mut(),
            losses: &mut self.losses,
            watch,
            passed,
            silt: self.waters.silts.as_mut().map_or(&mut [], |silts| &mut silts.passed),
        };
        let scene = Scene {
            layout: self.layout,
            ground: &self.ground,
            boundaries: &self.boundaries,
            rainfall: &self.rainfall,
            reach: &self.reach,
            law: self.law,
            plan,
            stage,
            is_local: self.numerics.steps == Steps::Local,
            arch: self.arch,
        };
        let bands = &mut self.bands[..n_bands];
        band::pass(bands, share, scene);
        if plan.moves {
            let [fastest_long, fastest] =
                bands.iter().map(Band::fastest).fold([0.0_f32; 2], |a, b| [a[0].max(b[0]), a[1].max(b[1])]);
            // Short blocks go on from where they are; long ones wait.
            self.waters.fastest_long = if is_second { self.waters.fastest_long } else { fastest_long };
            self.waters.fastest = fastest.max(self.waters.fastest_long);
        }
        n_bands
    }

    /// Chooses the blocks that a step has to look at: those that water can reach, and those that rain falls on.
    fn choose_reach(&mut self) {
        let Self { reach, waters, boundaries, ground, rainfall, layout, .. } = self;
        let kept = &ground.kept;
        reach.choose(&waters.wet, boundaries, &kept.domain, |takers| {
            if !rainfall.falls() {
                return;
            }
            for y in 0..layout.n_rows {
                for (x, _) in kept.of_row(y) {
                    if rainfall.falls_on(y, x / N) {
                        takers.insert_cell(y, x);
                    }
                }
            }
        });
    }

    /// Shares the rows out to bands with about as many blocks each; returns how many bands there are.
    fn share_out(&mut self) -> usize {
        let Self { layout, ground, reach, bands, waters, numerics, .. } = self;
        let total: usize = (0..layout.n_rows).map(|y| reach.takers().count(y)).sum();
        let most = (total / FEW_BLOCKS).clamp(1, rayon::current_num_threads());
        while bands.len() < most {
            bands.push(Band::new(layout.n_blocks, numerics.order));
        }
        let (mut n_bands, mut from, mut sum) = (0, 0, 0);
        for y in 0..layout.n_rows {
            sum += reach.takers().count(y);
            let is_last = y + 1 == layout.n_rows;
            if is_last || (n_bands + 1 < most && sum * most >= total * (n_bands + 1)) {
                bands[n_bands].begin(from..y + 1, ground, reach, &waters.blocks);
                (n_bands, from) = (n_bands + 1, y + 1);
            }
        }
        n_bands
    }

    /// Books what the step moved over edges, from the sky and into the ground. Rows and bands in their order; bands
    /// beyond the first `n_bands` took no part and hold the figures of an earlier step.
    fn book(&mut self, plan: &StepPlan, n_bands: usize) {
        let area = self.grid.cell_area_m2();
        self.boundaries.book(&self.watch, &mut self.ledger, plan.dt);
        self.ledger.rain.add(self.rainfall.sum_m() * area);
        for band in &self.bands[..n_bands] {
            self.contained.take(&band.faults, self.layout, &self.grid, self.time_secs + plan.dt);
            self.counters.cell_updates += band.n_wet;
            self.counters.contained_cells += band.faults.n;
        }
        let (mut soaked, mut lost) = (0.0, 0.0);
        for row in &self.losses {
            soaked += row.infiltrated_m;
            lost += row.contained_m;
        }
        self.ledger.infiltrated.add(soaked * area);
        self.ledger.outflow.add(lost * area);
        self.counters.n_steps += 1;
    }

    /// Water in the domain and its basins now, m³.
    fn stored_m3(&self) -> f64 {
        let in_channel = self.line.as_ref().map_or(0.0, Line::stored_m3);
        self.waters.sum_of_depths() * self.grid.cell_area_m2() + in_channel + self.basins.stored_m3()
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

    /// A dam break over a rough bed with a dry shore, run with one instruction set.
    fn hash_with(arch: Arch, order: Order) -> u64 {
        let mut scenario = bench::circular_dam_break(70);
        scenario.numerics.order = order;
        scenario.numerics.steps = Steps::Local;
        for (k, z) in scenario.terrain.bed_m.iter_mut().enumerate() {
            *z = (k as f64 * 0.37).sin() + 0.1 * (k % 70) as f64;
        }
        let mut solver = Solver::new(&scenario);
        solver.arch = arch;
        for _ in 0..200 {
            solver.step(f64::INFINITY);
        }
        assert_eq!(solver.counters().contained_cells, 0);
        solver.state_hash()
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        for order in [Order::First, Order::Second] {
            let plain = hash_with(Arch::Scalar, order);
            assert_eq!(hash_with(Arch::new(), order), plain, "{:?}", Arch::new());
            #[cfg(target_arch = "x86_64")]
            if let Some(avx2) = pulp::x86::V3::try_new() {
                assert_eq!(hash_with(Arch::V3(avx2), order), plain);
            }
        }
    }

    #[test]
    fn the_first_step_and_the_estimate_agree() {
        let mut solver = Solver::new(&bench::circular_dam_break(20));
        let estimate = solver.estimate_step_secs();
        assert_eq!(solver.step(1e9), estimate);
    }
}
