//! The orders of the branch on screen (指令台账): when, what, by whom and why; those ahead can be taken back.

use bevy_egui::egui::{Align2, ScrollArea, Sense, Ui, vec2};

use crate::domain::text::Bilingual;
use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, paragraph, text_in};
use crate::ui::{format, strings, theme};

/// What orders can be given here, and which were.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrdersModel {
    /// A run is there that takes orders.
    pub is_possible: bool,
    /// What an order can be about.
    pub choices: super::order_card::OrderChoices,
    /// What the draft comes to.
    pub preview: super::order_card::DraftPreview,
    /// Orders that hold on this branch, in the order in which they take effect.
    pub given: Vec<GivenOrder>,
}

/// One order.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenOrder {
    /// Its number.
    pub id: u32,
    /// From when on it holds, s after the start.
    pub at_secs: f64,
    /// What is done.
    pub what: Bilingual,
    /// Who gave it, and why.
    pub who: String,
    /// Nothing computed depends on it.
    pub can_be_taken_back: bool,
}

const ROW_HEIGHT: f32 = 38.0;
const MOST_SHOWN: f32 = 4.5;

/// The list, in the flow.
pub fn order_list_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let t = theme::tokens(ui);
    heading(ui, strings::ORDERS_GIVEN.get(language));
    if model.orders.given.is_empty() {
        paragraph(ui, strings::NO_ORDERS.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
        return;
    }
    ScrollArea::vertical().id_salt("orders").max_height(MOST_SHOWN * ROW_HEIGHT).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        for order in &model.orders.given {
            order_row(ui, order, model, actions);
        }
    });
}

fn order_row(ui: &mut Ui, order: &GivenOrder, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    let (upper, lower) = rect.shrink2(vec2(0.0, 2.0)).split_top_bottom_at_fraction(0.54);
    let clock = model.open.as_ref().map(|open| format::clock(open.start, order.at_secs)).unwrap_or_default();
    let what = format!("{clock}  {}", order.what.get(language));
    let colour = if order.at_secs <= model.playback.playhead_secs { t.text } else { t.accent };
    text_in(ui, upper, Align2::LEFT_CENTER, what, ink(theme::TEXT_BODY_PT, colour));
    text_in(ui, lower, Align2::LEFT_CENTER, order.who.clone(), ink(theme::TEXT_SMALL_PT, t.text_weak));
    if order.can_be_taken_back {
        let place = Align2::RIGHT_CENTER.align_size_within_rect(vec2(24.0, 24.0), rect);
        let mut row = ui.new_child(bevy_egui::egui::UiBuilder::new().id_salt(order.id).max_rect(place));
        if icon_button_at(&mut row, place, Icon::Close, strings::TAKE_BACK.get(language), "").clicked() {
            actions.push(UiAction::TakeBack(order.id));
        }
    }
}
