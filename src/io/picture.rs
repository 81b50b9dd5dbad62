//! Pictures out: PNG, with what they are of in their text chunks.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use image::RgbImage;

use crate::io::beside::new_beside;

/// What a picture is of, for whoever finds the file: a keyword of Latin letters (1 to 79) and a text.
pub type Fact = (&'static str, String);

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
        source: png::EncodingError,
    },
}

/// Writes a picture as PNG; an older file is replaced only by a complete new one.
///
/// # Errors
/// When the file cannot be written.
pub fn write_png(path: &Path, picture: &RgbImage, facts: &[Fact]) -> Result<(), PictureError> {
    let failed = |source: std::io::Error| PictureError::Write { path: path.to_owned(), source };
    let mut beside = new_beside(path).map_err(failed)?;
    encode(BufWriter::new(beside.as_file_mut()), picture, facts)
        .map_err(|source| PictureError::Encode { path: path.to_owned(), source })?;
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn encode(out: impl std::io::Write, picture: &RgbImage, facts: &[Fact]) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(out, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    for (keyword, text) in facts {
        encoder.add_itxt_chunk((*keyword).to_owned(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(picture.as_raw())?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_tells_what_it_is_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let picture = RgbImage::from_raw(3, 2, (0..18).collect()).unwrap();
        write_png(&path, &picture, &[("Title", "花园口 8000".to_owned())]).unwrap();
        assert_eq!(image::open(&path).unwrap().to_rgb8(), picture);
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let reader = png::Decoder::new(file).read_info().unwrap();
        let text = &reader.info().utf8_text[0];
        assert_eq!((text.keyword.as_str(), text.get_text().unwrap().as_str()), ("Title", "花园口 8000"));
    }
}
