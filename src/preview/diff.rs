//! Compares two texts line by line, and within changed lines word by word.

use std::iter;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use crate::templates::preview::changes::Segment;
use crate::templates::preview::compare::DiffLine;

/// Unchanged lines shown before and after a change.
const CONTEXT_LINES: usize = 3;

/// The most pairs of entries to compare. Larger texts are shown as replaced, since their alignment could take seconds and
/// a difference of thousands of lines helps no author.
const MAX_PAIRS: usize = 4_000_000;

/// The lines of `old` and `new` around their changes; empty when the texts are equal.
pub(super) fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for operation in operations(&old, &new) {
        let (removed, added) = (&old[operation.old_range()], &new[operation.new_range()]);
        if operation.tag() == DiffTag::Equal {
            lines.extend(removed.iter().map(|line| DiffLine::Kept((*line).to_owned())));
        } else {
            lines.extend(changed_lines(removed, added));
        }
    }
    skip_distant(lines)
}

/// Lines that replace others. The changed words are marked, unless hardly a word was kept.
fn changed_lines(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    let (old_words, new_words) = (words(old), words(new));
    let mut old_marks = vec![true; old_words.len()];
    let mut new_marks = vec![true; new_words.len()];
    let mut kept = 0;
    for operation in operations(&old_words, &new_words) {
        if operation.tag() == DiffTag::Equal {
            kept += operation.old_range().len();
            old_marks[operation.old_range()].fill(false);
            new_marks[operation.new_range()].fill(false);
        }
    }
    if kept == 0 || 2 * kept < old_words.len().min(new_words.len()) {
        old_marks.fill(false);
        new_marks.fill(false);
    }
    let (mut old_marks, mut new_marks) = (old_marks.into_iter(), new_marks.into_iter());
    let removed: Vec<_> = old.iter().map(|line| DiffLine::Removed(segments(line, &mut old_marks))).collect();
    let added = new.iter().map(|line| DiffLine::Added(segments(line, &mut new_marks)));
    removed.into_iter().chain(added).collect()
}

/// The words of `lines`, in the same number and order as [`segments`] takes marks.
fn words<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    lines.iter().flat_map(|line| line.split_inclusive(' ')).map(str::trim).collect()
}

/// Splits a line wherever marked and unmarked words meet.
fn segments(line: &str, marks: &mut impl Iterator<Item = bool>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (word, is_changed) in line.split_inclusive(' ').zip(marks) {
        match segments.last_mut() {
            Some(last) if last.is_changed == is_changed => last.text.push_str(word),
            _ => segments.push(Segment { text: word.to_owned(), is_changed }),
        }
    }
    segments
}

/// The words of a text that replaces another, those that changed marked; before and after.
pub(super) fn changed_words(old: &str, new: &str) -> [Vec<Segment>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for line in changed_lines(&[old], &[new]) {
        match line {
            DiffLine::Removed(segments) => sides[0] = segments,
            DiffLine::Added(segments) => sides[1] = segments,
            DiffLine::Kept(_) | DiffLine::Skipped(_) => {}
        }
    }
    sides
}

/// The operations that turn `old` into `new`, kept runs included.
pub(super) fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let start = iter::zip(old, new).take_while(|(old, new)| old == new).count();
    let rest = iter::zip(old[start..].iter().rev(), new[start..].iter().rev());
    let end = rest.take_while(|(old, new)| old == new).count();
    let (old_len, new_len) = (old.len() - start - end, new.len() - start - end);
    if (old_len + 1) * (new_len + 1) <= MAX_PAIRS {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    vec![
        DiffOp::Equal { old_index: 0, new_index: 0, len: start },
        DiffOp::Replace { old_index: start, old_len, new_index: start, new_len },
        DiffOp::Equal { old_index: start + old_len, new_index: start + new_len, len: end },
    ]
}

