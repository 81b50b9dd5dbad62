//! What joins the river and what it can be led into: tributaries, detention basins and their gates.

use super::tables::Bank;
use crate::domain::text::Bilingual;

/// A tributary.
#[derive(Debug, Clone, PartialEq)]
pub struct TributaryRow {
    /// Short code.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Side of the river that it comes in on.
    pub bank: Bank,
    /// Official chainage of the confluence, km.
    pub km: f64,
    /// Code of the station that measures it, in `RiverTables::tributary_stations`.
    pub gauge: String,
}

/// What a row of the table of detention basins is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetentionKind {
    /// A basin or lake (滞洪区).
    Basin,
    /// A gate that lets water out of the river (分洪闸).
    Diversion,
    /// A gate that lets it back (退水闸).
    Return,
}

/// A detention basin, or a gate of one.
#[derive(Debug, Clone, PartialEq)]
pub struct DetentionRow {
    /// Short code.
    pub id: String,
    /// Code of the basin; its own for a basin.
    pub lake: String,
    /// Name.
    pub name: Bilingual,
    /// Basin or gate.
    pub kind: DetentionKind,
    /// Side of the river.
    pub bank: Bank,
    /// Official chainage of the gate, or about where the basin begins, km.
    pub km: f64,
    /// Design capacity of a gate, m³/s.
    pub capacity_m3s: Option<f64>,
    /// Level of the sill of a gate, m on the stations' datum; without it the gate stands in series with another one of its
    /// basin and is not worked by itself.
    pub sill_m: Option<f64>,
    /// Level at which the gate carries its capacity freely, m on the stations' datum.
    pub full_at_m: Option<f64>,
    /// Area of a basin, km².
    pub area_km2: Option<f64>,
    /// Design flood level of a basin, m on its own datum.
    pub level_m: Option<f64>,
    /// What is added to levels of a basin to have them on the stations' datum, m.
    pub raise_m: Option<f64>,
    /// Code under which the level of a basin stands in observed tables.
    pub gauge: Option<String>,
    /// Published storage of a basin at its flood level, m³; runs go by `storage`.
    pub storage_m3: Option<f64>,
    /// Level and storage of a basin as (m on its own datum, m³), from empty upward; empty for a gate.
    pub storage: Vec<[f64; 2]>,
}
