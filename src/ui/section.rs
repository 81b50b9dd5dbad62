//! Cross-section and long profile (横断面, 纵断面): ground, water and crests on one card under the scene.

use bevy_egui::egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, Ui, UiBuilder, pos2, vec2};

use crate::domain::text::{Bilingual, Language};
use crate::ui::actions::{SectionKind, UiAction};
use crate::ui::screen::ScreenModel;
use crate::ui::time_axis::points;
use crate::ui::widgets::{Icon, icon_button_at, ink, outlined_text, text_button, text_in};
use crate::ui::{format, strings, theme};

/// What is drawn, along a line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SectionModel {
    /// Across the river or along it.
    pub kind: SectionKind,
    /// What it is of, with its figures.
    pub title: Bilingual,
    /// Ground: distance or chainage (km) and level (m).
    pub bed: Vec<[f64; 2]>,
    /// Water at the same places; `None` where it is dry.
    pub stage_m: Vec<Option<f64>>,
    /// Lines of crests: of the levees along the river; across it, spikes at single places.
    pub crests: Vec<Vec<[f64; 2]>>,
    /// What stands at places along it.
    pub marks: Vec<(f64, Bilingual)>,
}

/// Height of the panel, pt.
pub const SECTION_HEIGHT: f32 = 226.0;

const EARTH: Color32 = Color32::from_rgb(118, 98, 70);
const WATER: Color32 = Color32::from_rgb(64, 128, 236);
const CREST: Color32 = Color32::from_rgb(241, 230, 200);

/// The panel under the scene, while a section is wanted.
pub fn section_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (card, language) = (ui.max_rect(), model.language);
    let t = theme::tokens(ui);
    let head = card.with_max_y(card.top() + 36.0).shrink2(vec2(theme::GAP_LARGE, 4.0));
    let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(28.0, 26.0), head);
    if icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(language), "S").clicked() {
        actions.push(UiAction::SetSection(None));
    }
    let empty = SectionModel { kind: model.state.section.unwrap_or_default(), ..SectionModel::default() };
    let section = model.section.as_ref().unwrap_or(&empty);
    let mut left = head.left();
    for (kind, name) in [(SectionKind::Across, strings::ACROSS), (SectionKind::Along, strings::ALONG)] {
        let place = Rect::from_min_size(pos2(left, head.top()), vec2(92.0, theme::BUTTON_HEIGHT));
        let mut button = ui.new_child(UiBuilder::new().id_salt(name.en).max_rect(place));
        if text_button(&mut button, place.size(), name.get(language), section.kind == kind).clicked() {
            actions.push(UiAction::SetSection(Some(kind)));
        }
        left = place.right() + theme::GAP_SMALL;
    }
    let title = Rect::from_min_max(pos2(left + theme::GAP, head.top()), pos2(close.left(), head.bottom()));
    text_in(ui, title, Align2::LEFT_CENTER, section.title.get(language), ink(theme::TEXT_HEADING_PT, t.text));
    let plot = Rect::from_min_max(pos2(card.left(), head.bottom()), card.max);
    section_plot(ui, plot, section, language);
}

/// The plot alone, with its axes.
pub fn section_plot(ui: &Ui, rect: Rect, section: &SectionModel, language: Language) {
    let inner = Rect::from_min_max(rect.min + vec2(64.0, 12.0), rect.max - vec2(20.0, 30.0));
    let Some(axes) = Axes::of(section, inner) else {
        let t = theme::tokens(ui);
        let hint = strings::SECTION_HINT.get(language);
        let font = theme::font(theme::TEXT_HEADING_PT);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, hint, font, t.text_weak);
        return;
    };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    axes.paint(&painter, theme::tokens(ui), language);
    paint_columns(&painter.with_clip_rect(inner), section, &axes);
    for crest in &section.crests {
        let line: Vec<Pos2> = crest.iter().map(|[x, z]| axes.at(*x, *z)).collect();
        painter.with_clip_rect(inner).add(Shape::line(line, Stroke::new(2.0, CREST)));
    }
    let t = theme::Theme::Dark.tokens();
    let mut free_from = f32::NEG_INFINITY;
    for (x, name) in &section.marks {
        let at = pos2(axes.at(*x, axes.low_m).x, inner.top());
        painter.vline(at.x, inner.y_range(), Stroke::new(1.0, t.label.gamma_multiply(0.35)));
        if at.x > free_from {
            let text = ink(theme::TEXT_BODY_PT, t.label);
            let place = outlined_text(&painter, at, Align2::CENTER_TOP, name.get(language), text, t.label_outline);
            free_from = place.right() + 50.0;
        }
    }
}

