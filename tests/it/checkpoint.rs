//! A run put by and gone on with is the run that never stopped: in memory, through a file, for any number of threads.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::print_stdout, reason = "figures for the verification table")]
#![expect(clippy::float_cmp, reason = "what is compared so is exact")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in a short file")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use hetu::domain::frame::Envelope;
use hetu::domain::recording::Checkpoint;
use hetu::domain::scenario::{Gauge, OutputPlan, Scenario, Section};
use hetu::domain::swe::{RestoreError, Solver};
use hetu::engine::{BatchEvent, BatchPlan, EngineError, EngineSettings, run_batch, run_batch_as};
use hetu::io::checkpoint::{CHECKPOINT_VERSION, CheckpointError, CheckpointFolder, read_checkpoint, write_checkpoint};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use xxhash_rust::xxh3::xxh3_64;

use crate::analytic::basin::State;
use crate::determinism::busy;

/// The busy scenario with a gauge and a section, output every 20 and 25 s, for 300 s.
fn scenario() -> Scenario {
    let mut scenario = busy();
    scenario.name = "busy".into();
    scenario.duration_secs = 300.0;
    scenario.gauges.push(Gauge { name: "G".into(), at: [600.0, 800.0] });
    scenario.sections.push(Section { name: "S".into(), line: vec![[500.0, 0.0], [500.0, 1750.0]] });
    scenario.output = OutputPlan { frame_every_secs: 25.0, gauge_every_secs: 20.0 };
    scenario
}

fn on_threads<T: Send>(n_threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap().install(work)
}

/// Everything a run comes to, with the bits of all its numbers.
#[derive(Debug, PartialEq)]
struct Outcome {
    state_hash: u64,
    time_bits: u64,
    fields: Vec<u64>,
    envelope: Vec<u32>,
    hazard_class: Vec<u8>,
    readings: String,
}

fn outcome(solver: &Solver, scenario: &Scenario) -> Outcome {
    let State { depth, u, v } = State::of(solver, scenario);
    let e = solver.envelope();
    Outcome {
        state_hash: solver.state_hash(),
        time_bits: solver.time_secs().to_bits(),
        fields: [depth, u, v].iter().flatten().map(|value| value.to_bits()).collect(),
        envelope: fields_of(&e).iter().copied().flatten().map(|value| value.to_bits()).collect(),
        hazard_class: e.hazard_class.clone(),
        readings: format!(
            "{:?} {:?} {:?} {:?}",
            solver.gauges(),
            solver.sections(),
            solver.budget(),
            solver.counters()
        ),
    }
}

fn fields_of(e: &Envelope) -> [&Vec<f32>; 8] {
    [
        &e.max_depth_m,
        &e.max_speed_mps,
        &e.max_dv_m2s,
        &e.arrival_secs,
        &e.duration_secs,
        &e.max_depth_at_secs,
        &e.max_rise_mps,
        &e.max_hazard_rating_m2s,
    ]
}

/// Steps taken one by one, put by after each number of steps in `stops`, each part on another number of threads.
fn run_in_parts(scenario: &Scenario, stops: &[usize]) -> Outcome {
    let mut solver = Solver::new(scenario);
    let mut n_done = 0;
    for (k, &stop) in stops.iter().enumerate() {
        let part = |mut solver: Solver| {
            for _ in n_done..stop {
                solver.step(300.0);
            }
            solver
        };
        solver = on_threads(1 + k % 4, || part(solver));
        n_done = stop;
        let bytes = postcard::to_stdvec(&solver.state()).unwrap();
        let restored = Solver::restore(scenario, postcard::from_bytes(&bytes).unwrap()).unwrap();
        assert_eq!(outcome(&restored, scenario), outcome(&solver, scenario), "after {stop} steps, before the next one");
        solver = restored;
    }
    while solver.step(300.0) > 0.0 {}
    outcome(&solver, scenario)
}

