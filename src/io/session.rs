//! One recorded run in one file: the scenario, every frame, the extremes.
