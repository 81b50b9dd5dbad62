//! When output is due, in simulated time.

use crate::domain::scenario::OutputPlan;

/// Instants closer than this are one, s: far below any step, far above the rounding of times in seconds.
pub(crate) const SAME_INSTANT_SECS: f64 = 1e-6;

/// The instants of one run: whole multiples of the two intervals, and the end.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    plan: OutputPlan,
    end_secs: f64,
    n_frames: u64,
    n_samples: u64,
    checkpoint_every_secs: f64,
    n_checkpoints: u64,
}

/// What is due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may be due with any other")]
pub(crate) struct Due {
    pub(crate) frame: bool,
    pub(crate) sample: bool,
    pub(crate) end: bool,
    pub(crate) checkpoint: bool,
}

impl Schedule {
    pub(crate) fn new(plan: OutputPlan, end_secs: f64) -> Self {
        debug_assert!(plan.frame_every_secs > 0.0 && plan.gauge_every_secs > 0.0);
        Self { plan, end_secs, n_frames: 0, n_samples: 0, checkpoint_every_secs: f64::INFINITY, n_checkpoints: 1 }
    }

    /// The same with a checkpoint at the first instant of output at or after each whole multiple of an interval.
    ///
    /// Checkpoints are no instants of their own: a step ends at each instant, so they would change the run.
    pub(crate) fn with_checkpoints_every(self, secs: f64) -> Self {
        debug_assert!(secs > 0.0);
        Self { checkpoint_every_secs: secs, ..self }
    }

    pub(crate) fn end_secs(&self) -> f64 {
        self.end_secs
    }

    /// The next instant at which something is due, s. Multiples are computed afresh, so no rounding piles up.
    pub(crate) fn next_secs(&self) -> f64 {
        self.next_frame_secs().min(self.next_sample_secs()).min(self.end_secs)
    }

    /// What is due at a time, and moves on past it. At the end everything is.
    pub(crate) fn pass(&mut self, time_secs: f64) -> Due {
        let passed_secs = time_secs + SAME_INSTANT_SECS;
        let end = passed_secs >= self.end_secs;
        let mut due = Due { frame: end, sample: end, end, checkpoint: false };
        let mut is_multiple = false;
        while self.next_frame_secs() <= passed_secs {
            self.n_frames += 1;
            due.frame = true;
            is_multiple = true;
        }
        while self.next_sample_secs() <= passed_secs {
            self.n_samples += 1;
            due.sample = true;
            is_multiple = true;
        }
        // An end that was only asked for on the command line is no instant of the whole run.
        while is_multiple && self.n_checkpoints as f64 * self.checkpoint_every_secs <= passed_secs {
            self.n_checkpoints += 1;
            due.checkpoint = true;
        }
        due
    }

    /// Whether a sample is due at a time by the clock of the whole run, whenever this one began.
    pub(crate) fn has_sample_at(&self, time_secs: f64) -> bool {
        let every_secs = self.plan.gauge_every_secs;
        let off_secs = (time_secs - (time_secs / every_secs).round() * every_secs).abs();
        off_secs <= SAME_INSTANT_SECS || time_secs + SAME_INSTANT_SECS >= self.end_secs
    }

    fn next_frame_secs(&self) -> f64 {
        self.n_frames as f64 * self.plan.frame_every_secs
    }

    fn next_sample_secs(&self) -> f64 {
        self.n_samples as f64 * self.plan.gauge_every_secs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames_and_samples(frame_every_secs: f64, gauge_every_secs: f64, end_secs: f64) -> (Vec<f64>, Vec<f64>) {
        let mut schedule = Schedule::new(OutputPlan { frame_every_secs, gauge_every_secs }, end_secs);
        let (mut frames, mut samples) = (Vec::new(), Vec::new());
        let mut time_secs = 0.0;
        loop {
            let due = schedule.pass(time_secs);
            if due.frame {
                frames.push(time_secs);
            }
            if due.sample {
                samples.push(time_secs);
            }
            if due.end {
                return (frames, samples);
            }
            time_secs = schedule.next_secs();
        }
    }

    #[test]
    fn multiples_and_the_end_each_once() {
        let (frames, samples) = frames_and_samples(600.0, 250.0, 1_300.0);
        assert_eq!(frames, [0.0, 600.0, 1_200.0, 1_300.0]);
        assert_eq!(samples, [0.0, 250.0, 500.0, 750.0, 1_000.0, 1_250.0, 1_300.0]);
    }

    #[test]
    fn an_end_on_a_multiple_is_not_doubled() {
        assert_eq!(frames_and_samples(600.0, 600.0, 1_200.0).0, [0.0, 600.0, 1_200.0]);
    }

    #[test]
    fn intervals_that_are_not_exact_in_binary_do_not_split_an_instant() {
        let (frames, samples) = frames_and_samples(0.3, 0.1, 3.0);
        assert_eq!(frames.len(), 11);
        assert_eq!(samples.len(), 31);
    }

    #[test]
    fn checkpoints_wait_for_the_next_output_and_change_no_instant() {
        let plan = OutputPlan { frame_every_secs: 600.0, gauge_every_secs: 250.0 };
        let mut schedule = Schedule::new(plan, 1_300.0).with_checkpoints_every(400.0);
        let (mut instants, mut checkpoints) = (Vec::new(), Vec::new());
        let mut time_secs = 0.0;
        loop {
            let due = schedule.pass(time_secs);
            instants.push(time_secs);
            if due.checkpoint {
                checkpoints.push(time_secs);
            }
            if due.end {
                break;
            }
            time_secs = schedule.next_secs();
        }
        assert_eq!(instants, [0.0, 250.0, 500.0, 600.0, 750.0, 1_000.0, 1_200.0, 1_250.0, 1_300.0]);
        assert_eq!(checkpoints, [500.0, 1_000.0, 1_200.0]);
    }

    #[test]
    fn a_schedule_taken_up_later_goes_on_with_the_same_instants() {
        let plan = OutputPlan { frame_every_secs: 600.0, gauge_every_secs: 250.0 };
        let mut schedule = Schedule::new(plan, 1_300.0).with_checkpoints_every(400.0);
        let due = schedule.pass(500.0);
        assert!(due.sample && !due.end);
        assert!(schedule.has_sample_at(500.0) && schedule.has_sample_at(1_300.0) && !schedule.has_sample_at(600.0));
        assert!((schedule.next_secs() - 600.0).abs() < 1e-12);
        assert!(!schedule.pass(600.0).checkpoint, "the one at 500 s was taken before");
    }

    #[test]
    fn a_run_without_length_has_one_instant() {
        assert_eq!(frames_and_samples(600.0, 60.0, 0.0), (vec![0.0], vec![0.0]));
    }
}
