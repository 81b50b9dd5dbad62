//! From the map to Bevy's world and back.
//!
//! `_map` is projected metres: easting, northing, z up. `_world` is Bevy's: x east, y up, z south, one unit is one
//! kilometre, with the middle of the grid at the origin. `_model` is `_world` before the vertical exaggeration.
//!
//! A float keeps about seven digits whatever the unit, so what saves precision is the local origin: 75 km from it a
//! coordinate is still good to 8 mm, where an easting of 38 million metres would be good to 4 m only. The kilometre
//! keeps near plane, haze and distances at handy sizes. Bevy's depth buffer is a reversed float, which resolves a
//! constant fraction of the distance (about 1 cm at 100 km), so water 0.05 m deep does not flicker.

use bevy::math::DVec2;
use bevy::prelude::*;

use crate::domain::geo::{Grid, PointMap};

/// Metres in one unit of the world.
pub const M_PER_UNIT: f64 = 1000.0;

/// Vertical exaggeration of everything in the scene alike. It scales one root entity, so a slider is instant.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Exaggeration(pub f32);

impl Default for Exaggeration {
    fn default() -> Self {
        Self(20.0)
    }
}

/// The local origin of the world on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorldFrame {
    /// Map point at x = z = 0.
    pub origin_map: PointMap,
    /// Level at y = 0, m.
    pub datum_m: f64,
}

impl WorldFrame {
    /// A frame with the middle of the grid as origin.
    pub fn centered_on(grid: &Grid, datum_m: f64) -> Self {
        Self {
            origin_map: [f64::midpoint(grid.west_m, grid.east_m()), f64::midpoint(grid.south_m(), grid.north_m)],
            datum_m,
        }
    }

    /// Position before exaggeration, for meshes below the scene's root.
    pub fn model_from_map(&self, at: PointMap, z_m: f64) -> Vec3 {
        Vec3::new(
            f32_from((at[0] - self.origin_map[0]) / M_PER_UNIT),
            f32_from((z_m - self.datum_m) / M_PER_UNIT),
            f32_from((self.origin_map[1] - at[1]) / M_PER_UNIT),
        )
    }

    /// Position in the world.
    pub fn world_from_map(&self, at: PointMap, z_m: f64, exaggeration: f32) -> Vec3 {
        self.model_from_map(at, z_m) * Vec3::new(1.0, exaggeration, 1.0)
    }

    /// Map point and level (m) of a position in the world.
    pub fn map_from_world(&self, at_world: Vec3, exaggeration: f32) -> (PointMap, f64) {
        let z_m = f64::from(at_world.y / exaggeration) * M_PER_UNIT + self.datum_m;
        (self.point_map_from_world(at_world), z_m)
    }

    /// Map point below a position in the world.
    pub fn point_map_from_world(&self, at_world: Vec3) -> PointMap {
        [
            self.origin_map[0] + f64::from(at_world.x) * M_PER_UNIT,
            self.origin_map[1] - f64::from(at_world.z) * M_PER_UNIT,
        ]
    }
}

/// Compass bearing from one map point to another, degrees clockwise from north, 0 to 360.
pub fn bearing_deg(from: PointMap, to: PointMap) -> f64 {
    let d = DVec2::from(to) - DVec2::from(from);
    d.x.atan2(d.y).to_degrees().rem_euclid(360.0)
}

/// The nearest single-precision value.
#[expect(clippy::cast_possible_truncation, reason = "rounding to a float for the graphics card is what is wanted")]
pub(super) fn f32_from(x: f64) -> f32 {
    x as f32
}

/// An index or count for the graphics card.
///
/// # Panics
/// When it does not fit 32 bits, which no mesh of ours can reach.
pub(super) fn u32_from(n: usize) -> u32 {
    u32::try_from(n).expect("a mesh or texture has fewer than 2^32 elements")
}

/// A colour of the legend as linear light, as shaders want it.
pub(super) fn linear(rgb: [u8; 3]) -> Vec4 {
    let c = Color::srgb_u8(rgb[0], rgb[1], rgb[2]).to_linear();
    Vec4::new(c.red, c.green, c.blue, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid { n_cols: 700, n_rows: 330, cell_m: 200.0, west_m: 38_400_000.0, north_m: 3_920_000.0 }
    }

    #[test]
    fn middle_of_the_grid_is_the_origin() {
        let frame = WorldFrame::centered_on(&grid(), 60.0);
        assert_eq!(frame.world_from_map([38_470_000.0, 3_887_000.0], 60.0, 20.0), Vec3::ZERO);
    }

    #[test]
    fn east_is_x_north_is_minus_z_up_is_exaggerated() {
        let frame = WorldFrame::centered_on(&grid(), 60.0);
        let p = frame.world_from_map([38_471_000.0, 3_889_000.0], 70.0, 20.0);
        assert!(p.abs_diff_eq(Vec3::new(1.0, 0.2, -2.0), 1e-6), "{p}");
    }

    #[test]
    fn there_and_back_is_good_to_a_centimetre_at_the_far_corner() {
        let frame = WorldFrame::centered_on(&grid(), 60.0);
        let at = [38_400_012.34, 3_919_987.65];
        let (back, z_m) = frame.map_from_world(frame.world_from_map(at, 93.21, 20.0), 20.0);
        assert!((back[0] - at[0]).abs() < 0.01 && (back[1] - at[1]).abs() < 0.01, "{back:?}");
        assert!((z_m - 93.21).abs() < 0.01, "{z_m}");
    }

    #[test]
    fn bearings_run_clockwise_from_north() {
        for (to, want) in [([0.0, 1.0], 0.0), ([1.0, 0.0], 90.0), ([0.0, -1.0], 180.0), ([-1.0, 0.0], 270.0)] {
            assert!((bearing_deg([0.0, 0.0], to) - want).abs() < 1e-9, "{to:?}");
        }
    }
}
