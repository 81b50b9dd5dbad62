//! Time of routing ten days of a flood down the whole river: `cargo bench --no-default-features --bench routing`.

use divan::Bencher;
use divan::counter::ItemsCount;
use hetu::domain::river::routing::{Reach1d, Roughness};
use hetu::io::river;

fn main() {
    divan::main();
}

/// Xiaolangdi, Yiluo and Qin to Lijin, hourly, on one thread; items are floods.
#[divan::bench(args = [3000.0, 7000.0])]
fn ten_days_to_lijin(bencher: Bencher<'_, '_>, rise_m3s: f64) {
    let tables = river::tables().expect("the embedded tables are sound");
    let reach = Reach1d::new(&tables, 2021, 0.0, 753.1, &Roughness::default()).expect("a reach of the tables");
    let bell = |base: f64, rise: f64| -> Vec<f64> {
        let hours = (0..=240).map(f64::from);
        hours.map(|hour| base + rise * (-((hour - 48.0) / 20.0).powi(2)).exp()).collect()
    };
    let (head, yiluo, qin) = (bell(800.0, rise_m3s), bell(50.0, 600.0), bell(20.0, 300.0));
    let inflows: [(f64, &[f64]); 3] = [(0.0, &head), (88.0, &yiluo), (113.0, &qin)];
    bencher.counter(ItemsCount::new(1_usize)).bench(|| reach.route(&inflows, 3600.0));
}

/// Making the reach of an epoch from the tables.
#[divan::bench]
fn make_the_reach(bencher: Bencher<'_, '_>) {
    let tables = river::tables().expect("the embedded tables are sound");
    bencher.bench(|| Reach1d::new(&tables, 2021, 0.0, 753.1, &Roughness::default()));
}
