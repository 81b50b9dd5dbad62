//! Losses, villages, roads and people who leave: by hand on a made-up plain, and as properties.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use hetu::domain::geo::Grid;
use hetu::domain::geo::corridor::RoughnessSource;
use hetu::domain::impact::clock::{Clock, Need, Urgency, by_unit, still_to_move};
use hetu::domain::impact::{
    Calendar, CellHazard, Exit, Exposure, MU_M2, Road, RoadNet, Stage, Tally, UnitExposure, UnitLoss, Village,
    VillageChange, VillageState, count, fold, total,
};
use hetu::domain::order::{Deed, Given, Order, Orders, Refusal, preview};
use hetu::domain::river::{FloodplainUnit, LandClass, NO_UNIT, River};
use hetu::domain::scenario::{Mode, OutputPlan, Scenario, Terrain};
use hetu::domain::text::Bilingual;
use hetu::io::exposure::exposure_of;
use proptest::prelude::{ProptestConfig, prop, prop_assert, proptest};
use time::macros::datetime;

const HOUR: f64 = 3600.0;

fn village(number: usize, unit: usize, cell: usize, platform_m: f64) -> Village {
    Village {
        id: format!("{}-{number:03}", ["A", "B"][unit]),
        name: Bilingual::new(format!("{number}村"), format!("Village {number}")),
        unit,
        cell,
        at: [cell as f64 * 1000.0 + 500.0, 500.0],
        people: 1000.0,
        people_by_day: 850.0,
        households: 280.0,
        platform_m,
        houses_m2: [20_000.0, 10_000.0, 5000.0],
        is_practised: true,
    }
}

/// Six cells of 1 km in a row: unit A (two cells), the channel, unit B (two cells), land behind the levee. Village 1 in
/// cell 0, village 2 on a platform of 1 m in cell 1, village 3 in cell 4. Roads: 1 — 2 over cells 0 and 1; 2 — ramp
/// over cell 1; 3 — ramp over cell 4.
fn plain() -> Scenario {
    let grid = Grid { n_cols: 6, n_rows: 1, cell_m: 1000.0, west_m: 0.0, north_m: 1000.0 };
    let unit = |id: &str, zh: &str| FloodplainUnit {
        id: id.into(),
        name: Bilingual::new(zh, format!("Plain {id}")),
        county: String::new(),
        at: [0.0, 0.0],
        area_m2: 2e6,
        is_landside: false,
    };
    let river = River {
        centreline: vec![[2500.0, 0.0], [2500.0, 1000.0]],
        chainage_km: vec![0.0, 1.0],
        stations: vec![],
        levees: vec![],
        units: vec![unit("A", "甲滩"), unit("B", "乙滩")],
        unit_of_cell: vec![0, 0, NO_UNIT, 1, 1, NO_UNIT],
        class_of_cell: vec![LandClass::Floodplain; 6],
        roughness: RoughnessSource::Published,
    };
    let road = |name: &str, ends: [usize; 2], cells: Vec<usize>| Road {
        name: Bilingual::new(name, name),
        ends,
        length_m: 2000.0,
        cells,
    };
    let exit = |name: &str, node: usize| Exit { name: Bilingual::new(name, name), node, capacity: 1e6 };
    let villages = vec![village(1, 0, 0, 0.0), village(2, 0, 1, 1.0), village(3, 1, 4, 0.0)];
    let mut nodes: Vec<[f64; 2]> = villages.iter().map(|village| village.at).collect();
    nodes.extend([[1500.0, 1000.0], [4500.0, 1000.0]]);
    let roads = RoadNet {
        nodes,
        roads: vec![road("1-2", [0, 1], vec![0, 1]), road("2-ramp", [1, 3], vec![1]), road("3-ramp", [2, 4], vec![4])],
        exits: vec![exit("west ramp", 3), exit("east ramp", 4)],
        height_m: 0.3,
        closed_depth_m: 0.3,
    };
    let units = vec![UnitExposure { farmland_frac: 1.0 }, UnitExposure { farmland_frac: 0.8 }];
    let exposure = Exposure { roads, ..exposure_of(units, villages, Bilingual::default()) };
    Scenario {
        mode: Mode::Drill,
        start: datetime!(2021-08-10 08:00 +8),
        terrain: Terrain { grid, epsg: None, bed_m: vec![0.0; 6], manning: vec![0.03; 6] },
        gauges: vec![],
        sections: vec![],
        output: OutputPlan { frame_every_secs: HOUR, gauge_every_secs: 600.0 },
        river: Some(river),
        exposure: Some(exposure),
        ..crate::engine::scenario("plain", 100.0 * HOUR)
    }
}

