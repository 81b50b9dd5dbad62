//! The whole screen: what it shows, where each panel lies, and what is left for the scene.

use std::sync::Arc;

use bevy_egui::egui::{self, Rect, Ui, UiBuilder, pos2, vec2};
use time::OffsetDateTime;

use crate::domain::playback::Motion;
use crate::domain::scenario::Mode;
use crate::domain::text::{Bilingual, Language};
use crate::ui::actions::{Light, UiAction};
use crate::ui::compare_bar::CompareModel;
use crate::ui::diagnostics::DiagnosticsModel;
use crate::ui::hydrograph::HydrographModel;
use crate::ui::legend::LegendModel;
use crate::ui::loss_panel::LossModel;
use crate::ui::marks::Mark;
use crate::ui::minimap::MiniMapModel;
use crate::ui::notices::Notice;
use crate::ui::order_list::OrdersModel;
use crate::ui::overlay::SceneModel;
use crate::ui::probe::ProbeModel;
use crate::ui::section::{SECTION_HEIGHT, SectionModel, section_ui};
use crate::ui::state::UiState;
use crate::ui::theme::{self, Metrics, Theme, WarningLevel};
use crate::ui::tracks::{Track, tracks_height, tracks_ui};
use crate::ui::{hydrograph, key_sheet, left_panel, loss_panel, notices, overlay, timeline, top_bar, transport};

/// Everything the screen shows. The app fills it each frame; panels only read it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScreenModel {
    /// Language of all texts.
    pub language: Language,
    /// Colours in force.
    pub theme: Theme,
    /// Folded panels, chosen stations and the like.
    pub state: UiState,
    /// The open scenario, if any.
    pub open: Option<OpenScenario>,
    /// The picker.
    pub scenarios: Vec<ScenarioEntry>,
    /// Sessions that can be opened, the newest first.
    pub sessions: Vec<SessionEntry>,
    /// Where the playback stands.
    pub playback: PlaybackModel,
    /// Moments worth going to, in time order.
    pub marks: Vec<Mark>,
    /// Where the worker stands.
    pub compute: ComputeModel,
    /// Classes of the layer on screen.
    pub legend: LegendModel,
    /// Vertical exaggeration.
    pub exaggeration: f32,
    /// Where the light comes from.
    pub light: Light,
    /// Whether contour lines are drawn.
    pub has_contours: bool,
    /// Losses; none where the scenario has no floodplain.
    pub losses: Option<Arc<LossModel>>,
    /// Hydrographs.
    pub hydrographs: HydrographModel,
    /// What is drawn over the scene.
    pub scene: SceneModel,
    /// Orders given and to be given.
    pub orders: OrdersModel,
    /// Branches, the root first; empty or one while nothing was branched off.
    pub tracks: Vec<Track>,
    /// Branches that are compared, if any are.
    pub compare: Option<CompareModel>,
    /// The highest warning in force at the playhead.
    pub warning: Option<Warning>,
    /// The reach from above.
    pub minimap: Option<MiniMapModel>,
    /// Which views are kept, 1 to 9.
    pub bookmarks: [bool; 9],
    /// Section or long profile, while it is wanted.
    pub section: Option<SectionModel>,
    /// The place that is looked at, if any.
    pub probe: Option<ProbeModel>,
    /// What the program costs, while that is asked for.
    pub diagnostics: Option<DiagnosticsModel>,
    /// Messages, newest first.
    pub notices: Vec<Notice>,
}

/// What the header says of the open scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenScenario {
    /// Kind of time.
    pub mode: Mode,
    /// Title.
    pub title: Bilingual,
    /// Wall clock at t = 0.
    pub start: OffsetDateTime,
    /// Length, s.
    pub duration_secs: f64,
}

/// One line of the picker.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioEntry {
    /// Title.
    pub title: Bilingual,
    /// Kind of time, if the file could be read.
    pub mode: Option<Mode>,
    /// What can be done with it.
    pub state: ScenarioState,
}

/// A saved session in the picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// The scenario that it is of, as its file is named.
    pub name: String,
    /// When it was written to last, wall clock, and its size.
    pub detail: String,
    /// Another window is recording into it.
    pub is_in_use: bool,
}

/// What can be done with a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScenarioState {
    /// It can be opened.
    Ready,
    /// It is open.
    Open,
    /// Its file has faults; opening it tells which.
    Faulty,
}

/// Where the playback stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlaybackModel {
    /// Moment on screen, s after the start.
    pub playhead_secs: f64,
    /// How it moves.
    pub motion: Motion,
    /// Whether it waits for more to be computed.
    pub is_waiting: bool,
    /// What is repeated, s after the start.
    pub loop_secs: Option<[f64; 2]>,
    /// Simulated seconds per second.
    pub rate: f64,
}

