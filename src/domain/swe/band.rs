//! One pass over the rows of a band of the grid, from south to north, which is one step.
//!
//! Each row is read once and written once. Four rows are held at a time; while row `i` is loaded, the rows before it are
//! each a stage further on:
//!
//! | row | second order | first order |
//! |---|---|---|
//! | `i` | loaded | loaded, fluxes through its west and south faces |
//! | `i − 1` | half a step on, fluxes | limit on its outflow |
//! | `i − 2` | limit on its outflow | new state |
//! | `i − 3` | new state | – |
//!
//! A band that begins or ends inside the grid works out the same fluxes there as its neighbour, to the same bits, from a
//! copy of the rows beyond its end that was taken before the step. So no band waits for another, and the result does not
//! depend on how the rows are shared out.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::active::{RowsMut, insert, remove, signed};
use super::boundaries::Boundaries;
use super::containment::Faults;
use super::envelope::{Course, Peaks};
use super::faces::{Beneath, cross_south, cross_west};
use super::ground::{ByRow, Ground};
use super::halfway::{go_halfway, stay};
use super::hllc::{greatest, greatest_of};
use super::layout::{FaceAt, Layout, N};
use super::limit::{find_shares, scale_x, scale_y, share_rest};
use super::pace::{Held, Seams};
use super::plan::StepPlan;
use super::rain::Rainfall;
use super::reach::Reach;
use super::rows::{Raw, Row, block_at, place, places};
use super::silt::{self, Passed};
use super::soil::{Law, Soil};
use super::update::{Block, Signs, is_passed};
use super::water::Water;
use crate::domain::scenario::Order;

/// Rows held at a time.
const HELD: usize = 4;

/// Rows beyond the ends of a band that its own rows depend on.
const BEYOND: usize = 3;

/// What a step only reads.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) layout: Layout,
    pub(super) ground: &'a Ground,
    pub(super) boundaries: &'a Boundaries,
    pub(super) rainfall: &'a Rainfall,
    pub(super) reach: &'a Reach,
    pub(super) law: Law,
    pub(super) plan: &'a StepPlan,
    pub(super) stage: Stage<'a>,
    /// Whether the speeds of blocks are wanted.
    pub(super) is_local: bool,
    pub(super) arch: Arch,
}

/// What a step is among others.
#[derive(Clone, Copy)]
pub(super) enum Stage<'a> {
    /// All blocks take it.
    Alone,
    /// The first of a pair: long blocks take the step of this plan.
    First(Seams<'a>, &'a StepPlan),
    /// The second of a pair, with what is held from the first: only short blocks take it.
    Second(Seams<'a>, &'a [Held]),
}

impl<'a> Scene<'a> {
    /// The step of a block.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a choice and a bit")]
    fn plan_of(&self, y: usize, block: usize) -> &'a StepPlan {
        match self.stage {
            Stage::First(seams, long) if seams.is_long(y, block) => long,
            _ => self.plan,
        }
    }

    /// The step that a block's cells must be able to afford.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a choice and a bit")]
    fn plan_to_afford(&self, y: usize, block: usize) -> &'a StepPlan {
        match self.stage {
            Stage::First(seams, long) if seams.keeps_for_two(y, block) => long,
            _ => self.plan,
        }
    }
}

/// Depths that left a row other than through its faces, summed over its cells, m.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowLosses {
    pub(super) infiltrated_m: f64,
    /// Lost with cells that were not sound.
    pub(super) contained_m: f64,
}

/// What a step changes: the part of it that belongs to some rows.
pub(super) struct Share<'a> {
    pub(super) first_row: usize,
    pub(super) waters: &'a mut [Water],
    /// Fastest wave of each block, m/s.
    pub(super) speeds: &'a mut [f32],
    /// Room for what is held, in the first step of a pair.
    pub(super) held: &'a mut [Held],
    pub(super) peaks: &'a mut [Peaks],
    pub(super) courses: &'a mut [Course],
    pub(super) soils: &'a mut [Soil],
    pub(super) wet: RowsMut<'a>,
    pub(super) losses: &'a mut [RowLosses],
    pub(super) watch: &'a ByRow<FaceAt>,
    pub(super) passed: &'a mut [f64],
    /// What passes the faces of each block, for its sediment; none is wanted where this is empty.
    pub(super) silt: &'a mut [Passed],
}