fn counted(scenario: &Scenario, hazards: &[CellHazard]) -> Vec<UnitLoss> {
    let calendar = Calendar::new(scenario.start, scenario.duration_secs);
    let (exposure, river) = (scenario.exposure.as_ref().unwrap(), scenario.river.as_ref().unwrap());
    count(exposure, river, &scenario.terrain.grid, &calendar, |cell| hazards[cell])
}

#[expect(clippy::cast_possible_truncation, reason = "hazards are in single precision")]
fn single(x: f64) -> f32 {
    x as f32
}

/// Water that stood so deep (m) for so many days, and is still there.
fn stood(depth_m: f64, days: f64) -> CellHazard {
    let arrival_secs = if depth_m > 0.0 { 0.0 } else { f32::NAN };
    CellHazard { duration_secs: single(days * 86_400.0), arrival_secs, ..CellHazard::of_depth(depth_m) }
}

#[test]
fn counts_by_hand() {
    let scenario = plain();
    let depths = [0.15, 0.1499, 5.0, 1.0, 2.0, 3.0];
    let losses = counted(&scenario, &depths.map(CellHazard::of_depth));
    // Unit A: one cell of 1 km2 at the threshold, one just below it; both hold water.
    assert!((losses[0].area_m2 - 1e6).abs() < 1e-6 && (losses[0].farmland_m2 - 1e6).abs() < 1e-6);
    assert!((losses[0].volume_m3 - 299_900.0).abs() < 1e-6);
    // Village 1 has water in the houses, but not deep; village 2 is not reached.
    assert!((losses[0].villages_entered - 1.0).abs() < 1e-12 && losses[0].villages_surrounded.abs() < 1e-12);
    assert!((losses[0].people - 1000.0).abs() < 1e-9 && losses[0].people_to_move.abs() < 1e-12);
    // Unit B: both cells, of 1 and 2 m; village 3 stands in 2 m. Channel and land behind the levee count nowhere.
    assert!((losses[1].area_m2 - 2e6).abs() < 1e-6 && (losses[1].farmland_m2 - 1.6e6).abs() < 1e-6);
    let km2 = losses[1].area_by_class_m2.map(|m2| format!("{:.3}", m2 / 1e6));
    assert_eq!(km2, ["0.000", "0.000", "1.000", "1.000", "0.000"]);
    assert!((losses[1].people_to_move - 1000.0).abs() < 1e-9);
    let sum = total(&losses);
    assert!((sum.area_m2 - 3e6).abs() < 1e-6 && (sum.people - 2000.0).abs() < 1e-9);
}

#[test]
fn a_square_kilometre_of_maize_after_three_days_of_sixty_centimetres_loses_three_quarters() {
    let mut scenario = plain();
    let exposure = scenario.exposure.as_mut().unwrap();
    exposure.crops.retain(|(crop, _)| crop.id() == "maize");
    exposure.crops[0].1 = 1.0;
    exposure.values.crop_cny_per_mu = 1200.0;
    let mut hazards = [stood(0.0, 0.0); 6];
    hazards[0] = stood(0.6, 3.0);
    let loss = counted(&scenario, &hazards)[0];
    assert!((loss.farmland_hit_m2 / MU_M2 - 1500.0).abs() < 1e-6, "1 km2 is 1500 mu");
    assert!((loss.farmland_lost_m2 / MU_M2 - 0.75 * 1500.0).abs() < 1e-6);
    let yuan = 0.75 * 1500.0 * 1200.0;
    assert!((loss.money.crops[1] - yuan).abs() < 1e-6, "{:?}", loss.money.crops);
    assert!((loss.money.crops[0] - 0.8 * yuan).abs() < 1e-6 && (loss.money.crops[2] - 1.2 * yuan).abs() < 1e-6);
    assert!(loss.farmland_ruined_m2.abs() < 1e-9, "three quarters is not four fifths");
    let share = [0.6, 0.8].map(|share| share * yuan);
    let houses = 0.7 * loss.money.houses[1];
    assert!((loss.compensation_cny[0] - share[0] - houses).abs() < 1e-6);
    assert!((loss.compensation_cny[1] - share[1] - houses).abs() < 1e-6);
}

