//! Detention basins beside the routed river: budget, limits, order, levels, and Dongping Lake in the autumn of 2021.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]
#![expect(clippy::print_stdout, reason = "figures for docs/verification.md")]

use std::path::Path;

use hetu::domain::geo::corridor::CompoundSection;
use hetu::domain::river::basin::{Basin, BasinGate, InletRule, LevelStorage, Limit, OutletRule};
use hetu::domain::river::routing::{Reach1d, Roughness, Routed};
use hetu::domain::river::skill::table::{DischargeSkill, discharge_skill};
use hetu::domain::scenario::{BoundaryKind, Scenario, Series};
use hetu::domain::text::Bilingual;
use hetu::io::{river, scenario};
use proptest::prelude::{ProptestConfig, prop, proptest};

const HOUR_SECS: f64 = 3600.0;
/// Chainage of the mouths of the Yiluo and the Qin, km.
const MOUTHS_KM: [f64; 2] = [88.0, 113.0];

/// A channel that is full at about 3500 m³/s, its lip at 0 m at the head, in so many pieces of 6 km.
fn pieces(n_pieces: u32) -> Reach1d {
    let section = CompoundSection {
        lip_depth_m: 4.0,
        width_m: 500.0,
        slope: 1.5e-4,
        manning_channel: 0.012,
        manning_floodplain: 0.04,
        strip_m: 300.0,
        falling_m: 1500.0,
        foot_m: 0.0,
        drop_m: 1.0,
    };
    Reach1d::prismatic(&section, 6e3 * f64::from(n_pieces), n_pieces as usize).unwrap()
}

fn reach() -> Reach1d {
    pieces(20)
}

/// A gate at a chainage that carries its capacity at a head of 2 m; its sill lies so far over the lip there, m.
fn gate(km: f64, capacity_m3s: f64, over_lip_m: f64) -> BasinGate {
    let sill_m = over_lip_m - 0.15 * km;
    let name = Bilingual::new("闸", "Gate");
    BasinGate { name, km, segment: 7, capacity_m3s, sill_m, full_at_m: sill_m + 2.0 }
}

/// A lake with upright shores, empty at −25 m.
fn lake(name: &str, area_m2: f64, level_m: f64) -> Basin {
    Basin {
        name: name.into(),
        title: Bilingual::new("湖", "Lake"),
        storage: LevelStorage::new(vec![[-25.0, 0.0], [25.0, 50.0 * area_m2]]).unwrap(),
        raise_m: 0.0,
        flood_level_m: 20.0,
        level_m,
        inlets: Vec::new(),
        outlets: Vec::new(),
        inlet: InletRule::Closed,
        outlet: OutletRule::Closed,
        inflow_m3s: None,
        observed_m: Vec::new(),
    }
}

fn keep(at_most_m3s: f64, after: Vec<usize>) -> InletRule {
    InletRule::Keep(Limit { station: "below".into(), at_most_m3s, section: 0, after })
}

/// 1000 m³/s and a bell above it, hourly.
fn bell(rise_m3s: f64, hours: u32) -> Vec<f64> {
    (0..hours).map(|hour| 1000.0 + rise_m3s * (-((f64::from(hour) - 60.0) / 20.0).powi(2)).exp()).collect()
}

