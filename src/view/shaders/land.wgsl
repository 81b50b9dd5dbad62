// Ground and markers: vertex colour, one lambert term, haze. All per vertex.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world, mesh_normal_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip

struct SolidParams {
    light: vec4<f32>,
    haze: vec4<f32>,
    limits: vec4<f32>,
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: SolidParams;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(5) color: vec4<f32>,
}

struct Shaded {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec3<f32>,
}

@vertex
fn vertex(in: Vertex) -> Shaded {
    let world = mesh_position_local_to_world(get_world_from_local(in.instance_index), vec4(in.position, 1.0));
    // The normal is of the true ground; the inverse transpose brings the vertical exaggeration in.
    let normal = mesh_normal_local_to_world(in.normal, in.instance_index);
    // Level ground keeps its own colour whatever the height of the light.
    let facing = max(dot(normal, params.light.xyz), 0.0) / max(params.light.y, 0.1);
    let shade = min(params.light.w + (1.0 - params.light.w) * facing, 1.5);
    var out: Shaded;
    out.position = position_world_to_clip(world.xyz);
    let haze = params.limits.x * (1.0 - exp(-out.position.w / params.haze.w));
    out.color = mix(in.color.rgb * shade, params.haze.rgb, haze);
    return out;
}

@fragment
fn fragment(in: Shaded) -> @location(0) vec4<f32> {
    return vec4(in.color, 1.0);
}
