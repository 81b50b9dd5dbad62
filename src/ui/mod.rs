//! egui panels as functions: view-model in, actions out.
