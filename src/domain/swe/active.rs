//! Which blocks of 16 cells are wet, and which a step has to look at: a bit for each, row by row.

use std::ops::Range;

use super::layout::N;

const BITS: usize = 64;

/// A set of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blocks {
    n_rows: usize,
    n_words: usize,
    words: Vec<u64>,
    /// How many rows before each row have a block in the set, once that is counted.
    n_filled_before: Vec<u32>,
}

impl Blocks {
    /// None of the blocks of a grid.
    pub(super) fn none(n_rows: usize, n_blocks_in_row: usize) -> Self {
        let n_words = n_blocks_in_row.div_ceil(BITS).max(1);
        Self { n_rows, n_words, words: vec![0; n_rows * n_words], n_filled_before: vec![0; n_rows + 1] }
    }

    /// Adds the block that holds the cell in row `y` and column `x`.
    pub(super) fn insert_cell(&mut self, y: usize, x: usize) {
        insert(self.row_mut(y), x / N);
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn contains(&self, y: usize, block: usize) -> bool {
        let k = block / BITS;
        y < self.n_rows && k < self.n_words && self.words[y * self.n_words + k] >> (block % BITS) & 1 == 1
    }

    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [u64] {
        &mut self.words[y * self.n_words..][..self.n_words]
    }

    fn row(&self, y: usize) -> &[u64] {
        &self.words[y * self.n_words..][..self.n_words]
    }

    /// All rows, for those who share them out.
    pub(super) fn all_rows_mut(&mut self) -> RowsMut<'_> {
        RowsMut { n_words: self.n_words, words: &mut self.words }
    }

    /// How many blocks of a row are in the set.
    pub(super) fn count(&self, y: usize) -> usize {
        self.row(y).iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many blocks of a row are in this set and in another.
    pub(super) fn count_in(&self, y: usize, other: &Self) -> usize {
        self.row(y).iter().zip(other.row(y)).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// How many blocks of a row before `block` are in the set.
    pub(super) fn count_before(&self, y: usize, block: usize) -> usize {
        let row = self.row(y);
        let whole: u32 = row[..block / BITS].iter().map(|word| word.count_ones()).sum();
        let part = row.get(block / BITS).map_or(0, |word| (word & !(u64::MAX << (block % BITS))).count_ones());
        (whole + part) as usize
    }

    /// Word `k` of row `y`; rows beyond the grid are empty.
    pub(super) fn word(&self, y: isize, k: usize) -> u64 {
        usize::try_from(y).ok().filter(|y| *y < self.n_rows).map_or(0, |y| self.words[y * self.n_words + k])
    }

    /// Runs of neighbouring blocks of a row.
    pub(super) fn runs(&self, y: usize) -> impl Iterator<Item = Range<usize>> {
        runs(self.n_words, move |k| self.words[y * self.n_words + k])
    }

    /// Makes the set that of another of the same grid.
    pub(super) fn become_as(&mut self, other: &Self) {
        self.words.copy_from_slice(&other.words);
    }

    /// Adds all blocks beside those of another set.
    pub(super) fn insert_beside(&mut self, other: &Self) {
        for y in 0..self.n_rows {
            for k in 0..self.n_words {
                self.words[y * self.n_words + k] |= other.beside(signed(y), k);
            }
        }
    }

    /// Takes away the blocks that are not in another set.
    pub(super) fn keep_in(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Takes away the blocks that are neither in another set nor beside it.
    pub(super) fn keep_near(&mut self, other: &Self) {
        for y in 0..self.n_rows {
            for k in 0..self.n_words {
                self.words[y * self.n_words + k] &= other.word(signed(y), k) | other.beside(signed(y), k);
            }
        }
    }

    /// The blocks of word `k` of row `y`, which may lie before or beyond the grid, that lie beside blocks of the set.
    pub(super) fn beside(&self, y: isize, k: usize) -> u64 {
        self.around(y, k, |y, k| self.word(y, k))
    }

    fn around(&self, y: isize, k: usize, word: impl Fn(isize, usize) -> u64) -> u64 {
        let west = if k > 0 { word(y, k - 1) >> (BITS - 1) } else { 0 };
        let east = if k + 1 < self.n_words { word(y, k + 1) << (BITS - 1) } else { 0 };
        word(y, k) << 1 | west | word(y, k) >> 1 | east | word(y - 1, k) | word(y + 1, k)
    }

    /// The blocks of word `k` of row `y` whose western neighbour is in the set.
    pub(super) fn behind_west(&self, y: isize, k: usize) -> u64 {
        self.word(y, k) << 1 | if k > 0 { self.word(y, k - 1) >> (BITS - 1) } else { 0 }
    }

    /// Becomes those of a set of blocks that lie beside blocks of a `domain` outside the set.
    pub(super) fn become_outside(&mut self, set: &Self, domain: &Self) {
        for y in 0..self.n_rows {
            for k in 0..self.n_words {
                let beyond = |y: isize, k: usize| domain.word(y, k) & !set.word(y, k);
                self.words[y * self.n_words + k] = set.word(signed(y), k) & self.around(signed(y), k, beyond);
            }
        }
    }

    /// Words that hold a row.
    pub(super) fn n_words(&self) -> usize {
        self.n_words
    }

    /// Counts the rows that have blocks, for [`Self::is_near`].
    pub(super) fn count_filled(&mut self) {
        for y in 0..self.n_rows {
            let is_filled = self.row(y).iter().any(|&word| word != 0);
            self.n_filled_before[y + 1] = self.n_filled_before[y] + u32::from(is_filled);
        }
    }

    /// Whether row `y` or any row at most `reach` from it has a block in the set, as it was when last counted.
    pub(super) fn is_near(&self, y: isize, reach: isize) -> bool {
        let bound = |y: isize| usize::try_from(y).unwrap_or(0).min(self.n_rows);
        self.n_filled_before[bound(y - reach)] < self.n_filled_before[bound(y + reach + 1)]
    }
}

/// A row number that may lie before the first row.
pub(super) fn signed(y: usize) -> isize {
    isize::try_from(y).unwrap_or(isize::MAX)
}

/// Adds a block to the words of a row.
pub(super) fn insert(row: &mut [u64], block: usize) {
    row[block / BITS] |= 1 << (block % BITS);
}

/// Takes a block out of the words of a row.
pub(super) fn remove(row: &mut [u64], block: usize) {
    row[block / BITS] &= !(1 << (block % BITS));
}

/// Runs of neighbouring blocks in a row of `n_words` words.
pub(super) fn runs(n_words: usize, word: impl Fn(usize) -> u64) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let from = find(next, n_words, &word)?;
        let to = find(from, n_words, |k| !word(k)).unwrap_or(n_words * BITS);
        next = to;
        Some(from..to)
    })
}

