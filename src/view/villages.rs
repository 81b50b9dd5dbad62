//! Villages on their platforms (村台), where and as high as the exposure has them. The platform takes the colour of
//! flooded villages when the water at its foot is as deep as what counts as flooded, the houses when it is over the
//! platform.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::image::Image;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;

use super::ViewSystems;
use super::light::{Light, Look};
use super::material::{VILLAGE_SHADER, plain_material};
use super::scene::{CurrentRoot, RebuildSystems, SceneModel};
use super::space::{f32_from, linear, u32_from};
use super::water::ShownFields;
use crate::domain::classes::VILLAGE_DRY_RGB;
use crate::domain::impact::Village;

/// Half width of a platform at its foot and on top, km. Heights are stretched with everything else.
const PLATFORM_KM: [f32; 2] = [0.14, 0.11];
/// Least height that a platform is drawn with, km: one of none would not be seen.
const LEAST_PLATFORM_KM: f32 = 0.0004;
/// Greatest height of a platform that the shader knows, m.
const HIGHEST_PLATFORM_M: f32 = 16.0;

/// Middle of each house on the platform, half its length and width, height of wall and roof, km.
const HOUSES: [([f32; 2], [f32; 2]); 3] =
    [([-0.04, -0.035], [0.045, 0.022]), ([0.045, 0.005], [0.024, 0.045]), ([-0.03, 0.05], [0.05, 0.022])];
const WALL_KM: f32 = 0.003;
const ROOF_KM: f32 = 0.0015;

#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
struct VillageParams {
    dry: [Vec4; 3],
    flooded: Vec4,
    light: Vec4,
    sunlight: Vec4,
    haze: Vec4,
}

/// Villages over the textures of the water.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone, PartialEq)]
struct VillageMaterial {
    #[uniform(0)]
    params: VillageParams,
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
    field_a: Handle<Image>,
    #[texture(2, sample_type = "float", filterable = false, visibility(vertex))]
    field_b: Handle<Image>,
}

impl Material for VillageMaterial {
    plain_material!(VILLAGE_SHADER);
}

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(MaterialPlugin::<VillageMaterial>::default())
        .add_systems(Update, build.in_set(RebuildSystems::Parts))
        .add_systems(Update, show.in_set(ViewSystems::Project).run_if(resource_exists::<ShownFields>));
}

/// The villages of the scene that was built last.
#[derive(Component, Debug)]
struct Villages {
    flooded_depth_m: f32,
}

fn build(mut commands: Commands, model: Res<SceneModel>, root: Res<CurrentRoot>, mut meshes: ResMut<Assets<Mesh>>) {
    let Some(exposure) = &model.scenario().exposure else { return };
    if exposure.villages.is_empty() {
        return;
    }
    commands.spawn((
        Villages { flooded_depth_m: f32_from(exposure.flooded_depth_m) },
        Mesh3d(meshes.add(mesh(&model, &exposure.villages))),
        NoFrustumCulling, // they lie over all of the domain
        ChildOf(root.0),
    ));
}

/// Vertices of one kind of surface: the middle of the village, the way from there, the normal, the kind and the texel.
#[derive(Debug, Default)]
struct Shapes {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    ways: Vec<[f32; 4]>,
    texels: Vec<[f32; 2]>,
    indices: Vec<u32>,
}

impl Shapes {
    /// A flat quad, its corners counter-clockwise seen from outside.
    fn quad(&mut self, corners: [Vec3; 4], kind: f32) {
        let first = u32_from(self.ways.len());
        // Heights are kilometres that will be stretched: shaded as if about twentyfold.
        let [a, b, c, d] = corners.map(|corner| corner * Vec3::new(1.0, 20.0, 1.0));
        let normal = (c - a).cross(d - b).normalize_or(Vec3::Y);
        for corner in corners {
            self.normals.push(normal.to_array());
            self.ways.push(corner.extend(kind).to_array());
        }
        self.indices.extend([0, 1, 2, 0, 2, 3].map(|i| first + i));
    }

    /// Walls between two level rectangles, and the upper one if it is wanted.
    fn frustum(&mut self, middle: Vec2, low: (Vec2, f32), high: (Vec2, f32), kind: f32, has_top: bool) {
        let ring = |(half, y): (Vec2, f32)| {
            [(-1.0, 1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)]
                .map(|(x, z)| Vec3::new(middle.x + x * half.x, y, middle.y + z * half.y))
        };
        let (low, high) = (ring(low), ring(high));
        for i in 0..4 {
            let j = (i + 1) % 4;
            self.quad([low[i], low[j], high[j], high[i]], kind);
        }
        if has_top {
            self.quad(high, kind);
        }
    }