impl Share<'_> {
    /// The part before row `y`, and the part from it on.
    fn split_at(self, y: usize, ground: &Ground, stage: Stage<'_>) -> (Self, Self) {
        let Share { first_row, waters, speeds, held, peaks, courses, soils, wet, losses, watch, passed, silt } = self;
        let n_rows = y - first_row;
        let n_blocks = ground.kept.start(y) - ground.kept.start(first_row);
        let (waters, waters_on) = waters.split_at_mut(n_blocks);
        let (speeds, speeds_on) = speeds.split_at_mut(n_blocks);
        let n_held = if let Stage::First(seams, _) = stage { seams.start(y) - seams.start(first_row) } else { 0 };
        let (held, held_on) = held.split_at_mut(n_held);
        let (peaks, peaks_on) = peaks.split_at_mut(n_blocks);
        let (courses, courses_on) = courses.split_at_mut(n_blocks);
        let (soils, soils_on) = soils.split_at_mut(n_blocks);
        let (wet, wet_on) = wet.split_at(n_rows);
        let (losses, losses_on) = losses.split_at_mut(n_rows);
        let (passed, passed_on) = passed.split_at_mut(watch.start(y) - watch.start(first_row));
        let (silt, silt_on) = silt.split_at_mut(n_blocks.min(silt.len()));
        (
            Share { first_row, waters, speeds, held, peaks, courses, soils, wet, losses, watch, passed, silt },
            Share {
                first_row: y,
                waters: waters_on,
                speeds: speeds_on,
                held: held_on,
                peaks: peaks_on,
                courses: courses_on,
                soils: soils_on,
                wet: wet_on,
                losses: losses_on,
                watch,
                passed: passed_on,
                silt: silt_on,
            },
        )
    }
}

/// The rows of a band, and the memory that a pass over them needs.
#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) rows: Range<usize>,
    held: [Row; HELD],
    /// Copies of the rows before the first, from south to north, and after the last.
    before: [Raw; BEYOND],
    after: [Raw; BEYOND],
    /// Fastest wave, m/s, of each place in a block: of blocks with long steps, and of the others.
    speeds_long: [f32; N],
    speeds: [f32; N],
    /// Cells that held water after the step.
    pub(super) n_wet: u64,
    pub(super) faults: Faults,
}

impl Band {
    pub(super) fn new(n_blocks: usize, order: Order) -> Self {
        let raws = || [0; BEYOND].map(|_| Raw::new(n_blocks));
        Self {
            rows: 0..0,
            held: [0; HELD].map(|_| Row::new(n_blocks, order)),
            before: raws(),
            after: raws(),
            speeds_long: [0.0; N],
            speeds: [0.0; N],
            n_wet: 0,
            faults: Faults::default(),
        }
    }

    /// Makes the band ready for a step over some rows: copies what lies beyond them.
    pub(super) fn begin(&mut self, rows: Range<usize>, ground: &Ground, reach: &Reach, waters: &[Water]) {
        self.rows = rows;
        (self.speeds_long, self.speeds) = ([0.0; N], [0.0; N]);
        (self.n_wet, self.faults) = (0, Faults::default());
        for k in 0..BEYOND {
            let places = [
                (&mut self.before[k], (self.rows.start + k).checked_sub(BEYOND)),
                (&mut self.after[k], Some(self.rows.end + k)),
            ];
            for (raw, y) in places {
                let Some(y) = y.filter(|&y| y < reach.takers().n_rows()) else { continue };
                for block in reach.near(signed(y)).flatten() {
                    if ground.kept.domain.contains(y, block) {
                        raw.load(block, &waters[ground.kept.at(y, block)]);
                    }
                }
            }
        }
    }

    /// Memory of the rows it holds, bytes.
    pub(super) fn n_bytes(&self) -> usize {
        let raws = self.before.iter().chain(&self.after).map(Raw::n_bytes).sum::<usize>();
        raws + self.held.iter().map(Row::n_bytes).sum::<usize>()
    }

    /// Fastest wave of the blocks that took a long step, and of the others, m/s.
    pub(super) fn fastest(&self) -> [f32; 2] {
        [&self.speeds_long, &self.speeds].map(greatest_of)
    }
}

/// Steps all bands, in parallel.
pub(super) fn pass(bands: &mut [Band], share: Share<'_>, scene: Scene<'_>) {
    match bands {
        [] => {}
        [band] => scene.arch.dispatch(Pass { band, share, scene }),
        _ => {
            let (south, north) = bands.split_at_mut(bands.len() / 2);
            let (share_south, share_north) = share.split_at(north[0].rows.start, scene.ground, scene.stage);
            rayon::join(|| pass(south, share_south, scene), || pass(north, share_north, scene));
        }
    }
}

