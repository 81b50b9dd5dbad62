//! The channel of a corridor as a line beside its grid.

use super::ground::Ground;
use super::profile::Profile;
use super::{Opening, box_of, section};
use crate::domain::geo::Grid;
use crate::domain::geo::smooth::interpolate;
use crate::domain::river::LandClass;
use crate::domain::river::line::{ChannelLine, Course, SectionAt};

/// The line between the two sides of the grid; `None` when the course does not lie inside it.
pub(super) fn lay(grid: &Grid, profile: &Profile, ground: &Ground, openings: [Opening; 2]) -> Option<ChannelLine> {
    let positions: Vec<f64> = (0..profile.chainage_km.len()).map(|i| i as f64).collect();
    let along_m = |position: f64| interpolate(&positions, profile.line.along_m(), position);
    let inside = box_of::clip(grid, profile.line.points());
    let span_m = [along_m(inside.first()?.1), along_m(inside.last()?.1)];
    let is = |class| ground.class.iter().map(|of| *of == class).collect::<Vec<bool>>();
    let (is_channel, is_plain) = (is(LandClass::Channel), is(LandClass::Floodplain));
    let course = Course { grid, line: &profile.line, span_m, is_channel: &is_channel, is_plain: &is_plain };
    let mut line = course.lay(|along_m| section_at(profile, along_m))?;
    for (end, opening) in line.ends.iter_mut().zip(openings) {
        // The opening leaves out a cell at either levee, where the course may run.
        let along_m =
            if end.edge == opening.edge { end.along_m } else { 0.5 * (opening.span_m[0] + opening.span_m[1]) };
        (end.edge, end.along_m) = (opening.edge, along_m.clamp(opening.span_m[0], opening.span_m[1]));
    }
    Some(line)
}

fn section_at(profile: &Profile, along_m: f64) -> SectionAt {
    let here = profile.at(along_m);
    SectionAt {
        width_m: here.width_m,
        lip_m: here.lip_m,
        bed_m: here.thalweg_m,
        bottom_frac: section::BOTTOM_FRAC,
        manning: here.manning,
        chainage_km: here.chainage_km,
    }
}
