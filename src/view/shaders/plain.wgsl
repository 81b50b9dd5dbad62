// Farmland as a pattern: parcels in districts of one direction each. It says "fields", not whose; nothing is measured.
#define_import_path hetu::plain

fn hash2(p: vec2<f32>) -> f32 {
    // Whole numbers only: the same on every card.
    let q = vec2<u32>(bitcast<u32>(i32(p.x)), bitcast<u32>(i32(p.y)));
    var h = q.x * 374761393u + q.y * 668265263u;
    h = (h ^ (h >> 13u)) * 1274126177u;
    return f32((h ^ (h >> 16u)) & 0xffffu) / 65535.0;
}

// Brightness and greenness of the fields at a place, each about 0, at most about 1 either way. `at_km` is the place,
// `pixel_km` what one pixel covers there: what would be smaller than that is left out, so that nothing flickers.
fn fields(at_km: vec2<f32>, pixel_km: f32) -> vec2<f32> {
    let district = floor(at_km / 2.7);
    let turn = (hash2(district) - 0.5) * 1.4;
    let s = sin(turn);
    let c = cos(turn);
    let along = vec2(c * at_km.x + s * at_km.y, c * at_km.y - s * at_km.x);
    let parcel = along / vec2(0.52, 0.21);
    let cell = floor(parcel + district * 17.0);
    let near = 1.0 - smoothstep(0.05, 0.30, pixel_km);
    let tint = vec2(hash2(cell) - 0.5, hash2(cell + vec2(71.0, 13.0)) - 0.5) * near;
    let wide = vec2(hash2(district + vec2(5.0, 9.0)) - 0.5, hash2(district + vec2(31.0, 77.0)) - 0.5) * 0.55;
    // A ditch or a track between parcels, a line at most one pixel and a half wide.
    let edge = abs(fract(parcel + district * 17.0) - 0.5);
    let from_edge_km = min((0.5 - edge.x) * 0.52, (0.5 - edge.y) * 0.21);
    let track = (1.0 - smoothstep(0.004, 0.010 + pixel_km, from_edge_km)) * (1.0 - smoothstep(0.01, 0.05, pixel_km));
    return tint + wide * (1.0 - smoothstep(0.6, 2.5, pixel_km)) - vec2(0.55 * track, 0.2 * track);
}
