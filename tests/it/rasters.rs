//! Rasters in and out: every file is built here.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::path::{Path, PathBuf};

use geotiff_writer::{Compression, GeoTiffBuilder, GeoTransform, NumericSample};
use hetu::domain::geo::{Grid, Raster};
use hetu::io::raster::{self, MOST_CELLS, RasterError};
use ndarray::{Array2, Array3};
use tempfile::TempDir;

const HEADER: &str = "ncols 3\nnrows 2\nxllcorner 500000\nyllcorner 3860000\ncellsize 50\nNODATA_value -9999\n";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn ascii(text: &str) -> Result<Raster, RasterError> {
    let folder = folder();
    raster::read(&file(&folder, "bed.asc", text))
}

/// The message of a refused text raster, without its path.
fn refusal(text: &str) -> String {
    let message = ascii(text).unwrap_err().to_string();
    message.rsplit_once(": ").unwrap().0.to_owned()
}

/// Values with no-data as `None`, so that they can be compared.
fn known(raster: &Raster) -> Vec<Option<f64>> {
    raster.values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect()
}

fn tiff(folder: &TempDir) -> PathBuf {
    folder.path().join("bed.tif")
}

fn placed(n_cols: u32, n_rows: u32) -> GeoTiffBuilder {
    GeoTiffBuilder::new(n_cols, n_rows).pixel_scale(50.0, 50.0).origin(500_000.0, 3_860_100.0).projected_epsg(4547)
}

#[test]
fn an_ascii_grid_is_read_from_north_to_south() {
    let read = ascii(&format!("{HEADER}1 2 3\n4 -9999 6.5\n")).unwrap();
    assert_eq!(known(&read), [Some(1.0), Some(2.0), Some(3.0), Some(4.0), None, Some(6.5)]);
    let grid = Grid { n_cols: 3, n_rows: 2, cell_m: 50.0, west_m: 500_000.0, north_m: 3_860_100.0 };
    assert_eq!((read.grid, read.epsg), (grid, None));
}

#[test]
fn ascii_headers_come_in_many_forms() {
    let plain = ascii(&format!("{HEADER}1 2 3 4 -9999 6\n")).unwrap();
    for header in [
        "NCOLS 3\r\nNROWS 2\r\nXLLCENTER 500025\r\nYLLCENTER 3860025\r\nCELLSIZE 50\r\nnodata_VALUE -9999.0\r\n",
        "nrows 2\nncols 3\nyllcorner 3860000\nxllcorner 500000\ndx 50.0\ndy 50\n",
        "\u{feff}ncols 3\nnrows 2\n\nxllcorner 500000,0\nyllcorner 3860000,0\ncellsize 5,0e1\n",
    ] {
        let read = ascii(&format!("{header}1,0 2\t3\n\n  4 nan\n6")).unwrap();
        assert_eq!((known(&read), read.grid), (known(&plain), plain.grid), "{header}");
    }
    assert_eq!(
        ascii(&format!("{}1 2 3 4 5 -1", HEADER.replace("-9999", "-1"))).unwrap().values[5].to_bits(),
        f64::NAN.to_bits()
    );
}

