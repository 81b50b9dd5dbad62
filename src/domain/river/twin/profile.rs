//! The steady water line of the whole river by the channel in one dimension.

use crate::domain::geo::corridor::{RiverSections, RiverTables};
use crate::domain::river::channel::{Channel, ChannelFault, Downstream, Section, Segment};

/// Length of a segment, about, km.
const SEGMENT_KM: f64 = 1.0;

/// Stage (m) at each chainage (km) in steady flow of one discharge (m³/s) from end to end, backwater included.
///
/// The channel has the sections of [`RiverSections`]. Above the lip it is as wide as carries what the floodplain would if
/// that lay level with the lip: its width times the ratio of the two Manning's n. The true floodplain falls away from the
/// lip, so out of its banks this line lies too high.
///
/// # Errors
/// When the figures of a section are not those of a channel.
pub fn steady_stages_m(
    tables: &RiverTables,
    sections: &RiverSections,
    discharge_m3s: f64,
    at_km: &[f64],
) -> Result<Vec<f64>, ChannelFault> {
    let [from_km, to_km] = tables.span_km();
    let n = ((to_km - from_km) / SEGMENT_KM).round().max(1.0);
    let segment_km = (to_km - from_km) / n;
    let middles = (0..).map(f64::from).take_while(|k| *k < n).map(|k| from_km + (k + 0.5) * segment_km);
    let segments = middles.map(|km| segment(sections, km, 1000.0 * segment_km)).collect::<Result<Vec<_>, _>>()?;
    let mut channel = Channel::new(segments, Downstream::NormalDepth(sections.at_km(to_km).slope))?;
    channel.start_steady(discharge_m3s);
    let stage = |km: &f64| {
        // Stages are those of the middles of segments; a station lies between two.
        let along = (km - from_km) / segment_km - 0.5;
        let first = along.floor().clamp(0.0, n - 2.0);
        let upper = channel.segment_at(1000.0 * segment_km * (first + 0.5));
        channel.stage_m(upper) + (along - first) * (channel.stage_m(upper + 1) - channel.stage_m(upper))
    };
    Ok(at_km.iter().map(stage).collect())
}

fn segment(sections: &RiverSections, km: f64, length_m: f64) -> Result<Segment, ChannelFault> {
    let shape = sections.at_km(km);
    let column_m = shape.width_m + shape.floodplain_width_m() * shape.manning_channel / shape.manning_floodplain;
    let section = Section::trapezoid(shape.width_m, shape.lip_depth_m, shape.bottom_frac(), column_m)
        .map_err(|fault| ChannelFault::Downstream(format!("section at {km} km: {fault}")))?;
    Ok(Segment { length_m, bed_m: sections.lip_m(km) - shape.lip_depth_m, section, manning: shape.manning_channel })
}
