//! The worker: commands, events, panics.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::float_cmp, reason = "the fake model's numbers are exact, and known by hand")]
#![expect(clippy::cast_possible_truncation, reason = "the envelope is in single precision")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hetu::domain::frame::{Budget, Envelope, GaugeReading, SectionReading};
use hetu::domain::geo::Grid;
use hetu::domain::impact::CellHazard;
use hetu::domain::recording::{Recording, RunSummary};
use hetu::domain::scenario::{Gauge, Initial, Mode, Numerics, OutputPlan, Scenario, Section, Terrain};
use hetu::domain::swe::Counters;
use hetu::domain::text::Bilingual;
use hetu::engine::{BatchEvent, Command, Engine, EngineError, EngineSettings, Event, Model, Progress, run_batch_with};

/// Longest wait for an event: only a broken engine takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

const ONE_THREAD: EngineSettings = EngineSettings { threads: 1, beside_window: false };

/// A dry flat field of 6 by 4 cells of 10 m, one gauge and one section, a frame every 600 s and a sample every 250 s.
pub(crate) fn scenario(name: &str, duration_secs: f64) -> Scenario {
    let grid = Grid { n_cols: 6, n_rows: 4, cell_m: 10.0, west_m: 500_000.0, north_m: 3_850_000.0 };
    Scenario {
        name: name.into(),
        title: Bilingual::new("试验", "Test"),
        mode: Mode::Rehearsal,
        start: time::macros::datetime!(1996-08-03 08:00 +8),
        duration_secs,
        terrain: Terrain { grid, epsg: Some(4547), bed_m: vec![10.0; 24], manning: vec![0.03; 24] },
        initial: Initial::Dry,
        walls: vec![],
        boundaries: vec![],
        sources: vec![],
        rain: None,
        infiltration: None,
        sediment: None,
        events: vec![],
        structures: vec![],
        gauges: vec![Gauge { name: "G1".into(), at: [500_015.0, 3_849_985.0] }],
        sections: vec![Section { name: "S1".into(), line: vec![[500_030.0, 3_849_960.0], [500_030.0, 3_850_000.0]] }],
        output: OutputPlan { frame_every_secs: 600.0, gauge_every_secs: 250.0 },
        numerics: Numerics::default(),
        river: None,
        basins: Vec::new(),
        exposure: None,
        channel: None,
    }
}

/// A model without physics: every cell fills at 1 mm/s. Its steps are of 7 s, so that outputs cut some of them.
struct Bathtub {
    time_secs: f64,
    n_cells: usize,
    n_steps: u64,
    path: u64,
    habit: Habit,
}

/// What a bathtub does beside filling.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Good,
    /// Panics when it gets to this time, s.
    PanicsAt(f64),
    /// Does not move on from this time, s.
    SticksAt(f64),
}

impl Model for Bathtub {
    fn time_secs(&self) -> f64 {
        self.time_secs
    }
    fn step(&mut self, until_secs: f64) -> f64 {
        match self.habit {
            Habit::PanicsAt(at_secs) => assert!(self.time_secs < at_secs, "the plug is out at {at_secs} s"),
            Habit::SticksAt(at_secs) if self.time_secs >= at_secs => return 0.0,
            _ => {}
        }
        let before_secs = self.time_secs;
        self.time_secs = (before_secs + 7.0).min(until_secs);
        self.n_steps += 1;
        // Depends on every single step, as the state of a real model does.
        self.path = self.path.rotate_left(5) ^ self.time_secs.to_bits();
        self.time_secs - before_secs
    }
    fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]) {
        depth_m.fill(self.time_secs / 1000.0);
        u_mps.fill(0.5);
        v_mps.fill(-0.25);
    }
    fn hazards(&self, cells: &[usize]) -> Vec<CellHazard> {
        vec![CellHazard::of_depth(self.time_secs / 1000.0); cells.len()]
    }
    fn budget(&self) -> Budget {
        let stored = self.time_secs / 1000.0 * self.n_cells as f64 * 100.0;
        Budget { rain: stored, stored, ..Budget::default() }
    }
    fn counters(&self) -> Counters {
        Counters { n_steps: self.n_steps, cell_updates: self.n_steps * self.n_cells as u64, contained_cells: 0 }
    }
    fn envelope(&self) -> Envelope {
        let field = |value: f64| vec![value as f32; self.n_cells];
        Envelope {
            time_secs: self.time_secs,
            max_depth_m: field(self.time_secs / 1000.0),
            max_speed_mps: field(0.559),
            max_dv_m2s: field(0.559 * self.time_secs / 1000.0),
            arrival_secs: field(if self.time_secs >= 50.0 { 50.0 } else { f64::NAN }),
            duration_secs: field((self.time_secs - 50.0).max(0.0)),
            max_depth_at_secs: field(self.time_secs),
            max_rise_mps: field(1e-3),
            max_hazard_rating_m2s: field(1.059 * self.time_secs / 1000.0),
            hazard_class: vec![4; self.n_cells],
        }
    }
    fn gauges(&self) -> Vec<GaugeReading> {
        let depth_m = self.time_secs / 1000.0;
        vec![GaugeReading { depth_m, stage_m: 10.0 + depth_m, u_mps: 0.5, v_mps: -0.25 }]
    }
    fn sections(&self) -> Vec<SectionReading> {
        vec![SectionReading { discharge_m3s: 0.5 * self.time_secs / 1000.0 * 40.0, mean_stage_m: None, sediment: None }]
    }
    fn state_hash(&self) -> u64 {
        self.path
    }
}

