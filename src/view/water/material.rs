//! The material of the water surface.

use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError};
use bevy::shader::ShaderRef;

use super::SHOWN_DEPTH_M;
use crate::view::light::Light;
use crate::view::material::{WATER_SHADER, plain_material};
use crate::view::space::{linear, u32_from};
use crate::view::style::{LayerStyle, MAX_CLASSES};

/// How much darker the outermost pixel of the water is, 0 to 1: a thin line that tells pale water from pale ground.
const SHORELINE: f32 = 0.45;

/// What the shader is told, see `shaders/water.wgsl`.
#[derive(ShaderType, Debug, Clone, Copy, PartialEq)]
pub(super) struct WaterParams {
    colours: [Vec4; MAX_CLASSES],
    breaks: [Vec4; MAX_CLASSES / 4],
    channel: Vec4,
    sun: Vec4,
    sunlight: Vec4,
    sky: Vec4,
    n_breaks: u32,
    weight: f32,
    shown_depth_m: f32,
    shoreline: f32,
    seen_between: Vec2,
}

/// Which of two shaders draws the water: most code of the natural one is not wanted with classes.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WaterKey {
    is_natural: bool,
}

impl From<&WaterMaterial> for WaterKey {
    fn from(material: &WaterMaterial) -> Self {
        Self { is_natural: material.params.sun.w > 0.5 }
    }
}

/// Flat class colours between two textures, or water as it looks.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone, PartialEq)]
#[bind_group_data(WaterKey)]
pub struct WaterMaterial {
    #[uniform(0)]
    params: WaterParams,
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
    field_a: Handle<Image>,
    #[texture(2, sample_type = "float", filterable = false, visibility(vertex))]
    field_b: Handle<Image>,
}

impl Material for WaterMaterial {
    plain_material!(WATER_SHADER);

    fn specialize(
        _: &bevy::pbr::MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &bevy::mesh::MeshVertexBufferLayoutRef,
        key: bevy::pbr::MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        if key.bind_group_data.is_natural {
            descriptor.vertex.shader_defs.push("NATURAL".into());
            if let Some(fragment) = &mut descriptor.fragment {
                fragment.shader_defs.push("NATURAL".into());
            }
        }
        Ok(())
    }
}

impl WaterMaterial {
    /// A material in the default style between two textures.
    pub(super) fn new(field_a: Handle<Image>, field_b: Handle<Image>) -> Self {
        Self::flat(&LayerStyle::default(), 0.0, false, [field_a, field_b])
    }

    /// The material that shows `fields` mixed by `weight` in the colours of a style.
    pub(super) fn flat(style: &LayerStyle, weight: f32, channel_brown: bool, fields: [Handle<Image>; 2]) -> Self {
        let n_breaks = style.breaks.len().min(style.colours.len().saturating_sub(1)).min(MAX_CLASSES - 1);
        let mut colours = [Vec4::ONE; MAX_CLASSES];
        for (slot, rgb) in colours.iter_mut().zip(&style.colours) {
            *slot = linear(*rgb);
        }
        let mut breaks = [Vec4::splat(f32::MAX); MAX_CLASSES / 4];
        for (i, bound) in style.breaks.iter().take(n_breaks).enumerate() {
            breaks[i / 4][i % 4] = *bound;
        }
        let channel = linear(style.channel_rgb).truncate().extend(if channel_brown { 1.0 } else { 0.0 });
        let [field_a, field_b] = fields;
        Self {
            params: WaterParams {
                colours,
                breaks,
                channel,
                sun: Vec4::ZERO,
                sunlight: Vec4::ONE,
                sky: Vec4::ZERO,
                n_breaks: u32_from(n_breaks),
                weight,
                shown_depth_m: SHOWN_DEPTH_M,
                shoreline: SHORELINE,
                seen_between: Vec2::new(0.0, 1.0),
            },
            field_a,
            field_b,
        }
    }

    /// The same as it looks under a light, with ripples that have drifted for so many cycles.
    pub(super) fn natural(mut self, light: &Light, cycles: f32) -> Self {
        self.params.sun = light.towards.extend(1.0);
        self.params.sunlight = light.rgb.extend(cycles);
        self.params.sky = light.mirrored().extend(1.0);
        self
    }

    /// The two textures.
    pub(super) fn fields(&self) -> [Handle<Image>; 2] {
        [self.field_a.clone(), self.field_b.clone()]
    }

    /// The same, seen only between these shares of the width of the view.
    pub(super) fn seen_between(mut self, [from, to]: [f32; 2]) -> Self {
        self.params.seen_between = Vec2::new(from, to);
        self
    }
}
