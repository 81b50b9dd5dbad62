//! Light, sky and haze: a fixed light as on a printed relief map, the sun of the date and hour, or the moon.

use bevy::prelude::*;
use time::{Duration, OffsetDateTime, UtcOffset};

use super::ViewSystems;
use super::material::{BackdropMaterial, LandMaterial, RidgeMaterial, SolidParams};
use super::scene::SceneModel;
use super::space::{Exaggeration, f32_from, linear};

/// Where the light comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LightMode {
    /// From the north-west, as on a printed map, under a quiet evening sky: relief reads best, at any hour.
    #[default]
    Map,
    /// From the sun, where it stands at that hour of that day.
    Sun,
    /// Moonlight, for a dark room.
    Night,
}

/// How land and sky look. The app sets it.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Where the light comes from.
    pub light: LightMode,
    /// The moment whose sun it is.
    pub at: OffsetDateTime,
    /// Difference of level between contour lines, m; 0 for none.
    pub contour_m: f32,
}

impl Default for Look {
    fn default() -> Self {
        Self { light: LightMode::Map, at: OffsetDateTime::UNIX_EPOCH, contour_m: 0.0 }
    }
}

/// Latitude and longitude that stand for the whole reach, degrees north and east: Dongbatou.
const PLACE_DEG: [f64; 2] = [34.9, 114.8];

/// Height of the sun above the horizon and its bearing clockwise from north, rad.
///
/// Declination after Cooper (1969); local mean solar time of 114.8° E, so the hour is right to about a quarter.
fn sun_at(at: OffsetDateTime) -> [f64; 2] {
    let solar = at.to_offset(UtcOffset::UTC) + Duration::seconds_f64(PLACE_DEG[1] * 240.0);
    let day = f64::from(solar.ordinal());
    let declination = 23.44_f64.to_radians() * ((284.0 + day) / 365.0 * std::f64::consts::TAU).sin();
    let hours = f64::from(solar.hour()) + f64::from(solar.minute()) / 60.0;
    let hour_angle = ((hours - 12.0) * 15.0).to_radians();
    let latitude = PLACE_DEG[0].to_radians();
    let sine = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos();
    let east = -declination.cos() * hour_angle.sin();
    let north = latitude.cos() * declination.sin() - latitude.sin() * declination.cos() * hour_angle.cos();
    [sine.clamp(-1.0, 1.0).asin(), east.atan2(north)]
}

/// Light and sky of a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Light {
    /// Towards the light, of length 1.
    pub(super) towards: Vec3,
    /// What it does to the colour of what it falls on, linear.
    pub(super) rgb: Vec3,
    zenith: Vec3,
    horizon: Vec3,
    ground: Vec3,
    glow: f32,
    haze_km: f32,
}

/// Light and sky while the sun stands at a height (degrees): colour of the light in per cent, sky straight up, at eye
/// level, and how much the sun glows.
struct Hour {
    height_deg: f32,
    light_percent: [f32; 3],
    zenith: [u8; 3],
    horizon: [u8; 3],
    glow: f32,
}

/// From night to noon. The colours are chosen by eye.
const HOURS: [Hour; 5] = [
    Hour { height_deg: -10.0, light_percent: [17.0, 21.0, 32.0], zenith: [5, 8, 15], horizon: [17, 26, 40], glow: 0.0 },
    Hour {
        height_deg: -3.0,
        light_percent: [34.0, 32.0, 42.0],
        zenith: [20, 29, 54],
        horizon: [104, 76, 80],
        glow: 0.5,
    },
    Hour {
        height_deg: 3.0,
        light_percent: [82.0, 64.0, 50.0],
        zenith: [44, 74, 114],
        horizon: [214, 150, 110],
        glow: 1.0,
    },
    Hour {
        height_deg: 13.0,
        light_percent: [98.0, 90.0, 80.0],
        zenith: [59, 104, 156],
        horizon: [186, 190, 184],
        glow: 0.6,
    },
    Hour {
        height_deg: 35.0,
        light_percent: [106.0, 104.0, 100.0],
        zenith: [62, 120, 184],
        horizon: [176, 194, 206],
        glow: 0.3,
    },
];

/// Farmland beyond the model, sRGB, before light and haze.
const PLAIN_RGB: [u8; 3] = [0x7c, 0x7a, 0x5a];

impl Light {
    /// The light of a look.
    pub(super) fn of(look: &Look) -> Self {
        match look.light {
            LightMode::Map => Self {
                towards: towards(40_f32.to_radians(), 315_f32.to_radians()),
                rgb: Vec3::ONE,
                zenith: rgb([0x0f, 0x17, 0x22]),
                horizon: rgb([0x4b, 0x5a, 0x63]),
                ground: 0.72 * rgb(PLAIN_RGB),
                glow: 0.0,
                haze_km: 150.0,
            },
            LightMode::Night => Self {
                towards: towards(35_f32.to_radians(), 150_f32.to_radians()),
                rgb: Vec3::new(0.22, 0.27, 0.38),
                ..Self::of_sun(-12.0, towards(35_f32.to_radians(), 150_f32.to_radians()))
            },
            LightMode::Sun => {
                let [height, bearing] = sun_at(look.at).map(f32_from);
                // A sun below the horizon leaves the glow of the sky, which comes from low down.
                Self::of_sun(height.to_degrees(), towards(height.max(0.05), bearing))
            }
        }
    }

