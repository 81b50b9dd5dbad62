//! Everything the window knows, in one place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use bevy::prelude::Resource;

use super::Source;
use super::comparing::{Comparing, tidy};
use super::losses::Losses;
use super::marks::marks;
use super::models::OrderLine;
use super::orders::{Drafted, Outcome, choices, outcomes};
use super::outline::outline;
use super::probe::Probe;
use super::sections::Cut;
use super::world::{World, course_of};
use crate::domain::geo::PointMap;
use crate::domain::impact::clock::Clock;
use crate::domain::order::Orders;
use crate::domain::playback::{Playback, PlaybackCommand};
use crate::domain::recording::{Course, Recording};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Language};
use crate::domain::worlds::{Branch, BranchId, Worlds};
use crate::engine::{Command, Engine, Progress, fetch_beside};
use crate::io::library;
use crate::io::session::{SavedSession, Session, SessionCache};
use crate::ui::marks::Mark;
use crate::ui::minimap::Outline;
use crate::ui::notices::{Notice, NoticeKind};
use crate::ui::order_card::OrderChoices;
use crate::ui::screen::ComputeState;
use crate::ui::{CompareView, Layer, Light, Theme, UiState, strings};
use crate::view::CameraRig;

/// Vertical exaggeration of the river, which is so flat that less shows nothing.
const RIVER_EXAGGERATION: f32 = 20.0;

/// Height of a bare raster's relief on screen at the start, as a share of its width.
const RELIEF_FRAC: f64 = 0.12;

/// Vertical exaggeration that reads well: that of the river, or what lifts a raster's relief to a fixed share.
pub(super) fn exaggeration_of(scenario: &Scenario) -> f32 {
    if scenario.river.is_some() {
        return RIVER_EXAGGERATION;
    }
    let terrain = &scenario.terrain;
    let beds = terrain.bed_m.iter().copied().filter(|z| z.is_finite());
    let (low, high) = beds.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), z| (low.min(z), high.max(z)));
    let relief_m = (high - low).max(0.01);
    let width_m = terrain.grid.n_cols.max(terrain.grid.n_rows) as f64 * terrain.grid.cell_m;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 1 to 20")]
    let factor = (RELIEF_FRAC * width_m / relief_m).round().clamp(1.0, f64::from(RIVER_EXAGGERATION)) as f32;
    factor
}

/// The operator's desk.
#[derive(Resource)]
pub(super) struct Desk {
    pub(super) engine: Option<Engine>,
    pub(super) library: Vec<library::Entry>,
    /// Positions in the library whose files turned out to have faults.
    pub(super) faulty: BTreeSet<usize>,
    /// File of the open scenario, if it came from one.
    pub(super) open_path: Option<PathBuf>,
    pub(super) show: Option<Show>,
    /// A scenario was asked for and is being read or laid out.
    pub(super) is_loading: bool,
    pub(super) speed_limit: Option<f64>,
    pub(super) language: Language,
    pub(super) theme: Theme,
    pub(super) ui: UiState,
    pub(super) layer: Layer,
    pub(super) exaggeration: f32,
    pub(super) light: Light,
    pub(super) has_contours: bool,
    pub(super) notices: Vec<Notice>,
    /// What the drafted order comes to.
    pub(super) drafted: Drafted,
    /// Lines of orders on the ground.
    pub(super) lines: Vec<OrderLine>,
    /// Where the camera is, and the views that are kept.
    pub(super) rig: CameraRig,
    pub(super) views: [Option<KeptView>; 9],
    /// Where sections go across, from bank to bank; the last point is that of the first click without a river.
    pub(super) section_line: Vec<PointMap>,
    /// The section that is shown.
    pub(super) cut: Cut,
    /// Losses and people at the playhead.
    pub(super) losses: Losses,
    /// The place that was clicked.
    pub(super) probe: Option<Probe>,
    /// The folder of saved sessions.
    pub(super) saved: Option<SessionCache>,
    /// What is in it.
    pub(super) sessions: Vec<SavedSession>,
    /// The session that the worker was asked to take up.
    pub(super) resuming: Option<Arc<Session>>,
    n_notices: u64,
}

/// A view that is kept: where the camera is, the moment, the branch, and how it looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct KeptView {
    pub(super) rig: CameraRig,
    pub(super) time_secs: f64,
    pub(super) branch: BranchId,
    pub(super) layer: Layer,
    pub(super) light: Light,
}

/// A scenario on screen, with its branches.
pub(super) struct Show {
    pub(super) scenario: Arc<Scenario>,
    pub(super) playback: Playback,
    pub(super) progress: Option<Progress>,
    pub(super) compute: ComputeState,
    /// The worker has it and takes orders.
    pub(super) is_live: bool,
    /// The tree of branches.
    pub(super) worlds: Arc<Worlds>,
    /// What each branch has computed itself.
    pub(super) records: BTreeMap<BranchId, Arc<Recording>>,
    /// The branch on screen.
    pub(super) shown: World,
    pub(super) comparing: Comparing,
    /// Moments worth going to on the branch on screen, in time order.
    pub(super) marks: Vec<Mark>,
    /// The orders that hold on it, and what each comes to.
    pub(super) orders: Orders,
    pub(super) outcomes: Vec<Outcome>,
    /// What orders can be about.
    pub(super) choices: OrderChoices,
    /// By when villages must be ordered to leave; none where nothing is exposed.
    pub(super) clock: Option<Arc<Clock>>,
    /// The reach from above.
    pub(super) outline: Arc<Outline>,
}

