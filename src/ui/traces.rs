//! Lines over the scene that belong to the ground: what an order comes to, and what was ordered.

use bevy_egui::egui::{Align2, Color32, Painter, Pos2, Shape, Stroke};

use crate::ui::theme;
use crate::ui::widgets::{ink, outlined_text};

/// One line or point.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Pieces that are in view, pt; one of a single point is a point.
    pub pieces: Vec<Vec<Pos2>>,
    /// What it stands for.
    pub kind: TraceKind,
    /// What stands beside it; may be empty.
    pub text: String,
}

/// What a line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceKind {
    /// A point that was clicked for the draft.
    Picked,
    /// What the draft would change.
    Preview,
    /// What was ordered and holds now.
    Given,
    /// What was ordered for later.
    Ahead,
}

/// Paints them, the later ones over the earlier ones.
pub fn paint_traces(painter: &Painter, traces: &[Trace], given: Color32) {
    let t = theme::Theme::Dark.tokens(); // the scene is the same in both themes
    for trace in traces {
        let (colour, width) = match trace.kind {
            TraceKind::Picked => (t.label, 3.0),
            TraceKind::Preview => (t.accent, 5.0),
            TraceKind::Given | TraceKind::Ahead => (given, 4.0),
        };
        for piece in &trace.pieces {
            paint_piece(painter, piece, trace.kind, Stroke::new(width, colour), t.label_outline);
        }
        let anchor = trace.pieces.iter().flatten().copied().reduce(|a, b| if b.y < a.y { b } else { a });
        if let Some(at) = anchor.filter(|_| !trace.text.is_empty()) {
            let text = ink(theme::TEXT_HEADING_PT, t.label);
            let at = at - bevy_egui::egui::vec2(0.0, 8.0);
            outlined_text(painter, at, Align2::CENTER_BOTTOM, &trace.text, text, t.label_outline);
        }
    }
}

fn paint_piece(painter: &Painter, piece: &[Pos2], kind: TraceKind, stroke: Stroke, outline: Color32) {
    if let [at] = piece {
        painter.circle(*at, 5.0, stroke.color, Stroke::new(1.5, outline));
        return;
    }
    let under = Stroke::new(stroke.width + 3.0, outline);
    if kind == TraceKind::Ahead {
        painter.extend(Shape::dashed_line(piece, under, 8.0, 6.0));
        painter.extend(Shape::dashed_line(piece, stroke, 8.0, 6.0));
    } else {
        painter.line(piece.to_vec(), under);
        painter.line(piece.to_vec(), stroke);
    }
}
