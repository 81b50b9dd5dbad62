//! Where the camera is and what it sees: pure geometry.

use bevy::math::DVec2;
use bevy::prelude::*;

use crate::domain::geo::PointMap;
use crate::view::scene::SceneModel;
use crate::view::space::{M_PER_UNIT, WorldFrame, f32_from};

/// Vertical field of view, degrees: narrow enough that a long reach is not bent out of shape.
pub const FIELD_OF_VIEW_DEG: f32 = 32.0;

/// Nearest and farthest the camera goes from its target, m.
pub const DISTANCE_RANGE_M: [f64; 2] = [300.0, 1_200_000.0];

/// Flattest and steepest look down, degrees.
pub const PITCH_RANGE_DEG: [f64; 2] = [3.0, 90.0];

/// Least height of the camera above the ground below it, km.
const CLEARANCE_KM: f32 = 0.06;

/// The orbit camera: it looks at a target from a distance.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct CameraRig {
    /// What it looks at, on the map.
    pub target_map: PointMap,
    /// Level of the target, m.
    pub target_z_m: f64,
    /// Distance to the target, m of the exaggerated scene.
    pub distance_m: f64,
    /// Bearing it looks towards, degrees clockwise from north.
    pub yaw_deg: f64,
    /// Angle below the horizon, degrees; 90 looks straight down.
    pub pitch_deg: f64,
}

impl Default for CameraRig {
    fn default() -> Self {
        Self { target_map: [0.0, 0.0], target_z_m: 0.0, distance_m: 10_000.0, yaw_deg: 45.0, pitch_deg: 30.0 }
    }
}

impl CameraRig {
    /// The same rig within the ranges, yaw from 0 to 360.
    pub fn clamped(mut self) -> Self {
        self.distance_m = self.distance_m.clamp(DISTANCE_RANGE_M[0], DISTANCE_RANGE_M[1]);
        self.pitch_deg = self.pitch_deg.clamp(PITCH_RANGE_DEG[0], PITCH_RANGE_DEG[1]);
        self.yaw_deg = self.yaw_deg.rem_euclid(360.0);
        self
    }

    /// Between two rigs, `part` from 0 to 1: the short way round, equal factors of distance in equal times.
    pub fn between(a: &Self, b: &Self, part: f64) -> Self {
        let turn = (b.yaw_deg - a.yaw_deg + 180.0).rem_euclid(360.0) - 180.0;
        Self {
            target_map: DVec2::from(a.target_map).lerp(DVec2::from(b.target_map), part).to_array(),
            target_z_m: a.target_z_m + (b.target_z_m - a.target_z_m) * part,
            distance_m: a.distance_m * (b.distance_m / a.distance_m).powf(part),
            yaw_deg: a.yaw_deg + turn * part,
            pitch_deg: a.pitch_deg + (b.pitch_deg - a.pitch_deg) * part,
        }
        .clamped()
    }

    /// Where the camera stands, kept above the ground.
    pub fn pose(&self, model: &SceneModel, exaggeration: f32) -> CameraPose {
        let mut pose = self.free_pose(model.frame(), exaggeration);
        let floor = model.ground_world(pose.eye, exaggeration).unwrap_or(0.0) + CLEARANCE_KM;
        pose.eye.y = pose.eye.y.max(floor);
        pose
    }

    fn free_pose(&self, frame: &WorldFrame, exaggeration: f32) -> CameraPose {
        let target = frame.world_from_map(self.target_map, self.target_z_m, exaggeration);
        let axes = axes(self.yaw_deg, self.pitch_deg);
        CameraPose { eye: target - axes[2] * f32_from(self.distance_m / M_PER_UNIT), axes }
    }

    /// The rig after a turn by the given angles about a point of the world.
    pub fn orbited(&self, frame: &WorldFrame, exaggeration: f32, pivot: Vec3, yaw_deg: f64, pitch_deg: f64) -> Self {
        let next = Self { yaw_deg: self.yaw_deg + yaw_deg, pitch_deg: self.pitch_deg + pitch_deg, ..*self }.clamped();
        let target = frame.world_from_map(self.target_map, self.target_z_m, exaggeration);
        // What the old axes say of the way from pivot to target, said with the new axes.
        let (old, new) = (axes(self.yaw_deg, self.pitch_deg), axes(next.yaw_deg, next.pitch_deg));
        let way = target - pivot;
        let turned = (0..3).fold(Vec3::ZERO, |sum, i| sum + new[i] * way.dot(old[i]));
        next.at_world(frame, exaggeration, pivot + turned)
    }

