//! Sessions with branches: one file for all of them, taken up again, damaged, without room.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::float_cmp, reason = "times are handed on, not computed")]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hetu::domain::order::Orders;
use hetu::domain::recording::{Course, Recording};
use hetu::domain::scenario::Scenario;
use hetu::domain::worlds::{Branch, BranchId, BranchState, Worlds};
use hetu::engine::{BatchPlan, Command, Engine, EngineSettings, Event, RecordPlan, run_batch_as};
use hetu::io::session::{Lost, Session, SessionCache, SessionError, SessionStore, SessionWriter};
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::branches::{Room, orders, wall};
use crate::cli::{assert_code, hetu, stdout};
use crate::orders::{breach_deed, hash_of, scenario};
use crate::worlds::{asks, obey};

const TWO_THREADS: EngineSettings = EngineSettings { threads: 2, beside_window: false };

/// The only session of a folder; nothing else is beside it.
fn only_session(folder: &Path) -> PathBuf {
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    file.clone()
}

fn batch(orders: Orders) -> Arc<Recording> {
    let plan = BatchPlan { orders, ..BatchPlan::default() };
    run_batch_as(&Arc::new(scenario()), &TWO_THREADS, plan, &mut |_event| {}).unwrap().recording
}

fn assert_same_frames(found: &Course, expected: &Recording) {
    assert_eq!(found.times(), expected.times());
    for index in 0..expected.n_frames() {
        assert_eq!(found.frame(index), expected.frame(index), "frame {index}");
    }
}

/// The breach at 60 s on the root, the wall at 133.3 s on a branch; both computed to their ends.
fn two_branches(folder: &Path) -> (PathBuf, Worlds, [u64; 2]) {
    let mut room = Room::saving(&scenario(), Some(SessionCache::in_folder(folder)));
    room.give(60.0, breach_deed());
    room.ask(Command::RunTo(1e9));
    let root = room.until_finished();
    room.give(133.3, wall());
    let branch = room.until_finished();
    room.until_all_done();
    room.ask(Command::Rename(BranchId(1), "子埝".into()));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(|branch| branch.name == "子埝"));
    let worlds = room.worlds().clone();
    drop(room);
    (only_session(folder), worlds, [root, branch])
}

fn root_orders() -> Orders {
    orders(&[(1, 60.0, breach_deed())])
}

fn branch_orders() -> Orders {
    orders(&[(1, 60.0, breach_deed()), (2, 133.3, wall())])
}

#[test]
fn all_branches_come_back_from_one_file() {
    let folder = TempDir::new().unwrap();
    let (path, worlds, hashes) = two_branches(folder.path());
    let session = Session::open_checked(&path).unwrap();
    assert_eq!(session.lost, []);
    assert_eq!(session.worlds, worlds);
    assert!(session.is_complete());
    assert_eq!(session.worlds.branch(BranchId(1)).unwrap().name, "子埝");
    assert_eq!([session.orders_of(BranchId::ROOT), session.orders_of(BranchId(1))], [root_orders(), branch_orders()]);
    let found: Vec<u64> = session.summaries.values().map(|summary| summary.state_hash).collect();
    assert_eq!(found, hashes);
    assert_same_frames(&Course::of(Arc::clone(&session.recording)), &batch(root_orders()));
    let own = &session.recordings[&BranchId(1)];
    assert_eq!(own.times()[0], 125.0, "its run began at the frame before the fork");
    let (course, whole) = (session.course(BranchId(1)).unwrap(), batch(branch_orders()));
    assert_same_frames(&course, &whole);
    assert_eq!(course.all().0, whole.samples_from(0));
    // There are cells without arrival, which no number says.
    let extremes = [course.envelope(), whole.envelope()].map(|envelope| format!("{:?}", envelope.unwrap()));
    assert!(extremes[0] == extremes[1], "the extremes differ");
    let (checkpoint, _mark) = session.checkpoint_before(BranchId(1), 299.0).unwrap().unwrap();
    assert_eq!(checkpoint.time_secs(), 275.0);
    assert!(session.checkpoint_before(BranchId(1), 120.0).unwrap().is_none(), "that is of the root");
    let records: Vec<(BranchId, f64)> = session.records(BranchId(1)).iter().map(|(of, from, _)| (*of, *from)).collect();
    assert_eq!(records, [(BranchId::ROOT, 0.0), (BranchId(1), 133.3)]);
}

