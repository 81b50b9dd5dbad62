// The water surface between two frames: in flat class colours, so that what is on screen is what the legend says, or as
// water looks, with ripples that drift with its velocity.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip
#import bevy_pbr::mesh_view_bindings::view
#ifdef NATURAL
#import hetu::plain::hash2
#endif

struct WaterParams {
    colours: array<vec4<f32>, 8>, // linear, by class
    breaks: array<vec4<f32>, 2>,  // rising, in the unit of the layer
    channel: vec4<f32>,           // rgb linear; w > 0.5: water over the main channel takes this colour
    sun: vec4<f32>,               // direction towards the light; w > 0.5: water as it looks
    sunlight: vec4<f32>,          // what the light does to colours; w: how far the ripples have drifted, in cycles
    sky: vec4<f32>,               // rgb: what the water mirrors
    n_breaks: u32,
    weight: f32,                  // 0: frame a, 1: frame b
    shown_depth_m: f32,           // shallower water is not drawn
    shoreline: f32,               // how much darker the outermost pixel of the water is, 0 to 1
    seen_between: vec2<f32>,      // shares of the width of the view between which this water is seen
}
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: WaterParams;
// x: depth in m, below zero where the ground stands above the water beside it; y: value of the layer.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var field_a: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var field_b: texture_2d<f32>;

const FAR_FROM_WATER_M: f32 = -900.0;
const BURIED_M: f32 = -1.0;
// The sky on the river, linear, and how much of it shows at most. Classes of depth show none.
const SKY: vec3<f32> = vec3(0.52, 0.60, 0.66);
const SHEEN: f32 = 0.14;

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>, // cell centre at bed level
    @location(2) uv: vec2<f32>,       // column and row of its texel
    @location(3) uv_b: vec2<f32>,     // x: share of main channel around the cell; y: way to the levee, below 0 beyond it
}

struct Surface {
    @builtin(position) position: vec4<f32>,
    @location(0) depth_m: f32,
    @location(1) value: f32,
    @location(2) channel: f32,
    @location(3) inside: f32,
    @location(4) sheen: f32,
    @location(5) velocity: vec2<f32>, // m/s east and south
    @location(6) world: vec3<f32>,
}

// A velocity that was packed into one whole number, see `fields.rs`.
fn velocity(texel: vec2<f32>) -> vec2<f32> {
    if texel.x < FAR_FROM_WATER_M {
        return vec2(0.0);
    }
    let packed = u32(texel.y);
    let east_north = vec2(f32(packed / 4096u), f32(packed % 4096u)) / 256.0 - 8.0;
    return east_north * vec2(1.0, -1.0);
}

@vertex
fn vertex(in: Vertex) -> Surface {
    let cell = vec2<i32>(in.uv + 0.5);
    let a = textureLoad(field_a, cell, 0).xy;
    let b = textureLoad(field_b, cell, 0).xy;
    var out: Surface;
    if a.x < FAR_FROM_WATER_M && b.x < FAR_FROM_WATER_M {
        // Stays under the ground, where the depth test stops it.
        out.depth_m = BURIED_M;
    } else {
        let depth_a = select(a.x, 0.0, a.x < FAR_FROM_WATER_M);
        let depth_b = select(b.x, 0.0, b.x < FAR_FROM_WATER_M);
        out.depth_m = mix(depth_a, depth_b, params.weight);
    }
    out.value = mix(a.y, b.y, params.weight);
#ifdef NATURAL
    out.velocity = mix(velocity(a), velocity(b), params.weight);
#endif
    out.channel = in.uv_b.x;
    out.inside = in.uv_b.y;
    let surface = vec4(in.position + vec3(0.0, out.depth_m * 0.001, 0.0), 1.0);
    let world = mesh_position_local_to_world(get_world_from_local(in.instance_index), surface);
    out.world = world.xyz;
    out.position = position_world_to_clip(world.xyz);
    // Water seen at a flat angle shows a little of the sky; seen from above it has its own colour.
    let flat_angle = 1.0 - clamp(normalize(view.world_position - world.xyz).y, 0.0, 1.0);
    out.sheen = flat_angle * flat_angle;
    return out;
}

#ifdef NATURAL
// Smooth noise of cells of size 1, and its slope: value in z.
fn noise(p: vec2<f32>) -> vec3<f32> {
    let i = floor(p);
    let f = p - i;
    let u = f * f * (3.0 - 2.0 * f);
    let du = 6.0 * f * (1.0 - f);
    let a = hash2(i);
    let b = hash2(i + vec2(1.0, 0.0));
    let c = hash2(i + vec2(0.0, 1.0));
    let d = hash2(i + vec2(1.0, 1.0));
    let k = a - b - c + d;
    return vec3(du * vec2(b - a + k * u.y, c - a + k * u.x), a + (b - a) * u.x + (c - a) * u.y + k * u.x * u.y);
}

