//! World lines (推演分支): the tree of branches that grows where orders are given in the computed past.
//!
//! After Waser et al. (2010, World Lines, IEEE TVCG 16(6)): a branch is a run of the scenario with its orders; it shares
//! the course of its parent up to its fork and goes its own way from there. An order for a time that a branch has still
//! before it is added to that branch; one for a time that is computed already makes a new branch.
//!
//! A pure state machine: it is told what the runs have come to and says what they must be. Nothing here computes, and
//! nothing that was ordered is lost: an order is of one branch, or it was taken back.

use serde::{Deserialize, Serialize};

use crate::domain::order::{Order, Orders};

mod refusal;

pub use refusal::WorldRefusal;

/// Number of a branch: its place in the list, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BranchId(pub u32);

impl BranchId {
    /// The run of the scenario itself.
    pub const ROOT: Self = Self(0);

    fn place(self) -> usize {
        self.0 as usize
    }
}

/// What a branch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BranchState {
    /// It is being computed.
    Computing,
    /// It waits for its turn to be computed.
    Queued,
    /// It stands where it is.
    Paused,
    /// It is computed to its end.
    Done,
    /// It was given up; what was computed of it is gone, its orders are not.
    Pruned,
}

/// A run of the scenario with orders of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Its number.
    pub id: BranchId,
    /// The branch whose course it shares up to the fork; none for the root.
    pub parent: Option<BranchId>,
    /// Where it parts from its parent, s; 0 for the root.
    pub fork_secs: f64,
    /// What people call it.
    pub name: String,
    /// Which colour it is drawn in: a place in a palette that goes round.
    pub colour: u32,
    /// Orders of its own, at the fork or later; those of its parent up to the fork hold too.
    pub orders: Orders,
    /// What it is doing.
    pub state: BranchState,
    /// Computed up to here, s.
    pub head_secs: f64,
    /// Earliest time at which it can still take an order, s; at least the head.
    pub open_from_secs: f64,
}

impl Branch {
    /// Whether it was given up.
    pub fn is_pruned(&self) -> bool {
        self.state == BranchState::Pruned
    }
}

/// A piece of the course of a branch that it shares with an ancestor, or that is its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// The branch that it was computed by.
    pub branch: BranchId,
    /// From, s.
    pub from_secs: f64,
    /// To, s; infinite for the last one.
    pub to_secs: f64,
}

/// Where an order went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// To the branch it was given on.
    Appended,
    /// To a new branch, which is the active one now.
    Forked(BranchId),
}

/// The tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worlds {
    branches: Vec<Branch>,
    active: BranchId,
    next_order: u32,
    taken_back: Vec<(BranchId, Order)>,
}

impl Worlds {
    /// A tree with nothing but a root, which knows these orders from the start.
    pub fn new(root: impl Into<String>, orders: Orders) -> Self {
        let next_order = orders.next_id();
        let branch = Branch {
            id: BranchId::ROOT,
            parent: None,
            fork_secs: 0.0,
            name: root.into(),
            colour: 0,
            orders,
            state: BranchState::Paused,
            head_secs: 0.0,
            open_from_secs: 0.0,
        };
        Self { branches: vec![branch], active: BranchId::ROOT, next_order, taken_back: Vec::new() }
    }

