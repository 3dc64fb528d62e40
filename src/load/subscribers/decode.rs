//! The bytes of a subscriber list to text, whatever the spreadsheet saved them as.

use std::io;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Lines of a list as text, ended by `\n` or `\r\n`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Where the first line stands that was not UTF-8 and was read as windows-1252, and how many there are.
    pub(super) guessed: Option<(Range<usize>, usize)>,
}

/// Whether a list that begins with `start` is UTF-16.
pub(super) fn is_utf_16(start: &[u8]) -> bool {
    utf_16(start).is_some()
}

/// A whole list that may be UTF-16, with or without a byte order mark, as UTF-8.
///
/// Errors, in words, when it is broken UTF-16: guessing there would invent names.
pub(super) fn from_utf_16(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let Some((encoding, mark)) = utf_16(&bytes) else { return Ok(bytes) };
    let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if broken {
        let message = format!("the list is {} with broken characters", encoding.name());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(text.into_owned().into_bytes())
}

/// Takes the byte order mark of UTF-8 from the start of a list.
pub(super) fn remove_mark(bytes: &mut Vec<u8>) {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
}

/// Decodes whole lines. Those that are not UTF-8 are taken for windows-1252, one by one, because lists get glued together
/// from exports of different programs.
pub(super) fn decode(lines: Vec<u8>) -> Decoded {
    match String::from_utf8(lines) {
        Ok(text) => Decoded { text: with_line_feeds(text), guessed: None },
        Err(error) => line_by_line(error.as_bytes()),
    }
}

/// The UTF-16 the bytes are in, and the length of its byte order mark. Without a mark the heading tells: its first
/// character is an ASCII letter, so one byte of the first two is zero.
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
    // Same length, so the span still fits.
    let text = with_line_feeds(text);
    Decoded { text, guessed }
}

/// A carriage return alone ends a line too (old spreadsheets for the Mac); as a line feed, everything counts lines alike.
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
            "the list is UTF-16LE with broken characters"
        );
    }
}
