//! Scenario files: what is accepted, what is refused and how.

#![expect(clippy::float_cmp, reason = "what is read must be exactly what was written")]
#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]

mod basins;
mod faults;
mod line;
mod netcdf;
mod sediment;
mod structures;
mod weather;

use std::path::PathBuf;

use hetu::domain::scenario::{
    Boundary, BoundaryKind, Edge, EventKind, Friction, Growth, Infiltration, Initial, Mode, Order, Rain, Scenario,
    Series, Wall,
};
use hetu::io::library;
use hetu::io::scenario::{estimate_memory_bytes, load, load_with_notes};

/// A folder with a scenario that has no fault, ten by five cells of 10 m, and a little of everything.
struct Folder {
    dir: tempfile::TempDir,
    text: String,
}

const GOOD: &str = r#"Scenario(
    version: 1,
    name: "levee-test",
    title: (zh: "堤防试验", en: "Levee test"),
    mode: Rehearsal,
    start: "1996-08-03T08:00:00+08:00",
    duration_secs: 86400.0,
    domain: Raster(bed: "bed.asc", crs: "EPSG:4547", manning: Uniform(0.03)),
    initial: Dry,
    walls: [
        (name: "levee", line: [(50.0, 0.0), (50.0, 50.0)], crest_m: [14.0, 14.2]),
    ],
    boundaries: [
        (name: "inflow", edge: West, span_m: (10.0, 40.0), kind: Discharge(Series([(0.0, 0.0), (3600.0, 120.0)]))),
        (name: "sea", edge: East, kind: Stage(Csv("tide.csv"))),
    ],
    sources: [(name: "pump", at: (25.0, 25.0), discharge: Series([(0.0, -5.0)]))],
    rain: Uniform(Series([(0.0, 12.0)])),
    infiltration: Constant(mm_per_hour: 3.0),
    events: [
        (at_secs: 7200.0, what: Breach(name: "b1", wall: "levee", at: (50.0, 25.0), width_m: 20.0, sill_m: 11.0, grows_over_secs: 600.0)),
    ],
    gauges: [(name: "G1", at: (45.0, 25.0))],
    sections: [(name: "S1", line: [(70.0, 0.0), (70.0, 50.0)])],
    output: (frame_every_secs: 600.0, gauge_every_secs: 60.0),
    numerics: (gravity: 9.81, cfl: 0.4, order: First, dry_depth_m: 1e-3, friction: Off),
)
"#;

