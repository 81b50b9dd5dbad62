//! `hetu bench --forks SCENARIO --orders FILE`: how long it takes from an order in the past to a branch that is ready to be
//! computed, on a run in progress and on a session that was opened again.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::Serialize;

use crate::cli::Outcome;
use crate::domain::order::Order;
use crate::domain::worlds::BranchId;
use crate::engine::{Command, Engine, EngineSettings, Event, solver_model};
use crate::io::orders::load_orders;
use crate::io::scenario;
use crate::io::session::{Session, SessionCache};

/// Forks of each kind.
const N_FORKS: u32 = 9;

/// Longest wait for the worker.
const PATIENCE: Duration = Duration::from_hours(1);

#[derive(Debug, Serialize)]
struct Report {
    scenario: String,
    cells: usize,
    computed_until_secs: f64,
    threads: usize,
    /// From states that the run keeps in memory.
    running: Times,
    /// From the checkpoints of the session, after it was opened again.
    reopened: Times,
    /// Opening the session and taking it up.
    open_ms: f64,
}

#[derive(Debug, Serialize)]
struct Times {
    forks: usize,
    median_ms: f64,
    max_ms: f64,
}

/// Measures and prints.
pub(super) fn bench_forks(
    scenario_file: &Path,
    orders_file: &Path,
    until_secs: f64,
    threads: Option<u16>,
    json: bool,
) -> anyhow::Result<Outcome> {
    let scenario = Arc::new(scenario::load(scenario_file)?);
    let orders = load_orders(orders_file, &scenario)?;
    let order = orders.all().first().context("there is no order in the file")?.clone();
    let folder = tempfile::tempdir()?;
    let cache = SessionCache::in_folder(folder.path());
    let settings = EngineSettings { threads: threads.unwrap_or(0).into(), beside_window: false };

    let engine = Engine::start_saving(&settings, Arc::new(solver_model), None, Some(cache.clone()))?;
    engine.load(Arc::clone(&scenario))?;
    engine.send(Command::RunTo(until_secs))?;
    let computed_until_secs = wait(&engine, |event| match event {
        Event::Progress(p) if !p.is_running && p.time_secs + 1e-6 >= until_secs.min(p.end_secs) => Some(p.time_secs),
        _ => None,
    })?;
    let running = forks(&engine, &order, computed_until_secs)?;
    drop(engine);

    let saved = cache.list().into_iter().next().context("the run was not saved")?;
    let started = now();
    let engine = Engine::start_saving(&settings, Arc::new(solver_model), None, None)?;
    engine.resume(Arc::new(Session::open(&saved.path)?))?;
    wait(&engine, |event| matches!(event, Event::Activated { .. }).then_some(()))?;
    let open_ms = started.elapsed().as_secs_f64() * 1e3;
    let reopened = forks(&engine, &order, computed_until_secs)?;
    drop(engine);

    let (name, cells) = (scenario.name.clone(), scenario.terrain.grid.n_cells());
    let threads = settings.n_threads();
    let report = Report { scenario: name, cells, computed_until_secs, threads, running, reopened, open_ms };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text(&report));
    }
    Ok(Outcome::Done)
}

/// Gives the order on the root at times spread over what is computed, each of which makes a branch, and gives that up.
fn forks(engine: &Engine, order: &Order, until_secs: f64) -> anyhow::Result<Times> {
    let mut times_ms = Vec::new();
    for k in 1..=N_FORKS {
        activate_root(engine)?;
        let share = f64::from(k) / f64::from(N_FORKS + 1);
        let order = Order { at_secs: (until_secs * share).round(), ..order.clone() };
        let started = now();
        engine.send(Command::Give(Box::new(order)))?;
        let branch = wait(engine, |event| match event {
            Event::Activated { branch, .. } if branch != BranchId::ROOT => Some(branch),
            _ => None,
        })?;
        times_ms.push(started.elapsed().as_secs_f64() * 1e3);
        engine.send(Command::Pause)?;
        engine.send(Command::Prune(branch))?;
    }
    times_ms.sort_by(f64::total_cmp);
    let (median_ms, max_ms) = (times_ms[times_ms.len() / 2], times_ms[times_ms.len() - 1]);
    Ok(Times { forks: times_ms.len(), median_ms, max_ms })
}

/// Waits until the root is the active branch and nothing else is left to do.
fn activate_root(engine: &Engine) -> anyhow::Result<()> {
    engine.send(Command::Pause)?;
    engine.send(Command::Activate(BranchId::ROOT))?;
    wait(engine, |event| match event {
        Event::Worlds(worlds) if worlds.active() == BranchId::ROOT => Some(()),
        _ => None,
    })
}

fn wait<T>(engine: &Engine, is_it: impl Fn(Event) -> Option<T>) -> anyhow::Result<T> {
    loop {
        let event = engine.events().recv_timeout(PATIENCE).context("the worker does not answer")?;
        match event {
            Event::Failed { message } | Event::Unrecorded { message } => bail!("{message}"),
            Event::Refused(refusal) => bail!("{}", refusal.text().en),
            event => {
                if let Some(found) = is_it(event) {
                    return Ok(found);
                }
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
fn now() -> Instant {
    Instant::now()
}

fn text(report: &Report) -> String {
    let Report { scenario, cells, computed_until_secs, threads, running, reopened, open_ms } = report;
    let line = |what: &str, times: &Times| {
        let Times { forks, median_ms, max_ms } = times;
        format!("{what:<18} {forks} forks, median {median_ms:.0} ms, longest {max_ms:.0} ms\n")
    };
    format!("{scenario}  {cells} cells, computed up to T+{:.1} h, {threads} thread(s)\n", computed_until_secs / 3600.0)
        + &line("run in progress", running)
        + &line("session reopened", reopened)
        + &format!("opened and taken up in {open_ms:.0} ms\n")
}