#[test]
fn houses_lose_by_their_curve_above_the_platform_and_earth_walls_fall() {
    let scenario = plain();
    let values = &scenario.exposure.as_ref().unwrap().values;
    let mut hazards = [stood(0.0, 0.0); 6];
    hazards[1] = stood(2.0, 0.5); // 1 m over the platform of village 2
    let loss = counted(&scenario, &hazards)[0];
    // JRC Asia, residential at 1 m: 0.4941 of brick; earth walls in more than half a metre for less than a day stand.
    let brick = 30_000.0 * values.house_cny_per_m2[0] * 0.4941;
    let earth = loss.money.houses[1] - brick;
    assert!((0.4..=0.8).contains(&(earth / (5000.0 * values.house_cny_per_m2[2]))), "{earth}");
    assert!((loss.money.goods[1] - 1000.0 * values.goods_cny_per_person * 0.4941).abs() < 1.0);
    assert!(loss.houses_fallen_m2.abs() < 1e-9);
    hazards[1] = stood(2.0, 2.0);
    let loss = counted(&scenario, &hazards)[0];
    assert!((loss.houses_fallen_m2 - 5000.0).abs() < 1e-9, "after two days the earth walls have fallen");
}

#[test]
fn dry_ground_loses_nothing() {
    let losses = counted(&plain(), &[stood(0.0, 0.0); 6]);
    assert!(losses.iter().all(|loss| *loss == UnitLoss::default()), "{losses:?}");
}

/// What a loss has that must not fall when there is more water.
fn harms(loss: &UnitLoss) -> Vec<f64> {
    let mut all = vec![loss.area_m2, loss.farmland_hit_m2, loss.farmland_lost_m2, loss.people, loss.people_to_move];
    all.extend([loss.houses_m2, loss.houses_fallen_m2, loss.volume_m3, loss.villages()]);
    all.extend(loss.loss_cny());
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A larger flood never costs less, the parts make up the whole, low is not above high.
    #[test]
    fn more_water_never_costs_less(
        water in prop::collection::vec((0.0_f64..3.0, 0.0_f64..10.0, 0.0_f64..3.0), 6),
        more in prop::collection::vec((0.0_f64..2.0, 0.0_f64..10.0, 0.0_f64..2.0), 6),
    ) {
        let scenario = plain();
        let hazard = |depth_m: f64, days: f64, speed_mps: f64| CellHazard {
            max_speed_mps: single(speed_mps),
            max_dv_m2s: single(depth_m * speed_mps),
            ..stood(depth_m, days)
        };
        let small: Vec<CellHazard> = water.iter().map(|&(h, t, v)| hazard(h, t, v)).collect();
        let large: Vec<CellHazard> =
            water.iter().zip(&more).map(|(a, b)| hazard(a.0 + b.0, a.1 + b.1, a.2 + b.2)).collect();
        let (small, large) = (counted(&scenario, &small), counted(&scenario, &large));
        for (a, b) in small.iter().zip(&large) {
            for (k, (a, b)) in harms(a).iter().zip(harms(b)).enumerate() {
                prop_assert!(*a <= b + 1e-6, "{k}: {a} {b}");
            }
            let [low, middle, high] = a.loss_cny();
            prop_assert!(low <= middle && middle <= high);
            prop_assert!((a.area_by_class_m2.iter().sum::<f64>() - a.area_m2).abs() < 1e-6);
            prop_assert!(a.farmland_lost_m2 <= a.farmland_hit_m2 + 1e-6);
        }
        let all = total(&large);
        let sum: f64 = large.iter().map(|unit| unit.loss_cny()[1]).sum();
        prop_assert!((all.loss_cny()[1] - sum).abs() <= 1e-9 * sum.max(1.0));
    }
}

