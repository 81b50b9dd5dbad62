//! What the panels read, made from the desk once per picture.

use bevy_egui::egui::pos2;

use super::desk::{Desk, Show};
use super::stage::kind_of;
use crate::domain::classes::CHANNEL_RGB;
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Language};
use crate::ui::hydrograph::HydrographModel;
use crate::ui::legend::{LegendClass, LegendModel};
use crate::ui::loss_panel::LossModel;
use crate::ui::overlay::{LabelKind, SceneLabel, SceneModel};
use crate::ui::screen::{
    ComputeModel, ComputeState, OpenScenario, PlaybackModel, ScenarioEntry, ScenarioState, ScreenModel,
};
use crate::ui::{Layer, PictureModel};
use crate::view::{self, ScreenLabels, ViewReadout};

/// Everything the screen shows.
pub(super) fn screen_model(desk: &Desk, labels: &ScreenLabels, readout: Option<&ViewReadout>) -> ScreenModel {
    let show = desk.show.as_ref();
    ScreenModel {
        language: desk.language,
        theme: desk.theme,
        state: desk.ui.clone(),
        open: show.map(|show| open_scenario(&show.scenario)),
        scenarios: scenario_entries(desk),
        playback: show.map(playback_model).unwrap_or_default(),
        marks: show.map(|show| show.marks.clone()).unwrap_or_default(),
        compute: compute_model(desk),
        legend: legend_model(desk.layer, show.is_some_and(|show| show.scenario.river.is_some())),
        exaggeration: desk.exaggeration,
        losses: show.and_then(|show| loss_model(show, show.playback.time_secs())),
        hydrographs: show.map(hydrograph_model).unwrap_or_default(),
        scene: scene_model(labels, readout, desk.language),
        warning: None,
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
) -> PictureModel {
    PictureModel {
        language,
        open: open_scenario(&show.scenario),
        time_secs,
        legend: legend_model(layer, show.scenario.river.is_some()),
        exaggeration,
        losses: loss_model(show, time_secs),
        scene: scene_model(labels, readout, language),
        source: source_line(&show.scenario),
        program: format!("Hetu {}", env!("CARGO_PKG_VERSION")),
    }
}

fn open_scenario(scenario: &Scenario) -> OpenScenario {
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
    let last = show.recording.n_frames().checked_sub(1).and_then(|last| show.recording.readings(last));
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
pub(super) fn legend_model(layer: Layer, has_channel: bool) -> LegendModel {
    let finite = |value: f64| value.is_finite().then_some(value);
    let classes = kind_of(layer)
        .scale()
        .classes
        .iter()
        .map(|class| LegendClass { from: finite(class.lower), to: finite(class.upper), rgb: class.rgb })
        .collect();
    LegendModel { layer, classes, channel_rgb: (layer == Layer::Depth && has_channel).then_some(CHANNEL_RGB) }
}

/// Losses at the last recorded moment not after `time_secs`.
fn loss_model(show: &Show, time_secs: f64) -> Option<LossModel> {
    let river = show.scenario.river.as_ref()?;
    let exposure = show.scenario.exposure.as_ref()?;
    let (index, ..) = show.recording.bracket(time_secs)?;
    let readings = show.recording.readings(index)?;
    let units = river.units.iter().map(|unit| unit.name.clone()).zip(readings.losses.iter().copied()).collect();
    Some(LossModel {
        units,
        history: show.graphs.losses.clone(),
        threshold_m: exposure.flooded_depth_m,
        source: exposure.source.clone(),
    })
}

fn hydrograph_model(show: &Show) -> HydrographModel {
    HydrographModel { stations: show.graphs.stations.clone(), stage_datum: stage_datum(&show.scenario) }
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
    }
}
