//! The canonical forms of RFC 6376 3.4: what is hashed instead of the bytes on the wire.

use std::borrow::Cow;

use aws_lc_rs::digest;

/// A canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is on the wire (3.4.1, 3.4.3).
    Simple,
    /// White space counts for little (3.4.2, 3.4.4): what we sign with.
    Relaxed,
}

/// A header field as it stands in the message.
pub(super) struct Header<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// Name, colon and value, folded, without the last CRLF.
    pub(super) field: &'a [u8],
}

/// Takes a message apart: its header fields, and its body after the empty line. A line that is no field is left out.
pub(super) fn split(message: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let mut headers = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        if let Some(body) = rest.strip_prefix(b"\r\n") {
            return (headers, body);
        }
        let mut end = line_end(rest, 0);
        // A line that starts with white space continues the field (RFC 5322 2.2.3).
        while matches!(rest.get(end + 2), Some(b' ' | b'\t')) {
            end = line_end(rest, end + 2);
        }
        let field = &rest[..end];
        let colon = field.iter().position(|&byte| byte == b':');
        if let Some(name) = colon.and_then(|colon| std::str::from_utf8(&field[..colon]).ok()) {
            headers.push(Header { name: name.trim_end(), field });
        }
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    (headers, &[])
}

/// Where the line that goes on at `start` ends, before its CRLF.
fn line_end(text: &[u8], start: usize) -> usize {
    let crlf = text[start..].windows(2).position(|two| two == b"\r\n");
    crlf.map_or(text.len(), |at| start + at)
}

/// Appends the fields `names` lists, the last of several first, each ended by CRLF; a name without a field adds nothing
/// (RFC 6376 5.4.2).
pub(super) fn append_headers<N: AsRef<str>>(form: Form, headers: &[Header<'_>], names: &[N], canonical: &mut Vec<u8>) {
    for (index, name) in names.iter().map(AsRef::as_ref).enumerate() {
        let earlier = names[..index].iter().filter(|other| other.as_ref().eq_ignore_ascii_case(name)).count();
        let field = headers.iter().rev().filter(|header| header.name.eq_ignore_ascii_case(name)).nth(earlier);
        if let Some(header) = field {
            append_header(form, header.field, canonical);
            canonical.extend_from_slice(b"\r\n");
        }
    }
}

/// Appends one field, without CRLF. Relaxed: name in lower case, unfolded, runs of white space one space, none around the
/// value.
pub(super) fn append_header(form: Form, field: &[u8], canonical: &mut Vec<u8>) {
    if form == Form::Simple {
        canonical.extend_from_slice(field);
        return;
    }
    let colon = field.iter().position(|&byte| byte == b':').unwrap_or(field.len());
    canonical.extend_from_slice(&field[..colon].trim_ascii_end().to_ascii_lowercase());
    canonical.push(b':');
    let value = field.get(colon + 1..).unwrap_or_default();
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut words = value.split(is_space).filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        canonical.extend_from_slice(first);
    }
    for word in words {
        canonical.push(b' ');
        canonical.extend_from_slice(word);
    }
}

/// SHA-256 of the body: empty lines at the end gone, one CRLF after the last line. Relaxed: white space at line ends gone
/// and runs of it one space as well, and an empty body is nothing.
pub(super) fn body_digest(form: Form, body: &[u8]) -> digest::Digest {
    let canonical: Cow<'_, [u8]> = match form {
        Form::Simple if body.ends_with(b"\r\n") => Cow::Borrowed(body),
        Form::Simple => Cow::Owned([body, b"\r\n"].concat()),
        Form::Relaxed if is_relaxed(body) => Cow::Borrowed(body),
        Form::Relaxed => Cow::Owned(relaxed(body)),
    };
    let lines = trim_empty_lines(&canonical);
    let is_nothing = form == Form::Relaxed && lines == b"\r\n";
    digest::digest(&digest::SHA256, if is_nothing { &[] } else { lines })
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

fn relaxed(body: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::with_capacity(body.len() + 2);
    for line in body.split(|&byte| byte == b'\n') {
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

    fn of(form: Form, body: &[u8]) -> Vec<u8> {
        body_digest(form, body).as_ref().to_vec()
    }

    fn plain(text: &[u8]) -> Vec<u8> {
        digest::digest(&digest::SHA256, text).as_ref().to_vec()
    }

    #[test]
    fn headers_are_relaxed_as_the_example_of_rfc_6376_3_4_5() {
        let (headers, body) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Form::Relaxed, &headers, &["a", "b", "b"], &mut canonical);
        assert_eq!(String::from_utf8(canonical).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(of(Form::Relaxed, body), plain(b" C\r\nD E\r\n"));
    }

    #[test]
    fn simple_forms_are_as_the_example_of_rfc_6376_3_4_5() {
        let (headers, body) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Form::Simple, &headers, &["a", "b"], &mut canonical);
        assert_eq!(String::from_utf8(canonical).unwrap(), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
        assert_eq!(of(Form::Simple, body), plain(b" C \r\nD \t E\r\n"));
    }

    #[test]
    fn an_empty_body_is_nothing_and_a_missing_last_line_end_is_added() {
        assert_eq!(of(Form::Relaxed, b""), plain(b""));
        assert_eq!(of(Form::Relaxed, b"\r\n\r\n"), plain(b""));
        assert_eq!(of(Form::Relaxed, b"a\r\n\r\nb"), plain(b"a\r\n\r\nb\r\n"));
        assert_eq!(of(Form::Relaxed, b"a \r\n \t\r\n"), plain(b"a\r\n"));
        assert_eq!(of(Form::Simple, b""), plain(b"\r\n"));
        assert_eq!(of(Form::Simple, b"\r\n\r\n"), plain(b"\r\n"));
        assert_eq!(of(Form::Simple, b"a\r\n\r\nb"), plain(b"a\r\n\r\nb\r\n"));
    }

    #[test]
    fn of_several_fields_of_one_name_the_last_comes_first() {
        let (headers, _) = split(b"X: 1\r\nX: 2\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Form::Relaxed, &headers, &["x", "X", "x"], &mut canonical);
        assert_eq!(canonical, b"x:2\r\nx:1\r\n");
    }

    proptest! {
        #[test]
        fn what_is_taken_for_relaxed_is(body in "([a ]|\r\n|[ \t\r\n=]){0,12}(\r\n)?") {
            let body = body.as_bytes();
            let relaxed = relaxed(body);
            if is_relaxed(body) {
                prop_assert_eq!(trim_empty_lines(&relaxed), trim_empty_lines(body));
            }
        }
    }
}