impl Desk {
    /// A desk with a worker and nothing open.
    pub(super) fn new(engine: Option<Engine>) -> Self {
        Self {
            engine,
            library: library::shipped(),
            faulty: BTreeSet::new(),
            open_path: None,
            show: None,
            is_loading: false,
            speed_limit: None,
            language: Language::default(),
            theme: Theme::default(),
            ui: UiState::default(),
            layer: Layer::default(),
            exaggeration: RIVER_EXAGGERATION,
            light: Light::default(),
            has_contours: false,
            notices: Vec::new(),
            drafted: Drafted::default(),
            lines: Vec::new(),
            rig: CameraRig::default(),
            views: [None; 9],
            section_line: Vec::new(),
            cut: Cut::default(),
            losses: Losses::default(),
            probe: None,
            saved: None,
            sessions: Vec::new(),
            resuming: None,
            n_notices: 0,
        }
    }

    /// Opens a source: a session goes to the worker, which goes on with it; without a worker a recorded one is shown at
    /// once. A scenario goes to the worker.
    pub(super) fn open(&mut self, source: Source) {
        match source {
            Source::Session(session) if self.engine.is_none() => self.play(&session),
            Source::Session(session) => {
                // Its file is taken up anew: nothing may hold on to it.
                self.show = None;
                self.is_loading = true;
                self.resuming = Some(Arc::clone(&session));
                self.command(Command::Resume(session));
            }
            Source::Scenario(scenario) => {
                self.is_loading = true;
                self.command(Command::Load(scenario));
            }
        }
    }

    /// Shows a session that nothing more is computed of.
    pub(super) fn play(&mut self, session: &Session) {
        self.forget_places();
        self.exaggeration = exaggeration_of(&session.scenario);
        let mut show = Show::of_session(session).reading_beside();
        show.compute = ComputeState::Done;
        show.activate_here(session.worlds.active());
        self.show = Some(show);
    }

    /// Looks at no place any more: another grid has other ones.
    pub(super) fn forget_places(&mut self) {
        self.probe = None;
        self.section_line.clear();
        self.cut = Cut::default();
        self.views = [None; 9];
    }

    /// Sends a command to the worker; that the worker is gone is said once, on screen.
    pub(super) fn command(&mut self, command: Command) {
        let sent = self.engine.as_ref().map(|engine| engine.send(command));
        if let Some(Err(error)) = sent {
            self.engine = None;
            self.notice(
                NoticeKind::Error,
                Bilingual::new("计算线程已停止", error.to_string()),
                Bilingual::default(),
                Bilingual::new(
                    "请重新启动程序；已记录的时刻仍可播放",
                    "restart the program; what is recorded still plays",
                ),
            );
        }
    }

    /// Puts a message on screen, the newest first.
    pub(super) fn notice(&mut self, kind: NoticeKind, what: Bilingual, place: Bilingual, remedy: Bilingual) {
        let id = self.n_notices;
        self.n_notices += 1;
        self.notices.insert(0, Notice { id, kind, what, place, remedy });
    }

    /// The layer in the scene: the chosen one, unless a comparison has one of its own.
    pub(super) fn shown_layer(&self) -> Layer {
        let comparing = self.show.as_ref().map(|show| &show.comparing).filter(|comparing| comparing.is_on());
        match comparing.map(|comparing| comparing.view) {
            Some(CompareView::Difference) => Layer::Difference,
            Some(CompareView::Agreement) => Layer::Agreement,
            _ => self.layer,
        }
    }

    /// Position of the open scenario in the library.
    pub(super) fn open_index(&self) -> Option<usize> {
        let show = self.show.as_ref()?;
        match &self.open_path {
            Some(path) => self.library.iter().position(|entry| entry.path == *path),
            None => self.library.iter().position(|entry| entry.name == show.scenario.name),
        }
    }
}

/// Has frames read by a thread of their own, so that no picture waits for the disk.
fn read_beside(recording: &Arc<Recording>) {
    if let Err(error) = fetch_beside(recording, None) {
        tracing::warn!("frames are read while pictures wait: {error}");
    }
}

impl Show {
    /// A scenario the worker has laid out; it plays along as the record grows.
    pub(super) fn computed(scenario: Arc<Scenario>, recording: Arc<Recording>) -> Self {
        read_beside(&recording);
        let mut show = Self::new(scenario, recording);
        show.is_live = true;
        show.playback.apply(PlaybackCommand::Play);
        show
    }

