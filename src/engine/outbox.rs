//! The worker's way to the viewer: it never waits, and it never piles up.

use std::collections::VecDeque;
use std::mem::discriminant;

use crossbeam_channel::{Sender, TrySendError};

use crate::engine::Wake;
use crate::engine::message::Event;

/// Events on their way. What the full channel does not take stays here, at most one of each kind, but every refusal.
pub(crate) struct Outbox {
    sender: Sender<Event>,
    unsent: VecDeque<Event>,
    wake: Option<Wake>,
}

impl Outbox {
    pub(crate) fn new(sender: Sender<Event>, wake: Option<Wake>) -> Self {
        Self { sender, unsent: VecDeque::new(), wake }
    }

    /// Sends an event, in place of an unsent older one of its kind. News of a scenario makes unsent news of the one
    /// before it pointless.
    pub(crate) fn send(&mut self, event: Event) {
        if matches!(event, Event::Loaded { .. }) {
            self.unsent.clear();
        }
        if !matches!(event, Event::Refused(_)) {
            self.unsent.retain(|unsent| discriminant(unsent) != discriminant(&event));
        }
        self.unsent.push_back(event);
        self.flush();
    }

    /// Hands over what the channel takes now.
    pub(crate) fn flush(&mut self) {
        while let Some(event) = self.unsent.pop_front() {
            match self.sender.try_send(event) {
                Ok(()) => self.wake(),
                Err(TrySendError::Full(event)) => return self.unsent.push_front(event),
                Err(TrySendError::Disconnected(_)) => return, // the engine is being dropped
            }
        }
    }

    /// Whether something waits for room in the channel.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.unsent.is_empty()
    }

    fn wake(&self) {
        if let Some(wake) = &self.wake {
            wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    fn failed(message: &str) -> Event {
        Event::Failed { message: message.into() }
    }

    fn progress(time_secs: f64) -> Event {
        Event::Progress(crate::engine::Progress {
            time_secs,
            end_secs: 10.0,
            open_from_secs: time_secs,
            is_running: true,
            step_secs: 1.0,
            n_steps: 1,
            cell_updates: 1,
            contained_cells: 0,
            solve_secs: 0.0,
            wall_secs: 0.0,
        })
    }

    #[test]
    fn a_full_channel_keeps_the_newest_of_each_kind_in_order() {
        let (sender, receiver) = bounded(1);
        let mut outbox = Outbox::new(sender, None);
        for event in [progress(0.0), progress(1.0), failed("a"), progress(2.0), progress(3.0)] {
            outbox.send(event);
        }
        assert!(outbox.is_waiting());
        let mut seen = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            seen.push(match event {
                Event::Progress(p) => p.time_secs.to_string(),
                Event::Failed { message } => message,
                other => panic!("{other:?}"),
            });
            outbox.flush();
        }
        assert_eq!(seen, ["0", "a", "3"]);
        assert!(!outbox.is_waiting());
    }
}
