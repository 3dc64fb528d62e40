//! Properties of all ornaments, read from the finished files.

use std::collections::BTreeSet;

use png::{BitDepth, ColorType, Decoder, Transformations};
use proptest::prelude::*;

use super::contrast::{VISIBLE, contrast};
use super::palette::{Ink, Pair, Palette};
use super::style::Style;
use super::{Face, ROW, band, card, cover, thumbnail};
use crate::model::Colour;

/// The most bytes a picture may have.
const MOST: usize = 20_000;

fn colour(hex: u32) -> Colour {
    let [_, red, green, blue] = hex.to_be_bytes();
    Colour { red, green, blue }
}

/// A decoded picture.
struct Decoded {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Decoded {
    /// Reads a picture with a palette.
    fn read(png: &[u8]) -> Self {
        let mut decoder = Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        assert_eq!((reader.info().color_type, reader.info().bit_depth), (ColorType::Indexed, BitDepth::Four));
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        let pixels = bytes[..frame.buffer_size()].chunks(3);
        let pixels = pixels.map(|rgb| Colour { red: rgb[0], green: rgb[1], blue: rgb[2] }).collect();
        Self { width: usize::try_from(frame.width).unwrap(), height: usize::try_from(frame.height).unwrap(), pixels }
    }

    /// Reads the number in a row of tiles: a disc is a 1 if nothing of its colour reaches the tile's edge.
    fn number(&self, top: usize, accent: Colour) -> u32 {
        let side = self.width / ROW;
        let palette = Palette::new(accent);
        let (paper, deep) = (palette.colour(Ink::Paper), palette.colour(Ink::Deep));
        let is_set = |tile: usize| {
            let at = |x: usize, y: usize| self.pixels[(top + y) * self.width + tile * side + x];
            let edge = (0..side).all(|along| {
                [at(along, 0), at(along, side - 1), at(0, along), at(side - 1, along)].iter().all(|one| *one == deep)
            });
            edge && [side / 4, side / 2, side * 3 / 4].iter().all(|x| at(*x, side / 2) == paper)
        };
        (0..ROW).fold(0, |number, tile| number << 1 | u32::from(is_set(tile)))
    }
}

proptest! {
    #[test]
    fn every_accent_keeps_figure_and_ground_apart(hex in 0_u32..0x0100_0000, name in ".{0,20}") {
        let accent = colour(hex);
        let style = Style::new(&name, accent);
        for pair in &style.pairs {
            let seen = contrast(style.palette.colour(pair.figure), style.palette.colour(pair.ground));
            prop_assert!(seen >= VISIBLE, "{pair:?} {seen}");
        }
        prop_assert!(style.pairs[..2].iter().all(|pair| pair.has(Ink::Accent)));
        prop_assert!(style.pairs[0].ground != Ink::Paper);
        prop_assert!(contrast(style.palette.colour(Ink::Paper), style.palette.colour(Ink::Deep)) >= VISIBLE);
    }

}

proptest! {
    // Without optimization a card takes a fifth of a second.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_number_of_an_issue_is_read_from_the_lower_row(hex in 0_u32..0x0100_0000, name in ".{0,20}", key: u16) {
        let (accent, key) = (colour(hex), u32::from(key));
        let band = Decoded::read(&band(Face { name: &name, accent }, key));
        prop_assert_eq!([band.number(75, accent), band.number(0, accent)], [key, 0]);
        let card = Decoded::read(&card(Face { name: &name, accent }, key));
        prop_assert_eq!(card.number(508, accent), key);
    }

    #[test]
    fn a_date_is_read_from_both_rows(hex in 0_u32..0x0100_0000, name in ".{0,20}", key in 0x1_0000_u32..) {
        let accent = colour(hex);
        let band = Decoded::read(&band(Face { name: &name, accent }, key));
        prop_assert_eq!(band.number(0, accent) << 16 | band.number(75, accent), key);
        let card = Decoded::read(&card(Face { name: &name, accent }, key));
        prop_assert_eq!(card.number(471, accent) << 16 | card.number(546, accent), key);
    }

    #[test]
    fn every_picture_has_its_size_and_few_bytes(hex in 0_u32..0x0100_0000, name in ".{0,20}", key: u32) {
        let face = Face { name: &name, accent: colour(hex) };
        let cases = [
            (band(face, key), (1200, 150)),
            (thumbnail(face, key, &name), (192, 192)),
            (cover(face, key), (240, 180)),
            (card(face, key), (1200, 630)),
        ];
        for (png, size) in cases {
            prop_assert!(png.len() < MOST, "{} bytes", png.len());
            let decoded = Decoded::read(&png);
            prop_assert_eq!((decoded.width, decoded.height), size);
        }
    }

    #[test]
    fn another_name_or_number_is_another_picture(hex in 0_u32..0x0100_0000, names: [String; 2], keys: [u32; 2]) {
        prop_assume!(names[0] != names[1] && keys[0] != keys[1]);
        let faces = names.each_ref().map(|name| Face { name, accent: colour(hex) });
        for draw in [band, cover, card] {
            let pictures = BTreeSet::from([draw(faces[0], keys[0]), draw(faces[0], keys[1]), draw(faces[1], keys[0])]);
            prop_assert_eq!(pictures.len(), 3);
        }
    }
}

#[test]
fn colours_at_the_ends_of_the_scale_have_pairs_too() {
    for hex in [0x00_0000, 0xff_ffff, 0xff_0000, 0x00_ff00, 0x00_00ff, 0xff_ff00, 0x00_ffff, 0xff_00ff, 0x80_8080] {
        let pairs = Palette::new(colour(hex)).pairs();
        assert!(pairs.iter().filter(|pair| pair.has(Ink::Accent)).count() > 1, "{hex:06x}");
        assert!(pairs.contains(&Pair::BINARY), "{hex:06x}");
    }
}

#[test]
fn newsletters_of_one_accent_have_styles_of_their_own() {
    let styles: Vec<_> =
        (0..100).map(|number| Style::new(&format!("Newsletter {number}"), colour(0xb7_410e))).collect();
    let alike = |style: &Style| styles.iter().filter(|other| *other == style).count();
    assert!(styles.iter().map(alike).max() < Some(3));
}

#[test]
fn the_links_of_a_long_issue_have_thumbnails_of_their_own() {
    for name in ["Distributed Bytes", "Pine Needles", "Iris Weekly", "Navy Notes"] {
        let face = Face { name, accent: colour(0x1f_6f54) };
        let links = (0..60).map(|number| thumbnail(face, 42, &format!("https://example.org/{number}")));
        let different = links.collect::<BTreeSet<_>>().len();
        // Four tiles have room for chance.
        assert!(different > 57, "{name}: {different} of 60");
    }
}
