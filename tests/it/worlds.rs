//! World lines: a tree whatever is done to it, no order lost, one course for every moment.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]
#![expect(clippy::float_cmp, reason = "times are handed on, not computed")]

use std::collections::BTreeSet;

use hetu::domain::order::{Deed, Given, Order, Orders};
use hetu::domain::worlds::{BranchId, BranchState, Placed, WorldRefusal, Worlds};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;

fn order(at_secs: f64) -> Order {
    let deed = Deed::CloseRoad { road: "S1".into() };
    Order { id: 0, at_secs, given: Given::default(), author: String::new(), reason: String::new(), deed }
}

fn ids(orders: &Orders) -> Vec<u32> {
    orders.all().iter().map(|order| order.id).collect()
}

/// A root computed up to 1000 s with orders at 100 and 900 s.
fn computed() -> Worlds {
    let mut worlds = Worlds::new("root", Orders::none());
    worlds.give(BranchId::ROOT, order(100.0)).unwrap();
    worlds.give(BranchId::ROOT, order(900.0)).unwrap();
    worlds.advance(BranchId::ROOT, 1000.0, 1060.0).unwrap();
    worlds
}

#[test]
fn an_order_ahead_is_added_and_one_in_the_past_makes_a_branch() {
    let mut worlds = computed();
    assert_eq!(worlds.give(BranchId::ROOT, order(1060.0)), Ok(Placed::Appended));
    let Ok(Placed::Forked(branch)) = worlds.give(BranchId::ROOT, order(500.0)) else { panic!("500 s is computed") };
    assert_eq!((worlds.active(), worlds.branch(branch).unwrap().parent), (branch, Some(BranchId::ROOT)));
    assert_eq!(ids(&worlds.orders(branch)), [1, 4], "what the root had been told for later does not hold here");
    assert_eq!(ids(&worlds.orders(BranchId::ROOT)), [1, 2, 3]);
    assert_eq!(worlds.branch(branch).unwrap().name, "封闭道路4");
    // A branch of the branch at a time that the root computed grows out of the root.
    worlds.advance(branch, 800.0, 800.0).unwrap();
    let early = worlds.fork(branch, 50.0, "early".into()).unwrap();
    assert_eq!(worlds.branch(early).unwrap().parent, Some(BranchId::ROOT));
    assert_eq!(ids(&worlds.orders(early)), [0_u32; 0]);
    let late = worlds.fork(branch, 700.0, "late".into()).unwrap();
    assert_eq!(worlds.branch(late).unwrap().parent, Some(branch));
    assert_eq!(ids(&worlds.orders(late)), [1, 4]);
    let course: Vec<_> = worlds.course(late).iter().map(|p| (p.branch, p.from_secs, p.to_secs)).collect();
    assert_eq!(course, [(BranchId::ROOT, 0.0, 500.0), (branch, 500.0, 700.0), (late, 700.0, f64::INFINITY)]);
    assert_eq!(worlds.computed_by(late, 600.0), branch);
}

#[test]
fn only_an_order_ahead_can_be_taken_back() {
    let mut worlds = computed();
    worlds.give(BranchId::ROOT, order(2000.0)).unwrap();
    assert_eq!(worlds.take_back(2), Err(WorldRefusal::Computed { order: 2, open_from_secs: 1060.0 }));
    assert_eq!(worlds.take_back(3), Ok(BranchId::ROOT));
    assert_eq!(worlds.take_back(3), Err(WorldRefusal::NoSuchOrder { order: 3 }));
    assert_eq!(worlds.taken_back().len(), 1);
    worlds.give(BranchId::ROOT, order(2000.0)).unwrap();
    assert_eq!(ids(&worlds.orders(BranchId::ROOT)), [1, 2, 4], "numbers are never used twice");
}

#[test]
fn what_holds_on_a_branch_is_not_changed_by_orders_on_its_parent() {
    let mut worlds = computed();
    let branch = worlds.fork(BranchId::ROOT, 1060.0, "b".into()).unwrap();
    assert_eq!(ids(&worlds.orders(branch)), [1, 2]);
    // The root stands just where the branch left it.
    assert!(matches!(worlds.give(BranchId::ROOT, order(1060.0)), Ok(Placed::Forked(_))));
    assert_eq!(worlds.give(BranchId::ROOT, order(1060.5)), Ok(Placed::Appended));
    assert_eq!(ids(&worlds.orders(branch)), [1, 2]);
    // An interrupted root is taken up before the fork.
    worlds.advance(BranchId::ROOT, 950.0, 950.0).unwrap();
    assert!(matches!(worlds.give(BranchId::ROOT, order(970.0)), Ok(Placed::Forked(_))));
    assert_eq!(ids(&worlds.orders(branch)), [1, 2]);
}

