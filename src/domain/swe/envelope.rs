//! What was largest, and when water came, gathered at every step; the rise, gathered once a minute.
//!
//! Kept in single precision, which is what the rasters have. Rounding keeps the order of numbers, so the largest of
//! the rounded values is the rounded largest value. Only a sum would drift: the duration is counted in whole ticks.
//!
//! A step reads the largest values so far and writes only where they are surpassed; arrival and duration are touched
//! only where the depth of [`REACHED_DEPTH_M`] is crossed.
//!
//! Bytes a cell: depth, time of the largest depth, speed, depth times speed, rating, arrival, duration, rise and the
//! depth it is measured from 4 each, marks 1; 37 together.

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _,
};
use serde::{Deserialize, Serialize};

use super::Solver;
use super::layout::{Cells, Cells32, N};
use super::water::Water;
use crate::domain::frame::{Envelope, REACHED_DEPTH_M};
use crate::domain::hazard::{SPEED_LIMITS_MPS, class_of_maxima};

/// Shortest interval over which a rise is measured, s: long against the steps, so that it is no noise of theirs, and
/// short against the time people need.
pub(super) const RISE_OVER_SECS: f64 = 60.0;

#[expect(clippy::cast_possible_truncation, reason = "a constant, rounded once")]
const REACHED: f32 = REACHED_DEPTH_M as f32;

/// [`SPEED_LIMITS_MPS`] in single precision.
#[expect(clippy::cast_possible_truncation, reason = "constants")]
const RUSH_MPS: [f32; 2] = [SPEED_LIMITS_MPS[0] as f32, SPEED_LIMITS_MPS[1] as f32];

/// Marks a cell that has the depth of [`REACHED_DEPTH_M`] now.
const SPELL: u8 = 0x80;

/// Extremes of one tile since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Extremes {
    /// Whether any water was ever recorded here; everything else is blank until then.
    pub(super) touched: bool,
    /// Largest depth, m.
    depth: Cells32,
    /// When that was first so, s.
    deepest_at: Cells32,
    /// Largest speed, m/s.
    speed: Cells32,
    /// Largest depth times speed at one instant, m²/s.
    dv: Cells32,
    /// Largest depth times (speed + 0.5 m/s) at one instant, m²/s.
    rating: Cells32,
    /// First time with the depth of [`REACHED_DEPTH_M`], s; infinite where it never was.
    arrival: Cells32,
    /// Time spent with that depth, ticks, less the time at which the present spell began while one lasts; it wraps.
    spent: [[u32; N]; N],
    /// How many of [`SPEED_LIMITS_MPS`] were exceeded with that depth, and [`SPELL`].
    marks: [[u8; N]; N],
    /// Largest rate of rise so far, m/s.
    rise: Cells32,
    /// Depth from which the present rise is measured, m.
    rise_from: Cells32,
}

/// Whole ticks in a second, so that a duration of many steps does not drift and still takes four bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticks {
    per_sec: f64,
}

impl Ticks {
    /// About a millisecond each; for runs longer than 48 days as many more as it takes to count them to the end.
    pub(super) fn for_run(duration_secs: f64) -> Self {
        let mut per_sec = 1024.0;
        while duration_secs * per_sec > f64::from(u32::MAX) && per_sec > 1e-3 {
            per_sec *= 0.5;
        }
        Self { per_sec }
    }

    /// Ticks from the start to a time; stands still at the end of the range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float to integer cast saturates")]
    fn at(self, time_secs: f64) -> u32 {
        (time_secs * self.per_sec).round() as u32
    }

    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    fn secs(self, n_ticks: u32) -> f32 {
        (f64::from(n_ticks) / self.per_sec) as f32
    }
}

/// A step as the extremes see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    begin_secs: f32,
    end_secs: f32,
    begin_ticks: u32,
    n_ticks: u32,
}

