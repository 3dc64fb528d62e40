//! Cuts the indent that all lines of a text have.

/// Returns `text` without the indent that all its lines have, and where each of its lines begins, with the number of bytes
/// cut up to there; `None` when they have none in common. Lines of white space do not count.
pub(super) fn cut(text: &str) -> Option<(String, Vec<(usize, usize)>)> {
    let indent = common(text).filter(|indent| !indent.is_empty())?;
    let mut cut = String::with_capacity(text.len());
    let mut lines = Vec::new();
    let mut removed = 0;
    for line in text.split_inclusive('\n') {
        let shared = line.bytes().zip(indent.bytes()).take_while(|(own, common)| own == common).count();
        removed += shared;
        lines.push((cut.len(), removed));
        cut.push_str(&line[shared..]);
    }
    Some((cut, lines))
}

/// Returns the white space with which all lines of `text` begin.
fn common(text: &str) -> Option<&str> {
    let lines = text.split('\n').filter(|line| !line.trim().is_empty());
    let indents = lines.map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    indents.reduce(|one, other| {
        let shared = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
        &one[..shared]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_lines_share_is_cut_and_counted() {
        let cases = [
            ("  a\n\n    b\n  c\n", Some(("a\n\n  b\nc\n", vec![(0, 2), (2, 2), (3, 4), (7, 6)]))),
            ("\ta\n\tb", Some(("a\nb", vec![(0, 1), (2, 2)]))),
            ("  a\nb", None),
            ("  a\n\tb", None),
            ("a\n  b", None),
            ("  \n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(cut, lines)| (cut.to_owned(), lines));
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }
}
