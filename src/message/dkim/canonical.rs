//! The relaxed canonical forms of RFC 6376 3.4.2 and 3.4.4: what is hashed instead of the bytes on the wire.

use aws_lc_rs::digest;

/// A header field as it stands in the message.
pub(super) struct Header<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// Name, colon and value, folded, without the last CRLF.
    pub(super) field: &'a str,
}

/// Takes a message apart: its header fields, and its body after the empty line. Fields that are not UTF-8 are left out,
/// which the messages we build never are.
pub(super) fn split(message: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = end.map_or((message, &[][..]), |at| (&message[..at], &message[at + 4..]));
    let head = std::str::from_utf8(head).unwrap_or_default();
    let mut headers = Vec::new();
    let mut start = 0;
    while start < head.len() {
        let mut end = start;
        // A line that starts with white space continues the field (RFC 5322 2.2.3).
        loop {
            end = head[end..].find("\r\n").map_or(head.len(), |at| end + at);
            if !head[end..].starts_with("\r\n ") && !head[end..].starts_with("\r\n\t") {
                break;
            }
            end += 2;
        }
        let field = &head[start..end];
        if let Some((name, _)) = field.split_once(':') {
            headers.push(Header { name: name.trim_end(), field });
        }
        start = end + 2;
    }
    (headers, body)
}

/// Appends the fields `names` lists, the last of several first, each ended by CRLF; a name without a field adds nothing
/// (RFC 6376 5.4.2).
pub(super) fn append_headers(headers: &[Header<'_>], names: &[&str], canonical: &mut Vec<u8>) {
    for (index, name) in names.iter().enumerate() {
        let earlier = names[..index].iter().filter(|other| *other == name).count();
        let field = headers.iter().rev().filter(|header| header.name.eq_ignore_ascii_case(name)).nth(earlier);
        if let Some(header) = field {
            append_header(header.field, canonical);
            canonical.extend_from_slice(b"\r\n");
        }
    }
}

/// Appends one field: name in lower case, unfolded, runs of white space one space, none around the value, no CRLF.
pub(super) fn append_header(field: &str, canonical: &mut Vec<u8>) {
    let (name, value) = field.split_once(':').unwrap_or((field, ""));
    canonical.extend_from_slice(name.trim_end().to_ascii_lowercase().as_bytes());
    canonical.push(b':');
    let mut words = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        canonical.extend_from_slice(first.as_bytes());
    }
    for word in words {
        canonical.push(b' ');
        canonical.extend_from_slice(word.as_bytes());
    }
}

/// SHA-256 of the body: white space at line ends gone, runs of it one space, empty lines at the end gone, one CRLF
/// after the last line.
pub(super) fn body_digest(body: &[u8]) -> digest::Digest {
    let mut canonical = Vec::with_capacity(body.len() + 2);
    for line in body.split(|&byte| byte == b'\n') {
        append_line(line.strip_suffix(b"\r").unwrap_or(line), &mut canonical);
        canonical.extend_from_slice(b"\r\n");
    }
    digest::digest(&digest::SHA256, trim_empty_lines(&canonical))
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

fn trim_empty_lines(mut lines: &[u8]) -> &[u8] {
    while lines.ends_with(b"\r\n\r\n") {
        lines = &lines[..lines.len() - 2];
    }
    if lines == b"\r\n" { &[] } else { lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_relaxed_as_the_example_of_rfc_6376_3_4_5() {
        let (headers, body) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(&headers, &["a", "b", "b"], &mut canonical);
        assert_eq!(String::from_utf8(canonical).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(body_digest(body).as_ref(), digest::digest(&digest::SHA256, b" C\r\nD E\r\n").as_ref());
    }

    #[test]
    fn an_empty_body_is_nothing_and_a_missing_last_line_end_is_added() {
        let of = |body: &[u8]| body_digest(body).as_ref().to_vec();
        let plain = |body: &[u8]| digest::digest(&digest::SHA256, body).as_ref().to_vec();
        assert_eq!(of(b""), plain(b""));
        assert_eq!(of(b"\r\n\r\n"), plain(b""));
        assert_eq!(of(b"a\r\n\r\nb"), plain(b"a\r\n\r\nb\r\n"));
        assert_eq!(of(b"a \r\n \t\r\n"), plain(b"a\r\n"));
    }

    #[test]
    fn of_several_fields_of_one_name_the_last_comes_first() {
        let (headers, _) = split(b"X: 1\r\nX: 2\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(&headers, &["x", "x", "x"], &mut canonical);
        assert_eq!(canonical, b"x:2\r\nx:1\r\n");
    }
}
