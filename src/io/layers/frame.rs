//! From the coordinates of a file to those of the map, and whether they can be right.

use std::path::Path;

use super::raw::Position;
use super::{LayerError, Polygon, Shape};
use crate::domain::geo::PointMap;
use crate::domain::geo::projection::{CrsKind, Projection, crs_kind};

/// Coordinate systems that are known, in words for a message.
pub(super) const KNOWN: &str =
    "EPSG 4326 or 4490 (degrees), 4513 to 4554 (CGCS2000 Gauss-Krüger, 3-degree zones), 32601 to 32660 (UTM north)";
/// Where a layer may be, in words for a message.
const CHINA: &str = "in China (longitude 73 to 136, latitude 3 to 54)";
/// Zones of Gauss-Krüger with their number before the easting come 21 codes before those without.
const FIRST_WITH_ZONE: u32 = 4513;
const FIRST_PLAIN: u32 = 4534;

/// Way from a file to the map.
#[derive(Debug)]
pub(super) struct Frame {
    /// None where the file has map coordinates whose system is not known here.
    source: Option<(u32, Projection)>,
    /// None where coordinates stay as they are.
    target: Option<Projection>,
}

/// Why a feature has no place on the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Misplaced {
    /// This position is outside China.
    Outside(Position),
    /// The projection has no value, in its words.
    Nowhere(String),
}

impl Frame {
    /// The way from the system of a file, none for map coordinates, to that of the map, none to stay in the file's.
    pub(super) fn new(source: Option<u32>, target: Option<u32>, path: &Path) -> Result<Self, LayerError> {
        let Some(epsg) = source.or(target) else { return Ok(Self { source: None, target: None }) };
        let is_moved = target.is_some_and(|target| target != epsg);
        if !is_moved && crs_kind(epsg).is_none() && target.is_some() {
            // Nothing is to be reckoned: it can stay as it is, but there is no knowing whether it is in China.
            return Ok(Self { source: None, target: None });
        }
        let projection = |epsg: u32, whose: &str| {
            let unknown = |_| LayerError::Crs {
                found: format!("EPSG:{epsg}{whose}"),
                allowed: KNOWN.to_owned(),
                path: path.to_owned(),
            };
            Projection::new(epsg).map_err(unknown)
        };
        let target = target.filter(|_| is_moved).map(|target| projection(target, " of the map")).transpose()?;
        Ok(Self { source: Some((epsg, projection(epsg, "")?)), target })
    }

    /// A shape on the map.
    pub(super) fn on_map(&self, shape: Shape) -> Result<Shape, Misplaced> {
        Ok(match shape {
            Shape::Point(at) => Shape::Point(self.point(at)?),
            Shape::Lines(lines) => Shape::Lines(self.paths(lines)?),
            Shape::Polygons(polygons) => {
                let polygon =
                    |Polygon { outer, holes }| Ok(Polygon { outer: self.path(outer)?, holes: self.paths(holes)? });
                Shape::Polygons(polygons.into_iter().map(polygon).collect::<Result<_, Misplaced>>()?)
            }
        })
    }

    fn paths(&self, paths: Vec<Vec<Position>>) -> Result<Vec<Vec<PointMap>>, Misplaced> {
        paths.into_iter().map(|path| self.path(path)).collect()
    }

    fn path(&self, path: Vec<Position>) -> Result<Vec<PointMap>, Misplaced> {
        path.into_iter().map(|at| self.point(at)).collect()
    }

    fn point(&self, at: Position) -> Result<PointMap, Misplaced> {
        let Some((_, source)) = &self.source else { return Ok(at) };
        let [lon, lat] = in_china(source, at).ok_or(Misplaced::Outside(at))?;
        let Some(target) = &self.target else { return Ok(at) };
        let on_map = target.map_from_lonlat(lon, lat).map_err(|error| Misplaced::Nowhere(error.to_string()))?;
        let is_finite = on_map.iter().all(|x| x.is_finite());
        if is_finite { Ok(on_map) } else { Err(Misplaced::Nowhere(format!("no place on the map for ({lon}, {lat})"))) }
    }

    /// What a position outside China is, for a message.
    pub(super) fn describe(&self, at: Position) -> String {
        let epsg = self.source.as_ref().map_or_else(String::new, |(epsg, _)| format!(" in EPSG:{epsg}"));
        format!("({}, {}){epsg}", at[0], at[1])
    }

    /// What is allowed instead of a position outside China, with what would bring it there.
    pub(super) fn allowed(&self, at: Position) -> String {
        let hint = self.source.as_ref().and_then(|(epsg, source)| hint(*epsg, source, at));
        hint.map_or_else(|| CHINA.to_owned(), |hint| format!("{CHINA}; {hint}"))
    }
}

