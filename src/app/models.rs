//! What the panels read, made from the desk once per picture.

use std::sync::Arc;

use bevy_egui::egui::pos2;
use time::{OffsetDateTime, UtcOffset};

use super::comparing::compare_model;
use super::desk::{Desk, Show};
use super::losses::loss_model;
use super::marks::order_marks;
use super::orders::{Outcome, who_and_why};
use super::outline::minimap;
use super::probe::probe_model;
use super::stage::kind_of;
use crate::domain::classes::{CHANNEL_RGB, VILLAGE_DRY_RGB};
use crate::domain::impact::clock::{Need, Urgency};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Language};
use crate::domain::worlds::{Branch, BranchState};
use crate::io::checkpoint::fingerprint;
use crate::io::picture::Fact;
use crate::io::session::SavedSession;
use crate::ui::actions::SectionKind;
use crate::ui::decision_clock::{ClockLine, countdown};
use crate::ui::diagnostics::DiagnosticsModel;
use crate::ui::hydrograph::{BranchLines, HydrographModel};
use crate::ui::legend::{LegendClass, LegendModel};
use crate::ui::order_list::{GivenOrder, OrdersModel};
use crate::ui::overlay::{LabelKind, SceneLabel, SceneModel};
use crate::ui::screen::{
    ComputeModel, ComputeState, OpenScenario, PlaybackModel, ScenarioEntry, ScenarioState, ScreenModel, SessionEntry,
};
use crate::ui::section::SectionModel;
use crate::ui::traces::{Trace, TraceKind};
use crate::ui::tracks::{Track, TrackState};
use crate::ui::{Layer, PictureModel, format, strings};
use crate::view::{self, GroundTrace, ScreenLabels, ScreenTraces, ViewReadout};

/// Everything the screen shows.
pub(super) fn screen_model(
    desk: &Desk,
    labels: &ScreenLabels,
    lines: &ScreenTraces,
    readout: Option<&ViewReadout>,
    diagnostics: Option<DiagnosticsModel>,
) -> ScreenModel {
    let show = desk.show.as_ref();
    ScreenModel {
        language: desk.language,
        theme: desk.theme,
        state: desk.ui.clone(),
        open: show.map(|show| open_scenario(&show.scenario)),
        scenarios: scenario_entries(desk),
        sessions: desk.sessions.iter().map(session_entry).collect(),
        playback: show.map(playback_model).unwrap_or_default(),
        marks: show.map(|show| show.marks.clone()).unwrap_or_default(),
        compute: compute_model(desk),
        legend: legend_model(desk.shown_layer(), show.map(|show| &*show.scenario)),
        exaggeration: desk.exaggeration,
        light: desk.light,
        has_contours: desk.has_contours,
        losses: desk.losses.model.clone(),
        hydrographs: show.map(hydrograph_model).unwrap_or_default(),
        scene: SceneModel { traces: traces(desk, lines), ..scene_model(labels, readout, desk.language) },
        orders: show.map(|show| orders_model(desk, show)).unwrap_or_default(),
        tracks: show.map(|show| tracks(show, desk.language)).unwrap_or_default(),
        compare: compare_model(desk),
        warning: None,
        diagnostics,
        minimap: show.map(|show| minimap(show, &desk.rig)),
        bookmarks: desk.views.map(|view| view.is_some()),
        section: desk.cut.model.clone(),
        probe: probe_model(desk),
        notices: desk.notices.clone(),
    }
}

/// What is burnt into an exported picture.
pub(super) fn picture_model(
    show: &Show,
    time_secs: f64,
    layer: Layer,
    language: Language,
    exaggeration: f32,
    labels: &ScreenLabels,
    readout: Option<&ViewReadout>,
    section: Option<SectionModel>,
) -> PictureModel {
    PictureModel {
        language,
        open: open_scenario(&show.scenario),
        branches: Vec::new(),
        time_secs,
        legend: legend_model(layer, Some(&show.scenario)),
        exaggeration,
        losses: loss_model(show, time_secs).map(Arc::new),
        section,
        scene: scene_model(labels, readout, language),
        source: source_line(&show.scenario),
        program: format!("Hetu {}", env!("CARGO_PKG_VERSION")),
    }
}

