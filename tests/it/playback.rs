//! Playback and recording without a window.

#![expect(clippy::float_cmp, reason = "what was put in comes back unchanged")]

use std::sync::Arc;

use hetu::domain::frame::{Envelope, Frame, Readings};
use hetu::domain::playback::{Motion, Playback, PlaybackCommand};
use hetu::domain::recording::{Recording, Sample};

const FRAME_EVERY_SECS: f64 = 600.0;

fn playback_with_head(head_secs: f64, is_complete: bool) -> Playback {
    let mut playback = Playback::new(FRAME_EVERY_SECS);
    playback.set_head(head_secs, is_complete);
    playback
}

fn check(mut playback: Playback, commands: &[PlaybackCommand], expected_secs: f64) {
    for command in commands {
        playback.apply(*command);
    }
    assert!((playback.time_secs() - expected_secs).abs() < 1e-6, "{commands:?} led to {}", playback.time_secs());
}

#[test]
fn it_plays_at_its_rate() {
    let mut playback = playback_with_head(86_400.0, false);
    playback.apply(PlaybackCommand::SetRate(600.0));
    playback.advance(1.0);
    assert_eq!(playback.time_secs(), 0.0, "it does not play before it is told to");
    playback.apply(PlaybackCommand::Play);
    playback.advance(1.0);
    playback.advance(0.5);
    assert_eq!(playback.time_secs(), 900.0);
    playback.apply(PlaybackCommand::Toggle);
    playback.advance(1.0);
    assert_eq!(playback.time_secs(), 900.0);
}

#[test]
fn it_waits_at_the_computed_head_and_goes_on_with_it() {
    let mut playback = playback_with_head(1_200.0, false);
    playback.apply(PlaybackCommand::Play);
    playback.advance(10.0);
    assert_eq!(playback.time_secs(), 1_200.0);
    assert!(playback.is_playing() && playback.is_waiting());
    playback.set_head(1_800.0, false);
    assert!(!playback.is_waiting());
    playback.advance(0.1);
    assert_eq!(playback.time_secs(), 1_560.0);
}

#[test]
fn it_stops_at_the_end_of_a_complete_run_and_begins_again() {
    let mut playback = playback_with_head(1_200.0, true);
    playback.apply(PlaybackCommand::Play);
    playback.advance(10.0);
    assert_eq!(playback.time_secs(), 1_200.0);
    assert!(!playback.is_playing() && !playback.is_waiting());
    playback.apply(PlaybackCommand::Toggle);
    assert_eq!(playback.time_secs(), 0.0);
    assert!(playback.is_playing());
}

#[test]
fn seeking_stays_between_start_and_head() {
    let at = |command| check(playback_with_head(3_000.0, false), &[command], 0.0);
    at(PlaybackCommand::SeekSecs(-5.0));
    at(PlaybackCommand::SeekSecs(f64::NEG_INFINITY));
    at(PlaybackCommand::StepFrames(-1));
    at(PlaybackCommand::StepSecs(-3_600.0));
    at(PlaybackCommand::Home);
    let at_head = |command| check(playback_with_head(3_000.0, false), &[command], 3_000.0);
    at_head(PlaybackCommand::SeekSecs(1e12));
    at_head(PlaybackCommand::StepFrames(i32::MAX));
    at_head(PlaybackCommand::StepSecs(1e9));
    at_head(PlaybackCommand::End);
}

#[test]
fn frame_steps_land_on_frames() {
    use PlaybackCommand::{End, SeekSecs, StepFrames};
    // The head of a run that ended between two multiples is a frame too.
    let playback = || playback_with_head(1_300.0, true);
    check(playback(), &[StepFrames(1)], 600.0);
    check(playback(), &[SeekSecs(700.0), StepFrames(1)], 1_200.0);
    check(playback(), &[SeekSecs(700.0), StepFrames(-1)], 600.0);
    check(playback(), &[SeekSecs(600.0), StepFrames(-1)], 0.0);
    check(playback(), &[SeekSecs(1_200.0), StepFrames(1)], 1_300.0);
    check(playback(), &[End, StepFrames(-1)], 1_200.0);
    check(playback(), &[End, StepFrames(-2)], 600.0);
    check(playback(), &[SeekSecs(700.0), StepFrames(0)], 700.0);
    let mut playing = playback();
    playing.apply(PlaybackCommand::Play);
    playing.apply(StepFrames(1));
    assert!(!playing.is_playing(), "a step is there to look at");
}

