//! What is refused: every class of fault, by its whole message.

use std::path::Path;

use hetu::io::scenario::load;

use super::{Folder, header};

/// Replaces one text by another in the good scenario and expects exactly this one message.
#[track_caller]
fn refuses(old: &str, new: &str, expected: &str) {
    let folder = Folder::new().with(old, new);
    assert_eq!(folder.faults(), [expected], "\n{old} -> {new}");
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let folder = Folder::new()
        .with("mode: Rehearsal", "mode: Rehersal")
        .with("duration_secs: 86400.0", "duration_secs: -1.0")
        .with("Uniform(0.03)", "Uniform(3.0)")
        .with("crest_m: [14.0, 14.2]", "crest_m: [14.0, 14.2, NaN]")
        .with("(3600.0, 120.0)", "(0.0, inf)")
        .with_file("tide.csv", "time_secs,value\n0,9.0\n43200,NaN\n400,9.0\n300,9.0\n")
        .with("gauges: ", "gauge: ")
        .with("cfl: 0.4", "cfl: 0.9");
    assert_eq!(
        folder.faults(),
        [
            "test.ron:5:11: mode: found `Rehersal`; allowed `Rehearsal`, the nearest known name; one of `Observed`, `Forecast`, `Rehearsal`, `Drill`",
            "test.ron:7:20: duration_secs: found `-1.0`; allowed a number above 0",
            "test.ron:8:71: domain.manning: found `3.0`; allowed Manning's n above 0 and at most 1, in s/m^(1/3)",
            "test.ron:11:82: walls[0].crest_m[2]: found `NaN`; allowed a finite number",
            "test.ron:14:102: boundaries[0].kind[1]: found `inf`; allowed a finite number",
            "test.ron:23:5: gauge: found the unknown key `gauge`; allowed `gauges`, the nearest known key; one of `version`, `name`, `title`, `mode`, `start`, `duration_secs`, `domain`, `initial`, `walls`, `boundaries`, `sources`, `rain`, `infiltration`, `sediment`, `events`, `structures`, `basins`, `exposure`, `gauges`, `sections`, `output`, `numerics`",
            "test.ron:26:36: numerics.cfl: found `0.9`; allowed a number above 0 and at most 0.5",
            "tide.csv:3:7: value: found `NaN`; allowed a finite number",
            "tide.csv:5:1: time_secs: found `300`; allowed a time later than the one before it",
        ]
    );
}

#[test]
fn a_newer_version_is_refused_and_nothing_else_is_judged() {
    let folder = Folder::new().with("version: 1", "version: 2").with("gauges: ", "buoys: ");
    assert_eq!(
        folder.faults(),
        [
            "test.ron:2:14: version: found version `2`; allowed version 1 or older: the file was written for a newer Hetu, which is needed to read it"
        ]
    );
    refuses(
        "version: 1",
        "version: 0",
        "test.ron:2:14: version: found `0`; allowed a whole number from 1 to 4294967295",
    );
}

#[test]
fn broken_syntax_and_missing_files_are_told() {
    refuses(
        "mode: Rehearsal,",
        "mode: Rehearsal",
        "test.ron:6:5: syntax: found `start`; allowed `,` or `)` to close the `(` opened at 1:9",
    );
    let mut folder = Folder::new();
    folder.text = "nonsense".to_owned();
    assert_eq!(
        folder.faults(),
        [
            "test.ron:1:1: scenario: found `nonsense`; allowed a struct in parentheses with `version`, `name`, `title`, `mode`, `start`, `duration_secs`, `domain`, `initial`, `walls`, `boundaries`, `sources`, `rain`, `infiltration`, `sediment`, `events`, `structures`, `basins`, `exposure`, `gauges`, `sections`, `output`, `numerics`"
        ]
    );
    folder.text = "Szenario(version: 1)".to_owned();
    assert_eq!(folder.faults(), ["test.ron:1:1: scenario: found `Szenario(..)`; allowed `Scenario(..)`"]);
    let error = load(Path::new("no-such-folder/x.ron")).unwrap_err().to_string();
    assert_eq!(
        [error],
        [
            "no-such-folder/x.ron:1:1: file: found a file that cannot be read (No such file or directory (os error 2)); allowed a scenario file in UTF-8"
        ]
    );
    refuses(
        "\"tide.csv\"",
        "\"tides.csv\"",
        "test.ron:15:51: boundaries[1].kind: found tides.csv, which cannot be read (No such file or directory (os error 2)); allowed a file that can be read; its path is relative to the scenario",
    );
    // What the raster reader says of it is its own affair.
    let faults = Folder::new().with("\"bed.asc\"", "\"bett.asc\"").faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].starts_with("test.ron:8:25: domain.bed: found \"bett.asc\", which cannot be read ("),
        "{}",
        faults[0]
    );
}

