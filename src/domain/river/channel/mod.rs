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
//! for Numerical Methods in Fluids 43, 1329-1354): momentum is advected conservatively and upwind, the pressure is the
//! difference of two stages, so a lake over any bed and any sections stays at rest, and what leaves a segment is bounded
//! by what it holds. The step is explicit, velocities from old stages and volumes from new velocities, stable up to a
//! Courant number of 1; friction is implicit in the velocity. It is written with discharge and conveyance, Q |Q| / K²,
//! with the conveyance between two segments and half a step ahead: where friction commands, Q = K √S holds on the face
//! whatever area is carried over it, and a flood wave runs and fades at second order in space and time. Only the share
//! of advection, the square of the Froude number, is of first order; and where a segment falls by more than 0.6 of its
//! depth the conveyance is drawn upwind. Uniform flow is exact up to a Froude number of 1.05; at 2.1, beyond the Froude
//! number of 1.5 from which roll waves grow (Vedernikov 1945), the depth was off by a hundredth.
//!
//! Why staggered and not Godunov. What matters here is how a flood fades over 750 km on segments of 400 m. A wave of one
//! day on 2.5 m of water and a slope of 2e-4 keeps 0.7646 of its height over 200 km by the linear equations and 0.7646
//! in this scheme (`tests/it/channel`); a first-order HLL flux with hydrostatic reconstruction (Audusse and others
//! 2004) was tried on the same case and kept 0.7588, with a uniform depth short by 0.8 %. Second order in the advected
//! velocity and area was tried too: it changed the peak of a flood after 300 km by 1e-4 to 2e-4 and the error of a
//! backwater on segments of 400 m from 9e-5 to 1e-5 of the depth, and was unstable without a pressure taken ahead.
//!
//! Joining it with the plain. Before a step, for each segment and bank: discharge over the lip by [`lip_exchange_m2s`]
//! from [`Channel::stage_m`], the level of the cell and [`Channel::lip_m`]; volume limited by [`limit_exchange_m3`] with
//! [`Channel::surface_area_m2`] and the area of the cell; its rate, channel gaining, into `lateral_m3s` beside
//! tributaries and withdrawals. After the step the cells take what the channel gave by [`Channel::lateral_taken_m3`].

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
pub use capacity::{Capacity, hindered_settling_mps, stokes_settling_mps, zhang_ruijin_settling_mps};
pub use channel::{Channel, ChannelFault, ChannelState, Segment};
pub use ends::Downstream;
pub use lip::{DROWNED_FROM, limit_exchange_m3, lip_exchange_m2s};
pub use section::{Section, SectionFault};
pub use sediment::{Entering, Flow, SedimentBudget, SedimentRules, SuspendedLoad};

/// Gravity, m/s².
pub const GRAVITY_MPS2: f64 = 9.81;

/// Depth over both beds at and below which nothing passes a face, m.
pub const DRY_DEPTH_M: f64 = 1e-3;
