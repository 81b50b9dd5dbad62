//! `hetu replay`: computes a recorded run again from its scenario and its orders, and says whether it comes to the same.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::cli::Outcome;
use crate::cli::run::compute_as;
use crate::domain::recording::RunSummary;
use crate::engine::{BatchPlan, EngineSettings};
use crate::io::checkpoint::fingerprint;
use crate::io::orders::{ORDERS_FILE, load_orders};
use crate::io::scenario;
use crate::io::session::{SESSION_FILE, Session};

/// Replays the session at `path`; with a scenario file, only if the session is of just that scenario.
pub(super) fn replay(path: &Path, scenario_file: Option<&Path>, threads: Option<u16>) -> anyhow::Result<Outcome> {
    let file = if path.is_dir() { path.join(SESSION_FILE) } else { path.to_owned() };
    let session = Session::open(&file)?;
    let this_build = format!("hetu {}", env!("CARGO_PKG_VERSION"));
    if session.created_by != this_build {
        bail!(
            "the session was recorded by {}; only that build comes to the same state, and this is {this_build}",
            session.created_by
        );
    }
    if let Some(scenario_file) = scenario_file {
        let [recorded, given] = [fingerprint(&session.scenario)?, fingerprint(&scenario::load(scenario_file)?)?];
        if recorded != given {
            bail!(
                "the session is of a scenario with the fingerprint {recorded:016x}, {} has {given:016x}: \
                 the file or what it names was changed since",
                scenario_file.display()
            );
        }
    }
    let recorded = session.summary.as_ref().context("the session holds no end of a run to compare with")?;
    let orders_file = file.with_file_name(ORDERS_FILE);
    let orders =
        if orders_file.exists() { load_orders(&orders_file, &session.scenario)? } else { session.orders.clone() };
    let n_orders = orders.all().len();
    let settings = EngineSettings { threads: threads.unwrap_or(0).into(), leave_one_core: false };
    let plan = BatchPlan { until_secs: Some(recorded.simulated_secs), orders, ..BatchPlan::default() };
    let result = compute_as(&session.scenario, &settings, plan, &mut |_none_asked| {})?;
    println!("{}  {:.1} h with {n_orders} order(s)", recorded.name, recorded.simulated_secs / 3600.0);
    Ok(judge(recorded, &result.summary))
}

fn judge(recorded: &RunSummary, replayed: &RunSummary) -> Outcome {
    println!("state hash      {:016x} recorded, {:016x} replayed", recorded.state_hash, replayed.state_hash);
    if recorded.state_hash == replayed.state_hash {
        println!("the same to the last bit");
        return Outcome::Done;
    }
    println!("steps           {} recorded, {} replayed", recorded.n_steps, replayed.n_steps);
    println!("stored          {} m3 recorded, {} m3 replayed", recorded.budget.stored, replayed.budget.stored);
    Outcome::CheckFailed
}