/// Depths of the six cells at an hour: water comes to cell 0 at hour 10 and to cell 1 at hour 20, 0.1 m an hour.
fn rising(hour: f64) -> Vec<CellHazard> {
    let depth = |from: f64| (0.1 * (hour - from)).clamp(0.0, 3.0);
    [depth(10.0), depth(20.0), 4.0, 0.0, 0.0, 0.0].map(CellHazard::of_depth).to_vec()
}

/// Hazards on the cells that a tally asks for.
fn on(tally: &Tally, all: &[CellHazard]) -> Vec<CellHazard> {
    tally.cells().iter().map(|cell| all[*cell]).collect()
}

struct Told {
    units: Vec<Vec<UnitLoss>>,
    changes: Vec<Vec<VillageChange>>,
    last: Vec<VillageState>,
}

/// Takes frames of every second hour from one to another, after what is recalled.
fn tell(
    scenario: &Scenario,
    orders: &[Order],
    recalled: &[VillageChange],
    hours: std::ops::RangeInclusive<u32>,
) -> Told {
    let mut tally = Tally::new(scenario).unwrap();
    tally.recall(recalled, true);
    let mut last = vec![VillageState::default(); 3];
    fold(&mut last, recalled);
    let mut told = Told { units: vec![], changes: vec![], last: vec![] };
    for hour in hours.filter(|hour| hour.is_multiple_of(2)) {
        let hazards = on(&tally, &rising(f64::from(hour)));
        let toll = tally.take(scenario, f64::from(hour) * HOUR, &hazards, orders);
        fold(&mut last, &toll.changes);
        told.units.push(toll.units);
        told.changes.push(toll.changes);
    }
    told.last = last;
    told
}

fn order(at_hours: f64, deed: Deed) -> Order {
    let (author, reason) = (String::new(), String::new());
    Order { id: 1, at_secs: at_hours * HOUR, given: Given::default(), author, reason, deed }
}

fn leave(at_hours: f64, who: &str) -> Order {
    order(at_hours, Deed::Move { who: who.into(), to: "安置点".into() })
}

#[test]
fn water_reaches_villages_and_closes_roads_between_two_frames() {
    let told = tell(&plain(), &[], &[], 0..=60);
    let hours = |secs: Option<f32>| f64::from(secs.unwrap()) / HOUR;
    let [first, second, third] = [0, 1, 2].map(|k| told.last[k]);
    // 0.15 m at 11.5 h, 0.05 m over the ground of village 1 at 10.5 h; unsafe at 0.5 m, 15 h.
    assert!((hours(first.reached_secs) - 11.5).abs() < 1e-3 && (hours(first.unsafe_secs) - 15.0).abs() < 1e-3);
    // The road 1-2 passes cell 0: closed at 0.3 + 0.3 m, 16 h. No other leads out of village 1.
    assert!((hours(first.cut_secs) - 16.0).abs() < 1e-3, "{first:?}");
    // Village 2 on its platform: surrounded at 21.5 h, its own road closed at 26 h, water in the houses at 1.05 m.
    assert!((hours(second.reached_secs) - 21.5).abs() < 1e-3 && (hours(second.cut_secs) - 26.0).abs() < 1e-3);
    assert!((hours(second.entered_secs) - 30.5).abs() < 1e-3 && second.stage == Stage::Unsafe);
    assert_eq!(third, VillageState::default());
    let at = |hour: usize| told.units[hour / 2][0];
    assert!((at(14).people - 1000.0).abs() < 1e-9 && at(14).people_stranded.abs() < 1e-9);
    assert!((at(18).people_stranded - 1000.0).abs() < 1e-9 && (at(60).people_stranded - 2000.0).abs() < 1e-9);
    assert!((at(60).people_at_risk - 2000.0).abs() < 1e-9 && at(60).people_moved.abs() < 1e-9);
}

