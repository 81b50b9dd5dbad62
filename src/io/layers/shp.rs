//! Shapefile: geometries of the `.shp`, with the fields of the `.dbf`, the coordinate system of the `.prj` and the
//! encoding of the `.cpg` beside it.
//!
//! The reader is our own: a damaged record is then left out with its place, and the encoding is seen before it is used.
//! ESRI Shapefile Technical Description, July 1998.

use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::bytes::{Bytes, Order};
use super::error::{content, io_error};
use super::frame::KNOWN;
use super::raw::{Geometry, Position, Raw, RawFeature, Source, check_count};
use super::{Format, LayerError, Note, Skipped, bytes_of, dbf, text, wkt};

/// First bytes of every `.shp`.
pub(super) const FILE_CODE: [u8; 4] = [0, 0, 0x27, 0x0a];
const HEADER_BYTES: usize = 100;
const BOX_BYTES: usize = 32;
const POINT_BYTES: usize = 16;

/// Reads the files.
pub(super) fn read(path: &Path) -> Result<Raw, LayerError> {
    let bytes = bytes_of(path)?;
    let geometries = geometries(&bytes, path)?;
    check_count(geometries.len(), path)?;
    let mut notes = Vec::new();
    let source = source(path)?;
    let named = named_encoding(path, &mut notes)?;
    let mut skipped = Vec::new();
    let place = |i: usize| format!("feature {}", i + 1);
    let (features, encoding) = if let Some(table_path) = companion(path, "dbf") {
        let table = dbf::read(&bytes_of(&table_path)?, named, &table_path)?;
        if table.rows.len() != geometries.len() {
            let allowed = format!("{}, as in the .shp", geometries.len());
            return Err(content(&table_path, "rows", table.rows.len().to_string(), allowed));
        }
        notes.extend(table.undecoded.map(|text| Note { place: ".dbf".to_owned(), text }));
        let mut features = Vec::with_capacity(geometries.len());
        for (i, (geometry, fields)) in geometries.into_iter().zip(table.rows).enumerate() {
            match fields {
                Some(fields) => features.push(RawFeature { place: place(i), geometry, fields }),
                None => skipped.push(Skipped { place: place(i), reason: "deleted in the .dbf".to_owned() }),
            }
        }
        (features, table.encoding)
    } else {
        notes.push(Note { place: "file".to_owned(), text: "no .dbf beside it, so no fields".to_owned() });
        let bare = |(i, geometry)| RawFeature { place: place(i), geometry, fields: super::raw::Fields::new() };
        (geometries.into_iter().enumerate().map(bare).collect(), encoding_rs::UTF_8.name())
    };
    Ok(Raw { format: Format::Shapefile, source, encoding, features, skipped, notes })
}

/// The file of the same name with another ending, in small letters or capitals.
fn companion(path: &Path, ending: &str) -> Option<PathBuf> {
    let endings = [ending.to_owned(), ending.to_ascii_uppercase()];
    endings.iter().map(|ending| path.with_extension(ending)).find(|path| path.is_file())
}

fn source(path: &Path) -> Result<Source, LayerError> {
    let Some(path) = companion(path, "prj") else { return Ok(Source::Unsaid) };
    let bytes = std::fs::read(&path).map_err(io_error(&path))?;
    let found = wkt::epsg_of(&String::from_utf8_lossy(&bytes));
    found.map(Source::Epsg).map_err(|found| LayerError::Crs { found, allowed: KNOWN.to_owned(), path })
}

fn named_encoding(path: &Path, notes: &mut Vec<Note>) -> Result<Option<&'static Encoding>, LayerError> {
    let Some(path) = companion(path, "cpg") else { return Ok(None) };
    let bytes = std::fs::read(&path).map_err(io_error(&path))?;
    let label = String::from_utf8_lossy(&bytes);
    let named = text::of_label(&label);
    if named.is_none() {
        let label: String = label.trim().chars().take(40).collect();
        notes.push(Note { place: ".cpg".to_owned(), text: format!("the encoding `{label}` is not known; guessed") });
    }
    Ok(named)
}

