//! The only place that knows both Bevy and egui.
