//! Time of routing ten days of a flood down the whole river: `cargo bench --no-default-features --bench routing`.

use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use hetu::domain::geo::corridor::DikeSource;
use hetu::domain::river::routing::{PIECE_KM, Reach1d, Roughness};
use hetu::io::{river, scenario};

fn main() {
    divan::main();
}

fn reach(dikes: DikeSource) -> Reach1d {
    let tables = river::tables().expect("the embedded tables are sound");
    let roughness = Roughness::default();
    let reach = Reach1d::beside_dikes(&tables, 2021, [0.0, 753.1], &roughness, PIECE_KM, dikes);
    reach.expect("a reach of the tables")
}

/// Xiaolangdi, Yiluo and Qin to Lijin, hourly, on one thread; items are floods.
fn ten_days(bencher: Bencher<'_, '_>, reach: &Reach1d, rise_m3s: f64) {
    let bell = |base: f64, rise: f64| -> Vec<f64> {
        let hours = (0..=240).map(f64::from);
        hours.map(|hour| base + rise * (-((hour - 48.0) / 20.0).powi(2)).exp()).collect()
    };
    let (head, yiluo, qin) = (bell(800.0, rise_m3s), bell(50.0, 600.0), bell(20.0, 300.0));
    let inflows: [(f64, &[f64]); 3] = [(0.0, &head), (88.0, &yiluo), (113.0, &qin)];
    bencher.counter(ItemsCount::new(1_usize)).bench(|| reach.route(&inflows, 3600.0));
}

#[divan::bench(args = [3000.0, 7000.0])]
fn ten_days_to_lijin(bencher: Bencher<'_, '_>, rise_m3s: f64) {
    ten_days(bencher, &reach(DikeSource::None), rise_m3s);
}

/// With production dikes, which the larger of the floods opens.
#[divan::bench(args = [3000.0, 7000.0])]
fn ten_days_beside_dikes(bencher: Bencher<'_, '_>, rise_m3s: f64) {
    ten_days(bencher, &reach(DikeSource::Published), rise_m3s);
}

/// With Dongping Lake and Beijindi keeping Aishan within 10,000 m³/s, which the largest of the floods exceeds.
#[divan::bench(args = [3000.0, 7000.0, 25_000.0])]
fn ten_days_beside_basins(bencher: Bencher<'_, '_>, rise_m3s: f64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/huayuankou-super-flood.ron");
    let basins = scenario::load(&path).expect("the scenario is sound").basins;
    let reach = reach(DikeSource::None).with_basins(&basins).expect("all gates stand within the reach");
    ten_days(bencher, &reach, rise_m3s);
}

/// Making the reach of an epoch from the tables.
#[divan::bench]
fn make_the_reach(bencher: Bencher<'_, '_>) {
    let tables = river::tables().expect("the embedded tables are sound");
    bencher.bench(|| Reach1d::new(&tables, 2021, 0.0, 753.1, &Roughness::default()));
}
