//! `GeoJSON`: RFC 7946, and the older kind with a `crs` member.
//!
//! Features are made one by one while the text is read; there is never a tree of the whole file.

use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::error::content;
use super::frame::KNOWN;
use super::raw::{Fields, Geometry, MOST_FEATURES, Position, Raw, RawFeature, Source};
use super::{Format, LayerError, Value, bytes_of, text};

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Raw, LayerError> {
    let bytes = bytes_of(path)?;
    let (text, encoding) = text::decode(&bytes)
        .map_err(|wrong| content(path, format!("line {}", wrong.line), wrong.found, "UTF-8 or GB18030"))?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _place)| said);
        content(path, format!("line {}, column {}", error.line(), error.column()), said, "GeoJSON")
    })?;
    let source = source_of(document.crs.as_ref(), path)?;
    let features = document.features(path)?;
    Ok(Raw { format: Format::GeoJson, source, encoding, features, skipped: Vec::new(), notes: Vec::new() })
}

/// The outermost object: a collection, one feature or a bare geometry.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "type")]
    kind: Option<String>,
    crs: Option<Json>,
    features: Option<Features>,
    geometry: Option<JsonGeometry>,
    properties: Option<Json>,
    id: Option<Json>,
    coordinates: Option<Coordinates>,
}

impl Document {
    fn features(self, path: &Path) -> Result<Vec<RawFeature>, LayerError> {
        let Self { kind, features, geometry, properties, id, coordinates, .. } = self;
        let kind = kind.unwrap_or_default();
        match (kind.as_str(), features) {
            ("FeatureCollection", Some(Features(features))) => Ok(features),
            ("Feature", _) => Ok(vec![JsonFeature { geometry, properties, id }.raw(1)]),
            ("Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon", _) => {
                let geometry = Some(JsonGeometry { kind: Some(kind), coordinates });
                Ok(vec![JsonFeature { geometry, properties: None, id: None }.raw(1)])
            }
            _ => Err(content(path, "type", format!("`{kind}`"), "a FeatureCollection, a Feature or a geometry")),
        }
    }
}

/// The system that the older `crs` member names; longitude and latitude without it.
fn source_of(crs: Option<&Json>, path: &Path) -> Result<Source, LayerError> {
    let Some(crs) = crs else { return Ok(Source::Epsg(4326)) };
    let name = crs.pointer("/properties/name").and_then(Json::as_str);
    let code = name.and_then(|name| {
        let (before, code) = name.rsplit_once(':')?;
        let is_epsg = before.to_ascii_uppercase().split(':').any(|word| word == "EPSG");
        if code.eq_ignore_ascii_case("CRS84") { Some(4326) } else { code.parse().ok().filter(|_| is_epsg) }
    });
    code.map(Source::Epsg).ok_or_else(|| LayerError::Crs {
        found: name.map_or_else(|| crs.to_string(), |name| format!("`{name}`")),
        allowed: format!("a name such as urn:ogc:def:crs:EPSG::4547; known: {KNOWN}"),
        path: path.to_owned(),
    })
}

/// Features, each made as soon as its text is read.
struct Features(Vec<RawFeature>);

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FeaturesVisitor)
    }
}

struct FeaturesVisitor;

impl<'de> Visitor<'de> for FeaturesVisitor {
    type Value = Features;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Features, A::Error> {
        let mut features = Vec::new();
        while let Some(feature) = seq.next_element::<JsonFeature>()? {
            if features.len() == MOST_FEATURES {
                return Err(A::Error::custom(format!("more than {MOST_FEATURES} features")));
            }
            features.push(feature.raw(features.len() + 1));
        }
        Ok(Features(features))
    }
}

#[derive(Deserialize)]
struct JsonFeature {
    geometry: Option<JsonGeometry>,
    properties: Option<Json>,
    id: Option<Json>,
}

impl JsonFeature {
    fn raw(self, number: usize) -> RawFeature {
        let mut fields = Fields::new();
        if let Some(Json::Object(properties)) = self.properties {
            fields.extend(properties.into_iter().map(|(name, value)| (name, value_of(value))));
        }
        if let Some(id) = self.id {
            fields.entry("id".to_owned()).or_insert_with(|| value_of(id));
        }
        let geometry = self.geometry.map_or(Geometry::Nothing, JsonGeometry::raw);
        RawFeature { place: format!("feature {number}"), geometry, fields }
    }
}

fn value_of(json: Json) -> Value {
    match json {
        Json::Null => Value::Empty,
        Json::String(text) if text.trim().is_empty() => Value::Empty,
        Json::String(text) => Value::Text(text.trim().to_owned()),
        Json::Number(number) => Value::of_text(&number.to_string()),
        other => Value::Text(other.to_string()),
    }
}

#[derive(Deserialize)]
struct JsonGeometry {
    #[serde(rename = "type")]
    kind: Option<String>,
    coordinates: Option<Coordinates>,
}

