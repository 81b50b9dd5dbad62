//! Which blocks take steps twice as long as the others.
//!
//! A few deep cells set the step of all: on a floodplain the waves of most water are less than half as fast. So two
//! short steps are taken as a pair. In the first all blocks move, the long ones at once to the end of the second; in the
//! second only the short ones move.
//!
//! What passes a face between a short and a long block is worked out once, in the first step, and held for the second
//! ([`Held`]): both sides are given the same water, and steady flow stays steady. Both blocks beside such a face could
//! take the long step, because the blocks beside the fast ones are short too. Local time steps with this choice of the
//! faces are those of Osher and Sanders (1983), with blocks in place of cells and two levels: on the river cases two give
//! nearly all there is to gain (docs/performance.md).
//!
//! A cell of a short block keeps in the first step what its held faces will ask of it in the second: the limit on outflow
//! reckons with the long step there.

use std::ops::Range;

use super::active::{Blocks, runs, signed};
use super::layout::{Kept, Layout, N};
use super::limit::Spared;
use super::rows::{Flux, Row, part, part_mut, place};

/// A pair saves nothing if more than this share of the blocks take short steps.
const MOST_SHORT: f64 = 0.6;

/// Of this many blocks one may lie on a seam, and some more on small grids.
const BLOCKS_A_SEAM: usize = 32;
const MORE_SEAMS: usize = 384;

/// What passes some faces of one direction: mass, momentum along their normal for the short block, transverse momentum.
type Passed<const M: usize> = [[f32; M]; 3];

/// What passes the faces between a short block and the long ones beside it in both steps of a pair.
#[derive(Debug, Clone)]
pub(super) struct Held {
    west: Passed<1>,
    east: Passed<1>,
    south: Passed<N>,
    north: Passed<N>,
}

impl Held {
    const NOTHING: Self = Self { west: [[0.0]; 3], east: [[0.0]; 3], south: [[0.0; N]; 3], north: [[0.0; N]; 3] };
}

/// Whether a long block lies beyond the west, east, south and north side of a block.
type Sides = [bool; 4];

/// The blocks with short steps, and their seams with the others.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// Blocks that always take short steps: water is put into them or taken out from outside the flow.
    pinned: Blocks,
    short: Blocks,
    /// Short blocks beside long ones.
    seam: Blocks,
    /// How many of them lie before each row.
    starts: Vec<usize>,
    held: Vec<Held>,
    /// Whether a pair was worth its while when last thought of.
    pub(super) paid: bool,
}

/// The blocks of a pace, for those who step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seams<'a> {
    domain: &'a Blocks,
    short: &'a Blocks,
    seam: &'a Blocks,
    starts: &'a [usize],
}

impl Pace {
    /// Room for the seams of a grid, none if all blocks are to take the same steps.
    pub(super) fn new(layout: Layout, kept: &Kept, pinned: Blocks, is_local: bool) -> Self {
        let none = || Blocks::none(layout.n_rows, layout.n_blocks);
        let room = if is_local { (kept.n_blocks() / BLOCKS_A_SEAM + MORE_SEAMS).min(kept.n_blocks()) } else { 0 };
        Self {
            pinned,
            short: none(),
            seam: none(),
            starts: vec![0; layout.n_rows + 1],
            held: vec![Held::NOTHING; room],
            paid: false,
        }
    }

    /// Whether pairs of steps are taken at all.
    pub(super) fn is_local(&self) -> bool {
        !self.held.is_empty()
    }

    /// Chooses the blocks with short steps of `dt` s among the `takers`: those whose waves (m/s, by block) run further
    /// than `cfl_length` m in twice that time, those that are pinned, and those beside them. Returns whether a
    /// pair is worth its while.
    pub(super) fn choose(&mut self, takers: &Blocks, kept: &Kept, speeds: &[f32], dt: f64, cfl_length: f64) -> bool {
        let Self { pinned, short, seam, starts, held, .. } = self;
        let most = 0.5 * cfl_length / dt;
        seam.become_as(pinned);
        for y in 0..takers.n_rows() {
            for run in takers.runs(y) {
                for (at, block) in (kept.at(y, run.start)..).zip(run) {
                    if f64::from(speeds[at]) > most {
                        seam.insert_cell(y, block * N);
                    }
                }
            }
        }
        short.become_as(seam);
        short.insert_beside(seam);
        short.keep_in(&kept.domain);
        seam.become_outside(short, &kept.domain);
        // Water comes no further within a pair.
        seam.keep_near(takers);
        let sum = |count: &dyn Fn(usize) -> usize| (0..takers.n_rows()).map(count).sum::<usize>() as f64;
        for y in 0..takers.n_rows() {
            starts[y + 1] = starts[y] + seam.count(y);
        }
        let (n_takers, n_short) = (sum(&|y| takers.count(y)), sum(&|y| takers.count_in(y, short)));
        n_takers > 0.0 && n_short <= MOST_SHORT * n_takers && starts[takers.n_rows()] <= held.len()
    }

    pub(super) fn short(&self) -> &Blocks {
        &self.short
    }

