//! Animations out: GIF, for briefings and messages.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use gif::{Encoder, EncodingError, Frame, Repeat};
use image::RgbImage;
use tempfile::NamedTempFile;

use crate::io::beside::new_beside;

/// How thoroughly colours are chosen, 1 (best) to 30 (fastest).
const QUALITY: i32 = 12;

/// Why an animation could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AnimationError {
    /// The file cannot be written.
    #[error("cannot write the animation: {source}: {}", .path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The animation cannot be encoded.
    #[error("cannot encode the animation: {source}: {}", .path.display())]
    Encode {
        /// Which file.
        path: PathBuf,
        /// What the encoder says.
        source: EncodingError,
    },
    /// A picture cannot be read.
    #[error("cannot read the picture: {source}: {}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the decoder says.
        source: image::ImageError,
    },
    /// It is larger than a GIF can be, or its pictures are not of one size.
    #[error("an animation of {width} x {height} pixels cannot be written, or its pictures differ in size: {}", .path.display())]
    Size {
        /// Which file.
        path: PathBuf,
        /// Width, pixels.
        width: u32,
        /// Height, pixels.
        height: u32,
    },
}

/// An animation that is being written. It is at its place once it is finished, whole, and not before.
pub struct Animation {
    path: PathBuf,
    encoder: Encoder<BufWriter<NamedTempFile>>,
    size: (u16, u16),
    frame_ms: u16,
}

impl Animation {
    /// Begins one that repeats for ever, each picture shown for so many ms (rounded to ten, as the format has it).
    ///
    /// # Errors
    /// When the file cannot be written, or the pictures are too large.
    pub fn begin(path: &Path, (width, height): (u32, u32), frame_ms: u16) -> Result<Self, AnimationError> {
        let too_large = |_| AnimationError::Size { path: path.to_owned(), width, height };
        let size = (u16::try_from(width).map_err(too_large)?, u16::try_from(height).map_err(too_large)?);
        let failed = |source| AnimationError::Write { path: path.to_owned(), source };
        let out = BufWriter::new(new_beside(path).map_err(failed)?);
        let encoded = |source| AnimationError::Encode { path: path.to_owned(), source };
        let mut encoder = Encoder::new(out, size.0, size.1, &[]).map_err(encoded)?;
        encoder.set_repeat(Repeat::Infinite).map_err(encoded)?;
        Ok(Self { path: path.to_owned(), encoder, size, frame_ms })
    }

    /// Adds a picture.
    ///
    /// # Errors
    /// When it has another size, or cannot be written.
    pub fn add(&mut self, picture: &RgbImage) -> Result<(), AnimationError> {
        let (width, height) = picture.dimensions();
        if (u32::from(self.size.0), u32::from(self.size.1)) != (width, height) {
            return Err(AnimationError::Size { path: self.path.clone(), width, height });
        }
        let mut frame = Frame::from_rgb_speed(self.size.0, self.size.1, picture.as_raw(), QUALITY);
        frame.delay = self.frame_ms / 10;
        self.encoder.write_frame(&frame).map_err(|source| AnimationError::Encode { path: self.path.clone(), source })
    }

    /// Adds a picture from a file.
    ///
    /// # Errors
    /// When the file cannot be read; else as [`Animation::add`].
    pub fn add_file(&mut self, path: &Path) -> Result<(), AnimationError> {
        let failed = |source| AnimationError::Read { path: path.to_owned(), source };
        self.add(&image::open(path).map_err(failed)?.to_rgb8())
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<(), AnimationError> {
        let Self { path, encoder, .. } = self;
        let failed = |source: std::io::Error| AnimationError::Write { path: path.clone(), source };
        let encoded = |source: EncodingError| AnimationError::Encode { path: path.clone(), source };
        let out = encoder.into_inner().map_err(encoded)?;
        let beside = out.into_inner().map_err(|error| failed(error.into_error()))?;
        beside.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn an_animation_has_its_pictures_and_their_time_and_appears_when_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gif");
        let mut animation = Animation::begin(&path, (16, 9), 500).unwrap();
        for value in [0, 120, 250] {
            animation.add(&RgbImage::from_pixel(16, 9, Rgb([value, 40, 90]))).unwrap();
        }
        let other = animation.add(&RgbImage::new(8, 9));
        assert!(matches!(other, Err(AnimationError::Size { width: 8, .. })));
        assert!(!path.exists());
        animation.finish().unwrap();
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(std::fs::File::open(&path).unwrap()).unwrap();
        let mut seen = Vec::new();
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            seen.push((frame.delay, frame.buffer[0]));
        }
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|(delay, _)| *delay == 50) && seen[2].1 > 200, "{seen:?}");
    }
}
