//! A row of cells while a step passes over it: what was loaded, and what is derived from it.
//!
//! Every line holds one number for each cell of the row, in single precision, with one block of padding before and
//! after it: the cell in column `x` is at [`place`]`(x)`. Lines are filled run by run, a run being neighbouring blocks
//! that a step has to look at; what they hold elsewhere is left over from other rows and never looked at.

use std::ops::Range;

use super::ground::{GroundBlock, OUTSIDE};
use super::joins::{JOINED, SEVERED};
use super::layout::N;
use super::packed::unpacked_all;
use super::water::Water;
use crate::domain::scenario::Order;

/// One number for each cell of a row.
pub(super) type Line = Vec<f32>;

/// Depths below this are none: what the limit on outflow leaves of a drained cell must not become a denormal number.
const NOTHING_M: f32 = 1e-30;

/// A depth (m) or speed (m/s) beyond this is as wrong as one that is not finite.
pub(super) const ABSURD: f32 = 1e6;

/// Place in a line of the cell in column `x`.
pub(super) fn place(x: usize) -> usize {
    N + x
}

/// The block whose first cell is at a place in a line.
pub(super) fn block_at(at: usize) -> usize {
    at / N - 1
}

/// Places in a line of a run of blocks.
pub(super) fn places(run: &Range<usize>) -> Range<usize> {
    place(run.start * N)..place(run.end * N)
}

/// Depth and velocity of a row.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) h: Line,
    pub(super) u: Line,
    pub(super) v: Line,
}

/// Differences between opposite edges of each cell in one direction.
#[derive(Debug, Clone)]
pub(super) struct Slopes {
    /// Of the stage, m.
    pub(super) eta: Line,
    /// Of the depth, m; at most so steep that one edge is dry.
    pub(super) h: Line,
    /// Of the velocity eastward, m/s.
    pub(super) u: Line,
    /// Of the velocity northward, m/s.
    pub(super) v: Line,
}

/// What only the second order needs.
#[derive(Debug, Clone)]
pub(super) struct Second {
    /// g n² or g / C².
    pub(super) k: Line,
    /// West, east, south, north: how the cells hang together; valid where `is_parted`.
    pub(super) joins: [Line; 4],
    /// Whether any cell of the row is parted from another.
    pub(super) is_parted: bool,
    /// The state half a step on.
    pub(super) half: Raw,
    /// Slopes from west to east.
    pub(super) x: Slopes,
    /// Slopes from south to north.
    pub(super) y: Slopes,
}

/// Fluxes through the faces of one direction, per metre of face.
#[derive(Debug, Clone)]
pub(super) struct Flux {
    /// Mass, m²/s.
    pub(super) m: Line,
    /// Normal momentum for the cell on the left, less the pressure that cell has at rest at the face, m³/s².
    pub(super) pl: Line,
    /// The same for the cell on the right.
    pub(super) pr: Line,
    /// Transverse momentum, m³/s².
    pub(super) t: Line,
}

/// A row of cells.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) raw: Raw,
    /// Bed above the datum, m.
    pub(super) z: Line,
    /// Rain of the step, m; valid while it rains.
    pub(super) rain: Line,
    pub(super) second: Option<Box<Second>>,
    /// Through the west faces of the cells.
    pub(super) x: Flux,
    /// Through the south faces of the cells.
    pub(super) y: Flux,
    /// Share of its outgoing flux that a cell can afford; valid where `is_limited`.
    pub(super) share: Line,
    pub(super) is_limited: bool,
}

impl Raw {
    pub(super) fn new(n_blocks: usize) -> Self {
        let line = || vec![0.0; (n_blocks + 2) * N];
        Self { h: line(), u: line(), v: line() }
    }

    /// Memory of its lines, bytes.
    pub(super) fn n_bytes(&self) -> usize {
        3 * size_of_val(&*self.h)
    }