/// Where the worker stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComputeModel {
    /// What it does.
    pub state: ComputeState,
    /// Newest recorded moment, s after the start.
    pub head_secs: f64,
    /// Simulated seconds per second of computing, if measured.
    pub times_faster: Option<f64>,
    /// Time left until the end, s, if it can be told.
    pub left_secs: Option<f64>,
    /// Unexplained share of all water.
    pub residual_frac: Option<f64>,
    /// Cells in which trouble was contained.
    pub n_contained: u64,
    /// Limit set by the operator, simulated seconds per second.
    pub speed_limit: Option<f64>,
}

/// What the worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ComputeState {
    /// Nothing is loaded.
    #[default]
    Idle,
    /// It reads and prepares.
    Loading,
    /// It computes.
    Running,
    /// It was told to rest.
    Paused,
    /// It reached the end.
    Done,
    /// It stopped with an error; a notice says which.
    Failed,
}

/// A warning in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Warning {
    /// Official level.
    pub level: WarningLevel,
    /// What and where, in a few words.
    pub text: Bilingual,
}

/// Where everything lies, pt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScreenLayout {
    /// Bar at the top; none on a clean screen.
    pub top: Option<Rect>,
    /// Strip of messages; none without any.
    pub notices: Option<Rect>,
    /// Left panel or its folded edge.
    pub left: Option<Rect>,
    /// Right panel or its folded edge.
    pub right: Option<Rect>,
    /// Transport, timeline, branches and, unless folded, hydrographs.
    pub bottom: Option<Rect>,
    /// Section or long profile under the scene; none while none is wanted.
    pub section: Option<Rect>,
    /// What is left for the scene.
    pub scene: Rect,
    /// Sizes used.
    pub metrics: Metrics,
}

impl ScreenLayout {
    /// Lays the panels out on a screen, outermost first.
    pub fn new(screen: Rect, state: &UiState, n_notices: usize, n_tracks: usize) -> Self {
        let metrics = Metrics::for_screen(screen.size());
        let mut scene = screen;
        let notices_height = theme::NOTICE_HEIGHT * n_notices.min(notices::MOST_SHOWN) as f32;
        let top = (!state.clean_screen).then(|| cut_top(&mut scene, metrics.top));
        let notices = (n_notices > 0).then(|| cut_top(&mut scene, notices_height));
        let (mut left, mut right, mut bottom) = (None, None, None);
        if !state.clean_screen {
            let height = if state.folds.bottom { metrics.timeline } else { metrics.bottom };
            bottom = Some(cut_bottom(&mut scene, height + tracks_height(n_tracks)));
            let width = |folded: bool, open: f32| if folded { theme::FOLDED_WIDTH } else { open };
            left = Some(cut_left(&mut scene, width(state.folds.left, metrics.left)));
            right = Some(cut_right(&mut scene, width(state.folds.right, metrics.right)));
        }
        let has_section = state.section.is_some() && !state.clean_screen;
        let section = has_section.then(|| cut_bottom(&mut scene, SECTION_HEIGHT));
        Self { top, notices, left, right, bottom, section, scene, metrics }
    }
}

fn cut_top(rest: &mut Rect, height: f32) -> Rect {
    let y = (rest.top() + height).min(rest.bottom());
    let cut = Rect::from_min_max(rest.min, pos2(rest.right(), y));
    rest.set_top(y);
    cut
}

fn cut_bottom(rest: &mut Rect, height: f32) -> Rect {
    let y = (rest.bottom() - height).max(rest.top());
    let cut = Rect::from_min_max(pos2(rest.left(), y), rest.max);
    rest.set_bottom(y);
    cut
}

fn cut_left(rest: &mut Rect, width: f32) -> Rect {
    let x = (rest.left() + width).min(rest.right());
    let cut = Rect::from_min_max(rest.min, pos2(x, rest.bottom()));
    rest.set_left(x);
    cut
}

fn cut_right(rest: &mut Rect, width: f32) -> Rect {
    let x = (rest.right() - width).max(rest.left());
    let cut = Rect::from_min_max(pos2(x, rest.top()), rest.max);
    rest.set_right(x);
    cut
}

