//! The few widgets that all panels share: text in a place, buttons with painted signs, bars and hatching.

use bevy_egui::egui::{
    self, Align2, Button, Color32, Painter, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, WidgetType, pos2,
    text::{LayoutJob, TextFormat, TextWrapping},
    vec2,
};

use crate::ui::theme::{self, BUTTON_HEIGHT, RADIUS, font};

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Size, pt.
    pub size: f32,
    /// Colour.
    pub colour: Color32,
}

/// A size and a colour.
pub const fn ink(size: f32, colour: Color32) -> Ink {
    Ink { size, colour }
}

/// Writes one line inside `rect`, aligned in it, cut with `…` where it is too long (then the whole shows on hover).
pub fn text_in(ui: &mut Ui, rect: Rect, align: Align2, text: impl Into<String>, ink: Ink) -> Response {
    let text = text.into();
    let (place, elided) = paint_text(ui, rect, align, &text, ink);
    let response = ui.interact(place.intersect(rect), ui.next_auto_id(), Sense::hover());
    ui.skip_ahead_auto_ids(1);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &text));
    if elided { response.on_hover_text(text) } else { response }
}

/// As [`text_in`], for text that belongs to a widget which already has that name; returns its place and whether it
/// was cut.
pub fn paint_text(ui: &Ui, rect: Rect, align: Align2, text: &str, ink: Ink) -> (Rect, bool) {
    let galley = ui.painter().layout_job(LayoutJob {
        wrap: TextWrapping::truncate_at_width(rect.width()),
        ..LayoutJob::simple_singleline(text.to_owned(), font(ink.size), ink.colour)
    });
    let place = align.align_size_within_rect(galley.size(), rect);
    let elided = galley.elided;
    ui.painter().galley(place.min, galley, ink.colour);
    (place, elided)
}

/// Width of one line of text, pt.
pub fn text_width(ui: &Ui, text: &str, size: f32) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), font(size), Color32::WHITE).size().x
}

/// A line of text in the flow, wrapped at the width of the panel.
pub fn paragraph(ui: &mut Ui, text: impl Into<String>, ink: Ink) -> Response {
    ui.add(egui::Label::new(RichText::new(text).size(ink.size).color(ink.colour)).wrap())
}

/// Heading of a group in the flow; what is right of it goes into the returned place.
pub fn heading(ui: &mut Ui, text: &str) -> Rect {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), BUTTON_HEIGHT - 2.0), Sense::hover());
    let colour = theme::tokens(ui).text;
    text_in(ui, rect, Align2::LEFT_CENTER, text, ink(theme::TEXT_HEADING_PT, colour));
    rect
}

/// A pressable text of this size; filled with the accent while `selected`.
pub fn text_button(ui: &mut Ui, size: Vec2, text: &str, selected: bool) -> Response {
    let t = theme::tokens(ui);
    let (fill, colour) = if selected { (t.accent, t.on_accent) } else { (t.raised, t.accent) };
    let button = Button::new(RichText::new(text).size(theme::TEXT_BODY_PT).color(colour)).truncate();
    ui.add_sized(size, button.selected(selected).fill(fill))
}

/// A sign that is painted, so that it looks the same with every font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Triangle to the right.
    Play,
    /// Two bars.
    Pause,
    /// Bar and triangle to the left.
    StepBack,
    /// Triangle to the right and bar.
    StepForward,
    /// Bar and two triangles to the left.
    Home,
    /// Two triangles to the right and bar.
    End,
    /// Minus.
    Minus,
    /// Plus.
    Plus,
    /// Chevron.
    Left,
    /// Chevron.
    Right,
    /// Chevron.
    Up,
    /// Chevron.
    Down,
    /// Cross.
    Close,
    /// Disc, half filled: the other theme.
    Theme,
    /// Picture frame with an arrow.
    Picture,
    /// Question mark.
    Question,
}

/// A pressable sign. `name` is its accessible name and, with the key, its tooltip.
pub fn icon_button(ui: &mut Ui, size: Vec2, icon: Icon, name: &str, key: &str, selected: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    paint_icon_button(ui, rect, &response, icon, selected);
    finish_icon_button(response, name, key, selected)
}

/// As [`icon_button`], at a given place.
pub fn icon_button_at(ui: &mut Ui, rect: Rect, icon: Icon, name: &str, key: &str) -> Response {
    let response = ui.interact(rect, ui.id().with(name), Sense::click());
    paint_icon_button(ui, rect, &response, icon, false);
    finish_icon_button(response, name, key, false)
}

fn finish_icon_button(response: Response, name: &str, key: &str, selected: bool) -> Response {
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, selected, name));
    let hint = if key.is_empty() { name.to_owned() } else { format!("{name}  [{key}]") };
    response.on_hover_text(hint)
}

