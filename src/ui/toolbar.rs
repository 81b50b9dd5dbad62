//! What is done to the flood rather than looked at: order, branch, compare. At the upper right of the scene.

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, Ui, vec2};

use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::text_button;
use crate::ui::{strings, theme};

const BUTTON_WIDTH: f32 = 76.0;

/// Height of the toolbar with the gap under it, pt.
pub const TOOLBAR_HEIGHT: f32 = theme::BUTTON_HEIGHT + 2.0 * theme::GAP_SMALL + theme::GAP;

/// The toolbar in the scene's `rect`.
pub fn toolbar_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    if model.open.is_none() || rect.width() < 4.0 * BUTTON_WIDTH {
        return;
    }
    let language = model.language;
    let has_order = model.state.draft.is_some();
    let has_others = model.tracks.iter().filter(|track| track.is_alive()).count() > 1;
    let buttons = [
        (strings::ORDER_SHORT, strings::ORDER, "W", UiAction::ToggleOrder, has_order, model.orders.is_possible),
        (strings::FORK_HERE, strings::FORK_HERE_HINT, "B", UiAction::ForkHere, false, model.orders.is_possible),
        (strings::COMPARE, strings::COMPARE_HINT, "C", UiAction::ToggleComparing, model.compare.is_some(), has_others),
    ];
    let corner = rect.right_top() + vec2(-theme::GAP_LARGE, theme::GAP_LARGE);
    let area = Area::new(Id::new("hetu toolbar")).order(Order::Middle).pivot(Align2::RIGHT_TOP).fixed_pos(corner);
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).card).inner_margin(theme::GAP_SMALL);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
            ui.horizontal(|ui| {
                for (name, hint, key, action, is_on, is_possible) in buttons {
                    ui.add_enabled_ui(is_possible, |ui| {
                        let button =
                            text_button(ui, vec2(BUTTON_WIDTH, theme::BUTTON_HEIGHT), name.get(language), is_on);
                        let hint = format!("{}  [{key}]", hint.get(language));
                        if button.on_hover_text(hint).clicked() {
                            actions.push(action);
                        }
                    });
                }
            });
        });
    });
}
