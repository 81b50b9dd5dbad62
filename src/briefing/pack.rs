//! Puts the briefing folder together: maps, hydrographs, tables and the page.

use std::path::{Path, PathBuf};

use base64::Engine as _;

use super::chart::{Chart, Level, Mark, Readings as Observed};
use super::losses::{self, LossAt};
use super::map::{Inset, Layer, MapSheet, Picture};
use super::page::{MapFigure, Page};
use super::series::{self, PlaceSeries};
use super::{clock, figures, skill, strings, tables, text, toll};
use crate::domain::frame::{Frame, Readings};
use crate::domain::impact::{MAXIMUM_EXTENT, Moment, Reason, choose_frames, loss_moments};
use crate::domain::order::Orders;
use crate::domain::recording::Recording;
use crate::domain::river::observed::Quantity;
use crate::domain::river::peaks::{PeakRow, peak_between, peak_table};
use crate::domain::river::skill::table::skill_table;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::io::folder::{self, FolderError};
use crate::io::outputs::{losses_csv, skill_csv, villages_csv};

/// Why a briefing could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BriefingError {
    /// The record holds no frame.
    #[error("the run has no recorded frame to brief from")]
    NoFrame,
    /// A frame of the record cannot be read back.
    #[error("frame {index} of the record cannot be read back")]
    LostFrame {
        /// Its position.
        index: usize,
    },
    /// The folder cannot be written.
    #[error("cannot write the briefing: {0}")]
    Folder(#[from] FolderError),
}

/// The files of a briefing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefingFiles {
    /// The self-contained page.
    pub page: PathBuf,
    /// All files, the page among them, in the order they were made.
    pub all: Vec<PathBuf>,
}

/// Size of a map, px.
const MAP_SIZE_PX: [u32; 2] = [1920, 1080];
/// Share of the work that the maps are.
const MAPS_SHARE: f64 = 0.9;

/// Makes the briefing of a recorded run in a folder, which is made if it is not there.
///
/// `map-1-….png` to `map-4-….png` at four moments (see [`choose_frames`]) and `map-max-depth.png`; `hydrograph-….svg`
/// and `peaks.csv`; `skill.csv` where series were observed; `losses.csv` and `villages.csv` where there is
/// a floodplain to count on; `index.html`, which shows them all and needs
/// none of them. `progress` is told the share done (0 to 1) and what is being made.
///
/// # Errors
/// When nothing was recorded, a frame cannot be read back, or the folder cannot be written.
pub fn write(
    dir: &Path,
    scenario: &Scenario,
    recording: &Recording,
    orders: &Orders,
    language: Language,
    progress: &mut dyn FnMut(f64, &str),
) -> Result<BriefingFiles, BriefingError> {
    let readings = recording.readings_from(0);
    let last = readings.last().ok_or(BriefingError::NoFrame)?;
    let moments = choose_frames(&readings);
    let places = series::at_places(scenario, recording, language);
    let mut job = Job { scenario, language, places: &places, files: vec![], page: Page::default() };

    job.paint_maps(recording, &moments, progress)?;
    progress(MAPS_SHARE, strings::HYDROGRAPHS.get(language));
    job.draw_charts();
    let peaks = peak_table(scenario, recording);
    job.add_tables(&peaks, &readings);
    job.add_skill(recording);
    job.add_toll(recording, &readings, orders);
    progress(0.95, strings::PAGE.get(language));
    tables::fill_summary(&mut job.page, scenario, &readings, &places, &peaks, language);
    job.page.hash = format!("{:016x}", text::scenario_hash(scenario));
    job.page.period = format!("{} ~ {}", clock::full(scenario.start, 0.0), clock::full(scenario.start, last.time_secs));
    job.page.basis = text::basis(scenario, Some(&last.budget), language);
    let onset = moments.iter().find(|moment| moment.reason == Reason::Onset);
    job.page.basis.extend(tables::bankfull(scenario, onset.map(|m| &*readings[m.frame]), &places, language));
    job.page.footer = text::map_footer(scenario, language).join(" ");
    let html = job.page.render(scenario, language);
    job.files.push(("index.html".to_owned(), html.into_bytes()));

    let all = folder::write_all(dir, &job.files)?;
    progress(1.0, strings::DONE.get(language));
    Ok(BriefingFiles { page: dir.join("index.html"), all })
}

fn depth_m(frame: &Frame) -> Vec<f64> {
    frame.depth_mm.iter().map(|mm| f64::from(*mm) / 1000.0).collect()
}

/// The briefing under construction.
struct Job<'a> {
    scenario: &'a Scenario,
    language: Language,
    places: &'a [PlaceSeries<'a>],
    files: Vec<(String, Vec<u8>)>,
    page: Page,
}