/// Ground and water, from place to place, each as one sheet without seams.
fn paint_columns(painter: &Painter, section: &SectionModel, axes: &Axes) {
    let (mut ground, mut water) = (Mesh::default(), Mesh::default());
    let stage_at = |i: usize| section.stage_m.get(i).copied().flatten();
    let mut surfaces = Vec::new();
    for (i, pair) in section.bed.windows(2).enumerate() {
        let [[xa, za], [xb, zb]] = [pair[0], pair[1]];
        let (a, b) = (axes.at(xa, za), axes.at(xb, zb));
        let foot = axes.rect.bottom();
        strip(&mut ground, [a, b, pos2(b.x, foot), pos2(a.x, foot)], EARTH);
        if let (Some(sa), Some(sb)) = (stage_at(i), stage_at(i + 1)) {
            let surface = [axes.at(xa, sa), axes.at(xb, sb)];
            strip(&mut water, [surface[0], surface[1], b, a], WATER);
            surfaces.push(surface);
        }
    }
    painter.add(Shape::mesh(ground));
    painter.add(Shape::mesh(water));
    for surface in surfaces {
        painter.line_segment(surface, Stroke::new(1.5, Color32::from_rgb(190, 220, 255)));
    }
}

fn strip(mesh: &mut Mesh, corners: [Pos2; 4], colour: Color32) {
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
    for corner in corners {
        mesh.colored_vertex(corner, colour);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

/// Where a distance and a level lie in the plot.
struct Axes {
    rect: Rect,
    from_km: f64,
    to_km: f64,
    low_m: f64,
    high_m: f64,
}

impl Axes {
    fn of(section: &SectionModel, rect: Rect) -> Option<Self> {
        let (first, last) = (section.bed.first()?, section.bed.last()?);
        let beds = section.bed.iter().map(|[_, z]| *z);
        let others = section.stage_m.iter().flatten().copied();
        let crests = section.crests.iter().flatten().map(|[_, z]| *z);
        let all = beds.chain(others).chain(crests).filter(|z| z.is_finite());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), z| (a.min(z), b.max(z)));
        let room = 0.08 * (high - low).max(1.0);
        (rect.is_positive() && last[0] > first[0]).then_some(Self {
            rect,
            from_km: first[0],
            to_km: last[0],
            low_m: low - room,
            high_m: high + room,
        })
    }

    fn at(&self, km: f64, level_m: f64) -> Pos2 {
        let x = points((km - self.from_km) / (self.to_km - self.from_km));
        let y = points((level_m - self.low_m) / (self.high_m - self.low_m));
        pos2(self.rect.left() + self.rect.width() * x, self.rect.bottom() - self.rect.height() * y)
    }

    fn paint(&self, painter: &Painter, t: &theme::Tokens, language: Language) {
        let font = theme::font(theme::TEXT_SMALL_PT);
        let rising = ticks(self.low_m, self.high_m, 4.0);
        for z in &rising {
            let y = self.at(self.from_km, *z).y;
            painter.hline(self.rect.x_range(), y, Stroke::new(1.0, t.line));
            let at = pos2(self.rect.left() - 6.0, y);
            painter.text(at, Align2::RIGHT_CENTER, format::number(*z, decimals(&rising)), font.clone(), t.text_weak);
        }
        let along = ticks(self.from_km, self.to_km, 10.0);
        for km in &along {
            let at = pos2(self.at(*km, self.low_m).x, self.rect.bottom() + 4.0);
            painter.text(at, Align2::CENTER_TOP, format::number(*km, decimals(&along)), font.clone(), t.text_weak);
        }
        let corner = pos2(self.rect.left() - 6.0, self.rect.bottom() + 4.0);
        painter.text(corner, Align2::RIGHT_TOP, strings::KM_AND_M.get(language), font, t.text_weak);
    }
}

/// Round values within a range, about as many as asked for.
fn ticks(from: f64, to: f64, n_about: f64) -> Vec<f64> {
    let rough = (to - from) / n_about;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough).unwrap_or(power);
    let first = (from / step).ceil();
    (0..100).map(|k| (first + f64::from(k)) * step).take_while(|x| *x <= to + 1e-9 * step).collect()
}

/// Decimals that tell ticks apart.
fn decimals(ticks: &[f64]) -> usize {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    if step >= 1.0 {
        0
    } else if step >= 0.1 {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_lie_within() {
        assert_eq!(ticks(83.0, 97.5, 4.0), [85.0, 90.0, 95.0]);
        assert_eq!(ticks(0.0, 0.0, 4.0), Vec::<f64>::new());
        let fine = ticks(10.02, 10.41, 4.0);
        assert!(fine.iter().all(|z| (10.02..=10.41).contains(z)) && (3..=5).contains(&fine.len()), "{fine:?}");
        assert_eq!([decimals(&[1.0, 2.0]), decimals(&[1.0, 1.2]), decimals(&[1.0, 1.05])], [0, 1, 2]);
    }
}