/// What an exported picture is of, for its file: the same as is burnt into it, and the hash of the scenario.
pub(super) fn facts(show: &Show, time_secs: f64, layer: Layer, language: Language, exaggeration: f32) -> Vec<Fact> {
    let scenario = &show.scenario;
    let hash = fingerprint(scenario).map_or_else(|_too_large| String::new(), |hash| format!("{hash:016x}"));
    let clock = format::clock_with_year(scenario.start, time_secs);
    vec![
        ("Title", scenario.title.get(language).to_owned()),
        ("Mode", scenario.mode.label().get(language).to_owned()),
        ("Branch", show.name_of(show.shown.branch, language)),
        ("Simulated time", format!("{clock} ({})", format::since_start(time_secs))),
        ("Layer", strings::layer(layer).get(language).to_owned()),
        ("Vertical exaggeration", format::rate(f64::from(exaggeration))),
        ("Source", source_line(scenario).get(language).to_owned()),
        ("Scenario", format!("{} {hash}", scenario.name)),
        ("Software", format!("Hetu {}", env!("CARGO_PKG_VERSION"))),
    ]
}

pub(super) fn open_scenario(scenario: &Scenario) -> OpenScenario {
    OpenScenario {
        mode: scenario.mode,
        title: scenario.title.clone(),
        start: scenario.start,
        duration_secs: scenario.duration_secs,
    }
}

fn scenario_entries(desk: &Desk) -> Vec<ScenarioEntry> {
    let open = desk.open_index();
    let entry = |(index, entry): (usize, &crate::io::library::Entry)| ScenarioEntry {
        title: entry.title.clone(),
        mode: None,
        state: if Some(index) == open {
            ScenarioState::Open
        } else if desk.faulty.contains(&index) {
            ScenarioState::Faulty
        } else {
            ScenarioState::Ready
        },
    };
    desk.library.iter().enumerate().map(entry).collect()
}

/// A saved session as the picker names it: by its scenario, without what makes its file's name unique.
fn session_entry(saved: &SavedSession) -> SessionEntry {
    let stem = saved.path.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.rsplit_once('-').map_or(stem.as_ref(), |(name, _)| name).to_owned();
    let written = OffsetDateTime::from(saved.modified).to_offset(CHINA);
    let (date, time) = (written.date(), written.time());
    let detail = format!(
        "{:02}-{:02} {:02}:{:02}  {:.0} MB",
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        saved.n_bytes as f64 / 1e6
    );
    SessionEntry { name, detail, is_in_use: saved.is_being_written }
}

/// The clock on the wall of those who use it.
const CHINA: UtcOffset = time::macros::offset!(+8);

fn playback_model(show: &Show) -> PlaybackModel {
    PlaybackModel {
        playhead_secs: show.playback.time_secs(),
        motion: show.playback.motion(),
        is_waiting: show.playback.is_waiting(),
        loop_secs: show.playback.loop_secs(),
        rate: show.playback.rate(),
    }
}

fn compute_model(desk: &Desk) -> ComputeModel {
    let state = if desk.is_loading {
        ComputeState::Loading
    } else {
        desk.show.as_ref().map_or(ComputeState::Idle, |show| show.compute)
    };
    let Some(show) = &desk.show else { return ComputeModel { state, ..ComputeModel::default() } };
    let progress = show.progress.as_ref();
    let times_faster = progress.map(crate::engine::Progress::times_realtime).filter(|times| *times > 0.0);
    let left_secs = progress.zip(times_faster).map(|(p, times)| (p.end_secs - p.time_secs).max(0.0) / times);
    let own = show.shown.course.own();
    let last = own.n_frames().checked_sub(1).and_then(|last| own.readings(last));
    ComputeModel {
        state,
        head_secs: show.playback.head_secs(),
        times_faster,
        left_secs: left_secs.filter(|_| state == ComputeState::Running),
        residual_frac: last.map(|readings| readings.budget.residual_frac()),
        n_contained: progress.map_or(0, |p| p.contained_cells),
        speed_limit: desk.speed_limit,
    }
}

