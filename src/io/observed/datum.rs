//! What the stages of a table are counted from, and raising them to the station's datum.

use crate::domain::river::observed::Observation;
use crate::io::river::{self, RiverTableError};

/// Year from which the bulletin has Xiaolangdi's level on the datum of today; before it, 100 m and an unknown rest less.
const XIAOLANGDI_SINCE: i32 = 2006;

/// What the stages of a table are counted from.
#[derive(Debug, Clone, PartialEq)]
pub enum StageDatum {
    /// The datum of each station: stages stand as given.
    Station,
    /// That of the Commission's daily bulletin: code of the station and how far it lies below the station's datum, m.
    ///
    /// Column `bulletin_below_m` of `stations.csv`. A station that is not listed has no known datum.
    Bulletin(Vec<(String, f64)>),
}

impl StageDatum {
    /// The bulletin's.
    pub(super) fn bulletin() -> Result<Self, RiverTableError> {
        let tables = river::tables()?;
        let below = tables.stations.into_iter().filter_map(|station| Some((station.id, station.bulletin_below_m?)));
        Ok(Self::Bulletin(below.collect()))
    }

    /// How far the table's stages of a station in a year lie below the station's datum, m; `None` where that is not known.
    fn below_m(&self, station: &str, year: i32) -> Option<f64> {
        match self {
            Self::Station => Some(0.0),
            Self::Bulletin(_) if station == "XLD" && year < XIAOLANGDI_SINCE => None,
            Self::Bulletin(below) => below.iter().find(|(id, _)| id == station).map(|(_, below_m)| *below_m),
        }
    }

    /// Raises the stages to the station's datum; gives how much, m, and `None` where they stand as given.
    ///
    /// Stages on an unknown datum are taken out: beside levels of the terrain they would be wrong by any amount.
    pub(super) fn raise(&self, station: &str, year: i32, observations: &mut [Observation]) -> Option<f64> {
        let below_m = self.below_m(station, year);
        for observation in observations {
            // A tenth of a millimetre: sums of centimetres stay centimetres.
            observation.stage_m =
                observation.stage_m.zip(below_m).map(|(stage, below)| ((stage + below) * 1e4).round() / 1e4);
        }
        below_m.filter(|_| *self != Self::Station)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(stage_m: f64) -> Vec<Observation> {
        vec![Observation {
            time_secs: 0.0,
            discharge_m3s: None,
            stage_m: Some(stage_m),
            sediment_kgm3: None,
            doubt: None,
        }]
    }

    #[test]
    fn the_bulletin_is_raised_and_a_users_table_is_not() {
        let mut at_lijin = reading(10.73);
        assert_eq!(StageDatum::bulletin().unwrap().raise("LJ", 2021, &mut at_lijin), Some(1.80));
        assert_eq!(at_lijin[0].stage_m, Some(12.53));
        assert_eq!(StageDatum::Station.raise("LJ", 2021, &mut at_lijin), None);
        assert_eq!(at_lijin[0].stage_m, Some(12.53));
    }

    #[test]
    fn a_stage_on_an_unknown_datum_is_taken_out() {
        let bulletin = StageDatum::bulletin().unwrap();
        for (station, year) in [("XLD", 2003), ("HSG", 2021)] {
            let mut readings = reading(32.88);
            assert_eq!(bulletin.raise(station, year, &mut readings), None);
            assert_eq!(readings[0].stage_m, None, "{station}");
        }
        let mut today = reading(133.34);
        bulletin.raise("XLD", 2021, &mut today);
        assert_eq!(today[0].stage_m, Some(134.03));
    }
}
