//! Levees and other walls as continuous ridges that stay readable from afar.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::math::DVec2;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

use super::ViewSystems;
use super::light::{Light, Look};
use super::material::{MOST_OPENINGS, RidgeMaterial};
use super::scene::{CurrentRoot, RebuildSystems, SceneModel};
use super::sides::lines;
use super::space::{M_PER_UNIT, f32_from, linear, u32_from};
use crate::domain::geo::PointMap;

/// Longest piece of a ridge, m: it has to follow the ground at its foot.
const PIECE_M: f64 = 400.0;

/// How far beside the crest the ground at the foot is read, m.
const FOOT_AT_M: f64 = 150.0;

/// Half width at the foot in cells, and its range, m. A levee with its berms and silted strip is 100 to 250 m wide; on
/// the grid it runs along cell edges, and the foot has to cover these stairs.
const FOOT_CELLS: f64 = 0.6;
const FOOT_M: [f64; 2] = [30.0, 125.0];

/// Height of a wall above a foot that lies outside the domain, m.
const HEIGHT_WITHOUT_GROUND_M: f64 = 5.0;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Openings>()
        .add_systems(Update, build.in_set(RebuildSystems::Parts))
        .add_systems(Update, open.in_set(ViewSystems::Sync).run_if(resource_exists::<SceneModel>));
}

/// Breaches that are open: middle on the map and width, m; the first eight are shown. The app sets them.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct Openings(pub Vec<(PointMap, f64)>);

/// Takes the openings out of the ridges.
fn open(openings: Res<Openings>, model: Res<SceneModel>, mut materials: ResMut<Assets<RidgeMaterial>>) {
    if !(openings.is_changed() || model.is_changed()) {
        return;
    }
    let mut places = [Vec4::ZERO; MOST_OPENINGS];
    for (place, (at, width_m)) in places.iter_mut().zip(&openings.0) {
        let middle = model.frame().model_from_map(*at, 0.0);
        *place = Vec4::new(middle.x, middle.z, f32_from(0.5 * width_m / M_PER_UNIT), 1.0);
    }
    for (_, ridge) in materials.iter_mut() {
        ridge.openings = places;
    }
}

fn build(
    mut commands: Commands,
    model: Res<SceneModel>,
    root: Res<CurrentRoot>,
    look: Res<Look>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<RidgeMaterial>>,
) {
    let scenario = model.scenario();
    let mut params = Light::of(&look).solid();
    params.limits.z = f32_from((FOOT_CELLS * scenario.terrain.grid.cell_m).clamp(FOOT_M[0], FOOT_M[1]) / M_PER_UNIT);
    let material = materials.add(RidgeMaterial { params, openings: [Vec4::ZERO; MOST_OPENINGS] });
    for (_, line, crest_m) in lines(&model) {
        if let Some(mesh) = ridge(&model, &pieces(&line, &crest_m)) {
            commands.spawn((
                Mesh3d(meshes.add(mesh)),
                MeshMaterial3d(material.clone()),
                // The shader widens it, and there are few.
                NoFrustumCulling,
                ChildOf(root.0),
            ));
        }
    }
}

/// A point of the crest: place, level (m).
type CrestPoint = (PointMap, f64);

/// The line with points no farther apart than [`PIECE_M`], crest linear in between.
fn pieces(line: &[PointMap], crest_m: &[f64]) -> Vec<CrestPoint> {
    let points: Vec<CrestPoint> = line.iter().copied().zip(crest_m.iter().copied()).collect();
    let mut all: Vec<CrestPoint> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let [(a, za), (b, zb)] = [pair[0], pair[1]];
        let (a, b) = (DVec2::from(a), DVec2::from(b));
        let n = count(a.distance(b) / PIECE_M);
        all.extend((1..=n).map(|i| {
            let part = f64::from(i) / f64::from(n);
            (a.lerp(b, part).to_array(), za + (zb - za) * part)
        }));
    }
    all
}

/// Pieces a stretch is cut into, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1..=10000 before")]
fn count(x: f64) -> u32 {
    x.ceil().clamp(1.0, 10_000.0) as u32
}

fn ridge(model: &SceneModel, crest: &[CrestPoint]) -> Option<Mesh> {
    if crest.len() < 2 {
        return None;
    }
    let colour = linear([0xf1, 0xe6, 0xc8]).to_array();
    let (mut positions, mut sides, mut feet, mut indices) = (vec![], vec![], vec![], vec![]);
    for (i, (at, crest_m)) in crest.iter().enumerate() {
        let (before, after) = (crest[i.saturating_sub(1)].0, crest[(i + 1).min(crest.len() - 1)].0);
        let along = (DVec2::from(after) - DVec2::from(before)).normalize_or(DVec2::X);
        // To the left of the line, on the map and in the world.
        let left = DVec2::new(-along.y, along.x);
        let left_world = Vec3::new(f32_from(left.x), 0.0, f32_from(-left.y));
        let foot_m = foot_level(model, DVec2::from(*at), left, *crest_m);
        for (side, z_m, foot) in [(1.0, foot_m, 1.0), (1.0, *crest_m, 0.0), (-1.0, *crest_m, 0.0), (-1.0, foot_m, 1.0)]
        {
            positions.push(model.frame().model_from_map(*at, z_m).to_array());
            sides.push((left_world * side).to_array());
            feet.push([side, foot]);
        }
        if i > 0 {
            let first = u32_from(4 * (i - 1));
            for strip in 0..3 {
                let [a, b, c, d] = [strip, strip + 1, strip + 4, strip + 5].map(|k| first + k);
                indices.extend([a, b, d, a, d, c]);
            }
        }
    }
    let colours = vec![colour; positions.len()];
    Some(
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, sides)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, feet)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
            .with_inserted_indices(Indices::U32(indices)),
    )
}

/// The lowest ground beside the crest, m; never above it.
fn foot_level(model: &SceneModel, at: DVec2, left: DVec2, crest_m: f64) -> f64 {
    [-FOOT_AT_M, 0.0, FOOT_AT_M]
        .iter()
        .filter_map(|offset| model.bed_at((at + left * *offset).to_array()))
        .fold(None, |low: Option<f64>, z| Some(low.map_or(z, |l| l.min(z))))
        .unwrap_or(crest_m - HEIGHT_WITHOUT_GROUND_M)
        .min(crest_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_stretches_are_cut_and_the_crest_is_linear() {
        let points = pieces(&[[0.0, 0.0], [1000.0, 0.0]], &[10.0, 16.0]);
        let want =
            [([0.0, 0.0], 10.0), ([1000.0 / 3.0, 0.0], 12.0), ([2000.0 / 3.0, 0.0], 14.0), ([1000.0, 0.0], 16.0)];
        assert_eq!(points.len(), want.len());
        for (got, want) in points.iter().zip(want) {
            assert!((got.0[0] - want.0[0]).abs() < 1e-9 && (got.1 - want.1).abs() < 1e-9, "{got:?} {want:?}");
        }
    }

    #[test]
    fn a_single_point_is_no_ridge() {
        let model = crate::view::scene::tests::row_of_cells(&[1.0, 1.0]);
        assert!(ridge(&model, &pieces(&[[0.0, 0.0]], &[3.0])).is_none());
    }
}
