//! Named views, worked out from the scene.

use std::collections::HashSet;

use bevy::math::DVec2;
use bevy::prelude::*;
use thiserror::Error;

use super::rig::{CameraPose, CameraRig, Margins, fitted};
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::distance_m;
use crate::domain::river::River;
use crate::view::scene::SceneModel;
use crate::view::space::{bearing_deg, f32_from};

/// A named view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CameraPreset {
    /// The whole reach from the south-west, low, looking downstream.
    #[default]
    Overview,
    /// From the upper end, lower and nearer, looking downstream.
    Downstream,
    /// Straight down on the whole reach, north up.
    Top,
    /// A station or another known place, by its lower-case English name.
    Place(String),
    /// A levee from the river, near: on the left bank or the right one, at a chainage in tenths of a kilometre.
    Levee {
        /// Left bank, looking downstream.
        is_left: bool,
        /// Chainage, 0.1 km below Xiaolangdi.
        tenths_km: u32,
    },
}

/// The name of a view that the scene does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no camera named {name:?}; there are: {}", .known.join(", "))]
pub struct UnknownCamera {
    /// What was asked for.
    pub name: String,
    /// What there is.
    pub known: Vec<String>,
}

/// Places other than stations: English and Chinese name, official chainage (km below Xiaolangdi).
///
/// Dongbatou (东坝头) is the great bend where the river turned north-east in 1855; chainage of its works, recalled (C).
const PLACES: [(&str, &str, f64); 1] = [("dongbatou", "东坝头", 245.5)];

impl CameraPreset {
    /// The view of that name in a scene: `overview`, `downstream`, `top`, a place by code, English or Chinese name, or a
    /// levee at a chainage such as `right-245.5`.
    ///
    /// # Errors
    /// When the scene has no such view.
    pub fn parse(name: &str, model: &SceneModel) -> Result<Self, UnknownCamera> {
        let wanted = name.trim().to_lowercase();
        match wanted.as_str() {
            "overview" => return Ok(Self::Overview),
            "downstream" => return Ok(Self::Downstream),
            "top" => return Ok(Self::Top),
            _ => {}
        }
        if let Some(levee) = levee_named(&wanted, model) {
            return Ok(levee);
        }
        let place = places(model).into_iter().find(|place| place.names.iter().any(|n| n.to_lowercase() == wanted));
        place.map(|p| Self::Place(p.names[0].to_lowercase())).ok_or_else(|| UnknownCamera {
            name: name.to_owned(),
            known: Self::all(model).iter().map(Self::name).chain(["left-KM".into(), "right-KM".into()]).collect(),
        })
    }

    /// All views of a scene.
    pub fn all(model: &SceneModel) -> Vec<Self> {
        let named = places(model).into_iter().map(|p| Self::Place(p.names[0].to_lowercase()));
        [Self::Overview, Self::Downstream, Self::Top].into_iter().chain(named).collect()
    }

    /// The name it is called by.
    pub fn name(&self) -> String {
        match self {
            Self::Overview => "overview".to_owned(),
            Self::Downstream => "downstream".to_owned(),
            Self::Top => "top".to_owned(),
            Self::Place(name) => name.clone(),
            Self::Levee { is_left, tenths_km } => {
                let bank = if *is_left { "left" } else { "right" };
                format!("{bank}-{:.1}", f64::from(*tenths_km) / 10.0)
            }
        }
    }

    /// The rig of this view for a width by height and an exaggeration; `None` for a place that the scene does not have,
    /// or an empty domain.
    pub fn rig(&self, model: &SceneModel, aspect: f32, exaggeration: f32) -> Option<CameraRig> {
        let points: Vec<Vec3> =
            model.outline_map().iter().map(|(at, z_m)| model.frame().world_from_map(*at, *z_m, exaggeration)).collect();
        match self {
            Self::Overview => fitted(model, exaggeration, overview_turn_deg(model, aspect), aspect, MARGINS, &points),
            Self::Top => fitted(model, exaggeration, [0.0, 90.0], aspect, MARGINS, &points),
            Self::Downstream => {
                let Some(river) = river(model) else { return Self::Overview.rig(model, aspect, exaggeration) };
                let span_km = river.chainage_km[river.chainage_km.len() - 1] - river.chainage_km[0];
                let ahead_km = river.chainage_km[0] + (0.12 * span_km).min(18.0);
                at_chainage(model, river, ahead_km, [0.2 * span_km * 1000.0, 12.0])
            }
            Self::Place(name) => {
                let place = places(model).into_iter().find(|p| p.names[0].to_lowercase() == *name)?;
                at_chainage(model, river(model)?, place.chainage_km, [22_000.0, 20.0])
            }
            Self::Levee { is_left, tenths_km } => at_levee(model, *is_left, f64::from(*tenths_km) / 10.0),
        }
    }
}

