//! `hetu shot`: one annotated picture, drawn without a window by the same plugins.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass};

use super::desk::{Show, exaggeration_of};
use super::models::{facts, picture_model};
use super::panels::{Dressed, root_ui};
use super::room::spawn_panel_camera;
use super::sections::{across_model, along_model, frame_at};
use super::stage::{kind_of, look_at, open_breaches, shown_water};
use super::world::course_of;
use super::{Recorded, ShotOrder, ShotSection};
use crate::domain::recording::Course;
use crate::domain::text::Language;
use crate::domain::transect::across;
use crate::domain::worlds::BranchId;
use crate::ui::screen::ComputeState;
use crate::ui::section::{SECTION_HEIGHT, SectionModel};
use crate::ui::{Theme, picture_overlay_ui};
use crate::view::offscreen::{self, settle, shoot};
use crate::view::{
    CameraAction, CameraPreset, ComparedWater, Exaggeration, LabelStyle, LayerStyle, SceneCamera, SceneInput,
    SceneModel, ScreenLabels, Split, ViewReadout,
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
    show: Arc<Show>,
    section: Option<SectionModel>,
    /// The branch, and the one in the right half.
    branches: Vec<String>,
    wanted: ShotOrder,
}

/// Draws one annotated picture.
///
/// # Errors
/// An unknown camera or branch, a missing driver, or a file that cannot be written.
pub fn shot(recorded: &Recorded, order: &ShotOrder) -> Result<(), String> {
    Studio::new(recorded, order)?.take(order.at_secs, &order.out)
}

/// Draws a picture for each of some moments (s, and where to), all alike but for that, and tells as soon as it is there.
///
/// # Errors
/// As [`shot`], and what `took` says.
pub fn sequence(
    recorded: &Recorded,
    order: &ShotOrder,
    pictures: &[(f64, PathBuf)],
    mut took: impl FnMut(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let mut studio = Studio::new(recorded, order)?;
    for (at_secs, out) in pictures {
        studio.take(*at_secs, out)?;
        took(out)?;
    }
    Ok(())
}

/// A scene with its annotation, set up to be taken at several moments.
struct Studio {
    app: App,
    show: Arc<Show>,
    beside: Option<(BranchId, Course)>,
    wanted: ShotOrder,
}

impl Studio {
    fn new(recorded: &Recorded, order: &ShotOrder) -> Result<Self, String> {
        let show = Arc::new(show_of(recorded, order.branch.as_deref())?);
        let beside = order.beside.as_deref().map(|name| beside_of(&show, name)).transpose()?;
        let model = SceneModel::new(Arc::clone(&show.scenario));
        let preset = CameraPreset::parse(&order.camera, &model).map_err(|error| error.to_string())?;
        #[expect(clippy::cast_precision_loss, reason = "a picture's width")]
        let scale = (order.size.0 as f32 / POINTS_ACROSS).max(0.25);
        let mut app = offscreen::app(UVec2::new(order.size.0, order.size.1), scale, SMOOTHING);
        app.add_plugins(EguiPlugin::default());
        app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() });
        app.insert_resource(SceneInput {
            rect: Some(scene_rect(order.size, scale, order.section.is_some())),
            pointer_blocked: true,
            keys_blocked: true,
        });
        let world = app.world_mut();
        let camera = world.query_filtered::<Entity, With<SceneCamera>>().single(world).map_err(|e| e.to_string())?;
        let target =
            world.get::<RenderTarget>(camera).cloned().ok_or("the offscreen camera has no picture to draw into")?;
        // The annotation covers header and footer too; in the scene's camera texts would be shifted.
        spawn_panel_camera(world, SMOOTHING, Some(target));
        world.insert_resource(model);
        world.insert_resource(LayerStyle::of(kind_of(order.layer)));
        world.insert_resource(Exaggeration(exaggeration_of(&show.scenario)));
        world.insert_resource(LabelStyle { language: order.language, ..default() });
        world.write_message(CameraAction::Jump(preset));
        app.add_systems(EguiPrimaryContextPass, annotate);
        Ok(Self { app, show, beside, wanted: order.clone() })
    }

    /// Takes the picture of a moment.
    fn take(&mut self, at_secs: f64, out: &Path) -> Result<(), String> {
        let Self { app, show, beside, wanted } = self;
        let wanted = ShotOrder { at_secs, ..wanted.clone() };
        let water = shown_water(&show.scenario, &show.shown.course, at_secs, wanted.layer)
            .ok_or("there is no frame at that time")?;
        let section = wanted.section.map(|section| section_of(show, at_secs, section)).transpose()?;
        if let Some((_, course)) = beside {
            let water = shown_water(&show.scenario, course, at_secs, wanted.layer);
            let water = water.ok_or("there is no frame of the other branch at that time")?;
            app.insert_resource(ComparedWater { water, split: Split::Swipe(0.5) });
        }
        app.insert_resource(open_breaches(&show.scenario, &show.orders, at_secs));
        app.insert_resource(water);
        app.insert_resource(look_at(&show.scenario, at_secs, wanted.light, wanted.has_contours));
        let facts = facts(show, at_secs, wanted.layer, wanted.language, exaggeration_of(&show.scenario));
        let branches = branch_names(show, beside.as_ref().map(|(id, _)| *id), wanted.language);
        app.insert_resource(Order { show: Arc::clone(show), section, branches, wanted });
        settle(app).map_err(|error| error.to_string())?;
        shoot(app, out, facts).map(|_size| ()).map_err(|error| error.to_string())
    }
}

