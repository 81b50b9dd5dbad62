//! States of a run kept in memory at frames, for branches to part from: as many as fit, evenly spaced.

use std::sync::Arc;

use crate::domain::swe::SolverState;

/// Memory for the states of one run, bytes; two are kept however large they are.
const MOST_BYTES: usize = 256 << 20;

/// States by time, of every so many frames; each time they are too many every second one goes.
#[derive(Debug)]
pub(crate) struct Kept {
    states: Vec<Arc<SolverState>>,
    every_frames: u64,
    n_frames: u64,
    n_bytes: usize,
    most_bytes: usize,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self { states: Vec::new(), every_frames: 1, n_frames: 0, n_bytes: 0, most_bytes: MOST_BYTES }
    }

    /// Asks for the state at a frame if it is one of those that are kept.
    pub(crate) fn offer(&mut self, state: impl FnOnce() -> Option<SolverState>) {
        let is_wanted = self.n_frames.is_multiple_of(self.every_frames);
        self.n_frames += 1;
        let Some(state) = is_wanted.then(state).flatten() else { return };
        self.n_bytes += state.n_bytes();
        self.states.push(Arc::new(state));
        while self.n_bytes > self.most_bytes && self.states.len() > 2 {
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        self.every_frames *= 2;
        let mut place = 0;
        self.states.retain(|_state| {
            place += 1;
            place % 2 == 1
        });
        self.n_bytes = self.states.iter().map(|state| state.n_bytes()).sum();
    }

    /// The last state at or before a time, s.
    pub(crate) fn latest(&self, time_secs: f64) -> Option<Arc<SolverState>> {
        let after = self.states.partition_point(|state| state.time_secs() <= time_secs);
        after.checked_sub(1).map(|place| Arc::clone(&self.states[place]))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the times are whole")]
mod tests {
    use super::*;
    use crate::domain::swe::{Solver, bench};

    #[test]
    fn as_many_as_fit_stay_evenly_spaced_with_the_first() {
        let mut solver = Solver::new(&bench::circular_dam_break(20));
        let mut kept = Kept { most_bytes: 5 * solver.state().n_bytes(), ..Kept::new() };
        for frame in 0..40_u32 {
            while solver.step(f64::from(frame)) > 0.0 {}
            kept.offer(|| Some(solver.state()));
        }
        let times: Vec<f64> = kept.states.iter().map(|state| state.time_secs()).collect();
        assert_eq!(times, [0.0, 8.0, 16.0, 24.0, 32.0]);
        assert_eq!(kept.latest(23.9).unwrap().time_secs(), 16.0);
        assert_eq!(kept.latest(24.0).unwrap().time_secs(), 24.0);
        assert!(kept.latest(-1.0).is_none());
    }
}
