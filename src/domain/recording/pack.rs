//! How one frame is packed: tile by tile, as differences to a key frame and to the western neighbour, then Zstandard.
//!
//! A river in flood changes little within hours, and what changes is smooth: the difference to a frame a few hours
//! older is small, and the difference of that to the cell beside it is smaller still, its high byte nearly always
//! zero. Low and high bytes go apart, since the high ones then take almost nothing. A tile that is dry, or that has
//! not changed since the key frame, takes one byte.
//!
//! A frame needs its key frame and nothing else, so that any moment is two steps away and a damaged frame takes no
//! other with it, unless it is a key. What was measured: `docs/decisions/0011-recording.md`.
//!
//! | bytes | content |
//! |---|---|
//! | 1 a tile | 0 as in the key frame (dry, if there is none), 1 packed; tiles by rows, from the north-west |
//! | 4 a packed tile | its length, little-endian |
//! | | its Zstandard frame: for depth, velocity east and north the low bytes of its cells, then the high bytes |

use std::sync::Arc;

use crate::domain::frame::{Frame, Readings};

/// Edge of a tile, cells.
const TILE: usize = 64;

/// Bytes a cell before compression: three fields of two bytes.
pub const RAW_BYTES_PER_CELL: usize = 6;

/// Level of compression: higher ones are slower and, on what is left after the differences, no smaller.
const LEVEL: i32 = 1;

const SAME: u8 = 0;
const PACKED: u8 = 1;

/// One frame as it is kept: fields packed, small figures as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedFrame {
    shape: Shape,
    time_secs: f64,
    /// Position of the key frame that the differences are to; `None` for a key frame.
    key: Option<usize>,
    fields: Vec<u8>,
    readings: Arc<Readings>,
}

/// Columns and rows of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Columns.
    pub n_cols: usize,
    /// Rows.
    pub n_rows: usize,
}

/// Why a packed frame could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// The bytes are not those of a frame.
    #[error("the packed fields are damaged ({0})")]
    Damaged(String),
    /// The bytes hold another number of cells.
    #[error("the packed fields hold {found} bytes and should hold {expected}")]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes of a frame of this grid.
        expected: usize,
    },
    /// The key frame is not there, or is of another grid.
    #[error("the key frame is not there")]
    NoKey,
}

impl Shape {
    /// Cells.
    pub fn n_cells(self) -> usize {
        self.n_cols * self.n_rows
    }

    /// Tiles by rows, from the north-west.
    fn tiles(self) -> impl Iterator<Item = Tile> {
        let starts = |n: usize| (0..n).step_by(TILE).map(move |from| (from, (from + TILE).min(n)));
        starts(self.n_rows)
            .flat_map(move |rows| starts(self.n_cols).map(move |cols| Tile { rows, cols, n_cols: self.n_cols }))
    }
}

/// A rectangle of cells: first and one past the last row and column.
#[derive(Debug, Clone, Copy)]
struct Tile {
    rows: (usize, usize),
    cols: (usize, usize),
    n_cols: usize,
}

impl Tile {
    fn n_cells(self) -> usize {
        (self.rows.1 - self.rows.0) * (self.cols.1 - self.cols.0)
    }

    /// Where its rows lie in a field.
    fn spans(self) -> impl Iterator<Item = std::ops::Range<usize>> {
        (self.rows.0..self.rows.1).map(move |row| row * self.n_cols + self.cols.0..row * self.n_cols + self.cols.1)
    }
}

impl PackedFrame {
    /// Packs a key frame.
    ///
    /// # Panics
    /// When a field has another number of cells.
    pub fn pack(frame: &Frame, shape: Shape) -> Self {
        Self::pack_with(frame, shape, None)
    }

    /// Packs a frame as the difference to a key frame, given with its position.
    ///
    /// # Panics
    /// When a field of either has another number of cells.
    pub fn pack_on(frame: &Frame, shape: Shape, key: (usize, &Frame)) -> Self {
        Self::pack_with(frame, shape, Some(key))
    }

