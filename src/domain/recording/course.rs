//! The course of a branch (世界线): the pieces of several recordings that follow one another without a gap.

use std::sync::Arc;

use crate::domain::frame::{Envelope, Frame, Readings};
use crate::domain::recording::{Recording, Sample};

/// What is recorded of one branch: that of its ancestors up to where it parted from them, then its own.
#[derive(Debug, Clone)]
pub struct Course {
    /// Each recording with the time from which it holds, s, rising; the first holds from the start. Never empty.
    pieces: Vec<(f64, Arc<Recording>)>,
}

/// Two frames around a moment, in the recording that holds there.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The recording.
    pub recording: Arc<Recording>,
    /// Position of the frame at or before it.
    pub before: usize,
    /// Position of the frame after it, or the same.
    pub after: usize,
    /// Weight of the later one, 0 to 1.
    pub weight: f64,
}

/// How much of a course someone has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bookmark {
    piece: usize,
    n_samples: usize,
    n_readings: usize,
}

impl Course {
    /// That of a run with nothing before it.
    pub fn of(recording: Arc<Recording>) -> Self {
        Self { pieces: vec![(0.0, recording)] }
    }

    /// That of a branch, from the root on; `None` without pieces.
    pub fn new(pieces: Vec<(f64, Arc<Recording>)>) -> Option<Self> {
        debug_assert!(pieces.is_sorted_by(|a, b| a.0 <= b.0), "pieces follow one another");
        (!pieces.is_empty()).then_some(Self { pieces })
    }

    /// The recording that grows: the branch's own.
    pub fn own(&self) -> &Arc<Recording> {
        &self.pieces[self.pieces.len() - 1].1
    }

    /// Where its own recording begins to hold, s.
    pub fn own_from_secs(&self) -> f64 {
        self.pieces[self.pieces.len() - 1].0
    }

    /// How far it is recorded, s: at least to where it parted from its parent; `None` without frames.
    pub fn head_secs(&self) -> Option<f64> {
        let own = self.own().head_secs();
        if self.pieces.len() == 1 { own } else { Some(own.map_or(0.0, |head| head).max(self.own_from_secs())) }
    }

    /// The newest extremes.
    pub fn envelope(&self) -> Option<Arc<Envelope>> {
        self.own().envelope()
    }

    /// The two frames around a time; `None` without frames there.
    pub fn bracket(&self, time_secs: f64) -> Option<Moment> {
        let holding = self.pieces.iter().rposition(|(from_secs, _)| *from_secs <= time_secs).unwrap_or(0);
        // A branch that has recorded nothing yet shows its parent.
        let recording = self.pieces[..=holding].iter().rev().map(|(_, r)| r).find(|r| r.n_frames() > 0)?;
        let (before, after, weight) = recording.bracket(time_secs)?;
        Some(Moment { recording: Arc::clone(recording), before, after, weight })
    }

    /// Times of all frames, s, rising.
    pub fn times(&self) -> Vec<f64> {
        self.places().into_iter().filter_map(|(recording, index)| recording.times().get(index).copied()).collect()
    }

    /// The frame at a position of the course; `None` when there is no such frame or it cannot be read.
    pub fn frame(&self, index: usize) -> Option<Arc<Frame>> {
        let (recording, index) = self.places().into_iter().nth(index)?;
        recording.frame(index)
    }

    /// Where each frame lies.
    fn places(&self) -> Vec<(&Arc<Recording>, usize)> {
        let of_piece = |(place, (_, recording)): (usize, &'_ (f64, Arc<Recording>))| {
            let span = self.span(place);
            let times = recording.times();
            (0..times.len()).filter(move |index| is_in(span, times[*index]))
        };
        let pieces = self.pieces.iter().enumerate();
        pieces.flat_map(|piece| of_piece(piece).map(move |index| (&piece.1.1, index))).collect()
    }

    /// The small figures of the last frame at or before a time; of the first one before that.
    pub fn readings_at(&self, time_secs: f64) -> Option<Arc<Readings>> {
        let moment = self.bracket(time_secs)?;
        moment.recording.readings(moment.before)
    }

    /// All that is recorded, in time order: rows of gauge and section readings, and the small figures of frames.
    pub fn all(&self) -> (Vec<Arc<Sample>>, Vec<Arc<Readings>>) {
        self.since(&mut Bookmark::default())
    }

