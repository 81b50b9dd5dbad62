//! What was largest, and when water came, gathered at every step; the rise, gathered once a minute.
//!
//! Depths are kept in single precision, which is what the rasters have; speeds, what is worked out with them and rates
//! in 16 bits (`packed`). Rounding keeps the order of numbers, so the largest of the rounded values is the rounded largest
//! value. Times are whole ticks, 32 to 65 thousand of them in a run: the duration is a sum, and would drift otherwise.
//!
//! A step reads the largest values so far and writes only where they are surpassed; arrival and duration are touched
//! only where the depth of [`REACHED_DEPTH_M`] is crossed.
//!
//! Bytes a cell: depth and the depth that a rise is measured from 4 each, time of the largest depth, speed, depth times
//! speed, rating, arrival, duration and rise 2 each, marks 1; 23 together.

use serde::{Deserialize, Serialize};

use super::Solver;
use super::layout::{N, Slot};
use super::packed::{next_above, packed, unpacked};
use super::update::{Signs, sign};
use super::water::Water;
use crate::domain::frame::{Envelope, REACHED_DEPTH_M};
use crate::domain::hazard::{DV_LIMITS_M2S, SPEED_LIMITS_MPS, class_of_maxima};
use crate::domain::impact::CellHazard;

/// Shortest interval over which a rise is measured, s: long against the steps, so that it is no noise of theirs, and
/// short against the time people need.
pub(super) const RISE_OVER_SECS: f64 = 60.0;

#[expect(clippy::cast_possible_truncation, reason = "a constant, rounded once")]
const REACHED: f32 = REACHED_DEPTH_M as f32;

/// [`SPEED_LIMITS_MPS`] in single precision.
#[expect(clippy::cast_possible_truncation, reason = "constants")]
const RUSH_MPS: [f32; 2] = [SPEED_LIMITS_MPS[0] as f32, SPEED_LIMITS_MPS[1] as f32];

/// No time of a run.
const NEVER: u16 = u16::MAX;

/// Marks a cell that has the depth of [`REACHED_DEPTH_M`] now.
const SPELL: u8 = 0x80;

/// Largest values of a block since the start: what every step compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Peaks {
    /// Depth, m.
    depth: [f32; N],
    /// Speed, m/s, packed.
    speed: [u16; N],
    /// Depth times speed at one instant, m²/s, packed.
    dv: [u16; N],
    /// Depth times (speed + 0.5 m/s) at one instant, m²/s, packed.
    rating: [u16; N],
    /// How many of [`SPEED_LIMITS_MPS`] were exceeded with that depth, and [`SPELL`].
    marks: [u8; N],
}

/// When water came to a block, for how long, and how fast it rose: what few steps touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Course {
    /// When the depth was largest first, ticks.
    deepest_at: [u16; N],
    /// First time with the depth of [`REACHED_DEPTH_M`], ticks; [`NEVER`] where it never was.
    arrival: [u16; N],
    /// Time spent with that depth, ticks, less the time at which the present spell began while one lasts; it wraps.
    spent: [u16; N],
    /// Largest rate of rise so far, m/s, packed.
    rise: [u16; N],
    /// Depth from which the present rise is measured, m.
    rise_from: [f32; N],
}

/// Extremes of all blocks since the start.
#[derive(Debug, Clone)]
pub(super) struct Extremes {
    pub(super) peaks: Vec<Peaks>,
    pub(super) courses: Vec<Course>,
}

/// Whole ticks in a second, so that a duration of many steps does not drift and still takes four bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticks {
    per_sec: f64,
}

impl Ticks {
    /// At most a millisecond each, and as many more as it takes to count them to the end of the run.
    pub(super) fn for_run(duration_secs: f64) -> Self {
        let mut per_sec = 1024.0;
        while duration_secs * per_sec >= f64::from(NEVER) && per_sec > 1e-6 {
            per_sec *= 0.5;
        }
        Self { per_sec }
    }

    /// Ticks from the start to a time; stands still before the end of the range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float to integer cast saturates")]
    fn at(self, time_secs: f64) -> u16 {
        ((time_secs * self.per_sec).round() as u16).min(NEVER - 1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    fn secs(self, n_ticks: u16) -> f32 {
        (f64::from(n_ticks) / self.per_sec) as f32
    }
}

/// A step as the extremes see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    begin_secs: f64,
    end_secs: f64,
    ticks: Ticks,
    end_ticks: u16,
}

impl Span {
    pub(super) fn new(ticks: Ticks, begin_secs: f64, end_secs: f64) -> Self {
        Self { begin_secs, end_secs, ticks, end_ticks: ticks.at(end_secs) }
    }

