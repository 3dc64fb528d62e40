//! What differs between two texts, line by line, and in a line word by word. Pure.
//!
//! A longest common subsequence by the textbook table: letters have a few hundred lines, so a crate would bring more
//! code than this has.

use std::iter;

use crate::templates::preview_compare::{Line, Piece};

/// Lines shown around a change.
const AROUND: usize = 3;

/// Cells of the table at most: 16 MB. Texts that need more are taken for different as a whole.
const LARGEST: usize = 4_000_000;

/// What became of a line or a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Same,
    Gone,
    New,
}

/// The lines of `old` and `new` with what became of them, long unchanged stretches left out; empty when they are equal.
pub(super) fn difference(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for run in aligned(&old, &new).chunk_by(|(one, _), (two, _)| (*one == Fate::Same) == (*two == Fate::Same)) {
        if run[0].0 == Fate::Same {
            lines.extend(run.iter().map(|(_, line)| Line::Same((*line).to_owned())));
        } else {
            let of = |wanted| run.iter().filter(|(fate, _)| *fate == wanted).map(|(_, line)| *line).collect::<Vec<_>>();
            lines.extend(changed(&of(Fate::Gone), &of(Fate::New)));
        }
    }
    shortened(lines)
}

/// Lines that took the place of others, with the words that make the difference; with none marked where hardly a word stayed.
fn changed(old: &[&str], new: &[&str]) -> Vec<Line> {
    let (old_words, new_words) = (words(old), words(new));
    let fates: Vec<Fate> = aligned(&old_words, &new_words).into_iter().map(|(fate, _)| fate).collect();
    let same = fates.iter().filter(|fate| **fate == Fate::Same).count();
    let is_worth_it = same > 0 && 2 * same >= old_words.len().min(new_words.len());
    let marks = |without: Fate| {
        let mut marks = fates.iter().filter(move |fate| **fate != without).map(|fate| *fate != Fate::Same);
        move || is_worth_it && marks.next().unwrap_or_default()
    };
    let (mut of_old, mut of_new) = (marks(Fate::New), marks(Fate::Gone));
    let gone = old.iter().map(|line| Line::Gone(pieces(line, &mut of_old))).collect::<Vec<_>>();
    let added = new.iter().map(|line| Line::New(pieces(line, &mut of_new)));
    gone.into_iter().chain(added).collect()
}

/// The words of some lines: as many as [`pieces`] asks about.
fn words<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    lines.iter().flat_map(|line| line.split_inclusive(' ')).map(str::trim).collect()
}

/// A line cut where marked and unmarked words meet.
fn pieces(line: &str, is_marked: &mut impl FnMut() -> bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for word in line.split_inclusive(' ') {
        let is_marked = is_marked();
        match pieces.last_mut() {
            Some(last) if last.is_marked == is_marked => last.text.push_str(word),
            _ => pieces.push(Piece { text: word.to_owned(), is_marked }),
        }
    }
    pieces
}

/// The entries of two lists, those in both as few times as possible.
fn aligned<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Fate, &'a str)> {
    let before = iter::zip(old, new).take_while(|(old, new)| old == new).count();
    let rest = iter::zip(old[before..].iter().rev(), new[before..].iter().rev());
    let after = rest.take_while(|(old, new)| old == new).count();
    let between = aligned_by_table(&old[before..old.len() - after], &new[before..new.len() - after]);
    let same = |entry: &&'a str| (Fate::Same, *entry);
    let (start, end) = (old[..before].iter().map(same), old[old.len() - after..].iter().map(same));
    start.chain(between).chain(end).collect()
}

fn aligned_by_table<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Fate, &'a str)> {
    let gone = |entry: &&'a str| (Fate::Gone, *entry);
    let added = |entry: &&'a str| (Fate::New, *entry);
    let width = new.len() + 1;
    if (old.len() + 1) * width > LARGEST {
        return old.iter().map(gone).chain(new.iter().map(added)).collect();
    }
    // How many entries the rests have in common, from each of the one and each of the other on.
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
    let mut entries = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < old.len() && column < new.len() {
        if old[row] == new[column] {
            entries.push((Fate::Same, old[row]));
            (row, column) = (row + 1, column + 1);
        } else if common[(row + 1) * width + column] >= common[row * width + column + 1] {
            entries.push(gone(&old[row]));
            row += 1;
        } else {
            entries.push(added(&new[column]));
            column += 1;
        }
    }
    entries.extend(old[row..].iter().map(gone));
    entries.extend(new[column..].iter().map(added));
    entries
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
        let pieces = |pieces: &[Piece]| -> String {
            pieces
                .iter()
                .map(|piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text.clone() })
                .collect()
        };
        lines
            .iter()
            .map(|line| match line {
                Line::Same(text) => format!(" {text};"),
                Line::Gone(text) => format!("-{};", pieces(text)),
                Line::New(text) => format!("+{};", pieces(text)),
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

    #[test]
    fn the_words_that_make_the_difference_are_marked() {
        let cases = [
            ("it breaks twice here", "it breaks thrice here", "-it breaks [twice ]here;+it breaks [thrice ]here;"),
            // A paragraph that was wrapped anew differs in one word, not in every line.
            (
                "one two\nthree four\nfive",
                "one two and\nthree four five",
                "-one two;-three four;-five;+one two [and];+three four five;",
            ),
            ("nothing of this", "stays at all", "-nothing of this;+stays at all;"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(written(&difference(old, new)), expected, "{old:?} {new:?}");
        }
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_out_of_their_alignment(old in "[ab\n]{0,40}", new in "[abc\n]{0,40}") {
            let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let entries = aligned(&old, &new);
            let without = |fate| entries.iter().filter(|(other, _)| *other != fate).map(|(_, entry)| *entry).collect::<Vec<_>>();
            prop_assert_eq!(without(Fate::New), old);
            prop_assert_eq!(without(Fate::Gone), new);
        }

        #[test]
        fn a_marked_line_still_says_what_it_said(old in "[ab \n]{1,40}", new in "[abc \n]{1,40}") {
            let said = |lines: &[Line], is_old: bool| -> Vec<String> {
                let of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
                lines.iter().filter_map(|line| match line {
                    Line::Gone(text) if is_old => Some(of(text)),
                    Line::New(text) if !is_old => Some(of(text)),
                    _ => None,
                }).collect()
            };
            let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let lines = changed(&old, &new);
            prop_assert_eq!(said(&lines, true), old);
            prop_assert_eq!(said(&lines, false), new);
        }
    }
}
