//! The whole river from Xiaolangdi to below Lijin: its bed by epoch, and its corridor on a coarse grid.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]
#![expect(clippy::print_stdout, reason = "figures for docs/verification.md")]

use std::sync::LazyLock;

use hetu::domain::geo::corridor::{ChannelKind, Corridor, CorridorError, CorridorSpec, RiverSections, build};
use hetu::domain::geo::polyline::Polyline;
use hetu::domain::river::LandClass;
use hetu::io::river;

static WHOLE: LazyLock<Corridor> =
    LazyLock::new(|| build(&river::tables().unwrap(), &whole(ChannelKind::Line)).unwrap());

fn whole(channel: ChannelKind) -> CorridorSpec {
    CorridorSpec {
        from_km: 2.0,
        to_km: 800.0,
        cell_m: 500.0,
        epoch: 2021,
        landside_m: 2000.0,
        channel,
        ..CorridorSpec::default()
    }
}

/// The rule that makes an epoch: at each station the section conveys 3000 m³/s at the dated stage.
#[test]
fn the_sections_convey_3000_at_the_dated_stage_in_every_epoch() {
    let tables = river::tables().unwrap();
    for epoch in [1958, 1982, 1985, 1996, 1999, 2002, 2010, 2021, 2022] {
        let sections = RiverSections::new(&tables, epoch).unwrap();
        let mut n_checked = 0;
        for station in &tables.stations {
            let Some(dated_m) = tables.stage_3000_m(&station.id, epoch) else { continue };
            let stage_m = sections.stage_m(station.km, 3000.0);
            assert!((stage_m - dated_m).abs() < 0.01, "{epoch} {}: {stage_m} m, dated {dated_m} m", station.id);
            n_checked += 1;
        }
        assert_eq!(n_checked, 8, "{epoch}");
    }
}

#[test]
fn the_sections_carry_the_published_bankfull_discharge_at_the_lip_and_fall_downstream() {
    let tables = river::tables().unwrap();
    for epoch in [1958, 1996, 2002, 2021] {
        let sections = RiverSections::new(&tables, epoch).unwrap();
        for station in tables.stations.iter().filter(|station| station.km > 100.0) {
            let published = tables.bankfull_m3s(&station.id, epoch).unwrap();
            let section = sections.at_km(station.km);
            // The discharge is smoothed over some kilometres of river around the station.
            let (under_m, over_m) = (section.over_lip_m(0.95 * published), section.over_lip_m(1.05 * published));
            assert!(under_m < 0.0 && over_m >= 0.0, "{epoch} {}: {under_m} {over_m}", station.id);
        }
        for km in 0..800 {
            let fall_m = sections.lip_m(f64::from(km)) - sections.lip_m(f64::from(km) + 1.0);
            assert!((0.02..1.0).contains(&fall_m), "{epoch}: the lip falls {fall_m} m from km {km} to the next");
        }
    }
}

/// What the bed did: lower in 1958, highest about 2002, cut down by the releases since.
#[test]
fn the_lip_at_one_station_goes_with_the_years() {
    let tables = river::tables().unwrap();
    let lip_m = |epoch| RiverSections::new(&tables, epoch).unwrap().lip_m(301.4);
    assert!(lip_m(1996) > lip_m(1958) + 1.0);
    assert!(lip_m(2002) > lip_m(2021) + 1.0);
    let between = 0.5 * (lip_m(1996) + lip_m(2002));
    assert!((lip_m(1999) - between).abs() < 0.2, "{} {between}", lip_m(1999));
}

#[test]
fn an_epoch_without_a_bankfull_discharge_is_refused() {
    let error = RiverSections::new(&river::tables().unwrap(), 1930).unwrap_err();
    assert_eq!(error, CorridorError::EpochOutside { epoch: 1930, allowed: [1958, 2022] });
}

