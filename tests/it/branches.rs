//! Branches in the worker: whatever is given up, taken up or computed in between, each comes to what its orders say.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::float_cmp, reason = "times are handed on, not computed")]

use std::sync::Arc;
use std::time::Duration;

use hetu::domain::order::{Deed, Orders, Refusal, Top};
use hetu::domain::recording::Recording;
use hetu::domain::scenario::Scenario;
use hetu::domain::worlds::{BranchId, BranchState, WorldRefusal, Worlds};
use hetu::engine::{Command, Engine, EngineRefusal, EngineSettings, Event, solver_model};
use hetu::io::session::{Session, SessionCache};

use crate::orders::{breach_deed, hash_of, order, scenario};

/// A drill room: what the worker has told.
pub(crate) struct Room {
    pub(crate) engine: Engine,
    worlds: Option<Arc<Worlds>>,
    pub(crate) records: Vec<(BranchId, f64, Arc<Recording>)>,
    refused: Vec<EngineRefusal>,
    finished: Option<u64>,
    pub(crate) unrecorded: Vec<String>,
    pub(crate) unsaved: Option<String>,
}

impl Room {
    fn open(scenario: &Scenario) -> Self {
        Self::saving(scenario, None)
    }

    /// One whose runs are saved.
    pub(crate) fn saving(scenario: &Scenario, saved: Option<SessionCache>) -> Self {
        let room = Self::empty(saved);
        room.engine.load(Arc::new(scenario.clone())).unwrap();
        room
    }

    /// One that goes on with a session.
    pub(crate) fn resume(session: Session) -> Self {
        let mut room = Self::empty(None);
        room.engine.resume(Arc::new(session)).unwrap();
        room.until(|_room, event| matches!(event, Event::Activated { .. }));
        room
    }

    fn empty(saved: Option<SessionCache>) -> Self {
        let settings = EngineSettings { threads: 2, beside_window: false };
        let engine = Engine::start_saving(&settings, Arc::new(solver_model), None, saved).unwrap();
        Self {
            engine,
            worlds: None,
            records: vec![],
            refused: vec![],
            finished: None,
            unrecorded: vec![],
            unsaved: None,
        }
    }

    pub(crate) fn ask(&mut self, command: Command) {
        self.finished = None;
        self.engine.send(command).unwrap();
    }

    pub(crate) fn give(&mut self, at_secs: f64, deed: Deed) {
        self.ask(Command::Give(Box::new(order(0, at_secs, deed))));
    }

    /// Listens until something is so.
    pub(crate) fn until(&mut self, is_so: impl Fn(&Self, &Event) -> bool) {
        loop {
            let event = self.engine.events().recv_timeout(Duration::from_mins(1)).expect("the worker answers");
            match &event {
                Event::Worlds(worlds) => self.worlds = Some(Arc::clone(worlds)),
                Event::Activated { records, .. } => self.records.clone_from(records),
                Event::Refused(refusal) => self.refused.push(refusal.clone()),
                Event::Finished { summary } => self.finished = Some(summary.state_hash),
                Event::Unrecorded { message } => self.unrecorded.push(message.clone()),
                Event::Unsaved { message } => self.unsaved = Some(message.clone()),
                Event::Failed { message } => panic!("{message}"),
                _ => {}
            }
            if is_so(self, &event) {
                return;
            }
        }
    }

    pub(crate) fn until_finished(&mut self) -> u64 {
        self.until(|room, _event| room.finished.is_some());
        self.finished.unwrap()
    }

    pub(crate) fn is_all_done(&self) -> bool {
        let is_done = |state| matches!(state, BranchState::Done | BranchState::Pruned);
        self.worlds.as_deref().is_some_and(|worlds| worlds.branches().iter().all(|branch| is_done(branch.state)))
    }

    pub(crate) fn until_all_done(&mut self) {
        if !self.is_all_done() {
            self.until(|room, _event| room.is_all_done());
        }
    }

    pub(crate) fn worlds(&self) -> &Worlds {
        self.worlds.as_deref().unwrap()
    }

    pub(crate) fn stand_at(&mut self, at_secs: f64) {
        self.ask(Command::RunTo(at_secs));
        self.until(|_room, event| matches!(event, Event::Progress(p) if p.time_secs == at_secs && !p.is_running));
    }

    /// The hash of a branch that is computed to its end.
    pub(crate) fn hash(&mut self, branch: u32) -> u64 {
        if self.worlds().active() == BranchId(branch) {
            self.ask(Command::RunTo(1e9));
        } else {
            self.ask(Command::Activate(BranchId(branch)));
        }
        self.until_finished()
    }
}

pub(crate) fn wall() -> Deed {
    Deed::Wall { line: vec![[300.0, 400.0], [520.0, 700.0]], top: Top::Height(1.5) }
}

