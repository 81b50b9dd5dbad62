//! What is known of cells that had to be reset: which, when, and what was wrong with them.
//!
//! A band of rows notes its first ones in each step, from south to north; after the step the solver takes them over,
//! band after band. So the list does not depend on how the rows are shared out, and nothing is allocated.

use super::Solver;
use super::layout::Layout;
use super::rows::ABSURD;
use crate::domain::frame::{BrokenQuantity, ContainedCell};
use crate::domain::geo::Grid;

/// Contained cells that a run keeps; the first ones lead to the cause.
pub(super) const N_OF_RUN: usize = 16;

/// What one band noted in one step.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    /// How many there were, noted or not.
    pub(super) n: u64,
    first: [Fault; N_OF_RUN],
}

#[derive(Debug, Clone, Copy, Default)]
struct Fault {
    y: usize,
    x: usize,
    what: BrokenQuantity,
    value: f64,
}

impl Faults {
    /// Notes the cell in row `y` from the south and column `x` with its depth and velocities, of which one at least is
    /// not sound.
    pub(super) fn note(&mut self, (y, x): (usize, usize), [h, u, v]: [f64; 3]) {
        let place = usize::try_from(self.n).unwrap_or(N_OF_RUN);
        self.n += 1;
        let Some(free) = self.first.get_mut(place) else { return };
        let is_sound = |value: f64| value.abs() < f64::from(ABSURD);
        let (what, value) = if !is_sound(h) {
            (BrokenQuantity::Depth, h)
        } else if !is_sound(u) {
            (BrokenQuantity::VelocityEast, u)
        } else {
            (BrokenQuantity::VelocityNorth, v)
        };
        *free = Fault { y, x, what, value };
    }

    fn noted(&self) -> &[Fault] {
        &self.first[..usize::try_from(self.n).unwrap_or(N_OF_RUN).min(N_OF_RUN)]
    }
}

/// The first contained cells of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contained {
    n: usize,
    cells: [ContainedCell; N_OF_RUN],
}

impl Contained {
    pub(super) fn none() -> Self {
        Self { n: 0, cells: [ContainedCell::default(); N_OF_RUN] }
    }

    /// As many of a list as there is room for.
    pub(super) fn from_cells(cells: &[ContainedCell]) -> Self {
        let mut contained = Self::none();
        for cell in cells {
            contained.push(*cell);
        }
        contained
    }

    pub(super) fn cells(&self) -> &[ContainedCell] {
        &self.cells[..self.n]
    }

    /// Takes over what a band noted in a step that ended at a time.
    pub(super) fn take(&mut self, faults: &Faults, layout: Layout, grid: &Grid, time_secs: f64) {
        for fault in faults.noted() {
            if fault.y < layout.n_rows && fault.x < layout.n_cols {
                let (row, col) = (layout.flip(fault.y), fault.x);
                let at = grid.center_map(row, col);
                self.push(ContainedCell { time_secs, row, col, at, what: fault.what, value: fault.value });
            }
        }
    }

    fn push(&mut self, cell: ContainedCell) {
        if let Some(free) = self.cells.get_mut(self.n) {
            *free = cell;
            self.n += 1;
        }
    }
}