    /// Ticks from the start to the moment after a share of the step.
    fn at(&self, frac: f32) -> u16 {
        self.ticks.at(self.begin_secs + (self.end_secs - self.begin_secs) * f64::from(frac))
    }
}

impl Extremes {
    pub(super) fn none(n_blocks: usize) -> Self {
        Self { peaks: vec![Peaks::none(); n_blocks], courses: vec![Course::none(); n_blocks] }
    }
}

impl Peaks {
    fn none() -> Self {
        Self { depth: [0.0; N], speed: [0; N], dv: [0; N], rating: [0; N], marks: [0; N] }
    }

    /// Whether no water was ever recorded.
    pub(super) fn is_blank(&self) -> bool {
        self.depth.iter().all(|&depth| depth <= 0.0)
    }

    /// Takes in the initial state of a block.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn begin(&mut self, course: &mut Course, water: &Water, span: &Span) {
        if water.h.iter().any(|&h| h > 0.0) {
            let depth = water.h.map(|h| h as f32);
            let speed: [f32; N] = std::array::from_fn(|i| water.u[i].hypot(water.v[i]));
            let mut signs = [0; N];
            self.compare(&depth, &depth, &speed, &mut signs);
            self.record(course, &depth, &depth, &speed, span, Signs::of(&signs));
            course.rise_from = self.depth;
        }
    }

    /// Adds to the signs of each cell what a step means for its extremes: `was` is the depth at its beginning; depth and
    /// speed are those at its end.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    #[expect(clippy::needless_bitwise_bool, reason = "without branches the loop becomes vector code")]
    pub(super) fn compare(&self, was: &[f32; N], depth: &[f32; N], speed: &[f32; N], signs: &mut [u32; N]) {
        for i in 0..N {
            let dv = depth[i] * speed[i];
            let is_deeper = (depth[i] > self.depth[i]) | (dv + 0.5 * depth[i] >= next_above(self.rating[i]));
            let is_faster = speed[i] >= next_above(self.speed[i]);
            let is_more = is_deeper | is_faster | (dv >= next_above(self.dv[i]));
            signs[i] += sign(is_more, Signs::MORE) + sign(speed[i] > RUSH_MPS[0], Signs::FAST);
        }
        for i in 0..N {
            let in_spell = self.marks[i] >= SPELL;
            let is_turning = ((was[i] >= REACHED) != in_spell) | ((depth[i] >= REACHED) != in_spell);
            signs[i] += sign(is_turning, Signs::TURNING);
        }
    }

