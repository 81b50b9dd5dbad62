//! The quiet background, and the haze that takes its colour.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

use super::ViewSystems;
use super::material::{BackdropMaterial, LandMaterial, RidgeMaterial};
use super::space::linear;

/// Colours of the background, sRGB. Replace it to change the theme.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backdrop {
    /// Straight up.
    pub zenith: [u8; 3],
    /// At eye level; distant ground fades towards it.
    pub horizon: [u8; 3],
    /// Straight down: what the domain seems to lie on.
    pub ground: [u8; 3],
}

impl Backdrop {
    /// For a dim room.
    pub const DARK: Self = Self { zenith: [0x0c, 0x12, 0x1a], horizon: [0x3a, 0x49, 0x55], ground: [0x12, 0x17, 0x1d] };
    /// For print.
    pub const LIGHT: Self =
        Self { zenith: [0xdf, 0xe8, 0xee], horizon: [0xf4, 0xf4, 0xf0], ground: [0xe6, 0xe6, 0xe2] };
}

impl Default for Backdrop {
    fn default() -> Self {
        Self::DARK
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Backdrop>()
        .add_systems(Startup, spawn)
        .add_systems(Update, recolour.in_set(ViewSystems::Sync).run_if(resource_exists_and_changed::<Backdrop>));
}

fn material(colours: &Backdrop) -> BackdropMaterial {
    BackdropMaterial {
        zenith: linear(colours.zenith),
        horizon: linear(colours.horizon),
        ground: linear(colours.ground),
    }
}

fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<BackdropMaterial>>,
    colours: Res<Backdrop>,
) {
    let corners = vec![[-1.0, -1.0, 0.0], [3.0, -1.0, 0.0], [-1.0, 3.0, 0.0_f32]];
    let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, corners)
        .with_inserted_indices(Indices::U32(vec![0, 1, 2]));
    commands.spawn((
        Mesh3d(meshes.add(mesh)),
        MeshMaterial3d(materials.add(material(&colours))),
        NoFrustumCulling,
        Transform::default(),
    ));
}

fn recolour(
    colours: Res<Backdrop>,
    mut backdrops: ResMut<Assets<BackdropMaterial>>,
    mut lands: ResMut<Assets<LandMaterial>>,
    mut ridges: ResMut<Assets<RidgeMaterial>>,
) {
    for (_, backdrop) in backdrops.iter_mut() {
        *backdrop = material(&colours);
    }
    let haze = linear(colours.horizon).truncate();
    let solids = lands.iter_mut().map(|(_, m)| &mut m.params);
    for params in solids.chain(ridges.iter_mut().map(|(_, m)| &mut m.params)) {
        params.haze = haze.extend(params.haze.w);
    }
}
