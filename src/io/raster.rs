//! Rasters in and out: ESRI ASCII, SRTM .hgt and GeoTIFF.

use std::path::{Path, PathBuf};

use crate::domain::geo::Raster;

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
}

/// Reads a raster, by its file name's ending: `.asc`, `.hgt`, `.tif` or `.tiff`.
///
/// # Errors
/// When the file cannot be read or is not such a raster.
pub fn read(_path: &Path) -> Result<Raster, RasterError> {
    unimplemented!()
}

/// Writes a GeoTIFF: float32, deflate, no-data -9999, with the coordinate system if known.
///
/// # Errors
/// When the file cannot be written. Nothing half-written is left.
pub fn write_geotiff(_path: &Path, _raster: &Raster) -> Result<(), RasterError> {
    unimplemented!()
}
