//! Files of orders (指令) as RON text: read by [`load_orders`], written by [`orders_text`].

use std::fmt::Write as _;
use std::path::Path;

use time::format_description::well_known::Rfc3339;

use crate::domain::geo::PointMap;
use crate::domain::order::{Deed, Given, InflowChange, Order, Orders, Top};
use crate::domain::scenario::{GateOpening, Growth, Series};
use crate::io::beside::write_beside;

pub use crate::io::scenario::load_orders;

/// File name of the orders of a run in an output folder.
pub const ORDERS_FILE: &str = "orders.ron";

/// Writes orders to a file, beside its place first.
///
/// # Errors
/// When the place cannot be written to.
pub fn write_orders(path: &Path, orders: &Orders) -> std::io::Result<()> {
    write_beside(path, orders_text(orders).as_bytes())
}

/// Orders as the text of a file. Reading it gives the same orders to the last bit.
pub fn orders_text(orders: &Orders) -> String {
    let mut text = "Orders(\n    version: 1,\n    orders: [\n".to_owned();
    for order in orders.all() {
        text += &order_text(order);
    }
    text + "    ],\n)\n"
}

fn order_text(order: &Order) -> String {
    let Order { id, at_secs, given, author, reason, deed } = order;
    let mut text = format!("        (id: {id}, at_secs: {at_secs:?}");
    for (key, said) in [("author", author), ("reason", reason)] {
        if !said.is_empty() {
            let _infallible = write!(text, ", {key}: {said:?}");
        }
    }
    if let Some(given) = given_text(given) {
        let _infallible = write!(text, ",\n            given: {given}");
    }
    let _infallible = writeln!(text, ",\n            what: {}),", deed_text(deed));
    text
}

fn given_text(given: &Given) -> Option<String> {
    let simulated = given.simulated_secs.map(|secs| format!("simulated_secs: {secs:?}"));
    let wall = given.wall.and_then(|wall| wall.format(&Rfc3339).ok()).map(|wall| format!("wall: {wall:?}"));
    let parts: Vec<String> = [simulated, wall].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("({})", parts.join(", ")))
}

fn deed_text(deed: &Deed) -> String {
    match deed {
        Deed::Breach { at, width_m, sill_m, growth } => {
            let sill = sill_m.map_or_else(String::new, |sill_m| format!(", sill_m: {sill_m:?}"));
            format!("Breach(at: {}, width_m: {width_m:?}{sill}, {})", point(*at), growth_text(*growth))
        }
        Deed::Wall { line, top } => {
            let points: Vec<String> = line.iter().copied().map(point).collect();
            format!("Wall(line: [{}], {})", points.join(", "), top_text(*top))
        }
        Deed::Raise { from, to, top } => {
            format!("Raise(from: {}, to: {}, {})", point(*from), point(*to), top_text(*top))
        }
        Deed::Gate { name, opening } => format!("Gate(name: {name:?}, opening: {})", opening_text(opening)),
        Deed::Inflow { name, change } => {
            let change = match change {
                InflowChange::Scale(scale) => format!("scale: {scale:?}"),
                InflowChange::Shift(secs) => format!("shift_secs: {secs:?}"),
                InflowChange::Series(series) => format!("discharge: {}", series_text(series)),
            };
            format!("Inflow(name: {name:?}, {change})")
        }
        Deed::Pump { from, to, discharge_m3s } => {
            let to = to.map_or_else(String::new, |to| format!(", to: {}", point(to)));
            format!("Pump(from: {}{to}, discharge_m3s: {discharge_m3s:?})", point(*from))
        }
        Deed::CloseRoad { road } => format!("CloseRoad(road: {road:?})"),
        Deed::Move { who, to } => format!("Move(who: {who:?}, to: {to:?})"),
    }
}

fn growth_text(growth: Growth) -> String {
    match growth {
        Growth::Prescribed { grows_over_secs, initial_width_m, widens_over_secs } => format!(
            "grows_over_secs: {grows_over_secs:?}, initial_width_m: {initial_width_m:?}, \
             widens_over_secs: {widens_over_secs:?}"
        ),
        Growth::VerheijKnaap { initial_width_m, deepens_over_secs, critical_velocity_mps } => format!(
            "growth: VerheijKnaap(initial_width_m: {initial_width_m:?}, deepens_over_secs: {deepens_over_secs:?}, \
             critical_velocity_mps: {critical_velocity_mps:?})"
        ),
    }
}

fn top_text(top: Top) -> String {
    match top {
        Top::Crest(crest_m) => format!("crest_m: {crest_m:?}"),
        Top::Height(height_m) => format!("height_m: {height_m:?}"),
    }
}

fn opening_text(opening: &GateOpening) -> String {
    match opening {
        GateOpening::Schedule(series) => series_text(series),
        GateOpening::Stage { gauge_at, table, speed_mps } => {
            let speed = speed_mps.map_or_else(String::new, |speed| format!(", speed_mps: {speed:?}"));
            format!("Stage(gauge_at: {}, table: {}{speed})", point(*gauge_at), pairs(table))
        }
    }
}

fn series_text(series: &Series) -> String {
    format!("Series({})", pairs(series.points()))
}

fn pairs(pairs: &[[f64; 2]]) -> String {
    let points: Vec<String> = pairs.iter().copied().map(point).collect();
    format!("[{}]", points.join(", "))
}

fn point([x, y]: PointMap) -> String {
    format!("({x:?}, {y:?})")
}
