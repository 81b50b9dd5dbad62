//! Lines over the scene that belong to the ground: what an order comes to, and what was ordered.

use bevy_egui::egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

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

impl Trace {
    /// The same elsewhere on the screen.
    pub fn moved(&self, by: Vec2) -> Self {
        let piece = |piece: &Vec<Pos2>| piece.iter().map(|at| *at + by).collect();
        Self { pieces: self.pieces.iter().map(piece).collect(), ..self.clone() }
    }
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
    /// A village that must be ordered to leave soon.
    Due,
}

/// Paints them, the later ones over the earlier ones.
pub fn paint_traces(painter: &Painter, traces: &[Trace], given: Color32) {
    let t = theme::Theme::Dark.tokens(); // the scene is the same in both themes
    for trace in traces {
        let (colour, width) = match trace.kind {
            TraceKind::Picked => (t.label, 3.0),
            TraceKind::Preview => (t.accent, 5.0),
            TraceKind::Due => (t.error, 4.0),
            TraceKind::Given | TraceKind::Ahead => (given, 4.0),
        };
        for piece in &trace.pieces {
            paint_piece(painter, piece, trace.kind, Stroke::new(width, colour), t.label_outline);
        }
    }
}

/// Writes what stands beside them, above their highest points, where nothing is `taken`.
pub fn paint_trace_texts(painter: &Painter, traces: &[Trace], mut taken: Vec<Rect>) {
    let t = theme::Theme::Dark.tokens();
    let text = ink(theme::TEXT_HEADING_PT, t.label);
    for trace in traces.iter().filter(|trace| !trace.text.is_empty()) {
        let highest = trace.pieces.iter().flatten().copied().reduce(|a, b| if b.y < a.y { b } else { a });
        let Some(at) = highest.map(|at| at - vec2(0.0, 8.0)) else { continue };
        let galley = painter.layout_no_wrap(trace.text.clone(), theme::font(text.size), t.label);
        let place = Align2::CENTER_BOTTOM.anchor_size(at, galley.size());
        let is_whole = painter.clip_rect().contains_rect(place);
        if is_whole && !taken.iter().any(|other| other.intersects(place)) {
            outlined_text(painter, at, Align2::CENTER_BOTTOM, &trace.text, text, t.label_outline);
            taken.push(place);
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