impl Span {
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn new(ticks: Ticks, begin_secs: f64, end_secs: f64) -> Self {
        // Differences of whole ticks: however short the steps, their sum is that of the time they span.
        let begin_ticks = ticks.at(begin_secs);
        let n_ticks = ticks.at(end_secs) - begin_ticks;
        Self { begin_secs: begin_secs as f32, end_secs: end_secs as f32, begin_ticks, n_ticks }
    }
}

impl Extremes {
    pub(super) fn none() -> Self {
        let zero = [[0.0; N]; N];
        Self {
            touched: false,
            depth: zero,
            deepest_at: zero,
            speed: zero,
            dv: zero,
            rating: zero,
            arrival: [[f32::INFINITY; N]; N],
            spent: [[0; N]; N],
            marks: [[0; N]; N],
            rise: zero,
            rise_from: zero,
        }
    }

    /// Takes in the initial state of a tile.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn begin(&mut self, water: &Water, span: &Span) {
        if water.h.as_flattened().iter().any(|&h| h > 0.0) {
            for j in 0..N {
                let depth = water.h[j].map(|h| h as f32);
                let speed: [f32; N] = std::array::from_fn(|i| water.u[j][i].hypot(water.v[j][i]));
                self.record_row(j, &depth, &depth, &speed, span);
            }
            self.rise_from = self.depth;
        }
    }

    /// Takes in row `j`: `was` is its depth at the beginning of the step; depth and speed are those at its end.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
    pub(super) fn record_row(&mut self, j: usize, was: &[f32; N], depth: &[f32; N], speed: &[f32; N], span: &Span) {
        self.touched = true;
        let (mut dv, mut rating) = ([0.0_f32; N], [0.0_f32; N]);
        let (mut n_more, mut n_crossing) = (0_u32, 0_u32);
        for i in 0..N {
            dv[i] = depth[i] * speed[i];
            rating[i] = dv[i] + 0.5 * depth[i];
        }
        let (depths, speeds, dvs, ratings) = (&self.depth[j], &self.speed[j], &self.dv[j], &self.rating[j]);
        for i in 0..N {
            let is_more = (depth[i] > depths[i]) | (speed[i] > speeds[i]) | (dv[i] > dvs[i]) | (rating[i] > ratings[i]);
            n_more += u32::from(is_more);
        }
        let marks = &self.marks[j];
        for i in 0..N {
            let in_spell = marks[i] >= SPELL;
            n_crossing += u32::from(((was[i] >= REACHED) != in_spell) | ((depth[i] >= REACHED) != in_spell));
        }
        if n_more > 0 {
            later_if_deeper(&mut self.deepest_at[j], &self.depth[j], depth, span.end_secs);
            raise(&mut self.depth[j], depth);
            raise(&mut self.speed[j], speed);
            raise(&mut self.dv[j], &dv);
            raise(&mut self.rating[j], &rating);
        }
        rush(&mut self.marks[j], depth, speed);
        if n_crossing > 0 {
            self.cross(j, was, depth, span);
        }
    }

    /// Begins and ends spells of a row where the depth is crossed, within the step or by what was put in or taken out
    /// before it: linear in between.
    #[cold]
    fn cross(&mut self, j: usize, was: &[f32; N], depth: &[f32; N], span: &Span) {
        for i in 0..N {
            let (from, to) = (was[i], depth[i]);
            let (begins, ends) = (from >= REACHED, to >= REACHED);
            if begins != (self.marks[j][i] >= SPELL) {
                self.turn(j, i, begins, 0.0, span);
            }
            if begins != ends {
                self.turn(j, i, ends, ((REACHED - from) / (to - from)).clamp(0.0, 1.0), span);
            }
        }
    }

    /// Begins or ends the spell of a cell after a share of a step.
    fn turn(&mut self, j: usize, i: usize, begins: bool, frac: f32, span: &Span) {
        let at = span.begin_ticks.wrapping_add(share_of(span.n_ticks, frac));
        let spent = &mut self.spent[j][i];
        if begins {
            *spent = spent.wrapping_sub(at);
            self.marks[j][i] |= SPELL;
            let since = span.begin_secs + (span.end_secs - span.begin_secs) * frac;
            self.arrival[j][i] = self.arrival[j][i].min(since);
        } else {
            *spent = spent.wrapping_add(at);
            self.marks[j][i] &= !SPELL;
        }
    }

    /// Takes in the rise since the last call, `over_secs` ago, and begins the next one.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn mark_rise(&mut self, h: &Cells, over_secs: f64) {
        let per_sec = (1.0 / over_secs) as f32;
        for (j, row) in h.iter().enumerate() {
            let (mut depth, mut rate) = ([0.0_f32; N], [0.0_f32; N]);
            for i in 0..N {
                depth[i] = row[i] as f32;
                rate[i] = (depth[i] - self.rise_from[j][i]) * per_sec;
            }
            raise(&mut self.rise[j], &rate);
            self.rise_from[j] = depth;
        }
    }

    pub(super) fn max_depth_m(&self, j: usize, i: usize) -> f32 {
        self.depth[j][i]
    }

    pub(super) fn max_speed_mps(&self, j: usize, i: usize) -> f32 {
        self.speed[j][i]
    }

    pub(super) fn max_dv_m2s(&self, j: usize, i: usize) -> f32 {
        self.dv[j][i]
    }

    pub(super) fn max_rating_m2s(&self, j: usize, i: usize) -> f32 {
        self.rating[j][i]
    }

    /// NaN where the depth of [`REACHED_DEPTH_M`] never was.
    pub(super) fn deepest_at_secs(&self, j: usize, i: usize) -> f32 {
        if self.depth[j][i] >= REACHED { self.deepest_at[j][i] } else { f32::NAN }
    }

    /// NaN where the depth of [`REACHED_DEPTH_M`] never was.
    pub(super) fn arrival_secs(&self, j: usize, i: usize) -> f32 {
        if self.arrival[j][i].is_finite() { self.arrival[j][i] } else { f32::NAN }
    }

    pub(super) fn duration_secs(&self, j: usize, i: usize, ticks: Ticks, now_secs: f64) -> f32 {
        let spell = if self.marks[j][i] >= SPELL { ticks.at(now_secs) } else { 0 };
        ticks.secs(self.spent[j][i].wrapping_add(spell))
    }

    /// The largest rate, that of the interval which is not over included: it counts as one of full length.
    #[expect(clippy::cast_possible_truncation, reason = "an envelope is in single precision")]
    pub(super) fn max_rise_mps(&self, j: usize, i: usize, h: f64) -> f32 {
        let now = (h as f32 - self.rise_from[j][i]) * (1.0 / RISE_OVER_SECS) as f32;
        self.rise[j][i].max(now)
    }

    pub(super) fn hazard_class(&self, j: usize, i: usize) -> u8 {
        let [fast, faster] = RUSH_MPS;
        // Any speed between the limits stands for those that were there.
        let counted_mps = [0.0, 0.5 * (fast + faster), f32::INFINITY][usize::from((self.marks[j][i] & !SPELL).min(2))];
        class_of_maxima(self.depth[j][i], self.dv[j][i], counted_mps)
    }
}

