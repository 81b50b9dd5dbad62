//! Losses of every unit from what the water has done to its cells: one pass over the cells, one over the villages.

use super::damage::asset::Asset;
use super::damage::buildings::{BuildingState, WaterMaxima};
use super::damage::casualties::{Severity, Understanding, Warning, graham_frac, jonkman_frac, new_orleans_frac};
use super::damage::corrections::{building_for_duration, for_speed, goods_for_warning};
use super::damage::crops::crop_loss_frac;
use super::damage::curve_set::band;
use super::exposure::{Exposure, House, Village};
use super::ledger::{Band, DEPTH_CLASSES_M, UnitLoss};
use super::sites::{CellHazard, Sites};
use super::tally::at_home;
use super::village_state::{Stage, VillageState};
use super::{Calendar, MU_M2};

/// A crop of which so much is lost counts as ruined (绝收).
const RUINED_FRAC: f64 = 0.8;

/// What an assessment looks things up in.
pub(super) struct Context<'a> {
    pub(super) exposure: &'a Exposure,
    pub(super) sites: &'a Sites,
    pub(super) calendar: &'a Calendar,
}

/// Adds up the losses of each unit. `ordered` is when each village was ordered to leave, s.
pub(super) fn assess(
    context: &Context<'_>,
    hazards: &[CellHazard],
    states: &[VillageState],
    ordered: &[Option<f64>],
    units: &mut [UnitLoss],
) {
    for (site, hazard) in hazards.iter().enumerate() {
        if let Some(unit) = units.get_mut(usize::from(context.sites.units[site])) {
            land(context, site, hazard, unit);
        }
    }
    let villages = context.exposure.villages.iter().zip(&context.sites.villages).zip(states).zip(ordered);
    for (((village, site), state), ordered) in villages {
        if let Some(unit) = units.get_mut(village.unit) {
            people(village, state, unit);
            homes(context, village, &hazards[*site], (state, *ordered), unit);
        }
    }
    for unit in units {
        let ([_, crops, _], [_, houses, _]) = (unit.money.crops, unit.money.houses);
        let rule = &context.exposure.compensation;
        unit.compensation_cny = rule.crops_yuan(crops).map(|of_crops| of_crops + rule.houses_yuan(houses));
    }
}

/// What lies on a cell beside the villages: water, crops, roads, works.
fn land(context: &Context<'_>, site: usize, hazard: &CellHazard, unit: &mut UnitLoss) {
    let Context { exposure, sites, calendar } = context;
    let (cell_m2, farmland_frac) = (sites.cell_m2, exposure.units[usize::from(sites.units[site])].farmland_frac);
    unit.volume_m3 += hazard.depth_m * cell_m2;
    if hazard.depth_m >= exposure.flooded_depth_m {
        let class = DEPTH_CLASSES_M.iter().filter(|from_m| hazard.depth_m >= **from_m).count();
        unit.area_m2 += cell_m2;
        unit.area_by_class_m2[class] += cell_m2;
        unit.farmland_m2 += cell_m2 * farmland_frac;
    }
    let max_depth_m = f64::from(hazard.max_depth_m);
    if max_depth_m < exposure.flooded_depth_m {
        return;
    }
    let farmland_m2 = cell_m2 * farmland_frac;
    unit.farmland_hit_m2 += farmland_m2;
    let month = calendar.month_at(f64::from(hazard.arrival_secs));
    let days = f64::from(hazard.duration_secs) / 86_400.0;
    for (crop, share) in &exposure.crops {
        if crop.in_field(month) {
            unit.crops_hit_m2[*crop as usize] += farmland_m2 * share;
        }
        let lost_frac = crop_loss_frac(*crop, month, max_depth_m, days, f64::from(hazard.silt_m));
        let area_m2 = farmland_m2 * share;
        unit.farmland_lost_m2 += lost_frac * area_m2;
        unit.farmland_ruined_m2 += if lost_frac >= RUINED_FRAC { area_m2 } else { 0.0 };
        spend(&mut unit.money.crops, lost_frac, area_m2 / MU_M2 * exposure.values.crop_cny_per_mu);
    }
    let works_frac = exposure.curves.fraction(Asset::WaterWorks, max_depth_m);
    spend(&mut unit.money.works, works_frac, farmland_m2 / MU_M2 * exposure.values.works_cny_per_mu);
    let road_m = f64::from(sites.road_m[site]);
    if road_m > 0.0 {
        let road_frac = exposure.curves.fraction(Asset::RuralRoad, max_depth_m - exposure.roads.height_m);
        spend(&mut unit.money.roads, road_frac, road_m / 1000.0 * exposure.values.road_cny_per_km);
    }
}

