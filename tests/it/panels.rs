//! Panels through the egui harness: find by label, click, read actions.