impl JsonGeometry {
    fn raw(self) -> Geometry {
        let kind = self.kind.unwrap_or_default();
        let Some(coordinates) = self.coordinates else {
            return Geometry::Unreadable(format!("a geometry of type `{kind}`"));
        };
        if coordinates == Coordinates::List(Vec::new()) {
            return Geometry::Nothing;
        }
        let geometry = match kind.as_str() {
            "Point" => coordinates.position().map(Geometry::Point),
            "MultiPoint" => coordinates.positions().map(Geometry::Points),
            "LineString" => coordinates.positions().map(|line| Geometry::Lines(vec![line])),
            "MultiLineString" => coordinates.paths().map(Geometry::Lines),
            "Polygon" => coordinates.paths().map(|rings| Geometry::Polygons(vec![rings])),
            "MultiPolygon" => coordinates.each(Coordinates::paths).map(Geometry::Polygons),
            _ => return Geometry::Unreadable(format!("a geometry of type `{kind}`")),
        };
        geometry.unwrap_or_else(|| Geometry::Unreadable(format!("coordinates that are not those of a {kind}")))
    }
}

/// Numbers in brackets in brackets; what is no number is NaN, for the check of the geometry to find.
#[derive(Debug, PartialEq)]
enum Coordinates {
    Number(f64),
    Position(Position),
    List(Vec<Self>),
}

impl Coordinates {
    fn position(self) -> Option<Position> {
        if let Self::Position(at) = self { Some(at) } else { None }
    }

    fn positions(self) -> Option<Vec<Position>> {
        self.each(Self::position)
    }

    fn paths(self) -> Option<Vec<Vec<Position>>> {
        self.each(Self::positions)
    }

    fn each<T>(self, one: impl Fn(Self) -> Option<T>) -> Option<Vec<T>> {
        if let Self::List(list) = self { list.into_iter().map(one).collect() } else { None }
    }
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoordinatesVisitor)
    }
}

struct CoordinatesVisitor;

