//! `rain` and `infiltration` in scenario files.

use hetu::domain::scenario::{Infiltration, Rain, RainGrid};
use hetu::io::scenario::{load, load_with_notes};

use super::Folder;
use super::netcdf::NetCdf;

const UNIFORM: &str = "Uniform(Series([(0.0, 12.0)]))";
const CONSTANT: &str = "Constant(mm_per_hour: 3.0)";

/// Two rain columns, west and east of x = 50, and two rows, north and south of y = 25; three hours from the start.
fn storm() -> NetCdf {
    NetCdf::default()
        .axis("time", "hours since 1996-08-03 00:00:00", &[0.0, 1.0, 2.0])
        .axis("y", "m", &[37.5, 12.5])
        .axis("x", "m", &[25.0, 75.0])
        .variable("rain", &["time", "y", "x"], &[1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0, 0.0, 0.5, 0.0, 0.0])
        .with("rain", "units", "mm/h")
}

fn with_rain(bytes: &[u8], rain: &str) -> Folder {
    let folder = Folder::new().with(UNIFORM, rain);
    std::fs::write(folder.dir.path().join("rain.nc"), bytes).unwrap();
    folder
}

fn grid_of(file: &NetCdf) -> RainGrid {
    match with_rain(&file.bytes(), "Grid(\"rain.nc\")").load().rain {
        Some(Rain::Grid(grid)) => grid,
        other => panic!("{other:?}"),
    }
}

/// Rates on the north-west, north-east, south-west and south-east cell of the scenario in one span.
fn corners(grid: &RainGrid, span: usize) -> [f64; 4] {
    [(0, 0), (0, 9), (4, 0), (4, 9)].map(|(row, col)| grid.field(span)[grid.cell_over(row, col)])
}

#[track_caller]
fn refuses(file: &NetCdf, expected: &str) {
    assert_eq!(with_rain(&file.bytes(), "Grid(\"rain.nc\")").faults(), [expected]);
}

