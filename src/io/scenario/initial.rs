//! `initial`: the water at t = 0.

use super::context::Context;
use super::domain::{raster, same_grid};
use super::item::{Item, Record, Variant};
use super::site::Site;
use crate::domain::geo::corridor::{Corridor, Opening, normal_depth_fields};
use crate::domain::river::line::LineStart;
use crate::domain::scenario::{Boundary, BoundaryKind, Initial, Terrain};

/// The initial state of the cells, and of the channel if it is a line beside them.
pub(super) struct Beginning {
    pub(super) initial: Initial,
    pub(super) line: LineStart,
}

/// The initial state; dry where the file says nothing. `boundaries` are known where none of them has a fault.
pub(super) fn read(
    top: &Record<'_>,
    site: Option<&Site>,
    boundaries: Option<&[Boundary]>,
    cx: &mut Context,
) -> Option<Beginning> {
    let of_cells = |initial| Beginning { initial, line: LineStart::AsCells };
    let Some(item) = top.optional("initial") else { return Some(of_cells(Initial::Dry)) };
    let known = ["Dry", "Stage", "StageRaster", "Fields", "NormalDepth"];
    let variant = item.variant(&mut cx.faults, &known)?;
    let initial = match variant.name {
        "Dry" => variant.bare(&mut cx.faults).map(|()| Initial::Dry),
        "Stage" => variant.single(&mut cx.faults, "a water level in m")?.finite(&mut cx.faults).map(Initial::Stage),
        "StageRaster" => stage_raster(&variant, site, cx),
        "Fields" => fields(&variant, site, cx),
        _ => return normal_depth(&variant, site, boundaries, cx),
    };
    initial.map(of_cells)
}

/// Water at rest below a surface that is not level; no-data of the surface means no water.
fn stage_raster(variant: &Variant<'_>, site: Option<&Site>, cx: &mut Context) -> Option<Initial> {
    let item = variant.single(&mut cx.faults, "the path of a raster of water levels")?;
    let terrain = site.map(Site::terrain);
    let stage_m = field(&item, terrain, cx)?;
    let bed_m = &terrain?.bed_m;
    let depth = |(stage, bed): (&f64, &f64)| if stage > bed { stage - bed } else { 0.0 };
    let depth_m: Vec<f64> = stage_m.iter().zip(bed_m).map(depth).collect();
    let at_rest = vec![0.0; depth_m.len()];
    Some(Initial::Fields { depth_m, u_mps: at_rest.clone(), v_mps: at_rest })
}

/// Depth and velocity from rasters; no-data means none.
fn fields(variant: &Variant<'_>, site: Option<&Site>, cx: &mut Context) -> Option<Initial> {
    let record = variant.record(&mut cx.faults, &["depth", "u", "v"])?;
    let terrain = site.map(Site::terrain);
    let depth_item = record.required(&mut cx.faults, "depth");
    let depth_m = depth_item.as_ref().and_then(|item| field(item, terrain, cx));
    if let (Some(item), Some(terrain), Some(depth_m)) = (&depth_item, terrain, &depth_m)
        && let Some(i) = depth_m.iter().position(|h| *h < 0.0)
    {
        let (row, col) = terrain.grid.row_col(i);
        let found =
            format!("{} with a depth of {} in row {}, column {}", item.describe(), depth_m[i], row + 1, col + 1);
        cx.faults.add(&item.spot(), found, "depths of at least 0");
        return None;
    }
    // Velocities may be left out: water at rest.
    let mut velocity = |key: &str| match record.optional(key) {
        Some(item) => field(&item, terrain, cx),
        None => terrain.map(|terrain| vec![0.0; terrain.bed_m.len()]),
    };
    let [u, v] = [velocity("u"), velocity("v")];
    let inside = |values: Vec<f64>| {
        let is_inside = |bed: f64| bed.is_finite();
        Some(
            values
                .iter()
                .zip(&terrain?.bed_m)
                .map(|(x, bed)| if x.is_finite() && is_inside(*bed) { *x } else { 0.0 })
                .collect(),
        )
    };
    Some(Initial::Fields { depth_m: inside(depth_m?)?, u_mps: inside(u?)?, v_mps: inside(v?)? })
}

/// The values of a raster on the grid of the bed.
fn field(item: &Item<'_>, terrain: Option<&Terrain>, cx: &mut Context) -> Option<Vec<f64>> {
    let raster = raster(item, None, cx)?;
    same_grid(&raster.grid, &terrain?.grid, item, cx)?;
    Some(raster.values)
}

/// Uniform flow of a discharge in the channel of a corridor: that of the file, or what comes in upstream at the start.
fn normal_depth(
    variant: &Variant<'_>,
    site: Option<&Site>,
    boundaries: Option<&[Boundary]>,
    cx: &mut Context,
) -> Option<Beginning> {
    let given = if variant.is_bare() {
        None
    } else {
        let record = variant.record(&mut cx.faults, &["discharge_m3s"])?;
        Some(record.required(&mut cx.faults, "discharge_m3s")?.positive(&mut cx.faults))
    };
    let site = site?;
    let Some(corridor) = site.corridor() else {
        cx.faults.add(
            &variant.spot(),
            "`NormalDepth` with a raster domain",
            "`NormalDepth` with `domain: Corridor(..)` only",
        );
        return None;
    };
    let discharge = match given {
        Some(given) => given,
        None => inflow(corridor, boundaries?, variant, cx),
    };
    if corridor.channel.is_some() {
        return Some(Beginning { initial: Initial::Dry, line: LineStart::Steady(discharge?) });
    }
    let (depth_m, u_mps, v_mps) = normal_depth_fields(corridor, discharge?);
    Some(Beginning { initial: Initial::Fields { depth_m, u_mps, v_mps }, line: LineStart::AsCells })
}

/// What comes in upstream at the start, m³/s.
fn inflow(corridor: &Corridor, boundaries: &[Boundary], variant: &Variant<'_>, cx: &mut Context) -> Option<f64> {
    let Opening { edge, span_m } = corridor.upstream;
    let middle_m = 0.5 * (span_m[0] + span_m[1]);
    let spans = |boundary: &&Boundary| (boundary.span_m[0]..=boundary.span_m[1]).contains(&middle_m);
    let above = boundaries.iter().filter(|boundary| boundary.edge == edge).find(spans);
    let discharge_m3s = match above.map(|boundary| &boundary.kind) {
        Some(BoundaryKind::Discharge(series)) => series.at(0.0),
        _ => 0.0,
    };
    if discharge_m3s > 0.0 {
        return Some(discharge_m3s);
    }
    let found = "`NormalDepth` alone, and no discharge that comes in at `Upstream` at the start";
    cx.faults.add(&variant.spot(), found, "`NormalDepth(discharge_m3s: ..)` or such a boundary without fault");
    None
}