#[test]
fn a_faulty_ascii_grid_is_refused_with_its_place() {
    let with = |from: &str, to: &str| format!("{}1 2 3\n4 5 6\n", HEADER.replace(from, to));
    let cases = [
        (format!("{HEADER}1 2 3\n4 x5 6\n"), r#"line 8, column 3: value is "x5", allowed: a number"#),
        (format!("{HEADER}1 2 3\n4 1,2,3 6\n"), r#"line 8, column 3: value is "1,2,3", allowed: a number"#),
        (format!("{HEADER}1 2 inf\n4 5 6\n"), r#"line 7, column 5: value is "inf", allowed: a number"#),
        (format!("{HEADER}1 2 3\n4 5\n"), "5 values, allowed: 6 (3 columns times 2 rows)"),
        (format!("{HEADER}1 2 3\n4 5 6 7\n"), "7 values, allowed: 6 (3 columns times 2 rows)"),
        (with("cellsize 50", "cellsize 0"), r#"line 5, column 10: cellsize is "0", allowed: a number greater than 0"#),
        (
            with("cellsize 50", "cellsize -5"),
            r#"line 5, column 10: cellsize is "-5", allowed: a number greater than 0"#,
        ),
        (
            with("cellsize 50", "dx 50\ndy 40"),
            r#"line 6, column 4: dy is "40", allowed: the same as dx: cells are square"#,
        ),
        (with("cellsize 50\n", ""), "no cellsize in the header"),
        (with("ncols 3\n", ""), "no ncols in the header"),
        (with("ncols 3", "ncols 2.5"), r#"line 1, column 7: ncols is "2.5", allowed: a whole number greater than 0"#),
        (with("ncols 3", "ncols 0"), r#"line 1, column 7: ncols is "0", allowed: a whole number greater than 0"#),
        (with("ncols 3", "ncolumns 3"), r#"line 1, column 1: key is "ncolumns", allowed: a key of an ESRI ASCII grid"#),
        (with("nrows 2", "ncols 3"), r#"line 2, column 1: key is "ncols", allowed: each key once"#),
        (with("xllcorner 500000", "xllcorner nan"), r#"line 3, column 11: xllcorner is "nan", allowed: a number"#),
        (format!("{HEADER}-9999 -9999 -9999 -9999 -9999 -9999"), "no cell holds data"),
    ];
    for (text, message) in cases {
        assert_eq!(refusal(&text), message);
    }
    assert!(matches!(ascii(""), Err(RasterError::MissingKey { key: "ncols", .. })));
}

#[test]
fn a_size_beyond_memory_is_refused_before_anything_is_allocated() {
    for (n_cols, n_rows) in [(u64::MAX, 2), (1 << 20, 1 << 20), (MOST_CELLS as u64 + 1, 1)] {
        let header =
            HEADER.replace("ncols 3", &format!("ncols {n_cols}")).replace("nrows 2", &format!("nrows {n_rows}"));
        assert!(matches!(ascii(&format!("{header}1 2 3")), Err(RasterError::Size { .. })), "{n_cols} {n_rows}");
    }
}

#[test]
fn a_prj_beside_an_ascii_grid_gives_the_code() {
    let folder = folder();
    let path = file(&folder, "bed.asc", format!("{HEADER}1 2 3 4 5 6"));
    file(&folder, "bed.prj", r#"PROJCS["CGCS2000",GEOGCS["g",AUTHORITY["EPSG","4490"]],AUTHORITY["EPSG","4547"]]"#);
    assert_eq!(raster::read(&path).unwrap().epsg, Some(4547));
    file(&folder, "bed.prj", r#"PROJCS["CGCS2000_3_Degree_GK_CM_114E"]"#);
    assert_eq!(raster::read(&path).unwrap().epsg, None);
}

#[test]
fn an_srtm_tile_has_its_posts_in_the_middle_of_its_cells() {
    let folder = folder();
    let mut posts = vec![7_i16; 1201 * 1201];
    posts[0] = 300;
    posts[1] = -32768;
    posts[1201 * 1201 - 1] = -5;
    let bytes: Vec<u8> = posts.iter().flat_map(|post| post.to_be_bytes()).collect();
    let read = raster::read(&file(&folder, "n35E114.HGT", &bytes)).unwrap();
    assert_eq!((read.grid.n_cols, read.grid.n_rows, read.epsg), (1201, 1201, Some(4326)));
    let corners = [[114.0, 36.0], [114.0 + 1.0 / 1200.0, 36.0], [115.0, 35.0]].map(|at| read.sample_nearest(at));
    assert_eq!((corners[0].to_bits(), corners[2].to_bits()), (300_f64.to_bits(), (-5_f64).to_bits()));
    assert!(corners[1].is_nan());

    let refused = |name, bytes: &[u8]| raster::read(&file(&folder, name, bytes)).unwrap_err().to_string();
    assert!(refused("dem.hgt", &bytes).starts_with("name is \"DEM\", allowed: latitude and longitude"));
    assert!(refused("N35E115.hgt", &bytes[..1000]).starts_with("length is 1000 bytes, allowed: 2884802"));
}

#[test]
fn a_written_geotiff_comes_back_to_the_bit() {
    let folder = folder();
    let grid = Grid { n_cols: 301, n_rows: 203, cell_m: 12.5, west_m: 464_212.5, north_m: 3_927_600.25 };
    let values: Vec<f64> = (0..grid.n_cells())
        .map(|i| if i % 7 == 0 { f64::NAN } else { f64::from((i as f32 * 0.37).sin() * 90.0) })
        .collect();
    for epsg in [None, Some(4547), Some(4526), Some(4326), Some(4490), Some(32650)] {
        let written = Raster { grid, values: values.clone(), epsg };
        raster::write_geotiff(&tiff(&folder), &written).unwrap();
        let read = raster::read(&tiff(&folder)).unwrap();
        assert_eq!((read.grid, read.epsg), (grid, epsg));
        assert_eq!(known(&read), known(&written));
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["bed.tif"], "nothing else is left in the folder");
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = folder();
    let grid = Grid { n_cols: 2, n_rows: 1, cell_m: 1.0, west_m: 0.0, north_m: 0.0 };
    let good = Raster { grid, values: vec![1.0, 2.0], epsg: None };
    let missing = folder.path().join("no/such/folder/bed.tif");
    assert!(matches!(raster::write_geotiff(&missing, &good), Err(RasterError::Io { .. })));
    let unnamed = Raster { epsg: Some(102_025), ..good };
    assert!(matches!(raster::write_geotiff(&tiff(&folder), &unnamed), Err(RasterError::Encode { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Reads back a two by three raster written in some number type with some no-data text.
fn read_back<T: NumericSample>(builder: GeoTiffBuilder, values: [[T; 3]; 2], no_data: &str) -> Vec<Option<f64>> {
    let folder = folder();
    builder.nodata(no_data).write_2d(tiff(&folder), ndarray::arr2(&values).view()).unwrap();
    let read = raster::read(&tiff(&folder)).unwrap();
    assert_eq!((read.grid.n_cols, read.grid.n_rows, read.epsg), (3, 2, Some(4547)));
    known(&read)
}

#[test]
fn geotiffs_of_any_number_type_are_read() {
    let expected = [Some(1.0), Some(2.0), None, Some(4.0), Some(5.0), Some(6.0)];
    assert_eq!(read_back(placed(3, 2), [[1_u8, 2, 255], [4, 5, 6]], "255"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_u16, 2, 65535], [4, 5, 6]], "65535"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_i16, 2, -32768], [4, 5, 6]], "-32768"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_i32, 2, -9999], [4, 5, 6]], "-9999.0"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_u32, 2, 0], [4, 5, 6]], "0"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_f64, 2.0, -1e30], [4.0, 5.0, 6.0]], "-1e30"), expected);
    assert_eq!(read_back(placed(3, 2), [[1_f32, 2.0, f32::NAN], [4.0, 5.0, 6.0]], "nan"), expected);
    let least = [[1_f32, 2.0, f32::MIN], [4.0, 5.0, 6.0]];
    assert_eq!(read_back(placed(3, 2), least, "-3.4028234663852886e+38"), expected);
    assert_eq!(read_back(placed(3, 2), least, "-3.40282e+38")[2], Some(f64::from(f32::MIN)), "not the same number");
}

#[test]
fn tiles_and_compressions_give_the_same_values() {
    let values = Array2::from_shape_fn((70, 90), |(row, col)| row as f32 * 100.0 + col as f32);
    let expected: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
    for compression in [Compression::None, Compression::Lzw, Compression::Deflate] {
        for builder in [placed(90, 70), placed(90, 70).tile_size(32, 16)] {
            let folder = folder();
            builder.compression(compression).write_2d(tiff(&folder), values.view()).unwrap();
            assert_eq!(raster::read(&tiff(&folder)).unwrap().values, expected, "{compression:?}");
        }
    }
}

#[test]
fn a_geotiff_that_is_no_terrain_is_refused() {
    let refused = |builder: GeoTiffBuilder, values: &Array2<f32>| {
        let folder = folder();
        builder.write_2d(tiff(&folder), values.view()).unwrap();
        let message = raster::read(&tiff(&folder)).unwrap_err().to_string();
        message.rsplit_once(": ").unwrap().0.to_owned()
    };
    let (plain, unplaced) = (Array2::<f32>::ones((2, 3)), || GeoTiffBuilder::new(3, 2).projected_epsg(4547));
    let turned = |pixel_height, skew| GeoTransform {
        origin_x: 0.0,
        pixel_width: 10.0,
        skew_x: skew,
        origin_y: 0.0,
        skew_y: skew,
        pixel_height,
    };
    let rotated = refused(unplaced().transform(turned(-10.0, 2.0)), &plain);
    assert!(rotated.starts_with("rotation is 2 and 2 per pixel"), "{rotated}");
    let upside_down = refused(unplaced().transform(turned(10.0, 0.0)), &plain);
    assert!(upside_down.starts_with("cell size is 10 eastward by -10 southward"), "{upside_down}");
    let oblong = refused(unplaced().transform(turned(-12.0, 0.0)), &plain);
    assert_eq!(oblong, "cell size is 10 by 12, allowed: square");
    assert!(refused(unplaced(), &plain).starts_with("position on the map is missing"));
    assert_eq!(refused(placed(3, 2).nodata("1"), &plain), "no cell holds data");
    let infinite = refused(placed(3, 2), &ndarray::arr2(&[[1.0, 2.0, 3.0], [4.0, f32::INFINITY, 6.0]]));
    assert!(infinite.starts_with("row 2, column 2: value is inf"), "{infinite}");

    let folder = folder();
    placed(3, 2).bands(2).write_3d(tiff(&folder), Array3::<f32>::ones((2, 3, 2)).view()).unwrap();
    assert!(raster::read(&tiff(&folder)).unwrap_err().to_string().starts_with("number of bands is 2, allowed: 1"));
}

#[test]
fn a_projected_system_without_a_code_has_none() {
    let folder = folder();
    let builder = GeoTiffBuilder::new(3, 2).pixel_scale(50.0, 50.0).origin(0.0, 0.0).projected_epsg(32767);
    builder.write_2d(tiff(&folder), Array2::<f32>::ones((2, 3)).view()).unwrap();
    assert_eq!(raster::read(&tiff(&folder)).unwrap().epsg, None);
}

/// Truncated at every length and with every byte changed: an error or some raster, never a panic.
#[test]
fn damaged_geotiffs_do_not_panic() {
    let folder = folder();
    let values = Array2::from_shape_fn((20, 24), |(row, col)| row as f32 + 0.5 * col as f32);
    for builder in [placed(24, 20), placed(24, 20).tile_size(16, 16)] {
        builder.nodata("-9999").compression(Compression::Deflate).write_2d(tiff(&folder), values.view()).unwrap();
        let whole = std::fs::read(tiff(&folder)).unwrap();
        assert_eq!(raster::read(&tiff(&folder)).unwrap().values.len(), 480);
        let mut n_refused = 0;
        let mut try_bytes = |bytes: &[u8]| {
            let path = file(&folder, "bad.tif", bytes);
            n_refused += usize::from(raster::read(&path).is_err());
            // A fresh file is many times faster than one that is cut and filled again.
            std::fs::remove_file(path).unwrap();
        };
        for length in 0..whole.len() {
            try_bytes(&whole[..length]);
        }
        for at in 0..whole.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                try_bytes(&bytes);
            }
        }
        assert!(n_refused >= whole.len() / 2, "{n_refused} of {}", 4 * whole.len());
    }
}

#[test]
fn other_files_are_refused_by_name_and_missing_ones_by_the_system() {
    let refused = |name: &str| raster::read(Path::new(name)).unwrap_err();
    assert!(refused("bed.png").to_string().starts_with("file ending \"png\", allowed: asc, hgt, tif, tiff: bed.png"));
    assert!(refused("bed").to_string().starts_with("file ending \"\""));
    for name in ["no-such.asc", "N35E114.hgt", "no-such.tif"] {
        assert!(matches!(refused(name), RasterError::Io { .. }), "{name}");
    }
    let folder = folder();
    let binary = file(&folder, "bed.asc", [0x6e, 0xff, 0xfe]);
    assert!(raster::read(&binary).unwrap_err().to_string().starts_with("content is not text at byte 1"));
}