/// Bathtubs whose habit is in the scenario's name: `panics`, `sticks`, `explodes` (when laid out) or anything else.
pub(crate) fn bathtub(scenario: &Scenario) -> Box<dyn Model> {
    let habit = match scenario.name.as_str() {
        "explodes" => panic!("no room for a bathtub"),
        "panics" => Habit::PanicsAt(1_000.0),
        "sticks" => Habit::SticksAt(1_000.0),
        _ => Habit::Good,
    };
    Box::new(Bathtub { time_secs: 0.0, n_cells: scenario.terrain.grid.n_cells(), n_steps: 0, path: 0, habit })
}

fn engine() -> Engine {
    Engine::start_with(&ONE_THREAD, Arc::new(bathtub), None).unwrap()
}

fn load(engine: &Engine, name: &str, duration_secs: f64) -> Arc<Recording> {
    engine.load(Arc::new(scenario(name, duration_secs))).unwrap();
    let recording = wait_for(engine, |event| match event {
        Event::Loaded { recording, .. } => Some(recording),
        _ => None,
    });
    assert_eq!(wait_for_standstill(engine).n_steps, 0, "a loaded run waits");
    recording
}

fn wait_for<T>(engine: &Engine, mut pick: impl FnMut(Event) -> Option<T>) -> T {
    loop {
        let event = engine.events().recv_timeout(PATIENCE).expect("the event comes");
        if let Some(found) = pick(event) {
            return found;
        }
    }
}

fn wait_for_standstill(engine: &Engine) -> Progress {
    wait_for(engine, |event| match event {
        Event::Progress(progress) if !progress.is_running => Some(progress),
        _ => None,
    })
}

fn wait_for_end(engine: &Engine) -> RunSummary {
    wait_for(engine, |event| match event {
        Event::Finished { summary } => Some(*summary),
        Event::Failed { message } => panic!("{message}"),
        _ => None,
    })
}

fn wait_for_failure(engine: &Engine) -> String {
    wait_for(engine, |event| match event {
        Event::Failed { message } => Some(message),
        Event::Finished { .. } => panic!("it finished"),
        _ => None,
    })
}

fn batch(
    name: &str,
    duration_secs: f64,
    until_secs: Option<f64>,
) -> Result<hetu::domain::recording::RunResult, EngineError> {
    let scenario = Arc::new(scenario(name, duration_secs));
    run_batch_with(&scenario, &ONE_THREAD, &bathtub, until_secs, &mut |_event| {})
}

#[test]
fn a_run_records_frames_and_samples_at_their_times() {
    let engine = engine();
    let recording = load(&engine, "good", 1_300.0);
    assert_eq!(recording.times(), [0.0], "the start is there before anything is computed");
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let summary = wait_for_end(&engine);
    assert_eq!(recording.times(), [0.0, 600.0, 1_200.0, 1_300.0]);
    let sampled: Vec<f64> = recording.samples_from(0).iter().map(|sample| sample.time_secs).collect();
    assert_eq!(sampled, [0.0, 250.0, 500.0, 750.0, 1_000.0, 1_250.0, 1_300.0]);
    let last = recording.frame(3).unwrap();
    assert_eq!((last.depth_mm[0], last.u_mmps[0], last.v_mmps[23]), (1_300, 500, -250));
    assert_eq!(last.readings.wet_area_m2, 2_400.0);
    assert_eq!(last.readings.gauges[0].stage_m, 11.3);
    assert_eq!(recording.frame(0).unwrap().u_mmps[0], 0, "a dry cell does not move");
    assert_eq!(recording.envelope().unwrap().time_secs, 1_300.0);
    assert_eq!((summary.simulated_secs, summary.threads), (1_300.0, 1));
    assert_eq!((summary.wet_area_m2, summary.max_wet_area_m2), (2_400.0, 2_400.0));
    assert!((summary.max_depth_m - 1.3).abs() < 1e-6);
}

