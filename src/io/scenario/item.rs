//! Walking the tree: values, structs and variants by name, with a fault for everything that does not fit.

use std::collections::BTreeSet;

use super::fault::{Faults, Spot};
use crate::io::ron_tree::{Field, Kind, Node, Place};

/// A value and the key it belongs to.
#[derive(Clone)]
pub(super) struct Item<'t> {
    node: &'t Node,
    key: String,
}

impl<'t> Item<'t> {
    /// A value under a key. `Some(x)` is `x`: options take their value bare or wrapped.
    pub(super) fn new(node: &'t Node, key: impl Into<String>) -> Self {
        let key = key.into();
        match &node.kind {
            Kind::Tuple(Some(name), items) if name == "Some" && items.len() == 1 => Self::new(&items[0], key),
            _ => Self { node, key },
        }
    }

    pub(super) fn spot(&self) -> Spot {
        Spot { at: self.node.at, key: self.key.clone() }
    }

    pub(super) fn describe(&self) -> String {
        self.node.describe()
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.node.kind, Kind::Number(_))
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.node.kind, Kind::Text(_))
    }

    fn is_none(&self) -> bool {
        matches!(&self.node.kind, Kind::Word(word) if word == "None")
    }

    /// Notes that this value is not what is allowed here.
    pub(super) fn refuse<T>(&self, faults: &mut Faults, allowed: impl Into<String>) -> Option<T> {
        faults.add(&self.spot(), self.describe(), allowed);
        None
    }

    /// A number that passes a test; `allowed` says the test in words. NaN and infinity never pass.
    pub(super) fn number(&self, faults: &mut Faults, allowed: &str, test: impl Fn(f64) -> bool) -> Option<f64> {
        match &self.node.kind {
            Kind::Number(number) if number.value.is_finite() && test(number.value) => Some(number.value),
            _ => self.refuse(faults, allowed),
        }
    }

    pub(super) fn finite(&self, faults: &mut Faults) -> Option<f64> {
        self.number(faults, "a finite number", |_| true)
    }

    pub(super) fn positive(&self, faults: &mut Faults) -> Option<f64> {
        self.number(faults, "a number above 0", |x| x > 0.0)
    }

    /// A whole number in a range.
    pub(super) fn whole(&self, faults: &mut Faults, range: std::ops::RangeInclusive<i128>) -> Option<i128> {
        match &self.node.kind {
            Kind::Number(number) if number.whole.is_some_and(|w| range.contains(&w)) => number.whole,
            _ => self.refuse(faults, format!("a whole number from {} to {}", range.start(), range.end())),
        }
    }

    pub(super) fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        match self.node.kind {
            Kind::Bool(value) => Some(value),
            _ => self.refuse(faults, "`true` or `false`"),
        }
    }

    pub(super) fn text(&self, faults: &mut Faults) -> Option<&'t str> {
        match &self.node.kind {
            Kind::Text(text) => Some(text),
            _ => self.refuse(faults, "a text in quotes"),
        }
    }

    /// A text with at least one character that is not a space.
    pub(super) fn nonempty_text(&self, faults: &mut Faults) -> Option<&'t str> {
        match &self.node.kind {
            Kind::Text(text) if !text.trim().is_empty() => Some(text),
            _ => self.refuse(faults, "a text in quotes, not empty"),
        }
    }

    /// The elements of a list.
    pub(super) fn list(&self, faults: &mut Faults) -> Option<Vec<Self>> {
        match &self.node.kind {
            Kind::List(nodes) => {
                let item = |(i, node)| Self::new(node, format!("{}[{i}]", self.key));
                Some(nodes.iter().enumerate().map(item).collect())
            }
            _ => self.refuse(faults, "a list in brackets: [..]"),
        }
    }

    /// Two finite numbers in parentheses; `allowed` names them.
    pub(super) fn pair(&self, faults: &mut Faults, allowed: &str) -> Option<[f64; 2]> {
        match &self.node.kind {
            Kind::Tuple(None, nodes) if nodes.len() == 2 => {
                let [a, b] = [&nodes[0], &nodes[1]].map(|n| Item::new(n, self.key.clone()).finite(faults));
                Some([a?, b?])
            }
            _ => self.refuse(faults, allowed),
        }
    }

    /// A struct with these keys and no others; its name, if it has one, is not looked at.
    pub(super) fn record(&self, faults: &mut Faults, known: &'static [&'static str]) -> Option<Record<'t>> {
        match &self.node.kind {
            Kind::Struct(_, fields) => Some(Record::new(self.spot(), fields, known, faults)),
            Kind::Tuple(_, nodes) if nodes.is_empty() => Some(Record::new(self.spot(), &[], known, faults)),
            _ => self.refuse(faults, format!("a struct in parentheses with {}", listed(known))),
        }
    }

    /// The name in front of a value, whatever its form.
    pub(super) fn name(&self) -> Option<&'t str> {
        match &self.node.kind {
            Kind::Word(name) => Some(name),
            _ => self.record_name(),
        }
    }

    /// The name that a struct was written with.
    pub(super) fn record_name(&self) -> Option<&'t str> {
        match &self.node.kind {
            Kind::Struct(name, _) | Kind::Tuple(name, _) => name.as_deref(),
            _ => None,
        }
    }

    /// One of several named forms.
    pub(super) fn variant(&self, faults: &mut Faults, known: &[&'static str]) -> Option<Variant<'t>> {
        let (Kind::Word(name) | Kind::Tuple(Some(name), _) | Kind::Struct(Some(name), _)) = &self.node.kind else {
            return self.refuse(faults, one_of(known));
        };
        if let Some(name) = known.iter().find(|k| *k == name) {
            return Some(Variant { name, item: self.clone() });
        }
        // Below this likeness a guess misleads more than it helps.
        let nearest = nearest(name, known).filter(|(likeness, _)| *likeness > 0.75);
        let nearest = nearest.map(|(_, n)| format!("`{n}`, the nearest known name; ")).unwrap_or_default();
        self.refuse(faults, format!("{nearest}{}", one_of(known)))
    }
}

/// A value with a name in front: `Dry`, `Stage(12.5)`, `NormalDepth(slope: 0.1)`.
pub(super) struct Variant<'t> {
    pub(super) name: &'static str,
    pub(super) item: Item<'t>,
}

