//! Packed frames in memory, as many as there is room for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::domain::recording::PackedFrame;

/// The frames put there last, up to a number of bytes.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    room_bytes: usize,
    n_bytes: usize,
    frames: HashMap<usize, Arc<PackedFrame>>,
    /// Positions in the order they were put there.
    order: VecDeque<usize>,
}

impl Shelf {
    /// An empty one for so many bytes.
    pub(super) fn of(room_bytes: usize) -> Self {
        Self { room_bytes, ..Self::default() }
    }

    /// Puts a frame there; those put there first make room for it. One that alone is too large stays alone.
    pub(super) fn put(&mut self, index: usize, frame: Arc<PackedFrame>) {
        let n_bytes = frame.packed_bytes();
        if self.frames.insert(index, frame).is_some() {
            return; // the same frame, read twice at once
        }
        self.n_bytes += n_bytes;
        self.order.push_back(index);
        while self.n_bytes > self.room_bytes && self.order.len() > 1 {
            let Some(first) = self.order.pop_front() else { return };
            self.n_bytes -= self.frames.remove(&first).map_or(0, |frame| frame.packed_bytes());
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Arc<PackedFrame>> {
        self.frames.get(&index).cloned()
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.n_bytes
    }
}
