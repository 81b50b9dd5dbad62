//! A pixel canvas with the few strokes a map needs: boxes, lines, markers and haloed text.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform,
};

use super::font;

/// A colour, sRGB, 0 to 255.
pub(crate) type Rgb = [u8; 3];

/// A rectangle in pixels, y down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) const fn new(left: f32, top: f32, width: f32, height: f32) -> Self {
        Self { left, top, width, height }
    }

    pub(crate) fn right(&self) -> f32 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f32 {
        self.top + self.height
    }

    /// The rectangle with this much more on every side.
    pub(crate) fn grown(&self, by: f32) -> Self {
        Self::new(self.left - by, self.top - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right() && other.left < self.right() && self.top < other.bottom() && other.top < self.bottom()
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right() >= other.right()
            && self.bottom() >= other.bottom()
    }
}

/// Which point of a line of text is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How a line of text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextStyle {
    pub(crate) size_px: f32,
    pub(crate) colour: Rgb,
    pub(crate) is_bold: bool,
    /// Colour and width of the outline that keeps it legible on any ground.
    pub(crate) halo: Option<(Rgb, f32)>,
    pub(crate) anchor: Anchor,
}

impl TextStyle {
    pub(crate) const fn new(size_px: f32, colour: Rgb) -> Self {
        Self { size_px, colour, is_bold: false, halo: None, anchor: Anchor::Left }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }

    pub(crate) const fn halo(self, colour: Rgb, width_px: f32) -> Self {
        Self { halo: Some((colour, width_px)), ..self }
    }

    pub(crate) const fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// The picture under the brush.
pub(crate) struct Canvas {
    pub(crate) pixmap: Pixmap,
}

impl Canvas {
    pub(crate) fn filled(width_px: u32, height_px: u32, colour: Rgb) -> Self {
        let mut pixmap = Pixmap::new(width_px.max(1), height_px.max(1)).expect("a size of at least one pixel is valid");
        pixmap.fill(Color::from_rgba8(colour[0], colour[1], colour[2], 255));
        Self { pixmap }
    }

    pub(crate) fn fill(&mut self, path: &Path, colour: Rgb, opacity: f32) {
        self.pixmap.fill_path(path, &paint(colour, opacity), FillRule::Winding, Transform::identity(), None);
    }

    pub(crate) fn stroke(&mut self, path: &Path, colour: Rgb, width_px: f32, dash_px: Option<[f32; 2]>) {
        let stroke = Stroke {
            width: width_px,
            line_cap: if dash_px.is_some() { LineCap::Butt } else { LineCap::Round },
            line_join: LineJoin::Round,
            dash: dash_px.and_then(|dash| StrokeDash::new(dash.to_vec(), 0.0)),
            ..Stroke::default()
        };
        self.pixmap.stroke_path(path, &paint(colour, 1.0), &stroke, Transform::identity(), None);
    }

    /// Fills a box whose edges are moved to whole pixels, so that its colour is exact up to the edge.
    pub(crate) fn fill_area(&mut self, area: Area, colour: Rgb, opacity: f32) {
        let (left, top) = (area.left.round(), area.top.round());
        if let Some(rect) = Rect::from_ltrb(left, top, area.right().round(), area.bottom().round()) {
            self.pixmap.fill_rect(rect, &paint(colour, opacity), Transform::identity(), None);
        }
    }

    pub(crate) fn outline_area(&mut self, area: Area, colour: Rgb, width_px: f32) {
        // Half a pixel in: the stroke covers whole pixels instead of two half ones.
        let (left, top) = (area.left.round() + 0.5, area.top.round() + 0.5);
        if let Some(rect) = Rect::from_xywh(left, top, area.width.round() - 1.0, area.height.round() - 1.0) {
            self.stroke(&PathBuilder::from_rect(rect), colour, width_px, None);
        }
    }

    pub(crate) fn polyline(&mut self, points: &[[f32; 2]], colour: Rgb, width_px: f32, dash_px: Option<[f32; 2]>) {
        if let Some(path) = path_through(points, false) {
            self.stroke(&path, colour, width_px, dash_px);
        }
    }

    /// A filled shape with an outline.
    pub(crate) fn polygon(&mut self, points: &[[f32; 2]], fill: Rgb, outline: Option<(Rgb, f32)>) {
        if let Some(path) = path_through(points, true) {
            if let Some((colour, width_px)) = outline {
                self.stroke(&path, colour, 2.0 * width_px, None);
            }
            self.fill(&path, fill, 1.0);
        }
    }

