//! A reach of the river with its channel as a line, on cells as wide as the channel: where it holds and where it floods.

use std::fs;

use hetu::domain::river::LandClass;
use hetu::domain::swe::Solver;
use hetu::io::scenario::load;

use crate::analytic::basin::State;

/// Floodplain deeper than 0.15 m after two days of a discharge around Gaocun on the bed of 1996, km².
fn flooded_km2(discharge_m3s: f64, dikes: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "(version: 1, name: \"gaocun\", title: (zh: \"高村\", en: \"Gaocun\"), mode: Drill,
        start: \"1996-08-01T08:00:00+08:00\", duration_secs: 172800.0,
        domain: Corridor((from_km: 275.0, to_km: 325.0, cell_m: 500.0, epoch: 1996, channel: Line{dikes})),
        initial: NormalDepth(discharge_m3s: 2000.0),
        boundaries: [
            (name: \"above\", edge: Upstream, kind: Discharge(Series([(0.0, 2000.0), (36000.0, {discharge_m3s:?})]))),
            (name: \"below\", edge: Downstream, kind: NormalDepth(slope: 0.000126)),
        ],
        output: (frame_every_secs: 3600.0, gauge_every_secs: 600.0))"
    );
    let path = folder.path().join("gaocun.ron");
    fs::write(&path, text).unwrap();
    let scenario = load(&path).unwrap();
    let mut solver = Solver::new(&scenario);
    while solver.step(172_800.0) > 0.0 {}
    assert!(solver.budget().residual_frac().abs() < 1e-12);
    let class = &scenario.river.as_ref().unwrap().class_of_cell;
    let depth = State::of(&solver, &scenario).depth;
    let n = (0..depth.len()).filter(|cell| class[*cell] == LandClass::Floodplain && depth[*cell] >= 0.15).count();
    n as f64 * scenario.terrain.grid.cell_area_m2() / 1e6
}

/// Published bankfull at Gaocun in 1996 is 3000 m³/s. The channel dug into cells of 200 m overflowed from 2200 on.
#[test]
fn the_river_floods_above_its_published_bankfull_discharge_and_not_below() {
    let [below, above] = [0.9 * 3000.0, 1.25 * 3000.0].map(|q| flooded_km2(q, ""));
    println!("Gaocun 1996: {below:.1} km2 of floodplain at 0.9 of bankfull, {above:.1} km2 at 1.25");
    assert!(below < 1.0 && above > 30.0, "{below} {above}");
}

/// The dikes of the table fail a thousand above bankfull.
#[test]
fn behind_production_dikes_the_floodplain_stays_dry_until_they_fail() {
    let [below, above] = [1.25 * 3000.0, 1.7 * 3000.0].map(|q| flooded_km2(q, ", production_dikes: Published"));
    println!("Gaocun 1996, dikes: {below:.1} km2 of floodplain at 1.25 of bankfull, {above:.1} km2 at 1.7");
    assert!(below < 1.0 && above > 10.0, "{below} {above}");
}