#[test]
fn a_session_opened_again_is_there_at_once_and_branches_from_its_checkpoints() {
    let folder = TempDir::new().unwrap();
    let (path, _worlds, hashes) = two_branches(folder.path());
    let session = Session::open(&path).unwrap();
    let head = session.recordings[&BranchId(1)].n_frames();
    let mut room = Room::resume(session);
    assert_eq!(room.worlds().active(), BranchId(1));
    assert_eq!(room.until_finished(), hashes[1], "without a step");
    let [(BranchId::ROOT, _, _), (BranchId(1), 133.3, record)] = &room.records[..] else {
        panic!("{:?}", room.records)
    };
    assert_eq!(record.n_frames(), head);

    room.give(210.0, breach_deed());
    let later = room.until_finished();
    let all = orders(&[(1, 60.0, breach_deed()), (2, 133.3, wall()), (3, 210.0, breach_deed())]);
    assert_eq!(later, hash_of(&scenario(), all.clone()));
    let (BranchId(2), _, record) = room.records.last().unwrap() else { panic!("{:?}", room.records) };
    assert_eq!(record.times()[0], 200.0, "from the checkpoint before it");
    assert_eq!([room.hash(0), room.hash(1), room.hash(2)], [hashes[0], hashes[1], later]);
    room.records.clear();
    drop(room);
    let session = Session::open_checked(&only_session(folder.path())).unwrap();
    assert_eq!((session.lost.len(), session.living().len()), (0, 3));
    assert_same_frames(&session.course(BranchId(2)).unwrap(), &batch(all));
}

#[test]
fn interrupted_branches_go_on_and_leave_no_trace_of_it() {
    let folder = TempDir::new().unwrap();
    let cache = SessionCache::in_folder(folder.path());
    let mut room = Room::saving(&scenario(), Some(cache.clone()));
    room.stand_at(150.0);
    room.ask(Command::SetSpeedLimit(Some(1.0)));
    room.give(90.0, wall());
    room.until(|_room, event| matches!(event, Event::Activated { branch: BranchId(1), .. }));
    room.ask(Command::Pause);
    room.until(|_room, event| matches!(event, Event::Progress(progress) if !progress.is_running));
    room.records.clear();
    drop(room);
    let (path, head_secs) = cache.interrupted().unwrap();
    assert_eq!(head_secs, 150.0);
    let session = Session::open(&path).unwrap();
    assert!(session.worlds.branches().iter().all(|branch| branch.state == BranchState::Paused), "{:?}", session.worlds);
    // A branch of which no frame was written yet goes on all the same.
    Connection::open(&path).unwrap().execute_batch("DELETE FROM frames WHERE branch = 1").unwrap();

    let mut room = Room::resume(Session::open(&path).unwrap());
    // Not computed yet on the branch; on the root 120 s is recorded, and 220 s is not.
    room.give(250.0, breach_deed());
    room.ask(Command::Activate(BranchId::ROOT));
    room.give(220.0, breach_deed());
    room.give(120.0, breach_deed());
    room.until(|_room, event| matches!(event, Event::Activated { branch: BranchId(2), .. }));
    for branch in 0..3 {
        room.ask(Command::Activate(BranchId(branch)));
        room.ask(Command::RunTo(1e9));
    }
    room.until_all_done();
    let expected = [
        orders(&[(3, 220.0, breach_deed())]),
        orders(&[(1, 90.0, wall()), (2, 250.0, breach_deed())]),
        orders(&[(4, 120.0, breach_deed())]),
    ];
    room.records.clear();
    drop(room);
    let session = Session::open_checked(&only_session(folder.path())).unwrap();
    assert_eq!(session.lost, []);
    for (expected, branch) in expected.into_iter().zip(0..) {
        let branch = BranchId(branch);
        assert_eq!(session.orders_of(branch), expected);
        assert_eq!(session.summaries[&branch].state_hash, hash_of(&scenario(), expected.clone()), "{branch:?}");
        let (course, whole) = (session.course(branch).unwrap(), batch(expected));
        assert_same_frames(&course, &whole);
        assert_eq!(course.all().0, whole.samples_from(0));
    }
}