pub(crate) fn orders(all: &[(u32, f64, Deed)]) -> Orders {
    all.iter().map(|(id, at_secs, deed)| order(*id, *at_secs, deed.clone())).collect()
}

#[test]
fn an_order_in_the_computed_past_makes_a_branch_that_comes_to_what_its_orders_say() {
    let scenario = scenario();
    let mut room = Room::open(&scenario);
    room.give(60.0, breach_deed());
    room.ask(Command::RunTo(1e9));
    let root = room.until_finished();
    assert_eq!(root, hash_of(&scenario, orders(&[(1, 60.0, breach_deed())])));

    // Between two frames, after the breach; and a branch of the branch, before it.
    room.give(133.3, wall());
    let branch = room.until_finished();
    assert_eq!(branch, hash_of(&scenario, orders(&[(1, 60.0, breach_deed()), (2, 133.3, wall())])));
    room.give(41.0, wall());
    let early = room.until_finished();
    assert_eq!(early, hash_of(&scenario, orders(&[(3, 41.0, wall())])));
    room.until_all_done();
    let parents: Vec<_> = room.worlds().branches().iter().map(|branch| branch.parent).collect();
    assert_eq!(parents, [None, Some(BranchId::ROOT), Some(BranchId::ROOT)]);

    // The root is what it was, and so is the branch after it was given up and taken up again.
    assert_eq!(room.hash(0), root);
    room.ask(Command::Prune(BranchId(1)));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(|b| b.state == BranchState::Pruned));
    room.ask(Command::Restore(BranchId(1)));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(|b| b.state != BranchState::Pruned));
    room.until_all_done();
    assert_eq!([room.hash(1), room.hash(2), room.hash(0)], [branch, early, root]);
}

#[test]
fn the_parent_goes_on_in_the_background_and_the_records_hang_together() {
    let scenario = scenario();
    let mut room = Room::open(&scenario);
    room.stand_at(150.0);
    // At the pace of the water nothing is far ahead of what is asked for.
    room.ask(Command::SetSpeedLimit(Some(1.0)));
    room.ask(Command::RunTo(1e9));
    room.ask(Command::Fork { of: BranchId::ROOT, at_secs: 90.0, name: "方案".into() });
    room.until(|_room, event| matches!(event, Event::Activated { branch: BranchId(1), .. }));
    let records = room.records.clone();
    room.give(200.0, breach_deed());
    room.ask(Command::SetSpeedLimit(None));
    room.until_all_done();
    assert_eq!(room.refused, []);
    assert_eq!(room.worlds().orders(BranchId(1)).all().len(), 1, "200 s was ahead of the branch");
    assert_eq!(room.hash(1), hash_of(&scenario, orders(&[(1, 200.0, breach_deed())])));
    assert_eq!(room.hash(0), hash_of(&scenario, Orders::none()));

    let [(BranchId::ROOT, root_from, root), (BranchId(1), fork, branch)] = &records[..] else { panic!("{records:?}") };
    assert_eq!((*root_from, *fork), (0.0, 90.0));
    // The branch was computed from the frame before its fork on, and shares it with the root.
    let times = branch.times();
    assert_eq!((times[0], *times.last().unwrap()), (75.0, 300.0));
    let shared = root.times().iter().position(|secs| *secs == 75.0).unwrap();
    assert_eq!(root.frame(shared), branch.frame(0));
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut room = Room::open(&scenario());
    room.stand_at(100.0);
    let asks = [
        (Command::Prune(BranchId::ROOT), EngineRefusal::World(WorldRefusal::Root)),
        (Command::Activate(BranchId(4)), EngineRefusal::World(WorldRefusal::NoSuchBranch { branch: BranchId(4) })),
        (Command::TakeBack(3), EngineRefusal::World(WorldRefusal::NoSuchOrder { order: 3 })),
        (
            Command::Fork { of: BranchId::ROOT, at_secs: 250.0, name: "x".into() },
            EngineRefusal::World(WorldRefusal::NotComputed { at_secs: 250.0, head_secs: 100.0 }),
        ),
        (
            Command::Give(Box::new(order(0, 301.0, breach_deed()))),
            EngineRefusal::Order(Refusal::AfterTheEnd { at_secs: 301.0, end_secs: 300.0 }),
        ),
        (
            Command::Give(Box::new(order(0, 50.0, Deed::CloseRoad { road: String::new() }))),
            EngineRefusal::Order(Refusal::Blank { key: "road" }),
        ),
    ];
    for (command, refusal) in asks {
        room.ask(command);
        room.until(|_room, event| matches!(event, Event::Refused(_)));
        assert_eq!(room.refused.last(), Some(&refusal));
    }
    room.ask(Command::RunTo(1e9));
    assert_eq!(room.until_finished(), hash_of(&scenario(), Orders::none()));
}
