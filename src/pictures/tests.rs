//! Examines and turns pictures that are made here, pixel by pixel.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::jpeg::{JpegMarkers, markers};
use super::{Examination, PictureFlaw, examine, shown_size, upright};
use crate::model::Colour;

/// A smooth picture of 40 by 20 pixels whose corners differ.
fn landscape() -> RgbImage {
    RgbImage::from_fn(40, 20, |x, y| Rgb([x, y, 128].map(|part: u32| u8::try_from(part * 6 % 256).unwrap())))
}

fn jpeg(picture: &RgbImage, metadata: Option<Vec<u8>>, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    if let Some(metadata) = metadata {
        encoder.set_exif_metadata(metadata).unwrap();
    }
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).unwrap();
    }
    encoder.encode_image(picture).unwrap();
    bytes
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

fn gif(frames: &[RgbaImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.encode_frames(frames.iter().cloned().map(Frame::new)).unwrap();
    drop(encoder);
    bytes
}

/// Exif metadata in little-endian order: the orientation, and, if asked for, a latitude.
fn metadata(orientation: u16, has_location: bool) -> Vec<u8> {
    let field = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    // Two fields, of which the second points to the table of places behind the first.
    bytes.extend(2_u16.to_le_bytes());
    bytes.extend(field(0x0112, 3, 1, u32::from(orientation)));
    bytes.extend(field(0x8825, 4, 1, 38));
    bytes.extend(0_u32.to_le_bytes());
    let latitude = field(0x0002, 5, 3, 56);
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(if has_location { latitude } else { field(0x0000, 1, 4, 0x302) });
    bytes.extend(0_u32.to_le_bytes());
    for part in [52_u32, 1, 31, 1, 12, 1] {
        bytes.extend(part.to_le_bytes());
    }
    bytes
}

/// The mean difference of two pictures of the same size, per channel.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u32 = one.iter().zip(other.iter()).map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
    f64::from(sum) / f64::from(3 * one.width() * one.height())
}

#[test]
fn every_orientation_is_turned_upright_without_a_visible_loss() {
    let original = landscape();
    for orientation in 1..=8 {
        let lying = jpeg(&original, Some(metadata(orientation, false)), None);
        let upright = upright(&lying).unwrap();
        let shown = shown_size(Cursor::new(&lying)).unwrap();
        assert_eq!(shown, if orientation > 4 { (20, 40) } else { (40, 20) }, "{orientation}");
        assert_eq!(shown_size(Cursor::new(&upright)).unwrap(), shown, "{orientation}");
        let mut expected = DynamicImage::ImageRgb8(original.clone());
        expected
            .apply_orientation(image::metadata::Orientation::from_exif(u8::try_from(orientation).unwrap()).unwrap());
        let turned = image::load_from_memory(&upright).unwrap().into_rgb8();
        let off = difference(&turned, &expected.into_rgb8());
        assert!(off < 2.5, "{orientation}: {off}");
        assert!(!examine(&upright).has(PictureFlaw::Turned), "{orientation}");
        assert_eq!(examine(&lying).has(PictureFlaw::Turned), orientation != 1, "{orientation}");
    }
}

#[test]
fn a_picture_that_stands_upright_stays_byte_for_byte_as_it_is() {
    let plain = jpeg(&landscape(), None, None);
    let with_place = jpeg(&landscape(), Some(metadata(1, true)), None);
    let drawing = png(&DynamicImage::ImageRgb8(landscape()));
    for bytes in [&plain, &with_place, &drawing, &b"no picture".to_vec()] {
        assert_eq!(&*upright(bytes).unwrap(), bytes.as_slice());
    }
}

#[test]
fn a_turned_picture_keeps_its_colour_profile_and_loses_its_place() {
    let profile = vec![7; 200];
    let lying = jpeg(&landscape(), Some(metadata(6, true)), Some(profile.clone()));
    assert!(examine(&lying).has(PictureFlaw::Location));
    let turned = upright(&lying).unwrap();
    assert!(!examine(&turned).has(PictureFlaw::Location));
    assert!(turned.windows(profile.len()).any(|window| window == profile));
}

#[test]
fn a_damaged_picture_that_has_to_be_turned_is_an_error() {
    let lying = jpeg(&landscape(), Some(metadata(6, false)), None);
    assert!(upright(&lying[..200]).is_err());
}

