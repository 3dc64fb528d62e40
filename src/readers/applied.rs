//! Makes changes to a reader in memory: for an answer, for what is only tried, and for tests.

use chrono::{DateTime, Utc};

use super::event::Change;
use super::mail::MailKind;
use super::reader::Reader;

impl Reader {
    /// Makes `changes`, one after the other ([`Self::make`]).
    pub fn make_all(&mut self, changes: &[Change], now: DateTime<Utc>) {
        for change in changes {
            self.make(change, now);
        }
    }

    /// Makes `change`, as the ledger would at `now`; sign-ups and evidence are not in a [`Reader`].
    pub fn make(&mut self, change: &Change, now: DateTime<Utc>) {
        match change {
            Change::Suppress(suppressed) => self.suppression = Some(*suppressed),
            Change::Lift => self.suppression = None,
            Change::Subscribe(subscription) => {
                self.subscription = Some(subscription.clone());
                self.has_link = true;
            }
            Change::Queue(kind @ (MailKind::Confirm | MailKind::Link), _) => {
                self.confirmations.last = Some(now);
                self.confirmations.in_thirty_days += 1;
                if *kind == MailKind::Link {
                    self.confirmations.last_link = Some(now);
                }
            }
            Change::ForgetErased => self.is_erased = false,
            Change::Erase => *self = Self { is_erased: true, ..Self::default() },
            Change::AddSignup(_)
            | Change::DropSignups
            | Change::ConfirmSignup(_)
            | Change::Remember(_)
            | Change::Queue(MailKind::Welcome, _)
            | Change::Withhold(_) => {}
        }
    }
}
