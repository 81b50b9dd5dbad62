//! People over time: those in danger, those in their shelter, those who are cut off; and how many must move in all.

use bevy_egui::egui::{Align2, Color32, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::domain::text::{Label, Language};
use crate::ui::loss_panel::{LossInstant, LossModel};
use crate::ui::theme::{self, Tokens};
use crate::ui::time_axis::points;
use crate::ui::widgets::{ink, text_in, text_width};
use crate::ui::{format, strings};

/// One line of the chart.
#[derive(Debug, Clone, Copy)]
struct Line {
    name: Label,
    of: fn(&LossInstant) -> f64,
    /// Which colour of the series.
    colour: usize,
    width: f32,
    is_dashed: bool,
}

const LINES: [Line; 4] = [
    Line { name: strings::AT_RISK, of: |at| at.total.people_at_risk, colour: 1, width: 3.0, is_dashed: false },
    Line { name: strings::STRANDED, of: |at| at.total.people_stranded, colour: 3, width: 2.0, is_dashed: false },
    Line { name: strings::SHELTERED, of: |at| at.total.people_moved, colour: 2, width: 3.0, is_dashed: false },
    Line { name: strings::STILL_TO_MOVE, of: |at| at.still_to_move, colour: 0, width: 2.0, is_dashed: true },
];

/// The chart in `rect`, from the start to the end of what is computed, with the playhead.
pub fn people_chart_ui(ui: &mut Ui, rect: Rect, losses: &LossModel, now_secs: f64, language: Language) {
    const LEGEND: f32 = 20.0;
    const FOOT: f32 = 16.0;
    let t = theme::tokens(ui);
    let highest = LINES.iter().flat_map(|line| losses.history.iter().map(line.of)).fold(0.0, f64::max);
    let top = ceiling(highest);
    let gutter = text_width(ui, &format::number(top, 0), theme::TEXT_SMALL_PT) + theme::GAP;
    let plot = Rect::from_min_max(
        rect.min + vec2(gutter, LEGEND + theme::GAP_SMALL),
        rect.max - vec2(theme::GAP, FOOT + theme::GAP_SMALL),
    );
    legend_ui(ui, rect.with_max_y(rect.top() + LEGEND), language);
    let (Some(first), Some(last)) = (losses.history.first(), losses.history.last()) else { return };
    let span = (last.secs - first.secs).max(1.0);
    let x = |secs: f64| plot.left() + plot.width() * points((secs - first.secs) / span);
    for share in [0.0, 0.5, 1.0] {
        let y = plot.bottom() - plot.height() * points(share);
        ui.painter().hline(plot.x_range(), y, Stroke::new(1.0, t.line));
        let place = Rect::from_min_max(pos2(rect.left(), y - 8.0), pos2(plot.left() - theme::GAP_SMALL, y + 8.0));
        let text = format::number(top * share, 0);
        text_in(ui, place, Align2::RIGHT_CENTER, text, ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
    for (secs, align) in [(first.secs, Align2::LEFT_CENTER), (last.secs, Align2::RIGHT_CENTER)] {
        let foot = Rect::from_min_max(pos2(plot.left(), plot.bottom() + theme::GAP_SMALL), rect.max);
        // "T+0.0 s" would be more than anyone wants to know.
        let text = if secs < 1.0 { "T+0 h".to_owned() } else { format::since_start(secs) };
        text_in(ui, foot, align, text, ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
    let corner = Rect::from_min_max(
        pos2(rect.left(), plot.bottom() + theme::GAP_SMALL),
        pos2(plot.left() - theme::GAP_SMALL, rect.bottom()),
    );
    let unit = strings::PERSONS.get(language);
    text_in(ui, corner, Align2::RIGHT_CENTER, unit, ink(theme::TEXT_SMALL_PT, t.text_weak));
    let painter = ui.painter().with_clip_rect(plot.expand(2.0));
    for line in LINES.iter().rev() {
        paint_line(&painter, plot, line, losses, top, &x, t);
    }
    if (first.secs..=last.secs).contains(&now_secs) {
        painter.vline(x(now_secs), plot.y_range(), Stroke::new(1.5, t.accent));
    }
}

fn legend_ui(ui: &mut Ui, rect: Rect, language: Language) {
    let t = theme::tokens(ui);
    let mut left = rect.left();
    for line in LINES {
        let name = line.name.get(language);
        let sample = Rect::from_min_size(pos2(left, rect.center().y - 2.0), vec2(10.0, 4.0));
        let width = text_width(ui, name, theme::TEXT_SMALL_PT) + 2.0;
        let place = Rect::from_min_size(pos2(left + 13.0, rect.top()), vec2(width, rect.height()));
        if place.right() <= rect.right() {
            ui.painter().rect_filled(sample, 1, t.series[line.colour]);
            text_in(ui, place, Align2::LEFT_CENTER, name, ink(theme::TEXT_SMALL_PT, t.text));
        }
        left = place.right() + theme::GAP;
    }
}

fn paint_line(
    painter: &Painter,
    plot: Rect,
    line: &Line,
    losses: &LossModel,
    top: f64,
    x: &impl Fn(f64) -> f32,
    t: &Tokens,
) {
    let y = |value: f64| plot.bottom() - plot.height() * points(value / top);
    let drawn: Vec<_> = losses.history.iter().map(|at| pos2(x(at.secs), y((line.of)(at)))).collect();
    let colour: Color32 = t.series[line.colour];
    if line.is_dashed {
        painter.extend(Shape::dashed_line(&drawn, Stroke::new(line.width, colour), 6.0, 4.0));
    } else {
        painter.add(Shape::line(drawn, Stroke::new(line.width, colour)));
    }
}

/// A round number at or above a value, at least 10: 1, 2, 2.5 or 5 times a power of ten.
fn ceiling(value: f64) -> f64 {
    let value = value.max(10.0);
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power).into_iter().find(|top| *top >= value).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_on_a_round_number() {
        let tops: Vec<f64> = [0.0, 11.0, 2000.0, 2001.0, 41_000.0, 99_000.0].into_iter().map(ceiling).collect();
        for (top, expected) in tops.iter().zip([10.0, 20.0, 2000.0, 2500.0, 50_000.0, 100_000.0]) {
            assert!((top - expected).abs() < 1e-6, "{top}");
        }
    }
}
