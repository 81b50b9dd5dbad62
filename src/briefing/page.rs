//! The one self-contained page: everything it shows, rendered through `page.html`.

use minijinja::{Environment, Value, context};

use super::page_text;
use super::skill::SkillLine;
use crate::domain::scenario::{Mode, Scenario};
use crate::domain::text::Language;

/// What the page shows, already in words.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) period: String,
    pub(crate) hash: String,
    pub(crate) summary: String,
    pub(crate) numbers: Vec<Number>,
    pub(crate) numbers_note: String,
    pub(crate) maps: Vec<MapFigure>,
    pub(crate) charts: Vec<String>,
    pub(crate) peaks: Vec<PeakLine>,
    pub(crate) peaks_note: String,
    pub(crate) travel: Vec<TravelLine>,
    pub(crate) skill: Vec<SkillLine>,
    pub(crate) skill_heading: String,
    pub(crate) skill_note: String,
    pub(crate) losses_heading: String,
    pub(crate) units: Vec<UnitRow>,
    pub(crate) exposure_source: String,
    pub(crate) threshold: String,
    pub(crate) tables: Vec<PlainTable>,
    pub(crate) records: Vec<RecordLine>,
    pub(crate) records_note: String,
    pub(crate) basis: Vec<(String, String)>,
    pub(crate) footer: String,
}

/// One of the four numbers with its range.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) label: String,
    pub(crate) figure: String,
    pub(crate) unit: String,
    /// The figure with the higher and with the lower threshold.
    pub(crate) range: Vec<String>,
}

/// A map and what stands under it.
#[derive(Debug)]
pub(crate) struct MapFigure {
    pub(crate) caption: String,
    pub(crate) base64: String,
}

/// An observed peak beside the simulated one.
#[derive(Debug)]
pub(crate) struct PeakLine {
    pub(crate) station: String,
    pub(crate) role: String,
    pub(crate) observed_time: String,
    pub(crate) observed_discharge: String,
    pub(crate) observed_stage: String,
    pub(crate) time: String,
    pub(crate) discharge: String,
    pub(crate) stage: String,
    pub(crate) dt: String,
    pub(crate) dq: String,
    pub(crate) dz: String,
    pub(crate) confidence: String,
    /// The simulated time lies outside the uncertainty of the observed one.
    pub(crate) is_off: bool,
}

/// Time a peak took from the first station to another, h.
#[derive(Debug)]
pub(crate) struct TravelLine {
    pub(crate) reach: String,
    pub(crate) observed: String,
    pub(crate) simulated: String,
    pub(crate) difference: String,
    /// The difference exceeds the uncertainty of the observed time.
    pub(crate) is_off: bool,
}

/// What is on record of the flood, beside what was simulated.
#[derive(Debug)]
pub(crate) struct RecordLine {
    pub(crate) label: String,
    pub(crate) simulated: String,
    pub(crate) recorded: String,
    pub(crate) confidence: String,
    /// The record shared out by floodplain area.
    pub(crate) shared_out: String,
}

/// A table that is in words already.
#[derive(Debug, Default)]
pub(crate) struct PlainTable {
    pub(crate) heading: String,
    pub(crate) heads: Vec<String>,
    /// The first cell names the row.
    pub(crate) rows: Vec<Vec<String>>,
    /// The last row is a sum.
    pub(crate) has_total: bool,
    pub(crate) note: String,
}

/// Losses of one unit, or their total.
#[derive(Debug)]
pub(crate) struct UnitRow {
    pub(crate) name: String,
    pub(crate) county: String,
    pub(crate) entry: String,
    pub(crate) area: String,
    pub(crate) share: String,
    pub(crate) farmland: String,
    pub(crate) people: String,
    pub(crate) villages: String,
    pub(crate) volume: String,
    pub(crate) is_total: bool,
}