/// Bearing and angle below the horizon of the overview, degrees: of those from the south-west and low the one in which
/// the reach covers most of the view. Judged without exaggeration, so that the slider does not turn the camera.
///
/// A whole river seen along its course is all foreground: it is looked at from its right bank, from higher up.
fn overview_turn_deg(model: &SceneModel, aspect: f32) -> [f64; 2] {
    let Some(ahead) = reach_bearing_deg(model) else { return [45.0, 24.0] };
    let is_whole_river = reach_length_m(model) > LONG_REACH_M;
    let (asides, pitches, bearings) = if is_whole_river {
        (&BROADSIDE_ASIDE_DEG[..], &BROADSIDE_PITCH_DEG[..], -90.0..=70.0)
    } else {
        (&OVERVIEW_ASIDE_DEG[..], &OVERVIEW_PITCH_DEG[..], 20.0..=70.0)
    };
    let points = covering_points(model);
    let mut best = (f32::NEG_INFINITY, [45.0, 24.0]);
    for aside in asides {
        for &pitch in pitches {
            let turn = [(ahead - aside).clamp(*bearings.start(), *bearings.end()), pitch];
            let Some(rig) = fitted(model, 1.0, turn, aspect, MARGINS, &points) else { continue };
            let share = share_covered(&rig.pose(model, 1.0), aspect, &points);
            if share > best.0 {
                best = (share, turn);
            }
        }
    }
    best.1
}

/// How far the overview may be turned from the course of the reach, degrees.
const OVERVIEW_ASIDE_DEG: [f64; 8] = [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0];

/// How steeply the overview may look down, degrees. Flatter ones fill the view with the near end alone.
const OVERVIEW_PITCH_DEG: [f64; 4] = [18.0, 19.0, 20.0, 23.0];

/// From this length on, along a straight line, a reach is looked at from its side, m.
const LONG_REACH_M: f64 = 300_000.0;

/// As [`OVERVIEW_ASIDE_DEG`] for a whole river.
const BROADSIDE_ASIDE_DEG: [f64; 4] = [60.0, 70.0, 80.0, 90.0];

/// As [`OVERVIEW_PITCH_DEG`] for a whole river.
const BROADSIDE_PITCH_DEG: [f64; 4] = [24.0, 28.0, 32.0, 36.0];

/// Points all over the land between the levees, a few thousand.
fn covering_points(model: &SceneModel) -> Vec<Vec3> {
    const ACROSS: u8 = 12;
    let levees = river(model).map_or(&[][..], |r| &r.levees);
    let [left, right] = levees else {
        return model.outline_map().iter().map(|(at, z_m)| model.frame().world_from_map(*at, *z_m, 1.0)).collect();
    };
    let on = |line: &[PointMap], part: f64| {
        let place = part * (line.len() - 1) as f64;
        let i = place_in(place, line.len());
        DVec2::from(line[i]).lerp(DVec2::from(line[i + 1]), place - i as f64)
    };
    if left.line.len() < 2 || right.line.len() < 2 {
        return Vec::new();
    }
    let along = (0..=200_u16).map(|i| f64::from(i) / 200.0);
    along
        .flat_map(|part| (0..=ACROSS).map(move |j| (part, f64::from(j) / f64::from(ACROSS))))
        .map(|(part, across)| on(&left.line, part).lerp(on(&right.line, part), across))
        .map(|at| model.frame().world_from_map(at.to_array(), model.bed_range_m()[0], 1.0))
        .collect()
}

/// The vertex before a place on a line of `n` vertices, at most the last but one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place between 0 and n")]
fn place_in(place: f64, n: usize) -> usize {
    (place as usize).min(n - 2)
}

/// Share of the view that points fall on, by squares of about a thirtieth of its width.
fn share_covered(pose: &CameraPose, aspect: f32, points: &[Vec3]) -> f32 {
    let view = Rect::from_corners(Vec2::ZERO, Vec2::new(28.0, 28.0 / aspect.max(0.1)));
    let squares: HashSet<IVec2> = points
        .iter()
        .filter_map(|point| pose.screen_from_world(view, *point))
        .filter(|at| view.contains(*at))
        .map(|at| at.floor().as_ivec2())
        .collect();
    f32_from(squares.len() as f64) / (view.width() * view.height())
}

