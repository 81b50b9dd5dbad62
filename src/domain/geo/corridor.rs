//! Terrain built from a river corridor: centreline, sections, levee lines.

use serde::{Deserialize, Serialize};

use crate::domain::river::River;
use crate::domain::scenario::{Terrain, Wall};

/// What a scenario file says of a corridor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorridorSpec {
    /// Upstream end, official chainage, km below Xiaolangdi.
    pub from_km: f64,
    /// Downstream end, official chainage, km below Xiaolangdi.
    pub to_km: f64,
    /// Cell size, m.
    pub cell_m: f64,
    /// Year whose bed and bankfull discharge are built.
    pub epoch: u16,
    /// Width of the land behind each levee that is part of the domain, m.
    pub landside_m: f64,
}

/// A corridor laid on the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Corridor {
    /// Bed and roughness.
    pub terrain: Terrain,
    /// The river for people: stations, levees, units.
    pub river: River,
    /// Both levees as walls.
    pub walls: Vec<Wall>,
    /// Edge and span of the grid where the river comes in, between the levees.
    pub upstream: Opening,
    /// Edge and span where it goes out.
    pub downstream: Opening,
}

/// Where the river crosses the edge of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Side of the grid.
    pub edge: crate::domain::scenario::Edge,
    /// From and to along that side from its west or south end, m.
    pub span_m: [f64; 2],
}
