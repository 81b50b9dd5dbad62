//! What a run must remember to go on elsewhere: everything the next step depends on, and everything gathered so far,
//! that cannot be built again from the scenario.
//!
//! Bed, faces, boundaries, sources and crests that follow the clock come from the scenario and the time. A part that
//! remembers more than that keeps it in [`PartsState`].

use serde::{Deserialize, Serialize};

use super::budget::Ledger;
use super::containment::Contained;
use super::envelope::{Course, Extremes, Peaks};
use super::line::{Line, LineState};
use super::silt::SiltState;
use super::soil::Soil;
use super::structures::StructureState;
use super::water::{Water, Waters};
use super::{Counters, SectionFlow, Solver};
use crate::domain::frame::ContainedCell;
use crate::domain::river::basin::Pool;
use crate::domain::river::channel::ChannelFault;
use crate::domain::scenario::Scenario;

/// The state of a run at the end of a step.
///
/// Same scenario, same build: a solver restored from it takes the same steps to the same bits as the one it is of.
/// Blocks that never held water are left out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SolverState {
    n_cols: usize,
    n_rows: usize,
    time_secs: f64,
    counters: Counters,
    ledger: Ledger,
    contained: Vec<ContainedCell>,
    rise_from_secs: f64,
    fastest_mps: f32,
    is_paired: bool,
    parts: PartsState,
    blocks: Vec<BlockState>,
}

/// What parts of the solver remember beside the water. A new part is one field here, one line in `Solver::parts` and
/// one in `Solver::restore_parts`; the version of the file format then has to rise.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct PartsState {
    /// What the sections read: the fluxes of the last step are not kept.
    flows: Vec<SectionFlow>,
    /// Breaches, gates and pumps.
    structures: StructureState,
    /// The channel as a line.
    line: Option<LineState>,
    /// Detention basins.
    basins: Vec<Pool>,
    /// The sediment of the plain.
    silt: Option<SiltState>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct BlockState {
    block: usize,
    water: Water,
    peaks: Peaks,
    course: Course,
    soil: Soil,
}

/// Why a state does not fit a scenario.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RestoreError {
    /// It is of another grid.
    #[error("the state is of a grid of {found:?} columns and rows, the scenario has {expected:?}")]
    OtherGrid {
        /// Columns and rows of the state.
        found: [usize; 2],
        /// Columns and rows of the scenario.
        expected: [usize; 2],
    },
    /// It names a block of cells that is not there.
    #[error("the state names block {found}, the scenario has {n_blocks}")]
    NoSuchBlock {
        /// The block.
        found: usize,
        /// Blocks there are.
        n_blocks: usize,
    },
    /// It is of other sections.
    #[error("the state has {found} {what}, the scenario {expected}")]
    Count {
        /// Of what.
        what: &'static str,
        /// Number in the state.
        found: usize,
        /// Number in the scenario.
        expected: usize,
    },
    /// Its channel is another.
    #[error("the channel: {0}")]
    Channel(#[from] ChannelFault),
    /// Its time is no time of a run.
    #[error("the state is of {found} s, allowed is 0 and later")]
    Time {
        /// Time of the state, s.
        found: f64,
    },
}

impl SolverState {
    /// Simulated time, s.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
    }

    /// Memory that it takes, bytes; without lists of single faces and cells.
    pub fn n_bytes(&self) -> usize {
        size_of_val(&*self.blocks)
    }

    fn check(&self, solver: &Solver) -> Result<(), RestoreError> {
        let (found, expected) = ([self.n_cols, self.n_rows], [solver.layout.n_cols, solver.layout.n_rows]);
        if found != expected {
            return Err(RestoreError::OtherGrid { found, expected });
        }
        let n_blocks = solver.ground.kept.n_blocks();
        if let Some(beyond) = self.blocks.iter().find(|b| b.block >= n_blocks) {
            return Err(RestoreError::NoSuchBlock { found: beyond.block, n_blocks });
        }
        let (found, expected) = (self.parts.flows.len(), solver.sections().len());
        if found != expected {
            return Err(RestoreError::Count { what: "sections", found, expected });
        }
        if !(self.time_secs >= 0.0 && self.time_secs.is_finite()) {
            return Err(RestoreError::Time { found: self.time_secs });
        }
        Ok(())
    }
}

