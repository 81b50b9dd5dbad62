//! What is said of chosen places: probe, sections; and what the program says of itself.

use std::sync::Arc;

use bevy_egui::egui::{Pos2, Rect, Vec2};
use egui_kittest::kittest::Queryable as _;
use hetu::domain::text::{Bilingual, Language};
use hetu::ui::actions::{Layer, Light, SectionKind, UiAction};
use hetu::ui::diagnostics::{DiagnosticsModel, Spread};
use hetu::ui::minimap::{MiniMapModel, Outline, minimap_place};
use hetu::ui::order_card::OrderDraft;
use hetu::ui::probe::ProbeModel;
use hetu::ui::section::SectionModel;
use hetu::ui::{ScreenModel, UiState, strings};

use super::{FULL_HD, check_click, demo, harness};

fn probed() -> ScreenModel {
    let probe = ProbeModel {
        place: Bilingual::new("河道里程 245.5 km · 滩地", "river km 245.5 · floodplain"),
        rows: vec![(strings::DEPTH, "1.23 m".into()), (strings::HAZARD_NOW, "H4".into())],
        depths: vec![[0.0, 0.0], [3600.0, 1.5], [7200.0, 1.23]],
        greatest: "1.50 m".into(),
        is_reading: false,
    };
    ScreenModel { probe: Some(probe), ..demo::screen(Language::Zh) }
}

#[test]
fn a_probe_tells_its_place_and_its_figures_and_can_be_closed() {
    let harness = harness(probed(), FULL_HD);
    for text in ["测点", "河道里程 245.5 km · 滩地", "1.23 m", "H4", "1.50 m"] {
        assert!(harness.query_all_by_label(text).count() > 0, "{text}");
    }
    let mut closed = UiState::default();
    closed.apply(&UiAction::CloseProbe);
    assert_eq!(closed, UiState::default(), "the place is the app's to forget");
    check_click(probed(), "关闭", UiAction::CloseProbe);
}

fn cut(kind: SectionKind, bed: Vec<[f64; 2]>) -> ScreenModel {
    let stage_m = bed.iter().map(|[_, z]| (*z < 90.0).then_some(91.0)).collect();
    let title = Bilingual::new("流量 8,000 m³/s", "discharge 8,000 m³/s");
    let section = SectionModel { kind, title, bed, stage_m, ..SectionModel::default() };
    let mut model = ScreenModel { section: Some(section), ..demo::screen(Language::Zh) };
    model.state.section = Some(kind);
    model
}

#[test]
fn a_section_has_two_kinds_and_can_be_closed() {
    let bed = vec![[0.0, 95.0], [1.0, 88.0], [2.0, 87.0], [3.0, 94.0]];
    check_click(cut(SectionKind::Across, bed.clone()), "纵断面", UiAction::SetSection(Some(SectionKind::Along)));
    check_click(cut(SectionKind::Along, bed.clone()), "横断面", UiAction::SetSection(Some(SectionKind::Across)));
    check_click(cut(SectionKind::Across, bed), "关闭", UiAction::SetSection(None));
    let mut state = UiState::default();
    state.apply(&UiAction::SetSection(Some(SectionKind::Along)));
    assert_eq!(state.section, Some(SectionKind::Along));
}

#[test]
fn a_section_without_a_place_and_on_a_tiny_screen_does_not_fail() {
    for size in [FULL_HD, Vec2::new(640.0, 400.0), Vec2::new(80.0, 60.0)] {
        harness(cut(SectionKind::Across, Vec::new()), size);
        harness(cut(SectionKind::Along, vec![[0.0, 95.0], [0.0, 88.0]]), size);
        harness(probed(), size);
    }
}

#[test]
fn the_program_tells_what_its_pictures_cost() {
    let main = Spread { median_ms: 3.06, p95_ms: 5.48, max_ms: 11.83 };
    let diagnostics = DiagnosticsModel { main, n_meshes: 56, memory_bytes: Some(757 << 20), ..Default::default() };
    let model = ScreenModel { diagnostics: Some(diagnostics), ..demo::screen(Language::Zh) };
    let harness = harness(model.clone(), FULL_HD);
    for text in ["运行诊断", "3.06", "11.83", "56 / 300", "757 MiB"] {
        assert!(harness.query_all_by_label(text).count() > 0, "{text}");
    }
    check_click(model, "关闭", UiAction::ToggleDiagnostics);
}

#[test]
fn the_mini_map_flies_where_it_is_clicked_and_gives_way_to_a_draft() {
    let outline = Outline { aspect: 0.5, river: vec![[0.0, 0.2], [1.0, 0.4]], edges: Vec::new() };
    let minimap = MiniMapModel { outline: Arc::new(outline), target: [0.3, 0.25], eye: [0.2, 0.3] };
    let mut model = ScreenModel { minimap: Some(minimap), ..demo::screen(Language::Zh) };
    let mut harness = harness(model.clone(), FULL_HD);
    let centre = harness.get_by_label("位置图：点击飞往").rect().center();
    harness.drag_at(centre);
    harness.drop_at(centre);
    harness.run();
    let asked = &harness.state().actions;
    assert!(
        matches!(asked[..], [UiAction::LookAt([x, y])] if (x - 0.5).abs() < 0.02 && (y - 0.25).abs() < 0.02),
        "{asked:?}"
    );
    model.state.draft = Some(OrderDraft::default());
    assert_eq!(minimap_place(Rect::from_min_size(Pos2::ZERO, FULL_HD), &model), None);
}

#[test]
fn views_are_kept_with_control_and_gone_to_without() {
    let mut model = demo::screen(Language::Zh);
    model.bookmarks[2] = true;
    check_click(model, "3", UiAction::GoToView(2));
}

#[test]
fn layers_lights_and_sections_have_their_buttons() {
    for (label, action) in [
        ("实景水面", UiAction::SetLayer(Layer::Natural)),
        ("危险等级", UiAction::SetLayer(Layer::Hazard)),
        ("淹没历时", UiAction::SetLayer(Layer::Duration)),
        ("上涨速率", UiAction::SetLayer(Layer::Rise)),
        ("图示光", UiAction::NextLight),
        ("等高线", UiAction::ToggleContours),
        ("断面", UiAction::SetSection(Some(SectionKind::Across))),
    ] {
        check_click(demo::screen(Language::Zh), label, action);
    }
    let round = [Light::Map, Light::Sun, Light::Night];
    assert_eq!(round.map(Light::next), [Light::Sun, Light::Night, Light::Map]);
}
