//! The worker: commands, events, panics.
