//! Scenes made by hand: a small one for exact checks, and a large one shaped like the real reach, to be looked at.

use hetu::domain::frame::{Frame, Readings};
use hetu::domain::geo::{Grid, PointMap};
use hetu::domain::river::{FloodplainUnit, LandClass, Levee, NO_UNIT, River, Station};
use hetu::domain::scenario::{Initial, Mode, Numerics, OutputPlan, Scenario, Terrain};
use hetu::domain::text::Bilingual;
use time::OffsetDateTime;

/// Middle of the pond on the floodplain of the small scene.
pub(crate) const POND: PointMap = [6000.0, 5500.0];

/// A point in the middle of the channel of the small scene.
pub(crate) const CHANNEL: PointMap = [9000.0, 4000.0];

/// 60 by 40 cells of 200 m: a channel in the middle running east, levees at 1.2 km and 6.8 km from the south.
pub(crate) fn small() -> Scenario {
    let grid = Grid { n_cols: 60, n_rows: 40, cell_m: 200.0, west_m: 0.0, north_m: 8000.0 };
    let place = |i: usize| {
        let (row, col) = grid.row_col(i);
        grid.center_map(row, col)
    };
    let class = |[_, y]: PointMap| match y {
        y if (3500.0..4500.0).contains(&y) => LandClass::Channel,
        y if (1200.0..6800.0).contains(&y) => LandClass::Floodplain,
        _ => LandClass::Landside,
    };
    let bed = |at: PointMap| {
        let valley = 52.0 - at[0] * 2e-4;
        valley
            + match class(at) {
                LandClass::Channel => -4.0,
                LandClass::Landside => -3.0,
                _ => 0.0,
            }
    };
    let levee = |name: &str, y: f64| Levee {
        wall: name.into(),
        name: Bilingual::new("试验堤", name),
        line: vec![[0.0, y], [12_000.0, y]],
        crest_m: vec![60.0, 57.6],
    };
    let river = River {
        centreline: vec![[0.0, 4000.0], [6000.0, 4000.0], [12_000.0, 4000.0]],
        chainage_km: vec![128.0, 134.0, 140.0],
        stations: vec![station("TST", "试验站", "Teststation", [6000.0, 4000.0], 134.0)],
        levees: vec![levee("North levee", 6800.0), levee("South levee", 1200.0)],
        units: vec![],
        unit_of_cell: vec![NO_UNIT; grid.n_cells()],
        class_of_cell: (0..grid.n_cells()).map(|i| class(place(i))).collect(),
    };
    scenario(grid, (0..grid.n_cells()).map(|i| bed(place(i))).collect(), river)
}

/// Two frames of the small scene: 4 m in the channel, and a pond that rises from 0.8 m to 2.2 m.
pub(crate) fn small_frames() -> [Frame; 2] {
    let scenario = small();
    let grid = scenario.terrain.grid;
    [800, 2200].map(|pond_mm| {
        let depth = (0..grid.n_cells()).map(|i| {
            let (row, col) = grid.row_col(i);
            let [x, y] = grid.center_map(row, col);
            if (3500.0..4500.0).contains(&y) {
                4000
            } else if (x - POND[0]).hypot(y - POND[1]) < 900.0 {
                pond_mm
            } else {
                0
            }
        });
        frame(depth.collect(), 1200, 900)
    })
}

fn frame(depth_mm: Vec<u16>, u: i16, v: i16) -> Frame {
    let n = depth_mm.len();
    Frame { time_secs: 0.0, depth_mm, u_mmps: vec![u; n], v_mmps: vec![v; n], readings: Readings::default() }
}

fn station(id: &str, zh: &str, en: &str, at: PointMap, chainage_km: f64) -> Station {
    Station {
        id: id.into(),
        name: Bilingual::new(zh, en),
        at,
        chainage_km,
        warning_stage_m: None,
        design_stage_m: None,
        bankfull_published_m3s: None,
        bankfull_model_m3s: None,
        observed_peaks: vec![],
    }
}