/// A pole with its name takes about a tenth of the height of the view.
const MARGINS: Margins = Margins { sides: 0.06, top: 0.2, bottom: 0.08 };

struct Place {
    /// English name first.
    names: Vec<String>,
    chainage_km: f64,
}

fn river(model: &SceneModel) -> Option<&River> {
    model.scenario().river.as_ref().filter(|r| r.centreline.len() >= 2 && r.chainage_km.len() == r.centreline.len())
}

fn places(model: &SceneModel) -> Vec<Place> {
    let Some(river) = river(model) else { return Vec::new() };
    let stations = river
        .stations
        .iter()
        .map(|s| Place { names: vec![s.name.en.clone(), s.name.zh.clone(), s.id.clone()], chainage_km: s.chainage_km });
    let range = river.chainage_km[0]..=river.chainage_km[river.chainage_km.len() - 1];
    let others = PLACES
        .iter()
        .filter(|p| range.contains(&p.2))
        .map(|p| Place { names: vec![p.0.to_owned(), p.1.to_owned()], chainage_km: p.2 });
    stations.chain(others).collect()
}

/// Bearing from the upper to the lower end of the reach.
fn reach_bearing_deg(model: &SceneModel) -> Option<f64> {
    let line = &river(model)?.centreline;
    Some(bearing_deg(line[0], line[line.len() - 1]))
}

/// Straight distance between the ends of the reach, m.
fn reach_length_m(model: &SceneModel) -> f64 {
    river(model).map_or(0.0, |r| distance_m(r.centreline[0], r.centreline[r.centreline.len() - 1]))
}

/// The view of a levee by its name, if the scene has that levee there.
fn levee_named(name: &str, model: &SceneModel) -> Option<CameraPreset> {
    let (bank, km) = name.split_once('-')?;
    let is_left = match bank {
        "left" => true,
        "right" => false,
        _ => return None,
    };
    let km = km.parse::<f64>().ok().filter(|km| (0.0..10_000.0).contains(km))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100,000")]
    let tenths_km = (km * 10.0).round() as u32;
    at_levee(model, is_left, km).map(|_| CameraPreset::Levee { is_left, tenths_km })
}

/// Looks aslant over the river's edge at a levee, downstream and outwards.
fn at_levee(model: &SceneModel, is_left: bool, km: f64) -> Option<CameraRig> {
    const ASIDE_DEG: f64 = 38.0;
    let river = river(model)?;
    let levee = river.levees.get(usize::from(!is_left))?;
    let target_map = river.levee_at_km(levee, km)?;
    let ahead_deg = bearing_deg(on_centreline(river, km - 2.0)?, on_centreline(river, km + 2.0)?);
    let yaw_deg = ahead_deg + if is_left { -ASIDE_DEG } else { ASIDE_DEG };
    let target_z_m = model.bed_at(target_map).unwrap_or(model.bed_range_m()[0]);
    Some(CameraRig { target_map, target_z_m, distance_m: 6_500.0, yaw_deg, pitch_deg: 15.0 }.clamped())
}

/// Looks downstream at a point of the river, from `[distance_m, pitch_deg]`.
fn at_chainage(model: &SceneModel, river: &River, chainage_km: f64, view: [f64; 2]) -> Option<CameraRig> {
    let at = on_centreline(river, chainage_km)?;
    let last_km = river.chainage_km[river.chainage_km.len() - 1];
    let (from_km, to_km) = if chainage_km + 1.0 > last_km {
        (chainage_km - AHEAD_KM, chainage_km)
    } else {
        (chainage_km, chainage_km + AHEAD_KM)
    };
    let yaw_deg = bearing_deg(on_centreline(river, from_km)?, on_centreline(river, to_km)?);
    // The place stands in the lower half of the view, with the river it looks down on above it.
    let (sin, cos) = yaw_deg.to_radians().sin_cos();
    let ahead_m = 0.2 * view[0];
    let target_z_m = model.bed_at(at).unwrap_or(model.bed_range_m()[0]);
    let target_map = [at[0] + ahead_m * sin, at[1] + ahead_m * cos];
    Some(CameraRig { target_map, target_z_m, distance_m: view[0], yaw_deg, pitch_deg: view[1] }.clamped())
}