#[test]
fn a_run_in_parts_on_any_number_of_threads_is_the_run_at_once() {
    let scenario = scenario();
    let at_once = |n_threads| {
        on_threads(n_threads, || {
            let mut solver = Solver::new(&scenario);
            while solver.step(300.0) > 0.0 {}
            assert!(solver.budget().rain > 0.0 && solver.budget().infiltrated > 0.0 && solver.budget().outflow > 0.0);
            outcome(&solver, &scenario)
        })
    };
    let one = at_once(1);
    for n_threads in [2, 3, 4] {
        assert_eq!(at_once(n_threads), one, "{n_threads} threads");
    }
    println!("state hash {:016x} for 1 to 4 threads, and for a run put by and gone on with", one.state_hash);
    assert_eq!(run_in_parts(&scenario, &[0]), one);
    assert_eq!(run_in_parts(&scenario, &[1, 2, 40, 41, 90]), one);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Times at random, the growth of the breach among them.
    #[test]
    fn a_run_may_be_put_by_at_any_step(mut stops in prop::collection::vec(0_usize..130, 1..5)) {
        let scenario = scenario();
        stops.sort_unstable();
        assert_eq!(run_in_parts(&scenario, &stops), run_in_parts(&scenario, &[]));
    }
}

const TWO_THREADS: EngineSettings = EngineSettings { threads: 2, beside_window: false };

/// Checkpoints of a run of the scenario every 90 s, through the engine.
fn checkpoints(scenario: &Arc<Scenario>) -> Vec<Checkpoint> {
    let mut taken = Vec::new();
    let plan = BatchPlan { checkpoint_every_secs: Some(90.0), ..BatchPlan::default() };
    run_batch_as(scenario, &TWO_THREADS, plan, &mut |event| {
        if let BatchEvent::Checkpoint(checkpoint) = event {
            taken.push(Checkpoint::clone(&checkpoint));
        }
    })
    .unwrap();
    taken
}

#[test]
fn the_engine_goes_on_from_a_file_as_if_it_had_never_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let scenario = Arc::new(scenario());
    let whole = run_batch(&scenario, &TWO_THREADS, None, &mut |_event| {}).unwrap();
    let taken = checkpoints(&scenario);
    let times: Vec<f64> = taken.iter().map(Checkpoint::time_secs).collect();
    assert_eq!(times, [100.0, 180.0, 275.0], "the first instant of output at or after each multiple of 90 s");
    let folder = CheckpointFolder::create(dir.path(), &scenario).unwrap();
    for (checkpoint, threads) in taken.iter().zip([1, 3, 4]) {
        let path = folder.write(checkpoint).unwrap();
        let from = read_checkpoint(&path, &scenario).unwrap();
        let from_secs = from.time_secs();
        let settings = EngineSettings { threads, beside_window: false };
        let plan = BatchPlan { from: Some(from), ..BatchPlan::default() };
        let rest = run_batch_as(&scenario, &settings, plan, &mut |_event| {}).unwrap();
        let (a, b) = (&rest.summary, &whole.summary);
        assert_eq!((a.state_hash, a.n_steps, a.cell_updates), (b.state_hash, b.n_steps, b.cell_updates));
        assert_eq!((a.budget, a.max_wet_area_m2, a.simulated_secs), (b.budget, b.max_wet_area_m2, b.simulated_secs));
        assert_eq!(rest.final_fields, whole.final_fields);
        assert_eq!((a.resumed_at_secs, b.resumed_at_secs), (from_secs, 0.0));
        assert!(a.solve_secs > checkpoint.solve_secs && a.wall_secs > checkpoint.wall_secs);
        let bits = |e: &Envelope| fields_of(e).map(|field| field.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
        assert_eq!(bits(&rest.recording.envelope().unwrap()), bits(&whole.recording.envelope().unwrap()));
        // The tables are those of the whole run from the checkpoint on, its own instant included.
        let tail = |samples: Vec<Arc<_>>| format!("{samples:?}");
        let later =
            whole.recording.samples_from(0).into_iter().filter(|s| s.time_secs >= from_secs).collect::<Vec<_>>();
        let found = rest.recording.samples_from(usize::from(later.first().unwrap().time_secs > from_secs));
        assert_eq!(tail(found), tail(later));
        let last =
            |result: &hetu::domain::recording::RunResult| result.recording.frame(result.recording.n_frames() - 1);
        assert_eq!(last(&rest), last(&whole));
    }
}

