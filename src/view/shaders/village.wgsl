// Villages on their platforms: all of them in one mesh. A vertex knows the middle of its village on the ground
// (position), its way from there (color.xyz, km) and its cell of the water's textures, so that it knows the water there.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip
#import bevy_pbr::mesh_view_bindings::view

struct VillageParams {
    dry: array<vec4<f32>, 3>,     // of platform, walls and roofs, linear
    flooded: vec4<f32>,           // w: depth from which a village counts as flooded, m
    light: vec4<f32>,             // direction towards it
    sunlight: vec4<f32>,          // rgb; w: where the two textures are mixed, 0 to 1
    haze: vec4<f32>,              // rgb; w: distance, km
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: VillageParams;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var field_a: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var field_b: texture_2d<f32>;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
    @location(5) color: vec4<f32>, // w: 0 platform, 1 wall, 2 roof; its fraction: height of the platform, 16 m
}

struct Shaded {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec3<f32>,
}

// Half the width of a platform, km, and the least half width on screen as a share of the view's height.
const HALF_KM: f32 = 0.14;
const LEAST: f32 = 0.0026;
// Water over the platform that counts as in the houses, m.
const ENTERED: f32 = 0.05;

@vertex
fn vertex(in: Vertex) -> Shaded {
    let local = get_world_from_local(in.instance_index);
    let middle = mesh_position_local_to_world(local, vec4(in.position, 1.0)).xyz;
    let distance = max(position_world_to_clip(middle).w, 0.0);
    let size = max(1.0, 2.0 * distance / view.clip_from_view[1][1] * LEAST / HALF_KM);
    let exaggeration = length(local[1].xyz);
    let way = in.color.xyz * vec3(size, exaggeration * sqrt(size), size);
    let cell = vec2<i32>(in.uv + 0.5);
    let depths = vec2(textureLoad(field_a, cell, 0).x, textureLoad(field_b, cell, 0).x);
    let depth_m = mix(max(depths.x, 0.0), max(depths.y, 0.0), params.sunlight.w);
    let kind = u32(in.color.w);
    // Water round the platform colours the platform; water over it the houses too.
    let platform_m = 16.0 * fract(in.color.w);
    let surrounded = smoothstep(0.33, 1.0, depth_m / params.flooded.w);
    let entered = smoothstep(0.0, ENTERED, depth_m - platform_m);
    let wet = select(entered, max(surrounded, entered), kind == 0u);
    let own = params.dry[kind].rgb;
    let flooded = params.flooded.rgb * (0.75 + 0.5 * dot(own, vec3(0.4)));
    let facing = max(dot(in.normal, params.light.xyz), 0.0);
    var out: Shaded;
    out.position = position_world_to_clip(middle + way);
    let haze = 0.45 * (1.0 - exp(-out.position.w / params.haze.w));
    // A flooded village keeps its colour in any light: it is a reading.
    let lit = mix(own * (0.55 + 0.6 * facing) * params.sunlight.rgb, flooded * (0.85 + 0.3 * facing), wet);
    out.color = mix(lit, params.haze.rgb, haze * (1.0 - wet));
    return out;
}

@fragment
fn fragment(in: Shaded) -> @location(0) vec4<f32> {
    return vec4(in.color, 1.0);
}
