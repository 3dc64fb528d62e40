//! Lays tiles: a motif of two columns in the rhythm of the newsletter, with exceptions.

use super::numbers::Numbers;
use super::palette::Pair;
use super::shape::Shape;
use super::style::{Rhythm, Style};

/// A square with one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) shape: Shape,
    /// Quarter turns to the right, from 0 to 3.
    pub(super) turns: u8,
    pub(super) pair: Pair,
}

/// How much happens on the tiles of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// One tile in four has the second shape, and colours stay for two tiles or more.
    Calm,
    /// Every other tile has the second shape, and each its own colours: a few tiles must differ from a few others.
    Lively,
}

/// The columns of a motif.
const MOTIF: usize = 2;

/// Returns rows of tiles.
pub(super) fn tiling(
    style: &Style,
    numbers: &mut Numbers,
    density: Density,
    columns: usize,
    rows: usize,
) -> Vec<Vec<Tile>> {
    let motif: Vec<_> = (0..rows).map(|_| [quarter_turns(numbers), quarter_turns(numbers)]).collect();
    let mut tiles = Vec::new();
    for row in 0..rows {
        let mut pair = next_pair(style.pairs, numbers);
        let mut tile = |column: usize| {
            let is_second = numbers.chance(if density == Density::Calm { 1 } else { 2 }, 4);
            let shape = style.shapes[usize::from(is_second)];
            let is_exception = numbers.chance(1, 10);
            let regular = turns_in(style.rhythm, &motif, shape, row, column);
            let turns = if is_exception { quarter_turns(numbers) } else { regular };
            if density == Density::Lively || column.is_multiple_of(MOTIF) && numbers.chance(2, 3) {
                pair = next_pair(style.pairs, numbers);
            }
            Tile { shape, turns, pair }
        };
        tiles.push((0..columns).map(&mut tile).collect());
    }
    tiles
}

/// Returns the turns of a tile at this place where `motif` goes on by `rhythm`.
fn turns_in(rhythm: Rhythm, motif: &[[u8; MOTIF]], shape: Shape, row: usize, column: usize) -> u8 {
    let (times, place) = (column / MOTIF, column % MOTIF);
    let is_other = times % 2 == 1;
    match rhythm {
        Rhythm::Rotating => u8::try_from((usize::from(motif[row][place]) + times) % 4).expect("less than 4"),
        Rhythm::Mirrored if is_other => shape.mirrored(motif[row][MOTIF - 1 - place]),
        Rhythm::Reversed if is_other => (motif[motif.len() - 1 - row][MOTIF - 1 - place] + 2) % 4,
        Rhythm::Repeated | Rhythm::Mirrored | Rhythm::Reversed => motif[row][place],
    }
}

fn quarter_turns(numbers: &mut Numbers) -> u8 {
    numbers.pick(&[0, 1, 2, 3])
}

/// Returns the first of `pairs` in half of all cases, the second more often than the third.
fn next_pair(pairs: [Pair; 3], numbers: &mut Numbers) -> Pair {
    pairs[numbers.pick(&[0, 0, 0, 0, 0, 1, 1, 1, 2, 2])]
}