#[test]
fn faults_of_the_head() {
    refuses(
        "\"levee-test\"",
        "\"Levee test\"",
        "test.ron:3:11: name: found \"Levee test\"; allowed a name of small letters a-z, digits and `-`, since it names output",
    );
    refuses(
        "zh: \"堤防试验\", ",
        "",
        "test.ron:4:12: title.zh: found no such key; allowed `zh: ..`, which must be given",
    );
    refuses(
        "\"1996-08-03T08:00:00+08:00\"",
        "\"1996-08-03 08:00\"",
        "test.ron:6:12: start: found \"1996-08-03 08:00\"; allowed a wall clock time as RFC 3339: \"1996-08-03T08:00:00+08:00\"",
    );
    refuses(
        "duration_secs: 86400.0",
        "duration_secs: inf",
        "test.ron:7:20: duration_secs: found `inf`; allowed a number above 0",
    );
    refuses(
        "    duration_secs: 86400.0,\n",
        "",
        "test.ron:1:1: duration_secs: found no such key; allowed `duration_secs: ..`, which must be given",
    );
    refuses(
        "duration_secs",
        "duration",
        "test.ron:7:5: duration: found the unknown key `duration`; allowed `duration_secs`, the nearest known key; one of `version`, `name`, `title`, `mode`, `start`, `duration_secs`, `domain`, `initial`, `walls`, `boundaries`, `sources`, `rain`, `infiltration`, `sediment`, `events`, `structures`, `basins`, `exposure`, `gauges`, `sections`, `output`, `numerics`",
    );
    refuses(
        "mode: Rehearsal",
        "mode: Rehearsal, mode: Drill",
        "test.ron:5:22: mode: found the key a second time; allowed each key once",
    );
    refuses(
        "mode: Rehearsal",
        "mode: 3",
        "test.ron:5:11: mode: found `3`; allowed one of `Observed`, `Forecast`, `Rehearsal`, `Drill`",
    );
    refuses(
        "frame_every_secs: 600.0",
        "frame_every_secs: 0.0",
        "test.ron:25:32: output.frame_every_secs: found `0.0`; allowed a number above 0 and at most the duration, 86400",
    );
    refuses(
        "gauge_every_secs: 60.0",
        "gauge_every_secs: 90000.0",
        "test.ron:25:57: output.gauge_every_secs: found `90000.0`; allowed a number above 0 and at most the duration, 86400",
    );
    refuses(
        "gravity: 9.81",
        "gravity: 0.0",
        "test.ron:26:25: numerics.gravity: found `0.0`; allowed a number above 0 (9.81 m/s² on Earth)",
    );
    refuses(
        "dry_depth_m: 1e-3",
        "dry_depth_m: -1e-3",
        "test.ron:26:68: numerics.dry_depth_m: found `-0.001`; allowed a depth in m above 0",
    );
    refuses(
        "friction: Off",
        "friction: Smooth",
        "test.ron:26:84: numerics.friction: found `Smooth`; allowed one of `Manning`, `Off`, `Chezy`",
    );
    refuses(
        "friction: Off",
        "friction: Chezy(0.0)",
        "test.ron:26:90: numerics.friction: found `0.0`; allowed a coefficient in m^(1/2)/s above 0 (30 to 60 on most beds)",
    );
}

