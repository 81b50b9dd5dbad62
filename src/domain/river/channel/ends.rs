//! What is known at the downstream end of a channel.

use serde::{Deserialize, Serialize};

/// What is known at the downstream end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Downstream {
    /// The stage at the last face, m; water may come in there.
    Stage(f64),
    /// Uniform flow down this slope, m/m, above 0, by the conveyance of the last segment.
    NormalDepth(f64),
    /// (Stage of the last segment in m, discharge in m³/s) pairs; linear between them, constant outside. Stages rise,
    /// discharges are not negative.
    Rating(Vec<[f64; 2]>),
}

impl Downstream {
    /// What is wrong with the figures, in words: what was found and what is allowed.
    pub(super) fn fault(&self) -> Option<String> {
        match self {
            Self::Stage(stage_m) if !stage_m.is_finite() => {
                Some(format!("stage {stage_m} m at the downstream end, allowed is a finite number"))
            }
            Self::NormalDepth(slope) if !(*slope > 0.0 && slope.is_finite()) => {
                Some(format!("slope {slope} at the downstream end, allowed is a finite number above 0"))
            }
            Self::Rating(pairs) => {
                let is_bad = |i: usize| {
                    let [stage_m, discharge_m3s] = pairs[i];
                    let rises = i == 0 || stage_m > pairs[i - 1][0];
                    !(stage_m.is_finite() && discharge_m3s.is_finite() && discharge_m3s >= 0.0 && rises)
                };
                match (0..pairs.len()).find(|&i| is_bad(i)) {
                    _ if pairs.is_empty() => Some("no pair in the rating, allowed is one or more".to_owned()),
                    Some(i) => Some(format!(
                        "pair {i} of the rating: stage {} m, discharge {} m3/s; allowed are finite rising stages and \
                         discharges of 0 or more",
                        pairs[i][0], pairs[i][1]
                    )),
                    None => None,
                }
            }
            Self::Stage(_) | Self::NormalDepth(_) => None,
        }
    }
}

/// Linear between rising pairs, constant outside them.
pub(super) fn interpolate(pairs: &[[f64; 2]], x: f64) -> f64 {
    let after = pairs.partition_point(|p| p[0] <= x);
    match (after.checked_sub(1).map(|i| pairs[i]), pairs.get(after)) {
        (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0]),
        (Some(only), None) | (None, Some(&only)) => only[1],
        (None, None) => 0.0,
    }
}
