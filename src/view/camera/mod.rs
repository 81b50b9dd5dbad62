//! The orbit camera: its rig, its presets, its viewport, and what the eye can read off it.
//!
//! The app says where the scene is on screen with [`SceneInput`] and asks for moves with [`CameraAction`]. While
//! nobody has touched the camera since a preset was shown, the preset is fitted again when the view changes its shape.

mod input;
mod preset;
mod rig;

use bevy::camera::visibility::RenderLayers;
use bevy::camera::{RenderTarget, Viewport};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::prelude::*;

pub use preset::{CameraPreset, UnknownCamera};
pub use rig::{CameraPose, CameraRig, DISTANCE_RANGE_M, FIELD_OF_VIEW_DEG, Margins, PITCH_RANGE_DEG, fitted};

use super::ViewSystems;
use super::scene::SceneModel;
use super::space::{Exaggeration, M_PER_UNIT, f32_from};
use super::water::{ComparedWater, Split, WATER_LAYERS};
use crate::domain::geo::PointMap;

/// Marks the camera that shows the scene.
#[derive(Component, Debug, Default)]
pub struct SceneCamera;

/// The components of the scene's camera; add a `RenderTarget` for pictures, and leave it out for the window.
///
/// Tones are not mapped and not dithered, so that class colours come out as they are.
pub fn scene_camera(msaa: Msaa) -> impl Bundle {
    (
        SceneCamera,
        Camera3d::default(),
        Camera { clear_color: ClearColorConfig::Custom(Color::BLACK), ..default() },
        Projection::from(PerspectiveProjection {
            fov: FIELD_OF_VIEW_DEG.to_radians(),
            near: 0.02,
            far: 3000.0,
            ..default()
        }),
        Tonemapping::None,
        DebandDither::Disabled,
        layers_with(&WATER_LAYERS),
        msaa,
    )
}

/// Marks the camera of the right-hand view, while two waters are seen side by side.
#[derive(Component, Debug, Default)]
struct SecondCamera;

/// What a camera sees: all but the water of the other.
fn layers_with(waters: &[usize]) -> RenderLayers {
    waters.iter().fold(RenderLayers::layer(0), |layers, water| layers.with(*water))
}

/// Which part of the window belongs to the scene, and whether it may listen. The app sets it every frame.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
pub struct SceneInput {
    /// The scene on screen, logical points; `None` for all of the window. The camera's viewport follows it.
    pub rect: Option<Rect>,
    /// The panels want the pointer: no drag begins, no wheel counts. A drag begun before goes on.
    pub pointer_blocked: bool,
    /// The panels want the keys.
    pub keys_blocked: bool,
}

/// The view on screen, logical points. Absent until the camera knows the size of its target.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct ViewRect(pub Rect);

/// A wish for the camera.
#[derive(Message, Debug, Clone, PartialEq)]
pub enum CameraAction {
    /// Moves to a named view.
    Show(CameraPreset),
    /// Is at a named view at once.
    Jump(CameraPreset),
    /// Is at a rig at once.
    JumpTo(CameraRig),
    /// Moves to a rig.
    MoveTo(CameraRig),
    /// Turns north up.
    NorthUp,
    /// Looks straight down.
    TopDown,
    /// Flies to a point of the map, to half the distance but not nearer than 4 km.
    FlyTo(PointMap),
}

/// Someone pressed and let go on the scene without dragging: the point of the map under the cursor.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
pub struct GroundClick(pub PointMap);

/// What instruments beside the scene show.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
pub struct ViewReadout {
    /// Bearing the camera looks towards, degrees clockwise from north; a north arrow is turned by its negative.
    pub heading_deg: f64,
    /// Angle below the horizon, degrees.
    pub pitch_deg: f64,
    /// Metres that one logical point across the view covers at the target of the camera.
    pub metres_per_point: f64,
}

/// Duration of a camera move, s.
const MOVE_SECS: f64 = 0.9;

/// The move under way, and the preset that is kept fitted.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
struct Course {
    motion: Option<Motion>,
    preset: Option<CameraPreset>,
    fitted_for: Option<(Rect, f32)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Motion {
    from: CameraRig,
    to: CameraRig,
    elapsed_secs: f64,
}

impl Course {
    /// The user has taken over.
    fn release(&mut self) {
        *self = Self::default();
    }

