//! What can be damaged by depth of water.

use serde::{Deserialize, Serialize};

use crate::domain::text::Label;

/// A kind of property that has a damage curve of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Asset {
    /// Houses of brick with concrete floors (砖混).
    HouseBrickConcrete,
    /// Houses of brick with a timber roof (砖木).
    HouseBrickWood,
    /// Houses of earth with a timber roof (土木).
    HouseEarthWood,
    /// What households own inside the house.
    HouseholdGoods,
    /// Industry: fixed assets.
    Industry,
    /// Commerce and services: premises and stock.
    Commerce,
    /// Rural roads.
    RuralRoad,
    /// Irrigation, pumps and power lines.
    WaterWorks,
    /// Crops by depth alone. Crops by month and duration are in [`crops`](super::crops).
    Agriculture,
}

impl Asset {
    /// All assets, in the order of their declaration.
    pub const ALL: [Self; 9] = [
        Self::HouseBrickConcrete,
        Self::HouseBrickWood,
        Self::HouseEarthWood,
        Self::HouseholdGoods,
        Self::Industry,
        Self::Commerce,
        Self::RuralRoad,
        Self::WaterWorks,
        Self::Agriculture,
    ];

    /// Name in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::HouseBrickConcrete => "house-brick-concrete",
            Self::HouseBrickWood => "house-brick-wood",
            Self::HouseEarthWood => "house-earth-wood",
            Self::HouseholdGoods => "household-goods",
            Self::Industry => "industry",
            Self::Commerce => "commerce",
            Self::RuralRoad => "rural-road",
            Self::WaterWorks => "water-works",
            Self::Agriculture => "agriculture",
        }
    }

    /// The asset of this name in tables.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asset| asset.id() == id)
    }

    /// Name that people read.
    pub const fn label(self) -> Label {
        match self {
            Self::HouseBrickConcrete => Label::new("砖混房屋", "Brick-concrete houses"),
            Self::HouseBrickWood => Label::new("砖木房屋", "Brick-timber houses"),
            Self::HouseEarthWood => Label::new("土木房屋", "Earth-timber houses"),
            Self::HouseholdGoods => Label::new("家庭财产", "Household goods"),
            Self::Industry => Label::new("工业资产", "Industry"),
            Self::Commerce => Label::new("商贸资产", "Commerce"),
            Self::RuralRoad => Label::new("农村道路", "Rural roads"),
            Self::WaterWorks => Label::new("水利电力设施", "Irrigation and power works"),
            Self::Agriculture => Label::new("农作物（仅按水深）", "Crops (by depth alone)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_stand_in_their_order_and_are_found_by_name() {
        for (place, asset) in Asset::ALL.into_iter().enumerate() {
            // `CurveSet` keeps its curves by this number.
            assert_eq!(asset as usize, place);
            assert_eq!(Asset::of_id(asset.id()), Some(asset));
        }
        assert_eq!(Asset::of_id("boat"), None);
    }
}
