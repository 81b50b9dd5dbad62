//! What is burnt into an exported picture: everything a reader needs who never saw the screen.

use std::sync::Arc;

use bevy_egui::egui::{Align2, Rect, Ui, pos2, vec2};

use crate::domain::scenario::Mode;
use crate::domain::text::{Bilingual, Language};
use crate::ui::actions::SectionKind;
use crate::ui::legend::LegendModel;
use crate::ui::loss_panel::{Headline, LossModel};
use crate::ui::overlay::{self, SceneModel};
use crate::ui::screen::OpenScenario;
use crate::ui::section::{SECTION_HEIGHT, SectionModel, section_plot};
use crate::ui::widgets::{ink, text_in, text_width};
use crate::ui::{format, strings, theme, top_bar};

/// One annotated picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureModel {
    /// Language of all texts.
    pub language: Language,
    /// What is shown.
    pub open: OpenScenario,
    /// The branch, and the one in the right half, if there are any.
    pub branches: Vec<String>,
    /// Which moment, s after the start.
    pub time_secs: f64,
    /// Classes of the layer shown.
    pub legend: LegendModel,
    /// Vertical exaggeration.
    pub exaggeration: f32,
    /// Losses at that moment, if the scenario has any.
    pub losses: Option<Arc<LossModel>>,
    /// Section or long profile under the scene, if one is wanted.
    pub section: Option<SectionModel>,
    /// Labels, scale and heading.
    pub scene: SceneModel,
    /// Data source, method and cell size, datum.
    pub source: Bilingual,
    /// Program and version.
    pub program: String,
}

const HEADER: f32 = 56.0;
const FOOTER: f32 = 30.0;

/// Draws the annotation over the whole of `ui`. 3840 x 2160 at scale 2 looks like 1920 x 1080 at scale 1.
pub fn picture_overlay_ui(ui: &mut Ui, model: &PictureModel) {
    let rect = ui.max_rect();
    let header = rect.with_max_y(rect.top() + HEADER);
    let footer = rect.with_min_y(rect.bottom() - FOOTER);
    let below = if model.section.is_some() { SECTION_HEIGHT } else { 0.0 };
    let scene = Rect::from_min_max(pos2(rect.left(), header.bottom()), pos2(rect.right(), footer.top() - below));
    let painter = ui.painter().with_clip_rect(scene.intersect(ui.clip_rect()));
    if model.open.mode == Mode::Drill {
        overlay::watermark(&painter, scene, model.open.mode.label().get(model.language));
    }
    overlay::frame(&painter, scene, model.open.mode);
    let inner = scene.shrink(theme::GAP_LARGE + 2.0 * theme::FRAME_WIDTH);
    if let Some(section) = &model.section {
        let card = Rect::from_min_max(scene.left_bottom(), pos2(rect.right(), footer.top()));
        section_card(ui, card, section, model.language);
    }
    let mut taken = overlay::furniture(&painter, inner, model.language, model.exaggeration, &model.scene).to_vec();
    // The river crosses the picture from the lower left to the upper right: the upper left is free.
    let mut below = inner.top();
    if let Some(losses) = &model.losses {
        let card = headlines_card(ui, inner, losses, model.language);
        below = card.bottom() + theme::GAP_LARGE;
        taken.push(card);
    }
    let height = overlay::legend_height(ui, &model.legend, model.language);
    taken.push(overlay::legend_card(ui, pos2(inner.left(), below + height), &model.legend, model.language));
    overlay::paint_labels(&painter, scene, &model.scene.labels, &taken);
    header_ui(ui, header, model);
    footer_ui(ui, footer, model);
}

