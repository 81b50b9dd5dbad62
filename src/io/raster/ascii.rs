//! ESRI ASCII grids (.asc).
//!
//! Keys in any order and case; `xllcorner` or `xllcenter`; `cellsize` or equal `dx` and `dy`; `NODATA_value` optional;
//! values parted by any white space; decimal commas. A `.prj` beside it is read only for an EPSG code.

use std::path::Path;

use super::{NO_DATA, RasterError, check_size, io_error};
use crate::domain::geo::{Grid, Raster};

/// Longest file that is read, bytes: as many cells as allowed, of 32 characters each.
const MOST_BYTES: u64 = (super::MOST_CELLS as u64) * 32;
const A_NUMBER: &str = "a number";
const A_WHOLE_NUMBER: &str = "a whole number greater than 0";
const A_CELL_SIZE: &str = "a number greater than 0";
const KEYS: [&str; 10] =
    ["ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy", "nodata_value"];

/// Reads a grid.
pub(super) fn read(path: &Path) -> Result<Raster, RasterError> {
    let length = std::fs::metadata(path).map_err(io_error(path))?.len();
    if length > MOST_BYTES {
        let (what, found, allowed) = ("length", format!("{length} bytes"), "at most 2 GiB");
        return Err(RasterError::Property { what, found, allowed, path: path.to_owned() });
    }
    let bytes = std::fs::read(path).map_err(io_error(path))?;
    let text = String::from_utf8(bytes).map_err(|error| RasterError::Property {
        what: "content",
        found: format!("not text at byte {}", error.utf8_error().valid_up_to()),
        allowed: "an ESRI ASCII grid",
        path: path.to_owned(),
    })?;
    let mut raster = parse(&text, path)?;
    raster.epsg = std::fs::read_to_string(path.with_extension("prj")).ok().as_deref().and_then(epsg_of_wkt);
    Ok(raster)
}

/// A word with its place in the file.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    line: usize,
    column: usize,
}

impl Word<'_> {
    fn refused(&self, key: &str, allowed: &'static str, path: &Path) -> RasterError {
        RasterError::Word {
            line: self.line,
            column: self.column,
            key: key.to_owned(),
            found: self.text.to_owned(),
            allowed,
            path: path.to_owned(),
        }
    }

    /// The number, with `.` or `,` before the decimals; NaN for the word `nan`.
    fn number(&self) -> Option<f64> {
        let commas = self.text.bytes().filter(|b| *b == b',').count();
        match (commas, self.text.contains('.')) {
            (0, _) => self.text.parse().ok(),
            (1, false) => self.text.replace(',', ".").parse().ok(),
            _ => None,
        }
    }
}

/// All words of a text, in order, with line and column.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    text.trim_start_matches('\u{feff}').lines().enumerate().flat_map(|(i, line)| {
        let start = line.as_ptr() as usize;
        line.split_whitespace().map(move |word| {
            let before = &line[..word.as_ptr() as usize - start];
            Word { text: word, line: i + 1, column: before.chars().count() + 1 }
        })
    })
}

/// The header's words, by the position of the key in `KEYS`.
#[derive(Default)]
struct Header<'a> {
    words: [Option<Word<'a>>; KEYS.len()],
}

fn parse(text: &str, path: &Path) -> Result<Raster, RasterError> {
    let mut words = words(text).peekable();
    let mut header = Header::default();
    while let Some(key) = words.next_if(|word| word.text.starts_with(|c: char| c.is_alphabetic()) && !is_nan(word)) {
        let position = KEYS
            .iter()
            .position(|known| key.text.eq_ignore_ascii_case(known))
            .ok_or_else(|| key.refused("key", "a key of an ESRI ASCII grid", path))?;
        if header.words[position].is_some() {
            return Err(key.refused("key", "each key once", path));
        }
        let value = words.next().ok_or_else(|| key.refused("key", "a key followed by its value", path))?;
        header.words[position] = Some(value);
    }
    let (grid, no_data) = header.grid(path)?;
    let values = read_values(words, &grid, no_data, text.len(), path)?;
    Ok(Raster { grid, values, epsg: None })
}

fn is_nan(word: &Word<'_>) -> bool {
    word.text.eq_ignore_ascii_case("nan")
}

fn read_values<'a>(
    words: impl Iterator<Item = Word<'a>>,
    grid: &Grid,
    no_data: f64,
    n_bytes: usize,
    path: &Path,
) -> Result<Vec<f64>, RasterError> {
    let expected = grid.n_cells();
    // A short file that claims to be large gets no more memory than its bytes can fill.
    let mut values = Vec::with_capacity(expected.min(n_bytes / 2 + 1));
    let mut found = 0;
    for word in words {
        let value =
            word.number().filter(|value| !value.is_infinite()).ok_or_else(|| word.refused("value", A_NUMBER, path))?;
        found += 1;
        if found <= expected {
            values.push(if value.to_bits() == no_data.to_bits() { f64::NAN } else { value });
        }
    }
    if found != expected {
        let Grid { n_cols, n_rows, .. } = *grid;
        return Err(RasterError::Count { found, expected, n_cols, n_rows, path: path.to_owned() });
    }
    Ok(values)
}

