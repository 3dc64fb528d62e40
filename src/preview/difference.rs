//! What differs between two texts, line by line. Pure.
//!
//! A longest common subsequence by the textbook table: letters have a few hundred lines, so a crate would bring more
//! code than this has.

use std::iter;

use crate::templates::preview_compare::Line;

/// Lines shown around a change.
const AROUND: usize = 3;

/// Cells of the table at most: 16 MB. Texts that need more are taken for different as a whole.
const LARGEST: usize = 4_000_000;

/// The lines of `old` and `new` with what became of them, long unchanged stretches left out; empty when they are equal.
pub(super) fn difference(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return Vec::new();
    }
    let before = iter::zip(&old, &new).take_while(|(old, new)| old == new).count();
    let rest = iter::zip(old[before..].iter().rev(), new[before..].iter().rev());
    let after = rest.take_while(|(old, new)| old == new).count();
    let changed = aligned(&old[before..old.len() - after], &new[before..new.len() - after]);
    let same = |line: &&str| Line::Same((*line).to_owned());
    let start = old[..before].iter().map(same);
    let end = old[old.len() - after..].iter().map(same);
    shortened(start.chain(changed).chain(end).collect())
}

/// The lines of two texts side by side, those in both as few times as possible.
fn aligned(old: &[&str], new: &[&str]) -> Vec<Line> {
    let gone = |line: &&str| Line::Gone((*line).to_owned());
    let added = |line: &&str| Line::New((*line).to_owned());
    let width = new.len() + 1;
    if (old.len() + 1) * width > LARGEST {
        return old.iter().map(gone).chain(new.iter().map(added)).collect();
    }
    // How many lines the rests have in common, from each line of the one and each of the other on.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            common[row * width + column] = if old[row] == new[column] {
                common[(row + 1) * width + column + 1] + 1
            } else {
                common[(row + 1) * width + column].max(common[row * width + column + 1])
            };
        }
    }
    let mut lines = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < old.len() && column < new.len() {
        if old[row] == new[column] {
            lines.push(Line::Same(old[row].to_owned()));
            (row, column) = (row + 1, column + 1);
        } else if common[(row + 1) * width + column] >= common[row * width + column + 1] {
            lines.push(gone(&old[row]));
            row += 1;
        } else {
            lines.push(added(&new[column]));
            column += 1;
        }
    }
    lines.extend(old[row..].iter().map(gone));
    lines.extend(new[column..].iter().map(added));
    lines
}

/// The lines without those far from every change, which are counted.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let is_change = |line: &Line| matches!(line, Line::Gone(_) | Line::New(_));
    let is_near = |at: usize| {
        let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len());
        lines[around].iter().any(is_change)
    };
    let near: Vec<bool> = (0..lines.len()).map(is_near).collect();
    let mut shortened = Vec::new();
    for (line, is_near) in iter::zip(lines, near) {
        if is_near {
            shortened.push(line);
        } else if let Some(Line::Skipped(count)) = shortened.last_mut() {
            *count += 1;
        } else {
            shortened.push(Line::Skipped(1));
        }
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(lines: &[Line]) -> String {
        lines
            .iter()
            .map(|line| match line {
                Line::Same(text) => format!(" {text};"),
                Line::Gone(text) => format!("-{text};"),
                Line::New(text) => format!("+{text};"),
                Line::Skipped(count) => format!("~{count};"),
            })
            .collect()
    }

    #[test]
    fn a_change_stands_among_the_lines_around_it() {
        let cases = [
            ("a\nb\nc", "a\nb\nc", ""),
            ("a\nb\nc", "a\nx\nc", " a;-b;+x; c;"),
            ("", "a", "+a;"),
            ("a", "", "-a;"),
            ("1\n2\n3\n4\n5\na\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6\n7\n8\n9", "~2; 3; 4; 5;-a; 6; 7; 8;~1;"),
            ("a\nb\nc\nd", "b\nc\nx\nd", "-a; b; c;+x; d;"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(written(&difference(old, new)), expected, "{old:?} {new:?}");
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_their_alignment(old in "[ab\n]{0,40}", new in "[abc\n]{0,40}") {
            let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let lines = aligned(&old, &new);
            let read = |leaves_out: fn(&Line) -> bool| -> Vec<String> {
                let text = |line: &Line| match line {
                    Line::Same(text) | Line::Gone(text) | Line::New(text) => text.clone(),
                    Line::Skipped(_) => unreachable!("an alignment skips nothing"),
                };
                lines.iter().filter(|line| !leaves_out(line)).map(text).collect()
            };
            prop_assert_eq!(read(|line| matches!(line, Line::New(_))), old);
            prop_assert_eq!(read(|line| matches!(line, Line::Gone(_))), new);
        }
    }
}
