//! Decodes the bytes of a list, in any encoding that spreadsheets save.

use std::io;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Lines of a list as text, ended by `\n` or `\r\n`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::subscribers) struct Decoded {
    pub(in crate::subscribers) text: String,
    /// The place of the first line that was not UTF-8 and was read as windows-1252, and the number
    /// of such lines.
    pub(in crate::subscribers) guessed: Option<(Range<usize>, usize)>,
}

/// Returns whether a list that begins with `start` is UTF-16.
pub(in crate::subscribers) fn is_utf_16(start: &[u8]) -> bool {
    utf_16(start).is_some()
}

/// Converts a complete list, possibly UTF-16, with or without a byte order mark, to UTF-8.
///
/// Errors, with a message, if it is broken UTF-16: guessing would invent names.
pub(in crate::subscribers) fn from_utf_16(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let Some((encoding, mark)) = utf_16(&bytes) else { return Ok(bytes) };
    let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if broken {
        let message = format!("the list is invalid {}", encoding.name());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(text.into_owned().into_bytes())
}

/// Removes the byte order mark of UTF-8 from the start of a list.
pub(in crate::subscribers) fn remove_mark(bytes: &mut Vec<u8>) {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
}

/// Decodes complete lines. Each line that is not UTF-8 is read as windows-1252, because lists are
/// often joined from exports of different programs.
pub(in crate::subscribers) fn decode(lines: Vec<u8>) -> Decoded {
    match String::from_utf8(lines) {
        Ok(text) => Decoded { text: with_line_feeds(text), guessed: None },
        Err(error) => line_by_line(error.as_bytes()),
    }
}

/// Returns the kind of UTF-16 and the length of its byte order mark. Without a mark, the heading
/// decides: its first character is an ASCII letter, so one of the first two bytes is zero.
fn utf_16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [0xFF, 0xFE, ..] => Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => Some((UTF_16BE, 2)),
        [first, 0, ..] if *first != 0 => Some((UTF_16LE, 0)),
        [0, second, ..] if *second != 0 => Some((UTF_16BE, 0)),
        _ => None,
    }
}

fn line_by_line(bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut guessed: Option<(Range<usize>, usize)> = None;
    for line in bytes.split_inclusive(|&byte| byte == b'\n' || byte == b'\r') {
        if let Ok(line) = std::str::from_utf8(line) {
            text.push_str(line);
            continue;
        }
        let start = text.len();
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
        let span = start..start + text[start..].trim_end().len();
        guessed = Some(guessed.map_or((span, 1), |(first, count)| (first, count + 1)));
    }
    // The length is the same, so the span still fits.
    let text = with_line_feeds(text);
    Decoded { text, guessed }
}

/// A single carriage return ends a line too (old spreadsheets for the Mac). It is replaced by a
/// line feed, so that all code counts lines the same way.
fn with_line_feeds(text: String) -> String {
    let bytes = text.as_bytes();
    let alone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !bytes.contains(&b'\r') || !(0..bytes.len()).any(alone) {
        return text;
    }
    let mut characters = text.chars().peekable();
    let mut ended = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        let alone = character == '\r' && characters.peek() != Some(&'\n');
        ended.push(if alone { '\n' } else { character });
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_are_not_utf_8_are_read_as_windows_1252() {
        let bytes = b"email,name\r\na@example.org,J\xC3\xBCrgen\r\nb@example.org,J\xFCrgen\r\nc@example.org,\x80\r\n";
        let text = "email,name\r\na@example.org,Jürgen\r\nb@example.org,Jürgen\r\nc@example.org,€\r\n";
        let first = text.find("b@").unwrap();
        let span = first..first + "b@example.org,Jürgen".len();
        assert_eq!(decode(bytes.to_vec()), Decoded { text: text.to_owned(), guessed: Some((span, 2)) });
    }

    #[test]
    fn broken_utf_16_is_refused() {
        assert_eq!(
            from_utf_16(b"\xFF\xFEe\x00\x00\xD8x\x00".to_vec()).unwrap_err().to_string(),
            "the list is invalid UTF-16LE"
        );
    }
}