#[test]
fn people_who_are_ordered_in_time_are_out_and_those_who_are_not_are_stranded() {
    let in_time = tell(&plain(), &[leave(6.0, "甲滩")], &[], 0..=60);
    let too_late = tell(&plain(), &[leave(15.5, "A-001")], &[], 0..=60);
    let end = |told: &Told| told.units[30][0];
    // 3 % of those who practised stay whatever is said.
    assert!((end(&in_time).people_moved - 0.97 * 2000.0).abs() < 2.0, "{:?}", end(&in_time));
    assert!((end(&in_time).people_at_risk - 0.03 * 2000.0).abs() < 2.0);
    let moved = end(&too_late).people_moved;
    assert!((0.0..100.0).contains(&moved), "half an hour before the road is closed: {moved}");
    assert!((end(&too_late).people_stranded - (2000.0 - end(&too_late).people_departed)).abs() < 1e-6);
    let risk = |told: &Told| told.units.iter().map(|units| units[0].people_at_risk).fold(0.0, f64::max);
    assert!(risk(&in_time) < 0.05 * risk(&too_late));
    // Nobody comes back, and nobody arrives who has not left.
    for pair in in_time.units.windows(2) {
        assert!(pair[0][0].people_moved <= pair[1][0].people_moved);
        assert!(pair[1][0].people_moved <= pair[1][0].people_departed + 1e-6);
    }
    // Those who left took with them what they could carry: warned 24 h before the water was in village 2.
    let goods = |told: &Told| end(told).money.goods[1];
    assert!(goods(&in_time) < goods(&tell(&plain(), &[], &[], 0..=60)));
}

#[test]
fn a_road_that_is_closed_by_order_is_no_way_out() {
    let close = order(4.0, Deed::CloseRoad { road: "2-ramp".into() });
    let told = tell(&plain(), &[close], &[], 0..=8);
    assert!(told.last[0].is_cut && told.last[1].is_cut && !told.last[2].is_cut);
    assert!((f64::from(told.last[1].cut_secs.unwrap()) - 4.0 * HOUR).abs() < 1.0);
}

#[test]
fn a_run_that_goes_on_tells_the_same_as_one_that_never_stopped() {
    let orders = [leave(9.0, "甲滩")];
    let whole = tell(&plain(), &orders, &[], 0..=60);
    let past: Vec<VillageChange> = whole.changes[..=9].iter().flatten().copied().collect();
    let resumed = tell(&plain(), &orders, &past, 18..=60);
    assert!(resumed.changes[0].is_empty(), "the frame it goes on from is known: {:?}", resumed.changes[0]);
    assert_eq!(resumed.changes[1..], whole.changes[10..]);
    assert_eq!(resumed.units[1..], whole.units[10..]);
}

