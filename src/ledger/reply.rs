//! Describes a reply as the ledger stores it.

use std::fmt;

use crate::smtp::{self, EnhancedCode};

/// A reply of a server or courier about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits, or 0 without a code (a sendmail program, a lost connection).
    pub code: u16,
    /// The enhanced status code (RFC 2034), if any.
    pub enhanced: Option<EnhancedCode>,
    /// The text after the codes, its lines joined by a space.
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code != 0 {
            write!(formatter, "{} ", self.code)?;
        }
        if let Some(enhanced) = self.enhanced {
            write!(formatter, "{enhanced} ")?;
        }
        formatter.write_str(&self.text)
    }
}

impl Reply {
    /// A reply without a code.
    pub fn without_code(text: impl Into<String>) -> Self {
        Self { code: 0, enhanced: None, text: text.into() }
    }

    /// Subject and detail of the enhanced code, if its class agrees with the plain code.
    pub fn detail(&self) -> Option<(u16, u16)> {
        let EnhancedCode { class, subject, detail } = self.enhanced?;
        (u16::from(class) == self.code / 100).then_some((subject, detail))
    }
}

impl From<smtp::Reply> for Reply {
    fn from(mut reply: smtp::Reply) -> Self {
        // Nearly every reply has one line.
        let text = if reply.lines.len() == 1 { reply.lines.remove(0) } else { reply.text() };
        Self { code: reply.code, enhanced: reply.enhanced, text }
    }
}
