//! Diversion intakes (引水口): up to a demand while the stage allows.

use crate::domain::scenario::Intake;

/// Share of its demand that an intake can take at a stage (m): 0 at the least stage, 1 from the full stage on, linear
/// in between.
pub(super) fn share(intake: &Intake, stage_m: f64) -> f64 {
    ((stage_m - intake.min_stage_m) / (intake.full_stage_m - intake.min_stage_m)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scenario::Series;

    #[test]
    fn the_demand_is_met_as_far_as_the_stage_allows() {
        let intake = Intake {
            name: "i".into(),
            at: [0.0, 0.0],
            demand_m3s: Series::constant(80.0),
            min_stage_m: 90.0,
            full_stage_m: 92.0,
        };
        let shares = [89.0, 90.0, 90.5, 91.0, 92.0, 95.0].map(|stage| share(&intake, stage));
        assert!(shares.iter().zip([0.0, 0.0, 0.25, 0.5, 1.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{shares:?}");
    }
}
