//! `hetu twin`: the river beside what was measured, and its calibration.

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::args::TwinArgs;
use crate::domain::geo::corridor::CalibratedRow;
use crate::domain::river::observed::WindowRole;
use crate::domain::river::twin::{
    Fit, RatingRow, ScoreRow, calibrate, calibration_markdown, fit_markdown, rating_markdown, ratings, score_markdown,
    scores, summary_markdown,
};
use crate::io::{river, twin};

/// Everything, for `--json`.
#[derive(Serialize)]
struct Report<'a> {
    ratings: &'a [RatingRow],
    calibration: &'a [CalibratedRow],
    #[serde(skip_serializing_if = "Option::is_none")]
    fits: Option<&'a [Fit]>,
    skill: &'a [ScoreRow],
}

/// Prints ratings, calibration and skill; with `--calibrate` it carries out the calibration too.
pub(super) fn twin(options: &TwinArgs) -> anyhow::Result<Outcome> {
    let tables = river::tables()?;
    let floods = twin::floods(&tables)?;
    let fits = if options.calibrate { Some(calibrate(&tables, &floods)?) } else { None };
    let (ratings, skill) = (ratings(&tables, &floods)?, scores(&tables, &floods)?);
    if options.json {
        let report =
            Report { ratings: &ratings, calibration: &tables.calibration, fits: fits.as_deref(), skill: &skill };
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(Outcome::Done);
    }
    println!("{RATINGS}\n\n{}", rating_markdown(&ratings));
    println!("{CALIBRATION}\n\n{}", calibration_markdown(&tables.calibration));
    if let Some(fits) = &fits {
        println!("{FITS}\n\n{}", fit_markdown(fits, &tables.calibration));
    }
    println!("{SKILL}\n\nCalibration (率定):\n\n{}", score_markdown(&skill, WindowRole::Calibration));
    println!("Blind (检验):\n\n{}", score_markdown(&skill, WindowRole::Blind));
    print!("Together (published n, calibrated n):\n\n{}", summary_markdown(&skill));
    Ok(Outcome::Done)
}

const RATINGS: &str = "Stage at a discharge, m. Section: uniform flow. 1-D line: steady profile of the whole river, floodplain level with the \
lip. The section agrees with the dated stage by construction. Readings: median of those within 10 %, carried by the \
window's own rating. Errors: published n, calibrated n.";

const CALIBRATION: &str = "Calibrated Manning's n in the program (assets/river/calibration.csv).";

const FITS: &str = "Found by this run.";

const SKILL: &str = "Skill of the 1-D routing, simulated at the readings. Grades of GB/T 22482-2008, - for none; ! more than permissible. \
Inflows as observed at Xiaolangdi, Heishiguan and Wuzhi (Huayuankou for 1958 and 1996, reconstructed); nothing is \
known of Dongping Lake, canals and production dikes. Stage: mean error of the section in uniform flow, for 1958 and \
1996 that of the highest stage, by which those beds were placed. Times, volume and stage: published n, calibrated n.";