    /// Takes in a step of which the signs are known.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    pub(super) fn record(
        &mut self,
        course: &mut Course,
        was: &[f32; N],
        depth: &[f32; N],
        speed: &[f32; N],
        span: &Span,
        signs: Signs,
    ) {
        if signs.count(Signs::MORE) > 0 {
            let (mut dv, mut rating) = ([0.0_f32; N], [0.0_f32; N]);
            for i in 0..N {
                dv[i] = depth[i] * speed[i];
                rating[i] = dv[i] + 0.5 * depth[i];
            }
            later_if_deeper(&mut course.deepest_at, &self.depth, depth, span.end_ticks);
            raise(&mut self.depth, depth);
            raise_packed(&mut self.speed, speed);
            raise_packed(&mut self.dv, &dv);
            raise_packed(&mut self.rating, &rating);
        }
        // Floods are slower than this as a rule.
        if signs.count(Signs::FAST) > 0 {
            rush(&mut self.marks, depth, speed);
        }
        if signs.count(Signs::TURNING) > 0 {
            self.cross(course, was, depth, span);
        }
    }

    /// Begins and ends spells where the depth is crossed, within the step or by what was put in or taken out before it:
    /// linear in between.
    #[cold]
    fn cross(&mut self, course: &mut Course, was: &[f32; N], depth: &[f32; N], span: &Span) {
        for i in 0..N {
            let (from, to) = (was[i], depth[i]);
            let (begins, ends) = (from >= REACHED, to >= REACHED);
            if begins != (self.marks[i] >= SPELL) {
                self.turn(course, i, begins, 0.0, span);
            }
            if begins != ends {
                self.turn(course, i, ends, ((REACHED - from) / (to - from)).clamp(0.0, 1.0), span);
            }
        }
    }

    /// Begins or ends the spell of a cell after a share of a step.
    fn turn(&mut self, course: &mut Course, i: usize, begins: bool, frac: f32, span: &Span) {
        let at = span.at(frac);
        let spent = &mut course.spent[i];
        if begins {
            *spent = spent.wrapping_sub(at);
            self.marks[i] |= SPELL;
            course.arrival[i] = course.arrival[i].min(at);
        } else {
            *spent = spent.wrapping_add(at);
            self.marks[i] &= !SPELL;
        }
    }

    fn hazard_class(&self, i: usize) -> u8 {
        let [fast, faster] = RUSH_MPS;
        // Any speed between the limits stands for those that were there.
        let counted_mps = [0.0, 0.5 * (fast + faster), f32::INFINITY][usize::from((self.marks[i] & !SPELL).min(2))];
        // What cannot be told from a limit is within it.
        let is_limit = |limit: &&f32| packed(**limit) == u32::from(self.dv[i]);
        let dv = DV_LIMITS_M2S.iter().find(is_limit).copied().unwrap_or_else(|| unpacked(self.dv[i]));
        class_of_maxima(self.depth[i], dv, counted_mps)
    }

    /// NaN where the depth of [`REACHED_DEPTH_M`] never was.
    fn deepest_at_secs(&self, course: &Course, i: usize, ticks: Ticks) -> f32 {
        if self.depth[i] >= REACHED { ticks.secs(course.deepest_at[i]) } else { f32::NAN }
    }

    fn duration_secs(&self, course: &Course, i: usize, ticks: Ticks, now_secs: f64) -> f32 {
        let spell = if self.marks[i] >= SPELL { ticks.at(now_secs) } else { 0 };
        ticks.secs(course.spent[i].wrapping_add(spell))
    }
}

impl Course {
    fn none() -> Self {
        Self { deepest_at: [0; N], arrival: [NEVER; N], spent: [0; N], rise: [0; N], rise_from: [0.0; N] }
    }

    /// Takes in the rise since the last mark, `over_secs` ago, and begins the next one.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn mark_rise(&mut self, depth: &[f32; N], over_secs: f64) {
        let per_sec = (1.0 / over_secs) as f32;
        let mut rate = [0.0_f32; N];
        for i in 0..N {
            let rise = depth[i] - self.rise_from[i];
            rate[i] = if rise > 0.0 { rise * per_sec } else { 0.0 };
        }
        raise_packed(&mut self.rise, &rate);
        self.rise_from = *depth;
    }

    /// Lets the present rise begin no higher than ground that has fallen dry: no mark is set there until water is back.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
    pub(super) fn rise_from_dry(&mut self, depth: &[f32; N]) {
        let before = self.rise_from;
        for i in 0..N {
            self.rise_from[i] = if depth[i] < before[i] { depth[i] } else { before[i] };
        }
    }

    /// The largest rate, that of the interval which is not over included: it counts as one of full length.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    fn max_rise_mps(&self, i: usize, h: f64) -> f32 {
        let now = (h as f32 - self.rise_from[i]) * (1.0 / RISE_OVER_SECS) as f32;
        unpacked(self.rise[i]).max(now)
    }

    /// NaN where the depth of [`REACHED_DEPTH_M`] never was.
    fn arrival_secs(&self, i: usize, ticks: Ticks) -> f32 {
        if self.arrival[i] == NEVER { f32::NAN } else { ticks.secs(self.arrival[i]) }
    }
}

impl Solver {
    /// Extremes so far of one cell; the water of now is left out.
    pub(super) fn extremes_at(&self, (block, i): Slot) -> CellHazard {
        let (peaks, course) = (&self.extremes.peaks[block], &self.extremes.courses[block]);
        CellHazard {
            max_depth_m: peaks.depth[i],
            max_speed_mps: unpacked(peaks.speed[i]),
            max_dv_m2s: unpacked(peaks.dv[i]),
            arrival_secs: course.arrival_secs(i, self.ticks),
            duration_secs: peaks.duration_secs(course, i, self.ticks, self.time_secs),
            ..CellHazard::default()
        }
    }

