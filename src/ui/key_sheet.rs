//! All keys on one sheet.

use bevy_egui::egui::{Align2, Id, Modal, Sense, Ui, vec2};

use crate::domain::text::Label;
use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, text_in};
use crate::ui::{strings, theme};

/// Keys and what they do, in the order of the sheet.
pub const KEYS: [(&str, Label); 26] = [
    ("Space", strings::KEY_PLAY),
    ("J  K  L", strings::KEY_SHUTTLE),
    ("←  →", strings::KEY_STEP),
    ("Home  End", strings::KEY_ENDS),
    ("Shift End", strings::KEY_FOLLOW),
    ("Enter", strings::KEY_RETURN),
    ("[  ]", strings::KEY_MARKS),
    ("I  O  X", strings::KEY_LOOP),
    (",  .", strings::KEY_RATE),
    ("D E V H M A U R", strings::KEY_LAYERS),
    ("N  T", strings::KEY_CAMERA),
    ("1 … 9", strings::KEY_VIEWS),
    ("Y  Z", strings::KEY_LIGHT),
    ("W", strings::KEY_ORDER),
    ("B", strings::KEY_FORK),
    ("C  Q", strings::KEY_COMPARE),
    ("P", strings::KEY_PROBE),
    ("S", strings::KEY_SECTION),
    ("G", strings::KEY_LEGEND),
    ("F6  F7  F8", strings::KEY_FOLDS),
    ("F4", strings::IMPACT_WINDOW),
    ("F3", strings::DIAGNOSTICS),
    ("F11", strings::KEY_CLEAN),
    ("F12", strings::KEY_PICTURE),
    ("?  F1", strings::KEY_SHEET),
    ("Esc", strings::KEY_CANCEL),
];

const WIDTH: f32 = 460.0;
const KEY_WIDTH: f32 = 120.0;

/// The sheet, over everything, until it is closed.
pub fn key_sheet_ui(ui: &Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let sheet = Modal::new(Id::new("hetu key sheet")).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        let t = theme::tokens(ui);
        let row = heading(ui, strings::KEYS.get(language));
        let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(28.0, 26.0), row);
        let closed = icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(language), "Esc").clicked();
        let mouse = (strings::MOUSE.get(language), strings::MOUSE_ORBIT);
        for (keys, meaning) in KEYS.into_iter().chain([mouse]) {
            let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, theme::ROW_HEIGHT + 2.0), Sense::hover());
            let (left, right) = rect.split_left_right_at_x(rect.left() + KEY_WIDTH);
            text_in(ui, left, Align2::LEFT_CENTER, keys, ink(theme::TEXT_BODY_PT, t.accent));
            text_in(ui, right, Align2::LEFT_CENTER, meaning.get(language), ink(theme::TEXT_BODY_PT, t.text));
        }
        closed
    });
    if sheet.inner || sheet.backdrop_response.clicked() {
        actions.push(UiAction::ShowKeys(false));
    }
}
