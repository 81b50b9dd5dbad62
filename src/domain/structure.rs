//! Structures of a scenario: breaches of walls, gates, culverts, pumps and intakes, as they are described in the file.
//!
//! How they move water is told in `domain::swe::structures`, one file for each.

use serde::{Deserialize, Serialize};

use crate::domain::geo::PointMap;
use crate::domain::scenario::Series;

/// A wall gives way over a part of its length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// Name of the breach.
    pub name: String,
    /// Name of the wall.
    pub wall: String,
    /// Centre of the breach, on the map; `None` only with [`Breach::when`]: then it lies where the wall first is
    /// overtopped as asked.
    pub at: Option<PointMap>,
    /// Final (largest) width along the wall, m.
    pub width_m: f64,
    /// Final crest, m.
    pub sill_m: f64,
    /// How it grows.
    pub growth: Growth,
    /// What must happen, from the time of the event on, before it opens; without it the time of the event opens it.
    pub when: Option<Overtopped>,
    /// Names of other walls on the same edges that give way with it. Scenario files have none: an order fills it, for a
    /// breach of a levee that sandbags stand on.
    #[serde(skip)]
    pub through: Vec<String>,
}

/// How a breach grows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Growth {
    /// The crest sinks linearly to the sill, and the width grows linearly, each in its own time from the opening.
    Prescribed {
        /// From the opening to the final crest, s.
        grows_over_secs: f64,
        /// Width at the opening, m; that of the breach if it only sinks.
        initial_width_m: f64,
        /// From the opening to the final width, s; 0 if it only sinks.
        widens_over_secs: f64,
    },
    /// Verheij and Van der Knaap (2003): first the crest sinks at constant width, then the head difference widens it.
    VerheijKnaap {
        /// Width while the crest sinks, m.
        initial_width_m: f64,
        /// From the opening to the final crest, s.
        deepens_over_secs: f64,
        /// Critical velocity `u_c` of the wall's material, m/s: about 0.2 for sand, 0.5 and more for clay.
        critical_velocity_mps: f64,
    },
}

/// A wall overtopped by some depth for some time without a break.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Overtopped {
    /// Least depth of water above the crest, m.
    pub depth_m: f64,
    /// For how long, s.
    pub for_secs: f64,
}

/// A structure that moves water through or past a wall, or out of the domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Structure {
    /// An opening in a wall with a leaf that is raised.
    Gate(Gate),
    /// A barrel between two points.
    Culvert(Culvert),
    /// A pump between two points or out of the domain.
    Pump(Pump),
    /// A diversion out of the domain.
    Intake(Intake),
}

impl Structure {
    /// Its name, unique among the structures.
    pub fn name(&self) -> &str {
        match self {
            Self::Gate(gate) => &gate.name,
            Self::Culvert(culvert) => &culvert.name,
            Self::Pump(pump) => &pump.name,
            Self::Intake(intake) => &intake.name,
        }
    }
}

/// A gate or sluice in a wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Name, unique among the structures.
    pub name: String,
    /// Name of the wall it stands in.
    pub wall: String,
    /// Its middle, on the map.
    pub at: PointMap,
    /// Clear width along the wall, m.
    pub width_m: f64,
    /// Level of the sill, m.
    pub sill_m: f64,
    /// How far the leaf is raised.
    pub opening: GateOpening,
}

/// What raises a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum GateOpening {
    /// Height of the opening above the sill (m) in time.
    Schedule(Series),
    /// Height of the opening by the stage at a point.
    Stage {
        /// Where the stage is read, on the map.
        gauge_at: PointMap,
        /// Rising pairs (stage in m, opening in m): linear in between, constant outside.
        table: Vec<[f64; 2]>,
        /// Greatest speed of the leaf, m/s; none: it follows at once.
        speed_mps: Option<f64>,
    },
}

/// A culvert: one or more equal barrels between two cells. Flows either way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Culvert {
    /// Name, unique among the structures.
    pub name: String,
    /// One end, on the map.
    pub from: PointMap,
    /// The other end, on the map.
    pub to: PointMap,
    /// Shape of a barrel.
    pub barrel: Barrel,
    /// Number of barrels.
    pub number: u32,
    /// Length of a barrel, m.
    pub length_m: f64,
    /// Manning's n of the barrel, s/m^(1/3).
    pub manning: f64,
    /// Loss at the entrance in velocity heads.
    pub inlet_loss: f64,
    /// Loss at the exit in velocity heads.
    pub outlet_loss: f64,
    /// Level of the invert at `from`, m.
    pub from_invert_m: f64,
    /// Level of the invert at `to`, m.
    pub to_invert_m: f64,
}

/// Cross-section of a culvert.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Barrel {
    /// A circle.
    Pipe {
        /// Inner diameter, m.
        diameter_m: f64,
    },
    /// A rectangle.
    Box {
        /// Inner width, m.
        width_m: f64,
        /// Inner height, m.
        height_m: f64,
    },
}

/// A pump that a stage switches on and off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Name, unique among the structures.
    pub name: String,
    /// Where it takes the water, on the map.
    pub from: PointMap,
    /// Where it puts the water; `None`: out of the domain.
    pub to: Option<PointMap>,
    /// How much it moves while it runs.
    pub rate: PumpRate,
    /// Starts when the stage at `from` reaches this, m.
    pub start_stage_m: f64,
    /// Stops when the stage at `from` has fallen to this, m; below the start.
    pub stop_stage_m: f64,
}

/// What a running pump moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PumpRate {
    /// Always the same, m³/s.
    Constant(f64),
    /// By the head to be lifted (stage at `to` less stage at `from`): rising pairs (head in m, discharge in m³/s).
    ByHead(Vec<[f64; 2]>),
}

/// A diversion intake (引水口): takes up to a demand while the stage allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// Name, unique among the structures.
    pub name: String,
    /// Where it takes the water, on the map.
    pub at: PointMap,
    /// What is asked for, m³/s, never negative.
    pub demand_m3s: Series,
    /// At and below this stage it takes nothing, m.
    pub min_stage_m: f64,
    /// From this stage on it takes the whole demand, m; linear in between.
    pub full_stage_m: f64,
}
