//! Pictures out: PNG.

use std::path::{Path, PathBuf};

use image::{ImageFormat, RgbImage};

use crate::io::beside::new_beside;

/// Why a picture could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file cannot be written.
    #[error("cannot write the picture: {source}: {}", .path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The picture cannot be encoded.
    #[error("cannot encode the picture: {source}: {}", .path.display())]
    Encode {
        /// Which file.
        path: PathBuf,
        /// What the encoder says.
        source: image::ImageError,
    },
}

/// Writes a picture as PNG; an older file is replaced only by a complete new one.
///
/// # Errors
/// When the file cannot be written.
pub fn write_png(path: &Path, picture: &RgbImage) -> Result<(), PictureError> {
    let failed = |source: std::io::Error| PictureError::Write { path: path.to_owned(), source };
    let mut beside = new_beside(path).map_err(failed)?;
    picture
        .write_to(&mut std::io::BufWriter::new(beside.as_file_mut()), ImageFormat::Png)
        .map_err(|source| PictureError::Encode { path: path.to_owned(), source })?;
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
