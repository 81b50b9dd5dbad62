//! Verification: known solutions, peers' answers and measured data, run through the solver and compared.
//!
//! One file for each family of cases. A [`Case`] makes a scenario, runs it, and returns a [`Finding`]: the measured
//! deviations, each with the figure that peers reach and the bar that the tests assert. Nothing here opens a file:
//! measured data come in as values. Start reading at [`cases`]; `table` makes the table of `docs/verification.md`.
//!
//! Peers' figures were measured on the same grids with plain textbook schemes: at first order a Godunov scheme with HLL
//! fluxes and hydrostatic reconstruction, at second order MUSCL (minmod) with SSP-RK2, Courant number 0.45. A bar
//! is [`SLACK`] times the peers' figure, but not below [`FLOOR`].

mod bowls;
mod breach;
mod bumps;
mod circular;
pub mod dam_breaks;
mod ea;
pub mod fronts;
mod lakes;
mod macdonald;
pub mod merewether;
pub mod monai;
mod river_gap;
mod runoff;
mod setup;
pub mod table;
mod uniform;

use crate::domain::scenario::Order;
use crate::domain::swe::Solver;

/// A bar is this many times what peers reach.
pub const SLACK: f64 = 1.5;

/// No bar on a relative error is below this: 0.05 %.
pub const FLOOR: f64 = 0.0005;

/// How fine the grid of a run is, beside the one that is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Half as many cells along each side.
    Half,
    /// The scored grid.
    Full,
    /// Twice as many.
    Double,
}

impl Level {
    /// Cells of this level where the scored grid has `n`.
    pub const fn of(self, n: usize) -> usize {
        match self {
            Self::Half => n / 2,
            Self::Full => n,
            Self::Double => 2 * n,
        }
    }
}

/// How much a case costs, and so where it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// About a second or less: in the tests.
    Quick,
    /// Some seconds: in the tests on the half grid, where its bars are larger by [`coarser`].
    Medium,
    /// Seconds to a minute: in the command only.
    Long,
    /// Minutes: in the command when asked for.
    Slow,
}

/// How much larger an error may be on the half grid: what the order of the method makes of it.
pub const fn coarser(order: Order) -> f64 {
    match order {
        Order::First => 2.0,
        Order::Second => 4.0,
    }
}

/// One verification case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Identifier, `[a-z0-9_]+`.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Where it is run.
    pub cost: Cost,
    /// Whether the grid can be halved and doubled.
    pub refines: bool,
    /// Runs it.
    pub run: fn(Order, Level) -> Finding,
}

/// What a run of a case gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The grid in words.
    pub grid: String,
    /// Deviations.
    pub measures: Vec<Measure>,
    /// What must hold in every run.
    pub soundness: Soundness,
    /// A picture of it, where one says something.
    pub profile: Option<Profile>,
}

/// What must hold in every run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Soundness {
    /// What the volume budget does not explain, as a share of all the water.
    pub residual_frac: f64,
    /// Cells reset because their state was not finite; none, if all is well.
    pub n_contained: u64,
    /// Lowest depth, m.
    pub least_depth_m: f64,
    /// Steps taken.
    pub n_steps: u64,
}

/// Largest share of the water that a volume budget may leave unexplained.
pub const MOST_RESIDUAL_FRAC: f64 = 1e-12;

impl Soundness {
    fn of(solver: &Solver, depth_m: &[f64]) -> Self {
        let counters = solver.counters();
        Self {
            residual_frac: solver.budget().residual_frac(),
            n_contained: counters.contained_cells,
            least_depth_m: depth_m.iter().copied().fold(f64::INFINITY, f64::min),
            n_steps: counters.n_steps,
        }
    }

    /// Whether the volume closes, nothing was contained and no depth is negative.
    pub fn holds(&self) -> bool {
        self.residual_frac.abs() <= MOST_RESIDUAL_FRAC && self.n_contained == 0 && self.least_depth_m >= 0.0
    }
}

/// Unit of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share, shown in per cent.
    Percent,
    /// m.
    Metres,
    /// m/s.
    MetresPerSecond,
    /// s.
    Seconds,
    /// Cells of the grid.
    Cells,
    /// A pure number.
    One,
}

/// One deviation, with the figures it is judged by. Pairs are for the first and the second order.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What was measured.
    pub what: String,
    /// Unit of `value`, of the peers' figures and of the bars.
    pub unit: Unit,
    /// The figure.
    pub value: f64,
    /// What peers reach, where that is known.
    pub peers: [Option<f64>; 2],
    /// The bars, where there are any.
    pub bars: [Option<f64>; 2],
    /// Whether the figure must be at least its bar, not at most.
    pub is_at_least: bool,
    /// Whether it should fall with the cell size, so that its order means something.
    pub converges: bool,
}

impl Measure {
    fn new(what: impl Into<String>, unit: Unit, value: f64) -> Self {
        let what = what.into();
        Self { what, unit, value, peers: [None; 2], bars: [None; 2], is_at_least: false, converges: false }
    }

