//! The river corridor on the grid.
