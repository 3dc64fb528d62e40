//! Encodes the header values that lettre would encode poorly: display names, subjects, `List-Unsubscribe`.

use email_encoding::headers::{rfc2047, writer::EmailWriter};
use lettre::message::header::{HeaderName, HeaderValue};

use crate::model::EmailAddress;

/// Columns a header line should not pass (RFC 5322 2.1.1).
const LINE: usize = 78;

/// Builds a header from a value that is already encoded.
pub(super) fn verbatim(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// Encodes a display name and an address as a header value (RFC 5322 3.4) to follow `name: `, folded if it is long.
pub(super) fn mailbox(header: &str, name: Option<&str>, address: &EmailAddress) -> String {
    let address = address.as_str();
    let Some(name) = name.filter(|name| !name.is_empty()) else { return address.to_owned() };
    let start = header.len() + 2;
    let mut value = phrase(name, start);
    let column = value.rsplit('\n').next().map_or(0, str::len) + if value.contains('\n') { 0 } else { start };
    value.push_str(if column + address.len() + 3 > LINE { "\r\n <" } else { " <" });
    value.push_str(address);
    value.push('>');
    value
}

/// Encodes unstructured text (RFC 5322 2.2.1) as a header value: folded before spaces if it is printable ASCII, as encoded
/// words (RFC 2047) otherwise. Then all of it is encoded: lettre encodes word by word, and receivers drop the spaces
/// between two encoded words.
pub(super) fn text(header: &str, text: &str) -> String {
    let start = header.len() + 2;
    let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    let foldable = text.split(' ').all(|word| word.len() < LINE) && text.trim() == text;
    if printable && foldable && !text.contains("=?") { folded(text, start) } else { encoded(text, start) }
}

/// Folds `text` before a space wherever a line would be too long (RFC 5322 2.2.3).
fn folded(text: &str, start: usize) -> String {
    let mut value = String::with_capacity(text.len() + 8);
    let mut column = start;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            // A line of nothing but spaces would be one too many.
            if !word.is_empty() && column + 1 + word.len() > LINE {
                value.push_str("\r\n");
                column = 0;
            }
            value.push(' ');
            column += 1;
        }
        value.push_str(word);
        column += word.len();
    }
    value
}

fn encoded(text: &str, column: usize) -> String {
    let mut encoded = String::new();
    rfc2047::encode(text, &mut EmailWriter::new(&mut encoded, column, 0, false))
        .expect("writing to a string cannot fail");
    encoded
}

/// A display name: words as they are, a quoted string where ASCII needs one (base64 there looks like spam:
/// the rule `FROM_EXCESS_BASE64` of `SpamAssassin`), encoded words for everything else (RFC 2047).
fn phrase(name: &str, column: usize) -> String {
    let printable = name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    // Each of these takes a backslash in a quoted string.
    let escapes = name.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
    if !printable || name.contains("=?") || column + name.len() + escapes > LINE - 4 {
        return encoded(name, column);
    }
    let is_atom = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    if name.split(' ').all(is_atom) {
        return name.to_owned();
    }
    let mut quoted = String::from('"');
    for character in name.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

/// `List-Unsubscribe` (RFC 2369, RFC 8058): the one-click URL first, the mailto after it, a line each.
pub(super) fn list_unsubscribe(url: Option<&str>, mailto: Option<&str>) -> String {
    match (url, mailto) {
        (Some(url), Some(mailto)) => ["<", url, ">,\r\n <", mailto, ">"].concat(),
        (Some(uri), None) | (None, Some(uri)) => ["<", uri, ">"].concat(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str) -> String {
        mailbox("To", Some(name), &EmailAddress::parse("a@example.org").unwrap())
    }

    #[test]
    fn a_name_is_written_as_simply_as_it_can_be() {
        let cases = [
            ("Ada Lovelace", "Ada Lovelace <a@example.org>"),
            ("Test O'Leary", "Test O'Leary <a@example.org>"),
            ("Dr. Bo \"Bosse\" B\\", "\"Dr. Bo \\\"Bosse\\\" B\\\\\" <a@example.org>"),
            ("Mina, Berg", "\"Mina, Berg\" <a@example.org>"),
            ("Jürgen", "=?utf-8?b?SsO8cmdlbg==?= <a@example.org>"),
            ("=?utf-8?q?fake?=", "=?utf-8?b?PT91dGYtOD9xP2Zha2U/PQ==?= <a@example.org>"),
            ("x\r\nBcc: eve@example.org", "=?utf-8?b?eA0KQmNjOiBldmVAZXhhbXBsZS5vcmc=?= <a@example.org>"),
            ("", "a@example.org"),
        ];
        for (name, expected) in cases {
            assert_eq!(written(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_subject_keeps_every_space() {
        assert_eq!(text("Subject", "Plain: 7 links"), "Plain: 7 links");
        let long = "seven links about clocks, order and the people who thought that they had both of them";
        assert_eq!(text("Subject", long), long.replace(" had both", "\r\n had both"));
        for subject in ["é  分 ", " zwei  Wörter", "=?utf-8?q?fake?=", &"long  ".repeat(40), &"x".repeat(200)] {
            let message = format!("Subject: {}\r\n\r\n", text("Subject", subject));
            let parsed = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
            assert_eq!(parsed.subject(), Some(subject));
            assert!(message.lines().all(|line| line.len() <= 78), "{message}");
        }
    }

    #[test]
    fn a_long_name_is_folded_and_no_line_is_long() {
        let value = written(&"Бородино ".repeat(20));
        assert!(
            value
                .split("\r\n")
                .enumerate()
                .all(|(line, text)| text.len() <= 78 && (line == 0 || text.starts_with(' ')))
        );
        assert!(value.ends_with("<a@example.org>"));
    }
}
