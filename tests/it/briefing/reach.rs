//! A made-up reach in the shape of the real one: east along the plain, then north-east, between two levees.

use hetu::domain::frame::{Budget, Frame, GaugeReading, Readings, SectionReading};
use hetu::domain::geo::corridor::RoughnessSource;
use hetu::domain::geo::{Grid, PointMap};
use hetu::domain::impact::{Calendar, CellHazard, UnitExposure, Village, count};
use hetu::domain::river::{FloodplainUnit, LandClass, Levee, NO_UNIT, ObservedPeak, River, Station};
use hetu::domain::scenario::{Gauge, Initial, Mode, Numerics, OutputPlan, Scenario, Section, Terrain, Wall};
use hetu::domain::text::Bilingual;
use hetu::io::exposure::exposure_of;
use time::macros::datetime;

/// Course in shares of the grid's width and of its height, from the south-west corner.
const COURSE: [[f64; 2]; 12] = [
    [0.0, 0.50],
    [0.08, 0.44],
    [0.16, 0.46],
    [0.25, 0.38],
    [0.34, 0.41],
    [0.45, 0.33],
    [0.55, 0.36],
    [0.64, 0.27],
    [0.71, 0.33],
    [0.78, 0.52],
    [0.88, 0.72],
    [1.0, 0.97],
];

/// One unit of length of the reach: cells of the grid share its size, whatever their number.
struct Shape {
    course: Vec<PointMap>,
    half_channel_m: f64,
    half_plain_m: f64,
    landside_m: f64,
}

fn shape(grid: &Grid) -> Shape {
    let size = [grid.east_m() - grid.west_m, grid.north_m - grid.south_m()];
    let course = COURSE.map(|[x, y]| [grid.west_m + x * size[0], grid.south_m() + y * size[1]]).to_vec();
    Shape { course, half_channel_m: 0.016 * size[1], half_plain_m: 0.075 * size[1], landside_m: 0.06 * size[1] }
}

/// Distance from the course (positive on its left hand) and way along it, m.
fn along(course: &[PointMap], at: PointMap) -> (f64, f64) {
    let mut best = (f64::INFINITY, 0.0);
    let mut way = 0.0;
    for pair in course.windows(2) {
        let d = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
        let r = [at[0] - pair[0][0], at[1] - pair[0][1]];
        let length = d[0].hypot(d[1]);
        let share = ((r[0] * d[0] + r[1] * d[1]) / (length * length)).clamp(0.0, 1.0);
        let off = [r[0] - share * d[0], r[1] - share * d[1]];
        let side = (d[0] * r[1] - d[1] * r[0]).signum();
        let distance = off[0].hypot(off[1]);
        if distance < best.0.abs() {
            best = (side * distance, way + share * length);
        }
        way += length;
    }
    best
}

/// The course moved sideways, to the left where positive.
fn beside(course: &[PointMap], by_m: f64) -> Vec<PointMap> {
    (0..course.len())
        .map(|i| {
            let (a, b) = (course[i.saturating_sub(1)], course[(i + 1).min(course.len() - 1)]);
            let d = [b[0] - a[0], b[1] - a[1]];
            let length = d[0].hypot(d[1]);
            [course[i][0] - by_m * d[1] / length, course[i][1] + by_m * d[0] / length]
        })
        .collect()
}

