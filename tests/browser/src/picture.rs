//! A picture of a page, stored small and compared with another with some tolerance.

use std::collections::BTreeMap;
use std::io::Cursor;

use anyhow::{Context, Result, ensure};

/// Levels a channel is stored with. Enough to tell a colour from another, few enough for a palette.
const LEVELS: u16 = 16;

/// The side, in pixels, of the squares whose mean colours are compared: how a glyph's edge is drawn varies with the version
/// of Chromium, where it stands does not.
const SQUARE: usize = 4;

/// By how much, of 255, a mean may differ in each channel.
const TOLERANCE: u32 = 20;

/// Red, green and blue.
type Colour = [u8; 3];

const MARK: Colour = [214, 32, 32];

/// A picture with few colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    pixels: Vec<Colour>,
}

impl Picture {
    /// The picture in a PNG, its colours rounded.
    ///
    /// Errors when it is none, or of a kind Chromium does not write.
    pub fn read(png: &[u8]) -> Result<Self> {
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("the picture is too large")?];
        let frame = reader.next_frame(&mut bytes)?;
        let channels = frame.color_type.samples();
        ensure!(channels >= 3, "a picture without colours");
        let pixels = bytes[..frame.buffer_size()].chunks_exact(channels);
        let pixels = pixels.map(|pixel| [rounded(pixel[0]), rounded(pixel[1]), rounded(pixel[2])]).collect();
        Ok(Self { width: usize::try_from(frame.width)?, pixels })
    }

    /// The picture as a PNG with a palette.
    ///
    /// Errors when it has more colours than a palette holds.
    pub fn png(&self) -> Result<Vec<u8>> {
        let mut palette: BTreeMap<Colour, u8> = self.pixels.iter().map(|pixel| (*pixel, 0)).collect();
        ensure!(palette.len() <= 256, "{} colours, which are too many for a palette", palette.len());
        for (index, place) in (0..).zip(palette.values_mut()) {
            *place = index;
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(self.width)?, u32::try_from(self.height())?);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_compression(png::Compression::High);
        encoder.set_palette(palette.keys().flatten().copied().collect::<Vec<u8>>());
        let indexes: Vec<u8> = self.pixels.iter().map(|pixel| palette[pixel]).collect();
        encoder.write_header()?.write_image_data(&indexes)?;
        Ok(bytes)
    }

    /// How much of this picture `other` shows differently, from 0 to 1; what only one of them has is different.
    pub fn difference(&self, other: &Self) -> f64 {
        let squares = self.squares(other);
        let different = squares.iter().filter(|(_, _, differs)| *differs).count();
        #[expect(clippy::cast_precision_loss, reason = "a share of some ten thousand squares")]
        let share = different as f64 / squares.len() as f64;
        share
    }

    /// This picture, the other, and between them the other grown pale, with what differs marked.
    #[must_use]
    pub fn beside(&self, other: &Self) -> Self {
        let height = self.height().max(other.height());
        let width = self.width.max(other.width);
        let mut marked = Self { width, pixels: vec![[255; 3]; width * height] };
        for (at, pixel) in marked.pixels.iter_mut().enumerate() {
            let pale = |channel: u8| rounded(255 - (255 - channel) / 3);
            *pixel = other.at(at % width, at / width).map_or([255; 3], |colour| colour.map(pale));
        }
        for (left, top, differs) in self.squares(other) {
            if differs {
                for (x, y) in (0..SQUARE * SQUARE).map(|at| (left + at % SQUARE, top + at / SQUARE)) {
                    if x < width && y < height {
                        marked.pixels[y * width + x] = MARK.map(rounded);
                    }
                }
            }
        }
        let row =
            |picture: &Self, y: usize| (0..width).map(|x| picture.at(x, y).unwrap_or([255; 3])).collect::<Vec<_>>();
        let rows = (0..height).flat_map(|y| [row(self, y), row(&marked, y), row(other, y)]);
        Self { width: 3 * width, pixels: rows.flatten().collect() }
    }

    /// The places of all squares of both pictures laid over each other, and whether they differ there.
    fn squares(&self, other: &Self) -> Vec<(usize, usize, bool)> {
        let (width, height) = (self.width.max(other.width), self.height().max(other.height()));
        let tops = (0..height).step_by(SQUARE);
        let places = tops.flat_map(|top| (0..width).step_by(SQUARE).map(move |left| (left, top)));
        places
            .map(|(left, top)| {
                let differs = match (self.mean(left, top), other.mean(left, top)) {
                    (Some(one), Some(two)) => one.iter().zip(two).any(|(one, two)| one.abs_diff(two) > TOLERANCE),
                    (one, two) => one != two,
                };
                (left, top, differs)
            })
            .collect()
    }

    /// The mean colour of a square; nothing outside the picture.
    fn mean(&self, left: usize, top: usize) -> Option<[u32; 3]> {
        let places = (0..SQUARE * SQUARE).map(|at| (left + at % SQUARE, top + at / SQUARE));
        let colours: Vec<Colour> = places.filter_map(|(x, y)| self.at(x, y)).collect();
        let count = u32::try_from(colours.len()).ok().filter(|count| *count > 0)?;
        Some([0, 1, 2].map(|channel| colours.iter().map(|colour| u32::from(colour[channel])).sum::<u32>() / count))
    }

    fn at(&self, x: usize, y: usize) -> Option<Colour> {
        (x < self.width).then(|| self.pixels.get(y * self.width + x).copied()).flatten()
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }
}

/// The nearest level.
fn rounded(channel: u8) -> u8 {
    let step = 255 / (LEVELS - 1);
    u8::try_from((u16::from(channel) + step / 2) / step * step).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: usize, height: usize, colour: Colour) -> Picture {
        Picture { width, pixels: vec![colour; width * height] }
    }

    #[test]
    fn a_picture_survives_being_stored() {
        let mut picture = plain(9, 7, [255, 255, 255]);
        picture.pixels[20] = [17, 34, 51];
        assert_eq!(Picture::read(&picture.png().unwrap()).unwrap(), picture);
    }

    #[test]
    fn a_glyph_drawn_a_little_differently_is_the_same_and_one_that_moved_is_not() {
        let white = plain(40, 40, [255, 255, 255]);
        let mut softer = white.clone();
        softer.pixels[410] = [136, 136, 136];
        assert!(white.difference(&softer).abs() < f64::EPSILON);
        let mut moved = white.clone();
        for x in 10..14 {
            moved.pixels[400 + x] = [0, 0, 0];
        }
        assert!(white.difference(&moved) > 0.0);
        let longer = plain(40, 44, [255, 255, 255]);
        assert!((white.difference(&longer) - 10.0 / 110.0).abs() < 1e-9);
        let beside = white.beside(&longer);
        assert_eq!((beside.width, beside.height()), (120, 44));
        assert_eq!(beside.at(40, 42), Some(MARK.map(rounded)));
    }
}