impl Folder {
    fn new() -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap(), text: GOOD.to_owned() };
        // The bed falls eastward from 10.0 to 9.1; the south-west cell is outside the domain.
        let row = |first: &str| format!("{first} 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1\n");
        let rows = row("10.0").repeat(4) + &row("-9999");
        folder.file("bed.asc", &format!("{}{rows}", header(10, 10.0)));
        folder.file("tide.csv", "time_secs,value\n0,9.0\n43200,11.5\n86400,9.0\n");
        folder
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).unwrap();
    }

    /// Puts one text in the place of another that stands once in the scenario.
    fn with(mut self, old: &str, new: &str) -> Self {
        assert_eq!(self.text.matches(old).count(), 1, "{old}");
        self.text = self.text.replace(old, new);
        self
    }

    fn with_file(self, name: &str, text: &str) -> Self {
        self.file(name, text);
        self
    }

    fn path(&self) -> PathBuf {
        let path = self.dir.path().join("test.ron");
        std::fs::write(&path, &self.text).unwrap();
        path
    }

    fn load(&self) -> Scenario {
        load(&self.path()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The messages, with the folder taken out of them.
    fn faults(&self) -> Vec<String> {
        let Err(error) = load(&self.path()) else { panic!("no fault in\n{}", self.text) };
        let folder = format!("{}/", self.dir.path().display());
        error.to_string().replace(&folder, "").lines().map(str::to_owned).collect()
    }
}

fn header(n_cols: usize, cell_m: f64) -> String {
    format!("ncols {n_cols}\nnrows 5\nxllcorner 0\nyllcorner 0\ncellsize {cell_m}\nNODATA_value -9999\n")
}

#[test]
fn a_good_file_gives_what_it_says() {
    let scenario = Folder::new().load();
    assert_eq!(scenario.name, "levee-test");
    assert_eq!((scenario.title.zh.as_str(), scenario.title.en.as_str()), ("堤防试验", "Levee test"));
    assert_eq!(scenario.mode, Mode::Rehearsal);
    assert_eq!(scenario.start.unix_timestamp(), 839_030_400); // 1996-08-03T00:00:00Z
    assert_eq!(scenario.duration_secs, 86_400.0);
    let grid = scenario.terrain.grid;
    assert_eq!((grid.n_cols, grid.n_rows, grid.cell_m, grid.west_m, grid.north_m), (10, 5, 10.0, 0.0, 50.0));
    assert_eq!(scenario.terrain.epsg, Some(4547));
    assert_eq!(scenario.terrain.bed_m[1], 9.9);
    assert!(scenario.terrain.bed_m[40].is_nan());
    assert_eq!(scenario.terrain.manning, vec![0.03; 50]);
    assert_eq!(scenario.initial, Initial::Dry);
    let levee = Wall::new("levee", vec![[50.0, 0.0], [50.0, 50.0]], vec![14.0, 14.2]);
    assert_eq!(scenario.walls, [levee]);
    let series = |points: &[[f64; 2]]| Series::new(points.to_vec()).unwrap();
    let boundary = |name: &str, edge, span_m, kind| Boundary { name: name.into(), edge, span_m, kind };
    assert_eq!(
        scenario.boundaries,
        [
            boundary(
                "inflow",
                Edge::West,
                [10.0, 40.0],
                BoundaryKind::Discharge(series(&[[0.0, 0.0], [3600.0, 120.0]]))
            ),
            boundary(
                "sea",
                Edge::East,
                [0.0, 50.0],
                BoundaryKind::Stage(series(&[[0.0, 9.0], [43_200.0, 11.5], [86_400.0, 9.0]]))
            ),
        ]
    );
    assert_eq!(scenario.sources[0].at, [25.0, 25.0]);
    assert_eq!(scenario.sources[0].discharge_m3s, series(&[[0.0, -5.0]]));
    assert_eq!(scenario.rain, Some(Rain::Uniform(series(&[[0.0, 12.0]]))));
    assert_eq!(scenario.infiltration, Some(Infiltration::Constant { mm_per_hour: 3.0 }));
    assert_eq!(scenario.events[0].at_secs, 7200.0);
    let EventKind::Breach(breach) = &scenario.events[0].what;
    assert_eq!((breach.name.as_str(), breach.wall.as_str(), breach.at), ("b1", "levee", Some([50.0, 25.0])));
    let growth = Growth::Prescribed { grows_over_secs: 600.0, initial_width_m: 20.0, widens_over_secs: 0.0 };
    assert_eq!((breach.width_m, breach.sill_m, breach.growth, breach.when), (20.0, 11.0, growth, None));
    assert_eq!((scenario.gauges[0].name.as_str(), scenario.gauges[0].at), ("G1", [45.0, 25.0]));
    assert_eq!(scenario.sections[0].line, [[70.0, 0.0], [70.0, 50.0]]);
    assert_eq!((scenario.output.frame_every_secs, scenario.output.gauge_every_secs), (600.0, 60.0));
    let numerics = scenario.numerics;
    assert_eq!((numerics.gravity_mps2, numerics.cfl, numerics.dry_depth_m), (9.81, 0.4, 1e-3));
    assert_eq!(numerics.friction, Friction::Off);
    assert!(scenario.river.is_none() && scenario.exposure.is_none());
}

#[test]
fn every_kind_of_boundary_is_read() {
    let kinds = [
        ("NormalDepth(slope: 0.0002)", BoundaryKind::NormalDepth { slope: 0.0002 }),
        ("Free", BoundaryKind::Free),
        ("Wall", BoundaryKind::Wall),
        ("Rating([(9.5, 0.0), (12.0, 300.0)])", BoundaryKind::Rating(vec![[9.5, 0.0], [12.0, 300.0]])),
        (
            "Inflow(depth_m: Series([(0.0, 2.0)]), unit_discharge_m2s: 1.5)",
            BoundaryKind::Inflow { depth_m: Series::constant(2.0), unit_discharge_m2s: Series::constant(1.5) },
        ),
    ];
    for (text, expected) in kinds {
        let scenario = Folder::new().with(r#"Stage(Csv("tide.csv"))"#, text).load();
        assert_eq!(scenario.boundaries[1].kind, expected, "{text}");
    }
}

#[test]
fn every_law_of_friction_is_read() {
    for (text, expected) in
        [("Manning", Friction::Manning), ("Off", Friction::Off), ("Chezy(40.0)", Friction::Chezy(40.0))]
    {
        let scenario = Folder::new().with("friction: Off", &format!("friction: {text}")).load();
        assert_eq!(scenario.numerics.friction, expected, "{text}");
    }
}

#[test]
fn every_initial_state_is_read() {
    let initial = |text: &str| {
        let folder = Folder::new().with("initial: Dry", &format!("initial: {text}"));
        let rows = |value: &str| format!("{}{}", header(10, 10.0), format!("{value}{}\n", " 9.55".repeat(9)).repeat(5));
        folder.file("eta.asc", &rows("-9999"));
        folder.file("h.asc", &rows("0.5"));
        folder.load().initial
    };
    assert_eq!(initial("Stage(12.5)"), Initial::Stage(12.5));
    let Initial::Fields { depth_m, u_mps, v_mps } = initial("StageRaster(\"eta.asc\")") else { panic!("not fields") };
    // Row 0: no stage, then 9.55 over beds of 9.9, .., 9.6, 9.5, .., 9.1.
    assert_eq!(depth_m[..5], [0.0; 5]);
    assert!((depth_m[5] - 0.05).abs() < 1e-12 && (depth_m[9] - 0.45).abs() < 1e-12, "{depth_m:?}");
    assert!(u_mps.iter().chain(&v_mps).all(|x| *x == 0.0));
    let fields = initial("Fields(depth: \"h.asc\", u: \"eta.asc\")");
    let Initial::Fields { depth_m, u_mps, v_mps } = fields else { panic!("not fields") };
    assert_eq!((depth_m[0], u_mps[0], u_mps[1], v_mps[1]), (0.5, 0.0, 9.55, 0.0));
    assert_eq!(depth_m[40], 0.0, "outside the domain");
}

#[test]
fn optional_parts_may_be_left_out_or_wrapped() {
    let text = r#"(version: 1, name: "a", title: (zh: "甲", en: "A"), mode: Drill, start: "2020-01-01T00:00:00Z",
        duration_secs: 60, domain: Raster(bed: "bed.asc", crs: Some("EPSG:32649"), manning: Uniform(0.03)),
        rain: None, output: (frame_every_secs: 60, gauge_every_secs: 1))"#;
    let mut folder = Folder::new();
    text.clone_into(&mut folder.text);
    let scenario = folder.load();
    assert_eq!(scenario.initial, Initial::Dry);
    assert_eq!(scenario.terrain.epsg, Some(32649));
    assert!(scenario.walls.is_empty() && scenario.boundaries.is_empty() && scenario.rain.is_none());
}

#[test]
fn the_order_of_the_method_is_a_setting_and_second_when_it_is_absent() {
    let order = |written: &str| Folder::new().with("order: First", written).load().numerics.order;
    assert_eq!(order("order: First"), Order::First);
    assert_eq!(order("order: Second"), Order::Second);
    assert_eq!(Folder::new().with("order: First, ", "").load().numerics.order, Order::Second);
}

#[test]
fn no_data_holes_are_no_fault() {
    let rows = "10 -9999 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1\n".repeat(5);
    let scenario = Folder::new().with_file("bed.asc", &format!("{}{rows}", header(10, 10.0))).load();
    assert!(!scenario.terrain.is_inside(1) && scenario.terrain.is_inside(0));
}

fn geojson(crest: &str) -> String {
    format!(
        r#"{{"type": "FeatureCollection", "features": [
            {{"type": "Feature", "properties": {{"crest_m": {crest}}},
              "geometry": {{"type": "LineString", "coordinates": [[50.0, 0.0], [50.0, 20.0], [50.0, 50.0, 7.0]]}}}}]}}"#
    )
}