#[test]
fn a_new_run_takes_the_playhead_back() {
    let mut playback = playback_with_head(3_000.0, true);
    playback.apply(PlaybackCommand::End);
    playback.set_head(0.0, false);
    assert_eq!(playback.time_secs(), 0.0);
}

#[test]
fn it_shuttles_as_film_editors_do() {
    let mut playback = playback_with_head(86_400.0, true);
    playback.apply(PlaybackCommand::SeekSecs(7_200.0));
    playback.apply(PlaybackCommand::Backward);
    assert_eq!(playback.motion(), Motion::Backward);
    playback.advance(1.0);
    assert_eq!(playback.time_secs(), 3_600.0);
    playback.apply(PlaybackCommand::Backward);
    assert_eq!(playback.rate(), 7_200.0, "pressed again it goes faster");
    playback.apply(PlaybackCommand::Forward);
    playback.advance(0.5);
    assert_eq!((playback.time_secs(), playback.rate()), (7_200.0, 7_200.0), "turning round keeps the rate");
    playback.apply(PlaybackCommand::Backward);
    playback.advance(10.0);
    assert_eq!(playback.time_secs(), 0.0);
    assert!(!playback.is_playing(), "it stops at the start");
}

#[test]
fn following_it_stands_at_the_head_until_someone_goes_elsewhere() {
    let mut playback = playback_with_head(1_200.0, false);
    playback.apply(PlaybackCommand::Follow);
    assert_eq!(playback.time_secs(), 1_200.0);
    playback.set_head(3_000.0, false);
    playback.advance(5.0);
    assert_eq!(playback.time_secs(), 3_000.0);
    assert!(playback.is_following() && playback.is_playing() && !playback.is_waiting());
    playback.apply(PlaybackCommand::SeekSecs(600.0));
    playback.set_head(3_600.0, false);
    assert_eq!(playback.time_secs(), 600.0);
    assert!(!playback.is_playing());
    playback.apply(PlaybackCommand::Follow);
    playback.set_head(4_000.0, true);
    assert_eq!(playback.time_secs(), 4_000.0);
    assert!(!playback.is_playing(), "a complete run has nothing left to follow");
}

#[test]
fn a_loop_repeats_both_ways_and_survives_a_pause() {
    let mut playback = playback_with_head(6_000.0, true);
    playback.apply(PlaybackCommand::SetRate(600.0));
    for (at, command) in [(1_200.0, PlaybackCommand::LoopFrom), (2_400.0, PlaybackCommand::LoopTo)] {
        playback.apply(PlaybackCommand::SeekSecs(at));
        playback.apply(command);
    }
    assert_eq!(playback.loop_secs(), Some([1_200.0, 2_400.0]));
    playback.apply(PlaybackCommand::Play);
    playback.advance(0.5);
    assert_eq!(playback.time_secs(), 1_500.0, "300 s past its end are 300 s past its beginning");
    playback.apply(PlaybackCommand::Pause);
    playback.apply(PlaybackCommand::Backward);
    playback.advance(1.0);
    assert_eq!(playback.time_secs(), 2_100.0);
    playback.apply(PlaybackCommand::ClearLoop);
    playback.apply(PlaybackCommand::Play);
    playback.advance(1.0);
    assert_eq!(playback.time_secs(), 2_700.0);
    playback.apply(PlaybackCommand::LoopFrom);
    playback.advance(6.0);
    assert_eq!(playback.time_secs(), 3_000.0, "a loop without end turns at the end of the run");
}

