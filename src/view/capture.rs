//! Pictures of what is on screen: ask with [`CaptureRequest`], hear with [`CaptureDone`] a few frames later.

use std::path::{Path, PathBuf};

use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use thiserror::Error;

use crate::io;
use crate::io::picture::{Fact, PictureError};

/// Take a picture of [`CaptureSource`] as it is this frame, panels included, and write it as PNG.
#[derive(Message, Debug, Clone, PartialEq, Eq, Default)]
pub struct CaptureRequest {
    /// Where to; an older file is replaced only by a complete new one.
    pub path: PathBuf,
    /// What it is of, for the file.
    pub facts: Vec<Fact>,
}

/// A picture was written, or could not be.
#[derive(Message, Debug)]
pub struct CaptureDone {
    /// Where to.
    pub path: PathBuf,
    /// Width and height in pixels, or why not.
    pub result: Result<UVec2, CaptureError>,
}

/// What pictures are taken of.
#[derive(Resource, Debug, Clone, Default)]
pub enum CaptureSource {
    /// The primary window.
    #[default]
    Window,
    /// An offscreen target.
    Image(ImageRenderTarget),
}

/// Why a picture could not be written.
#[derive(Debug, Error)]
pub enum CaptureError {
    /// The graphics card gave a picture in a format that has no place in a PNG.
    #[error("the picture has an unusual pixel format: {0}")]
    Format(String),
    /// Nothing was drawn: the renderer lost what it should have drawn into.
    #[error("the renderer gave a picture of one colour, in which nothing is drawn")]
    Blank,
    /// The picture cannot be encoded or written.
    #[error(transparent)]
    Write(#[from] PictureError),
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<CaptureSource>()
        .add_message::<CaptureRequest>()
        .add_message::<CaptureDone>()
        .add_systems(PostUpdate, take);
}

fn take(mut commands: Commands, source: Res<CaptureSource>, mut requests: MessageReader<CaptureRequest>) {
    for CaptureRequest { path, facts } in requests.read() {
        let screenshot = match &*source {
            CaptureSource::Window => Screenshot::primary_window(),
            // With its scale: a target of another scale is another one to Bevy, and its picture black.
            CaptureSource::Image(target) => Screenshot(RenderTarget::Image(target.clone())),
        };
        let (path, facts) = (path.clone(), facts.clone());
        commands.spawn(screenshot).observe(
            move |captured: On<'_, '_, ScreenshotCaptured>, mut done: MessageWriter<'_, CaptureDone>| {
                let result = write_png(&captured.image, &path, &facts);
                done.write(CaptureDone { path: path.clone(), result });
            },
        );
    }
}

/// Writes a picture as PNG without alpha: beside its place first, then in one move.
///
/// # Errors
/// When the pixel format is not one of the usual ones, or the file cannot be written.
pub fn write_png(picture: &Image, path: &Path, facts: &[Fact]) -> Result<UVec2, CaptureError> {
    let picture = picture.clone().try_into_dynamic().map_err(|e| CaptureError::Format(e.to_string()))?.to_rgb8();
    let first = picture.pixels().next();
    if picture.pixels().all(|pixel| Some(pixel) == first) {
        return Err(CaptureError::Blank);
    }
    io::picture::write_png(path, &picture, facts)?;
    Ok(UVec2::new(picture.width(), picture.height()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::asset::RenderAssetUsages;
    use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

    fn picture(format: TextureFormat) -> Image {
        let size = Extent3d { width: 2, height: 1, depth_or_array_layers: 1 };
        let data = vec![1, 2, 3, 255, 4, 5, 6, 255];
        Image::new(size, TextureDimension::D2, data, format, RenderAssetUsages::default())
    }

    #[test]
    fn window_pictures_keep_their_colours_and_replace_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, "old").unwrap();
        assert_eq!(write_png(&picture(TextureFormat::Bgra8UnormSrgb), &path, &[]).unwrap(), UVec2::new(2, 1));
        let read = image::open(&path).unwrap().to_rgb8();
        assert_eq!(read.into_raw(), [3, 2, 1, 6, 5, 4]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_picture_of_one_colour_is_no_picture() {
        let size = Extent3d { width: 2, height: 2, depth_or_array_layers: 1 };
        let usages = RenderAssetUsages::default();
        let blank = Image::new_fill(size, TextureDimension::D2, &[0; 4], TextureFormat::Rgba8UnormSrgb, usages);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blank.png");
        assert!(matches!(write_png(&blank, &path, &[]), Err(CaptureError::Blank)) && !path.exists());
    }

    #[test]
    fn a_missing_folder_is_an_error_with_the_path() {
        let error =
            write_png(&picture(TextureFormat::Rgba8UnormSrgb), Path::new("no/such/folder/a.png"), &[]).unwrap_err();
        assert!(error.to_string().contains("no/such/folder/a.png"), "{error}");
    }
}
