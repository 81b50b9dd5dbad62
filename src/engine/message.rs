//! What goes to the worker and what comes from it: two closed lists.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::frame::{Envelope, Frame};
use crate::domain::order::{Order, Refusal};
use crate::domain::recording::{Recording, RunSummary};
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::domain::worlds::{BranchId, WorldRefusal, Worlds};
use crate::io::session::Session;

/// What the worker is asked to do.
#[derive(Debug, Clone)]
pub enum Command {
    /// Lay out a scenario, record its first frame and wait. Abandons the run before it.
    Load(Arc<Scenario>),
    /// Take up a session that was opened, as it was left, and record on into it. Abandons the run before it.
    ///
    /// Branches that were computed to their end are there at once; others go on from their last checkpoint as soon as
    /// they are told to. Answered by [`Event::Loaded`], [`Event::Worlds`] and [`Event::Activated`], or [`Event::Failed`].
    Resume(Arc<Session>),
    /// Compute on, to the first frame at or after this time, s; to the end of the scenario when it is later.
    ///
    /// It stops on frames only, so that asking in two portions gives the same steps as asking at once.
    RunTo(f64),
    /// Stand still before the next step; [`Command::RunTo`] goes on.
    Pause,
    /// Simulated seconds per wall second at most; `None` for no limit. A limit below 1 counts as 1.
    SetSpeedLimit(Option<f64>),
    /// Give an order on the active branch; one for a time that is computed makes a new branch, which becomes the active
    /// one. The order's number is chosen here. Answered by [`Event::Worlds`] or [`Event::Refused`], as all that follow.
    Give(Box<Order>),
    /// Take back the order of this number, which has not yet taken effect.
    TakeBack(u32),
    /// Make a branch that parts from another at a computed time, s, and make it the active one.
    Fork {
        /// The other branch.
        of: BranchId,
        /// Where it parts, s.
        at_secs: f64,
        /// What it is called.
        name: String,
    },
    /// Make a branch the active one: what is told of frames and progress is of it from then on.
    Activate(BranchId),
    /// Give a branch another name.
    Rename(BranchId, String),
    /// Give up a branch and all that grew out of it.
    Prune(BranchId),
    /// Take up a branch that was given up; it is computed again.
    Restore(BranchId),
    /// Write what is recorded so far to another file as well, and go on with the first. Answered by [`Event::Saved`].
    SaveAs(PathBuf),
    /// End the worker. The engine takes no further command.
    Stop,
}

/// What the worker has to say. After [`Event::Loaded`] all events are about that scenario.
#[derive(Debug, Clone)]
pub enum Event {
    /// A scenario is laid out; its first frame is in the record.
    Loaded {
        /// The scenario.
        scenario: Arc<Scenario>,
        /// Where all its frames will be.
        recording: Arc<Recording>,
        /// Wall time it took, s.
        load_secs: f64,
    },
    /// How far it is; about ten times a second and whenever it starts or stops.
    Progress(Progress),
    /// A new frame. One that nobody read may have been replaced by this one; the record has them all.
    Frame {
        /// The frame.
        frame: Arc<Frame>,
        /// Extremes, up to their own time, which may lie a little before the frame's.
        envelope: Arc<Envelope>,
    },
    /// The tree of branches has changed, or its runs have moved on.
    Worlds(Arc<Worlds>),
    /// Another branch is the active one, or a session was taken up; news of frames and progress are of it from here on.
    Activated {
        /// The branch.
        branch: BranchId,
        /// The records its course is in, from the root on, each with the branch that computed it and the time from which
        /// it holds, s. Where the last one begins earlier it has the frames of the one before it.
        records: Vec<(BranchId, f64, Arc<Recording>)>,
    },
    /// Something was not done. Each refusal is told.
    Refused(EngineRefusal),
    /// What is computed cannot be recorded: everything stands still and nothing is lost. [`Command::RunTo`] tries again.
    Unrecorded {
        /// What happened and what is safe, for people.
        message: String,
    },
    /// The run that was just loaded cannot be saved: it goes on in memory, and is gone with the worker.
    Unsaved {
        /// Why, for people.
        message: String,
    },
    /// What is recorded was written to another file, or why it was not.
    Saved {
        /// The other file.
        path: PathBuf,
        /// What went wrong, for people.
        result: Result<(), String>,
    },
    /// The active branch is computed to its end.
    Finished {
        /// The figures of the run.
        summary: Box<RunSummary>,
    },
    /// The run is lost, or could not begin; the worker waits for the next [`Command::Load`].
    Failed {
        /// What happened, for people.
        message: String,
    },
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineRefusal {
    /// The order cannot be carried out.
    Order(Refusal),
    /// The tree of branches does not take it.
    World(WorldRefusal),
}

impl EngineRefusal {
    /// In words.
    pub fn text(&self) -> Bilingual {
        match self {
            Self::Order(refusal) => refusal.text(),
            Self::World(refusal) => refusal.text(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Simulated time, s.
    pub time_secs: f64,
    /// Where the run will end, s.
    pub end_secs: f64,
    /// Earliest time at which a new order can take effect, s: a step that has been taken may have reckoned with what
    /// comes up to it.
    pub open_from_secs: f64,
    /// Whether it computes; `false` while paused, waiting for a command or finished.
    pub is_running: bool,
    /// Length of the last step, s; 0 before the first.
    pub step_secs: f64,
    /// Steps taken.
    pub n_steps: u64,
    /// Active cells advanced, summed over the steps.
    pub cell_updates: u64,
    /// Cells reset because their state was not finite.
    pub contained_cells: u64,
    /// Wall time spent in steps, s.
    pub solve_secs: f64,
    /// Wall time spent on laying out, steps and recording, s; pauses do not count.
    pub wall_secs: f64,
}

impl Progress {
    /// Share of the run that is done, 0 to 1.
    pub fn done_frac(&self) -> f64 {
        if self.end_secs > 0.0 { (self.time_secs / self.end_secs).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// How many times faster than the water it is: simulated time by wall time.
    pub fn times_realtime(&self) -> f64 {
        if self.wall_secs > 0.0 { self.time_secs / self.wall_secs } else { 0.0 }
    }
}
