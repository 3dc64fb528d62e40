//! Reports a courier that does not work.

use std::fmt;

/// A courier that does not work: nothing was delivered, and no message to another subscriber would
/// be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierError(pub String);

impl fmt::Display for CourierError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for CourierError {}
