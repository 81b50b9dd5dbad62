// One triangle over the whole view, behind everything: depth is reversed, so the far end is 0. Above the horizon the
// sky; below it, round a river, a plain with fields that the land of the model fades into, elsewhere a quiet ground.
#import bevy_pbr::mesh_view_bindings::view
#import hetu::plain::fields

struct Sky {
    zenith: vec4<f32>,
    horizon: vec4<f32>,
    ground: vec4<f32>,
    sun: vec4<f32>,      // direction towards it; w: how much it glows
    sunlight: vec4<f32>, // rgb; w: distance at which the haze has taken 63 % of its part, km
    plain: vec4<f32>,    // level at the origin, rise to the east and to the south, km a km; w > 0.5: there is a plain
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> sky: Sky;

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

fn above(direction: vec3<f32>) -> vec3<f32> {
    let t = sqrt(min(max(direction.y, 0.0) * 1.6, 1.0));
    let glow = pow(max(dot(direction, sky.sun.xyz), 0.0), 6.0) * sky.sun.w;
    let disc = smoothstep(0.9992, 0.9996, dot(direction, sky.sun.xyz)) * sky.sun.w;
    return mix(sky.horizon.rgb, sky.zenith.rgb, t) + sky.sunlight.rgb * (0.35 * glow * (1.0 - t) + 1.5 * disc);
}

fn below(direction: vec3<f32>) -> vec3<f32> {
    let quiet = mix(sky.horizon.rgb, 0.25 * sky.ground.rgb, sqrt(min(-direction.y * 1.6, 1.0)));
    // How fast the line of sight comes nearer to the plain, km a km.
    let nearing = dot(vec3(sky.plain.y, -1.0, sky.plain.z), direction);
    if sky.plain.w < 0.5 || nearing < 0.0005 {
        return select(quiet, sky.horizon.rgb, sky.plain.w > 0.5);
    }
    let eye = view.world_position;
    let height = eye.y - (sky.plain.x + sky.plain.y * eye.x + sky.plain.z * eye.z);
    let distance = max(height, 0.0) / nearing;
    let at = eye.xz + direction.xz * distance;
    let pixel_km = distance * 2.0 / (view.clip_from_view[1][1] * view.viewport.w) / max(-direction.y, 0.05);
    let pattern = fields(at, pixel_km);
    var colour = sky.ground.rgb * (1.0 + 0.30 * pattern.x);
    colour = mix(colour, colour * vec3(0.80, 1.07, 0.74), clamp(0.5 + pattern.y, 0.0, 1.0));
    let haze = 1.0 - exp(-distance / sky.sunlight.w);
    return mix(colour * sky.sunlight.rgb, sky.horizon.rgb, haze);
}

@fragment
fn fragment(in: Sight) -> @location(0) vec4<f32> {
    let direction = normalize(in.direction);
    // A fixed pattern of half a step of a dark 8-bit tone hides the bands of the gradient.
    let cell = vec2<u32>(in.position.xy);
    let noise = f32(((cell.x * 374761393u + cell.y * 668265263u) * 2246822519u) >> 24u) / 255.0 - 0.5;
    var colour: vec3<f32>;
    if direction.y > 0.0 {
        colour = above(direction);
    } else {
        colour = below(direction);
    }
    return vec4(colour * (1.0 + 0.05 * noise), 1.0);
}