impl Job<'_> {
    fn paint_maps(
        &mut self,
        recording: &Recording,
        moments: &[Moment],
        progress: &mut dyn FnMut(f64, &str),
    ) -> Result<(), BriefingError> {
        let (scenario, language) = (self.scenario, self.language);
        let envelope = recording.envelope();
        let n_maps = moments.len() + usize::from(envelope.is_some());
        let share = |done: usize| MAPS_SHARE * done as f64 / n_maps as f64;
        let inset = self.inset();
        let sheet = lay_out(scenario, Layer::Depth, language);
        let mut losses_at = vec![];
        for (i, moment) in moments.iter().enumerate() {
            let heading = moment.reason.label().get(language);
            progress(share(i), heading);
            let frame = recording.frame(moment.frame).ok_or(BriefingError::LostFrame { index: moment.frame })?;
            let depth_m = depth_m(&frame);
            let loss = losses::at(scenario, frame.readings.losses.clone(), &depth_m, frame.time_secs, heading);
            let picture = Picture {
                values: &depth_m,
                heading,
                time_secs: Some(frame.time_secs),
                loss: loss.as_ref().map(LossAt::total),
                station_values: &self.station_values(&frame.readings),
                inset: inset.as_ref(),
            };
            let since = clock::since_start(frame.time_secs);
            let caption = format!(
                "{heading} · {} · {since}{}",
                clock::full(scenario.start, frame.time_secs),
                strings::aside(moment.reason.rule().get(language), language)
            );
            let name = format!("map-{}-{:.0}h.png", i + 1, frame.time_secs / 3600.0);
            self.add_map(name, caption, sheet.paint_png(&picture));
            losses_at.extend(loss);
        }
        if let Some(envelope) = envelope {
            let heading = Layer::MaxDepth.name().get(language);
            progress(share(moments.len()), heading);
            let depth_m: Vec<f64> = envelope.max_depth_m.iter().map(|h| f64::from(*h)).collect();
            let extent = loss_moments(scenario, recording).into_iter().find(|moment| moment.id == MAXIMUM_EXTENT);
            let picture = Picture {
                values: &depth_m,
                heading,
                time_secs: None,
                loss: extent.map(|moment| moment.total()),
                station_values: &self.station_peaks(),
                inset: inset.as_ref(),
            };
            let caption = format!("{heading} · {}", Layer::MaxDepth.definition().get(language));
            self.add_map(
                "map-max-depth.png".to_owned(),
                caption,
                lay_out(scenario, Layer::MaxDepth, language).paint_png(&picture),
            );
        }
        if let Some(river) = scenario.river.as_ref().filter(|_| !losses_at.is_empty()) {
            self.files.push(("losses.csv".to_owned(), for_excel(losses_csv(scenario, recording))));
            tables::fill_losses(&mut self.page, scenario, river, &losses_at, language);
        }
        Ok(())
    }

    fn add_map(&mut self, name: String, caption: String, png: Vec<u8>) {
        let base64 = base64::engine::general_purpose::STANDARD.encode(&png);
        self.page.maps.push(MapFigure { caption, base64 });
        self.files.push((name, png));
    }

    /// Discharge of the first station that has one.
    fn inset(&self) -> Option<Inset> {
        let place = self.places.iter().find(|place| !place.discharge.is_empty())?;
        let title = format!("{} {}", place.name, strings::DISCHARGE.get(self.language));
        Some(Inset { title, series: place.discharge.clone() })
    }

    fn station_values(&self, readings: &Readings) -> Vec<Option<String>> {
        // A section is measured over a step: at the start there is nothing to show yet.
        let value = |place: &PlaceSeries<'_>| {
            let section = readings.sections.get(place.section?).filter(|_| readings.time_secs > 0.0)?;
            Some(format!("{} m³/s", figures::discharge(section.discharge_m3s)))
        };
        self.places.iter().map(value).collect()
    }

    /// Peak discharge of every place, for the map of the whole run.
    fn station_peaks(&self) -> Vec<Option<String>> {
        let peak = |place: &PlaceSeries<'_>| {
            let peak = peak_between(&place.discharge, [f64::NEG_INFINITY, f64::INFINITY])?;
            Some(format!("{} m³/s", figures::discharge(peak.value)))
        };
        self.places.iter().map(peak).collect()
    }

    fn draw_charts(&mut self) {
        for place in self.places {
            for (kind, svg) in [("discharge", self.discharge_chart(place)), ("stage", self.stage_chart(place))] {
                if !svg.is_empty() {
                    self.files
                        .push((format!("hydrograph-{}-{kind}.svg", file_part(&place.id)), svg.clone().into_bytes()));
                    self.page.charts.push(svg);
                }
            }
        }
    }

    fn discharge_chart(&self, place: &PlaceSeries<'_>) -> String {
        let language = self.language;
        let bankfull = place.station.and_then(|station| station.bankfull_published_m3s);
        let level = |value: f64| Level {
            value,
            label: format!("{} {}", strings::BANKFULL.get(language), figures::discharge(value)),
            colour: "#7a5a14",
        };
        let mark = |value: f64| figures::discharge(value);
        let marks = place.station.map(|s| s.observed_peaks.as_slice()).unwrap_or_default().iter();
        Chart {
            title: format!("{} {}", place.name, strings::DISCHARGE.get(language)),
            start: self.scenario.start,
            line: &place.discharge,
            line_name: strings::COMPUTED.get(language),
            readings: self.observed(place, Quantity::Discharge),
            marks: marks
                .map(|peak| Mark {
                    time_secs: peak.time_secs,
                    tolerance_secs: peak.time_tolerance_secs,
                    value: peak.discharge_m3s,
                    label: mark(peak.discharge_m3s),
                })
                .collect(),
            mark_name: strings::OBSERVED.get(language),
            levels: bankfull.map(level).into_iter().collect(),
            peak: self.peak_label(&place.discharge, mark),
            has_zero: true,
            n_decimals: 0,
        }
        .svg()
    }

    fn stage_chart(&self, place: &PlaceSeries<'_>) -> String {
        let language = self.language;
        let station = place.station;
        let levels = [
            (station.and_then(|s| s.warning_stage_m), strings::WARNING_STAGE, "#7a5a14"),
            (station.and_then(|s| s.design_stage_m), strings::DESIGN_STAGE, "#5a1e5a"),
        ];
        let levels = levels.into_iter().filter_map(|(value, label, colour)| {
            let value = value?;
            Some(Level { value, label: format!("{} {}", label.get(language), figures::stage(value)), colour })
        });
        let marks = station.map(|s| s.observed_peaks.as_slice()).unwrap_or_default().iter();
        Chart {
            title: format!("{} {}", place.name, strings::STAGE.get(language)),
            start: self.scenario.start,
            line: &place.stage,
            line_name: strings::COMPUTED.get(language),
            readings: self.observed(place, Quantity::Stage),
            marks: marks
                .filter_map(|peak| {
                    let value = peak.stage_m?;
                    let label = figures::stage(value);
                    Some(Mark { time_secs: peak.time_secs, tolerance_secs: peak.time_tolerance_secs, value, label })
                })
                .collect(),
            mark_name: strings::OBSERVED.get(language),
            levels: levels.collect(),
            peak: self.peak_label(&place.stage, figures::stage),
            has_zero: false,
            n_decimals: 1,
        }
        .svg()
    }

    fn observed(&self, place: &PlaceSeries<'_>, quantity: Quantity) -> Observed {
        let Some(series) = place.station.and_then(|station| station.observed.as_ref()) else {
            return Observed::default();
        };
        let kind = series.kind.label().get(self.language);
        Observed {
            sound: series.values(quantity),
            doubtful: series.doubtful(quantity),
            name: format!("{}{}", strings::OBSERVED_SERIES.get(self.language), strings::aside(kind, self.language)),
        }
    }

    fn peak_label(&self, series: &[[f64; 2]], figure: impl Fn(f64) -> String) -> Option<([f64; 2], String)> {
        let peak = peak_between(series, [f64::NEG_INFINITY, f64::INFINITY])?;
        let at = strings::aside(&clock::wall(self.scenario.start, peak.time_secs), self.language);
        let label = format!("{}{at}", figure(peak.value));
        Some(([peak.time_secs, peak.value], label))
    }

    fn add_tables(&mut self, peaks: &[PeakRow], readings: &[std::sync::Arc<Readings>]) {
        tables::fill_peaks(&mut self.page, self.scenario, peaks, self.language);
        tables::fill_entries(&mut self.page, self.scenario, readings);
        if !peaks.is_empty() {
            self.files.push(("peaks.csv".to_owned(), for_excel(tables::peaks_csv(self.scenario, peaks))));
        }
    }

    fn add_toll(&mut self, recording: &Recording, readings: &[std::sync::Arc<Readings>], orders: &Orders) {
        toll::fill(&mut self.page, self.scenario, readings, orders, self.language);
        if self.scenario.exposure.is_some() {
            self.files.push(("villages.csv".to_owned(), for_excel(villages_csv(self.scenario, recording, orders))));
        }
    }

    fn add_skill(&mut self, recording: &Recording) {
        let rows = skill_table(self.scenario, recording);
        if !rows.is_empty() {
            skill::fill(&mut self.page, &rows, self.language);
            self.files.push(("skill.csv".to_owned(), for_excel(skill_csv(&rows))));
        }
    }
}

fn lay_out(scenario: &Scenario, layer: Layer, language: Language) -> MapSheet<'_> {
    let note = text::map_note(scenario, language);
    MapSheet::new(scenario, layer, MAP_SIZE_PX, language, &note, text::map_footer(scenario, language))
}

/// A table behind a byte-order mark, without which Excel takes UTF-8 for the system's own encoding.
fn for_excel(csv: Vec<u8>) -> Vec<u8> {
    ["\u{FEFF}".as_bytes(), &csv].concat()
}

/// A name as part of a file name: letters, digits and Chinese signs stay.
fn file_part(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}