    fn pack_with(frame: &Frame, shape: Shape, key: Option<(usize, &Frame)>) -> Self {
        for frame in [Some(frame), key.map(|(_, key)| key)].into_iter().flatten() {
            let lengths = [frame.depth_mm.len(), frame.u_mmps.len(), frame.v_mmps.len()];
            assert_eq!(lengths, [shape.n_cells(); 3], "the fields of a frame have one value a cell");
        }
        let key_frame = key.map(|(_, key)| key);
        Self {
            shape,
            time_secs: frame.time_secs,
            key: key.map(|(index, _)| index),
            fields: pack_tiles(frame, shape, key_frame),
            readings: Arc::new(frame.readings.clone()),
        }
    }

    /// A packed frame from its parts, as a session file brings it. The bytes are looked at when it is unpacked.
    pub fn from_parts(
        shape: Shape,
        time_secs: f64,
        key: Option<usize>,
        fields: Vec<u8>,
        readings: Arc<Readings>,
    ) -> Self {
        Self { shape, time_secs, key, fields, readings }
    }

    /// The frame again, equal to the one that was packed. A frame with a key needs that frame.
    ///
    /// # Errors
    /// When the bytes were damaged on the way, or the key frame is missing.
    pub fn unpack(&self, key: Option<&Frame>) -> Result<Frame, UnpackError> {
        let n = self.shape.n_cells();
        let (mut depth_mm, mut u_mmps, mut v_mmps) = match (self.key, key) {
            (None, _) => (vec![0; n], vec![0; n], vec![0; n]),
            (Some(_), Some(key)) if [key.depth_mm.len(), key.u_mmps.len(), key.v_mmps.len()] == [n; 3] => {
                (key.depth_mm.clone(), key.u_mmps.clone(), key.v_mmps.clone())
            }
            (Some(_), _) => return Err(UnpackError::NoKey),
        };
        self.each_packed_tile(|tile, planes| {
            let [depth, east, north] = thirds(planes);
            add(&mut depth_mm, tile, depth, u16::wrapping_add);
            let add_signed = |before: i16, difference: u16| before.wrapping_add(difference.cast_signed());
            add(&mut u_mmps, tile, east, add_signed);
            add(&mut v_mmps, tile, north, add_signed);
        })?;
        let readings = (*self.readings).clone();
        Ok(Frame { time_secs: self.time_secs, depth_mm, u_mmps, v_mmps, readings })
    }

    /// Unpacks the tiles that are not as in the key frame, one after the other.
    fn each_packed_tile(&self, mut visit: impl FnMut(Tile, &[u8])) -> Result<(), UnpackError> {
        let damaged = |what: &str| UnpackError::Damaged(what.to_owned());
        let n_tiles = self.shape.tiles().count();
        let (marks, mut rest) = self.fields.split_at_checked(n_tiles).ok_or_else(|| damaged("cut short"))?;
        let mut decoder = zstd::bulk::Decompressor::new().map_err(|error| UnpackError::Damaged(error.to_string()))?;
        let mut planes = vec![0_u8; TILE * TILE * RAW_BYTES_PER_CELL];
        for (tile, mark) in self.shape.tiles().zip(marks) {
            match *mark {
                SAME => continue,
                PACKED => {}
                _ => return Err(damaged("an unknown kind of tile")),
            }
            let (length, after) = rest.split_first_chunk::<4>().ok_or_else(|| damaged("cut short"))?;
            let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_large| damaged("a tile too long"))?;
            let (bytes, after) = after.split_at_checked(length).ok_or_else(|| damaged("cut short"))?;
            rest = after;
            let expected = tile.n_cells() * RAW_BYTES_PER_CELL;
            let found = decoder
                .decompress_to_buffer(bytes, &mut planes[..expected])
                .map_err(|error| UnpackError::Damaged(error.to_string()))?;
            if found != expected {
                return Err(UnpackError::Length { found, expected });
            }
            visit(tile, &planes[..expected]);
        }
        if rest.is_empty() { Ok(()) } else { Err(damaged("bytes too many")) }
    }

    /// Cells of the frame.
    pub fn n_cells(&self) -> usize {
        self.shape.n_cells()
    }

    /// Simulated time, s after the start.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
    }

    /// Position of the key frame that it is packed on; `None` for a key frame.
    pub fn key(&self) -> Option<usize> {
        self.key
    }

    /// The small figures.
    pub fn readings(&self) -> Arc<Readings> {
        Arc::clone(&self.readings)
    }

    /// The packed fields.
    pub fn fields(&self) -> &[u8] {
        &self.fields
    }

    /// Size of the packed fields, bytes.
    pub fn packed_bytes(&self) -> usize {
        self.fields.len()
    }
}

