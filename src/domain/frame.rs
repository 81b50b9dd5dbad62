//! One recorded moment of a run, and what was gathered up to it.

use serde::{Deserialize, Serialize};

use crate::domain::geo::PointMap;
use crate::domain::impact::{UnitLoss, VillageChange};

/// One recorded moment. Made once, by the worker; everyone else reads it.
///
/// Fields are row-major, row 0 north, over the whole grid; zero outside the domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Simulated time, s after the start.
    pub time_secs: f64,
    /// Depth, whole millimetres (up to 65.5 m).
    pub depth_mm: Vec<u16>,
    /// Velocity eastward, mm/s (up to ±32.7 m/s).
    pub u_mmps: Vec<i16>,
    /// Velocity northward, mm/s.
    pub v_mmps: Vec<i16>,
    /// The small figures of this moment.
    pub readings: Readings,
}

/// The small figures of one moment, kept unpacked for graphs and tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Readings {
    /// Simulated time, s after the start.
    pub time_secs: f64,
    /// One reading for each gauge, in the scenario's order.
    pub gauges: Vec<GaugeReading>,
    /// One reading for each section, in the scenario's order.
    pub sections: Vec<SectionReading>,
    /// One row for each floodplain unit, in the river's order; empty without a river.
    pub losses: Vec<UnitLoss>,
    /// Villages of which something is not as it was a frame before.
    pub villages: Vec<VillageChange>,
    /// The volume budget.
    pub budget: Budget,
    /// The sediment budget; `None` without sediment.
    pub sediment: Option<SedimentBudget>,
    /// Wet area (deeper than 0.05 m), m².
    pub wet_area_m2: f64,
}

/// What a gauge shows.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GaugeReading {
    /// Depth, m.
    pub depth_m: f64,
    /// Water level, m; the bed level where it is dry.
    pub stage_m: f64,
    /// Velocity eastward, m/s.
    pub u_mps: f64,
    /// Velocity northward, m/s.
    pub v_mps: f64,
}

/// What a section shows.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SectionReading {
    /// Discharge from the left hand to the right hand of the line, m³/s.
    pub discharge_m3s: f64,
    /// Mean water level over the wet cells beside the line, m; `None` when all are dry.
    pub mean_stage_m: Option<f64>,
    /// Suspended sediment; `None` in a scenario without.
    pub sediment: Option<SedimentReading>,
}

/// Suspended sediment that passes a section.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SedimentReading {
    /// From the left hand to the right hand of the line, kg/s.
    pub transport_kgs: f64,
    /// Water that passes, whichever way, m³/s.
    pub passing_m3s: f64,
    /// What that carries, kg/s.
    pub carried_kgs: f64,
}

impl SedimentReading {
    /// Adds water of a discharge (m³/s, signed as that of the section) and a concentration, kg/m³.
    pub fn add(&mut self, discharge_m3s: f64, kgm3: f64) {
        self.transport_kgs += discharge_m3s * kgm3;
        self.passing_m3s += discharge_m3s.abs();
        self.carried_kgs += discharge_m3s.abs() * kgm3;
    }

    /// Mean concentration of what passes, kg/m³; `None` while nothing does.
    pub fn concentration_kgm3(&self) -> Option<f64> {
        (self.passing_m3s > 0.0).then(|| self.carried_kgs / self.passing_m3s)
    }
}

/// The sediment budget of a run, kg of dry sediment, of channel and plain together.
///
/// `initial + inflow - outflow - deposited = carried + residual`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SedimentBudget {
    /// Carried by the water at t = 0.
    pub initial_kg: f64,
    /// Came in over boundaries and sources.
    pub inflow_kg: f64,
    /// Went out over boundaries, sinks and intakes.
    pub outflow_kg: f64,
    /// Left on the plain, or on all the domain where the channel is part of the grid.
    pub deposited_on_plain_kg: f64,
    /// Left in a channel that is a line; negative where more was scoured.
    pub deposited_in_channel_kg: f64,
    /// Carried by the water now.
    pub carried_kg: f64,
}

impl SedimentBudget {
    /// Left on all beds, kg; negative where more was scoured.
    pub fn deposited_kg(&self) -> f64 {
        self.deposited_on_plain_kg + self.deposited_in_channel_kg
    }

    /// What the budget does not explain, kg. Rounding only, if all is well.
    pub fn residual_kg(&self) -> f64 {
        self.initial_kg + self.inflow_kg - self.outflow_kg - self.deposited_kg() - self.carried_kg
    }

    /// The residual as a share of all the sediment that came in, was carried at first or was scoured.
    pub fn residual_frac(&self) -> f64 {
        let all = self.initial_kg + self.inflow_kg + (-self.deposited_kg()).max(0.0);
        if all > 0.0 { self.residual_kg() / all } else { 0.0 }
    }
}