    /// The blocks, and what is held.
    pub(super) fn parts<'a>(&'a mut self, domain: &'a Blocks) -> (Seams<'a>, &'a mut [Held]) {
        let Self { short, seam, starts, held, .. } = self;
        (Seams { domain, short, seam, starts }, held)
    }

    /// Memory of what is held, bytes.
    pub(super) fn n_bytes(&self) -> usize {
        size_of_val(&*self.held)
    }
}

impl Seams<'_> {
    /// Whether a block takes long steps.
    pub(super) fn is_long(&self, y: usize, block: usize) -> bool {
        !self.short.contains(y, block)
    }

    /// Whether a cell of a block must keep what it needs for a long step.
    pub(super) fn keeps_for_two(&self, y: usize, block: usize) -> bool {
        !self.short.contains(y, block) || self.seam.contains(y, block)
    }

    /// Where the seams of row `y` begin.
    pub(super) fn start(&self, y: usize) -> usize {
        self.starts[y.min(self.starts.len() - 1)]
    }

    /// Seams of a row, which may lie beyond the grid, with their places.
    fn of_row(&self, y: isize) -> impl Iterator<Item = (usize, usize)> {
        let start = usize::try_from(y).map_or(0, |y| self.start(y));
        runs(self.seam.n_words(), move |k| self.seam.word(y, k)).flatten().zip(start..)
    }

    fn sides(&self, y: usize, block: usize) -> Sides {
        let is_long = |y: Option<usize>, block: Option<usize>| {
            y.zip(block).is_some_and(|(y, block)| self.domain.contains(y, block) && self.is_long(y, block))
        };
        [
            is_long(Some(y), block.checked_sub(1)),
            is_long(Some(y), Some(block + 1)),
            is_long(y.checked_sub(1), Some(block)),
            is_long(Some(y + 1), Some(block)),
        ]
    }

    /// Holds what passed the seams of row `y` in the first step of a pair; `held` are those of the rows from `first` on.
    /// Nothing passes a block that no water reaches: `takes` tells those that it does.
    pub(super) fn hold(
        &self,
        y: usize,
        [here, above]: [&Row; 2],
        held: &mut [Held],
        first: usize,
        takes: impl Fn(usize) -> bool,
    ) {
        for (block, at) in self.of_row(signed(y)) {
            let held = &mut held[at - self.start(first)];
            if !takes(block) {
                *held = Held::NOTHING;
                continue;
            }
            let (begin, end) = (place(block * N), place((block + 1) * N));
            held.west = [[here.x.m[begin]], [here.x.pr[begin]], [here.x.t[begin]]];
            held.east = [[here.x.m[end]], [here.x.pl[end]], [here.x.t[end]]];
            held.south = [&here.y.m, &here.y.pr, &here.y.t].map(|line| *part(line, begin));
            held.north = [&above.y.m, &above.y.pl, &above.y.t].map(|line| *part(line, begin));
        }
    }

    /// Lets pass what is held through the west and south faces of row `y` that are seams.
    pub(super) fn release(&self, y: isize, here: &mut Row, held: &[Held]) {
        for (block, at) in self.of_row(y) {
            let Ok(row) = usize::try_from(y) else { return };
            let [west, east, south, _] = self.sides(row, block);
            let (begin, end) = (place(block * N), place((block + 1) * N));
            let Flux { m, pl, pr, t } = &mut here.x;
            if west {
                [[m[begin]], [pr[begin]], [t[begin]]] = held[at].west;
            }
            if east {
                [[m[end]], [pl[end]], [t[end]]] = held[at].east;
            }
            if south {
                let Flux { m, pr, t, .. } = &mut here.y;
                [*part_mut(m, begin), *part_mut(pr, begin), *part_mut(t, begin)] = held[at].south;
            }
        }
        for (block, at) in self.of_row(y - 1) {
            if (y - 1).try_into().is_ok_and(|below: usize| self.sides(below, block)[3]) {
                let begin = place(block * N);
                let Flux { m, pl, t, .. } = &mut here.y;
                [*part_mut(m, begin), *part_mut(pl, begin), *part_mut(t, begin)] = held[at].north;
            }
        }
    }

    /// What the seams of row `y` ask of their blocks, m²/s, for those whose cells are short of water.
    pub(super) fn spared(&self, y: usize, held: &[Held], mut each: impl FnMut(Range<usize>, &Spared)) {
        for (block, at) in self.of_row(signed(y)) {
            let [is_west, is_east, is_south, is_north] = self.sides(y, block);
            let Held { west, east, south, north } = &held[at];
            let mut asked = [0.0_f32; N];
            for i in 0..N {
                asked[i] += if is_south { (-south[0][i]).max(0.0) } else { 0.0 };
                asked[i] += if is_north { north[0][i].max(0.0) } else { 0.0 };
            }
            asked[0] += if is_west { (-west[0][0]).max(0.0) } else { 0.0 };
            asked[N - 1] += if is_east { east[0][0].max(0.0) } else { 0.0 };
            each(place(block * N)..place((block + 1) * N), &asked);
        }
    }
}
