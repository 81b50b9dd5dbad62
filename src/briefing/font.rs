//! The embedded typeface and the outlines of its glyphs.

use std::sync::OnceLock;

use ab_glyph::{Font as _, FontRef, OutlineCurve};
use tiny_skia::{Path, PathBuilder};

/// Noto Sans CJK SC, the GB 2312 subset (SIL Open Font License 1.1, see `assets/fonts`).
///
/// The one copy in the program: pictures and panels both take it from here.
pub const BYTES: &[u8] = include_bytes!("../../assets/fonts/NotoSansCJKsc-Regular-gb2312-subset.otf");

fn font() -> &'static FontRef<'static> {
    static FONT: OnceLock<FontRef<'static>> = OnceLock::new();
    FONT.get_or_init(|| FontRef::try_from_slice(BYTES).expect("the embedded font is a valid OpenType file"))
}

/// Pixels per font unit at a size of the em square in pixels.
fn px_per_unit(size_px: f32) -> f32 {
    size_px / font().units_per_em().unwrap_or(1000.0)
}

/// Whether the typeface has a glyph for a character.
pub fn has_glyph(character: char) -> bool {
    font().glyph_id(character).0 != 0
}

/// Width of one line of text at a size of the em square in pixels.
pub fn text_width_px(text: &str, size_px: f32) -> f32 {
    let font = font();
    text.chars().map(|c| font.h_advance_unscaled(font.glyph_id(c))).sum::<f32>() * px_per_unit(size_px)
}

/// Outline of one line of text in pixels, y down, the left end of its baseline at the origin.
///
/// `None` when nothing of it is visible.
pub(crate) fn text_outline(text: &str, size_px: f32) -> Option<Path> {
    let font = font();
    let scale = px_per_unit(size_px);
    let mut path = PathBuilder::new();
    let mut pen_units = 0.0;
    for character in text.chars() {
        let id = font.glyph_id(character);
        if let Some(outline) = font.outline(id) {
            push_curves(&mut path, &outline.curves, |p| [(pen_units + p.x) * scale, -p.y * scale]);
        }
        pen_units += font.h_advance_unscaled(id);
    }
    path.finish()
}

/// Adds the contours of a glyph: a contour ends where the next curve does not begin at the end of the last.
fn push_curves(path: &mut PathBuilder, curves: &[OutlineCurve], place: impl Fn(ab_glyph::Point) -> [f32; 2]) {
    let mut end: Option<ab_glyph::Point> = None;
    for curve in curves {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b) | OutlineCurve::Quad(a, _, b) | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        if end != Some(from) {
            if end.is_some() {
                path.close();
            }
            let [x, y] = place(from);
            path.move_to(x, y);
        }
        let [x, y] = place(to);
        match curve {
            OutlineCurve::Line(..) => path.line_to(x, y),
            OutlineCurve::Quad(_, c, _) => {
                let [cx, cy] = place(*c);
                path.quad_to(cx, cy, x, y);
            }
            OutlineCurve::Cubic(_, c, d, _) => {
                let ([cx, cy], [dx, dy]) = (place(*c), place(*d));
                path.cubic_to(cx, cy, dx, dy, x, y);
            }
        }
        end = Some(to);
    }
    if end.is_some() {
        path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_and_signs_of_the_briefing_are_in_the_typeface() {
        for character in "黄河滩区淹没面积万亩花园口夹河滩高村兰考东明长垣濮阳原阳封丘²³⁴×·≥≤～→▲●".chars()
        {
            assert!(has_glyph(character), "{character}");
        }
    }

    #[test]
    fn chinese_signs_are_as_wide_as_the_em_and_digits_equal() {
        assert!((text_width_px("黄河", 20.0) - 40.0).abs() < 1e-3);
        assert!((text_width_px("1111", 20.0) - text_width_px("8888", 20.0)).abs() < 1e-3);
    }

    #[test]
    fn an_outline_stands_on_the_baseline_within_its_width() {
        let bounds = text_outline("河", 100.0).unwrap().bounds();
        assert!(bounds.left() >= 0.0 && bounds.right() <= 100.0, "{bounds:?}");
        assert!(bounds.top() > -100.0 && bounds.top() < -60.0 && bounds.bottom() < 25.0, "{bounds:?}");
        assert!(text_outline(" ", 100.0).is_none());
    }
}
