//! Defines the contract that both ledgers keep.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::loss::{LedgerLoss, RescuedLedger};
use super::plan::{DeliveryKey, DeliverySummary, NewPlan, Plan};
use super::readers::{ReaderRecords, SubscriberRow};
use super::reply::Reply;
use super::row::{DeliveryRow, Resolution, Row};
use super::sender::Sender;
use super::sent_count::SentInMinute;
use super::suppression::Suppression;
use super::write_batch::{Claimed, MarkStore, RefusalReview, WriteBatch, WriteResult};
use crate::message::FrozenLetter;
use crate::model::{Counts, EmailAddress, IssueNumber, State, Subscriber, Token};
use crate::readers::BounceClass;

/// An open ledger: a SQLite file or a PostgreSQL database.
pub trait Ledger: Send {
    /// The list identifier of the newsletter it belongs to; `None` until it has one.
    fn identity(&mut self) -> anyhow::Result<Option<String>>;

    /// Sets the list identifier to `list_id` if there is none yet. Atomic: if two newsletters start
    /// at once, one of them wins.
    fn adopt(&mut self, list_id: &str) -> anyhow::Result<()>;

    /// Sets the list identifier to `list_id`, replacing any other.
    fn change_identity(&mut self, list_id: &str) -> anyhow::Result<()>;

    /// Freezes a delivery: the letter, and a row for each of the `expected` subscribers of
    /// `audience` that is not suppressed. A delivery by mail replaces a rehearsal. It is one
    /// transaction: an error or a crash changes nothing. Returns false if there is a plan already.
    ///
    /// Errors if `audience` does, or if it does not have `expected` items because the list changed
    /// after it was counted.
    fn freeze(
        &mut self,
        plan: &NewPlan<'_>,
        expected: u64,
        audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
    ) -> anyhow::Result<bool>;

    /// The plan of `issue`, if its delivery has been started.
    ///
    /// Errors if a frozen letter cannot be read.
    fn plan(&mut self, issue: IssueNumber) -> anyhow::Result<Option<Plan>>;

    /// The key of the newest delivery.
    fn last_key(&mut self) -> anyhow::Result<Option<DeliveryKey>>;

    /// Returns whether any delivery may have mailed a subscriber.
    fn has_mailed(&mut self) -> anyhow::Result<bool>;

    /// Uses the unsubscribe key with the fingerprint `key` for the rest of `issue`.
    fn change_key(&mut self, issue: IssueNumber, key: &str) -> anyhow::Result<()>;