    /// All branches, pruned ones too, in the order in which they came.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// One branch.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn branch(&self, id: BranchId) -> Result<&Branch, WorldRefusal> {
        self.branches.get(id.place()).ok_or(WorldRefusal::NoSuchBranch { branch: id })
    }

    fn branch_mut(&mut self, id: BranchId) -> Result<&mut Branch, WorldRefusal> {
        self.branches.get_mut(id.place()).ok_or(WorldRefusal::NoSuchBranch { branch: id })
    }

    fn living(&self, id: BranchId) -> Result<&Branch, WorldRefusal> {
        let branch = self.branch(id)?;
        if branch.is_pruned() { Err(WorldRefusal::Pruned { name: branch.name.clone() }) } else { Ok(branch) }
    }

    /// The branch that people look at and give orders on.
    pub fn active(&self) -> BranchId {
        self.active
    }

    /// The number that the next order gets: numbers are never used twice, on whatever branch.
    pub fn next_order(&self) -> u32 {
        self.next_order
    }

    /// Orders that were taken back, with the branch they had been of.
    pub fn taken_back(&self) -> &[(BranchId, Order)] {
        &self.taken_back
    }

    /// The branch and its ancestors, from the root on.
    pub fn ancestry(&self, id: BranchId) -> Vec<BranchId> {
        let parent = |id: &BranchId| self.branches.get(id.place()).and_then(|branch| branch.parent);
        let mut line: Vec<BranchId> = std::iter::successors(Some(id), parent).collect();
        line.reverse();
        line
    }

    /// The course of a branch in pieces, each computed by one branch, from 0 on without a gap.
    pub fn course(&self, id: BranchId) -> Vec<Piece> {
        let line = self.ancestry(id);
        let fork_secs = |id: &BranchId| self.branches.get(id.place()).map_or(0.0, |branch| branch.fork_secs);
        let piece = |(k, branch): (usize, &BranchId)| Piece {
            branch: *branch,
            from_secs: fork_secs(branch),
            to_secs: line.get(k + 1).map_or(f64::INFINITY, fork_secs),
        };
        line.iter().enumerate().map(piece).filter(|piece| piece.from_secs < piece.to_secs).collect()
    }

    /// The branch that computed a moment of another's course.
    pub fn computed_by(&self, id: BranchId, time_secs: f64) -> BranchId {
        let course = self.course(id);
        let last = course.iter().rev().find(|piece| piece.from_secs <= time_secs);
        last.or(course.first()).map_or(id, |piece| piece.branch)
    }

    /// All orders that hold on a branch: its own, and those of its ancestors up to the fork.
    pub fn orders(&self, id: BranchId) -> Orders {
        self.orders_until(id, f64::INFINITY)
    }

    fn orders_until(&self, id: BranchId, time_secs: f64) -> Orders {
        let Ok(branch) = self.branch(id) else { return Orders::none() };
        let inherited = branch.parent.map(|parent| self.orders_until(parent, branch.fork_secs.min(time_secs)));
        let mut orders = inherited.unwrap_or_default();
        branch.orders.until(time_secs).iter().for_each(|order| orders.insert(order.clone()));
        orders
    }

    /// The last fork on a branch, s: what it was ordered up to then is of the branches that grew there too, those that
    /// were given up included. Minus infinity without any.
    fn last_fork_secs(&self, id: BranchId) -> f64 {
        let grown = self.branches.iter().filter(|branch| branch.parent == Some(id));
        grown.map(|branch| branch.fork_secs).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Tells how far a branch is.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn advance(&mut self, id: BranchId, head_secs: f64, open_from_secs: f64) -> Result<(), WorldRefusal> {
        // A run that was interrupted may stand before a fork that it had passed.
        let open_from_secs = open_from_secs.max(head_secs).max(self.last_fork_secs(id));
        let branch = self.branch_mut(id)?;
        branch.head_secs = head_secs;
        branch.open_from_secs = open_from_secs;
        Ok(())
    }

    /// Whether the tree is one that this machine can have made: what comes from a file need not be.
    pub fn is_sound(&self) -> bool {
        let is_time = |secs: f64| secs.is_finite() && secs >= 0.0;
        let fits = |(place, branch): (usize, &Branch)| {
            let has_parent = match branch.parent {
                Some(parent) => place > 0 && parent < branch.id,
                None => place == 0,
            };
            branch.id.place() == place && has_parent && is_time(branch.fork_secs)
        };
        self.branches.iter().enumerate().all(fits) && self.living(self.active).is_ok()
    }

    /// Tells what a branch is doing; one that was pruned stays so.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn set_state(&mut self, id: BranchId, state: BranchState) -> Result<(), WorldRefusal> {
        let branch = self.branch_mut(id)?;
        if !branch.is_pruned() {
            branch.state = state;
        }
        Ok(())
    }

    /// Takes an order on a branch: adds it if its time lies before the branch and after all that grew out of it, else to
    /// a new branch that forks there.
    /// The order gets its number here, and a new branch the name of its deed.
    ///
    /// # Errors
    /// When there is no such branch or it was pruned, or the time is no time of a run.
    pub fn give(&mut self, id: BranchId, mut order: Order) -> Result<Placed, WorldRefusal> {
        let branch = self.living(id)?;
        let at_secs = time_of_a_run(order.at_secs)?;
        let is_open = at_secs >= branch.open_from_secs && at_secs > self.last_fork_secs(id);
        order.id = self.next_order;
        let placed = if is_open {
            Placed::Appended
        } else {
            Placed::Forked(self.fork(id, at_secs, format!("{}{}", order.deed.label().zh, order.id))?)
        };
        let on = if let Placed::Forked(forked) = placed { forked } else { id };
        self.branch_mut(on)?.orders.insert(order);
        self.next_order = self.next_order.saturating_add(1);
        Ok(placed)
    }

    /// Makes a branch that parts from another, or from the ancestor that computed that moment, and makes it the active
    /// one. It has the orders up to that time, that time included, and is computed up to no further.
    ///
    /// # Errors
    /// When there is no such branch, it was pruned, or has not been computed up to that time.
    pub fn fork(&mut self, id: BranchId, at_secs: f64, name: String) -> Result<BranchId, WorldRefusal> {
        let branch = self.living(id)?;
        let at_secs = time_of_a_run(at_secs)?;
        if at_secs > branch.open_from_secs {
            return Err(WorldRefusal::NotComputed { at_secs, head_secs: branch.head_secs });
        }
        let parent = self.computed_by(id, at_secs);
        let number = u32::try_from(self.branches.len()).map_err(|_too_many| WorldRefusal::TooMany)?;
        let forked = BranchId(number);
        self.branches.push(Branch {
            id: forked,
            parent: Some(parent),
            fork_secs: at_secs,
            name,
            colour: number,
            orders: Orders::none(),
            state: BranchState::Queued,
            head_secs: at_secs,
            open_from_secs: at_secs,
        });
        self.active = forked;
        Ok(forked)
    }

    /// Takes back an order that no computed moment depends on.
    ///
    /// # Errors
    /// When there is no such order, its branch was pruned, or its time is computed.
    pub fn take_back(&mut self, order: u32) -> Result<BranchId, WorldRefusal> {
        let of = self.branches.iter().find(|branch| branch.orders.get(order).is_some());
        let id = of.ok_or(WorldRefusal::NoSuchOrder { order })?.id;
        let open_from_secs = self.living(id)?.open_from_secs;
        let branch = self.branch_mut(id)?;
        let at_secs = branch.orders.get(order).map_or(0.0, |order| order.at_secs);
        if at_secs <= open_from_secs {
            return Err(WorldRefusal::Computed { order, open_from_secs });
        }
        let taken = branch.orders.remove(order).ok_or(WorldRefusal::NoSuchOrder { order })?;
        self.taken_back.push((id, taken));
        Ok(id)
    }

    /// Makes a branch the one that people look at.
    ///
    /// # Errors
    /// When there is no such branch or it was pruned.
    pub fn activate(&mut self, id: BranchId) -> Result<(), WorldRefusal> {
        self.active = self.living(id)?.id;
        Ok(())
    }

    /// Gives a branch another name.
    ///
    /// # Errors
    /// When there is no such branch or the name is empty.
    pub fn rename(&mut self, id: BranchId, name: &str) -> Result<(), WorldRefusal> {
        if name.trim().is_empty() {
            return Err(WorldRefusal::Nameless);
        }
        name.trim().clone_into(&mut self.branch_mut(id)?.name);
        Ok(())
    }

    /// Gives up a branch and all that grew out of it; returns them. The active branch is then an ancestor that is left.
    ///
    /// # Errors
    /// When there is no such branch, or it is the root.
    pub fn prune(&mut self, id: BranchId) -> Result<Vec<BranchId>, WorldRefusal> {
        let parent = self.branch(id)?.parent.ok_or(WorldRefusal::Root)?;
        let grown = |branch: &&Branch| !branch.is_pruned() && self.ancestry(branch.id).contains(&id);
        let given_up: Vec<BranchId> = self.branches.iter().filter(grown).map(|branch| branch.id).collect();
        for id in &given_up {
            let branch = self.branch_mut(*id)?;
            branch.state = BranchState::Pruned;
            // What was computed is gone.
            (branch.head_secs, branch.open_from_secs) = (branch.fork_secs, branch.fork_secs);
        }
        if given_up.contains(&self.active) {
            self.active = parent;
        }
        Ok(given_up)
    }

    /// Takes up a branch that was given up, and the ancestors that it needs; returns them, the oldest first. They have to
    /// be computed again, from their forks on.
    ///
    /// # Errors
    /// When there is no such branch, or it was not given up.
    pub fn restore(&mut self, id: BranchId) -> Result<Vec<BranchId>, WorldRefusal> {
        if !self.branch(id)?.is_pruned() {
            return Err(WorldRefusal::NotPruned { name: self.branch(id)?.name.clone() });
        }
        let needed: Vec<BranchId> =
            self.ancestry(id).into_iter().filter(|id| self.branches[id.place()].is_pruned()).collect();
        for id in &needed {
            // What grew out of it while it was computed keeps the orders up to there, as in `advance`.
            let last_fork_secs = self.last_fork_secs(*id);
            let branch = self.branch_mut(*id)?;
            branch.state = BranchState::Queued;
            branch.open_from_secs = branch.open_from_secs.max(last_fork_secs);
        }
        Ok(needed)
    }
}

fn time_of_a_run(at_secs: f64) -> Result<f64, WorldRefusal> {
    if at_secs.is_finite() && at_secs >= 0.0 { Ok(at_secs) } else { Err(WorldRefusal::Time { at_secs }) }
}
