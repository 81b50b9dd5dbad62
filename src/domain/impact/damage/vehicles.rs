//! Whether a vehicle stands in moving water.

use serde::{Deserialize, Serialize};

use super::is_within;
use crate::domain::frame::REACHED_DEPTH_M;
use crate::domain::text::Label;

/// Largest values with which a vehicle still stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VehicleLimits {
    /// Depth of still water, m.
    pub depth_m: f64,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Depth times speed, m²/s.
    pub dv_m2s: f64,
}

/// A kind of vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Vehicle {
    /// Small passenger car.
    SmallCar,
    /// Large passenger car.
    LargeCar,
    /// Large four-wheel drive.
    LargeFourWheelDrive,
}

impl Vehicle {
    /// All kinds, the lightest first.
    pub const ALL: [Self; 3] = [Self::SmallCar, Self::LargeCar, Self::LargeFourWheelDrive];

    /// Name that people read.
    pub const fn label(self) -> Label {
        match self {
            Self::SmallCar => Label::new("小型轿车", "Small cars"),
            Self::LargeCar => Label::new("大型轿车", "Large cars"),
            Self::LargeFourWheelDrive => Label::new("大型越野车", "Large four-wheel drives"),
        }
    }

    /// Limits of a vehicle that is parked across the stream.
    ///
    /// The published depth at high speed (0.1, 0.15 and 0.2 m) is that of the product at 3 m/s and needs no limit of its
    /// own. Source: Shand, Cox, Blacka and Smith (2011), Australian Rainfall and Runoff, Project 10, stage 2; recalled.
    pub const fn limits(self) -> VehicleLimits {
        let (depth_m, dv_m2s) = match self {
            Self::SmallCar => (0.3, 0.30),
            Self::LargeCar => (0.4, 0.45),
            Self::LargeFourWheelDrive => (0.5, 0.60),
        };
        VehicleLimits { depth_m, speed_mps: 3.0, dv_m2s }
    }
}

const fn limits(depth_m: f64, speed_mps: f64, dv_m2s: f64) -> VehicleLimits {
    VehicleLimits { depth_m, speed_mps, dv_m2s }
}

/// Lowest, best and highest limits of a vehicle of low clearance. Source: HEC-LifeSim technical reference; found.
pub const LIFESIM_LOW_CLEARANCE: [VehicleLimits; 3] =
    [limits(0.3, 3.0, 0.3), limits(1.2, 4.5, 0.8), limits(1.5, 6.0, 1.3)];

/// Lowest, best and highest limits of a vehicle of high clearance. Source: HEC-LifeSim technical reference; found.
pub const LIFESIM_HIGH_CLEARANCE: [VehicleLimits; 3] =
    [limits(0.5, 3.0, 0.6), limits(1.5, 6.0, 1.2), limits(2.0, 6.0, 2.4)];

/// What moving water does to a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VehicleState {
    /// No water to speak of.
    Dry,
    /// It stands.
    Stable,
    /// It is pushed away: depth times speed, or the speed, is beyond the limit.
    Slides,
    /// It floats: the water is deeper than the limit of still water.
    Floats,
}

/// What a depth (m) and a speed (m/s) at one instant do to a vehicle with these limits.
///
/// Below [`REACHED_DEPTH_M`] there is no water to speak of, as in
/// [`hazard_class`](crate::domain::hazard::hazard_class). A limit itself still holds.
pub fn vehicle_state(limits: VehicleLimits, depth_m: f64, speed_mps: f64) -> VehicleState {
    if depth_m.is_nan() || depth_m < REACHED_DEPTH_M {
        VehicleState::Dry
    } else if !is_within(depth_m, limits.depth_m) {
        VehicleState::Floats
    } else if !(is_within(depth_m * speed_mps, limits.dv_m2s) && is_within(speed_mps, limits.speed_mps)) {
        VehicleState::Slides
    } else {
        VehicleState::Stable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use VehicleState::{Dry, Floats, Slides, Stable};
    use proptest::prelude::{prop, prop_assert, proptest};

    #[test]
    fn each_limit_still_holds() {
        for (vehicle, depth, speed, expected) in [
            (Vehicle::SmallCar, 0.3, 1.0, Stable),
            (Vehicle::SmallCar, 0.3, 1.1, Slides),
            (Vehicle::SmallCar, 0.31, 0.0, Floats),
            (Vehicle::LargeCar, 0.3, 1.5, Stable),
            (Vehicle::LargeCar, 0.1, 3.1, Slides),
            (Vehicle::LargeFourWheelDrive, 0.5, 1.2, Stable),
            (Vehicle::LargeFourWheelDrive, 0.4, 1.5, Stable), // a rounding error above 0.6 m²/s
            (Vehicle::SmallCar, f64::from(0.3_f32), 0.0, Stable),
            (Vehicle::LargeFourWheelDrive, 0.51, 1.0, Floats),
            (Vehicle::SmallCar, 0.04, 9.0, Dry),
            (Vehicle::SmallCar, f64::NAN, 1.0, Dry),
        ] {
            assert_eq!(vehicle_state(vehicle.limits(), depth, speed), expected, "{vehicle:?}, {depth} m, {speed} m/s");
        }
    }

    #[test]
    fn the_product_gives_the_published_depths_at_high_speed() {
        for (vehicle, depth_m) in Vehicle::ALL.into_iter().zip([0.1, 0.15, 0.2]) {
            let VehicleLimits { dv_m2s, speed_mps, .. } = vehicle.limits();
            assert!((dv_m2s / speed_mps - depth_m).abs() < 1e-12, "{vehicle:?}");
        }
    }

    proptest! {
        #[test]
        fn more_water_is_never_safer(
            [depth, speed] in [0.0_f64..2.5, 0.0..7.0],
            [deeper, faster] in prop::array::uniform2(0.0_f64..0.5),
        ) {
            let others = [LIFESIM_LOW_CLEARANCE, LIFESIM_HIGH_CLEARANCE].concat();
            for limits in Vehicle::ALL.map(Vehicle::limits).into_iter().chain(others) {
                let before = vehicle_state(limits, depth, speed);
                prop_assert!(vehicle_state(limits, depth + deeper, speed + faster) >= before, "{limits:?}");
            }
        }
    }
}