    /// Freezes an edited letter for the subscribers of `issue` that have not received one yet.
    fn freeze_again(&mut self, issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()>;

    /// Counts the rows of `issue` in each state.
    fn counts(&mut self, issue: IssueNumber) -> anyhow::Result<Counts>;

    /// Every delivery, newest issue first.
    fn summaries(&mut self) -> anyhow::Result<Vec<DeliverySummary>>;

    /// Calls `each` with every row of `issue` in one of `states`, in list order.
    ///
    /// Errors when `each` does.
    fn entries(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(DeliveryRow) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;

    /// The row of `mailbox` ([`EmailAddress::key`]) in each delivery that has one, newest issue first.
    fn entries_of_mailbox(&mut self, mailbox: &str) -> anyhow::Result<Vec<(IssueNumber, DeliveryRow)>>;

    /// The states that [`Ledger::recover`] will give the rows of `issue` that dead senders left
    /// marked. Changes nothing.
    fn unsettled(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<(u32, State)>>;

    /// The refused rows of `issue`, by place in the list, that [`Ledger::recover`] will plan again
    /// because their senders died before reviewing the refusals. Changes nothing.
    fn unreviewed(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<u32>>;

    /// Calls `each` with every row of `issue` in one of `states` that is not suppressed, in list
    /// order. Claims none.
    ///
    /// Errors when `each` does.
    fn deliverable_rows(
        &mut self,
        issue: IssueNumber,
        states: &[State],
        each: &mut dyn FnMut(State, Row) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;

    /// Calls `each` with the mailbox ([`EmailAddress::key`]) of every row of `issue`, in no order.
    fn planned_mailboxes(&mut self, issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()>;

    /// Counts the rows of `issue` in `state` that are not suppressed.
    fn count_deliverable(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<u64>;

    /// Plans the rows of `issue` in `state` again, except suppressed ones. A row in doubt gets the
    /// same version of the letter again, a refused row gets the newest.
    fn requeue(&mut self, issue: IssueNumber, state: State) -> anyhow::Result<()>;

    /// Writes findings about rows of `issue` in doubt, all of them or none. Rows that are no longer in doubt stay as they are.
    fn resolve(&mut self, issue: IssueNumber, found: &[Resolution], now: DateTime<Utc>) -> anyhow::Result<()>;

    /// Returns the messages sent for `account` by minute, in all runs of all deliveries, oldest first.
    fn sent(&mut self, account: &str) -> anyhow::Result<Vec<SentInMinute>>;

    /// Gives up the rows of `issue` that are in doubt.
    fn abandon_in_doubt(&mut self, issue: IssueNumber) -> anyhow::Result<()>;

    /// Suppresses the unsent rows of `issue` with addresses that have been suppressed since they
    /// were planned.
    fn exclude_suppressed(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()>;

    /// The time by the clock that all senders share; `here` is the time of this machine.
    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>>;

    /// The processes that deliver right now.
    fn senders(&mut self) -> anyhow::Result<Vec<Sender>>;

    /// Settles the rows that dead senders left marked: rows of `issue` that may have been
    /// transmitted are in doubt, unless a transmit log proves otherwise. Returns the number in
    /// doubt.
    fn recover(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64>;

    /// Starts a run of `plan`, and returns the place where it marks its rows.
    ///
    /// Errors if a row is still marked from an earlier run, which has to be settled first.
    fn mark_store(&mut self, plan: &Plan) -> anyhow::Result<MarkStore>;

    /// Claims up to `most` rows of `issue`: deferred ones that are due, then planned ones in list order.
    fn claim(&mut self, issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed>;

    /// The time when the next deferred row of `issue` is due; a claimed one is due already.
    fn next_due(&mut self, issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>>;

    /// Writes `batch` durably. After an error nothing may be transmitted. After
    /// [`Unreachable`](super::Unreachable) the same batch can be written again, whether or not the
    /// first attempt was committed.
    fn write(&mut self, issue: IssueNumber, now: DateTime<Utc>, batch: &WriteBatch) -> anyhow::Result<WriteResult>;

    /// Records the review of the refusals of a finished run of `issue`, and returns the addresses
    /// that it suppressed. Rows that are no longer refused or have another owner stay as they are.
    /// [`Ledger::recover`] plans refused rows again that were never reviewed.
    fn review_refusals(
        &mut self,
        issue: IssueNumber,
        now: DateTime<Utc>,
        review: &RefusalReview,
        is_dead_mailbox: fn(&Reply) -> bool,
    ) -> anyhow::Result<Vec<String>>;

    /// Makes all deferred rows of `issue` due, except claimed ones.
    fn make_due(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()>;

    /// Renews the lease of this sender and ends senders with an expired lease. To be called often.
    /// Returns the counts of `issue` from time to time, if other senders can change its rows.
    fn heartbeat(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Option<Counts>>;

    /// Returns whether the ledger's files were removed or replaced during a delivery. To be called
    /// before each batch: after a loss nothing more may be sent, because its record could end with
    /// this process.
    fn loss(&mut self) -> Option<LedgerLoss> {
        None
    }

    /// Saves a ledger that was lost, so that the delivery can be continued, and returns its new
    /// place.
    ///
    /// Errors if it cannot be written; then the ledger ends with this process.
    fn rescue(&mut self) -> anyhow::Result<Option<RescuedLedger>> {
        Ok(None)
    }

    /// Releases all claims of this sender.
    fn release(&mut self, issue: IssueNumber) -> anyhow::Result<()>;

    /// Suppresses `address`; returns false if it already was. The first reason stays.
    fn suppress(&mut self, address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool>;

    /// Lifts the suppression of `address`; returns false if there was none.
    fn unsuppress(&mut self, address: &EmailAddress) -> anyhow::Result<bool>;

    /// Lifts the suppressions that the delivery of `issue` caused, and returns their addresses.
    fn unsuppress_found_by(&mut self, issue: IssueNumber) -> anyhow::Result<Vec<String>>;

    /// The mailboxes ([`EmailAddress::key`]) that must not get mail.
    fn suppressed_mailboxes(&mut self) -> anyhow::Result<HashSet<String>>;

    /// Every suppression, by address.
    fn suppressions(&mut self) -> anyhow::Result<Vec<Suppression>>;

    /// Has `work` read and change what is kept about readers, in one transaction that is durable when this returns.
    /// An error of `work` changes nothing.
    fn change_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;

    /// Has `work` read what is kept about readers; what it changes is not kept.
    fn read_readers(
        &mut self,
        work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;

    /// Calls `each` with every subscriber that is not suppressed, in the order they came.
    ///
    /// Errors when `each` does.
    fn subscribers(&mut self, each: &mut dyn FnMut(SubscriberRow) -> anyhow::Result<()>) -> anyhow::Result<()>;

    /// The digests of those who were erased ([`ErasedDigest`](crate::readers::ErasedDigest)).
    fn erased(&mut self) -> anyhow::Result<Vec<[u8; 16]>>;

    /// Counts the reports of returned mail by issue and class.
    fn bounce_counts(&mut self) -> anyhow::Result<Vec<(IssueNumber, BounceClass, u64)>>;

    /// Overwrites what was deleted, as far as the storage of the ledger is this program's.
    ///
    /// Errors when somebody else uses the ledger at the time.
    fn scrub(&mut self) -> anyhow::Result<()>;

    /// Returns whether a delivery with links of the key with the fingerprint `key` has recipients whose tokens
    /// [`ReaderRecords::owner`] does not find yet.
    fn lacks_tokens(&mut self, key: &str) -> anyhow::Result<bool>;

    /// Makes [`ReaderRecords::owner`] find everybody planned for mail with links of the key with the fingerprint
    /// `key`, whose tokens `token_of` makes. A plan does not do it itself: with a million recipients it takes seconds.
    fn index_tokens(&mut self, key: &str, token_of: &dyn Fn(&EmailAddress) -> Token) -> anyhow::Result<()>;
}

/// Generates the methods of [`Ledger`] that both ledgers define under the same names in the files
/// of their subjects. The types come from the imports of the file with the `impl`.
macro_rules! methods_of_subjects {
    () => {
        $crate::ledger::contract::forward! {
            fn freeze(
                plan: &NewPlan<'_>,
                expected: u64,
                audience: &mut dyn Iterator<Item = anyhow::Result<Subscriber>>,
            ) -> anyhow::Result<bool>;
            fn identity() -> anyhow::Result<Option<String>>;
            fn adopt(list_id: &str) -> anyhow::Result<()>;
            fn change_identity(list_id: &str) -> anyhow::Result<()>;
            fn plan(issue: IssueNumber) -> anyhow::Result<Option<Plan>>;
            fn last_key() -> anyhow::Result<Option<DeliveryKey>>;
            fn has_mailed() -> anyhow::Result<bool>;
            fn change_key(issue: IssueNumber, key: &str) -> anyhow::Result<()>;
            fn freeze_again(issue: IssueNumber, letter: &FrozenLetter, now: DateTime<Utc>) -> anyhow::Result<()>;
            fn counts(issue: IssueNumber) -> anyhow::Result<Counts>;
            fn summaries() -> anyhow::Result<Vec<DeliverySummary>>;
            fn entries_of_mailbox(mailbox: &str) -> anyhow::Result<Vec<(IssueNumber, DeliveryRow)>>;
            fn unsettled(issue: IssueNumber) -> anyhow::Result<Vec<(u32, State)>>;
            fn unreviewed(issue: IssueNumber) -> anyhow::Result<Vec<u32>>;
            fn planned_mailboxes(issue: IssueNumber, each: &mut dyn FnMut(&str)) -> anyhow::Result<()>;
            fn count_deliverable(issue: IssueNumber, state: State) -> anyhow::Result<u64>;
            fn requeue(issue: IssueNumber, state: State) -> anyhow::Result<()>;
            fn resolve(issue: IssueNumber, found: &[Resolution], now: DateTime<Utc>) -> anyhow::Result<()>;
            fn sent(account: &str) -> anyhow::Result<Vec<SentInMinute>>;
            fn abandon_in_doubt(issue: IssueNumber) -> anyhow::Result<()>;
            fn exclude_suppressed(issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()>;
            fn claim(issue: IssueNumber, now: DateTime<Utc>, most: usize) -> anyhow::Result<Claimed>;
            fn next_due(issue: IssueNumber) -> anyhow::Result<Option<DateTime<Utc>>>;
            fn write(issue: IssueNumber, now: DateTime<Utc>, batch: &WriteBatch) -> anyhow::Result<WriteResult>;
            fn make_due(issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<()>;
            fn suppress(address: &EmailAddress, reason: &str, now: DateTime<Utc>) -> anyhow::Result<bool>;
            fn unsuppress(address: &EmailAddress) -> anyhow::Result<bool>;
            fn unsuppress_found_by(issue: IssueNumber) -> anyhow::Result<Vec<String>>;
            fn suppressed_mailboxes() -> anyhow::Result<HashSet<String>>;
            fn suppressions() -> anyhow::Result<Vec<Suppression>>;
            fn change_readers(
                work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
            ) -> anyhow::Result<()>;
            fn read_readers(
                work: &mut dyn FnMut(&mut dyn ReaderRecords) -> anyhow::Result<()>,
            ) -> anyhow::Result<()>;
            fn subscribers(each: &mut dyn FnMut(SubscriberRow) -> anyhow::Result<()>) -> anyhow::Result<()>;
            fn erased() -> anyhow::Result<Vec<[u8; 16]>>;
            fn bounce_counts() -> anyhow::Result<Vec<(IssueNumber, BounceClass, u64)>>;
            fn scrub() -> anyhow::Result<()>;
            fn lacks_tokens(key: &str) -> anyhow::Result<bool>;
            fn index_tokens(key: &str, token_of: &dyn Fn(&EmailAddress) -> Token) -> anyhow::Result<()>;
            fn entries(
                issue: IssueNumber,
                states: &[State],
                each: &mut dyn FnMut(DeliveryRow) -> anyhow::Result<()>,
            ) -> anyhow::Result<()>;
            fn deliverable_rows(
                issue: IssueNumber,
                states: &[State],
                each: &mut dyn FnMut(State, Row) -> anyhow::Result<()>,
            ) -> anyhow::Result<()>;
            fn review_refusals(
                issue: IssueNumber,
                now: DateTime<Utc>,
                review: &RefusalReview,
                is_dead_mailbox: fn(&Reply) -> bool,
            ) -> anyhow::Result<Vec<String>>;
        }
    };
}

/// Generates methods that call the inherent method of the same name.
macro_rules! forward {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty;)*) => {
        $(fn $name(&mut self $(, $argument: $type)*) -> $result {
            Self::$name(self $(, $argument)*)
        })*
    };
}

pub(super) use {forward, methods_of_subjects};
