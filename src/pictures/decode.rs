//! Decodes pictures within limits, so that a small file cannot fill the memory.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{ImageDecoder, ImageError, Limits};

use super::kind::PictureKind;

/// The most pixels of a picture that is decoded. Phones take up to 50 million.
pub(super) const MOST_PIXELS: u64 = 50_000_000;

/// The most memory for decoding a picture, in bytes: four for each pixel, and some.
const MOST_MEMORY: u64 = 256 << 20;

/// Returns the limits of every decoder.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// Returns a decoder for `bytes`, a picture of this kind, that keeps to the limits.
pub(super) fn decoder<'a>(bytes: &'a [u8], kind: PictureKind) -> Result<Box<dyn ImageDecoder + 'a>, ImageError> {
    let input = Cursor::new(bytes);
    let mut decoder: Box<dyn ImageDecoder + 'a> = match kind {
        PictureKind::Png => Box::new(PngDecoder::with_limits(input, limits())?),
        PictureKind::Jpeg => Box::new(JpegDecoder::new(input)?),
        PictureKind::Gif => Box::new(GifDecoder::new(input)?),
    };
    decoder.set_limits(limits())?;
    Ok(decoder)
}
