//! Parses the server's bytes into replies, however they are split, within limits.

use std::fmt;

use super::redaction::Redaction;
use super::reply::{EnhancedCode, Reply};
use super::server::Credentials;

/// The longest line accepted, line end included. RFC 5321 4.5.3.1.5 allows 512 bytes; real servers
/// send more.
const LONGEST_LINE: usize = 2048;
/// The most lines accepted in one reply.
const MOST_LINES: usize = 100;
/// The most bytes accepted in one reply.
const LONGEST_REPLY: usize = 64 * 1024;

/// Collects bytes and returns replies.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    /// Bytes received; those before `read` have been processed.
    buffer: Vec<u8>,
    read: usize,
    /// The lines of a reply that is not complete yet.
    partial: Option<Partial>,
    /// Hides secrets in every reply.
    redaction: Option<Box<Redaction>>,
}

#[derive(Debug)]
struct Partial {
    reply: Reply,
    size: usize,
}

impl ReplyReader {
    /// A reader that removes the password of `credentials` from all replies.
    pub(super) fn hiding(credentials: Option<&Credentials>) -> Self {
        Self { redaction: credentials.map(|credentials| Box::new(Redaction::of(credentials))), ..Self::default() }
    }

    /// Adds bytes from the server.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns whether no bytes are left, not even of an incomplete reply.
    pub(super) fn is_empty(&self) -> bool {
        self.read == self.buffer.len() && self.partial.is_none()
    }

    /// Returns the next complete reply; `None` until more bytes arrive.
    ///
    /// Errors on bytes that are not an SMTP reply, or on an overlong one. The connection is
    /// unusable then.
    pub(super) fn next_reply(&mut self) -> Result<Option<Reply>, Malformed> {
        let reply = self.next_unredacted();
        match (&self.redaction, reply) {
            (Some(redaction), Ok(Some(reply))) => Ok(Some(redaction.of_reply(reply))),
            (Some(redaction), Err(Malformed::Garbage(start))) => Err(Malformed::Garbage(redaction.of_text(start))),
            (_, reply) => reply,
        }
    }