#[test]
fn what_a_killed_process_left_of_an_unknown_branch_is_in_nobodys_way() {
    let folder = TempDir::new().unwrap();
    let cache = SessionCache::in_folder(folder.path());
    let mut room = Room::saving(&scenario(), Some(cache.clone()));
    room.ask(Command::RunTo(1e9));
    room.until_finished();
    drop(room);
    let path = only_session(folder.path());
    // A frame of a branch was written, its place in the tree was not.
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "INSERT INTO frames (i, time_secs, key, readings, head_checksum, fields, fields_checksum)
             SELECT i + 4294967296, time_secs, key, readings, head_checksum, fields, fields_checksum FROM frames",
        )
        .unwrap();
    let session = Session::open_checked(&path).unwrap();
    assert_eq!((session.lost.len(), session.recordings.len()), (0, 1));
    let mut room = Room::resume(session);
    room.until_finished(); // the root, as it was recorded
    room.give(133.3, wall());
    let hash = room.until_finished();
    assert_eq!(hash, hash_of(&scenario(), orders(&[(1, 133.3, wall())])));
    room.records.clear();
    drop(room);
    let session = Session::open_checked(&path).unwrap();
    assert_eq!((session.lost.len(), session.recordings[&BranchId(1)].n_frames()), (0, 8));
}

fn n_frames_of(path: &Path, branch: u32) -> i64 {
    let database = Connection::open(path).unwrap();
    database.query_row("SELECT count(*) FROM frames WHERE branch = ?1", [branch], |row| row.get(0)).unwrap()
}

#[test]
fn a_branch_given_up_leaves_the_file_and_comes_back_the_same() {
    let folder = TempDir::new().unwrap();
    let (path, _worlds, hashes) = two_branches(folder.path());
    let n_frames = n_frames_of(&path, 1);
    assert_eq!(n_frames, 8);
    let mut room = Room::resume(Session::open(&path).unwrap());
    room.ask(Command::Prune(BranchId(1)));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(Branch::is_pruned));
    room.until(|_room, event| matches!(event, Event::Progress(_)));
    room.records.clear();
    drop(room);
    assert_eq!(n_frames_of(&path, 1), 0);
    let session = Session::open_checked(&path).unwrap();
    assert_eq!((session.lost.len(), session.living()), (0, vec![BranchId::ROOT]));
    let mut room = Room::resume(session);
    room.ask(Command::Restore(BranchId(1)));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(|branch| !branch.is_pruned()));
    room.ask(Command::RunTo(1e9));
    room.until_all_done();
    assert_eq!(room.hash(1), hashes[1]);
    room.records.clear();
    drop(room);
    assert_eq!(n_frames_of(&path, 1), n_frames);
    assert_eq!(Session::open_checked(&path).unwrap().lost, []);
}

#[test]
fn damage_to_a_branch_is_named_and_the_others_are_whole() {
    let folder = TempDir::new().unwrap();
    let (path, _worlds, hashes) = two_branches(folder.path());
    let tamper = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    tamper(
        "UPDATE frames SET fields = zeroblob(length(fields)) WHERE branch = 1 AND i % 4294967296 = 3;
         UPDATE samples SET blob = x'00' WHERE first = (SELECT max(first) FROM samples WHERE branch = 1);
         UPDATE parts SET blob = x'00' WHERE branch = 1 AND name = 'summary';
         UPDATE checkpoints SET blob = x'00' WHERE branch = 1 AND time_secs > 260;
         UPDATE parts SET blob = x'00' WHERE name = 'worlds';",
    );
    let session = Session::open_checked(&path).unwrap();
    assert!(session.lost.iter().all(|lost| lost.branch() == BranchId(1)), "{:?}", session.lost);
    assert!(matches!(
        session.lost[..],
        [
            Lost::Frame { index: 3, .. },
            Lost::Samples { .. },
            Lost::Checkpoint { .. },
            Lost::Checkpoint { .. },
            Lost::Part { part: "summary", .. }
        ]
    ));
    assert!(session.lost[0].to_string().ends_with(" of branch 1"), "{}", session.lost[0]);
    assert_same_frames(&Course::of(Arc::clone(&session.recording)), &batch(root_orders()));
    assert_eq!(session.recordings[&BranchId(1)].n_frames(), 7);
    // It can be gone on with all the same.
    let mut room = Room::resume(session);
    room.ask(Command::RunTo(1e9));
    assert_eq!(room.until_finished(), hashes[1]);
    room.records.clear();
    drop(room);
    // Without the tree nobody knows how the branches hang together, but their frames are there.
    tamper("UPDATE parts SET blob = x'00' WHERE name IN ('worlds', 'worlds-copy')");
    let session = Session::open_checked(&path).unwrap();
    let tree = Lost::Part { branch: BranchId::ROOT, part: "worlds" };
    assert!(session.lost.contains(&tree) && session.recordings.len() == 2);
    assert_eq!(session.orders, root_orders(), "the root's own list is still there");
}