/// Draws all panels and what lies over the scene; returns the rectangle of the scene, pt.
///
/// `root` covers the whole window. The rectangle may be empty when the window is tiny: guard before using it.
pub fn screen_ui(root: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) -> Rect {
    let layout = ScreenLayout::new(root.max_rect(), &model.state, model.notices.len(), model.tracks.len());
    overlay::overlay_ui(&mut inside(root, "overlay", layout.scene), model, actions);
    if let Some(rect) = layout.top {
        top_bar::top_bar_ui(&mut panel(root, "top", rect), model, actions);
    }
    if let Some(rect) = layout.notices {
        notices::notices_ui(&mut panel(root, "notices", rect), model, actions);
    }
    if let Some(rect) = layout.left {
        left_panel::left_panel_ui(&mut panel(root, "left", rect), model, actions);
    }
    if let Some(rect) = layout.right {
        loss_panel::loss_panel_ui(&mut panel(root, "right", rect), model, actions);
    }
    if let Some(rect) = layout.section {
        section_ui(&mut panel(root, "section", rect), model, actions);
    }
    if let Some(rect) = layout.bottom {
        bottom_ui(root, rect, &layout.metrics, model, actions);
    }
    if model.state.keys_shown {
        key_sheet::key_sheet_ui(root, model, actions);
    }
    layout.scene
}

/// Transport under the left panel, timeline and hydrographs under the scene, stations under the losses.
fn bottom_ui(root: &mut Ui, rect: Rect, metrics: &Metrics, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let mut middle = rect;
    let left = cut_left(&mut middle, metrics.left);
    let right = cut_right(&mut middle, metrics.right);
    panel(root, "bottom", rect);
    transport::transport_ui(&mut inside(root, "transport", left), model, actions);
    hydrograph::station_list_ui(&mut inside(root, "stations", right), model, actions);
    let track = cut_top(&mut middle, metrics.timeline);
    timeline::timeline_ui(&mut inside(root, "timeline", track), model, actions);
    let branches = cut_top(&mut middle, tracks_height(model.tracks.len()));
    tracks_ui(&mut inside(root, "branches", branches), model, actions);
    if !model.state.folds.bottom {
        hydrograph::hydrograph_ui(&mut inside(root, "hydrograph", middle), model, actions);
    }
}

/// A child that draws inside `rect` only.
fn inside(root: &mut Ui, name: &str, rect: Rect) -> Ui {
    let mut ui = root.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
    ui.set_clip_rect(rect.intersect(root.clip_rect()));
    ui
}

/// As [`inside`], with the ground of a panel and a line round it.
fn panel(root: &mut Ui, name: &str, rect: Rect) -> Ui {
    let ui = inside(root, name, rect);
    let t = theme::tokens(&ui);
    ui.painter().rect_filled(rect, 0, t.panel);
    ui.painter().rect_stroke(rect, 0, egui::Stroke::new(1.0, t.line), egui::StrokeKind::Inside);
    ui
}

/// The padded inside of a panel.
pub fn padded(ui: &Ui) -> Rect {
    ui.max_rect().shrink2(vec2(theme::GAP_LARGE, theme::GAP))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::actions::PanelId;

    fn screen(width: f32, height: f32) -> Rect {
        Rect::from_min_size(egui::Pos2::ZERO, vec2(width, height))
    }

    fn share(screen: Rect, state: &UiState) -> f32 {
        ScreenLayout::new(screen, state, 0, 1).scene.area() / screen.area()
    }

    #[test]
    fn the_scene_keeps_more_than_half_with_everything_open() {
        let open = UiState::default();
        assert!(share(screen(1920.0, 1080.0), &open) >= 0.55, "{}", share(screen(1920.0, 1080.0), &open));
        // 3840 x 2160 at scale 2 is the same in points; a small laptop keeps less, but the larger part
        assert!(share(screen(1366.0, 768.0), &open) >= 0.45, "{}", share(screen(1366.0, 768.0), &open));
    }

    #[test]
    fn every_fold_gives_its_room_to_the_scene() {
        let screen = screen(1920.0, 1080.0);
        for panel in [PanelId::Left, PanelId::Right, PanelId::Bottom] {
            let mut state = UiState::default();
            state.apply(&UiAction::ToggleFold(panel));
            assert!(share(screen, &state) > share(screen, &UiState::default()), "{panel:?}");
        }
        let clean = UiState { clean_screen: true, ..UiState::default() };
        assert!((share(screen, &clean) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn notices_lie_beside_the_scene_not_on_it() {
        for clean_screen in [false, true] {
            let state = UiState { clean_screen, ..UiState::default() };
            let layout = ScreenLayout::new(screen(1920.0, 1080.0), &state, 5, 1);
            let notices = layout.notices.unwrap();
            assert!(notices.height() > 0.0 && !notices.shrink(0.5).intersects(layout.scene));
        }
    }

    #[test]
    fn a_tiny_window_makes_an_empty_scene_never_a_negative_one() {
        for (width, height) in [(1.0, 1.0), (100.0, 50.0), (0.0, 0.0)] {
            let scene = ScreenLayout::new(screen(width, height), &UiState::default(), 1, 3).scene;
            assert!(scene.width() >= 0.0 && scene.height() >= 0.0);
        }
    }
}
