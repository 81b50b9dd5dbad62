//! `hetu shot`: one annotated picture, drawn without a window by the same plugins.

use std::sync::Arc;

use bevy::camera::RenderTarget;
use bevy::camera::visibility::RenderLayers;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};

use super::ShotOrder;
use super::desk::{Show, exaggeration_of};
use super::models::picture_model;
use super::panels::{Dressed, root_ui};
use super::stage::{kind_of, shown_water};
use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::ui::{Theme, picture_overlay_ui};
use crate::view::offscreen::{self, settle, shoot};
use crate::view::{
    CameraAction, CameraPreset, Exaggeration, LabelStyle, LayerStyle, SceneCamera, SceneInput, SceneModel,
    ScreenLabels, ViewReadout,
};

/// Pixels per point of a picture 1920 pixels wide; larger pictures keep the same layout with finer detail.
const POINTS_ACROSS: f32 = 1920.0;

/// Height of the picture's header and footer, points; the scene lies between them.
const HEADER_AND_FOOTER: [f32; 2] = [56.0, 30.0];

/// Smoothing of edges; cameras that draw into one picture have to agree on it.
const SMOOTHING: Msaa = Msaa::Sample4;

/// What the picture is of.
#[derive(Resource)]
struct Order {
    show: Show,
    order: ShotOrder,
}

/// Draws one annotated picture of a recorded scenario.
///
/// # Errors
/// An unknown camera, a missing driver, or a file that cannot be written.
pub fn shot(scenario: &Arc<Scenario>, recording: Arc<Recording>, order: &ShotOrder) -> Result<(), String> {
    let show = Show::recorded(Arc::clone(scenario), recording);
    let model = SceneModel::new(Arc::clone(scenario));
    let preset = CameraPreset::parse(&order.camera, &model).map_err(|error| error.to_string())?;
    let water = shown_water(&show.scenario, &show.shown.course, order.at_secs, order.layer)
        .ok_or("there is no frame at that time")?;
    #[expect(clippy::cast_precision_loss, reason = "a picture's width")]
    let scale = (order.size.0 as f32 / POINTS_ACROSS).max(0.25);
    let mut app = offscreen::app(UVec2::new(order.size.0, order.size.1), scale, SMOOTHING);
    app.add_plugins(EguiPlugin::default());
    app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() });
    app.insert_resource(SceneInput {
        rect: Some(scene_rect(order.size, scale)),
        pointer_blocked: true,
        keys_blocked: true,
    });
    let world = app.world_mut();
    let camera = world.query_filtered::<Entity, With<SceneCamera>>().single(world).map_err(|e| e.to_string())?;
    let target =
        world.get::<RenderTarget>(camera).cloned().ok_or("the offscreen camera has no picture to draw into")?;
    // The annotation has a camera of its own over the whole picture: the scene's covers only what lies between header
    // and footer, and texts would be shifted into it.
    world.spawn((
        Camera3d::default(),
        Camera { order: 2, clear_color: ClearColorConfig::None, ..default() },
        target,
        RenderLayers::none(),
        Tonemapping::None,
        SMOOTHING,
        PrimaryEguiContext,
    ));
    world.insert_resource(model);
    world.insert_resource(water);
    world.insert_resource(LayerStyle::of(kind_of(order.layer)));
    world.insert_resource(Exaggeration(exaggeration_of(scenario)));
    world.insert_resource(LabelStyle { language: order.language, ..default() });
    world.insert_resource(Order { show, order: order.clone() });
    world.write_message(CameraAction::Jump(preset));
    app.add_systems(EguiPrimaryContextPass, annotate);
    settle(&mut app).map_err(|error| error.to_string())?;
    shoot(&mut app, &order.out).map(|_size| ()).map_err(|error| error.to_string())
}

fn scene_rect(size: (u32, u32), scale: f32) -> Rect {
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    let (width, height) = (size.0 as f32 / scale, size.1 as f32 / scale);
    Rect::new(0.0, HEADER_AND_FOOTER[0], width, height - HEADER_AND_FOOTER[1])
}

fn annotate(
    mut contexts: EguiContexts,
    mut dressed: Local<Dressed>,
    order: Res<Order>,
    labels: Res<ScreenLabels>,
    readout: Option<Res<ViewReadout>>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    dressed.dress(ctx, Theme::default());
    let Order { show, order } = &*order;
    let model = picture_model(
        show,
        order.at_secs,
        order.layer,
        order.language,
        exaggeration_of(&show.scenario),
        &labels,
        readout.as_deref(),
    );
    picture_overlay_ui(&mut root_ui(ctx), &model);
    Ok(())
}