#[test]
fn it_goes_from_mark_to_mark_and_back_to_where_it_was_set_going() {
    let mut playback = playback_with_head(6_000.0, false);
    playback.set_marks(vec![5_000.0, 1_000.0, f64::NAN, 9_000.0]);
    for (command, expected) in [
        (PlaybackCommand::NextMark, 1_000.0),
        (PlaybackCommand::NextMark, 5_000.0),
        (PlaybackCommand::NextMark, 5_000.0), // the last one is not computed yet
        (PlaybackCommand::PreviousMark, 1_000.0),
        (PlaybackCommand::PreviousMark, 1_000.0),
    ] {
        playback.apply(command);
        assert_eq!(playback.time_secs(), expected, "{command:?}");
    }
    playback.apply(PlaybackCommand::Play);
    playback.advance(0.5);
    playback.apply(PlaybackCommand::Return);
    assert_eq!(playback.time_secs(), 1_000.0);
    assert!(!playback.is_playing());
}

#[test]
fn every_command_sequence_stays_in_range() {
    use proptest::prelude::*;
    let command = prop_oneof![
        Just(PlaybackCommand::Play),
        Just(PlaybackCommand::Pause),
        Just(PlaybackCommand::Toggle),
        any::<f64>().prop_map(PlaybackCommand::SeekSecs),
        any::<i32>().prop_map(PlaybackCommand::StepFrames),
        any::<f64>().prop_map(PlaybackCommand::StepSecs),
        Just(PlaybackCommand::Faster),
        Just(PlaybackCommand::Slower),
        any::<f64>().prop_map(PlaybackCommand::SetRate),
        Just(PlaybackCommand::Home),
        Just(PlaybackCommand::End),
        Just(PlaybackCommand::Forward),
        Just(PlaybackCommand::Backward),
        Just(PlaybackCommand::Follow),
        Just(PlaybackCommand::NextMark),
        Just(PlaybackCommand::PreviousMark),
        Just(PlaybackCommand::Return),
        Just(PlaybackCommand::LoopFrom),
        Just(PlaybackCommand::LoopTo),
        Just(PlaybackCommand::ClearLoop),
    ];
    let steps = prop::collection::vec((command, any::<f64>(), 0.0..1e6_f64), 0..40);
    proptest!(|(steps in steps)| {
        let mut playback = Playback::new(FRAME_EVERY_SECS);
        playback.set_marks(vec![1e3, 1e5]);
        for (command, dt, head) in steps {
            playback.set_head(head, false);
            playback.apply(command);
            playback.advance(dt);
            prop_assert!((0.0..=head).contains(&playback.time_secs()), "{playback:?} after {command:?}");
            prop_assert!(playback.rate() > 0.0 && playback.rate().is_finite());
        }
    });
}

/// A frame whose fields look like water: a smooth pool that grows, dry land around it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "depths to 4 m and speeds to 6 m/s fit")]
fn pool(n_cols: usize, time_secs: f64) -> Frame {
    let reach = n_cols as f64 / 4.0 + time_secs / 1_000.0;
    let middle = n_cols as f64 / 2.0;
    let mut frame = Frame {
        time_secs,
        depth_mm: vec![],
        u_mmps: vec![],
        v_mmps: vec![],
        readings: Readings { time_secs, wet_area_m2: time_secs * 3.0, ..Readings::default() },
    };
    for index in 0..n_cols * n_cols {
        let (x, y) = ((index % n_cols) as f64 - middle, (index / n_cols) as f64 - middle);
        let depth = 4_000.0 * (1.0 - (x * x + y * y) / (reach * reach));
        frame.depth_mm.push(if depth > 0.0 { depth as u16 } else { 0 });
        frame.u_mmps.push(if depth > 0.0 { (30.0 * x) as i16 } else { 0 });
        frame.v_mmps.push(if depth > 0.0 { (-25.0 * y) as i16 } else { 0 });
    }
    frame
}

