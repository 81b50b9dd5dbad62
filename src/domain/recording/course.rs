//! The course of a branch as one record: what its ancestors computed up to the forks, and its own.

use std::sync::Arc;

use crate::domain::recording::{FrameSource, PackedFrame, Recording};

/// Packed frames that a course keeps in memory, bytes: the records it is made of keep theirs.
const CACHE_BYTES: usize = 32 << 20;

/// Puts records together, each of which holds from its time (s) up to that of the next one; times rise. The extremes are
/// those of the last one. `None` without records.
///
/// The frames stay where they are. What the records get later is not in it.
pub fn course(pieces: &[(f64, Arc<Recording>)]) -> Option<Recording> {
    let (_, last) = pieces.last()?;
    let ends = pieces.iter().skip(1).map(|(from_secs, _)| *from_secs).chain([f64::INFINITY]);
    let spans: Vec<Span<'_>> = pieces.iter().zip(ends).map(|((from, record), to)| (*from, to, record)).collect();
    let frames = spans.iter().flat_map(frames_of).collect();
    let course = Recording::of_shape(last.shape(), Some(Arc::new(Frames(frames))), CACHE_BYTES);
    for span in &spans {
        take_over(&course, span);
    }
    if let Some(envelope) = last.envelope() {
        course.set_envelope(envelope);
    }
    Some(course)
}

/// From, to and record.
type Span<'a> = (f64, f64, &'a Arc<Recording>);

fn frames_of((from_secs, to_secs, record): &Span<'_>) -> Vec<(Arc<Recording>, usize)> {
    let times = record.times();
    let place = |secs: &f64| times.partition_point(|time| time < secs);
    (place(from_secs)..place(to_secs)).map(|index| (Arc::clone(record), index)).collect()
}

fn take_over(course: &Recording, (from_secs, to_secs, record): &Span<'_>) {
    let holds = |secs: f64| (*from_secs..*to_secs).contains(&secs);
    for readings in record.readings_from(0).into_iter().filter(|readings| holds(readings.time_secs)) {
        course.push_stored((*readings).clone());
    }
    for sample in record.samples_from(0).into_iter().filter(|sample| holds(sample.time_secs)) {
        course.push_sample((*sample).clone());
    }
}

/// Where each frame of a course lies.
#[derive(Debug)]
struct Frames(Vec<(Arc<Recording>, usize)>);

impl FrameSource for Frames {
    /// Packs the frame for itself: the one that it is packed on may not be of the course.
    fn fields(&self, index: usize) -> Result<(Option<usize>, Vec<u8>), String> {
        let (record, place) = self.0.get(index).ok_or("there is no such frame")?;
        let frame = record.frame(*place).ok_or("it is lost in the record that it was taken from")?;
        Ok((None, PackedFrame::pack(&frame, record.shape()).fields().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::frame::{Frame, Readings};
    use crate::domain::recording::Sample;

    fn record(times: &[f64], depth_mm: u16) -> Arc<Recording> {
        let record = Recording::new(2);
        for time_secs in times {
            let readings = Readings { time_secs: *time_secs, ..Readings::default() };
            let field = vec![depth_mm; 2];
            record.push(&Frame {
                time_secs: *time_secs,
                depth_mm: field,
                u_mmps: vec![1; 2],
                v_mmps: vec![0; 2],
                readings,
            });
            record.push_sample(Sample { time_secs: *time_secs, ..Sample::default() });
        }
        Arc::new(record)
    }

    #[test]
    fn each_moment_is_of_the_record_that_holds_then() {
        let pieces = [
            (0.0, record(&[0.0, 10.0, 20.0, 30.0], 1)),
            (15.0, record(&[10.0, 20.0, 30.0], 2)),
            (30.0, record(&[30.0, 40.0], 3)),
        ];
        let course = course(&pieces).unwrap();
        assert_eq!(course.times(), [0.0, 10.0, 20.0, 30.0, 40.0]);
        let depths: Vec<u16> = (0..5).map(|index| course.frame(index).unwrap().depth_mm[0]).collect();
        assert_eq!(depths, [1, 1, 2, 3, 3]);
        assert_eq!(course.n_samples(), 5);
        assert!(super::course(&[]).is_none());
    }
}
