//! Sections and profiles from a frame.

use hetu::domain::frame::{Frame, Readings};
use hetu::domain::geo::Grid;
use hetu::domain::scenario::{Scenario, Terrain, Wall};
use hetu::domain::transect::{Transect, across, long_profile};

/// 20 by 10 cells of 100 m at 10 m, 2 m of water that flows east at 1.5 m/s in the southern half.
fn half_flooded() -> (Scenario, Frame) {
    let grid = Grid { n_cols: 20, n_rows: 10, cell_m: 100.0, west_m: 0.0, north_m: 1000.0 };
    let mut scenario = crate::engine::scenario("transect", 1.0);
    scenario.terrain = Terrain { grid, epsg: None, bed_m: vec![10.0; 200], manning: vec![0.03; 200] };
    scenario.walls = vec![Wall::new("levee", vec![[0.0, 500.0], [2000.0, 500.0]], vec![14.0, 13.0])];
    let wet = |i: usize| i >= 100;
    let depth_mm = (0..200).map(|i| if wet(i) { 2000 } else { 0 }).collect();
    let u_mmps = (0..200).map(|i| if wet(i) { 1500 } else { 0 }).collect();
    (scenario, Frame { time_secs: 0.0, depth_mm, u_mmps, v_mmps: vec![0; 200], readings: Readings::default() })
}

#[test]
fn a_section_has_the_discharge_of_what_flows_through_it_and_the_crest_it_crosses() {
    let (scenario, frame) = half_flooded();
    // From north to south: its left hand is in the east, so water to the east goes from right to left.
    let section = Transect::of(&scenario, &frame, &[[1000.0, 1000.0], [1000.0, 0.0]]);
    assert!((section.discharge_m3s + 500.0 * 2.0 * 1.5).abs() < 1e-6, "{}", section.discharge_m3s);
    let back = Transect::of(&scenario, &frame, &[[1000.0, 0.0], [1000.0, 1000.0]]);
    assert!((back.discharge_m3s - 1500.0).abs() < 1e-6);
    let [crossing] = section.crossings.as_slice() else { panic!("{:?}", section.crossings) };
    assert!((crossing.along_m - 500.0).abs() < 1e-6 && (crossing.crest_m - 13.5).abs() < 1e-9);
    let wet = section.places.iter().filter(|place| place.stage_m == Some(12.0)).count();
    assert_eq!((section.places.len(), wet), (40, 20));
}

#[test]
fn a_line_aslant_carries_the_same_discharge() {
    let (scenario, frame) = half_flooded();
    let section = Transect::of(&scenario, &frame, &[[600.0, 0.0], [1400.0, 1000.0]]);
    assert!((section.discharge_m3s / 1500.0 - 1.0).abs() < 0.02, "{}", section.discharge_m3s);
    assert_eq!(Transect::of(&scenario, &frame, &[[9e9, 0.0], [9e9, 1.0]]).places, []);
    assert_eq!(Transect::of(&scenario, &frame, &[[1.0, 1.0]]), Transect::default());
}

#[test]
fn the_profile_of_a_river_lies_between_its_bed_and_its_levees() {
    let scenario = river();
    let grid = scenario.terrain.grid;
    let depth_mm = vec![3000; grid.n_cells()];
    let zero = vec![0; grid.n_cells()];
    let frame = Frame { time_secs: 0.0, depth_mm, u_mmps: zero.clone(), v_mmps: zero, readings: Readings::default() };
    let profile = long_profile(&scenario, &frame);
    assert!(profile.len() > 20 && profile.windows(2).all(|pair| pair[0].km < pair[1].km));
    for place in &profile {
        let stage_m = place.stage_m.unwrap();
        assert!((stage_m - place.bed_m - 3.0).abs() < 1e-9);
        assert!(place.crests_m.iter().all(|crest_m| crest_m.unwrap() > stage_m), "{place:?}");
    }
    assert!(profile[0].bed_m > profile[profile.len() - 1].bed_m + 10.0, "the river falls");
}

#[test]
fn a_section_goes_from_beyond_the_left_levee_to_beyond_the_right_one() {
    let scenario = river();
    let reach = scenario.river.as_ref().unwrap();
    let at = reach.stations[1].at;
    let line = across(reach, at).unwrap();
    let zero = vec![0; scenario.terrain.grid.n_cells()];
    let (u_mmps, v_mmps) = (vec![0; zero.len()], vec![0; zero.len()]);
    let frame = Frame { time_secs: 0.0, depth_mm: zero, u_mmps, v_mmps, readings: Readings::default() };
    let section = Transect::of(&scenario, &frame, &line);
    let met: Vec<&str> = section.crossings.iter().map(|crossing| crossing.wall.as_str()).collect();
    assert_eq!(met, [reach.levees[0].wall.as_str(), reach.levees[1].wall.as_str()]);
    assert!(section.places.iter().all(|place| place.stage_m.is_none()));
    assert!(across(reach, [0.0, 0.0]).is_none(), "no levee near");
}

/// The shipped reach of 1996.
fn river() -> Scenario {
    hetu::io::library::default_scenario().expect("the shipped scenario has no faults")
}