#[test]
fn frames_reach_the_screen_in_order_and_the_last_one_does() {
    let engine = engine();
    load(&engine, "good", 60_000.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let mut shown = vec![];
    wait_for(&engine, |event| match event {
        Event::Frame { frame, envelope } => {
            assert!(envelope.time_secs <= frame.time_secs);
            shown.push(frame.time_secs);
            None
        }
        Event::Finished { .. } => Some(()),
        _ => None,
    });
    assert!(shown.is_sorted(), "{shown:?}");
    assert_eq!(shown.last(), Some(&60_000.0));
}

#[test]
fn a_viewer_that_never_reads_does_not_hold_the_worker_up() {
    let engine = engine();
    let recording = load(&engine, "good", 300_000.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    wait_until(|| recording.head_secs() == Some(300_000.0));
    assert_eq!(recording.n_frames(), 501, "no frame is missing from the record");
    let mut n_frames = 0;
    wait_for(&engine, |event| match event {
        Event::Frame { .. } => {
            n_frames += 1;
            None
        }
        Event::Finished { .. } => Some(()),
        _ => None,
    });
    assert!(n_frames < 20, "{n_frames} frames waited for the screen");
}

/// Waits for what the worker does beside the event channel.
fn wait_until(is_so: impl Fn() -> bool) {
    let never = crossbeam_channel::never::<()>();
    for _ in 0..20_000 {
        if is_so() {
            return;
        }
        assert!(never.recv_timeout(Duration::from_millis(1)).is_err());
    }
    panic!("it does not happen");
}

#[test]
fn running_in_portions_gives_the_state_of_running_at_once() {
    let whole = batch("good", 3_000.0, None).unwrap().summary;
    let engine = engine();
    let recording = load(&engine, "good", 3_000.0);
    // 700 s lies between two frames: the run stops on the frame after it, and takes no step of another length.
    for (goal_secs, head_secs) in [(700.0, 1_200.0), (1_200.0, 1_200.0), (1_201.0, 1_800.0)] {
        engine.send(Command::RunTo(goal_secs)).unwrap();
        wait_until(|| recording.head_secs() >= Some(head_secs));
        wait_for_standstill(&engine);
        assert_eq!(recording.head_secs(), Some(head_secs), "after running to {goal_secs}");
    }
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let portions = wait_for_end(&engine);
    assert_eq!((portions.state_hash, portions.n_steps), (whole.state_hash, whole.n_steps));
}

#[test]
fn pause_holds_a_run_and_the_next_goal_takes_it_on() {
    let engine = engine();
    let recording = load(&engine, "good", 1e9);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    wait_until(|| recording.n_frames() > 3);
    engine.send(Command::Pause).unwrap();
    let paused = wait_for_standstill(&engine);
    let n_frames = recording.n_frames();
    assert!(paused.time_secs < 1e9, "it ran through");
    // A second word from the worker, on a command that changes nothing, shows that it stood still in between.
    engine.send(Command::Pause).unwrap();
    assert_eq!(wait_for_standstill(&engine).n_steps, paused.n_steps);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    wait_until(|| recording.n_frames() > n_frames);
}

#[test]
fn a_speed_limit_holds_the_run_back_and_can_be_lifted() {
    let engine = engine();
    let recording = load(&engine, "good", 6_000.0);
    engine.send(Command::SetSpeedLimit(Some(60.0))).unwrap();
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let limited = wait_for(&engine, |event| match event {
        Event::Progress(progress) if progress.is_running && progress.time_secs > 0.0 => Some(progress),
        _ => None,
    });
    // Without a limit an hour of bathtub passes in milliseconds; 600 s at this limit take ten seconds.
    assert!(limited.time_secs < 600.0, "{limited:?}");
    assert_eq!(recording.n_frames(), 1);
    engine.send(Command::SetSpeedLimit(None)).unwrap();
    wait_for_end(&engine);
}

#[test]
fn a_panic_becomes_a_message_and_the_worker_goes_on() {
    let engine = engine();
    let recording = load(&engine, "panics", 3_000.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let message = wait_for_failure(&engine);
    assert!(message.contains("the plug is out at 1000 s"), "{message}");
    assert_eq!(recording.times(), [0.0, 600.0], "what was recorded stays");
    assert!(recording.frame(1).is_some());
    load(&engine, "good", 1_300.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    assert_eq!(wait_for_end(&engine).name, "good");
}

#[test]
fn a_panic_while_laying_out_is_a_message_too() {
    let engine = engine();
    engine.load(Arc::new(scenario("explodes", 3_000.0))).unwrap();
    let message = wait_for_failure(&engine);
    assert!(message.contains("no room for a bathtub"), "{message}");
    load(&engine, "good", 1_300.0);
}

#[test]
fn a_model_that_does_not_move_on_is_a_failure_and_not_a_hang() {
    let engine = engine();
    load(&engine, "sticks", 3_000.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let message = wait_for_failure(&engine);
    assert!(message.contains("no longer moves on from 1000 s"), "{message}");
}

#[test]
fn running_nothing_is_refused_with_a_message() {
    let engine = engine();
    engine.send(Command::RunTo(60.0)).unwrap();
    assert_eq!(wait_for_failure(&engine), "no scenario is loaded");
}

#[test]
fn a_new_scenario_replaces_a_busy_one() {
    let engine = engine();
    load(&engine, "old", 1e9);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let recording = load(&engine, "new", 1_300.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    assert_eq!(wait_for_end(&engine).name, "new");
    assert_eq!(recording.head_secs(), Some(1_300.0));
}

#[test]
fn a_flood_of_commands_loses_none() {
    let engine = engine();
    load(&engine, "good", 1e9);
    for _ in 0..500 {
        engine.send(Command::RunTo(f64::INFINITY)).unwrap();
        engine.send(Command::SetSpeedLimit(Some(1.0))).unwrap();
    }
    // Far more than the channel holds; the last one is obeyed as well as the first.
    let recording = load(&engine, "last", 1_300.0);
    engine.send(Command::SetSpeedLimit(None)).unwrap();
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    assert_eq!(wait_for_end(&engine).name, "last");
    assert_eq!(recording.head_secs(), Some(1_300.0));
}

#[test]
fn stop_ends_the_worker_even_when_it_is_busy() {
    let engine = engine();
    load(&engine, "good", 1e9);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    engine.send(Command::Stop).unwrap();
    while engine.events().recv_timeout(PATIENCE).is_ok() {}
    assert!(matches!(engine.send(Command::Pause), Err(EngineError::WorkerGone)));
}

#[test]
fn dropping_a_busy_engine_ends_its_thread() {
    let engine = engine();
    let recording = load(&engine, "good", 1e9);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    drop(engine); // waits for the worker
    assert_eq!(Arc::strong_count(&recording), 1);
}

#[test]
fn each_event_wakes_the_window() {
    let n_wakes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_wakes);
    let wake = Box::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let engine = Engine::start_with(&ONE_THREAD, Arc::new(bathtub), Some(wake)).unwrap();
    engine.load(Arc::new(scenario("good", 1_300.0))).unwrap();
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    let mut n_events = 0;
    wait_for(&engine, |event| {
        n_events += 1;
        matches!(event, Event::Finished { .. }).then_some(())
    });
    drop(engine);
    assert_eq!(n_wakes.load(Ordering::Relaxed), n_events);
}

#[test]
fn batch_and_worker_give_the_same_state() {
    let mut told = (0, 0, None);
    let scenario_ = Arc::new(scenario("good", 3_000.0));
    let result = run_batch_with(&scenario_, &ONE_THREAD, &bathtub, None, &mut |event| match event {
        BatchEvent::Started { .. } => told.0 += 1,
        BatchEvent::Frame(_) => told.1 += 1,
        BatchEvent::Progress(progress) => told.2 = Some(progress),
        BatchEvent::Checkpoint(_) => panic!("none was asked for"),
    })
    .unwrap();
    assert_eq!((told.0, told.1), (1, 6));
    assert!(told.2.is_some_and(|progress| !progress.is_running && progress.done_frac() == 1.0));
    assert_eq!(result.final_fields.depth_m, vec![3.0_f32; 24]);
    assert_eq!(result.recording.envelope().unwrap().time_secs, 3_000.0);
    let engine = engine();
    load(&engine, "good", 3_000.0);
    engine.send(Command::RunTo(f64::INFINITY)).unwrap();
    assert_eq!(wait_for_end(&engine).state_hash, result.summary.state_hash);
}

#[test]
fn batch_ends_where_it_is_told() {
    assert_eq!(batch("good", 3_000.0, Some(700.0)).unwrap().recording.times(), [0.0, 600.0, 700.0]);
    assert_eq!(batch("good", 600.0, Some(1e9)).unwrap().recording.head_secs(), Some(600.0));
    let nothing = batch("good", 600.0, Some(0.0)).unwrap();
    assert_eq!((nothing.recording.times(), nothing.summary.n_steps), (vec![0.0], 0));
}

#[test]
fn a_panic_in_batch_is_an_error() {
    let message = batch("panics", 3_000.0, None).unwrap_err().to_string();
    assert!(message.contains("the plug is out"), "{message}");
}