fn pack_tiles(frame: &Frame, shape: Shape, key: Option<&Frame>) -> Vec<u8> {
    let mut encoder = Encoder::new();
    let mut marks = Vec::new();
    let mut tiles = Vec::new();
    let mut planes = vec![0_u8; TILE * TILE * RAW_BYTES_PER_CELL];
    for tile in shape.tiles() {
        if is_same(frame, key, tile) {
            marks.push(SAME);
            continue;
        }
        marks.push(PACKED);
        let planes = &mut planes[..tile.n_cells() * RAW_BYTES_PER_CELL];
        let [depth, east, north] = thirds_mut(planes);
        subtract(&frame.depth_mm, key.map(|key| &key.depth_mm[..]), tile, depth, |value| value);
        subtract(&frame.u_mmps, key.map(|key| &key.u_mmps[..]), tile, east, i16::cast_unsigned);
        subtract(&frame.v_mmps, key.map(|key| &key.v_mmps[..]), tile, north, i16::cast_unsigned);
        let packed = encoder.pack(planes);
        let length = u32::try_from(packed.len()).expect("a tile is less than 32 KiB");
        tiles.extend_from_slice(&length.to_le_bytes());
        tiles.extend_from_slice(packed);
    }
    marks.append(&mut tiles);
    marks
}

/// Zstandard with its memory, which one frame's tiles share.
struct Encoder {
    compressor: zstd::bulk::Compressor<'static>,
    out: Vec<u8>,
}

impl Encoder {
    fn new() -> Self {
        let compressor = zstd::bulk::Compressor::new(LEVEL).expect("the level is one that Zstandard has");
        Self { compressor, out: vec![0; zstd::zstd_safe::compress_bound(TILE * TILE * RAW_BYTES_PER_CELL)] }
    }

    fn pack(&mut self, planes: &[u8]) -> &[u8] {
        let length = self.compressor.compress_to_buffer(planes, &mut self.out[..]).expect("the buffer takes any tile");
        &self.out[..length]
    }
}

/// Whether a tile is that of the key frame, or dry where there is none.
fn is_same(frame: &Frame, key: Option<&Frame>, tile: Tile) -> bool {
    tile.spans().all(|span| match key {
        Some(key) => {
            frame.depth_mm[span.clone()] == key.depth_mm[span.clone()]
                && frame.u_mmps[span.clone()] == key.u_mmps[span.clone()]
                && frame.v_mmps[span.clone()] == key.v_mmps[span]
        }
        None => {
            frame.depth_mm[span.clone()].iter().all(|depth| *depth == 0)
                && frame.u_mmps[span.clone()].iter().chain(&frame.v_mmps[span]).all(|speed| *speed == 0)
        }
    })
}

fn thirds(planes: &[u8]) -> [&[u8]; 3] {
    let (first, rest) = planes.split_at(planes.len() / 3);
    let (second, third) = rest.split_at(first.len());
    [first, second, third]
}

fn thirds_mut(planes: &mut [u8]) -> [&mut [u8]; 3] {
    let (first, rest) = planes.split_at_mut(planes.len() / 3);
    let (second, third) = rest.split_at_mut(first.len());
    [first, second, third]
}

/// Differences to the key and then to the cell to the west, along each row; low bytes first, then high bytes.
fn subtract<T: Copy>(values: &[T], key: Option<&[T]>, tile: Tile, out: &mut [u8], bits: impl Fn(T) -> u16) {
    let (mut low, mut high) = out.split_at_mut(out.len() / 2);
    for span in tile.spans() {
        let n = span.len();
        let (low_row, high_row);
        (low_row, low) = low.split_at_mut(n);
        (high_row, high) = high.split_at_mut(n);
        let mut west = 0_u16;
        for (at, index) in span.enumerate() {
            let difference = bits(values[index]).wrapping_sub(key.map_or(0, |key| bits(key[index])));
            [low_row[at], high_row[at]] = zigzag(difference.wrapping_sub(west)).to_le_bytes();
            west = difference;
        }
    }
}

