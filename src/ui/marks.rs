//! Moments on the timeline that are worth going to: events of the scenario, orders, thresholds crossed, peaks.
//!
//! Each kind has its own shape, so that they are told apart without colours too.

use bevy_egui::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, vec2};

use crate::domain::text::{Bilingual, Label};
use crate::ui::strings;
use crate::ui::theme;
use crate::ui::time_axis::TimeAxis;

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// Something that the scenario lets happen.
    Event,
    /// Something that was ordered.
    Order,
    /// A threshold that was passed on the way up.
    Crossing,
    /// The crest at a station.
    Peak,
}

impl MarkKind {
    /// What it is called.
    pub const fn label(self) -> Label {
        match self {
            Self::Event => strings::MARK_EVENT,
            Self::Order => strings::MARK_ORDER,
            Self::Crossing => strings::MARK_CROSSING,
            Self::Peak => strings::MARK_PEAK,
        }
    }
}

/// A moment worth going to.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// When, s after the start.
    pub time_secs: f64,
    /// What kind of moment.
    pub kind: MarkKind,
    /// What happens, and where.
    pub text: Bilingual,
}

/// Half the size of a mark, pt.
const HALF: f32 = 5.0;

/// Paints the marks on a track; those of the scenario's future are hollow.
pub(super) fn paint_marks(ui: &Ui, track: Rect, axis: &TimeAxis, marks: &[Mark], head_secs: f64) {
    let t = theme::tokens(ui);
    for mark in marks {
        let at = Pos2::new(axis.x_of(mark.time_secs), track.center().y);
        let colour = if mark.kind == MarkKind::Order { t.accent } else { t.text };
        let fill = if mark.time_secs <= head_secs { colour } else { t.raised };
        paint_mark(ui.painter(), at, mark.kind, fill, Stroke::new(1.0, if fill == colour { t.panel } else { colour }));
    }
}

fn paint_mark(painter: &Painter, at: Pos2, kind: MarkKind, fill: Color32, stroke: Stroke) {
    let corners: &[(f32, f32)] = match kind {
        MarkKind::Event => &[(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
        MarkKind::Order => &[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)],
        MarkKind::Crossing => &[(0.0, -1.1), (0.8, 0.0), (0.0, 1.1), (-0.8, 0.0)],
        MarkKind::Peak => &[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)],
    };
    let corners = corners.iter().map(|(x, y)| at + vec2(*x, *y) * HALF).collect();
    painter.add(Shape::convex_polygon(corners, fill, stroke));
}

/// The marks near a place on the axis, the nearest first.
pub(super) fn marks_near<'a>(axis: &TimeAxis, marks: &'a [Mark], x: f32) -> Vec<&'a Mark> {
    let far = |mark: &Mark| (axis.x_of(mark.time_secs) - x).abs();
    let mut near: Vec<&Mark> = marks.iter().filter(|mark| far(mark) <= HALF + 1.0).collect();
    near.sort_by(|a, b| far(a).total_cmp(&far(b)));
    near
}
