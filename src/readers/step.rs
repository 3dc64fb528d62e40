//! Decides what an event changes.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::event::{Change, Event, ImportedReader, Outcome, RestoredReader, Step};
use super::evidence::{ConsentEvent, ConsentKind, Evidence};
use super::mail::MailKind;
use super::reader::{Identity, Reader, Signup, Subscription, Suppressed, SuppressionReason};
use crate::model::merged_choices;

/// How long leaving can be taken back, in minutes.
pub const UNDO_MINUTES: i64 = 60;

/// The time between two confirmation mails to an address, in minutes.
const BETWEEN_CONFIRMATIONS: i64 = 10;

/// The number of confirmation mails to an address within thirty days.
const CONFIRMATIONS: u32 = 3;

/// Decides what `event` changes about the reader `who` at `now`.
pub fn step(who: &Identity, reader: &Reader, event: Event, now: DateTime<Utc>) -> Step {
    match event {
        Event::SignUp(signup) => sign_up(reader, signup, now),
        Event::Confirm(signup, by) => confirm(reader, &signup, by, now),
        Event::Unsubscribe(by) => {
            stop(reader, SuppressionReason::Unsubscribed, ConsentKind::Unsubscribed, by, (now, now))
        }
        Event::NotMe(by) => stop(reader, SuppressionReason::NotMe, ConsentKind::Complained, by, (now, now)),
        Event::Complain(by) => stop(reader, SuppressionReason::Complained, ConsentKind::Complained, by, (now, now)),
        Event::Bounce(by) => bounce(reader, by, now),
        Event::Undo(by) => undo(reader, by, now),
        Event::Choose(topics, by) => choose(who, reader, &topics, by, now),
        Event::Find => find(reader, now),
        Event::Import(row, by) => import(who, reader, row, ConsentKind::Imported, by, now),
        Event::Add(row, by) => import(who, reader, row, ConsentKind::Added, by, now),
        Event::Restore(row) => restore(reader, row),
        Event::Tag { add, remove } => tag(reader, add, &remove),
        Event::Erase => Step { changes: vec![Change::Erase], outcome: Outcome::Erased },
    }
}

fn remember(what: ConsentKind, evidence: Evidence, at: DateTime<Utc>) -> Change {
    Change::Remember(ConsentEvent { what, evidence, at })
}

fn unchanged(outcome: Outcome) -> Step {
    Step { changes: Vec::new(), outcome }
}

/// A sign-up changes nothing about a reader: it only asks them.
fn sign_up(reader: &Reader, signup: Signup, now: DateTime<Utc>) -> Step {
    let may_ask = reader.suppression.is_none_or(|suppressed| suppressed.reason.is_lifted_by_confirming());
    if !may_ask || !may_be_mailed(reader, now) {
        return Step { changes: vec![Change::Withhold(MailKind::Confirm)], outcome: Outcome::Withheld };
    }
    let nonce = signup.nonce;
    let changes = vec![Change::AddSignup(signup), Change::Queue(MailKind::Confirm, Some(nonce))];
    Step { changes, outcome: Outcome::Pending }
}

/// Returns whether one more mail that nobody is known to want may go to this address.
fn may_be_mailed(reader: &Reader, now: DateTime<Utc>) -> bool {
    let confirmations = reader.confirmations;
    let is_soon = confirmations.last.is_some_and(|last| now < last + TimeDelta::minutes(BETWEEN_CONFIRMATIONS));
    !is_soon && confirmations.in_thirty_days < CONFIRMATIONS
}

