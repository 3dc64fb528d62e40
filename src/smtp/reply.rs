//! Represents a server's reply and its codes.

use std::fmt;

/// One complete reply of the server (RFC 5321 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three-digit code, 200 to 599.
    pub code: u16,
    /// The enhanced code (RFC 3463), if there is one of the same class as [`Self::code`].
    pub enhanced: Option<EnhancedCode>,
    /// The text lines without codes; control characters replaced, so that they are safe to print.
    pub lines: Vec<String>,
}

impl Reply {
    /// 2xx: done as asked.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx: not now.
    pub fn is_temporary(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx: not ever.
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// 421: the server closes the connection (RFC 5321 3.8).
    pub fn is_closing(&self) -> bool {
        self.code == 421
    }

    /// The text on one line, without codes.
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }
}

/// Codes and text on one line: `550 5.1.1 no such user`.
impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(formatter, " {enhanced}")?;
        }
        self.lines.iter().filter(|line| !line.is_empty()).try_for_each(|line| write!(formatter, " {line}"))
    }
}

/// An enhanced status code (RFC 3463): `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnhancedCode {
    /// 2 done, 4 not now, 5 not ever.
    pub class: u8,
    /// The subject: 1 address, 2 mailbox, 7 policy, ...
    pub subject: u16,
    /// The detail.
    pub detail: u16,
}

impl EnhancedCode {
    /// Splits an enhanced code off the front of a reply's text; the rest is trimmed of the space between them.
    pub(super) fn split_off(text: &str) -> Option<(Self, &str)> {
        let [class @ (b'2' | b'4' | b'5'), b'.', rest @ ..] = text.as_bytes() else { return None };
        let (subject, rest) = number(rest)?;
        let [b'.', rest @ ..] = rest else { return None };
        let (detail, rest) = number(rest)?;
        let text = match rest {
            [] => "",
            [b' ', rest @ ..] => &text[text.len() - rest.len()..],
            _ => return None,
        };
        Some((Self { class: class - b'0', subject, detail }, text))
    }
}

/// Splits a number of one to three digits off the front of `bytes`.
fn number(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = |digits: &[u8]| digits.iter().fold(0, |value, digit| 10 * value + u16::from(digit - b'0'));
    (1..=3).contains(&digits).then(|| (value(&bytes[..digits]), &bytes[digits..]))
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_is_three_numbers_in_front_of_the_text() {
        let split = |text| EnhancedCode::split_off(text).map(|(code, rest)| (code.to_string(), rest));
        assert_eq!(split("5.1.1 no such user"), Some((String::from("5.1.1"), "no such user")));
        assert_eq!(split("2.0.0"), Some((String::from("2.0.0"), "")));
        assert_eq!(split("4.7.999 wait"), Some((String::from("4.7.999"), "wait")));
        for text in ["", "no", "5.1", "5.1.", "5.1.1.1 x", "3.1.1 x", "5.1.1000 x", "5.+1.1 x", "5..1 x", "55.1.1 x"] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    #[test]
    fn a_reply_reads_as_one_line() {
        let lines = vec![String::from("no such user"), String::new(), String::from("ask postmaster")];
        let enhanced = Some(EnhancedCode { class: 5, subject: 1, detail: 1 });
        let reply = Reply { code: 550, enhanced, lines };
        assert_eq!(reply.to_string(), "550 5.1.1 no such user ask postmaster");
        assert!(reply.is_permanent() && !reply.is_temporary() && !reply.is_positive() && !reply.is_closing());
    }
}