/// Adds what [`subtract`] took apart to the values of the key.
fn add<T: Copy>(values: &mut [T], tile: Tile, planes: &[u8], sum: impl Fn(T, u16) -> T) {
    let (mut low, mut high) = planes.split_at(planes.len() / 2);
    for span in tile.spans() {
        let n = span.len();
        let (low_row, high_row);
        (low_row, low) = low.split_at(n);
        (high_row, high) = high.split_at(n);
        let mut difference = 0_u16;
        for ((value, low), high) in values[span].iter_mut().zip(low_row).zip(high_row) {
            difference = difference.wrapping_add(unzigzag(u16::from_le_bytes([*low, *high])));
            *value = sum(*value, difference);
        }
    }
}

/// Puts small differences of both signs on small numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
fn zigzag(difference: u16) -> u16 {
    (difference << 1) ^ (difference.cast_signed() >> 15).cast_unsigned()
}

fn unzigzag(packed: u16) -> u16 {
    (packed >> 1) ^ (packed & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(depth_mm: Vec<u16>, u_mmps: Vec<i16>, v_mmps: Vec<i16>) -> Frame {
        let readings = Readings { time_secs: 60.0, wet_area_m2: 12.5, ..Readings::default() };
        Frame { time_secs: 60.0, depth_mm, u_mmps, v_mmps, readings }
    }

    fn row(n_cols: usize) -> Shape {
        Shape { n_cols, n_rows: 1 }
    }

    #[test]
    fn extreme_values_come_back_alone_and_on_a_key() {
        let original = frame(
            vec![0, u16::MAX, 0, 1, 32_768, 7],
            vec![i16::MIN, i16::MAX, 0, -1, 1, i16::MIN],
            vec![0, 0, i16::MAX, i16::MIN, 5, -5],
        );
        let shape = Shape { n_cols: 2, n_rows: 3 };
        assert_eq!(PackedFrame::pack(&original, shape).unpack(None).as_ref(), Ok(&original));
        let key = frame(vec![u16::MAX, 0, 5, 1, 0, 7], vec![1; 6], vec![i16::MIN; 6]);
        let packed = PackedFrame::pack_on(&original, shape, (4, &key));
        assert_eq!(packed.key(), Some(4));
        assert_eq!(packed.unpack(Some(&key)), Ok(original));
        assert_eq!(packed.unpack(None), Err(UnpackError::NoKey));
    }

    #[test]
    fn a_grid_without_cells_is_no_special_case() {
        let original = frame(vec![], vec![], vec![]);
        assert_eq!(PackedFrame::pack(&original, row(0)).unpack(None), Ok(original));
    }

    #[test]
    fn tiles_that_are_dry_or_unchanged_take_a_byte_each() {
        let shape = Shape { n_cols: 3 * TILE, n_rows: 2 * TILE };
        let n = shape.n_cells();
        let dry = frame(vec![0; n], vec![0; n], vec![0; n]);
        assert_eq!(PackedFrame::pack(&dry, shape).packed_bytes(), 6);
        let mut wet = frame((0..=u16::MAX).cycle().take(n).collect(), vec![3; n], vec![-3; n]);
        assert_eq!(PackedFrame::pack_on(&wet, shape, (0, &wet)).packed_bytes(), 6);
        let key = wet.clone();
        wet.v_mmps[n - 1] = 0;
        let packed = PackedFrame::pack_on(&wet, shape, (0, &key));
        assert_eq!(packed.fields()[..6], [SAME, SAME, SAME, SAME, SAME, PACKED]);
        assert_eq!(packed.unpack(Some(&key)), Ok(wet));
    }

    #[test]
    fn small_differences_become_small_numbers() {
        let numbers: Vec<u16> = [0_i16, -1, 1, -2, 2].iter().map(|d| zigzag(d.cast_unsigned())).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn damage_is_an_error_and_not_a_panic() {
        let wet = frame(vec![9; 100], vec![-3; 100], vec![4; 100]);
        let whole = PackedFrame::pack(&wet, row(100));
        let with = |shape: Shape, fields: Vec<u8>| PackedFrame::from_parts(shape, 60.0, None, fields, Arc::default());
        for length in 0..whole.packed_bytes() {
            assert!(with(row(100), whole.fields()[..length].to_vec()).unpack(None).is_err(), "cut at {length}");
        }
        for at in 0..whole.packed_bytes() {
            let mut fields = whole.fields().to_vec();
            fields[at] ^= 0x55;
            let _whatever = with(row(100), fields).unpack(None);
        }
        assert!(with(row(40), whole.fields().to_vec()).unpack(None).is_err(), "another grid");
    }
}
