//! A user's own vector layers: `GeoJSON`, Shapefile, `GeoPackage` and CSV.
//!
//! Each format has a file that reads it into raw features in the coordinates of the file; `assemble` checks their
//! geometry and brings them to the map. What is wrong with one feature is listed and the feature left out; what makes
//! the whole layer doubtful, such as an unknown coordinate system, is an error. Start reading at [`read`].

mod assemble;
mod bytes;
mod crossing;
mod dbf;
mod delimited;
mod error;
mod fields;
mod frame;
mod geojson;
mod geopackage;
mod raw;
mod rings;
mod shp;
mod text;
mod validity;
mod wkb;
mod wkt;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::domain::geo::PointMap;

pub use error::LayerError;
pub use fields::{Column, Columns};

/// Longest file that is read, bytes.
const MOST_BYTES: u64 = 2 << 30;

/// A layer of features.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The file, with `|table` behind it as it was given.
    pub path: PathBuf,
    /// What kind of file it is.
    pub format: Format,
    /// EPSG code of the file's own coordinates; none for a table in map coordinates whose code was not given.
    pub epsg_found: Option<u32>,
    /// Encoding of the file's text.
    pub encoding: &'static str,
    /// Features that can be used, in the order of the file.
    pub features: Vec<Feature>,
    /// Features that were left out.
    pub skipped: Vec<Skipped>,
    /// What was put right or taken for granted.
    pub notes: Vec<Note>,
}

/// Kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `GeoJSON`, RFC 7946 or with the older `crs` member.
    GeoJson,
    /// ESRI Shapefile: `.shp` with `.dbf`, `.prj` and `.cpg` beside it.
    Shapefile,
    /// OGC `GeoPackage`.
    GeoPackage,
    /// A table of points with a header.
    Csv,
}

/// One feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Where it is in the file, such as `feature 12`, `row 15` or `fid 3`.
    pub place: String,
    /// Its geometry in map coordinates.
    pub geometry: Shape,
    /// Its fields by the names of their columns.
    pub fields: BTreeMap<String, Value>,
}

/// A geometry in map coordinates: all of them finite.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One point; several in one feature become a feature each.
    Point(PointMap),
    /// Lines of two points or more.
    Lines(Vec<Vec<PointMap>>),
    /// Polygons.
    Polygons(Vec<Polygon>),
}

/// A polygon; its rings are closed (the first point is the last), of four points or more, and do not cross.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// Outer ring, counter-clockwise.
    pub outer: Vec<PointMap>,
    /// Holes, clockwise, inside the outer ring.
    pub holes: Vec<Vec<PointMap>>,
}

/// Value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, without white space around it. A number of more than 15 digits, with a leading zero or with an exponent may
    /// be a code and is text; [`Column::number`] reads it all the same.
    Text(String),
    /// A finite number.
    Number(f64),
    /// Nothing.
    Empty,
}

/// A feature that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is in the file.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Something that was put right or taken for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where in the file.
    pub place: String,
    /// What was done.
    pub text: String,
}

/// Reads a layer, by its file name's ending or else by its first bytes, and brings it to the map.
///
/// `target_epsg` is the coordinate system of the map; without one, features keep the coordinates of the file. A table of
/// a `GeoPackage` with several is named behind the file: `levees.gpkg|crest`.
///
/// # Errors
/// When the file cannot be read, its coordinate system is unknown or plainly wrong, or no feature can be used.
pub fn read(path: &Path, target_epsg: Option<u32>) -> Result<Layer, LayerError> {
    let (file, table) = split_table(path);
    let raw = match format_of(&file)? {
        Format::GeoJson => geojson::read(&file),
        Format::Shapefile => shp::read(&file),
        Format::GeoPackage => geopackage::read(&file, table.as_deref()),
        Format::Csv => delimited::read(&file),
    }?;
    assemble::assemble(raw, path, target_epsg)
}

/// The file and the table of `file|table`; a file that has such a name comes first.
fn split_table(path: &Path) -> (PathBuf, Option<String>) {
    match path.to_str().and_then(|text| text.rsplit_once('|')) {
        Some((file, table)) if !path.exists() => (PathBuf::from(file), Some(table.to_owned())),
        _ => (path.to_owned(), None),
    }
}

fn format_of(path: &Path) -> Result<Format, LayerError> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match ending.as_str() {
        "geojson" | "json" => return Ok(Format::GeoJson),
        "shp" => return Ok(Format::Shapefile),
        "gpkg" => return Ok(Format::GeoPackage),
        "csv" => return Ok(Format::Csv),
        _ => {}
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(64).read_to_end(&mut head)).map_err(error::io_error(path))?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    match () {
        () if head.starts_with(b"SQLite format 3\0") => Ok(Format::GeoPackage),
        () if head.starts_with(&shp::FILE_CODE) => Ok(Format::Shapefile),
        () if text.starts_with(b"{") => Ok(Format::GeoJson),
        () => Err(LayerError::Ending { found: ending, path: path.to_owned() }),
    }
}

/// All bytes of a file that is not too long.
fn bytes_of(path: &Path) -> Result<Vec<u8>, LayerError> {
    let length = std::fs::metadata(path).map_err(error::io_error(path))?.len();
    if length > MOST_BYTES {
        let found = format!("{length} bytes");
        return Err(error::content(path, "file".to_owned(), found, format!("at most {MOST_BYTES} bytes")));
    }
    std::fs::read(path).map_err(error::io_error(path))
}

impl Value {
    /// The value of a text: a number if it reads as one and loses nothing by it.
    fn of_text(text: &str) -> Self {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_code = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit()
            || digits.len() > 15 && digits.bytes().all(|b| b.is_ascii_digit())
            || digits.contains(['e', 'E']);
        let is_plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        match text.parse::<f64>() {
            _ if text.is_empty() => Self::Empty,
            Ok(number) if number.is_finite() && is_plain && !is_code => Self::Number(number),
            _ => Self::Text(text.to_owned()),
        }
    }
}
