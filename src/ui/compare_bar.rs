//! What is compared and how: a bar at the top of the scene, and the line to drag while swiping.

use bevy_egui::egui::{
    Align2, Area, Color32, CursorIcon, Frame, Id, Order, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::domain::text::Language;
use crate::ui::actions::{CompareView, UiAction};
use crate::ui::compare_table::CompareRow;
use crate::ui::screen::ScreenModel;
use crate::ui::strings;
use crate::ui::theme;
use crate::ui::toolbar::TOOLBAR_HEIGHT;
use crate::ui::widgets::{Icon, icon_button, ink, outlined_text, text_button};

/// Two or more branches seen at once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompareModel {
    /// The oldest first.
    pub branches: Vec<ComparedBranch>,
    /// How they are seen.
    pub view: CompareView,
    /// Figures at the playhead; empty while the table is closed.
    pub rows: Vec<CompareRow>,
}

/// A branch that is compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComparedBranch {
    /// Its name.
    pub name: String,
    /// Position among the colours of series.
    pub colour: usize,
    /// It is the one on screen, whose orders and losses are shown.
    pub is_shown: bool,
}

impl CompareModel {
    /// The part of the scene's `rect` in which the branch on screen is seen, and how far a point of the whole view lies
    /// from its place there.
    pub fn part_of_shown(&self, rect: Rect) -> (Rect, Vec2) {
        let at = match self.view {
            CompareView::Swipe(at) => at,
            CompareView::SideBySide => 0.5,
            CompareView::Difference | CompareView::Agreement => return (rect, Vec2::ZERO),
        };
        let x = rect.left() + at * rect.width();
        // The view on the right is the one on the left moved over.
        let moved = if self.view == CompareView::SideBySide { vec2(0.5 * rect.width(), 0.0) } else { Vec2::ZERO };
        match self.branches.iter().position(|branch| branch.is_shown) {
            Some(0) => (rect.with_max_x(x), Vec2::ZERO),
            Some(1) => (rect.with_min_x(x), moved),
            _ => (Rect::NOTHING, Vec2::ZERO),
        }
    }
}

const BUTTON_WIDTH: f32 = 104.0;
/// Where the bar begins below the scene's upper edge, and what lies under it, pt: the toolbar is above it.
const BAR_TOP: f32 = theme::GAP_LARGE + TOOLBAR_HEIGHT;
/// Where what lies under the bar begins, pt.
pub const UNDER_BAR: f32 = BAR_TOP + theme::BUTTON_HEIGHT + 2.0 * theme::GAP;
/// Width of what takes hold of the line, pt.
const HANDLE: f32 = 18.0;

/// The bar, the names over both waters, and the line between them, in the scene's `rect`.
pub fn compare_bar_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(compare) = &model.compare else { return };
    match compare.view {
        CompareView::Swipe(at) => {
            names_ui(ui, rect, at, compare);
            swipe_ui(ui, rect, at, actions);
        }
        CompareView::SideBySide => {
            names_ui(ui, rect, 0.5, compare);
            let x = rect.center().x;
            ui.painter().vline(x, rect.y_range(), Stroke::new(2.0, Color32::BLACK));
        }
        CompareView::Difference => difference_name_ui(ui, rect, compare),
        CompareView::Agreement => {}
    }
    let corner = rect.center_top() + vec2(0.0, BAR_TOP);
    let area = Area::new(Id::new("hetu compare")).order(Order::Middle).pivot(Align2::CENTER_TOP).fixed_pos(corner);
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).card).inner_margin(theme::GAP_SMALL);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| bar_ui(ui, compare, model, actions));
    });
}

fn bar_ui(ui: &mut Ui, compare: &CompareModel, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
    ui.horizontal(|ui| {
        for view in views(compare) {
            let is_on = std::mem::discriminant(&view) == std::mem::discriminant(&compare.view);
            let size = vec2(BUTTON_WIDTH, theme::BUTTON_HEIGHT);
            if text_button(ui, size, view_name(view, language), is_on).clicked() && !is_on {
                actions.push(UiAction::SetCompareView(view));
            }
        }
        ui.add_space(theme::GAP);
        let size = vec2(BUTTON_WIDTH, theme::BUTTON_HEIGHT);
        let table = text_button(ui, size, strings::TABLE.get(language), model.state.table.is_shown);
        if table.on_hover_text(format!("{}  [Q]", strings::TABLE_HINT.get(language))).clicked() {
            actions.push(UiAction::ToggleTable);
        }
        let size = vec2(theme::BUTTON_HEIGHT, theme::BUTTON_HEIGHT);
        if icon_button(ui, size, Icon::Close, strings::CLOSE.get(language), "C", false).clicked() {
            actions.push(UiAction::ToggleComparing);
        }
    });
}