impl Solver {
    /// The first contained cells, at most 16, in the order of time, then from south to north and west to east.
    /// [`Counters::contained_cells`](super::Counters::contained_cells) counts them all.
    pub fn contained(&self) -> &[ContainedCell] {
        self.contained.cells()
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::super::bench;
    use super::super::layout::Place;
    use super::super::water::Water;
    use super::*;

    #[test]
    fn the_first_fault_of_a_cell_is_named_and_the_list_is_bounded() {
        let grid = Grid { n_cols: 40, n_rows: 20, cell_m: 10.0, west_m: 100.0, north_m: 200.0 };
        let layout = Layout::new(&grid);
        let mut faults = Faults::default();
        faults.note((18, 17), [1.0, 0.0, -2e6]);
        faults.note((19, 17), [1.0, f64::INFINITY, f64::NAN]);
        (0..10).for_each(|x| faults.note((19, x), [f64::NAN, 0.0, 0.0]));
        let mut contained = Contained::none();
        contained.take(&faults, layout, &grid, 7.5);
        let expected = ContainedCell {
            time_secs: 7.5,
            row: 20 - 1 - 18,
            col: 17,
            at: [275.0, 185.0],
            what: BrokenQuantity::VelocityNorth,
            value: -2e6,
        };
        assert_eq!(contained.cells()[0], expected);
        assert_eq!(
            contained.cells().iter().map(|c| c.what).collect::<Vec<_>>()[1..3],
            [BrokenQuantity::VelocityEast, BrokenQuantity::Depth]
        );
        assert_eq!((contained.cells().len(), faults.n), (12, 12));
        (0..9).for_each(|_| contained.take(&faults, layout, &grid, 8.0));
        assert_eq!(contained.cells().len(), N_OF_RUN);
    }

    /// A solver some steps into a dam break on 40 by 40 cells, with `poison` applied to the cell in the middle.
    fn poisoned(poison: impl Fn(&mut Water, usize)) -> Solver {
        let mut solver = Solver::new(&bench::circular_dam_break(40));
        for _ in 0..10 {
            solver.step(f64::INFINITY);
        }
        let (block, i) = solver.ground.kept.slot(solver.layout.place(20, 20));
        poison(&mut solver.waters.blocks[block], i);
        solver
    }

    fn assert_contained(mut solver: Solver) -> Solver {
        solver.step(f64::INFINITY);
        assert_eq!(solver.counters().contained_cells, 1);
        let middle = solver.layout.place(20, 20);
        assert_eq!((solver.waters.depth(middle), solver.waters.velocity(middle)), (0.0, [0.0; 2]));
        for _ in 0..50 {
            assert!(solver.step(f64::INFINITY) > 1e-4);
        }
        assert_eq!(solver.counters().contained_cells, 1);
        let sound = |w: &Water| w.h.iter().all(|x| x.is_finite()) && w.u.iter().chain(&w.v).all(|x| x.is_finite());
        assert!(solver.waters.blocks.iter().all(sound));
        solver
    }

    #[test]
    fn a_broken_velocity_costs_its_own_cell_only_and_the_volume_closes() {
        for bad in [f32::NAN, f32::INFINITY] {
            let budget = assert_contained(poisoned(|w, i| w.u[i] = bad)).budget();
            assert!(budget.outflow > 0.0);
            assert!(budget.residual_frac().abs() < 1e-14, "{budget:?}");
        }
    }

    #[test]
    fn a_broken_depth_costs_its_own_cell_only() {
        for bad in [f64::NAN, f64::INFINITY] {
            assert_contained(poisoned(|w, i| w.h[i] = bad));
        }
    }

    /// Depth and velocity of a cell as bits.
    fn bits(solver: &Solver, row: usize, col: usize) -> [u64; 3] {
        let cell = solver.layout.place(row, col);
        let [u, v] = solver.waters.velocity(cell);
        [solver.waters.depth(cell), u, v].map(f64::to_bits)
    }

    #[test]
    fn one_step_after_all_cells_but_the_next_are_as_if_nothing_had_been() {
        // A cell gives and takes through its own faces; what its neighbours can afford reaches the cells behind them.
        const REACH: usize = 2;
        let mut sound = poisoned(|_, _| {});
        sound.step(f64::INFINITY);
        for poison in [
            (|w, i| w.u[i] = f32::NAN) as fn(&mut Water, usize),
            |w, i| w.v[i] = f32::NEG_INFINITY,
            |w, i| w.h[i] = f64::NAN,
        ] {
            let mut broken = poisoned(poison);
            broken.step(f64::INFINITY);
            assert_eq!(broken.time_secs(), sound.time_secs());
            let mut n_same = 0;
            for row in 0..40_usize {
                for col in 0..40_usize {
                    if row.abs_diff(20) + col.abs_diff(20) > REACH {
                        assert_eq!(bits(&broken, row, col), bits(&sound, row, col), "row {row}, column {col}");
                        n_same += 1;
                    }
                }
            }
            assert_eq!(n_same, 1600 - 13);
            assert_ne!(bits(&broken, 20, 20), bits(&sound, 20, 20));
        }
    }

    #[test]
    fn a_contained_cell_is_reported_with_place_time_and_value() {
        for (poison, what) in [
            ((|w, i| w.u[i] = f32::NAN) as fn(&mut Water, usize), BrokenQuantity::VelocityEast),
            (|w, i| w.h[i] = f64::NAN, BrokenQuantity::Depth),
            (|w, i| w.v[i] = f32::NEG_INFINITY, BrokenQuantity::VelocityNorth),
        ] {
            let mut solver = poisoned(poison);
            assert!(solver.contained().is_empty());
            solver.step(f64::INFINITY);
            let [cell] = *solver.contained() else { panic!("{:?}", solver.contained()) };
            // 40 m square with its corner at the origin: row 20 from the north is the 20th from the south.
            assert_eq!((cell.row, cell.col, cell.at), (20, 20, [20.5, 19.5]));
            assert_eq!((cell.time_secs, cell.what), (solver.time_secs(), what));
            assert!(!cell.value.is_finite(), "{cell:?}");
        }
    }

    #[test]
    fn the_report_is_the_same_for_any_number_of_threads_and_a_run_that_went_on() {
        let report = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| {
                let scenario = bench::circular_dam_break(100);
                let mut solver = Solver::new(&scenario);
                for round in 0..4 {
                    for k in 0..7 {
                        let Place { y, x } = solver.layout.place(13 * k + round, 97 - 11 * k);
                        let (block, i) = solver.ground.kept.slot(Place { y, x });
                        solver.waters.blocks[block].u[i] = f32::NAN;
                    }
                    solver.step(f64::INFINITY);
                }
                assert_eq!(solver.counters().contained_cells, 28);
                let restored = Solver::restore(&scenario, solver.state()).unwrap();
                assert_eq!(format!("{:?}", restored.contained()), format!("{:?}", solver.contained()));
                format!("{:?}", solver.contained())
            })
        };
        let one = report(1);
        assert_eq!(one.matches("ContainedCell").count(), N_OF_RUN);
        assert_eq!([report(2), report(3)], [one.clone(), one]);
    }
}