    /// The rig with camera and target drawn towards a point by a factor of the distance below 1, or away above it.
    pub fn zoomed(&self, frame: &WorldFrame, exaggeration: f32, towards: Vec3, factor: f64) -> Self {
        let next = Self { distance_m: self.distance_m * factor, ..*self }.clamped();
        let done = f32_from(next.distance_m / self.distance_m);
        let target = frame.world_from_map(self.target_map, self.target_z_m, exaggeration);
        next.at_world(frame, exaggeration, towards + (target - towards) * done)
    }

    /// The rig with another target.
    pub fn at_world(&self, frame: &WorldFrame, exaggeration: f32, target: Vec3) -> Self {
        let (target_map, target_z_m) = frame.map_from_world(target, exaggeration);
        Self { target_map, target_z_m, ..*self }
    }
}

/// Right, up and forward for a bearing and an angle below the horizon.
fn axes(yaw_deg: f64, pitch_deg: f64) -> [Vec3; 3] {
    let (sy, cy) = f32_from(yaw_deg.to_radians()).sin_cos();
    let (sp, cp) = f32_from(pitch_deg.to_radians()).sin_cos();
    [Vec3::new(cy, 0.0, sy), Vec3::new(sy * sp, cp, -cy * sp), Vec3::new(sy * cp, -sp, -cy * cp)]
}

/// Where the camera stands in the world and how it is turned.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct CameraPose {
    /// Position.
    pub eye: Vec3,
    /// Right, up, forward, each of length 1.
    pub axes: [Vec3; 3],
}

impl CameraPose {
    /// Bevy's transform of this pose.
    pub fn transform(&self) -> Transform {
        let [right, up, forward] = self.axes;
        Transform::from_translation(self.eye).with_rotation(Quat::from_mat3(&Mat3::from_cols(right, up, -forward)))
    }

    /// Distance of a point along the line of sight, km; negative behind the camera.
    pub fn depth_of(&self, at_world: Vec3) -> f32 {
        (at_world - self.eye).dot(self.axes[2])
    }

    /// Where a point appears, in logical points, `None` behind the camera. `rect` is the view on the screen.
    pub fn screen_from_world(&self, rect: Rect, at_world: Vec3) -> Option<Vec2> {
        let way = at_world - self.eye;
        let depth = way.dot(self.axes[2]);
        if depth <= 1e-4 {
            return None;
        }
        let per_height = way.dot(self.axes[1]) / (depth * half_height());
        let per_width = way.dot(self.axes[0]) / (depth * half_height() * aspect(rect));
        Some(rect.center() + Vec2::new(per_width, -per_height) * rect.size() * 0.5)
    }

    /// Direction of sight, of length 1, through a point of the screen in logical points.
    pub fn sight(&self, rect: Rect, at_screen: Vec2) -> Vec3 {
        let share = (at_screen - rect.center()) / (rect.size() * 0.5);
        let [right, up, forward] = self.axes;
        let sideways = right * (share.x * half_height() * aspect(rect)) - up * (share.y * half_height());
        (forward + sideways).normalize_or(forward)
    }

    /// First point of the ground in a direction; `None` when it meets none within the longest sight.
    pub fn ground_along(&self, model: &SceneModel, exaggeration: f32, direction: Vec3) -> Option<Vec3> {
        let cell_km = f32_from(model.scenario().terrain.grid.cell_m / M_PER_UNIT);
        let longest = f32_from(2.0 * DISTANCE_RANGE_M[1] / M_PER_UNIT);
        let is_below = |t: f32| {
            let p = self.eye + direction * t;
            model.ground_world(p, exaggeration).is_some_and(|ground| p.y <= ground)
        };
        let mut t = 0.0;
        while t < longest {
            let next = t + (0.4 * cell_km).max(0.002 * t);
            if is_below(next) {
                let (mut above, mut below) = (t, next);
                for _ in 0..20 {
                    let middle = f32::midpoint(above, below);
                    if is_below(middle) { below = middle } else { above = middle }
                }
                return Some(self.eye + direction * below);
            }
            t = next;
        }
        None
    }

    /// Where a line of sight meets a level plane; `None` when it does not within the longest sight.
    pub fn plane_along(&self, height: f32, direction: Vec3) -> Option<Vec3> {
        let t = (height - self.eye.y) / direction.y;
        let longest = f32_from(2.0 * DISTANCE_RANGE_M[1] / M_PER_UNIT);
        (t.is_finite() && t > 0.0 && t < longest).then(|| self.eye + direction * t)
    }
}

