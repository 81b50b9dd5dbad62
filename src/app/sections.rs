//! Cross-sections and the long profile at the playhead.

use std::sync::Arc;

use super::desk::{Desk, Show};
use crate::domain::frame::Frame;
use crate::domain::geo::PointMap;
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::domain::transect::{ProfilePlace, Transect, across, long_profile};
use crate::ui::actions::SectionKind;
use crate::ui::format;
use crate::ui::section::SectionModel;

/// Takes a click: with a river the section goes across it there; without one two clicks are its ends.
pub(super) fn choose(line: &mut Vec<PointMap>, show: &Show, at: PointMap) {
    match &show.scenario.river {
        Some(river) => {
            if let Some(ends) = across(river, at) {
                *line = ends.to_vec();
            }
        }
        None if line.len() == 1 => line.push(at),
        None => *line = vec![at],
    }
}

/// The section on screen, and what it was cut from.
#[derive(Default)]
pub(super) struct Cut {
    of: Option<(SectionKind, Vec<PointMap>, Arc<Frame>)>,
    pub(super) model: Option<SectionModel>,
}

/// Cuts the section anew when another is wanted or another frame is shown. While that is on its way the one before stays.
pub(super) fn cut_section(desk: &mut Desk) {
    let Desk { ui, show, section_line, cut, .. } = desk;
    let (Some(kind), Some(show)) = (ui.section, &*show) else {
        *cut = Cut::default();
        return;
    };
    let Some(frame) = frame_at(show, show.playback.time_secs()) else { return };
    let is_held = |(of, line, cut): &(SectionKind, Vec<PointMap>, Arc<Frame>)| {
        *of == kind && line == section_line && Arc::ptr_eq(cut, &frame)
    };
    if cut.of.as_ref().is_some_and(is_held) {
        return;
    }
    cut.model = Some(match kind {
        SectionKind::Across => across_model(&show.scenario, &frame, section_line),
        SectionKind::Along => along_model(&show.scenario, &frame),
    });
    cut.of = Some((kind, section_line.clone(), frame));
}

/// The frame at or before a time.
pub(super) fn frame_at(show: &Show, time_secs: f64) -> Option<Arc<Frame>> {
    let moment = show.shown.course.bracket(time_secs)?;
    moment.recording.frame_at_hand(moment.before)
}

/// A section along a line from the left bank to the right one.
pub(super) fn across_model(scenario: &Scenario, frame: &Frame, line: &[PointMap]) -> SectionModel {
    let section = Transect::of(scenario, frame, line);
    let bed: Vec<[f64; 2]> = section.places.iter().map(|place| [place.along_m / 1000.0, place.bed_m]).collect();
    let stage_m: Vec<Option<f64>> = section.places.iter().map(|place| place.stage_m).collect();
    let ground_at = |along_m: f64| {
        let nearest =
            section.places.iter().min_by(|a, b| (a.along_m - along_m).abs().total_cmp(&(b.along_m - along_m).abs()));
        nearest.map_or(f64::NAN, |place| place.bed_m)
    };
    let spike = |km: f64, crest_m: f64, foot_m: f64| vec![[km, foot_m], [km, crest_m]];
    let crests = section.crossings.iter().map(|c| spike(c.along_m / 1000.0, c.crest_m, ground_at(c.along_m)));
    let title = across_title(scenario, &section, line);
    let banks = [(bed.first(), "左岸", "left bank"), (bed.last(), "右岸", "right bank")];
    let banks = banks.into_iter().filter(|_| scenario.river.is_some());
    let marks = banks.filter_map(|(end, zh, en)| Some((end?[0], Bilingual::new(zh, en)))).collect();
    SectionModel { kind: SectionKind::Across, title, crests: crests.collect(), bed, stage_m, marks }
}

fn across_title(scenario: &Scenario, section: &Transect, line: &[PointMap]) -> Bilingual {
    let highest = section.places.iter().filter_map(|place| place.stage_m).fold(f64::NEG_INFINITY, f64::max);
    if section.places.is_empty() {
        return Bilingual::default();
    }
    let middle = [f64::midpoint(line[0][0], line[1][0]), f64::midpoint(line[0][1], line[1][1])];
    let km = scenario.river.as_ref().and_then(|river| river.km_at(middle));
    let place = km.map_or_else(String::new, |km| format!("{km:.1} km  "));
    // From the left bank to the right one the water goes from the right hand to the left one.
    let sign = if scenario.river.is_some() { -1.0 } else { 1.0 };
    let discharge = format::discharge(sign * section.discharge_m3s);
    let stage = if highest.is_finite() { format::stage(highest) } else { format::ABSENT.to_owned() };
    let freeboard = section.crossings.iter().map(|c| c.crest_m - highest).fold(f64::INFINITY, f64::min);
    let has_freeboard = freeboard.is_finite() && highest.is_finite();
    let below =
        |zh: &str| if has_freeboard { format!("{zh} {} m", format::number(freeboard, 2)) } else { String::new() };
    Bilingual::new(
        format!("{place}流量 {discharge} m³/s  最高水位 {stage} m  {}", below("低于堤顶")),
        format!("{place}discharge {discharge} m³/s  highest stage {stage} m  {}", below("below crest")),
    )
}

/// The long profile of a river.
pub(super) fn along_model(scenario: &Scenario, frame: &Frame) -> SectionModel {
    let places = long_profile(scenario, frame);
    let crest = |side: usize| {
        let at = |place: &ProfilePlace| place.crests_m[side].map(|crest_m| [place.km, crest_m]);
        places.iter().filter_map(at).collect::<Vec<_>>()
    };
    let stations = scenario.river.iter().flat_map(|river| &river.stations);
    SectionModel {
        kind: SectionKind::Along,
        title: Bilingual::new(
            "水面、主槽最低处、左右岸堤顶（里程自小浪底）",
            "Water, lowest bed, levee crests (km below Xiaolangdi)",
        ),
        bed: places.iter().map(|place| [place.km, place.bed_m]).collect(),
        stage_m: places.iter().map(|place| place.stage_m).collect(),
        crests: [0, 1].map(crest).into_iter().filter(|line| line.len() > 1).collect(),
        marks: stations.map(|station| (station.chainage_km, station.name.clone())).collect(),
    }
}