#[test]
fn faults_of_a_raster_domain() {
    refuses(
        ", crs: \"EPSG:4547\"",
        "",
        "test.ron:8:25: domain.bed: found \"bed.asc\" without a coordinate system; allowed a raster that names its coordinate system, or `crs: \"EPSG:..\"` beside it",
    );
    refuses(
        "EPSG:4547",
        "EPSG:4326",
        "test.ron:8:41: domain.crs: found EPSG:4326 (geographic, in degrees); allowed a projected system in metres, such as \"EPSG:4547\"; project the raster first",
    );
    refuses(
        "EPSG:4547",
        "EPSG:4490",
        "test.ron:8:41: domain.crs: found EPSG:4490 (geographic, in degrees); allowed a projected system in metres, such as \"EPSG:4547\"; project the raster first",
    );
    refuses(
        "EPSG:4547",
        "EPSG:3089",
        "test.ron:8:41: domain.crs: found EPSG:3089 (projected, but not in metres); allowed a projected system in metres, such as \"EPSG:4547\"; project the raster first",
    );
    refuses(
        "EPSG:4547",
        "Beijing 1954",
        "test.ron:8:41: domain.crs: found \"Beijing 1954\"; allowed a code such as \"EPSG:4547\"",
    );
    refuses(
        "Uniform(0.03)",
        "Uniform(0.0)",
        "test.ron:8:71: domain.manning: found `0.0`; allowed Manning's n above 0 and at most 1, in s/m^(1/3)",
    );
    let empty = format!("{}{}", header(10, 10.0), format!("{}\n", "-9999 ".repeat(10)).repeat(5));
    assert_eq!(
        Folder::new().with_file("bed.asc", &empty).faults(),
        [
            "test.ron:8:25: domain.bed: found \"bed.asc\" with no data in any cell; allowed a raster with data in at least one cell"
        ]
    );
    let torn = format!("{}{}", header(10, 10.0), format!("{}\n", "9 ".repeat(10)).repeat(4) + "9 9 x 9 9 9 9 9 9 9\n");
    let faults = Folder::new().with_file("bed.asc", &torn).faults();
    assert!(faults.len() == 1 && faults[0].starts_with("bed.asc:11:5: value: found \"x\"; allowed "), "{faults:?}");
    for cell_m in [0.0, -10.0] {
        let text = format!("{}{}", header(10, cell_m), format!("{}\n", "9 ".repeat(10)).repeat(5));
        let faults = Folder::new().with_file("bed.asc", &text).faults();
        assert!(faults.len() == 1 && faults[0].starts_with("bed.asc:5:10: cellsize: found "), "{faults:?}");
    }
    let flat = |cell_m: f64, value: &str| {
        format!("{}{}", header(10, cell_m), format!("{}\n", format!("{value} ").repeat(10)).repeat(5))
    };
    let rough = Folder::new().with("Uniform(0.03)", "Raster(\"n.asc\")");
    assert_eq!(
        rough.with_file("n.asc", &flat(10.0, "2.0")).faults(),
        [
            "test.ron:8:70: domain.manning: found \"n.asc\" with 2 in row 1, column 1; allowed Manning's n above 0 and at most 1, in s/m^(1/3), wherever the bed has data"
        ]
    );
    let shifted = Folder::new().with("Uniform(0.03)", "Raster(\"n.asc\")").with_file("n.asc", &flat(20.0, "0.03"));
    assert_eq!(
        shifted.faults(),
        [
            "test.ron:8:70: domain.manning: found a grid of 10 x 5 cells of 20 m from west 0, north 100; allowed the grid of the bed: 10 x 5 cells of 10 m from west 0, north 50"
        ]
    );
    let shifted =
        Folder::new().with("initial: Dry", "initial: StageRaster(\"eta.asc\")").with_file("eta.asc", &flat(20.0, "12"));
    assert_eq!(
        shifted.faults(),
        [
            "test.ron:9:26: initial: found a grid of 10 x 5 cells of 20 m from west 0, north 100; allowed the grid of the bed: 10 x 5 cells of 10 m from west 0, north 50"
        ]
    );
    let negative =
        Folder::new().with("initial: Dry", "initial: Fields(depth: \"h.asc\")").with_file("h.asc", &flat(10.0, "-1"));
    assert_eq!(
        negative.faults(),
        [
            "test.ron:9:28: initial.depth: found \"h.asc\" with a depth of -1 in row 1, column 1; allowed depths of at least 0"
        ]
    );
    refuses(
        "initial: Dry",
        "initial: NormalDepth(discharge_m3s: 100.0)",
        "test.ron:9:14: initial: found `NormalDepth` with a raster domain; allowed `NormalDepth` with `domain: Corridor(..)` only",
    );
}