/// Classes of a layer as the legend prints them.
pub(super) fn legend_model(layer: Layer, scenario: Option<&Scenario>) -> LegendModel {
    let finite = |value: f64| value.is_finite().then_some(value);
    let is_of_kinds = matches!(layer, Layer::Hazard | Layer::Natural | Layer::Difference | Layer::Agreement);
    let classes = kind_of(layer)
        .scale()
        .classes
        .iter()
        .map(|class| LegendClass {
            from: finite(class.lower),
            to: finite(class.upper),
            rgb: class.rgb,
            name: is_of_kinds.then_some(class.label),
        })
        .collect();
    let channel = (CHANNEL_RGB, strings::CHANNEL);
    let villages =
        [(VILLAGE_DRY_RGB[1], strings::VILLAGE_DRY), (kind_of(layer).flooded_village_rgb(), strings::VILLAGE_FLOODED)];
    let others = scenario.filter(|scenario| layer == Layer::Depth && scenario.river.is_some()).map(|_| channel);
    let villages = villages.into_iter().filter(|_| scenario.is_some_and(|scenario| scenario.exposure.is_some()));
    LegendModel { layer, classes, others: others.into_iter().chain(villages).collect() }
}

fn hydrograph_model(show: &Show) -> HydrographModel {
    let mut stations = show.shown.graphs.stations.clone();
    for (place, station) in stations.iter_mut().enumerate() {
        let others = show.comparing.others.iter().filter_map(|world| world.graphs.stations.get(place));
        station.beside = others
            .map(|other| BranchLines { discharge_m3s: other.discharge_m3s.clone(), stage_m: other.stage_m.clone() })
            .collect();
    }
    HydrographModel { stations, stage_datum: stage_datum(&show.scenario) }
}

/// Orders given on the branch on screen, and the one that is drafted.
fn orders_model(desk: &Desk, show: &Show) -> OrdersModel {
    let open_from_secs = show.open_from_secs();
    let given = |Outcome { order, what, .. }: &Outcome| GivenOrder {
        id: order.id,
        at_secs: order.at_secs,
        what: what.clone(),
        who: who_and_why(order),
        can_be_taken_back: show.is_live && order.at_secs > open_from_secs,
    };
    OrdersModel {
        is_possible: show.is_live,
        choices: show.choices.clone(),
        preview: desk.drafted.shown.clone(),
        given: show.outcomes.iter().map(given).collect(),
    }
}

/// All branches as tracks, each after its parent's.
fn tracks(show: &Show, language: Language) -> Vec<Track> {
    let branches = show.worlds.branches();
    let track = |branch: &Branch| Track {
        id: branch.id.0,
        name: show.name_of(branch.id, language),
        colour: branch.colour as usize,
        parent: branch.parent.and_then(|parent| branches.iter().position(|other| other.id == parent)),
        fork_secs: branch.fork_secs,
        head_secs: if branch.id == show.shown.branch { show.playback.head_secs() } else { branch.head_secs },
        state: match branch.state {
            BranchState::Computing => TrackState::Computing,
            BranchState::Queued => TrackState::Waiting,
            BranchState::Paused => TrackState::Paused,
            BranchState::Done => TrackState::Done,
            BranchState::Pruned => TrackState::Pruned,
        },
        is_shown: branch.id == show.shown.branch,
        is_compared: show.comparing.has(branch.id),
        marks: order_marks(&branch.orders).collect(),
    };
    branches.iter().map(track).collect()
}

/// A line of an order on the ground, what it stands for, and what stands beside it.
pub(super) struct OrderLine {
    kind: TraceKind,
    text: String,
    pub(super) line: GroundTrace,
}

/// The lines of orders where the scene has put them.
fn traces(desk: &Desk, placed: &ScreenTraces) -> Vec<Trace> {
    let piece = |piece: &Vec<bevy::math::Vec2>| piece.iter().map(|at| pos2(at.x, at.y)).collect();
    let trace = |(meant, pieces): (&OrderLine, &Vec<Vec<bevy::math::Vec2>>)| Trace {
        pieces: pieces.iter().map(piece).collect(),
        kind: meant.kind,
        text: meant.text.clone(),
    };
    desk.lines.iter().zip(&placed.0).map(trace).collect()
}

