//! Geometries of a `GeoPackage`: its header and the well-known binary behind it.
//!
//! Heights and measures are skipped. OGC 12-128r19, clause 2.1.3; OGC 06-103r4, clause 8.2; `PostGIS`'s own flags
//! for dimensions are taken too.

use super::bytes::{Bytes, Order};
use super::raw::{Geometry, Position};

/// Bytes of the envelope by its code.
const ENVELOPE_BYTES: [usize; 5] = [0, 32, 48, 48, 64];
/// Fewest bytes of a path: its number of points.
const PATH_BYTES: usize = 4;
/// Fewest bytes of a geometry: byte order, type, number of parts.
const GEOMETRY_BYTES: usize = 9;

/// The geometry of a cell of a geometry column.
pub(super) fn read(blob: &[u8]) -> Geometry {
    geopackage(blob).unwrap_or_else(|| Geometry::Unreadable("a damaged geometry".to_owned()))
}

fn geopackage(blob: &[u8]) -> Option<Geometry> {
    let mut bytes = Bytes::new(blob, Order::Little);
    if bytes.take(2)? != b"GP" {
        return Some(Geometry::Unreadable("a geometry without the header of a GeoPackage".to_owned()));
    }
    bytes.u8()?; // version
    let flags = bytes.u8()?;
    if flags & 0b10_0000 != 0 {
        return Some(Geometry::Unreadable("a geometry of an extension".to_owned()));
    }
    let envelope = *ENVELOPE_BYTES.get(usize::from(flags >> 1 & 0b111))?;
    bytes.take(4 + envelope)?; // the code of the system, which the table has too
    geometry(&mut bytes)
}

/// Head of a geometry: what it is and how many numbers each of its points has.
struct Head {
    kind: u32,
    n_dimensions: usize,
}

fn head(bytes: &mut Bytes<'_>) -> Option<Head> {
    bytes.order = if bytes.u8()? == 0 { Order::Big } else { Order::Little };
    let code = bytes.u32()?;
    let (flags, code) = (code >> 29, code & 0x1fff_ffff);
    if flags & 0b001 != 0 {
        bytes.u32()?; // PostGIS's code of the system
    }
    let of_iso = match code / 1000 {
        0 => 2,
        1 | 2 => 3,
        3 => 4,
        _ => return None,
    };
    let of_flags = 2 + (flags >> 2 & 1) as usize + (flags >> 1 & 1) as usize;
    Some(Head { kind: code % 1000, n_dimensions: of_iso.max(of_flags) })
}

fn geometry(bytes: &mut Bytes<'_>) -> Option<Geometry> {
    let Head { kind, n_dimensions: n } = head(bytes)?;
    let geometry = match kind {
        1 => point(bytes, n)?,
        2 => Geometry::Lines(vec![path(bytes, n)?]),
        3 => Geometry::Polygons(vec![paths(bytes, n)?]),
        4 => Geometry::Points(parts(bytes, 1, position)?),
        5 => Geometry::Lines(parts(bytes, 2, path)?),
        6 => Geometry::Polygons(parts(bytes, 3, paths)?),
        7 => Geometry::Unreadable("a collection of geometries".to_owned()),
        kind => Geometry::Unreadable(format!("a geometry of type {kind}")),
    };
    Some(match geometry {
        Geometry::Lines(lines) if lines.iter().all(Vec::is_empty) => Geometry::Nothing,
        geometry => geometry,
    })
}

/// A point; an empty one is written as NaN.
fn point(bytes: &mut Bytes<'_>, n_dimensions: usize) -> Option<Geometry> {
    let at = position(bytes, n_dimensions)?;
    Some(if at.iter().all(|x| x.is_nan()) { Geometry::Nothing } else { Geometry::Point(at) })
}

/// The parts of a geometry of several, each with a head of its own.
fn parts<T>(bytes: &mut Bytes<'_>, kind: u32, one: impl Fn(&mut Bytes<'_>, usize) -> Option<T>) -> Option<Vec<T>> {
    let n_parts = bytes.count(GEOMETRY_BYTES)?;
    let part = |_| head(bytes).filter(|head| head.kind == kind).and_then(|head| one(bytes, head.n_dimensions));
    (0..n_parts).map(part).collect()
}

fn paths(bytes: &mut Bytes<'_>, n_dimensions: usize) -> Option<Vec<Vec<Position>>> {
    let n_paths = bytes.count(PATH_BYTES)?;
    (0..n_paths).map(|_| path(bytes, n_dimensions)).collect()
}

fn path(bytes: &mut Bytes<'_>, n_dimensions: usize) -> Option<Vec<Position>> {
    let n_points = bytes.count(8 * n_dimensions)?;
    (0..n_points).map(|_| position(bytes, n_dimensions)).collect()
}

