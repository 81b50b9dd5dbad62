//! Branches that are compared with the one on screen: which, how, and what the scene and the table show of it.

use std::sync::Arc;

use super::desk::{Desk, Show};
use super::stage::shown_water;
use super::world::{World, course_of};
use crate::domain::compare::{Difference, Flooded, Spread, figures};
use crate::domain::frame::Frame;
use crate::domain::text::Bilingual;
use crate::domain::worlds::BranchId;
use crate::ui::compare_bar::{CompareModel, ComparedBranch};
use crate::ui::compare_table::CompareRow;
use crate::ui::{CompareView, Layer};
use crate::view::{CellLevels, ComparedWater, LayerKind, ShownWater, Split};

/// Branches beside the one on screen.
#[derive(Default)]
pub(super) struct Comparing {
    /// In the order in which they were chosen; none while nothing is compared.
    pub(super) others: Vec<World>,
    pub(super) view: CompareView,
    /// Levels, and the frames they were worked out from: one for each branch, the oldest first.
    levels: Option<(LayerKind, Vec<Arc<Frame>>, Arc<CellLevels>)>,
    /// The table, and the frame of each branch that it is of.
    table: Option<(TableOf, Vec<CompareRow>)>,
}

type TableOf = Vec<(BranchId, u64)>;

