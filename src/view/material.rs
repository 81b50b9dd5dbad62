//! The unlit materials of the scene and their shaders, which are part of the program.
//!
//! All lighting is worked out per vertex, so that a software rasteriser only interpolates: relief shading on the
//! ground, one lambert term on ridges. Nothing casts a shadow, nothing takes part in a prepass.

use bevy::asset::uuid_handle;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError};
use bevy::shader::ShaderRef;

/// Defines a material's plain trait functions: one shader, no prepass, no shadows.
macro_rules! plain_material {
    ($shader:expr) => {
        fn vertex_shader() -> ShaderRef {
            $shader.into()
        }
        fn fragment_shader() -> ShaderRef {
            $shader.into()
        }
        fn enable_prepass() -> bool {
            false
        }
        fn enable_shadows() -> bool {
            false
        }
    };
}
pub(super) use plain_material;

const LAND_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c01");
const RIDGE_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c02");
const PLAIN_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c05");
const BACKDROP_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c03");
pub(super) const VILLAGE_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c06");
pub(super) const WATER_SHADER: Handle<Shader> = uuid_handle!("0d3a8a0e-3d3c-4a43-9d0c-5a5b6f1b7c04");

/// Brightness that relief takes or gives at most, as a share.
const RELIEF_SHADE: f32 = 0.34;

/// Slope in the exaggerated world at which relief begins to saturate. At ×20 it is 0.3 ‰ of the ground: the cross
/// slope of the floodplain (about 0.5 ‰) and the banks of the channel (10 ‰ and more) are then both seen.
const RELIEF_SLOPE: f32 = 0.006;

/// Light and haze of everything solid.
#[derive(ShaderType, Debug, Clone, Copy)]
pub struct SolidParams {
    /// Direction towards the light, of length 1; `w` is the share of light that has no direction, 0 to 1.
    pub light: Vec4,
    /// What the light does to the colour of what it falls on, linear.
    pub sun: Vec4,
    /// Colour of the haze, linear; `w` is the distance (km) at which the haze has taken 63 % of its part.
    pub haze: Vec4,
    /// x: largest part of the haze, 0 to 1; y: smallest half width of a ridge on screen, as a share of the
    /// view's height; z: half width of a ridge at its foot, km; w: 1 draws what fades, 0 what does not.
    pub limits: Vec4,
    /// x: largest change of brightness by relief, 0 for none; y: slope in the exaggerated world at which the relief
    /// begins to saturate; z: difference of level between contour lines, m, 0 for none.
    pub relief: Vec4,
}

impl SolidParams {
    /// Ground under a light from there, of that colour, and a haze of that colour.
    pub(super) fn lit(towards: Vec3, rgb: Vec3, haze: Vec3) -> Self {
        Self {
            light: towards.extend(0.45),
            sun: rgb.extend(0.0),
            haze: haze.extend(110.0),
            limits: Vec4::new(0.6, 0.0011, 0.06, 0.0),
            relief: Vec4::new(RELIEF_SHADE, RELIEF_SLOPE, 0.0, 0.0),
        }
    }

    /// Flat light without haze, for markers.
    pub fn flat() -> Self {
        Self { light: Vec3::Y.extend(0.8), sun: Vec4::ONE, haze: Vec4::ONE, limits: Vec4::ZERO, relief: Vec4::ZERO }
    }

    /// Takes over the light of another, and the distance of contour lines (m); markers keep theirs.
    pub(super) fn take_light(&mut self, lit: &Self, contour_m: f32) {
        if self.relief.x > 0.0 {
            (self.light, self.sun, self.haze) = (lit.light, lit.sun, lit.haze);
            self.relief.z = contour_m;
        }
    }
}

/// Ground, cut edges and markers: vertex colours, lambert, haze.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub struct LandMaterial {
    /// Light and haze.
    #[uniform(0)]
    pub params: SolidParams,
    fading: bool,
}