/// The lines that the scene has to place: orders of the branch on screen, then the draft.
pub(super) fn order_lines(desk: &Desk) -> Vec<OrderLine> {
    let Some(show) = &desk.show else { return Vec::new() };
    let now_secs = show.playback.time_secs();
    let mut lines = Vec::new();
    for outcome in &show.outcomes {
        let kind = if outcome.order.at_secs <= now_secs { TraceKind::Given } else { TraceKind::Ahead };
        for (place, line) in outcome.lines.iter().enumerate() {
            let text = if place == 0 { outcome.what.get(desk.language).to_owned() } else { String::new() };
            lines.push(OrderLine { kind, text, line: line.clone() });
        }
    }
    let mut unnamed = |kind, line| lines.push(OrderLine { kind, text: String::new(), line });
    desk.drafted.lines.iter().for_each(|line| unnamed(TraceKind::Preview, line.clone()));
    lines.extend(due_villages(desk, now_secs));
    let mut unnamed = |kind, line| lines.push(OrderLine { kind, text: String::new(), line });
    let picked = desk.ui.draft.iter().flat_map(|draft| &draft.points);
    picked.for_each(|at| unnamed(TraceKind::Picked, GroundTrace(vec![(*at, None)])));
    if desk.ui.section == Some(SectionKind::Across) && !desk.section_line.is_empty() {
        let line = desk.section_line.iter().map(|at| (*at, None)).collect();
        unnamed(TraceKind::Picked, GroundTrace(line));
    }
    if let Some(probe) = &desk.probe {
        unnamed(TraceKind::Picked, GroundTrace(vec![(probe.at, None)]));
    }
    lines
}

/// The villages that must be ordered to leave within half a day, the most urgent ones, each with the time that is left.
fn due_villages(desk: &Desk, now_secs: f64) -> Vec<OrderLine> {
    const MOST: usize = 10;
    const WITHIN_SECS: f64 = 12.0 * 3600.0;
    let Some((losses, show)) = desk.losses.model.as_ref().zip(desk.show.as_ref()) else { return Vec::new() };
    let Some(exposure) = &show.scenario.exposure else { return Vec::new() };
    let is_due = |line: &&ClockLine| {
        let row = &line.row;
        row.need == Need::Move && row.left_secs(now_secs) < WITHIN_SECS && row.urgency(now_secs) < Urgency::Closed
    };
    let line = |line: &ClockLine| {
        let at = exposure.villages[line.row.village].at;
        let text = format!("{} {}", line.name.get(desk.language), countdown(line.row.left_secs(now_secs)));
        OrderLine { kind: TraceKind::Due, text, line: GroundTrace(vec![(at, None)]) }
    };
    losses.clock.iter().filter(is_due).take(MOST).map(line).collect()
}

/// The datum of the simulated stages.
fn stage_datum(scenario: &Scenario) -> Bilingual {
    if scenario.river.is_some() {
        Bilingual::new("大沽高程", "Dagu datum")
    } else {
        Bilingual::new("地形栅格高程基准", "datum of the raster")
    }
}

/// Where a picture's figures come from.
fn source_line(scenario: &Scenario) -> Bilingual {
    let cell_m = scenario.terrain.grid.cell_m;
    let datum = stage_datum(scenario);
    let (zh, en) = if scenario.river.is_some() {
        ("地形由公开河道资料概化（演示参数）", "schematic terrain from published river tables (demonstration values)")
    } else {
        ("用户地形栅格", "terrain raster of the scenario")
    };
    Bilingual::new(
        format!("{zh}；二维浅水方程，网格 {cell_m} m；{}", datum.zh),
        format!("{en}; 2-D shallow water, cells of {cell_m} m; {}", datum.en),
    )
}

fn scene_model(labels: &ScreenLabels, readout: Option<&ViewReadout>, language: Language) -> SceneModel {
    let label = |label: &view::ScreenLabel| SceneLabel {
        pos: pos2(label.at_screen.x, label.at_screen.y),
        text: label.text.get(language).to_owned(),
        kind: match label.kind {
            view::LabelKind::Station => LabelKind::Station,
            view::LabelKind::Unit => LabelKind::FloodplainUnit,
            view::LabelKind::Levee => LabelKind::Levee,
            view::LabelKind::River => LabelKind::Place,
        },
    };
    #[expect(clippy::cast_possible_truncation, reason = "for drawing")]
    let (metres, heading) = readout.map_or((0.0, 0.0), |r| (r.metres_per_point as f32, r.heading_deg as f32));
    SceneModel {
        labels: labels.0.iter().filter(|l| l.is_visible).map(label).collect(),
        metres_per_point: (metres > 0.0).then_some(metres),
        heading_deg: heading,
        traces: Vec::new(),
    }
}
