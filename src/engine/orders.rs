//! The orders of a run while it computes: which of them hold already, when the next one must be met, and which times are
//! still open for new ones.
//!
//! Steps shorten so as to end on the next instant of note, so a step that has been taken may have reckoned with an
//! instant ahead of it. The bound of that is known ([`Pending::open_from_secs`]): an order at that time or later is met
//! by the same steps whether it was known before or not. So it does not matter when an order was given, only when it
//! takes effect.

use std::sync::Arc;

use crate::domain::order::{Order, Orders, Preview, Refusal, take};
use crate::domain::scenario::Scenario;
use crate::domain::swe::LONGEST_STEP_SECS;
use crate::engine::RunError;
use crate::engine::model::Model;

/// How far ahead of its beginning a step looks, s: it may be one of a pair.
const OUTLOOK_SECS: f64 = 2.0 * LONGEST_STEP_SECS;

/// The orders of a run.
#[derive(Debug)]
pub(crate) struct Pending {
    all: Orders,
    /// The scenario as the orders up to now have made it.
    changed: Arc<Scenario>,
    /// Orders up to this time hold, s.
    taken_secs: f64,
    open_from_secs: f64,
    /// What is recorded up to here was computed without further orders, s.
    closed_until_secs: f64,
}

impl Pending {
    /// Those of a run of a scenario that begins at the start, or goes on from a time, s: then the orders up to it are in
    /// the scenario of [`Pending::scenario`].
    pub(crate) fn new(scenario: &Arc<Scenario>, all: Orders, resumes_at_secs: Option<f64>) -> Self {
        let mut changed = Arc::clone(scenario);
        let taken_secs = resumes_at_secs.unwrap_or(f64::NEG_INFINITY);
        if !all.until(taken_secs).is_empty() {
            report(&all.change(Arc::make_mut(&mut changed), taken_secs));
        }
        let open_from_secs = resumes_at_secs.unwrap_or(0.0);
        Self { all, changed, taken_secs, open_from_secs, closed_until_secs: f64::NEG_INFINITY }
    }

    /// Takes no more orders before a time, s: the course up to it is recorded, and is only computed again.
    pub(crate) fn close_until(&mut self, time_secs: f64) {
        self.closed_until_secs = time_secs;
        self.open_from_secs = self.open_from_secs.max(time_secs);
    }

    /// All of them.
    pub(crate) fn all(&self) -> &Orders {
        &self.all
    }

    /// The scenario as the orders up to now have made it.
    pub(crate) fn scenario(&self) -> &Arc<Scenario> {
        &self.changed
    }

    /// When the next order that moves water takes effect, s; infinite if none does.
    pub(crate) fn next_secs(&self) -> f64 {
        let ahead = self.all.between(self.taken_secs, f64::INFINITY).iter();
        ahead.filter(|order| order.deed.moves_water()).map(|order| order.at_secs).fold(f64::INFINITY, f64::min)
    }

    /// Earliest time at which a new order can take effect, s; later ones can be taken back.
    pub(crate) fn open_from_secs(&self) -> f64 {
        self.open_from_secs
    }

    /// Notes a step that began at a time and ended at another, s, bound by the next output and by the next order.
    pub(crate) fn note_step(&mut self, [from_secs, to_secs]: [f64; 2], output_secs: f64, bound_secs: f64) {
        // Whatever ends on a bound was met by it.
        let open_from_secs =
            if to_secs >= bound_secs { to_secs } else { output_secs.min(from_secs + OUTLOOK_SECS).max(to_secs) };
        self.open_from_secs = open_from_secs.max(self.closed_until_secs);
    }

    /// Lets the orders up to now take effect.
    pub(crate) fn take_effect(&mut self, model: &mut dyn Model) -> Result<(), RunError> {
        let now_secs = model.time_secs();
        let due = self.all.between(self.taken_secs, now_secs).to_vec();
        self.taken_secs = self.taken_secs.max(now_secs);
        self.carry_out(&due, model)
    }

    fn carry_out(&mut self, due: &[Order], model: &mut dyn Model) -> Result<(), RunError> {
        let mut is_changed = false;
        for order in due.iter().filter(|order| order.deed.moves_water()) {
            match take(Arc::make_mut(&mut self.changed), order) {
                Ok(_preview) => is_changed = true,
                Err(refusal) => report(&[(order.id, refusal)]),
            }
        }
        if is_changed { Ok(model.change(&self.changed)?) } else { Ok(()) }
    }

    /// Adds an order if its time is open and it can be carried out then.
    pub(crate) fn give(
        &mut self,
        order: Order,
        base: &Scenario,
        end_secs: f64,
        model: &mut dyn Model,
    ) -> Result<Result<Preview, Refusal>, RunError> {
        let preview = match self.check(&order, base, end_secs) {
            Ok(preview) => preview,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let is_due = order.at_secs <= self.taken_secs;
        self.all.insert(order.clone());
        if is_due {
            self.carry_out(&[order], model)?;
        }
        Ok(Ok(preview))
    }

    fn check(&self, order: &Order, base: &Scenario, end_secs: f64) -> Result<Preview, Refusal> {
        let Order { at_secs, .. } = *order;
        if at_secs.is_nan() || at_secs < self.open_from_secs {
            return Err(Refusal::InThePast { at_secs, earliest_secs: self.open_from_secs });
        }
        check_order(&self.all, order, base, end_secs)
    }

    /// Takes back an order that has not yet taken effect.
    pub(crate) fn take_back(&mut self, id: u32) -> Result<Order, Refusal> {
        let at_secs = self.all.get(id).ok_or(Refusal::NoSuchOrder { id })?.at_secs;
        if at_secs <= self.taken_secs || at_secs < self.open_from_secs {
            return Err(Refusal::InThePast { at_secs, earliest_secs: self.open_from_secs });
        }
        self.all.remove(id).ok_or(Refusal::NoSuchOrder { id })
    }
}

/// What an order would come to at its time, after the orders before it.
///
/// # Errors
/// Why it cannot be carried out then.
pub(crate) fn check_order(orders: &Orders, order: &Order, base: &Scenario, end_secs: f64) -> Result<Preview, Refusal> {
    let Order { at_secs, .. } = *order;
    if at_secs > end_secs {
        return Err(Refusal::AfterTheEnd { at_secs, end_secs });
    }
    let mut scenario = base.clone();
    orders.change(&mut scenario, at_secs);
    take(&mut scenario, order)
}

/// Orders are checked when they are given. One that cannot be carried out nevertheless is left out, and the run goes on.
fn report(refused: &[(u32, Refusal)]) {
    for (id, refusal) in refused {
        tracing::error!("order {id} is not carried out: {refusal}");
    }
}