#[test]
fn what_cannot_be_a_tree_is_told_from_one() {
    let mut worlds = computed();
    worlds.fork(BranchId::ROOT, 400.0, "a".into()).unwrap();
    assert!(worlds.is_sound());
    // Each number of a branch is a byte of its own in this form, so all of them are tried.
    let bytes = postcard::to_stdvec(&worlds).unwrap();
    let (mut n_unsound, mut n_decoded) = (0, 0);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x05;
        if let Ok(changed) = postcard::from_bytes::<Worlds>(&changed) {
            n_decoded += 1;
            n_unsound += usize::from(!changed.is_sound());
            if changed.is_sound() {
                assert!(changed.branches().iter().all(|branch| !changed.course(branch.id).is_empty()));
            }
        }
    }
    assert!(n_unsound > 3 && n_decoded > n_unsound, "{n_unsound} of {n_decoded}");
}

#[test]
fn what_is_given_up_takes_its_branches_along_and_can_be_taken_up_again() {
    let mut worlds = computed();
    let a = worlds.fork(BranchId::ROOT, 400.0, "a".into()).unwrap();
    worlds.advance(a, 800.0, 800.0).unwrap();
    let b = worlds.fork(a, 600.0, "b".into()).unwrap();
    assert_eq!(worlds.prune(BranchId::ROOT), Err(WorldRefusal::Root));
    assert_eq!(worlds.prune(a), Ok(vec![a, b]));
    assert_eq!((worlds.active(), worlds.branch(a).unwrap().head_secs), (BranchId::ROOT, 400.0));
    assert_eq!(worlds.activate(b), Err(WorldRefusal::Pruned { name: "b".into() }));
    assert!(worlds.give(b, order(5000.0)).is_err() && worlds.fork(a, 400.0, "c".into()).is_err());
    assert_eq!(worlds.restore(b), Ok(vec![a, b]));
    assert_eq!(worlds.branch(a).unwrap().state, BranchState::Queued);
    assert_eq!(worlds.restore(b), Err(WorldRefusal::NotPruned { name: "b".into() }));
    assert_eq!(worlds.rename(b, "  "), Err(WorldRefusal::Nameless));
    worlds.rename(b, " 方案二 ").unwrap();
    assert_eq!(worlds.branch(b).unwrap().name, "方案二");
    assert_eq!(worlds.activate(BranchId(9)), Err(WorldRefusal::NoSuchBranch { branch: BranchId(9) }));
}

#[test]
fn what_is_taken_up_again_keeps_the_orders_that_its_branches_have() {
    let mut worlds = computed();
    let a = worlds.fork(BranchId::ROOT, 400.0, "a".into()).unwrap();
    worlds.advance(a, 800.0, 800.0).unwrap();
    let b = worlds.fork(a, 600.0, "b".into()).unwrap();
    worlds.prune(a).unwrap();
    worlds.restore(a).unwrap();
    // `b` is of `a` as it was up to the fork, so an order there makes a branch, though `a` is not computed so far yet.
    let (c, orders_of_b) = (BranchId(b.0 + 1), worlds.orders(b));
    assert_eq!(worlds.give(a, order(600.0)), Ok(Placed::Forked(c)));
    assert_eq!(worlds.branch(c).unwrap().parent, Some(a));
    assert_eq!(worlds.orders(b), orders_of_b);
    assert_eq!(worlds.give(a, order(601.0)), Ok(Placed::Appended));
}

/// Anything that can be asked of a tree; branches by their place, wrapped around.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Give(u32, f64),
    Fork(u32, f64),
    Advance(u32, f64),
    TakeBack(u32),
    Prune(u32),
    Restore(u32),
    Activate(u32),
}

pub(crate) fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let (branch, time) = (0_u32..8, (0_u32..40).prop_map(|k| f64::from(k) * 50.0));
    let times = prop_oneof![9 => time, 1 => prop_oneof![Just(-1.0), Just(f64::NAN), Just(f64::INFINITY)]];
    let ask = prop_oneof![
        4 => (branch.clone(), times.clone()).prop_map(|(b, t)| Ask::Give(b, t)),
        2 => (branch.clone(), times.clone()).prop_map(|(b, t)| Ask::Fork(b, t)),
        4 => (branch.clone(), 0.0..300.0_f64).prop_map(|(b, t)| Ask::Advance(b, t)),
        1 => (0_u32..20).prop_map(Ask::TakeBack),
        1 => branch.clone().prop_map(Ask::Prune),
        1 => branch.clone().prop_map(Ask::Restore),
        1 => branch.prop_map(Ask::Activate),
    ];
    prop::collection::vec(ask, 0..60)
}

