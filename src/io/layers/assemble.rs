//! From features as they are in a file to a layer on the map.

use std::path::Path;

use super::error::content;
use super::frame::{Frame, KNOWN, Misplaced};
use super::raw::{Raw, RawFeature, Source, check_count};
use super::validity::check;
use super::{Feature, Layer, LayerError, Note, Shape, Skipped};

/// Checks the features of a file and brings them to the map.
pub(super) fn assemble(raw: Raw, path: &Path, target: Option<u32>) -> Result<Layer, LayerError> {
    let n_features = raw.features.len() + raw.skipped.len();
    check_count(n_features, path)?;
    if n_features == 0 {
        return Err(content(path, "file", "no feature", "at least one feature"));
    }
    let Raw { format, source, encoding, features, skipped, notes } = raw;
    let mut work = Work { good: Vec::with_capacity(features.len()), outside: Vec::new(), skipped, notes };
    let epsg = match source {
        Source::Epsg(epsg) => Some(epsg),
        Source::Map => target,
        Source::Unsaid => Some(work.degrees_unless_too_large(&features, path)?),
    };
    let frame = Frame::new(epsg, target, path)?;
    for feature in features {
        work.take(feature, &frame);
    }
    let Work { good, outside, mut skipped, notes } = work;
    if outside.len() > good.len() {
        let (place, at) = &outside[0];
        let (found, allowed) = (frame.describe(*at), frame.allowed(*at));
        return Err(LayerError::Outside { place: place.clone(), found, allowed, path: path.to_owned() });
    }
    for (place, at) in outside {
        skipped.push(Skipped { place, reason: format!("{} outside China", frame.describe(at)) });
    }
    if let (true, Some(Skipped { place, reason })) = (good.is_empty(), skipped.first().cloned()) {
        return Err(LayerError::AllSkipped { n_features, place, reason, path: path.to_owned() });
    }
    Ok(Layer { path: path.to_owned(), format, epsg_found: epsg, encoding, features: good, skipped, notes })
}

struct Work {
    good: Vec<Feature>,
    /// Features that a wrong coordinate system may have put outside China, each with a position.
    outside: Vec<(String, [f64; 2])>,
    skipped: Vec<Skipped>,
    notes: Vec<Note>,
}

impl Work {
    /// Degrees, for coordinates of which nothing is said but that can be degrees.
    fn degrees_unless_too_large(&mut self, features: &[RawFeature], path: &Path) -> Result<u32, LayerError> {
        let mut large = None;
        for feature in features {
            feature.geometry.each_position(|[x, y]| {
                if x.abs() > 180.0 || y.abs() > 90.0 {
                    large.get_or_insert_with(|| format!("{} at ({x}, {y})", feature.place));
                }
            });
        }
        match large {
            None => {
                let text = "no coordinate system is named; taken as longitude and latitude (EPSG:4326)".to_owned();
                self.notes.push(Note { place: "file".to_owned(), text });
                Ok(4326)
            }
            Some(large) => Err(LayerError::Crs {
                found: format!("not named, and {large} is no longitude and latitude"),
                allowed: format!("a .prj file that names one of {KNOWN}"),
                path: path.to_owned(),
            }),
        }
    }

    fn take(&mut self, feature: RawFeature, frame: &Frame) {
        let RawFeature { place, geometry, mut fields } = feature;
        let checked = match check(geometry) {
            Ok(checked) => checked,
            Err(reason) => return self.skipped.push(Skipped { place, reason }),
        };
        if checked.n_closed > 0 {
            let text = format!("{} ring(s) closed", checked.n_closed);
            self.notes.push(Note { place: place.clone(), text });
        }
        let shapes: Result<Vec<Shape>, Misplaced> = checked.shapes.into_iter().map(|s| frame.on_map(s)).collect();
        match shapes {
            Ok(shapes) => {
                let n = shapes.len();
                for (k, geometry) in shapes.into_iter().enumerate() {
                    let place = if n > 1 { format!("{place}, point {}", k + 1) } else { place.clone() };
                    let fields = if k + 1 < n { fields.clone() } else { std::mem::take(&mut fields) };
                    self.good.push(Feature { place, geometry, fields });
                }
            }
            Err(Misplaced::Outside(at)) => self.outside.push((place, at)),
            Err(Misplaced::Nowhere(reason)) => self.skipped.push(Skipped { place, reason }),
        }
    }
}
