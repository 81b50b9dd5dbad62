//! The table of all findings: Markdown for people, CSV for programs.

use std::fmt::Write as _;

use super::{Examined, Measure, Soundness, Unit, place_of};
use crate::domain::scenario::Order;

/// One case in the table, with what each order gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Identifier of the case.
    pub name: String,
    /// What people read.
    pub title: String,
    /// First and second order, as far as they were run.
    pub examined: [Option<Examined>; 2],
}

/// A row: one measure of one case.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    entry: &'a Entry,
    /// First and second order.
    found: [Option<&'a Measure>; 2],
    orders: [Option<[f64; 2]>; 2],
    /// Of whichever order was run.
    any: &'a Measure,
    grid: &'a str,
}

const ORDERS: [Order; 2] = [Order::First, Order::Second];

impl Entry {
    fn rows(&self) -> Vec<Row<'_>> {
        let Some(any) = self.examined.iter().flatten().next() else { return Vec::new() };
        let of = |order: Order| self.examined[place_of(order)].as_ref();
        let row = |k: usize| Row {
            entry: self,
            found: ORDERS.map(|order| of(order).and_then(|e| e.finding.measures.get(k))),
            orders: ORDERS.map(|order| of(order).and_then(|e| e.orders.get(k).copied().flatten())),
            any: &any.finding.measures[k],
            grid: &any.finding.grid,
        };
        (0..any.finding.measures.len()).map(row).collect()
    }

    /// What missed its bar, or what must hold in every run and did not: one line each.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for order in ORDERS {
            let Some(examined) = &self.examined[place_of(order)] else { continue };
            let missed = examined.finding.measures.iter().filter(|m| !m.holds(order));
            faults.extend(missed.map(|m| {
                let bar = m.bars[place_of(order)].map_or_else(String::new, |bar| figure(bar, m.unit));
                format!("{}, {order:?}: {} is {}, bar {bar}", self.name, m.what, figure(m.value, m.unit))
            }));
            if !examined.worst.holds() {
                faults.push(format!("{}, {order:?}: unsound: {:?}", self.name, examined.worst));
            }
        }
        faults
    }
}

/// The worst soundness of all runs; `None` without any.
pub fn worst(entries: &[Entry]) -> Option<Soundness> {
    entries.iter().flat_map(|e| e.examined.iter().flatten()).map(|e| e.worst).reduce(|a, b| a.worse(&b))
}

/// The table in Markdown, with the line on soundness below it.
pub fn markdown(entries: &[Entry]) -> String {
    let mut out = String::from(
        "| case | grid | measure | 1st order | peers, 1st | 2nd order | peers, 2nd | bars | order under halving |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (k, row) in entries.iter().flat_map(|entry| entry.rows().into_iter().enumerate()) {
        let is_first = k == 0;
        let title = if is_first { row.entry.title.as_str() } else { "" };
        let grid = if is_first { row.grid } else { "" };
        let cells = ORDERS.map(|order| (row.value(order), row.peer(order)));
        let [(first, first_peer), (second, second_peer)] = cells;
        line(
            &mut out,
            format_args!(
                "| {title} | {grid} | {} | {first} | {first_peer} | {second} | {second_peer} | {} | {} |",
                row.any.what.replace('|', "\\|"),
                row.bars(),
                row.convergence(),
            ),
        );
    }
    if let Some(worst) = worst(entries) {
        let Soundness { residual_frac, n_contained, least_depth_m, .. } = worst;
        line(
            &mut out,
            format_args!(
                "\nOver all runs: largest volume residual {residual_frac:.1e} of the water, contained cells {n_contained}, \
                 least depth {least_depth_m:.1e} m."
            ),
        );
    }
    out
}

/// The table as CSV: one row for each measure and order, values in the unit named.
pub fn csv(entries: &[Entry]) -> String {
    let mut out = String::from(
        "case,grid,measure,unit,order,value,peers,bar,holds,order_half_to_full,order_full_to_double,residual_frac,contained_cells,n_steps\n",
    );
    for row in entries.iter().flat_map(Entry::rows) {
        for order in ORDERS {
            let (Some(measure), Some(examined)) = (row.found[place_of(order)], &row.entry.examined[place_of(order)])
            else {
                continue;
            };
            let optional = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:.6e}"));
            let orders = row.orders[place_of(order)];
            line(
                &mut out,
                format_args!(
                    "{},{},\"{}\",{},{},{:.6e},{},{},{},{},{},{:.3e},{},{}",
                    row.entry.name,
                    row.grid.replace(',', ";"),
                    measure.what.replace('"', "'"),
                    unit_name(measure.unit),
                    place_of(order) + 1,
                    measure.value,
                    optional(measure.peers[place_of(order)]),
                    optional(measure.bars[place_of(order)]),
                    measure.holds(order),
                    optional(orders.map(|o| o[0])),
                    optional(orders.map(|o| o[1])),
                    examined.worst.residual_frac,
                    examined.worst.n_contained,
                    examined.finding.soundness.n_steps,
                ),
            );
        }
    }
    out
}