fn in_china(projection: &Projection, at: Position) -> Option<Position> {
    let [lon, lat] = projection.lonlat_from_map(at).ok()?;
    ((73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat)).then_some([lon, lat])
}

/// What would bring a position into China.
fn hint(epsg: u32, source: &Projection, at: Position) -> Option<String> {
    let [x, y] = at;
    if let Some([lon, lat]) = in_china(source, [y, x]) {
        return Some(format!("with its axes swapped it would be at {lon:.4}° E, {lat:.4}° N"));
    }
    let other_zone = match epsg {
        FIRST_WITH_ZONE..FIRST_PLAIN => Some(epsg + FIRST_PLAIN - FIRST_WITH_ZONE),
        FIRST_PLAIN..=4554 => Some(epsg + FIRST_WITH_ZONE - FIRST_PLAIN),
        _ => None,
    };
    if let Some(other) = other_zone
        && let Ok(projection) = Projection::new(other)
        && let Some([lon, lat]) = in_china(&projection, at)
    {
        let with = if other < FIRST_PLAIN { "with" } else { "without" };
        return Some(format!(
            "in EPSG:{other}, {with} the zone before the easting, it would be at {lon:.4}° E, {lat:.4}° N"
        ));
    }
    let is_geographic = crs_kind(epsg) == Some(CrsKind::Geographic);
    let are_degrees = x.abs() <= 180.0 && y.abs() <= 90.0;
    match (is_geographic, are_degrees) {
        (true, false) => Some("these are no degrees: the file must say its coordinate system".to_owned()),
        (false, true) => Some("these look like degrees".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(source: Option<u32>, target: Option<u32>) -> Result<Frame, LayerError> {
        Frame::new(source, target, Path::new("a.csv"))
    }

    /// (114.5° E, 35.25° N) in EPSG:4547, by the projection itself.
    fn a_place() -> PointMap {
        Projection::new(4547).unwrap().map_from_lonlat(114.5, 35.25).unwrap()
    }

    #[test]
    fn coordinates_come_to_the_map_and_stay_where_they_are_already_there() {
        let lonlat = [114.5, 35.25];
        assert_eq!(frame(Some(4326), Some(4547)).unwrap().point(lonlat), Ok(a_place()));
        assert_eq!(frame(Some(4547), Some(4547)).unwrap().point(a_place()), Ok(a_place()));
        assert_eq!(frame(Some(4490), None).unwrap().point(lonlat), Ok(lonlat));
        assert_eq!(frame(None, None).unwrap().point([1.0, 2.0]), Ok([1.0, 2.0]));
        let [x, y] = frame(Some(4526), Some(4547)).unwrap().point([38.0e6 + a_place()[0], a_place()[1]]).unwrap();
        assert!((x - a_place()[0]).abs() < 1e-6 && (y - a_place()[1]).abs() < 1e-6);
    }

    #[test]
    fn unknown_codes_are_refused_unless_nothing_is_to_be_reckoned() {
        for (source, target, code) in
            [(Some(3857), Some(4547), "3857"), (Some(4326), Some(25832), "25832"), (Some(3857), None, "3857")]
        {
            let message = frame(source, target).unwrap_err().to_string();
            assert!(message.contains(code) && message.contains("4490"), "{message}");
        }
        assert_eq!(frame(Some(25832), Some(25832)).unwrap().point([4e5, 5e6]), Ok([4e5, 5e6]));
        assert_eq!(frame(None, Some(25832)).unwrap().point([4e5, 5e6]), Ok([4e5, 5e6]));
    }

    #[test]
    fn a_place_outside_china_has_a_hint() {
        let [x, y] = a_place();
        for (source, at, hint) in [
            (4326, [35.25, 114.5], "swapped it would be at 114.5000° E, 35.2500° N"),
            (4547, [y, x], "swapped it would be at 114.5000° E, 35.2500° N"),
            (4547, [38.0e6 + x, y], "in EPSG:4526, with the zone"),
            (4526, [x, y], "in EPSG:4547, without the zone"),
            (4326, [x, y], "no degrees"),
            (4547, [114.5, 35.25], "look like degrees"),
            (4326, [0.0, 0.0], CHINA),
        ] {
            let frame = frame(Some(source), Some(4547)).unwrap();
            assert_eq!(frame.point(at), Err(Misplaced::Outside(at)));
            assert!(frame.allowed(at).contains(hint), "{source} {at:?} {}", frame.allowed(at));
            assert!(frame.describe(at).contains(&format!("EPSG:{source}")));
        }
    }
}
