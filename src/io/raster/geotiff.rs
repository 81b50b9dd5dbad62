//! `GeoTIFF` in and out.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use geotiff_reader::GeoTiffFile;
use geotiff_writer::{Compression, CrsInfo, GeoTiffBuilder, ModelType, RasterType};
use ndarray::ArrayView2;

use super::{NO_DATA, RasterError, check_size, io_error};
use crate::domain::geo::projection::{CrsKind, crs_kind};
use crate::domain::geo::{Grid, Raster};
use crate::io::beside::new_beside;

/// Cells are square when width and height differ by no more than this share: a tenth of a cell over 10 000 cells.
pub(super) const SQUARE_TOLERANCE: f64 = 1e-5;
/// Codes that `GeoTIFF` reserves for systems without a code.
const NO_CODE: [u16; 2] = [0, 32767];

/// Reads a `GeoTIFF`: strips or tiles, any number type, one band, north-up, square cells.
pub(super) fn read(path: &Path) -> Result<Raster, RasterError> {
    // Opened once here for a plain message of the system when it cannot be.
    std::fs::File::open(path).map_err(io_error(path))?;
    let file = GeoTiffFile::open(path).map_err(|error| unreadable(&error, path))?;
    let (n_cols, n_rows) = check_size(u64::from(file.width()), u64::from(file.height()), path)?;
    let grid = grid(&file, n_cols, n_rows, path)?;
    let bands = file.band_count();
    if bands != 1 {
        let (what, found, allowed) = ("number of bands", bands.to_string(), "1");
        return Err(RasterError::Property { what, found, allowed, path: path.to_owned() });
    }
    let values = values(&file, path)?;
    if values.len() != grid.n_cells() {
        let (found, expected) = (values.len(), grid.n_cells());
        return Err(RasterError::Count { found, expected, n_cols, n_rows, path: path.to_owned() });
    }
    Ok(Raster { grid, values, epsg: epsg(file.crs()) })
}

fn unreadable(error: &geotiff_reader::Error, path: &Path) -> RasterError {
    RasterError::GeoTiff { reason: error.to_string(), path: path.to_owned() }
}

fn grid(file: &GeoTiffFile, n_cols: usize, n_rows: usize, path: &Path) -> Result<Grid, RasterError> {
    let refused = |what, found: String, allowed| RasterError::Property { what, found, allowed, path: path.to_owned() };
    let transform = file
        .transform()
        .ok_or_else(|| refused("position on the map", "missing".to_owned(), "a tie point and a pixel scale"))?;
    let (width, height) = (transform.pixel_width, -transform.pixel_height);
    let numbers = [transform.origin_x, transform.origin_y, width, height, transform.skew_x, transform.skew_y];
    if numbers.iter().any(|x| !x.is_finite()) {
        return Err(refused("position on the map", format!("{numbers:?}"), "finite numbers"));
    }
    if transform.skew_x.abs() + transform.skew_y.abs() > SQUARE_TOLERANCE * width.abs() {
        let found = format!("{} and {} per pixel", transform.skew_x, transform.skew_y);
        return Err(refused("rotation", found, "none: the raster must be north-up"));
    }
    if width <= 0.0 || height <= 0.0 {
        let found = format!("{width} eastward by {height} southward");
        return Err(refused("cell size", found, "positive both ways: the raster must be north-up"));
    }
    if (width - height).abs() > SQUARE_TOLERANCE * width {
        return Err(refused("cell size", format!("{width} by {height}"), "square"));
    }
    Ok(Grid { n_cols, n_rows, cell_m: width, west_m: transform.origin_x, north_m: transform.origin_y })
}

/// The code of the horizontal system that the model type names.
///
/// A projected system described by parameters has none, even when the ellipsoid below it has one.
fn epsg(crs: &CrsInfo) -> Option<u32> {
    let code = match crs.model_type_enum() {
        ModelType::Projected => crs.projected_epsg(),
        ModelType::Geographic => crs.geographic_epsg(),
        ModelType::Geocentric | ModelType::Unknown(_) => None,
    };
    code.filter(|code| !NO_CODE.contains(code)).map(u32::from)
}

