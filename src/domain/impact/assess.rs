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
use super::village_state::{ENTERED_M, Stage, UNSAFE_DEPTH_M, VillageState};
use super::{Calendar, MU_M2};

/// A crop of which so much is lost counts as ruined (绝收).
const RUINED_FRAC: f64 = 0.8;

/// What an assessment looks things up in.
pub(super) struct Context<'a> {
    pub(super) exposure: &'a Exposure,
    pub(super) sites: &'a Sites,
    pub(super) calendar: &'a Calendar,
    /// s after the start; infinite for a whole run.
    pub(super) now_secs: f64,
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
        let of_crops = context.exposure.compensation.crops_yuan(unit.money.crops[1]);
        unit.compensation_cny = std::array::from_fn(|k| unit.compensation_cny[k] + of_crops[k]);
    }
}

/// What lies on a cell beside the villages: water, crops, roads, works.
fn land(context: &Context<'_>, site: usize, hazard: &CellHazard, unit: &mut UnitLoss) {
    let Context { exposure, sites, calendar, .. } = context;
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
    // In June wheat stands until maize is sown: together they take no more than the land there is.
    let sown: f64 = exposure.crops.iter().filter(|(crop, _)| crop.in_field(month)).map(|(_, share)| share).sum();
    for (crop, share) in exposure.crops.iter().filter(|(crop, _)| crop.in_field(month)) {
        let lost_frac = crop_loss_frac(*crop, month, max_depth_m, days, f64::from(hazard.silt_m));
        let area_m2 = farmland_m2 * share / sown.max(1.0);
        unit.crops_hit_m2[*crop as usize] += area_m2;
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
    }
    if state.stage >= Stage::Unsafe {
        unit.people_at_risk += at_home;
    }
    unit.people_departed += f64::from(state.departed);
    unit.people_moved += f64::from(state.arrived);
}

/// Lives among those who were at home when it became unsafe: by Jonkman (2007) in the middle, with the curve of New Orleans
/// 2005 above it, and below it the share for hours of warning (Graham 1999). The water rises as it did from the ground of
/// the village to an unsafe depth.
fn lives(state: &VillageState, water: &WaterMaxima, flooded_depth_m: f64, platform_m: f64) -> Band {
    let rose_m = (platform_m + UNSAFE_DEPTH_M - flooded_depth_m).max(0.0);
    let hours = state.unsafe_secs.zip(state.reached_secs).map_or(0.0, |(at, from)| f64::from(at - from) / 3600.0);
    let rise_mph = if hours > 0.0 { rose_m / hours } else { 0.0 };
    let middle = jonkman_frac(water.depth_m, water.dv_m2s, water.speed_mps, rise_mph);
    let [_, least, _] = graham_frac(Severity::of_dv(water.dv_m2s), Warning::Adequate, Understanding::Precise);
    let most = middle.max(new_orleans_frac(water.depth_m));
    [least.min(middle), middle, most].map(|frac| frac * f64::from(state.caught))
}

/// What the water has done in the homes of a village: over its ground, since it came in, and no faster than its force
/// tells: a film may run fast and do nothing.
fn water_in_homes(village: &Village, hazard: &CellHazard, state: &VillageState, now_secs: f64) -> WaterMaxima {
    let depth_m = f64::from(hazard.max_depth_m) - village.platform_m;
    let dv_m2s = f64::from(hazard.max_dv_m2s);
    let speed_mps = f64::from(hazard.max_speed_mps).min(dv_m2s / depth_m.max(ENTERED_M));
    let since_secs = state.entered_secs.map_or(0.0, |entered| (now_secs - f64::from(entered)).max(0.0));
    let duration_secs = f64::from(hazard.duration_secs).min(since_secs);
    WaterMaxima { depth_m, speed_mps, dv_m2s: dv_m2s.min(depth_m * speed_mps), duration_secs }
}

/// Houses and what is in them.
fn homes(
    context: &Context<'_>,
    village: &Village,
    hazard: &CellHazard,
    (state, ordered): (&VillageState, Option<f64>),
    unit: &mut UnitLoss,
) {
    let Context { exposure, now_secs, .. } = context;
    let water = water_in_homes(village, hazard, state, *now_secs);
    if water.depth_m < ENTERED_M || f64::from(hazard.max_depth_m) < exposure.flooded_depth_m {
        return;
    }
    if exposure.counts_lives {
        let lives = lives(state, &water, exposure.flooded_depth_m, village.platform_m);
        unit.lives = std::array::from_fn(|k| unit.lives[k] + lives[k]);
    }
    let mut house_loss = 0.0;
    for ((house, area_m2), value) in House::ALL.iter().zip(village.houses_m2).zip(exposure.values.house_cny_per_m2) {
        let falls = house.building().state(&water) == BuildingState::Collapsed;
        let by_depth = exposure.curves.fraction(house.asset(), water.depth_m);
        let standing = building_for_duration(for_speed(by_depth, water.speed_mps), water.duration_secs);
        let frac = if falls { 1.0 } else { standing };
        unit.houses_m2 += area_m2;
        unit.houses_fallen_m2 += if falls { area_m2 } else { 0.0 };
        house_loss += frac * area_m2 * value;
        spend(&mut unit.money.houses, frac, area_m2 * value);
    }
    // Those who left in time took with them what they could.
    let by_depth = exposure.curves.fraction(Asset::HouseholdGoods, water.depth_m);
    let warned_secs = state.entered_secs.zip(ordered).map_or(0.0, |(entered, at)| f64::from(entered) - at);
    let left_frac = f64::from(state.departed) / village.people.max(1.0);
    let frac = left_frac * goods_for_warning(by_depth, warned_secs) + (1.0 - left_frac) * by_depth;
    let goods_cny = village.people * exposure.values.goods_cny_per_person;
    spend(&mut unit.money.goods, frac, goods_cny);
    let rule = &exposure.compensation;
    let households = village.households.max(1.0);
    let paid = rule.houses_yuan(house_loss) + households * rule.household_goods_yuan(frac * goods_cny / households);
    unit.compensation_cny = unit.compensation_cny.map(|sum| sum + paid);
}

/// Adds a loss: low, middle and high are the rate less and more a fifth, never above 1.
fn spend(money: &mut Band, frac: f64, value_cny: f64) {
    for (sum, frac) in money.iter_mut().zip(band(frac)) {
        *sum += frac * value_cny;
    }
}
