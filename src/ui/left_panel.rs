//! The left panel: scenarios, layers, legend, exaggeration, camera.

use bevy_egui::egui::{
    Align2, Color32, Rect, ScrollArea, Sense, Slider, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::ui::actions::{CameraPreset, Layer, PanelId, Picker, UiAction};
use crate::ui::screen::{ScenarioEntry, ScenarioState, ScreenModel, padded};
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, paint_text, paragraph, text_button, text_in};
use crate::ui::{format, legend, strings, theme};

/// Bounds of the exaggeration slider.
pub const EXAGGERATION: std::ops::RangeInclusive<f32> = 1.0..=50.0;
const SCENARIO_HEIGHT: f32 = 42.0;
/// Height of the list of scenarios: four and a half of them, so that it is seen to go on.
const SCENARIOS_HEIGHT: f32 = 4.5 * (SCENARIO_HEIGHT + 2.0);

/// The left panel, or its edge when it is folded.
pub fn left_panel_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let folded = model.state.folds.left;
    let name = if folded { strings::OPEN_LEFT } else { strings::FOLD_LEFT };
    let icon = if folded { Icon::Right } else { Icon::Left };
    if fold_button(ui, icon, name.get(model.language), "F6", folded) {
        actions.push(UiAction::ToggleFold(PanelId::Left));
    }
    if folded {
        return;
    }
    let mut inner = ui.new_child(UiBuilder::new().id_salt("sections").max_rect(padded(ui)));
    ScrollArea::vertical().show(&mut inner, |ui| {
        ui.set_width(ui.available_width());
        scenarios_ui(ui, model, actions);
        ui.add_space(theme::GAP);
        layers_ui(ui, model, actions);
        ui.add_space(theme::GAP);
        if !model.legend.classes.is_empty() {
            heading(ui, &legend::legend_title(model.legend.layer, model.language));
            legend::legend_ui(ui, &model.legend, model.language);
            ui.add_space(theme::GAP);
        }
        exaggeration_ui(ui, model, actions);
        ui.add_space(theme::GAP);
        camera_ui(ui, model, actions);
    });
}

/// The button that folds a side panel: in its upper corner, or on its folded edge.
pub fn fold_button(ui: &mut Ui, icon: Icon, name: &str, key: &str, folded: bool) -> bool {
    let panel = ui.max_rect();
    let at = if folded {
        Rect::from_center_size(pos2(panel.center().x, panel.top() + 22.0), vec2(20.0, 28.0))
    } else {
        Rect::from_center_size(pos2(panel.right() - theme::GAP_LARGE - 11.0, panel.top() + 21.0), vec2(22.0, 22.0))
    };
    icon_button_at(ui, at, icon, name, key).clicked()
}

fn scenarios_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let width = (ui.available_width() - 30.0 - theme::GAP_SMALL) / 2.0;
    ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
    ui.horizontal(|ui| {
        for (picker, name) in [(Picker::Scenarios, strings::SCENARIOS), (Picker::Sessions, strings::SESSIONS)] {
            let is_on = picker == model.state.picker;
            if text_button(ui, vec2(width, theme::BUTTON_HEIGHT), name.get(model.language), is_on).clicked() {
                actions.push(UiAction::SetPicker(picker));
            }
        }
    });
    if model.state.picker == Picker::Sessions {
        return sessions_ui(ui, model, actions);
    }
    if model.scenarios.is_empty() {
        let hint = strings::NO_SCENARIOS_HINT.get(model.language);
        paragraph(ui, hint, ink(theme::TEXT_BODY_PT, theme::tokens(ui).text_weak));
    }
    // A list of its own, so that layers, legend and camera stay in sight however many scenarios there are.
    ScrollArea::vertical().id_salt("scenarios").max_height(SCENARIOS_HEIGHT).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        for (i, entry) in model.scenarios.iter().enumerate() {
            if scenario_ui(ui, entry, model) {
                actions.push(UiAction::OpenScenario(i));
            }
        }
    });
}

/// Sessions that were saved, and the way to keep one.
fn sessions_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let t = theme::tokens(ui);
    if model.sessions.is_empty() {
        paragraph(ui, strings::NO_SESSIONS.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
    }
    ScrollArea::vertical().id_salt("sessions").max_height(SCENARIOS_HEIGHT - 36.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        for (i, entry) in model.sessions.iter().enumerate() {
            let state = if entry.is_in_use { strings::SESSION_IN_USE.get(language) } else { entry.detail.as_str() };
            if entry_ui(ui, (&entry.name, t.accent), (state, t.text_weak), false) {
                actions.push(UiAction::OpenSession(i));
            }
        }
    });
    ui.add_enabled_ui(model.orders.is_possible, |ui| {
        let size = vec2(ui.available_width(), theme::BUTTON_HEIGHT);
        if text_button(ui, size, strings::SAVE_SESSION.get(language), false).clicked() {
            actions.push(UiAction::SaveSession);
        }
    });
}

