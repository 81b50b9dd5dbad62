//! Playback and recording without a window.