#[test]
fn walls_come_from_geojson() {
    let from_file = |text: &str| {
        let wall = "line: [(50.0, 0.0), (50.0, 50.0)], crest_m: [14.0, 14.2]";
        Folder::new().with(wall, "file: \"levees.geojson\", crest: \"crest_m\"").with_file("levees.geojson", text)
    };
    let line = vec![[50.0, 0.0], [50.0, 20.0], [50.0, 50.0]];
    let walls = from_file(&geojson("14.5")).load().walls;
    assert_eq!(walls, [Wall::new("levee", line.clone(), vec![14.5; 3])]);
    let walls = from_file(&geojson("[14.0, 14.1, 14.2]")).load().walls;
    assert_eq!(walls, [Wall::new("levee", line, vec![14.0, 14.1, 14.2])]);
    assert_eq!(
        from_file(&geojson("[1.0]")).faults(),
        [
            "test.ron:11:31: walls[0].file: found levees.geojson: 1 crest levels on a line of 3 vertices; allowed LineString features whose property `crest_m` is a number or one number for each vertex"
        ]
    );
    assert_eq!(
        from_file(&geojson("\"high\"")).faults(),
        [
            "test.ron:11:31: walls[0].file: found levees.geojson: the crest \"high\"; allowed LineString features whose property `crest_m` is a number or one number for each vertex"
        ]
    );
    assert_eq!(
        from_file("{\n\"type\": ").faults(),
        ["levees.geojson:2:8: syntax: found EOF while parsing a value at line 2 column 8; allowed GeoJSON"]
    );
    assert_eq!(
        from_file("{\"features\": []}").faults(),
        [
            "test.ron:11:31: walls[0].file: found levees.geojson without a line; allowed GeoJSON with LineString features"
        ]
    );
}

