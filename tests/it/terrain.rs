//! The river corridor on the grid.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::BinaryHeap;
use std::sync::LazyLock;

use hetu::domain::geo::corridor::{Corridor, CorridorError, CorridorSpec, Opening, build, normal_depth_fields};
use hetu::domain::geo::polyline::{Polyline, distance_m};
use hetu::domain::geo::projection::{CGCS2000_GK_114E, Projection};
use hetu::domain::geo::{Grid, PointMap};
use hetu::domain::river::LandClass;
use hetu::domain::scenario::Edge;
use hetu::domain::swe::walls::wall_faces;
use hetu::io::river;

static AT_200_M: LazyLock<Corridor> = LazyLock::new(|| corridor(200.0, 1996));
static AT_100_M: LazyLock<Corridor> = LazyLock::new(|| corridor(100.0, 1996));

fn corridor(cell_m: f64, epoch: u16) -> Corridor {
    build(&river::tables().unwrap(), &CorridorSpec { cell_m, epoch, ..CorridorSpec::default() }).unwrap()
}

fn both() -> [&'static Corridor; 2] {
    [&AT_200_M, &AT_100_M]
}

fn neighbours(grid: Grid, cell: usize) -> Vec<usize> {
    let (row, col) = grid.row_col(cell);
    let mut next = Vec::new();
    if row > 0 {
        next.push(cell - grid.n_cols);
    }
    if row + 1 < grid.n_rows {
        next.push(cell + grid.n_cols);
    }
    if col > 0 {
        next.push(cell - 1);
    }
    if col + 1 < grid.n_cols {
        next.push(cell + 1);
    }
    next
}

fn on_grid_edge(grid: Grid, cell: usize) -> bool {
    let (row, col) = grid.row_col(cell);
    row == 0 || col == 0 || row + 1 == grid.n_rows || col + 1 == grid.n_cols
}

fn center(grid: Grid, cell: usize) -> PointMap {
    let (row, col) = grid.row_col(cell);
    grid.center_map(row, col)
}

/// Cells reached from some cells over neighbours that `may_enter`.
fn reached(grid: Grid, from: Vec<usize>, may_enter: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut is_reached = vec![false; grid.n_cells()];
    let mut stack: Vec<usize> = from.into_iter().filter(|cell| may_enter(*cell)).collect();
    for cell in &stack {
        is_reached[*cell] = true;
    }
    while let Some(cell) = stack.pop() {
        for next in neighbours(grid, cell) {
            if !is_reached[next] && may_enter(next) {
                is_reached[next] = true;
                stack.push(next);
            }
        }
    }
    is_reached
}

fn is_channel(corridor: &Corridor, cell: usize) -> bool {
    corridor.river.class_of_cell[cell] == LandClass::Channel
}

#[test]
fn the_section_as_built_carries_the_published_bankfull_discharge() {
    for corridor in both() {
        let ids: Vec<&str> = corridor.river.stations.iter().map(|station| station.id.as_str()).collect();
        assert_eq!(ids, ["HYK", "JHT", "GC"]);
        for station in &corridor.river.stations {
            let (published, model) = (station.bankfull_published_m3s.unwrap(), station.bankfull_model_m3s.unwrap());
            assert!((model / published - 1.0).abs() < 0.05, "{}: {model} m3/s, published {published}", station.id);
        }
    }
}

#[test]
fn another_epoch_has_another_channel() {
    let (then, later) = (corridor(200.0, 1985), corridor(200.0, 2002));
    for (before, after) in then.river.stations.iter().zip(&later.river.stations) {
        for station in [before, after] {
            let (published, model) = (station.bankfull_published_m3s.unwrap(), station.bankfull_model_m3s.unwrap());
            assert!((model / published - 1.0).abs() < 0.05, "{}: {model} m3/s, published {published}", station.id);
        }
        assert!(before.bankfull_model_m3s.unwrap() > 1.8 * after.bankfull_model_m3s.unwrap());
    }
}