fn header_ui(ui: &mut Ui, rect: Rect, model: &PictureModel) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, 0, t.panel);
    let mut rest = rect.shrink2(vec2(16.0, 0.0));
    let since = format!("({})", format::since_start(model.time_secs));
    let end = text_in(ui, rest, Align2::RIGHT_CENTER, since, ink(theme::TEXT_BODY_PT, t.text_weak)).rect.left();
    rest.set_right(end - theme::GAP);
    let clock = format::clock_with_year(model.open.start, model.time_secs);
    let end = text_in(ui, rest, Align2::RIGHT_CENTER, clock, ink(theme::TEXT_CLOCK_PT, t.text)).rect.left();
    rest.set_right(end - theme::GAP);
    let simulated = strings::SIMULATED.get(model.language);
    let end = text_in(ui, rest, Align2::RIGHT_CENTER, simulated, ink(theme::TEXT_BODY_PT, t.text_weak)).rect.left();
    rest.set_right(end - theme::GAP_LARGE);
    rest.set_left(top_bar::badge_ui(ui, rest, model.open.mode, model.language) + theme::GAP_LARGE);
    let title = model.open.title.get(model.language);
    let end = text_in(ui, rest, Align2::LEFT_CENTER, title, ink(theme::TEXT_CLOCK_PT, t.text)).rect.right();
    rest.set_left(end + theme::GAP_LARGE);
    let branches = model.branches.join("  |  ");
    text_in(ui, rest, Align2::LEFT_CENTER, branches, ink(theme::TEXT_HEADING_PT, t.accent));
}

fn footer_ui(ui: &mut Ui, rect: Rect, model: &PictureModel) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, 0, t.panel);
    let small = ink(theme::TEXT_SMALL_PT, t.text_weak);
    let mut rest = rect.shrink2(vec2(16.0, 0.0));
    let end = text_in(ui, rest, Align2::RIGHT_CENTER, model.program.clone(), small).rect.left();
    rest.set_right(end - 24.0);
    text_in(ui, rest, Align2::LEFT_CENTER, model.source.get(model.language), small);
}

/// A section under the scene.
fn section_card(ui: &mut Ui, card: Rect, section: &SectionModel, language: Language) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(card, 0, t.panel);
    let (head, plot) = card.split_top_bottom_at_y(card.top() + 36.0);
    let kind = match section.kind {
        SectionKind::Across => strings::ACROSS,
        SectionKind::Along => strings::ALONG,
    };
    let text = format!("{}  {}", kind.get(language), section.title.get(language));
    let place = head.shrink2(vec2(theme::GAP_LARGE, 0.0));
    text_in(ui, place, Align2::LEFT_CENTER, text, ink(theme::TEXT_HEADING_PT, t.text));
    section_plot(ui, plot, section, language);
}

/// The four numbers on a card at the upper right of `rect`.
fn headlines_card(ui: &mut Ui, rect: Rect, losses: &LossModel, language: Language) -> Rect {
    const ROW: f32 = 40.0;
    let t = theme::tokens(ui);
    let note = format!(
        "{} · {} {} m",
        strings::DEMONSTRATION.get(language),
        strings::FLOODED_FROM.get(language),
        format::number(losses.threshold_m, 2)
    );
    let width = 300.0_f32.max(text_width(ui, &note, theme::TEXT_SMALL_PT) + 2.0 * theme::GAP_LARGE);
    let height = 4.0 * ROW + 20.0 + 2.0 * theme::GAP;
    let card = Rect::from_min_size(rect.min, vec2(width, height));
    ui.painter().rect_filled(card, theme::RADIUS, t.card);
    let inner = card.shrink2(vec2(theme::GAP_LARGE, theme::GAP));
    for (i, headline) in Headline::ALL.into_iter().enumerate() {
        let top = inner.top() + i as f32 * ROW;
        let row = Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right(), top + ROW));
        let name = format!("{} {}", headline.name().get(language), headline.unit().get(language));
        text_in(ui, row, Align2::LEFT_CENTER, name, ink(theme::TEXT_BODY_PT, t.text));
        text_in(ui, row, Align2::RIGHT_CENTER, headline.text(&losses.now), ink(theme::TEXT_NUMBER_PT, t.text));
    }
    let foot = inner.with_min_y(inner.bottom() - 20.0);
    text_in(ui, foot, Align2::RIGHT_CENTER, note, ink(theme::TEXT_SMALL_PT, t.text_weak));
    card
}
