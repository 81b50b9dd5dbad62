//! `GeoPackage`: one table of features out of an `SQLite` database, which is opened to read only.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};

use super::error::content;
use super::frame::KNOWN;
use super::raw::{Fields, Geometry, MOST_FEATURES, Raw, RawFeature, Source};
use super::{Format, LayerError, Value, wkb, wkt};

/// A table of features.
struct Table {
    name: String,
    geometry_column: String,
    srs_id: i64,
    /// Column of the number of the row, if there is one.
    key_column: Option<String>,
}

/// Reads the table of that name, or the only one.
pub(super) fn read(path: &Path, name: Option<&str>) -> Result<Raw, LayerError> {
    std::fs::metadata(path).map_err(super::error::io_error(path))?;
    let broken = |source| LayerError::Database { source, path: path.to_owned() };
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(broken)?;
    let tables = tables(&database).map_err(broken)?;
    let names = tables.iter().map(|(name, ..)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let is_it = |table: &&(String, String, i64)| name.is_none_or(|name| name == table.0);
    let mut chosen = tables.iter().filter(is_it);
    let (table, geometry_column, srs_id) = match (chosen.next(), chosen.next()) {
        (Some(table), None) => table.clone(),
        (None, _) if tables.is_empty() => return Err(content(path, "tables", "none of features", "at least one")),
        (None, _) => return Err(content(path, "table", format!("`{}`", name.unwrap_or_default()), names)),
        _ => {
            let allowed = format!("one, or one named behind the file, as in file.gpkg|table: {names}");
            return Err(content(path, "tables", format!("{} of features", tables.len()), allowed));
        }
    };
    let key_column = key_column(&database, &table).map_err(broken)?;
    let table = Table { name: table, geometry_column, srs_id, key_column };
    let source = source(&database, &table, path)?;
    let features = features(&database, &table).map_err(broken)?;
    super::raw::check_count(features.len(), path)?;
    let encoding = encoding_rs::UTF_8.name();
    Ok(Raw { format: Format::GeoPackage, source, encoding, features, skipped: Vec::new(), notes: Vec::new() })
}

/// Name, geometry column and system of each table of features.
fn tables(database: &Connection) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let text = "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c
                JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
                WHERE c.data_type = 'features' ORDER BY c.table_name LIMIT 1000";
    let mut statement = database.prepare(text)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

fn key_column(database: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let text = "SELECT name FROM pragma_table_info(?1) WHERE pk = 1";
    database.query_row(text, [table], |row| row.get(0)).optional()
}

/// The system of a table: by the code that its row in the list of systems gives, or else by its definition.
fn source(database: &Connection, table: &Table, path: &Path) -> Result<Source, LayerError> {
    let text = "SELECT srs_name, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys
                WHERE srs_id = ?1";
    let columns = |row: &Row<'_>| -> rusqlite::Result<(String, String, i64, String)> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    };
    let system = database.query_row(text, [table.srs_id], columns).optional();
    let system = system.map_err(|source| LayerError::Database { source, path: path.to_owned() })?;
    let refused = |found: String| LayerError::Crs { found, allowed: KNOWN.to_owned(), path: path.to_owned() };
    match system {
        Some((_, organization, code, _)) if organization.eq_ignore_ascii_case("EPSG") && code > 0 => {
            u32::try_from(code).map(Source::Epsg).map_err(|_too_large| refused(format!("EPSG:{code}")))
        }
        Some((name, _, _, definition)) if table.srs_id > 0 => {
            wkt::epsg_of(&definition).map(Source::Epsg).map_err(|_name| refused(format!("`{name}`")))
        }
        Some((name, ..)) => Err(refused(format!("`{name}` (srs_id {})", table.srs_id))),
        None => Err(refused(format!("srs_id {}, which the file does not describe", table.srs_id))),
    }
}

fn features(database: &Connection, table: &Table) -> rusqlite::Result<Vec<RawFeature>> {
    let name = table.name.replace('"', "\"\"");
    // One more than allowed, to be found out; a damaged view could go on for ever.
    let mut statement = database.prepare(&format!("SELECT * FROM \"{name}\" LIMIT {}", MOST_FEATURES + 1))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let is = |column: &str, name: &str| column.eq_ignore_ascii_case(name);
    let mut features = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut place = format!("row {}", features.len() + 1);
        let (mut geometry, mut fields) = (Geometry::Nothing, Fields::new());
        for (i, column) in columns.iter().enumerate() {
            let cell = row.get_ref(i)?;
            if is(column, &table.geometry_column) {
                geometry = geometry_of(cell);
                continue;
            }
            if table.key_column.as_ref().is_some_and(|key| is(column, key))
                && let ValueRef::Integer(fid) = cell
            {
                place = format!("fid {fid}");
            }
            fields.insert(column.clone(), value_of(cell));
        }
        features.push(RawFeature { place, geometry, fields });
    }
    Ok(features)
}

fn geometry_of(cell: ValueRef<'_>) -> Geometry {
    match cell {
        ValueRef::Null => Geometry::Nothing,
        ValueRef::Blob(blob) => wkb::read(blob),
        _ => Geometry::Unreadable("a geometry that is no blob".to_owned()),
    }
}

