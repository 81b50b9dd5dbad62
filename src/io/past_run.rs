//! What a run left in its folder, read again: discharge and stage at its sections, with the wall clock of its start.
//!
//! A detailed reach takes its ends from here. Only `summary.json` and `sections.csv` are looked at.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The sections of a run that was written to a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// Wall clock at its t = 0.
    pub start: OffsetDateTime,
    /// Its sections, in the order of the table.
    pub sections: Vec<PastSection>,
}

/// What a run had at one section.
#[derive(Debug, Clone, PartialEq)]
pub struct PastSection {
    /// Name.
    pub name: String,
    /// Time (s after that run's start) and discharge, m³/s, rising in time.
    pub discharge_m3s: Vec<[f64; 2]>,
    /// Time (s after that run's start) and mean stage, m, where the section was wet.
    pub stage_m: Vec<[f64; 2]>,
}

/// Why the sections of a run could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PastRunError {
    /// There is no such folder.
    #[error("no folder of a run: {path}")]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A file of it cannot be read.
    #[error("{source}: {path}")]
    Unreadable {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// Its summary does not say when it starts.
    #[error("a summary without the start of the run ({why}); run it again with this version: {path}")]
    Summary {
        /// What is wrong.
        why: String,
        /// The file.
        path: PathBuf,
    },
    /// Its table of sections is faulty.
    #[error("{why}: {path}")]
    Table {
        /// What is wrong, with the line.
        why: String,
        /// The file.
        path: PathBuf,
    },
}

/// Reads the sections of a run from its folder.
///
/// # Errors
/// When the folder or one of the two files is missing or faulty, or the run is older than the `start` of a summary.
pub fn read(dir: &Path) -> Result<PastRun, PastRunError> {
    if !dir.is_dir() {
        return Err(PastRunError::NoFolder { path: dir.to_owned() });
    }
    Ok(PastRun { start: start(&dir.join("summary.json"))?, sections: sections(&dir.join("sections.csv"))? })
}

fn text(path: &Path) -> Result<String, PastRunError> {
    std::fs::read_to_string(path).map_err(|source| PastRunError::Unreadable { source, path: path.to_owned() })
}

fn start(path: &Path) -> Result<OffsetDateTime, PastRunError> {
    #[derive(Deserialize)]
    struct Summary {
        start: String,
    }
    let wrong = |why: String| PastRunError::Summary { why, path: path.to_owned() };
    let summary: Summary = serde_json::from_str(&text(path)?).map_err(|error| wrong(error.to_string()))?;
    OffsetDateTime::parse(&summary.start, &Rfc3339).map_err(|error| wrong(error.to_string()))
}

fn sections(path: &Path) -> Result<Vec<PastSection>, PastRunError> {
    #[derive(Deserialize)]
    struct Row {
        time_secs: f64,
        section: String,
        discharge_m3s: f64,
        mean_stage_m: Option<f64>,
    }
    let wrong = |why: String| PastRunError::Table { why, path: path.to_owned() };
    let text = text(path)?;
    let mut sections: Vec<PastSection> = Vec::new();
    for (row, line) in csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>().zip(2_usize..) {
        let row = row.map_err(|error| wrong(error.to_string()))?;
        let at = sections.iter().position(|section| section.name == row.section).unwrap_or_else(|| {
            sections.push(PastSection { name: row.section, discharge_m3s: Vec::new(), stage_m: Vec::new() });
            sections.len() - 1
        });
        let section = &mut sections[at];
        let is_late = section.discharge_m3s.last().is_none_or(|last| last[0] < row.time_secs);
        if !(is_late && row.discharge_m3s.is_finite() && row.mean_stage_m.is_none_or(f64::is_finite)) {
            return Err(wrong(format!("line {line}: a row that is no number or not later than the one before it")));
        }
        section.discharge_m3s.push([row.time_secs, row.discharge_m3s]);
        section.stage_m.extend(row.mean_stage_m.map(|stage_m| [row.time_secs, stage_m]));
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "{\"name\": \"a\", \"start\": \"2021-09-15T08:00:00+08:00\"}";
    const SECTIONS: &str = "time_secs,section,discharge_m3s,mean_stage_m\n\
        0,A,1.5,10\n0,B,2,\n600,A,2.5,11\n600,B,3,7\n";

    fn folder(summary: &str, sections: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("summary.json"), summary).unwrap();
        std::fs::write(folder.path().join("sections.csv"), sections).unwrap();
        folder
    }

    #[test]
    fn sections_are_read_by_name_and_a_dry_one_has_no_stage() {
        let run = read(folder(SUMMARY, SECTIONS).path()).unwrap();
        assert_eq!(run.start.unix_timestamp(), 1_631_664_000);
        let names: Vec<&str> = run.sections.iter().map(|section| section.name.as_str()).collect();
        assert_eq!(names, ["A", "B"]);
        assert_eq!(run.sections[0].discharge_m3s, [[0.0, 1.5], [600.0, 2.5]]);
        assert_eq!(run.sections[1].stage_m, [[600.0, 7.0]]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |summary: &str, sections: &str| read(folder(summary, sections).path()).unwrap_err().to_string();
        assert!(error("{\"name\": \"a\"}", SECTIONS).starts_with("a summary without the start of the run (missing"));
        assert!(error(SUMMARY, &SECTIONS.replace("600,A", "0,A")).starts_with("line 4: "));
        assert!(error(SUMMARY, &SECTIONS.replace("1.5", "NaN")).starts_with("line 2: "));
        assert!(error(SUMMARY, &SECTIONS.replace("1.5", "x")).contains("line: 2"));
        let folder = folder(SUMMARY, SECTIONS);
        std::fs::remove_file(folder.path().join("sections.csv")).unwrap();
        assert!(read(folder.path()).unwrap_err().to_string().ends_with("sections.csv"));
        let gone = read(&folder.path().join("no")).unwrap_err().to_string();
        assert!(gone.starts_with("no folder of a run: ") && gone.ends_with("no"), "{gone}");
    }
}
