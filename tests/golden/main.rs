//! Pictures of small scenes, drawn offscreen by whatever renderer there is and compared with kept ones.
//!
//! Without a renderer every test says so and passes, unless `HETU_REQUIRE_RENDERER=1`, which makes it fail.
//! The kept pictures come from software Vulkan (llvmpipe); `HETU_UPDATE_GOLDEN=1` writes them anew.
#![cfg(feature = "viewer")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands, in its helpers too")]

mod picture;
mod scenes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bevy::prelude::*;
use hetu::domain::frame::Envelope;
use hetu::view::offscreen::{app, settle, shoot};
use hetu::view::{
    CameraAction, CameraPreset, CameraRig, ComparedWater, LayerKind, LayerStyle, LightMode, Look, Openings, SceneModel,
    ScreenLabels, ShownWater, Split, probe_renderer,
};
use picture::{Picture, compare_with_kept};

/// One device at a time: two software renderers at once gain nothing.
static RENDERER: Mutex<()> = Mutex::new(());

fn renderer() -> Option<MutexGuard<'static, ()>> {
    match probe_renderer() {
        Ok(_) => Some(RENDERER.lock().unwrap_or_else(PoisonError::into_inner)),
        Err(error) => {
            assert!(std::env::var_os("HETU_REQUIRE_RENDERER").is_none_or(|v| v != "1"), "{error}");
            #[expect(clippy::print_stderr, reason = "a skipped test says why")]
            {
                eprintln!("skipped: {error}");
            }
            None
        }
    }
}

/// The small scene, seen straight down, half-way between two frames.
fn small_app() -> App {
    let mut app = app(UVec2::new(320, 200), 1.0, Msaa::Off);
    app.insert_resource(SceneModel::new(Arc::new(scenes::small())));
    let [a, b] = scenes::small_frames();
    app.insert_resource(ShownWater { b: Arc::new(b), weight: 0.5, ..ShownWater::still(Arc::new(a)) });
    app
}

fn draw(app: &mut App) -> Picture {
    settle(app).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.png");
    shoot(app, &path, Vec::new()).unwrap();
    Picture::read(&path)
}

/// Straight down on the middle of the small scene.
fn from_above(app: &mut App, at: [f64; 2]) {
    let rig = CameraRig { target_map: at, target_z_m: 50.0, distance_m: 9000.0, yaw_deg: 0.0, pitch_deg: 90.0 };
    app.world_mut().write_message(CameraAction::JumpTo(rig));
}

#[test]
fn water_has_exactly_the_colours_of_the_legend() {
    let Some(_renderer) = renderer() else { return };
    let mut app = small_app();
    from_above(&mut app, scenes::POND);
    let style = LayerStyle::of(LayerKind::Depth);
    // Mixed half and half the pond is 1.5 m deep: third class.
    assert_eq!(draw(&mut app).center(), style.colours[2], "pond at 1.5 m");

    app.world_mut().resource_mut::<ShownWater>().weight = 1.0;
    assert_eq!(draw(&mut app).center(), style.colours[3], "pond at 2.2 m");

    from_above(&mut app, scenes::CHANNEL);
    assert_eq!(draw(&mut app).center(), style.channel_rgb, "river in the channel");

    app.world_mut().resource_mut::<ShownWater>().channel_brown = false;
    assert_eq!(draw(&mut app).center(), style.colours[4], "river as depth, 4 m");

    app.world_mut().resource_mut::<ShownWater>().layer = LayerKind::Speed;
    let speed = LayerStyle::of(LayerKind::Speed);
    app.insert_resource(speed.clone());
    assert_eq!(draw(&mut app).center(), speed.colours[3], "1.2 m/s eastward and 0.9 northward are 1.5 m/s");
}

#[test]
fn a_picture_at_another_scale_shows_the_same() {
    let Some(_renderer) = renderer() else { return };
    let mut app = app(UVec2::new(480, 300), 1.5, Msaa::Off);
    app.insert_resource(SceneModel::new(Arc::new(scenes::small())));
    app.insert_resource(ShownWater::still(Arc::new(scenes::small_frames()[0].clone())));
    from_above(&mut app, scenes::POND);
    assert_eq!(draw(&mut app).center(), LayerStyle::of(LayerKind::Depth).colours[1], "pond at 0.8 m");
}

#[test]
fn extremes_are_shown_once_they_are_there() {
    let Some(_renderer) = renderer() else { return };
    let mut app = small_app();
    from_above(&mut app, scenes::POND);
    app.world_mut().resource_mut::<ShownWater>().layer = LayerKind::Arrival;
    let style = LayerStyle::of(LayerKind::Arrival);
    app.insert_resource(style.clone());
    let dry = draw(&mut app).center();
    assert!(!style.colours.contains(&dry), "no envelope, no water: {dry:?}");

    let n = scenes::small().terrain.grid.n_cells();
    let envelope = Envelope { max_depth_m: vec![1.0; n], arrival_secs: vec![5.0 * 3600.0; n], ..Envelope::default() };
    app.world_mut().resource_mut::<ShownWater>().envelope = Some(Arc::new(envelope));
    assert_eq!(draw(&mut app).center(), style.colours[1], "arrival after 5 h");
}

