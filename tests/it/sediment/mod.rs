//! Suspended sediment of a run: settling and transport with known solutions, budgets, and what it must not change.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]
#![expect(clippy::print_stdout, reason = "the measured figures are read off with --nocapture")]

mod budgets;
mod exact;
mod line;

use hetu::domain::river::channel::{Capacity, SedimentRules};
use hetu::domain::scenario::{Scenario, Sediment, SedimentInflow, Series};
use hetu::domain::swe::Solver;

/// Puts sediment into a scenario: in all its water at first, and in that of named boundaries and sources.
fn laden(mut scenario: Scenario, rules: SedimentRules, initial_kgm3: f64, inflows: &[(&str, Series)]) -> Scenario {
    let inflow = |(name, series): &(&str, Series)| SedimentInflow {
        name: (*name).to_owned(),
        concentration_kgm3: series.clone(),
    };
    scenario.sediment = Some(Sediment { rules, initial_kgm3, inflows: inflows.iter().map(inflow).collect() });
    scenario
}

/// Zhang Ruijin's capacity with a settling velocity, m/s.
fn ruijin(settling_mps: f64) -> SedimentRules {
    SedimentRules::new(Capacity::LOWER_YELLOW_RIVER, settling_mps)
}

/// What is asserted of every run: the mass closes to rounding and no concentration is negative. Returns the residual.
fn assert_closed(solver: &Solver) -> f64 {
    let budget = solver.sediment().unwrap();
    let least = solver.concentration_kgm3().unwrap().into_iter().fold(f64::INFINITY, f64::min);
    assert!(budget.residual_frac().abs() < 1e-11 && least >= 0.0, "{budget:?}, least {least}");
    budget.residual_frac()
}