impl<'a> Header<'a> {
    fn word(&self, key: &str) -> Option<Word<'a>> {
        KEYS.iter().position(|known| *known == key).and_then(|position| self.words[position])
    }

    fn needed(&self, key: &'static str, path: &Path) -> Result<Word<'a>, RasterError> {
        self.word(key).ok_or_else(|| RasterError::MissingKey { key, path: path.to_owned() })
    }

    fn number(&self, key: &'static str, path: &Path) -> Result<f64, RasterError> {
        let word = self.needed(key, path)?;
        word.number().filter(|value| value.is_finite()).ok_or_else(|| word.refused(key, A_NUMBER, path))
    }

    fn count(&self, key: &'static str, path: &Path) -> Result<u64, RasterError> {
        let word = self.needed(key, path)?;
        word.text.parse().ok().filter(|n| *n > 0).ok_or_else(|| word.refused(key, A_WHOLE_NUMBER, path))
    }

    fn size(&self, key: &'static str, path: &Path) -> Result<f64, RasterError> {
        let value = self.number(key, path)?;
        if value > 0.0 { Ok(value) } else { Err(self.needed(key, path)?.refused(key, A_CELL_SIZE, path)) }
    }

    fn cell_size(&self, path: &Path) -> Result<f64, RasterError> {
        let (None, Some(_), Some(dy)) = (self.word("cellsize"), self.word("dx"), self.word("dy")) else {
            return self.size("cellsize", path);
        };
        let (width, height) = (self.size("dx", path)?, self.size("dy", path)?);
        if (width - height).abs() <= super::geotiff::SQUARE_TOLERANCE * width {
            Ok(width)
        } else {
            Err(dy.refused("dy", "the same as dx: cells are square", path))
        }
    }

    /// Lower left corner along one axis, from the corner or from the centre of the first cell.
    fn corner(&self, corner: &'static str, center: &'static str, cell: f64, path: &Path) -> Result<f64, RasterError> {
        match (self.word(corner), self.word(center)) {
            (Some(_), Some(second)) => Err(second.refused(center, "only one of corner and center", path)),
            (None, Some(_)) => Ok(self.number(center, path)? - 0.5 * cell),
            _ => self.number(corner, path),
        }
    }

    fn grid(&self, path: &Path) -> Result<(Grid, f64), RasterError> {
        let (n_cols, n_rows) = (self.count("ncols", path)?, self.count("nrows", path)?);
        let (n_cols, n_rows) = check_size(n_cols, n_rows, path)?;
        let cell_m = self.cell_size(path)?;
        let west_m = self.corner("xllcorner", "xllcenter", cell_m, path)?;
        let south_m = self.corner("yllcorner", "yllcenter", cell_m, path)?;
        let no_data = match self.word("nodata_value") {
            Some(word) => word.number().ok_or_else(|| word.refused("nodata_value", A_NUMBER, path))?,
            None => NO_DATA,
        };
        let north_m = south_m + n_rows as f64 * cell_m;
        Ok((Grid { n_cols, n_rows, cell_m, west_m, north_m }, no_data))
    }
}

/// The EPSG code of a coordinate system in WKT: that of the whole system, not of its parts.
///
/// `AUTHORITY["EPSG","4547"]` (WKT 1) or `ID["EPSG",4547]` (WKT 2) directly inside the outermost brackets.
fn epsg_of_wkt(text: &str) -> Option<u32> {
    let (mut depth, mut is_quoted) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' | '(' if !is_quoted => {
                let word = text[..at].trim_end().rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
                if depth == 1 && (word.eq_ignore_ascii_case("AUTHORITY") || word.eq_ignore_ascii_case("ID")) {
                    return code_of(&text[at + 1..]);
                }
                depth += 1;
            }
            ']' | ')' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The code in `"EPSG","4547"]...`.
fn code_of(text: &str) -> Option<u32> {
    let inside = text.split([']', ')']).next()?;
    let (authority, code) = inside.split_once(',')?;
    let bare = |text: &str| text.trim().trim_matches('"').trim().to_owned();
    bare(authority).eq_ignore_ascii_case("EPSG").then(|| bare(code).parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_that_of_the_whole_system() {
        let wkt1 = r#"PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4490"]],UNIT["metre",1],AUTHORITY["EPSG","4547"]]"#;
        let wkt2 = r#"PROJCRS["x (a[b]",BASEGEOGCRS["y",ID["EPSG",4490]],ID["EPSG",4547]]"#;
        let parts_only = r#"PROJCS["x",GEOGCS["y",AUTHORITY["EPSG","4490"]],UNIT["m",1,AUTHORITY["EPSG","9001"]]]"#;
        assert_eq!(epsg_of_wkt(wkt1), Some(4547));
        assert_eq!(epsg_of_wkt(wkt2), Some(4547));
        assert_eq!(epsg_of_wkt(parts_only), None);
        assert_eq!(epsg_of_wkt(r#"PROJCS["x",AUTHORITY["ESRI","102025"]]"#), None);
        assert_eq!(epsg_of_wkt("]]] ID[ 河"), None);
    }

    #[test]
    fn words_know_their_place() {
        let found: Vec<_> = words("a  b\n 河 c").map(|word| (word.text, word.line, word.column)).collect();
        assert_eq!(found, [("a", 1, 1), ("b", 1, 4), ("河", 2, 2), ("c", 2, 4)]);
    }
}
