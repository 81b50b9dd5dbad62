//! What the scene shows: the water at the playhead, the layer's classes, the exaggeration.

use std::sync::Arc;

use bevy::prelude::*;

use super::comparing::{compared_water, fill_table};
use super::desk::{Desk, Show};
use super::losses::follow_losses;
use super::models::order_lines;
use super::orders::preview_draft;
use super::probe::follow_probe;
use super::sections::cut_section;
use crate::domain::frame::{Frame, REACHED_DEPTH_M};
use crate::domain::geo::PointMap;
use crate::domain::order::{Deed, Orders};
use crate::domain::recording::Course;
use crate::domain::river::LandClass;
use crate::domain::scenario::{EventKind, Scenario};
use crate::ui::{Layer, Light};
use crate::view::{
    CameraRig, ComparedWater, Exaggeration, GroundTraces, LabelStyle, LayerKind, LayerStyle, LightMode, Look, Openings,
    ShownWater,
};

/// The layer as the scene knows it.
pub(super) fn kind_of(layer: Layer) -> LayerKind {
    match layer {
        Layer::Depth => LayerKind::Depth,
        Layer::Speed => LayerKind::Speed,
        Layer::MaxDepth => LayerKind::MaxDepth,
        Layer::Arrival => LayerKind::Arrival,
        Layer::Hazard => LayerKind::Hazard,
        Layer::Duration => LayerKind::Duration,
        Layer::Rise => LayerKind::Rise,
        Layer::Natural => LayerKind::Natural,
        Layer::Difference => LayerKind::Difference,
        Layer::Agreement => LayerKind::Agreement,
    }
}

/// Works out what the panels show and what has changed: the draft, the table, the lines of orders.
pub(super) fn work_out(mut desk: ResMut<'_, Desk>, mut ground: ResMut<'_, GroundTraces>, rig: Res<'_, CameraRig>) {
    desk.rig = *rig;
    preview_draft(&mut desk);
    follow_probe(&mut desk);
    cut_section(&mut desk);
    follow_losses(&mut desk);
    fill_table(&mut desk);
    desk.lines = order_lines(&desk);
    ground.set_if_neq(GroundTraces(desk.lines.iter().map(|line| line.line.clone()).collect()));
}

/// Lets the playhead move on and shows the water there.
pub(super) fn set_stage(
    time: Res<'_, Time>,
    mut desk: ResMut<'_, Desk>,
    mut commands: Commands<'_, '_>,
    mut exaggeration: ResMut<'_, Exaggeration>,
    mut style: ResMut<'_, LayerStyle>,
    mut labels: ResMut<'_, LabelStyle>,
    mut look: ResMut<'_, Look>,
    mut openings: ResMut<'_, Openings>,
) {
    let layer = desk.shown_layer();
    if let Some(show) = &desk.show {
        openings.set_if_neq(open_breaches(&show.scenario, &show.orders, show.playback.time_secs()));
    }
    exaggeration.set_if_neq(Exaggeration(desk.exaggeration));
    style.set_if_neq(LayerStyle::of(kind_of(layer)));
    let language = desk.language;
    labels.set_if_neq(LabelStyle { language, ..*labels });
    let (light, has_contours) = (desk.light, desk.has_contours);
    let Some(show) = &mut desk.show else { return };
    look.set_if_neq(look_at(&show.scenario, show.playback.time_secs(), light, has_contours));
    show.playback.advance(time.delta_secs_f64());
    if !show.comparing.is_on() {
        commands.remove_resource::<ComparedWater>();
        // While a frame is on its way from the disk the water before it stays.
        if let Some(water) = shown_water(&show.scenario, &show.shown.course, show.playback.time_secs(), layer) {
            commands.insert_resource(water);
        }
    } else if let Some((water, beside)) = compared_water(show, layer) {
        commands.insert_resource(water);
        match beside {
            Some(beside) => commands.insert_resource(beside),
            None => commands.remove_resource::<ComparedWater>(),
        }
    }
}