/// The first set bit at or after `from`.
fn find(from: usize, n_words: usize, word: impl Fn(usize) -> u64) -> Option<usize> {
    let mut k = from / BITS;
    if k >= n_words {
        return None;
    }
    let mut bits = word(k) & (u64::MAX << (from % BITS));
    while bits == 0 {
        k += 1;
        if k >= n_words {
            return None;
        }
        bits = word(k);
    }
    Some(k * BITS + bits.trailing_zeros() as usize)
}

/// Rows of a set of blocks that belong to one band.
#[derive(Debug)]
pub(super) struct RowsMut<'a> {
    n_words: usize,
    words: &'a mut [u64],
}

impl RowsMut<'_> {
    /// The first `n_rows` rows, and the rest.
    pub(super) fn split_at(self, n_rows: usize) -> (Self, Self) {
        let (before, after) = self.words.split_at_mut(n_rows * self.n_words);
        (Self { n_words: self.n_words, words: before }, Self { n_words: self.n_words, words: after })
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [u64] {
        &mut self.words[y * self.n_words..][..self.n_words]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(n_rows: usize, n_blocks: usize, members: &[(usize, usize)]) -> Blocks {
        let mut blocks = Blocks::none(n_rows, n_blocks);
        for &(y, block) in members {
            blocks.insert_cell(y, block * N);
        }
        blocks
    }

    #[test]
    fn runs_join_neighbours_over_the_ends_of_words() {
        let blocks = set(5, 150, &[(1, 3), (2, 4), (2, 62), (2, 63), (2, 64), (2, 65), (4, 149)]);
        let runs = |y| blocks.runs(y).collect::<Vec<_>>();
        assert_eq!(runs(2), [4..5, 62..66]);
        assert_eq!(runs(4).first(), Some(&(149..150)));
        assert!(runs(0).is_empty());
    }

    #[test]
    fn beside_a_block_lie_four_others_over_the_ends_of_words_too() {
        let mut found = set(4, 66, &[(0, 30)]);
        found.insert_beside(&set(4, 66, &[(1, 1), (3, 63)]));
        let expected = [(0, 1), (0, 30), (1, 0), (1, 2), (2, 1), (2, 63), (3, 62), (3, 64)];
        assert_eq!(found.words, set(4, 66, &expected).words);
        assert!(found.contains(3, 64) && !found.contains(3, 63));
        found.keep_in(&set(4, 66, &[(1, 0), (2, 63), (3, 62), (3, 64), (3, 65)]));
        found.insert_cell(3, 63 * N);
        assert_eq!(found.words, set(4, 66, &[(1, 0), (2, 63), (3, 62), (3, 63), (3, 64)]).words);
        assert_eq!(found.count(1), 1);
        found.count_filled();
        let far = [(-3, 2), (-3, 4), (3, 0), (6, 2), (6, 3)].map(|(y, reach)| found.is_near(y, reach));
        assert_eq!(far, [false, true, true, false, true]);
        assert_eq!([0, 62, 63, 64, 65].map(|block| found.count_before(3, block)), [0, 0, 1, 2, 3]);
        // Rows beyond the grid lie beside its last ones.
        assert_eq!([found.beside(-1, 0), found.beside(4, 1)], [0, 1]);
    }

    #[test]
    fn the_outermost_blocks_lie_beside_the_domain_outside() {
        let all: Vec<_> = (0..5).flat_map(|y| (0..66).map(move |block| (y, block))).collect();
        let inner: Vec<_> = all.iter().copied().filter(|&(_, block)| block >= 63).collect();
        let mut found = set(5, 66, &[]);
        found.become_outside(&set(5, 66, &inner), &set(5, 66, &all));
        assert_eq!(found.words, set(5, 66, &[0, 1, 2, 3, 4].map(|y| (y, 63))).words);
        // Without a domain beyond, no block is outermost.
        found.become_outside(&set(5, 66, &inner), &set(5, 66, &inner));
        assert_eq!(found.count(2), 0);
    }
}