/// A scenario on such a reach.
pub(super) fn scenario(n_cols: usize, n_rows: usize, cell_m: f64) -> Scenario {
    let grid = Grid { n_cols, n_rows, cell_m, west_m: 440_000.0, north_m: 3_930_000.0 };
    let shape = shape(&grid);
    let mut bed_m = vec![f64::NAN; grid.n_cells()];
    let mut unit_of_cell = vec![NO_UNIT; grid.n_cells()];
    let mut class_of_cell = vec![LandClass::Outside; grid.n_cells()];
    let (_, length_m) = along(&shape.course, shape.course[shape.course.len() - 1]);
    for index in 0..grid.n_cells() {
        let (row, col) = grid.row_col(index);
        let (side, way) = along(&shape.course, grid.center_map(row, col));
        let off = side.abs();
        let level = 94.0 - 30.0 * way / length_m - off / 3000.0;
        let (class, z) = if off < shape.half_channel_m {
            (LandClass::Channel, level - 2.5)
        } else if off < shape.half_plain_m {
            (LandClass::Floodplain, level)
        } else if off < shape.half_plain_m + shape.landside_m {
            (LandClass::Landside, level - 4.0)
        } else {
            continue;
        };
        bed_m[index] = z;
        class_of_cell[index] = class;
        if class == LandClass::Floodplain {
            let third = u8::from(way > 0.36 * length_m) + u8::from(way > 0.7 * length_m);
            unit_of_cell[index] = 2 * third + u8::from(side > 0.0);
        }
    }
    let levees: Vec<Levee> = [(1.0, "left", "左岸大堤", "Left levee"), (-1.0, "right", "右岸大堤", "Right levee")]
        .into_iter()
        .map(|(sign, wall, zh, en)| {
            let line = beside(&shape.course, sign * shape.half_plain_m);
            let crest_m = vec![100.0; line.len()];
            Levee { wall: wall.into(), name: Bilingual::new(zh, en), line, crest_m }
        })
        .collect();
    let river = River {
        chainage_km: (0..shape.course.len()).map(|i| 128.0 + 15.0 * i as f64).collect(),
        centreline: shape.course.clone(),
        stations: stations(&shape.course),
        units: units(&grid, &unit_of_cell),
        unit_of_cell,
        class_of_cell,
        roughness: RoughnessSource::Published,
        levees: levees.clone(),
    };
    let exposure = exposure_of(
        vec![UnitExposure { farmland_frac: 0.7 }; river.units.len()],
        villages(&grid, &river),
        Bilingual::new("演示参数：按面积均摊", "Demonstration values: shared out by area"),
    );
    Scenario {
        name: "made-up-reach".into(),
        title: Bilingual::new("1996年8月洪水（测试河段）", "August 1996 flood (test reach)"),
        mode: Mode::Rehearsal,
        start: datetime!(1996-08-03 08:00 +8),
        duration_secs: 10.0 * 86_400.0,
        terrain: Terrain { grid, epsg: Some(4547), manning: vec![0.03; bed_m.len()], bed_m },
        initial: Initial::Dry,
        walls: levees.into_iter().map(|l| Wall::new(l.wall, l.line, l.crest_m)).collect(),
        boundaries: vec![],
        sources: vec![],
        rain: None,
        infiltration: None,
        sediment: None,
        events: vec![],
        structures: vec![],
        gauges: river.stations.iter().map(|s| Gauge { name: s.id.clone(), at: s.at }).collect(),
        sections: river.stations.iter().map(|s| across(s, &grid)).collect(),
        output: OutputPlan { frame_every_secs: 6.0 * 3600.0, gauge_every_secs: 3600.0 },
        numerics: Numerics::default(),
        river: Some(river),
        basins: Vec::new(),
        exposure: Some(exposure),
        channel: None,
    }
}

fn across(station: &Station, grid: &Grid) -> Section {
    let reach = 0.1 * (grid.north_m - grid.south_m());
    let [x, y] = station.at;
    Section { name: station.id.clone(), line: vec![[x, y - reach], [x, y + reach]] }
}

fn stations(course: &[PointMap]) -> Vec<Station> {
    let rows = [
        (1, "HYK", "花园口", "Huayuankou", 7860.0, 94.73, 54.0, 3900.0),
        (6, "JHT", "夹河滩", "Jiahetan", 7150.0, 76.44, 92.0, 3800.0),
        (10, "GC", "高村", "Gaocun", 6810.0, 63.87, 160.0, 3000.0),
    ];
    rows.map(|(i, id, zh, en, discharge_m3s, stage_m, hours, bankfull)| Station {
        id: id.into(),
        name: Bilingual::new(zh, en),
        at: course[i],
        chainage_km: 128.0 + 15.0 * i as f64,
        warning_stage_m: Some(stage_m - 0.9),
        design_stage_m: None,
        bankfull_published_m3s: Some(bankfull),
        bankfull_model_m3s: Some(bankfull + 100.0),
        observed_peaks: vec![ObservedPeak {
            discharge_m3s,
            stage_m: Some(stage_m),
            time_secs: hours * 3600.0,
            time_tolerance_secs: 6.0 * 3600.0,
            confidence: "B".into(),
        }],
        observed: None,
    })
    .to_vec()
}

fn units(grid: &Grid, unit_of_cell: &[u8]) -> Vec<FloodplainUnit> {
    let names = [
        ("郑州中牟滩", "Zhengzhou-Zhongmu"),
        ("原阳滩", "Yuanyang"),
        ("开封滩", "Kaifeng"),
        ("封丘滩", "Fengqiu"),
        ("兰考东明滩", "Lankao-Dongming"),
        ("长垣滩", "Changyuan"),
    ];
    let unit = |(k, (zh, en)): (usize, &(&str, &str))| {
        let cells: Vec<usize> = (0..unit_of_cell.len()).filter(|&i| usize::from(unit_of_cell[i]) == k).collect();
        // The cell nearest to the mean lies on the unit even where it bends.
        let points: Vec<PointMap> =
            cells.iter().map(|&i| grid.row_col(i)).map(|(r, c)| grid.center_map(r, c)).collect();
        let n = points.len() as f64;
        let mean = [points.iter().map(|p| p[0]).sum::<f64>() / n, points.iter().map(|p| p[1]).sum::<f64>() / n];
        let off = |p: &PointMap| (p[0] - mean[0]).hypot(p[1] - mean[1]);
        let at = points.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(mean);
        FloodplainUnit {
            id: format!("u{k}"),
            name: Bilingual::new(*zh, *en),
            county: (*zh).into(),
            at,
            area_m2: n * grid.cell_area_m2(),
            is_landside: false,
        }
    };
    names.iter().enumerate().map(unit).collect()
}