/// The geometries of all records.
fn geometries(bytes: &[u8], path: &Path) -> Result<Vec<Geometry>, LayerError> {
    let is_shp = bytes.starts_with(&FILE_CODE) && bytes.len() >= HEADER_BYTES;
    if !is_shp {
        return Err(content(path, "header", "not that of a .shp", "the file code 9994 and 100 bytes"));
    }
    // Lengths are in words of two bytes.
    let told = Bytes::new(&bytes[24..], Order::Big).u32().map_or(0, |words| words as usize * 2);
    let Some(records) = bytes.get(HEADER_BYTES..told.max(HEADER_BYTES)) else {
        return Err(content(path, "file", format!("{} bytes", bytes.len()), format!("{told}, as its header says")));
    };
    let mut rest = Bytes::new(records, Order::Big);
    let mut geometries = Vec::new();
    while rest.len() > 0 {
        let record = rest.take(4).and_then(|_| rest.u32()).and_then(|words| rest.take(words as usize * 2));
        let Some(record) = record else {
            let place = format!("feature {}", geometries.len() + 1);
            return Err(content(path, place, "the end of the file in its record", "a whole record"));
        };
        let damaged = || Geometry::Unreadable("a damaged record".to_owned());
        geometries.push(geometry(Bytes::new(record, Order::Little)).unwrap_or_else(damaged));
    }
    Ok(geometries)
}

/// The geometry of a record; heights and measures stand behind the points and are not read.
fn geometry(mut record: Bytes<'_>) -> Option<Geometry> {
    let geometry = match record.u32()? {
        0 => Geometry::Nothing,
        1 | 11 | 21 => Geometry::Point(position(&mut record)?),
        3 | 13 | 23 => Geometry::Lines(parts(&mut record)?),
        5 | 15 | 25 => Geometry::Rings(parts(&mut record)?),
        8 | 18 | 28 => {
            record.take(BOX_BYTES)?;
            let n_points = record.count(POINT_BYTES)?;
            Geometry::Points(positions(&mut record, n_points)?)
        }
        31 => Geometry::Unreadable("a multipatch".to_owned()),
        kind => Geometry::Unreadable(format!("a shape of type {kind}")),
    };
    Some(geometry)
}

fn parts(record: &mut Bytes<'_>) -> Option<Vec<Vec<Position>>> {
    record.take(BOX_BYTES)?;
    let n_parts = record.count(4)?;
    let n_points = record.u32()? as usize;
    let starts: Vec<usize> = (0..n_parts).map(|_| record.u32().map(|start| start as usize)).collect::<Option<_>>()?;
    let is_in_order = starts.is_sorted() && starts.last().is_none_or(|last| *last <= n_points);
    if !is_in_order || starts.first().is_some_and(|first| *first != 0) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([n_points]);
    starts.iter().zip(ends).map(|(start, end)| positions(record, end - start)).collect()
}

fn positions(record: &mut Bytes<'_>, n: usize) -> Option<Vec<Position>> {
    let mut points = Bytes::new(record.take(n.checked_mul(POINT_BYTES)?)?, record.order);
    (0..n).map(|_| position(&mut points)).collect()
}

