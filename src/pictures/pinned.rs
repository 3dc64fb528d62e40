//! Makes a picture of another site ready for a letter: scaled down, encoded anew, without metadata.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::decode::limits;
use super::jpeg;
use super::orientation::{exif, lies_on_its_side, orientation};
use super::published_copy::encode;

/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 40_000_000;

/// The greatest width, in pixels: twice the width of a letter.
const WIDEST: u32 = 1200;

/// What is smaller is a logo, in pixels.
const SMALLEST: (u32, u32) = (200, 100);

/// How many times wider than high a banner is.
const BANNER: u32 = 3;

/// The bytes up to which a PNG file without transparency stays one: drawings are sharper in it.
const SMALL_PNG: usize = 60 * 1024;

/// The bytes to which a JPEG file is made smaller, and the qualities that are tried.
const LARGE_JPEG: usize = 150 * 1024;
const QUALITIES: [u8; 4] = [82, 74, 66, 58];

/// A picture that is ready to be written beside an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PinnedPicture {
    /// The content of its file.
    pub(crate) bytes: Vec<u8>,
    /// The ending of its name: `jpg` or `png`.
    pub(crate) ending: &'static str,
    /// Its width and height in pixels.
    pub(crate) size: (u32, u32),
}

/// Turns the picture `bytes` into one for a letter; of an animation the first picture.
///
/// Errors with the reason, in a few words, before anything is decoded if it is too large.
pub(crate) fn pin(bytes: &[u8]) -> Result<PinnedPicture, String> {
    let format = format_of(bytes)?;
    let broken = |error: ImageError| format!("the picture cannot be decoded: {error}");
    // The size that the header states, before a decoder makes room for it.
    let size = imagesize::blob_size(bytes).map_err(|_| "the picture cannot be decoded".to_owned())?;
    let (width, height) =
        (u64::try_from(size.width).unwrap_or(u64::MAX), u64::try_from(size.height).unwrap_or(u64::MAX));
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(format!(
            "the picture has {width} × {height} pixels, more than {} million",
            MOST_PIXELS / 1_000_000
        ));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width == 0 || height == 0 {
        return Err("the picture cannot be decoded".to_owned());
    }
    let turn = orientation(exif(&mut Cursor::new(bytes)).as_ref());
    let shown = if lies_on_its_side(turn) { (height, width) } else { (width, height) };
    if shown.0 < SMALLEST.0 || shown.1 < SMALLEST.1 || shown.0 > shown.1.saturating_mul(BANNER) {
        return Err(format!("the picture has {} × {} pixels: a logo or a banner", shown.0, shown.1));
    }
    // The decoder turns CMYK into RGB, to which the profile does not apply.
    let is_cmyk = format == ImageFormat::Jpeg && jpeg::markers(bytes).components == 4;
    let profile = decoder.icc_profile().ok().flatten().filter(|_| !is_cmyk);
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let mut picture = scaled(picture, shown.0);
    picture.apply_orientation(turn);
    let size = (picture.width(), picture.height());
    let is_transparent = picture.color().has_alpha() && picture.pixels().any(|(_, _, pixel)| pixel.0[3] < u8::MAX);
    if is_transparent || format == ImageFormat::Png {
        let eight_bits: DynamicImage =
            if is_transparent { picture.to_rgba8().into() } else { picture.to_rgb8().into() };
        let mut written = Vec::new();
        encode(&eight_bits, profile.clone(), PngEncoder::new(&mut written)).map_err(broken)?;
        if is_transparent || written.len() <= SMALL_PNG {
            return Ok(PinnedPicture { bytes: written, ending: "png", size });
        }
    }
    let picture: DynamicImage = picture.into_rgb8().into();
    let mut written = Vec::new();
    for quality in QUALITIES {
        written.clear();
        encode(&picture, profile.clone(), JpegEncoder::new_with_quality(&mut written, quality)).map_err(broken)?;
        if written.len() <= LARGE_JPEG {
            break;
        }
    }
    Ok(PinnedPicture { bytes: written, ending: "jpg", size })
}

/// Returns `picture`, which is shown `width` pixels wide, no wider than letters need.
fn scaled(picture: DynamicImage, width: u32) -> DynamicImage {
    if width <= WIDEST {
        return picture;
    }
    let scale = |length: u32| {
        let length = u64::from(length) * u64::from(WIDEST) / u64::from(width);
        u32::try_from(length).unwrap_or(WIDEST).max(1)
    };
    picture.thumbnail_exact(scale(picture.width()), scale(picture.height()))
}

