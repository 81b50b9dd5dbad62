//! How one frame is packed: neighbours' differences, split into bytes of low and high order, then LZ4.
//!
//! Water is smooth, so the difference to the cell before is small and its high byte nearly always zero; dry land is
//! all zeros. Each frame stands alone, so that any moment can be shown without the ones before it.

use std::sync::Arc;

use crate::domain::frame::{Frame, Readings};

/// Packed bytes per cell before compression: three fields of two bytes.
const BYTES_PER_CELL: usize = 6;

/// One frame as it is kept: fields packed, small figures as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedFrame {
    n_cells: usize,
    fields: Vec<u8>,
    readings: Arc<Readings>,
    time_secs: f64,
}

/// Why a packed frame could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// The bytes are not LZ4.
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
}

impl PackedFrame {
    /// Packs a frame.
    ///
    /// # Panics
    /// When the fields are not equally long.
    pub fn pack(frame: &Frame) -> Self {
        let n = frame.depth_mm.len();
        assert!(frame.u_mmps.len() == n && frame.v_mmps.len() == n, "the fields of a frame are equally long");
        let mut planes = vec![0_u8; n * BYTES_PER_CELL];
        let (depth, rest) = planes.split_at_mut(2 * n);
        let (east, north) = rest.split_at_mut(2 * n);
        split(frame.depth_mm.iter().copied(), depth);
        split(frame.u_mmps.iter().map(|u| u.cast_unsigned()), east);
        split(frame.v_mmps.iter().map(|v| v.cast_unsigned()), north);
        Self {
            n_cells: n,
            fields: lz4_flex::block::compress(&planes),
            readings: Arc::new(frame.readings.clone()),
            time_secs: frame.time_secs,
        }
    }

    /// A packed frame from its parts, as a session file brings it. The bytes are looked at when it is unpacked.
    pub fn from_parts(n_cells: usize, time_secs: f64, fields: Vec<u8>, readings: Readings) -> Self {
        Self { n_cells, fields, readings: Arc::new(readings), time_secs }
    }

    /// The frame again, equal to the one that was packed.
    ///
    /// # Errors
    /// When the bytes were damaged on the way.
    pub fn unpack(&self) -> Result<Frame, UnpackError> {
        let n = self.n_cells;
        let mut planes = vec![0_u8; n * BYTES_PER_CELL];
        let found = lz4_flex::block::decompress_into(&self.fields, &mut planes)
            .map_err(|error| UnpackError::Damaged(error.to_string()))?;
        if found != planes.len() {
            return Err(UnpackError::Length { found, expected: planes.len() });
        }
        let (depth, rest) = planes.split_at(2 * n);
        let (east, north) = rest.split_at(2 * n);
        Ok(Frame {
            time_secs: self.time_secs,
            depth_mm: join(depth, |bits| bits),
            u_mmps: join(east, u16::cast_signed),
            v_mmps: join(north, u16::cast_signed),
            readings: (*self.readings).clone(),
        })
    }

    /// Cells of the frame.
    pub fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// Simulated time, s after the start.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
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

/// Differences to the cell before, low bytes first, then high bytes; `out` is twice as long as `values`.
fn split(values: impl Iterator<Item = u16>, out: &mut [u8]) {
    let (low, high) = out.split_at_mut(out.len() / 2);
    let mut before = 0_u16;
    for ((value, low), high) in values.zip(low).zip(high) {
        [*low, *high] = zigzag(value.wrapping_sub(before)).to_le_bytes();
        before = value;
    }
}

/// The values that [`split`] took apart.
fn join<T: Copy + Default>(planes: &[u8], value_of: impl Fn(u16) -> T) -> Vec<T> {
    let (low, high) = planes.split_at(planes.len() / 2);
    // Filled in place: an iterator that carries the last value has no known length, so collecting it would grow and copy.
    let mut values = vec![T::default(); low.len()];
    let mut last = 0_u16;
    for ((value, low), high) in values.iter_mut().zip(low).zip(high) {
        last = last.wrapping_add(unzigzag(u16::from_le_bytes([*low, *high])));
        *value = value_of(last);
    }
    values
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

    #[test]
    fn extreme_values_come_back() {
        let original = frame(
            vec![0, u16::MAX, 0, 1, 32_768, 7],
            vec![i16::MIN, i16::MAX, 0, -1, 1, i16::MIN],
            vec![0, 0, i16::MAX, i16::MIN, 5, -5],
        );
        assert_eq!(PackedFrame::pack(&original).unpack(), Ok(original));
    }

    #[test]
    fn a_grid_without_cells_is_no_special_case() {
        let original = frame(vec![], vec![], vec![]);
        assert_eq!(PackedFrame::pack(&original).unpack(), Ok(original));
    }

    #[test]
    fn small_differences_become_small_numbers() {
        let numbers: Vec<u16> = [0_i16, -1, 1, -2, 2].iter().map(|d| zigzag(d.cast_unsigned())).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn damage_is_an_error_and_not_a_panic() {
        let whole = PackedFrame::pack(&frame(vec![9; 100], vec![-3; 100], vec![4; 100]));
        let cut = whole.fields()[..whole.packed_bytes() / 2].to_vec();
        let damaged = PackedFrame::from_parts(100, 60.0, cut, Readings::default());
        assert!(damaged.unpack().is_err());
        let other_grid = PackedFrame::from_parts(101, 60.0, whole.fields().to_vec(), Readings::default());
        assert_eq!(other_grid.unpack(), Err(UnpackError::Length { found: 600, expected: 606 }));
    }
}
