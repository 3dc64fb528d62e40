//! What a server answers.

use std::fmt;

/// One reply of the server (RFC 5321 4.2), complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three-digit code, 200 to 599.
    pub code: u16,
    /// The enhanced code (RFC 3463), when there is one of the same class as [`Self::code`].
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
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about: 1 address, 2 mailbox, 7 policy, ...
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}