/// What taking up a session is refused with.
fn refusal(session: Session) -> String {
    let engine = Engine::start(&TWO_THREADS, None).unwrap();
    engine.resume(Arc::new(session)).unwrap();
    match engine.events().recv_timeout(Duration::from_mins(1)).unwrap() {
        Event::Failed { message } => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_one_at_a_time_records_into_a_session_and_only_into_what_it_has_seen() {
    let folder = TempDir::new().unwrap();
    let (path, _worlds, _hashes) = two_branches(folder.path());
    let stale = Session::open(&path).unwrap();
    let mut room = Room::resume(Session::open(&path).unwrap());
    let message = refusal(Session::open(&path).unwrap());
    assert!(message.starts_with("another process is recording into this session: "), "{message}");
    let error = SessionWriter::create(&path, &scenario()).unwrap_err();
    assert!(matches!(error, SessionError::InUse { .. }), "{error}");
    room.give(200.0, breach_deed());
    room.ask(Command::Activate(BranchId(1)));
    room.ask(Command::Prune(BranchId(1)));
    room.until(|room, _event| room.worlds().branch(BranchId(1)).is_ok_and(Branch::is_pruned));
    room.records.clear();
    drop(room);
    let message = refusal(stale);
    assert!(message.starts_with("the session was recorded into since it was opened"), "{message}");
    Connection::open(&path)
        .unwrap()
        .execute_batch("UPDATE meta SET value = 'hetu 0' WHERE key = 'created_by'")
        .unwrap();
    let message = refusal(Session::open(&path).unwrap());
    assert!(message.starts_with("the session was recorded by hetu 0, and only that build can go on"), "{message}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_cannot_be_written_to_is_refused_before_anything_is_computed() {
    let record = RecordPlan::into_file(Path::new("/sys/run.hetu"));
    let plan = BatchPlan { record, ..BatchPlan::default() };
    let mut n_events = 0;
    let refused = run_batch_as(&Arc::new(scenario()), &TWO_THREADS, plan, &mut |_event| n_events += 1);
    let message = refused.unwrap_err().to_string();
    let expected = "nothing was computed, for it could not be recorded: \
                    the file or its folder cannot be written to: /sys/run.hetu";
    assert_eq!((message.as_str(), n_events), (expected, 0));
}

/// Takes all but a little of the room that a session may grow to, or gives it back.
fn ballast(path: &Path, n_bytes: Option<u64>) {
    let database = Connection::open(path).unwrap();
    database.busy_timeout(Duration::from_secs(20)).unwrap();
    match n_bytes {
        Some(n_bytes) => {
            database.execute_batch("CREATE TABLE ballast (blob BLOB)").unwrap();
            let n_bytes = i64::try_from(n_bytes).unwrap();
            database.execute("INSERT INTO ballast VALUES (zeroblob(?1))", [n_bytes]).unwrap();
        }
        None => database.execute_batch("DROP TABLE ballast").unwrap(),
    }
}

const ROOM_BYTES: u64 = 16 << 20;

#[test]
fn a_run_on_a_full_disk_stands_still_and_goes_on_without_a_gap() {
    let folder = TempDir::new().unwrap();
    let cache = SessionCache::in_folder(folder.path()).with_most_bytes(ROOM_BYTES);
    let mut room = Room::saving(&scenario(), Some(cache.clone()));
    room.give(60.0, breach_deed());
    room.stand_at(50.0);
    let path = cache.list().remove(0).path;
    ballast(&path, Some(ROOM_BYTES - (1 << 18)));
    room.ask(Command::RunTo(1e9));
    room.until(|room, _event| !room.unrecorded.is_empty());
    let message = room.unrecorded[0].clone();
    assert!(message.contains("in the session and can be shown: the disk is full"), "{message}");
    // What is there can be shown meanwhile, and asking again without room says so again.
    let n_before = Session::open_checked(&path).unwrap().recording.n_frames();
    assert!((3..12).contains(&n_before), "{n_before}");
    room.ask(Command::RunTo(1e9));
    room.until(|room, _event| room.unrecorded.len() > 1);
    ballast(&path, None);
    room.ask(Command::RunTo(1e9));
    let expected = hash_of(&scenario(), root_orders());
    assert_eq!(room.until_finished(), expected);
    drop(room);
    let session = Session::open_checked(&path).unwrap();
    assert_eq!(session.lost, []);
    assert_same_frames(&Course::of(Arc::clone(&session.recording)), &batch(root_orders()));
    assert_eq!(session.recording.samples_from(0), batch(root_orders()).samples_from(0));
    assert_eq!(session.summary.unwrap().state_hash, expected);
}

#[test]
fn a_batch_run_on_a_full_disk_stops_and_keeps_what_it_has() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("run.hetu");
    let record = RecordPlan { most_bytes: Some(3 << 17), ..RecordPlan::into_file(&path) };
    let plan = BatchPlan { record, orders: root_orders(), ..BatchPlan::default() };
    let stopped = run_batch_as(&Arc::new(scenario()), &TWO_THREADS, plan, &mut |_event| {});
    let message = stopped.unwrap_err().to_string();
    assert!(message.starts_with("the run cannot be recorded any further; "), "{message}");
    let session = Session::open_checked(&path).unwrap();
    let whole = batch(root_orders());
    let n_frames = session.recording.n_frames();
    assert!(n_frames < whole.n_frames() && session.lost.is_empty() && !session.is_complete(), "{n_frames}");
    assert_eq!(session.recording.times(), whole.times()[..n_frames]);
    assert_eq!(session.orders, root_orders(), "they were known before the first frame");
}

#[test]
fn branches_are_replayed_and_compared_from_the_command_line() {
    let folder = TempDir::new().unwrap();
    let (path, _worlds, [root, branch]) = two_branches(folder.path());
    let (here, file) = (folder.path(), path.to_str().unwrap());
    let replayed = hetu(here, &["replay", file]);
    assert_code(&replayed, 0);
    let words = stdout(&replayed);
    assert_eq!(words.matches("the same to the last bit").count(), 2, "{words}");
    assert!(words.contains("子埝  0.1 h with 2 order(s)"), "{words}");
    for hash in [root, branch] {
        assert!(words.contains(&format!("{hash:016x} recorded, {hash:016x} replayed")), "{words}");
    }
    let one = hetu(here, &["replay", file, "--branch", "子埝"]);
    assert_code(&one, 0);
    assert_eq!(stdout(&one).matches("the same to the last bit").count(), 1);
    let none = hetu(here, &["replay", file, "--branch", "nobody"]);
    assert_code(&none, 2);
    let words = String::from_utf8_lossy(&none.stderr).into_owned();
    assert!(words.contains("--branch is 'nobody', and the session has busy, 子埝"), "{words}");

    let compared = hetu(here, &["compare", file, "-o", "beside"]);
    assert_code(&compared, 0);
    let table = fs::read_to_string(here.join("beside/compare.csv")).unwrap();
    assert!(table.starts_with("figure,of_zh,of_en,unit,busy,子埝,子埝_minus_busy\n"), "{table}");

    let tamper = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    tamper(
        "UPDATE parts SET blob = (SELECT blob FROM parts WHERE branch = 0 AND name = 'summary'),
                checksum = (SELECT checksum FROM parts WHERE branch = 0 AND name = 'summary')
            WHERE branch = 1 AND name = 'summary'",
    );
    assert_code(&hetu(here, &["replay", file]), 1);
    tamper("UPDATE meta SET value = 'hetu 0' WHERE key = 'created_by'");
    let other = hetu(here, &["replay", file]);
    assert_code(&other, 2);
    assert!(String::from_utf8_lossy(&other.stderr).contains("recorded by hetu 0; only that build"));
}

/// What of a tree does not follow from the frames.
fn essence(worlds: &Worlds) -> String {
    let of = |branch: &Branch| {
        let Branch { id, parent, fork_secs, name, colour, orders, .. } = branch;
        format!("{id:?} {parent:?} {fork_secs} {name} {colour} {orders:?} {}", branch.is_pruned())
    };
    let branches: Vec<String> = worlds.branches().iter().map(of).collect();
    format!("{branches:?} {:?} {} {:?}", worlds.active(), worlds.next_order(), worlds.taken_back())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_comes_back_from_the_file_as_it_was_put_there(asks in asks()) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("tree.hetu");
        let scenario: Scenario = crate::engine::scenario("tree", 600.0);
        let file = SessionStore::create(&path, &scenario).unwrap();
        let mut worlds = Worlds::new("root", Orders::none());
        for ask in asks {
            obey(&mut worlds, &ask);
        }
        file.put_worlds(&worlds, &[]).unwrap();
        let session = Session::open_checked(&path).unwrap();
        prop_assert_eq!(essence(&session.worlds), essence(&worlds));
        prop_assert_eq!(session.lost, vec![]);
        let is_told = session.worlds.branches().iter().all(|branch| branch.state != BranchState::Computing);
        prop_assert_eq!(is_told, true, "nobody computes a session that is only read");
    }
}

#[test]
fn a_copy_of_a_session_has_all_of_it_and_never_takes_the_place_of_the_first() {
    let folder = TempDir::new().unwrap();
    let mut room = Room::saving(&scenario(), Some(SessionCache::in_folder(folder.path())));
    room.ask(Command::RunTo(1e9));
    room.until_finished();
    room.give(133.3, wall());
    room.until_finished();
    room.until_all_done();
    let mut saved_to = |path: PathBuf| {
        room.ask(Command::SaveAs(path));
        let told = RefCell::new(None);
        room.until(|_room, event| {
            let Event::Saved { result, .. } = event else { return false };
            *told.borrow_mut() = Some(result.clone());
            true
        });
        told.into_inner().unwrap()
    };
    let copy = folder.path().join("elsewhere.hetu");
    assert_eq!(saved_to(copy.clone()), Ok(()));
    let refused = saved_to(only_session_but(folder.path(), &copy)).unwrap_err();
    assert!(refused.contains("in use") || refused.contains("recording"), "{refused}");
    assert!(saved_to(folder.path().join("nowhere").join("x.hetu")).is_err());
    let session = Session::open_checked(&copy).unwrap();
    assert_eq!((session.lost.len(), session.living().len()), (0, 2));
    let all = orders(&[(1, 133.3, wall())]);
    assert_same_frames(&session.course(BranchId(1)).unwrap(), &batch(all));
}

/// The session in a folder that is not that one.
fn only_session_but(folder: &Path, other: &Path) -> PathBuf {
    let saved = SessionCache::in_folder(folder).list();
    saved.into_iter().map(|saved| saved.path).find(|path| path != other).unwrap()
}

#[test]
fn a_run_that_cannot_be_saved_says_so_and_goes_on_in_memory() {
    let folder = TempDir::new().unwrap();
    let in_the_way = folder.path().join("sessions");
    fs::write(&in_the_way, "a file where the folder should be").unwrap();
    let mut room = Room::saving(&scenario(), Some(SessionCache::in_folder(&in_the_way)));
    room.ask(Command::RunTo(1e9));
    assert_eq!(room.until_finished(), hash_of(&scenario(), Orders::none()));
    assert!(room.unsaved.as_deref().is_some_and(|message| message.contains("sessions")), "{:?}", room.unsaved);
}
