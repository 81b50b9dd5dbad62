//! The legend: classes with their colours, drawn alike in the panel, in the scene and on pictures.

use bevy_egui::egui::{Align2, Color32, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::domain::text::{Label, Language};
use crate::ui::actions::Layer;
use crate::ui::widgets::{ink, paragraph, text_in};
use crate::ui::{format, strings, theme};

/// Classes of the layer on screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LegendModel {
    /// What is classed.
    pub layer: Layer,
    /// From the lowest to the highest.
    pub classes: Vec<LegendClass>,
    /// What else has a colour of its own: water in the main channel, villages.
    pub others: Vec<([u8; 3], Label)>,
}

/// One class, in the unit of the layer (m, m/s or h).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegendClass {
    /// Lower bound; none for the lowest class.
    pub from: Option<f64>,
    /// Upper bound; none for the highest class.
    pub to: Option<f64>,
    /// Colour on the water, sRGB.
    pub rgb: [u8; 3],
    /// What stands there in place of the bounds, if it is a kind rather than a range.
    pub name: Option<Label>,
}

/// Height of one line of the legend, pt.
pub const LINE_HEIGHT: f32 = 20.0;
const SWATCH_WIDTH: f32 = 28.0;

impl LegendModel {
    /// Lines of colour and text.
    fn lines(&self, language: Language) -> Vec<([u8; 3], String)> {
        let unit = strings::layer_unit(self.layer);
        let text = |class: &LegendClass| match class.name {
            Some(name) => name.get(language).to_owned(),
            None => format::class_range(class.from, class.to, unit),
        };
        let classes = self.classes.iter().map(|class| (class.rgb, text(class)));
        let others = self.others.iter().map(|(rgb, name)| (*rgb, name.get(language).to_owned()));
        classes.chain(others).collect()
    }

    /// Height of [`legend_lines`], pt.
    pub fn height(&self) -> f32 {
        let n = self.classes.len() + self.others.len();
        n as f32 * LINE_HEIGHT
    }
}

/// Swatches and bounds, from the top left corner of `rect` down.
pub fn legend_lines(ui: &mut Ui, rect: Rect, model: &LegendModel, language: Language) {
    let t = theme::tokens(ui);
    for (i, (rgb, text)) in model.lines(language).into_iter().enumerate() {
        let top = rect.top() + i as f32 * LINE_HEIGHT;
        let line = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), LINE_HEIGHT));
        // swatches of neighbouring classes touch, as in a colour scale
        let swatch = Rect::from_min_size(line.min, vec2(SWATCH_WIDTH, LINE_HEIGHT));
        ui.painter().rect(
            swatch,
            0,
            Color32::from_rgb(rgb[0], rgb[1], rgb[2]),
            Stroke::new(0.5, t.panel),
            StrokeKind::Inside,
        );
        let place = Rect::from_min_max(pos2(swatch.right() + theme::GAP, top), line.max);
        text_in(ui, place, Align2::LEFT_CENTER, text, ink(theme::TEXT_BODY_PT, t.text));
    }
}

/// The legend in the flow of a panel, with the definition of its layer.
pub fn legend_ui(ui: &mut Ui, model: &LegendModel, language: Language) {
    let t = theme::tokens(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), model.height()));
    legend_lines(ui, rect, model, language);
    let definition = strings::layer_definition(model.layer).get(language);
    paragraph(ui, definition, ink(theme::TEXT_SMALL_PT, t.text_weak));
}

/// Title of the legend: the layer and its unit.
pub fn legend_title(layer: Layer, language: Language) -> String {
    format!("{} {}", strings::layer(layer).get(language), strings::layer_unit(layer))
}
