//! Finds escapes in a string that its author is likely to have meant as backslashes.

use std::ops::Range;

use crate::diagnostic::Problem;

/// Returns the escapes in the string written as `raw` that may be meant as backslashes, by byte range of `raw`: a `\` that
/// joins two lines, a `\t` of `C:\temp`.
pub(super) fn doubtful_escapes(raw: &str) -> Vec<(Range<usize>, Problem)> {
    if !raw.starts_with('"') {
        return Vec::new();
    }
    let opening = if raw.starts_with("\"\"\"") { 3 } else { 1 };
    let mut found = Vec::new();
    let mut at = opening;
    while let Some(next) = raw[at..].find('\\') {
        let start = at + next;
        let rest = &raw[start + 1..];
        let Some(kind) = rest.chars().next() else { break };
        at = start + 1 + kind.len_utf8();
        let joins = rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
        // `"""\` begins a text on the next line.
        if joins && start > opening {
            let problem = Problem::new("inside `\"\"\"`, a `\\` at the end of a line joins it to the next line");
            found.push((
                start..start + 1,
                problem.help("for a line break, write `'''` in place of `\"\"\"`, or `\\\\`"),
            ));
        } else if is_path(&raw[opening..start], kind) {
            let problem = Problem::new(format!("`\\{kind}` is {} in `\"`", name(kind)));
            found.push((start..at, problem.help(HELP)));
        }
    }
    found
}

/// Returns the help for the character at `at` of the string written as `raw`, if an escape that may be meant as a
/// backslash stands for it.
pub(super) fn escape_help(raw: &str, at: usize) -> Option<&'static str> {
    let kind = raw.get(at..)?.strip_prefix('\\')?.chars().next()?;
    (raw.starts_with('"') && is_path(&raw[1..at], kind)).then_some(HELP)
}

/// It does not repeat the string, which may be a secret.
const HELP: &str = "write `\\\\` for a backslash, or put the text between `'`, where a backslash needs no escape";

/// Returns whether an escape of `kind` behind `before` is part of a path: of `C:\temp`, `docs\tutorial`.
fn is_path(before: &str, kind: char) -> bool {
    let has_drive = before.strip_suffix(':').is_some_and(|rest| {
        let mut letters = rest.chars().rev();
        letters.next().is_some_and(|drive| drive.is_ascii_alphabetic())
            && letters.next().is_none_or(|before| !before.is_alphanumeric())
    });
    let is_inside = before.ends_with(char::is_alphanumeric) && "tbfev".contains(kind);
    "tnrbfe".contains(kind) && (has_drive || is_inside)
}

fn name(kind: char) -> &'static str {
    match kind {
        't' => "a tab",
        'n' | 'r' => "a line end",
        _ => "a control character",
    }
}