/// A pass over one band. Everything in it that loops over cells is inlined into one function, which is compiled once for
/// each instruction set.
struct Pass<'a> {
    band: &'a mut Band,
    share: Share<'a>,
    scene: Scene<'a>,
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn with_simd<S: Simd>(self, _: S) {
        self.sweep();
    }
}

impl Pass<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn sweep(mut self) {
        let (first, end) = (signed(self.band.rows.start), signed(self.band.rows.end));
        let lag = isize::from(self.scene.plan.order == Order::Second);
        for y in first - 2 - lag..=end + 1 + lag {
            let crossed = y - lag;
            // Far from water there is nothing to do, and whatever is held is never looked at.
            if !self.scene.reach.is_near(y, 2 * signed(HELD)) {
                continue;
            }
            self.load(y);
            if lag > 0 && crossed >= first - 2 {
                self.go_halfway(crossed);
            }
            if crossed >= first - 1 {
                self.cross(crossed);
            }
            if crossed >= first {
                self.limit(crossed - 1);
            }
            if self.scene.plan.moves && crossed >= first + 2 {
                self.update(crossed - 2);
            }
        }
    }

    /// Rows `y` and those beside it that are held.
    fn held<const M: usize>(&mut self, rows: [isize; M]) -> [&mut Row; M] {
        held_of(&mut self.band.held, rows)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn load(&mut self, y: isize) {
        let Self { band, share, scene } = self;
        let Scene { layout, ground, rainfall, reach, plan, .. } = *scene;
        let [row] = held_of(&mut band.held, [y]);
        row.begin();
        let inside = usize::try_from(y).ok().filter(|&y| y < layout.n_rows);
        let Some(at) = inside else {
            for run in reach.near(y) {
                run.clone().for_each(|block| row.load_outside(block));
                row.close(&places(&run));
            }
            return;
        };
        let is_own = band.rows.contains(&at);
        if at < band.rows.start {
            std::mem::swap(&mut row.raw, &mut band.before[at + BEYOND - band.rows.start]);
        } else if !is_own {
            std::mem::swap(&mut row.raw, &mut band.after[at - band.rows.end]);
        }
        for run in reach.near(y) {
            let mut next = ground.kept.at(at, run.start);
            for block in run.clone() {
                if !ground.kept.domain.contains(at, block) {
                    row.load_outside(block);
                    continue;
                }
                if is_own {
                    row.raw.load(block, &share.waters[next - ground.kept.start(share.first_row)]);
                }
                row.load_ground(block, &ground.blocks[next], ground.k_unit);
                if plan.rains {
                    row.load_rain(block, rainfall.of_block(at, block));
                }
                next += 1;
            }
            row.seal_broken(&places(&run));
            row.close(&places(&run));
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn go_halfway(&mut self, y: isize) {
        let scene = self.scene;
        let Scene { reach, plan, .. } = scene;
        let row = usize::try_from(y).unwrap_or(0);
        let [below, here, above] = self.held([y - 1, y, y + 1]);
        for run in reach.giving(y) {
            go_halfway(below, here, above, &places(&run), plan, |at| scene.plan_of(row, block_at(at)));
        }
        for run in reach.near_only(y) {
            stay(here, &places(&run), plan);
        }
        for run in reach.near(y) {
            here.second.iter_mut().for_each(|second| second.close(&places(&run)));
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn cross(&mut self, y: isize) {
        let Scene { reach, plan, stage, ground, boundaries, .. } = self.scene;
        let [below, here] = self.held([y - 1, y]);
        for run in reach.along(y, true) {
            cross_west(here, &places(&run), plan);
        }
        for run in reach.along(y, false) {
            here.x.shut(&places(&run));
        }
        for run in reach.taking(y) {
            here.x.close(&places(&run));
        }
        for run in reach.across(y, true) {
            cross_south(below, here, &places(&run), plan);
        }
        for run in reach.across(y, false) {
            here.y.shut(&places(&run));
        }
        if let Some(row) = usize::try_from(y).ok().filter(|_| reach.is_near(y, 1)) {
            let beneath = Beneath { below, datum: ground.lattice.datum };
            beneath.cross_special(here, row, ground, boundaries, plan, |at| reach.opens(at));
        }
        if let Stage::Second(seams, held) = stage {
            seams.release(y, here, held);
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn limit(&mut self, y: isize) {
        let scene = self.scene;
        let Scene { reach, plan, stage, .. } = scene;
        let row = usize::try_from(y).unwrap_or(0);
        let [below, here, above] = self.held([y - 1, y, y + 1]);
        here.is_limited = false;
        for run in reach.taking(y) {
            here.is_limited |= find_shares(here, above, &places(&run), |at| scene.plan_to_afford(row, block_at(at)));
        }
        if let (Stage::Second(seams, held), true) = (stage, here.is_limited) {
            seams.spared(row, held, |places, spared| share_rest(here, above, &places, spared, plan));
        }
        // What comes in from beyond the domain is given by nobody.
        for run in reach.beyond(y) {
            here.share[places(&run)].fill(1.0);
        }
        if here.is_limited || below.is_limited {
            for run in reach.taking(y) {
                scale_x(here, &places(&run));
            }
            for run in reach.across(y, true) {
                scale_y(below, here, &places(&run));
            }
            if let Stage::Second(seams, held) = stage {
                seams.release(y, here, held);
            }
        }
        self.read_watched(y);
    }

    /// Notes what passed the watched faces of row `y`, if they are the band's own; the last band has those beyond the
    /// last row as well.
    fn read_watched(&mut self, y: isize) {
        let Self { band, share, scene } = self;
        let Ok(row) = usize::try_from(y) else { return };
        let is_last = row == scene.layout.n_rows && band.rows.end == row;
        if !(band.rows.contains(&row) || is_last) {
            return;
        }
        let begin = share.watch.start(row) - share.watch.start(share.first_row);
        let [here] = held_of(&mut band.held, [y]);
        for (at, passed) in share.watch.of_row(row).iter().zip(&mut share.passed[begin..]) {
            if scene.reach.knows(*at) {
                *passed = f64::from(here.flux(at.axis).m[place(at.x)]);
            }
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    fn update(&mut self, y: isize) {
        let Self { band, share, scene } = self;
        let Scene { ground, reach, stage, law, .. } = *scene;
        let Ok(row) = usize::try_from(y) else { return };
        let Band { held, speeds_long, speeds, n_wet, faults, .. } = &mut **band;
        let [here, above] = held_of(held, [y, y + 1]);
        if let Stage::First(seams, _) = stage {
            seams.hold(row, [here, above], share.held, share.first_row, |block| reach.takers().contains(row, block));
        }
        let first = ground.kept.start(share.first_row);
        let losses = &mut share.losses[row - share.first_row];
        let wet = share.wet.row_mut(row - share.first_row);
        if !share.silt.is_empty() {
            let at = |block| ground.kept.at(row, block) - first;
            silt::note(share.silt, [here, above], reach.taking(y).flatten(), at);
        }
        for run in reach.taking(y) {
            // Takers all lie in the domain, so those of a run are kept side by side.
            let begin = ground.kept.at(row, run.start);
            for (at, block) in (begin..).zip(run) {
                let plan = scene.plan_of(row, block);
                if !(reach.gives(row, block) || plan.rains || is_passed(here, above, block)) {
                    continue;
                }
                let own = at - first;
                let mut cells = Block {
                    at: block,
                    water: &mut share.waters[own],
                    peaks: &mut share.peaks[own],
                    course: &mut share.courses[own],
                    soil: &mut share.soils[own],
                    ground: &ground.blocks[at],
                    k_unit: ground.k_unit,
                };
                let mut found = cells.advance(here, above, plan, law);
                losses.infiltrated_m += found.infiltrated_m;
                if found.signs.count(Signs::BROKEN) > 0 {
                    found = cells.contain(here, plan, |i, state, lost_m| {
                        faults.note((row, block * N + i), state);
                        losses.contained_m += lost_m;
                    });
                }
                if scene.is_local {
                    share.speeds[own] = greatest_of(&found.speeds);
                }
                let most = if std::ptr::eq(plan, scene.plan) { &mut *speeds } else { &mut *speeds_long };
                for (most, now) in most.iter_mut().zip(found.speeds) {
                    *most = greatest(now, *most);
                }
                *n_wet += u64::from(found.signs.count(Signs::WET));
                if found.signs.count(Signs::DEEP) > 0 { insert(wet, block) } else { remove(wet, block) }
            }
        }
    }
}

/// The held rows of some numbers, all different and within [`HELD`] of each other.
#[inline(always)]
#[expect(clippy::inline_always, reason = "arithmetic on a place")]
fn held_of<const M: usize>(held: &mut [Row; HELD], rows: [isize; M]) -> [&mut Row; M] {
    let mut places = [0; M];
    for (place, y) in places.iter_mut().zip(rows) {
        *place = y.rem_euclid(signed(HELD)).unsigned_abs();
    }
    held.get_disjoint_mut(places).expect("rows that are held together have different places")
}
