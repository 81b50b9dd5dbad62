//! The river as people name it: stations, levees, floodplain units, observed floods.

pub mod basin;
pub mod channel;
pub mod line;
pub mod observed;
pub mod peaks;
pub mod routing;
pub mod skill;
pub mod twin;

use serde::{Deserialize, Serialize};

use crate::domain::geo::PointMap;
use crate::domain::geo::corridor::RoughnessSource;
use crate::domain::geo::polyline::{Polyline, lerp};
use crate::domain::river::observed::ObservedSeries;
use crate::domain::text::Bilingual;

/// A reach of river laid on the map, kept with the terrain that was built from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct River {
    /// Centreline from upstream to downstream.
    pub centreline: Vec<PointMap>,
    /// Official chainage of each centreline vertex, km below Xiaolangdi.
    pub chainage_km: Vec<f64>,
    /// Hydrological stations inside the domain, from upstream to downstream.
    pub stations: Vec<Station>,
    /// Levee lines; each is also a wall of the scenario under the same name.
    pub levees: Vec<Levee>,
    /// Floodplain units (滩区).
    pub units: Vec<FloodplainUnit>,
    /// Unit of each cell as a position in `units`, row-major, row 0 north; `NO_UNIT` elsewhere.
    pub unit_of_cell: Vec<u8>,
    /// Land class of each cell, row-major, row 0 north.
    pub class_of_cell: Vec<LandClass>,
    /// Which roughness the terrain was built with.
    pub roughness: RoughnessSource,
}

impl River {
    /// The point of a levee next to the centreline at a chainage, km below Xiaolangdi; none outside the reach.
    pub fn levee_at_km(&self, levee: &Levee, km: f64) -> Option<PointMap> {
        let line = Polyline::new(levee.line.clone())?;
        Some(line.at(line.nearest(self.at_km(km)?).along_m))
    }
}

impl River {
    /// The point of the centreline at a chainage, km below Xiaolangdi; none outside the reach.
    pub fn at_km(&self, km: f64) -> Option<PointMap> {
        let after = self.chainage_km.partition_point(|at| *at < km);
        let (before_km, after_km) = (*self.chainage_km.get(after.checked_sub(1)?)?, *self.chainage_km.get(after)?);
        Some(lerp(self.centreline[after - 1], self.centreline[after], (km - before_km) / (after_km - before_km)))
    }

    /// Chainage of the point of the centreline next to a place, km below Xiaolangdi.
    pub fn km_at(&self, at: PointMap) -> Option<f64> {
        let line = Polyline::new(self.centreline.clone())?;
        let along_m = line.nearest(at).along_m;
        let after = line.along_m().partition_point(|s| *s < along_m).max(1);
        let [from_m, to_m] = [*line.along_m().get(after - 1)?, *line.along_m().get(after)?];
        let [from_km, to_km] = [*self.chainage_km.get(after - 1)?, *self.chainage_km.get(after)?];
        Some(from_km + (to_km - from_km) * (along_m - from_m) / (to_m - from_m))
    }
}

/// Value of [`River::unit_of_cell`] for a cell that belongs to no floodplain unit.
pub const NO_UNIT: u8 = u8::MAX;

/// What a cell of a corridor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LandClass {
    /// Outside the domain.
    Outside,
    /// Main channel (主槽).
    Channel,
    /// Floodplain between the levees (滩地).
    Floodplain,
    /// Land behind the levees (堤外/背河).
    Landside,
}

/// A hydrological station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Short code, e.g. `HYK`.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Where, on the map: the point of the centreline nearest to the station.
    pub at: PointMap,
    /// Official chainage, km below Xiaolangdi.
    pub chainage_km: f64,
    /// Warning stage (警戒水位), m above the station's datum, if known.
    pub warning_stage_m: Option<f64>,
    /// Levee design stage (设防水位), m above the station's datum, if known.
    pub design_stage_m: Option<f64>,
    /// Published bankfull discharge of the epoch, m³/s, if known.
    pub bankfull_published_m3s: Option<f64>,
    /// Bankfull discharge of the section as built, from its shape, slope and roughness, m³/s.
    pub bankfull_model_m3s: Option<f64>,
    /// Observed peaks of the flood this scenario is about, if any.
    pub observed_peaks: Vec<ObservedPeak>,
    /// Observed series within the time of the scenario, if it names one and the station has readings.
    pub observed: Option<ObservedSeries>,
}

/// An observed flood peak at a station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservedPeak {
    /// Peak discharge, m³/s.
    pub discharge_m3s: f64,
    /// Highest stage, m, if known.
    pub stage_m: Option<f64>,
    /// When, s after the start of the scenario.
    pub time_secs: f64,
    /// Uncertainty of that time, s.
    pub time_tolerance_secs: f64,
    /// Confidence letter (A found in a source, B recalled, C approximate, D derived).
    pub confidence: String,
}

/// A levee (大堤).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Levee {
    /// Name, also that of the wall.
    pub wall: String,
    /// What people read.
    pub name: Bilingual,
    /// Vertices on the map, from upstream to downstream.
    pub line: Vec<PointMap>,
    /// Crest at each vertex, m.
    pub crest_m: Vec<f64>,
}

/// A floodplain unit (滩区): the part of the floodplain on one bank that people name as one; or all land behind one levee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloodplainUnit {
    /// Short code.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Counties it lies in.
    pub county: String,
    /// Middle of the unit's cells, on the map, for its label.
    pub at: PointMap,
    /// Area of its cells, m².
    pub area_m2: f64,
    /// Whether it lies behind a levee, where water comes only through a breach or over the crest.
    pub is_landside: bool,
}
