//! Mouse and keys: left drag orbits about the point under the cursor, right or middle drag pans, the wheel zooms to
//! the cursor, a click names a point of the map, a double click flies there; Home, N and T show the overview, north up and top down.

use bevy::input::mouse::{AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use super::{
    CameraAction, CameraPose, CameraPreset, CameraRig, Course, GroundClick, SceneInput, ViewRect, target_height,
};
use crate::view::scene::SceneModel;
use crate::view::space::Exaggeration;
use crate::view::{ComparedWater, Split, ViewSystems};

/// Degrees turned by a drag of one logical point.
const DEG_PER_POINT: f64 = 0.25;

/// Factor of the distance for one line of the wheel.
const ZOOM_PER_LINE: f64 = 0.87;

/// Points of a touch pad that count as a line of a wheel.
const POINTS_PER_LINE: f64 = 40.0;

/// Longest time between the clicks of a double click, s, and farthest way, logical points.
const DOUBLE_CLICK: (f64, f32) = (0.35, 6.0);

/// A press that moves less than this, logical points, is a click.
const CLICK_POINTS: f32 = 4.0;

/// A drag that began in the scene and lasts until its button is let go, wherever the pointer is by then.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
enum Drag {
    #[default]
    None,
    Orbit {
        pivot: Vec3,
        last: Vec2,
        /// Until it has, it may still be a click.
        has_moved: bool,
    },
    Pan {
        grabbed: Vec3,
        button: MouseButton,
        /// From the first view to the one that it began in.
        shift: Vec2,
    },
}

/// When and where the left button last went down.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
struct LastClick(Option<(f64, Vec2)>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Drag>().init_resource::<LastClick>().add_systems(
        Update,
        (begin_drag, follow_drag, zoom, keys)
            .chain()
            .in_set(ViewSystems::Input)
            .run_if(resource_exists::<SceneModel>.and_then(resource_exists::<CameraPose>))
            .run_if(resource_exists::<ViewRect>),
    );
}

/// The scene as the mouse sees it.
#[derive(bevy::ecs::system::SystemParam)]
struct Sight<'w> {
    model: Res<'w, SceneModel>,
    exaggeration: Res<'w, Exaggeration>,
    pose: Res<'w, CameraPose>,
    view: Res<'w, ViewRect>,
    compared: Option<Res<'w, ComparedWater>>,
}

impl Sight<'_> {
    /// Where the cursor is in the first view: the second one, at its right, has the same camera.
    fn folded(&self, cursor: Vec2) -> Vec2 {
        let is_split = self.compared.as_ref().is_some_and(|compared| compared.split == Split::SideBySide);
        let is_right = is_split && cursor.x >= self.view.0.max.x;
        if is_right { cursor - Vec2::new(self.view.0.width(), 0.0) } else { cursor }
    }

    /// The point under the cursor: on the ground, or at the target's level beside it, or at the target's distance.
    fn under(&self, rig: &CameraRig, cursor: Vec2) -> Vec3 {
        let direction = self.pose.sight(self.view.0, cursor);
        let level = target_height(&self.model, rig, self.exaggeration.0);
        let distance = crate::view::space::f32_from(rig.distance_m / crate::view::space::M_PER_UNIT);
        self.pose
            .ground_along(&self.model, self.exaggeration.0, direction)
            .or_else(|| self.pose.plane_along(level, direction).filter(|p| self.pose.depth_of(*p) < 4.0 * distance))
            .unwrap_or(self.pose.eye + direction * distance)
    }
}

/// Whether something may begin at a point of the screen.
fn may_begin(input: &SceneInput, view: &ViewRect, cursor: Vec2) -> bool {
    !input.pointer_blocked && view.0.contains(cursor)
}

fn begin_drag(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    buttons: Res<ButtonInput<MouseButton>>,
    time: Res<Time<Real>>,
    input: Res<SceneInput>,
    rig: Res<CameraRig>,
    sight: Sight<'_>,
    mut drag: ResMut<Drag>,
    mut last_click: ResMut<LastClick>,
    mut actions: MessageWriter<CameraAction>,
) {
    let Some(cursor) = window.as_ref().and_then(|w| w.cursor_position()) else { return };
    let folded = sight.folded(cursor);
    if *drag != Drag::None || !may_begin(&input, &sight.view, folded) {
        return;
    }
    if buttons.just_pressed(MouseButton::Left) {
        let now = time.elapsed_secs_f64();
        let pivot = sight.under(&rig, folded);
        let is_double =
            last_click.0.is_some_and(|(then, at)| now - then < DOUBLE_CLICK.0 && at.distance(cursor) < DOUBLE_CLICK.1);
        if is_double {
            actions.write(CameraAction::FlyTo(sight.model.frame().point_map_from_world(pivot)));
            last_click.0 = None;
            return;
        }
        last_click.0 = Some((now, cursor));
        *drag = Drag::Orbit { pivot, last: cursor, has_moved: false };
    }
    for button in [MouseButton::Right, MouseButton::Middle] {
        if buttons.just_pressed(button) {
            *drag = Drag::Pan { grabbed: sight.under(&rig, folded), button, shift: cursor - folded };
        }
    }
}

