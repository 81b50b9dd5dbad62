//! Threads that compute let those that draw go first.

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Priority of the threads that compute beside a window, of 100; 50 is usual. On Linux it is a niceness of 10: where
/// cores are short such a thread gets about a tenth of one that is not nice, and all that nobody else wants.
const BESIDE_WINDOW: u8 = 25;

/// Lets the window's threads go before this one. Threads that it starts do the same where the system hands that on, as
/// Linux does.
pub(crate) fn yield_to_window(beside_window: bool) {
    if !beside_window {
        return;
    }
    let lower = ThreadPriorityValue::try_from(BESIDE_WINDOW).map(ThreadPriority::Crossplatform);
    match lower.map(set_current_thread_priority) {
        Ok(Ok(())) => {}
        refused => tracing::debug!("the thread keeps its usual priority: {refused:?}"),
    }
}