fn half_height() -> f32 {
    (FIELD_OF_VIEW_DEG.to_radians() / 2.0).tan()
}

/// Width by height of a view.
pub(super) fn aspect(rect: Rect) -> f32 {
    rect.width() / rect.height().max(1.0)
}

/// Free room at the edges of a fitted view, as shares of half its width or height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margins {
    /// Left and right.
    pub sides: f32,
    /// Above, where the poles and names of far stations stand.
    pub top: f32,
    /// Below.
    pub bottom: f32,
}

/// The nearest rig with the given turn that has all points in view, with margins.
///
/// Each side of the view is a plane through the eye, so the nearest eye follows from the outermost point at each side.
pub fn fitted(
    model: &SceneModel,
    exaggeration: f32,
    turn_deg: [f64; 2],
    aspect: f32,
    margins: Margins,
    points: &[Vec3],
) -> Option<CameraRig> {
    let [yaw_deg, pitch_deg] = turn_deg;
    let [right, up, forward] = axes(yaw_deg, pitch_deg);
    let tan_right = half_height() * aspect * (1.0 - margins.sides);
    let (tan_top, tan_bottom) = (half_height() * (1.0 - margins.top), half_height() * (1.0 - margins.bottom));
    // Farthest the eye may stand along the sight for both sides of an axis, and its place across for a given one.
    let along = |axis: Vec3, tan_plus: f32, tan_minus: f32| {
        let most = |f: &dyn Fn(&Vec3) -> f32| points.iter().map(f).fold(f32::NEG_INFINITY, f32::max);
        let a = most(&|p| p.dot(axis) - tan_plus * p.dot(forward));
        let b = most(&|p| -p.dot(axis) - tan_minus * p.dot(forward));
        (-(a + b) / (tan_plus + tan_minus), a, b)
    };
    let (ahead_x, a_x, b_x) = along(right, tan_right, tan_right);
    let (ahead_y, a_y, b_y) = along(up, tan_top, tan_bottom);
    let ahead = ahead_x.min(ahead_y);
    if !ahead.is_finite() {
        return None;
    }
    // Where there is room to spare, the points stand in the middle of what the margins leave.
    let across =
        |a: f32, b: f32, tan_plus: f32, tan_minus: f32| f32::midpoint(a + tan_plus * ahead, -b - tan_minus * ahead);
    let (x, y) = (across(a_x, b_x, tan_right, tan_right), across(a_y, b_y, tan_top, tan_bottom));
    let eye = right * x + up * y + forward * ahead;
    let pose = CameraPose { eye, axes: [right, up, forward] };
    let middle = points.iter().sum::<Vec3>() / f32_from(points.len() as f64);
    let hit = pose.ground_along(model, exaggeration, forward).or_else(|| pose.plane_along(middle.y, forward));
    let target = hit.unwrap_or(eye + forward * pose.depth_of(middle).max(1.0));
    let distance_m = f64::from(eye.distance(target)) * M_PER_UNIT;
    let rig = CameraRig { distance_m, yaw_deg, pitch_deg, ..CameraRig::default() };
    Some(rig.at_world(model.frame(), exaggeration, target).clamped())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scene::tests::raster;

    const RECT: Rect = Rect { min: Vec2::new(100.0, 50.0), max: Vec2::new(900.0, 650.0) };

    fn level_model() -> SceneModel {
        raster(50, vec![10.0; 50 * 40])
    }

    fn rig() -> CameraRig {
        CameraRig { target_map: [2500.0, 2000.0], target_z_m: 10.0, distance_m: 6000.0, yaw_deg: 30.0, pitch_deg: 35.0 }
    }

    #[test]
    fn the_target_appears_in_the_middle_of_the_view() {
        let model = level_model();
        let pose = rig().pose(&model, 20.0);
        let target = model.frame().world_from_map([2500.0, 2000.0], 10.0, 20.0);
        let at = pose.screen_from_world(RECT, target).unwrap();
        assert!(at.abs_diff_eq(RECT.center(), 0.01), "{at}");
        assert!((pose.eye.distance(target) - 6.0).abs() < 1e-4);
    }

    #[test]
    fn looking_north_from_above_has_east_on_the_right_and_north_up() {
        let model = level_model();
        let pose = CameraRig { yaw_deg: 0.0, pitch_deg: 90.0, ..rig() }.pose(&model, 20.0);
        let at = |p| pose.screen_from_world(RECT, model.frame().world_from_map(p, 10.0, 20.0)).unwrap();
        let (middle, east, north) = (at([2500.0, 2000.0]), at([2600.0, 2000.0]), at([2500.0, 2100.0]));
        assert!(east.x > middle.x + 1.0 && (east.y - middle.y).abs() < 0.01);
        assert!(north.y < middle.y - 1.0 && (north.x - middle.x).abs() < 0.01);
    }

    #[test]
    fn sight_is_the_inverse_of_projection() {
        let model = level_model();
        let pose = rig().pose(&model, 20.0);
        let point = model.frame().world_from_map([3100.0, 2700.0], 10.0, 20.0);
        let direction = pose.sight(RECT, pose.screen_from_world(RECT, point).unwrap());
        let hit = pose.ground_along(&model, 20.0, direction).unwrap();
        assert!(hit.distance(point) < 0.005, "{hit} {point}");
    }

    #[test]
    fn the_pivot_of_an_orbit_stays_where_it_is_on_the_screen() {
        let model = level_model();
        let pivot = model.frame().world_from_map([3000.0, 2600.0], 10.0, 20.0);
        let before = rig().pose(&model, 20.0).screen_from_world(RECT, pivot).unwrap();
        let turned = rig().orbited(model.frame(), 20.0, pivot, 25.0, 10.0);
        let after = turned.pose(&model, 20.0).screen_from_world(RECT, pivot).unwrap();
        assert!(after.abs_diff_eq(before, 0.1), "{before} {after}");
        assert!((turned.yaw_deg - 55.0).abs() < 1e-9);
    }

    #[test]
    fn zoom_keeps_the_point_under_the_cursor() {
        let model = level_model();
        let point = model.frame().world_from_map([3000.0, 2600.0], 10.0, 20.0);
        let before = rig().pose(&model, 20.0).screen_from_world(RECT, point).unwrap();
        let after = rig().zoomed(model.frame(), 20.0, point, 0.5).pose(&model, 20.0).screen_from_world(RECT, point);
        assert!(after.unwrap().abs_diff_eq(before, 0.1), "{before} {after:?}");
    }

    #[test]
    fn the_camera_stays_above_the_ground() {
        let model = level_model();
        let low = CameraRig { target_z_m: -500.0, pitch_deg: 3.0, distance_m: 1500.0, ..rig() };
        let pose = low.pose(&model, 20.0);
        assert!(pose.eye.y >= model.ground_world(pose.eye, 20.0).unwrap() + CLEARANCE_KM - 1e-6, "{}", pose.eye);
    }

    #[test]
    fn a_move_turns_the_short_way_and_ends_at_its_goal() {
        let a = CameraRig { yaw_deg: 350.0, ..rig() };
        let b = CameraRig { yaw_deg: 20.0, distance_m: 24_000.0, ..rig() };
        let half = CameraRig::between(&a, &b, 0.5);
        assert!((half.yaw_deg - 5.0).abs() < 1e-9 && (half.distance_m - 12_000.0).abs() < 1e-6, "{half:?}");
        assert!((CameraRig::between(&a, &b, 1.0).yaw_deg - 20.0).abs() < 1e-9);
    }

    #[test]
    fn a_fitted_view_holds_every_point_and_touches_the_margin() {
        let model = level_model();
        let corners = [[0.0, 0.0], [5000.0, 0.0], [5000.0, 4000.0], [0.0, 4000.0]];
        let points = corners.map(|p| model.frame().world_from_map(p, 10.0, 20.0));
        for (width, turn) in [(1280.0, [60.0, 20.0]), (500.0, [60.0, 20.0]), (1280.0, [0.0, 90.0])] {
            let rect = Rect::new(0.0, 0.0, width, 720.0);
            let rig = fitted(&model, 20.0, turn, aspect(rect), Margins { sides: 0.1, top: 0.1, bottom: 0.1 }, &points)
                .unwrap();
            let pose = rig.pose(&model, 20.0);
            let shares = points.map(|p| {
                let at = pose.screen_from_world(rect, p).unwrap();
                ((at - rect.center()) / (rect.size() * 0.5)).abs().max_element()
            });
            let most = shares.into_iter().fold(0.0, f32::max);
            assert!((most - 0.9).abs() < 0.01, "{width} {turn:?}: {shares:?}");
        }
    }
}
