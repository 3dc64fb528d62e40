//! Examines the content of a picture's file for what readers would suffer from.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, RgbaImage};

use super::decode::{MOST_PIXELS, decoder, limits};
use super::jpeg;
use super::kind::PictureKind;
use super::orientation::{exif, has_location, orientation};
use crate::model::Colour;

/// The contents of a picture's file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examination {
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Its flaws, in itself or where it is shown.
    pub flaws: Vec<PictureFlaw>,
    /// Its colours, if it is transparent.
    pub art: Option<TransparentArt>,
}

impl Examination {
    /// Returns whether the picture has `flaw`.
    pub fn has(&self, flaw: PictureFlaw) -> bool {
        self.flaws.contains(&flaw)
    }

    fn with(mut self, flaw: PictureFlaw) -> Self {
        self.flaws.push(flaw);
        self
    }
}

/// A property of a picture's file that matters to the people who see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFlaw {
    /// It has more pixels than are decoded, so that its content is unknown.
    TooManyPixels,
    /// Its colours are cyan, magenta, yellow and black, as for printing.
    Cmyk,
    /// The file ends before the picture does, or cannot be decoded.
    Broken,
    /// It is an animation that begins with a picture of one colour.
    EmptyFirstFrame,
    /// Its pixels have to be turned, as its metadata says.
    Turned,
    /// Its metadata tells where it was taken.
    Location,
}

/// The colours of a picture with a transparent ground.
#[derive(Debug, Clone, PartialEq)]
pub struct TransparentArt {
    /// The colours of its opaque pixels, rounded, with the share of each.
    colours: Vec<(Colour, f64)>,
}

impl TransparentArt {
    /// Creates it from colours and the share of each.
    pub fn of(colours: Vec<(Colour, f64)>) -> Self {
        Self { colours }
    }

    /// Returns the share, from 0 to 1, of its pixels whose colour `fits`.
    pub fn share(&self, fits: impl Fn(Colour) -> bool) -> f64 {
        self.colours.iter().filter(|(colour, _)| fits(*colour)).map(|(_, share)| share).sum()
    }
}

/// The least share of a picture that is transparent ground and not a rounded corner.
const LEAST_GROUND: f64 = 0.1;

/// Alpha below which a pixel is ground, and from which on it is part of what is shown.
const GROUND: u8 = 32;
const SHOWN: u8 = 128;

/// Examines the picture `bytes`.
pub fn examine(bytes: &[u8]) -> Examination {
    let mut found = Examination { bytes: bytes.len() as u64, ..Examination::default() };
    let Some(kind) = PictureKind::of_content(bytes) else { return found.with(PictureFlaw::Broken) };
    if kind != PictureKind::Gif {
        let exif = exif(&mut Cursor::new(bytes));
        if orientation(exif.as_ref()) != Orientation::NoTransforms {
            found = found.with(PictureFlaw::Turned);
        }
        if exif.as_ref().is_some_and(has_location) {
            found = found.with(PictureFlaw::Location);
        }
    }
    if kind == PictureKind::Jpeg {
        // Its pixels tell nothing that the markers do not.
        let markers = jpeg::markers(bytes);
        if markers.components == 4 {
            found = found.with(PictureFlaw::Cmyk);
        }
        return if markers.is_complete { found } else { found.with(PictureFlaw::Broken) };
    }
    let Ok(decoder) = decoder(bytes, kind) else { return found.with(PictureFlaw::Broken) };
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return found.with(PictureFlaw::TooManyPixels);
    }
    let has_alpha = decoder.color_type().has_alpha();
    let Ok(first) = DynamicImage::from_decoder(decoder) else { return found.with(PictureFlaw::Broken) };
    let is_animated = is_animated(bytes, kind);
    // Of any other picture, that it can be decoded is all there is to know.
    if has_alpha || is_animated {
        let first = first.into_rgba8();
        found.art = if has_alpha { art(&first) } else { None };
        if is_animated && is_of_one_colour(&first) {
            return found.with(PictureFlaw::EmptyFirstFrame);
        }
    }
    found
}

/// Whether all pixels have the same colour, or are transparent.
fn is_of_one_colour(picture: &RgbaImage) -> bool {
    let mut pixels = picture.pixels();
    let Some(first) = pixels.next() else { return true };
    pixels.all(|pixel| pixel == first || (pixel.0[3] == 0 && first.0[3] == 0))
}

/// Whether the picture has more than one frame.
fn is_animated(bytes: &[u8], kind: PictureKind) -> bool {
    let input = Cursor::new(bytes);
    match kind {
        PictureKind::Gif => {
            let Ok(mut decoder) = GifDecoder::new(input) else { return false };
            decoder.set_limits(limits()).is_ok() && decoder.into_frames().take(2).filter_map(Result::ok).count() > 1
        }
        PictureKind::Png => {
            PngDecoder::with_limits(input, limits()).is_ok_and(|decoder| decoder.is_apng().unwrap_or(false))
        }
        PictureKind::Jpeg => false,
    }
}

/// Returns what a picture shows on its transparent ground, if it has one.
fn art(picture: &RgbaImage) -> Option<TransparentArt> {
    let mut ground = 0_u32;
    let mut counted: BTreeMap<[u8; 3], u32> = BTreeMap::new();
    for pixel in picture.pixels() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha < GROUND {
            ground += 1;
        } else if alpha >= SHOWN {
            // Rounded, so that a photo has some thousand colours at most; the lowest bits stay those of the value.
            *counted.entry([red, green, blue].map(|channel| channel & 0xf0 | channel >> 4)).or_default() += 1;
        }
    }
    let all = f64::from(picture.width()) * f64::from(picture.height());
    let shown: u32 = counted.values().sum();
    let is_ground = f64::from(ground) >= LEAST_GROUND * all;
    (is_ground && shown > 0).then(|| {
        let share = |(colour, count): ([u8; 3], u32)| {
            let [red, green, blue] = colour;
            (Colour { red, green, blue }, f64::from(count) / f64::from(shown))
        };
        TransparentArt { colours: counted.into_iter().map(share).collect() }
    })
}
