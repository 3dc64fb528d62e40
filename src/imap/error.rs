//! Defines the ways IMAP fails.

use std::fmt;

use crate::smtp::OpenError;

/// What a server said is no IMAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// More bytes than a response may have.
    TooLong,
    /// Not in the grammar of RFC 9051.
    Syntax,
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "its response is larger than a response may be",
            Self::Syntax => "its response is no IMAP",
        })
    }
}

/// The reason a mailbox could not be read or changed.
#[derive(Debug)]
pub enum ImapError {
    /// There is no connection to the server, or no trust.
    Open(OpenError),
    /// The server refused the user or the password, in its words.
    Login {
        /// `host:port`.
        server: String,
        /// Its words.
        text: String,
    },
    /// The server refused a command.
    Refused {
        /// `host:port`.
        server: String,
        /// What was asked for.
        what: String,
        /// Its words.
        text: String,
    },
    /// The connection was lost. With a new one it may work.
    Lost {
        /// `host:port`.
        server: String,
        /// Why.
        reason: String,
    },
}

impl ImapError {
    /// Returns whether it may work with a new connection.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open(error) => error.is_temporary(),
            Self::Lost { .. } => true,
            Self::Login { .. } | Self::Refused { .. } => false,
        }
    }

    /// Returns what to do about it, if that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Open(error) => {
                error.help().map(|help| help.replace("usually 587", "usually 143").replace("465", "993"))
            }
            Self::Login { text, .. } => {
                let low = text.to_lowercase();
                let wants_token =
                    ["basic auth", "disabled", "application-specific", "app password", "oauth", "web browser"];
                Some(if wants_token.iter().any(|word| low.contains(word)) {
                    "it wants OAuth or an app password: `mechanism = \"xoauth2\"` under `[mailbox]` with `password = { command = [...] }` \
                     that prints an access token"
                        .to_owned()
                } else {
                    "`user` and `password` under `[mailbox]` are those of the mailbox, which may differ from those under `[smtp]`"
                        .to_owned()
                })
            }
            Self::Refused { .. } | Self::Lost { .. } => None,
        }
    }
}

impl fmt::Display for ImapError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(formatter),
            Self::Login { server, text } => write!(formatter, "`{server}` refuses the login: {text}"),
            Self::Refused { server, what, text } => write!(formatter, "`{server}` refuses {what}: {text}"),
            Self::Lost { server, reason } => write!(formatter, "connection to `{server}` lost: {reason}"),
        }
    }
}

impl std::error::Error for ImapError {}
