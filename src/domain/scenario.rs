//! A scenario: everything a run needs, already read, resolved onto the grid and checked.
//!
//! Only `io` makes one from a file, and only a valid one: whoever holds a [`Scenario`] need not check it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::geo::{Grid, PointMap};
use crate::domain::impact::Exposure;
pub use crate::domain::rain::{Rain, RainGrid};
use crate::domain::river::River;
use crate::domain::river::basin::Basin;
use crate::domain::river::channel::SedimentRules;
use crate::domain::river::line::ChannelLine;
pub use crate::domain::structure::{
    Barrel, Breach, Culvert, Gate, GateOpening, Growth, Intake, Overtopped, Pump, PumpRate, Structure,
};
use crate::domain::text::{Bilingual, Label};

/// One valid scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scenario {
    /// Identifier, `[a-z0-9-]+`; names output.
    pub name: String,
    /// What people read.
    pub title: Bilingual,
    /// What kind of time this is; never mixed with another on screen or paper.
    pub mode: Mode,
    /// Wall clock at t = 0.
    #[serde(with = "time::serde::rfc3339")]
    pub start: OffsetDateTime,
    /// Length of the run, s.
    pub duration_secs: f64,
    /// Bed and roughness on the grid.
    pub terrain: Terrain,
    /// State of the water at t = 0.
    pub initial: Initial,
    /// Walls on cell edges.
    pub walls: Vec<Wall>,
    /// The channel, if it is a line beside the plain of the grid. Its cells are inside the domain, and hold its water.
    pub channel: Option<ChannelLine>,
    /// Open parts of the edge of the domain; every other edge is a wall.
    pub boundaries: Vec<Boundary>,
    /// Point sources and sinks.
    pub sources: Vec<PointSource>,
    /// Rain on the domain.
    pub rain: Option<Rain>,
    /// What the ground takes, over the whole domain.
    pub infiltration: Option<Infiltration>,
    /// Suspended sediment in the water; clear water without.
    pub sediment: Option<Sediment>,
    /// Things that happen at a time.
    pub events: Vec<Event>,
    /// Gates, culverts, pumps and intakes.
    pub structures: Vec<Structure>,
    /// Detention basins beside the channel, which is then a line; the order is that in which limits are kept.
    pub basins: Vec<Basin>,
    /// Points at which depth, stage and velocity are written.
    pub gauges: Vec<Gauge>,
    /// Lines through which discharge is measured.
    pub sections: Vec<Section>,
    /// How often output is made.
    pub output: OutputPlan,
    /// Settings of the method.
    pub numerics: Numerics,
    /// The river the terrain was built from, if it was: stations, levee lines, floodplain units.
    pub river: Option<River>,
    /// What stands on the floodplain; absent for a bare raster.
    pub exposure: Option<Exposure>,
}

/// Kind of time (架构不变量): observed, forecast, rehearsal or drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// 实况.
    Observed,
    /// 预报.
    Forecast,
    /// 预演.
    Rehearsal,
    /// 演练.
    Drill,
}

impl Mode {
    /// The word that is burnt into every picture.
    pub const fn label(self) -> Label {
        match self {
            Self::Observed => Label::new("实况", "Observed"),
            Self::Forecast => Label::new("预报", "Forecast"),
            Self::Rehearsal => Label::new("预演", "Rehearsal"),
            Self::Drill => Label::new("演练", "Drill"),
        }
    }
}

/// Bed and roughness on the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terrain {
    /// The grid.
    pub grid: Grid,
    /// EPSG code of the map coordinates, if known.
    pub epsg: Option<u32>,
    /// Bed level, m, row-major, row 0 north; NaN outside the domain.
    pub bed_m: Vec<f64>,
    /// Manning's n, s/m^(1/3), row-major, row 0 north; finite wherever the bed is.
    pub manning: Vec<f64>,
}

impl Terrain {
    /// Whether a cell is part of the domain.
    pub fn is_inside(&self, index: usize) -> bool {
        self.bed_m[index].is_finite()
    }
}

/// State of the water at t = 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Initial {
    /// No water.
    Dry,
    /// Water at rest with its surface at this level, m, wherever the bed is lower.
    Stage(f64),
    /// Depth (m) and velocity east and north (m/s) of every cell, row-major, row 0 north; zero outside the domain.
    Fields {
        /// Depth, m, never negative.
        depth_m: Vec<f64>,
        /// Velocity eastward, m/s.
        u_mps: Vec<f64>,
        /// Velocity northward, m/s.
        v_mps: Vec<f64>,
    },
}

