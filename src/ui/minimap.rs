//! Where am I: the reach from above with what the camera looks at, at the upper right of the scene.

use std::sync::Arc;

use bevy_egui::egui::{
    Color32, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::toolbar::TOOLBAR_HEIGHT;
use crate::ui::{strings, theme};

/// The reach from above. Places are shares of the width of the map from its upper left corner: x east, y south.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Its height by its width.
    pub aspect: f32,
    /// The river.
    pub river: Vec<[f32; 2]>,
    /// Levees, or the edge of the domain.
    pub edges: Vec<Vec<[f32; 2]>>,
}

/// The map and the camera on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MiniMapModel {
    /// The reach.
    pub outline: Arc<Outline>,
    /// What the camera looks at.
    pub target: [f32; 2],
    /// Where it stands.
    pub eye: [f32; 2],
}

const WIDTH: f32 = 230.0;
const MOST_HEIGHT: f32 = 170.0;
const MARGIN: f32 = 6.0;

/// Room it needs beside everything else in the scene, pt.
const LEAST_SCENE: [f32; 2] = [820.0, 480.0];

/// Where the map lies in the scene's `rect`; none while an order is drafted there or the scene is small.
pub fn minimap_place(rect: Rect, model: &ScreenModel) -> Option<Rect> {
    let aspect = model.minimap.as_ref()?.outline.aspect;
    let is_small = rect.width() < LEAST_SCENE[0] || rect.height() < LEAST_SCENE[1];
    if is_small || model.state.draft.is_some() || aspect <= 0.0 {
        return None;
    }
    let width = WIDTH.min(MOST_HEIGHT / aspect);
    let size = vec2(width, width * aspect) + vec2(2.0 * MARGIN, 2.0 * MARGIN);
    let top = if model.state.clean_screen { 0.0 } else { TOOLBAR_HEIGHT };
    let corner = rect.right_top() + vec2(-theme::GAP_LARGE - size.x, theme::GAP_LARGE + top);
    Some(Rect::from_min_size(corner, size))
}

/// The map in the scene's `rect`, if there is room for it.
pub fn minimap_ui(ui: &mut Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (Some(map), Some(card)) = (&model.minimap, minimap_place(rect, model)) else { return };
    let width = card.width() - 2.0 * MARGIN;
    let ui = &mut ui.new_child(UiBuilder::new().id_salt("minimap").max_rect(card));
    let response = ui.allocate_rect(card, Sense::click());
    let name = strings::MINIMAP.get(model.language);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        let share = (at - card.min - vec2(MARGIN, MARGIN)) / width;
        actions.push(UiAction::LookAt([share.x, share.y]));
    }
    paint(ui, card, width, map);
    response.on_hover_text(name);
}

fn paint(ui: &Ui, card: Rect, width: f32, map: &MiniMapModel) {
    let t = theme::Theme::Dark.tokens(); // the scene is the same in both themes
    let place = |[x, y]: [f32; 2]| -> Pos2 { card.min + vec2(MARGIN, MARGIN) + vec2(x, y) * width };
    let painter = ui.painter().with_clip_rect(card.intersect(ui.clip_rect()));
    painter.rect(card, theme::RADIUS, t.card, Stroke::new(1.0, t.line), StrokeKind::Inside);
    let line = |points: &[[f32; 2]], stroke| Shape::line(points.iter().copied().map(place).collect(), stroke);
    painter.add(line(&map.outline.river, Stroke::new(2.5, Color32::from_rgb(150, 112, 60))));
    painter.extend(map.outline.edges.iter().map(|edge| line(edge, Stroke::new(1.2, t.label))));
    let (eye, target) = (place(map.eye), place(map.target));
    let way = target - eye;
    if way.length() > 1.0 {
        // The wedge of the view, as wide as far.
        let aside = vec2(-way.y, way.x) * 0.45;
        let wedge = vec![eye, eye + way * 1.25 + aside, eye + way * 1.25 - aside];
        painter.add(Shape::convex_polygon(wedge, t.accent.gamma_multiply(0.25), Stroke::new(1.0, t.accent)));
    }
    painter.circle(pos2(target.x, target.y), 3.5, t.accent, Stroke::new(1.5, t.label_outline));
}
