//! The window of losses and people (F4): the ledger by floodplain unit, the decision clock, people over time, and the
//! words and assumptions behind them. One card over the scene with a tab for each.

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, ScrollArea, Ui, vec2};

use crate::domain::impact::columns::Group;
use crate::domain::text::Label;
use crate::ui::actions::UiAction;
use crate::ui::decision_clock::clock_ui;
use crate::ui::glossary::glossary_ui;
use crate::ui::ledger::ledger_ui;
use crate::ui::loss_panel::LossModel;
use crate::ui::people_chart::people_chart_ui;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::{Icon, icon_button_at, ink, paragraph, text_button};
use crate::ui::{strings, theme};

/// What the window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImpactTab {
    /// A part of the ledger.
    Ledger(Group),
    /// The decision clock.
    Clock,
    /// People over time.
    People,
    /// Words and assumptions.
    Words,
}

impl ImpactTab {
    /// In the order of the window.
    pub const ALL: [Self; 7] = [
        Self::Ledger(Group::Water),
        Self::Ledger(Group::Crops),
        Self::Ledger(Group::People),
        Self::Ledger(Group::Money),
        Self::Clock,
        Self::People,
        Self::Words,
    ];

    /// What stands on it.
    pub const fn label(self) -> Label {
        match self {
            Self::Ledger(Group::Water) => strings::LEDGER_WATER,
            Self::Ledger(Group::Crops) => strings::LEDGER_CROPS,
            Self::Ledger(Group::People | Group::Lives) => strings::LEDGER_PEOPLE,
            Self::Ledger(Group::Money) => strings::LEDGER_MONEY,
            Self::Clock => strings::DECISION_CLOCK,
            Self::People => strings::PEOPLE_CHART,
            Self::Words => strings::GLOSSARY,
        }
    }
}

/// What is remembered of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImpactState {
    /// What it shows, while it is open.
    pub tab: Option<ImpactTab>,
    /// What it showed last.
    pub last: Option<ImpactTab>,
    /// Column that the ledger is sorted by, and whether the largest comes first.
    pub sort: Option<(usize, bool)>,
}

impl ImpactState {
    /// Opens it where it was, or closes it.
    pub fn toggle(&mut self) {
        self.tab = match self.tab {
            Some(_) => None,
            None => Some(self.last.unwrap_or(ImpactTab::Ledger(Group::Water))),
        };
    }

    /// Shows a tab; columns of another part of the ledger are others, so they are not sorted.
    pub fn show(&mut self, tab: ImpactTab) {
        if self.tab != Some(tab) {
            self.sort = None;
        }
        (self.tab, self.last) = (Some(tab), Some(tab));
    }
}

/// Height of the tabs and the foot, pt.
const FURNITURE: f32 = 132.0;

/// The window over the scene's `rect`, while it is open.
pub fn impact_window_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (Some(losses), Some(tab)) = (&model.losses, model.state.impact.tab) else { return };
    let size =
        vec2((rect.width() - 2.0 * theme::GAP_LARGE).min(1180.0), (rect.height() - 2.0 * theme::GAP_LARGE).min(640.0));
    let area = Area::new(Id::new("hetu impact")).order(Order::Middle).constrain_to(rect);
    area.default_pos(rect.left_top() + vec2(theme::GAP_LARGE, theme::GAP_LARGE)).show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).panel).inner_margin(theme::GAP_LARGE);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| {
            ui.set_width(size.x - 2.0 * theme::GAP_LARGE);
            tabs_ui(ui, tab, model, actions);
            ui.add_space(theme::GAP);
            body_ui(ui, tab, (size.y - FURNITURE).max(120.0), losses, model, actions);
            ui.add_space(theme::GAP_SMALL);
            basis_ui(ui, losses, model);
        });
    });
}

fn tabs_ui(ui: &mut Ui, tab: ImpactTab, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let row = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
        for other in ImpactTab::ALL {
            let name = other.label().get(model.language);
            if text_button(ui, vec2(116.0, theme::BUTTON_HEIGHT), name, other == tab).clicked() {
                actions.push(UiAction::ShowImpact(other));
            }
        }
        ui.allocate_space(vec2(ui.available_width(), 1.0));
    });
    let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(24.0, 24.0), row.response.rect);
    if icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(model.language), "F4").clicked() {
        actions.push(UiAction::ToggleImpact);
    }
}

fn body_ui(
    ui: &mut Ui,
    tab: ImpactTab,
    height: f32,
    losses: &LossModel,
    model: &ScreenModel,
    actions: &mut Vec<UiAction>,
) {
    match tab {
        ImpactTab::Ledger(group) => ledger_ui(ui, group, height, losses, model, actions),
        ImpactTab::Clock => clock_ui(ui, height, losses, model),
        ImpactTab::People => {
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
            people_chart_ui(ui, rect, losses, model.playback.playhead_secs, model.language);
        }
        ImpactTab::Words => {
            ui.set_min_height(height);
            ScrollArea::vertical().max_height(height).show(ui, |ui| glossary_ui(ui, losses, model.language));
        }
    }
}

/// What every table says of itself: curves, year of the values, thresholds, resolution, branch.
fn basis_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel) {
    let weak = ink(theme::TEXT_SMALL_PT, theme::tokens(ui).text_weak);
    paragraph(ui, losses.basis.get(model.language), weak);
}
