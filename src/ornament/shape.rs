//! The shapes on the tiles, and how much of each pixel they cover.

/// A shape on a square tile, as it lies without a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A quarter of a disc around the upper left corner, as large as the tile.
    Quarter,
    /// The part that two such quarters, around opposite corners, have in common.
    Leaf,
    /// Half a disc at the upper side.
    Half,
    /// Everything above the diagonal from lower left to upper right.
    Wedge,
    /// The outer half of a [`Shape::Quarter`].
    Arc,
    /// Two quarters of a disc half as large, in opposite corners.
    Bow,
    /// Two arcs around opposite corners, which go on in the neighbouring tiles.
    Pipe,
    /// A 1 of a number.
    Disc,
    /// A 0 of a number.
    Dot,
}

/// The number of mixtures of figure and ground at an edge, plus one. With four, the four colours of a palette, three
/// pairs and the discs make 16 colours at most: four bits a pixel.
pub(super) const COVER: u8 = 4;

/// Samples along each side of a pixel.
const SAMPLES: usize = 4;

impl Shape {
    /// Returns for each pixel of a tile of this `side`, row by row, how much of it lies in the shape without a turn: from 0
    /// to [`COVER`].
    pub(super) fn cover(self, side: usize) -> Vec<u8> {
        // A sample is two units wide, so that its centre is a whole number.
        let width = 2 * SAMPLES * side;
        let contains = |x: usize, y: usize| self.contains(x, y, width);
        let corners: Vec<bool> =
            (0..=side).flat_map(|y| (0..=side).map(move |x| contains(2 * SAMPLES * x, 2 * SAMPLES * y))).collect();
        let share = |left: usize, top: usize| {
            let above = top * (side + 1) + left;
            let below = above + side + 1;
            // Most pixels are not at an edge.
            match [corners[above], corners[above + 1], corners[below], corners[below + 1]] {
                [true, true, true, true] => return COVER,
                [false, false, false, false] => return 0,
                _ => {}
            }
            let is_covered = |at: &usize| {
                let (x, y) = (left * SAMPLES + at % SAMPLES, top * SAMPLES + at / SAMPLES);
                contains(2 * x + 1, 2 * y + 1)
            };
            let covered = (0..SAMPLES * SAMPLES).filter(is_covered).count();
            let share = (covered * usize::from(COVER) + SAMPLES * SAMPLES / 2) / (SAMPLES * SAMPLES);
            u8::try_from(share).expect("at most `COVER`")
        };
        (0..side).flat_map(|top| (0..side).map(move |left| (left, top))).map(|(left, top)| share(left, top)).collect()
    }

    /// Returns the turns of this shape that mirror it left to right when it has `turns`.
    pub(super) fn mirrored(self, turns: u8) -> u8 {
        match self {
            Self::Half => (4 - turns) % 4,
            _ => turns ^ 1,
        }
    }

    fn contains(self, x: usize, y: usize, width: usize) -> bool {
        // The square of the distance from a point.
        let from = |left: usize, top: usize| left.abs_diff(x).pow(2) + top.abs_diff(y).pow(2);
        let (near, far) = (from(0, 0), from(width, width));
        let square = width * width;
        match self {
            Self::Quarter => near < square,
            Self::Leaf => near < square && far < square,
            Self::Half => from(width / 2, 0) * 4 < square,
            Self::Wedge => x + y < width,
            Self::Arc => near < square && near * 4 >= square,
            Self::Bow => near.min(far) * 4 < square,
            Self::Pipe => near.min(far) * 9 >= square && near.min(far) * 9 < 4 * square,
            Self::Disc => from(width / 2, width / 2) * 10_000 < 36 * 36 * square,
            Self::Dot => from(width / 2, width / 2) * 10_000 < 9 * 9 * square,
        }
    }
}

/// Returns `cover`, of a tile of this `side`, after `turns` quarter turns to the right.
pub(super) fn turned(cover: &[u8], turns: u8, side: usize) -> Vec<u8> {
    let last = side - 1;
    // The pixel that the turns bring to this place.
    let at = |x: usize, y: usize| match turns {
        0 => y * side + x,
        1 => (last - x) * side + y,
        2 => (last - y) * side + last - x,
        _ => x * side + last - y,
    };
    let mut pixels = Vec::with_capacity(cover.len());
    for y in 0..side {
        pixels.extend((0..side).map(|x| cover[at(x, y)]));
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tile of eight pixels as text.
    fn drawn(shape: Shape, turns: u8) -> String {
        let cover = turned(&shape.cover(8), turns, 8);
        let rows = cover.chunks(8).map(|row| row.iter().map(|cover| ['.', ':', '+', '*', '#'][usize::from(*cover)]));
        rows.map(|row| row.collect::<String>() + "\n").collect()
    }

    #[test]
    fn a_shape_is_turned_to_the_right() {
        let quarter = |turns| drawn(Shape::Quarter, turns);
        let corner = |drawn: &str| {
            [(0, 0), (0, 7), (7, 7), (7, 0)].map(|(row, place)| drawn.lines().nth(row).unwrap().as_bytes()[place])
        };
        for (turns, full) in [(0, 0), (1, 1), (2, 2), (3, 3)] {
            let corners = corner(&quarter(turns));
            assert_eq!(corners.iter().position(|byte| *byte == b'.'), Some((full + 2) % 4), "{}", quarter(turns));
            assert_eq!(corners[full], b'#', "{}", quarter(turns));
        }
    }

    #[test]
    fn a_mirrored_shape_is_the_shape_read_from_the_right() {
        use Shape::{Arc, Bow, Half, Leaf, Pipe, Quarter, Wedge};
        for shape in [Quarter, Leaf, Half, Wedge, Arc, Bow, Pipe] {
            for turns in 0..4 {
                let read = drawn(shape, turns);
                let reversed: String = read.lines().map(|row| row.chars().rev().collect::<String>() + "\n").collect();
                assert_eq!(drawn(shape, shape.mirrored(turns)), reversed, "{shape:?} {turns}");
            }
        }
    }
}
