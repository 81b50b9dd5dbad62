//! Rasters in and out: ESRI ASCII, SRTM .hgt and `GeoTIFF`.
//!
//! All come in as one band of `f64` on a north-up grid of square cells with NaN for no-data. A raster that is rotated,
//! has several bands, or has no data at all is refused here; whether its coordinates suit a run is the caller's to say.

mod ascii;
mod geotiff;
mod hgt;

use std::path::{Path, PathBuf};

use crate::domain::geo::Raster;

pub use geotiff::write_geotiff;

/// Most cells that a raster may have: half a GiB of values.
pub const MOST_CELLS: usize = 1 << 26;
/// No-data value that is written, and that an ESRI ASCII grid has when it names none.
pub const NO_DATA: f64 = -9999.0;

/// Why a raster could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// The file could not be opened, read or written.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file's name does not end like that of a raster.
    #[error("file ending {found:?}, allowed: asc, hgt, tif, tiff: {path}")]
    Ending {
        /// The ending.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// A word of a text raster is not what it should be.
    #[error("line {line}, column {column}: {key} is {found:?}, allowed: {allowed}: {path}")]
    Word {
        /// Line, the first is 1.
        line: usize,
        /// Column, in characters, the first is 1.
        column: usize,
        /// The header's key, or `value`.
        key: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A key is missing from the header of a text raster.
    #[error("no {key} in the header: {path}")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// There are more or fewer values than the header says.
    #[error("{found} values, allowed: {expected} ({n_cols} columns times {n_rows} rows): {path}")]
    Count {
        /// Number of values in the file.
        found: usize,
        /// Number that the header asks for.
        expected: usize,
        /// Columns.
        n_cols: usize,
        /// Rows.
        n_rows: usize,
        /// The file.
        path: PathBuf,
    },
    /// The raster has no cells or too many.
    #[error("{n_cols} columns times {n_rows} rows, allowed: 1 to {MOST_CELLS} cells: {path}")]
    Size {
        /// Columns.
        n_cols: u64,
        /// Rows.
        n_rows: u64,
        /// The file.
        path: PathBuf,
    },
    /// A property of the raster is not allowed.
    #[error("{what} is {found}, allowed: {allowed}: {path}")]
    Property {
        /// Which property.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        allowed: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A value is infinite.
    #[error("row {row}, column {column}: value is {found}, allowed: a finite number or no-data: {path}")]
    NotFinite {
        /// Row, the northernmost is 1.
        row: usize,
        /// Column, the westernmost is 1.
        column: usize,
        /// The value.
        found: f64,
        /// The file.
        path: PathBuf,
    },
    /// Every cell is no-data.
    #[error("no cell holds data: {path}")]
    AllNoData {
        /// The file.
        path: PathBuf,
    },
    /// The `GeoTIFF` is damaged or of a kind that cannot be read.
    #[error("not a readable GeoTIFF: {reason}: {path}")]
    GeoTiff {
        /// What the decoder said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The `GeoTIFF` could not be encoded.
    #[error("GeoTIFF not written: {reason}: {path}")]
    Encode {
        /// What the encoder said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
}

/// Reads a raster, by its file name's ending: `.asc`, `.hgt`, `.tif` or `.tiff`, in capitals or not.
///
/// # Errors
/// When the file cannot be read or is not such a raster.
pub fn read(path: &Path) -> Result<Raster, RasterError> {
    let found = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let raster = match found.as_str() {
        "asc" => ascii::read(path),
        "hgt" => hgt::read(path),
        "tif" | "tiff" => geotiff::read(path),
        _ => return Err(RasterError::Ending { found, path: path.to_owned() }),
    }?;
    check_values(&raster, path)?;
    Ok(raster)
}

fn check_values(raster: &Raster, path: &Path) -> Result<(), RasterError> {
    if let Some(index) = raster.values.iter().position(|value| value.is_infinite()) {
        let (row, col) = raster.grid.row_col(index);
        let found = raster.values[index];
        return Err(RasterError::NotFinite { row: row + 1, column: col + 1, found, path: path.to_owned() });
    }
    if raster.values.iter().all(|value| value.is_nan()) {
        return Err(RasterError::AllNoData { path: path.to_owned() });
    }
    Ok(())
}

/// Checks a size before anything is allocated for it.
fn check_size(n_cols: u64, n_rows: u64, path: &Path) -> Result<(usize, usize), RasterError> {
    let refused = || RasterError::Size { n_cols, n_rows, path: path.to_owned() };
    let n_cells = n_cols.checked_mul(n_rows).and_then(|n| usize::try_from(n).ok()).ok_or_else(refused)?;
    match (usize::try_from(n_cols), usize::try_from(n_rows)) {
        (Ok(cols), Ok(rows)) if (1..=MOST_CELLS).contains(&n_cells) => Ok((cols, rows)),
        _ => Err(refused()),
    }
}

fn io_error(path: &Path) -> impl Fn(std::io::Error) -> RasterError {
    move |source| RasterError::Io { source, path: path.to_owned() }
}