fn confirm(reader: &Reader, signup: &Signup, by: Evidence, now: DateTime<Utc>) -> Step {
    if signup.expires_at < now {
        return unchanged(Outcome::Expired);
    }
    if signup.confirmed_at.is_some() {
        // What ended the subscription since then is not lifted by the same click.
        return unchanged(if reader.is_active() { Outcome::AlreadyConfirmed } else { Outcome::Expired });
    }
    if let Some(suppressed) = reader.suppression {
        if !suppressed.reason.is_lifted_by_confirming() {
            return unchanged(Outcome::StaysSuppressed(suppressed.reason));
        }
        if signup.requested_at < suppressed.at {
            return unchanged(Outcome::Expired);
        }
    }
    let before = reader.subscription.as_ref();
    let mut fields = before.map(|before| before.fields.clone()).unwrap_or_default();
    fields.extend(signup.fields.clone());
    let subscription = Subscription {
        address: signup.address.clone(),
        fields,
        topics: before.map_or_else(|| signup.topics.clone(), |before| merged_choices(&before.topics, &signup.topics)),
        tags: before.iter().flat_map(|before| &before.tags).chain(&signup.tags).cloned().collect(),
        source: before.map_or(&signup.source, |before| &before.source).clone(),
        since: before.filter(|_| reader.is_active()).map_or(now, |before| before.since),
        confirmed_at: Some(now),
    };
    let mut changes = vec![
        Change::Subscribe(subscription),
        Change::ConfirmSignup(signup.nonce),
        remember(ConsentKind::SignedUp, signup.evidence.clone(), signup.requested_at),
        remember(ConsentKind::Confirmed, by, now),
    ];
    if reader.suppression.is_some() {
        changes.push(Change::Lift);
    }
    if reader.is_erased {
        changes.push(Change::ForgetErased);
    }
    if !reader.is_active() {
        changes.push(Change::Queue(MailKind::Welcome, None));
    }
    Step { changes, outcome: Outcome::Confirmed }
}

