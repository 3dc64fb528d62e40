//! The headers of a finished message, read back from its bytes, so that the page shows what is in the message and
//! not what was meant to be.

use data_encoding::BASE64;

/// A header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Its name, as written.
    pub(super) name: String,
    /// Its value, unfolded, encoded words decoded.
    pub(super) value: String,
}

/// The headers of `message`, in order. Lossy where the bytes are no UTF-8.
pub(super) fn headers(message: &[u8]) -> Vec<Header> {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(message.len());
    let block = String::from_utf8_lossy(&message[..end]);
    let mut headers: Vec<Header> = Vec::new();
    for line in block.split("\r\n") {
        if line.starts_with([' ', '\t'])
            && let Some(header) = headers.last_mut()
        {
            header.value.push_str(line);
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push(Header { name: name.to_owned(), value: value.trim_start().to_owned() });
        }
    }
    for header in &mut headers {
        header.value = decoded(&header.value);
    }
    headers
}

/// `value` with its encoded words (RFC 2047) decoded; white space between two of them is no part of the text.
fn decoded(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let between = &rest[..start];
        let Some((word, length)) = encoded_word(&rest[start..]) else {
            text.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            after_word = false;
            continue;
        };
        if !(after_word && between.trim().is_empty()) {
            text.push_str(between);
        }
        text.push_str(&word);
        rest = &rest[start + length..];
        after_word = true;
    }
    text.push_str(rest);
    text
}

/// The encoded word `text` begins with, decoded, and its length; UTF-8 only, for nothing else is written.
fn encoded_word(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix("=?")?;
    let (charset, inside) = inside.split_once('?')?;
    let (encoding, inside) = inside.split_once('?')?;
    let (encoded, _) = inside.split_once("?=")?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "b" | "B" => BASE64.decode(encoded.as_bytes()).ok()?,
        "q" | "Q" => quoted(encoded)?,
        _ => return None,
    };
    let length = "=?".len() + charset.len() + 1 + encoding.len() + 1 + encoded.len() + "?=".len();
    Some((String::from_utf8(bytes).ok()?, length))
}

/// The Q encoding of RFC 2047 4.2.
fn quoted(encoded: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match first {
            b'_' => b' ',
            b'=' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                rest = &rest[2..];
                u8::from_str_radix(digits, 16).ok()?
            }
            other => *other,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_are_unfolded_and_decoded() {
        let message = concat!(
            "From: =?utf-8?b?w4RkYQ==?= <ada@example.org>\r\n",
            "Subject: =?utf-8?Q?caf=C3=A9_?=\r\n =?utf-8?q?cr=C3=A8me?= & =?unknown?q?x?=\r\n",
            "List-Unsubscribe: <https://example.org/u/1>,\r\n\t<mailto:u@example.org>\r\n",
            "\r\nSubject: not a header\r\n",
        );
        let found: Vec<_> =
            headers(message.as_bytes()).into_iter().map(|Header { name, value }| (name, value)).collect();
        assert_eq!(
            found,
            [
                ("From", "Äda <ada@example.org>"),
                ("Subject", "café crème & =?unknown?q?x?="),
                ("List-Unsubscribe", "<https://example.org/u/1>,\t<mailto:u@example.org>"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in "([A-Z]: |=\\?utf-8\\?[bq]\\?|\\?=|=[0-9A-F]{2}|\r\n|[ -~])*") {
            let _ = headers(bytes.as_bytes());
        }

        #[test]
        fn a_subject_is_read_as_another_reader_reads_it(subject in "[a-zé分 =?_]{1,80}") {
            let mut written = lettre::message::header::Headers::new();
            written.set(lettre::message::header::Subject::from(subject.trim().to_owned()));
            let message = format!("{written}\r\n");
            let theirs = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
            // mail-parser makes every run of spaces one.
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let ours = &headers(message.as_bytes())[0].value;
            prop_assert_eq!(words(ours), words(theirs.subject().unwrap_or_default()));
        }
    }
}
