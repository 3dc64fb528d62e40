//! Defines what the ledger keeps about readers, beside its deliveries.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::reader_columns::address_from_column;
use super::reply::Reply;
use crate::model::{IssueNumber, State, Subscriber, Token};
use crate::readers::{
    self, BounceReport, Change, ConsentEvent, Event, Identity, MailKind, MailOutcome, Nonce, Outcome, QueuedMail,
    Reader, Signup,
};

/// What is kept about readers, as one transaction sees it. Nothing is durable before the transaction is.
pub trait ReaderRecords {
    /// The key of the address ([`EmailAddress::key`](crate::model::EmailAddress::key)) whose unsubscribe token this is.
    fn owner(&mut self, token: Token) -> anyhow::Result<Option<String>>;

    /// What is known of each of `people` at `now`, in their order.
    fn readers(&mut self, people: &[Identity], now: DateTime<Utc>) -> anyhow::Result<Vec<Reader>>;

    /// Makes changes about people who are all different, and in the order of each: all or none.
    fn apply_all(&mut self, steps: &[(Identity, Vec<Change>)], now: DateTime<Utc>) -> anyhow::Result<()>;

    /// The sign-up with this nonce.
    fn signup(&mut self, nonce: Nonce) -> anyhow::Result<Option<Signup>>;

    /// The evidence about `who`, oldest first.
    fn evidence(&mut self, who: &Identity) -> anyhow::Result<Vec<ConsentEvent>>;

    /// Keeps a report about `who`, unless there is one about the same issue that is as bad and as well proven.
    fn keep_bounce(&mut self, who: &Identity, report: &BounceReport) -> anyhow::Result<()>;

    /// The reports about `who`, newest issue first.
    fn bounces(&mut self, who: &Identity) -> anyhow::Result<Vec<BounceReport>>;

    /// The keys of the mailboxes that reports since `since` say are dead, by `issue`.
    fn dead_since(&mut self, issue: IssueNumber, since: DateTime<Utc>) -> anyhow::Result<Vec<String>>;

    /// The mail that has been due longest at `now`; confirmations only if they are `with_confirmations`.
    fn mail_due(&mut self, now: DateTime<Utc>, with_confirmations: bool) -> anyhow::Result<Option<QueuedMail>>;

    /// Counts the mail that waits, due or not.
    fn mail_waiting(&mut self) -> anyhow::Result<u64>;

    /// The times of the confirmation mails sent after `since`, oldest first.
    fn confirmations_sent(&mut self, since: DateTime<Utc>) -> anyhow::Result<Vec<DateTime<Utc>>>;

    /// Notes what became of mail.
    fn settle_mail(&mut self, id: i64, outcome: MailOutcome, now: DateTime<Utc>) -> anyhow::Result<()>;

    /// The newest issue that was mailed to everybody.
    fn newest_for_everybody(&mut self) -> anyhow::Result<Option<IssueNumber>>;

    /// Adds `subscriber`, who came later, to the delivery of `issue`, with the version `letter` of its letter. Until it is
    /// settled it is in doubt whether they got it. Returns the place of the row; `None` if they have one already.
    fn add_late(
        &mut self,
        issue: IssueNumber,
        letter: u32,
        subscriber: &Subscriber,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<u32>>;

    /// Settles a row that was added late and is still in doubt.
    fn settle_late(
        &mut self,
        issue: IssueNumber,
        seq: u32,
        outcome: &LateOutcome,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()>;

    /// The readers after the one with `key` who subscribed or are suppressed, by key, at most so many.
    fn known_after(&mut self, key: &str, most: usize) -> anyhow::Result<Vec<KnownReader>>;

    /// The sign-ups of `who` that are kept, oldest first.
    fn signups_of(&mut self, who: &Identity) -> anyhow::Result<Vec<Signup>>;

    /// The sign-ups that wait for their confirmation at `now`, oldest first.
    fn waiting_signups(&mut self, now: DateTime<Utc>) -> anyhow::Result<Vec<Signup>>;

    /// The mail to `who` alone that is kept, oldest first.
    fn mail_to(&mut self, who: &Identity) -> anyhow::Result<Vec<KeptMail>>;

    /// The fields that deliveries keep of `who`, by issue.
    fn fields_in_deliveries(&mut self, who: &Identity) -> anyhow::Result<Vec<(IssueNumber, BTreeMap<String, String>)>>;

    /// Forgets sign-ups that expired before `now`, and mail that was settled more than thirty days before.
    fn forget_old(&mut self, now: DateTime<Utc>) -> anyhow::Result<()>;

    /// Forgets evidence from before `time` about those who get no mail through the ledger any more.
    fn forget_evidence(&mut self, time: DateTime<Utc>) -> anyhow::Result<()>;
}

impl dyn ReaderRecords + '_ {
    /// What is known of `who` at `now`.
    pub fn reader(&mut self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<Reader> {
        Ok(self.readers(std::slice::from_ref(who), now)?.pop().unwrap_or_default())
    }

    /// Makes `changes` about `who`.
    pub fn apply(&mut self, who: &Identity, changes: Vec<Change>, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.apply_all(&[(who.clone(), changes)], now)
    }

    /// Has `event` happen to `who`: reads the reader, decides with [`readers::step`], and makes the changes.
    pub fn happen(&mut self, who: &Identity, event: Event, now: DateTime<Utc>) -> anyhow::Result<Outcome> {
        Ok(self.happen_and_tell(who, event, now)?.0)
    }

    /// The same, and what is known of `who` afterwards.
    pub fn happen_and_tell(
        &mut self,
        who: &Identity,
        event: Event,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(Outcome, Reader)> {
        let mut reader = self.reader(who, now)?;
        let step = readers::step(who, &reader, event, now);
        reader.make_all(&step.changes, now);
        self.apply(who, step.changes, now)?;
        Ok((step.outcome, reader))
    }
}

/// What became of the message of a row that was added late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LateOutcome {
    /// The server's last word.
    Settled(State, Reply),
    /// It did not go out: the row is removed, so that it can be added again.
    NotSent,
}

/// A reader who subscribed or is suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownReader {
    /// The key of the address ([`EmailAddress::key`](crate::model::EmailAddress::key)).
    pub key: String,
    /// The address as they write it.
    pub address: String,
}

/// Mail to one reader, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    /// The kind.
    pub kind: MailKind,
    /// `waiting`, `sent`, `failed` or `withheld`.
    pub state: String,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it was sent or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

/// The state of mail in the ledger.
pub(super) mod mail_state {
    pub(in crate::ledger) const WAITING: &str = "waiting";
    pub(in crate::ledger) const SENT: &str = "sent";
    pub(in crate::ledger) const FAILED: &str = "failed";
    pub(in crate::ledger) const WITHHELD: &str = "withheld";
}

/// The number of days that settled mail is kept: the time that confirmations are counted in.
pub(super) const KEPT_DAYS: i64 = 30;

/// A subscriber as a send reads them: the address, and the fields as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberRow {
    /// The address as they write it.
    pub address: String,
    /// A JSON object of columns, or empty.
    pub fields: String,
    /// What they chose among the topics.
    pub topics: BTreeSet<String>,
    /// The tags of the writer.
    pub tags: BTreeSet<String>,
}

impl SubscriberRow {
    /// Returns the mailbox ([`EmailAddress::key`](crate::model::EmailAddress::key)).
    ///
    /// Errors when the address is none.
    pub fn mailbox(&self) -> anyhow::Result<String> {
        Ok(address_from_column(&self.address)?.key())
    }
}