#[test]
fn asking_for_checkpoints_changes_nothing() {
    let scenario = Arc::new(scenario());
    let plain = run_batch(&scenario, &TWO_THREADS, None, &mut |_event| {}).unwrap();
    for every in [1.0, 7.3, 90.0] {
        let plan = BatchPlan { checkpoint_every_secs: Some(every), ..BatchPlan::default() };
        let with = run_batch_as(&scenario, &TWO_THREADS, plan, &mut |_event| {}).unwrap();
        assert_eq!(with.summary.state_hash, plain.summary.state_hash, "every {every} s");
    }
}

#[test]
fn a_run_stopped_early_can_be_gone_on_with() {
    let scenario = Arc::new(scenario());
    let mut last = None;
    // 150 s is an instant of output; 155 s is none, and its own end gives no checkpoint.
    let plan = BatchPlan { until_secs: Some(155.0), checkpoint_every_secs: Some(50.0), ..BatchPlan::default() };
    run_batch_as(&scenario, &TWO_THREADS, plan, &mut |event| {
        if let BatchEvent::Checkpoint(checkpoint) = event {
            last = Some(Checkpoint::clone(&checkpoint));
        }
    })
    .unwrap();
    let from = last.unwrap();
    assert_eq!(from.time_secs(), 150.0);
    let plan = BatchPlan { from: Some(from), ..BatchPlan::default() };
    let rest = run_batch_as(&scenario, &TWO_THREADS, plan, &mut |_event| {}).unwrap();
    let whole = run_batch(&scenario, &TWO_THREADS, None, &mut |_event| {}).unwrap();
    assert_eq!(rest.summary.state_hash, whole.summary.state_hash);
}

#[test]
fn a_state_of_another_grid_is_refused() {
    let small = Arc::new(scenario());
    let state = Solver::new(&small).state();
    let other = crate::engine::scenario("other", 10.0);
    let error = Solver::restore(&other, state.clone()).unwrap_err();
    assert_eq!(error, RestoreError::OtherGrid { found: [80, 70], expected: [6, 4] });
    let from = Some(Checkpoint { state, solve_secs: 0.0, wall_secs: 0.0 });
    let plan = BatchPlan { from, ..BatchPlan::default() };
    let error = run_batch_as(&Arc::new(other), &TWO_THREADS, plan, &mut |_event| {}).unwrap_err();
    assert!(matches!(error, EngineError::Run(_)) && error.to_string().contains("checkpoint"), "{error}");
}

// ---------------------------------------------------------------- files

/// A checkpoint file of the scenario at 100 s, and the bytes of it.
fn written(dir: &Path) -> (std::path::PathBuf, Scenario, Vec<u8>) {
    let scenario = scenario();
    let mut solver = Solver::new(&scenario);
    while solver.step(100.0) > 0.0 {}
    let path = dir.join("x.hck");
    let checkpoint = Checkpoint { state: solver.state(), solve_secs: 1.0, wall_secs: 2.0 };
    write_checkpoint(&path, &scenario, &checkpoint).unwrap();
    let bytes = fs::read(&path).unwrap();
    (path, scenario, bytes)
}

/// The error that other bytes in the place of a checkpoint give.
fn refused(path: &Path, scenario: &Scenario, bytes: &[u8]) -> CheckpointError {
    fs::write(path, bytes).unwrap();
    let error = read_checkpoint(path, scenario).expect_err("it is refused");
    assert!(error.to_string().ends_with("x.hck"), "{error}");
    error
}

/// The bytes with a checksum that fits them.
fn resummed(mut bytes: Vec<u8>) -> Vec<u8> {
    let at = bytes.len() - 8;
    let sum = xxh3_64(&bytes[..at]).to_le_bytes();
    bytes[at..].copy_from_slice(&sum);
    bytes
}

