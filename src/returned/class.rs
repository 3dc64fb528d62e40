//! Names the classes of reports, and status codes (RFC 3463).

use std::fmt;

/// The reason for a report, as far as it decides what happens to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The mailbox does not exist, or no longer does.
    NoSuchUser,
    /// The domain does not exist, or accepts no mail.
    NoSuchDomain,
    /// The mailbox is full.
    Full,
    /// The mailbox is closed, locked or not in use: it exists.
    Disabled,
    /// Given up after trying for a time, or no server could be reached.
    Expired,
    /// Sender, content, reputation, authentication, size or rate: never about the reader.
    Policy,
    /// Refused, and nothing known about the reason.
    Unspecific,
    /// Still being tried.
    Delayed,
    /// Delivered, or passed on to a server that does not report.
    Delivered,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 9] = [
        Self::NoSuchUser,
        Self::NoSuchDomain,
        Self::Full,
        Self::Disabled,
        Self::Expired,
        Self::Policy,
        Self::Unspecific,
        Self::Delayed,
        Self::Delivered,
    ];

    /// Returns whether no mail will ever arrive at the address.
    pub fn is_dead(self) -> bool {
        matches!(self, Self::NoSuchUser | Self::NoSuchDomain)
    }

    /// Returns whether the message did not arrive.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Delayed | Self::Delivered)
    }

    /// Its name in output and in the ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoSuchUser => "no-such-user",
            Self::NoSuchDomain => "no-such-domain",
            Self::Full => "full",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Policy => "policy",
            Self::Unspecific => "unspecific",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
        }
    }
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusCode {
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about: address, mailbox, mail system, network, protocol, content, policy.
    pub subject: u16,
    /// The detail.
    pub detail: u16,
}

impl fmt::Display for StatusCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl StatusCode {
    /// Reads `5.1.1`, whatever follows it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let bytes = text.as_bytes();
        let class = match bytes.first()? {
            class @ (b'2' | b'4' | b'5') => class - b'0',
            _ => return None,
        };
        let (subject, rest) = number(text.get(1..)?.strip_prefix('.')?)?;
        let (detail, rest) = number(rest.strip_prefix('.')?)?;
        let is_digit = |next: char| next.is_ascii_digit();
        let goes_on = rest.starts_with(|next: char| next.is_ascii_alphanumeric())
            || rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_digit));
        (!goes_on).then_some(Self { class, subject, detail })
    }

    /// Returns whether it says more than success or failure: `5.0.0` does not, and `5.3.0`, `5.5.0` hardly do.
    pub(super) fn is_specific(self) -> bool {
        self.detail != 0
    }

    /// Returns every status code in `text`, in order.
    pub(super) fn all_in(text: &str) -> Vec<Self> {
        let bytes = text.as_bytes();
        let mut codes = Vec::new();
        for at in 0..bytes.len().saturating_sub(4) {
            let begins = matches!(bytes[at], b'2' | b'4' | b'5') && bytes[at + 1] == b'.';
            if begins && !at.checked_sub(1).is_some_and(|before| is_inner(bytes[before])) {
                codes.extend(Self::parse(&text[at..]));
            }
        }
        codes
    }
}

fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.'
}

/// One to three digits.
fn number(text: &str) -> Option<(u16, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

/// Returns the first SMTP reply code (RFC 5321 4.2) of a refusal in `text`.
pub(super) fn reply_code(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(2)).find_map(|at| {
        let alone = !at.checked_sub(1).is_some_and(|before| is_inner(bytes[before]) || bytes[before] == b'-')
            && matches!(bytes.get(at + 3), None | Some(b' ' | b'-' | b':' | b'\n' | b'\r' | b',' | b';' | b')'));
        let code = matches!(bytes[at], b'4' | b'5') && bytes[at..at + 3].iter().all(u8::is_ascii_digit);
        (alone && code && bytes[at + 1] <= b'5').then(|| text[at..at + 3].parse().ok()).flatten()
    })
}
