//! Turns the pixels of a picture as its metadata says. Outlook for Windows and other clients show a picture as it is
//! stored, so that a photo from a phone lies on its side in some letters and stands upright in others.

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError};

use super::decode::{MOST_PIXELS, decoder};
use super::jpeg;
use super::kind::PictureKind;
use super::orientation::{exif, orientation};

/// The quality of a JPEG file that is written anew. From 90 on, nobody sees a difference at this size.
const QUALITY: u8 = 93;

/// The reason why a picture cannot be turned.
#[derive(Debug)]
pub enum UprightError {
    /// It has more pixels than are decoded.
    TooLarge,
    /// It cannot be decoded or encoded.
    Unreadable(ImageError),
}

impl std::fmt::Display for UprightError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => write!(formatter, "it has more than {} million pixels", MOST_PIXELS / 1_000_000),
            Self::Unreadable(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for UprightError {}

/// Returns the picture `bytes` with its pixels turned as its metadata says, and without that metadata. A picture that
/// needs no turn is returned as it is, with all metadata. A profile of its colours is kept.
///
/// Errors if it has to be turned and cannot be decoded.
pub fn upright(bytes: &[u8]) -> Result<Cow<'_, [u8]>, UprightError> {
    let kind = PictureKind::of_content(bytes).filter(|kind| *kind != PictureKind::Gif);
    let Some(kind) = kind else { return Ok(bytes.into()) };
    let turn = orientation(exif(&mut Cursor::new(bytes)).as_ref());
    if turn == Orientation::NoTransforms {
        return Ok(bytes.into());
    }
    turned(bytes, kind, turn).map(Cow::Owned)
}

fn turned(bytes: &[u8], kind: PictureKind, turn: Orientation) -> Result<Vec<u8>, UprightError> {
    let mut decoder = decoder(bytes, kind).map_err(UprightError::Unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(UprightError::TooLarge);
    }
    // The decoder turns CMYK into RGB, to which the profile does not apply.
    let is_cmyk = kind == PictureKind::Jpeg && jpeg::markers(bytes).components == 4;
    let profile = decoder.icc_profile().ok().flatten().filter(|_| !is_cmyk);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(UprightError::Unreadable)?;
    picture.apply_orientation(turn);
    let mut written = Vec::with_capacity(bytes.len());
    if kind == PictureKind::Jpeg {
        encode(&picture, profile, JpegEncoder::new_with_quality(&mut written, QUALITY))
    } else {
        encode(&picture, profile, PngEncoder::new(&mut written))
    }
    .map_err(UprightError::Unreadable)?;
    Ok(written)
}

pub(super) fn encode(
    picture: &DynamicImage,
    profile: Option<Vec<u8>>,
    mut encoder: impl ImageEncoder,
) -> Result<(), ImageError> {
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).map_err(ImageError::Unsupported)?;
    }
    picture.write_with_encoder(encoder)
}
