// One triangle over the whole view, behind everything: depth is reversed, so the far end is 0.
#import bevy_pbr::mesh_view_bindings::view

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> zenith: vec4<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> horizon: vec4<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var<uniform> ground: vec4<f32>;

struct Sight {
    @builtin(position) position: vec4<f32>,
    @location(0) direction: vec3<f32>,
}

@vertex
fn vertex(@location(0) position: vec3<f32>) -> Sight {
    let in_view = vec3(
        position.x / view.clip_from_view[0][0],
        position.y / view.clip_from_view[1][1],
        -1.0,
    );
    var out: Sight;
    out.position = vec4(position.xy, 0.0, 1.0);
    out.direction = (view.world_from_view * vec4(in_view, 0.0)).xyz;
    return out;
}

@fragment
fn fragment(in: Sight) -> @location(0) vec4<f32> {
    let up = in.direction.y * inverseSqrt(dot(in.direction, in.direction));
    let far_end = select(ground.rgb, zenith.rgb, up > 0.0);
    let t = sqrt(min(abs(up) * 1.6, 1.0));
    // A fixed pattern of half a step of a dark 8-bit tone hides the bands of the gradient.
    let cell = vec2<u32>(in.position.xy);
    let noise = f32(((cell.x * 374761393u + cell.y * 668265263u) * 2246822519u) >> 24u) / 255.0 - 0.5;
    let colour = mix(horizon.rgb, far_end, t);
    return vec4(colour * (1.0 + 0.05 * noise), 1.0);
}