    /// Takes the water of block `block`.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    #[expect(clippy::cast_possible_truncation, reason = "the step works in single precision")]
    pub(super) fn load(&mut self, block: usize, water: &Water) {
        let at = place(block * N);
        let h = part_mut(&mut self.h, at);
        for (h, depth) in h.iter_mut().zip(&water.h) {
            let depth = *depth as f32;
            *h = if depth < NOTHING_M { 0.0 } else { depth };
        }
        *part_mut(&mut self.u, at) = water.u;
        *part_mut(&mut self.v, at) = water.v;
    }

    /// Takes a block without water.
    fn load_none(&mut self, block: usize) {
        for line in [&mut self.h, &mut self.u, &mut self.v] {
            *part_mut(line, place(block * N)) = [0.0; N];
        }
    }
}

impl Row {
    pub(super) fn new(n_blocks: usize, order: Order) -> Self {
        let line = || vec![0.0; (n_blocks + 2) * N];
        let slopes = || Slopes { eta: line(), h: line(), u: line(), v: line() };
        let flux = || Flux { m: line(), pl: line(), pr: line(), t: line() };
        let second = || Second {
            k: line(),
            joins: [line(), line(), line(), line()],
            is_parted: false,
            half: Raw::new(n_blocks),
            x: slopes(),
            y: slopes(),
        };
        Self {
            raw: Raw::new(n_blocks),
            z: line(),
            rain: line(),
            second: (order == Order::Second).then(|| Box::new(second())),
            x: flux(),
            y: flux(),
            share: line(),
            is_limited: false,
        }
    }

    /// Memory of its lines, bytes.
    pub(super) fn n_bytes(&self) -> usize {
        let n_lines = if self.second.is_some() { 14 + 16 } else { 14 };
        n_lines * size_of_val(&*self.z)
    }

    /// Forgets what was known of the row as a whole.
    pub(super) fn begin(&mut self) {
        #[cfg(test)]
        self.poison();
        self.is_limited = false;
        if let Some(second) = &mut self.second {
            second.is_parted = false;
        }
    }

    /// Makes everything left over from other rows no number, so that tests show whoever looks at it.
    #[cfg(test)]
    fn poison(&mut self) {
        let Self { raw, z, rain, x, y, share, second, .. } = self;
        let mut lines = vec![&mut raw.h, &mut raw.u, &mut raw.v, z, rain, share];
        lines.extend([x, y].into_iter().flat_map(|flux| [&mut flux.m, &mut flux.pl, &mut flux.pr, &mut flux.t]));
        if let Some(Second { k, joins, half, x, y, .. }) = second.as_deref_mut() {
            lines.extend([k, &mut half.h, &mut half.u, &mut half.v]);
            lines.extend([x, y].into_iter().flat_map(|s| [&mut s.eta, &mut s.h, &mut s.u, &mut s.v]));
            lines.extend(joins);
        }
        for line in lines {
            line.fill(f32::NAN);
        }
    }

    /// Takes the rain of the step on a block, m.
    pub(super) fn load_rain(&mut self, block: usize, rain_m: [f32; N]) {
        *part_mut(&mut self.rain, place(block * N)) = rain_m;
    }