fn paint_icon_button(ui: &Ui, rect: Rect, response: &Response, icon: Icon, selected: bool) {
    let visuals = ui.style().interact_selectable(response, selected);
    ui.painter().rect(rect, RADIUS, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    let colour = if selected { theme::tokens(ui).on_accent } else { visuals.fg_stroke.color };
    paint_icon(ui.painter(), rect.center(), 6.0_f32.min(rect.height() * 0.25).max(5.0), icon, colour);
}

/// Paints a sign of half-size `r` around `c`.
pub fn paint_icon(painter: &Painter, c: Pos2, r: f32, icon: Icon, colour: Color32) {
    let at = |x: f32, y: f32| pos2(c.x + x * r, c.y + y * r);
    let fill = |points: Vec<Pos2>| {
        painter.add(Shape::convex_polygon(points, colour, Stroke::NONE));
    };
    let bar = |x0: f32, x1: f32| {
        painter.rect_filled(Rect::from_two_pos(at(x0, -1.0), at(x1, 1.0)), 0, colour);
    };
    let right = |x0: f32, x1: f32| fill(vec![at(x0, -1.0), at(x1, 0.0), at(x0, 1.0)]);
    let stroke = Stroke::new(2.0, colour);
    let line = |points: Vec<Pos2>| {
        painter.line(points, stroke);
    };
    match icon {
        Icon::Play => right(-0.75, 1.1),
        Icon::Pause => {
            bar(-0.8, -0.2);
            bar(0.2, 0.8);
        }
        Icon::StepBack => {
            bar(-0.9, -0.55);
            right(0.9, -0.5);
        }
        Icon::StepForward => {
            right(-0.9, 0.5);
            bar(0.55, 0.9);
        }
        Icon::Home => {
            bar(-1.3, -1.0);
            right(0.1, -1.0);
            right(1.2, 0.1);
        }
        Icon::End => {
            right(-1.2, -0.1);
            right(-0.1, 1.0);
            bar(1.0, 1.3);
        }
        Icon::Minus => line(vec![at(-0.8, 0.0), at(0.8, 0.0)]),
        Icon::Plus => {
            line(vec![at(-0.8, 0.0), at(0.8, 0.0)]);
            line(vec![at(0.0, -0.8), at(0.0, 0.8)]);
        }
        Icon::Left => line(vec![at(0.4, -0.8), at(-0.4, 0.0), at(0.4, 0.8)]),
        Icon::Right => line(vec![at(-0.4, -0.8), at(0.4, 0.0), at(-0.4, 0.8)]),
        Icon::Up => line(vec![at(-0.8, 0.4), at(0.0, -0.4), at(0.8, 0.4)]),
        Icon::Down => line(vec![at(-0.8, -0.4), at(0.0, 0.4), at(0.8, -0.4)]),
        Icon::Close => {
            line(vec![at(-0.7, -0.7), at(0.7, 0.7)]);
            line(vec![at(-0.7, 0.7), at(0.7, -0.7)]);
        }
        Icon::Theme => {
            painter.circle_stroke(c, r, stroke);
            let half = (0..=12_u8).map(|i| {
                let angle = (f32::from(i) * 15.0 - 90.0).to_radians();
                at(angle.cos(), angle.sin())
            });
            fill(half.collect());
        }
        Icon::Picture => {
            painter.rect_stroke(
                Rect::from_two_pos(at(-1.25, -0.9), at(1.25, 0.9)),
                1,
                Stroke::new(1.5, colour),
                StrokeKind::Inside,
            );
            fill(vec![at(-1.0, 0.65), at(-0.35, -0.35), at(0.3, 0.65)]);
            fill(vec![at(0.0, 0.65), at(0.5, 0.0), at(1.0, 0.65)]);
            painter.circle_filled(at(0.6, -0.45), r * 0.2, colour);
        }
        Icon::Question => {
            painter.text(c, Align2::CENTER_CENTER, "?", font(theme::TEXT_HEADING_PT), colour);
        }
    }
}

/// A bar that is full to this share.
pub fn bar_in(ui: &Ui, rect: Rect, share: f32, colour: Color32) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, 2, t.line);
    let full = Rect::from_min_size(rect.min, vec2(rect.width() * share.clamp(0.0, 1.0), rect.height()));
    ui.painter().rect_filled(full, 2, colour);
}

/// Diagonal stripes inside `rect`, `period` pt apart.
pub fn hatch(painter: &Painter, rect: Rect, period: f32, colour: Color32) {
    if !rect.is_positive() || period <= 0.0 {
        return;
    }
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let (h, mut x) = (rect.height(), rect.left() - rect.height());
    while x < rect.right() {
        let stripe = vec![
            pos2(x, rect.bottom()),
            pos2(x + h, rect.top()),
            pos2(x + h + period / 2.0, rect.top()),
            pos2(x + period / 2.0, rect.bottom()),
        ];
        painter.add(Shape::convex_polygon(stripe, colour, Stroke::NONE));
        x += period;
    }
}

/// Text with a thin outline, readable on any ground. Returns its place.
pub fn outlined_text(painter: &Painter, pos: Pos2, align: Align2, text: &str, ink: Ink, outline: Color32) -> Rect {
    let mut job = LayoutJob::default();
    job.append(text, 0.0, TextFormat::simple(font(ink.size), Color32::PLACEHOLDER));
    let galley = painter.layout_job(job);
    let place = align.anchor_size(pos, galley.size());
    for (x, y) in [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)]
    {
        painter.galley(place.min + vec2(x, y), galley.clone(), outline);
    }
    painter.galley(place.min, galley, ink.colour);
    place
}
