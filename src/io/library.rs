//! The scenarios that come with the program: found on disk, the default one also built in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::io::files::Files;
use crate::io::scenario::{self, ScenarioError};

/// Name of the scenario that is opened when none is named: the flood of August 1996.
pub const DEFAULT_NAME: &str = "huayuankou-1996-08";

/// The default scenario and the files it names, built into the program.
const BUILT_IN: Files = Files::BuiltIn(&[
    ("huayuankou-1996-08.ron", include_str!("../../scenarios/huayuankou-1996-08.ron")),
    ("huayuankou-1996-08-inflow.csv", include_str!("../../scenarios/huayuankou-1996-08-inflow.csv")),
]);

/// A scenario that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its file.
    pub path: PathBuf,
    /// Its name, or the name of the file if that cannot be told.
    pub name: String,
    /// Its title, or the name of the file if that cannot be told.
    pub title: Bilingual,
}

/// The scenarios in the folders that belong to the program, the default one first, then by name.
///
/// Looks into `scenarios` in the working directory, beside the program, and where the program was built; of two with
/// the same file name the first counts. Only the heading of each file is read: a listed scenario may still be faulty.
pub fn shipped() -> Vec<Entry> {
    list(&folders())
}

/// The default scenario, from the disk or, where there is none, from the program itself.
///
/// # Errors
/// The faults of the file on disk; the built-in one has none.
pub fn default_scenario() -> Result<Scenario, ScenarioError> {
    match shipped().into_iter().find(|entry| entry.name == DEFAULT_NAME) {
        Some(entry) => scenario::load(&entry.path),
        None => built_in_scenario(),
    }
}

/// The default scenario as it was built into the program, whatever is on disk.
///
/// # Errors
/// Never with a sound build: a test loads it.
pub fn built_in_scenario() -> Result<Scenario, ScenarioError> {
    let path = Path::new("built-in").join(format!("{DEFAULT_NAME}.ron"));
    scenario::load_from(BUILT_IN, &path).map(|loaded| loaded.scenario)
}

fn folders() -> Vec<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join("scenarios")));
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    [Some(PathBuf::from("scenarios")), beside, Some(built)].into_iter().flatten().collect()
}

fn list(folders: &[PathBuf]) -> Vec<Entry> {
    let mut by_file = BTreeMap::new();
    for path in folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten().map(|e| e.path())
    {
        if path.extension().is_some_and(|ending| ending == "ron")
            && let Some(file) = path.file_stem().and_then(|stem| stem.to_str())
        {
            by_file.entry(file.to_owned()).or_insert(path);
        }
    }
    let mut entries: Vec<Entry> = by_file.into_iter().map(|(file, path)| entry(path, file)).collect();
    entries.sort_by_key(|entry| (entry.name != DEFAULT_NAME, entry.name.clone()));
    entries
}

fn entry(path: PathBuf, file: String) -> Entry {
    let heading = Files::Disk.read_text(&path).ok().and_then(|text| scenario::heading(&text));
    let (name, title) = heading.unwrap_or_else(|| (file.clone(), Bilingual::new(file.clone(), file)));
    Entry { path, name, title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_wins_and_the_default_comes_first() {
        let [a, b] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let write = |folder: &Path, file: &str, name: &str, zh: &str| {
            let text = format!("Scenario(version: 1, name: \"{name}\", title: (zh: \"{zh}\", en: \"E\"))");
            std::fs::write(folder.join(file), text).unwrap();
        };
        write(a.path(), "alpha.ron", "alpha", "甲");
        write(b.path(), "alpha.ron", "alpha", "乙");
        write(b.path(), "huayuankou-1996-08.ron", DEFAULT_NAME, "洪水");
        std::fs::write(b.path().join("broken.ron"), "(((").unwrap();
        std::fs::write(b.path().join("notes.txt"), "").unwrap();
        let entries = list(&[a.path().to_owned(), PathBuf::from("no-such-folder"), b.path().to_owned()]);
        let found: Vec<_> = entries.iter().map(|e| (e.name.as_str(), e.title.zh.as_str())).collect();
        assert_eq!(found, [(DEFAULT_NAME, "洪水"), ("alpha", "甲"), ("broken", "broken")]);
        assert!(entries[1].path.starts_with(a.path()));
    }
}