    /// Takes the ground of block `block`.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    pub(super) fn load_ground(&mut self, block: usize, ground: &GroundBlock, k_unit: f32) {
        let at = place(block * N);
        *part_mut(&mut self.z, at) = ground.z;
        if let Some(second) = &mut self.second {
            *part_mut(&mut second.k, at) = unpacked_all(&ground.k, k_unit);
            second.is_parted |= ground.joins.is_some();
            let [west, east, south, north] = &mut second.joins;
            let (west, east) = (part_mut(west, at), part_mut(east, at));
            let (south, north) = (part_mut(south, at), part_mut(north, at));
            if let Some(joins) = &ground.joins {
                (*west, *east, *south, *north) = (joins.west, joins.east, joins.south, joins.north);
            } else {
                (*west, *east, *south, *north) = ([JOINED; N], [JOINED; N], [JOINED; N], [JOINED; N]);
            }
        }
    }

    /// Takes a block beyond the domain.
    pub(super) fn load_outside(&mut self, block: usize) {
        self.raw.load_none(block);
        let at = place(block * N);
        *part_mut(&mut self.z, at) = [OUTSIDE; N];
        *part_mut(&mut self.rain, at) = [0.0; N];
        if let Some(second) = &mut self.second {
            *part_mut(&mut second.k, at) = [0.0; N];
            second.joins.iter_mut().for_each(|line| *part_mut(line, at) = [SEVERED; N]);
        }
    }

    /// Shuts both ends of a run: the cells beyond them are dry ground out of reach. They are dry indeed, for water wakes the
    /// blocks beside its own.
    pub(super) fn close(&mut self, places: &Range<usize>) {
        for at in [places.start - 1, places.end] {
            (self.raw.h[at], self.raw.u[at], self.raw.v[at], self.z[at]) = (0.0, 0.0, 0.0, OUTSIDE);
        }
    }

    /// Takes cells whose state is not sound out of the flow: nothing passes their faces in this step, so that they do
    /// not break their neighbours.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    pub(super) fn seal_broken(&mut self, places: &Range<usize>) {
        let Raw { h, u, v } = &self.raw;
        let mut n_broken = [0_u32; N];
        for at in places.clone().step_by(N) {
            let (h, u, v) = (part(h, at), part(u, at), part(v, at));
            for i in 0..N {
                n_broken[i] += u32::from(!is_sound(h[i], u[i], v[i]));
            }
        }
        if n_broken.iter().any(|&n| n > 0) {
            self.seal(places);
        }
    }

    #[cold]
    fn seal(&mut self, places: &Range<usize>) {
        let Raw { h, u, v } = &mut self.raw;
        for at in places.clone() {
            if !is_sound(h[at], u[at], v[at]) {
                (h[at], u[at], v[at], self.z[at]) = (0.0, 0.0, 0.0, OUTSIDE);
            }
        }
    }
}

impl Second {
    /// Shuts both ends of a run: the cells beyond them are dry, and nothing of other rows is left there for a wall.
    pub(super) fn close(&mut self, places: &Range<usize>) {
        let (half, x) = (&mut self.half, &mut self.x);
        for line in [&mut half.h, &mut half.u, &mut half.v, &mut x.eta, &mut x.h, &mut x.u, &mut x.v] {
            (line[places.start - 1], line[places.end]) = (0.0, 0.0);
        }
    }
}

impl Flux {
    /// Lets nothing pass the faces of a run.
    pub(super) fn shut(&mut self, places: &Range<usize>) {
        for line in [&mut self.m, &mut self.pl, &mut self.pr, &mut self.t] {
            line[places.clone()].fill(0.0);
        }
    }

    /// Shuts the eastern end of a run of west faces: nothing passes the face beyond its last cell.
    pub(super) fn close(&mut self, places: &Range<usize>) {
        for line in [&mut self.m, &mut self.pl, &mut self.pr, &mut self.t] {
            line[places.end] = 0.0;
        }
    }
}

/// Whether depth and velocities are numbers that water can have.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn is_sound(h: f32, u: f32, v: f32) -> bool {
    (h < ABSURD) & (u.abs() < ABSURD) & (v.abs() < ABSURD)
}

/// A block of a line from `at` on.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load")]
pub(super) fn part(line: &[f32], at: usize) -> &[f32; N] {
    line[at..].first_chunk().expect("lines are padded by a block")
}

/// A block of a line from `at` on.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one store")]
pub(super) fn part_mut(line: &mut [f32], at: usize) -> &mut [f32; N] {
    line[at..].first_chunk_mut().expect("lines are padded by a block")
}

/// Blocks of some lines from one place on. A macro, because what is mapped over an array is not always inlined.
macro_rules! parts {
    ($at:expr; $($line:expr),+) => {
        [$($crate::domain::swe::rows::part($line, $at)),+]
    };
}

pub(super) use parts;
