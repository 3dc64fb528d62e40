//! Canonicalizes and hashes a body (RFC 6376 3.4.3, 3.4.4).

use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::digest;

use super::canonical::Canonicalization;

/// SHA-256 of a body in relaxed form, fed piece by piece.
#[derive(Clone)]
pub(in crate::message) struct BodyHash(digest::Context);

impl fmt::Debug for BodyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BodyHash")
    }
}

impl BodyHash {
    /// Of nothing yet.
    pub(in crate::message) fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// The relaxed form of a piece of a body that begins at the beginning of a line and ends with a line end; of the
    /// `last` piece, without empty lines at its end.
    pub(in crate::message) fn canonicalize(piece: &[u8], last: bool) -> Cow<'_, [u8]> {
        let lines = if is_relaxed(piece) { Cow::Borrowed(piece) } else { Cow::Owned(relaxed(piece)) };
        if !last {
            return lines;
        }
        let kept = match trim_empty_lines(&lines) {
            b"\r\n" => 0,
            kept => kept.len(),
        };
        match lines {
            Cow::Borrowed(lines) => Cow::Borrowed(&lines[..kept]),
            Cow::Owned(mut lines) => {
                lines.truncate(kept);
                Cow::Owned(lines)
            }
        }
    }

    /// Goes on with the next piece, in canonical form.
    pub(in crate::message) fn add(&mut self, canonical: &[u8]) {
        self.0.update(canonical);
    }

    /// The hash.
    pub(in crate::message) fn finish(self) -> digest::Digest {
        self.0.finish()
    }
}

/// SHA-256 of a whole body. Both forms: empty lines at the end gone, one CRLF after the last line. Relaxed: white space at
/// line ends gone and runs of it one space as well, and an empty body is nothing.
pub(super) fn digest(form: Canonicalization, body: &[u8]) -> digest::Digest {
    match form {
        Canonicalization::Simple if body.ends_with(b"\r\n") => digest::digest(&digest::SHA256, trim_empty_lines(body)),
        Canonicalization::Simple => digest::digest(&digest::SHA256, trim_empty_lines(&[body, b"\r\n"].concat())),
        Canonicalization::Relaxed => digest::digest(&digest::SHA256, &BodyHash::canonicalize(body, true)),
    }
}

/// Whether `body` is in relaxed form already but for empty lines at its end, as what we write mostly is. For a letter of
/// 51 KB it costs 5 µs to see that and 120 to bring it into that form.
#[expect(clippy::needless_bitwise_bool, reason = "branches would make it ten times slower")]
fn is_relaxed(body: &[u8]) -> bool {
    let Some((&first, rest)) = body.split_first() else { return false };
    // Every pair of neighbours is looked at, whatever the others were: without branches many are done at once.
    let differs = body.iter().zip(rest).fold(matches!(first, b'\t' | b'\n'), |differs, (&one, &next)| {
        let space = (one == b' ') & ((next == b' ') | (next == b'\r'));
        differs | space | (next == b'\t') | ((next == b'\n') & (one != b'\r'))
    });
    !differs && body.ends_with(b"\r\n")
}

/// Every line with white space as the relaxed form has it, and a line end.
fn relaxed(piece: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::with_capacity(piece.len() + 2);
    for line in piece.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        append_line(line.strip_suffix(b"\r").unwrap_or(line), &mut canonical);
        canonical.extend_from_slice(b"\r\n");
    }
    canonical
}

fn append_line(line: &[u8], canonical: &mut Vec<u8>) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let end = line.iter().rposition(|byte| !is_space(byte)).map_or(0, |at| at + 1);
    let mut rest = &line[..end];
    while let Some(at) = rest.iter().position(is_space) {
        canonical.extend_from_slice(&rest[..at]);
        canonical.push(b' ');
        let after = rest[at..].iter().position(|byte| !is_space(byte)).unwrap_or(rest.len() - at);
        rest = &rest[at + after..];
    }
    canonical.extend_from_slice(rest);
}

/// `lines` with one line end at its end.
fn trim_empty_lines(mut lines: &[u8]) -> &[u8] {
    while lines.ends_with(b"\r\n\r\n") {
        lines = &lines[..lines.len() - 2];
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(form: Canonicalization, body: &[u8]) -> Vec<u8> {
        digest(form, body).as_ref().to_vec()
    }

    fn plain(text: &[u8]) -> Vec<u8> {
        digest::digest(&digest::SHA256, text).as_ref().to_vec()
    }

    #[test]
    fn bodies_are_as_the_example_of_rfc_6376_3_4_5() {
        let body = b" C \r\nD \t E\r\n\r\n\r\n";
        assert_eq!(of(Canonicalization::Relaxed, body), plain(b" C\r\nD E\r\n"));
        assert_eq!(of(Canonicalization::Simple, body), plain(b" C \r\nD \t E\r\n"));
    }

    #[test]
    fn an_empty_body_is_nothing_and_a_missing_last_line_end_is_added() {
        assert_eq!(of(Canonicalization::Relaxed, b""), plain(b""));
        assert_eq!(of(Canonicalization::Relaxed, b"\r\n\r\n"), plain(b""));
        assert_eq!(of(Canonicalization::Relaxed, b"a\r\n\r\nb"), plain(b"a\r\n\r\nb\r\n"));
        assert_eq!(of(Canonicalization::Relaxed, b"a \r\n \t\r\n"), plain(b"a\r\n"));
        assert_eq!(of(Canonicalization::Simple, b""), plain(b"\r\n"));
        assert_eq!(of(Canonicalization::Simple, b"\r\n\r\n"), plain(b"\r\n"));
        assert_eq!(of(Canonicalization::Simple, b"a\r\n\r\nb"), plain(b"a\r\n\r\nb\r\n"));
    }

    proptest! {
        #[test]
        fn what_is_taken_for_relaxed_is(body in "([a ]|\r\n|[ \t\r\n=]){0,12}(\r\n)?") {
            let body = body.as_bytes();
            if is_relaxed(body) {
                prop_assert_eq!(relaxed(body), body);
            }
        }

        #[test]
        fn pieces_cut_at_line_ends_hash_as_the_whole(lines in prop::collection::vec("[a \t=]{0,4}\r\n", 1..8), cut in 0usize..8) {
            let body = lines.concat();
            let (before, after) = lines.split_at(cut.min(lines.len() - 1));
            let mut hash = BodyHash::new();
            hash.add(&BodyHash::canonicalize(before.concat().as_bytes(), false));
            hash.add(&BodyHash::canonicalize(after.concat().as_bytes(), true));
            // What a letter never has: nothing but empty lines in the last piece, and more of them before it.
            prop_assume!(after.concat().trim() != "");
            prop_assert_eq!(hash.finish().as_ref().to_vec(), of(Canonicalization::Relaxed, body.as_bytes()));
        }
    }
}
