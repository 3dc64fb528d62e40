//! Defines a mistake in TOML, and the helps and places that mistakes share.

use std::ops::Range;

use crate::diagnostic::{Problem, line_ends};

/// A mistake that explains the errors of the parser on some lines.
pub(in crate::toml) struct Mistake {
    /// The place to point at.
    pub(in crate::toml) span: Range<usize>,
    /// The lines it explains.
    pub(in crate::toml) lines: Range<usize>,
    /// Whether what follows it is read wrongly.
    pub(in crate::toml) loses_rest: bool,
    pub(in crate::toml) problem: Problem,
}

/// The longest right line that a help shows.
const LONGEST: usize = 160;

/// Returns the help that shows `line`, or only its form when it is long.
pub(super) fn write(line: &str, form: &str) -> String {
    let is_short = line.chars().count() <= LONGEST && !line.contains('\n');
    let line = if is_short { line } else { form };
    if line.contains('`') { format!("write `` {line} ``") } else { format!("write `{line}`") }
}

/// Returns the number of the line of `text` on which `at` is, from 1.
pub(super) fn line_number(text: &str, at: usize) -> usize {
    1 + line_ends(&text[..at])
}