#[test]
fn each_fault_of_a_file_has_its_own_words() {
    let dir = tempfile::tempdir().unwrap();
    let (path, scenario, bytes) = written(dir.path());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing but the checkpoint is left");
    assert_eq!(read_checkpoint(&path, &scenario).unwrap().time_secs(), 100.0);

    let missing = read_checkpoint(&dir.path().join("no.hck"), &scenario).unwrap_err();
    assert!(matches!(missing, CheckpointError::Io { .. }) && missing.to_string().ends_with("no.hck"), "{missing}");
    for other in ["", "HETU", "Scenario(version: 1, name: \"busy\")"] {
        let error = refused(&path, &scenario, other.as_bytes());
        assert!(matches!(error, CheckpointError::NotACheckpoint { .. }), "{error}");
    }
    let error = refused(&path, &scenario, &bytes[..bytes.len() - 1]);
    let (n, expected) = (bytes.len() - 1, bytes.len());
    assert!(error.to_string().contains(&format!("{n} bytes, and there should be {expected}")), "{error}");
    let mut newer = bytes.clone();
    newer[8..12].copy_from_slice(&7_u32.to_le_bytes());
    let error = refused(&path, &scenario, &resummed(newer));
    assert!(matches!(error, CheckpointError::OtherVersion { found: 7, known: CHECKPOINT_VERSION, .. }), "{error}");
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let error = refused(&path, &scenario, &damaged);
    assert!(matches!(error, CheckpointError::Damaged { .. }), "{error}");

    let mut higher = scenario.clone();
    higher.walls[0].crest_m[1] += 0.01;
    let error = refused(&path, &higher, &bytes);
    assert!(matches!(error, CheckpointError::OtherScenario { .. }), "{error}");
    assert!(error.to_string().contains(concat!("hetu ", env!("CARGO_PKG_VERSION"))), "{error}");
}

#[test]
fn an_older_file_stays_until_the_new_one_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (path, scenario, bytes) = written(dir.path());
    let state = Solver::new(&scenario).state();
    let checkpoint = Checkpoint { state, solve_secs: 0.0, wall_secs: 0.0 };
    let nowhere = dir.path().join("no/such/x.hck");
    let error = write_checkpoint(&nowhere, &scenario, &checkpoint).unwrap_err();
    assert!(error.to_string().ends_with("x.hck"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    write_checkpoint(&path, &scenario, &checkpoint).unwrap();
    assert_eq!(read_checkpoint(&path, &scenario).unwrap().time_secs(), 0.0);
}

#[test]
fn tiles_without_water_cost_next_to_nothing() {
    let mut dry = crate::analytic::basin::basin(400, 400, 10.0, |x, _| 0.001 * x);
    dry.name = "dry".into();
    let state = postcard::to_stdvec(&Solver::new(&dry).state()).unwrap();
    assert!(state.len() < 200, "{} bytes for 160 000 dry cells", state.len());
    let dir = tempfile::tempdir().unwrap();
    let (_path, scenario, bytes) = written(dir.path());
    let per_cell = bytes.len() as f64 / scenario.terrain.grid.n_cells() as f64;
    println!("checkpoint of the busy scenario: {per_cell:.1} bytes a cell");
    assert!(per_cell < 61.0, "{per_cell}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Cut anywhere and with bytes changed anywhere: an error, never a panic, never another state.
    #[test]
    fn no_bytes_make_it_panic(
        keep in 0.0_f64..1.2,
        changes in prop::collection::vec((0.0_f64..1.0, 1_u8..=255), 1..6),
        is_resummed in any::<bool>(),
    ) {
        thread_local! {
            static FILE: (tempfile::TempDir, Scenario, Vec<u8>) = {
                let dir = tempfile::tempdir().unwrap();
                let (_path, scenario, bytes) = written(dir.path());
                (dir, scenario, bytes)
            };
        }
        FILE.with(|(dir, scenario, whole)| {
            let n = ((whole.len() as f64 * keep.min(1.0)) as usize).max(1);
            let mut bytes = whole[..n].to_vec();
            for (at, by) in &changes {
                // Half of them in the first bytes, where the lengths are.
                let at = if by % 2 == 0 { at * bytes.len() as f64 } else { at * bytes.len().min(120) as f64 };
                bytes[at as usize] ^= by;
            }
            if is_resummed && bytes.len() > 8 {
                bytes = resummed(bytes);
            }
            let path = dir.path().join("x.hck");
            fs::write(&path, &bytes).unwrap();
            match read_checkpoint(&path, scenario) {
                // A change with a checksum to match may be a state; it must then be one that the solver takes or refuses.
                Ok(checkpoint) => {
                    assert!(is_resummed, "changed bytes were taken");
                    if let Ok(mut solver) = Solver::restore(scenario, checkpoint.state) {
                        solver.step(f64::INFINITY);
                    }
                }
                Err(error) => assert!(error.to_string().ends_with("x.hck"), "{error}"),
            }
        });
    }
}
