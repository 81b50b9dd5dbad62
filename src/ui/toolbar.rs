//! What is done to the flood: order, branch, compare; and how it is looked at: section, light, contour lines. At the
//! upper right of the scene.

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, Ui, vec2};

use crate::ui::actions::{Light, SectionKind, UiAction};
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::text_button;
use crate::ui::{strings, theme};

const BUTTON_WIDTH: f32 = 76.0;

/// Width of the toolbar with room beside it, pt.
const WIDTH: f32 = 7.0 * BUTTON_WIDTH;

/// Height of the toolbar with the gap under it, pt.
pub const TOOLBAR_HEIGHT: f32 = theme::BUTTON_HEIGHT + 2.0 * theme::GAP_SMALL + theme::GAP;

/// Where the toolbar lies in the scene's `rect`, nearly.
pub fn toolbar_place(rect: Rect) -> Rect {
    let size = vec2(WIDTH - BUTTON_WIDTH + 2.0 * theme::GAP_LARGE, TOOLBAR_HEIGHT);
    let corner = rect.right_top() + vec2(-theme::GAP_LARGE - size.x, theme::GAP_LARGE);
    Rect::from_min_size(corner, size)
}

/// The toolbar in the scene's `rect`.
pub fn toolbar_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    if model.open.is_none() || rect.width() < WIDTH {
        return;
    }
    let language = model.language;
    let has_order = model.state.draft.is_some();
    let has_others = model.tracks.iter().filter(|track| track.is_alive()).count() > 1;
    let has_section = model.state.section.is_some();
    let section = if has_section { None } else { Some(SectionKind::Across) };
    let buttons = [
        (strings::ORDER_SHORT, strings::ORDER, "W", UiAction::ToggleOrder, has_order, model.orders.is_possible),
        (strings::FORK_HERE, strings::FORK_HERE_HINT, "B", UiAction::ForkHere, false, model.orders.is_possible),
        (strings::COMPARE, strings::COMPARE_HINT, "C", UiAction::ToggleComparing, model.compare.is_some(), has_others),
        (strings::SECTION, strings::KEY_SECTION, "S", UiAction::SetSection(section), has_section, true),
        (strings::light(model.light), strings::LIGHT_HINT, "Y", UiAction::NextLight, model.light != Light::Map, true),
        (strings::CONTOURS, strings::CONTOURS_HINT, "Z", UiAction::ToggleContours, model.has_contours, true),
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
