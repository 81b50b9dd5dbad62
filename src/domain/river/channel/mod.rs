//! Unsteady flow in one dimension: a river channel as a line of segments, narrower than the cells of a coarse grid.
//!
//! The equations of de Saint-Venant (1871), in full:
//!
//! ```text
//! ∂A/∂t + ∂Q/∂x = q                                          A area (m²), Q discharge (m³/s), q lateral (m²/s)
//! ∂Q/∂t + ∂(Q u)/∂x + g A ∂η/∂x + g A Q |Q| / K² = q u_q     u = Q/A, η stage (m), K conveyance (m³/s)
//! ```
//!
//! | file | term |
//! |---|---|
//! | `section` | cross-sections: area, width, conveyance, and the depth of an area |
//! | `channel` | segments, state, readings, checkpoint |
//! | `step` | one step: momentum, what may leave, continuity |
//! | `ends` | what is known at the downstream end |
//! | `steady` | steady profiles to begin from |
//! | `budget` | the volume budget |
//! | `lip` | exchange with the plain over the lip of a bank |
//! | `capacity`, `sediment` | suspended sediment carried along |
//!
//! Scheme. Volumes sit in segments and velocities on the faces between them, after Stelling and Duinmeijer (2003, A
//! staggered conservative scheme for every Froude number in rapidly varied shallow water flows, International Journal
//! for Numerical Methods in Fluids 43, 1329-1354): momentum is advected conservatively, the pressure is the difference
//! of two stages, so a lake over any bed and any sections stays at rest, and what leaves a segment is bounded by what it
//! holds. Where the surface is smooth the area on a face and the advected velocity are of second order in space and
//! time by limited corrections of Lax-Wendroff kind; at fronts and bores they are upwind. Friction is fully implicit in
//! the velocity and written with discharge and conveyance, so that Q = K √S holds on every face of a steady flow
//! whatever area stands there. The step is explicit otherwise: velocities from old stages, volumes from new velocities.
//!
//! Why staggered and not Godunov: with friction in command (Froude numbers of 0.2 to 0.5 and segments of hundreds of
//! metres) a flood wave here spreads only by what the equations themselves say. An upwind flux spreads it by about
//! c Δx / 2 besides, which over 750 km is no small matter. `tests/it/channel.rs` measures the attenuation.

mod budget;
mod capacity;
#[expect(clippy::module_inception, reason = "the channel itself, beside its parts")]
mod channel;
mod ends;
mod lip;
mod section;
mod sediment;
mod steady;
mod step;

pub use budget::{ChannelBudget, StepVolumes};
pub use capacity::{Capacity, hindered_settling_mps, stokes_settling_mps};
pub use channel::{Channel, ChannelFault, ChannelState, Segment};
pub use ends::Downstream;
pub use lip::{DROWNED_FROM, limit_exchange_m3, lip_exchange_m2s};
pub use section::{Section, SectionFault};
pub use sediment::{Entering, SedimentBudget, SedimentRules, SuspendedLoad};

/// Gravity, m/s².
pub const GRAVITY_MPS2: f64 = 9.81;

/// Depth over both beds at and below which nothing passes a face, m.
pub const DRY_DEPTH_M: f64 = 1e-3;