fn recording_of(frames: &[Frame]) -> Recording {
    let recording = Recording::new(frames[0].depth_mm.len());
    for frame in frames {
        recording.push(frame);
    }
    recording
}

#[test]
fn every_recorded_frame_comes_back_as_it_was() {
    let frames: Vec<Frame> = (0..20).map(|i| pool(40, f64::from(i) * 600.0)).collect();
    let recording = recording_of(&frames);
    assert_eq!(recording.n_frames(), 20);
    assert_eq!(recording.head_secs(), Some(19.0 * 600.0));
    // Twice, and in an order that empties the memory of unpacked frames in between.
    for index in (0..20).chain((0..20).rev()) {
        assert_eq!(*recording.frame(index).unwrap(), frames[index]);
        assert_eq!(*recording.readings(index).unwrap(), frames[index].readings);
    }
    assert!(recording.frame(20).is_none());
    assert_eq!(recording.readings_from(18).len(), 2);
    assert!(recording.readings_from(30).is_empty());
}

#[test]
fn a_frame_that_was_just_shown_is_not_unpacked_again() {
    let frames: Vec<Frame> = (0..2).map(|i| pool(40, f64::from(i) * 600.0)).collect();
    let recording = recording_of(&frames);
    let first = recording.frame(0).unwrap();
    recording.frame(1).unwrap();
    assert!(Arc::ptr_eq(&first, &recording.frame(0).unwrap()));
}

#[test]
fn brackets_hold_at_both_ends() {
    let frames: Vec<Frame> = [0.0, 600.0, 1_200.0, 1_300.0].iter().map(|t| pool(8, *t)).collect();
    let recording = recording_of(&frames);
    let check = |time_secs: f64, expected: (usize, usize, f64)| {
        assert_eq!(recording.bracket(time_secs), Some(expected), "{time_secs}");
    };
    check(-1.0, (0, 0, 0.0));
    check(0.0, (0, 1, 0.0));
    check(150.0, (0, 1, 0.25));
    check(600.0, (1, 2, 0.0));
    check(1_250.0, (2, 3, 0.5));
    check(1_300.0, (3, 3, 0.0));
    check(9_999.0, (3, 3, 0.0));
    check(f64::NAN, (0, 0, 0.0));
    assert_eq!(Recording::new(8).bracket(0.0), None);
}

#[test]
fn packing_saves_memory_and_says_how_much() {
    let frames: Vec<Frame> = (0..10).map(|i| pool(200, f64::from(i) * 600.0)).collect();
    let recording = recording_of(&frames);
    let raw = 10 * 200 * 200 * 6;
    let packed = recording.packed_bytes();
    assert!(packed * 4 < raw, "packed to {packed} of {raw} bytes");
    assert_eq!(recording.bytes_used(), packed);
    recording.frame(0).unwrap();
    assert_eq!(recording.bytes_used(), packed + 200 * 200 * 6);
    for index in 0..10 {
        recording.frame(index).unwrap();
    }
    assert!(recording.bytes_used() < packed + 10 * 200 * 200 * 6, "unpacked frames are let go again");
}

#[test]
fn samples_and_extremes_are_read_while_they_grow() {
    let recording = Recording::new(4);
    assert!(recording.envelope().is_none());
    for i in 0..5 {
        recording.push_sample(Sample { time_secs: f64::from(i), ..Sample::default() });
    }
    let tail: Vec<f64> = recording.samples_from(3).iter().map(|sample| sample.time_secs).collect();
    assert_eq!((recording.n_samples(), tail), (5, vec![3.0, 4.0]));
    recording.set_envelope(Arc::new(Envelope { time_secs: 7.0, ..Envelope::default() }));
    assert_eq!(recording.envelope().unwrap().time_secs, 7.0);
}

#[test]
#[should_panic(expected = "not later")]
fn time_does_not_run_backwards_in_a_recording() {
    recording_of(&[pool(4, 600.0), pool(4, 600.0)]);
}