/// Ways to see them: agreement is for more than two.
fn views(compare: &CompareModel) -> Vec<CompareView> {
    let mut views = vec![CompareView::default(), CompareView::SideBySide, CompareView::Difference];
    if compare.branches.len() > 2 {
        views.push(CompareView::Agreement);
    }
    views
}

fn view_name(view: CompareView, language: Language) -> &'static str {
    match view {
        CompareView::Swipe(_) => strings::SWIPE,
        CompareView::SideBySide => strings::SIDE_BY_SIDE,
        CompareView::Difference => strings::DIFFERENCE,
        CompareView::Agreement => strings::AGREEMENT,
    }
    .get(language)
}

/// The name of each branch over its water.
fn names_ui(ui: &Ui, rect: Rect, at: f32, compare: &CompareModel) {
    let t = theme::Theme::Dark.tokens();
    let x = rect.left() + at * rect.width();
    let y = rect.top() + UNDER_BAR;
    let painter = ui.painter().with_clip_rect(rect);
    let gap = theme::GAP_LARGE;
    let places = [(pos2(x - gap, y), Align2::RIGHT_TOP), (pos2(x + gap, y), Align2::LEFT_TOP)];
    for (branch, (at, align)) in compare.branches.iter().zip(places) {
        let ink = ink(theme::TEXT_HEADING_PT, t.series[branch.colour % t.series.len()]);
        outlined_text(&painter, at, align, &branch.name, ink, t.label_outline);
    }
}

/// What is taken from what.
fn difference_name_ui(ui: &Ui, rect: Rect, compare: &CompareModel) {
    let [first, second, ..] = compare.branches.as_slice() else { return };
    let t = theme::Theme::Dark.tokens();
    let at = pos2(rect.center().x, rect.top() + UNDER_BAR);
    let text = format!("{} − {}", second.name, first.name);
    let ink = ink(theme::TEXT_HEADING_PT, t.label);
    outlined_text(&ui.painter().with_clip_rect(rect), at, Align2::CENTER_TOP, &text, ink, t.label_outline);
}

/// The line between two waters, with a handle to drag it by.
fn swipe_ui(ui: &Ui, rect: Rect, at: f32, actions: &mut Vec<UiAction>) {
    let t = theme::Theme::Dark.tokens();
    let x = rect.left() + at * rect.width();
    let painter = ui.painter().with_clip_rect(rect);
    painter.vline(x, rect.y_range(), Stroke::new(4.0, t.label_outline));
    painter.vline(x, rect.y_range(), Stroke::new(2.0, t.label));
    let handle = Rect::from_center_size(pos2(x, rect.center().y), vec2(HANDLE, 44.0));
    let area = Area::new(Id::new("hetu swipe")).order(Order::Middle).fixed_pos(handle.min).constrain(false);
    area.show(ui.ctx(), |ui| {
        let (place, response) = ui.allocate_exact_size(handle.size(), Sense::drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        response.widget_info(|| WidgetInfo::slider(true, f64::from(at), "swipe"));
        ui.painter().rect_filled(place, theme::RADIUS, t.accent);
        for dx in [-2.5, 2.5] {
            let y = place.center().y;
            ui.painter().vline(place.center().x + dx, y - 9.0..=y + 9.0, Stroke::new(1.5, t.on_accent));
        }
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            let share = ((pointer.x - rect.left()) / rect.width().max(1.0)).clamp(0.02, 0.98);
            actions.push(UiAction::SetCompareView(CompareView::Swipe(share)));
        }
    });
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "halves and quarters are exact")]
mod tests {
    use super::*;

    #[test]
    fn orders_are_drawn_over_the_branch_they_are_of() {
        let rect = Rect::from_min_size(pos2(100.0, 0.0), vec2(800.0, 600.0));
        let model = |view, shown: usize| CompareModel {
            branches: (0..3).map(|i| ComparedBranch { is_shown: i == shown, ..ComparedBranch::default() }).collect(),
            view,
            ..CompareModel::default()
        };
        let part = |view, shown| {
            let (part, moved) = model(view, shown).part_of_shown(rect);
            [part.left(), part.right(), moved.x]
        };
        assert_eq!(part(CompareView::Swipe(0.25), 0), [100.0, 300.0, 0.0]);
        assert_eq!(part(CompareView::Swipe(0.25), 1), [300.0, 900.0, 0.0]);
        assert_eq!(part(CompareView::SideBySide, 0), [100.0, 500.0, 0.0]);
        assert_eq!(part(CompareView::SideBySide, 1), [500.0, 900.0, 400.0]);
        assert_eq!(part(CompareView::Difference, 2), [100.0, 900.0, 0.0]);
        assert!(!model(CompareView::SideBySide, 2).part_of_shown(rect).0.is_positive(), "it is not in the picture");
    }
}
