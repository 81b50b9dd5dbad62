//! A word-sized graph: how a number came to be, without axes.

use bevy_egui::egui::{Painter, Pos2, Rect, Shape, Stroke, pos2};

use crate::ui::theme::Tokens;
use crate::ui::time_axis::points;

/// Draws (time, value) points over the whole of `rect`, from zero up, with a dot at `now_secs`.
pub fn sparkline(painter: &Painter, rect: Rect, line: &[[f64; 2]], now_secs: f64, t: &Tokens) {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
    let top = line.iter().map(|p| p[1]).fold(0.0, f64::max);
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, t.line));
    if top <= 0.0 || last[0] <= first[0] {
        return;
    }
    let place = |p: &[f64; 2]| -> Pos2 {
        let x = (p[0] - first[0]) / (last[0] - first[0]);
        pos2(rect.left() + rect.width() * points(x), rect.bottom() - rect.height() * points(p[1] / top))
    };
    let stride = (line.len() / 64).max(1);
    let drawn: Vec<Pos2> = line.iter().step_by(stride).chain([last]).map(place).collect();
    painter.add(Shape::line(drawn, Stroke::new(1.5, t.text_weak)));
    if let Some(value) = super::time_axis::value_at(line, now_secs) {
        painter.circle_filled(place(&[now_secs, value]), 3.0, t.accent);
    }
}
