//! Canonicalizes headers (RFC 6376 3.4) for hashing.

/// A canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Canonicalization {
    /// As it is on the wire (3.4.1, 3.4.3).
    Simple,
    /// White space counts for little (3.4.2, 3.4.4): what we sign with.
    Relaxed,
}

/// A header field as it stands in the message.
pub(super) struct HeaderField<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// Name, colon and value, folded, without the last CRLF.
    pub(super) field: &'a [u8],
}

/// Takes a message apart: its header fields, and its body after the empty line. A line that is no field is left out.
pub(super) fn split(message: &[u8]) -> (Vec<HeaderField<'_>>, &[u8]) {
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
            headers.push(HeaderField { name: name.trim_end(), field });
        }
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    (headers, &[])
}

/// Returns the end of the line at `start`, before its CRLF.
fn line_end(text: &[u8], start: usize) -> usize {
    let crlf = text[start..].windows(2).position(|two| two == b"\r\n");
    crlf.map_or(text.len(), |at| start + at)
}

/// Appends the fields `names` lists, the last of several first, each ended by CRLF; a name without a field adds nothing
/// (RFC 6376 5.4.2).
pub(super) fn append_headers<N: AsRef<str>>(
    form: Canonicalization,
    headers: &[HeaderField<'_>],
    names: &[N],
    canonical: &mut Vec<u8>,
) {
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
pub(super) fn append_header(form: Canonicalization, field: &[u8], canonical: &mut Vec<u8>) {
    if form == Canonicalization::Simple {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_relaxed_as_the_example_of_rfc_6376_3_4_5() {
        let (headers, body) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Canonicalization::Relaxed, &headers, &["a", "b", "b"], &mut canonical);
        assert_eq!(String::from_utf8(canonical).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(body, b" C \r\nD \t E\r\n\r\n\r\n");
    }

    #[test]
    fn simple_forms_are_as_the_example_of_rfc_6376_3_4_5() {
        let (headers, _) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Canonicalization::Simple, &headers, &["a", "b"], &mut canonical);
        assert_eq!(String::from_utf8(canonical).unwrap(), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
    }

    #[test]
    fn of_several_fields_of_one_name_the_last_comes_first() {
        let (headers, _) = split(b"X: 1\r\nX: 2\r\n\r\n");
        let mut canonical = Vec::new();
        append_headers(Canonicalization::Relaxed, &headers, &["x", "X", "x"], &mut canonical);
        assert_eq!(canonical, b"x:2\r\nx:1\r\n");
    }
}