fn position(record: &mut Bytes<'_>) -> Option<Position> {
    Some([record.f64()?, record.f64()?])
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;

    use shapefile::dbase::{FieldValue, Record, TableWriterBuilder};
    use shapefile::{Multipoint, Point, PointZ, PolygonRing, Polyline};
    use tempfile::TempDir;

    use super::*;
    use crate::io::layers::tests::{LONLAT, MAP, on_map, reasons, text};
    use crate::io::layers::wkt::tests::gauss_kruger;
    use crate::io::layers::{Layer, Polygon, Shape, Value, dbf, read as read_layer};

    /// A Shapefile of shapes with a name and a number of people each, by a writer that is not ours.
    fn written<S: shapefile::record::EsriShape>(shapes: &[S]) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.shp");
        let columns = TableWriterBuilder::new().add_character_field("名称".try_into().unwrap(), 20).add_numeric_field(
            "people".try_into().unwrap(),
            10,
            0,
        );
        let mut writer = shapefile::Writer::from_path(&path, columns).unwrap();
        for shape in shapes {
            let mut record = Record::default();
            record.insert("名称".to_owned(), FieldValue::Character(Some("高村".to_owned())));
            record.insert("people".to_owned(), FieldValue::Numeric(Some(12.0)));
            writer.write_shape_and_record(shape, &record).unwrap();
        }
        drop(writer);
        (folder, path)
    }

    fn square(x: f64, y: f64, r: f64) -> Vec<Point> {
        [[-r, -r], [-r, r], [r, r], [r, -r], [-r, -r]].iter().map(|[u, v]| Point::new(x + u, y + v)).collect()
    }

    /// A polygon with a hole, in the map of the tests.
    pub(in crate::io::layers) fn sample() -> (TempDir, PathBuf) {
        let [x, y] = on_map();
        let rings = vec![PolygonRing::Outer(square(x, y, 500.0)), PolygonRing::Inner(square(x, y, 100.0))];
        let (folder, path) = written(&[shapefile::Polygon::with_rings(rings)]);
        fs::write(path.with_extension("prj"), gauss_kruger(114.0, 500_000.0)).unwrap();
        (folder, path)
    }

    /// The bytes of a `.shp` with these records: a type, the box where there is one, and the rest.
    fn shp(records: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = FILE_CODE.to_vec();
        bytes.resize(HEADER_BYTES, 0);
        for (i, record) in records.iter().enumerate() {
            bytes.extend(u32::try_from(i + 1).unwrap().to_be_bytes());
            bytes.extend(u32::try_from(record.len() / 2).unwrap().to_be_bytes());
            bytes.extend(record);
        }
        let n_words = u32::try_from(bytes.len() / 2).unwrap();
        bytes[24..28].copy_from_slice(&n_words.to_be_bytes());
        bytes
    }

    /// A record of paths.
    fn paths(kind: u32, paths: &[&[[f64; 2]]]) -> Vec<u8> {
        let n = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.resize(4 + BOX_BYTES, 0);
        bytes.extend(n(paths.len()));
        bytes.extend(n(paths.iter().map(|path| path.len()).sum()));
        let mut start = 0;
        for path in paths {
            bytes.extend(n(start));
            start += path.len();
        }
        bytes.extend(paths.concat().iter().flatten().flat_map(|x| x.to_le_bytes()));
        bytes
    }

    fn point(at: [f64; 2]) -> Vec<u8> {
        [&1_u32.to_le_bytes()[..], &at[0].to_le_bytes(), &at[1].to_le_bytes()].concat()
    }

    /// Reads records in degrees, without fields.
    fn read_records(records: &[Vec<u8>]) -> Result<Layer, LayerError> {
        let (_folder, path) = crate::io::layers::tests::file("a.shp", shp(records));
        read_layer(&path, None)
    }

    #[test]
    fn a_polygon_is_read_as_another_program_wrote_it() {
        let (_folder, path) = sample();
        let layer = read_layer(&path, Some(MAP)).unwrap();
        assert_eq!((layer.format, layer.epsg_found, layer.encoding), (Format::Shapefile, Some(MAP), "UTF-8"));
        let feature = &layer.features[0];
        assert_eq!((&feature.fields["名称"], &feature.fields["people"]), (&text("高村"), &Value::Number(12.0)));
        let ring = |r: f64| square(on_map()[0], on_map()[1], r).iter().map(|p| [p.x, p.y]).collect::<Vec<_>>();
        let polygon = Polygon { outer: ring(500.0).into_iter().rev().collect(), holes: vec![ring(100.0)] };
        assert_eq!(feature.geometry, Shape::Polygons(vec![polygon]));
    }

    #[test]
    fn points_and_lines_are_read_as_another_program_wrote_them() {
        let (_folder, path) = written(&[PointZ::new(LONLAT[0], LONLAT[1], 60.0, 0.0)]);
        let layer = read_layer(&path, Some(MAP)).unwrap();
        assert_eq!(layer.features[0].geometry, Shape::Point(on_map()));
        assert!(layer.notes[0].text.contains("taken as longitude and latitude"), "{:?}", layer.notes);
        let parts = vec![
            vec![Point::new(114.0, 35.0), Point::new(115.0, 35.0)],
            vec![Point::new(114.0, 36.0), Point::new(115.0, 36.0)],
        ];
        let (_folder, path) = written(&[Polyline::with_parts(parts)]);
        let lines = vec![vec![[114.0, 35.0], [115.0, 35.0]], vec![[114.0, 36.0], [115.0, 36.0]]];
        assert_eq!(read_layer(&path, None).unwrap().features[0].geometry, Shape::Lines(lines));
        let (_folder, path) = written(&[Multipoint::new(vec![Point::new(114.0, 35.0), Point::new(115.0, 35.0)])]);
        let layer = read_layer(&path, None).unwrap();
        assert_eq!((layer.features.len(), layer.features[1].place.as_str()), (2, "feature 1, point 2"));
        assert_eq!(layer.features[0].fields, layer.features[1].fields);
    }

    #[test]
    fn a_table_in_gbk_is_read_by_cpg_or_driver_or_guess() {
        let name = encoding_rs::GBK.encode("渠村").0.into_owned();
        for (driver, label) in [(0x4d, None), (0, None), (0, Some("936")), (3, Some("GBK\r\n"))] {
            let (_folder, path) = crate::io::layers::tests::file("a.SHP", shp(&[point(LONLAT)]));
            let row = [&b" "[..], &name].concat();
            fs::write(path.with_extension("DBF"), dbf::tests::table(driver, &[(&name, b'C', 4)], &[&row])).unwrap();
            if let Some(label) = label {
                fs::write(path.with_extension("cpg"), label).unwrap();
            }
            let layer = read_layer(&path, Some(MAP)).unwrap();
            assert_eq!((layer.encoding, &layer.features[0].fields["渠村"]), ("GBK", &text("渠村")), "{label:?}");
        }
    }

    #[test]
    fn without_a_prj_metres_are_refused_and_other_systems_are_named() {
        let (_folder, path) = sample();
        fs::remove_file(path.with_extension("prj")).unwrap();
        let message = read_layer(&path, Some(MAP)).unwrap_err().to_string();
        assert!(message.starts_with("coordinate system not named, and feature 1 at ("), "{message}");
        assert!(message.contains("allowed: a .prj file that names one of EPSG 4326"), "{message}");
        fs::write(path.with_extension("PRJ"), r#"GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980"]]"#).unwrap();
        let message = read_layer(&path, Some(MAP)).unwrap_err().to_string();
        assert!(message.starts_with("coordinate system `GCS_Xian_1980`, allowed: EPSG 4326"), "{message}");
    }

    #[test]
    fn a_zone_that_is_not_that_of_the_prj_is_told() {
        let (_folder, path) = sample();
        fs::write(path.with_extension("prj"), gauss_kruger(114.0, 38_500_000.0)).unwrap();
        let message = read_layer(&path, Some(MAP)).unwrap_err().to_string();
        assert!(
            message.contains("in EPSG:4547, without the zone before the easting, it would be at 114.4945"),
            "{message}"
        );
    }

    #[test]
    fn each_bad_record_is_listed() {
        let square = [[114.0, 35.0], [114.0, 36.0], [115.0, 36.0], [115.0, 35.0], [114.0, 35.0]];
        let away = [[124.0, 35.0], [125.0, 35.0], [125.0, 36.0], [124.0, 35.0]];
        let bow_tie = [[114.0, 35.0], [115.0, 36.0], [115.0, 35.0], [114.0, 36.0], [114.0, 35.0]];
        let mut short = paths(5, &[&square]);
        short.truncate(80);
        let layer = read_records(&[
            paths(5, &[&square]),
            0_u32.to_le_bytes().to_vec(),
            point([f64::NAN, 35.0]),
            paths(3, &[&[[114.0, 35.0]]]),
            paths(5, &[&square[..2]]),
            paths(5, &[&bow_tie]),
            paths(5, &[&square, &away]),
            short,
            31_u32.to_le_bytes().to_vec(),
            99_u32.to_le_bytes().to_vec(),
            paths(5, &[&square[..4]]),
        ])
        .unwrap();
        assert_eq!(
            reasons(&layer),
            [
                ("feature 2", "no geometry"),
                ("feature 3", "the point (NaN, 35)"),
                ("feature 4", "a line of 1 different point(s)"),
                ("feature 5", "a ring of 3 points with the closing one"),
                ("feature 6", "ring 1 crosses itself at (114.5, 35.5)"),
                ("feature 7", "the hole at (124, 35) outside its outer ring"),
                ("feature 8", "a damaged record"),
                ("feature 9", "a multipatch"),
                ("feature 10", "a shape of type 99"),
            ]
        );
        assert_eq!(layer.features.len(), 2);
        assert!(layer.notes.iter().any(|note| note.place == "feature 11" && note.text == "1 ring(s) closed"));
        assert!(layer.notes.iter().any(|note| note.text == "no .dbf beside it, so no fields"));
    }

    #[test]
    fn files_that_do_not_go_together_or_are_cut_short_are_refused() {
        let (_folder, path) = sample();
        let whole = fs::read(&path).unwrap();
        for end in [0, 50, 100, whole.len() - 1] {
            fs::write(&path, &whole[..end]).unwrap();
            assert!(matches!(read_layer(&path, Some(MAP)), Err(LayerError::Content { .. })), "cut at {end}");
        }
        fs::write(&path, shp(&[point(LONLAT), point(LONLAT)])).unwrap();
        let message = read_layer(&path, Some(MAP)).unwrap_err().to_string();
        assert!(message.starts_with("rows: 1, allowed: 2, as in the .shp"), "{message}");
        let row: &[&[u8]] = &[b" a", b"*b"];
        fs::write(path.with_extension("dbf"), dbf::tests::table(0, &[(b"c", b'C', 1)], row)).unwrap();
        fs::remove_file(path.with_extension("prj")).unwrap();
        let layer = read_layer(&path, Some(MAP)).unwrap();
        assert_eq!(reasons(&layer), [("feature 2", "deleted in the .dbf")]);
    }
}