/// What is shown: a branch of a session by its name, or all there is of a run.
fn show_of(recorded: &Recorded, branch: Option<&str>) -> Result<Show, String> {
    match recorded {
        Recorded::Run(scenario, recording) => {
            let show = Show::recorded(Arc::clone(scenario), Arc::clone(recording));
            branch.map_or(Ok(()), |name| branch_named(&show, name).map(drop))?;
            Ok(show)
        }
        Recorded::Session(session) => {
            let mut show = Show::of_session(session);
            let id = branch.map_or(Ok(session.worlds.active()), |name| branch_named(&show, name))?;
            show.compute = ComputeState::Done;
            show.activate_here(id);
            Ok(show)
        }
    }
}

pub(super) fn branch_named(show: &Show, name: &str) -> Result<BranchId, String> {
    let living = || show.worlds.branches().iter().filter(|branch| !branch.is_pruned());
    let found = living().find(|branch| branch.name == name);
    found.map(|branch| branch.id).ok_or_else(|| {
        let names: Vec<&str> = living().map(|branch| branch.name.as_str()).collect();
        format!("no branch named '{name}'; there are: {}", names.join(", "))
    })
}

fn beside_of(show: &Show, name: &str) -> Result<(BranchId, Course), String> {
    let id = branch_named(show, name)?;
    let course = course_of(&show.worlds, &show.records, id).ok_or_else(|| format!("'{name}' is not recorded"))?;
    Ok((id, course))
}

/// Names for the header: none for a run without branches.
fn branch_names(show: &Show, beside: Option<BranchId>, language: Language) -> Vec<String> {
    let is_alone = show.worlds.branches().len() < 2;
    let shown = (!is_alone).then_some(show.shown.branch);
    shown.into_iter().chain(beside).map(|id| show.name_of(id, language)).collect()
}

/// The section that was asked for.
fn section_of(show: &Show, at_secs: f64, section: ShotSection) -> Result<SectionModel, String> {
    let frame = frame_at(show, at_secs).ok_or("there is no frame at that time")?;
    match section {
        ShotSection::Along => Ok(along_model(&show.scenario, &frame)),
        ShotSection::Across(km) => {
            let river = show.scenario.river.as_ref().ok_or("the scenario has no river to lay a section across")?;
            let line = river.at_km(km).and_then(|at| across(river, at));
            let line = line.ok_or_else(|| format!("there is no river at {km} km, or no levees beside it"))?;
            Ok(across_model(&show.scenario, &frame, &line))
        }
    }
}

fn scene_rect(size: (u32, u32), scale: f32, has_section: bool) -> Rect {
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    let (width, height) = (size.0 as f32 / scale, size.1 as f32 / scale);
    let below = HEADER_AND_FOOTER[1] + if has_section { SECTION_HEIGHT } else { 0.0 };
    Rect::new(0.0, HEADER_AND_FOOTER[0], width, height - below)
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
    let Order { show, section, branches, wanted: order } = &*order;
    let mut model = picture_model(
        show,
        order.at_secs,
        order.layer,
        order.language,
        exaggeration_of(&show.scenario),
        &labels,
        readout.as_deref(),
        section.clone(),
    );
    model.branches.clone_from(branches);
    picture_overlay_ui(&mut root_ui(ctx), &model);
    Ok(())
}