#[test]
fn a_scenario_too_large_for_memory_is_refused_before_it_is_read() {
    // The header alone: were the raster read, its missing rows would be the fault.
    let huge = "ncols 4000000\nnrows 4000000\nxllcorner 0\nyllcorner 0\ncellsize 10\nNODATA_value -9999\n";
    let faults = Folder::new().with_file("bed.asc", huge).faults();
    assert_eq!(faults.len(), 1);
    let start = "test.ron:8:25: domain.bed: found a scenario too large for memory: 16000000000000 cells and 145 frames need about ";
    assert!(faults[0].starts_with(start), "{}", faults[0]);
    assert!(faults[0].contains("GiB; allowed what fits into the "), "{}", faults[0]);
    let faults = Folder::new().with("frame_every_secs: 600.0", "frame_every_secs: 1e-9").faults();
    assert!(faults[0].contains("50 cells and 86400000000001 frames"), "{}", faults[0]);
}

#[test]
fn faults_of_walls() {
    let wall = "line: [(50.0, 0.0), (50.0, 50.0)], crest_m: [14.0, 14.2]";
    refuses(
        wall,
        "line: [(50.0, 0.0)], crest_m: [14.0]",
        "test.ron:11:31: walls[0].line: found 1 point(s); allowed a line of at least two points (x, y)",
    );
    refuses(
        wall,
        "line: [(50.0, 0.0), (50.0, 50.0)], crest_m: [14.0]",
        "test.ron:11:69: walls[0].crest_m: found 1 crest levels; allowed 2, one for each vertex of the line",
    );
    refuses(
        wall,
        "line: [(50.0, 0.0), (150.0, 50.0)], crest_m: [14.0, 14.0]",
        "test.ron:11:45: walls[0].line[1]: found the point (150, 50) outside the grid; allowed x 0 to 100, y 0 to 50",
    );
    refuses(
        wall,
        "line: [(50.0, 0.0), (50.0, 0.0)], crest_m: [14.0, 14.0]",
        "test.ron:11:31: walls[0].line: found a line of no length; allowed at least two different points",
    );
    refuses(
        wall,
        "line: [(50.0, 0.0), 50.0], crest_m: [14.0, 14.0]",
        "test.ron:11:45: walls[0].line[1]: found `50.0`; allowed a point (x, y)",
    );
    refuses(
        "    walls: [\n",
        "    walls: [(name: \"levee\", line: [(50.0, 0.0), (50.0, 50.0)], crest_m: [14.0, 14.2]),\n",
        "test.ron:11:16: walls[1].name: found the name \"levee\" a second time; allowed a name that line 10 has not taken",
    );
}