fn position(bytes: &mut Bytes<'_>, n_dimensions: usize) -> Option<Position> {
    let at = [bytes.f64()?, bytes.f64()?];
    bytes.take(8 * (n_dimensions - 2))?;
    Some(at)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A cell of a geometry column: the header without envelope, then the geometry.
    pub(in crate::io::layers) fn cell(wkb: &[u8]) -> Vec<u8> {
        [b"GP\x00\x01\xe6\x10\x00\x00", wkb].concat()
    }

    /// A geometry in little-endian: its type, its number of parts if it has one, and its numbers.
    pub(in crate::io::layers) fn wkb(kind: u32, parts: &[u32], numbers: &[f64]) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(kind.to_le_bytes());
        bytes.extend(parts.iter().flat_map(|n| n.to_le_bytes()));
        bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        bytes
    }

    fn several(kind: u32, parts: &[Vec<u8>]) -> Vec<u8> {
        let n_parts = u32::try_from(parts.len()).unwrap();
        [wkb(kind, &[n_parts], &[]), parts.concat()].concat()
    }

    #[test]
    fn points_with_heights_and_measures_are_points() {
        let at = Geometry::Point([114.5, 35.25]);
        assert_eq!(read(&cell(&wkb(1, &[], &[114.5, 35.25]))), at);
        for kind in [1001, 2001, 0x8000_0001, 0x4000_0001] {
            assert_eq!(read(&cell(&wkb(kind, &[], &[114.5, 35.25, 60.0]))), at, "{kind}");
        }
        for kind in [3001, 0xc000_0001] {
            assert_eq!(read(&cell(&wkb(kind, &[], &[114.5, 35.25, 60.0, 1.0]))), at, "{kind}");
        }
        assert_eq!(read(&cell(&wkb(0x2000_0001, &[4326], &[114.5, 35.25]))), at);
        let mut big = vec![0, 0, 0, 0, 1];
        big.extend(114.5_f64.to_be_bytes());
        big.extend(35.25_f64.to_be_bytes());
        assert_eq!(read(&cell(&big)), at);
    }

    #[test]
    fn an_envelope_is_skipped() {
        for (code, n_bytes) in [(1, 32), (2, 48), (3, 48), (4, 64)] {
            let head = [b'G', b'P', 0, 1 | code << 1, 0, 0, 0, 0];
            let blob = [&head[..], &vec![9; n_bytes], &wkb(1, &[], &[1.0, 2.0])].concat();
            assert_eq!(read(&blob), Geometry::Point([1.0, 2.0]), "{code}");
        }
    }

    #[test]
    fn lines_polygons_and_several_of_each() {
        let (line, numbers) = (vec![[0.0, 1.0], [2.0, 3.0]], [0.0, 1.0, 2.0, 3.0]);
        let one_line = wkb(2, &[2], &numbers);
        assert_eq!(read(&cell(&one_line)), Geometry::Lines(vec![line.clone()]));
        let lines = several(5, &[one_line.clone(), wkb(1002, &[1], &[4.0, 5.0, 6.0])]);
        assert_eq!(read(&cell(&lines)), Geometry::Lines(vec![line.clone(), vec![[4.0, 5.0]]]));
        let polygon = wkb(3, &[1, 2], &numbers);
        assert_eq!(read(&cell(&polygon)), Geometry::Polygons(vec![vec![line.clone()]]));
        let polygons = several(6, &[polygon.clone(), polygon]);
        assert_eq!(read(&cell(&polygons)), Geometry::Polygons(vec![vec![line.clone()], vec![line]]));
        let points = several(4, &[wkb(1, &[], &[7.0, 8.0])]);
        assert_eq!(read(&cell(&points)), Geometry::Points(vec![[7.0, 8.0]]));
    }

    #[test]
    fn empty_and_unknown_geometries_are_told() {
        assert_eq!(read(&cell(&wkb(1, &[], &[f64::NAN; 2]))), Geometry::Nothing);
        assert_eq!(read(&cell(&wkb(2, &[0], &[]))), Geometry::Nothing);
        let unreadable = |text: &str| Geometry::Unreadable(text.to_owned());
        assert_eq!(read(&cell(&wkb(7, &[0], &[]))), unreadable("a collection of geometries"));
        assert_eq!(read(&cell(&wkb(10, &[0], &[]))), unreadable("a geometry of type 10"));
        assert_eq!(read(b"no"), unreadable("a geometry without the header of a GeoPackage"));
        let damaged = unreadable("a damaged geometry");
        assert_eq!(read(&cell(&wkb(2, &[u32::MAX], &[1.0]))), damaged, "more points than bytes");
        assert_eq!(read(&cell(&several(5, &[wkb(1, &[], &[1.0, 2.0])]))), damaged, "a point among lines");
        let whole = cell(&wkb(3, &[1, 2], &[0.0, 1.0, 2.0, 3.0]));
        for end in 2..whole.len() {
            assert_eq!(read(&whole[..end]), damaged, "cut at {end}");
        }
    }
}