fn format_of(bytes: &[u8]) -> Result<ImageFormat, String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP)) => Ok(format),
        Ok(ImageFormat::Avif) => Err("the picture is AVIF; save it as PNG or JPEG in `issues/img/`".to_owned()),
        _ if start.contains("<svg") => Err("the picture is SVG; save it as PNG in `issues/img/`".to_owned()),
        _ => Err("it is no PNG, JPEG, GIF or WebP picture".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut written = Vec::new();
        picture.write_to(&mut Cursor::new(&mut written), format).unwrap();
        written
    }

    /// A picture in which no two neighbours are alike.
    fn noise(width: u32, height: u32) -> DynamicImage {
        let pixel = |x: u32, y: u32| {
            let mixed = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_add(x << 7);
            let [a, b, c, _] = mixed.wrapping_mul(2_246_822_519).to_be_bytes();
            image::Rgb([a, b, c])
        };
        image::RgbImage::from_fn(width, height, pixel).into()
    }

    fn plain(width: u32, height: u32) -> DynamicImage {
        image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30])).into()
    }

    #[test]
    fn a_picture_is_scaled_down_and_never_up() {
        let pinned = |picture: &DynamicImage, format| {
            let pinned = pin(&encoded(picture, format)).unwrap();
            let read = image::load_from_memory(&pinned.bytes).unwrap();
            assert_eq!((read.width(), read.height()), pinned.size);
            (pinned.ending, pinned.size)
        };
        assert_eq!(pinned(&plain(1600, 800), ImageFormat::Png), ("png", (1200, 600)));
        assert_eq!(pinned(&plain(400, 300), ImageFormat::Png), ("png", (400, 300)));
        assert_eq!(pinned(&noise(400, 300), ImageFormat::Png), ("jpg", (400, 300)));
        assert_eq!(pinned(&plain(400, 300), ImageFormat::Jpeg), ("jpg", (400, 300)));
        assert_eq!(pinned(&plain(400, 300), ImageFormat::Gif), ("jpg", (400, 300)));
        assert_eq!(pinned(&plain(400, 300), ImageFormat::WebP), ("jpg", (400, 300)));
        let glass: DynamicImage = image::RgbaImage::from_pixel(400, 300, image::Rgba([0, 0, 0, 90])).into();
        assert_eq!(pinned(&glass, ImageFormat::WebP), ("png", (400, 300)));
    }

    #[test]
    fn metadata_goes_and_the_picture_stands_upright() {
        let mut photo = encoded(&plain(400, 300), ImageFormat::Jpeg);
        // An Exif segment with orientation 6, a quarter turn, after the start of the file.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        photo.splice(2..2, exif.iter().copied());
        assert_eq!(orientation(super::exif(&mut Cursor::new(&photo)).as_ref()), Orientation::Rotate90);
        let pinned = pin(&photo).unwrap();
        assert_eq!(pinned.size, (300, 400));
        assert!(!pinned.bytes.windows(4).any(|window| window == b"Exif"));
    }

    #[test]
    fn what_is_no_picture_for_a_letter_is_refused_with_the_reason() {
        // The header of a PNG of 16,384 × 16,384 pixels, and the end of a file.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0".to_vec();
        bomb.extend_from_slice(b"\0\0\0\0\0\0\0\x08IDAT\x78\x9c\x03\0\0\0\0\x01\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
        assert_eq!(bomb.len(), 65);
        let cases: [(&[u8], &str); 8] = [
            (&bomb, "the picture has 16384 × 16384 pixels, more than 40 million"),
            (&encoded(&plain(199, 100), ImageFormat::Png), "the picture has 199 × 100 pixels: a logo or a banner"),
            (&encoded(&plain(700, 200), ImageFormat::Png), "the picture has 700 × 200 pixels: a logo or a banner"),
            (b"<?xml version='1.0'?><svg xmlns='x'/>", "the picture is SVG; save it as PNG in `issues/img/`"),
            (b"\0\0\0\x20ftypavif\0\0\0\0", "the picture is AVIF; save it as PNG or JPEG in `issues/img/`"),
            (b"<!doctype html>", "it is no PNG, JPEG, GIF or WebP picture"),
            (b"", "it is no PNG, JPEG, GIF or WebP picture"),
            (&encoded(&plain(400, 300), ImageFormat::Png)[..60], "the picture cannot be decoded"),
        ];
        for (bytes, reason) in cases {
            let error = pin(bytes).unwrap_err();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
