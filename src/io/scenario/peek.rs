//! How many cells a raster file says it has, from its first bytes, before the raster is read.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Number of cells that the header of a raster names; `None` if it cannot be told without reading the raster.
pub(super) fn n_cells(path: &Path) -> Option<f64> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "asc" => ascii(path),
        "tif" | "tiff" => tiff(path),
        _ => None,
    }
}

fn ascii(path: &Path) -> Option<f64> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(512).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let mut words = head.split_ascii_whitespace();
    let (mut n_cols, mut n_rows) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "ncols" => n_cols = words.next()?.parse::<f64>().ok(),
            "nrows" => n_rows = words.next()?.parse::<f64>().ok(),
            _ => {}
        }
    }
    Some(n_cols? * n_rows?)
}

/// Width and length of the first picture in a TIFF or `BigTIFF` (TIFF 6.0, section 2: tags 256 and 257).
fn tiff(path: &Path) -> Option<f64> {
    let mut file = File::open(path).ok()?;
    let mut head = [0; 16];
    file.read_exact(&mut head).ok()?;
    let order = Order::of(&head)?;
    let is_big = order.number(&head[2..4]) == 43;
    let (first, count_size, entry_size) =
        if is_big { (order.number(&head[8..16]), 8, 20) } else { (order.number(&head[4..8]), 2, 12) };
    file.seek(SeekFrom::Start(first)).ok()?;
    let mut count = vec![0; count_size];
    file.read_exact(&mut count).ok()?;
    let (mut width, mut length) = (None, None);
    let mut entry = vec![0; entry_size];
    for _ in 0..order.number(&count).min(4096) {
        file.read_exact(&mut entry).ok()?;
        let value_at = if is_big { 12 } else { 8 };
        let size = if order.number(&entry[2..4]) == 3 { 2 } else { 4 };
        let value = order.number(&entry[value_at..value_at + size]) as f64;
        match order.number(&entry[..2]) {
            256 => width = Some(value),
            257 => length = Some(value),
            _ => {}
        }
    }
    Some(width? * length?)
}

/// Byte order of a TIFF.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn of(head: &[u8]) -> Option<Self> {
        match &head[..2] {
            b"II" => Some(Self::Little),
            b"MM" => Some(Self::Big),
            _ => None,
        }
    }

    fn number(self, bytes: &[u8]) -> u64 {
        let join = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, join),
            Self::Big => bytes.iter().fold(0, join),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peeked(name: &str, bytes: &[u8]) -> Option<f64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        n_cells(&path)
    }

    #[test]
    fn ascii_headers_are_read_in_any_case() {
        assert_eq!(peeked("a.asc", b"NCOLS 300\nnrows\t200\nxllcorner 0\n"), Some(60_000.0));
        assert_eq!(peeked("a.asc", b"hello"), None);
    }

    #[test]
    fn tiff_headers_are_read_in_both_orders() {
        // One directory at byte 8: width 70 000 as LONG, length 300 as SHORT.
        let little = [
            b"II\x2a\0".as_slice(),
            &8_u32.to_le_bytes(),
            &2_u16.to_le_bytes(),
            b"\x00\x01\x04\0\x01\0\0\0",
            &70_000_u32.to_le_bytes(),
            b"\x01\x01\x03\0\x01\0\0\0",
            &300_u32.to_le_bytes(),
        ];
        assert_eq!(peeked("a.tif", &little.concat()), Some(21_000_000.0));
        let big = [
            b"MM\0\x2a".as_slice(),
            &8_u32.to_be_bytes(),
            &2_u16.to_be_bytes(),
            b"\x01\x00\0\x04\0\0\0\x01",
            &70_000_u32.to_be_bytes(),
            b"\x01\x01\0\x03\0\0\0\x01",
            b"\x01\x2c\0\0",
        ];
        assert_eq!(peeked("a.tiff", &big.concat()), Some(21_000_000.0));
        assert_eq!(peeked("a.tif", b"II*\0"), None);
    }
}
