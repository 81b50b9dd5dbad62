//! People and losses up to the end of the run: the ledger by floodplain unit, who had to be ordered to leave by when, and
//! people over time.

use std::fmt::Write as _;
use std::sync::Arc;

use super::page::{Page, PlainTable};
use super::{clock, strings};
use crate::domain::frame::Readings;
use crate::domain::impact::clock::{Clock, ClockRow, DELAYS_HOURS, UnitClock, by_unit};
use crate::domain::impact::columns::{Column, Group, UnitLine, columns_of, sum_of, three_digits, unit_lines};
use crate::domain::impact::{
    Exposure, ROUNDING_NOTE, UnitLoss, VillageState, fold, ordered_at, people_rounded, thousands, total, widest,
};
use crate::domain::order::{Order, Orders};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;
use crate::domain::text::{Label, Language};

/// Villages in the table of the clock.
const MOST_VILLAGES: usize = 20;

/// Tables and chart of a run, from the readings of its frames.
pub(crate) fn fill(
    page: &mut Page,
    scenario: &Scenario,
    readings: &[Arc<Readings>],
    orders: &Orders,
    language: Language,
) {
    let (Some(river), Some(exposure), Some(last)) = (&scenario.river, &scenario.exposure, readings.last()) else {
        return;
    };
    // People and villages are of a moment: the one at which most land is under water. Losses are of the whole run.
    for (group, at) in [(Group::People, widest(readings).unwrap_or(last)), (Group::Money, last)] {
        let lines = unit_lines(&river.units, readings.iter().map(|readings| &**readings), at);
        page.tables.push(ledger(scenario, river, &lines, (group, at.time_secs), language));
    }
    page.tables.extend(clock_table(scenario, river, exposure, readings, orders, language));
    page.charts.extend(people_svg(readings, language));
}

fn ledger(
    scenario: &Scenario,
    river: &River,
    lines: &[UnitLine],
    (group, at_secs): (Group, f64),
    language: Language,
) -> PlainTable {
    let counts_lives = scenario.exposure.as_ref().is_some_and(|exposure| exposure.counts_lives);
    let columns: Vec<_> = columns_of(group, counts_lives).collect();
    let head = |label: Label, unit: Label| format!("{} {}", label.get(language), unit.get(language));
    let mut heads = vec![strings::UNIT.get(language).to_owned()];
    heads.extend(columns.iter().map(|column| head(column.head, column.unit)));
    let row = |name: &str, line: &UnitLine| {
        let cell = |column: &&Column| {
            let value = column.value(line);
            let text = value.text(|secs| clock::wall(scenario.start, secs));
            value.range().map_or(text.clone(), |[low, high]| format!("{text} ({low}–{high})"))
        };
        std::iter::once(name.to_owned()).chain(columns.iter().map(cell)).collect::<Vec<String>>()
    };
    let mut rows: Vec<Vec<String>> =
        river.units.iter().zip(lines).map(|(unit, line)| row(unit.name.get(language), line)).collect();
    rows.push(row(strings::TOTAL.get(language), &sum_of(lines)));
    let heading = match group {
        Group::Money => strings::LOSSES_SO_FAR,
        _ => strings::PEOPLE_SO_FAR,
    };
    let note = match group {
        Group::Money => strings::MONEY_NOTE,
        _ => ROUNDING_NOTE,
    };
    PlainTable {
        heading: format!("{} {}", heading.get(language), clock::wall(scenario.start, at_secs)),
        heads,
        rows,
        has_total: true,
        note: note.get(language).to_owned(),
    }
}

