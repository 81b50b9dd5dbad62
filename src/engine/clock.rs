//! The wall clock, in one place. It paces and measures; no result depends on it.

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "the engine measures speed and paces the worker")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