    /// Extremes so far.
    pub fn envelope(&self) -> Envelope {
        let Extremes { peaks, courses } = &self.extremes;
        let field = |value: &dyn Fn(usize, usize) -> f32| {
            let mut out = vec![0.0_f32; self.grid.n_cells()];
            self.copy_out(&mut out, value);
            out
        };
        let mut hazard_class = vec![0; self.grid.n_cells()];
        self.copy_out(&mut hazard_class, |block, i| peaks[block].hazard_class(i));
        // Outside the domain water never arrives.
        let field_of_times = |value: &dyn Fn(usize, usize) -> f32| {
            let mut out = vec![f32::NAN; self.grid.n_cells()];
            self.copy_out(&mut out, value);
            out
        };
        let mut envelope = Envelope {
            time_secs: self.time_secs,
            max_depth_m: field(&|block, i| peaks[block].depth[i]),
            max_speed_mps: field(&|block, i| unpacked(peaks[block].speed[i])),
            max_dv_m2s: field(&|block, i| unpacked(peaks[block].dv[i])),
            arrival_secs: field_of_times(&|block, i| courses[block].arrival_secs(i, self.ticks)),
            duration_secs: field(&|block, i| {
                peaks[block].duration_secs(&courses[block], i, self.ticks, self.time_secs)
            }),
            max_depth_at_secs: field_of_times(&|block, i| peaks[block].deepest_at_secs(&courses[block], i, self.ticks)),
            max_rise_mps: field(&|block, i| courses[block].max_rise_mps(i, self.waters.blocks[block].h[i])),
            max_hazard_rating_m2s: field(&|block, i| unpacked(peaks[block].rating[i])),
            hazard_class,
        };
        if let Some(line) = &self.line {
            line.fill_in(&mut envelope, &self.grid);
        }
        envelope
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
fn raise(most: &mut [f32; N], now: &[f32; N]) {
    let before = *most;
    for i in 0..N {
        most[i] = if now[i] > before[i] { now[i] } else { before[i] };
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
#[expect(clippy::cast_possible_truncation, reason = "packed numbers have 16 bits")]
fn raise_packed(most: &mut [u16; N], now: &[f32; N]) {
    let before = *most;
    for i in 0..N {
        let (now, before) = (packed(now[i]), u32::from(before[i]));
        most[i] = if now > before { now as u16 } else { before as u16 };
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
fn later_if_deeper(at: &mut [u16; N], most: &[f32; N], now: &[f32; N], now_ticks: u16) {
    let before = *at;
    for i in 0..N {
        at[i] = if now[i] > most[i] { now_ticks } else { before[i] };
    }
}

#[cold]
fn rush(marks: &mut [u8; N], depth: &[f32; N], speed: &[f32; N]) {
    for i in 0..N {
        let counted = if depth[i] >= REACHED { speed[i] } else { 0.0 };
        let level = u8::from(counted > RUSH_MPS[0]) + u8::from(counted > RUSH_MPS[1]);
        marks[i] = (marks[i] & !SPELL).max(level) | (marks[i] & SPELL);
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    /// Place of the cell in its block.
    const I: usize = 3;

    fn ticks() -> Ticks {
        Ticks::for_run(100.0)
    }

    /// Compares and records.
    fn record(peaks: &mut Peaks, course: &mut Course, [was, depth, speed]: [&[f32; N]; 3], span: &Span) {
        let mut signs = [0; N];
        peaks.compare(was, depth, speed, &mut signs);
        peaks.record(course, was, depth, speed, span, Signs::of(&signs));
    }

    /// Records the depths of one cell at the ends of steps of `dt`, the first as the initial state, with a speed.
    fn recorded(depths: &[f32], speed: f32, dt: f64) -> (Peaks, Course) {
        let (mut peaks, mut course) = (Peaks::none(), Course::none());
        let row = |h: f32| {
            let mut row = [0.0; N];
            row[I] = h;
            row
        };
        let mut water = Water::dry();
        water.h = row(depths[0]).map(f64::from);
        water.u = row(speed);
        peaks.begin(&mut course, &water, &Span::new(ticks(), 0.0, 0.0));
        for (k, pair) in depths.windows(2).enumerate() {
            let span = Span::new(ticks(), k as f64 * dt, (k + 1) as f64 * dt);
            record(&mut peaks, &mut course, [&row(pair[0]), &row(pair[1]), &row(speed)], &span);
        }
        (peaks, course)
    }

    #[test]
    fn arrival_and_duration_are_linear_within_a_step() {
        // 0.05 m is passed after a quarter of the first step and, falling, after half of the fourth.
        let (peaks, course) = recorded(&[0.0, 0.2, 0.3, 0.1, 0.0], 0.0, 8.0);
        assert_eq!(course.arrival_secs(I, ticks()), 2.0);
        assert_eq!(peaks.duration_secs(&course, I, ticks(), 32.0), 6.0 + 8.0 + 8.0 + 4.0);
        assert_eq!(peaks.deepest_at_secs(&course, I, ticks()), 16.0);
        assert!(
            course.arrival_secs(I + 1, ticks()).is_nan() && peaks.deepest_at_secs(&course, I - 1, ticks()).is_nan()
        );
    }

    #[test]
    fn what_is_wet_from_the_start_has_arrived_at_the_start() {
        let (peaks, course) = recorded(&[0.4, 0.4, 0.4], 0.0, 8.0);
        assert_eq!((course.arrival_secs(I, ticks()), peaks.deepest_at_secs(&course, I, ticks())), (0.0, 0.0));
        assert_eq!(peaks.duration_secs(&course, I, ticks(), 16.0), 16.0);
    }

    #[test]
    fn what_is_put_in_between_steps_begins_and_ends_spells_too() {
        let (mut peaks, mut course) = recorded(&[0.0, 0.0], 0.0, 8.0);
        // A source fills the cell before the second step, and a pump empties it before the third.
        for (k, depth) in [(1, 0.5), (2, 0.0)] {
            let span = Span::new(ticks(), f64::from(k) * 8.0, f64::from(k + 1) * 8.0);
            record(&mut peaks, &mut course, [&[depth; N], &[depth; N], &[0.0; N]], &span);
        }
        assert_eq!((course.arrival_secs(I, ticks()), peaks.duration_secs(&course, I, ticks(), 24.0)), (8.0, 8.0));
    }

    #[test]
    fn the_figures_of_danger_are_those_of_one_instant() {
        let class = |depths: &[f32], speed| recorded(depths, speed, 1.0).0.hazard_class(I);
        let (peaks, _) = recorded(&[0.0, 0.5, 0.25], 1.5, 1.0);
        assert_eq!([peaks.dv[I], peaks.rating[I]].map(unpacked), [0.75, 1.0]);
        assert_eq!(peaks.hazard_class(I), 4); // 0.75 m²/s
        // A limit that single precision does not hold exactly still belongs to its class.
        assert_eq!([0.3, 1.2].map(|depth| class(&[depth], 0.0)), [1, 3]);
        // Faster than 2 m/s, but thinner than 0.05 m whenever it is.
        assert_eq!(class(&[0.0, 0.04], 3.0), 0);
        assert_eq!(class(&[0.0, 0.06], 3.0), 5);
        assert_eq!(class(&[0.0, 0.06], 4.5), 6);
    }

    #[test]
    fn a_rise_is_measured_from_mark_to_mark() {
        let mut course = Course::none();
        course.mark_rise(&[0.6; N], 60.0);
        course.mark_rise(&[3.6; N], 75.0);
        course.mark_rise(&[1.0; N], 60.0);
        assert!((course.max_rise_mps(0, 1.0) - 0.04).abs() < 1e-5);
        // 3 m since the last mark: as if over a whole minute, until it is over.
        assert!((course.max_rise_mps(0, 4.0) - 0.05).abs() < 1e-7);
    }

    #[test]
    fn a_spell_of_many_short_steps_is_as_long_as_the_time_it_spans() {
        // Ticks are longer than the steps here.
        let ticks = Ticks::for_run(1e6);
        let (mut peaks, mut course) = (Peaks::none(), Course::none());
        for k in 0..100_000 {
            let span = Span::new(ticks, 9e5 + f64::from(k), 9e5 + f64::from(k + 1));
            let [was, depth] = [k, k + 1].map(|k| [if (20_000..80_000).contains(&k) { 0.4 } else { 0.0 }; N]);
            record(&mut peaks, &mut course, [&was, &depth, &[0.0; N]], &span);
        }
        let secs = peaks.duration_secs(&course, I, ticks, 1e6);
        assert!((secs - 60_000.0).abs() <= 32.0, "{secs}");
        assert!((course.arrival_secs(I, ticks) - 919_999.1).abs() <= 16.0);
        // A year still fits, and the end of the run is a time.
        assert!(Ticks::for_run(3.2e7).at(3.2e7) < NEVER);
    }
}