impl<'t> Variant<'t> {
    pub(super) fn spot(&self) -> Spot {
        self.item.spot()
    }

    /// Whether there are named fields in the parentheses.
    pub(super) fn has_fields(&self) -> bool {
        match &self.item.node.kind {
            Kind::Struct(..) => true,
            Kind::Tuple(_, nodes) => matches!(nodes.as_slice(), [Node { kind: Kind::Struct(..), .. }]),
            _ => false,
        }
    }

    /// Whether the name stands alone.
    pub(super) fn is_bare(&self) -> bool {
        matches!(&self.item.node.kind, Kind::Word(_))
    }

    /// Nothing in parentheses.
    pub(super) fn bare(&self, faults: &mut Faults) -> Option<()> {
        match &self.item.node.kind {
            Kind::Word(_) => Some(()),
            Kind::Tuple(_, nodes) if nodes.is_empty() => Some(()),
            _ => self.item.refuse(faults, format!("`{}` alone", self.name)),
        }
    }

    /// The one value in parentheses.
    pub(super) fn single(&self, faults: &mut Faults, what: &str) -> Option<Item<'t>> {
        match &self.item.node.kind {
            Kind::Tuple(_, nodes) if nodes.len() == 1 => Some(Item::new(&nodes[0], self.item.key.clone())),
            _ => self.item.refuse(faults, format!("`{}(..)` with {what}", self.name)),
        }
    }

    /// Named fields in parentheses, in one pair of them or in two.
    pub(super) fn record(&self, faults: &mut Faults, known: &'static [&'static str]) -> Option<Record<'t>> {
        match &self.item.node.kind {
            Kind::Struct(_, fields) => Some(Record::new(self.item.spot(), fields, known, faults)),
            Kind::Tuple(_, nodes) if nodes.len() == 1 && matches!(nodes[0].kind, Kind::Struct(..)) => {
                Item::new(&nodes[0], self.item.key.clone()).record(faults, known)
            }
            Kind::Word(_) | Kind::Tuple(..) if known.is_empty() => None,
            _ => self.item.refuse(faults, format!("`{}(..)` with {}", self.name, listed(known))),
        }
    }
}

/// A struct whose keys are known to be allowed.
pub(super) struct Record<'t> {
    spot: Spot,
    fields: Vec<(&'t Field, Item<'t>)>,
    /// Known keys that unknown ones were probably meant to be: not to be told as missing as well.
    meant: Vec<&'static str>,
}

impl<'t> Record<'t> {
    /// Notes keys that are not known and keys that stand twice.
    fn new(spot: Spot, fields: &'t [Field], known: &'static [&'static str], faults: &mut Faults) -> Self {
        let mut record = Self { spot, fields: Vec::new(), meant: Vec::new() };
        let mut seen = BTreeSet::new();
        for field in fields {
            let key = record.path(&field.name);
            let field_spot = Spot { at: field.at, key: key.clone() };
            if !known.contains(&field.name.as_str()) {
                let found = format!("the unknown key `{}`", field.name);
                let nearest = nearest(&field.name, known).map(|(_, nearest)| nearest);
                record.meant.extend(nearest);
                let nearest = nearest.map(|n| format!("`{n}`, the nearest known key; ")).unwrap_or_default();
                faults.add(&field_spot, found, format!("{nearest}{}", one_of(known)));
            } else if !seen.insert(field.name.as_str()) {
                faults.add(&field_spot, "the key a second time", "each key once");
            } else {
                record.fields.push((field, Item::new(&field.value, key)));
            }
        }
        record
    }

    /// The key as a path from the top.
    fn path(&self, key: &str) -> String {
        if self.spot.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.spot.key) }
    }

    fn get(&self, key: &str) -> Option<Item<'t>> {
        self.fields.iter().find(|(field, _)| field.name == key).map(|(_, item)| item.clone())
    }

    /// The value of a key, unless it is absent or `None`.
    pub(super) fn optional(&self, key: &str) -> Option<Item<'t>> {
        self.get(key).filter(|item| !item.is_none())
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, faults: &mut Faults, key: &str) -> Option<Item<'t>> {
        let item = self.get(key);
        if item.is_none() && !self.meant.contains(&key) {
            let spot = Spot { at: self.spot.at, key: self.path(key) };
            faults.add(&spot, "no such key", format!("`{key}: ..`, which must be given"));
        }
        item
    }
}

/// The known word that is most like what was written, and how like it is, 0 to 1 (Jaro and Winkler).
pub(super) fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<(f64, &'k str)> {
    let lower = written.to_lowercase();
    let likeness = |k: &&'k str| (strsim::jaro_winkler(&lower, &k.to_lowercase()), *k);
    known.iter().map(likeness).max_by(|a, b| a.0.total_cmp(&b.0))
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

fn one_of(words: &[&str]) -> String {
    format!("one of {}", listed(words))
}

/// The start of a file, for a fault of the file as a whole.
pub(super) fn whole_file() -> Spot {
    Spot { at: Place::START, key: "file".to_owned() }
}
