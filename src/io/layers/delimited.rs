//! CSV: a table of points with a header that names the columns of the coordinates.

use std::path::Path;

use super::error::content;
use super::raw::{Fields, Geometry, MOST_FEATURES, Raw, RawFeature, Source};
use super::{Format, LayerError, Skipped, Value, bytes_of, text};

const LON: [&str; 4] = ["lon", "longitude", "lng", "经度"];
const LAT: [&str; 3] = ["lat", "latitude", "纬度"];
const EAST: [&str; 4] = ["x", "easting", "east", "东坐标"];
const NORTH: [&str; 4] = ["y", "northing", "north", "北坐标"];
const COORDINATES: &str =
    "the columns lon and lat or 经度 and 纬度 (degrees), or x and y or easting and northing (map coordinates)";

/// Reads a table.
pub(super) fn read(path: &Path) -> Result<Raw, LayerError> {
    let bytes = bytes_of(path)?;
    let (text, encoding) = text::decode(&bytes)
        .map_err(|wrong| content(path, format!("line {}", wrong.line), wrong.found, "UTF-8 or GB18030"))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut next = |record: &mut csv::StringRecord| {
        reader.read_record(record).map_err(|error| content(path, "row", error.to_string(), "a row of a table"))
    };
    let header = if next(&mut record)? { Header::of(&record, path)? } else { Header::none(path)? };
    let (mut features, mut skipped) = (Vec::new(), Vec::new());
    while next(&mut record)? {
        if record.iter().all(str::is_empty) {
            continue; // the tail of many a spreadsheet
        }
        let place = format!("row {}", record.position().map_or(0, csv::Position::line));
        if features.len() + skipped.len() == MOST_FEATURES {
            return Err(content(path, place, "one row more", format!("at most {MOST_FEATURES} rows")));
        }
        if record.len() == header.names.len() {
            features.push(header.feature(&record, place));
        } else {
            let reason = format!("{} fields, the header has {}", record.len(), header.names.len());
            skipped.push(Skipped { place, reason });
        }
    }
    let source = if header.is_degrees { Source::Epsg(4326) } else { Source::Map };
    Ok(Raw { format: Format::Csv, source, encoding, features, skipped, notes: Vec::new() })
}

/// What parts the names of the header: a comma unless there are more semicolons or tabs.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|b| *b == delimiter).count();
    // Of equals the last is taken.
    *b"\t;,".iter().max_by_key(|delimiter| count(**delimiter)).unwrap_or(&b',')
}

struct Header {
    names: Vec<String>,
    /// Columns of the coordinates.
    at: [usize; 2],
    is_degrees: bool,
}

impl Header {
    fn of(record: &csv::StringRecord, path: &Path) -> Result<Self, LayerError> {
        let names: Vec<String> = record.iter().map(str::to_owned).collect();
        let column = |any: &[&str]| names.iter().position(|name| any.iter().any(|a| a.eq_ignore_ascii_case(name)));
        let degrees = column(&LON).zip(column(&LAT));
        let Some((x, y)) = degrees.or_else(|| column(&EAST).zip(column(&NORTH))) else {
            return Err(content(path, "header", format!("`{}`", names.join(",")), COORDINATES));
        };
        for (i, name) in names.iter().enumerate() {
            if !name.is_empty() && names[..i].contains(name) {
                return Err(content(path, "header", format!("two columns `{name}`"), "each column once"));
            }
        }
        Ok(Self { names, at: [x, y], is_degrees: degrees.is_some() })
    }

    fn none(path: &Path) -> Result<Self, LayerError> {
        Err(content(path, "header", "no row", COORDINATES))
    }

    /// The feature of a row of as many fields as the header.
    fn feature(&self, record: &csv::StringRecord, place: String) -> RawFeature {
        let named = self.names.iter().zip(record).filter(|(name, _)| !name.is_empty());
        let fields: Fields = named.map(|(name, text)| (name.clone(), Value::of_text(text))).collect();
        RawFeature { place, geometry: self.geometry(record), fields }
    }