fn follow_drag(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    buttons: Res<ButtonInput<MouseButton>>,
    sight: Sight<'_>,
    mut rig: ResMut<CameraRig>,
    mut course: ResMut<Course>,
    input: Res<SceneInput>,
    mut drag: ResMut<Drag>,
    mut clicks: MessageWriter<GroundClick>,
) {
    let button = match *drag {
        Drag::None => return,
        Drag::Orbit { .. } => MouseButton::Left,
        Drag::Pan { button, .. } => button,
    };
    if !buttons.pressed(button) {
        // The panels saw the press a picture later than the scene: by now they have said whether it was theirs.
        if let Drag::Orbit { pivot, has_moved: false, .. } = *drag
            && !input.pointer_blocked
        {
            clicks.write(GroundClick(sight.model.frame().point_map_from_world(pivot)));
        }
        *drag = Drag::None;
        return;
    }
    let Some(cursor) = window.as_ref().and_then(|w| w.cursor_position()) else { return };
    let (frame, exaggeration) = (sight.model.frame(), sight.exaggeration.0);
    match &mut *drag {
        Drag::Orbit { pivot, last, has_moved } => {
            let way = cursor - *last;
            if way == Vec2::ZERO || (!*has_moved && way.length() < CLICK_POINTS) {
                return;
            }
            (*last, *has_moved) = (cursor, true);
            let (yaw, pitch) = (f64::from(way.x) * DEG_PER_POINT, f64::from(way.y) * DEG_PER_POINT);
            course.release();
            *rig = rig.orbited(frame, exaggeration, *pivot, yaw, pitch);
        }
        Drag::Pan { grabbed, shift, .. } => {
            let direction = sight.pose.sight(sight.view.0, cursor - *shift);
            let Some(now) = sight.pose.plane_along(grabbed.y, direction) else { return };
            let target = frame.world_from_map(rig.target_map, rig.target_z_m, exaggeration);
            let way = (*grabbed - now) * Vec3::new(1.0, 0.0, 1.0);
            // Towards the horizon a point of the cursor is worth many kilometres; never leap.
            let longest = crate::view::space::f32_from(rig.distance_m / crate::view::space::M_PER_UNIT);
            if way == Vec3::ZERO {
                return;
            }
            course.release();
            *rig = rig.at_world(frame, exaggeration, target + way.clamp_length_max(longest));
        }
        Drag::None => {}
    }
}

fn zoom(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    scroll: Res<AccumulatedMouseScroll>,
    input: Res<SceneInput>,
    sight: Sight<'_>,
    mut rig: ResMut<CameraRig>,
    mut course: ResMut<Course>,
) {
    let Some(cursor) = window.as_ref().and_then(|w| w.cursor_position()).map(|at| sight.folded(at)) else { return };
    if scroll.delta.y == 0.0 || !may_begin(&input, &sight.view, cursor) {
        return;
    }
    let lines = match scroll.unit {
        MouseScrollUnit::Line => f64::from(scroll.delta.y),
        MouseScrollUnit::Pixel => f64::from(scroll.delta.y) / POINTS_PER_LINE,
    };
    let towards = sight.under(&rig, cursor);
    course.release();
    *rig = rig.zoomed(sight.model.frame(), sight.exaggeration.0, towards, ZOOM_PER_LINE.powf(lines.clamp(-8.0, 8.0)));
}

fn keys(keys: Res<ButtonInput<KeyCode>>, input: Res<SceneInput>, mut actions: MessageWriter<CameraAction>) {
    if input.keys_blocked {
        return;
    }
    let wishes = [
        (KeyCode::Home, CameraAction::Show(CameraPreset::Overview)),
        (KeyCode::KeyN, CameraAction::NorthUp),
        (KeyCode::KeyT, CameraAction::TopDown),
    ];
    for (key, wish) in wishes {
        if keys.just_pressed(key) {
            actions.write(wish);
        }
    }
}