fn clock_table(
    scenario: &Scenario,
    river: &River,
    exposure: &Exposure,
    readings: &[Arc<Readings>],
    orders: &Orders,
    language: Language,
) -> Option<PlainTable> {
    let mut states = vec![VillageState::default(); exposure.villages.len()];
    fold(&mut states, readings.iter().flat_map(|readings| &readings.villages));
    let given: Vec<&Order> = orders.all().iter().collect();
    let rows = Clock::new(scenario)?.rows(exposure, &states, &ordered_at(exposure, river, &given), 0.0);
    if rows.is_empty() {
        return None;
    }
    let wall = |secs: f64| clock::wall(scenario.start, secs);
    let maybe = |secs: Option<f64>| secs.map_or_else(|| "–".to_owned(), wall);
    let people = |count: f64| thousands(people_rounded(count), 0);
    let unit = |clock: UnitClock| {
        let name = river.units.get(clock.unit).map_or("", |unit| unit.name.get(language));
        vec![
            name.to_owned(),
            format!("{} ({})", clock.n_villages, clock.n_ordered),
            people(clock.people),
            String::new(),
            String::new(),
            maybe(clock.deadline_secs),
            people(clock.left_behind[1]),
            people(clock.left_behind[2]),
            people(clock.left_behind[3]),
        ]
    };
    let village = |row: &ClockRow| {
        let ordered = row.ordered_secs.map(|secs| format!("{} {}", strings::ORDERED.get(language), wall(secs)));
        vec![
            exposure.villages[row.village].name.get(language).to_owned(),
            row.need.label().get(language).to_owned(),
            people(row.people),
            wall(row.reached_secs),
            maybe(row.cut_secs),
            ordered.map_or_else(|| wall(row.deadline_secs), |text| format!("{} ({text})", wall(row.deadline_secs))),
            people(row.left_behind[1]),
            people(row.left_behind[2]),
            people(row.left_behind[3]),
        ]
    };
    let late = |hours: f64| format!("{} {hours:.0} h", strings::LATE.get(language));
    let heads = [strings::WHO, strings::NEED, strings::PERSONS, strings::WATER_AT, strings::ROAD_CUT, strings::LATEST];
    let heads = heads.iter().map(|label| label.get(language).to_owned());
    Some(PlainTable {
        heading: strings::DECISION_CLOCK.get(language).to_owned(),
        heads: heads.chain(DELAYS_HOURS[1..].iter().map(|hours| late(*hours))).collect(),
        rows: by_unit(exposure, &rows, 0.0)
            .into_iter()
            .map(unit)
            .chain(rows.iter().take(MOST_VILLAGES).map(village))
            .collect(),
        has_total: false,
        note: strings::CLOCK_NOTE.get(language).to_owned(),
    })
}

/// What a line of the chart is, its colour, and its value.
type PeopleLine = (Label, &'static str, fn(&UnitLoss) -> f64);

const PEOPLE_LINES: [PeopleLine; 3] = [
    (Label::new("尚在险境", "At risk"), "#b0401c", |loss| loss.people_at_risk),
    (Label::new("被困", "Stranded"), "#7a3f8f", |loss| loss.people_stranded),
    (Label::new("已安置", "Sheltered"), "#1f7a4d", |loss| loss.people_moved),
];

/// People over time as a picture; none where nobody is in danger or moved.
fn people_svg(readings: &[Arc<Readings>], language: Language) -> Option<String> {
    const SIZE: [f64; 2] = [860.0, 240.0];
    const LEFT: f64 = 80.0;
    const FOOT: f64 = 26.0;
    const HEAD: f64 = 30.0;
    let all: Vec<(f64, UnitLoss)> = readings.iter().map(|r| (r.time_secs, total(&r.losses))).collect();
    let top = PEOPLE_LINES.iter().flat_map(|line| all.iter().map(|(_, loss)| (line.2)(loss))).fold(0.0, f64::max);
    let (first, last) = (all.first()?.0, all.last()?.0);
    if top < 1.0 || last <= first {
        return None;
    }
    let x = |secs: f64| LEFT + (SIZE[0] - LEFT - 20.0) * (secs - first) / (last - first);
    let y = |value: f64| SIZE[1] - FOOT - (SIZE[1] - FOOT - HEAD) * value / top;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"13\">",
        SIZE[0], SIZE[1]
    );
    let mut add = |piece: String| {
        let written = svg.write_str(&piece);
        debug_assert!(written.is_ok(), "a string takes all");
    };
    add(format!("<text x=\"8\" y=\"18\" font-weight=\"bold\">{}</text>", strings::PEOPLE_OVER_TIME.get(language)));
    for share in [0.0, 0.5, 1.0] {
        let (at, text) = (y(share * top), three_digits(share * top));
        add(format!("<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ccc\"/>", SIZE[0] - 20.0));
        add(format!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", LEFT - 6.0, at + 4.0));
    }
    for (secs, anchor) in [(first, "start"), (last, "end")] {
        let (at, text) = (x(secs), clock::since_start(secs));
        add(format!("<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{text}</text>", SIZE[1] - 8.0));
    }
    for (k, (name, colour, of)) in PEOPLE_LINES.iter().enumerate() {
        let points: Vec<String> =
            all.iter().map(|(secs, loss)| format!("{:.1},{:.1}", x(*secs), y(of(loss)))).collect();
        let points = points.join(" ");
        add(format!("<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"));
        let at = 240.0 + 190.0 * k as f64;
        add(format!("<text x=\"{at}\" y=\"18\" fill=\"{colour}\">— {}</text>", name.get(language)));
    }
    add("</svg>".to_owned());
    Some(svg)
}
