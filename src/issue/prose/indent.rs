//! Removes the indentation that all lines of a text share, so that a text indented like the TOML around it is no code.

use super::rewritten::Rewritten;

/// Returns `text` without the white space with which all its lines begin. Blank lines do not count.
pub(super) fn unindent(text: &str) -> Rewritten {
    let lines = || text.split_inclusive('\n').filter(|line| !line.trim().is_empty());
    let indents = lines().map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    let shared = indents.reduce(common_start).unwrap_or_default().len();
    let mut unindented = Rewritten::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let left_out = shared.min(blank);
        unindented.push(&line[left_out..], start + left_out..start + line.len());
        start += line.len();
    }
    unindented
}

fn common_start<'t>(one: &'t str, other: &str) -> &'t str {
    let length = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    &one[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_indentation_that_all_lines_share_goes() {
        for (text, expected) in [
            ("    a\n\n        b\n      c\n    ", "a\n\n    b\n  c\n"),
            ("a\n    b", "a\n    b"),
            ("\ta\n\t\tb", "a\n\tb"),
            ("\ta\n    b", "\ta\n    b"),
            ("  a\n \n  b\n", "a\n\nb\n"),
            ("", ""),
            ("  \n", "  \n"),
        ] {
            assert_eq!(unindent(text).text, expected, "{text:?}");
        }
        assert_eq!(unindent("  a\n  b").original(2..3), 6..7);
    }
}
