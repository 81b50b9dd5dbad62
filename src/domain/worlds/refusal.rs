//! Why the tree of branches does not take a change.

use std::fmt;

use super::BranchId;
use crate::domain::text::Bilingual;

/// Why the tree of branches does not take a change.
#[derive(Debug, Clone, PartialEq)]
pub enum WorldRefusal {
    /// There is no branch of this number.
    NoSuchBranch {
        /// The number.
        branch: BranchId,
    },
    /// There is no order of this number.
    NoSuchOrder {
        /// The number.
        order: u32,
    },
    /// The branch was given up.
    Pruned {
        /// Its name.
        name: String,
    },
    /// The branch was not given up.
    NotPruned {
        /// Its name.
        name: String,
    },
    /// The root cannot be given up.
    Root,
    /// A name that says nothing.
    Nameless,
    /// No time of a run.
    Time {
        /// What was asked for, s.
        at_secs: f64,
    },
    /// A branch cannot fork where it has not been yet.
    NotComputed {
        /// Where it should fork, s.
        at_secs: f64,
        /// Where it is, s.
        head_secs: f64,
    },
    /// What is computed depends on the order.
    Computed {
        /// The order.
        order: u32,
        /// Earliest time that is open, s.
        open_from_secs: f64,
    },
    /// There are more branches than numbers.
    TooMany,
}

impl WorldRefusal {
    /// In words.
    pub fn text(&self) -> Bilingual {
        match self {
            Self::NoSuchBranch { branch: BranchId(n) } => {
                Bilingual::new(format!("没有第{n}号分支"), format!("there is no branch {n}"))
            }
            Self::NoSuchOrder { order } => {
                Bilingual::new(format!("没有第{order}号指令"), format!("there is no order {order}"))
            }
            Self::Pruned { name } => {
                Bilingual::new(format!("分支“{name}”已放弃"), format!("the branch {name:?} was given up"))
            }
            Self::NotPruned { name } => {
                Bilingual::new(format!("分支“{name}”并未放弃"), format!("the branch {name:?} was not given up"))
            }
            Self::Root => Bilingual::new("根分支不能放弃", "the root cannot be given up"),
            Self::Nameless => Bilingual::new("分支名不能为空", "a branch needs a name"),
            Self::Time { at_secs } => {
                Bilingual::new(format!("{at_secs}秒不是计算时间"), format!("{at_secs} s is no time of a run"))
            }
            Self::NotComputed { at_secs, head_secs } => Bilingual::new(
                format!("{at_secs}秒尚未计算，目前算到{head_secs}秒"),
                format!("the branch is computed up to {head_secs} s and cannot fork at {at_secs} s"),
            ),
            Self::Computed { order, open_from_secs } => Bilingual::new(
                format!("第{order}号指令已经生效，{open_from_secs}秒以前的指令不能撤回"),
                format!("order {order} is computed with; only those after {open_from_secs} s can be taken back"),
            ),
            Self::TooMany => Bilingual::new("分支太多", "there are too many branches"),
        }
    }
}

impl fmt::Display for WorldRefusal {
    /// The English words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for WorldRefusal {}
