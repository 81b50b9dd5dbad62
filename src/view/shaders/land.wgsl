// Ground and markers: vertex colour, fields, contour lines, relief shading, haze.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world, mesh_normal_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip
#import hetu::plain::fields

struct SolidParams {
    light: vec4<f32>,
    sun: vec4<f32>,
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
    @location(5) color: vec4<f32>, // w: how much of it is farmland, 0 to 1
}

struct Shaded {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec4<f32>,
    @location(1) cut: vec2<f32>,
    @location(2) at_km: vec2<f32>,
    @location(3) level_m: f32,
    @location(4) shade_and_haze: vec2<f32>,
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
    out.color = in.color;
    out.cut = in.cut;
    out.at_km = world.xz;
    out.level_m = in.position.y * 1000.0;
    out.shade_and_haze = vec2(shade, haze);
    return out;
}

// 1 on a contour line, 0 between: every fifth is strong.
fn contour(level_m: f32, interval_m: f32) -> f32 {
    let steps = level_m / interval_m;
    let width = fwidth(steps);
    let line = 1.0 - smoothstep(0.7 * width, 1.5 * width, abs(fract(steps + 0.5) - 0.5));
    let strong = select(0.55, 1.0, abs(fract(round(steps) / 5.0 + 0.01)) < 0.1);
    // Where lines would run together there are none.
    return line * strong * (1.0 - smoothstep(0.15, 0.35, width));
}

@fragment
fn fragment(in: Shaded) -> @location(0) vec4<f32> {
    let change = fwidth(in.at_km);
    let fades = in.cut.y < 0.999;
    var color = in.color.rgb;
    let pattern = fields(in.at_km, max(change.x, change.y)) * in.color.w;
    color *= 1.0 + 0.30 * pattern.x;
    color = mix(color, color * vec3(0.80, 1.07, 0.74), clamp(0.5 + pattern.y, 0.0, 1.0) * in.color.w);
    if params.relief.z > 0.0 {
        color *= 1.0 - 0.45 * contour(in.level_m, params.relief.z);
    }
    if in.cut.x < 0.0 || in.cut.y <= 0.0 || fades != (params.limits.w > 0.5) {
        discard;
    }
    color = color * in.shade_and_haze.x * params.sun.rgb;
    return vec4(mix(color, params.haze.rgb, in.shade_and_haze.y), smoothstep(0.0, 1.0, in.cut.y));
}
