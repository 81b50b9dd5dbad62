//! The verification cases against their bars: the same functions, figures and bars as `hetu verify`.
//!
//! Cases of some seconds are tested on the half grid, with the bars that belong to it; those that take longer are run
//! by the command alone.

use hetu::domain::scenario::Order;
use hetu::verification::{Case, Cost, Level, SLACK, case, cases, coarser, place_of};

/// Runs a case and asserts every bar and what must hold in every run.
fn check(name: &str, order: Order) {
    let case = case(name).expect("the case is known");
    let (level, factor) = if case.cost == Cost::Medium { (Level::Half, coarser(order)) } else { (Level::Full, 1.0) };
    let mut finding = (case.run)(order, level);
    for measure in finding.measures.iter_mut().filter(|m| m.converges) {
        measure.value /= factor;
    }
    assert!(finding.soundness.holds(), "{name}, {order:?}: {:?}", finding.soundness);
    assert!(finding.soundness.n_steps > 50, "{name} took {} steps", finding.soundness.n_steps);
    let missed: Vec<String> = finding
        .measures
        .iter()
        .filter(|m| !m.holds(order))
        .map(|m| format!("{}: {} against {:?}", m.what, m.value, m.bars[place_of(order)]))
        .collect();
    assert!(missed.is_empty(), "{name}, {order:?}: {}", missed.join("; "));
}

/// One test for each order of each case.
macro_rules! cases_keep_their_bars {
    ($($name:ident),+ $(,)?) => {
        /// At first order.
        mod first_order {
            $(
                #[test]
                fn $name() {
                    super::check(stringify!($name), hetu::domain::scenario::Order::First);
                }
            )+
        }

        /// At second order.
        mod second_order {
            $(
                #[test]
                fn $name() {
                    super::check(stringify!($name), hetu::domain::scenario::Order::Second);
                }
            )+
        }

        /// Names of the cases that are tested.
        const TESTED: &[&str] = &[$(stringify!($name)),+];
    };
}

cases_keep_their_bars!(
    ritter_lab,
    ritter_field,
    stoker_lab,
    stoker_field,
    dressler,
    front_constant_velocity,
    front_rough,
    bowl1d_planar,
    bowl2d_planar,
    bump_subcritical,
    bump_transcritical,
    bump_shock,
    macdonald_long_subcritical,
    macdonald_long_supercritical,
    macdonald_rain_subcritical,
    lake_immersed,
    lake_emerged,
    plane_runoff,
    ea3,
    breach,
);

#[test]
fn every_case_of_some_seconds_or_less_is_tested() {
    let is_cheap = |cost: Cost| matches!(cost, Cost::Quick | Cost::Medium);
    let cheap: Vec<&str> = cases().iter().filter(|c| is_cheap(c.cost)).map(|c| c.name).collect();
    assert_eq!(cheap, TESTED);
}

#[test]
fn names_are_unique_and_fit_for_files() {
    let mut names: Vec<&str> = cases().iter().map(|c| c.name).collect();
    assert!(names.iter().all(|n| n.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), cases().len());
}

#[test]
fn no_bar_on_an_error_is_looser_than_the_peers_by_more_than_the_slack() {
    for order in [Order::First, Order::Second] {
        let at = place_of(order);
        let finding = (case("ritter_field").expect("known").run)(order, Level::Half);
        let measure = &finding.measures[0];
        let (peer, bar) = (measure.peers[at].expect("known"), measure.bars[at].expect("set"));
        assert!((bar - SLACK * peer).abs() < 1e-15, "{bar} for {peer}");
    }
}

/// Orders of convergence at first order: errors of smooth flow fall by half with the cell, those of dam breaks by less
/// because shocks and the corners of fans smear over √ of the cells.
#[test]
fn errors_fall_with_the_cell() {
    for (name, from, to) in [
        ("ritter_lab", 0.6, 1.1),
        ("ritter_field", 0.6, 1.1),
        ("stoker_lab", 0.6, 1.1),
        ("stoker_field", 0.6, 1.1),
        ("front_constant_velocity", 0.9, 1.2),
    ] {
        let examined = case(name).expect("known").examine(Order::First, true);
        let orders = examined.orders[0].expect("it refines");
        assert!(orders.iter().all(|o| *o > from && *o < to), "{name}: {orders:?}");
    }
}

/// A finding that breaks its bar is seen: the check can fail.
#[test]
fn a_spoiled_case_is_caught() {
    let Case { run, .. } = case("ritter_field").expect("known");
    let mut finding = run(Order::First, Level::Half);
    assert!(finding.measures[0].holds(Order::First) || finding.measures[0].value > 0.01);
    finding.measures[0].value = 0.02;
    assert!(!finding.measures[0].holds(Order::First));
    finding.measures[0].value = f64::NAN;
    assert!(!finding.measures[0].holds(Order::First));
    finding.soundness.n_contained = 1;
    assert!(!finding.soundness.holds());
}
