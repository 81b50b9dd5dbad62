//! A set of damage curves, one for each kind of property, under one name that every figure is printed with.

use serde::{Deserialize, Serialize};

use super::asset::Asset;
use super::curve::Curve;
use crate::domain::text::Bilingual;

/// Half width of the band around a fraction, as a share of it: derived (演示参数), no study of the spread is behind it.
pub const BAND_SHARE: f64 = 0.2;

/// A curve and where it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourcedCurve {
    /// The curve.
    pub curve: Curve,
    /// Where its points are from, and for what they were made if not for this asset.
    pub source: String,
    /// Confidence letter (A found in a source, B recalled, C approximate, D derived).
    pub confidence: String,
}

/// Damage curves by asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveSet {
    /// Name in tables.
    pub id: String,
    /// Name that people read.
    pub name: Bilingual,
    /// Where the set is from.
    pub source: String,
    /// Year of the publication; `None` for a set that does not say.
    pub year: Option<u16>,
    /// Confidence letter of the set.
    pub confidence: String,
    /// Assets for which this set is the one to take where nobody chose.
    pub default_for: Vec<Asset>,
    /// In the order of [`Asset::ALL`].
    curves: [Option<SourcedCurve>; Asset::ALL.len()],
}

impl CurveSet {
    /// A set without curves that is no default.
    pub fn new(id: String, name: Bilingual, source: String, year: Option<u16>, confidence: String) -> Self {
        let (default_for, curves) = (vec![], [const { None }; Asset::ALL.len()]);
        Self { id, name, source, year, confidence, default_for, curves }
    }

    /// The set with this curve for an asset, in place of the one it may have had.
    pub fn with(mut self, asset: Asset, curve: SourcedCurve) -> Self {
        self.curves[asset as usize] = Some(curve);
        self
    }

    /// The curve of an asset; `None` where the set has none.
    pub fn curve(&self, asset: Asset) -> Option<&SourcedCurve> {
        self.curves[asset as usize].as_ref()
    }

    /// Assets that the set has no curve for.
    pub fn lacking(&self) -> Vec<Asset> {
        Asset::ALL.into_iter().filter(|asset| self.curve(*asset).is_none()).collect()
    }

    /// The set, with the curves it lacks taken from those of `others` that are the default for the asset.
    ///
    /// A curve that was taken keeps its own source and confidence. Assets that no default has stay without a curve.
    pub fn completed_from(self, others: &[Self]) -> Self {
        let lacking = self.lacking();
        lacking.into_iter().fold(self, |set, asset| {
            let default = others.iter().find(|other| other.default_for.contains(&asset));
            match default.and_then(|default| default.curve(asset)) {
                Some(curve) => set.with(asset, curve.clone()),
                None => set,
            }
        })
    }

    /// Share of an asset's value lost at a depth in m, counted as its curve counts it ([`Curve::at`]).
    ///
    /// An asset without a curve counts no loss: complete a set first ([`CurveSet::completed_from`]), or say what is
    /// [`lacking`](CurveSet::lacking). Not for dry ground: a curve that counts from the floor of a
    /// building may be above 0 at depth 0.
    pub fn fraction(&self, asset: Asset, depth_m: f64) -> f64 {
        self.curve(asset).map_or(0.0, |sourced| sourced.curve.at(depth_m))
    }
}

/// Low, middle and high of a fraction: 0.8, 1 and 1.2 of it ([`BAND_SHARE`]), none outside of 0 to 1.
pub fn band(fraction: f64) -> [f64; 3] {
    [1.0 - BAND_SHARE, 1.0, 1.0 + BAND_SHARE].map(|factor| (fraction * factor).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(id: &str) -> CurveSet {
        CurveSet::new(id.into(), Bilingual::new(id, id), String::new(), None, "D".into())
    }

    fn flat(fraction: f64, source: &str) -> SourcedCurve {
        let curve = Curve::classes(vec![[0.0, fraction]]).unwrap();
        SourcedCurve { curve, source: source.into(), confidence: "D".into() }
    }

    #[test]
    fn what_a_set_lacks_comes_from_the_default() {
        let mut default = set("default").with(Asset::Industry, flat(0.5, "d")).with(Asset::Commerce, flat(0.6, "d"));
        default.default_for = vec![Asset::Industry, Asset::RuralRoad];
        let own = set("own").with(Asset::HouseholdGoods, flat(0.1, "o"));
        assert!(own.fraction(Asset::Industry, 1.0).abs() < 1e-12);
        let whole = own.completed_from(&[default]);
        assert!((whole.fraction(Asset::HouseholdGoods, 1.0) - 0.1).abs() < 1e-12);
        assert!((whole.fraction(Asset::Industry, 1.0) - 0.5).abs() < 1e-12);
        assert_eq!(whole.curve(Asset::Industry).unwrap().source, "d");
        // The other set has a curve for commerce but is no default for it; of roads it has none.
        assert_eq!(whole.lacking().len(), Asset::ALL.len() - 2);
        assert!(whole.curve(Asset::Commerce).is_none() && whole.curve(Asset::RuralRoad).is_none());
    }

    #[test]
    fn the_band_is_a_fifth_to_either_side_within_bounds() {
        for (fraction, expected) in [(0.5, [0.4, 0.5, 0.6]), (0.9, [0.72, 0.9, 1.0]), (0.0, [0.0; 3])] {
            let close =
                band(fraction).into_iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12);
            assert!(close, "{:?}", band(fraction));
        }
    }

    #[test]
    fn a_session_keeps_the_set() {
        let set = set("own").with(Asset::Agriculture, flat(0.3, "o"));
        let bytes = postcard::to_stdvec(&set).unwrap();
        assert_eq!(postcard::from_bytes::<CurveSet>(&bytes).unwrap(), set);
    }
}