#[test]
fn the_markers_of_a_jpeg_tell_its_colours_and_its_end() {
    let whole = jpeg(&landscape(), Some(metadata(1, false)), None);
    let colours = JpegMarkers { components: 3, is_complete: true };
    assert_eq!(markers(&whole), colours);
    assert_eq!(markers(&[&whole[..], b"trailing data of a camera"].concat()), colours);
    assert_eq!(markers(&whole[..whole.len() - 40]), JpegMarkers { is_complete: false, ..colours });
    // A frame with four components, then a scan with stuffed bytes, a restart, and the end.
    let cmyk = b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x04\x01\x11\0\xff\xda\0\x02\x10\xff\0\xff\xd0\x20\xff\xff\xd9";
    assert_eq!(markers(cmyk), JpegMarkers { components: 4, is_complete: true });
    assert_eq!(markers(b""), JpegMarkers { components: 0, is_complete: false });
}

#[test]
fn what_readers_would_suffer_from_is_found() {
    let found = |bytes: &[u8]| Examination { bytes: 0, ..examine(bytes) };
    let nothing = Examination::default();
    let blank = RgbaImage::from_pixel(8, 8, Rgba([255, 255, 255, 255]));
    let dot = RgbaImage::from_fn(8, 8, |x, _| Rgba([if x < 4 { 0 } else { 255 }, 0, 0, 255]));
    let grey = DynamicImage::ImageLuma8(GrayImage::from_pixel(9, 9, Luma([9])));
    let photo = jpeg(&landscape(), None, None);
    let drawing = png(&DynamicImage::ImageRgb8(landscape()));
    let animation = gif(&[dot.clone(), blank.clone()]);
    let cases: [(&str, &[u8], Examination); 9] = [
        ("a photo", &photo, nothing.clone()),
        (
            "half a photo",
            &photo[..photo.len() / 2],
            Examination { flaws: vec![PictureFlaw::Broken], ..nothing.clone() },
        ),
        ("a drawing", &drawing, nothing.clone()),
        (
            "half a drawing",
            &drawing[..drawing.len() / 2],
            Examination { flaws: vec![PictureFlaw::Broken], ..nothing.clone() },
        ),
        ("one colour", &png(&grey), nothing.clone()),
        ("an animation", &animation, nothing.clone()),
        ("half an animation", &animation[..40], Examination { flaws: vec![PictureFlaw::Broken], ..nothing.clone() }),
        (
            "an animation that begins empty",
            &gif(&[blank.clone(), dot]),
            Examination { flaws: vec![PictureFlaw::EmptyFirstFrame], ..nothing.clone() },
        ),
        ("an empty still", &gif(&[blank]), nothing.clone()),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(found(bytes), expected, "{name}");
    }
}

#[test]
fn the_colours_on_a_transparent_ground_are_counted() {
    let drawing = RgbaImage::from_fn(10, 10, |x, y| match (x, y) {
        (0..4, _) => Rgba([0, 0, 0, 0]),
        (_, 0..9) => Rgba([0x12, 0, 0, 255]),
        _ => Rgba([255, 255, 255, 255]),
    });
    let art = examine(&png(&DynamicImage::ImageRgba8(drawing))).art.unwrap();
    let share = |red| art.share(|colour: Colour| colour.red == red);
    assert!((share(0x11) - 0.9).abs() < 0.001 && (share(255) - 0.1).abs() < 0.001, "{art:?}");
    // Rounded corners are no ground.
    let corner = RgbaImage::from_fn(10, 10, |x, y| Rgba([0, 0, 0, if x + y == 0 { 0 } else { 255 }]));
    assert_eq!(examine(&png(&DynamicImage::ImageRgba8(corner))).art, None);
}

#[test]
fn a_small_file_with_a_huge_picture_is_not_decoded() {
    // A PNG file that says it has 30,000 by 30,000 pixels.
    let mut bomb = png(&DynamicImage::ImageLuma8(GrayImage::from_pixel(1, 1, Luma([0]))));
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let checksum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    let found = examine(&bomb);
    assert!(found.has(PictureFlaw::TooManyPixels) || found.has(PictureFlaw::Broken), "{found:?}");
}

/// The checksum of a PNG chunk (PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(noise in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..600, kind in 0..3) {
        let mut bytes = match kind {
            0 => jpeg(&landscape(), Some(metadata(6, true)), None),
            1 => png(&DynamicImage::ImageRgb8(landscape())),
            _ => gif(&[RgbaImage::from_pixel(8, 8, Rgba([255, 255, 255, 255]))]),
        };
        for (index, byte) in noise.into_iter().enumerate() {
            if let Some(place) = bytes.get_mut(at + index) {
                *place = byte;
            }
        }
        examine(&bytes);
        let _ = upright(&bytes);
        let _ = shown_size(Cursor::new(&bytes));
    }
}