#[test]
fn the_clock_counts_down_to_the_last_hour_of_an_order() {
    let scenario = plain();
    let exposure = scenario.exposure.as_ref().unwrap();
    let told = tell(&scenario, &[], &[], 0..=60);
    let clock = Clock::new(&scenario).unwrap();
    let rows = clock.rows(exposure, &told.last, &[None; 3], 0.0);
    assert_eq!(rows.iter().map(|row| row.village).collect::<Vec<_>>(), [0, 1], "village 3 stays dry");
    let [first, second] = [rows[0], rows[1]];
    assert!(first.need == Need::Move && (first.closes_secs() / HOUR - 15.0).abs() < 1e-3, "unsafe before it is cut");
    // By night (11:00 to 23:00 after an 08:00 start): warning 1.3 (ln 20)^(1/1.2) or 0.7 by day; 2.157 h to be ready;
    // 4 km at 20 km/h; 2,000 people in 667 vehicles, 900 an hour.
    let by_day = 0.7 * 20_f64.ln().powf(1.0 / 1.2) + 2.157 + 0.2 + 2000.0 / 3.0 / 900.0;
    assert!((first.lead_secs / HOUR - by_day).abs() < 2e-3, "{}", first.lead_secs / HOUR);
    assert!((first.deadline_secs / HOUR - (15.0 - by_day - 1.0)).abs() < 3e-3);
    assert!(first.left_behind[0] < 0.15 * 1000.0, "{:?}", first.left_behind);
    assert!(first.left_behind.windows(2).all(|pair| pair[0] <= pair[1]) && first.left_behind[3] > 900.0);
    assert!(second.deadline_secs > first.deadline_secs);
    // Later than the last hour, delays count from now.
    let late = clock.rows(exposure, &told.last, &[None; 3], 14.0 * HOUR);
    assert!(late[0].left_secs(14.0 * HOUR) < 0.0 && late[0].left_behind[0] > 900.0);
    let ordered = clock.rows(exposure, &told.last, &[Some(0.0), None, None], 0.0);
    let of_first = ordered.iter().find(|row| row.village == 0).unwrap();
    assert!(of_first.left_behind.iter().all(|left| (left - 30.0).abs() < 1.0), "{:?}", of_first.left_behind);
    let units = by_unit(exposure, &rows, 0.0);
    assert!(
        units.len() == 1
            && units[0].n_villages == 2
            && units[0].n_ordered == 0
            && (units[0].people - 2000.0).abs() < 1e-9
    );
    assert!((still_to_move(&rows, &told.last) - 2000.0).abs() < 1e-9);
    // At 20 h the way out of village 1 has been closed for hours: village 2 is next.
    let at_20 = clock.rows(exposure, &told.last, &[None; 3], 20.0 * HOUR);
    assert_eq!(at_20.iter().map(|row| row.village).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(at_20.iter().map(|row| row.urgency(20.0 * HOUR)).collect::<Vec<_>>(), [Urgency::Late, Urgency::Closed]);
    let unit = by_unit(exposure, &at_20, 20.0 * HOUR)[0];
    assert_eq!((unit.n_closed, unit.deadline_secs), (1, Some(second.deadline_secs)));
}

#[test]
fn lives_are_counted_only_where_they_are_asked_for_and_fewer_where_people_have_left() {
    let mut scenario = plain();
    let end = |told: &Told| told.units[30][0].lives;
    assert!(end(&tell(&scenario, &[], &[], 0..=60)).iter().all(|lives| lives.abs() < 1e-12));
    scenario.exposure.as_mut().unwrap().counts_lives = true;
    let stayed = end(&tell(&scenario, &[], &[], 0..=60));
    let left = end(&tell(&scenario, &[leave(6.0, "甲滩")], &[], 0..=60));
    assert!(stayed[0] <= stayed[1] && stayed[1] <= stayed[2] && stayed[2] < 0.05 * 2000.0, "{stayed:?}");
    assert!((0..3).all(|k| (left[k] - 0.03 * stayed[k]).abs() < 1e-3 * stayed[k] + 1e-9), "{left:?} {stayed:?}");
    assert!(stayed[2] > 0.0);
}

#[test]
fn orders_about_people_name_what_there_is() {
    let scenario = plain();
    let of = |who: &str| preview(&scenario, &Deed::Move { who: who.into(), to: "县城".into() });
    assert!(["甲滩", "Plain A", "A-001", "1村", " Village 3 "].iter().all(|who| of(who).is_ok()));
    let Err(Refusal::Unknown { name, known, .. }) = of("甲村") else { panic!("no village of that name") };
    assert!(name == "甲村" && known.contains(&"甲滩".to_owned()) && known.len() == 5, "{known:?}");
    let close = |road: &str| preview(&scenario, &Deed::CloseRoad { road: road.into() });
    assert!(close("2-ramp").is_ok() && close("9-ramp").is_err());
    let mut bare = scenario.clone();
    bare.exposure = None;
    let nobody = preview(&bare, &Deed::Move { who: "甲滩".into(), to: "县城".into() });
    assert!(nobody.is_err(), "nobody lives there");
    let all: Orders = [leave(1.0, "甲滩")].into_iter().collect();
    assert_eq!(all.all().len(), 1);
}
