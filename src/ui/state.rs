//! What the interface remembers of itself: folded panels, chosen stations. Changed by actions only.

use crate::ui::actions::{PanelId, Picker, PlotKind, SectionKind, UiAction};
use crate::ui::impact_window::ImpactState;
use crate::ui::order_card::OrderDraft;

/// Memory of the interface. It says nothing about the flood and need not be saved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UiState {
    /// Panels that are folded to their edge.
    pub folds: Folds,
    /// Everything but clocks, legend and scale is hidden.
    pub clean_screen: bool,
    /// The legend in the scene is the other way round than it would be.
    pub legend_flipped: bool,
    /// The key sheet is open.
    pub keys_shown: bool,
    /// What to show of the program's own cost.
    pub diagnostics: Diagnostics,
    /// What the hydrographs plot.
    pub plot: PlotKind,
    /// Stations that are not plotted, by position, sorted.
    pub hidden_stations: Vec<usize>,
    /// The section that is shown.
    pub section: Option<SectionKind>,
    /// The order that is being drafted.
    pub draft: Option<OrderDraft>,
    /// Who gave the last order: most often the next one is theirs too.
    pub author: String,
    /// The branch that is being renamed, and its new name so far.
    pub rename: Option<(u32, String)>,
    /// What the left panel offers to open.
    pub picker: Picker,
    /// The table of compared branches.
    pub table: TableState,
    /// The window of losses and people.
    pub impact: ImpactState,
}

/// What is remembered of the table of compared branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableState {
    /// It is open.
    pub is_shown: bool,
    /// Column that it is sorted by, and whether the largest comes first.
    pub sort: Option<(usize, bool)>,
}

/// Whether the page of the program's own cost is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Diagnostics {
    /// It is not.
    #[default]
    Closed,
    /// It is.
    Open,
}

impl Diagnostics {
    fn other(self) -> Self {
        if self == Self::Open { Self::Closed } else { Self::Open }
    }
}

/// Which panels are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folds {
    /// Scenarios, layers, legend, camera.
    pub left: bool,
    /// Losses.
    pub right: bool,
    /// Hydrographs.
    pub bottom: bool,
}

/// How a table is sorted after a press on a heading: the largest first, the smallest first, not.
fn sorted_next(sort: Option<(usize, bool)>, column: usize) -> Option<(usize, bool)> {
    match sort {
        Some((by, true)) if by == column => Some((column, false)),
        Some((by, false)) if by == column => None,
        _ => Some((column, true)),
    }
}

impl UiState {
    /// Takes over what the action says about the interface itself; other actions change nothing here.
    pub fn apply(&mut self, action: &UiAction) {
        match *action {
            UiAction::ToggleFold(PanelId::Left) => self.folds.left ^= true,
            UiAction::ToggleFold(PanelId::Right) => self.folds.right ^= true,
            UiAction::ToggleFold(PanelId::Bottom) => self.folds.bottom ^= true,
            UiAction::ToggleCleanScreen => self.clean_screen ^= true,
            UiAction::ToggleSceneLegend => self.legend_flipped ^= true,
            UiAction::ShowKeys(shown) => self.keys_shown = shown,
            UiAction::SetSection(kind) => self.section = kind,
            UiAction::ToggleDiagnostics => self.diagnostics = self.diagnostics.other(),
            UiAction::SetPlot(kind) => self.plot = kind,
            UiAction::ToggleStation(index) => match self.hidden_stations.binary_search(&index) {
                Ok(at) => drop(self.hidden_stations.remove(at)),
                Err(at) => self.hidden_stations.insert(at, index),
            },
            UiAction::SetPicker(picker) => self.picker = picker,
            UiAction::OpenScenario(_) | UiAction::OpenSession(_) => {
                self.hidden_stations.clear();
                (self.draft, self.rename, self.table.is_shown) = (None, None, false);
            }
            UiAction::ToggleOrder => self.toggle_order(),
            UiAction::EditOrder(ref draft) => {
                self.author.clone_from(&draft.author);
                self.draft = Some((**draft).clone());
            }
            UiAction::BeginRename(branch, ref name) => self.rename = Some((branch, name.clone())),
            UiAction::EditName(ref name) => {
                if let Some((_, written)) = &mut self.rename {
                    written.clone_from(name);
                }
            }
            UiAction::EndRename(_) => self.rename = None,
            UiAction::ToggleImpact => self.impact.toggle(),
            UiAction::ShowImpact(tab) => self.impact.show(tab),
            UiAction::SortLedger(column) => self.impact.sort = sorted_next(self.impact.sort, column),
            UiAction::ToggleTable => self.table.is_shown ^= true,
            UiAction::SortTable(column) => self.table.sort = sorted_next(self.table.sort, column),
            _ => {}
        }
    }

    fn toggle_order(&mut self) {
        self.draft = match self.draft {
            Some(_) => None,
            None => Some(OrderDraft { author: self.author.clone(), ..OrderDraft::default() }),
        };
    }

    /// Whether the station at this position is plotted.
    pub fn is_station_shown(&self, index: usize) -> bool {
        self.hidden_stations.binary_search(&index).is_err()
    }

    /// Whether the scene carries the legend: when no panel shows it, or when asked for.
    pub fn scene_legend_shown(&self) -> bool {
        (self.clean_screen || self.folds.left) != self.legend_flipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_action_twice_is_no_change() {
        for panel in [PanelId::Left, PanelId::Right, PanelId::Bottom] {
            let mut state = UiState::default();
            state.apply(&UiAction::ToggleFold(panel));
            assert_ne!(state, UiState::default());
            state.apply(&UiAction::ToggleFold(panel));
            assert_eq!(state, UiState::default());
        }
    }

    #[test]
    fn stations_are_hidden_one_by_one_and_forgotten_with_the_scenario() {
        let mut state = UiState::default();
        for index in [2, 0] {
            state.apply(&UiAction::ToggleStation(index));
        }
        assert!(!state.is_station_shown(0) && state.is_station_shown(1) && !state.is_station_shown(2));
        state.apply(&UiAction::ToggleStation(2));
        assert!(state.is_station_shown(2));
        state.apply(&UiAction::OpenScenario(1));
        assert!(state.is_station_shown(0), "another scenario has other stations");
    }

    #[test]
    fn the_legend_key_always_changes_what_is_seen() {
        let mut state = UiState::default();
        assert!(!state.scene_legend_shown(), "the left panel has it");
        state.apply(&UiAction::ToggleSceneLegend);
        assert!(state.scene_legend_shown());
        state.apply(&UiAction::ToggleSceneLegend);
        state.apply(&UiAction::ToggleCleanScreen);
        assert!(state.scene_legend_shown(), "a clean screen keeps the legend");
        state.apply(&UiAction::ToggleSceneLegend);
        assert!(!state.scene_legend_shown());
    }
}