/// Breaches of the scenario and of orders that have opened by a time, where their place is known.
pub(super) fn open_breaches(scenario: &Scenario, orders: &Orders, time_secs: f64) -> Openings {
    let of_events = scenario.events.iter().filter_map(|event| {
        let EventKind::Breach(breach) = &event.what;
        let is_open = event.at_secs <= time_secs && breach.when.is_none();
        Some((breach.at.filter(|_| is_open)?, breach.width_m))
    });
    let of_orders = orders.all().iter().filter(|order| order.at_secs <= time_secs);
    let of_orders = of_orders.filter_map(|order| match order.deed {
        Deed::Breach { at, width_m, .. } => Some((at, width_m)),
        _ => None,
    });
    Openings(of_events.chain(of_orders).collect())
}

/// Light and contour lines; the sun moves on every ten minutes.
pub(super) fn look_at(scenario: &Scenario, time_secs: f64, light: Light, has_contours: bool) -> Look {
    const EVERY_SECS: f64 = 600.0;
    let secs = (time_secs / EVERY_SECS).floor() * EVERY_SECS;
    let at = scenario.start.checked_add(time::Duration::seconds_f64(secs)).unwrap_or(scenario.start);
    let contour_m = if has_contours { CONTOUR_M } else { 0.0 };
    Look { light: light_of(light), at, contour_m }
}

/// Difference of level between contour lines, m: the floodplain falls by about 0.2 m a km.
const CONTOUR_M: f32 = 0.5;

/// The light as the scene knows it.
fn light_of(light: Light) -> LightMode {
    match light {
        Light::Map => LightMode::Map,
        Light::Sun => LightMode::Sun,
        Light::Night => LightMode::Night,
    }
}

/// The water of a branch at a moment; `None` without frames, and while one of them is being read beside.
pub(super) fn shown_water(scenario: &Scenario, course: &Course, time_secs: f64, layer: Layer) -> Option<ShownWater> {
    let moment = course.bracket(time_secs)?;
    #[expect(clippy::cast_possible_truncation, reason = "a weight from 0 to 1")]
    let weight = moment.weight as f32;
    let frame = |index| moment.recording.frame_at_hand(index);
    // Both are asked for, so that both are on their way.
    let (before_at_hand, after_at_hand) = (frame(moment.before), frame(moment.after));
    Some(ShownWater {
        a: before_at_hand?,
        b: after_at_hand?,
        weight,
        envelope: course.envelope(),
        levels: None,
        layer: kind_of(layer),
        channel_brown: scenario.river.is_some(),
    })
}

/// Middle of the land that became wet within the last frames, or of all wet floodplain; `None` while there is none.
pub(super) fn where_water_spreads(show: &Show) -> Option<PointMap> {
    let moment = show.shown.course.bracket(show.playback.time_secs())?;
    let now = moment.recording.frame_at_hand(moment.before)?;
    let before = moment.recording.frame_at_hand(moment.before.saturating_sub(FRONT_FRAMES));
    let is_new = |i: usize| is_wet(&now, i) && before.as_ref().is_some_and(|before| !is_wet(before, i));
    middle(show, is_new).or_else(|| middle(show, |i| is_wet(&now, i)))
}

/// Frames over which land counts as newly wet.
const FRONT_FRAMES: usize = 6;

fn is_wet(frame: &Arc<Frame>, index: usize) -> bool {
    f64::from(frame.depth_mm[index]) >= REACHED_DEPTH_M * 1000.0
}

/// Centroid of the cells outside the channel for which `counts` holds.
fn middle(show: &Show, counts: impl Fn(usize) -> bool) -> Option<PointMap> {
    let grid = &show.scenario.terrain.grid;
    let is_land = |i: usize| {
        show.scenario
            .river
            .as_ref()
            .is_none_or(|river| matches!(river.class_of_cell[i], LandClass::Floodplain | LandClass::Landside))
    };
    let (mut sum, mut n) = ([0.0, 0.0], 0.0);
    for index in (0..grid.n_cells()).filter(|&i| is_land(i) && counts(i)) {
        let (row, col) = grid.row_col(index);
        let at = grid.center_map(row, col);
        sum = [sum[0] + at[0], sum[1] + at[1]];
        n += 1.0;
    }
    (n > 0.0).then(|| [sum[0] / n, sum[1] / n])
}
