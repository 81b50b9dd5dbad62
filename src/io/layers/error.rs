//! Why a layer cannot be read.

use std::path::{Path, PathBuf};

/// Why a layer, or a field of one of its features, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The file could not be opened or read.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is none of the kinds that are read.
    #[error("file ending {found:?}, allowed: geojson, json, shp, gpkg, csv: {path}")]
    Ending {
        /// The ending.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// Something in the file is not what it should be.
    #[error("{place}: {found}, allowed: {allowed}: {path}")]
    Content {
        /// Where in the file.
        place: String,
        /// What is there.
        found: String,
        /// What may be there.
        allowed: String,
        /// The file.
        path: PathBuf,
    },
    /// The coordinate system is missing or not known here.
    #[error("coordinate system {found}, allowed: {allowed}: {path}")]
    Crs {
        /// What the file says of it.
        found: String,
        /// What is allowed.
        allowed: String,
        /// The file.
        path: PathBuf,
    },
    /// Most of the layer would lie outside China: its coordinate system is not the one it says.
    #[error("{place} at {found}, allowed: {allowed}: {path}")]
    Outside {
        /// The first feature that is outside.
        place: String,
        /// Its coordinates, and where they would be.
        found: String,
        /// What is allowed, and what would bring them there.
        allowed: String,
        /// The file.
        path: PathBuf,
    },
    /// No feature can be used.
    #[error("none of {n_features} features can be used; {place}: {reason}: {path}")]
    AllSkipped {
        /// Number of features in the file.
        n_features: usize,
        /// The first of them.
        place: String,
        /// What is wrong with it.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The database of a `GeoPackage` is damaged.
    #[error("not a readable GeoPackage: {source}: {path}")]
    Database {
        /// What `SQLite` said.
        source: rusqlite::Error,
        /// The file.
        path: PathBuf,
    },
    /// No column has one of the names.
    #[error("no column {wanted}{nearest}, found: {found}: {path}")]
    Column {
        /// Names it may have.
        wanted: String,
        /// The column that is nearest by its name, as a question; empty if none is near.
        nearest: String,
        /// Columns that are there.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// A field of a feature is not what it should be.
    #[error("{place}, column {column}: {found}, allowed: {allowed}: {path}")]
    Field {
        /// The feature.
        place: String,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What may be there.
        allowed: String,
        /// The file.
        path: PathBuf,
    },
}

/// Wraps an error of the system on the file.
pub(super) fn io_error(path: &Path) -> impl Fn(std::io::Error) -> LayerError + '_ {
    move |source| LayerError::Io { source, path: path.to_owned() }
}

/// An error in the content of the file.
pub(super) fn content(
    path: &Path,
    place: impl Into<String>,
    found: impl Into<String>,
    allowed: impl Into<String>,
) -> LayerError {
    LayerError::Content { place: place.into(), found: found.into(), allowed: allowed.into(), path: path.to_owned() }
}