fn largest(series: &[f64]) -> f64 {
    series.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn route(basins: &[Basin], flood: &[f64]) -> Routed {
    reach().with_basins(basins).unwrap().route(&[(0.0, flood)], HOUR_SECS).unwrap()
}

fn assert_closed(basins: &[Basin], routed: &Routed) {
    let volumes = routed.volumes;
    let turnover_m3 = volumes.in_m3 + volumes.returned_m3 + volumes.stored_before_m3;
    assert!(volumes.residual_m3().abs() < 1e-12 * turnover_m3, "{volumes:?}");
    for (basin, reading) in basins.iter().zip(&routed.basins) {
        let begun_m3 = basin.storage.volume_m3(basin.level_m);
        let sum_m3 = begun_m3 + reading.taken_m3 - reading.given_m3 + reading.joined_m3;
        assert!(reading.volume_m3 >= 0.0 && (reading.volume_m3 - sum_m3).abs() < 1e-12 * turnover_m3, "{reading:?}");
    }
    let sum = |of: fn(&hetu::domain::frame::BasinReading) -> f64| routed.basins.iter().map(of).sum::<f64>();
    assert!((volumes.diverted_m3 - sum(|basin| basin.taken_m3)).abs() < 1e-12 * turnover_m3, "{volumes:?}");
    assert!((volumes.returned_m3 - sum(|basin| basin.given_m3)).abs() < 1e-12 * turnover_m3, "{volumes:?}");
}

fn rules(pick: u8, q: f64) -> (InletRule, OutletRule) {
    let series = |points: &[[f64; 2]]| Series::new(points.to_vec()).unwrap();
    let inlet = match pick % 4 {
        0 => InletRule::Closed,
        1 => InletRule::Open,
        2 => InletRule::Discharge(series(&[[0.0, 0.0], [60.0 * HOUR_SECS, 3.0 * q]])),
        _ => keep(q, Vec::new()),
    };
    let outlet = match pick / 4 {
        0 => OutletRule::Free,
        1 => OutletRule::Closed,
        _ => OutletRule::Discharge(series(&[[0.0, q], [90.0 * HOUR_SECS, 0.0]])),
    };
    (inlet, outlet)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn volumes_close_with_any_gates(
        lakes in prop::collection::vec(
            (0_u8..12, 50.0..4000.0_f64, -15.0..5.0_f64, -6.0..2.0_f64, 1e5..3e8_f64, 0.0..100.0_f64), 1..4),
        rise_m3s in 0.0..9000.0_f64,
        dt_h in 0.5..6.0_f64,
        inflow_m3s in 0.0..200.0_f64,
    ) {
        let mut basins = Vec::new();
        for (i, (pick, q, level_m, sill_m, area_m2, km)) in lakes.into_iter().enumerate() {
            let mut basin = lake(&format!("lake{i}"), area_m2, level_m);
            (basin.inlet, basin.outlet) = rules(pick, q);
            basin.inlets = vec![gate(km, q, sill_m), gate(km + 1.0, 2.0 * q, sill_m - 1.0)];
            basin.outlets = vec![gate(km + 15.0, q, sill_m - 1.5)];
            basin.inflow_m3s = Some(Series::constant(inflow_m3s));
            basins.push(basin);
        }
        let flood = bell(rise_m3s, 200);
        let routed = reach().with_basins(&basins).unwrap().route(&[(0.0, &flood)], dt_h * HOUR_SECS).unwrap();
        assert_closed(&basins, &routed);
        assert!(routed.outflow_m3s.iter().all(|q| q.is_finite() && *q >= 0.0));
    }
}

#[test]
fn a_limit_is_kept_and_what_was_taken_is_the_excess() {
    let flood = bell(3000.0, 300);
    let mut basin = lake("lake", 1e8, -20.0);
    basin.inlets = vec![gate(36.0, 4000.0, -4.0)];
    basin.inlet = keep(2500.0, Vec::new());
    let basins = [basin];
    let routed = route(&basins, &flood);
    assert_closed(&basins, &routed);
    let without = route(&[lake("none", 1e8, 0.0)], &flood).outflow_m3s;
    assert_eq!(without, reach().route(&[(0.0, &flood)], HOUR_SECS).unwrap().outflow_m3s, "no gates change nothing");
    // What comes to the gate is what goes out of a reach that ends there.
    let at_gate = pieces(6).route(&[(0.0, &flood)], HOUR_SECS).unwrap().outflow_m3s;
    let excess_m3: f64 = at_gate.iter().map(|q| (q - 2500.0).max(0.0) * HOUR_SECS).sum();
    let highest = largest(&routed.outflow_m3s);
    let taken_m3 = routed.basins[0].taken_m3;
    println!("limit: 2500 m3/s kept at {highest:.1}; {:.3} of the excess taken", taken_m3 / excess_m3);
    assert!(largest(&without) > 3300.0 && (2450.0..2505.0).contains(&highest), "{highest}");
    assert!((0.98..1.02).contains(&(taken_m3 / excess_m3)), "{taken_m3} {excess_m3}");
}

#[test]
fn the_basin_listed_first_is_filled_first() {
    let flood = bell(3000.0, 300);
    let mut first = lake("first", 5e6, -20.0);
    first.inlets = vec![gate(60.0, 4000.0, -4.0)];
    first.inlet = keep(2500.0, Vec::new());
    first.flood_level_m = -14.0;
    let room_m3 = 6.0 * 5e6;
    // The second one stands above the first, and would take all if it did not leave it to the first.
    let mut second = lake("second", 1e8, -20.0);
    second.inlets = vec![gate(36.0, 4000.0, -4.0)];
    second.inlet = keep(2500.0, vec![0]);
    let basins = [first, second];
    let routed = route(&basins, &flood);
    assert_closed(&basins, &routed);
    let [first_m3, second_m3] = [0, 1].map(|i| routed.basins[i].taken_m3);
    let filled = |of: &[f64], level_m: f64| of.iter().position(|level| *level > level_m).unwrap_or(of.len());
    let (begun, full) = (filled(&routed.levels_m[1], -19.99), filled(&routed.levels_m[0], -14.6));
    println!("order: {:.3} of the first's room, then {second_m3:.2e} m3 in the second", first_m3 / room_m3);
    assert!(first_m3 / room_m3 > 0.98 && first_m3 <= room_m3 && second_m3 > 5e7, "{first_m3} {second_m3}");
    assert!(full <= begun + 3, "the second begins at {begun} h, the first has nine tenths at {full} h");
}

#[test]
fn a_lake_comes_to_the_level_of_the_river_and_stays() {
    let mut basin = lake("lake", 4e7, -9.0);
    basin.outlets = vec![gate(36.0, 1500.0, -4.0)];
    basin.inlets = basin.outlets.clone();
    (basin.inlet, basin.outlet) = (InletRule::Open, OutletRule::Free);
    for level_m in [-11.0, -4.0] {
        basin.level_m = level_m;
        let routed = route(std::slice::from_ref(&basin), &[2000.0; 600]);
        let levels = &routed.levels_m[0];
        let (last, day_before) = (levels[599], levels[575]);
        println!("levels: from {level_m} m to {last:.3} m, moved by {:.1e} m in the last day", last - day_before);
        assert!((last - day_before).abs() < 1e-3 && (last - (-0.15 * 36.0 - 0.9)).abs() < 0.5, "{last}");
        let steps = levels.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(steps.clone().all(|step| step >= -1e-3) || steps.clone().all(|step| step <= 1e-3), "it swings");
    }
}

#[test]
fn a_gate_outside_the_reach_is_refused() {
    let mut basin = lake("lake", 1e7, 0.0);
    basin.outlets = vec![gate(130.0, 100.0, 0.0)];
    let error = reach().with_basins(&[basin]).unwrap_err();
    assert_eq!(error.to_string(), "chainage of a gate is 130, allowed: within the reach, above its downstream end");
}

/// The inflows of a scenario of the bed of 2021, hourly from a chainage (km), routed to Lijin with its basins.
fn routed(scenario: &Scenario, from_km: f64, hours: u32) -> (Reach1d, Routed) {
    let hourly = |series: &Series| (0..=hours).map(|hour| series.at(f64::from(hour) * HOUR_SECS)).collect::<Vec<_>>();
    let BoundaryKind::Discharge(head) = &scenario.boundaries[0].kind else { panic!("no inflow") };
    let mut inflows = vec![(from_km, hourly(head))];
    inflows.extend(MOUTHS_KM.iter().zip(&scenario.sources).map(|(km, source)| (*km, hourly(&source.discharge_m3s))));
    let tables = river::tables().unwrap();
    let reach = Reach1d::new(&tables, 2021, from_km, 753.1, &Roughness::default()).unwrap();
    let reach = reach.with_basins(&scenario.basins).unwrap();
    let inflows: Vec<(f64, &[f64])> = inflows.iter().map(|(km, series)| (*km, series.as_slice())).collect();
    let routed = reach.route(&inflows, HOUR_SECS).unwrap();
    assert_closed(&scenario.basins, &routed);
    (reach, routed)
}

/// The skill at each station of the autumn of 2021.
fn autumn(scenario: &Scenario) -> Vec<(String, DischargeSkill)> {
    let (reach, routed) = routed(scenario, 2.0, 720);
    let stations = &scenario.river.as_ref().unwrap().stations;
    let skill = |((id, _), series): ((&str, f64), &Vec<f64>)| {
        let observed = stations.iter().find(|station| station.id == id)?.observed.as_ref()?;
        // As in the tables of the program, the reading at the start is none.
        let simulated = (1..).zip(&series[1..]).map(|(hour, q)| [f64::from(hour) * HOUR_SECS, *q]);
        Some((id.to_owned(), discharge_skill(observed, &simulated.collect::<Vec<_>>(), None)?))
    };
    reach.stations().zip(&routed.stations_m3s).filter_map(skill).collect()
}

/// Dongping Lake gives what it gave, as far as its levels let it: a tenth of the water at Lijin.
#[test]
fn with_dongping_lake_the_autumn_of_2021_has_its_volume_at_lijin() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let row = |name: &str, scenario: &Scenario| {
        let skills = autumn(scenario);
        for (id, skill) in skills.iter().filter(|(id, _)| ["SK", "AS", "LK", "LJ"].contains(&id.as_str())) {
            let (volume, dc) = (100.0 * skill.volume_error_frac.unwrap(), skill.coefficient.unwrap());
            let [observed, simulated] = [skill.peak.observed[1], skill.peak.simulated[1]];
            println!("| {name} | {id} | {dc:.3} | {volume:+.1} % | {simulated:.0} | {observed:.0} |");
        }
        skills.last().unwrap().1.volume_error_frac.unwrap()
    };
    let mut scenario = scenario::load(&folder.join("xiaolangdi-2021-dongping-observed.ron")).unwrap();
    let with = row("outlet as observed", &scenario);
    row("outlet by head", &scenario::load(&folder.join("xiaolangdi-2021-dongping.ron")).unwrap());
    scenario.basins.clear();
    let without = row("no lake", &scenario);
    assert!(without < -0.08, "{without}");
    assert!(with.abs() < 0.015, "{with}");
}

