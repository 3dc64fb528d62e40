//! Draws a newsletter's ornament: pictures of tiles that follow from its name, its accent and an issue's number alone,
//! for issues and links without a picture of their own.
//!
//! The name decides what all issues have in common (two shapes, their rhythm, three pairs of colours), so that a reader
//! knows the newsletter again; the number decides the rest. Everything is integer arithmetic: the bytes are the same on
//! every machine. The pictures have a palette of at most 16 colours and stay under 20 kB.

mod contrast;
mod numbers;
mod palette;
mod picture;
mod shape;
mod style;
#[cfg(test)]
mod tests;
mod tiling;

use numbers::Numbers;
use palette::{Ink, Pair};
use picture::Picture;
use shape::Shape;
use style::Style;
use tiling::{Density, Tile, tiling};

use crate::model::Colour;

/// The bits of a number that stand in one row, one a tile.
const ROW: usize = 16;

/// The input of a drawing besides the key of the issue: its number, or the eight digits of its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face<'a> {
    /// The name of the newsletter. Another name is another style.
    pub name: &'a str,
    /// The colour of its flag.
    pub accent: Colour,
}

/// Returns the band above a letter as PNG: 1200 × 150 pixels, to be shown 600 wide.
///
/// The lower row has `key` in binary, the least bit last: every 1 is a pale disc on the darkest colour. Bits that do not
/// fit there stand in the row above, as those of dates do.
pub fn band(face: Face, key: u32) -> Vec<u8> {
    const SIDE: usize = 75;
    let style = Style::new(face.name, face.accent);
    let mut tiles = tiling(&style, &mut issue_numbers("band", face, key), Density::Calm, ROW, 2);
    for (row, bits) in tiles.iter_mut().rev().zip([key, key >> ROW]) {
        for (tile, is_set) in row.iter_mut().zip(bits_of(bits)) {
            if is_set {
                *tile = Tile { shape: Shape::Disc, turns: 0, pair: Pair::BINARY };
            }
        }
    }
    let mut picture = Picture::new(ROW * SIDE, 2 * SIDE, style.palette);
    picture.draw_tiles(&tiles, 0, SIDE);
    picture.into_png()
}

/// Returns the thumbnail of a link without a picture as PNG: 192 × 192 pixels, to be shown 96 wide.
///
/// `link` is the URL, or whatever else is not the same for two links of issue `key`.
pub fn thumbnail(face: Face, key: u32, link: &str) -> Vec<u8> {
    const SIDE: usize = 96;
    let style = Style::new(face.name, face.accent);
    let mut numbers = Numbers::new(&[b"thumbnail", face.name.as_bytes(), &key.to_be_bytes(), link.as_bytes()]);
    let mut picture = Picture::new(2 * SIDE, 2 * SIDE, style.palette);
    picture.draw_tiles(&tiling(&style, &mut numbers, Density::Lively, 2, 2), 0, SIDE);
    picture.into_png()
}

/// Returns the cover of issue `key` in a list of issues as PNG: 240 × 180 pixels, to be shown 120 wide.
pub fn cover(face: Face, key: u32) -> Vec<u8> {
    const SIDE: usize = 60;
    let style = Style::new(face.name, face.accent);
    let mut picture = Picture::new(4 * SIDE, 3 * SIDE, style.palette);
    let tiles = tiling(&style, &mut issue_numbers("cover", face, key), Density::Calm, 4, 3);
    picture.draw_tiles(&tiles, 0, SIDE);
    picture.into_png()
}

/// Returns the social card of issue `key` as PNG: 1200 × 630 pixels.
///
/// Below the tiles, `key` stands in binary: a disc is 1, a dot is 0. From 65,536 on there are two rows.
pub fn card(face: Face, key: u32) -> Vec<u8> {
    const WIDTH: usize = 1200;
    const HEIGHT: usize = 630;
    const SIDE: usize = 150;
    const TILES: usize = 3 * SIDE;
    /// The bar from which the flag hangs in the letter.
    const BAR: usize = 12;
    const BIT: usize = WIDTH / ROW;

    let style = Style::new(face.name, face.accent);
    let mut picture = Picture::new(WIDTH, HEIGHT, style.palette);
    let tiles = tiling(&style, &mut issue_numbers("card", face, key), Density::Calm, WIDTH / SIDE, 3);
    picture.draw_tiles(&tiles, 0, SIDE);
    picture.fill_rows(TILES..TILES + BAR, Ink::Accent);
    picture.fill_rows(TILES + BAR..HEIGHT, Ink::Deep);
    let words = if key >> ROW == 0 { vec![key] } else { vec![key >> ROW, key] };
    let bit = |is_set| Tile { shape: if is_set { Shape::Disc } else { Shape::Dot }, turns: 0, pair: Pair::BINARY };
    let rows: Vec<Vec<_>> = words.iter().map(|&word| bits_of(word).map(bit).collect()).collect();
    picture.draw_tiles(&rows, TILES + BAR + (HEIGHT - TILES - BAR - BIT * rows.len()) / 2, BIT);
    picture.into_png()
}

/// The numbers that an issue's picture is drawn from: others for each `kind` of picture.
fn issue_numbers(kind: &str, face: Face, key: u32) -> Numbers {
    Numbers::new(&[kind.as_bytes(), face.name.as_bytes(), &key.to_be_bytes()])
}

/// The lower 16 bits of `word`, the least last.
fn bits_of(word: u32) -> impl Iterator<Item = bool> {
    (0..ROW).rev().map(move |place| word >> place & 1 == 1)
}
