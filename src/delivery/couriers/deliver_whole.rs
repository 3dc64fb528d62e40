//! Defines the trait of couriers that take a complete message, which is every courier but SMTP.

use super::courier_error::CourierError;
use crate::delivery::outcome::Outcome;
use crate::delivery::stop::Stop;
use crate::ledger::Row;

/// A courier that takes a complete message.
pub(in crate::delivery) trait DeliverWhole {
    /// Delivers `message` from `sender` to the subscriber of `row`, and returns the outcome; stops
    /// waiting for it when `stop` cuts.
    ///
    /// Errors if the courier does not work.
    fn deliver(&self, row: &Row, sender: &str, message: &[u8], stop: &Stop) -> Result<Outcome, CourierError>;
}
