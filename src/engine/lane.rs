//! One branch in the worker: its run, or what a session has of it until it is computed on.

use std::sync::Arc;

use rayon::ThreadPool;

use crate::domain::frame::Envelope;
use crate::domain::recording::{Recording, RunSummary};
use crate::engine::message::Progress;
use crate::engine::run::Run;

/// A branch and how far it is to go.
pub(crate) struct Lane {
    pub(crate) course: Course,
    /// Time to run to, s; `None` while it stands still.
    pub(crate) goal_secs: Option<f64>,
}

/// What there is of a branch.
pub(crate) enum Course {
    /// A run, with everything it takes to compute on.
    Live(Box<Run>),
    /// Its record only: laying out a run takes memory and time, so it waits until it is wanted.
    Stored(Box<Stored>),
}

/// A branch as a session has it.
pub(crate) struct Stored {
    pub(crate) recording: Arc<Recording>,
    /// The figures, if it was computed to its end.
    pub(crate) summary: Option<RunSummary>,
    /// Where the recorded part ends, s.
    pub(crate) head_secs: f64,
    /// Where the scenario ends, s.
    pub(crate) end_secs: f64,
}

impl Lane {
    pub(crate) fn live(run: Run, goal_secs: Option<f64>) -> Self {
        Self { course: Course::Live(Box::new(run)), goal_secs }
    }

    pub(crate) fn run(&self) -> Option<&Run> {
        match &self.course {
            Course::Live(run) => Some(run),
            Course::Stored(_) => None,
        }
    }

    pub(crate) fn run_mut(&mut self) -> Option<&mut Run> {
        match &mut self.course {
            Course::Live(run) => Some(run),
            Course::Stored(_) => None,
        }
    }

    pub(crate) fn recording(&self) -> Arc<Recording> {
        match &self.course {
            Course::Live(run) => run.recording(),
            Course::Stored(stored) => Arc::clone(&stored.recording),
        }
    }

    pub(crate) fn envelope(&self) -> Option<Arc<Envelope>> {
        match &self.course {
            Course::Live(run) => Some(run.envelope()),
            Course::Stored(stored) => stored.recording.envelope(),
        }
    }

    /// Simulated time at which it goes on, s.
    pub(crate) fn time_secs(&self) -> f64 {
        match &self.course {
            Course::Live(run) => run.time_secs(),
            Course::Stored(stored) => stored.head_secs,
        }
    }

    /// Time up to which its course is there, s.
    pub(crate) fn head_secs(&self) -> f64 {
        match &self.course {
            Course::Live(run) => run.head_secs(),
            Course::Stored(stored) => stored.head_secs,
        }
    }

    /// Earliest time at which a new order can take effect, s.
    pub(crate) fn open_from_secs(&self) -> f64 {
        match &self.course {
            Course::Live(run) => run.open_from_secs(),
            // Frames are made at instants of output, which every step ends on.
            Course::Stored(stored) => stored.head_secs,
        }
    }

    /// Whether it is computed to its end.
    pub(crate) fn is_ended(&self) -> bool {
        match &self.course {
            Course::Live(run) => run.is_ended(),
            Course::Stored(stored) => stored.summary.is_some(),
        }
    }

    /// Whether it is computed to its end and nothing of it is still to be written.
    pub(crate) fn is_closed(&self) -> bool {
        match &self.course {
            Course::Live(run) => run.is_closed(),
            Course::Stored(stored) => stored.summary.is_some(),
        }
    }

    /// The figures, once it is computed to its end.
    pub(crate) fn summary(&self, pool: &ThreadPool) -> Option<RunSummary> {
        match &self.course {
            Course::Live(run) => run.is_ended().then(|| run.summary(pool)),
            Course::Stored(stored) => stored.summary.clone(),
        }
    }

    pub(crate) fn progress(&self, is_running: bool) -> Progress {
        match &self.course {
            Course::Live(run) => run.progress(is_running),
            Course::Stored(stored) => stored.progress(is_running),
        }
    }
}

impl Stored {
    /// Counts and times are not known before the run is laid out, or in the end.
    fn progress(&self, is_running: bool) -> Progress {
        let Self { summary, head_secs, end_secs, .. } = self;
        let [n_steps, cell_updates, contained_cells] =
            summary.as_ref().map_or([0; 3], |all| [all.n_steps, all.cell_updates, all.contained_cells]);
        let [solve_secs, wall_secs] = summary.as_ref().map_or([0.0; 2], |all| [all.solve_secs, all.wall_secs]);
        Progress {
            time_secs: *head_secs,
            end_secs: if summary.is_some() { *head_secs } else { *end_secs },
            open_from_secs: *head_secs,
            is_running,
            step_secs: 0.0,
            n_steps,
            cell_updates,
            contained_cells,
            solve_secs,
            wall_secs,
        }
    }
}