fn scenario(grid: Grid, bed_m: Vec<f64>, river: River) -> Scenario {
    let manning = bed_m.iter().map(|_| 0.03).collect();
    Scenario {
        name: "golden".into(),
        title: Bilingual::new("样图", "Golden"),
        mode: Mode::Rehearsal,
        start: OffsetDateTime::UNIX_EPOCH,
        duration_secs: 3600.0,
        terrain: Terrain { grid, epsg: None, bed_m, manning },
        initial: Initial::Dry,
        walls: vec![],
        boundaries: vec![],
        sources: vec![],
        rain_mm_per_hour: None,
        infiltration_mm_per_hour: None,
        events: vec![],
        gauges: vec![],
        sections: vec![],
        output: OutputPlan { frame_every_secs: 600.0, gauge_every_secs: 60.0 },
        numerics: Numerics::default(),
        river: Some(river),
        exposure: None,
    }
}

/// Course of the large scene's river, by distance from its upper end: east, then bending to the north-east.
fn course() -> Vec<PointMap> {
    let mut at = [3000.0, 16_000.0];
    let mut line = vec![at];
    for i in 0..300 {
        let km = f64::from(i) * 0.5;
        let heading = if km < 95.0 { 6.0 } else { 6.0 + 58.0 * ((km - 95.0) / 12.0).min(1.0) };
        let turn: f64 = heading + 22.0 * (km / 4.1).sin() + 9.0 * (km / 1.7 + 1.0).sin();
        at = [at[0] + 500.0 * turn.to_radians().cos(), at[1] + 500.0 * turn.to_radians().sin()];
        line.push(at);
    }
    line
}

/// The course without its bends: what the levees follow.
fn axis(line: &[PointMap]) -> Vec<PointMap> {
    (0..line.len())
        .map(|i| {
            let near = &line[i.saturating_sub(28)..(i + 29).min(line.len())];
            let sum = near.iter().fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
            [sum[0] / near.len() as f64, sum[1] / near.len() as f64]
        })
        .collect()
}

/// Signed distance to a line (positive to its left) and the share of the way along it.
fn beside(line: &[PointMap], at: PointMap) -> (f64, f64) {
    let mut best = (f64::INFINITY, 0.0, 0.0);
    for (i, pair) in line.windows(2).enumerate() {
        let [a, b] = [pair[0], pair[1]];
        let d = [b[0] - a[0], b[1] - a[1]];
        let w = [at[0] - a[0], at[1] - a[1]];
        let part = ((w[0] * d[0] + w[1] * d[1]) / (d[0] * d[0] + d[1] * d[1])).clamp(0.0, 1.0);
        let distance = (w[0] - d[0] * part).hypot(w[1] - d[1] * part);
        if distance < best.0 {
            let side = (d[0] * w[1] - d[1] * w[0]).signum();
            best = (distance, side, (i as f64 + part) / (line.len() - 1) as f64);
        }
    }
    (best.0 * best.1, best.2)
}