#[test]
fn the_stations_lie_on_the_course_near_their_coordinates_with_the_lip_just_under_the_warning_stage() {
    let tables = river::tables().unwrap();
    let projection = Projection::new(CGCS2000_GK_114E).unwrap();
    for station in &AT_200_M.river.stations {
        let row = tables.stations.iter().find(|row| row.id == station.id).unwrap();
        let there = projection.map_from_lonlat(row.lon_deg, row.lat_deg).unwrap();
        // The course is good to 1 to 3 km: the river wanders, and it is that of the 1970s.
        assert!(distance_m(there, station.at) < 3000.0, "{} {}", station.id, distance_m(there, station.at));
        let lip_m = AT_200_M.profile.at(AT_200_M.profile.along_at_km(station.chainage_km)).lip_m;
        let under_m = station.warning_stage_m.unwrap() - lip_m;
        assert!((0.0..0.5).contains(&under_m), "{}: {under_m} m", station.id);
    }
}

#[test]
fn the_channel_runs_from_one_opening_to_the_other_without_pits() {
    for corridor in both() {
        let grid = corridor.terrain.grid;
        let at_edge = |edge_col: usize| (0..grid.n_rows).map(|row| grid.index(row, edge_col)).collect::<Vec<_>>();
        let downstream = reached(grid, at_edge(0), |cell| is_channel(corridor, cell));
        assert!(at_edge(grid.n_cols - 1).iter().any(|cell| downstream[*cell]), "the channel is broken");
        assert!((0..grid.n_cells()).all(|cell| is_channel(corridor, cell) == downstream[cell]), "loose channel cells");
        // Water poured on every channel cell finds its way out downstream (Barnes et al. 2014, priority flood).
        let deepest = deepest_pit_m(corridor, &at_edge(grid.n_cols - 1));
        assert!(deepest < 0.02, "a pit of {deepest} m in the channel at {} m", grid.cell_m);
    }
}

/// Depth of the deepest pond in the channel when it drains over some cells.
fn deepest_pit_m(corridor: &Corridor, outlet: &[usize]) -> f64 {
    let (grid, bed_m) = (corridor.terrain.grid, &corridor.terrain.bed_m);
    // A heap of whole micrometres, upside down, since levels themselves have no order.
    #[expect(clippy::cast_possible_truncation, reason = "a hundred metres are 1e8 micrometres")]
    let key = |level_m: f64| -(level_m * 1e6) as i64;
    let mut level_m = vec![f64::NAN; grid.n_cells()];
    let mut heap = BinaryHeap::new();
    for cell in outlet.iter().filter(|cell| is_channel(corridor, **cell)) {
        level_m[*cell] = bed_m[*cell];
        heap.push((key(bed_m[*cell]), *cell));
    }
    let mut deepest: f64 = 0.0;
    while let Some((_, cell)) = heap.pop() {
        for next in neighbours(grid, cell) {
            if is_channel(corridor, next) && level_m[next].is_nan() {
                level_m[next] = bed_m[next].max(level_m[cell]);
                deepest = deepest.max(level_m[next] - bed_m[next]);
                heap.push((key(level_m[next]), next));
            }
        }
    }
    deepest
}

#[test]
fn the_domain_is_one_piece_without_holes_and_every_cell_has_its_fields() {
    for corridor in both() {
        let (grid, terrain) = (corridor.terrain.grid, &corridor.terrain);
        for cell in 0..grid.n_cells() {
            let is_inside = corridor.river.class_of_cell[cell] != LandClass::Outside;
            assert_eq!(terrain.bed_m[cell].is_finite(), is_inside);
            assert_eq!(corridor.along_m[cell].is_finite(), is_inside);
            assert_eq!(is_inside, (0.005..0.1).contains(&terrain.manning[cell]));
        }
        let start = (0..grid.n_cells()).find(|cell| is_channel(corridor, *cell)).unwrap();
        let inside = reached(grid, vec![start], |cell| terrain.is_inside(cell));
        assert!((0..grid.n_cells()).all(|cell| terrain.is_inside(cell) == inside[cell]), "more than one piece");
        let edge = (0..grid.n_cells()).filter(|cell| on_grid_edge(grid, *cell)).collect();
        let outside = reached(grid, edge, |cell| !terrain.is_inside(cell));
        assert!((0..grid.n_cells()).all(|cell| terrain.is_inside(cell) != outside[cell]), "a hole");
    }
}