impl Solver {
    /// The state now, to go on from with [`Solver::restore`].
    pub fn state(&self) -> SolverState {
        let kept = (0..self.ground.kept.n_blocks()).filter(|&block| !self.is_blank(block));
        let blocks = kept.map(|block| BlockState {
            block,
            water: self.waters.blocks[block].clone(),
            peaks: self.extremes.peaks[block].clone(),
            course: self.extremes.courses[block].clone(),
            soil: self.soils[block].clone(),
        });
        SolverState {
            n_cols: self.layout.n_cols,
            n_rows: self.layout.n_rows,
            time_secs: self.time_secs,
            counters: self.counters,
            ledger: self.ledger,
            contained: self.contained.cells().to_vec(),
            rise_from_secs: self.rise_from_secs,
            fastest_mps: self.waters.fastest,
            is_paired: self.pace.paid,
            parts: self.parts(),
            blocks: blocks.collect(),
        }
    }

    /// A solver that goes on from a state of the same scenario.
    ///
    /// # Errors
    /// When the state does not fit the scenario.
    pub fn restore(scenario: &Scenario, state: SolverState) -> Result<Self, RestoreError> {
        let mut solver = Self::new(scenario);
        state.check(&solver)?;
        let silts = solver.waters.silts.take();
        solver.waters = Waters::dry(&solver.ground.kept, solver.layout);
        solver.waters.silts = silts;
        solver.extremes = Extremes::none(solver.ground.kept.n_blocks());
        for BlockState { block, water, peaks, course, soil } in state.blocks {
            solver.waters.blocks[block] = water;
            solver.extremes.peaks[block] = peaks;
            solver.extremes.courses[block] = course;
            solver.soils[block] = soil;
        }
        solver.time_secs = state.time_secs;
        solver.measure_waters();
        solver.waters.fastest = state.fastest_mps;
        solver.pace.paid = state.is_paired;
        solver.counters = state.counters;
        solver.ledger = state.ledger;
        solver.contained = Contained::from_cells(&state.contained);
        solver.rise_from_secs = state.rise_from_secs;
        solver.restore_parts(state.parts)?;
        Ok(solver)
    }

    /// Goes on from this moment with a scenario that has come to differ: walls, breaches and pumps at the end of their
    /// lists that were not there before, or other series of discharges and openings. Water, extremes, soil, counts and
    /// volumes stay as they are to the last bit, as does what the structures remember.
    ///
    /// Between two steps; takes about as long as [`Solver::new`].
    ///
    /// # Errors
    /// When the scenario differs in what the state is about: grid, sections, channel, or structures that are gone. The
    /// solver is then as it was.
    pub fn change(&mut self, scenario: &Scenario) -> Result<(), RestoreError> {
        *self = Self::restore(scenario, self.state())?;
        Ok(())
    }

    /// Whether nothing has ever happened on a block.
    fn is_blank(&self, block: usize) -> bool {
        self.extremes.peaks[block].is_blank()
            && self.waters.blocks[block].h.iter().all(|&h| h == 0.0)
            && self.soils[block].is_fresh()
    }

    fn parts(&self) -> PartsState {
        PartsState {
            flows: self.sections().iter().map(SectionFlow::of).collect(),
            structures: self.structures.state.clone(),
            line: self.line.as_ref().map(Line::state),
            basins: self.basins.state(),
            silt: self.waters.silts.as_ref().map(|silts| silts.state()),
        }
    }

    fn restore_parts(&mut self, parts: PartsState) -> Result<(), RestoreError> {
        match (&mut self.line, parts.line) {
            (Some(line), Some(state)) => line.restore(state)?,
            (None, None) => {}
            (line, state) => {
                let (found, expected) = (usize::from(state.is_some()), usize::from(line.is_some()));
                return Err(RestoreError::Count { what: "channels as lines", found, expected });
            }
        }
        self.basins.restore(parts.basins).map_err(|[found, expected]| RestoreError::Count {
            what: "detention basins",
            found,
            expected,
        })?;
        match (&mut self.waters.silts, parts.silt) {
            (Some(silts), Some(state)) => {
                let n_blocks = self.ground.kept.n_blocks();
                silts.restore(state).map_err(|found| RestoreError::NoSuchBlock { found, n_blocks })?;
            }
            (None, None) => {}
            (silts, state) => {
                let (found, expected) = (usize::from(state.is_some()), usize::from(silts.is_some()));
                return Err(RestoreError::Count { what: "kinds of sediment", found, expected });
            }
        }
        self.restored_flows = Some(parts.flows);
        let restored = self.structures.restore(parts.structures);
        restored.map_err(|(what, found, expected)| RestoreError::Count { what, found, expected })
    }
}
