// The water surface between two frames, in flat class colours: what is on screen is what the legend says.
#import bevy_pbr::mesh_functions::{get_world_from_local, mesh_position_local_to_world}
#import bevy_pbr::view_transformations::position_world_to_clip
#import bevy_pbr::mesh_view_bindings::view

struct WaterParams {
    colours: array<vec4<f32>, 8>, // linear, by class
    breaks: array<vec4<f32>, 2>,  // rising, in the unit of the layer
    channel: vec4<f32>,           // rgb linear; w > 0.5: water over the main channel takes this colour
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
    out.channel = in.uv_b.x;
    out.inside = in.uv_b.y;
    let surface = vec4(in.position + vec3(0.0, out.depth_m * 0.001, 0.0), 1.0);
    let world = mesh_position_local_to_world(get_world_from_local(in.instance_index), surface);
    out.position = position_world_to_clip(world.xyz);
    // Water seen at a flat angle shows a little of the sky; seen from above it has its own colour.
    let flat_angle = 1.0 - clamp(normalize(view.world_position - world.xyz).y, 0.0, 1.0);
    out.sheen = SHEEN * flat_angle * flat_angle;
    return out;
}

@fragment
fn fragment(in: Surface) -> @location(0) vec4<f32> {
    let change = fwidth(in.depth_m);
    let across = (in.position.x - view.viewport.x) / view.viewport.z;
    if across < params.seen_between.x || across >= params.seen_between.y {
        discard;
    }
    if in.depth_m < params.shown_depth_m || in.inside < 0.0 {
        discard;
    }
    var class_index = 0u;
    for (var i = 0u; i < params.n_breaks; i++) {
        class_index += select(0u, 1u, in.value >= params.breaks[i / 4u][i % 4u]);
    }
    var colour = params.colours[class_index].rgb;
    // Half a cell and more of margin, so that the river has no fringe of flood blue while it stays in its bed.
    if params.channel.w > 0.5 && in.channel > 0.28 {
        colour = mix(params.channel.rgb, SKY, in.sheen);
    }
    let at_shore = in.depth_m < params.shown_depth_m + change && change < 0.2;
    return vec4(colour * select(1.0, 1.0 - params.shoreline, at_shore), 1.0);
}