/// A wall on cell edges; water passes only above its crest, as over a broad-crested weir.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wall {
    /// Name, unique among the walls.
    pub name: String,
    /// Vertices on the map.
    pub line: Vec<PointMap>,
    /// Crest level at each vertex, m; linear along the line in between.
    pub crest_m: Vec<f64>,
    /// Discharge over the crest as a multiple of that of an ideal broad-crested weir; 1 unless known better.
    pub weir_coefficient: f64,
}

impl Wall {
    /// A wall with the weir coefficient of an ideal broad crest.
    pub fn new(name: impl Into<String>, line: Vec<PointMap>, crest_m: Vec<f64>) -> Self {
        Self { name: name.into(), line, crest_m, weir_coefficient: 1.0 }
    }
}

/// One side of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edge {
    /// The side with the smallest easting.
    West,
    /// The side with the largest easting.
    East,
    /// The side with the smallest northing.
    South,
    /// The side with the largest northing.
    North,
}

/// An open part of the edge of the domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    /// Name, unique among the boundaries.
    pub name: String,
    /// Side of the grid.
    pub edge: Edge,
    /// From and to, m along the edge from its west or south end.
    pub span_m: [f64; 2],
    /// What is imposed.
    pub kind: BoundaryKind,
}

/// What a boundary imposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BoundaryKind {
    /// Total discharge into the domain, m³/s, shared over the span by conveyance.
    Discharge(Series),
    /// Water level, m.
    Stage(Series),
    /// Uniform flow out of the domain at this slope (positive, m/m).
    NormalDepth {
        /// Energy slope, m/m, positive.
        slope: f64,
    },
    /// Outflow without reflection.
    Free,
    /// No flow.
    Wall,
    /// Discharge out of the domain (m³/s) by mean stage (m) on the span: rising pairs (stage, discharge).
    Rating(Vec<[f64; 2]>),
    /// Depth (m) and unit discharge into the domain (m²/s) both imposed.
    Inflow {
        /// Depth, m.
        depth_m: Series,
        /// Unit discharge into the domain, m²/s.
        unit_discharge_m2s: Series,
    },
}

/// A point source (positive) or sink (negative).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointSource {
    /// Name, unique among the sources.
    pub name: String,
    /// Where, on the map.
    pub at: PointMap,
    /// Discharge into the domain, m³/s.
    pub discharge_m3s: Series,
}

/// How fast the ground takes water from wet cells: the capacity, of which no more is taken than there is.
///
/// The ground dries and recovers in none of them: a run is one storm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Infiltration {
    /// The same rate for ever.
    Constant {
        /// Capacity, mm/h, at least 0.
        mm_per_hour: f64,
    },
    /// A sharp wetting front that is sucked down, Green and Ampt (1911): the capacity is K (1 + (ψ + h) Δθ / F) with the
    /// depth h on the ground and the depth F taken so far.
    GreenAmpt {
        /// K, hydraulic conductivity of the wetted soil, mm/h, positive.
        conductivity_mm_per_hour: f64,
        /// ψ, suction at the wetting front, mm, positive.
        suction_mm: f64,
        /// Δθ, share of the soil's volume that is still to be filled with water, above 0 and at most 1.
        moisture_deficit_frac: f64,
    },
    /// A capacity that decays while the ground is wetted, Horton (1941): f₁ + (f₀ − f₁) e^(−kt), where t runs only as
    /// fast as the ground is really given water.
    Horton {
        /// f₀, capacity of the dry ground, mm/h, above the final one.
        initial_mm_per_hour: f64,
        /// f₁, capacity in the end, mm/h, at least 0.
        final_mm_per_hour: f64,
        /// k, rate of the decay, 1/h, positive.
        decay_per_hour: f64,
    },
}

/// Suspended sediment, and what comes in with water.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sediment {
    /// Formula and constants.
    pub rules: SedimentRules,
    /// Concentration of all the water at t = 0, kg/m³.
    pub initial_kgm3: f64,
    /// Concentrations of what comes in; water of other boundaries and sources, and rain, is clear.
    pub inflows: Vec<SedimentInflow>,
}

impl Sediment {
    /// Concentration of the water that a boundary or source lets in, kg/m³; `None` for clear water.
    pub fn inflow_of(&self, name: &str) -> Option<&Series> {
        self.inflows.iter().find(|inflow| inflow.name == name).map(|inflow| &inflow.concentration_kgm3)
    }
}

/// What comes in with the water of a boundary or source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SedimentInflow {
    /// Name of the boundary or source.
    pub name: String,
    /// Concentration, kg/m³.
    pub concentration_kgm3: Series,
}

