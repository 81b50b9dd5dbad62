//! The branches of a scenario, each with its run: one is computed at a time, the active one first.
//!
//! What the tree must be is told by [`Worlds`]; here are the runs that make it so. A new branch begins at the last state
//! that was kept of its course at or before its fork, and takes the steps from there that its parent took, because it has
//! the same orders up to the fork.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::ThreadPool;

use crate::domain::order::{Order, Orders};
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::domain::swe::{Solver, SolverState};
use crate::domain::worlds::{BranchId, BranchState, Piece, Placed, WorldRefusal, Worlds};
use crate::engine::message::EngineRefusal;
use crate::engine::model::{Model, ModelFactory};
use crate::engine::orders::check_order;
use crate::engine::run::{Run, RunPlan};
use crate::engine::{RecordPlan, RunError};
use crate::io::session::SessionCache;

/// Between two copies of the extremes, wall time.
const ENVELOPE_EVERY: Duration = Duration::from_millis(250);

/// A run and how far it is to go.
struct Lane {
    run: Run,
    /// Time to run to, s; `None` while it stands still.
    goal_secs: Option<f64>,
}

/// The branches of a scenario.
pub(crate) struct Branches {
    scenario: Arc<Scenario>,
    factory: Arc<ModelFactory>,
    worlds: Worlds,
    lanes: BTreeMap<BranchId, Lane>,
    /// Where runs are saved; `None` keeps them in memory.
    saved: Option<SessionCache>,
}

/// Why something was not done: because it cannot be, or because the run is lost.
pub(crate) enum Trouble {
    Refused(EngineRefusal),
    Lost(RunError),
}

impl From<WorldRefusal> for Trouble {
    fn from(refusal: WorldRefusal) -> Self {
        Self::Refused(EngineRefusal::World(refusal))
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        Self::Lost(error)
    }
}

impl Branches {
    /// The root of a scenario, laid out.
    pub(crate) fn load(
        scenario: &Arc<Scenario>,
        factory: &Arc<ModelFactory>,
        pool: &ThreadPool,
        saved: Option<SessionCache>,
    ) -> Result<Self, RunError> {
        let mut branches = Self {
            scenario: Arc::clone(scenario),
            factory: Arc::clone(factory),
            worlds: Worlds::new(scenario.name.clone(), Orders::none()),
            lanes: BTreeMap::new(),
            saved,
        };
        branches.lay_out(BranchId::ROOT, pool)?;
        Ok(branches)
    }

    /// The tree as it is now.
    pub(crate) fn worlds(&self) -> &Worlds {
        &self.worlds
    }

    /// The run of the active branch.
    pub(crate) fn active(&self) -> Option<&Run> {
        self.lanes.get(&self.worlds.active()).map(|lane| &lane.run)
    }

    /// Time the active branch is to run to, s.
    pub(crate) fn goal_secs(&self) -> Option<f64> {
        self.lanes.get(&self.worlds.active()).and_then(|lane| lane.goal_secs)
    }

    /// Lets the active branch run to a time, s, or stand still.
    pub(crate) fn set_goal(&mut self, goal_secs: Option<f64>) {
        if let Some(lane) = self.lanes.get_mut(&self.worlds.active()) {
            lane.goal_secs = goal_secs;
        }
    }

    /// The branch whose turn it is to be computed: the active one, then those that wait, the oldest first.
    pub(crate) fn next_up(&self) -> Option<BranchId> {
        let waits = |id: &BranchId| self.lanes.get(id).is_some_and(|lane| lane.goal_secs.is_some());
        let active = Some(self.worlds.active()).filter(waits);
        active.or_else(|| self.lanes.keys().copied().find(|id| waits(id)))
    }

    /// A run and its goal, s.
    pub(crate) fn lane(&mut self, id: BranchId) -> Option<(&mut Run, Option<f64>)> {
        self.lanes.get_mut(&id).map(|lane| (&mut lane.run, lane.goal_secs))
    }

