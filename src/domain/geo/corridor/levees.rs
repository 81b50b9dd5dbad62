//! The levees of both banks as lines with a crest.

use super::box_of::clip;
use super::profile::Profile;
use super::strip::Strip;
use super::tables::RiverTables;
use crate::domain::geo::smooth::interpolate;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::Levee;
use crate::domain::text::Bilingual;

/// Name of the wall on the left bank.
const LEFT_WALL: &str = "left-levee";
/// Name of the wall on the right bank.
const RIGHT_WALL: &str = "right-levee";
/// A point of the offset line is dropped when the axis comes nearer to it than this share of its offset: a fold.
const FOLD_FRAC: f64 = 0.995;

/// Both levees inside the grid, from upstream to downstream.
///
/// The crest is the design stage (设防水位) plus the freeboard. The design stage between stations keeps its height above
/// the bank lip, linear in chainage, and so follows the long profile.
pub(super) fn lay(grid: &Grid, tables: &RiverTables, strip: &Strip, profile: &Profile) -> Vec<Levee> {
    let crest = Crest::of(tables, profile);
    let side = |wall: &str, name: Bilingual, sign: f64, half_m: &[f64]| {
        let (km, line): (Vec<f64>, Vec<PointMap>) = (0..half_m.len())
            .map(|i| (strip.chainage_km[i], strip.beside(i, sign * half_m[i]), half_m[i]))
            .filter(|(_, p, half)| strip.axis.nearest(*p).offset_m.abs() > FOLD_FRAC * half)
            .map(|(km, p, _)| (km, p))
            .unzip();
        let number: Vec<f64> = (0..km.len()).map(|i| i as f64).collect();
        let (line, crest_m) =
            clip(grid, &line).into_iter().map(|(p, i)| (p, crest.at_km(interpolate(&number, &km, i), profile))).unzip();
        Levee { wall: wall.to_owned(), name, line, crest_m }
    };
    vec![
        side(LEFT_WALL, Bilingual::new("左岸黄河大堤", "Left-bank levee"), 1.0, &strip.left_m),
        side(RIGHT_WALL, Bilingual::new("右岸黄河大堤", "Right-bank levee"), -1.0, &strip.right_m),
    ]
}

/// Height of the levee over the bank lip, by chainage.
struct Crest {
    km: Vec<f64>,
    design_over_lip_m: Vec<f64>,
    freeboard_m: Vec<f64>,
}

impl Crest {
    fn of(tables: &RiverTables, profile: &Profile) -> Self {
        let laid_out = profile.chainage_km[0]..=profile.chainage_km[profile.chainage_km.len() - 1];
        let mut crest = Self { km: Vec::new(), design_over_lip_m: Vec::new(), freeboard_m: Vec::new() };
        for station in &tables.stations {
            if let (Some(design_m), Some(freeboard_m), true) =
                (station.design_stage_m, station.freeboard_m, laid_out.contains(&station.km))
            {
                let lip_m = interpolate(&profile.chainage_km, &profile.lip_m, station.km);
                crest.km.push(station.km);
                crest.design_over_lip_m.push(design_m - lip_m);
                crest.freeboard_m.push(freeboard_m);
            }
        }
        crest
    }

    fn at_km(&self, km: f64, profile: &Profile) -> f64 {
        let lip_m = interpolate(&profile.chainage_km, &profile.lip_m, km);
        if self.km.is_empty() {
            return lip_m;
        }
        let upstream = self.km.partition_point(|at| *at <= km).saturating_sub(1);
        lip_m + interpolate(&self.km, &self.design_over_lip_m, km) + self.freeboard_m[upstream]
    }
}
