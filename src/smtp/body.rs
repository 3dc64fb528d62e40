//! Encodes a message for the wire: only CRLF ends a line, and no line can be mistaken for the end
//! (RFC 5321 4.5.2).

use std::fmt;

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

/// Encodes `message` for DATA: doubles dots at line starts, adds a missing line end, and appends
/// the final dot.
///
/// Errors, with nothing changed, on a message with a bare CR or LF or an 8-bit byte.
pub(super) fn end_with_dot(message: &mut Vec<u8>) -> Result<(), Unsendable> {
    let found = Findings::of(message);
    if found.unsendable {
        return Err(first_unsendable(message));
    }
    if found.leading_dot {
        double_dots(message);
    }
    end_line(message);
    message.extend_from_slice(b".\r\n");
    Ok(())
}

/// Encodes `message` for BDAT (RFC 3030), which needs no doubled dots: adds a missing line end.
///
/// Errors, with nothing changed, on a message with a bare CR or LF or an 8-bit byte.
pub(super) fn end_whole(message: &mut Vec<u8>) -> Result<(), Unsendable> {
    if Findings::of(message).unsendable {
        return Err(first_unsendable(message));
    }
    end_line(message);
    Ok(())
}

fn end_line(message: &mut Vec<u8>) {
    if !message.is_empty() && !message.ends_with(b"\r\n") {
        message.extend_from_slice(b"\r\n");
    }
}

fn double_dots(message: &mut Vec<u8>) {
    let mut doubled = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        if line.first() == Some(&b'.') {
            doubled.push(b'.');
        }
        doubled.extend_from_slice(line);
    }
    *message = doubled;
}

/// The result of a single pass over a message.
struct Findings {
    unsendable: bool,
    leading_dot: bool,
}

impl Findings {
    /// Examines every byte and the one before it. Every message of a delivery passes through here,
    /// so the loop has no early exit: that lets the compiler process sixteen bytes at a time.
    fn of(message: &[u8]) -> Self {
        let (Some(&first), Some(&last)) = (message.first(), message.last()) else {
            return Self { unsendable: false, leading_dot: false };
        };
        let mut unsendable = first == b'\n' || last == b'\r' || !first.is_ascii();
        let mut leading_dot = first == b'.';
        for (&before, &byte) in message.iter().zip(&message[1..]) {
            unsendable |= (before == b'\r') != (byte == b'\n');
            unsendable |= !byte.is_ascii();
            leading_dot |= before == b'\n' && byte == b'.';
        }
        Self { unsendable, leading_dot }
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

    use super::*;

    fn wire(message: &[u8]) -> Result<String, Unsendable> {
        let mut wire = message.to_vec();
        end_with_dot(&mut wire).map(|()| String::from_utf8(wire).unwrap())
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