impl Comparing {
    /// Whether anything is compared.
    pub(super) fn is_on(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether a branch is among the others.
    pub(super) fn has(&self, branch: BranchId) -> bool {
        self.others.iter().any(|world| world.branch == branch)
    }

    /// The branches that are compared, the one on screen among them, the oldest first: what came of an older one is what
    /// a newer one is measured by.
    fn all<'a>(&'a self, shown: &'a World) -> Vec<&'a World> {
        let mut all: Vec<&World> = std::iter::once(shown).chain(&self.others).collect();
        all.sort_by_key(|world| world.branch);
        all
    }

    /// Takes in what was recorded of the others since the last time.
    pub(super) fn take_records(&mut self) {
        for world in &mut self.others {
            world.take_record();
        }
    }
}

/// Compares with a branch too, or no longer.
pub(super) fn toggle(desk: &mut Desk, branch: BranchId) {
    let Some(show) = &mut desk.show else { return };
    if show.comparing.has(branch) {
        show.comparing.others.retain(|world| world.branch != branch);
    } else if branch != show.shown.branch
        && let Some(course) = course_of(&show.worlds, &show.records, branch)
    {
        let mut world = World::new(branch, course, &show.scenario);
        world.take_record();
        show.comparing.others.push(world);
    }
    settle_view(show);
}

/// Compares with the branch that people most likely mean, the parent or the newest, or with none.
pub(super) fn toggle_all(desk: &mut Desk) {
    let Some(show) = &mut desk.show else { return };
    if show.comparing.is_on() {
        show.comparing.others.clear();
        desk.ui.table.is_shown = false;
        return;
    }
    let shown = show.shown.branch;
    let alive = |id: &BranchId| *id != shown && show.worlds.branch(*id).is_ok_and(|branch| !branch.is_pruned());
    let parent = show.worlds.branch(shown).ok().and_then(|branch| branch.parent);
    let newest = show.worlds.branches().iter().rev().map(|branch| branch.id).find(alive);
    if let Some(branch) = parent.filter(alive).or(newest) {
        toggle(desk, branch);
    }
}

/// Keeps the others true to the tree: given up branches go, and the one on screen is not compared with itself.
pub(super) fn tidy(show: &mut Show) {
    let (worlds, shown) = (&show.worlds, show.shown.branch);
    let stays =
        |world: &World| world.branch != shown && worlds.branch(world.branch).is_ok_and(|branch| !branch.is_pruned());
    show.comparing.others.retain(stays);
    settle_view(show);
}

/// Agreement is for more than two.
fn settle_view(show: &mut Show) {
    let comparing = &mut show.comparing;
    if comparing.view == CompareView::Agreement && comparing.others.len() < 2 {
        comparing.view = CompareView::Difference;
    }
}

/// What the scene shows while comparing: the water of the screen, and perhaps another.
pub(super) fn compared_water(show: &mut Show, layer: Layer) -> Option<(ShownWater, Option<ComparedWater>)> {
    let time_secs = show.playback.time_secs();
    let scenario = Arc::clone(&show.scenario);
    let pair = show.comparing.all(&show.shown);
    let [first, second, ..] = pair.as_slice() else { return None };
    let water = shown_water(&scenario, &first.course, time_secs, layer)?;
    let beside = shown_water(&scenario, &second.course, time_secs, layer);
    let split = match show.comparing.view {
        CompareView::Swipe(at) => Split::Swipe(at),
        CompareView::SideBySide => Split::SideBySide,
        CompareView::Difference => return Some((with_levels(show, water, LayerKind::Difference)?, None)),
        CompareView::Agreement => return Some((with_levels(show, water, LayerKind::Agreement)?, None)),
    };
    Some((water, Some(ComparedWater { water: beside?, split })))
}

/// The waters of all compared branches as one, at the frames before the moment.
fn with_levels(show: &mut Show, water: ShownWater, layer: LayerKind) -> Option<ShownWater> {
    let time_secs = show.playback.time_secs();
    let frame = |world: &World| {
        let moment = world.course.bracket(time_secs)?;
        moment.recording.frame_at_hand(moment.before)
    };
    let all = show.comparing.all(&show.shown);
    let frames: Vec<Arc<Frame>> = all.into_iter().map(frame).collect::<Option<_>>()?;
    let is_same = |of: LayerKind, before: &[Arc<Frame>]| {
        of == layer && before.len() == frames.len() && before.iter().zip(&frames).all(|(a, b)| Arc::ptr_eq(a, b))
    };
    let levels = match &show.comparing.levels {
        Some((of, before, levels)) if is_same(*of, before) => Arc::clone(levels),
        _ => {
            let levels = Arc::new(if layer == LayerKind::Agreement { agreement(&frames) } else { difference(&frames) });
            show.comparing.levels = Some((layer, frames, Arc::clone(&levels)));
            levels
        }
    };
    Some(ShownWater { levels: Some(levels), layer, ..water })
}

/// From the water of the oldest branch to that of the next.
fn difference(frames: &[Arc<Frame>]) -> CellLevels {
    let [first, second, ..] = frames else { return CellLevels::default() };
    let pairs = || first.depth_mm.iter().copied().zip(second.depth_mm.iter().copied());
    CellLevels {
        depth_mm: pairs().map(|(a, b)| a.max(b)).collect(),
        level: pairs().map(|(a, b)| Difference::of(a, b).level().unwrap_or(0)).collect(),
    }
}

fn agreement(frames: &[Arc<Frame>]) -> CellLevels {
    let spread = Spread::of(frames.iter().map(|frame| frame.depth_mm.as_slice()));
    let level = (0..spread.n_wet.len()).map(|cell| i8::from(spread.flooded(cell) == Flooded::Always)).collect();
    CellLevels { depth_mm: spread.most_mm, level }
}

/// What the panels show of it.
pub(super) fn compare_model(desk: &Desk) -> Option<CompareModel> {
    let show = desk.show.as_ref().filter(|show| show.comparing.is_on())?;
    let branch = |world: &World| ComparedBranch {
        name: show.name_of(world.branch, desk.language),
        colour: show.colour_of(world.branch),
        is_shown: world.branch == show.shown.branch,
    };
    let rows = show.comparing.table.as_ref().filter(|_| desk.ui.table.is_shown).map(|(_, rows)| rows.clone());
    Some(CompareModel {
        branches: show.comparing.all(&show.shown).into_iter().map(branch).collect(),
        view: show.comparing.view,
        rows: rows.unwrap_or_default(),
    })
}

/// Fills the table while it is open, and again when the playhead or one of the records has moved on.
pub(super) fn fill_table(desk: &mut Desk) {
    let Some(show) = desk.show.as_mut().filter(|show| desk.ui.table.is_shown && show.comparing.is_on()) else { return };
    let at_secs = show.playback.time_secs();
    let all = show.comparing.all(&show.shown);
    let frame = |world: &World| world.course.readings_at(at_secs).map_or(0, |readings| readings.time_secs.to_bits());
    let of: TableOf = all.iter().map(|world| (world.branch, frame(world))).collect();
    if show.comparing.table.as_ref().is_some_and(|(before, _)| *before == of) {
        return;
    }
    let all: Vec<_> = all.iter().map(|world| figures(&show.scenario, &world.course, at_secs)).collect();
    let stations = show.scenario.river.iter().flat_map(|river| &river.stations);
    let named: Vec<(String, Bilingual)> = stations.map(|station| (station.id.clone(), station.name.clone())).collect();
    let name =
        |of: &Bilingual| named.iter().find(|(id, _)| *id == of.en).map_or_else(|| of.clone(), |(_, name)| name.clone());
    show.comparing.table = Some((of, CompareRow::of(&all, name)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::frame::Readings;

    fn frame(depth_mm: &[u16]) -> Arc<Frame> {
        let still = vec![0; depth_mm.len()];
        let readings = Readings::default();
        let (u_mmps, v_mmps) = (still.clone(), still);
        Arc::new(Frame { time_secs: 0.0, depth_mm: depth_mm.to_vec(), u_mmps, v_mmps, readings })
    }

    #[test]
    fn the_difference_is_drawn_over_the_deeper_water() {
        let levels = difference(&[frame(&[0, 500, 500, 500, 500, 0]), frame(&[0, 0, 300, 520, 900, 400])]);
        assert_eq!(levels.depth_mm, [0, 500, 500, 520, 900, 400]);
        assert_eq!(levels.level, [0, -2, -1, 0, 1, 2]);
    }

    #[test]
    fn what_all_branches_flood_is_told_from_what_some_do() {
        let levels = agreement(&[frame(&[0, 500, 500]), frame(&[0, 0, 300]), frame(&[0, 0, 900])]);
        assert_eq!((levels.depth_mm, levels.level), (vec![0, 500, 900], vec![0, 0, 1]));
    }
}