#[test]
fn the_whole_river_has_its_stations_in_order_and_a_levee_on_each_bank() {
    let ids: Vec<&str> = WHOLE.river.stations.iter().map(|station| station.id.as_str()).collect();
    assert_eq!(ids, ["XXY", "HYK", "JHT", "GC", "SK", "AS", "LK", "LJ"]);
    assert_eq!(WHOLE.terrain.epsg, Some(4548));
    assert_eq!(WHOLE.river.levees.len(), 2);
    let course = Polyline::new(WHOLE.river.centreline.clone()).unwrap();
    for (levee, is_left) in WHOLE.river.levees.iter().zip([true, false]) {
        let line = Polyline::new(levee.line.clone()).unwrap();
        assert!(line.length_m() > 0.8 * course.length_m(), "{} is {} m long", levee.wall, line.length_m());
        for p in &levee.line {
            let beside = course.nearest(*p);
            assert!(beside.is_beyond_end || (beside.offset_m > 0.0) == is_left, "{} at {p:?}", levee.wall);
        }
    }
    let chainage = &WHOLE.river.chainage_km;
    assert!(chainage[0] < 4.0 && chainage[chainage.len() - 1] > 798.0, "{chainage:?}");
    assert!(chainage.windows(2).all(|pair| pair[1] > pair[0]));
}

#[test]
fn the_levees_stand_close_together_below_taochengpu_and_far_apart_above() {
    let [left, right] = [0, 1].map(|i: usize| Polyline::new(WHOLE.river.levees[i].line.clone()).unwrap());
    let spacing_m = |km: f64| {
        let p = WHOLE.profile.line.at(WHOLE.profile.along_at_km(km));
        left.nearest(p).offset_m.abs() + right.nearest(p).offset_m.abs()
    };
    for km in (475..750).step_by(5) {
        let spacing_m = spacing_m(f64::from(km));
        assert!((400.0..5000.0).contains(&spacing_m), "{spacing_m} m at km {km}");
    }
    assert!((130..300).step_by(10).all(|km| spacing_m(f64::from(km)) > 5000.0));
}

/// Between the levees lie 3154 km² of floodplain and the channel, the floodplain being more than 65 % of all.
#[test]
fn the_land_between_the_levees_has_about_the_published_area() {
    let cell_km2 = WHOLE.terrain.grid.cell_area_m2() / 1e6;
    let count = |class| WHOLE.river.class_of_cell.iter().filter(|found| **found == class).count() as f64;
    let floodplain_km2 = count(LandClass::Floodplain) * cell_km2;
    let between_km2 = floodplain_km2 + count(LandClass::Channel) * cell_km2;
    let ratio = between_km2 / (3154.0 / 0.65);
    assert!((0.7..1.1).contains(&ratio), "{between_km2} km², {ratio} of the published area");
    assert!((0.8..1.3).contains(&(floodplain_km2 / 3154.0)), "{floodplain_km2} km² of floodplain");
}

/// Cells of the channel are its own, hang together by their faces, and show a bed between bottom and lip.
#[test]
fn a_line_stands_on_the_cells_of_the_channel() {
    let line = WHOLE.channel.as_ref().unwrap();
    let grid = &WHOLE.terrain.grid;
    let of_class: Vec<usize> =
        (0..grid.n_cells()).filter(|cell| WHOLE.river.class_of_cell[*cell] == LandClass::Channel).collect();
    assert_eq!(line.cells.iter().map(|of| of.cell).collect::<Vec<_>>(), of_class);
    let mut is_thalweg = 0;
    for cell in &of_class {
        let here = WHOLE.profile.at(WHOLE.along_m[*cell]);
        let bed_m = WHOLE.terrain.bed_m[*cell];
        assert!(bed_m > here.thalweg_m - 1e-9 && bed_m < here.lip_m + 1e-9, "{bed_m} {here:?}");
        is_thalweg += usize::from(bed_m < here.thalweg_m + 1e-9);
    }
    assert!(is_thalweg > line.segments.len(), "{is_thalweg} cells show the bottom");
    let mut reached = std::collections::BTreeSet::from([of_class[0]]);
    let mut front = vec![of_class[0]];
    while let Some(cell) = front.pop() {
        for next in [cell.wrapping_sub(1), cell + 1, cell.wrapping_sub(grid.n_cols), cell + grid.n_cols] {
            if of_class.binary_search(&next).is_ok() && reached.insert(next) {
                front.push(next);
            }
        }
    }
    assert_eq!(reached.len(), of_class.len(), "cells that hang together");
}

