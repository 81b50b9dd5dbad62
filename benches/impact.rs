//! What an update of all losses costs on the river of 200 m cells: `cargo bench --no-default-features --bench impact`.
//!
//! The worst case: every floodplain cell under water, every road closed anew, every village ordered to leave.

#![expect(clippy::print_stdout, reason = "this prints what it measures")]

use std::path::Path;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use hetu::domain::impact::{CellHazard, Tally};
use hetu::domain::order::{Deed, Given, Order};
use hetu::domain::scenario::Scenario;
use hetu::domain::swe::Solver;
use hetu::io::scenario::load;

fn main() {
    divan::main();
}

static SCENARIO: LazyLock<Scenario> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/constant-8000.ron");
    load(&path).expect("the shipped scenario is sound")
});

/// Reads what the solver keeps of the exposed cells.
#[divan::bench]
fn hazards(bencher: Bencher<'_, '_>) {
    let solver = Solver::new(&SCENARIO);
    let tally = Tally::new(&SCENARIO).expect("the shipped scenario has villages");
    println!("{} exposed cells", tally.cells().len());
    bencher.bench_local(|| black_box(solver.hazards(tally.cells())));
}

/// Losses of all units, villages, roads and people who leave, from that.
#[divan::bench]
fn update(bencher: Bencher<'_, '_>) {
    let mut tally = Tally::new(&SCENARIO).expect("the shipped scenario has villages");
    let wet = |depth_m: f64| CellHazard {
        duration_secs: 3.0 * 86_400.0,
        arrival_secs: 3600.0,
        max_speed_mps: 0.5,
        max_dv_m2s: 0.5,
        ..CellHazard::of_depth(depth_m)
    };
    let n = tally.cells().len();
    let floods = [vec![wet(0.4); n], vec![wet(2.0); n]];
    let river = SCENARIO.river.as_ref().expect("a corridor has a river");
    let orders: Vec<Order> = (1..)
        .zip(&river.units)
        .map(|(id, unit)| Order {
            id,
            at_secs: 0.0,
            given: Given::default(),
            author: String::new(),
            reason: String::new(),
            deed: Deed::Move { who: unit.id.clone(), to: "shelter".into() },
        })
        .collect();
    let mut hour = 0.0;
    bencher.bench_local(|| {
        hour += 1.0;
        let flood = &floods[usize::from(hour % 2.0 > 0.5)];
        black_box(tally.take(&SCENARIO, hour * 3600.0, flood, &orders))
    });
}

/// What is worked out once when a run is laid out.
#[divan::bench]
fn set_up(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| black_box(Tally::new(&SCENARIO)));
}
