//! Time of a step of the solver, by order, cover and size: `cargo bench --no-default-features`.
//!
//! `hetu bench` measures the same beside what the machine could do; this is for comparing two builds.

use divan::Bencher;
use divan::counter::ItemsCount;
use hetu::domain::river::channel::{Channel, Downstream, Section, Segment};
use hetu::domain::scenario::Order;
use hetu::domain::swe::Solver;
use hetu::domain::swe::bench::{Cover, scenario};

fn main() {
    divan::main();
}

/// One step some way into the dam break; items are cells that hold water.
fn step(bencher: Bencher<'_, '_>, order: Order, cover: Cover, n: usize) {
    let mut scenario = scenario(cover, n);
    scenario.numerics.order = order;
    let mut solver = Solver::new(&scenario);
    for _ in 0..20 {
        solver.step(f64::INFINITY);
    }
    let before = solver.counters().cell_updates;
    solver.step(f64::INFINITY);
    let n_wet = solver.counters().cell_updates - before;
    bencher.counter(ItemsCount::new(n_wet)).bench_local(|| solver.step(f64::INFINITY));
}

#[divan::bench(args = [256, 1024])]
fn first_order_all_wet(bencher: Bencher<'_, '_>, n: usize) {
    step(bencher, Order::First, Cover::AllWet, n);
}

#[divan::bench(args = [256, 1024])]
fn second_order_all_wet(bencher: Bencher<'_, '_>, n: usize) {
    step(bencher, Order::Second, Cover::AllWet, n);
}

#[divan::bench(args = [1024])]
fn first_order_mostly_dry(bencher: Bencher<'_, '_>, n: usize) {
    step(bencher, Order::First, Cover::MostlyDry, n);
}

#[divan::bench(args = [1024])]
fn second_order_mostly_dry(bencher: Bencher<'_, '_>, n: usize) {
    step(bencher, Order::Second, Cover::MostlyDry, n);
}

/// One step of a channel of `n` segments in flood over its banks; items are segments.
#[divan::bench(args = [2000])]
fn channel(bencher: Bencher<'_, '_>, n: usize) {
    let section = |i: usize| Section::trapezoid(800.0 + 0.1 * i as f64, 2.5, 0.6, 900.0 + 0.1 * i as f64);
    let segments = (0..n).map(|i| Segment {
        length_m: 400.0,
        bed_m: 0.08 * (n - i) as f64,
        section: section(i).expect("the figures are in range"),
        manning: 0.012,
    });
    let segments: Vec<Segment> = segments.collect();
    let mut channel = Channel::new(segments, Downstream::NormalDepth(2e-4)).expect("the figures are in range");
    channel.start_steady(3700.0);
    let lateral = vec![0.5; n];
    let dt = channel.longest_step_secs(0.8);
    bencher.counter(ItemsCount::new(n)).bench_local(|| channel.step(dt, 3700.0, &lateral));
}