#[test]
fn a_file_of_rain_is_laid_over_the_grid() {
    let grid = grid_of(&storm());
    assert_eq!(grid.spans_secs, [[0.0, 3600.0], [3600.0, 7200.0], [7200.0, 10_800.0]]);
    assert_eq!((grid.n_cols, grid.n_rows), (2, 2));
    assert_eq!(grid.col_of, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    // The middle of the third row lies on the edge between the rain cells.
    assert_eq!((grid.row_of[1], grid.row_of[3]), (0, 1));
    assert_eq!(corners(&grid, 0), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(corners(&grid, 1), [10.0, 20.0, 30.0, 40.0]);
}

#[test]
fn a_file_of_netcdf_4_reads_like_a_classic_one() {
    // Written by netCDF4 for Python: the same storm, packed into 16 bits with a scale of 0.5, shuffled and deflated.
    let whole: &[u8] = include_bytes!("rain-netcdf4.nc");
    let expected = Some(Rain::Grid(grid_of(&storm())));
    assert_eq!(with_rain(whole, "Grid(\"rain.nc\")").load().rain, expected);
    // The last bytes of such a file may be unused: a part of it is refused or whole.
    for length in (0..whole.len()).step_by(101) {
        match load(&with_rain(&whole[..length], "Grid(\"rain.nc\")").path()) {
            Ok(scenario) => assert_eq!(scenario.rain, expected, "{length}"),
            Err(error) => assert!(error.to_string().contains("rain: found \"rain.nc\""), "{error}"),
        }
    }
}

#[test]
fn rows_may_run_northward_and_rates_may_be_packed_and_in_other_units() {
    let file = NetCdf::default()
        .axis("time", "minutes since 1996-08-03T08:00:00+08:00", &[-60.0, 0.0, 30.0])
        .axis("northing", "metre", &[12.5, 37.5])
        .with("northing", "standard_name", "projection_y_coordinate")
        .axis("easting", "m", &[25.0, 75.0])
        .with("easting", "axis", "X")
        .variable(
            "flux",
            &["time", "northing", "easting"],
            &[9.0, 9.0, 9.0, 9.0, 3.0, 4.0, 1.0, 2.0, 0.0, 0.0, 0.0, 1.0],
        )
        .with("flux", "units", "kg m**-2 s**-1")
        .with_number("flux", "scale_factor", 1.0 / 7200.0)
        .variable("cloud", &["time", "northing", "easting"], &[0.0; 12])
        .with("cloud", "units", "1");
    let grid = grid_of(&file);
    // What fell before the start is left out; 1/7200 kg/m²/s is half a millimetre an hour.
    assert_eq!(grid.spans_secs, [[0.0, 1800.0], [1800.0, 3600.0]]);
    for (found, expected) in corners(&grid, 0).iter().zip([0.5, 1.0, 1.5, 2.0]) {
        assert!((found - expected).abs() < 1e-14, "{found} {expected}");
    }
}

#[test]
fn only_what_lies_over_the_domain_and_the_run_is_kept() {
    let mut values = vec![f64::NAN; 3 * 4 * 5];
    for span in 0..3 {
        for (k, row, col) in [(1.0, 1, 1), (2.0, 1, 2), (3.0, 2, 1), (4.0, 2, 2)] {
            values[span * 20 + row * 5 + col] = k;
        }
    }
    let file = NetCdf::default()
        .axis("time", "days since 1996-08-02", &[0.0, 1.0, 2.0])
        .axis("y", "m", &[62.5, 37.5, 12.5, -12.5])
        .axis("x", "m", &[-25.0, 25.0, 75.0, 125.0, 175.0])
        .variable("rain", &["time", "y", "x"], &values)
        .with("rain", "units", "mm h-1");
    let grid = grid_of(&file);
    assert_eq!(grid.spans_secs, [[0.0, 86_400.0]]);
    assert_eq!((grid.n_cols, grid.n_rows, grid.rates_mm_per_hour.len()), (2, 2, 4));
    assert_eq!(corners(&grid, 0), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn bounds_of_the_time_say_how_long_a_field_holds() {
    let file = storm().with("time", "bounds", "time_bounds").dimension("two", 2).variable(
        "time_bounds",
        &["time", "two"],
        &[-1.0, 0.0, 0.0, 1.0, 1.5, 2.0],
    );
    let grid = grid_of(&file);
    assert_eq!(grid.spans_secs, [[0.0, 3600.0], [5400.0, 7200.0]]);
    assert_eq!(corners(&grid, 0), [10.0, 20.0, 30.0, 40.0]);
    refuses(
        &file
            .clone()
            .variable("overlap", &["time", "two"], &[0.0, 1.1, 1.0, 2.0, 2.0, 3.0])
            .with("time", "bounds", "overlap"),
        "test.ron:18:16: rain: found \"rain.nc\" with bounds of the time, `overlap`, that are not two rising times for each field; allowed bounds that rise and do not overlap",
    );
}

#[test]
fn one_of_several_rain_rates_is_chosen_by_name() {
    let file = storm().variable("radar", &["time", "y", "x"], &[7.0; 12]).with("radar", "units", "mm s-1");
    refuses(
        &file,
        "test.ron:18:16: rain: found \"rain.nc\" with `rain(time, y, x)` in `mm/h` and `radar(time, y, x)` in `mm s-1`; allowed one rain rate, or the name of one: Grid(file: \"..\", variable: \"..\")",
    );
    let folder = with_rain(&file.bytes(), "Grid(file: \"rain.nc\", variable: \"radar\")");
    let Some(Rain::Grid(grid)) = folder.load().rain else { panic!("a grid") };
    assert_eq!(corners(&grid, 2), [25_200.0; 4]);
    assert_eq!(
        with_rain(&file.bytes(), "Grid(file: \"rain.nc\", variable: \"y\", at: 1)").faults(),
        [
            "test.ron:18:22: rain.file: found \"rain.nc\" with `y(y)` in `m`; allowed a rain rate over (time, y, x) in `mm/h`, `mm h-1`, `mm hr-1`, `mm/hr`, `kg m-2 s-1`, `mm/s`, `mm s-1`, `m/s`, `m s-1`",
            "test.ron:18:48: rain.at: found the unknown key `at`; allowed `variable`, the nearest known key; one of `file`, `variable`",
        ]
    );
}

#[test]
fn a_note_says_when_the_rain_is_shorter_than_the_run() {
    let folder = with_rain(&storm().bytes(), "Grid(\"rain.nc\")");
    assert_eq!(
        load_with_notes(&folder.path()).unwrap().notes,
        [
            "rain: \"rain.nc\" with rain from 0 to 10800 s after the start; outside these times no rain falls in the run of 86400 s"
        ]
    );
}

#[test]
fn faults_of_the_file_are_told() {
    let faults = Folder::new().with(UNIFORM, "Grid(\"rain.nc\")").faults();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("test.ron:18:16: rain: found \"rain.nc\", which cannot be read ("), "{}", faults[0]);
    assert!(faults[0].contains("); allowed a NetCDF file that can be read; its path is relative to the scenario"));
    let whole = storm().bytes();
    for length in (0..whole.len()).step_by(7) {
        let faults = with_rain(&whole[..length], "Grid(\"rain.nc\")").faults();
        assert!(faults.len() == 1 && faults[0].starts_with("test.ron:18:16: rain: found \"rain.nc\""), "{faults:?}");
    }
    assert_eq!(
        Folder::new().with(UNIFORM, "Grid(3)").faults(),
        ["test.ron:18:16: rain: found `3`; allowed a text in quotes, not empty"]
    );
    assert_eq!(
        Folder::new().with(UNIFORM, "Radar(\"rain.nc\")").faults(),
        ["test.ron:18:11: rain: found `Radar(..)`; allowed one of `Uniform`, `Grid`"]
    );
}

#[test]
fn units_dimensions_and_times_are_judged() {
    refuses(
        &storm().with("rain", "units", "mm"),
        "test.ron:18:16: rain: found \"rain.nc\" with no rain rate, but `rain(time, y, x)` in `mm`; allowed a rain rate over (time, y, x) in `mm/h`, `mm h-1`, `mm hr-1`, `mm/hr`, `kg m-2 s-1`, `mm/s`, `mm s-1`, `m/s`, `m s-1`",
    );
    refuses(
        &storm().with("x", "units", "degrees_east"),
        "test.ron:18:16: rain: found \"rain.nc\" with `x(x)` in `degrees_east`; allowed units `m`, in the map coordinates of the scenario; project the file first",
    );
    refuses(
        &NetCdf::default()
            .axis("time", "hours since 1996-08-03", &[0.0, 1.0])
            .axis("x", "m", &[25.0, 75.0])
            .axis("y", "m", &[25.0])
            .variable("rain", &["time", "x", "y"], &[1.0; 4])
            .with("rain", "units", "mm/h"),
        "test.ron:18:16: rain: found \"rain.nc\" with `rain(time, x, y)` in `mm/h`; allowed the dimensions (time, y, x) in this order, known by their names, by `axis` or by `standard_name` projection_y_coordinate and projection_x_coordinate",
    );
    refuses(
        &NetCdf::default()
            .axis("time", "hours since 1996-08-03", &[0.0, 1.0])
            .dimension("y", 1)
            .axis("x", "m", &[25.0, 75.0])
            .variable("rain", &["time", "y", "x"], &[1.0; 4])
            .with("rain", "units", "mm/h"),
        "test.ron:18:16: rain: found \"rain.nc\" with `rain(time, y, x)` in `mm/h` and no coordinate variable `y(y)`; allowed a coordinate variable for each dimension, of its name",
    );
    refuses(
        &storm().with("time", "units", "months since 1996-08-03"),
        "test.ron:18:16: rain: found \"rain.nc\" with `time(time)` in `months since 1996-08-03`; allowed `seconds`, `minutes`, `hours` or `days` `since` an ISO date and time, UTC unless it says otherwise: \"hours since 2021-07-20 00:00:00\"",
    );
    refuses(
        &storm().with("time", "calendar", "360_day"),
        "test.ron:18:16: rain: found \"rain.nc\" with times in the calendar `360_day`; allowed the calendar `standard`",
    );
    refuses(
        &NetCdf::default()
            .axis("time", "hours since 1996-08-03", &[0.0])
            .axis("y", "m", &[25.0])
            .axis("x", "m", &[25.0, 75.0])
            .variable("rain", &["time", "y", "x"], &[1.0, 1.0])
            .with("rain", "units", "mm/h"),
        "test.ron:18:16: rain: found \"rain.nc\" with 1 time(s) without `bounds`; allowed at least two times, or `bounds` of the time that say how long the field holds",
    );
    refuses(
        &NetCdf::default()
            .axis("time", "hours since 1996-08-03", &[0.0, 1.0, 1.0])
            .axis("y", "m", &[25.0])
            .axis("x", "m", &[25.0, 75.0])
            .variable("rain", &["time", "y", "x"], &[1.0; 6])
            .with("rain", "units", "mm/h"),
        "test.ron:18:16: rain: found \"rain.nc\" with times that do not rise; allowed times each of which is later than the one before it",
    );
}

#[test]
fn rain_must_reach_the_whole_domain_some_time_of_the_run_and_have_values_there() {
    refuses(
        &storm().with("time", "units", "hours since 2006-08-03 00:00:00"),
        "test.ron:18:16: rain: found \"rain.nc\" with rain from 315532800 to 315543600 s after the start; allowed rain at some time of the run, 0 to 86400 s",
    );
    refuses(
        &NetCdf::default()
            .axis("time", "hours since 1996-08-03", &[0.0, 1.0])
            .axis("y", "m", &[25.0])
            .axis("x", "m", &[30.0, 70.0])
            .variable("rain", &["time", "y", "x"], &[1.0; 4])
            .with("rain", "units", "mm/h"),
        "test.ron:18:16: rain: found \"rain.nc\" over x 10 to 90, y 5 to 45: not over the cell of the domain at (5, 45); allowed rain over every cell of the domain, within x 0 to 100, y 0 to 50",
    );
    refuses(
        &storm().with_number("rain", "_FillValue", 30.0),
        "test.ron:18:16: rain: found \"rain.nc\" with no data in field 2, row 2, column 1; allowed rates from 0 to 100000 mm/h over every cell of the domain",
    );
    refuses(
        &storm().with_number("rain", "add_offset", -0.5),
        "test.ron:18:16: rain: found \"rain.nc\" with -0.5 mm/h in field 3, row 1, column 1; allowed rates from 0 to 100000 mm/h over every cell of the domain",
    );
    refuses(
        &storm().with_number("rain", "scale_factor", 1e36),
        "test.ron:18:16: rain: found \"rain.nc\" with 1000000000000000000000000000000000000 mm/h in field 1, row 1, column 1; allowed rates from 0 to 100000 mm/h over every cell of the domain",
    );
}

#[test]
fn every_law_of_infiltration_is_read() {
    let read = |text: &str| Folder::new().with(CONSTANT, text).load().infiltration;
    assert_eq!(
        read("GreenAmpt(conductivity_mm_per_hour: 10, suction_mm: 110.0, moisture_deficit_frac: 0.3)"),
        Some(Infiltration::GreenAmpt { conductivity_mm_per_hour: 10.0, suction_mm: 110.0, moisture_deficit_frac: 0.3 })
    );
    assert_eq!(
        read("Horton(initial_mm_per_hour: 80.0, final_mm_per_hour: 0.0, decay_per_hour: 2.5)"),
        Some(Infiltration::Horton { initial_mm_per_hour: 80.0, final_mm_per_hour: 0.0, decay_per_hour: 2.5 })
    );
    assert_eq!(read("None"), None);
}

#[test]
fn faults_of_infiltration_are_told() {
    let faults = |text: &str| Folder::new().with(CONSTANT, text).faults();
    assert_eq!(
        faults("GreenAmpt(suction_m: 0.1)"),
        [
            "test.ron:19:19: infiltration.conductivity_mm_per_hour: found no such key; allowed `conductivity_mm_per_hour: ..`, which must be given",
            "test.ron:19:19: infiltration.moisture_deficit_frac: found no such key; allowed `moisture_deficit_frac: ..`, which must be given",
            "test.ron:19:29: infiltration.suction_m: found the unknown key `suction_m`; allowed `suction_mm`, the nearest known key; one of `conductivity_mm_per_hour`, `suction_mm`, `moisture_deficit_frac`",
        ]
    );
    assert_eq!(
        faults("GreenAmpt(conductivity_mm_per_hour: 0.0, suction_mm: -1.0, moisture_deficit_frac: 30.0)"),
        [
            "test.ron:19:55: infiltration.conductivity_mm_per_hour: found `0.0`; allowed a conductivity in mm/h above 0",
            "test.ron:19:72: infiltration.suction_mm: found `-1.0`; allowed a suction in mm above 0 and at most 10000",
            "test.ron:19:101: infiltration.moisture_deficit_frac: found `30.0`; allowed a share of the soil's volume above 0 and at most 1",
        ]
    );
    assert_eq!(
        faults("Horton(initial_mm_per_hour: 10.0, final_mm_per_hour: 12.0, decay_per_hour: NaN)"),
        [
            "test.ron:19:47: infiltration.initial_mm_per_hour: found `10.0`; allowed a rate in mm/h above the final one, 12",
            "test.ron:19:94: infiltration.decay_per_hour: found `NaN`; allowed a rate of decay in 1/h above 0",
        ]
    );
    assert_eq!(
        faults("Hortn(initial_mm_per_hour: 10.0)"),
        [
            "test.ron:19:19: infiltration: found `Hortn(..)`; allowed `Horton`, the nearest known name; one of `Constant`, `GreenAmpt`, `Horton`"
        ]
    );
}