#[test]
fn two_waters_share_one_view_by_a_swipe_and_two_views_side_by_side() {
    let Some(_renderer) = renderer() else { return };
    let mut app = small_app();
    from_above(&mut app, scenes::POND);
    let style = LayerStyle::of(LayerKind::Depth);
    let [shallow, deep] = scenes::small_frames().map(|frame| ShownWater::still(Arc::new(frame)));
    app.insert_resource(shallow);
    for (at, class) in [(0.9, 1), (0.1, 3)] {
        app.insert_resource(ComparedWater { water: deep.clone(), split: Split::Swipe(at) });
        assert_eq!(draw(&mut app).center(), style.colours[class], "swiped at {at}");
    }
    app.insert_resource(ComparedWater { water: deep, split: Split::SideBySide });
    let picture = draw(&mut app);
    let [left, right] = [80, 240].map(|x| picture.at(x, 100));
    assert_eq!([left, right], [style.colours[1], style.colours[3]], "the pond stands in the middle of both views");

    app.world_mut().remove_resource::<ComparedWater>();
    assert_eq!(draw(&mut app).center(), style.colours[1], "one water again");
}

#[test]
fn another_scenario_replaces_the_first() {
    let Some(_renderer) = renderer() else { return };
    let mut app = small_app();
    draw(&mut app);
    let count = |app: &mut App| app.world_mut().query::<&Mesh3d>().iter(app.world()).count();
    let before = count(&mut app);
    app.insert_resource(SceneModel::new(Arc::new(scenes::small())));
    draw(&mut app);
    assert_eq!(count(&mut app), before, "the old meshes are gone");
}

/// What is kept of the small scene, each under its name, and what makes it.
type NamedScene = (&'static str, fn(&mut App));

fn layer(app: &mut App, kind: LayerKind) {
    app.world_mut().resource_mut::<ShownWater>().layer = kind;
    app.insert_resource(LayerStyle::of(kind));
    let n = scenes::small().terrain.grid.n_cells();
    let pond: Vec<bool> = scenes::small_frames()[0].depth_mm.iter().map(|mm| *mm > 0).collect();
    let of = |wet: f32, dry: f32| pond.iter().map(|is_wet| if *is_wet { wet } else { dry }).collect::<Vec<f32>>();
    let envelope = Envelope {
        max_depth_m: of(2.2, 0.0),
        arrival_secs: of(7200.0, f32::NAN),
        duration_secs: of(30.0 * 3600.0, 0.0),
        max_rise_mps: of(0.8 / 3600.0, 0.0),
        hazard_class: (0..n).map(|i| if pond[i] { 5 } else { 0 }).collect(),
        ..Envelope::default()
    };
    app.world_mut().resource_mut::<ShownWater>().envelope = Some(Arc::new(envelope));
}

fn lit(app: &mut App, light: LightMode) {
    let at = time::macros::datetime!(1996-08-05 18:30 +8);
    app.insert_resource(Look { light, at, contour_m: 0.0 });
}

const NAMED_SCENES: [NamedScene; 9] = [
    ("scene_small", |_| {}),
    ("scene_contours", |app| {
        app.insert_resource(Look { contour_m: 0.2, ..Look::default() });
    }),
    ("scene_sunset", |app| lit(app, LightMode::Sun)),
    ("scene_night", |app| {
        lit(app, LightMode::Night);
        layer(app, LayerKind::Natural);
    }),
    ("scene_natural", |app| layer(app, LayerKind::Natural)),
    ("scene_hazard", |app| layer(app, LayerKind::Hazard)),
    ("scene_duration", |app| layer(app, LayerKind::Duration)),
    ("scene_swipe", |app| {
        let [_, deep] = scenes::small_frames().map(|frame| ShownWater::still(Arc::new(frame)));
        app.insert_resource(ComparedWater { water: deep, split: Split::Swipe(0.5) });
    }),
    ("scene_levee", |app| {
        let model = app.world().resource::<SceneModel>();
        let preset = CameraPreset::parse("left-134", model).unwrap();
        app.world_mut().write_message(CameraAction::Jump(preset));
        app.insert_resource(Openings(vec![([6000.0, 6800.0], 300.0)]));
    }),
];

#[test]
fn named_scenes_look_as_they_did() {
    let Some(_renderer) = renderer() else { return };
    for (name, change) in NAMED_SCENES {
        let mut app = small_app();
        change(&mut app);
        let picture = draw(&mut app);
        let labels = app.world().resource::<ScreenLabels>();
        let station = labels.0.iter().find(|l| l.text.en == "Teststation");
        assert!(station.is_some_and(|l| l.is_visible || name == "scene_levee"), "{name}: {labels:?}");
        assert!(picture.n_colours() > 100, "{name}: more than a clear colour");
        compare_with_kept(&picture, name);
    }
}
