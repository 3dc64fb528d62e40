//! Finds addresses in running text.

use crate::model::EmailAddress;

/// An address in a text, with the bytes it takes up; brackets and quotes around it are not part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) address: EmailAddress,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Bytes of a local part (RFC 5322 3.2.3).
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

/// Bytes of a domain. Everything outside ASCII may be part of an internationalized one.
fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'
}

/// Returns every address in `text`, in order.
pub(super) fn find(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found: Vec<Found> = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr(bytes, from) {
        from = at + 1;
        let mut start = at;
        let earliest = found.last().map_or(0, |last| last.end);
        while start > earliest && at - start < 64 && is_local(bytes[start - 1]) {
            start -= 1;
        }
        let mut end = at + 1;
        while end < bytes.len() && end - at <= 254 && is_domain(bytes[end]) {
            end += 1;
        }
        while end > at + 1 && !bytes[end - 1].is_ascii_alphanumeric() {
            end -= 1;
        }
        // Quotes and the marks of lists are allowed in a local part, and stand around addresses far more often.
        let opening = |byte: u8| b"'`*=|{.-/#&!~".contains(&byte);
        let is_encoded_word = bytes[start..at].starts_with(b"=?");
        while !is_encoded_word && start < at && opening(bytes[start]) {
            start += 1;
        }
        if let Some(label) = ["mailto:", "rfc822;", "SMTP=", "smtp=", "RFC-822="]
            .iter()
            .find(|label| text[start..at].starts_with(*label))
        {
            start += label.len();
        }
        if let Ok(address) = EmailAddress::parse(&text[start..end]) {
            from = end;
            found.push(Found { address, start, end });
        }
    }
    found
}

fn memchr(bytes: &[u8], from: usize) -> Option<usize> {
    bytes[from..].iter().position(|&byte| byte == b'@').map(|at| from + at)
}

/// Returns the first address in `text`.
pub(super) fn first(text: &str) -> Option<EmailAddress> {
    find(text).into_iter().next().map(|found| found.address)
}

/// Returns the address of a field with a type before it, `rfc822; ada@example.org` (RFC 3464 2.3.1).
pub(super) fn typed(value: &str) -> Option<EmailAddress> {
    let value = value.split_once(';').map_or(value, |(_, address)| address);
    let value = value.trim().trim_matches(['<', '>', '"', ' ']);
    EmailAddress::parse(value).ok().or_else(|| first(value))
}
