//! A small scene made by hand, for exact checks.

use hetu::domain::frame::{Frame, Readings};
use hetu::domain::geo::corridor::RoughnessSource;
use hetu::domain::geo::{Grid, PointMap};
use hetu::domain::impact::{Exposure, UnitExposure, Village};
use hetu::domain::river::{FloodplainUnit, LandClass, Levee, NO_UNIT, River, Station};
use hetu::domain::scenario::{Initial, Mode, Numerics, OutputPlan, Scenario, Terrain};
use hetu::domain::text::Bilingual;
use hetu::io::exposure::exposure_of;
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
        units: vec![unit()],
        unit_of_cell: (0..grid.n_cells())
            .map(|i| if class(place(i)) == LandClass::Floodplain { 0 } else { NO_UNIT })
            .collect(),
        class_of_cell: (0..grid.n_cells()).map(|i| class(place(i))).collect(),
        roughness: RoughnessSource::Published,
    };
    scenario(grid, (0..grid.n_cells()).map(|i| bed(place(i))).collect(), river)
}

/// The floodplain, with a dozen villages.
fn unit() -> FloodplainUnit {
    let name = Bilingual::new("试验滩", "Testplain");
    FloodplainUnit { id: "T".into(), name, county: String::new(), at: POND, area_m2: 12.0 * 4.6e6, is_landside: false }
}

/// Villages all over the floodplain, on ground from nothing to 3 m above it.
fn exposure(grid: &Grid, river: &River) -> Exposure {
    let cells: Vec<usize> = (0..grid.n_cells()).filter(|cell| river.unit_of_cell[*cell] == 0).collect();
    let village = |k: usize| {
        let cell = cells[(2 * k + 1) * cells.len() / 24];
        let (row, col) = grid.row_col(cell);
        Village {
            id: format!("T-{k:03}"),
            name: Bilingual::new(format!("试验{k}村"), format!("Test {k}")),
            unit: 0,
            cell,
            at: grid.center_map(row, col),
            people: 1000.0,
            people_by_day: 850.0,
            households: 280.0,
            platform_m: k as f64 * 0.25,
            houses_m2: [15_000.0, 15_000.0, 5000.0],
            is_practised: true,
        }
    };
    let source = Bilingual::new("演示参数", "demonstration");
    exposure_of(vec![UnitExposure::default()], (0..12).map(village).collect(), source)
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
        observed: None,
    }
}

fn scenario(grid: Grid, bed_m: Vec<f64>, river: River) -> Scenario {
    let manning = bed_m.iter().map(|_| 0.03).collect();
    let exposure = exposure(&grid, &river);
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
        rain: None,
        infiltration: None,
        sediment: None,
        events: vec![],
        structures: vec![],
        gauges: vec![],
        sections: vec![],
        output: OutputPlan { frame_every_secs: 600.0, gauge_every_secs: 60.0 },
        numerics: Numerics::default(),
        river: Some(river),
        basins: Vec::new(),
        exposure: Some(exposure),
        channel: None,
    }
}