    fn geometry(&self, record: &csv::StringRecord) -> Geometry {
        let mut at = [0.0; 2];
        for (coordinate, column) in at.iter_mut().zip(self.at) {
            let text = record.get(column).unwrap_or_default();
            let Ok(number) = text.parse::<f64>() else {
                return Geometry::Unreadable(format!("`{text}` in column `{}`, not a number", self.names[column]));
            };
            *coordinate = number;
        }
        Geometry::Point(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::layers::Shape;
    use crate::io::layers::tests::{MAP, message, on_map, read_text, reasons, text};

    #[test]
    fn degrees_come_to_the_map_under_any_of_their_names() {
        for table in [
            "name,lon,lat\n高村,114.5,35.25\n",
            "lat;name;Longitude\n35.25;高村;114.5\n",
            "\u{feff}name\t经度\t纬度\n\n高村\t114.5\t35.25\n\t\t\n",
            "name,x,y,lon,lat\n高村,1,2,114.5,35.25\n",
        ] {
            let layer = read_text("a.csv", table).unwrap();
            assert_eq!((layer.epsg_found, layer.encoding), (Some(4326), "UTF-8"));
            assert_eq!(layer.features.len(), 1, "{table}");
            assert_eq!(layer.features[0].geometry, Shape::Point(on_map()), "{table}");
            assert_eq!(layer.features[0].fields["name"], text("高村"));
        }
    }

    #[test]
    fn metres_are_those_of_the_map() {
        let [x, y] = on_map();
        let layer = read_text("a.csv", format!("Easting,Northing,code,people\n{x},{y},007,12\n")).unwrap();
        assert_eq!((layer.epsg_found, &layer.features[0].geometry), (Some(MAP), &Shape::Point([x, y])));
        assert_eq!(layer.features[0].place, "row 2");
        assert_eq!(layer.features[0].fields["code"], text("007"));
        assert_eq!(layer.features[0].fields["people"], Value::Number(12.0));
    }

    #[test]
    fn gbk_is_read_as_it_was_written() {
        let table = encoding_rs::GBK.encode("名称,经度,纬度\n渠村闸,114.5,35.25\n").0.into_owned();
        let layer = read_text("a.csv", table).unwrap();
        assert_eq!(layer.encoding, "GB18030");
        assert_eq!(layer.features[0].fields["名称"], text("渠村闸"));
        let broken = message("a.csv", b"name,lon,lat\na,114,35\n\xff\xff,115,35\n");
        assert!(broken.starts_with("line 3: bytes that are not GB18030"), "{broken}");
    }

    #[test]
    fn bad_rows_are_listed() {
        let table = "name,lon,lat\na,114.5,35.25\nb,114.5\nc,114°30',35\nd,,35\n\"e\nf\",nan,35\ng,inf,35\n";
        let layer = read_text("a.csv", table).unwrap();
        assert_eq!(
            reasons(&layer),
            [
                ("row 3", "2 fields, the header has 3"),
                ("row 4", "`114°30'` in column `lon`, not a number"),
                ("row 5", "`` in column `lon`, not a number"),
                ("row 6", "the point (NaN, 35)"),
                ("row 8", "the point (inf, 35)"),
            ]
        );
    }

    #[test]
    fn a_header_without_coordinates_is_refused() {
        let wrong = message("a.csv", "name,lon,height\na,1,2\n");
        assert!(wrong.starts_with("header: `name,lon,height`, allowed: the columns lon and lat"), "{wrong}");
        let twice = message("a.csv", "a,lon,lat,a\n1,114,35,2\n");
        assert!(twice.starts_with("header: two columns `a`"), "{twice}");
        assert!(message("a.csv", "").starts_with("header: no row"));
        assert!(message("a.csv", "lon,lat\n").starts_with("file: no feature"));
    }
}
