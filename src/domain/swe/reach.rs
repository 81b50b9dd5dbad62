//! What a step has to look at.

use std::ops::Range;

use super::active::{Blocks, runs};
use super::boundaries::Boundaries;
use super::layout::{FaceAt, N};

/// The blocks that take part in a pass.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// Blocks deep enough for water to move, and those with an open edge that something passes. All faces around them are worked out, a film beside
    /// them may flow into them; nothing passes any other face.
    givers: Blocks,
    /// Blocks whose state can change: givers, those beside them, and those that rain falls on; within the domain.
    takers: Blocks,
    /// Blocks of the domain whose water has to be known: takers, and those beside givers.
    known: Blocks,
}

impl Reach {
    /// Nothing, of a grid.
    pub(super) fn none(n_rows: usize, n_blocks: usize) -> Self {
        let none = || Blocks::none(n_rows, n_blocks);
        Self { givers: none(), takers: none(), known: none() }
    }

    /// Takes in what is `wet` and what comes over open edges, and lets `rain` add blocks of the `domain` that it falls on.
    pub(super) fn choose(&mut self, wet: &Blocks, edges: &Boundaries, domain: &Blocks, rain: impl FnOnce(&mut Blocks)) {
        self.givers.become_as(wet);
        edges.wake(&mut self.givers);
        self.takers.become_as(&self.givers);
        self.takers.insert_beside(&self.givers);
        self.takers.keep_in(domain);
        rain(&mut self.takers);
        self.takers.count_filled();
        self.known.become_as(&self.takers);
    }

    /// Leaves out all but some blocks.
    pub(super) fn narrow_to(&mut self, blocks: &Blocks, domain: &Blocks) {
        self.givers.keep_in(blocks);
        self.takers.keep_in(blocks);
        self.takers.count_filled();
        self.known.become_as(&self.takers);
        self.known.insert_beside(&self.givers);
        self.known.keep_in(domain);
    }

    /// Blocks whose state can change.
    pub(super) fn takers(&self) -> &Blocks {
        &self.takers
    }

    /// Whether water can leave a block.
    pub(super) fn gives(&self, y: usize, block: usize) -> bool {
        self.givers.contains(y, block)
    }

    /// Runs of a row, which may lie beyond the grid, that have to be loaded: takers, and what lies before and after
    /// givers outside the domain.
    pub(super) fn near(&self, y: isize) -> impl Iterator<Item = Range<usize>> {
        runs(self.takers.n_words(), move |k| self.near_word(y, k))
    }

    /// Runs of a row that are loaded although they lie outside the domain.
    pub(super) fn beyond(&self, y: isize) -> impl Iterator<Item = Range<usize>> {
        runs(self.takers.n_words(), move |k| self.near_word(y, k) & !self.known.word(y, k))
    }

    fn near_word(&self, y: isize, k: usize) -> u64 {
        self.known.word(y, k) | self.givers.word(y - 1, k) | self.givers.word(y + 1, k)
    }

    /// Runs of a row that water can leave.
    pub(super) fn giving(&self, y: isize) -> impl Iterator<Item = Range<usize>> {
        runs(self.givers.n_words(), move |k| self.givers.word(y, k))
    }

    /// The other runs of a row that are loaded.
    pub(super) fn near_only(&self, y: isize) -> impl Iterator<Item = Range<usize>> {
        runs(self.takers.n_words(), move |k| self.near_word(y, k) & !self.givers.word(y, k))
    }

    /// Runs of a row whose state can change.
    pub(super) fn taking(&self, y: isize) -> impl Iterator<Item = Range<usize>> {
        runs(self.takers.n_words(), move |k| self.takers.word(y, k))
    }

    /// Runs of takers of a row with west faces that water can pass, and runs of those without.
    pub(super) fn along(&self, y: isize, is_open: bool) -> impl Iterator<Item = Range<usize>> {
        let Self { givers, takers, .. } = self;
        runs(takers.n_words(), move |k| {
            let open = givers.word(y, k) | givers.behind_west(y, k);
            takers.word(y, k) & if is_open { open } else { !open }
        })
    }

    /// Runs of takers of a row or the one below it with south faces that water can pass, and runs of those without.
    pub(super) fn across(&self, y: isize, is_open: bool) -> impl Iterator<Item = Range<usize>> {
        let Self { givers, takers, .. } = self;
        runs(takers.n_words(), move |k| {
            let open = givers.word(y, k) | givers.word(y - 1, k);
            let beside = takers.word(y, k) | takers.word(y - 1, k);
            if is_open { open } else { beside & !open }
        })
    }

    /// Whether a face has a block beside it that water can leave.
    pub(super) fn opens(&self, at: FaceAt) -> bool {
        at.beside().into_iter().flatten().any(|cell| self.givers.contains(cell.y, cell.x / N))
    }

    /// Whether a face has a block beside it whose state can change: only then is it known what passes it.
    pub(super) fn knows(&self, at: FaceAt) -> bool {
        at.beside().into_iter().flatten().any(|cell| self.takers.contains(cell.y, cell.x / N))
    }

    /// Whether any row at most `reach` from `y` has a block whose state can change.
    pub(super) fn is_near(&self, y: isize, reach: isize) -> bool {
        self.takers.is_near(y, reach)
    }
}
