//! Where texts go on the screen. The app draws them; nothing is drawn here.

use bevy::prelude::*;

use super::ViewSystems;
use super::camera::{CameraPose, ViewRect};
use super::markers::POLE_SHARE;
use super::scene::{RebuildSystems, SceneModel};
use super::space::Exaggeration;
use crate::domain::geo::PointMap;
use crate::domain::text::{Bilingual, Language};

/// What a label names. The order is the priority: the first kinds keep their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelKind {
    /// A hydrological station; its text stands above the pole.
    Station,
    /// A floodplain unit.
    Unit,
    /// A levee.
    Levee,
}

/// Language and size of the texts, from which their room is estimated. The app keeps it as it draws.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct LabelStyle {
    /// Language that is drawn.
    pub language: Language,
    /// Height of the type, logical points.
    pub font_pt: f32,
}

impl Default for LabelStyle {
    fn default() -> Self {
        Self { language: Language::Zh, font_pt: 15.0 }
    }
}

/// One text on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenLabel {
    /// What it says.
    pub text: Bilingual,
    /// What it names.
    pub kind: LabelKind,
    /// Middle of the text, logical points; holds only when visible.
    pub at_screen: Vec2,
    /// Distance from the camera along the sight, km.
    pub depth_km: f32,
    /// In view and not in the way of a more important one.
    pub is_visible: bool,
}

/// All texts of the scene, where they are now.
#[derive(Resource, Debug, Clone, Default, PartialEq)]
pub struct ScreenLabels(pub Vec<ScreenLabel>);

/// A text and the places it may stand at, best first.
#[derive(Debug, Clone)]
struct Anchor {
    text: Bilingual,
    kind: LabelKind,
    places: Vec<(PointMap, f64)>,
}

/// The texts of the scene that was built last.
#[derive(Resource, Debug, Default)]
struct Anchors(Vec<Anchor>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<LabelStyle>()
        .init_resource::<ScreenLabels>()
        .init_resource::<Anchors>()
        .add_systems(Update, collect.in_set(RebuildSystems::Parts))
        .add_systems(
            Update,
            project
                .in_set(ViewSystems::Project)
                .run_if(resource_exists::<SceneModel>)
                .run_if(resource_exists::<ViewRect>)
                .run_if(resource_exists::<CameraPose>),
        );
}

fn collect(model: Res<SceneModel>, mut anchors: ResMut<Anchors>) {
    anchors.0.clear();
    let Some(river) = &model.scenario().river else { return };
    let on_ground = |at: PointMap| (at, model.bed_at(at).unwrap_or(model.bed_range_m()[0]));
    let stations = river.stations.iter().map(|s| (s.name.clone(), LabelKind::Station, vec![on_ground(s.at)]));
    let units = river.units.iter().map(|u| (u.name.clone(), LabelKind::Unit, vec![on_ground(u.at)]));
    let levees = river.levees.iter().map(|levee| {
        let crest: Vec<_> = levee.line.iter().copied().zip(levee.crest_m.iter().copied()).collect();
        // The middle first, then ever farther out.
        let places = [50, 40, 60, 30, 70, 20, 80].iter().filter_map(|percent| crest.get(crest.len() * percent / 100));
        (levee.name.clone(), LabelKind::Levee, places.copied().collect())
    });
    anchors.0 = stations.chain(units).chain(levees).map(|(text, kind, places)| Anchor { text, kind, places }).collect();
    anchors.0.sort_by_key(|anchor| anchor.kind);
}