    fn next_unredacted(&mut self) -> Result<Option<Reply>, Malformed> {
        while let Some(line) = self.next_line()? {
            if let Some(reply) = self.add(line)? {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    /// The next complete line. A CR before the LF is dropped; some servers send none.
    fn next_line(&mut self) -> Result<Option<ReplyLine>, Malformed> {
        let unread = &self.buffer[self.read..];
        let end = unread.iter().take(LONGEST_LINE).position(|&byte| byte == b'\n');
        let Some(end) = end else {
            return if unread.len() < LONGEST_LINE { Ok(None) } else { Err(Malformed::LineTooLong) };
        };
        let line = ReplyLine::parse(&unread[..end])?;
        self.read += end + 1;
        Ok(Some(line))
    }

    /// Adds a line to the current reply; returns the reply after its last line.
    fn add(&mut self, line: ReplyLine) -> Result<Option<Reply>, Malformed> {
        let mut text = line.text;
        let enhanced = match EnhancedCode::split_off(&text) {
            Some((enhanced, rest)) if u16::from(enhanced.class) == line.code / 100 => {
                text.drain(..text.len() - rest.len());
                Some(enhanced)
            }
            // If the two codes disagree, the basic one counts (RFC 2034 4), and the other is just
            // text.
            _ => None,
        };
        let partial = self.partial.get_or_insert_with(|| Partial {
            reply: Reply { code: line.code, enhanced, lines: Vec::with_capacity(1) },
            size: 0,
        });
        if partial.reply.code != line.code {
            return Err(Malformed::MixedCodes(partial.reply.code, line.code));
        }
        partial.size += line.size;
        partial.reply.lines.push(text);
        if partial.reply.lines.len() > MOST_LINES || partial.size > LONGEST_REPLY {
            return Err(Malformed::ReplyTooLong);
        }
        Ok(if line.is_last { self.partial.take().map(|partial| partial.reply) } else { None })
    }
}

/// One line of a reply (RFC 5321 4.2.1): `250-text` or `250 text` or `250`.
struct ReplyLine {
    code: u16,
    is_last: bool,
    text: String,
    /// In bytes, as received.
    size: usize,
}

impl ReplyLine {
    fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let line = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let garbage = || Malformed::Garbage(printable(&line[..line.len().min(60)]));
        let (digits, rest) = line.split_at_checked(3).ok_or_else(garbage)?;
        if !(matches!(digits[0], b'2'..=b'5') && digits.iter().all(u8::is_ascii_digit)) {
            return Err(garbage());
        }
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let (is_last, text) = match rest {
            [] => (true, rest),
            [b' ', text @ ..] => (true, text),
            [b'-', text @ ..] => (false, text),
            _ => return Err(garbage()),
        };
        Ok(Self { code, is_last, text: printable(text), size: bytes.len() + 1 })
    }
}

/// Text that can be shown on a terminal: no control characters, no broken UTF-8.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.into_owned();
    }
    text.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

/// The reason the server's bytes are not an SMTP reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Malformed {
    /// A line that does not begin with a code, and its beginning.
    Garbage(String),
    /// A reply with different codes in its lines.
    MixedCodes(u16, u16),
    /// A line without an end.
    LineTooLong,
    /// A reply without an end.
    ReplyTooLong,
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Garbage(start) => write!(formatter, "the server sent `{start}`, which is not an SMTP reply"),
            Self::MixedCodes(first, other) => {
                write!(formatter, "the server sent one reply with two codes, {first} and {other}")
            }
            Self::LineTooLong => write!(formatter, "the server sent a line of more than {LONGEST_LINE} bytes"),
            Self::ReplyTooLong => {
                write!(formatter, "the server sent a reply of more than {MOST_LINES} lines or {LONGEST_REPLY} bytes")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything `bytes` hold: the replies, and the error that ended them.
    fn read(pieces: &[&[u8]]) -> (Vec<String>, Option<Malformed>) {
        let mut reader = ReplyReader::default();
        let mut replies = Vec::new();
        for piece in pieces {
            reader.feed(piece);
            loop {
                match reader.next_reply() {
                    Ok(Some(reply)) => replies.push(format!("{reply:?}")),
                    Ok(None) => break,
                    Err(malformed) => return (replies, Some(malformed)),
                }
            }
        }
        (replies, None)
    }

    fn only_reply(bytes: &[u8]) -> Reply {
        let mut reader = ReplyReader::default();
        reader.feed(bytes);
        let reply = reader.next_reply().unwrap().unwrap();
        assert!(reader.is_empty());
        reply
    }

    fn malformed(bytes: &[u8]) -> Malformed {
        read(&[bytes]).1.unwrap()
    }

    #[test]
    fn a_reply_has_code_enhanced_code_and_lines() {
        let reply = only_reply(b"550-5.1.1 no such user\r\n550-5.1.1 here\r\n550 bye\r\n");
        let enhanced = Some(EnhancedCode { class: 5, subject: 1, detail: 1 });
        let lines = ["no such user", "here", "bye"].map(String::from).to_vec();
        assert_eq!(reply, Reply { code: 550, enhanced, lines });
    }

    #[test]
    fn a_code_may_stand_alone_and_lines_may_end_with_lf() {
        assert_eq!(only_reply(b"250\r\n"), Reply { code: 250, enhanced: None, lines: vec![String::new()] });
        assert_eq!(only_reply(b"354 go\n"), Reply { code: 354, enhanced: None, lines: vec![String::from("go")] });
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_text() {
        assert_eq!(only_reply(b"450 5.7.1 no\r\n").to_string(), "450 5.7.1 no");
        assert_eq!(only_reply(b"450 5.7.1 no\r\n").enhanced, None);
    }

    #[test]
    fn control_characters_and_broken_utf8_are_replaced() {
        assert_eq!(only_reply(b"250 a\x1b[2Jb\xffc\x00\r\n").text(), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
    }

    #[test]
    fn what_is_not_a_reply_is_named() {
        for bytes in
            [&b"HTTP/1.1 400\r\n"[..], b"\r\n", b"25\r\n", b"250x\r\n", b"150 a\r\n", b"650 a\r\n", b"2 0 a\r\n"]
        {
            assert!(matches!(malformed(bytes), Malformed::Garbage(_)), "{bytes:?}");
        }
        assert_eq!(malformed(b"SSH-2.0-x\r\n").to_string(), "the server sent `SSH-2.0-x`, which is not an SMTP reply");
        assert_eq!(malformed(b"250-a\r\n251 b\r\n"), Malformed::MixedCodes(250, 251));
        assert_eq!(
            malformed(b"250-a\r\n251 b\r\n").to_string(),
            "the server sent one reply with two codes, 250 and 251"
        );
    }

    #[test]
    fn a_reply_has_limits() {
        let line = |length: usize| [&b"250 "[..], &vec![b'a'; length - 6], b"\r\n"].concat();
        assert_eq!(only_reply(&line(2048)).text().len(), 2042);
        assert_eq!(malformed(&line(2049)), Malformed::LineTooLong);
        assert_eq!(malformed(&[b'2'; 2048]), Malformed::LineTooLong);

        let lines = |count: usize| ["250-a\r\n".repeat(count - 1).as_bytes(), b"250 a\r\n"].concat();
        assert_eq!(only_reply(&lines(100)).lines.len(), 100);
        assert_eq!(malformed(&lines(101)), Malformed::ReplyTooLong);

        let long = ["250-", &"a".repeat(2000), "\r\n"].concat().repeat(33);
        assert_eq!(malformed(long.as_bytes()), Malformed::ReplyTooLong);
        assert_eq!(
            Malformed::ReplyTooLong.to_string(),
            "the server sent a reply of more than 100 lines or 65536 bytes"
        );
        assert_eq!(Malformed::LineTooLong.to_string(), "the server sent a line of more than 2048 bytes");
    }

    #[test]
    fn a_beginning_of_a_reply_is_something_left_over() {
        let mut reader = ReplyReader::default();
        assert!(reader.is_empty());
        reader.feed(b"250-a\r\n");
        assert_eq!(reader.next_reply(), Ok(None));
        assert!(!reader.is_empty());
    }

    /// Bytes that look like SMTP often enough to reach every branch.
    fn nearly_smtp() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => "[2-5][0-5][0-9][ -]([245]\\.[0-9]{1,4}\\.[0-9] )?[a-z ]{0,8}\r?\n".prop_map(String::into_bytes),
            1 => prop::collection::vec(any::<u8>(), 0..6),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_makes_no_difference(bytes in nearly_smtp(), cuts in prop::collection::vec(0usize..64, 0..8)) {
            let mut rest = &bytes[..];
            let mut pieces = Vec::new();
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            pieces.push(rest);
            prop_assert_eq!(read(&pieces), read(&[&bytes]));
        }
    }
}