/// How far ahead the course of the river is taken from, km.
const AHEAD_KM: f64 = 15.0;

/// Point of the centreline at a chainage, that of the nearer end outside its range.
fn on_centreline(river: &River, chainage_km: f64) -> Option<PointMap> {
    let after = river.chainage_km.partition_point(|km| *km <= chainage_km);
    match (after.checked_sub(1), river.centreline.get(after)) {
        (Some(i), Some(next)) => {
            let part = (chainage_km - river.chainage_km[i]) / (river.chainage_km[after] - river.chainage_km[i]);
            Some(DVec2::from(river.centreline[i]).lerp(DVec2::from(*next), part).to_array())
        }
        (Some(i), None) => river.centreline.get(i).copied(),
        (None, next) => next.copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scene::tests::{raster, with_river};

    #[test]
    fn names_are_found_in_both_languages_and_by_code() {
        let model = with_river();
        for name in ["Huayuankou", "花园口", "hyk"] {
            assert_eq!(CameraPreset::parse(name, &model), Ok(CameraPreset::Place("huayuankou".into())));
        }
        assert_eq!(CameraPreset::parse(" TOP ", &model), Ok(CameraPreset::Top));
    }

    #[test]
    fn an_unknown_name_lists_what_there_is() {
        let error = CameraPreset::parse("moon", &with_river()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("\"moon\"") && text.contains("overview") && text.contains("huayuankou"), "{text}");
    }

    #[test]
    fn a_levee_is_looked_at_from_the_river() {
        let model = with_river();
        let preset = CameraPreset::parse("Left-136.04", &model).unwrap();
        assert_eq!(
            (preset.clone(), preset.name()),
            (CameraPreset::Levee { is_left: true, tenths_km: 1360 }, "left-136.0".into())
        );
        let rig = preset.rig(&model, 1.5, 20.0).unwrap();
        assert!((rig.yaw_deg - 52.0).abs() < 1.0, "north of a river that runs east: {rig:?}");
        assert!(CameraPreset::parse("left-900", &model).is_err() && CameraPreset::parse("up-136", &model).is_err());
    }

    #[test]
    fn every_view_of_a_scene_can_be_worked_out() {
        for model in [with_river(), raster(20, vec![1.0; 400])] {
            for preset in CameraPreset::all(&model) {
                let rig = preset.rig(&model, 16.0 / 9.0, 20.0);
                assert!(rig.is_some_and(|r| r.distance_m.is_finite() && r.yaw_deg.is_finite()), "{preset:?}: {rig:?}");
            }
        }
    }

    #[test]
    fn a_place_is_looked_at_downstream() {
        let model = with_river();
        let rig = CameraPreset::Place("huayuankou".into()).rig(&model, 1.5, 20.0).unwrap();
        assert!((rig.yaw_deg - 90.0).abs() < 1.0, "the test river runs east: {rig:?}");
    }

    #[test]
    fn the_overview_holds_the_whole_reach_in_wide_and_narrow_views() {
        let model = with_river();
        for size in [Vec2::new(1920.0, 1080.0), Vec2::new(700.0, 900.0)] {
            let rect = Rect::from_corners(Vec2::ZERO, size);
            for preset in [CameraPreset::Overview, CameraPreset::Top] {
                let pose = preset.rig(&model, size.x / size.y, 20.0).unwrap().pose(&model, 20.0);
                for (at, z_m) in model.outline_map() {
                    let screen = pose.screen_from_world(rect, model.frame().world_from_map(*at, *z_m, 20.0));
                    assert!(screen.is_some_and(|s| rect.contains(s)), "{preset:?} {size} {at:?}: {screen:?}");
                }
            }
        }
    }

    #[test]
    fn the_overview_looks_from_the_south_west_and_low() {
        for aspect in [0.8, 1.4, 1.67, 2.2] {
            let rig = CameraPreset::Overview.rig(&with_river(), aspect, 20.0).unwrap();
            assert!((20.0..=70.0).contains(&rig.yaw_deg) && rig.pitch_deg < 25.0, "{aspect}: {rig:?}");
        }
    }

    #[test]
    fn the_slider_does_not_turn_the_overview() {
        let model = with_river();
        let turn = |e: f32| CameraPreset::Overview.rig(&model, 1.6, e).map(|r| (r.yaw_deg, r.pitch_deg));
        assert_eq!(turn(5.0), turn(40.0));
    }
}