fn people(village: &Village, state: &VillageState, unit: &mut UnitLoss) {
    let at_home = at_home(village, state);
    match state.stage {
        Stage::Dry => {}
        Stage::Surrounded => unit.villages_surrounded += 1.0,
        Stage::Entered | Stage::Unsafe => {
            unit.villages_entered += 1.0;
            unit.people_entered += village.people;
        }
    }
    if state.stage > Stage::Dry {
        unit.people += village.people;
        unit.people_stranded += if state.is_cut { at_home } else { 0.0 };
    }
    if state.reached_secs.is_some() {
        unit.people_affected += village.people;
    }
    if state.unsafe_secs.is_some() {
        unit.people_to_move += village.people;
        unit.people_at_risk += at_home;
    }
    unit.people_departed += f64::from(state.departed);
    unit.people_moved += f64::from(state.arrived);
}

/// Lives among those who are at home in water: by Jonkman (2007) in the middle, with the curve of New Orleans 2005 above
/// it, and below it the share for water that is not violent and hours of warning (Graham 1999).
fn lives(village: &Village, state: &VillageState, home_m: f64, hazard: &CellHazard) -> Band {
    let (dv_m2s, speed_mps) = (f64::from(hazard.max_dv_m2s), f64::from(hazard.max_speed_mps));
    let middle = jonkman_frac(home_m, dv_m2s, speed_mps, f64::from(hazard.max_rise_mps) * 3600.0);
    let [_, least, _] = graham_frac(Severity::of_dv(dv_m2s), Warning::Adequate, Understanding::Precise);
    let most = middle.max(new_orleans_frac(home_m));
    [least.min(middle), middle, most].map(|frac| frac * at_home(village, state))
}

/// Houses and what is in them.
fn homes(
    context: &Context<'_>,
    village: &Village,
    hazard: &CellHazard,
    (state, ordered): (&VillageState, Option<f64>),
    unit: &mut UnitLoss,
) {
    let Context { exposure, .. } = context;
    let home_m = f64::from(hazard.max_depth_m) - village.platform_m;
    if home_m <= 0.0 {
        return;
    }
    if exposure.counts_lives {
        let lives = lives(village, state, home_m, hazard);
        unit.lives = std::array::from_fn(|k| unit.lives[k] + lives[k]);
    }
    let speed_mps = f64::from(hazard.max_speed_mps);
    let duration_secs = f64::from(hazard.duration_secs);
    let dv_m2s = f64::from(hazard.max_dv_m2s).min(home_m * speed_mps);
    let water = WaterMaxima { depth_m: home_m, speed_mps, dv_m2s, duration_secs };
    for ((house, area_m2), value) in House::ALL.iter().zip(village.houses_m2).zip(exposure.values.house_cny_per_m2) {
        let falls = house.building().state(&water) == BuildingState::Collapsed;
        let by_depth = exposure.curves.fraction(house.asset(), home_m);
        let standing = building_for_duration(for_speed(by_depth, speed_mps), duration_secs);
        unit.houses_m2 += area_m2;
        unit.houses_fallen_m2 += if falls { area_m2 } else { 0.0 };
        spend(&mut unit.money.houses, if falls { 1.0 } else { standing }, area_m2 * value);
    }
    let warned_secs = state.entered_secs.zip(ordered).map_or(0.0, |(entered, at)| f64::from(entered) - at);
    let by_depth = exposure.curves.fraction(Asset::HouseholdGoods, home_m);
    let frac = goods_for_warning(by_depth, warned_secs);
    spend(&mut unit.money.goods, frac, village.people * exposure.values.goods_cny_per_person);
}

/// Adds a loss: low, middle and high are the rate less and more a fifth, never above 1.
fn spend(money: &mut Band, frac: f64, value_cny: f64) {
    for (sum, frac) in money.iter_mut().zip(band(frac)) {
        *sum += frac * value_cny;
    }
}
