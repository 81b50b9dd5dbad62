//! Cases to measure the solver's speed with: a circular dam break, all wet or in the middle of a dry plain.

use pulp::{Arch, Simd, WithSimd};
use time::OffsetDateTime;

use super::Solver;
use crate::domain::geo::Grid;
use crate::domain::scenario::{Initial, Mode, Numerics, Order, OutputPlan, Scenario, Steps, Terrain};
use crate::domain::text::Bilingual;

/// How much of the grid is under water.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// All of it.
    AllWet,
    /// A basin in the middle, an eighth of the grid long and wide: 1.6 %.
    MostlyDry,
}

/// What a measurement gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BenchResult {
    /// Cells advanced, those that held water, summed over the steps.
    pub cell_updates: u64,
    /// Steps taken.
    pub n_steps: u64,
    /// Time it took by the caller's clock, s.
    pub solve_secs: f64,
    /// Memory of the solver, bytes.
    pub n_bytes: usize,
}

/// The circular dam break on `n` by `n` cells of 1 m.
pub fn scenario(cover: Cover, n: usize) -> Scenario {
    match cover {
        Cover::AllWet => circular_dam_break(n),
        Cover::MostlyDry => dam_break_in_a_plain(n),
    }
}

/// Runs a circular dam break on `n` by `n` cells with friction for about `updates` cell updates, at least 8 steps.
///
/// `clock_secs` reads a clock that runs forward, in s: the model has none of its own. The first steps are not timed.
pub fn bench_circular(
    order: Order,
    cover: Cover,
    n: usize,
    updates: usize,
    mut clock_secs: impl FnMut() -> f64,
) -> BenchResult {
    let mut scenario = scenario(cover, n);
    scenario.numerics.order = order;
    let mut solver = Solver::new(&scenario);
    drop(scenario);
    for _ in 0..3 {
        solver.step(f64::INFINITY);
    }
    let n_bytes = solver.n_bytes();
    let n_wet = match cover {
        Cover::AllWet => n * n,
        Cover::MostlyDry => (n / 8) * (n / 8),
    };
    let before = (solver.counters().cell_updates, solver.counters().n_steps, clock_secs());
    for _ in 0..(updates / n_wet.max(1)).max(8) {
        solver.step(f64::INFINITY);
    }
    BenchResult {
        cell_updates: solver.counters().cell_updates - before.0,
        n_steps: solver.counters().n_steps - before.1,
        solve_secs: clock_secs() - before.2,
        n_bytes,
    }
}

/// Multiplications and additions in single precision that one thread does in a second, with the instructions that the
/// solver uses: not contracted, which would be another answer.
pub fn flops_per_sec(mut clock_secs: impl FnMut() -> f64) -> f64 {
    const LEN: usize = 1024;
    const DEPTH: usize = 16;
    const ROUNDS: u32 = 100_000;
    struct Spin([f32; LEN]);
    impl WithSimd for Spin {
        type Output = f32;
        #[inline(always)]
        #[expect(clippy::inline_always, reason = "compiled for each instruction set")]
        fn with_simd<S: Simd>(mut self, _: S) -> f32 {
            for _ in 0..ROUNDS {
                for x in &mut self.0 {
                    let mut y = *x;
                    // Many operations for each load: nothing but arithmetic is measured.
                    for _ in 0..DEPTH {
                        y = y * 0.999_99 + 1e-5;
                    }
                    *x = y;
                }
            }
            self.0.iter().sum()
        }
    }
    let before = clock_secs();
    let sum = Arch::new().dispatch(Spin([0.5; LEN]));
    let secs = clock_secs() - before;
    // The sum is looked at so that the loop cannot be left out.
    let n = if sum.is_finite() { 2.0 * (LEN * DEPTH) as f64 * f64::from(ROUNDS) } else { 0.0 };
    n / secs
}

/// The instruction set that the solver uses here.
pub fn instruction_set() -> String {
    format!("{:?}", Arch::new()).split('(').next().unwrap_or_default().to_owned()
}

/// The same dam break, an eighth as wide, in a basin 20 m below a dry plain.
fn dam_break_in_a_plain(n: usize) -> Scenario {
    let small = (n / 8).max(1);
    let from = (n - small) / 2;
    let basin = from..from + small;
    let mut scenario = circular_dam_break(n);
    let inner = circular_dam_break(small);
    let (Initial::Fields { depth_m, .. }, Initial::Fields { depth_m: pool, .. }) =
        (&mut scenario.initial, &inner.initial)
    else {
        return scenario;
    };
    for (k, (bed, depth)) in scenario.terrain.bed_m.iter_mut().zip(depth_m).enumerate() {
        let (row, col) = (k / n, k % n);
        let is_basin = basin.contains(&row) && basin.contains(&col);
        *bed = if is_basin { 0.0 } else { 20.0 };
        *depth = if is_basin { pool[(row - from) * small + col - from] } else { 0.0 };
    }
    scenario
}

/// Every cell takes every step, so that updates can be counted and compared.
///
/// 10 m of water in the inner eighth of the width, 1 m around it, cells of 1 m, Manning's n 0.03 s/m^(1/3).
pub(crate) fn circular_dam_break(n: usize) -> Scenario {
    let size = n as f64;
    let grid = Grid { n_cols: n, n_rows: n, cell_m: 1.0, west_m: 0.0, north_m: size };
    let depth_m = (0..grid.n_cells())
        .map(|k| {
            let (row, col) = grid.row_col(k);
            let at = grid.center_map(row, col);
            let r = (at[0] - 0.5 * size).hypot(at[1] - 0.5 * size);
            if r < 0.125 * size { 10.0 } else { 1.0 }
        })
        .collect();
    Scenario {
        name: "circular-dam-break".into(),
        title: Bilingual { zh: "圆形溃坝".into(), en: "Circular dam break".into() },
        mode: Mode::Rehearsal,
        start: OffsetDateTime::UNIX_EPOCH,
        duration_secs: 10.0,
        terrain: Terrain { grid, epsg: None, bed_m: vec![0.0; grid.n_cells()], manning: vec![0.03; grid.n_cells()] },
        initial: Initial::Fields { depth_m, u_mps: vec![0.0; grid.n_cells()], v_mps: vec![0.0; grid.n_cells()] },
        walls: Vec::new(),
        boundaries: Vec::new(),
        sources: Vec::new(),
        rain: None,
        infiltration: None,
        sediment: None,
        events: Vec::new(),
        structures: Vec::new(),
        gauges: Vec::new(),
        sections: Vec::new(),
        output: OutputPlan { frame_every_secs: 10.0, gauge_every_secs: 10.0 },
        numerics: Numerics { steps: Steps::Uniform, ..Numerics::default() },
        river: None,
        basins: Vec::new(),
        exposure: None,
        channel: None,
    }
}
