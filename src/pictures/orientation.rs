//! Reads what the metadata of a picture says about its orientation and the place where it was taken.

use std::io::{BufRead, Seek, SeekFrom};

use exif::{Exif, In, Reader, Tag, Value};
use image::metadata::Orientation;

/// Reads the Exif metadata of a JPEG or PNG file; `None` if it has none that can be read.
pub(super) fn exif(input: &mut (impl BufRead + Seek)) -> Option<Exif> {
    let mut reader = Reader::new();
    // Cameras write fields that the standard does not know; the others still count.
    reader.continue_on_error(true);
    match reader.read_from_container(input) {
        Ok(exif) => Some(exif),
        Err(error) => error.distill_partial_result(|_| {}).ok(),
    }
}

/// Returns the orientation in which a picture with this metadata is shown.
pub(super) fn orientation(exif: Option<&Exif>) -> Orientation {
    let written = exif.and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0));
    let written = written.and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?));
    written.unwrap_or(Orientation::NoTransforms)
}

/// Whether the metadata tells where the picture was taken.
pub(super) fn has_location(exif: &Exif) -> bool {
    let mut coordinates = exif.fields().filter(|field| [Tag::GPSLatitude, Tag::GPSLongitude].contains(&field.tag));
    coordinates.any(|field| matches!(&field.value, Value::Rational(parts) if parts.iter().any(|part| part.num != 0)))
}

/// Returns width and height, in pixels, of a picture as browsers and mail clients show it: turned as its metadata says.
///
/// Errors if `input` is not a picture.
pub(crate) fn shown_size(mut input: impl BufRead + Seek) -> Result<(u32, u32), imagesize::ImageError> {
    let size = imagesize::reader_size(&mut input)?;
    let pixels = |length: usize| u32::try_from(length).map_err(|_| imagesize::ImageError::CorruptedImage);
    let (width, height) = (pixels(size.width)?, pixels(size.height)?);
    input.seek(SeekFrom::Start(0))?;
    Ok(if lies_on_its_side(orientation(exif(&mut input).as_ref())) { (height, width) } else { (width, height) })
}

pub(super) fn lies_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}
