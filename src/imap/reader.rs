//! Cuts the bytes of a server into complete responses (RFC 9051 2.2.2, 4.3), within limits.

use super::error::Malformed;

/// The most bytes of a response besides its literals: room for a search that finds a hundred thousand messages.
const MOST_TEXT: usize = 1 << 20;
/// The most literals of a response.
const MOST_LITERALS: usize = 64;

/// Takes bytes as they come, and returns responses.
#[derive(Debug)]
pub struct ResponseReader {
    buffer: Vec<u8>,
    /// Where the part of the response begins that was not looked at yet.
    at: usize,
    literals: usize,
    /// The bytes of literals before `at`.
    in_literals: usize,
    most_literal: usize,
}

impl ResponseReader {
    /// A reader of responses whose literals together have at most `most_literal` bytes.
    pub fn new(most_literal: usize) -> Self {
        Self { buffer: Vec::new(), at: 0, literals: 0, in_literals: 0, most_literal }
    }

    /// Takes bytes of the server.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns whether nothing was received that was not returned.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Returns the next complete response with its literals, without the line end.
    ///
    /// Errors if it is larger than it may be. No further response is to be read then.
    pub fn next_response(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        loop {
            let rest = &self.buffer[self.at.min(self.buffer.len())..];
            let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
                let text = rest.len() + self.at - self.in_literals.min(self.at);
                return if text > MOST_TEXT { Err(Malformed::TooLong) } else { Ok(None) };
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            let (end, line_start) = (self.at + end, self.at);
            let literal = if may_have_literals(&self.buffer) { literal_length(line)? } else { None };
            if end - self.in_literals > MOST_TEXT {
                return Err(Malformed::TooLong);
            }
            let Some(length) = literal else {
                let line_end = line_start + line.len();
                let rest = self.buffer.split_off(end + 1);
                let mut response = std::mem::replace(&mut self.buffer, rest);
                response.truncate(line_end);
                (self.at, self.literals, self.in_literals) = (0, 0, 0);
                return Ok(Some(response));
            };
            if self.literals >= MOST_LITERALS || length > self.most_literal - self.in_literals {
                return Err(Malformed::TooLong);
            }
            if self.buffer.len() < end + 1 + length {
                return Ok(None);
            }
            self.literals += 1;
            self.in_literals += length;
            self.at = end + 1 + length;
        }
    }
}

/// Returns whether braces at the end of a line announce a literal: in the words of a status they do not.
fn may_have_literals(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"* ") else { return false };
    let word: Vec<u8> = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_uppercase).collect();
    ![&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].contains(&word.as_slice())
}

/// The length of a literal that is announced at the end of `line`: `{310}`, or `{310+}`.
pub(super) fn literal_length(line: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some(inside) = line.strip_suffix(b"}") else { return Ok(None) };
    let Some(open) = inside.iter().rposition(|&byte| byte == b'{') else { return Ok(None) };
    let digits = inside[open + 1..].strip_suffix(b"+").unwrap_or(&inside[open + 1..]);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    digits.parse().map(Some).map_err(|_| Malformed::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], step: usize) -> Result<Vec<String>, Malformed> {
        let mut reader = ResponseReader::new(1000);
        let mut found = Vec::new();
        for part in bytes.chunks(step) {
            reader.feed(part);
            while let Some(response) = reader.next_response()? {
                found.push(String::from_utf8(response).unwrap());
            }
        }
        assert!(reader.is_empty());
        Ok(found)
    }

    #[test]
    fn responses_are_cut_at_line_ends_outside_literals_however_they_arrive() {
        let bytes =
            b"* OK ready {5}\r\n* 1 FETCH (UID 7 BODY[]<0> {9}\r\na\r\nb\r\nc\r\n X {0}\r\n)\r\n+ go\na1 NO {3}\r\n";
        let expected =
            ["* OK ready {5}", "* 1 FETCH (UID 7 BODY[]<0> {9}\r\na\r\nb\r\nc\r\n X {0}\r\n)", "+ go", "a1 NO {3}"];
        for step in 1..bytes.len() {
            assert_eq!(all(bytes, step).unwrap(), expected, "{step}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_kept() {
        for bytes in [
            &b"* 1 FETCH (BODY[] {1001}\r\n"[..],
            b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n",
            b"* 1 FETCH (BODY[] {4294967296}\r\n",
        ] {
            assert_eq!(all(bytes, 1000), Err(Malformed::TooLong));
        }
        let endless = vec![b'x'; MOST_TEXT + 1];
        assert_eq!(all(&endless, 4096), Err(Malformed::TooLong));
        let many = b"* X".to_vec().into_iter().chain(b" {0}\r\n".repeat(MOST_LITERALS + 1)).collect::<Vec<_>>();
        assert_eq!(all(&many, 4096), Err(Malformed::TooLong));
    }
}