impl<'de> Visitor<'de> for CoordinatesVisitor {
    type Value = Coordinates;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("coordinates")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    fn visit_unit<E>(self) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(f64::NAN))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(f64::NAN))
    }

    fn visit_str<E>(self, _: &str) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(f64::NAN))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Coordinates, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Coordinates::Number(f64::NAN))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Coordinates, A::Error> {
        let Some(first) = seq.next_element()? else { return Ok(Coordinates::List(Vec::new())) };
        if let Coordinates::Number(x) = first {
            let y = if let Some(Coordinates::Number(y)) = seq.next_element()? { y } else { f64::NAN };
            while seq.next_element::<IgnoredAny>()?.is_some() {} // heights and whatever else
            return Ok(Coordinates::Position([x, y]));
        }
        let mut list = vec![first];
        while let Some(next) = seq.next_element()? {
            list.push(next);
        }
        Ok(Coordinates::List(list))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::io::layers::tests::{LONLAT, MAP, file, message, on_map, read_text, reasons, text};
    use crate::io::layers::{Layer, Polygon, Shape};

    /// A collection of these geometries.
    fn collection(geometries: &[&str]) -> String {
        let feature = |g: &&str| format!(r#"{{"type":"Feature","properties":{{"名称":"高村"}},"geometry":{g}}}"#);
        let features: Vec<String> = geometries.iter().map(feature).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"))
    }

    /// A point, a line and a polygon with a hole.
    pub(in crate::io::layers) fn sample() -> String {
        collection(&[
            r#"{"type":"Point","coordinates":[114.5,35.25,60.5]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[114.5,35.25],[114.6,35.3]],[[115,35],[115,36]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[114,35],[115,35],[115,36],[114,36],[114,35]],[[114.2,35.2],[114.4,35.2],[114.4,35.4],[114.2,35.2]]]}"#,
        ])
    }

    fn read_unmoved(json: &str) -> Layer {
        let (_folder, path) = file("a.geojson", json);
        crate::io::layers::read(&path, None).unwrap()
    }

    #[test]
    fn geometries_and_properties_are_read() {
        let layer = read_unmoved(&sample());
        assert_eq!((layer.format, layer.epsg_found, layer.encoding), (Format::GeoJson, Some(4326), "UTF-8"));
        assert_eq!(layer.features[0].place, "feature 1");
        assert_eq!(layer.features[0].geometry, Shape::Point(LONLAT));
        assert_eq!(layer.features[0].fields["名称"], text("高村"));
        let lines = vec![vec![[114.5, 35.25], [114.6, 35.3]], vec![[115.0, 35.0], [115.0, 36.0]]];
        assert_eq!(layer.features[1].geometry, Shape::Lines(lines));
        let outer = vec![[114.0, 35.0], [115.0, 35.0], [115.0, 36.0], [114.0, 36.0], [114.0, 35.0]];
        let hole = vec![[114.2, 35.2], [114.4, 35.4], [114.4, 35.2], [114.2, 35.2]];
        assert_eq!(layer.features[2].geometry, Shape::Polygons(vec![Polygon { outer, holes: vec![hole] }]));
    }

    #[test]
    fn it_comes_to_the_map_from_degrees_or_from_what_crs_names() {
        let [x, y] = on_map();
        let point = |at: [f64; 2], crs: &str| format!(r#"{{"coordinates":[{},{}],"type":"Point"{crs}}}"#, at[0], at[1]);
        let named = |name: &str| format!(r#","crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
        for (json, epsg) in [
            (point(LONLAT, ""), 4326),
            (point(LONLAT, r#","crs":null"#), 4326),
            (point(LONLAT, &named("urn:ogc:def:crs:OGC:1.3:CRS84")), 4326),
            (point(LONLAT, &named("EPSG:4490")), 4490),
            (point([x, y], &named("urn:ogc:def:crs:EPSG::4547")), MAP),
        ] {
            let layer = read_text("a.json", &json).unwrap();
            assert_eq!(layer.epsg_found, Some(epsg), "{json}");
            assert_eq!(layer.features[0].geometry, Shape::Point([x, y]), "{json}");
        }
        let wrong = message("a.json", point(LONLAT, &named("urn:ogc:def:crs:EPSG::3857")));
        assert!(wrong.starts_with("coordinate system EPSG:3857, allowed: EPSG 4326"), "{wrong}");
        let unknown = message("a.json", point(LONLAT, &named("Beijing 1954")));
        assert!(unknown.starts_with("coordinate system `Beijing 1954`, allowed: a name such as"), "{unknown}");
        let metres = message("a.json", point([x, y], ""));
        assert!(metres.contains("no degrees: the file must say its coordinate system"), "{metres}");
    }

    #[test]
    fn properties_keep_what_they_are() {
        let json = r#"{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[114,35]},
            "properties":{"a":1.5,"b":null,"c":true,"d":[1,2],"e":"0012","f":" ","g":12345678901234567890}}"#;
        let fields = &read_unmoved(json).features[0].fields;
        assert_eq!((&fields["a"], &fields["b"], &fields["c"]), (&Value::Number(1.5), &Value::Empty, &text("true")));
        assert_eq!((&fields["d"], &fields["e"], &fields["f"]), (&text("[1,2]"), &text("0012"), &Value::Empty));
        assert_eq!((&fields["g"], &fields["id"]), (&text("12345678901234567890"), &Value::Number(7.0)));
    }

    #[test]
    fn each_bad_geometry_is_listed_and_the_good_ones_stay() {
        let layer = read_unmoved(&collection(&[
            r#"{"type":"Point","coordinates":[114.5,35.25]}"#,
            "null",
            r#"{"type":"Point","coordinates":[114.5,null]}"#,
            r#"{"type":"Point","coordinates":["114.5","35"]}"#,
            r#"{"type":"Point","coordinates":[]}"#,
            r#"{"type":"LineString","coordinates":[[114.5,35.25]]}"#,
            r#"{"type":"LineString","coordinates":[114.5,35.25]}"#,
            r#"{"type":"Polygon","coordinates":[[[114,35],[115,36],[115,35],[114,36],[114,35]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[114,35],[115,35]]]}"#,
            r#"{"type":"GeometryCollection","geometries":[]}"#,
            r#"{"type":"Polygon","coordinates":[[[114,35],[115,35],[115,36]]]}"#,
            r#"{"type":"MultiPoint","coordinates":[[114,35],[115,35]]}"#,
        ]));
        assert_eq!(
            reasons(&layer),
            [
                ("feature 2", "no geometry"),
                ("feature 3", "the point (114.5, NaN)"),
                ("feature 4", "the point (NaN, NaN)"),
                ("feature 5", "no geometry"),
                ("feature 6", "a line of 1 different point(s)"),
                ("feature 7", "coordinates that are not those of a LineString"),
                ("feature 8", "ring 1 crosses itself at (114.5, 35.5)"),
                ("feature 9", "a ring of 3 points with the closing one"),
                ("feature 10", "a geometry of type `GeometryCollection`"),
            ]
        );
        let places: Vec<&str> = layer.features.iter().map(|feature| feature.place.as_str()).collect();
        assert_eq!(places, ["feature 1", "feature 11", "feature 12, point 1", "feature 12, point 2"]);
        assert_eq!((layer.notes[0].place.as_str(), layer.notes[0].text.as_str()), ("feature 11", "1 ring(s) closed"));
    }

    #[test]
    fn what_is_no_geojson_is_told_with_its_place() {
        let cut = message("a.json", "{\"type\":\"FeatureCollection\",\n\"features\":[{\"type\":");
        assert!(cut.starts_with("line 2, column 20: EOF while parsing a value, allowed: GeoJSON"), "{cut}");
        let topology = message("a.json", r#"{"type":"Topology","objects":{}}"#);
        assert!(topology.starts_with("type: `Topology`, allowed: a FeatureCollection"), "{topology}");
        let empty = message("a.json", r#"{"type":"FeatureCollection","features":[]}"#);
        assert!(empty.starts_with("file: no feature, allowed: at least one feature"), "{empty}");
        let deep = format!(r#"{{"type":"Polygon","coordinates":{}"#, "[".repeat(100_000));
        assert!(message("a.json", deep).contains("recursion limit"));
    }
}