/// 700 by 330 cells of 200 m around a wandering river of 150 km between levees 9 km apart.
pub(crate) fn large() -> Scenario {
    let grid = Grid { n_cols: 700, n_rows: 330, cell_m: 200.0, west_m: 0.0, north_m: 66_000.0 };
    let (line, axis) = (course(), axis(&course()));
    let coarse: Vec<PointMap> = axis.iter().copied().step_by(3).collect();
    let (mut bed_m, mut class) = (vec![f64::NAN; grid.n_cells()], vec![LandClass::Outside; grid.n_cells()]);
    for i in 0..grid.n_cells() {
        let (row, col) = grid.row_col(i);
        let at = grid.center_map(row, col);
        let (from_axis, along) = beside(&coarse, at);
        if from_axis.abs() > 6500.0 {
            continue;
        }
        let (from_river, _) = beside(&line, at);
        let valley = 92.0 - 26.0 * along;
        let half_width = 450.0;
        (class[i], bed_m[i]) = if from_axis.abs() > 4500.0 {
            (LandClass::Landside, valley - 5.0)
        } else if from_river.abs() < half_width {
            (LandClass::Channel, valley - 3.2 * (1.0 - (from_river / half_width).powi(4)))
        } else {
            (LandClass::Floodplain, valley - 2.5 * (from_river.abs() - half_width) / 4000.0)
        };
    }
    let levee = |name: &str, zh: &str, side: f64| {
        let line: Vec<PointMap> = (0..axis.len())
            .step_by(4)
            .map(|i| {
                let (a, b) = (axis[i.saturating_sub(1)], axis[(i + 1).min(axis.len() - 1)]);
                let d = [b[0] - a[0], b[1] - a[1]];
                let length = d[0].hypot(d[1]);
                [axis[i][0] - side * 4500.0 * d[1] / length, axis[i][1] + side * 4500.0 * d[0] / length]
            })
            .collect();
        let crest_m = (0..line.len()).map(|i| 97.0 - 26.0 * i as f64 / (line.len() - 1) as f64).collect();
        Levee { wall: name.into(), name: Bilingual::new(zh, name), line, crest_m }
    };
    let km = |i: usize| 126.0 + 0.5 * i as f64;
    let river = River {
        chainage_km: (0..line.len()).map(km).collect(),
        stations: vec![
            station("HYK", "花园口", "Huayuankou", line[8], km(8)),
            station("JHT", "夹河滩", "Jiahetan", line[180], km(180)),
            station("GC", "高村", "Gaocun", line[292], km(292)),
        ],
        levees: vec![levee("Left levee", "左岸大堤", 1.0), levee("Right levee", "右岸大堤", -1.0)],
        units: vec![FloodplainUnit {
            id: "U".into(),
            name: Bilingual::new("兰考滩", "Lankao"),
            county: String::new(),
            at: line[215],
            area_m2: 0.0,
        }],
        unit_of_cell: vec![NO_UNIT; grid.n_cells()],
        class_of_cell: class,
        centreline: line,
    };
    scenario(grid, bed_m, river)
}

/// A picture of a flood, not a computed one: bankfull at the upper end, rising over the floodplain in the middle, and
/// falling again towards the lower end. Level across the river, as high as the channel's bed beside it says.
pub(crate) fn flooded(scenario: &Scenario) -> Frame {
    let (grid, river) = (scenario.terrain.grid, scenario.river.as_ref().unwrap());
    let bed = |at: PointMap| grid.cell_at(at).map_or(f64::NAN, |(r, c)| scenario.terrain.bed_m[grid.index(r, c)]);
    let line: Vec<PointMap> = river.centreline.iter().copied().filter(|p| bed(*p).is_finite()).collect();
    let levels: Vec<f64> = (0..line.len())
        .map(|i| {
            let near = &line[i.saturating_sub(3)..(i + 4).min(line.len())];
            near.iter().map(|p| bed(*p)).sum::<f64>() / near.len() as f64
        })
        .collect();
    let depth = (0..grid.n_cells()).map(|i| {
        let class = river.class_of_cell[i];
        if !matches!(class, LandClass::Channel | LandClass::Floodplain) {
            return 0;
        }
        let (row, col) = grid.row_col(i);
        let (_, along) = beside(&line, grid.center_map(row, col));
        let over_bank = 1.6 * ((along - 0.35) / 0.15).clamp(0.0, 1.0) - 2.5 * ((along - 0.85) / 0.1).max(0.0);
        let place = along * (line.len() - 1) as f64;
        let near = (0..levels.len()).min_by(|a, b| (*a as f64 - place).abs().total_cmp(&(*b as f64 - place).abs()));
        let depth_m = levels[near.unwrap()] + 2.2 + over_bank - scenario.terrain.bed_m[i];
        millimetres(depth_m.max(if class == LandClass::Channel { 0.4 } else { 0.0 }))
    });
    frame(depth.collect(), 900, 300)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a depth between 0 and 20 m")]
fn millimetres(depth_m: f64) -> u16 {
    (depth_m.clamp(0.0, 20.0) * 1000.0).round() as u16
}