/// What a detention basin shows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BasinReading {
    /// Its name in the scenario.
    pub name: String,
    /// Level, m on the basin's own datum.
    pub level_m: f64,
    /// Water in it, m³.
    pub volume_m3: f64,
    /// From the river over the last step, m³/s.
    pub inlet_m3s: f64,
    /// Back to the river, m³/s.
    pub outlet_m3s: f64,
    /// From elsewhere, m³/s.
    pub inflow_m3s: f64,
    /// Taken from the river since the start, m³.
    pub taken_m3: f64,
    /// Given back since the start, m³.
    pub given_m3: f64,
    /// Come in from elsewhere since the start, m³.
    pub joined_m3: f64,
    /// Highest level since the start, m.
    pub highest_level_m: f64,
}

/// The volume budget of a run, m³.
///
/// `initial + inflow - outflow + rain - infiltrated = stored + residual`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Budget {
    /// In the domain at t = 0.
    pub initial: f64,
    /// Came in over boundaries and sources.
    pub inflow: f64,
    /// Went out over boundaries and sinks.
    pub outflow: f64,
    /// Fell as rain.
    pub rain: f64,
    /// Went into the ground.
    pub infiltrated: f64,
    /// In the domain now.
    pub stored: f64,
}

impl Budget {
    /// What the budget does not explain, m³. Rounding only, if all is well.
    pub fn residual(&self) -> f64 {
        self.initial + self.inflow - self.outflow + self.rain - self.infiltrated - self.stored
    }

    /// The residual as a share of all the water that was ever there.
    pub fn residual_frac(&self) -> f64 {
        let all = self.initial + self.inflow + self.rain;
        if all > 0.0 { self.residual() / all } else { 0.0 }
    }
}

/// Extremes since the start, gathered by the solver at every step, row-major, row 0 north.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Envelope {
    /// Time up to which this holds, s.
    pub time_secs: f64,
    /// Largest depth, m.
    pub max_depth_m: Vec<f32>,
    /// Largest speed, m/s.
    pub max_speed_mps: Vec<f32>,
    /// Largest depth times speed at one instant, m²/s.
    pub max_dv_m2s: Vec<f32>,
    /// First time with depth of at least 0.05 m, s, linear within a step; NaN where it never was.
    pub arrival_secs: Vec<f32>,
    /// Time spent with depth of at least 0.05 m, s, linear within a step.
    pub duration_secs: Vec<f32>,
    /// When the largest depth was first reached, s; NaN where the depth never was 0.05 m.
    pub max_depth_at_secs: Vec<f32>,
    /// Largest rate of rise of the depth, m/s: over successive intervals of one minute, each to the first end of a step
    /// after 60 s. An interval that is not over counts as a whole minute.
    pub max_rise_mps: Vec<f32>,
    /// Largest flood hazard rating, depth times (speed + 0.5 m/s) at one instant, m²/s
    /// ([`hazard_rating`](crate::domain::hazard::hazard_rating)).
    pub max_hazard_rating_m2s: Vec<f32>,
    /// Largest class of hazard at one instant, 1 to 6; 0 where there was no water to speak of
    /// ([`hazard_class`](crate::domain::hazard::hazard_class)).
    pub hazard_class: Vec<u8>,
}

impl Envelope {
    /// Memory that one cell takes, bytes.
    pub const BYTES_PER_CELL: usize = 8 * size_of::<f32>() + 1;
}

/// Which quantity of a cell was not sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BrokenQuantity {
    /// Depth, m.
    #[default]
    Depth,
    /// Velocity eastward, m/s.
    VelocityEast,
    /// Velocity northward, m/s.
    VelocityNorth,
}

impl BrokenQuantity {
    /// The word for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::VelocityEast => "velocity east",
            Self::VelocityNorth => "velocity north",
        }
    }

    /// Its unit.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Depth => "m",
            Self::VelocityEast | Self::VelocityNorth => "m/s",
        }
    }
}

/// A cell that was set dry because its state was not finite, or beyond anything water does.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ContainedCell {
    /// End of the step in which it happened, s.
    pub time_secs: f64,
    /// Row, 0 north.
    pub row: usize,
    /// Column, 0 west.
    pub col: usize,
    /// Centre of the cell on the map.
    pub at: PointMap,
    /// What was wrong; the first of depth, velocity eastward and northward.
    pub what: BrokenQuantity,
    /// Its value: not finite, or beyond a million.
    pub value: f64,
}

/// Depth from which a cell counts as reached, for arrival, duration and wet area, m.
pub const REACHED_DEPTH_M: f64 = 0.05;

/// What a structure shows: a breach, a gate, a culvert, a pump or an intake.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StructureReading {
    /// Its name in the scenario.
    pub name: String,
    /// Discharge now, m³/s: through a wall from its left hand to its right hand, through a culvert or pump from `from`
    /// to `to`, or out of the domain.
    pub discharge_m3s: f64,
    /// Width of a breach or gate now, m; 0 for a breach that is shut.
    pub width_m: Option<f64>,
    /// Height by which a gate is raised, m.
    pub opening_m: Option<f64>,
    /// Lowest crest of an open breach, sill of a gate, m.
    pub crest_m: Option<f64>,
}