/// Suppresses a reader for `reason` since `at`, unless for a stronger one already.
fn stop(
    reader: &Reader,
    reason: SuppressionReason,
    what: ConsentKind,
    by: Evidence,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Step {
    // Whoever leaves also leaves sign-ups that they have not confirmed yet.
    let mut changes = vec![Change::DropSignups];
    match reader.suppression {
        Some(before) if before.reason >= reason => Step { changes, outcome: Outcome::AlreadyLeft(before) },
        _ => {
            changes.extend([Change::Suppress(Suppressed { reason, at }), remember(what, by, now)]);
            Step { changes, outcome: Outcome::Left }
        }
    }
}

/// A bounce of earlier mail says nothing about a sign-up of somebody who is suppressed already.
fn bounce(reader: &Reader, by: Evidence, now: DateTime<Utc>) -> Step {
    match reader.suppression {
        Some(before) => unchanged(Outcome::AlreadyLeft(before)),
        None => stop(reader, SuppressionReason::Bounced, ConsentKind::Bounced, by, (now, now)),
    }
}

fn undo(reader: &Reader, by: Evidence, now: DateTime<Utc>) -> Step {
    let Some(Suppressed { reason: SuppressionReason::Unsubscribed, at }) = reader.suppression else {
        return unchanged(Outcome::NotUndone);
    };
    if now > at + TimeDelta::minutes(UNDO_MINUTES) {
        return unchanged(Outcome::NotUndone);
    }
    Step { changes: vec![Change::Lift, remember(ConsentKind::Changed, by, now)], outcome: Outcome::Undone }
}

fn choose(who: &Identity, reader: &Reader, topics: &BTreeSet<String>, by: Evidence, now: DateTime<Utc>) -> Step {
    if let Some(suppressed) = reader.suppression {
        return unchanged(Outcome::StaysSuppressed(suppressed.reason));
    }
    let Some(before) = &reader.subscription else { return unchanged(Outcome::NotHere) };
    let topics = merged_choices(&before.topics, topics);
    let subscription = Subscription { topics, address: who.address.clone(), ..before.clone() };
    let changes = vec![Change::Subscribe(subscription), remember(ConsentKind::Changed, by, now)];
    Step { changes, outcome: Outcome::Changed }
}

/// Only a reader is mailed their link, and as seldom as a confirmation.
fn find(reader: &Reader, now: DateTime<Utc>) -> Step {
    let gets_mail = reader.suppression.is_none() && (reader.subscription.is_some() || reader.has_link);
    if gets_mail && may_be_mailed(reader, now) {
        return Step { changes: vec![Change::Queue(MailKind::Link, None)], outcome: Outcome::LinkQueued };
    }
    Step { changes: vec![Change::Withhold(MailKind::Link)], outcome: Outcome::Withheld }
}

/// A file or the writer adds a reader, and never brings one back.
fn import(
    who: &Identity,
    reader: &Reader,
    row: ImportedReader,
    what: ConsentKind,
    by: Evidence,
    now: DateTime<Utc>,
) -> Step {
    if reader.is_erased {
        return unchanged(Outcome::StaysErased);
    }
    if let Some((reason, at)) = row.opt_out {
        if at.is_some_and(|at| confirmed_after(reader, at)) {
            return unchanged(Outcome::AlreadyHere);
        }
        return stop(reader, reason, what, by, (at.unwrap_or(now).min(now), now));
    }
    if let Some(suppressed) = reader.suppression {
        return unchanged(Outcome::StaysSuppressed(suppressed.reason));
    }
    if reader.subscription.is_some() {
        return unchanged(Outcome::AlreadyHere);
    }
    let subscription = Subscription {
        address: who.address.clone(),
        fields: row.fields,
        topics: row.topics,
        tags: row.tags,
        source: row.source,
        since: row.since.unwrap_or(now),
        confirmed_at: row.confirmed_at,
    };
    let mut changes = vec![Change::Subscribe(subscription)];
    changes.extend(row.consent.into_iter().map(Change::Remember));
    changes.push(remember(what, by, now));
    Step { changes, outcome: Outcome::Added }
}

/// An export of this program is taken over as it is, as long as the ledger knows nothing of the reader; otherwise what
/// they said there stays, except that a stronger refusal replaces a weaker one.
fn restore(reader: &Reader, row: RestoredReader) -> Step {
    if reader.is_erased {
        return unchanged(Outcome::StaysErased);
    }
    let RestoredReader { subscription, suppression, consent } = row;
    let remembered = consent.into_iter().map(Change::Remember);
    match (reader.suppression, suppression) {
        (Some(before), Some(after)) if after.reason <= before.reason => unchanged(Outcome::AlreadyLeft(before)),
        (Some(before), None) => unchanged(Outcome::StaysSuppressed(before.reason)),
        (None, None) if reader.subscription.is_some() => unchanged(Outcome::AlreadyHere),
        (None, Some(after)) if confirmed_after(reader, after.at) => unchanged(Outcome::AlreadyHere),
        (_, suppression) => {
            let mut changes = vec![Change::DropSignups];
            if reader.subscription.is_none() {
                changes.extend(subscription.map(Change::Subscribe));
            }
            changes.extend(suppression.map(Change::Suppress));
            changes.extend(remembered);
            Step { changes, outcome: if suppression.is_some() { Outcome::Left } else { Outcome::Added } }
        }
    }
}

/// Returns whether a reader who gets mail confirmed that after `at`.
fn confirmed_after(reader: &Reader, at: DateTime<Utc>) -> bool {
    let confirmed = reader.subscription.as_ref().and_then(|subscription| subscription.confirmed_at);
    reader.is_active() && confirmed.is_some_and(|confirmed| at < confirmed)
}

/// Tags are the writer's own notes, so they are no evidence.
fn tag(reader: &Reader, add: BTreeSet<String>, remove: &BTreeSet<String>) -> Step {
    let Some(before) = &reader.subscription else { return unchanged(Outcome::NotHere) };
    let mut tags = before.tags.clone();
    tags.extend(add);
    tags.retain(|tag| !remove.contains(tag));
    if tags == before.tags {
        return unchanged(Outcome::AlreadyHere);
    }
    let subscription = Subscription { tags, ..before.clone() };
    Step { changes: vec![Change::Subscribe(subscription)], outcome: Outcome::Changed }
}