    fn of_sun(height_deg: f32, towards: Vec3) -> Self {
        let after = HOURS.iter().position(|hour| hour.height_deg > height_deg).unwrap_or(HOURS.len());
        let (a, b) = (&HOURS[after.saturating_sub(1)], &HOURS[after.min(HOURS.len() - 1)]);
        let span = b.height_deg - a.height_deg;
        let share = if span > 0.0 { ((height_deg - a.height_deg) / span).clamp(0.0, 1.0) } else { 0.0 };
        let mixed = |of: fn(&Hour) -> Vec3| of(a).lerp(of(b), share);
        Self {
            towards,
            rgb: mixed(|hour| Vec3::from(hour.light_percent) / 100.0),
            zenith: mixed(|hour| rgb(hour.zenith)),
            horizon: mixed(|hour| rgb(hour.horizon)),
            ground: 0.9 * rgb(PLAIN_RGB),
            glow: a.glow + (b.glow - a.glow) * share,
            haze_km: 170.0,
        }
    }

    /// Light and haze of the ground and of what stands on it.
    pub(super) fn solid(&self) -> SolidParams {
        SolidParams::lit(self.towards, self.rgb, self.horizon)
    }

    /// What still water mirrors of the sky.
    pub(super) fn mirrored(&self) -> Vec3 {
        self.horizon.lerp(self.zenith, 0.35)
    }

    fn backdrop(&self, plain: Option<Vec3>) -> BackdropMaterial {
        BackdropMaterial {
            zenith: self.zenith.extend(0.0),
            horizon: self.horizon.extend(0.0),
            ground: self.ground.extend(0.0),
            sun: self.towards.extend(self.glow),
            sunlight: self.rgb.extend(self.haze_km),
            plain: plain.map_or(Vec4::ZERO, |plain| plain.extend(1.0)),
        }
    }
}

fn rgb(srgb: [u8; 3]) -> Vec3 {
    linear(srgb).truncate()
}

fn towards(height: f32, bearing: f32) -> Vec3 {
    Vec3::new(bearing.sin() * height.cos(), height.sin(), -bearing.cos() * height.cos())
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Look>().add_systems(Update, relight.in_set(ViewSystems::Sync));
}

/// Brings all materials that are lit up to date.
fn relight(
    look: Res<Look>,
    model: Option<Res<SceneModel>>,
    exaggeration: Res<Exaggeration>,
    mut backdrops: ResMut<Assets<BackdropMaterial>>,
    mut lands: ResMut<Assets<LandMaterial>>,
    mut ridges: ResMut<Assets<RidgeMaterial>>,
) {
    let is_new = model.as_ref().is_some_and(DetectChanges::is_changed);
    if !(look.is_changed() || exaggeration.is_changed() || is_new) {
        return;
    }
    let light = Light::of(&look);
    let plain = model.and_then(|model| model.plain());
    let plain = plain.map(|plain| plain * exaggeration.0);
    for (_, backdrop) in backdrops.iter_mut() {
        *backdrop = light.backdrop(plain);
    }
    let solid = light.solid();
    for (_, land) in lands.iter_mut() {
        land.params.take_light(&solid, look.contour_m);
    }
    for (_, ridge) in ridges.iter_mut() {
        ridge.params.take_light(&solid, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_sun_stands_where_the_almanac_has_it() {
        // Solar noon at 114.8° E is at 12:21 of UTC+8, but for the equation of time.
        let [height, bearing] = sun_at(datetime!(1996-06-21 12:21 +8));
        assert!((height.to_degrees() - (90.0 - 34.9 + 23.44)).abs() < 0.2, "{}", height.to_degrees());
        assert!((bearing.to_degrees().abs() - 180.0).abs() < 3.0, "{}", bearing.to_degrees());
        let [height, bearing] = sun_at(datetime!(1996-03-21 6:21 +8));
        assert!(height.to_degrees().abs() < 1.0 && (bearing.to_degrees() - 90.0).abs() < 2.0, "rises in the east");
        assert!(sun_at(datetime!(1996-08-05 23:00 +8))[0] < -0.5, "and is down at night");
    }

    #[test]
    fn light_is_warm_at_dawn_and_never_black() {
        let at = |hour: f32| Light::of_sun(hour, Vec3::Y);
        assert!(at(3.0).rgb.x > 1.5 * at(3.0).rgb.z);
        for height in [-90.0, -10.0, -5.0, 0.0, 20.0, 35.0, 90.0] {
            let light = at(height);
            assert!(light.rgb.min_element() > 0.1 && light.rgb.is_finite(), "{height}: {light:?}");
        }
        assert!(at(90.0).rgb.x > at(0.0).rgb.x && at(0.0).rgb.x > at(-90.0).rgb.x);
    }
}