/// Above the lip the columns have the area of the cells, and either bank of a segment its length.
#[test]
fn a_line_has_its_columns_and_its_banks_once() {
    let line = WHOLE.channel.as_ref().unwrap();
    let columns_m2: f64 = line.segments.iter().map(|s| s.section.column_width_m() * s.length_m).sum();
    let cells_m2 = line.cells.len() as f64 * WHOLE.terrain.grid.cell_area_m2();
    assert!((columns_m2 / cells_m2 - 1.0).abs() < 1e-9, "{columns_m2} {cells_m2}");
    let mut bank_m = vec![0.0; line.segments.len()];
    for bank in &line.banks {
        assert_eq!(WHOLE.river.class_of_cell[bank.plain_cell], LandClass::Floodplain);
        bank_m[bank.segment] += bank.length_m;
    }
    let n_whole =
        bank_m.iter().zip(&line.segments).filter(|(bank, s)| (**bank / (2.0 * s.length_m) - 1.0).abs() < 1e-6).count();
    assert!(bank_m.iter().zip(&line.segments).all(|(bank, s)| *bank < 2.000_001 * s.length_m));
    println!("{n_whole} of {} segments have the plain on both banks", line.segments.len());
    assert!(n_whole as f64 > 0.95 * line.segments.len() as f64, "{n_whole} of {}", line.segments.len());
}

/// Hardly a levee stands on a cell of the channel: what breaks or overflows a levee starts on the plain.
#[test]
fn between_a_line_and_its_levees_there_is_plain_nearly_everywhere() {
    let grid = &WHOLE.terrain.grid;
    let class = &WHOLE.river.class_of_cell;
    let line = WHOLE.channel.as_ref().unwrap();
    let is_beside = |cell: usize, of: LandClass| {
        let (row, col) = grid.row_col(cell);
        let near = [
            (row > 0).then(|| cell - grid.n_cols),
            (row + 1 < grid.n_rows).then(|| cell + grid.n_cols),
            (col > 0).then(|| cell - 1),
            (col + 1 < grid.n_cols).then(|| cell + 1),
        ];
        near.into_iter().flatten().any(|next| class[next] == of)
    };
    let n = line.cells.iter().filter(|of| is_beside(of.cell, LandClass::Landside)).count();
    println!("{n} of {} cells of the channel lie at a levee", line.cells.len());
    assert!(n * 100 < line.cells.len(), "{n}");
}

/// A line carries the published bankfull discharge, on segments as long as the course on the map.
#[test]
fn a_line_carries_the_published_bankfull_discharge() {
    let line = WHOLE.channel.as_ref().unwrap();
    for station in &WHOLE.river.stations {
        let Some(published) = station.bankfull_published_m3s else { continue };
        let built = station.bankfull_model_m3s.unwrap();
        assert!((built / published - 1.0).abs() < 0.03, "{}: {built} m3/s, published {published}", station.id);
    }
    let course = Polyline::new(WHOLE.river.centreline.clone()).unwrap();
    assert!((line.length_m() / course.length_m() - 1.0).abs() < 1e-6);
    let official_m = 1000.0 * (line.chainage_km[line.chainage_km.len() - 1] - line.chainage_km[0]);
    println!("the line is {:.1} km long, {:.1} km by official chainage", line.length_m() / 1e3, official_m / 1e3);
    assert!((line.length_m() / official_m - 1.0).abs() < 0.05);
    assert!(line.segments.iter().all(|s| (s.length_m / 500.0 - 1.0).abs() < 0.01));
}

#[test]
fn the_channel_has_no_step_from_one_point_to_the_next() {
    let profile = &WHOLE.profile;
    let n = profile.line.points().len();
    for column in [&profile.lip_m, &profile.thalweg_m, &profile.width_m, &profile.slope, &profile.manning] {
        assert!(column.len() == n && column.iter().all(|value| value.is_finite()));
    }
    // Vertices lie about 100 m apart: no step in the channel from one to the next. The table's delta below is level.
    for i in (1..n).filter(|i| (0.0..=800.0).contains(&profile.chainage_km[*i])) {
        assert!(profile.lip_m[i] < profile.lip_m[i - 1] && profile.thalweg_m[i] < profile.lip_m[i] - 0.5);
        assert!((profile.thalweg_m[i] - profile.thalweg_m[i - 1]).abs() < 0.2, "{}", profile.chainage_km[i]);
        assert!((profile.width_m[i] / profile.width_m[i - 1] - 1.0).abs() < 0.02);
    }
}

#[test]
fn on_the_grid_the_cells_must_fit_the_channel() {
    let error = build(&river::tables().unwrap(), &whole(ChannelKind::OnGrid)).unwrap_err();
    assert!(matches!(error, CorridorError::CellTooWide { .. }), "{error}");
}