    /// One line of text; `at` is on its baseline.
    pub(crate) fn text(&mut self, at: [f32; 2], text: &str, style: &TextStyle) {
        let shift = match style.anchor {
            Anchor::Left => 0.0,
            Anchor::Middle => -0.5 * font::text_width_px(text, style.size_px),
            Anchor::Right => -font::text_width_px(text, style.size_px),
        };
        let moved = Transform::from_translate(at[0] + shift, at[1]);
        let Some(path) = font::text_outline(text, style.size_px).and_then(|path| path.transform(moved)) else { return };
        let bold_px = if style.is_bold { style.size_px * BOLD_STROKE_EM } else { 0.0 };
        if let Some((colour, width_px)) = style.halo {
            self.stroke(&path, colour, 2.0 * width_px + bold_px, None);
        }
        if style.is_bold {
            self.stroke(&path, style.colour, bold_px, None);
        }
        self.fill(&path, style.colour, 1.0);
    }

    /// Lines of text from the top of a box down; returns the height used.
    pub(crate) fn paragraph(&mut self, area: Area, text: &str, style: &TextStyle) -> f32 {
        let lines = wrap(text, style.size_px, area.width);
        for (i, line) in lines.iter().enumerate() {
            let baseline = area.top + style.size_px * (ASCENT_EM + LINE_EM * i as f32);
            self.text([area.left, baseline], line, style);
        }
        lines.len() as f32 * LINE_EM * style.size_px
    }
}

/// Thickness that a bold stroke adds, in em. The typeface has one weight only.
const BOLD_STROKE_EM: f32 = 0.04;

/// Distance of the baseline from the top of a line, in em.
pub(crate) const ASCENT_EM: f32 = 0.95;

/// Distance of two baselines, in em.
pub(crate) const LINE_EM: f32 = 1.35;

/// Cuts a text into lines no wider than this: between any two Chinese signs, between words otherwise.
pub(crate) fn wrap(text: &str, size_px: f32, width_px: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let line = lines.last_mut().expect("there is always a line to write on");
        let fits = font::text_width_px(line, size_px) + font::text_width_px(word.trim_end(), size_px) <= width_px;
        if fits || line.is_empty() || word.chars().all(|c| NO_LINE_START.contains(c)) {
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Punctuation that may not begin a line.
const NO_LINE_START: &str = "，。；：、）！？,.;:)";

/// Pieces between which a line may end.
fn words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut last: Option<char> = None;
    for (at, character) in text.char_indices() {
        let may_break = last.is_some_and(|l| l == ' ' || is_wide(l) || is_wide(character));
        if may_break {
            pieces.push(&text[begin..at]);
            begin = at;
        }
        last = Some(character);
    }
    pieces.push(&text[begin..]);
    pieces
}

fn is_wide(character: char) -> bool {
    character >= '\u{2E80}'
}

fn paint(colour: Rgb, opacity: f32) -> Paint<'static> {
    let mut paint = Paint::default();
    let alpha = Color::from_rgba(0.0, 0.0, 0.0, opacity.clamp(0.0, 1.0)).map_or(255, |c| c.to_color_u8().alpha());
    paint.set_color_rgba8(colour[0], colour[1], colour[2], alpha);
    paint.anti_alias = true;
    paint
}

fn path_through(points: &[[f32; 2]], is_closed: bool) -> Option<Path> {
    let (first, rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first[0], first[1]);
    for p in rest {
        path.line_to(p[0], p[1]);
    }
    if is_closed {
        path.close();
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_signs_or_words_only() {
        assert_eq!(wrap("水深不足不绘", 10.0, 31.0), ["水深不", "足不绘"]);
        assert_eq!(wrap("mean depth of a cell", 10.0, 60.0).join("|").replace('|', " "), "mean depth of a cell");
        // A full stop stays on the line it closes.
        assert_eq!(wrap("水深不。", 10.0, 31.0), ["水深不。"]);
    }

    #[test]
    fn a_filled_area_is_exact_to_its_edge() {
        let mut canvas = Canvas::filled(10, 10, [255, 255, 255]);
        canvas.fill_area(Area::new(2.0, 3.0, 4.0, 5.0), [179, 204, 255], 1.0);
        let at = |x, y| canvas.pixmap.pixel(x, y).map(|p| [p.red(), p.green(), p.blue()]);
        assert_eq!(at(2, 3), Some([179, 204, 255]));
        assert_eq!(at(5, 7), Some([179, 204, 255]));
        assert_eq!(at(6, 7), Some([255, 255, 255]));
    }
}
