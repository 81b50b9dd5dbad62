//! The skill of a run in columns, to be read on a terminal.

use crate::domain::river::skill::standard::Grade;
use crate::domain::river::skill::table::{DischargeSkill, StageSkill, StationSkill};

/// One line for each observed station under a heading; nothing where nothing was observed.
pub(super) fn skill_lines(skill: &[StationSkill]) -> String {
    let Some(first) = skill.first() else { return String::new() };
    let heading = format!(
        "skill beside the observed series {} (GB/T 22482-2008; simulated at the readings, like with like):\n  \
         station role        readings      DC     qualified   peak m3s obs/sim      peak %  peak h  volume %  stage mean/rms/largest m\n",
        first.window
    );
    skill.iter().map(line).fold(heading, |text, line| text + &line)
}

fn line(skill: &StationSkill) -> String {
    let discharge = skill.discharge.as_ref().map_or_else(|| "no discharge to compare".to_owned(), discharge_columns);
    let stage = skill.stage.as_ref().map_or_else(|| "no stage".to_owned(), stage_columns);
    format!("  {:<7} {:<11} {discharge}  {stage}\n", skill.station_id, skill.role.label().en)
}

fn discharge_columns(skill: &DischargeSkill) -> String {
    let coefficient = skill.coefficient.map_or_else(|| "none".to_owned(), |dc| format!("{dc:.3}"));
    let grade = skill.coefficient_grade().map_or("", short);
    let volume = skill.volume_error_frac.map_or_else(|| "none".to_owned(), |frac| format!("{:+.1}", 100.0 * frac));
    let mark = |is_qualified: bool| if is_qualified { ' ' } else { '!' };
    let peak = &skill.peak;
    format!(
        "{:>8}  {coefficient:>6} {grade:<2} {:>6.1} % {:<2} {:>8.0} / {:<8.0} {:>+8.1}{} {:>+6.0}{} {volume:>9}",
        skill.n_readings,
        skill.qualified_rate_percent,
        short(skill.rate_grade()),
        peak.observed[1],
        peak.at_readings[1],
        100.0 * peak.error_frac(),
        mark(skill.is_peak_qualified()),
        peak.time_error_secs() / 3600.0,
        mark(skill.is_peak_time_qualified()),
    )
}

/// A grade in one letter; what is not qualified is a dash.
fn short(grade: Grade) -> &'static str {
    if grade == Grade::Unqualified { "-" } else { grade.label().en }
}

fn stage_columns(skill: &StageSkill) -> String {
    format!("{:+.2} / {:.2} / {:+.2}", skill.mean_error_m, skill.rms_error_m, skill.largest_error_m)
}
