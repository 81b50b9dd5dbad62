//! The branches of a scenario, each with its run: one is computed at a time, the active one first.
//!
//! What the tree must be is told by [`Worlds`]; here are the runs that make it so, and the session file that all of them
//! are recorded into. A new branch begins at the last state of its course at or before its fork, kept in memory or as a
//! checkpoint of the session (`origin`), and takes the steps from there that its parent took, because it has the same
//! orders up to the fork.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rayon::ThreadPool;

use crate::domain::frame::Readings;
use crate::domain::order::{Order, Orders, Preview, Refusal};
use crate::domain::recording::{self, Recording};
use crate::domain::scenario::Scenario;
use crate::domain::swe::Solver;
use crate::domain::worlds::{BranchId, BranchState, Piece, Placed, WorldRefusal, Worlds};
use crate::engine::lane::{Course, Lane, Stored};
use crate::engine::message::EngineRefusal;
use crate::engine::model::{Model, ModelFactory};
use crate::engine::orders::check_order;
use crate::engine::origin::{Origin, last_origin};
use crate::engine::recorder::Place;
use crate::engine::run::{Run, RunPlan};
use crate::engine::{RecordPlan, RunError};
use crate::io::session::{Session, SessionCache, SessionError, SessionStore};

/// Between two copies of the extremes, wall time.
const ENVELOPE_EVERY: Duration = Duration::from_millis(250);

/// The branches of a scenario.
pub(crate) struct Branches {
    scenario: Arc<Scenario>,
    factory: Arc<ModelFactory>,
    worlds: Worlds,
    lanes: BTreeMap<BranchId, Lane>,
    /// Where all of them are recorded; `None` keeps them in memory.
    file: Option<Arc<SessionStore>>,
    /// Given up; their rows go with the next writing of the tree.
    given_up: Vec<BranchId>,
    /// Whether the tree in the file is an older one.
    is_unsaved: bool,
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
    /// The root of a scenario, laid out, recorded among the saved sessions; and why not, where it cannot be: then memory
    /// has to do, for showing the run comes first.
    pub(crate) fn load(
        scenario: &Arc<Scenario>,
        factory: &Arc<ModelFactory>,
        pool: &ThreadPool,
        saved: Option<&SessionCache>,
    ) -> Result<(Self, Option<SessionError>), RunError> {
        let mut branches = Self {
            scenario: Arc::clone(scenario),
            factory: Arc::clone(factory),
            worlds: Worlds::new(scenario.name.clone(), Orders::none()),
            lanes: BTreeMap::new(),
            file: None,
            given_up: Vec::new(),
            is_unsaved: false,
        };
        let begun = saved.map(|saved| saved.begin(scenario)).transpose();
        let unsaved = begun.map(|file| branches.file = file).err();
        branches.lay_out(BranchId::ROOT, None, pool)?;
        Ok((branches, unsaved))
    }

    /// The branches of a session, to go on with. Nothing is laid out yet. Those that were being computed have their goals.
    pub(crate) fn resume(session: &Session, factory: &Arc<ModelFactory>) -> Result<Self, SessionError> {
        let this_build = format!("hetu {}", env!("CARGO_PKG_VERSION"));
        if session.created_by != this_build {
            let (found, path) = (session.created_by.clone(), session.path().to_owned());
            return Err(SessionError::OtherBuild { found, this_build, path });
        }
        let stored = |id: BranchId| {
            let branch = session.worlds.branch(id).ok()?;
            let recording = Arc::clone(session.recordings.get(&id)?);
            let summary = session.summaries.get(&id).cloned();
            let (head_secs, end_secs) = (branch.head_secs, session.scenario.duration_secs);
            let goal_secs = (branch.state == BranchState::Queued).then_some(f64::INFINITY);
            let course = Course::Stored(Box::new(Stored { recording, summary, head_secs, end_secs }));
            Some((id, Lane { course, goal_secs }))
        };
        Ok(Self {
            scenario: Arc::clone(&session.scenario),
            factory: Arc::clone(factory),
            worlds: session.worlds.clone(),
            lanes: session.living().into_iter().filter_map(stored).collect(),
            file: Some(SessionStore::reopen(session)?),
            given_up: Vec::new(),
            is_unsaved: false,
        })
    }

    /// Writes what is recorded so far to another file as well.
    pub(crate) fn save_as(&self, path: &Path) -> Result<(), String> {
        let file = self.file.as_ref().ok_or("this run is kept in memory only")?;
        file.copy_to(path).map_err(|error| error.to_string())
    }