#[test]
fn every_shipped_scenario_loads() {
    let entries = library::shipped();
    let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "huayuankou-1996-08",
            "constant-4000",
            "constant-8000",
            "dam-break",
            "huayuankou-1958-07",
            "huayuankou-1996-08-river",
            "huayuankou-super-flood",
            "nested-gaocun-taochengpu",
            "nested-huayuankou-gaocun",
            "xiaolangdi-2002-07",
            "xiaolangdi-2003-autumn",
            "xiaolangdi-2018-07",
            "xiaolangdi-2018-07-sediment",
            "xiaolangdi-2020-06",
            "xiaolangdi-2021-autumn",
            "xiaolangdi-2021-autumn-sediment",
            "xiaolangdi-2021-dongping",
            "xiaolangdi-2021-dongping-observed",
        ]
    );
    for entry in &entries {
        let loaded = load_with_notes(&entry.path).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((&loaded.scenario.name, &loaded.scenario.title), (&entry.name, &entry.title));
        assert!(loaded.notes.is_empty(), "{:?}", loaded.notes);
    }
}

#[test]
fn the_default_scenario_is_the_flood_of_1996_and_is_built_in() {
    let on_disk = library::default_scenario().unwrap();
    let built_in = library::built_in_scenario().unwrap();
    assert_eq!(on_disk.name, library::DEFAULT_NAME);
    assert_eq!(on_disk.boundaries, built_in.boundaries);
    assert_eq!(on_disk.terrain.grid, built_in.terrain.grid);
    assert_eq!(on_disk.mode, Mode::Rehearsal);
}

#[test]
fn a_corridor_brings_levees_stations_and_sections() {
    let scenario = library::default_scenario().unwrap();
    let river = scenario.river.as_ref().unwrap();
    assert_eq!(scenario.walls.len(), river.levees.len());
    let gauges: Vec<_> = scenario.gauges.iter().map(|gauge| gauge.name.as_str()).collect();
    assert_eq!(gauges, ["HYK", "JHT", "GC"]);
    let sections: Vec<_> = scenario.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(sections, ["HYK", "JHT", "GC"]);
    for (section, station) in scenario.sections.iter().zip(&river.stations) {
        // The river flows east and north-east: from the right bank to the left is northward.
        let [right, middle, left] = section.line[..] else { panic!("{:?}", section.line) };
        assert_eq!(middle, station.at);
        assert!(right[1] < middle[1] && middle[1] < left[1], "{:?}", section.line);
        let width_m = (left[0] - right[0]).hypot(left[1] - right[1]);
        assert!((3000.0..25_000.0).contains(&width_m), "{} {width_m}", station.id);
    }
    let gaocun = &river.stations[2];
    // 10 August 00:00 is 8 days and 16 hours after 1 August 08:00.
    assert_eq!((gaocun.observed_peaks[0].discharge_m3s, gaocun.observed_peaks[0].time_secs), (6810.0, 748_800.0));
    let BoundaryKind::Discharge(inflow) = &scenario.boundaries[0].kind else { panic!("no discharge") };
    assert_eq!((inflow.max(), inflow.at(367_200.0)), (7860.0, 7860.0));
    assert!(estimate_memory_bytes(&scenario) > 256.0 * scenario.terrain.grid.n_cells() as f64);
    let wet = match &scenario.initial {
        Initial::Fields { depth_m, .. } => depth_m.iter().filter(|h| **h > 0.5).count(),
        other => panic!("{other:?}"),
    };
    assert!(wet > 1000, "{wet}");
}

#[test]
fn the_whole_river_loads_with_its_channel_as_a_line() {
    let mut folder = Folder::new();
    folder.text = "(version: 1, name: \"a\", title: (zh: \"甲\", en: \"A\"), mode: Drill, start: \"2020-01-01T00:00:00Z\",\n duration_secs: 7200, output: (frame_every_secs: 60, gauge_every_secs: 60), initial: Dry,\n domain: Corridor((from_km: 2, to_km: 800, cell_m: 500, epoch: 2021, channel: Line)),\n)".to_owned();
    let scenario = folder.load();
    let gauges: Vec<_> = scenario.gauges.iter().map(|gauge| gauge.name.as_str()).collect();
    assert_eq!(gauges, ["XXY", "HYK", "JHT", "GC", "SK", "AS", "LK", "LJ"]);
    assert_eq!(scenario.sections.len(), gauges.len());
    assert_eq!(scenario.terrain.epsg, Some(4548));
}
