//! Draws the panels and collects what they ask for.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

use super::apply::Wishes;
use super::desk::Desk;
use super::models::screen_model;
use super::pace::{Pace, now};
use crate::ui::state::Diagnostics;
use crate::ui::{Theme, keys, screen_ui, theme};
use crate::view::{SceneInput, ScreenLabels, ScreenTraces, ViewReadout};

/// What egui was last told about fonts and colours.
#[derive(Debug, Default)]
pub(super) struct Dressed {
    has_fonts: bool,
    theme: Option<Theme>,
}

impl Dressed {
    /// Installs the fonts once, and the colours when they change. Fonts hold from the next pass on.
    pub(super) fn dress(&mut self, ctx: &egui::Context, wanted: Theme) {
        if !self.has_fonts {
            theme::install_fonts(ctx);
            self.has_fonts = true;
        }
        if self.theme != Some(wanted) {
            theme::apply(ctx, wanted);
            self.theme = Some(wanted);
        }
    }
}

/// A root that covers the whole window; all panels share it.
pub(super) fn root_ui(ctx: &egui::Context) -> egui::Ui {
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    egui::Ui::new(ctx.clone(), "hetu".into(), builder)
}

/// Lays out the screen, tells the scene where it is, and collects wishes. May run twice for one picture.
pub(super) fn draw_panels(
    mut contexts: EguiContexts,
    mut dressed: Local<Dressed>,
    desk: Res<Desk>,
    labels: Res<ScreenLabels>,
    lines: Res<ScreenTraces>,
    readout: Option<Res<ViewReadout>>,
    mut pace: ResMut<Pace>,
    mut wishes: ResMut<Wishes>,
    mut input: ResMut<SceneInput>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    dressed.dress(ctx, desk.theme);
    let begun = now();
    let diagnostics = (desk.ui.diagnostics == Diagnostics::Open).then(|| pace.model());
    let model = screen_model(&desk, &labels, &lines, readout.as_deref(), diagnostics);
    // A field that is left with Enter had the keyboard when Enter was pressed.
    let had_keyboard = ctx.egui_wants_keyboard_input();
    let scene = screen_ui(&mut root_ui(ctx), &model, &mut wishes.0);
    if !had_keyboard && !ctx.egui_wants_keyboard_input() {
        wishes.0.extend(ctx.input(|i| keys::actions_of_events(&i.events, &desk.ui)));
    }
    pace.add_panels(begun);
    *input = SceneInput {
        rect: Some(Rect::new(scene.min.x, scene.min.y, scene.max.x, scene.max.y)),
        pointer_blocked: ctx.egui_wants_pointer_input(),
        keys_blocked: true, // keys come through the panels, so that there is one list of them
    };
    Ok(())
}
