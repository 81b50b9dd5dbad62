//! `hetu bench`: the solver's speed on this machine, beside the memory bandwidth measured in the same run.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use crate::cli::Outcome;
use crate::domain::scenario::Order;
use crate::domain::swe::bench::bench_circular;

/// Sides of the square test case when none is asked for.
const SIDES: [usize; 3] = [256, 512, 1024];

/// Cell updates to spend on one measurement: a few seconds on one thread.
const UPDATES: usize = 40_000_000;

/// Doubles in one array of the triad: three of them are far larger than any cache.
const TRIAD_LEN: usize = 16_000_000;

#[derive(Debug, Serialize)]
struct Row {
    case: &'static str,
    order: u8,
    cells: usize,
    threads: usize,
    cell_updates: u64,
    solve_secs: f64,
    m_updates_per_sec: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    version: &'static str,
    triad_gb_per_sec: f64,
    triad_threads: usize,
    rows: Vec<Row>,
}

/// Measures and prints.
pub(super) fn bench(cells: Option<u32>, threads: Option<u16>, json: bool) -> anyhow::Result<Outcome> {
    let n_all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let thread_counts = match threads {
        Some(n) => vec![usize::from(n)],
        None if n_all == 1 => vec![1],
        None => vec![1, n_all],
    };
    let sides = cells.map_or_else(|| SIDES.to_vec(), |n| vec![n as usize]);
    let triad_threads = *thread_counts.last().unwrap_or(&1);
    let triad_gb_per_sec = pool(triad_threads)?.install(triad_gb_per_sec);
    let mut rows = Vec::new();
    for &side in &sides {
        for &n_threads in &thread_counts {
            for order in [Order::First, Order::Second] {
                rows.push(pool(n_threads)?.install(|| measure(order, side, n_threads)));
            }
        }
    }
    let report = Report { version: env!("CARGO_PKG_VERSION"), triad_gb_per_sec, triad_threads, rows };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print_table(&report);
    }
    Ok(Outcome::Done)
}

fn pool(n_threads: usize) -> anyhow::Result<rayon::ThreadPool> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(n_threads).build()?)
}

#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
fn measure(order: Order, side: usize, threads: usize) -> Row {
    let origin = Instant::now();
    let steps = (UPDATES / (side * side)).max(3);
    let result = bench_circular(order, side, steps, || origin.elapsed().as_secs_f64());
    Row {
        case: "circular dam break, all wet",
        order: if order == Order::First { 1 } else { 2 },
        cells: side,
        threads,
        cell_updates: result.cell_updates,
        solve_secs: result.solve_secs,
        m_updates_per_sec: result.cell_updates as f64 / result.solve_secs.max(1e-9) / 1e6,
    }
}

/// Memory bandwidth by the STREAM triad a = b + s c (`McCalpin` 1995), best of five, GB/s; 24 bytes an element.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
fn triad_gb_per_sec() -> f64 {
    let b = vec![1.0_f64; TRIAD_LEN];
    let c = vec![2.0_f64; TRIAD_LEN];
    let mut a = vec![0.0_f64; TRIAD_LEN];
    let best_secs = (0..5)
        .map(|round| {
            let factor = f64::from(round) + 0.5;
            let start = Instant::now();
            a.par_chunks_mut(65_536).zip(b.par_chunks(65_536)).zip(c.par_chunks(65_536)).for_each(|((a, b), c)| {
                for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
                    *a = b + factor * c;
                }
            });
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    // The sum is looked at so that the loop cannot be left out.
    let bytes = if a[0].is_finite() { 24.0 * TRIAD_LEN as f64 } else { 0.0 };
    bytes / best_secs / 1e9
}

fn print_table(report: &Report) {
    println!("hetu {}", report.version);
    println!("memory bandwidth (triad) {:.1} GB/s on {} thread(s)", report.triad_gb_per_sec, report.triad_threads);
    println!("{:<28} {:>5} {:>12} {:>8} {:>12} {:>14}", "case", "order", "cells", "threads", "secs", "M updates/s");
    for row in &report.rows {
        let cells = format!("{0}x{0}", row.cells);
        println!(
            "{:<28} {:>5} {:>12} {:>8} {:>12.3} {:>14.2}",
            row.case, row.order, cells, row.threads, row.solve_secs, row.m_updates_per_sec
        );
    }
}
