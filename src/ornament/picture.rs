//! A picture of few colours, and its PNG.

use std::ops::Range;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use super::palette::{Ink, Palette, mix};
use super::shape::{COVER, Shape, turned};
use super::tiling::Tile;
use crate::model::Colour;

/// The level of compression that takes a fifth of the time of the best, for a tenth more bytes.
const QUICK: u8 = 4;
/// The level for a picture that would have more than [`LONG`] bytes otherwise.
const BEST: u8 = 9;
/// Two thousand less than a picture may have.
const LONG: usize = 18_000;

/// A picture that is being drawn. Its width is even.
#[derive(Debug)]
pub(super) struct Picture {
    width: usize,
    height: usize,
    palette: Palette,
    /// A place in `mixtures` for each pixel, row by row.
    pixels: Vec<u8>,
    mixtures: Vec<Mixture>,
    /// Tiles measured already: most tiles of a picture are alike but for their colours.
    covers: Vec<((Shape, u8, usize), Vec<u8>)>,
}

/// `share` parts of [`COVER`] of the first colour with the second, in the order of [`Ink`].
type Mixture = (Ink, Ink, u8);

impl Picture {
    pub(super) fn new(width: usize, height: usize, palette: Palette) -> Self {
        Self { width, height, palette, pixels: vec![0; width * height], mixtures: Vec::new(), covers: Vec::new() }
    }

    /// Draws rows of tiles of this `side` from the left, the first row at `top`.
    pub(super) fn draw_tiles(&mut self, rows: &[Vec<Tile>], top: usize, side: usize) {
        for (row, tiles) in rows.iter().enumerate() {
            for (column, tile) in tiles.iter().enumerate() {
                self.draw_tile(*tile, column * side, top + row * side, side);
            }
        }
    }

    /// Fills these rows of pixels.
    pub(super) fn fill_rows(&mut self, rows: Range<usize>, ink: Ink) {
        let place = self.place((ink, ink, 0));
        self.pixels[rows.start * self.width..rows.end * self.width].fill(place);
    }

    fn draw_tile(&mut self, tile: Tile, left: usize, top: usize, side: usize) {
        let places: Vec<u8> = (0..=COVER).map(|cover| self.place(mixture(tile, cover))).collect();
        let key = (tile.shape, tile.turns, side);
        if !self.covers.iter().any(|(known, _)| *known == key) {
            let cover = turned(&self.cover_without_turn(tile.shape, side), tile.turns, side);
            self.covers.push((key, cover));
        }
        let cover = self.covers.iter().find(|(known, _)| *known == key).map_or(&[][..], |(_, cover)| cover);
        for (row, cover) in cover.chunks(side).enumerate() {
            let start = (top + row) * self.width + left;
            for (pixel, cover) in self.pixels[start..start + side].iter_mut().zip(cover) {
                *pixel = places[usize::from(*cover)];
            }
        }
    }

    /// Measuring takes longer than turning: a tile that was turned another way is turned back.
    fn cover_without_turn(&self, shape: Shape, side: usize) -> Vec<u8> {
        let is_known = |(other, _, its_side): &(Shape, u8, usize)| (*other, *its_side) == (shape, side);
        match self.covers.iter().find(|(known, _)| is_known(known)) {
            Some(((_, turns, _), cover)) => turned(cover, (4 - turns) % 4, side),
            None => shape.cover(side),
        }
    }

    /// Returns the place of `mixture` among the colours, adding it if it is new.
    fn place(&mut self, mixture: Mixture) -> u8 {
        let place = self.mixtures.iter().position(|known| *known == mixture).unwrap_or_else(|| {
            self.mixtures.push(mixture);
            self.mixtures.len() - 1
        });
        u8::try_from(place).expect("four colours and four pairs have 16 mixtures")
    }

    /// Returns the picture as PNG, four bits a pixel.
    pub(super) fn into_png(self) -> Vec<u8> {
        let quick = self.encoded(QUICK);
        if quick.len() < LONG { quick } else { self.encoded(BEST) }
    }

    fn encoded(&self, level: u8) -> Vec<u8> {
        let colour = |(one, other, share): &Mixture| -> [u8; 3] {
            let [one, other] = [one, other].map(|ink| self.palette.colour(*ink));
            let Colour { red, green, blue } = mix(other, one, u32::from(*share), u32::from(COVER));
            [red, green, blue]
        };
        let side = |pixels: usize| u32::try_from(pixels).expect("ornaments are small");
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, side(self.width), side(self.height));
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_palette(self.mixtures.iter().flat_map(colour).collect::<Vec<_>>());
        encoder.set_deflate_compression(DeflateCompression::Level(level));
        // Most pixels are as those above them, and the rest of a row is nothing but zeros then.
        encoder.set_filter(Filter::Up);
        let two_a_byte: Vec<u8> = self.pixels.chunks(2).map(|pixels| pixels[0] << 4 | pixels[1]).collect();
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&two_a_byte)?;
            writer.finish()
        });
        written.expect("a vector takes all bytes");
        png
    }
}

/// Returns the colour of a pixel of which the shape on `tile` covers `cover` parts.
fn mixture(tile: Tile, cover: u8) -> Mixture {
    let (figure, ground) = (tile.pair.figure, tile.pair.ground);
    match cover {
        0 => (ground, ground, 0),
        COVER => (figure, figure, 0),
        cover if figure < ground => (figure, ground, cover),
        cover => (ground, figure, COVER - cover),
    }
}