// Ripples of a length at a place, longer along the flow, that drift with it: slope, and height in z. Two patterns that
// begin anew in turn, each unseen while it does (flow map, Vlachos 2010).
fn ripples(at_km: vec2<f32>, flow: vec2<f32>, length_km: f32, cycles: f32) -> vec3<f32> {
    let speed = length(flow);
    let along = select(vec2(1.0, 0.0), flow / max(speed, 1e-4), speed > 0.02);
    let stretched = vec2(dot(at_km, along) * 0.55, dot(at_km, vec2(-along.y, along.x)));
    let drift = vec2(min(speed, 4.0) * 0.8, 0.0);
    var sum = vec3(0.0);
    for (var k = 0u; k < 2u; k++) {
        let phase = fract(cycles + 0.5 * f32(k));
        let p = stretched / length_km - drift * (phase - 0.5) + vec2(17.3, 9.1) * f32(k);
        sum += (noise(p) + 0.5 * noise(2.3 * p + vec2(4.0, 7.0))) * (1.0 - abs(2.0 * phase - 1.0));
    }
    return sum / 1.5;
}

fn as_it_looks(in: Surface, pixel_km: f32) -> vec3<f32> {
    let speed = length(in.velocity);
    // Ripples some pixels long at any distance: of two lengths, so that they do not jump while the camera moves.
    let octave = log2(max(pixel_km * 14.0, 0.02));
    let near = ripples(in.world.xz, in.velocity, exp2(floor(octave)), params.sunlight.w);
    let far = ripples(in.world.xz, in.velocity, exp2(floor(octave) + 1.0), params.sunlight.w);
    let ripple = mix(near, far, fract(octave));
    let turbid = smoothstep(0.0, 1.1, speed + 0.8 * max(in.channel - 0.28, 0.0));
    let laden = smoothstep(1.0, 2.4, speed);
    var colour = mix(mix(params.colours[0].rgb, params.colours[1].rgb, turbid), params.colours[2].rgb, laden);
    // Still water is smooth.
    let stir = 0.25 + 0.75 * smoothstep(0.03, 0.7, speed);
    colour *= 1.0 + stir * (0.36 * ripple.z - 0.18);
    // Wet ground shows through where it is shallow.
    let shallow = 1.0 - smoothstep(0.05, 0.45, in.depth_m);
    colour = mix(colour, vec3(0.115, 0.090, 0.055), 0.55 * shallow);
    let normal = normalize(vec3(-stir * ripple.x, 5.0, -stir * ripple.y));
    let to_eye = normalize(view.world_position - in.world);
    let mirror = pow(1.0 - max(dot(normal, to_eye), 0.0), 4.0);
    colour = mix(colour * params.sunlight.rgb, params.sky.rgb, 0.10 + 0.55 * mirror);
    let half_way = normalize(to_eye + params.sun.xyz);
    colour += params.sunlight.rgb * 0.5 * pow(max(dot(normal, half_way), 0.0), 90.0);
    // Foam where it is fast.
    let foam = smoothstep(1.4, 2.6, speed) * smoothstep(0.60, 0.80, ripple.z);
    return mix(colour, vec3(0.75, 0.72, 0.66) * params.sunlight.rgb, 0.7 * foam);
}

#endif

@fragment
fn fragment(in: Surface) -> @location(0) vec4<f32> {
    let change = fwidth(in.depth_m);
    let footprint = fwidth(in.world.xz);
    let across = (in.position.x - view.viewport.x) / view.viewport.z;
    if across < params.seen_between.x || across >= params.seen_between.y {
        discard;
    }
    if in.depth_m < params.shown_depth_m || in.inside < 0.0 {
        discard;
    }
#ifdef NATURAL
    return vec4(as_it_looks(in, min(footprint.x, footprint.y) + 0.3 * max(footprint.x, footprint.y)), 1.0);
#else
    var class_index = 0u;
    for (var i = 0u; i < params.n_breaks; i++) {
        class_index += select(0u, 1u, in.value >= params.breaks[i / 4u][i % 4u]);
    }
    var colour = params.colours[class_index].rgb;
    // Half a cell and more of margin, so that the river has no fringe of flood blue while it stays in its bed.
    if params.channel.w > 0.5 && in.channel > 0.28 {
        colour = mix(params.channel.rgb, SKY, SHEEN * in.sheen);
    }
    let at_shore = in.depth_m < params.shown_depth_m + change && change < 0.2;
    return vec4(colour * select(1.0, 1.0 - params.shoreline, at_shore), 1.0);
#endif
}
