//! What stands in the water's way: floodplain units, villages, crops, roads, and what they are worth.

use serde::{Deserialize, Serialize};

use super::damage::asset::Asset;
use super::damage::buildings::Building;
use super::damage::compensation::CompensationRule;
use super::damage::crops::Crop;
use super::damage::curve_set::CurveSet;
use super::roads::RoadNet;
use crate::domain::geo::PointMap;
use crate::domain::text::{Bilingual, Label};

/// What stands on the floodplain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// One row for each unit of the river, in the same order.
    pub units: Vec<UnitExposure>,
    /// Villages, in the order of the register.
    pub villages: Vec<Village>,
    /// Roads by which people leave.
    pub roads: RoadNet,
    /// Share of the farmland that a crop has in its season, 0 to 1; what is out of season loses nothing.
    pub crops: Vec<(Crop, f64)>,
    /// What things are worth.
    pub values: Values,
    /// Damage by depth.
    pub curves: CurveSet,
    /// What the state pays, beside the loss.
    pub compensation: CompensationRule,
    /// How people leave.
    pub leaving: Leaving,
    /// Whether lives lost are estimated: in a drill, where it was asked for.
    pub counts_lives: bool,
    /// A cell counts as flooded at this depth and above, m.
    pub flooded_depth_m: f64,
    /// Where the figures come from. The text itself says that they are demonstration values (演示参数): whoever prints
    /// it adds nothing.
    pub source: Bilingual,
}

/// What lies on one unit beside its villages.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitExposure {
    /// Share of the area that is farmland, 0 to 1.
    pub farmland_frac: f64,
}

/// A village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Village {
    /// Code, unique: that of the unit and a number.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Position of its unit among the river's.
    pub unit: usize,
    /// Cell it stands on, row-major, row 0 north.
    pub cell: usize,
    /// Where, on the map.
    pub at: PointMap,
    /// Residents, who are there at night.
    pub people: f64,
    /// Those who are there by day.
    pub people_by_day: f64,
    /// Households.
    pub households: f64,
    /// How far its ground (村台) lies above that of the cell, m.
    pub platform_m: f64,
    /// Floor area by type of house, m², in the order of [`House::ALL`].
    pub houses_m2: [f64; 3],
    /// Whether leaving was practised in a drill.
    pub is_practised: bool,
}

/// Type of house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum House {
    /// Brick and concrete (砖混).
    BrickConcrete,
    /// Brick and timber (砖木).
    BrickTimber,
    /// Earth and timber (土木).
    Earth,
}

impl House {
    /// All, in the order of [`Village::houses_m2`].
    pub const ALL: [Self; 3] = [Self::BrickConcrete, Self::BrickTimber, Self::Earth];

    /// The curve that it suffers by.
    pub const fn asset(self) -> Asset {
        match self {
            Self::BrickConcrete => Asset::HouseBrickConcrete,
            Self::BrickTimber => Asset::HouseBrickWood,
            Self::Earth => Asset::HouseEarthWood,
        }
    }

    /// The test by which it falls.
    pub const fn building(self) -> Building {
        match self {
            Self::BrickConcrete | Self::BrickTimber => Building::Masonry,
            Self::Earth => Building::Adobe,
        }
    }

    /// What people read.
    pub const fn label(self) -> Label {
        match self {
            Self::BrickConcrete => Label::new("砖混", "Brick and concrete"),
            Self::BrickTimber => Label::new("砖木", "Brick and timber"),
            Self::Earth => Label::new("土木", "Earth and timber"),
        }
    }
}

/// What things are worth, yuan of one year.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Values {
    /// Houses, yuan/m² of floor, in the order of [`House::ALL`].
    pub house_cny_per_m2: [f64; 3],
    /// Household goods, yuan a person.
    pub goods_cny_per_person: f64,
    /// Standing crop, yuan/亩, all crops alike.
    pub crop_cny_per_mu: f64,
    /// Rural roads, yuan/km.
    pub road_cny_per_km: f64,
    /// Irrigation and power, yuan/亩 of farmland.
    pub works_cny_per_mu: f64,
    /// Year of the values.
    pub year: u16,
}

/// How people leave, and how the hours for it are reckoned.
///
/// A warning spreads as 1 − exp(−(t/τ)^1.2); a household that has it leaves after a time that is log-normal. Both and
/// the speeds are demonstration values (演示参数); the form is that of `LifeSim` (USACE 2018).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Leaving {
    /// τ by day and by night, h.
    pub spread_hours: [f64; 2],
    /// Median time to get ready, h: practised and not.
    pub ready_hours: [f64; 2],
    /// Standard deviation of its logarithm.
    pub ready_sigma: f64,
    /// Share that stays, 0 to 1: practised and not.
    pub stay_frac: [f64; 2],
    /// Speed on village roads, m/s.
    pub speed_mps: f64,
    /// People in a vehicle.
    pub people_per_vehicle: f64,
    /// Vehicles that a ramp of the levee takes, 1/h.
    pub ramp_vehicles_per_hour: f64,
    /// Reserve before the way out closes, h.
    pub reserve_hours: f64,
}

impl Default for Leaving {
    fn default() -> Self {
        Self {
            spread_hours: [0.7, 1.3],
            ready_hours: [1.0, 2.5],
            ready_sigma: 0.6,
            stay_frac: [0.03, 0.12],
            speed_mps: 20.0 / 3.6,
            people_per_vehicle: 3.0,
            ramp_vehicles_per_hour: 900.0,
            reserve_hours: 1.0,
        }
    }
}

impl Exposure {
    /// The villages that a name means: one by its code or name, or all of a unit by its code or name.
    pub fn villages_of<'a>(
        &'a self,
        units: &'a [crate::domain::river::FloodplainUnit],
        who: &'a str,
    ) -> impl Iterator<Item = usize> + 'a {
        let who = who.trim();
        let is = move |id: &str, name: &Bilingual| id == who || name.zh == who || name.en == who;
        let unit = units.iter().position(|unit| is(&unit.id, &unit.name));
        let all = self.villages.iter().enumerate();
        all.filter(move |(_, village)| unit == Some(village.unit) || is(&village.id, &village.name)).map(|(k, _)| k)
    }
}