/// The drill beyond the standard: three basins at their limits, beside the run with the plain (docs/verification.md, 3e).
#[test]
fn the_flood_beyond_the_standard_fills_the_basins_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut scenario = scenario::load(&folder.join("huayuankou-super-flood.ron")).unwrap();
    let peaks = |scenario: &Scenario| {
        let (reach, routed) = routed(scenario, 126.0, 384);
        let peaks =
            reach.stations().zip(&routed.stations_m3s).map(|((id, _), series)| (id.to_owned(), largest(series)));
        (peaks.collect::<Vec<_>>(), routed.basins)
    };
    let (with, basins) = peaks(&scenario);
    scenario.basins.clear();
    let (without, _) = peaks(&scenario);
    for ((id, with), (_, without)) in with.iter().zip(&without) {
        println!("| {id} | {without:.0} | {with:.0} |");
    }
    for basin in &basins {
        println!("{}: {:.2e} m3 taken, {:.2} m at its highest", basin.name, basin.taken_m3, basin.highest_level_m);
        assert!(basin.taken_m3 > 1e8, "{basin:?}");
    }
    let at = |peaks: &[(String, f64)], id: &str| peaks.iter().find(|peak| peak.0 == id).unwrap().1;
    assert!(at(&with, "AS") < at(&without, "AS") - 500.0);
    assert!((at(&with, "JHT") - at(&without, "JHT")).abs() < 1e-9, "what lies above the gates sees nothing of them");
}