/// One scenario; tells whether it was pressed.
fn scenario_ui(ui: &mut Ui, entry: &ScenarioEntry, model: &ScreenModel) -> bool {
    let t = theme::tokens(ui);
    let is_open = entry.state == ScenarioState::Open;
    let (state, colour) = match entry.state {
        ScenarioState::Ready => (strings::SCENARIO_READY, t.text_weak),
        ScenarioState::Open => (strings::SCENARIO_OPEN, t.accent),
        ScenarioState::Faulty => (strings::SCENARIO_FAULTY, t.error),
    };
    let mode = entry.mode.map_or("", |mode| mode.label().get(model.language));
    let dot = if mode.is_empty() { "" } else { " – " };
    let state = format!("{mode}{dot}{}", state.get(model.language));
    let ink = if is_open { t.text } else { t.accent };
    entry_ui(ui, (entry.title.get(model.language), ink), (&state, colour), is_open)
}

/// An entry of a list: its title over a smaller line; tells whether it was pressed.
fn entry_ui(
    ui: &mut Ui,
    (title, title_colour): (&str, Color32),
    (state, state_colour): (&str, Color32),
    is_open: bool,
) -> bool {
    let t = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), SCENARIO_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, is_open, title));
    let fill = if response.hovered() { t.hovered } else { t.raised };
    ui.painter().rect_filled(rect, theme::RADIUS, fill);
    if is_open {
        ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(4.0, rect.height())), 2, t.accent);
    }
    let (upper, lower) = rect.shrink2(vec2(theme::GAP_LARGE, 3.0)).split_top_bottom_at_fraction(0.54);
    let (_, elided) = paint_text(ui, upper, Align2::LEFT_CENTER, title, ink(theme::TEXT_BODY_PT, title_colour));
    text_in(ui, lower, Align2::LEFT_CENTER, state, ink(theme::TEXT_SMALL_PT, state_colour));
    let pressed = response.clicked();
    if elided {
        response.on_hover_text(title);
    }
    pressed
}

/// Two columns of buttons; calls back with the pressed one.
fn button_pairs<T: Copy>(ui: &mut Ui, items: &[(T, &str, bool)], mut pressed: impl FnMut(T)) {
    let width = (ui.available_width() - theme::GAP_SMALL) / 2.0;
    ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
    for pair in items.chunks(2) {
        ui.horizontal(|ui| {
            for (item, name, selected) in pair {
                if text_button(ui, vec2(width, theme::BUTTON_HEIGHT), name, *selected).clicked() {
                    pressed(*item);
                }
            }
        });
    }
}

fn layers_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    heading(ui, strings::LAYERS.get(model.language));
    let items = Layer::ALL.map(|layer| (layer, strings::layer(layer).get(model.language), layer == model.legend.layer));
    button_pairs(ui, &items, |layer| actions.push(UiAction::SetLayer(layer)));
}

fn exaggeration_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let t = theme::tokens(ui);
    let name = strings::EXAGGERATION.get(model.language);
    let row = heading(ui, name);
    let value = format::rate(f64::from(model.exaggeration));
    text_in(ui, row, Align2::RIGHT_CENTER, value, ink(theme::TEXT_HEADING_PT, t.text));
    ui.spacing_mut().slider_width = ui.available_width();
    let mut factor = model.exaggeration;
    let slider = ui.add(Slider::new(&mut factor, EXAGGERATION).step_by(1.0).show_value(false));
    slider.widget_info(|| WidgetInfo::slider(true, f64::from(model.exaggeration), name));
    if slider.changed() {
        actions.push(UiAction::SetExaggeration(factor));
    }
}

fn camera_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    heading(ui, strings::CAMERA.get(model.language));
    let items = CameraPreset::ALL.map(|preset| (preset, strings::camera(preset).get(model.language), false));
    button_pairs(ui, &items, |preset| actions.push(UiAction::Camera(preset)));
    views_ui(ui, model, actions);
}

/// A small button for each kept view; with Ctrl it keeps the view of now.
fn views_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let gaps = theme::GAP_SMALL * (model.bookmarks.len() - 1) as f32;
    let width = (ui.available_width() - gaps) / model.bookmarks.len() as f32;
    let hint = strings::KEY_VIEWS.get(model.language);
    ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
    ui.spacing_mut().button_padding.x = 1.0;
    ui.horizontal(|ui| {
        for (place, is_kept) in model.bookmarks.into_iter().enumerate() {
            let button = text_button(ui, vec2(width, theme::BUTTON_HEIGHT - 4.0), &(place + 1).to_string(), is_kept);
            if button.on_hover_text(hint).clicked() {
                let keeps = ui.input(|input| input.modifiers.command || input.modifiers.ctrl);
                actions.push(if keeps { UiAction::KeepView(place) } else { UiAction::GoToView(place) });
            }
        }
    });
}
