//! `hetu verify`: the verification table, its pictures, and whether every bar is kept.

use std::path::Path;
use std::time::Instant;

use crate::briefing::ProfilePlot;
use crate::cli::Outcome;
use crate::cli::args::VerifyArgs;
use crate::domain::scenario::Order;
use crate::io::folder;
use crate::io::verification_data::{read_raster, read_table};
use crate::verification::merewether::{Mark, MerewetherData, merewether};
use crate::verification::monai::{MonaiData, monai};
use crate::verification::table::{self, Entry};
use crate::verification::{self, Cost, Examined, Finding, Profile, place_of};

/// A case that is to be run, with or without data.
struct Job {
    name: &'static str,
    title: &'static str,
    run: Box<dyn Fn(Order) -> Examined>,
}

/// Runs the cases, prints the table and writes the folder.
pub(super) fn verify(options: &VerifyArgs) -> anyhow::Result<Outcome> {
    let jobs = jobs(options)?;
    if jobs.is_empty() {
        let known: Vec<&str> = verification::cases().iter().map(|case| case.name).collect();
        anyhow::bail!("no case of that name; known: {}, monai, merewether (with --data)", known.join(", "));
    }
    let orders = options.order.map_or_else(|| vec![Order::First, Order::Second], |order| vec![order.into()]);
    let entries: Vec<Entry> = jobs.iter().map(|job| entry(job, &orders)).collect();
    let faults: Vec<String> = entries.iter().flat_map(Entry::faults).collect();
    if let Some(out) = &options.out {
        let mut files = vec![
            ("verification.md".to_owned(), table::markdown(&entries).into_bytes()),
            ("verification.csv".to_owned(), table::csv(&entries).into_bytes()),
        ];
        files.extend(entries.iter().filter_map(picture));
        folder::write_all(out, &files)?;
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&json(&entries, &faults))?);
    } else {
        print!("{}", table::markdown(&entries));
        for fault in &faults {
            println!("missed: {fault}");
        }
    }
    Ok(if faults.is_empty() { Outcome::Done } else { Outcome::CheckFailed })
}

fn jobs(options: &VerifyArgs) -> anyhow::Result<Vec<Job>> {
    let is_wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|only| name.starts_with(only.as_str()));
    let refine = !options.no_refine;
    let mut jobs = Vec::new();
    for case in verification::cases().into_iter().filter(|case| is_wanted(case.name)) {
        if case.cost == Cost::Slow && !options.slow && !options.only.iter().any(|only| only == case.name) {
            continue;
        }
        jobs.push(Job { name: case.name, title: case.title, run: Box::new(move |order| case.examine(order, refine)) });
    }
    let Some(data) = &options.data else { return Ok(jobs) };
    if is_wanted("monai") {
        let data = read_monai(&data.join("monai"))?;
        let run = Box::new(move |order| alone(monai(&data, order)));
        jobs.push(Job { name: "monai", title: "Tsunami in the model of Monai valley (laboratory)", run });
    }
    if is_wanted("merewether") {
        let data = read_merewether(&data.join("merewether"))?;
        let run = Box::new(move |order| alone(merewether(&data, order)));
        jobs.push(Job { name: "merewether", title: "Flood in the streets of Merewether (surveyed marks)", run });
    }
    Ok(jobs)
}

/// A finding on one grid.
fn alone(finding: Finding) -> Examined {
    Examined { orders: vec![None; finding.measures.len()], worst: finding.soundness, finding }
}

#[expect(clippy::disallowed_methods, reason = "how long a case takes is for the reader, not for the model")]
fn entry(job: &Job, orders: &[Order]) -> Entry {
    let mut examined = [None, None];
    for order in orders {
        let origin = Instant::now();
        examined[place_of(*order)] = Some((job.run)(*order));
        eprintln!("{} ({order:?}): {:.1} s", job.name, origin.elapsed().as_secs_f64());
    }
    Entry { name: job.name.into(), title: job.title.into(), examined }
}

/// The picture of the highest order that was run, with its file name.
fn picture(entry: &Entry) -> Option<(String, Vec<u8>)> {
    let (order, examined) = [(Order::Second, &entry.examined[1]), (Order::First, &entry.examined[0])]
        .into_iter()
        .find_map(|(order, examined)| examined.as_ref().map(|examined| (order, examined)))?;
    let Finding { grid, measures, profile, .. } = &examined.finding;
    let Profile { measure, x_label, y_label, reference, x, computed, exact, bed } = profile.as_ref()?;
    let main = measures.get(*measure)?;
    let order = if order == Order::First { "first order" } else { "second order" };
    let caption = format!("{order}, {grid}, {} {}", main.what, table::figure(main.value, main.unit));
    let plot = ProfilePlot {
        title: &entry.title,
        caption: &caption,
        x_label,
        y_label,
        reference,
        x,
        computed,
        exact,
        bed: bed.as_deref(),
    };
    Some((format!("{}.png", entry.name), plot.png()?))
}

fn json(entries: &[Entry], faults: &[String]) -> serde_json::Value {
    let rows: Vec<serde_json::Value> = entries
        .iter()
        .flat_map(|entry| [Order::First, Order::Second].map(|order| (entry, order)))
        .filter_map(|(entry, order)| entry.examined[place_of(order)].as_ref().map(|e| (entry, order, e)))
        .flat_map(|(entry, order, examined)| {
            examined.finding.measures.iter().zip(&examined.orders).map(move |(measure, orders)| {
                serde_json::json!({
                    "case": entry.name,
                    "grid": examined.finding.grid,
                    "order": place_of(order) + 1,
                    "measure": measure.what,
                    "value": measure.value,
                    "peers": measure.peers[place_of(order)],
                    "bar": measure.bars[place_of(order)],
                    "holds": measure.holds(order),
                    "order_under_halving": orders,
                    "volume_residual_frac": examined.worst.residual_frac,
                    "contained_cells": examined.worst.n_contained,
                    "n_steps": examined.finding.soundness.n_steps,
                })
            })
        })
        .collect();
    serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "rows": rows, "missed": faults })
}

fn read_monai(dir: &Path) -> anyhow::Result<MonaiData> {
    let gauges = read_table::<4>(dir, "gauges.csv")?;
    let at = |k: usize| gauges.iter().map(|row| [row[0], row[k]]).collect();
    Ok(MonaiData {
        bathymetry: read_raster(dir, "bathymetry.asc")?,
        wave: read_table::<2>(dir, "incoming_wave.csv")?,
        gauges: [at(1), at(2), at(3)],
    })
}

fn read_merewether(dir: &Path) -> anyhow::Result<MerewetherData> {
    let corners = read_table::<3>(dir, "houses.csv")?;
    let houses = corners.chunk_by(|a, b| a[0].to_bits() == b[0].to_bits());
    let marks = read_table::<5>(dir, "stage.csv")?;
    Ok(MerewetherData {
        ground: read_raster(dir, "dem.asc")?,
        houses: houses.map(|house| house.iter().map(|row| [row[1], row[2]]).collect()).collect(),
        road: read_table::<2>(dir, "road.csv")?,
        marks: marks.iter().map(|m| Mark { at: [m[1], m[2]], observed_m: m[3], peer_m: m[4] }).collect(),
    })
}
