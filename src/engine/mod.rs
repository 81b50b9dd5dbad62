//! The worker thread: the only place that starts threads.
