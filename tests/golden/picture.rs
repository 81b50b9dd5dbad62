//! Pictures as bytes, and their comparison with kept ones.

use std::collections::HashSet;
use std::path::Path;

/// Largest difference of a channel that is still the same colour: rounding of the renderer.
const SAME_WITHIN: u8 = 3;

/// Pixels that may differ by more, as a share: edges move by a pixel between versions of the rasteriser.
const DIFFERENT_FRAC: f64 = 0.002;

pub(crate) struct Picture(image::RgbImage);

impl Picture {
    pub(crate) fn read(path: &Path) -> Self {
        Self(image::open(path).unwrap().to_rgb8())
    }

    pub(crate) fn center(&self) -> [u8; 3] {
        self.0.get_pixel(self.0.width() / 2, self.0.height() / 2).0
    }

    /// Colour of a pixel.
    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        self.0.get_pixel(x, y).0
    }

    pub(crate) fn n_colours(&self) -> usize {
        self.0.pixels().collect::<HashSet<_>>().len()
    }
}

/// Compares with `tests/golden/NAME.png`. On failure expected, actual and difference are written to the target folder.
pub(crate) fn compare_with_kept(picture: &Picture, name: &str) {
    let kept_path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.png"));
    if std::env::var_os("HETU_UPDATE_GOLDEN").is_some_and(|v| v == "1") {
        picture.0.save(&kept_path).unwrap();
        return;
    }
    let kept = Picture::read(&kept_path);
    assert_eq!(picture.0.dimensions(), kept.0.dimensions(), "size of {name}");
    let differs =
        |a: &image::Rgb<u8>, b: &image::Rgb<u8>| a.0.iter().zip(b.0).any(|(x, y)| x.abs_diff(y) > SAME_WITHIN);
    let n_different = picture.0.pixels().zip(kept.0.pixels()).filter(|(a, b)| differs(a, b)).count();
    let share = n_different as f64 / f64::from(picture.0.width() * picture.0.height());
    if share > DIFFERENT_FRAC {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
        std::fs::create_dir_all(&folder).unwrap();
        let mut difference = picture.0.clone();
        for (pixel, kept) in difference.pixels_mut().zip(kept.0.pixels()) {
            *pixel = if differs(pixel, kept) { image::Rgb([255, 0, 255]) } else { pixel.map_without_colour() };
        }
        for (what, image) in [("expected", &kept.0), ("actual", &picture.0), ("diff", &difference)] {
            image.save(folder.join(format!("{name}-{what}.png"))).unwrap();
        }
        panic!("{name}: {:.2} % of the pixels differ; see {}", share * 100.0, folder.display());
    }
}

trait WithoutColour {
    fn map_without_colour(&self) -> Self;
}

impl WithoutColour for image::Rgb<u8> {
    fn map_without_colour(&self) -> Self {
        let grey = self.0.iter().map(|c| c / 6).sum();
        Self([grey; 3])
    }
}
