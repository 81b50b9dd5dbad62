//! Orders, branches and comparison on the screen.

use bevy_egui::egui::{self, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hetu::domain::compare::Unit;
use hetu::domain::order::{Deed, InflowChange};
use hetu::domain::text::{Bilingual, Language};
use hetu::ui::actions::{CompareView, UiAction};
use hetu::ui::compare_bar::{CompareModel, ComparedBranch};
use hetu::ui::compare_table::CompareRow;
use hetu::ui::order_card::{DraftKind, DraftPreview, OrderChoices, OrderDraft};
use hetu::ui::order_list::{GivenOrder, OrdersModel};
use hetu::ui::screen::{ScreenLayout, ScreenModel};
use hetu::ui::tracks::{Track, TrackState};
use hetu::ui::{UiState, strings};

use super::{FULL_HD, check_click, demo, harness};

/// The demonstration with two branches, of which the newer is on screen.
fn branched(language: Language) -> ScreenModel {
    let track = |id, name: &str, parent, fork_secs, is_shown| Track {
        id,
        name: name.to_owned(),
        colour: id as usize,
        parent,
        fork_secs,
        head_secs: 300_000.0,
        state: TrackState::Computing,
        is_shown,
        ..Track::default()
    };
    ScreenModel {
        tracks: vec![track(0, "base", None, 0.0, false), track(1, "breach-1", Some(0), 86_400.0, true)],
        orders: OrdersModel { is_possible: true, ..OrdersModel::default() },
        ..demo::screen(language)
    }
}

fn drafting(draft: OrderDraft, preview: DraftPreview) -> ScreenModel {
    let mut model = branched(Language::En);
    model.state.draft = Some(draft);
    model.orders.preview = preview;
    model
}

#[test]
fn the_toolbar_orders_branches_and_compares() {
    for language in [Language::Zh, Language::En] {
        for (label, action) in [
            (strings::ORDER_SHORT, UiAction::ToggleOrder),
            (strings::FORK_HERE, UiAction::ForkHere),
            (strings::COMPARE, UiAction::ToggleComparing),
        ] {
            check_click(branched(language), label.get(language), action);
        }
    }
}

#[test]
fn nothing_is_ordered_on_a_recording_and_nothing_compared_without_another_branch() {
    let mut model = branched(Language::En);
    model.orders.is_possible = false;
    model.tracks.truncate(1);
    let harness = harness(model, FULL_HD);
    for label in ["Order", "Branch", "Compare"] {
        let mut nodes = harness.get_all_by_label(label);
        assert!(nodes.all(|node| node.accesskit_node().is_disabled()), "{label}");
    }
}

#[test]
fn a_track_is_shown_by_a_click() {
    check_click(branched(Language::En), "base", UiAction::ShowBranch(0));
}

#[test]
fn branches_take_room_only_when_there_are_some() {
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, FULL_HD);
    let height = |n| ScreenLayout::new(screen, &UiState::default(), 0, n).scene.height();
    assert!(height(1) > height(2) && height(2) > height(5));
    assert!((height(5) - height(50)).abs() < 0.1, "more of them scroll");
}

#[test]
fn an_order_is_given_only_when_it_can_be() {
    let possible = DraftPreview { is_possible: true, text: Bilingual::new("可", "fits"), will_fork: true };
    check_click(drafting(OrderDraft::default(), possible), "Give", UiAction::GiveOrder);
    let refused =
        DraftPreview { is_possible: false, text: Bilingual::new("否", "too far from a levee"), will_fork: false };
    let harness = harness(drafting(OrderDraft::default(), refused), FULL_HD);
    assert!(harness.get_by_label("Give").accesskit_node().is_disabled());
    harness.get_by_label("too far from a levee");
}

#[test]
fn another_kind_of_order_begins_without_points() {
    let draft = OrderDraft { points: vec![[1.0, 2.0]], author: "staff".into(), ..OrderDraft::default() };
    let wanted = OrderDraft { kind: DraftKind::Wall, points: Vec::new(), ..draft.clone() };
    check_click(drafting(draft, DraftPreview::default()), "Wall", UiAction::EditOrder(Box::new(wanted)));
}

