//! Finding columns by any of several names, and reading them as what they should be.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Feature, Layer, LayerError, Value};

/// Least likeness (Jaro-Winkler, 0 to 1) of a column that is offered instead.
const LEAST_LIKENESS: f64 = 0.7;

/// The columns of a layer.
#[derive(Debug, Clone)]
pub struct Columns {
    names: Vec<String>,
    path: PathBuf,
}

/// One column of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    path: PathBuf,
}

impl Columns {
    /// All columns that a feature of the layer has, in the order of their names.
    pub fn of(layer: &Layer) -> Self {
        let names: BTreeSet<&String> = layer.features.iter().flat_map(|feature| feature.fields.keys()).collect();
        Self { names: names.into_iter().cloned().collect(), path: layer.path.clone() }
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column that has one of some names, such as `["name", "名称", "村名"]`; earlier ones go first. Case, white
    /// space, `_` and `-` do not count.
    ///
    /// # Errors
    /// When there is none: the columns that are there, and the nearest.
    pub fn find(&self, any: &[&str]) -> Result<Column, LayerError> {
        self.find_if_any(any).ok_or_else(|| LayerError::Column {
            wanted: any.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
            nearest: self.nearest(any).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default(),
            found: self.names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            path: self.path.clone(),
        })
    }

    /// The same for a column that may be missing.
    pub fn find_if_any(&self, any: &[&str]) -> Option<Column> {
        let column = |wanted: &&str| self.names.iter().find(|name| plain(name) == plain(wanted));
        any.iter().find_map(column).map(|name| Column { name: name.clone(), path: self.path.clone() })
    }

    fn nearest(&self, any: &[&str]) -> Option<&String> {
        let likeness = |name: &String| {
            let of = |wanted: &&str| strsim::jaro_winkler(&plain(name), &plain(wanted));
            any.iter().map(of).fold(0.0, f64::max)
        };
        let nearest = self.names.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        (likeness(nearest) >= LEAST_LIKENESS).then_some(nearest)
    }
}

/// A name without what does not count.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !['_', '-'].contains(c)).flat_map(char::to_lowercase).collect()
}

impl Column {
    /// Its name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Text of a feature; a number is written out.
    ///
    /// # Errors
    /// When the field is empty.
    pub fn text<'f>(&self, feature: &'f Feature) -> Result<Cow<'f, str>, LayerError> {
        self.text_if_any(feature).ok_or_else(|| self.refused(feature, "text"))
    }

    /// Text of a feature, if the field is not empty.
    pub fn text_if_any<'f>(&self, feature: &'f Feature) -> Option<Cow<'f, str>> {
        match feature.fields.get(&self.name)? {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Empty => None,
        }
    }

    /// A finite number.
    ///
    /// # Errors
    /// When the field is empty or no number.
    pub fn number(&self, feature: &Feature) -> Result<f64, LayerError> {
        self.number_where(feature, "a number", |_| true)
    }

    /// A number that is not negative.
    ///
    /// # Errors
    /// When the field is empty, no number or negative.
    pub fn not_negative(&self, feature: &Feature) -> Result<f64, LayerError> {
        self.number_where(feature, "a number, 0 or greater", |x| x >= 0.0)
    }

    /// A number that passes a test, described by `allowed`.
    ///
    /// # Errors
    /// When the field is empty, no number or does not pass.
    pub fn number_where(
        &self,
        feature: &Feature,
        allowed: &str,
        is_allowed: impl Fn(f64) -> bool,
    ) -> Result<f64, LayerError> {
        let number = match feature.fields.get(&self.name) {
            Some(Value::Number(number)) => Some(*number),
            Some(Value::Text(text)) => text.parse().ok(),
            Some(Value::Empty) | None => None,
        };
        let number = number.filter(|x: &f64| x.is_finite() && is_allowed(*x));
        number.ok_or_else(|| self.refused(feature, allowed))
    }

    /// Whether a feature has nothing in this column.
    pub fn is_empty(&self, feature: &Feature) -> bool {
        matches!(feature.fields.get(&self.name), None | Some(Value::Empty))
    }

    /// The error that a feature has something else than is allowed.
    pub fn refused(&self, feature: &Feature, allowed: &str) -> LayerError {
        let found = self.text_if_any(feature).map_or_else(|| "nothing".to_owned(), |text| format!("`{text}`"));
        LayerError::Field {
            place: feature.place.clone(),
            column: self.name.clone(),
            found,
            allowed: allowed.to_owned(),
            path: self.path().to_owned(),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::layers::{Format, Shape};

    fn layer(fields: &[(&str, Value)]) -> Layer {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Layer {
            path: PathBuf::from("villages.csv"),
            format: Format::Csv,
            epsg_found: Some(4326),
            encoding: "UTF-8",
            features: vec![Feature { place: "row 2".to_owned(), geometry: Shape::Point([0.0, 0.0]), fields }],
            skipped: vec![],
            notes: vec![],
        }
    }

    #[test]
    fn a_column_is_found_by_any_of_its_names() {
        let layer = layer(&[("Pop_Total", Value::Number(12.0)), ("村名", Value::Text("高村".to_owned()))]);
        let columns = Columns::of(&layer);
        assert_eq!(columns.names(), ["Pop_Total", "村名"]);
        let name = columns.find(&["name", "名称", "村名"]).unwrap();
        assert_eq!((name.name(), name.text(&layer.features[0]).unwrap().as_ref()), ("村名", "高村"));
        let people = columns.find(&["population", "poptotal"]).unwrap();
        assert_eq!(people.not_negative(&layer.features[0]).unwrap().to_bits(), 12.0_f64.to_bits());
        assert_eq!(people.text(&layer.features[0]).unwrap(), "12");
    }

    #[test]
    fn a_missing_column_names_those_that_are_there_and_the_nearest() {
        let layer = layer(&[("populaton", Value::Empty), ("村名", Value::Empty)]);
        let columns = Columns::of(&layer);
        let message = columns.find(&["population", "人口"]).unwrap_err().to_string();
        assert_eq!(
            message,
            "no column `population` or `人口` (did you mean `populaton`?), found: `populaton`, `村名`: villages.csv"
        );
        assert!(!columns.find(&["zzz"]).unwrap_err().to_string().contains("did you mean"));
        assert_eq!(columns.find_if_any(&["zzz"]), None);
    }

    #[test]
    fn a_wrong_value_is_told_with_its_place() {
        let layer = layer(&[
            ("a", Value::Number(-3.0)),
            ("b", Value::Text("many".to_owned())),
            ("c", Value::Empty),
            ("d", Value::Text("007".to_owned())),
        ]);
        let (columns, feature) = (Columns::of(&layer), &layer.features[0]);
        let column = |name: &str| columns.find(&[name]).unwrap();
        assert_eq!(
            column("a").not_negative(feature).unwrap_err().to_string(),
            "row 2, column a: `-3`, allowed: a number, 0 or greater: villages.csv"
        );
        assert!(column("a").number(feature).is_ok());
        assert!(column("b").number(feature).unwrap_err().to_string().contains("`many`, allowed: a number"));
        assert!(column("c").text(feature).unwrap_err().to_string().contains("column c: nothing, allowed: text"));
        assert!(column("c").is_empty(feature) && !column("b").is_empty(feature));
        assert_eq!(column("d").number(feature).unwrap().to_bits(), 7.0_f64.to_bits());
        assert_eq!(column("d").text(feature).unwrap(), "007");
    }
}