#[test]
fn faults_of_boundaries() {
    refuses(
        "(10.0, 40.0)",
        "(10.0, 60.0)",
        "test.ron:14:46: boundaries[0].span_m: found from 10 to 60 m on the edge West; allowed a span inside the edge, rising: 0 to 50 m",
    );
    refuses(
        "(10.0, 40.0)",
        "(40.0, 10.0)",
        "test.ron:14:46: boundaries[0].span_m: found from 40 to 10 m on the edge West; allowed a span inside the edge, rising: 0 to 50 m",
    );
    refuses(
        "(10.0, 40.0)",
        "(0.0, 10.0)",
        "test.ron:14:46: boundaries[0].span_m: found 0 to 10 m along West, where no cell of the domain has its middle; allowed a stretch of the edge of the grid with cells that have data",
    );
    refuses(
        "(10.0, 40.0)",
        "(16.0, 22.0)",
        "test.ron:14:46: boundaries[0].span_m: found 16 to 22 m along West, where no cell of the domain has its middle; allowed a stretch of the edge of the grid with cells that have data",
    );
    let upstream = Folder::new().with("edge: West", "edge: Upstream").with("span_m: (10.0, 40.0), ", "");
    assert_eq!(
        upstream.faults(),
        [
            "test.ron:14:32: boundaries[0].edge: found `Upstream` with a raster domain; allowed West, East, South or North; `Upstream` and `Downstream` belong to `domain: Corridor(..)`"
        ]
    );
    refuses(
        "edge: West",
        "edge: Ouest",
        "test.ron:14:32: boundaries[0].edge: found `Ouest`; allowed `West`, the nearest known name; one of `West`, `East`, `South`, `North`, `Upstream`, `Downstream`",
    );
    refuses(
        "\"inflow\"",
        "\"sea\"",
        "test.ron:15:16: boundaries[1].name: found the name \"sea\" a second time; allowed a name that line 14 has not taken",
    );
    refuses(
        "edge: East",
        "edge: West",
        "test.ron:15:29: boundaries[1].edge: found 0 to 50 m along West, over the boundary \"inflow\" at 10 to 40 m; allowed boundaries that do not share a cell",
    );
    refuses(
        "Stage(Csv(\"tide.csv\"))",
        "Stage(Series([(0.0, 9.0)]))",
        "test.ron:15:41: boundaries[1].kind: found a dry edge: the highest stage is 9 m, the lowest bed on the edge 9.1 m; allowed a stage that is above the bed at some time, or another kind of boundary",
    );
    refuses(
        "Stage(Csv(\"tide.csv\"))",
        "NormalDepth(slope: 0.0)",
        "test.ron:15:60: boundaries[1].kind.slope: found `0.0`; allowed a slope in m/m above 0 and at most 1",
    );
    refuses(
        "Stage(Csv(\"tide.csv\"))",
        "Rating([(9.5, 0.0)])",
        "test.ron:15:48: boundaries[1].kind: found 1 pair(s); allowed at least two pairs (stage_m, discharge_m3s)",
    );
    refuses(
        "Stage(Csv(\"tide.csv\"))",
        "Rating([(9.5, 10.0), (9.8, 5.0)])",
        "test.ron:15:48: boundaries[1].kind: found discharge 5 after 10; allowed discharges that do not fall as the stage rises",
    );
    refuses(
        "(3600.0, 120.0)",
        "(3600.0, -120.0)",
        "test.ron:14:96: boundaries[0].kind[1]: found the value `-120.0`; allowed a discharge of at least 0 m³/s; a boundary that lets water out is of another kind",
    );
    refuses(
        "(3600.0, 120.0)",
        "(0.0, 120.0)",
        "test.ron:14:96: boundaries[0].kind[1]: found time_secs `0.0` after `0.0`; allowed a time later than the one before it",
    );
    refuses(
        "(3600.0, 120.0)",
        "(3600.0, NaN)",
        "test.ron:14:105: boundaries[0].kind[1]: found `NaN`; allowed a finite number",
    );
    refuses(
        "Series([(0.0, 0.0), (3600.0, 120.0)])",
        "Series([])",
        "test.ron:14:83: boundaries[0].kind: found a list of 0; allowed at least one point (time_secs, value)",
    );
    refuses(
        "Series([(0.0, 0.0), (3600.0, 120.0)])",
        "Constant(120.0)",
        "test.ron:14:76: boundaries[0].kind: found `Constant(..)`; allowed one of `Series`, `Csv`, `FromRun`, `Observed`",
    );
}

