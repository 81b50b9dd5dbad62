// Ground and markers: vertex colour, relief shading, haze. Shaded per vertex.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world, mesh_normal_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip

struct SolidParams {
    light: vec4<f32>,
    haze: vec4<f32>,
    limits: vec4<f32>,
    relief: vec4<f32>,
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: SolidParams;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) cut: vec2<f32>, // x: way to the levee, below 0 beyond it; y: how much is shown, 0 to 1
    @location(5) color: vec4<f32>,
}

struct Shaded {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec3<f32>,
    @location(1) cut: vec2<f32>,
}

@vertex
fn vertex(in: Vertex) -> Shaded {
    let world = mesh_position_local_to_world(get_world_from_local(in.instance_index), vec4(in.position, 1.0));
    // The normal is of the true ground; the inverse transpose brings the vertical exaggeration in.
    let normal = mesh_normal_local_to_world(in.normal, in.instance_index);
    // How steeply the ground faces the light. This river's slopes span three powers of ten, so brightness goes with
    // the logarithm of the slope: the cross slope of the floodplain and the banks of the channel both show.
    let towards = normalize(params.light.xz);
    let rise = dot(normal.xz, towards) / max(normal.y, 0.001);
    let relief = asinh(rise / max(params.relief.y, 0.0001)) / asinh(40.0);
    var out: Shaded;
    out.position = position_world_to_clip(world.xyz);
    let shade = 1.0 + params.relief.x * clamp(relief, -1.0, 1.0);
    let haze = params.limits.x * (1.0 - exp(-out.position.w / params.haze.w));
    out.color = mix(in.color.rgb * shade, params.haze.rgb, haze);
    out.cut = in.cut;
    return out;
}

@fragment
fn fragment(in: Shaded) -> @location(0) vec4<f32> {
    let fades = in.cut.y < 0.999;
    if in.cut.x < 0.0 || in.cut.y <= 0.0 || fades != (params.limits.w > 0.5) {
        discard;
    }
    return vec4(in.color, smoothstep(0.0, 1.0, in.cut.y));
}
