//! Encodes text as base64 (RFC 2045 6.8), for scripts whose letters take nine bytes as quoted-printable and four here.
//!
//! Lines have 76 characters, none starts with a dot, and every piece ends with a line end.

use data_encoding::BASE64_MIME;

/// Bytes that base64 encodes together.
const GROUP: usize = 3;

/// Returns the number of bytes that [`encode`] writes for `text`, whose lines end in `\n`.
pub(super) fn encoded_length(text: &str) -> usize {
    BASE64_MIME.encode_len(text.len() + text.matches('\n').count())
}

/// Returns `text` with the line ends that RFC 2045 6.8 asks for before encoding: `\n` becomes CRLF.
pub(super) fn with_crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Encodes `text`, whose lines end in CRLF.
pub(super) fn encode(text: &str) -> String {
    BASE64_MIME.encode(text.as_bytes())
}

/// Splits off the longest beginning of `text` that can be encoded apart from the rest.
pub(super) fn split_at_group(text: &str) -> (&str, &str) {
    let at = (0..=text.len() / GROUP).rev().map(|groups| groups * GROUP).find(|&at| text.is_char_boundary(at));
    text.split_at(at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_between_groups_of_three_bytes_and_between_characters() {
        let cases = [
            ("", ("", "")),
            ("ab", ("", "ab")),
            ("abcd", ("abc", "d")),
            ("分散", ("分散", "")),
            ("a分散", ("", "a分散")),
            ("a分é散x", ("a分é散", "x")),
            ("é分é散", ("", "é分é散")),
        ];
        for (text, expected) in cases {
            assert_eq!(split_at_group(text), expected, "{text}");
        }
    }

    #[test]
    fn the_length_is_known_before_encoding() {
        for length in 0..200 {
            let text = "分散\n".repeat(length);
            assert_eq!(encoded_length(&text), encode(&with_crlf(&text)).len());
        }
    }

    #[test]
    fn a_piece_ends_with_a_line_end() {
        let expected = format!("{}\r\n{}\r\n", "A".repeat(76), "AAAA");
        assert_eq!(encode(&"\0".repeat(60)), expected);
        assert_eq!(encode(""), "");
    }
}