impl Solver {
    /// Takes in the rates of rise, once a minute.
    pub(super) fn mark_rise(&mut self) {
        let over_secs = self.time_secs - self.rise_from_secs;
        if over_secs < RISE_OVER_SECS {
            return;
        }
        let pairs =
            self.waters.tiles.par_iter().zip(self.extremes.par_iter_mut()).filter(|(_, extremes)| extremes.touched);
        pairs.for_each(|(water, extremes)| extremes.mark_rise(&water.h, over_secs));
        self.rise_from_secs = self.time_secs;
    }

    /// Extremes so far.
    pub fn envelope(&self) -> Envelope {
        let field = |value: &dyn Fn(&Extremes, usize, usize) -> f32| {
            let mut out = vec![0.0_f32; self.grid.n_cells()];
            self.copy_out(&mut out, &self.extremes, value);
            out
        };
        let tiles: Vec<(&Extremes, &Water)> = self.extremes.iter().zip(&self.waters.tiles).collect();
        let mut max_rise_mps = vec![0.0_f32; self.grid.n_cells()];
        self.copy_out(&mut max_rise_mps, &tiles, |(e, w), j, i| e.max_rise_mps(j, i, w.h[j][i]));
        let mut hazard_class = vec![0; self.grid.n_cells()];
        self.copy_out(&mut hazard_class, &self.extremes, Extremes::hazard_class);
        Envelope {
            time_secs: self.time_secs,
            max_depth_m: field(&Extremes::max_depth_m),
            max_speed_mps: field(&Extremes::max_speed_mps),
            max_dv_m2s: field(&Extremes::max_dv_m2s),
            arrival_secs: field(&Extremes::arrival_secs),
            duration_secs: field(&|e, j, i| e.duration_secs(j, i, self.ticks, self.time_secs)),
            max_depth_at_secs: field(&Extremes::deepest_at_secs),
            max_rise_mps,
            max_hazard_rating_m2s: field(&Extremes::max_rating_m2s),
            hazard_class,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the ticks of the step")]
fn share_of(n_ticks: u32, frac: f32) -> u32 {
    (f64::from(n_ticks) * f64::from(frac)).round() as u32
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
fn later_if_deeper(at: &mut [f32; N], most: &[f32; N], now: &[f32; N], now_secs: f32) {
    let before = *at;
    for i in 0..N {
        at[i] = if now[i] > most[i] { now_secs } else { before[i] };
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "part of the inner loop over rows")]
fn rush(most: &mut [u8; N], depth: &[f32; N], speed: &[f32; N]) {
    let mut counted = [0.0_f32; N];
    let mut fastest = 0.0_f32;
    for i in 0..N {
        counted[i] = if depth[i] >= REACHED { speed[i] } else { 0.0 };
    }
    for &speed in &counted {
        fastest = if speed > fastest { speed } else { fastest };
    }
    // Floods are slower than this as a rule.
    if fastest > RUSH_MPS[0] {
        for i in 0..N {
            let level = u8::from(counted[i] > RUSH_MPS[0]) + u8::from(counted[i] > RUSH_MPS[1]);
            most[i] = (most[i] & !SPELL).max(level) | (most[i] & SPELL);
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    /// Records the depths of one cell at the ends of steps of `dt`, the first as the initial state, with a speed.
    fn recorded(depths: &[f32], speed: f32, dt: f64) -> Extremes {
        let ticks = Ticks::for_run(100.0);
        let mut extremes = Extremes::none();
        let row = |h: f32| {
            let mut row = [0.0; N];
            row[3] = h;
            row
        };
        let mut water = Water::dry();
        water.h[5] = row(depths[0]).map(f64::from);
        water.u[5] = row(speed);
        extremes.begin(&water, &Span::new(ticks, 0.0, 0.0));
        for (k, pair) in depths.windows(2).enumerate() {
            let span = Span::new(ticks, k as f64 * dt, (k + 1) as f64 * dt);
            extremes.record_row(5, &row(pair[0]), &row(pair[1]), &row(speed), &span);
        }
        extremes
    }

    #[test]
    fn arrival_and_duration_are_linear_within_a_step() {
        // 0.05 m is passed after a quarter of the first step and, falling, after half of the fourth.
        let extremes = recorded(&[0.0, 0.2, 0.3, 0.1, 0.0], 0.0, 8.0);
        assert_eq!(extremes.arrival_secs(5, 3), 2.0);
        assert_eq!(extremes.duration_secs(5, 3, Ticks::for_run(100.0), 32.0), 6.0 + 8.0 + 8.0 + 4.0);
        assert_eq!(extremes.deepest_at_secs(5, 3), 16.0);
        assert!(extremes.arrival_secs(5, 4).is_nan() && extremes.deepest_at_secs(4, 3).is_nan());
    }

    #[test]
    fn what_is_wet_from_the_start_has_arrived_at_the_start() {
        let extremes = recorded(&[0.4, 0.4, 0.4], 0.0, 8.0);
        assert_eq!((extremes.arrival_secs(5, 3), extremes.deepest_at_secs(5, 3)), (0.0, 0.0));
        assert_eq!(extremes.duration_secs(5, 3, Ticks::for_run(100.0), 16.0), 16.0);
    }

    #[test]
    fn what_is_put_in_between_steps_begins_and_ends_spells_too() {
        let ticks = Ticks::for_run(100.0);
        let mut extremes = recorded(&[0.0, 0.0], 0.0, 8.0);
        // A source fills the cell before the second step, and a pump empties it before the third.
        for (k, depth) in [(1, 0.5), (2, 0.0)] {
            let span = Span::new(ticks, f64::from(k) * 8.0, f64::from(k + 1) * 8.0);
            extremes.record_row(5, &[depth; N], &[depth; N], &[0.0; N], &span);
        }
        assert_eq!((extremes.arrival_secs(5, 3), extremes.duration_secs(5, 3, ticks, 24.0)), (8.0, 8.0));
    }

    #[test]
    fn the_figures_of_danger_are_those_of_one_instant() {
        let extremes = recorded(&[0.0, 0.5, 0.25], 1.5, 1.0);
        assert_eq!((extremes.max_dv_m2s(5, 3), extremes.max_rating_m2s(5, 3)), (0.75, 1.0));
        assert_eq!(extremes.hazard_class(5, 3), 4); // 0.75 m²/s
        // A limit that single precision does not hold exactly still belongs to its class.
        assert_eq!([0.3, 1.2].map(|depth| recorded(&[depth], 0.0, 1.0).hazard_class(5, 3)), [1, 3]);
        // Faster than 2 m/s, but thinner than 0.05 m whenever it is.
        assert_eq!(recorded(&[0.0, 0.04], 3.0, 1.0).hazard_class(5, 3), 0);
        assert_eq!(recorded(&[0.0, 0.06], 3.0, 1.0).hazard_class(5, 3), 5);
        assert_eq!(recorded(&[0.0, 0.06], 4.5, 1.0).hazard_class(5, 3), 6);
    }

    #[test]
    fn a_rise_is_measured_from_mark_to_mark() {
        let mut extremes = Extremes::none();
        let level = |h: f64| [[h; N]; N];
        extremes.mark_rise(&level(0.6), 60.0);
        extremes.mark_rise(&level(3.6), 75.0);
        extremes.mark_rise(&level(1.0), 60.0);
        assert!((extremes.max_rise_mps(0, 0, 1.0) - 0.04).abs() < 1e-7);
        // 3 m since the last mark: as if over a whole minute, until it is over.
        assert!((extremes.max_rise_mps(0, 0, 4.0) - 0.05).abs() < 1e-7);
    }

    #[test]
    fn ticks_add_up_to_the_time_they_span_however_short_the_steps() {
        let ticks = Ticks::for_run(1e6);
        let ends = (0..=100_000).map(|k| 9e5 + f64::from(k) * 1e-4);
        let ends: Vec<f64> = ends.collect();
        let sum: u32 = ends.windows(2).map(|pair| Span::new(ticks, pair[0], pair[1]).n_ticks).sum();
        assert!((ticks.secs(sum) - 10.0).abs() < 2e-3, "{sum}");
        // A year still fits.
        assert!(Ticks::for_run(3.2e7).at(3.2e7) < u32::MAX);
    }
}