    /// A session, its root on screen.
    pub(super) fn of_session(session: &Session) -> Self {
        let mut show = Self::new(Arc::clone(&session.scenario), Arc::clone(&session.recording));
        show.worlds = Arc::new(session.worlds.clone());
        show.records.clone_from(&session.recordings);
        show
    }

    /// Has frames read by threads of their own from now on: who takes pictures one by one waits for them instead.
    pub(super) fn reading_beside(self) -> Self {
        self.records.values().for_each(read_beside);
        self
    }

    /// A scenario whose frames are all there.
    pub(super) fn recorded(scenario: Arc<Scenario>, recording: Arc<Recording>) -> Self {
        let mut show = Self::new(scenario, recording);
        show.compute = ComputeState::Done;
        show.take_record();
        show
    }

    fn new(scenario: Arc<Scenario>, recording: Arc<Recording>) -> Self {
        let root = BranchId::ROOT;
        Self {
            playback: Playback::new(scenario.output.frame_every_secs),
            progress: None,
            compute: ComputeState::Paused,
            is_live: false,
            worlds: Arc::new(Worlds::new(scenario.name.clone(), Orders::none())),
            records: BTreeMap::from([(root, Arc::clone(&recording))]),
            shown: World::new(root, Course::of(recording), &scenario),
            comparing: Comparing::default(),
            marks: Vec::new(),
            orders: Orders::none(),
            outcomes: Vec::new(),
            choices: choices(&scenario),
            clock: Clock::new(&scenario).map(Arc::new),
            outline: Arc::new(outline(&scenario)),
            scenario,
        }
    }

    /// The branch on screen in the tree.
    pub(super) fn branch(&self) -> Option<&Branch> {
        self.worlds.branch(self.shown.branch).ok()
    }

    /// Earliest time at which the branch on screen still takes an order, s.
    pub(super) fn open_from_secs(&self) -> f64 {
        let told = self.branch().map_or(0.0, |branch| branch.open_from_secs);
        self.progress.map_or(told, |progress| progress.open_from_secs.max(told))
    }

    /// The name of a branch; the root bears that of the scenario until someone names it.
    pub(super) fn name_of(&self, branch: BranchId, language: Language) -> String {
        match self.worlds.branch(branch) {
            Ok(branch) if branch.id == BranchId::ROOT && branch.name == self.scenario.name => {
                strings::BASELINE.get(language).to_owned()
            }
            Ok(branch) => branch.name.clone(),
            Err(_gone) => String::new(),
        }
    }

    /// Position of a branch among the colours of series.
    pub(super) fn colour_of(&self, branch: BranchId) -> usize {
        self.worlds.branch(branch).map_or(0, |branch| branch.colour as usize)
    }

    /// Takes in the tree as it is now.
    pub(super) fn take_worlds(&mut self, worlds: Arc<Worlds>) {
        self.worlds = worlds;
        self.records.retain(|id, _| self.worlds.branch(*id).is_ok_and(|branch| !branch.is_pruned()));
        tidy(self);
        self.take_orders();
    }

    /// Puts another branch on screen, with the records its course is in. The playhead stays where it is.
    pub(super) fn activate(&mut self, branch: BranchId, records: Vec<(BranchId, f64, Arc<Recording>)>) {
        for (id, _, recording) in &records {
            let known = self.records.insert(*id, Arc::clone(recording));
            if known.is_none_or(|known| !Arc::ptr_eq(&known, recording)) {
                read_beside(recording);
            }
        }
        let pieces = records.into_iter().map(|(_, from_secs, recording)| (from_secs, recording)).collect();
        let Some(course) = Course::new(pieces) else { return };
        (self.progress, self.compute) = (None, ComputeState::Paused);
        self.put_on_screen(branch, course);
    }

    /// Puts another branch on screen without a worker.
    pub(super) fn activate_here(&mut self, branch: BranchId) {
        if let Some(course) = course_of(&self.worlds, &self.records, branch) {
            self.put_on_screen(branch, course);
            self.take_record();
        }
    }

    fn put_on_screen(&mut self, branch: BranchId, course: Course) {
        self.shown = World::new(branch, course, &self.scenario);
        tidy(self);
        self.take_orders();
        self.mark();
    }

    /// Takes in the orders of the branch on screen, if they are others than before.
    fn take_orders(&mut self) {
        let orders = self.worlds.orders(self.shown.branch);
        if orders != self.orders {
            self.outcomes = outcomes(&self.scenario, &orders);
            self.orders = orders;
            self.mark();
        }
    }

    /// Looks for the moments worth going to anew.
    fn mark(&mut self) {
        self.marks = marks(&self.scenario, &self.shown.graphs, &self.orders);
        self.playback.set_marks(self.marks.iter().map(|mark| mark.time_secs).collect());
    }

    /// Takes in what was recorded since the last time.
    pub(super) fn take_record(&mut self) {
        if self.shown.take_record() {
            self.mark();
        }
        self.comparing.take_records();
        self.playback.set_head(self.shown.course.head_secs().unwrap_or(0.0), self.compute == ComputeState::Done);
    }
}
