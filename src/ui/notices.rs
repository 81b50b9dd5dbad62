//! Messages: what happened, where, and what to do. They lie under the top bar and never cover the scene.

use bevy_egui::egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use crate::domain::text::Bilingual;
use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::{Icon, icon_button_at, ink, text_in};
use crate::ui::{strings, theme};

/// At most this many messages are shown at once; the rest is counted.
pub const MOST_SHOWN: usize = 2;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Names it in [`UiAction::DismissNotice`].
    pub id: u64,
    /// How grave it is.
    pub kind: NoticeKind,
    /// What happened.
    pub what: Bilingual,
    /// Where: a file with line and column, a place, a time. May be empty.
    pub place: Bilingual,
    /// What to do. May be empty when there is nothing to do.
    pub remedy: Bilingual,
}

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something could not be done.
    Error,
    /// Something is worth knowing.
    Note,
}

/// The strip of messages.
pub fn notices_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let strip = ui.max_rect();
    for (i, notice) in model.notices.iter().take(MOST_SHOWN).enumerate() {
        let top = strip.top() + i as f32 * theme::NOTICE_HEIGHT;
        let row = Rect::from_min_size(pos2(strip.left(), top), vec2(strip.width(), theme::NOTICE_HEIGHT));
        ui.push_id(notice.id, |ui| notice_ui(ui, row, notice, model, actions));
    }
    let n_more = model.notices.len().saturating_sub(MOST_SHOWN);
    if n_more > 0 {
        let t = theme::tokens(ui);
        let place = strip.shrink2(vec2(56.0, theme::GAP_SMALL));
        let text = format!("+{n_more} {}", strings::MORE_NOTICES.get(model.language));
        text_in(ui, place, Align2::RIGHT_BOTTOM, text, ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
}

fn notice_ui(ui: &mut Ui, row: Rect, notice: &Notice, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let t = theme::tokens(ui);
    let (sign, colour) = match notice.kind {
        NoticeKind::Error => ("!", t.error),
        NoticeKind::Note => ("i", t.text_weak),
    };
    ui.painter().rect_filled(Rect::from_min_size(row.min, vec2(4.0, row.height())), 0, colour);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, Stroke::new(1.0, t.line));
    let centre = pos2(row.left() + 24.0, row.center().y);
    ui.painter().circle_stroke(centre, 10.0, Stroke::new(1.5, colour));
    ui.painter().text(centre, Align2::CENTER_CENTER, sign, theme::font(theme::TEXT_BODY_PT), colour);

    let text =
        Rect::from_min_max(pos2(row.left() + 44.0, row.top() + 3.0), pos2(row.right() - 200.0, row.bottom() - 3.0));
    let (upper, lower) = text.split_top_bottom_at_fraction(0.53);
    let (what, place) = (notice.what.get(model.language), notice.place.get(model.language));
    let what = if place.is_empty() { what.to_owned() } else { format!("{what} · {place}") };
    text_in(ui, upper, Align2::LEFT_CENTER, what, ink(theme::TEXT_BODY_PT, t.text));
    let remedy = notice.remedy.get(model.language);
    text_in(ui, lower, Align2::LEFT_CENTER, remedy, ink(theme::TEXT_SMALL_PT, t.text_weak));

    let button = Rect::from_center_size(pos2(row.right() - 28.0, row.center().y), vec2(28.0, 28.0));
    if icon_button_at(ui, button, Icon::Close, strings::DISMISS.get(model.language), "").clicked() {
        actions.push(UiAction::DismissNotice(notice.id));
    }
}
