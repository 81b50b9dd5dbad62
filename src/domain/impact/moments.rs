//! The four moments a consultation looks at: the flood begins to spread, stands at its widest, falls, and is left.

use std::sync::Arc;

use super::total;
use crate::domain::frame::Readings;
use crate::domain::text::Label;

/// Why a moment was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The flooded area first reaches a tenth of its largest value.
    Onset,
    /// It first reaches half of its largest value.
    HalfRisen,
    /// It first reaches nine tenths of its largest value.
    NearlyFull,
    /// It is largest.
    Peak,
    /// It has gone back half of the way from its largest value to its last.
    HalfFallen,
    /// The run ends.
    End,
    /// One of equal steps through a run that floods nothing.
    EqualStep,
}

impl Reason {
    /// What stands in the heading of the map.
    pub const fn label(self) -> Label {
        match self {
            Self::Onset => Label::new("漫滩开始", "Overbank flow begins"),
            Self::HalfRisen => Label::new("漫滩过半", "Half of the largest extent"),
            Self::NearlyFull => Label::new("接近最大", "Nearly the largest extent"),
            Self::Peak => Label::new("漫滩面积最大", "Largest extent"),
            Self::HalfFallen => Label::new("退水过半", "Half receded"),
            Self::End => Label::new("模拟结束", "End of the run"),
            Self::EqualStep => Label::new("过程", "Under way"),
        }
    }

    /// Its name in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Onset => "onset",
            Self::HalfRisen => "half_risen",
            Self::NearlyFull => "nearly_full",
            Self::Peak => "peak",
            Self::HalfFallen => "half_fallen",
            Self::End => "end",
            Self::EqualStep => "equal_step",
        }
    }

    /// How it was chosen, for the caption.
    pub const fn rule(self) -> Label {
        match self {
            Self::Onset => Label::new("淹没面积首次达到最大值的 10%", "flooded area first reaches 10 % of its largest"),
            Self::HalfRisen => {
                Label::new("淹没面积首次达到最大值的 50%", "flooded area first reaches 50 % of its largest")
            }
            Self::NearlyFull => {
                Label::new("淹没面积首次达到最大值的 90%", "flooded area first reaches 90 % of its largest")
            }
            Self::Peak => Label::new("淹没面积最大的输出时刻", "output moment with the largest flooded area"),
            Self::HalfFallen => Label::new(
                "淹没面积由最大值回落至末时刻值的一半路程",
                "flooded area halfway back from its largest to its last value",
            ),
            Self::End => Label::new("最后一个输出时刻", "last output moment"),
            Self::EqualStep => Label::new("等分时段", "equal steps in time"),
        }
    }
}

/// A chosen frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Its position in the recording.
    pub frame: usize,
    /// Why it was chosen.
    pub reason: Reason,
}

/// The first moment at which most land is under water.
pub fn widest(readings: &[Arc<Readings>]) -> Option<&Arc<Readings>> {
    let area_m2 = |readings: &Arc<Readings>| total(&readings.losses).area_m2;
    readings.iter().rev().max_by(|a, b| area_m2(a).total_cmp(&area_m2(b)))
}

/// Chooses up to four frames of a record by [`choose`]: by flooded floodplain, or by the gain in wet area where there is
/// no floodplain to count on.
pub fn choose_frames(readings: &[Arc<Readings>]) -> Vec<Moment> {
    let Some(first) = readings.first() else { return vec![] };
    let area_m2 = |r: &Arc<Readings>| {
        if r.losses.is_empty() { (r.wet_area_m2 - first.wet_area_m2).max(0.0) } else { total(&r.losses).area_m2 }
    };
    choose(&readings.iter().map(area_m2).collect::<Vec<_>>())
}

/// Chooses up to four frames, in time order, by the flooded area of every frame (m²).
///
/// With a rise and a fall: onset, peak, half fallen, end. Where the area is largest at the end: onset, half risen,
/// nearly full, end. Where nothing is flooded: equal steps. No frame is chosen twice, so a short record gives fewer.
pub fn choose(area_m2: &[f64]) -> Vec<Moment> {
    let Some(last) = area_m2.len().checked_sub(1) else { return vec![] };
    let peak = (0..=last).rev().max_by(|&a, &b| area_m2[a].total_cmp(&area_m2[b])).unwrap_or(last);
    let most = area_m2[peak];
    let reaches = |share: f64| area_m2.iter().position(|area| *area >= share * most).unwrap_or(peak);
    let wished = if most <= 0.0 {
        [1, 2, 3, 4].map(|k| Moment { frame: last * k / 4, reason: Reason::EqualStep })
    } else if peak == last {
        let rising = [(0.1, Reason::Onset), (0.5, Reason::HalfRisen), (0.9, Reason::NearlyFull), (1.0, Reason::Peak)];
        rising.map(|(share, reason)| Moment { frame: reaches(share), reason })
    } else {
        let halfway = 0.5 * (most + area_m2[last]);
        let fallen = (peak..=last).find(|&i| area_m2[i] <= halfway).unwrap_or(last);
        [(reaches(0.1), Reason::Onset), (peak, Reason::Peak), (fallen, Reason::HalfFallen), (last, Reason::End)]
            .map(|(frame, reason)| Moment { frame, reason })
    };
    let mut moments: Vec<Moment> = vec![];
    for moment in wished {
        match moments.last_mut() {
            // Two wishes for one frame: the peak says more than what it coincides with.
            Some(before) if before.frame == moment.frame => {
                if moment.reason == Reason::Peak {
                    *before = moment;
                }
            }
            _ => moments.push(moment),
        }
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(areas: &[f64], expected: &[(usize, Reason)]) {
        let chosen: Vec<_> = choose(areas).into_iter().map(|m| (m.frame, m.reason)).collect();
        assert_eq!(chosen, expected, "{areas:?}");
    }

    #[test]
    fn a_flood_that_rises_and_falls() {
        // From 10 back to 4: halfway is 7, and the first area not above it is 6.
        let areas = [0.0, 0.5, 2.0, 9.0, 10.0, 8.0, 6.0, 5.0, 4.0];
        check(&areas, &[(2, Reason::Onset), (4, Reason::Peak), (6, Reason::HalfFallen), (8, Reason::End)]);
    }

    #[test]
    fn a_flood_that_still_spreads_at_the_end() {
        let areas = [0.0, 1.0, 3.0, 6.0, 9.5, 10.0];
        check(&areas, &[(1, Reason::Onset), (3, Reason::HalfRisen), (4, Reason::NearlyFull), (5, Reason::Peak)]);
    }

    #[test]
    fn no_flood_and_no_frames() {
        check(&[0.0; 9], &[2, 4, 6, 8].map(|i| (i, Reason::EqualStep)));
        check(&[], &[]);
        check(&[3.0], &[(0, Reason::Peak)]);
    }
}