/// Replaces the lines far from every change by their number.
fn skip_distant(lines: Vec<DiffLine>) -> Vec<DiffLine> {
    let is_change = |line: &DiffLine| matches!(line, DiffLine::Removed(_) | DiffLine::Added(_));
    let is_near = |at: usize| {
        let around = at.saturating_sub(CONTEXT_LINES)..(at + CONTEXT_LINES + 1).min(lines.len());
        lines[around].iter().any(is_change)
    };
    let near: Vec<bool> = (0..lines.len()).map(is_near).collect();
    let mut shortened = Vec::new();
    for (line, is_near) in iter::zip(lines, near) {
        if is_near {
            shortened.push(line);
        } else if let Some(DiffLine::Skipped(count)) = shortened.last_mut() {
            *count += 1;
        } else {
            shortened.push(DiffLine::Skipped(1));
        }
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(lines: &[DiffLine]) -> String {
        let text = |segments: &[Segment]| -> String {
            segments
                .iter()
                .map(|segment| if segment.is_changed { format!("[{}]", segment.text) } else { segment.text.clone() })
                .collect()
        };
        lines
            .iter()
            .map(|line| match line {
                DiffLine::Kept(text) => format!(" {text};"),
                DiffLine::Removed(segments) => format!("-{};", text(segments)),
                DiffLine::Added(segments) => format!("+{};", text(segments)),
                DiffLine::Skipped(count) => format!("~{count};"),
            })
            .collect()
    }

    #[test]
    fn a_change_is_shown_with_the_lines_around_it() {
        let cases = [
            ("a\nb\nc", "a\nb\nc", ""),
            ("a\nb\nc", "a\nx\nc", " a;-b;+x; c;"),
            ("", "a", "+a;"),
            ("a", "", "-a;"),
            ("1\n2\n3\n4\n5\na\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6\n7\n8\n9", "~2; 3; 4; 5;-a; 6; 7; 8;~1;"),
            ("a\nb\nc\nd", "b\nc\nx\nd", "-a; b; c;+x; d;"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(written(&diff(old, new)), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn changed_words_are_marked() {
        let cases = [
            ("it breaks twice here", "it breaks thrice here", "-it breaks [twice ]here;+it breaks [thrice ]here;"),
            // A rewrapped paragraph differs in one word, not in every line.
            (
                "one two\nthree four\nfive",
                "one two and\nthree four five",
                "-one two;-three four;-five;+one two [and];+three four five;",
            ),
            ("nothing of this", "stays at all", "-nothing of this;+stays at all;"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(written(&diff(old, new)), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_text_too_large_to_align_is_replaced_between_what_both_begin_and_end_with() {
        let text = |word: &str| -> String {
            let middle = (0..2000).map(|number| format!("{word} {number}\nin both {number}\n"));
            ["first\n".to_owned()].into_iter().chain(middle).chain(["last\n".to_owned()]).collect()
        };
        let lines = diff(&text("old"), &text("new"));
        let count = |is_wanted: fn(&DiffLine) -> bool| lines.iter().filter(|line| is_wanted(line)).count();
        assert_eq!(count(|line| matches!(line, DiffLine::Removed(_))), 3999);
        assert_eq!(count(|line| matches!(line, DiffLine::Added(_))), 3999);
        let kept = ["first", "in both 1999", "last"].map(|line| DiffLine::Kept(line.to_owned()));
        assert_eq!([&lines[..1], &lines[lines.len() - 2..]].concat(), kept);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_rebuilt_from_the_operations(old in "[ab\n]{0,40}", new in "[abc\n]{0,40}") {
            let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let (mut rebuilt_old, mut rebuilt_new) = (Vec::new(), Vec::new());
            for operation in operations(&old, &new) {
                let (from_old, from_new) = (&old[operation.old_range()], &new[operation.new_range()]);
                prop_assert!(operation.tag() != DiffTag::Equal || from_old == from_new);
                rebuilt_old.extend_from_slice(from_old);
                rebuilt_new.extend_from_slice(from_new);
            }
            prop_assert_eq!(rebuilt_old, old);
            prop_assert_eq!(rebuilt_new, new);
        }

        #[test]
        fn marks_do_not_change_the_text_of_a_line(old in "[ab \n]{1,40}", new in "[abc \n]{1,40}") {
            let text = |segments: &[Segment]| segments.iter().map(|segment| segment.text.as_str()).collect::<String>();
            let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let (mut removed, mut added) = (Vec::new(), Vec::new());
            for line in changed_lines(&old, &new) {
                match line {
                    DiffLine::Removed(segments) => removed.push(text(&segments)),
                    DiffLine::Added(segments) => added.push(text(&segments)),
                    DiffLine::Kept(_) | DiffLine::Skipped(_) => prop_assert!(false),
                }
            }
            prop_assert_eq!(removed, old);
            prop_assert_eq!(added, new);
        }
    }
}
