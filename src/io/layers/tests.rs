//! Tests of whole layers; what the tests of the formats share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::geo::projection::Projection;

/// Code of the map in these tests, and a place in it.
pub(super) const MAP: u32 = 4547;
pub(super) const LONLAT: [f64; 2] = [114.5, 35.25];

/// The place on the map.
pub(super) fn on_map() -> PointMap {
    Projection::new(MAP).unwrap().map_from_lonlat(LONLAT[0], LONLAT[1]).unwrap()
}

/// A file in a folder of its own.
pub(super) fn file(name: &str, bytes: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Reads a file of this content on the map of the tests.
pub(super) fn read_text(name: &str, bytes: impl AsRef<[u8]>) -> Result<Layer, LayerError> {
    let (_folder, path) = file(name, bytes);
    read(&path, Some(MAP))
}

/// The message of a file that is refused.
pub(super) fn message(name: &str, bytes: impl AsRef<[u8]>) -> String {
    read_text(name, bytes).unwrap_err().to_string()
}

pub(super) fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub(super) fn reasons(layer: &Layer) -> Vec<(&str, &str)> {
    layer.skipped.iter().map(|skipped| (skipped.place.as_str(), skipped.reason.as_str())).collect()
}

#[test]
fn values_are_numbers_only_where_nothing_is_lost() {
    for (written, value) in [
        ("12", Value::Number(12.0)),
        (" -0.5 ", Value::Number(-0.5)),
        ("0", Value::Number(0.0)),
        (".5", Value::Number(0.5)),
        ("12E3", text("12E3")),
        ("410928100201", Value::Number(410_928_100_201.0)),
        ("007", text("007")),
        ("-01", text("-01")),
        ("410928199001011234", text("410928199001011234")),
        ("1e999", text("1e999")),
        ("nan", text("nan")),
        ("Infinity", text("Infinity")),
        ("+5", text("+5")),
        ("1,234", text("1,234")),
        ("村", text("村")),
        ("  ", Value::Empty),
    ] {
        assert_eq!(Value::of_text(written), value, "{written}");
    }
}

#[test]
fn the_kind_is_told_by_the_ending_or_by_the_first_bytes() {
    let point = format!(r#" {{"type":"Point","coordinates":[{},{}]}}"#, LONLAT[0], LONLAT[1]);
    for name in ["a.GeoJSON", "a.json", "a", "a.txt"] {
        assert_eq!(read_text(name, &point).unwrap().format, Format::GeoJson, "{name}");
    }
    assert_eq!(message("a.kml", "<kml/>").split(": ").next(), Some("file ending \"kml\", allowed"));
    let missing = read(Path::new("/nowhere/at/all.csv"), None).unwrap_err();
    assert!(matches!(missing, LayerError::Io { .. }), "{missing}");
}

#[test]
fn swapped_axes_are_told_with_what_they_would_give() {
    let [x, y] = on_map();
    for table in ["lon,lat\n35.25,114.5\n".to_owned(), format!("x,y\n{y},{x}\n")] {
        let message = message("a.csv", table);
        assert!(message.starts_with("row 2 at ("), "{message}");
        assert!(message.contains("axes swapped it would be at 114.5000° E, 35.2500° N"), "{message}");
    }
}

#[test]
fn one_feature_outside_china_is_left_out_and_a_layer_of_them_is_refused() {
    let layer = read_text("a.csv", "lon,lat\n0,0\n114.5,35.25\n114.6,35.25\n").unwrap();
    assert_eq!(layer.features.len(), 2);
    assert_eq!(reasons(&layer), [("row 2", "(0, 0) in EPSG:4326 outside China")]);
    let message = message("a.csv", "lon,lat\n0,0\n1,1\n114.6,35.25\n");
    assert!(message.starts_with("row 2 at (0, 0) in EPSG:4326, allowed: in China"), "{message}");
}

#[test]
fn a_layer_of_which_nothing_is_good_names_the_first_fault() {
    let message = message("a.csv", "lon,lat\nx,35\n114.5,\n");
    assert!(
        message.starts_with("none of 2 features can be used; row 2: `x` in column `lon`, not a number"),
        "{message}"
    );
}

#[test]
fn without_a_map_features_keep_the_coordinates_of_the_file() {
    let (_folder, path) = file("a.csv", "lon,lat\n114.5,35.25\n");
    let layer = read(&path, None).unwrap();
    assert_eq!((layer.epsg_found, &layer.features[0].geometry), (Some(4326), &Shape::Point(LONLAT)));
    let (_folder, path) = file("a.csv", "x,y\n1,2\n");
    let layer = read(&path, None).unwrap();
    assert_eq!((layer.epsg_found, &layer.features[0].geometry), (None, &Shape::Point([1.0, 2.0])));
}

/// A sample: the file that is changed, and all files by their names.
struct Sample {
    name: &'static str,
    files: Vec<(String, Vec<u8>)>,
}

impl Sample {
    fn of_folder(name: &'static str, folder: &TempDir) -> Self {
        let entries = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let named = |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
        Self { name, files: entries.map(named).collect() }
    }

    /// The files in a folder of their own, the one that is changed as told, and the one that is to be opened.
    fn write(&self, change: impl Fn(&[u8]) -> Vec<u8>) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &self.files {
            let bytes = if name == self.name { change(bytes) } else { bytes.clone() };
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let path = opened(&folder.path().join(self.name));
        (folder, path)
    }
}

/// Samples of each kind, all with a polygon with a hole or points, and Chinese text; made once.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let table = "名称,lon,lat\n高村,114.5,35.25\n孙口,115.5,35.75\n";
    let gbk = encoding_rs::GBK.encode(table).0.into_owned();
    let one = |name: &'static str, bytes: Vec<u8>| Sample { name, files: vec![(name.to_owned(), bytes)] };
    let (shapefile, _) = shp::tests::sample();
    let (package, _) = geopackage::tests::sample();
    vec![
        one("a.csv", table.as_bytes().to_vec()),
        one("a.csv", gbk),
        one("a.geojson", geojson::tests::sample().into_bytes()),
        Sample::of_folder("sample.shp", &shapefile),
        Sample::of_folder("sample.dbf", &shapefile),
        Sample::of_folder("sample.prj", &shapefile),
        Sample::of_folder("sample.gpkg", &package),
    ]
});