impl Page {
    /// The page as HTML.
    pub(crate) fn render(&self, scenario: &Scenario, language: Language) -> String {
        let mut environment = Environment::new();
        environment.add_template("page.html", include_str!("page.html")).expect("the built-in template is well formed");
        let template = environment.get_template("page.html").expect("the template was added on the line before");
        let rgb = super::map::mode_rgb(scenario.mode);
        let page = context! {
            lang => match language { Language::Zh => "zh-CN", Language::En => "en" },
            t => page_text::all(language),
            title => scenario.title.get(language),
            name => scenario.name.as_str(),
            mode => scenario.mode.label().get(language),
            mode_class => if scenario.mode == Mode::Drill { "drill" } else { "" },
            mode_colour => format!("#{:02x}{:02x}{:02x}", rgb[0], rgb[1], rgb[2]),
            version => env!("CARGO_PKG_VERSION"),
            rounding => crate::domain::impact::ROUNDING_NOTE.get(language),
            period => self.period.as_str(),
            hash => self.hash.as_str(),
            summary => self.summary.as_str(),
            numbers => values(&self.numbers, Number::value),
            numbers_note => self.numbers_note.as_str(),
            maps => values(&self.maps, MapFigure::value),
            charts => values(&self.charts, |svg| Value::from(svg.as_str())),
            peaks => values(&self.peaks, PeakLine::value),
            peaks_note => self.peaks_note.as_str(),
            travel => values(&self.travel, TravelLine::value),
            skill => values(&self.skill, SkillLine::value),
            skill_heading => self.skill_heading.as_str(),
            skill_note => self.skill_note.as_str(),
            losses_heading => self.losses_heading.as_str(),
            units => values(&self.units, UnitRow::value),
            exposure_source => self.exposure_source.as_str(),
            threshold => self.threshold.as_str(),
            tables => values(&self.tables, PlainTable::value),
            records => values(&self.records, RecordLine::value),
            records_note => self.records_note.as_str(),
            basis => values(&self.basis, |(term, text)| Value::from(vec![term.clone(), text.clone()])),
            footer => self.footer.as_str(),
        };
        template.render(page).expect("the built-in template uses only values that are given")
    }
}

fn values<T>(rows: &[T], value: impl Fn(&T) -> Value) -> Value {
    Value::from(rows.iter().map(value).collect::<Vec<_>>())
}

impl Number {
    fn value(&self) -> Value {
        context! {
            label => self.label.as_str(),
            figure => self.figure.as_str(),
            unit => self.unit.as_str(),
            range => Value::from(self.range.clone()),
        }
    }
}

impl MapFigure {
    fn value(&self) -> Value {
        context! {
            caption => self.caption.as_str(),
            base64 => self.base64.as_str(),
        }
    }
}

impl PeakLine {
    fn value(&self) -> Value {
        context! {
            station => self.station.as_str(),
            role => self.role.as_str(),
            is_off => self.is_off,
            observed_time => self.observed_time.as_str(),
            observed_discharge => self.observed_discharge.as_str(),
            observed_stage => self.observed_stage.as_str(),
            time => self.time.as_str(),
            discharge => self.discharge.as_str(),
            stage => self.stage.as_str(),
            dt => self.dt.as_str(),
            dq => self.dq.as_str(),
            dz => self.dz.as_str(),
            confidence => self.confidence.as_str(),
        }
    }
}

impl TravelLine {
    fn value(&self) -> Value {
        context! {
            reach => self.reach.as_str(),
            observed => self.observed.as_str(),
            simulated => self.simulated.as_str(),
            difference => self.difference.as_str(),
            is_off => self.is_off,
        }
    }
}

impl RecordLine {
    fn value(&self) -> Value {
        context! {
            label => self.label.as_str(),
            simulated => self.simulated.as_str(),
            recorded => self.recorded.as_str(),
            confidence => self.confidence.as_str(),
            shared_out => self.shared_out.as_str(),
        }
    }
}

impl PlainTable {
    fn value(&self) -> Value {
        context! {
            heading => self.heading.as_str(),
            heads => Value::from(self.heads.clone()),
            rows => values(&self.rows, |row| Value::from(row.clone())),
            has_total => self.has_total,
            note => self.note.as_str(),
        }
    }
}

impl UnitRow {
    fn value(&self) -> Value {
        context! {
            name => self.name.as_str(),
            county => self.county.as_str(),
            entry => self.entry.as_str(),
            area => self.area.as_str(),
            share => self.share.as_str(),
            farmland => self.farmland.as_str(),
            people => self.people.as_str(),
            villages => self.villages.as_str(),
            volume => self.volume.as_str(),
            is_total => self.is_total,
        }
    }
}