    /// Lets a branch stand still.
    pub(crate) fn stop(&mut self, id: BranchId) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.goal_secs = None;
        }
    }

    /// Tells the tree how far all runs are; `held` while nothing is computed.
    pub(crate) fn note(&mut self, held: bool) {
        let computing = if held { None } else { self.next_up() };
        for (id, Lane { run, goal_secs }) in &self.lanes {
            let state = match goal_secs {
                _ if run.is_ended() => BranchState::Done,
                Some(_) if computing == Some(*id) => BranchState::Computing,
                Some(_) => BranchState::Queued,
                None => BranchState::Paused,
            };
            let told = self.worlds.advance(*id, run.time_secs(), run.open_from_secs());
            let told = told.and_then(|()| self.worlds.set_state(*id, state));
            debug_assert!(told.is_ok(), "every run is of a branch");
        }
    }

    /// Takes an order on the active branch, or on a new branch if its time is computed.
    pub(crate) fn give(&mut self, mut order: Order, pool: &ThreadPool) -> Result<Placed, Trouble> {
        self.note(false);
        let mut worlds = self.worlds.clone();
        let active = worlds.active();
        order.id = worlds.next_order();
        let placed = worlds.give(active, order.clone())?;
        match placed {
            Placed::Appended => {
                let lane = self.lanes.get_mut(&active).ok_or(RunError::NothingLoaded)?;
                lane.run.give(pool, order)?.map_err(|refusal| Trouble::Refused(EngineRefusal::Order(refusal)))?;
                self.worlds = worlds;
            }
            Placed::Forked(branch) => {
                let mut before = worlds.orders(branch);
                before.remove(order.id);
                check_order(&before, &order, &self.scenario, self.scenario.duration_secs)
                    .map_err(|refusal| Trouble::Refused(EngineRefusal::Order(refusal)))?;
                self.grow(worlds, branch, pool)?;
            }
        }
        Ok(placed)
    }

    /// Makes a branch without an order of its own.
    pub(crate) fn fork(
        &mut self,
        of: BranchId,
        at_secs: f64,
        name: String,
        pool: &ThreadPool,
    ) -> Result<BranchId, Trouble> {
        self.note(false);
        let mut worlds = self.worlds.clone();
        let branch = worlds.fork(of, at_secs, name)?;
        self.grow(worlds, branch, pool)?;
        Ok(branch)
    }

    /// Takes up a tree with a new branch, which goes where its parent was going.
    fn grow(&mut self, worlds: Worlds, branch: BranchId, pool: &ThreadPool) -> Result<(), Trouble> {
        let before = std::mem::replace(&mut self.worlds, worlds);
        let of_parent = self.lanes.get(&before.active()).and_then(|lane| lane.goal_secs);
        if let Err(error) = self.lay_out(branch, pool) {
            self.worlds = before;
            return Err(error.into());
        }
        self.set_goal(Some(of_parent.unwrap_or(f64::INFINITY)));
        Ok(())
    }

    /// Takes back an order that nothing computed depends on.
    pub(crate) fn take_back(&mut self, order: u32) -> Result<(), Trouble> {
        self.note(false);
        let mut worlds = self.worlds.clone();
        let branch = worlds.take_back(order)?;
        let lane = self.lanes.get_mut(&branch).ok_or(RunError::NothingLoaded)?;
        lane.run.take_back(order).map_err(|refusal| Trouble::Refused(EngineRefusal::Order(refusal)))?;
        self.worlds = worlds;
        Ok(())
    }

    /// Makes a branch the active one.
    pub(crate) fn activate(&mut self, branch: BranchId) -> Result<(), Trouble> {
        Ok(self.worlds.activate(branch)?)
    }

    /// Gives a branch another name.
    pub(crate) fn rename(&mut self, branch: BranchId, name: &str) -> Result<(), Trouble> {
        Ok(self.worlds.rename(branch, name)?)
    }

    /// Gives up a branch and all that grew out of it, and frees what they take.
    pub(crate) fn prune(&mut self, branch: BranchId) -> Result<(), Trouble> {
        for given_up in self.worlds.prune(branch)? {
            self.lanes.remove(&given_up);
        }
        Ok(())
    }

    /// Takes up a branch that was given up: it and the ancestors it needs are computed again, to the end.
    pub(crate) fn restore(&mut self, branch: BranchId, pool: &ThreadPool) -> Result<(), Trouble> {
        for needed in self.worlds.restore(branch)? {
            self.lay_out(needed, pool)?;
            if let Some(lane) = self.lanes.get_mut(&needed) {
                lane.goal_secs = Some(f64::INFINITY);
            }
        }
        Ok(())
    }

    /// Lays out the run of a branch from the last state of its course that was kept before its fork.
    fn lay_out(&mut self, id: BranchId, pool: &ThreadPool) -> Result<(), RunError> {
        let fork_secs = self.worlds.branch(id).map_or(0.0, |branch| branch.fork_secs);
        let from = self.state_before(id, fork_secs);
        let plan = RunPlan {
            orders: self.worlds.orders(id),
            resumes_at_secs: from.as_ref().map(|state| state.time_secs()),
            keeps_states: true,
            record: self.record_plan(),
            ..RunPlan::whole(ENVELOPE_EVERY)
        };
        let factory = &self.factory;
        let make = |scenario: &Scenario| -> Result<Box<dyn Model>, RunError> {
            match from {
                Some(state) => Ok(Box::new(Solver::restore(scenario, (*state).clone())?)),
                None => Ok(factory(scenario)),
            }
        };
        let (run, _frame) = Run::start(&self.scenario, pool, make, &plan)?;
        self.lanes.insert(id, Lane { run, goal_secs: None });
        Ok(())
    }

    /// A new file among the saved sessions; memory, where there can be none: showing the run comes first.
    fn record_plan(&self) -> RecordPlan {
        let Some(saved) = &self.saved else { return RecordPlan::default() };
        match saved.place_for(&self.scenario.name) {
            Ok(path) => RecordPlan::into_file(&path),
            Err(error) => {
                tracing::warn!("the run is not saved and is gone when the window is closed: {error}");
                RecordPlan::default()
            }
        }
    }

    /// The last kept state of the course of a branch at or before a time, s.
    fn state_before(&self, id: BranchId, time_secs: f64) -> Option<Arc<SolverState>> {
        let course = self.worlds.course(id);
        let shared = course.iter().filter(|piece| piece.branch != id);
        let states =
            shared.filter_map(|piece| self.lanes.get(&piece.branch)?.run.state_before(piece.to_secs.min(time_secs)));
        states.max_by(|a, b| a.time_secs().total_cmp(&b.time_secs()))
    }

    /// The records that the course of a branch is in, with the time from which each holds, s: a later one holds from
    /// there on. Frames before a fork may be in two of them, and are the same in both.
    pub(crate) fn records(&self, id: BranchId) -> Vec<(BranchId, f64, Arc<Recording>)> {
        let record =
            |piece: &Piece| Some((piece.branch, piece.from_secs, self.lanes.get(&piece.branch)?.run.recording()));
        self.worlds.course(id).iter().filter_map(record).collect()
    }
}