#[test]
fn a_draft_is_a_deed_once_it_has_its_points() {
    let choices = OrderChoices { inflows: vec!["main".into()], ..OrderChoices::default() };
    let mut draft = OrderDraft { kind: DraftKind::Wall, ..OrderDraft::default() };
    assert_eq!(draft.deed(&choices), None);
    for at in [[0.0, 0.0], [100.0, 0.0], [200.0, 50.0]] {
        draft.add_point(at);
    }
    assert!(matches!(draft.deed(&choices), Some(Deed::Wall { line, .. }) if line.len() == 3));
    let mut breach = OrderDraft::default();
    breach.add_point([1.0, 1.0]);
    breach.add_point([2.0, 2.0]);
    assert_eq!(breach.points, [[2.0, 2.0]], "a breach is at the last point clicked");
    let inflow = OrderDraft { kind: DraftKind::Inflow, scale: 0.5, ..OrderDraft::default() };
    let wanted = Deed::Inflow { name: "main".into(), change: InflowChange::Scale(0.5) };
    assert_eq!(inflow.deed(&choices), Some(wanted));
    assert_eq!(inflow.deed(&OrderChoices::default()), None, "there is no inflow");
}

#[test]
fn an_order_ahead_can_be_taken_back() {
    let order = |id, at_secs, can_be_taken_back| GivenOrder {
        id,
        at_secs,
        what: Bilingual::new("决口", "Breach"),
        who: String::new(),
        can_be_taken_back,
    };
    let mut model = drafting(OrderDraft::default(), DraftPreview::default());
    model.orders.given = vec![order(1, 3_600.0, false), order(2, 900_000.0, true)];
    check_click(model, "Take back", UiAction::TakeBack(2));
}

fn comparing(n_branches: usize) -> ScreenModel {
    let branch = |i: usize| ComparedBranch { name: format!("branch {i}"), colour: i, is_shown: i == 1 };
    let row = CompareRow {
        name: Bilingual::new("人口", "People"),
        unit: Unit::People,
        values: (0..n_branches).map(|i| Some(1_000.0 * i as f64)).collect(),
    };
    ScreenModel {
        compare: Some(CompareModel {
            branches: (0..n_branches).map(branch).collect(),
            rows: vec![row],
            ..CompareModel::default()
        }),
        ..branched(Language::En)
    }
}

#[test]
fn branches_are_seen_in_several_ways() {
    check_click(comparing(2), "Side by side", UiAction::SetCompareView(CompareView::SideBySide));
    check_click(comparing(2), "Difference", UiAction::SetCompareView(CompareView::Difference));
    check_click(comparing(3), "Agreement", UiAction::SetCompareView(CompareView::Agreement));
    check_click(comparing(2), "Table", UiAction::ToggleTable);
    let two = harness(comparing(2), FULL_HD);
    assert!(two.query_by_label("Agreement").is_none(), "agreement is for more than two");
}

#[test]
fn the_swipe_line_follows_the_pointer() {
    let mut harness = harness(comparing(2), FULL_HD);
    let scene = harness.state().scene;
    let from = harness.get_by_label("swipe").rect().center();
    harness.drag_at(from);
    harness.run();
    let to = scene.left_top() + vec2(0.25 * scene.width(), 300.0);
    harness.hover_at(to);
    harness.run();
    harness.drop_at(to);
    let last = harness.state().actions.iter().rev().find_map(|action| match action {
        UiAction::SetCompareView(CompareView::Swipe(at)) => Some(*at),
        _ => None,
    });
    let at = last.expect("the line was dragged");
    assert!((at - 0.25).abs() < 0.02, "{at}");
}

#[test]
fn the_table_sorts_and_saves() {
    let mut model = comparing(2);
    model.state.table.is_shown = true;
    check_click(model.clone(), "Save CSV", UiAction::SaveTable);
    let mut harness = harness(model, FULL_HD);
    harness.get_all_by_label("Diff.").next().expect("the last column").click();
    harness.run();
    assert_eq!(harness.state().actions, [UiAction::SortTable(2)]);
    let mut state = UiState::default();
    for wanted in [Some((2, true)), Some((2, false)), None] {
        state.apply(&UiAction::SortTable(2));
        assert_eq!(state.table.sort, wanted);
    }
}

#[test]
fn a_branch_is_renamed_where_it_stands() {
    let mut model = branched(Language::En);
    model.state.apply(&UiAction::BeginRename(1, "breach-1".into()));
    let mut harness = harness(model, FULL_HD);
    harness.event(egui::Event::Text("x".into()));
    harness.run();
    let written = harness.state().actions.iter().find_map(|action| match action {
        UiAction::EditName(name) => Some(name.clone()),
        _ => None,
    });
    assert!(written.is_some_and(|name| name.contains('x')));
}