    /// What was recorded since the last time. An ancestor is read once: it had got to the fork before its branch began.
    pub fn since(&self, mark: &mut Bookmark) -> (Vec<Arc<Sample>>, Vec<Arc<Readings>>) {
        let (mut samples, mut readings) = (Vec::new(), Vec::new());
        while let Some((_, recording)) = self.pieces.get(mark.piece) {
            let span = self.span(mark.piece);
            let new_samples = recording.samples_from(mark.n_samples);
            let new_readings = recording.readings_from(mark.n_readings);
            mark.n_samples += new_samples.len();
            mark.n_readings += new_readings.len();
            samples.extend(new_samples.into_iter().filter(|s| is_in(span, s.time_secs)));
            readings.extend(new_readings.into_iter().filter(|r| is_in(span, r.time_secs)));
            if mark.piece + 1 == self.pieces.len() {
                break;
            }
            *mark = Bookmark { piece: mark.piece + 1, ..Bookmark::default() };
        }
        (samples, readings)
    }

    /// From when to when a piece holds, s; the end is not in it.
    fn span(&self, place: usize) -> [f64; 2] {
        [self.pieces[place].0, self.pieces.get(place + 1).map_or(f64::INFINITY, |(from_secs, _)| *from_secs)]
    }
}

fn is_in([from_secs, to_secs]: [f64; 2], time_secs: f64) -> bool {
    (from_secs..to_secs).contains(&time_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(times_secs: &[f64]) -> Arc<Recording> {
        let recording = Recording::new(1);
        for time_secs in times_secs {
            record(&recording, *time_secs);
        }
        Arc::new(recording)
    }

    fn record(recording: &Recording, time_secs: f64) {
        let readings = Readings { time_secs, ..Readings::default() };
        recording.push(&Frame { time_secs, depth_mm: vec![0], u_mmps: vec![0], v_mmps: vec![0], readings });
        recording.push_sample(Sample { time_secs, ..Sample::default() });
    }

    fn times(course: &Course, mark: &mut Bookmark) -> Vec<f64> {
        course.since(mark).0.iter().map(|sample| sample.time_secs).collect()
    }

    #[test]
    fn a_branch_has_its_parents_past_and_its_own_future() {
        let (root, branch) = (recorded(&[0.0, 10.0, 20.0, 30.0]), recorded(&[10.0]));
        let course = Course::new(vec![(0.0, Arc::clone(&root)), (15.0, Arc::clone(&branch))]).unwrap();
        let mut mark = Bookmark::default();
        assert_eq!(times(&course, &mut mark), [0.0, 10.0], "the parent's frames after the fork are not the branch's");
        assert_eq!(course.head_secs(), Some(15.0), "the parent is known up to the fork");
        record(&branch, 20.0);
        assert_eq!(times(&course, &mut mark), [20.0]);
        assert!(times(&course, &mut mark).is_empty());
        assert_eq!(course.all().1.iter().map(|r| r.time_secs).collect::<Vec<_>>(), [0.0, 10.0, 20.0]);
        let moment =
            |secs| course.bracket(secs).map(|m| (Arc::ptr_eq(&m.recording, &root), m.before, m.after, m.weight));
        assert_eq!(moment(12.0), Some((true, 1, 2, 0.2)));
        assert_eq!(moment(16.0), Some((false, 0, 1, 0.6)), "frames before the fork are in both");
        assert_eq!(course.times(), [0.0, 10.0, 20.0]);
        assert_eq!(course.frame(2).map(|frame| frame.time_secs), Some(20.0));
        assert!(course.frame(3).is_none());
        assert_eq!(course.readings_at(25.0).map(|r| r.time_secs), Some(20.0));
    }

    #[test]
    fn a_branch_without_frames_shows_its_parent() {
        let course = Course::new(vec![(0.0, recorded(&[0.0, 10.0])), (5.0, recorded(&[]))]).unwrap();
        assert_eq!(course.bracket(7.0).map(|m| (m.before, m.after)), Some((0, 1)));
        assert_eq!(course.head_secs(), Some(5.0));
        assert!(Course::of(recorded(&[])).bracket(0.0).is_none());
        assert!(Course::new(Vec::new()).is_none());
    }
}
