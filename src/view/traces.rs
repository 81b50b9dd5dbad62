//! Where lines on the ground go on the screen, such as what an order comes to. The app draws them, as it does texts.

use bevy::prelude::*;

use super::ViewSystems;
use super::camera::{CameraPose, ViewRect};
use super::scene::SceneModel;
use super::space::Exaggeration;
use crate::domain::geo::PointMap;

/// A line on the ground: a place and its level (m) for each vertex; `None` for the level of the ground there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroundTrace(pub Vec<(PointMap, Option<f64>)>);

/// The lines. The app sets them.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct GroundTraces(pub Vec<GroundTrace>);

/// Each of them as pieces in front of the camera, logical points.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct ScreenTraces(pub Vec<Vec<Vec<Vec2>>>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<GroundTraces>().init_resource::<ScreenTraces>().add_systems(
        Update,
        project
            .in_set(ViewSystems::Project)
            .run_if(resource_exists::<SceneModel>)
            .run_if(resource_exists::<ViewRect>)
            .run_if(resource_exists::<CameraPose>),
    );
}

fn project(
    model: Res<SceneModel>,
    exaggeration: Res<Exaggeration>,
    pose: Res<CameraPose>,
    view: Res<ViewRect>,
    ground: Res<GroundTraces>,
    mut screen: ResMut<ScreenTraces>,
) {
    let place = |(at, z_m): &(PointMap, Option<f64>)| {
        let z_m = z_m.or_else(|| model.bed_at(*at)).unwrap_or(model.bed_range_m()[0]);
        pose.screen_from_world(view.0, model.frame().world_from_map(*at, z_m, exaggeration.0))
    };
    let pieces = |trace: &GroundTrace| pieces(trace.0.iter().map(place));
    screen.set_if_neq(ScreenTraces(ground.0.iter().map(pieces).collect()));
}

/// The runs of points that are in front of the camera.
fn pieces(points: impl Iterator<Item = Option<Vec2>>) -> Vec<Vec<Vec2>> {
    let mut pieces = vec![Vec::new()];
    for point in points {
        match point {
            Some(point) => pieces.last_mut().expect("there is one from the start").push(point),
            None => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_behind_the_camera() {
        let [a, b, c] = [Vec2::X, Vec2::Y, Vec2::ONE];
        assert_eq!(pieces([Some(a), Some(b), None, None, Some(c)].into_iter()), [vec![a, b], vec![c]]);
        assert!(pieces([None].into_iter()).is_empty());
    }
}
