//! Observed readings (实况) in the hydrographs: dots on a thin broken line, in the colour of their station.
//!
//! What is simulated is a thick unbroken line without dots, so that the two are told apart without colours too.

use bevy_egui::egui::{Color32, Painter, Pos2, Shape, Stroke};

use crate::ui::actions::PlotKind;

/// What was observed at one station: (s after the start, value), rising in time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObservedReadings {
    /// Discharge, m³/s.
    pub discharge_m3s: Vec<[f64; 2]>,
    /// Stage, m, on the datum of the simulated stages.
    pub stage_m: Vec<[f64; 2]>,
    /// Doubted discharges, m³/s.
    pub doubtful_discharge_m3s: Vec<[f64; 2]>,
    /// Doubted stages, m.
    pub doubtful_stage_m: Vec<[f64; 2]>,
}

impl ObservedReadings {
    /// The sound readings of a quantity.
    pub fn sound(&self, kind: PlotKind) -> &[[f64; 2]] {
        match kind {
            PlotKind::Discharge => &self.discharge_m3s,
            PlotKind::Stage => &self.stage_m,
        }
    }

    /// The doubted readings of a quantity.
    pub fn doubtful(&self, kind: PlotKind) -> &[[f64; 2]] {
        match kind {
            PlotKind::Discharge => &self.doubtful_discharge_m3s,
            PlotKind::Stage => &self.doubtful_stage_m,
        }
    }

    /// All of them, the sound ones first.
    pub fn all(&self, kind: PlotKind) -> impl Iterator<Item = [f64; 2]> {
        self.sound(kind).iter().chain(self.doubtful(kind)).copied()
    }
}

/// Dots and line of a station's readings, where `place` puts (s after the start, value) on the screen.
pub(super) fn paint_readings(
    painter: &Painter,
    readings: &ObservedReadings,
    kind: PlotKind,
    colour: Color32,
    place: impl Fn([f64; 2]) -> Pos2,
) {
    let line: Vec<Pos2> = readings.sound(kind).iter().copied().map(&place).collect();
    painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, colour), 4.0, 3.0));
    for at in line {
        painter.circle_filled(at, RADIUS, colour);
    }
    for at in readings.doubtful(kind).iter().copied().map(&place) {
        painter.circle_stroke(at, RADIUS, Stroke::new(1.0, colour));
    }
}

/// Radius of a dot.
const RADIUS: f32 = 2.6;

/// The sign that the caption explains, about its middle.
pub(super) fn paint_sign(painter: &Painter, middle: Pos2, colour: Color32) {
    let ends = [-11.0, 11.0].map(|dx| middle + bevy_egui::egui::vec2(dx, 0.0));
    painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour), 4.0, 3.0));
    painter.circle_filled(middle, RADIUS, colour);
}
