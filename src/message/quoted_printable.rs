//! Encodes text as quoted-printable (RFC 2045 6.7), in pieces that can be joined.
//!
//! Every piece starts at the beginning of a line. If another follows on the same line of text, the piece ends with a soft
//! line break, so pieces encoded apart read as one text. Beyond what the RFC asks, a line never starts
//! with a dot or with `From `: the bytes survive SMTP's dot-stuffing and mbox files unchanged.

/// Bytes of a line without its line end, the `=` of a soft break included (RFC 2045 6.7 rule 5).
const LINE: usize = 76;

/// Appends `text` to `encoded`, which must be at the beginning of a line; `\n` becomes CRLF. Returns the column
/// reached; bring it back to zero with [`soft_break`] before appending another piece.
pub(super) fn encode(text: &str, encoded: &mut String) -> usize {
    let (mut column, mut text) = (0, text);
    loop {
        // Almost all of a letter is literal, and goes by the line.
        if (1..LINE - 1).contains(&column) {
            let literal = literal_start(text, LINE - 1 - column);
            encoded.push_str(literal);
            column += literal.len();
            text = &text[literal.len()..];
        }
        let mut rest = text.chars().peekable();
        let Some(character) = rest.next() else { return column };
        text = &text[character.len_utf8()..];
        if character == '\n' {
            encoded.push_str("\r\n");
            column = 0;
            continue;
        }
        let before_line_end = matches!(rest.peek(), None | Some('\n'));
        let mut bytes = [0; 4];
        let bytes = character.encode_utf8(&mut bytes).as_bytes();
        // A character's octets stay on one line: 12 bytes at most.
        let may_break = column > 0 && {
            let width = if is_literal(character, before_line_end, false) { 1 } else { 3 * bytes.len() };
            // The last byte of a line is for the `=` of a soft break, unless the line of text ends here.
            let room = if matches!(rest.peek(), Some('\n')) { LINE } else { LINE - 1 };
            column + width > room
        };
        if may_break {
            encoded.push_str("=\r\n");
            column = 0;
        }
        let opens_from = character == 'F' && column == 0 && starts_from(&rest);
        if is_literal(character, before_line_end, column == 0) && !opens_from {
            encoded.push(character);
            column += 1;
        } else {
            for byte in bytes {
                encoded.push('=');
                for digit in [byte >> 4, byte & 15] {
                    encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
            column += 3 * bytes.len();
        }
    }
}

/// Returns the literal characters at the start of `text`, which is not the beginning of a line, but at most `most`.
fn literal_start(text: &str, most: usize) -> &str {
    let bytes = &text.as_bytes()[..most.min(text.len())];
    let literal = bytes.iter().position(|byte| IN_LINE.get(usize::from(*byte)) != Some(&true)).unwrap_or(bytes.len());
    // White space is literal unless it ends the line.
    let ends_line = matches!(text.as_bytes().get(literal), None | Some(b'\n'));
    if ends_line { text[..literal].trim_end_matches([' ', '\t']) } else { &text[..literal] }
}

/// The ASCII characters that need no encoding within a line.
const IN_LINE: [bool; 128] = {
    let mut literal = [false; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        literal[byte as usize] = is_literal(byte as char, false, false);
        byte += 1;
    }
    literal
};

/// Returns whether `text` is encoded as it stands, on one line that a soft line break ends.
pub(super) fn is_plain_line(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'=';
    (1..LINE).contains(&text.len()) && !text.starts_with('.') && text.bytes().all(is_plain)
}

/// Ends a piece in the middle of a line of text.
pub(super) fn soft_break(column: usize, encoded: &mut String) {
    if column > 0 {
        encoded.push_str("=\r\n");
    }
}

/// Returns whether `character` needs no encoding: printable ASCII except `=`, and spaces that do not end a line.
const fn is_literal(character: char, before_line_end: bool, at_line_start: bool) -> bool {
    match character {
        ' ' | '\t' => !before_line_end,
        '=' => false,
        '.' => !at_line_start,
        _ => character.is_ascii_graphic(),
    }
}

fn starts_from(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    rest.clone().take(4).eq("rom ".chars())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str) -> String {
        let mut encoded = String::new();
        encode(text, &mut encoded);
        encoded
    }

    /// A decoder of its own, straight from RFC 2045.
    fn decoded(encoded: &str) -> String {
        let joined = encoded.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'=' {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn what_is_plain_stays_readable_and_the_rest_is_escaped() {
        let cases = [
            ("Hello, world\n", "Hello, world\r\n"),
            ("1 + 1 = 2", "1 + 1 =3D 2"),
            ("naïve", "na=C3=AFve"),
            ("trailing \nand tab\t", "trailing=20\r\nand tab=09"),
            (".dot\n..\nFrom here\nFromage\n", "=2Edot\r\n=2E.\r\n=46rom here\r\nFromage\r\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(encoded(text), expected);
        }
    }

    proptest! {
        #[test]
        fn a_plain_line_is_what_it_would_be_encoded_to(text in "[!-~]{1,80}") {
            let is_plain = is_plain_line(&text);
            let mut encoded = String::new();
            let column = encode(&text, &mut encoded);
            soft_break(column, &mut encoded);
            prop_assert_eq!(is_plain, encoded == format!("{text}=\r\n"));
        }
    }

    #[test]
    fn a_line_of_76_needs_no_break_and_one_of_77_does() {
        assert_eq!(encoded(&format!("{}\n", "x".repeat(76))), format!("{}\r\n", "x".repeat(76)));
        assert_eq!(encoded(&format!("{}\n", "x".repeat(77))), format!("{}=\r\nxx\r\n", "x".repeat(75)));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_every_line_is_fit_for_mail(text in "[\\PC\n .=F\u{e9}\u{1f600}]{0,300}") {
            let encoded = encoded(&text);
            prop_assert_eq!(decoded(&encoded), text);
            for line in encoded.split("\r\n") {
                prop_assert!(line.len() <= LINE && line.is_ascii(), "{line:?}");
                prop_assert!(!line.starts_with('.') && !line.starts_with("From ") && !line.ends_with([' ', '\t']));
                prop_assert!(!line.contains(['\r', '\n']));
            }
        }
    }
}