/// All values with NaN for no-data, row-major, row 0 north.
fn values(file: &GeoTiffFile, path: &Path) -> Result<Vec<f64>, RasterError> {
    let ifd = file.tiff().ifd(file.base_ifd_index()).map_err(|error| unreadable(&error.into(), path))?;
    let format = ifd.sample_format().map_err(|error| unreadable(&error.into(), path))?;
    let bits = ifd.bits_per_sample().map_err(|error| unreadable(&error.into(), path))?;
    let (format, bits) = (format.first().copied().unwrap_or(1), bits.first().copied().unwrap_or(1));
    let no_data: Option<f64> = file.nodata().and_then(|text| text.trim().trim_matches('\0').parse().ok());
    macro_rules! read_as {
        ($kind:ty, $widen:expr, $narrow:expr) => {{
            let array = file.read_raster::<$kind>().map_err(|error| unreadable(&error, path))?;
            let widen: fn($kind) -> f64 = $widen;
            let narrow: fn(f64) -> f64 = $narrow;
            let void = no_data.map(narrow);
            array
                .iter()
                .map(|value| widen(*value))
                .map(|value| if is_void(value, void) { f64::NAN } else { value })
                .collect()
        }};
    }
    #[expect(clippy::cast_possible_truncation, reason = "the no-data text is compared in the type of the samples")]
    let values = match (format, bits) {
        (1, 0..=8) => read_as!(u8, f64::from, |x| x),
        (1, 9..=16) => read_as!(u16, f64::from, |x| x),
        (1, 17..=32) => read_as!(u32, f64::from, |x| x),
        (1, 64) => read_as!(u64, |x| x as f64, |x| x),
        (2, 8) => read_as!(i8, f64::from, |x| x),
        (2, 16) => read_as!(i16, f64::from, |x| x),
        (2, 32) => read_as!(i32, f64::from, |x| x),
        (2, 64) => read_as!(i64, |x| x as f64, |x| x),
        (3, 32) => read_as!(f32, f64::from, |x| f64::from(x as f32)),
        (3, 64) => read_as!(f64, |x| x, |x| x),
        _ => {
            return Err(RasterError::Property {
                what: "number type",
                found: format!("format {format} of {bits} bits"),
                allowed: "whole numbers of up to 64 bits, or floating point of 32 or 64 bits",
                path: path.to_owned(),
            });
        }
    };
    Ok(values)
}

fn is_void(value: f64, no_data: Option<f64>) -> bool {
    value.is_nan() || no_data == Some(value)
}

/// Writes a `GeoTIFF`: float32, deflate, no-data -9999, with the coordinate system if known.
///
/// Values are rounded to 32 bits; NaN becomes no-data. The file is written beside its place and moved there when whole.
///
/// # Errors
/// When the file cannot be written. Nothing half-written is left.
pub fn write_geotiff(path: &Path, raster: &Raster) -> Result<(), RasterError> {
    let encode = |reason: String| RasterError::Encode { reason, path: path.to_owned() };
    let Grid { n_cols, n_rows, cell_m, west_m, north_m } = raster.grid;
    let side = |n: usize| u32::try_from(n).map_err(|error| encode(error.to_string()));
    let builder = GeoTiffBuilder::new(side(n_cols)?, side(n_rows)?)
        .pixel_scale(cell_m, cell_m)
        .origin(west_m, north_m)
        .raster_type(RasterType::PixelIsArea)
        .nodata(&NO_DATA.to_string())
        .compression(Compression::Deflate);
    let builder = match raster.epsg {
        Some(epsg) => with_epsg(builder, u16::try_from(epsg).map_err(|error| encode(format!("EPSG:{epsg}: {error}")))?),
        None => builder,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the file is float32")]
    let samples: Vec<f32> =
        raster.values.iter().map(|value| if value.is_nan() { NO_DATA as f32 } else { *value as f32 }).collect();
    let rows = ArrayView2::from_shape((n_rows, n_cols), &samples).map_err(|error| encode(error.to_string()))?;

    let mut whole = new_beside(path).map_err(io_error(path))?;
    let mut sink = BufWriter::new(whole.as_file_mut());
    builder.write_2d_to(&mut sink, rows).map_err(|error| encode(error.to_string()))?;
    sink.flush().map_err(io_error(path))?;
    drop(sink);
    whole.persist(path).map_err(|error| io_error(path)(error.error))?;
    Ok(())
}

/// The builder with a coordinate system.
///
/// `GeoTiffBuilder::epsg` takes every code in the four thousands for geographic, which is wrong for the Chinese grids.
fn with_epsg(builder: GeoTiffBuilder, code: u16) -> GeoTiffBuilder {
    let is_geographic = match crs_kind(u32::from(code)) {
        Some(kind) => kind == CrsKind::Geographic,
        // CGCS2000, Beijing 1954 and Xian 1980 grids in the four thousands; the rest there are geographic.
        None => (4000..5000).contains(&code) && !matches!(code, 4491..=4512 | 4568..=4589 | 4652..=4656 | 4766..=4800),
    };
    if is_geographic { builder.geographic_epsg(code) } else { builder.projected_epsg(code) }
}
