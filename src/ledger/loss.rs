//! Describes how a ledger can get lost during a delivery, or be unreachable.

use std::fmt;
use std::path::PathBuf;

/// A file of the ledger in use is no longer the one at its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerLoss {
    /// It was removed or moved away, alone or with its folder.
    Removed(PathBuf),
    /// Another file is at its path.
    Replaced(PathBuf),
    /// It cannot be read, for this reason.
    Unreadable(PathBuf, String),
}

impl fmt::Display for LedgerLoss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed(path) => {
                write!(formatter, "the ledger was removed during the delivery: `{}`", path.display())
            }
            Self::Replaced(path) => {
                write!(
                    formatter,
                    "the ledger was replaced during the delivery: `{}` is another file now",
                    path.display()
                )
            }
            Self::Unreadable(path, error) => {
                write!(formatter, "the ledger cannot be read any more: `{}`: {error}", path.display())
            }
        }
    }
}

/// A ledger that was lost during a delivery and then saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescuedLedger {
    /// The loss.
    pub loss: LedgerLoss,
    /// The path it was lost from.
    pub place: PathBuf,
    /// The path it was saved to: beside its own path if another file is there.
    pub saved: PathBuf,
}

/// The ledger cannot be reached now; the same call may work later.
#[derive(Debug)]
pub struct Unreachable(pub String);

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}
