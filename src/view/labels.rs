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
    /// A hydrological station; its place is the head of the pole, and its text stands above that.
    Station,
    /// A floodplain unit.
    Unit,
    /// The river and which way it flows.
    River,
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
    /// Middle of the text, of a station the head of its pole, logical points; holds only when visible.
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
    places: Vec<Place>,
}

/// A place on the map, its level (m), and for a river a point that its water flows to.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: PointMap,
    z_m: f64,
    to: Option<PointMap>,
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

/// Where along a line a text may stand, in hundredths: the middle first, then ever farther out.
const OUTWARDS: [usize; 17] = [50, 45, 55, 40, 60, 35, 65, 30, 70, 25, 75, 20, 80, 15, 85, 10, 90];

/// The river's name; the scenes with levees and stations are all of this river.
const RIVER: (&str, &str) = ("黄河", "Yellow River");

fn collect(model: Res<SceneModel>, mut anchors: ResMut<Anchors>) {
    anchors.0.clear();
    let Some(river) = &model.scenario().river else { return };
    let level = |at: PointMap| model.bed_at(at).unwrap_or(model.bed_range_m()[0]);
    let on_ground = |at: PointMap| vec![Place { at, z_m: level(at), to: None }];
    let stations = river.stations.iter().map(|s| (s.name.clone(), LabelKind::Station, on_ground(s.at)));
    let units = river.units.iter().map(|u| (u.name.clone(), LabelKind::Unit, on_ground(u.at)));
    let levees = river.levees.iter().map(|levee| {
        let crest: Vec<_> = levee.line.iter().copied().zip(levee.crest_m.iter().copied()).collect();
        let place = |i: usize| crest.get(i).map(|(at, z_m)| Place { at: *at, z_m: *z_m, to: None });
        (levee.name.clone(), LabelKind::Levee, OUTWARDS.iter().filter_map(|p| place(crest.len() * p / 100)).collect())
    });
    let course = &river.centreline;
    let ahead = (course.len() / 60).max(1);
    let on_river =
        |i: usize| Some(Place { at: *course.get(i)?, z_m: level(course[i]), to: Some(*course.get(i + ahead)?) });
    let flow = OUTWARDS.iter().filter_map(|p| on_river(course.len() * (p + 2) / 100)).collect();
    let flow = std::iter::once((Bilingual::new(RIVER.0, RIVER.1), LabelKind::River, flow));
    anchors.0 = stations
        .chain(units)
        .chain(levees)
        .chain(flow)
        .map(|(text, kind, places)| Anchor { text, kind, places })
        .collect();
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
            let world = |at: PointMap, z_m: f64| model.frame().world_from_map(at, z_m, exaggeration.0);
            let longest = anchor.text_towards(Some(Vec2::X));
            let size = text_size(&longest, *style);
            let spots = anchor.places.iter().filter_map(|place| {
                let (at, depth) = spot(&pose, view.0, anchor.kind, world(place.at, place.z_m))?;
                let ahead = place.to.and_then(|to| pose.screen_from_world(view.0, world(to, place.z_m)));
                Some(Spot { at, depth, flow: ahead.map(|ahead| ahead - at) })
            });
            let mut spots: Vec<Spot> = spots.collect();
            if anchor.kind == LabelKind::River {
                // The river is everywhere; its name belongs to the middle of the view.
                let from_middle = |spot: &Spot| spot.at.distance_squared(view.0.center());
                spots.sort_by(|a, b| from_middle(a).total_cmp(&from_middle(b)));
            }
            let found = first_free(&mut taken, view.0, anchor.kind, size, spots.into_iter());
            ScreenLabel {
                text: anchor.text_towards(found.and_then(|spot| spot.flow)),
                kind: anchor.kind,
                at_screen: found.map_or(Vec2::ZERO, |spot| spot.at),
                depth_km: found.map_or(0.0, |spot| spot.depth),
                is_visible: found.is_some(),
            }
        })
        .collect();
    labels.set_if_neq(ScreenLabels(next));
}

impl Anchor {
    /// The text, for a river with an arrow along its flow on the screen.
    fn text_towards(&self, flow: Option<Vec2>) -> Bilingual {
        match flow.filter(|_| self.kind == LabelKind::River) {
            Some(flow) => {
                let arrow = arrow(flow);
                Bilingual::new(format!("{} {arrow}", self.text.zh), format!("{} {arrow}", self.text.en))
            }
            None => self.text.clone(),
        }
    }
}

