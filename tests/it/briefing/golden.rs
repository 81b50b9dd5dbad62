//! Comparison of a picture with the committed one.

use std::path::Path;

use image::RgbImage;

/// Largest difference of a channel that is put down to rounding of edges on another processor.
const MOST_STEP: u8 = 6;
/// Share of the pixels that may differ by more than that.
const MOST_PIXELS_FRAC: f64 = 1e-4;

/// Compares a PNG with `tests/golden/<name>.png`; a failure leaves expected, actual and diff in the target folder.
///
/// To accept a change, look at `actual` and copy it over the committed picture.
pub(super) fn check(name: &str, png: &[u8]) {
    let actual = image::load_from_memory(png).unwrap().to_rgb8();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    let shown = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let actual_path = shown.join(format!("{name}-actual.png"));
    actual.save(&actual_path).unwrap();
    let expected = image::open(&committed)
        .unwrap_or_else(|e| panic!("{}: {e}; drawn: {}", committed.display(), actual_path.display()));
    let expected = expected.to_rgb8();
    assert_eq!(actual.dimensions(), expected.dimensions(), "size of {name}");
    let steps = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).map(|i| a.0[i].abs_diff(b.0[i])).max().unwrap();
    let off: Vec<u8> = actual.pixels().zip(expected.pixels()).map(steps).collect();
    let n_off = off.iter().filter(|step| **step > MOST_STEP).count();
    if n_off as f64 > MOST_PIXELS_FRAC * off.len() as f64 {
        expected.save(shown.join(format!("{name}-expected.png"))).unwrap();
        let diff = RgbImage::from_fn(actual.width(), actual.height(), |x, y| {
            let step = off[(y * actual.width() + x) as usize];
            if step > MOST_STEP { image::Rgb([255, 0, 0]) } else { image::Rgb([255 - step, 255 - step, 255 - step]) }
        });
        diff.save(shown.join(format!("{name}-diff.png"))).unwrap();
        panic!("{name}: {n_off} of {} pixels differ; see {name}-*.png in {}", off.len(), shown.display());
    }
}
