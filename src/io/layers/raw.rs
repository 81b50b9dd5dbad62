//! Features as they are in a file, before anything is checked.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::content;
use super::{Format, LayerError, Note, Skipped, Value};

/// Most features that a layer may have; they are all held in memory, where a million points of six fields take 1.3 GB.
pub(super) const MOST_FEATURES: usize = 2_000_000;

/// A position in the coordinates of the file.
pub(super) type Position = [f64; 2];
/// A ring in the coordinates of the file.
pub(super) type Ring = Vec<Position>;
/// Fields by the names of their columns.
pub(super) type Fields = BTreeMap<String, Value>;

/// A geometry as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Geometry {
    Nothing,
    Point(Position),
    Points(Vec<Position>),
    Lines(Vec<Vec<Position>>),
    /// The rings of each polygon, the outer one first.
    Polygons(Vec<Vec<Ring>>),
    /// Rings of which only their direction says what is a hole, as in a Shapefile.
    Rings(Vec<Ring>),
    /// What could not be made out, in words.
    Unreadable(String),
}

/// A feature as the file has it.
#[derive(Debug)]
pub(super) struct RawFeature {
    pub(super) place: String,
    pub(super) geometry: Geometry,
    pub(super) fields: Fields,
}

/// What a file says of its coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// They are of this EPSG code.
    Epsg(u32),
    /// They are those of the map, whatever that is.
    Map,
    /// Nothing.
    Unsaid,
}

/// A layer as the file has it.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) format: Format,
    pub(super) source: Source,
    pub(super) encoding: &'static str,
    pub(super) features: Vec<RawFeature>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) notes: Vec<Note>,
}

impl Geometry {
    /// Calls `visit` with each position.
    pub(super) fn each_position(&self, mut visit: impl FnMut(Position)) {
        match self {
            Self::Nothing | Self::Unreadable(_) => {}
            Self::Point(at) => visit(*at),
            Self::Points(points) => points.iter().copied().for_each(visit),
            Self::Lines(lines) | Self::Rings(lines) => lines.iter().flatten().copied().for_each(visit),
            Self::Polygons(polygons) => polygons.iter().flatten().flatten().copied().for_each(visit),
        }
    }
}

/// Refuses a layer of too many features.
pub(super) fn check_count(n_features: usize, path: &Path) -> Result<(), LayerError> {
    if n_features <= MOST_FEATURES {
        return Ok(());
    }
    Err(content(path, "file", format!("{n_features} features"), format!("at most {MOST_FEATURES}")))
}