#[test]
fn faults_of_points_lines_and_events() {
    refuses(
        "at: (25.0, 25.0)",
        "at: (-25.0, 25.0)",
        "test.ron:17:34: sources[0].at: found the point (-25, 25) outside the domain; allowed a point in a cell that has a bed level",
    );
    refuses(
        "at: (45.0, 25.0)",
        "at: (5.0, 5.0)",
        "test.ron:23:31: gauges[0].at: found the point (5, 5) outside the domain; allowed a point in a cell that has a bed level",
    );
    refuses(
        "[(70.0, 0.0), (70.0, 50.0)]",
        "[(70.0, -20.0), (70.0, 50.0)]",
        "test.ron:24:36: sections[0].line[0]: found the point (70, -20) outside the grid; allowed x 0 to 100, y 0 to 50",
    );
    refuses(
        "[(70.0, 0.0), (70.0, 50.0)]",
        "[(2.0, 2.0), (6.0, 6.0)]",
        "test.ron:24:35: sections[0].line: found a line outside the domain; allowed a line through cells that have a bed level",
    );
    refuses(
        "wall: \"levee\"",
        "wall: \"levy\"",
        "test.ron:21:58: events[0].what.wall: found the unknown wall \"levy\"; allowed the name of a wall: \"levee\"",
    );
    refuses(
        "at: (50.0, 25.0)",
        "at: (65.0, 25.0)",
        "test.ron:21:71: events[0].what.at: found the point (65, 25), 15.0 m from the wall \"levee\"; allowed a point on the wall, within one cell (10 m)",
    );
    refuses(
        "width_m: 20.0",
        "width_m: 0.0",
        "test.ron:21:94: events[0].what.width_m: found `0.0`; allowed a number above 0",
    );
    refuses(
        "sill_m: 11.0",
        "sill_m: 14.1",
        "test.ron:21:108: events[0].what.sill_m: found `14.1`; allowed a sill below the crest of the wall there, 14.1 m",
    );
    refuses(
        "at_secs: 7200.0",
        "at_secs: -1.0",
        "test.ron:21:19: events[0].at_secs: found `-1.0`; allowed a time in s of at least 0",
    );
    refuses(
        "grows_over_secs: 600.0",
        "grows_over: 600.0",
        "test.ron:21:114: events[0].what.grows_over: found the unknown key `grows_over`; allowed `grows_over_secs`, the nearest known key; one of `name`, `wall`, `at`, `width_m`, `sill_m`, `grows_over_secs`, `initial_width_m`, `widens_over_secs`, `growth`",
    );
    refuses(
        "what: Breach",
        "what: Overtopping",
        "test.ron:21:33: events[0].what: found `Overtopping(..)`; allowed one of `Breach`",
    );
    refuses(
        "gauges: [",
        "gauges: [(name: \"G1\", at: (35.0, 25.0)), ",
        "test.ron:23:53: gauges[1].name: found the name \"G1\" a second time; allowed a name that line 23 has not taken",
    );
    refuses(
        "(0.0, 12.0)",
        "(0.0, -12.0)",
        "test.ron:18:27: rain[0]: found the value `-12.0`; allowed a number of at least 0",
    );
    refuses(
        "mm_per_hour: 3.0",
        "mm_per_hour: -3.0",
        "test.ron:19:41: infiltration.mm_per_hour: found `-3.0`; allowed a number of at least 0",
    );
}

#[test]
fn faults_of_a_corridor() {
    let corridor = |fields: &str| {
        let mut folder = Folder::new();
        folder.text = format!(
            "(version: 1, name: \"a\", title: (zh: \"甲\", en: \"A\"), mode: Drill, start: \"2020-01-01T00:00:00Z\",\n duration_secs: 7200, output: (frame_every_secs: 60, gauge_every_secs: 1),\n domain: Corridor(({fields})),\n)"
        );
        folder.faults()
    };
    assert_eq!(
        corridor("from_km: 124, to_km: 313, cell_m: -200, epoch: 1996"),
        ["test.ron:3:54: domain.cell_m: found `-200`; allowed a cell size in m above 0"]
    );
    assert_eq!(
        corridor("from_km: 124, to_km: 313, cell_m: 1000, epoch: 1996"),
        ["test.ron:3:54: domain.cell_m: found `1000.0`; allowed at most 260 m, a third of the channel's least width"]
    );
    assert_eq!(
        corridor("from_km: 313, to_km: 124, epoch: 1996"),
        [
            "test.ron:3:29: domain.from_km: found the reach 313 to 124 km; allowed a reach that runs downstream within 0 to 831.83 km"
        ]
    );
    assert_eq!(
        corridor("from_km: 124, to_km: 313, epoch: 1850"),
        ["test.ron:3:53: domain.epoch: found `1850`; allowed a year from 1958 to 2022"]
    );
    assert_eq!(
        corridor("from_km: 124, to_km: 313, epoch: 1996, channel: Pipe"),
        ["test.ron:3:68: domain.channel: found `Pipe`; allowed one of `OnGrid`, `Line`"]
    );
    assert_eq!(
        corridor("from_km: 124, to_km: 313, epoch: 1996, flood: \"1887-09\""),
        [
            "test.ron:3:66: domain.flood: found \"1887-09\"; allowed a flood of the river's table of observed peaks, such as \"1996-08\""
        ]
    );
    assert_eq!(
        corridor("from: 124, to_km: 313, epoch: 1996"),
        [
            "test.ron:3:20: domain.from: found the unknown key `from`; allowed `from_km`, the nearest known key; one of `from_km`, `to_km`, `cell_m`, `epoch`, `landside_m`, `channel`, `roughness`, `production_dikes`, `flood`, `observed`"
        ]
    );
    let huge = corridor("from_km: 124, to_km: 313, cell_m: 0.5, epoch: 1996");
    assert!(huge[0].contains("domain: found a scenario too large for memory: "), "{}", huge[0]);
}
