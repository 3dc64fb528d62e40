//! Lists the commands of a transaction that await a reply.

use super::failure::Phase;

/// A command that awaits a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Reset,
    Mail,
    Rcpt,
    Data,
    Dot,
    /// An empty message, sent because a refused envelope was asked for its message.
    EmptyMessage,
}

impl Step {
    /// Returns the phase that callers see.
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::Reset | Self::EmptyMessage => Phase::Reset,
            Self::Mail => Phase::Mail,
            Self::Rcpt => Phase::Rcpt,
            Self::Data => Phase::Data,
            Self::Dot => Phase::EndOfMessage,
        }
    }
}
