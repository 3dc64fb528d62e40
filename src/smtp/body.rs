//! Encodes a message for the wire: only CRLF ends a line, and no line can be mistaken for the end
//! (RFC 5321 4.5.2).

use std::fmt;

use super::content::{Content, Piece};
use super::findings::Findings;

/// The reason a message must not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsendable {
    /// A CR without LF or an LF without CR, at this byte: both enable SMTP smuggling.
    BareLineEnd(usize),
    /// A byte outside ASCII, at this byte: not every server accepts it, and 8BITMIME is not
    /// negotiated.
    EightBit(usize),
}

impl fmt::Display for Unsendable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareLineEnd(at) => {
                write!(formatter, "the message has a bare CR or LF at byte {at}; nothing was sent")
            }
            Self::EightBit(at) => write!(formatter, "the message has an 8-bit byte at byte {at}; nothing was sent"),
        }
    }
}

/// A content that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sendable {
    leading_dot: bool,
    line_end_missing: bool,
}

impl Sendable {
    /// Examines `content`.
    ///
    /// Errors on a bare CR or LF or an 8-bit byte.
    pub(super) fn examine(content: &Content) -> Result<Self, Unsendable> {
        let mut found = Findings::default();
        let mut before = None;
        for Piece { bytes, findings } in content.pieces() {
            found.add(findings.unwrap_or_else(|| Findings::inside(bytes)));
            found.add(Findings::between(before, bytes[0]));
            before = bytes.last().copied();
        }
        if found.unsendable || before == Some(b'\r') {
            return Err(first_unsendable(&content.to_vec()));
        }
        Ok(Self { leading_dot: found.leading_dot, line_end_missing: before.is_some_and(|last| last != b'\n') })
    }

    /// The number of bytes of `content` for BDAT.
    pub(super) fn whole_length(self, content: &Content) -> usize {
        content.len() + if self.line_end_missing { 2 } else { 0 }
    }

    /// Appends `content` for BDAT (RFC 3030), which needs no doubled dots: adds a missing line end.
    pub(super) fn append_whole(self, content: &Content, to: &mut Content) {
        to.append(content);
        self.append_line_end(to);
    }

    /// Appends `content` for DATA: doubles dots at line starts, adds a missing line end and the final dot.
    pub(super) fn append_with_dot(self, content: &Content, to: &mut Content) {
        if self.leading_dot {
            append_with_doubled_dots(&content.to_vec(), to.own());
        } else {
            to.append(content);
        }
        self.append_line_end(to);
        to.own().extend_from_slice(b".\r\n");
    }

    fn append_line_end(self, to: &mut Content) {
        if self.line_end_missing {
            to.own().extend_from_slice(b"\r\n");
        }
    }
}

fn append_with_doubled_dots(content: &[u8], doubled: &mut Vec<u8>) {
    for line in content.split_inclusive(|&byte| byte == b'\n') {
        if line.first() == Some(&b'.') {
            doubled.push(b'.');
        }
        doubled.extend_from_slice(line);
    }
}