/// A village of a thousand people for each 1.7 km² of floodplain, on ground as high as the cells round it.
fn villages(grid: &Grid, river: &River) -> Vec<Village> {
    let is_one = |cell: &usize| river.unit_of_cell[*cell] != NO_UNIT && cell.is_multiple_of(41);
    let village = |cell: usize| {
        let (row, col) = grid.row_col(cell);
        Village {
            id: format!("V-{cell}"),
            name: Bilingual::new(format!("{cell}村"), format!("Village {cell}")),
            unit: usize::from(river.unit_of_cell[cell]),
            cell,
            at: grid.center_map(row, col),
            people: 1000.0,
            people_by_day: 850.0,
            households: 280.0,
            platform_m: 0.0,
            houses_m2: [12_000.0, 12_000.0, 6000.0],
            is_practised: true,
        }
    };
    (0..grid.n_cells()).filter(is_one).map(village).collect()
}

/// How high the flood stands on the floodplain, 0 to 1, at a share of the way: a wave that travels and lingers.
fn wave(time_secs: f64, way_frac: f64) -> f64 {
    let hours = time_secs / 3600.0 - 30.0 - 90.0 * way_frac;
    if hours < 0.0 { 0.0 } else { (hours / 24.0).min(1.0) * (1.0 - 0.7 * ((hours - 48.0) / 120.0).clamp(0.0, 1.0)) }
}

/// A frame of the made-up flood.
pub(super) fn frame(scenario: &Scenario, time_secs: f64) -> Frame {
    let grid = scenario.terrain.grid;
    let river = scenario.river.as_ref().expect("the made-up reach has a river");
    let shape = shape(&grid);
    let (_, length_m) = along(&shape.course, shape.course[shape.course.len() - 1]);
    let depth_m: Vec<f64> = (0..grid.n_cells())
        .map(|index| {
            let (row, col) = grid.row_col(index);
            let (side, way) = along(&shape.course, grid.center_map(row, col));
            let h = wave(time_secs, way / length_m);
            match river.class_of_cell[index] {
                LandClass::Channel => 1.9 + 1.9 * h,
                LandClass::Floodplain => {
                    let foot = (side.abs() - shape.half_channel_m) / (shape.half_plain_m - shape.half_channel_m);
                    (h * (0.3 + 2.2 * foot) - 0.35 - 0.4 * (way / 9000.0).sin() - 0.3 * (side / 1500.0).cos()).max(0.0)
                }
                LandClass::Landside | LandClass::Outside => 0.0,
            }
        })
        .collect();
    let calendar = Calendar::new(scenario.start, scenario.duration_secs);
    let losses = scenario
        .exposure
        .as_ref()
        .map(|e| count(e, river, &grid, &calendar, |cell| CellHazard::of_depth(depth_m[cell])))
        .unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "depths of a few metres")]
    let depth_mm = depth_m.iter().map(|h| (h * 1000.0).round() as u16).collect();
    let n = river.stations.len();
    let readings = Readings {
        time_secs,
        gauges: (0..n).map(|i| gauge(time_secs, i)).collect(),
        sections: (0..n).map(|i| section(time_secs, i)).collect(),
        losses,
        villages: Vec::new(),
        budget: Budget::default(),
        sediment: None,
        wet_area_m2: 0.0,
    };
    Frame { time_secs, depth_mm, u_mmps: vec![0; grid.n_cells()], v_mmps: vec![0; grid.n_cells()], readings }
}

/// Reading of the section at a station: a wave from 2600 m3/s to a peak, later and lower downstream.
pub(super) fn section(time_secs: f64, station: usize) -> SectionReading {
    let peaks = [7860.0, 6900.0, 6200.0];
    let late = (time_secs / 3600.0 - [54.0, 85.0, 150.0][station]) / [30.0, 36.0, 44.0][station];
    let discharge_m3s = 2600.0 + (peaks[station] - 2600.0) * (-late * late).exp();
    let stage_m = gauge(time_secs, station).stage_m;
    SectionReading { discharge_m3s, mean_stage_m: Some(stage_m), sediment: None }
}

/// Reading of the gauge at a station.
pub(super) fn gauge(time_secs: f64, station: usize) -> GaugeReading {
    let late = (time_secs / 3600.0 - [54.0, 85.0, 150.0][station]) / [34.0, 40.0, 48.0][station];
    let rise = 1.9 * (-late * late).exp();
    GaugeReading { depth_m: 1.9 + rise, stage_m: [92.7, 74.6, 62.1][station] + rise, u_mps: 1.2, v_mps: 0.1 }
}
