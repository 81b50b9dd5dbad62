//! What every part of the reader shares: the files, the faults, the notes, and names that must not repeat.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fault::{Faults, Spot};
use super::hydrograph::Clock;
use super::item::Item;
use crate::domain::scenario::Series;
use crate::io::files::Files;
use crate::io::series::{self, RISING, ValueRule};

/// The reading of one scenario file.
pub(super) struct Context {
    pub(super) file: PathBuf,
    pub(super) files: Files,
    folder: PathBuf,
    pub(super) faults: Faults,
    pub(super) notes: Vec<String>,
    /// Wall clock of the run, once it is read and sound.
    pub(super) clock: Option<Clock>,
}

impl Context {
    pub(super) fn new(files: Files, path: &Path) -> Self {
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self { file: path.to_owned(), files, folder, faults: Faults::new(path), notes: Vec::new(), clock: None }
    }

    /// The path of a file that the scenario names relative to itself.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The path and text of a file that the scenario names.
    pub(super) fn text_of(&mut self, item: &Item<'_>) -> Option<(PathBuf, String)> {
        let name = item.nonempty_text(&mut self.faults)?;
        let path = self.path(name);
        match self.files.read_text(&path) {
            Ok(text) => Some((path, text)),
            Err(error) => {
                let found = format!("{}, which cannot be read ({error})", path.display());
                self.faults.add(&item.spot(), found, "a file that can be read; its path is relative to the scenario");
                None
            }
        }
    }

    /// A series, written in place or in a CSV file.
    pub(super) fn series(&mut self, item: &Item<'_>, rule: ValueRule) -> Option<Series> {
        self.series_of(item, rule, &["Series", "Csv"])
    }

    /// The same where other forms are known too: `known` begins with these two.
    pub(super) fn series_of(&mut self, item: &Item<'_>, rule: ValueRule, known: &[&'static str]) -> Option<Series> {
        let variant = item.variant(&mut self.faults, known)?;
        if variant.name == "Series" {
            let list = variant.single(&mut self.faults, "a list of (time_secs, value)")?;
            self.points(&list, rule)
        } else {
            let path = variant.single(&mut self.faults, "the path of a CSV file")?;
            self.csv(&path, rule)
        }
    }

    fn csv(&mut self, item: &Item<'_>, rule: ValueRule) -> Option<Series> {
        let (path, text) = self.text_of(item)?;
        match series::read(&text, rule) {
            Ok(series) => Some(series),
            Err(faults) => {
                for fault in faults {
                    self.faults.add_in(path.clone(), fault.at, fault.key, fault.found, fault.allowed);
                }
                None
            }
        }
    }

    fn points(&mut self, list: &Item<'_>, rule: ValueRule) -> Option<Series> {
        let points = self.rising_pairs(list, "time_secs", rule)?;
        if points.is_empty() {
            return list.refuse(&mut self.faults, "at least one point (time_secs, value)");
        }
        Series::new(points).ok()
    }

    /// A list of pairs whose first numbers rise; `None` if any of it is wrong.
    pub(super) fn rising_pairs(&mut self, list: &Item<'_>, first: &str, rule: ValueRule) -> Option<Vec<[f64; 2]>> {
        let items = list.list(&mut self.faults)?;
        let mut pairs: Vec<[f64; 2]> = Vec::with_capacity(items.len());
        let mut is_good = true;
        for item in &items {
            let Some([x, value]) = item.pair(&mut self.faults, &format!("a point ({first}, value)")) else {
                is_good = false;
                continue;
            };
            if !(rule.test)(value) {
                is_good = false;
                self.faults.add(&item.spot(), format!("the value `{value:?}`"), rule.allowed);
            }
            if let Some([last, _]) = pairs.last().filter(|last| last[0] >= x) {
                is_good = false;
                let rule =
                    if first == "time_secs" { RISING.to_owned() } else { format!("a {first} above the one before it") };
                self.faults.add(&item.spot(), format!("{first} `{x:?}` after `{last:?}`"), rule);
            } else {
                pairs.push([x, value]);
            }
        }
        is_good.then_some(pairs)
    }
}

/// Names of one kind of thing, each of which may stand once.
#[derive(Default)]
pub(super) struct Names {
    seen: BTreeMap<String, Option<Spot>>,
}

impl Names {
    /// Names that come with the terrain.
    pub(super) fn of_terrain<'n>(names: impl Iterator<Item = &'n String>) -> Self {
        Self { seen: names.map(|name| (name.clone(), None)).collect() }
    }

    /// A name that is not empty and not taken.
    pub(super) fn claim(&mut self, item: Option<Item<'_>>, faults: &mut Faults) -> Option<String> {
        let item = item?;
        let name = item.nonempty_text(faults)?.to_owned();
        match self.seen.get(&name) {
            None => {
                self.seen.insert(name.clone(), Some(item.spot()));
                Some(name)
            }
            Some(first) => {
                let taken = match first {
                    Some(spot) => format!("a name that line {} has not taken", spot.at.line),
                    None => "a name that the terrain has not taken".to_owned(),
                };
                faults.add(&item.spot(), format!("the name {name:?} a second time"), taken);
                None
            }
        }
    }

    /// Takes names that were made from one already claimed.
    pub(super) fn admit(&mut self, names: impl Iterator<Item = String>) {
        self.seen.extend(names.map(|name| (name, None)));
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.seen.contains_key(name)
    }
}
