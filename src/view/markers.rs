//! Station poles, of the same size on screen at any distance. The head of the pole is drawn with its label.

use bevy::prelude::*;

use super::ViewSystems;
use super::camera::CameraPose;
use super::material::{LandMaterial, SolidParams};
use super::scene::{RebuildSystems, SceneEntity, SceneModel};
use super::space::{Exaggeration, linear};
use super::terrain::Solid;
use crate::domain::geo::PointMap;

/// Height of a pole as a share of its distance from the camera.
pub(super) const POLE_SHARE: f32 = 0.03;

/// A pole on the map.
#[derive(Component, Debug, Clone, Copy)]
struct Pole {
    at_map: PointMap,
    foot_m: f64,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, build.in_set(RebuildSystems::Parts))
        .add_systems(Update, size_poles.in_set(ViewSystems::Sync));
}

fn build(
    mut commands: Commands,
    model: Res<SceneModel>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LandMaterial>>,
) {
    let Some(river) = &model.scenario().river else { return };
    let mesh = meshes.add(pole_mesh());
    let material = materials.add(LandMaterial::new(SolidParams::flat(), false));
    for station in &river.stations {
        let foot_m = model.bed_at(station.at).unwrap_or(model.bed_range_m()[0]);
        commands.spawn((
            Pole { at_map: station.at, foot_m },
            Mesh3d(mesh.clone()),
            MeshMaterial3d(material.clone()),
            SceneEntity,
        ));
    }
}

fn size_poles(
    model: Option<Res<SceneModel>>,
    pose: Option<Res<CameraPose>>,
    exaggeration: Res<Exaggeration>,
    mut poles: Query<(&Pole, &mut Transform)>,
) {
    let (Some(model), Some(pose)) = (model, pose) else { return };
    for (pole, mut transform) in &mut poles {
        let foot = model.frame().world_from_map(pole.at_map, pole.foot_m, exaggeration.0);
        let size = pose.depth_of(foot).max(0.1) * POLE_SHARE;
        let wanted = Transform::from_translation(foot).with_scale(Vec3::splat(size));
        transform.set_if_neq(wanted);
    }
}

/// A slender pole of height 1 on a small plate.
fn pole_mesh() -> Mesh {
    let mut solid = Solid::default();
    let (dark, light) = (linear([0x2a, 0x30, 0x36]), linear([0xff, 0xfb, 0xef]));
    let ring = |radius: f32, y: f32| {
        [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)].map(|(x, z)| Vec3::new(x * radius, y, z * radius))
    };
    shell(&mut solid, Vec3::ZERO, ring(0.16, 0.0), [Vec3::Y * 0.05; 4], dark);
    shell(&mut solid, Vec3::ZERO, ring(0.035, 0.0), ring(0.035, 1.0), light);
    solid.mesh()
}

/// Four sides between two rings.
fn shell(solid: &mut Solid, middle: Vec3, low: [Vec3; 4], high: [Vec3; 4], colour: Vec4) {
    let first = solid.n_vertices();
    for corner in low.into_iter().chain(high) {
        solid.push(
            corner,
            ((corner - middle) * Vec3::new(1.0, 0.0, 1.0) + Vec3::Y * 0.5).normalize_or(Vec3::Y),
            colour,
        );
    }
    for i in 0..4 {
        let j = (i + 1) % 4;
        solid.indices.extend([i, i + 4, j, j, i + 4, j + 4].map(|k| first + k));
    }
}