/// Something that happens at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, s after the start; the earliest time for what waits for something.
    pub at_secs: f64,
    /// What.
    pub what: EventKind,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum EventKind {
    /// A wall gives way.
    Breach(Breach),
}

/// A point at which depth, stage and velocity are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// Name, unique among the gauges.
    pub name: String,
    /// Where, on the map.
    pub at: PointMap,
}

/// A line through which discharge is measured; flow from its left hand to its right hand is positive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Name, unique among the sections.
    pub name: String,
    /// Vertices on the map.
    pub line: Vec<PointMap>,
}

/// How often output is made, in simulated time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OutputPlan {
    /// Between two recorded frames, s.
    pub frame_every_secs: f64,
    /// Between two rows of the gauge and section tables, s.
    pub gauge_every_secs: f64,
}

/// Settings of the numerical method.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Numerics {
    /// Acceleration of gravity, m/s².
    pub gravity_mps2: f64,
    /// Courant number; at most 0.5 is stable in two dimensions.
    pub cfl: f64,
    /// Below this depth (m) a cell has no velocity.
    pub dry_depth_m: f64,
    /// Bed friction.
    pub friction: Friction,
    /// Order of the method in space and time.
    pub order: Order,
    /// Whether shallow water takes longer steps.
    pub steps: Steps,
}

impl Default for Numerics {
    fn default() -> Self {
        Self {
            gravity_mps2: 9.81,
            cfl: 0.45,
            dry_depth_m: 1e-3,
            friction: Friction::Manning,
            order: Order::Second,
            steps: Steps::Local,
        }
    }
}

/// Order of the method in space and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// One value a cell: robust, smeared fronts, the bed a staircase.
    First,
    /// A limited slope in every cell.
    Second,
}

/// Steps in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steps {
    /// Water whose waves are less than half as fast as the fastest takes steps of twice the length, where that pays.
    Local,
    /// All water takes the same steps.
    Uniform,
}

/// Bed friction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Friction {
    /// Manning's formula with the roughness of the terrain.
    Manning,
    /// None.
    Off,
    /// Chézy's formula with this coefficient everywhere, m^(1/2)/s. Shares and normal depths of boundaries stay Manning's.
    Chezy(f64),
}

/// Values in time: linear between the points, constant outside them.
///
/// Times are s after the start, strictly rising; there is at least one point; all values are finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series(Vec<[f64; 2]>);

impl Series {
    /// A series from (time in s, value) points, or the index of the first point that is not finite or not later than
    /// the one before it (0 when there is no point at all).
    ///
    /// # Errors
    /// The index of the offending point.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, usize> {
        if points.is_empty() {
            return Err(0);
        }
        let bad = points
            .iter()
            .enumerate()
            .find(|(i, p)| !p[0].is_finite() || !p[1].is_finite() || (*i > 0 && points[i - 1][0] >= p[0]));
        match bad {
            Some((index, _)) => Err(index),
            None => Ok(Self(points)),
        }
    }

    /// The same value at all times.
    pub fn constant(value: f64) -> Self {
        Self(vec![[0.0, value]])
    }

    /// The (time, value) points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.0
    }

    /// Value at a time.
    pub fn at(&self, time_secs: f64) -> f64 {
        let after = self.0.partition_point(|p| p[0] <= time_secs);
        match (after.checked_sub(1).map(|i| self.0[i]), self.0.get(after)) {
            (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (time_secs - a[0]) / (b[0] - a[0]),
            (Some(only), None) => only[1],
            (None, Some(first)) => first[1],
            (None, None) => 0.0, // a series is never empty
        }
    }

    /// Mean value from one time to another: exact, because a series is linear between its points.
    pub fn mean_over(&self, from_secs: f64, to_secs: f64) -> f64 {
        if to_secs <= from_secs || self.0.len() == 1 {
            return self.at(from_secs);
        }
        let (mut time, mut value, mut area) = (from_secs, self.at(from_secs), 0.0);
        let first = self.0.partition_point(|p| p[0] <= from_secs);
        for p in self.0[first..].iter().take_while(|p| p[0] < to_secs) {
            area += 0.5 * (value + p[1]) * (p[0] - time);
            (time, value) = (p[0], p[1]);
        }
        area += 0.5 * (value + self.at(to_secs)) * (to_secs - time);
        area / (to_secs - from_secs)
    }

    /// Largest value.
    pub fn max(&self) -> f64 {
        self.0.iter().map(|p| p[1]).fold(f64::NEG_INFINITY, f64::max)
    }
}