impl Row<'_> {
    /// The figure, bold where it misses its bar, with an arrow where peers do better.
    fn value(&self, order: Order) -> String {
        let Some(measure) = self.found[place_of(order)] else { return String::new() };
        let text = figure(measure.value, measure.unit);
        let worse = if measure.matches_peers(order) == Some(false) { " ▾" } else { "" };
        if measure.holds(order) { format!("{text}{worse}") } else { format!("**{text}**{worse}") }
    }

    fn peer(&self, order: Order) -> String {
        self.any.peers[place_of(order)].map_or_else(|| "–".into(), |p| figure(p, self.any.unit))
    }

    fn bars(&self) -> String {
        let sign = if self.any.is_at_least { "≥ " } else { "" };
        let [first, second] =
            self.any.bars.map(|bar| bar.map_or_else(|| "–".into(), |b| format!("{sign}{}", figure(b, self.any.unit))));
        if first == second { first } else { format!("{first}; {second}") }
    }

    fn convergence(&self) -> String {
        let text = |o: Option<[f64; 2]>| o.map(|[a, b]| format!("{a:.2}, {b:.2}"));
        match self.orders.map(text) {
            [None, None] => "–".into(),
            [Some(one), None] | [None, Some(one)] => one,
            [Some(first), Some(second)] => format!("{first}; {second}"),
        }
    }
}

/// A figure with its unit.
pub fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent => format!("{} %", digits(100.0 * value)),
        Unit::Cells => format!("{value:.1} cells"),
        Unit::One if value > 0.1 => format!("{value:.5}"),
        Unit::One => digits(value),
        _ => format!("{} {}", digits(value), unit_name(unit)),
    }
}

/// Three figures, or a power of ten where that is shorter.
fn digits(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if size == 0.0 => "0".into(),
        _ if !size.is_finite() => "none".into(),
        _ if size < 1e-5 => format!("{value:.0e}"),
        _ if size < 0.001 => format!("{value:.5}"),
        _ if size < 0.01 => format!("{value:.4}"),
        _ if size < 1.0 => format!("{value:.3}"),
        _ if size < 100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "1",
        Unit::Metres => "m",
        Unit::MetresPerSecond => "m/s",
        Unit::Seconds => "s",
        Unit::Cells => "cells",
        Unit::One => "",
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a string takes all text");
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, Measure};
    use super::*;

    fn entry(value: f64) -> Entry {
        let soundness = Soundness { residual_frac: 1e-16, n_contained: 0, least_depth_m: 0.0, n_steps: 7 };
        let finding = Finding {
            grid: "500 x 4 m".into(),
            measures: vec![Measure::error("rel. L1(|h|)", value).reached(0.0066, 0.0020)],
            soundness,
            profile: None,
        };
        let examined = Examined { finding, orders: vec![Some([0.7, 0.71])], worst: soundness };
        Entry { name: "ritter".into(), title: "Dam break".into(), examined: [Some(examined), None] }
    }

    #[test]
    fn a_row_shows_value_peers_bars_and_order() {
        let text = markdown(&[entry(0.0070)]);
        let expected = "| Dam break | 500 x 4 m | rel. L1(\\|h\\|) | 0.700 % ▾ | 0.660 % |  | 0.200 % | 0.990 %; 0.300 % | 0.70, 0.71 |";
        assert_eq!(text.lines().nth(2), Some(expected), "{text}");
        assert!(entry(0.0070).faults().is_empty());
    }

    #[test]
    fn a_missed_bar_is_bold_and_a_fault() {
        assert!(markdown(&[entry(0.0100)]).contains("**1.00 %** ▾"));
        assert_eq!(entry(0.0100).faults(), ["ritter, First: rel. L1(|h|) is 1.00 %, bar 0.990 %"]);
        assert!(
            csv(&[entry(0.0100)])
                .contains("ritter,500 x 4 m,\"rel. L1(|h|)\",1,1,1.000000e-2,6.600000e-3,9.900000e-3,false,")
        );
        assert!(!entry(f64::NAN).faults().is_empty());
    }
}