fn project(
    model: Res<SceneModel>,
    exaggeration: Res<Exaggeration>,
    pose: Res<CameraPose>,
    view: Res<ViewRect>,
    style: Res<LabelStyle>,
    anchors: Res<Anchors>,
    mut labels: ResMut<ScreenLabels>,
) {
    let mut taken: Vec<Rect> = Vec::new();
    let next: Vec<ScreenLabel> = anchors
        .0
        .iter()
        .map(|anchor| {
            let size = text_size(&anchor.text, *style);
            let spots = anchor.places.iter().filter_map(|(at, z_m)| {
                let foot = model.frame().world_from_map(*at, *z_m, exaggeration.0);
                spot(&pose, view.0, anchor.kind, foot, size)
            });
            let found = first_free(&mut taken, view.0, size, spots);
            ScreenLabel {
                text: anchor.text.clone(),
                kind: anchor.kind,
                at_screen: found.map_or(Vec2::ZERO, |(at, _)| at),
                depth_km: found.map_or(0.0, |(_, depth)| depth),
                is_visible: found.is_some(),
            }
        })
        .collect();
    labels.set_if_neq(ScreenLabels(next));
}

/// Middle of a text that belongs to a point of the world, and the point's distance; `None` behind the camera.
fn spot(pose: &CameraPose, view: Rect, kind: LabelKind, foot: Vec3, size: Vec2) -> Option<(Vec2, f32)> {
    let depth = pose.depth_of(foot);
    let lift = match kind {
        LabelKind::Station => Vec3::Y * (1.2 * POLE_SHARE * depth.max(0.1)),
        LabelKind::Unit | LabelKind::Levee => Vec3::ZERO,
    };
    let at = pose.screen_from_world(view, foot + lift)?;
    let above = if kind == LabelKind::Unit { 0.0 } else { 0.5 * size.y + 2.0 };
    Some((at - Vec2::Y * above, depth))
}

/// The first spot that is inside the view and overlaps no text placed before; it is taken.
fn first_free(
    taken: &mut Vec<Rect>,
    view: Rect,
    size: Vec2,
    spots: impl Iterator<Item = (Vec2, f32)>,
) -> Option<(Vec2, f32)> {
    for (at, depth) in spots {
        let rect = Rect::from_center_size(at, size);
        let is_inside = view.contains(rect.min) && view.contains(rect.max);
        if is_inside && taken.iter().all(|other| other.intersect(rect).is_empty()) {
            taken.push(rect);
            return Some((at, depth));
        }
    }
    None
}

/// Room of a text, logical points: a Chinese character is as wide as high, a Latin one about half.
fn text_size(text: &Bilingual, style: LabelStyle) -> Vec2 {
    let halves: u16 = text.get(style.language).chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    Vec2::new(f32::from(halves) * 0.5 * style.font_pt + 8.0, 1.3 * style.font_pt)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Rect = Rect { min: Vec2::ZERO, max: Vec2::new(400.0, 300.0) };
    const SIZE: Vec2 = Vec2::new(60.0, 20.0);

    fn at(x: f32, y: f32) -> (Vec2, f32) {
        (Vec2::new(x, y), 1.0)
    }

    #[test]
    fn a_later_text_gives_way_or_takes_its_next_place() {
        let mut taken = Vec::new();
        assert!(first_free(&mut taken, VIEW, SIZE, [at(100.0, 100.0)].into_iter()).is_some());
        assert!(first_free(&mut taken, VIEW, SIZE, [at(130.0, 110.0)].into_iter()).is_none());
        let found = first_free(&mut taken, VIEW, SIZE, [at(130.0, 110.0), at(200.0, 100.0)].into_iter());
        assert_eq!(found, Some(at(200.0, 100.0)));
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn a_text_that_would_be_cut_by_the_edge_is_not_shown() {
        assert!(first_free(&mut Vec::new(), VIEW, SIZE, [at(10.0, 100.0)].into_iter()).is_none());
        assert!(first_free(&mut Vec::new(), VIEW, SIZE, [at(200.0, 295.0)].into_iter()).is_none());
    }

    #[test]
    fn chinese_takes_twice_the_width_of_latin() {
        let text = Bilingual::new("花园口", "Huayuankou");
        let zh = text_size(&text, LabelStyle { language: Language::Zh, font_pt: 10.0 });
        let en = text_size(&text, LabelStyle { language: Language::En, font_pt: 10.0 });
        assert_eq!([zh.x, en.x], [38.0, 58.0]);
    }
}