    /// The tree as it is now.
    pub(crate) fn worlds(&self) -> &Worlds {
        &self.worlds
    }

    /// The scenario.
    pub(crate) fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The record of the root.
    pub(crate) fn root_recording(&self) -> Option<Arc<Recording>> {
        self.lanes.get(&BranchId::ROOT).map(Lane::recording)
    }

    /// The active branch.
    pub(crate) fn active(&self) -> Option<&Lane> {
        self.lanes.get(&self.worlds.active())
    }

    /// Time the active branch is to run to, s.
    pub(crate) fn goal_secs(&self) -> Option<f64> {
        self.active().and_then(|lane| lane.goal_secs)
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

    /// A run and its goal, s; one that was only recorded has to be taken up before ([`Branches::take_up`]).
    pub(crate) fn lane(&mut self, id: BranchId) -> Option<(&mut Run, Option<f64>)> {
        let lane = self.lanes.get_mut(&id)?;
        let goal_secs = lane.goal_secs;
        Some((lane.run_mut()?, goal_secs))
    }

    /// Lets a branch stand still.
    pub(crate) fn stop(&mut self, id: BranchId) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.goal_secs = None;
        }
    }

    /// Lays out the run of a branch that was interrupted, to go on where it was.
    pub(crate) fn take_up(&mut self, id: BranchId, pool: &ThreadPool) -> Result<(), RunError> {
        match self.lanes.get(&id).map(|lane| &lane.course) {
            Some(Course::Stored(stored)) if stored.summary.is_none() => {
                let recording = Arc::clone(&stored.recording);
                self.lay_out(id, Some(recording), pool)
            }
            _ => Ok(()),
        }
    }

    /// Has what could not be recorded recorded again.
    pub(crate) fn try_recording_again(&mut self) {
        self.lanes.values_mut().filter_map(Lane::run_mut).for_each(Run::try_recording_again);
    }

    /// Writes the tree into the session.
    pub(crate) fn save(&mut self) -> Result<(), RunError> {
        self.is_unsaved = true;
        self.save_if_unsaved()
    }

    /// Writes the tree into the session if that has failed before.
    pub(crate) fn save_if_unsaved(&mut self) -> Result<(), RunError> {
        let Some(file) = self.file.as_ref().filter(|_| self.is_unsaved) else { return Ok(()) };
        let unsaved = |error| RunError::Record { message: format!("the tree of branches is not saved: {error}") };
        file.put_worlds(&self.worlds, &self.given_up).map_err(unsaved)?;
        self.given_up.clear();
        self.is_unsaved = false;
        Ok(())
    }

    /// Tells the tree how far all runs are; `held` while nothing is computed.
    pub(crate) fn note(&mut self, held: bool) {
        let computing = if held { None } else { self.next_up() };
        for (id, lane) in &self.lanes {
            let state = match lane.goal_secs {
                _ if lane.is_ended() => BranchState::Done,
                Some(_) if computing == Some(*id) => BranchState::Computing,
                Some(_) => BranchState::Queued,
                None => BranchState::Paused,
            };
            let told = self.worlds.advance(*id, lane.head_secs(), lane.open_from_secs());
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
                self.take_up(active, pool)?;
                match self.lane(active) {
                    Some((run, _)) => run.give(pool, order)?.map_err(order_refused)?,
                    // It is computed to its end, and the order is for just then.
                    None => self.check_as_of(&worlds, active, &order)?,
                };
                self.worlds = worlds;
            }
            Placed::Forked(branch) => {
                self.check_as_of(&worlds, branch, &order)?;
                self.grow(worlds, branch, pool)?;
            }
        }
        Ok(placed)
    }

    /// What an order comes to on a branch that has it already.
    fn check_as_of(&self, worlds: &Worlds, branch: BranchId, order: &Order) -> Result<Preview, Trouble> {
        let mut before = worlds.orders(branch);
        before.remove(order.id);
        check_order(&before, order, &self.scenario, self.scenario.duration_secs).map_err(order_refused)
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
        if let Err(error) = self.lay_out(branch, None, pool) {
            self.worlds = before;
            return Err(error.into());
        }
        self.set_goal(Some(of_parent.unwrap_or(f64::INFINITY)));
        Ok(())
    }

    /// Takes back an order that nothing computed depends on.
    pub(crate) fn take_back(&mut self, order: u32, pool: &ThreadPool) -> Result<(), Trouble> {
        self.note(false);
        let mut worlds = self.worlds.clone();
        let branch = worlds.take_back(order)?;
        self.take_up(branch, pool)?;
        if let Some((run, _)) = self.lane(branch) {
            run.take_back(order).map_err(order_refused)?;
        }
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
        let given_up = self.worlds.prune(branch)?;
        for branch in &given_up {
            self.lanes.remove(branch); // writes what is on its way, so the rows are taken out after that
        }
        self.given_up.extend(given_up);
        Ok(())
    }

    /// Takes up a branch that was given up: it and the ancestors it needs are computed again, to the end.
    pub(crate) fn restore(&mut self, branch: BranchId, pool: &ThreadPool) -> Result<(), Trouble> {
        let mut worlds = self.worlds.clone();
        let needed = worlds.restore(branch)?;
        self.save_if_unsaved()?; // what was recorded of them before has to be gone
        self.worlds = worlds;
        for needed in needed {
            self.lay_out(needed, None, pool)?;
            if let Some(lane) = self.lanes.get_mut(&needed) {
                lane.goal_secs = Some(f64::INFINITY);
            }
        }
        Ok(())
    }

    /// Lays out the run of a branch from the last state of its course: before the end of what is recorded of it, if that
    /// is to go on, else before its fork.
    fn lay_out(&mut self, id: BranchId, stored: Option<Arc<Recording>>, pool: &ThreadPool) -> Result<(), RunError> {
        let recorded_secs = stored.as_ref().and_then(|recording| recording.head_secs());
        let from =
            last_origin(&self.scenario, &self.worlds, self.file.as_deref(), id, recorded_secs, |branch, secs| {
                self.lanes.get(&branch)?.run()?.state_before(secs)
            });
        let file = self.file.as_ref();
        let past = from.as_ref().map_or_else(Vec::new, |origin| self.past(id, stored.as_ref(), origin.time_secs()));
        let plan = RunPlan {
            past,
            orders: self.worlds.orders(id),
            resumes_at_secs: from.as_ref().map(Origin::time_secs),
            keeps_states: true,
            place: file.map(|file| Place { file: Arc::clone(file), branch: id, stored }),
            record: RecordPlan::default(),
            spent_secs: from.as_ref().map_or([0.0; 2], Origin::spent_secs),
            ..RunPlan::whole(ENVELOPE_EVERY)
        };
        let factory = &self.factory;
        let make = |scenario: &Scenario| -> Result<Box<dyn Model>, RunError> {
            match from {
                Some(origin) => Ok(Box::new(Solver::restore(scenario, origin.into_state())?)),
                None => Ok(factory(scenario)),
            }
        };
        let (run, _frame) = Run::start(&self.scenario, pool, make, &plan)?;
        let goal_secs = self.lanes.get(&id).and_then(|lane| lane.goal_secs);
        self.lanes.insert(id, Lane::live(run, goal_secs));
        Ok(())
    }

    /// The frames of the course of a branch up to a time, s; `stored` is what is recorded of the branch itself.
    fn past(&self, id: BranchId, stored: Option<&Arc<Recording>>, until_secs: f64) -> Vec<Arc<Readings>> {
        let course = self.worlds.course(id);
        let record = |piece: &Piece| {
            let lane = || self.lanes.get(&piece.branch).map(Lane::recording);
            let own = stored.filter(|_| piece.branch == id).cloned();
            Some((piece.from_secs, own.or_else(lane)?))
        };
        let course = recording::Course::new(course.iter().filter_map(record).collect());
        let mut past = course.map_or_else(Vec::new, |course| course.all().1);
        past.retain(|readings| readings.time_secs <= until_secs);
        past
    }

    /// The records that the course of a branch is in: who computed each, from when it holds, s (a later one holds from
    /// there on), and the record. Frames before a fork may be in two of them, and are the same in both.
    pub(crate) fn records(&self, id: BranchId) -> Vec<(BranchId, f64, Arc<Recording>)> {
        let record = |piece: &Piece| Some((piece.branch, piece.from_secs, self.lanes.get(&piece.branch)?.recording()));
        self.worlds.course(id).iter().filter_map(record).collect()
    }
}

impl Drop for Branches {
    /// How far all are goes into the session, and which were on their way.
    fn drop(&mut self) {
        self.note(true);
        if let Err(error) = self.save() {
            tracing::warn!("{error}");
        }
    }
}

fn order_refused(refusal: Refusal) -> Trouble {
    Trouble::Refused(EngineRefusal::Order(refusal))
}