fn check(worlds: &Worlds, given: &BTreeSet<u32>) -> Result<(), TestCaseError> {
    let branches = worlds.branches();
    prop_assert!(!worlds.branch(worlds.active()).unwrap().is_pruned());
    let mut seen: Vec<u32> = worlds.taken_back().iter().map(|(_, order)| order.id).collect();
    for (place, branch) in branches.iter().enumerate() {
        prop_assert_eq!(branch.id, BranchId(u32::try_from(place).unwrap()));
        prop_assert_eq!(branch.parent.is_none(), place == 0);
        prop_assert!(branch.head_secs >= branch.fork_secs && branch.open_from_secs >= branch.head_secs);
        prop_assert!(branch.orders.all().iter().all(|order| order.at_secs >= branch.fork_secs));
        seen.extend(ids(&branch.orders));
        if let Some(parent) = branch.parent {
            let parent = worlds.branch(parent).unwrap();
            prop_assert!(parent.id < branch.id && parent.fork_secs <= branch.fork_secs);
            prop_assert!(branch.is_pruned() || !parent.is_pruned());
        }
        // The course has no gap, and each moment one branch, whose own course agrees.
        let course = worlds.course(branch.id);
        prop_assert_eq!(course[0].from_secs, 0.0);
        prop_assert!(course.windows(2).all(|pieces| pieces[0].to_secs == pieces[1].from_secs));
        prop_assert_eq!(course.last().unwrap().to_secs, f64::INFINITY);
        for piece in &course {
            prop_assert_eq!(worlds.computed_by(branch.id, piece.from_secs), piece.branch);
            prop_assert_eq!(worlds.computed_by(piece.branch, piece.from_secs), piece.branch);
            // On a shared piece the orders are those of whoever computed it.
            let upto = |orders: &Orders| orders.until(piece.to_secs.min(1e9) - 1.0).len();
            prop_assert_eq!(upto(&worlds.orders(branch.id)), upto(&worlds.orders(piece.branch)));
        }
    }
    seen.sort_unstable();
    prop_assert_eq!(seen, given.iter().copied().collect::<Vec<_>>(), "each order is in one place");
    Ok(())
}

/// Does what is asked, or says why not.
pub(crate) fn obey(worlds: &mut Worlds, ask: &Ask) -> Option<WorldRefusal> {
    let n_branches = u32::try_from(worlds.branches().len()).unwrap();
    let id = |place: u32| BranchId(place % n_branches);
    match *ask {
        Ask::Give(b, at) => worlds.give(id(b), order(at)).err(),
        Ask::Fork(b, at) => worlds.fork(id(b), at, "f".into()).err(),
        Ask::Advance(b, by) => {
            let branch = worlds.branch(id(b)).unwrap();
            let head = branch.head_secs + by;
            if branch.is_pruned() { None } else { worlds.advance(id(b), head, head + 0.5 * by).err() }
        }
        Ask::TakeBack(number) => worlds.take_back(number).err(),
        Ask::Prune(b) => worlds.prune(id(b)).err(),
        Ask::Restore(b) => worlds.restore(id(b)).err(),
        Ask::Activate(b) => worlds.activate(id(b)).err(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_it_stays_a_tree_and_no_order_is_lost(asks in asks()) {
        let mut worlds = Worlds::new("root", Orders::none());
        let mut given = BTreeSet::new();
        for ask in asks {
            let before = worlds.clone();
            let number = worlds.next_order();
            let refused = obey(&mut worlds, &ask);
            if matches!(ask, Ask::Give(..)) && refused.is_none() {
                given.insert(number);
            }
            if refused.is_some() {
                prop_assert_eq!(&before, &worlds, "a refusal changes nothing");
            }
            check(&worlds, &given)?;
        }
        let bytes = postcard::to_stdvec(&worlds).unwrap();
        prop_assert!(worlds.is_sound());
        prop_assert_eq!(postcard::from_bytes::<Worlds>(&bytes).unwrap(), worlds);
    }
}
