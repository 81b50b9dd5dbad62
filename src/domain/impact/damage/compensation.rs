//! What the state pays for floods it lets onto the land: beside the loss, never a part of it.

use serde::{Deserialize, Serialize};

use crate::domain::text::Bilingual;

/// A published rule of compensation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompensationRule {
    /// Name in tables.
    pub id: String,
    /// Name of the rule.
    pub name: Bilingual,
    /// Year of the rule.
    pub year: u16,
    /// Lowest and highest share of the mean output value of the same season in the previous three years, for crops.
    pub crops: [f64; 2],
    /// Lowest and highest share for special breeding and economic forest; `None` where the rule has none.
    pub breeding_and_forest: Option<[f64; 2]>,
    /// Share of the loss of the main house.
    pub houses: f64,
    /// For machinery, draught animals and main durables; `None` where the rule has none.
    pub goods: Option<GoodsRule>,
    /// Share that the central government pays, the province paying the rest; `None` where the rule leaves it open.
    pub central_share: Option<f64>,
}

/// How the goods of one household are compensated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GoodsRule {
    /// Share of the registered value.
    pub share: f64,
    /// Registered value up to which all is paid, and the least that is paid above it, yuan.
    pub full_below_yuan: f64,
}

impl GoodsRule {
    /// Compensation of one household for this registered value lost, both yuan.
    ///
    /// By household: the sum over many is not that of their sum.
    pub fn of_household_yuan(&self, lost_yuan: f64) -> f64 {
        (self.share * lost_yuan).max(lost_yuan.min(self.full_below_yuan))
    }
}

impl CompensationRule {
    /// The two rules that can hold on the Lower Yellow River, that of its floodplain first.
    ///
    /// - 黄河下游滩区运用财政补偿资金管理办法 (财农〔2012〕440号): floodplain used for the passage of a flood. Not for planting
    ///   inside the control works. Central to province 8 to 2. Recalled.
    /// - 蓄滞洪区运用补偿暂行办法 (State Council Order 286, 2000): detention areas. Recalled.
    pub fn published() -> [Self; 2] {
        [
            Self {
                id: "floodplain-2012".into(),
                name: Bilingual::new(
                    "黄河下游滩区运用财政补偿资金管理办法（财农〔2012〕440号）",
                    "Fiscal compensation for use of the Lower Yellow River floodplain (2012)",
                ),
                year: 2012,
                crops: [0.6, 0.8],
                breeding_and_forest: None,
                houses: 0.7,
                goods: None,
                central_share: Some(0.8),
            },
            Self {
                id: "detention-2000".into(),
                name: Bilingual::new(
                    "蓄滞洪区运用补偿暂行办法（国务院令第286号）",
                    "Interim measures of compensation for use of flood detention areas (State Council Order 286, 2000)",
                ),
                year: 2000,
                crops: [0.5, 0.7],
                breeding_and_forest: Some([0.4, 0.5]),
                houses: 0.7,
                goods: Some(GoodsRule { share: 0.5, full_below_yuan: 2000.0 }),
                central_share: None,
            },
        ]
    }

    /// Lowest and highest compensation for crops whose mean output value over three years was this, both yuan.
    ///
    /// The mean value of what was lost in this season, not the loss by today's prices.
    pub fn crops_yuan(&self, mean_output_yuan: f64) -> [f64; 2] {
        self.crops.map(|share| share * mean_output_yuan)
    }

    /// Compensation for this loss of main houses, both yuan.
    pub fn houses_yuan(&self, loss_yuan: f64) -> f64 {
        self.houses * loss_yuan
    }

    /// Compensation of one household for goods of this registered value, both yuan; 0 where the rule has none.
    pub fn household_goods_yuan(&self, lost_yuan: f64) -> f64 {
        self.goods.map_or(0.0, |goods| goods.of_household_yuan(lost_yuan))
    }

    /// Parts of a compensation that the central government and the province pay, yuan; `None` where it is left open.
    pub fn shared_yuan(&self, compensation_yuan: f64) -> Option<[f64; 2]> {
        self.central_share.map(|central| [central * compensation_yuan, (1.0 - central) * compensation_yuan])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }

    #[test]
    fn the_floodplain_rule() {
        let [rule, _] = CompensationRule::published();
        let [low, high] = rule.crops_yuan(1_350_000.0);
        close(low, 810_000.0);
        close(high, 1_080_000.0);
        close(rule.houses_yuan(100_000.0), 70_000.0);
        close(rule.household_goods_yuan(100_000.0), 0.0);
        let [central, province] = rule.shared_yuan(1000.0).unwrap();
        close(central, 800.0);
        close(province, 200.0);
    }

    #[test]
    fn the_detention_rule_pays_small_losses_of_goods_in_full() {
        let [_, rule] = CompensationRule::published();
        for (lost, paid) in [(0.0, 0.0), (1500.0, 1500.0), (2000.0, 2000.0), (3000.0, 2000.0), (10_000.0, 5000.0)] {
            close(rule.household_goods_yuan(lost), paid);
        }
        close(rule.crops_yuan(1000.0)[1], 700.0);
        assert_eq!(rule.shared_yuan(1000.0), None);
    }

    #[test]
    fn a_session_keeps_the_rules() {
        let rules = CompensationRule::published();
        let bytes = postcard::to_stdvec(&rules).unwrap();
        assert_eq!(postcard::from_bytes::<[CompensationRule; 2]>(&bytes).unwrap(), rules);
    }
}