impl LandMaterial {
    /// What is whole of a surface, or, to be drawn after it, what fades.
    pub(super) fn new(mut params: SolidParams, fading: bool) -> Self {
        params.limits.w = if fading { 1.0 } else { 0.0 };
        Self { params, fading }
    }
}

impl Material for LandMaterial {
    plain_material!(LAND_SHADER);

    fn alpha_mode(&self) -> AlphaMode {
        if self.fading { AlphaMode::Blend } else { AlphaMode::Opaque }
    }

    fn specialize(
        _: &bevy::pbr::MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &bevy::mesh::MeshVertexBufferLayoutRef,
        _: bevy::pbr::MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // The cut edge is seen from both sides once the camera looks across a bend.
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Levees and walls: a prism that never gets thinner on screen than `limits.y`.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub struct RidgeMaterial {
    /// Light and haze.
    #[uniform(0)]
    pub params: SolidParams,
    /// Openings: middle in the world (x, z) and half the width, km; `w` is 1 where there is one.
    #[uniform(1)]
    pub openings: [Vec4; MOST_OPENINGS],
}

/// Openings that a ridge can have at once.
pub(super) const MOST_OPENINGS: usize = 8;

impl Material for RidgeMaterial {
    plain_material!(RIDGE_SHADER);

    fn specialize(
        _: &bevy::pbr::MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &bevy::mesh::MeshVertexBufferLayoutRef,
        _: bevy::pbr::MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// The background: sky above the horizon, a plain or a quiet ground below it. Colours are linear.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub struct BackdropMaterial {
    /// Straight up.
    #[uniform(0)]
    pub zenith: Vec4,
    /// At eye level.
    #[uniform(0)]
    pub horizon: Vec4,
    /// Straight down, or the colour of the plain.
    #[uniform(0)]
    pub ground: Vec4,
    /// Direction towards the sun; `w` is how much it glows.
    #[uniform(0)]
    pub sun: Vec4,
    /// What the light does to colours; `w` is the distance (km) at which the haze has taken 63 % of its part.
    #[uniform(0)]
    pub sunlight: Vec4,
    /// Level of the plain at the origin, its rise to the east and to the south, km a km; `w` is 1 if there is one.
    #[uniform(0)]
    pub plain: Vec4,
}

impl BackdropMaterial {
    /// Nothing, before there is a light.
    pub(super) fn dark() -> Self {
        let [zenith, horizon, ground, sun, sunlight, plain] = [Vec4::ZERO; 6];
        Self { zenith, horizon, ground, sun, sunlight, plain }
    }
}

impl Material for BackdropMaterial {
    plain_material!(BACKDROP_SHADER);
}

pub(super) fn plugin(app: &mut App) {
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    let sources = [
        (PLAIN_SHADER, include_str!("shaders/plain.wgsl"), "hetu/plain.wgsl"),
        (LAND_SHADER, include_str!("shaders/land.wgsl"), "hetu/land.wgsl"),
        (RIDGE_SHADER, include_str!("shaders/ridge.wgsl"), "hetu/ridge.wgsl"),
        (BACKDROP_SHADER, include_str!("shaders/backdrop.wgsl"), "hetu/backdrop.wgsl"),
        (VILLAGE_SHADER, include_str!("shaders/village.wgsl"), "hetu/village.wgsl"),
        (WATER_SHADER, include_str!("shaders/water.wgsl"), "hetu/water.wgsl"),
    ];
    for (handle, source, name) in sources {
        if let Err(error) = shaders.insert(handle.id(), Shader::from_wgsl(source, name)) {
            error!("shader {name} is not available: {error}");
        }
    }
    app.add_plugins((
        MaterialPlugin::<LandMaterial>::default(),
        MaterialPlugin::<RidgeMaterial>::default(),
        MaterialPlugin::<BackdropMaterial>::default(),
    ));
}
