//! `hetu bench`: the solver's speed on this machine, beside the memory bandwidth measured in the same run.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use crate::cli::Outcome;
use crate::domain::scenario::Order;
use crate::domain::swe::bench::{Cover, bench_circular, flops_per_sec, instruction_set};

/// Sides of the square test case when none is asked for.
const SIDES: [usize; 4] = [256, 512, 1024, 2048];

/// Cell updates to spend on one measurement: half a second on one thread.
const UPDATES: usize = 40_000_000;

/// Measurements of which the median is told.
const ROUNDS: usize = 5;

/// Doubles in one array of the triad: three of them are far larger than any cache.
const TRIAD_LEN: usize = 16_000_000;

/// Additions and multiplications of an update, counted in the source; roots, divisions and comparisons come on top.
const FLOPS: [f64; 2] = [180.0, 340.0];

#[derive(Debug, Serialize)]
struct Row {
    case: &'static str,
    order: u8,
    cells: usize,
    threads: usize,
    cell_updates: u64,
    solve_secs: f64,
    m_updates_per_sec: f64,
    /// Share of the additions and multiplications that this many threads could do.
    flop_share_frac: f64,
    bytes_per_cell: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    version: &'static str,
    instruction_set: String,
    triad_gb_per_sec: f64,
    triad_threads: usize,
    gflops_per_sec_and_thread: f64,
    rows: Vec<Row>,
}

/// Measures and prints.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this command is for")]
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
    let origin = Instant::now();
    let gflops = flops_per_sec(|| origin.elapsed().as_secs_f64()) / 1e9;
    let mut rows = Vec::new();
    for cover in [Cover::AllWet, Cover::MostlyDry] {
        for &side in &sides {
            for &n_threads in &thread_counts {
                for order in [Order::First, Order::Second] {
                    let pool = pool(n_threads)?;
                    let mut rounds: Vec<Row> =
                        (0..ROUNDS).map(|_| pool.install(|| measure(order, cover, side, n_threads, gflops))).collect();
                    rounds.sort_by(|a, b| a.m_updates_per_sec.total_cmp(&b.m_updates_per_sec));
                    rows.push(rounds.swap_remove(ROUNDS / 2));
                }
            }
        }
    }
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        instruction_set: instruction_set(),
        triad_gb_per_sec,
        triad_threads,
        gflops_per_sec_and_thread: gflops,
        rows,
    };
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
fn measure(order: Order, cover: Cover, side: usize, threads: usize, gflops: f64) -> Row {
    let origin = Instant::now();
    let result = bench_circular(order, cover, side, UPDATES, || origin.elapsed().as_secs_f64());
    let is_first = order == Order::First;
    let m_updates_per_sec = result.cell_updates as f64 / result.solve_secs.max(1e-9) / 1e6;
    let flops = FLOPS[usize::from(!is_first)];
    Row {
        case: match cover {
            Cover::AllWet => "all wet",
            Cover::MostlyDry => "1.6 % wet",
        },
        order: if is_first { 1 } else { 2 },
        cells: side,
        threads,
        cell_updates: result.cell_updates,
        solve_secs: result.solve_secs,
        m_updates_per_sec,
        flop_share_frac: m_updates_per_sec * flops / (gflops * 1e3 * threads as f64),
        bytes_per_cell: result.n_bytes as f64 / (side * side) as f64,
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
    println!("hetu {}, circular dam break, medians of {ROUNDS}", report.version);
    println!("memory bandwidth (triad) {:.1} GB/s on {} thread(s)", report.triad_gb_per_sec, report.triad_threads);
    println!(
        "multiply and add {:.0} Gflop/s a thread in single precision, instruction set {}",
        report.gflops_per_sec_and_thread, report.instruction_set
    );
    println!(
        "{:<10} {:>5} {:>12} {:>8} {:>9} {:>14} {:>11} {:>13}",
        "case", "order", "cells", "threads", "secs", "M updates/s", "flop share", "bytes a cell"
    );
    for row in &report.rows {
        let cells = format!("{0}x{0}", row.cells);
        println!(
            "{:<10} {:>5} {:>12} {:>8} {:>9.3} {:>14.1} {:>9.1} % {:>13.1}",
            row.case,
            row.order,
            cells,
            row.threads,
            row.solve_secs,
            row.m_updates_per_sec,
            100.0 * row.flop_share_frac,
            row.bytes_per_cell
        );
    }
}