    /// A relative error norm that falls under refinement.
    fn error(what: impl Into<String>, value: f64) -> Self {
        Self { converges: true, ..Self::new(what, Unit::Percent, value) }
    }

    /// Peers' figures of a relative error, and the bars that follow from them.
    fn reached(self, first: f64, second: f64) -> Self {
        let bar = |peer: f64| (SLACK * peer).max(FLOOR);
        Self { peers: [Some(first), Some(second)], ..self }.bars(bar(first), bar(second))
    }

    /// Peers' figures alone.
    fn peers(self, first: f64, second: f64) -> Self {
        Self { peers: [Some(first), Some(second)], ..self }
    }

    fn bars(self, first: f64, second: f64) -> Self {
        Self { bars: [Some(first), Some(second)], ..self }
    }

    /// A bar for the first order only.
    fn first_bar(self, first: f64) -> Self {
        Self { bars: [Some(first), None], ..self }
    }

    /// A bar for the second order only.
    fn second_bar(self, second: f64) -> Self {
        Self { bars: [None, Some(second)], ..self }
    }

    fn at_least(self) -> Self {
        Self { is_at_least: true, ..self }
    }

    /// Whether the figure keeps its bar; true where there is none.
    pub fn holds(&self, order: Order) -> bool {
        match self.bars[place_of(order)] {
            None => self.value.is_finite(),
            Some(bar) if self.is_at_least => self.value >= bar,
            Some(bar) => self.value <= bar,
        }
    }

    /// Whether the figure is at least as good as the peers'; `None` where theirs is not known.
    pub fn matches_peers(&self, order: Order) -> Option<bool> {
        let peer = self.peers[place_of(order)]?;
        Some(if self.is_at_least { self.value >= peer } else { self.value <= peer })
    }
}

/// Where a figure of this order stands in a pair.
pub const fn place_of(order: Order) -> usize {
    match order {
        Order::First => 0,
        Order::Second => 1,
    }
}

/// Computed and exact values along a line, for a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Which of the measures belongs under the picture.
    pub measure: usize,
    /// What the horizontal axis shows, with its unit.
    pub x_label: String,
    /// What the vertical axis shows, with its unit.
    pub y_label: String,
    /// What the exact curve is: "exact", "kinematic wave", "measured".
    pub reference: String,
    /// Abscissae.
    pub x: Vec<f64>,
    /// Computed.
    pub computed: Vec<f64>,
    /// Exact.
    pub exact: Vec<f64>,
    /// The bed, where it belongs into the picture.
    pub bed: Option<Vec<f64>>,
}

/// A finding with the order of convergence of each of its measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// On the scored grid.
    pub finding: Finding,
    /// log₂ of the ratio of errors from the half to the scored and from the scored to the double grid, by measure.
    pub orders: Vec<Option<[f64; 2]>>,
    /// The soundness of all runs, the worst of each.
    pub worst: Soundness,
}

impl Case {
    /// Runs the case on its grid, and on the half and the double one where that is asked for and possible.
    pub fn examine(&self, order: Order, refine: bool) -> Examined {
        let finding = (self.run)(order, Level::Full);
        let mut worst = finding.soundness;
        let mut orders = vec![None; finding.measures.len()];
        if refine && self.refines {
            let half = (self.run)(order, Level::Half);
            let double = (self.run)(order, Level::Double);
            for other in [&half.soundness, &double.soundness] {
                worst = worst.worse(other);
            }
            let values = finding.measures.iter().zip(&half.measures).zip(&double.measures);
            for (place, ((full, half), double)) in orders.iter_mut().zip(values) {
                if full.converges {
                    *place = Some([(half.value / full.value).log2(), (full.value / double.value).log2()]);
                }
            }
        }
        Examined { finding, orders, worst }
    }
}

impl Soundness {
    /// The worse of each figure.
    #[must_use]
    pub fn worse(&self, other: &Self) -> Self {
        let larger = if other.residual_frac.abs() > self.residual_frac.abs() { other } else { self };
        Self {
            residual_frac: larger.residual_frac,
            n_contained: self.n_contained + other.n_contained,
            least_depth_m: self.least_depth_m.min(other.least_depth_m),
            n_steps: self.n_steps.max(other.n_steps),
        }
    }
}

/// All cases that need no data from outside, in the order of the table.
pub fn cases() -> Vec<Case> {
    [
        dam_breaks::CASES,
        fronts::CASES,
        bowls::CASES,
        bumps::CASES,
        macdonald::CASES,
        lakes::CASES,
        uniform::CASES,
        runoff::CASES,
        circular::CASES,
        ea::CASES,
        river_gap::CASES,
        breach::CASES,
    ]
    .concat()
}

/// The case of this name.
pub fn case(name: &str) -> Option<Case> {
    cases().into_iter().find(|case| case.name == name)
}
