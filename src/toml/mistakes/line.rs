//! Defines a line of a TOML file and what reading it can tell.

use std::ops::Range;

use super::mistake::Mistake;
use crate::diagnostic::Problem;

/// A line of the file.
pub(super) struct Line<'t> {
    /// The file.
    pub(super) text: &'t str,
    /// Where the line begins.
    pub(super) start: usize,
    /// Where the next one begins.
    pub(super) end: usize,
}

/// The kind of a line.
pub(super) enum Reading {
    /// A statement without a known mistake.
    Fine {
        /// Where the next one begins.
        next: usize,
    },
    /// A statement with a mistake.
    Wrong { mistake: Mistake, next: usize },
}

impl<'t> Line<'t> {
    /// Returns the line that begins at `start`.
    pub(super) fn at(text: &'t str, start: usize) -> Self {
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length + 1);
        Self { text, start, end }
    }

    /// Its text without its line end.
    pub(super) fn written(&self) -> &'t str {
        self.text[self.start..self.end].trim_end_matches(['\n', '\r'])
    }

    /// The reading of a mistake with which the rest of the file is read wrongly.
    pub(super) fn wrong_to_the_end(&self, span: Range<usize>, problem: Problem) -> Reading {
        let mistake = Mistake { span, lines: self.start..self.text.len(), loses_rest: true, problem };
        Reading::Wrong { mistake, next: self.end }
    }

    /// The reading of a mistake that stays on this line.
    pub(super) fn wrong(&self, span: Range<usize>, problem: Problem) -> Reading {
        let mistake = Mistake { span, lines: self.start..self.end, loses_rest: false, problem };
        Reading::Wrong { mistake, next: self.end }
    }
}

/// Returns the bare key that `words` begin with.
pub(super) fn key(words: &str) -> Option<&str> {
    let end = words.find(|letter: char| !letter.is_ascii_alphanumeric() && !"_-.".contains(letter))?;
    (end > 0).then(|| &words[..end])
}

/// Returns whether a statement begins with `line`: a key with a value, or a header.
pub(super) fn begins_statement(line: &str) -> bool {
    if line.starts_with('[') {
        return line.trim_end().ends_with(']')
            && line
                .trim_matches(['[', ']', ' ', '\r'])
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "_.".contains(letter));
    }
    let Some(key) = key(line) else { return false };
    let value = line[key.len()..].trim_start().strip_prefix('=').map(str::trim_start);
    let is_key = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_key
        && value.is_some_and(|value| {
            value.starts_with(['"', '\'', '[', '“']) || value.starts_with(|first: char| first.is_ascii_digit())
        })
}
