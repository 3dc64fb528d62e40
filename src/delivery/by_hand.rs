//! A worker of the couriers that take a whole message at once: outbox and sendmail.

use super::courier::{ByHand, Carried};
use super::desk::{Clearance, Desk};
use super::outcome::Outcome;
use super::stop::StopReason;

/// Carries messages until there are none.
pub(super) fn work(desk: &mut Desk<'_>, courier: &impl ByHand) {
    let mut bytes = Vec::new();
    while let Some(row) = desk.next() {
        desk.compose(&row, &mut bytes);
        match desk.mark(&row) {
            Clearance::Go => {}
            Clearance::No => continue,
            Clearance::Over => return,
        }
        match courier.carry(&row, desk.letter(&row).sender(), &bytes) {
            Carried::Outcome(outcome) => desk.settle(row, outcome),
            Carried::Unable(reason) => {
                desk.settle(row, Outcome::Untried);
                desk.set_aside(StopReason::Unusable { reason, help: None });
            }
        }
    }
}
