//! The rasters of a run.

use std::path::Path;

use crate::domain::frame::Envelope;
use crate::domain::geo::Raster;
use crate::domain::recording::RunResult;
use crate::domain::scenario::{Scenario, Terrain};
use crate::io::outputs::OutputError;
use crate::io::raster::write_geotiff;

/// Writes the extremes and the last state as `GeoTIFF`s. Cells outside the domain are no-data; so are the arrival
/// and the time of the largest depth where the water never was.
pub(crate) fn write_all(dir: &Path, scenario: &Scenario, result: &RunResult) -> Result<(), OutputError> {
    let never = Envelope::default();
    let envelope = result.recording.envelope();
    let envelope = envelope.as_deref().unwrap_or(&never);
    let hazard_class: Vec<f32> = envelope.hazard_class.iter().copied().map(f32::from).collect();
    let last = &result.final_fields;
    let rasters = [
        ("max_depth.tif", &envelope.max_depth_m),
        ("max_speed.tif", &envelope.max_speed_mps),
        ("max_dv.tif", &envelope.max_dv_m2s),
        ("arrival.tif", &envelope.arrival_secs),
        ("duration.tif", &envelope.duration_secs),
        ("time_of_max_depth.tif", &envelope.max_depth_at_secs),
        ("max_rise.tif", &envelope.max_rise_mps),
        ("max_hazard_rating.tif", &envelope.max_hazard_rating_m2s),
        ("hazard_class.tif", &hazard_class),
        ("final_depth.tif", &last.depth_m),
        ("final_u.tif", &last.u_mps),
        ("final_v.tif", &last.v_mps),
    ];
    let silt = last.silt_thickness_m.as_ref().map(|thickness_m| ("silt_thickness.tif", thickness_m));
    for (name, values) in rasters.into_iter().chain(silt) {
        write_geotiff(&dir.join(name), &raster(&scenario.terrain, values))?;
    }
    Ok(())
}

fn raster(terrain: &Terrain, values: &[f32]) -> Raster {
    let masked = |(index, value): (usize, &f32)| if terrain.is_inside(index) { f64::from(*value) } else { f64::NAN };
    Raster { grid: terrain.grid, values: values.iter().enumerate().map(masked).collect(), epsg: terrain.epsg }
}
