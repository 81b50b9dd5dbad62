//! What the flood does to people and things: exposure, losses by floodplain unit, villages and how they are left.
//!
//! | file | content |
//! |---|---|
//! | `exposure` | what stands in the water's way, and what it is worth |
//! | `roads` | ways out, and until when they are open |
//! | `sites` | exposure binned to cells; what the water has done to one |
//! | `assess` | losses of the units from that |
//! | `count` | losses from fields alone |
//! | `tally` | frame after frame: villages, roads, people who leave, losses |
//! | `village_state` | what has become of a village |
//! | `leave` | warning and getting ready as curves of time |
//! | `clock` | the latest hour of an order for each village |
//! | `columns` | the columns of the ledger, their units and rounding |
//! | `ledger` | one row for each unit, and their sum |
//! | `damage` | damage curves, crops, stability: published functions |
//! | `moments`, `table` | the moments and rows of loss tables |
//! | `shown` | units and rounding, in one place |
//! | `calendar` | month and hour of the day |
//! | `normal` | the normal distribution |

mod assess;
mod calendar;
pub mod clock;
pub mod columns;
mod count;
pub mod damage;
mod exposure;
mod leave;
mod ledger;
mod moments;
mod normal;
mod roads;
mod shown;
mod sites;
mod table;
mod tally;
mod village_state;

pub use calendar::{Calendar, Daytime};
pub use count::count;
pub use exposure::{Exposure, House, Leaving, UnitExposure, Values, Village};
pub use leave::Departures;
pub use ledger::{Band, DEPTH_CLASSES_M, Money, UnitLoss, total};
pub use moments::{Moment, Reason, choose, choose_frames, widest};
pub use roads::{Exit, Road, RoadNet, Route, Ways};
pub use shown::{
    MU_M2, ROUNDING_NOTE, Shown, area_km2, farmland_wan_mu, people_rounded, show_area, show_farmland, show_people,
    show_villages, thousands, villages_rounded,
};
pub use sites::{CellHazard, Sites};
pub use table::{LossMoment, MAXIMUM_EXTENT, loss_moments};
pub use tally::{Tally, Toll, ordered_at};
pub use village_state::{ENTERED_M, Stage, VillageChange, VillageState, fold};
