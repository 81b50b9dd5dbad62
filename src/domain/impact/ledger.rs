//! What the flood has done to one floodplain unit (滩区台账), and how such rows add up.

use serde::{Deserialize, Serialize};

#[cfg(doc)]
use super::damage::crops::Crop;

/// A figure of money, yuan: low, middle, high.
pub type Band = [f64; 3];

/// What the flood does to one unit at one moment.
///
/// The words are kept apart: 受淹 (flooded, wet now), 受灾 (affected: something of theirs has been lost so far), 需转移
/// (to be moved: water has stood in the home so that it is unsafe).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitLoss {
    /// Flooded area now, m².
    pub area_m2: f64,
    /// The same by class of depth, m², in the order of [`DEPTH_CLASSES_M`].
    pub area_by_class_m2: [f64; 5],
    /// Flooded farmland now, m² (1 亩 = 10 000 / 15 m²).
    pub farmland_m2: f64,
    /// Water standing on the unit, m³.
    pub volume_m3: f64,
    /// Villages with water round them and none in the houses, now.
    pub villages_surrounded: f64,
    /// Villages with water in the houses, now.
    pub villages_entered: f64,
    /// Residents of villages that the water has reached, now: surrounded or entered (受淹).
    pub people: f64,
    /// Those of them with water in the houses, now.
    pub people_entered: f64,
    /// Residents of villages that it has reached so far (受灾).
    pub people_affected: f64,
    /// Residents of villages where water has stood in the home so that it is unsafe, so far (需转移).
    pub people_to_move: f64,
    /// People who have left by order, on the way or at their shelter.
    pub people_departed: f64,
    /// People who have arrived at their shelter.
    pub people_moved: f64,
    /// People still in homes that are to be moved (so far).
    pub people_at_risk: f64,
    /// People still in villages that the water has reached and no road leads out of, now.
    pub people_stranded: f64,
    /// Lives lost so far among those who stayed, estimated: low, middle, high; 0 where they are not counted.
    pub lives: Band,
    /// Farmland that was flooded so far, m².
    pub farmland_hit_m2: f64,
    /// Of it, what stood under each crop when the water came, m², in the order of [`Crop::ALL`].
    pub crops_hit_m2: [f64; 5],
    /// Of it, the area of which the whole crop is lost, m²: loss rates added up.
    pub farmland_lost_m2: f64,
    /// Farmland on which four fifths of the crop or more is lost (绝收), m².
    pub farmland_ruined_m2: f64,
    /// Floor area with water in it so far, m².
    pub houses_m2: f64,
    /// Floor area of houses that have fallen, m².
    pub houses_fallen_m2: f64,
    /// Loss by class.
    pub money: Money,
    /// What the rule of compensation pays at least and at most, yuan; no part of the loss.
    pub compensation_cny: [f64; 2],
}

/// Where the classes of depth begin, m (SL 483): up to 0.5, 1, 2, 3 and beyond.
pub const DEPTH_CLASSES_M: [f64; 4] = [0.5, 1.0, 2.0, 3.0];

/// Loss by class of thing, yuan.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Money {
    /// Standing crops.
    pub crops: Band,
    /// Houses.
    pub houses: Band,
    /// Household goods.
    pub goods: Band,
    /// Rural roads.
    pub roads: Band,
    /// Irrigation and power.
    pub works: Band,
}

impl Money {
    /// Sum over the classes: low, middle, high.
    pub fn total(&self) -> Band {
        let Self { crops, houses, goods, roads, works } = *self;
        [crops, houses, goods, roads, works].into_iter().fold([0.0; 3], add)
    }
}

impl UnitLoss {
    /// Villages that the water has reached, now.
    pub fn villages(&self) -> f64 {
        self.villages_surrounded + self.villages_entered
    }

    /// Loss, yuan: low, middle, high.
    pub fn loss_cny(&self) -> Band {
        self.money.total()
    }
}

fn add<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| a[i] + b[i])
}

impl std::ops::Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            crops: add(self.crops, other.crops),
            houses: add(self.houses, other.houses),
            goods: add(self.goods, other.goods),
            roads: add(self.roads, other.roads),
            works: add(self.works, other.works),
        }
    }
}

impl std::ops::Add for UnitLoss {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            area_m2: self.area_m2 + other.area_m2,
            area_by_class_m2: add(self.area_by_class_m2, other.area_by_class_m2),
            farmland_m2: self.farmland_m2 + other.farmland_m2,
            volume_m3: self.volume_m3 + other.volume_m3,
            villages_surrounded: self.villages_surrounded + other.villages_surrounded,
            villages_entered: self.villages_entered + other.villages_entered,
            people: self.people + other.people,
            people_entered: self.people_entered + other.people_entered,
            people_affected: self.people_affected + other.people_affected,
            people_to_move: self.people_to_move + other.people_to_move,
            people_departed: self.people_departed + other.people_departed,
            people_moved: self.people_moved + other.people_moved,
            people_at_risk: self.people_at_risk + other.people_at_risk,
            people_stranded: self.people_stranded + other.people_stranded,
            lives: add(self.lives, other.lives),
            farmland_hit_m2: self.farmland_hit_m2 + other.farmland_hit_m2,
            crops_hit_m2: add(self.crops_hit_m2, other.crops_hit_m2),
            farmland_lost_m2: self.farmland_lost_m2 + other.farmland_lost_m2,
            farmland_ruined_m2: self.farmland_ruined_m2 + other.farmland_ruined_m2,
            houses_m2: self.houses_m2 + other.houses_m2,
            houses_fallen_m2: self.houses_fallen_m2 + other.houses_fallen_m2,
            money: self.money + other.money,
            compensation_cny: add(self.compensation_cny, other.compensation_cny),
        }
    }
}

/// Sum over the units, from the unrounded figures.
pub fn total<'a>(losses: impl IntoIterator<Item = &'a UnitLoss>) -> UnitLoss {
    losses.into_iter().fold(UnitLoss::default(), |sum, loss| sum + *loss)
}