fn value_of(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Integer(number) => Value::of_text(&number.to_string()),
        ValueRef::Real(number) if number.is_finite() => Value::Number(number),
        ValueRef::Null | ValueRef::Real(_) => Value::Empty,
        ValueRef::Text(text) => match String::from_utf8_lossy(text).trim() {
            "" => Value::Empty,
            text => Value::Text(text.to_owned()),
        },
        ValueRef::Blob(blob) => Value::Text(format!("{} bytes", blob.len())),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::PathBuf;

    use rusqlite::params;
    use tempfile::TempDir;

    use super::*;
    use crate::io::layers::tests::{LONLAT, MAP, on_map, reasons, text};
    use crate::io::layers::wkb::tests::{cell, wkb};
    use crate::io::layers::{Shape, read as read_layer};

    const TABLES: &str = "
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
            organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT NOT NULL,
            geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, '', NULL),
            ('Undefined', -1, 'NONE', -1, 'undefined', NULL), ('Xian 1980', 9000, 'mine', 7, 'GEOGCS[\"x\"]', NULL);
    ";

    /// A file with these tables, each with a point for each geometry.
    fn package(tables: &[(&str, i64, &[Option<Vec<u8>>])]) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample.gpkg");
        let database = Connection::open(&path).unwrap();
        database.execute_batch("PRAGMA synchronous = OFF").unwrap();
        database.execute_batch(TABLES).unwrap();
        for (name, srs_id, geometries) in tables {
            let quoted = name.replace('"', "\"\"");
            let make = format!(
                "CREATE TABLE \"{quoted}\" (fid INTEGER PRIMARY KEY, geom BLOB, 名称 TEXT, people INTEGER, level REAL)"
            );
            database.execute_batch(&make).unwrap();
            database.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', ?2)", params![name, srs_id]).unwrap();
            let columns = "INSERT INTO gpkg_geometry_columns VALUES (?1, 'GEOM', 'POINT', ?2, 0, 0)";
            database.execute(columns, params![name, srs_id]).unwrap();
            for (i, geometry) in geometries.iter().enumerate() {
                let row = format!("INSERT INTO \"{quoted}\" VALUES (?1, ?2, '高村', 12, NULL)");
                database.execute(&row, params![i64::try_from(i).unwrap() + 3, geometry]).unwrap();
            }
        }
        (folder, path)
    }

    fn point() -> Vec<u8> {
        cell(&wkb(1, &[], &LONLAT))
    }

    /// A file of one table with one point.
    pub(in crate::io::layers) fn sample() -> (TempDir, PathBuf) {
        package(&[("villages", 4326, &[Some(point())])])
    }

    fn message(path: &Path) -> String {
        read_layer(path, Some(MAP)).unwrap_err().to_string()
    }

    #[test]
    fn a_table_is_read_with_its_fields() {
        let (_folder, path) = package(&[("a \"b\" 村", 4326, &[Some(point()), None, Some(vec![1, 2]), Some(point())])]);
        let layer = read_layer(&path, Some(MAP)).unwrap();
        assert_eq!((layer.format, layer.epsg_found), (Format::GeoPackage, Some(4326)));
        assert_eq!(layer.features[1].place, "fid 6");
        let feature = &layer.features[0];
        assert_eq!((feature.place.as_str(), &feature.geometry), ("fid 3", &Shape::Point(on_map())));
        assert_eq!((&feature.fields["名称"], &feature.fields["people"]), (&text("高村"), &Value::Number(12.0)));
        assert_eq!((&feature.fields["level"], &feature.fields["fid"]), (&Value::Empty, &Value::Number(3.0)));
        assert!(!feature.fields.contains_key("geom"));
        let reason = "a geometry without the header of a GeoPackage";
        assert_eq!(reasons(&layer), [("fid 4", "no geometry"), ("fid 5", reason)]);
    }

    #[test]
    fn one_of_several_tables_is_named_behind_the_file() {
        let (_folder, path) =
            package(&[("dikes", 4326, &[Some(point())]), ("villages", 4326, &[Some(point()), Some(point())])]);
        let several = message(&path);
        assert!(several.starts_with("tables: 2 of features, allowed: one, or one named behind the file"), "{several}");
        assert!(several.contains("`dikes`, `villages`"), "{several}");
        let named = |table: &str| PathBuf::from(format!("{}|{table}", path.display()));
        assert_eq!(read_layer(&named("villages"), Some(MAP)).unwrap().features.len(), 2);
        let wrong = message(&named("roads"));
        assert!(wrong.starts_with("table: `roads`, allowed: `dikes`, `villages`"), "{wrong}");
        let (_folder, path) = package(&[]);
        assert!(message(&path).starts_with("tables: none of features"));
    }

    #[test]
    fn other_systems_are_refused_by_name() {
        for (srs_id, found) in [
            (-1, "`Undefined` (srs_id -1)"),
            (9000, "`Xian 1980`"),
            (77, "srs_id 77, which the file does not describe"),
        ] {
            let (_folder, path) = package(&[("a", srs_id, &[Some(point())])]);
            let message = message(&path);
            assert!(message.starts_with(&format!("coordinate system {found}, allowed: EPSG 4326")), "{message}");
        }
    }

    #[test]
    fn the_file_is_left_as_it_was() {
        let (folder, path) = sample();
        let before = std::fs::read(&path).unwrap();
        read_layer(&path, Some(MAP)).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_is_no_database_is_told() {
        let (_folder, path) =
            crate::io::layers::tests::file("a.gpkg", "not a database, but long enough to look like one");
        assert!(message(&path).starts_with("not a readable GeoPackage: "));
        assert!(matches!(read_layer(Path::new("/nowhere.gpkg"), None), Err(LayerError::Io { .. })));
    }
}
