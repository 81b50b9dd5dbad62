//! Playback as a pure state machine: time comes in as an argument, no window is needed.