    fn move_to(&mut self, from: CameraRig, to: CameraRig) {
        self.motion = Some(Motion { from, to, elapsed_secs: 0.0 });
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<CameraRig>()
        .init_resource::<SceneInput>()
        .init_resource::<ViewReadout>()
        .init_resource::<Course>()
        .add_message::<CameraAction>()
        .add_message::<GroundClick>()
        .add_plugins(input::plugin)
        .add_systems(
            Update,
            (
                start_at_overview.run_if(resource_exists_and_changed::<SceneModel>),
                split_view,
                set_viewport,
                obey,
                keep_fitted,
                place,
            )
                .chain()
                .in_set(ViewSystems::Camera)
                .run_if(resource_exists::<SceneModel>),
        )
        .add_systems(Update, read_out.in_set(ViewSystems::Project).run_if(resource_exists::<ViewRect>));
}

fn start_at_overview(mut course: ResMut<Course>) {
    *course = Course { preset: Some(CameraPreset::Overview), ..default() };
}

/// Hangs up the camera of the right-hand view when two waters are to be seen side by side, and takes it down after.
fn split_view(
    mut commands: Commands,
    compared: Option<Res<ComparedWater>>,
    first: Query<(Entity, &Msaa, Option<&RenderTarget>), With<SceneCamera>>,
    second: Query<Entity, With<SecondCamera>>,
) {
    let Ok((camera, msaa, target)) = first.single() else { return };
    let wanted = compared.is_some_and(|compared| compared.split == Split::SideBySide);
    match (wanted, second.single()) {
        (true, Err(_)) => {
            let mut second = commands.spawn((scene_camera(*msaa), SecondCamera));
            second.insert((
                Camera { order: 1, clear_color: ClearColorConfig::None, ..default() },
                layers_with(&WATER_LAYERS[1..]),
            ));
            second.remove::<SceneCamera>();
            if let Some(target) = target {
                second.insert(target.clone());
            }
            commands.entity(camera).insert(layers_with(&WATER_LAYERS[..1]));
        }
        (false, Ok(second)) => {
            commands.entity(second).despawn();
            commands.entity(camera).insert(layers_with(&WATER_LAYERS));
        }
        _ => {}
    }
}

/// The viewport follows the scene's rectangle; an empty one (first frames, minimised window) leaves the last in place.
fn set_viewport(
    mut commands: Commands,
    input: Res<SceneInput>,
    view: Option<Res<ViewRect>>,
    mut cameras: Query<&mut Camera, (With<SceneCamera>, Without<SecondCamera>)>,
    mut second: Query<&mut Camera, With<SecondCamera>>,
) {
    let Ok(mut camera) = cameras.single_mut() else { return };
    let (Some(target), Some(scale)) = (camera.physical_target_size(), camera.target_scaling_factor()) else { return };
    let Some(mut viewport) = viewport(input.rect, scale, target) else { return };
    if let Ok(mut second) = second.single_mut() {
        let right;
        [viewport, right] = halves(viewport);
        if second.viewport.as_ref().map(corners) != Some(corners(&right)) {
            second.viewport = Some(right);
        }
    }
    let whole = UVec2::ZERO == viewport.physical_position && viewport.physical_size == target;
    let wanted = (!whole).then_some(viewport.clone());
    if camera.viewport.as_ref().map(corners) != wanted.as_ref().map(corners) {
        camera.viewport = wanted;
    }
    let corner = viewport.physical_position.as_vec2() / scale;
    let rect = Rect::from_corners(corner, corner + viewport.physical_size.as_vec2() / scale);
    if view.is_none_or(|v| v.0 != rect) {
        commands.insert_resource(ViewRect(rect));
    }
}

fn corners(viewport: &Viewport) -> (UVec2, UVec2) {
    (viewport.physical_position, viewport.physical_size)
}

/// The left and the right half of a viewport, equally wide.
fn halves(whole: Viewport) -> [Viewport; 2] {
    let physical_size = UVec2::new((whole.physical_size.x / 2).max(1), whole.physical_size.y);
    let right = whole.physical_position + UVec2::new(whole.physical_size.x - physical_size.x, 0);
    [whole.physical_position, right].map(|physical_position| Viewport {
        physical_position,
        physical_size,
        ..whole.clone()
    })
}

/// The part of a target that a rectangle of logical points covers; `None` when that is empty.
fn viewport(rect: Option<Rect>, scale: f32, target: UVec2) -> Option<Viewport> {
    let whole = Rect::from_corners(Vec2::ZERO, target.as_vec2());
    let rect = rect.map_or(whole, |r| Rect::from_corners(r.min * scale, r.max * scale).intersect(whole));
    let physical_position = rect.min.round().as_uvec2();
    let physical_size = rect.max.round().as_uvec2().saturating_sub(physical_position);
    (physical_size.min_element() > 0).then(|| Viewport { physical_position, physical_size, ..default() })
}

fn obey(
    mut actions: MessageReader<CameraAction>,
    model: Res<SceneModel>,
    exaggeration: Res<Exaggeration>,
    mut rig: ResMut<CameraRig>,
    mut course: ResMut<Course>,
    view: Option<Res<ViewRect>>,
) {
    for action in actions.read() {
        let start = *rig;
        match action {
            CameraAction::Jump(preset) => *course = Course { preset: Some(preset.clone()), ..default() },
            CameraAction::Show(preset) => {
                let goal = view.as_ref().and_then(|v| preset.rig(&model, rig::aspect(v.0), exaggeration.0));
                *course = Course { preset: Some(preset.clone()), ..default() };
                if let (Some(goal), Some(view)) = (goal, &view) {
                    course.fitted_for = Some((view.0, exaggeration.0));
                    course.move_to(start, goal);
                }
            }
            CameraAction::JumpTo(goal) => {
                course.release();
                *rig = goal.clamped();
            }
            CameraAction::MoveTo(goal) => turn(&mut course, start, goal.clamped()),
            CameraAction::NorthUp => turn(&mut course, start, CameraRig { yaw_deg: 0.0, ..start }),
            CameraAction::TopDown => turn(&mut course, start, CameraRig { pitch_deg: 90.0, ..start }),
            CameraAction::FlyTo(at) => {
                let target_z_m = model.bed_at(*at).unwrap_or(start.target_z_m);
                let distance_m = (start.distance_m / 2.0).max(4000.0).min(start.distance_m.max(4000.0));
                turn(&mut course, start, CameraRig { target_map: *at, target_z_m, distance_m, ..start });
            }
        }
    }
}

fn turn(course: &mut Course, from: CameraRig, to: CameraRig) {
    course.release();
    course.move_to(from, to);
}

/// Fits the shown preset to the shape of the view, until the user takes over.
fn keep_fitted(
    model: Res<SceneModel>,
    exaggeration: Res<Exaggeration>,
    view: Option<Res<ViewRect>>,
    mut rig: ResMut<CameraRig>,
    mut course: ResMut<Course>,
) {
    let (Some(view), Some(preset)) = (view, course.preset.clone()) else { return };
    let shape = Some((view.0, exaggeration.0));
    if course.fitted_for == shape {
        return;
    }
    let Some(goal) = preset.rig(&model, rig::aspect(view.0), exaggeration.0) else { return };
    match &mut course.motion {
        Some(motion) => motion.to = goal,
        None => *rig = goal,
    }
    course.fitted_for = shape;
}

fn place(
    mut commands: Commands,
    time: Res<Time>,
    model: Res<SceneModel>,
    exaggeration: Res<Exaggeration>,
    mut rig: ResMut<CameraRig>,
    mut course: ResMut<Course>,
    mut cameras: Query<&mut Transform, Or<(With<SceneCamera>, With<SecondCamera>)>>,
) {
    if let Some(motion) = &mut course.motion {
        motion.elapsed_secs += time.delta_secs_f64();
        let part = (motion.elapsed_secs / MOVE_SECS).min(1.0);
        *rig = CameraRig::between(&motion.from, &motion.to, eased(part));
        if part >= 1.0 {
            course.motion = None;
        }
    }
    let pose = rig.pose(&model, exaggeration.0);
    commands.insert_resource(pose);
    for mut transform in &mut cameras {
        transform.set_if_neq(pose.transform());
    }
}

/// Starts and ends at rest.
fn eased(part: f64) -> f64 {
    part * part * part * (part * (part * 6.0 - 15.0) + 10.0)
}

fn read_out(rig: Res<CameraRig>, view: Res<ViewRect>, mut readout: ResMut<ViewReadout>) {
    let across_m = 2.0 * rig.distance_m * f64::from(FIELD_OF_VIEW_DEG.to_radians() / 2.0).tan();
    let next = ViewReadout {
        heading_deg: rig.yaw_deg,
        pitch_deg: rig.pitch_deg,
        metres_per_point: across_m / f64::from(view.0.height().max(1.0)),
    };
    readout.set_if_neq(next);
}

/// The target's height in the world.
fn target_height(model: &SceneModel, rig: &CameraRig, exaggeration: f32) -> f32 {
    f32_from((rig.target_z_m - model.frame().datum_m) / M_PER_UNIT) * exaggeration
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewport_is_in_pixels_and_never_empty() {
        let target = UVec2::new(2000, 1000);
        let rect = |x0, y0, x1, y1| Some(Rect::new(x0, y0, x1, y1));
        let found = viewport(rect(100.0, 20.0, 900.0, 400.0), 2.0, target).unwrap();
        assert_eq!((found.physical_position, found.physical_size), (UVec2::new(200, 40), UVec2::new(1600, 760)));
        assert_eq!(viewport(None, 2.0, target).unwrap().physical_size, target);
        let over = viewport(rect(900.0, 400.0, 1200.0, 900.0), 2.0, target).unwrap();
        assert_eq!(over.physical_size, UVec2::new(200, 200), "cut at the edge of the target");
        assert!(viewport(rect(100.0, 20.0, 100.0, 400.0), 2.0, target).is_none());
        assert!(viewport(rect(1100.0, 20.0, 1200.0, 400.0), 2.0, target).is_none());
        assert!(viewport(None, 1.0, UVec2::ZERO).is_none());
    }

    #[test]
    fn halves_are_equal_and_touch_the_sides() {
        let whole = Viewport { physical_position: UVec2::new(10, 5), physical_size: UVec2::new(101, 40), ..default() };
        let [left, right] = halves(whole);
        assert_eq!(corners(&left), (UVec2::new(10, 5), UVec2::new(50, 40)));
        assert_eq!(corners(&right), (UVec2::new(61, 5), UVec2::new(50, 40)));
    }

    #[test]
    fn a_move_starts_and_ends_at_rest() {
        assert_eq!([eased(0.0), eased(0.5), eased(1.0)], [0.0, 0.5, 1.0]);
        assert!(eased(0.01) < 1e-4 && 1.0 - eased(0.99) < 1e-4);
    }
}
