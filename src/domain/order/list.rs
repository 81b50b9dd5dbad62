//! The orders of a run.

use serde::{Deserialize, Serialize};

use super::{Order, Refusal, take};
use crate::domain::scenario::Scenario;

/// Orders by the time at which they take effect, then by number. Numbers are unique.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Orders(Vec<Order>);

impl Orders {
    /// None.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// All, in the order in which they take effect.
    pub fn all(&self) -> &[Order] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The order with a number.
    pub fn get(&self, id: u32) -> Option<&Order> {
        self.0.iter().find(|order| order.id == id)
    }

    /// The smallest number above all that are taken; 1 for the first.
    pub fn next_id(&self) -> u32 {
        self.0.iter().map(|order| order.id).max().map_or(1, |id| id.saturating_add(1))
    }

    /// Adds an order; one of the same number is replaced.
    pub fn insert(&mut self, order: Order) {
        self.remove(order.id);
        let key = |order: &Order| (order.at_secs, order.id);
        let place = self.0.partition_point(|other| {
            let (a, b) = (key(other), key(&order));
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).is_lt()
        });
        self.0.insert(place, order);
    }

    /// Takes an order out.
    pub fn remove(&mut self, id: u32) -> Option<Order> {
        let place = self.0.iter().position(|order| order.id == id)?;
        Some(self.0.remove(place))
    }

    /// Those that take effect after one time and not after another, s.
    pub fn between(&self, after_secs: f64, to_secs: f64) -> &[Order] {
        let place = |secs: f64| self.0.partition_point(|order| order.at_secs <= secs);
        let (from, to) = (place(after_secs), place(to_secs));
        &self.0[from..to.max(from)]
    }

    /// Those that hold at a time, s: that time is theirs or later.
    pub fn until(&self, time_secs: f64) -> &[Order] {
        self.between(f64::NEG_INFINITY, time_secs)
    }

    /// Makes a scenario what it is at a time, s. Orders that cannot be carried out are left out and handed back.
    pub fn change(&self, scenario: &mut Scenario, time_secs: f64) -> Vec<(u32, Refusal)> {
        let refused = |order: &Order| take(scenario, order).err().map(|refusal| (order.id, refusal));
        self.until(time_secs).iter().filter_map(refused).collect()
    }
}

impl FromIterator<Order> for Orders {
    fn from_iter<I: IntoIterator<Item = Order>>(orders: I) -> Self {
        let mut all = Self::none();
        orders.into_iter().for_each(|order| all.insert(order));
        all
    }
}