/// The file that is opened to read this one: the `.shp` for those beside it.
fn opened(path: &Path) -> PathBuf {
    let is_companion = path.extension().is_some_and(|ending| ending == "dbf" || ending == "prj");
    if is_companion { path.with_extension("shp") } else { path.to_owned() }
}

/// Everything that a layer promises of its geometry.
fn assert_sound(layer: &Layer) {
    let is_finite = |path: &[PointMap]| path.iter().flatten().all(|x| x.is_finite());
    let is_ring = |ring: &[PointMap]| ring.len() >= 4 && ring.first() == ring.last() && is_finite(ring);
    assert!(!layer.features.is_empty());
    for feature in &layer.features {
        assert!(match &feature.geometry {
            Shape::Point(at) => is_finite(&[*at]),
            Shape::Lines(lines) => !lines.is_empty() && lines.iter().all(|line| line.len() >= 2 && is_finite(line)),
            Shape::Polygons(polygons) => {
                !polygons.is_empty() && polygons.iter().all(|p| is_ring(&p.outer) && p.holes.iter().all(|h| is_ring(h)))
            }
        });
    }
}

/// The bytes of a file with some changed, and cut off somewhere if so told.
fn damaged(bytes: &[u8], changes: &[(prop::sample::Index, u8)], end: Option<prop::sample::Index>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in changes {
        let at = at.index(bytes.len());
        bytes[at] = *byte;
    }
    bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len())));
    bytes
}

#[test]
fn whole_samples_are_read() {
    for sample in SAMPLES.iter() {
        let (_folder, path) = sample.write(<[u8]>::to_vec);
        let layer = read(&path, Some(MAP)).unwrap();
        assert_sound(&layer);
        assert_eq!(layer.skipped, [], "{}", sample.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_refused_or_read_but_never_make_a_panic(
        sample in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<Option<prop::sample::Index>>(),
    ) {
        let (_folder, path) = SAMPLES[sample].write(|bytes| damaged(bytes, &changes, end));
        if let Ok(layer) = read(&path, Some(MAP)) {
            assert_sound(&layer);
        }
    }

    #[test]
    fn arbitrary_bytes_never_make_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_usize..5) {
        let name = ["a.csv", "a.geojson", "a.shp", "a.gpkg", "a"][kind];
        if let Ok(layer) = read_text(name, &bytes) {
            assert_sound(&layer);
        }
    }
}
