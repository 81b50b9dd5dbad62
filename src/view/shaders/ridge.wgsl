// Levees and walls. A vertex knows the crest line (position), the way to its side (normal, horizontal) and whether it
// is at the foot (uv.y = 1) or on the crest (uv.y = 0); how far to the side is decided here, by the distance.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip
#import bevy_pbr::mesh_view_bindings::view

struct SolidParams {
    light: vec4<f32>,
    sun: vec4<f32>,
    haze: vec4<f32>,
    limits: vec4<f32>,
    relief: vec4<f32>,
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: SolidParams;
// Openings: x and z of the middle and half the width, km; w > 0.5 if there is one.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> openings: array<vec4<f32>, 8>;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
    @location(5) color: vec4<f32>,
}

struct Shaded {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec3<f32>,
    @location(1) at_km: vec2<f32>,
    @location(2) least_km: f32,
}

// Half width of the crest, km.
const CREST_KM: f32 = 0.015;

@vertex
fn vertex(in: Vertex) -> Shaded {
    var world = mesh_position_local_to_world(get_world_from_local(in.instance_index), vec4(in.position, 1.0));
    let distance = max(position_world_to_clip(world.xyz).w, 0.0);
    let least = 2.0 * distance / view.clip_from_view[1][1] * params.limits.y;
    let half = mix(max(CREST_KM, least), max(params.limits.z, least * 1.8), in.uv.y);
    let at_km = world.xz;
    world = vec4(world.xyz + in.normal * half, 1.0);
    // The slopes are shaded as if 1:1, so that the two sides differ at any exaggeration.
    let normal = normalize(mix(vec3(0.0, 1.0, 0.0), normalize(in.normal + vec3(0.0, 1.0, 0.0)), in.uv.y));
    let facing = max(dot(normal, params.light.xyz), 0.0) / max(params.light.y, 0.1);
    let shade = min(params.light.w + (1.0 - params.light.w) * facing, 1.3);
    var out: Shaded;
    out.at_km = at_km;
    out.least_km = least * 1.5;
    out.position = position_world_to_clip(world.xyz);
    let haze = 0.6 * params.limits.x * (1.0 - exp(-out.position.w / params.haze.w));
    out.color = mix(in.color.rgb * shade * params.sun.rgb, params.haze.rgb, haze);
    return out;
}

@fragment
fn fragment(in: Shaded) -> @location(0) vec4<f32> {
    for (var i = 0u; i < 8u; i++) {
        let opening = openings[i];
        if opening.w > 0.5 && distance(in.at_km, opening.xy) < max(opening.z, in.least_km) {
            discard;
        }
    }
    return vec4(in.color, 1.0);
}
