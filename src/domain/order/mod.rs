//! Orders (指令): what people decide during a drill, and what each of them does to the scenario.
//!
//! An order is a value: who gave it, why, and from which simulated time on it holds. Its deed ([`Deed`]) is a change of
//! the scenario: a breach more, a wall more, another series. So a run with orders is a run whose scenario changes between
//! two steps, and the state at any time follows from the scenario and the list of orders alone.
//!
//! | file | content |
//! |---|---|
//! | `plan` | what an order comes to on the grid: the change, and the preview of it |
//! | `snap` | from points that people click to edges of the grid that walls stand on |
//! | `list` | the orders of a run, in the order in which they take effect |
//! | `refusal` | why an order cannot be carried out, in words |
//! | `wall_clock` | when an order was given, as text |
//!
//! Not here: files (`io::orders`), and the step at which an order takes effect (`engine`).

mod list;
mod plan;
mod refusal;
mod snap;
mod wall_clock;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::geo::PointMap;
use crate::domain::scenario::{GateOpening, Growth, Series};
use crate::domain::text::Label;

pub use list::Orders;
pub use plan::{CellRole, EdgeChange, Preview, SeriesChange, preview, take};
pub use refusal::Refusal;
pub use snap::SNAP_CELLS;

/// One order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Number, unique in a run and its branches; of orders that take effect at the same time the smaller one comes first.
    pub id: u32,
    /// Simulated time from which on it holds, s after the start.
    pub at_secs: f64,
    /// When it was given.
    pub given: Given,
    /// Who gave it; may be empty.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
    /// What is to be done.
    pub deed: Deed,
}

/// When an order was given. Recorded only: nothing of the run depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Given {
    /// Simulated time that those who gave it had before them, s after the start.
    pub simulated_secs: Option<f64>,
    /// Wall clock.
    #[serde(with = "wall_clock")]
    pub wall: Option<OffsetDateTime>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// Open a breach in the wall next to a point.
    Breach {
        /// Where, on the map; the wall with the nearest edge is meant.
        at: PointMap,
        /// Final width along the wall, m.
        width_m: f64,
        /// Final crest, m; `None`: down to the ground.
        sill_m: Option<f64>,
        /// How it grows.
        growth: Growth,
    },
    /// Build a wall (子埝, sandbags) along a line.
    Wall {
        /// Vertices on the map.
        line: Vec<PointMap>,
        /// How high.
        top: Top,
    },
    /// Raise a wall that stands, from one point to another along it.
    Raise {
        /// Where it begins, on the map.
        from: PointMap,
        /// Where it ends, on the map.
        to: PointMap,
        /// How high; a height counts from the crest that stands.
        top: Top,
    },
    /// Move the leaf of a gate in another way from now on.
    Gate {
        /// Name of the gate.
        name: String,
        /// What raises it; times are s after the start of the scenario.
        opening: GateOpening,
    },
    /// Change what comes in through a boundary or a source.
    Inflow {
        /// Name of the boundary or source.
        name: String,
        /// How.
        change: InflowChange,
    },
    /// Place a pump.
    Pump {
        /// Where it takes the water, on the map.
        from: PointMap,
        /// Where it puts the water; `None`: out of the domain.
        to: Option<PointMap>,
        /// What it moves while it runs, m³/s.
        discharge_m3s: f64,
    },
    /// Close a road. Acts on people, not on the water.
    CloseRoad {
        /// Name of the road.
        road: String,
    },
    /// Move a village or a unit. Acts on people, not on the water.
    Move {
        /// Who.
        who: String,
        /// Where to.
        to: String,
    },
}

/// How high a wall of an order is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Top {
    /// Crest level, m.
    Crest(f64),
    /// Height above the ground, or above the crest that is raised, m.
    Height(f64),
}

/// How an inflow is changed from the time of the order on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InflowChange {
    /// Times this, at least 0.
    Scale(f64),
    /// Later by so many s; earlier if negative.
    Shift(f64),
    /// Another series (release schedule, 泄流过程), m³/s; times are s after the start of the scenario.
    Series(Series),
}

impl Deed {
    /// Whether it changes what the water does.
    pub fn moves_water(&self) -> bool {
        !matches!(self, Self::CloseRoad { .. } | Self::Move { .. })
    }

    /// What kind of deed it is.
    pub fn label(&self) -> Label {
        match self {
            Self::Breach { .. } => Label::new("决口", "Breach"),
            Self::Wall { .. } => Label::new("修筑子埝", "Wall"),
            Self::Raise { .. } => Label::new("加高堤防", "Raise"),
            Self::Gate { .. } => Label::new("闸门调度", "Gate"),
            Self::Inflow { .. } => Label::new("来水调度", "Inflow"),
            Self::Pump { .. } => Label::new("架设泵站", "Pump"),
            Self::CloseRoad { .. } => Label::new("封闭道路", "Close road"),
            Self::Move { .. } => Label::new("转移", "Move"),
        }
    }
}

impl Order {
    /// The name that what it builds has among the walls, breaches and pumps.
    pub fn work_name(&self) -> String {
        format!("order-{}", self.id)
    }
}