/// The arrow nearest to a direction on the screen, whose y points down.
fn arrow(flow: Vec2) -> char {
    const CLOCKWISE: [char; 8] = ['→', '↘', '↓', '↙', '←', '↖', '↑', '↗'];
    let eighth = (flow.y.atan2(flow.x) / std::f32::consts::FRAC_PI_4).round().rem_euclid(8.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 8")]
    CLOCKWISE[eighth as usize % 8]
}

/// Where a text may stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spot {
    /// See [`ScreenLabel::at_screen`].
    at: Vec2,
    /// Distance from the camera, km.
    depth: f32,
    /// Where the water flows on the screen.
    flow: Option<Vec2>,
}

/// The place of a text that belongs to a point of the world, and the point's distance; `None` behind the camera.
fn spot(pose: &CameraPose, view: Rect, kind: LabelKind, foot: Vec3) -> Option<(Vec2, f32)> {
    let depth = pose.depth_of(foot);
    let lift = match kind {
        LabelKind::Station => Vec3::Y * (POLE_SHARE * depth.max(0.1)),
        LabelKind::Unit | LabelKind::River | LabelKind::Levee => Vec3::ZERO,
    };
    pose.screen_from_world(view, foot + lift).map(|at| (at, depth))
}

/// What a text at a place covers. A station's covers its pole as well, so that no other text lies on it.
fn room(kind: LabelKind, at: Vec2, size: Vec2) -> Rect {
    match kind {
        LabelKind::Station => {
            let half = 0.5 * size.x;
            Rect::new(at.x - half, at.y - STATION_GAP_PT - size.y, at.x + half, at.y + STATION_GAP_PT)
        }
        LabelKind::Unit | LabelKind::River | LabelKind::Levee => Rect::from_center_size(at, size),
    }
}

/// Distance of a station's text from the head of its pole, logical points.
const STATION_GAP_PT: f32 = 10.0;

/// The first spot that is inside the view and overlaps no text placed before; it is taken.
fn first_free(
    taken: &mut Vec<Rect>,
    view: Rect,
    kind: LabelKind,
    size: Vec2,
    spots: impl Iterator<Item = Spot>,
) -> Option<Spot> {
    for spot in spots {
        let rect = room(kind, spot.at, size);
        let is_inside = view.contains(rect.min) && view.contains(rect.max);
        if is_inside && taken.iter().all(|other| other.intersect(rect).is_empty()) {
            taken.push(rect);
            return Some(spot);
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

    fn at(x: f32, y: f32) -> Spot {
        Spot { at: Vec2::new(x, y), depth: 1.0, flow: None }
    }

    #[test]
    fn a_later_text_gives_way_or_takes_its_next_place() {
        let mut taken = Vec::new();
        assert!(first_free(&mut taken, VIEW, LabelKind::Unit, SIZE, [at(100.0, 100.0)].into_iter()).is_some());
        assert!(first_free(&mut taken, VIEW, LabelKind::Unit, SIZE, [at(130.0, 110.0)].into_iter()).is_none());
        let found =
            first_free(&mut taken, VIEW, LabelKind::Unit, SIZE, [at(130.0, 110.0), at(200.0, 100.0)].into_iter());
        assert_eq!(found, Some(at(200.0, 100.0)));
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn a_text_that_would_be_cut_by_the_edge_is_not_shown() {
        assert!(first_free(&mut Vec::new(), VIEW, LabelKind::Unit, SIZE, [at(10.0, 100.0)].into_iter()).is_none());
        assert!(first_free(&mut Vec::new(), VIEW, LabelKind::Unit, SIZE, [at(200.0, 295.0)].into_iter()).is_none());
    }

    #[test]
    fn chinese_takes_twice_the_width_of_latin() {
        let text = Bilingual::new("花园口", "Huayuankou");
        let zh = text_size(&text, LabelStyle { language: Language::Zh, font_pt: 10.0 });
        let en = text_size(&text, LabelStyle { language: Language::En, font_pt: 10.0 });
        assert_eq!([zh.x, en.x], [38.0, 58.0]);
    }

    #[test]
    fn arrows_follow_the_flow_on_the_screen() {
        let arrows = [(1.0, 0.1), (1.0, -1.0), (0.0, -1.0), (-1.0, 0.0), (-1.0, -0.01), (-0.7, 0.7)];
        let found: String = arrows.into_iter().map(|(x, y)| arrow(Vec2::new(x, y))).collect();
        assert_eq!(found, "→↗↑←←↙");
    }

    #[test]
    fn a_station_keeps_the_room_between_its_text_and_its_pole() {
        let mut taken = Vec::new();
        first_free(&mut taken, VIEW, LabelKind::Station, SIZE, [at(100.0, 100.0)].into_iter()).unwrap();
        assert!(first_free(&mut taken, VIEW, LabelKind::Unit, SIZE, [at(100.0, 98.0)].into_iter()).is_none());
        assert!(first_free(&mut taken, VIEW, LabelKind::Unit, SIZE, [at(100.0, 122.0)].into_iter()).is_some());
    }
}
