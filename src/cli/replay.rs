//! `hetu replay`: computes a recorded run and its branches again from the scenario and their orders, and says whether each
//! comes to the same.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::cli::Outcome;
use crate::cli::run::compute_as;
use crate::domain::order::Orders;
use crate::domain::recording::RunSummary;
use crate::domain::worlds::BranchId;
use crate::engine::{BatchPlan, EngineSettings};
use crate::io::checkpoint::fingerprint;
use crate::io::orders::{ORDERS_FILE, load_orders};
use crate::io::scenario;
use crate::io::session::{SESSION_FILE, Session};

/// Replays the session at `path`, all of it or one branch; with a scenario file, only if the session is of just that
/// scenario.
pub(super) fn replay(
    path: &Path,
    scenario_file: Option<&Path>,
    branch: Option<&str>,
    threads: Option<u16>,
) -> anyhow::Result<Outcome> {
    let file = if path.is_dir() { path.join(SESSION_FILE) } else { path.to_owned() };
    let session = Session::open(&file)?;
    check_build(&session)?;
    if let Some(scenario_file) = scenario_file {
        check_scenario(&session, scenario_file)?;
    }
    let wanted = wanted(&session, branch)?;
    let settings = EngineSettings { threads: threads.unwrap_or(0).into(), beside_window: false };
    let mut outcome = Outcome::Done;
    for (id, recorded) in wanted {
        let orders = orders(&session, id, &file)?;
        let n_orders = orders.all().len();
        let plan = BatchPlan { until_secs: Some(recorded.simulated_secs), orders, ..BatchPlan::default() };
        let result = compute_as(&session.scenario, &settings, plan, &mut |_none_asked| {})?;
        let name = &session.worlds.branch(id)?.name;
        println!("{name}  {:.1} h with {n_orders} order(s)", recorded.simulated_secs / 3600.0);
        if judge(recorded, &result.summary) == Outcome::CheckFailed {
            outcome = Outcome::CheckFailed;
        }
    }
    Ok(outcome)
}

fn check_build(session: &Session) -> anyhow::Result<()> {
    let this_build = format!("hetu {}", env!("CARGO_PKG_VERSION"));
    if session.created_by != this_build {
        bail!(
            "the session was recorded by {}; only that build comes to the same state, and this is {this_build}",
            session.created_by
        );
    }
    Ok(())
}

fn check_scenario(session: &Session, scenario_file: &Path) -> anyhow::Result<()> {
    let [recorded, given] = [fingerprint(&session.scenario)?, fingerprint(&scenario::load(scenario_file)?)?];
    if recorded != given {
        bail!(
            "the session is of a scenario with the fingerprint {recorded:016x}, {} has {given:016x}: \
             the file or what it names was changed since",
            scenario_file.display()
        );
    }
    Ok(())
}

/// The branches to be replayed: the named one, or all that came to their end. Those that did not are named.
fn wanted<'s>(session: &'s Session, name: Option<&str>) -> anyhow::Result<Vec<(BranchId, &'s RunSummary)>> {
    let living = session.living();
    let name_of = |id: &BranchId| session.worlds.branch(*id).map_or("", |branch| branch.name.as_str());
    let asked: Vec<BranchId> =
        living.iter().copied().filter(|id| name.is_none_or(|name| name_of(id) == name)).collect();
    if asked.is_empty() {
        let names: Vec<&str> = living.iter().map(name_of).collect();
        bail!("--branch is '{}', and the session has {}", name.unwrap_or_default(), names.join(", "));
    }
    let (ended, open): (Vec<BranchId>, Vec<BranchId>) =
        asked.into_iter().partition(|id| session.summaries.contains_key(id));
    for id in &open {
        eprintln!("hetu: note: {} was not computed to its end and is left out", name_of(id));
    }
    let wanted: Vec<_> = ended.into_iter().filter_map(|id| Some((id, session.summaries.get(&id)?))).collect();
    (!wanted.is_empty()).then_some(wanted).context("the session holds no end of a run to compare with")
}

/// The orders of a branch; those of the root may lie beside the session in a file, which then counts.
fn orders(session: &Session, id: BranchId, file: &Path) -> anyhow::Result<Orders> {
    let beside = file.with_file_name(ORDERS_FILE);
    if id == BranchId::ROOT && beside.exists() {
        return Ok(load_orders(&beside, &session.scenario)?);
    }
    Ok(session.orders_of(id))
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