/// Finds the first byte that makes `message` unsendable.
fn first_unsendable(message: &[u8]) -> Unsendable {
    let mut before = b' ';
    for (at, &byte) in message.iter().enumerate() {
        if before == b'\r' && byte != b'\n' {
            return Unsendable::BareLineEnd(at - 1);
        }
        if byte == b'\n' && before != b'\r' {
            return Unsendable::BareLineEnd(at);
        }
        if !byte.is_ascii() {
            return Unsendable::EightBit(at);
        }
        before = byte;
    }
    Unsendable::BareLineEnd(message.len() - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::sync::Arc;

    use super::*;
    use crate::smtp::content::SharedPieces;
    use crate::smtp::content::tests::sharing;

    fn wire(message: &[u8]) -> Result<String, Unsendable> {
        wire_of(&Content::from(message))
    }

    fn wire_of(content: &Content) -> Result<String, Unsendable> {
        let mut wire = Content::default();
        Sendable::examine(content)?.append_with_dot(content, &mut wire);
        Ok(String::from_utf8(wire.to_vec()).unwrap())
    }

    /// `message`, cut after the bytes at `cuts`; every second piece is shared.
    fn in_pieces(message: &[u8], cuts: &[usize]) -> Content {
        let mut pieces = vec![];
        let mut rest = message;
        for &cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let mut content = sharing(&Arc::new(SharedPieces::new(pieces.iter().copied())));
        for (number, piece) in pieces.iter().enumerate() {
            if number % 2 == 0 { content.own().extend_from_slice(piece) } else { content.share(number) }
        }
        content
    }

    #[test]
    fn dots_at_line_starts_are_doubled_and_the_final_dot_is_alone() {
        assert_eq!(wire(b"a.b\r\nc\r\n").unwrap(), "a.b\r\nc\r\n.\r\n");
        assert_eq!(wire(b".\r\n..a\r\nb.\r\n.").unwrap(), "..\r\n...a\r\nb.\r\n..\r\n.\r\n");
        assert_eq!(wire(b"no end").unwrap(), "no end\r\n.\r\n");
        assert_eq!(wire(b"").unwrap(), ".\r\n");
    }

    #[test]
    fn bare_line_ends_and_8_bit_bytes_are_refused_with_their_place() {
        for (message, at) in [("\n", 0), ("\r", 0), ("a\nb", 1), ("a\rb", 1), ("ab\r", 2), ("\r\r\n", 0), ("\r\n\n", 2)]
        {
            assert_eq!(wire(message.as_bytes()), Err(Unsendable::BareLineEnd(at)), "{message:?}");
        }
        assert_eq!(wire(b"a\xe9\r\n"), Err(Unsendable::EightBit(1)));
        assert_eq!(wire("é\n".as_bytes()), Err(Unsendable::EightBit(0)));
        assert_eq!(
            Unsendable::BareLineEnd(7).to_string(),
            "the message has a bare CR or LF at byte 7; nothing was sent"
        );
        assert_eq!(Unsendable::EightBit(7).to_string(), "the message has an 8-bit byte at byte 7; nothing was sent");
    }

    /// Decodes a body as a server does: RFC 5321 4.5.2 in reverse.
    fn received(wire: &str) -> String {
        let (content, rest) =
            wire.strip_prefix(".\r\n").map_or_else(|| wire.split_once("\r\n.\r\n").unwrap(), |rest| ("", rest));
        assert_eq!(rest, "", "something behind the final dot");
        content.split("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect::<Vec<_>>().join("\r\n")
    }

    proptest! {
        #[test]
        fn a_message_in_pieces_is_treated_as_in_one(
            message in "([.a]|\r\n|\r\n\\.|\r|\n|é){0,12}",
            cuts in prop::collection::vec(0_usize..6, 0..5),
        ) {
            let content = in_pieces(message.as_bytes(), &cuts);
            prop_assert_eq!(wire_of(&content), wire(message.as_bytes()));
            if let Ok(sendable) = Sendable::examine(&content) {
                let mut whole = Content::default();
                sendable.append_whole(&content, &mut whole);
                prop_assert_eq!(whole.len(), sendable.whole_length(&content));
                let end = if message.is_empty() || message.ends_with("\r\n") { "" } else { "\r\n" };
                prop_assert_eq!(String::from_utf8(whole.to_vec()).unwrap(), message + end);
            }
        }

        #[test]
        fn the_server_gets_the_very_message_or_nothing(message in "([.a]|\r\n|\r\n\\.|\r|\n|é){0,12}") {
            let clean = message.replace("\r\n", "");
            match wire(message.as_bytes()) {
                Ok(wire) => {
                    prop_assert!(!clean.contains(['\r', '\n', 'é']));
                    prop_assert_eq!(received(&wire), message.strip_suffix("\r\n").unwrap_or(&message));
                }
                Err(_) => prop_assert!(clean.contains(['\r', '\n', 'é'])),
            }
        }
    }
}