#[test]
fn the_river_is_perched_above_the_land_behind_its_levees() {
    for corridor in both() {
        let (grid, bed_m, class) = (corridor.terrain.grid, &corridor.terrain.bed_m, &corridor.river.class_of_cell);
        for cell in 0..grid.n_cells() {
            let lip_m = if bed_m[cell].is_finite() { corridor.profile.at(corridor.along_m[cell]).lip_m } else { 0.0 };
            match class[cell] {
                LandClass::Channel => assert!(bed_m[cell] <= lip_m),
                LandClass::Landside => assert!(bed_m[cell] < lip_m - 2.0, "{} {lip_m}", bed_m[cell]),
                LandClass::Floodplain | LandClass::Outside => {}
            }
            for next in neighbours(grid, cell) {
                match (class[cell], class[next]) {
                    (LandClass::Floodplain, LandClass::Landside) => assert!(bed_m[cell] > bed_m[next] + 0.9),
                    (LandClass::Channel, LandClass::Landside) => panic!("no floodplain before the levee"),
                    (LandClass::Channel, LandClass::Outside) => panic!("no levee beside the channel"),
                    // The lip is level across: no step between the banks' outermost cells and the lip.
                    (LandClass::Channel, LandClass::Floodplain) => assert!((bed_m[next] - lip_m).abs() < 0.1),
                    (LandClass::Floodplain, LandClass::Floodplain) => {
                        assert!((bed_m[cell] - bed_m[next]).abs() < 0.35, "a step at {:?}", center(grid, cell));
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn the_levees_part_the_floodplain_from_the_land_behind() {
    for corridor in both() {
        let grid = corridor.terrain.grid;
        let lines: Vec<Polyline> =
            corridor.river.levees.iter().map(|levee| Polyline::new(levee.line.clone()).unwrap()).collect();
        for cell in 0..grid.n_cells() {
            let class = corridor.river.class_of_cell[cell];
            if class == LandClass::Outside {
                continue;
            }
            let [left, right] = [0, 1].map(|line: usize| lines[line].nearest(center(grid, cell)));
            // Right of the left levee and left of the right one; cells beside a levee go with its wall, tested below.
            let within_m = (-left.offset_m).min(right.offset_m);
            let is_beyond = left.is_beyond_end || right.is_beyond_end;
            let beside_cells = if is_beyond { 2.0 } else { 1.5 };
            if within_m.abs() < beside_cells * grid.cell_m {
                continue;
            }
            assert_eq!(class == LandClass::Landside, within_m < 0.0, "{:?} {within_m}", center(grid, cell));
        }
    }
}

#[test]
fn every_face_of_a_levee_has_floodplain_on_one_side_and_the_land_behind_on_the_other() {
    for corridor in both() {
        let grid = corridor.terrain.grid;
        let class = |cell: Option<(usize, usize)>| {
            cell.map(|(row, col)| corridor.river.class_of_cell[grid.index(row, col)])
                .filter(|c| *c != LandClass::Outside)
        };
        let (mut n_faces, mut n_wrong) = (0, 0);
        for wall in wall_faces(&grid, &corridor.walls) {
            let [Some(a), Some(b)] = wall.face.cells(&grid).map(class) else { continue };
            n_faces += 1;
            n_wrong += usize::from((a == LandClass::Landside) == (b == LandClass::Landside));
        }
        assert!(n_faces > 1000, "{n_faces}");
        assert_eq!(n_wrong, 0, "of {n_faces} faces");
    }
}

#[test]
fn the_crests_are_design_stage_and_freeboard_and_fall_downstream() {
    let corridor = &*AT_200_M;
    for (levee, wall) in corridor.river.levees.iter().zip(&corridor.walls) {
        assert_eq!((&levee.wall, &levee.line, &levee.crest_m), (&wall.name, &wall.line, &wall.crest_m));
        assert!(levee.crest_m.windows(2).all(|pair| pair[1] < pair[0]), "{}", levee.wall);
        let line = Polyline::new(levee.line.clone()).unwrap();
        for station in &corridor.river.stations[..2] {
            let beside = line.nearest(station.at).along_m;
            let vertex = line.along_m().partition_point(|s| *s < beside).min(levee.crest_m.len() - 1);
            let expected_m = station.design_stage_m.unwrap() + 3.0;
            // A levee's chainage is that of the axis, a few kilometres from the channel's: half a metre of fall.
            assert!((levee.crest_m[vertex] - expected_m).abs() < 0.6, "{} {}", levee.crest_m[vertex], expected_m);
        }
    }
    assert_eq!(corridor.walls[0].name, "left-levee");
    let north = |i: usize| corridor.walls[i].line[0][1];
    assert!(north(0) > north(1), "the left levee is the northern one where the river flows east");
}

#[test]
fn the_openings_lie_between_the_levees_and_hold_the_channel() {
    for corridor in both() {
        let grid = corridor.terrain.grid;
        for (opening, edge, col) in
            [(corridor.upstream, Edge::West, 0), (corridor.downstream, Edge::East, grid.n_cols - 1)]
        {
            let Opening { edge: found, span_m: [from, to] } = opening;
            assert_eq!(found, edge);
            let open = |row: usize| (from..to).contains(&(grid.center_map(row, col)[1] - grid.south_m()));
            for row in 0..grid.n_rows {
                let class = corridor.river.class_of_cell[grid.index(row, col)];
                assert!(!open(row) || matches!(class, LandClass::Channel | LandClass::Floodplain), "row {row}");
                assert!(open(row) || class != LandClass::Channel, "channel outside the opening, row {row}");
            }
            let ends: Vec<f64> = corridor
                .walls
                .iter()
                .flat_map(|wall| [wall.line[0], wall.line[wall.line.len() - 1]])
                .filter(|p| (p[0] - grid.center_map(0, col)[0]).abs() < grid.cell_m)
                .map(|p| p[1] - grid.south_m())
                .collect();
            assert_eq!(ends.len(), 2, "both levees reach the edge");
            let (south, north) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            assert!(from > south && to < north && to - from > 0.9 * (north - south) - 2.0 * grid.cell_m);
        }
    }
}

#[test]
fn the_units_cover_the_floodplain_and_the_land_behind_the_levees_and_nothing_else() {
    for corridor in both() {
        let (grid, river) = (corridor.terrain.grid, &corridor.river);
        let ids: Vec<&str> = river.units.iter().map(|unit| unit.id.as_str()).collect();
        assert_eq!(ids, ["WZYY", "FQ", "CY", "PY", "ZZZM", "KF", "LK", "DM", "BL", "BR"]);
        for cell in 0..grid.n_cells() {
            let unit = river.units.get(usize::from(river.unit_of_cell[cell]));
            let expected = match river.class_of_cell[cell] {
                LandClass::Floodplain => Some(false),
                LandClass::Landside => Some(true),
                _ => None,
            };
            assert_eq!(unit.map(|unit| unit.is_landside), expected, "{:?}", center(grid, cell));
        }
        for (number, unit) in river.units.iter().enumerate() {
            let cells = river.unit_of_cell.iter().filter(|found| usize::from(**found) == number).count();
            assert!((unit.area_m2 - cells as f64 * grid.cell_area_m2()).abs() < 1.0);
            let (row, col) = grid.cell_at(unit.at).unwrap();
            assert_eq!(usize::from(river.unit_of_cell[grid.index(row, col)]), number, "label of {}", unit.id);
        }
    }
}

#[test]
fn the_same_settings_give_the_same_corridor() {
    let (a, b) = (&*AT_200_M, corridor(200.0, 1996));
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&a.terrain.bed_m), bits(&b.terrain.bed_m));
    assert_eq!(bits(&a.terrain.manning), bits(&b.terrain.manning));
    assert_eq!(a.river, b.river);
    assert_eq!(a.walls, b.walls);
}

/// Discharge along the channel over the cells of a stretch of it, m³/s.
fn discharge_m3s(corridor: &Corridor, fields: &(Vec<f64>, Vec<f64>, Vec<f64>), from_m: f64, to_m: f64) -> f64 {
    let (depth_m, u_mps, v_mps) = fields;
    let width_m = corridor.terrain.grid.cell_area_m2() / (to_m - from_m);
    let cells = (0..depth_m.len()).filter(|cell| (from_m..to_m).contains(&corridor.along_m[*cell]));
    cells.map(|cell| depth_m[cell] * u_mps[cell].hypot(v_mps[cell]) * width_m).sum()
}

#[test]
fn normal_depth_carries_the_discharge_in_the_channel() {
    for corridor in both() {
        for asked in [500.0, 1900.0, 2900.0] {
            let fields = normal_depth_fields(corridor, asked);
            let (first, last) = (corridor.profile.along_at_km(130.0), corridor.profile.along_at_km(305.0));
            for piece in 0..30 {
                let from_m = first + (last - first) * f64::from(piece) / 30.0;
                let found = discharge_m3s(corridor, &fields, from_m, from_m + (last - first) / 30.0);
                assert!((found / asked - 1.0).abs() < 0.05, "{found} of {asked} m3/s in piece {piece}");
            }
            for (cell, h) in fields.0.iter().enumerate() {
                assert!(*h >= 0.0 && (*h == 0.0 || is_channel(corridor, cell)), "water outside the channel");
                assert!(*h > 0.0 || (fields.1[cell] == 0.0 && fields.2[cell] == 0.0));
            }
        }
    }
}

#[test]
fn more_than_bankfull_starts_at_bankfull_and_nothing_starts_dry() {
    let corridor = &*AT_200_M;
    let brimful = normal_depth_fields(corridor, 20_000.0);
    let (from_m, to_m) = (corridor.profile.along_at_km(226.0), corridor.profile.along_at_km(231.0));
    assert!((discharge_m3s(corridor, &brimful, from_m, to_m) / 3800.0 - 1.0).abs() < 0.05);
    for (cell, h) in brimful.0.iter().enumerate().filter(|(_, h)| **h > 0.0) {
        let lip_m = corridor.profile.at(corridor.along_m[cell]).lip_m;
        assert!(corridor.terrain.bed_m[cell] + h <= lip_m + 1e-9);
    }
    assert!(normal_depth_fields(corridor, 0.0).0.iter().all(|h| *h == 0.0));
}

#[test]
fn flow_starts_downstream() {
    let corridor = &*AT_200_M;
    let (_, u_mps, v_mps) = normal_depth_fields(corridor, 2000.0);
    let course = Polyline::new(corridor.river.centreline.clone()).unwrap();
    for cell in (0..u_mps.len()).filter(|cell| u_mps[*cell].hypot(v_mps[*cell]) > 0.0) {
        let along = course.direction_at(course.nearest(center(corridor.terrain.grid, cell)).along_m);
        let speed = u_mps[cell].hypot(v_mps[cell]);
        assert!(u_mps[cell] * along[0] + v_mps[cell] * along[1] > 0.8 * speed);
        assert!(speed < 3.0, "{speed} m/s");
    }
}

#[test]
fn settings_out_of_range_are_refused_with_what_is_allowed() {
    let tables = river::tables().unwrap();
    let refused = |change: &dyn Fn(&mut CorridorSpec)| {
        let mut spec = CorridorSpec::default();
        change(&mut spec);
        build(&tables, &spec).unwrap_err()
    };
    for cell_m in [0.0, -200.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(refused(&|spec| spec.cell_m = cell_m), CorridorError::CellSize { .. }));
    }
    assert!(matches!(refused(&|spec| spec.cell_m = 300.0), CorridorError::CellTooWide { .. }));
    assert!(matches!(refused(&|spec| spec.cell_m = 1.0), CorridorError::TooManyCells { .. }));
    assert!(matches!(refused(&|spec| spec.landside_m = -1.0), CorridorError::Landside { .. }));
    for (from_km, to_km) in [(-5.0, 200.0), (200.0, 5000.0), (300.0, 200.0), (f64::NAN, 200.0)] {
        let error = refused(&|spec| (spec.from_km, spec.to_km) = (from_km, to_km));
        assert!(matches!(error, CorridorError::ReachOutside { .. }), "{error}");
    }
    let error = refused(&|spec| spec.epoch = 1900).to_string();
    assert_eq!(error, "epoch 1900, allowed: 1958 to 2022");
}

/// In the narrow reach the channel comes close to a levee, which then keeps its distance.
#[test]
fn other_reaches_can_be_built_too_and_the_levees_leave_room_for_the_channel() {
    let tables = river::tables().unwrap();
    for (from_km, to_km, cell_m) in
        [(130.0, 160.0, 100.0), (180.0, 300.0, 250.0), (320.0, 420.0, 200.0), (490.0, 560.0, 100.0)]
    {
        let spec = CorridorSpec { from_km, to_km, cell_m, ..CorridorSpec::default() };
        let corridor = build(&tables, &spec).unwrap();
        assert!(corridor.upstream.span_m[1] > corridor.upstream.span_m[0]);
        assert!(corridor.downstream.span_m[1] > corridor.downstream.span_m[0]);
        let course = Polyline::new(corridor.river.centreline.clone()).unwrap();
        for levee in &corridor.river.levees {
            assert!(levee.line.len() > 20);
            for p in &levee.line {
                let nearest = course.nearest(*p);
                let along_m = corridor.profile.line.nearest(*p).along_m;
                let floodplain_m = nearest.offset_m.abs() - 0.5 * corridor.profile.at(along_m).width_m;
                assert!(floodplain_m > 400.0 || nearest.is_beyond_end, "{floodplain_m} m at {p:?} of {from_km} km");
            }
        }
    }
}
