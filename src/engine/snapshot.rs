//! Makes frames and samples from a model's state.

use std::sync::Arc;

use crate::domain::frame::{Frame, REACHED_DEPTH_M, Readings};
use crate::domain::impact::{Tally, Toll};
use crate::domain::order::Orders;
use crate::domain::recording::{FinalFields, Sample};
use crate::domain::scenario::Scenario;
use crate::engine::model::Model;

/// Scratch memory for the full-precision fields, reused for every frame.
pub(crate) struct Snapshot {
    depth_m: Vec<f64>,
    u_mps: Vec<f64>,
    v_mps: Vec<f64>,
    tally: Option<Tally>,
}

impl Snapshot {
    /// For the frames of a scenario that follow on others, of which it takes up what they have noted of the villages. Who
    /// reads the frames to come has `read_past` frames too, or is told all of it in the first one.
    pub(crate) fn new(scenario: &Scenario, past: &[Arc<Readings>], read_past: bool) -> Self {
        let zeros = || vec![0.0; scenario.terrain.grid.n_cells()];
        let mut tally = Tally::new(scenario);
        if let Some(tally) = &mut tally {
            tally.recall(past.iter().flat_map(|readings| &readings.villages), read_past);
        }
        Self { depth_m: zeros(), u_mps: zeros(), v_mps: zeros(), tally }
    }

    /// The frame of this moment, under the orders of the run. Losses and areas are counted on the full depths, before
    /// rounding.
    pub(crate) fn frame(&mut self, scenario: &Scenario, model: &dyn Model, orders: &Orders) -> Frame {
        model.copy_fields(&mut self.depth_m, &mut self.u_mps, &mut self.v_mps);
        let depth_mm: Vec<u16> = self.depth_m.iter().map(|depth| depth_mm(*depth)).collect();
        let u_mmps = velocities_mmps(&self.u_mps, &depth_mm);
        let v_mmps = velocities_mmps(&self.v_mps, &depth_mm);
        let readings = self.readings(scenario, model, orders);
        Frame { time_secs: model.time_secs(), depth_mm, u_mmps, v_mmps, readings }
    }

    /// The last copied fields in the precision of the output rasters, and what was left on the bed.
    pub(crate) fn final_fields(&self, model: &dyn Model) -> FinalFields {
        FinalFields {
            depth_m: single(&self.depth_m),
            u_mps: single(&self.u_mps),
            v_mps: single(&self.v_mps),
            silt_thickness_m: model.silt_thickness_m(),
        }
    }

    fn readings(&mut self, scenario: &Scenario, model: &dyn Model, orders: &Orders) -> Readings {
        let n_wet = self.depth_m.iter().filter(|depth| **depth >= REACHED_DEPTH_M).count();
        let time_secs = model.time_secs();
        let toll = self.tally.as_mut().map_or_else(Toll::default, |tally| {
            let hazards = model.hazards(tally.cells());
            tally.take(scenario, time_secs, &hazards, orders.all())
        });
        Readings {
            time_secs,
            gauges: model.gauges(),
            sections: model.sections(),
            losses: toll.units,
            villages: toll.changes,
            budget: model.budget(),
            sediment: model.sediment(),
            wet_area_m2: n_wet as f64 * scenario.terrain.grid.cell_area_m2(),
        }
    }
}

/// The row of gauge and section readings of this moment.
pub(crate) fn sample(model: &dyn Model) -> Sample {
    Sample { time_secs: model.time_secs(), gauges: model.gauges(), sections: model.sections(), basins: model.basins() }
}

/// Whole millimetres: half a millimetre and more is wet. What does not fit is the largest that does; NaN is 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
fn depth_mm(depth_m: f64) -> u16 {
    (depth_m * 1000.0).round() as u16
}

/// Whole mm/s; 0 where the rounded depth is 0, since there is no water to show moving.
fn velocities_mmps(speed_mps: &[f64], depth_mm: &[u16]) -> Vec<i16> {
    let of_cell = |(speed, depth): (&f64, &u16)| if *depth > 0 { speed_mmps(*speed) } else { 0 };
    speed_mps.iter().zip(depth_mm).map(of_cell).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "float to integer casts saturate")]
fn speed_mmps(speed_mps: f64) -> i16 {
    (speed_mps * 1000.0).round() as i16
}

#[expect(clippy::cast_possible_truncation, reason = "output rasters are float32")]
fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_round_to_millimetres_and_saturate() {
        let rounded = [0.0, 0.000_49, 0.000_5, 1.234_4, 65.535, 70.0, -1.0, f64::NAN].map(depth_mm);
        assert_eq!(rounded, [0, 0, 1, 1_234, 65_535, 65_535, 0, 0]);
    }

    #[test]
    fn velocities_keep_their_sign_and_need_water() {
        let rounded = velocities_mmps(&[-1.2345, 40.0, -40.0, 2.0], &[1, 1, 1, 0]);
        assert_eq!(rounded, [-1_235, i16::MAX, i16::MIN, 0]);
    }
}