    /// Marks all vertices since the last call as of a village, in the middle of its cell.
    fn place(&mut self, model: &SceneModel, Village { cell, platform_m, .. }: &Village) {
        let cell = *cell;
        let height = f32_from(platform_m.clamp(0.0, 0.99 * f64::from(HIGHEST_PLATFORM_M))) / HIGHEST_PLATFORM_M;
        let first = self.positions.len();
        self.ways[first..].iter_mut().for_each(|way| way[3] += height);
        let grid = &model.scenario().terrain.grid;
        let (row, col) = grid.row_col(cell);
        let at = model.frame().model_from_map(grid.center_map(row, col), model.scenario().terrain.bed_m[cell]);
        self.positions.resize(self.ways.len(), at.to_array());
        self.texels.resize(self.ways.len(), [f32_from(col as f64), f32_from(row as f64)]);
    }
}

fn mesh(model: &SceneModel, villages: &[Village]) -> Mesh {
    let [foot, top] = PLATFORM_KM;
    let mut shapes = Shapes::default();
    for village in villages {
        let height = (f32_from(village.platform_m) / 1000.0).max(LEAST_PLATFORM_KM);
        shapes.frustum(Vec2::ZERO, (Vec2::splat(foot), 0.0), (Vec2::splat(top), height), 0.0, true);
        for (middle, half) in HOUSES {
            let (middle, half) = (Vec2::from(middle), Vec2::from(half));
            let eaves = height + WALL_KM;
            shapes.frustum(middle, (half, height), (half, eaves), 1.0, false);
            let ridge = if half.x > half.y { Vec2::new(half.x, 0.0) } else { Vec2::new(0.0, half.y) };
            shapes.frustum(middle, (half * 1.08, eaves), (ridge, eaves + ROOF_KM), 2.0, false);
        }
        shapes.place(model, village);
    }
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, shapes.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, shapes.normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, shapes.texels)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, shapes.ways)
        .with_inserted_indices(Indices::U32(shapes.indices))
}

/// Brings the material up to date with light and water.
fn show(
    mut commands: Commands,
    fields: Res<ShownFields>,
    look: Res<Look>,
    mut materials: ResMut<Assets<VillageMaterial>>,
    villages: Query<(Entity, &Villages, Option<&MeshMaterial3d<VillageMaterial>>)>,
) {
    for (entity, Villages { flooded_depth_m }, material) in &villages {
        let wanted = wanted(&fields, &Light::of(&look), *flooded_depth_m);
        match material {
            None => {
                commands.entity(entity).insert(MeshMaterial3d(materials.add(wanted)));
            }
            Some(held) if materials.get(&held.0).is_some_and(|held| *held != wanted) => {
                if let Some(mut material) = materials.get_mut(&held.0) {
                    *material = wanted;
                }
            }
            Some(_) => {}
        }
    }
}

fn wanted(fields: &ShownFields, light: &Light, flooded_depth_m: f32) -> VillageMaterial {
    let solid = light.solid();
    let [field_a, field_b] = fields.images.clone();
    VillageMaterial {
        params: VillageParams {
            dry: VILLAGE_DRY_RGB.map(linear),
            flooded: linear(fields.layer.flooded_village_rgb()).truncate().extend(flooded_depth_m),
            light: solid.light,
            sunlight: light.rgb.extend(fields.weight),
            haze: solid.haze,
        },
        field_a,
        field_b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scene::tests::with_river;

    #[test]
    fn every_vertex_has_a_place_and_looks_outwards() {
        let model = with_river();
        let village = Village {
            id: "P-001".into(),
            name: crate::domain::text::Bilingual::new("村", "Village"),
            unit: 0,
            cell: 7,
            at: [0.0, 0.0],
            people: 100.0,
            people_by_day: 80.0,
            households: 30.0,
            platform_m: 4.0,
            houses_m2: [0.0; 3],
            is_practised: false,
        };
        let mut shapes = Shapes::default();
        shapes.frustum(Vec2::ZERO, (Vec2::ONE, 0.0), (Vec2::ONE, 0.1), 1.0, true);
        shapes.place(&model, &village);
        assert_eq!((shapes.positions.len(), shapes.normals.len(), shapes.texels.len()), (20, 20, 20));
        assert_eq!(shapes.normals[16], [0.0, 1.0, 0.0], "the top looks up");
        for (way, normal) in shapes.ways.iter().zip(&shapes.normals).take(16) {
            assert!(way[0] * normal[0] + way[2] * normal[2] > 0.0, "{way:?} {normal:?}");
            assert!((way[3] - 1.25).abs() < 1e-6, "a wall on a platform of 4 m");
        }
    }
}
