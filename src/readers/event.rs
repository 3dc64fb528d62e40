//! Lists what can happen to a reader, and what it changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::evidence::{ConsentEvent, Evidence};
use super::mail::MailKind;
use super::reader::{Nonce, Signup, Subscription, Suppressed, SuppressionReason};

/// Something that happened to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody entered their address.
    SignUp(Signup),
    /// The link of a confirmation mail was used.
    Confirm(Signup, Evidence),
    /// They left.
    Unsubscribe(Evidence),
    /// They take leaving back.
    Undo(Evidence),
    /// They did not sign up.
    NotMe(Evidence),
    /// They called a message spam.
    Complain(Evidence),
    /// Their mailbox is dead, as far as the rules for bounces can tell.
    Bounce(Evidence),
    /// They chose among the topics.
    Choose(BTreeSet<String>, Evidence),
    /// They asked for their own link.
    Find,
    /// They stand in a file of another newsletter service.
    Import(ImportedReader, Evidence),
    /// The writer added them, with the words of their consent.
    Add(ImportedReader, Evidence),
    /// They stand in an export of this program.
    Restore(RestoredReader),
    /// The writer notes something about them, or takes a note back.
    Tag {
        /// Tags to add.
        add: BTreeSet<String>,
        /// Tags to remove.
        remove: BTreeSet<String>,
    },
    /// Everything about them is to be forgotten.
    Erase,
}

/// A reader as a file or the writer names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedReader {
    /// Why and when they stopped having mail, if they did.
    pub opt_out: Option<(SuppressionReason, Option<DateTime<Utc>>)>,
    /// Columns.
    pub fields: BTreeMap<String, String>,
    /// Topics.
    pub topics: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Since when they have mail.
    pub since: Option<DateTime<Utc>>,
    /// When they confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Where they come from.
    pub source: String,
    /// What the file says about their consent.
    pub consent: Vec<ConsentEvent>,
}

/// A reader as an export of this program names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoredReader {
    /// What they agreed to.
    pub subscription: Option<Subscription>,
    /// Why they get no mail.
    pub suppression: Option<Suppressed>,
    /// The evidence, oldest first.
    pub consent: Vec<ConsentEvent>,
}

/// What an event changes, and what it meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// To be made in this order, all or none.
    pub changes: Vec<Change>,
    /// What it meant.
    pub outcome: Outcome,
}

/// A change of the ledger about one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Suppresses them, in place of a weaker reason.
    Suppress(Suppressed),
    /// Lifts the suppression.
    Lift,
    /// Keeps what they agreed to, in place of what was there.
    Subscribe(Subscription),
    /// Keeps a sign-up.
    AddSignup(Signup),
    /// Forgets all their sign-ups, and the confirmation mails that still wait.
    DropSignups,
    /// Notes that a sign-up was confirmed.
    ConfirmSignup(Nonce),
    /// Adds evidence.
    Remember(ConsentEvent),
    /// Queues mail.
    Queue(MailKind, Option<Nonce>),
    /// Notes that mail was asked for and is not sent, so that asking takes the same time for everybody.
    Withhold(MailKind),
    /// Forgets that they were erased.
    ForgetErased,
    /// Removes everything but the digest of their address.
    Erase,
}

/// What an event meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A sign-up waits for its confirmation.
    Pending,
    /// A sign-up is answered by silence: too soon, too often, or never again.
    Withheld,
    /// The sign-up is confirmed.
    Confirmed,
    /// The sign-up was confirmed before.
    AlreadyConfirmed,
    /// The sign-up is too old.
    Expired,
    /// They get no more mail.
    Left,
    /// They got none before.
    AlreadyLeft(Suppressed),
    /// They get mail again.
    Undone,
    /// It cannot be taken back any more, or not by them.
    NotUndone,
    /// Their own link is on its way.
    LinkQueued,
    /// Their choice is kept.
    Changed,
    /// They get mail from now on.
    Added,
    /// They had mail before.
    AlreadyHere,
    /// They said no, and that stays.
    StaysSuppressed(SuppressionReason),
    /// They were erased, and that stays.
    StaysErased,
    /// Nothing is known of them any more.
    Erased,
    /// Nobody by that address gets mail through the ledger.
    NotHere,
}
