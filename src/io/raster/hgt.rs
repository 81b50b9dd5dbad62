//! SRTM tiles (.hgt): one degree square, 1201 or 3601 posts a side, big-endian, named by the south-west corner.

use std::path::Path;

use super::{RasterError, io_error};
use crate::domain::geo::{Grid, Raster};

/// Posts along a side of a 3" tile and of a 1" tile.
const SIDES: [u16; 2] = [1201, 3601];
/// Value of a void.
const VOID: i16 = -32768;
/// WGS 84, degrees.
const EPSG: u32 = 4326;

/// Reads a tile. Each post is the centre of a cell, so the grid reaches half a cell beyond the degree on each side.
pub(super) fn read(path: &Path) -> Result<Raster, RasterError> {
    let [south_deg, west_deg] = corner(path)?;
    let length = std::fs::metadata(path).map_err(io_error(path))?.len();
    let side = SIDES.into_iter().find(|side| u64::from(*side) * u64::from(*side) * 2 == length).ok_or_else(|| {
        RasterError::Property {
            what: "length",
            found: format!("{length} bytes"),
            allowed: "2884802 (1201 squared) or 25934402 (3601 squared)",
            path: path.to_owned(),
        }
    })?;
    let bytes = std::fs::read(path).map_err(io_error(path))?;
    let values = bytes
        .as_chunks()
        .0
        .iter()
        .map(|pair| match i16::from_be_bytes(*pair) {
            VOID => f64::NAN,
            level => f64::from(level),
        })
        .collect();
    let cell = 1.0 / f64::from(side - 1);
    let n = usize::from(side);
    let grid = Grid {
        n_cols: n,
        n_rows: n,
        cell_m: cell,
        west_m: west_deg - 0.5 * cell,
        north_m: south_deg + 1.0 + 0.5 * cell,
    };
    Ok(Raster { grid, values, epsg: Some(EPSG) })
}

/// Latitude and longitude of the south-west post from a name like `N35E114.hgt`.
fn corner(path: &Path) -> Result<[f64; 2], RasterError> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_uppercase()).unwrap_or_default();
    parse_corner(&stem).ok_or_else(|| RasterError::Property {
        what: "name",
        found: format!("{stem:?}"),
        allowed: "latitude and longitude of the south-west corner, as in N35E114.hgt",
        path: path.to_owned(),
    })
}

fn parse_corner(stem: &str) -> Option<[f64; 2]> {
    let bytes = stem.as_bytes();
    if bytes.len() < 7 || !stem.is_ascii() {
        return None;
    }
    let number = |digits: &str, most: u16| {
        let is_number = digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse::<u16>().ok()).flatten().filter(|n| *n <= most).map(f64::from)
    };
    let (lat, lon) = (number(&stem[1..3], 90)?, number(&stem[4..7], 180)?);
    let south = match bytes[0] {
        b'N' => lat,
        b'S' => -lat,
        _ => return None,
    };
    match bytes[3] {
        b'E' => Some([south, lon]),
        b'W' => Some([south, -lon]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_carries_the_corner() {
        assert_eq!(parse_corner("N35E114"), Some([35.0, 114.0]));
        assert_eq!(parse_corner("S05W072"), Some([-5.0, -72.0]));
        assert_eq!(parse_corner("N35E114.SRTMGL1"), Some([35.0, 114.0]));
        for wrong in ["N35", "X35E114", "N35114E", "N+5E114", "河图N35E114"] {
            assert_eq!(parse_corner(wrong), None, "{wrong}");
        }
    }
}
