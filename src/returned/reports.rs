//! Makes reports out of the fields of delivery reports, and out of words where there are none.

use super::addresses::find;
use super::class::{Class, StatusCode, reply_code};
use super::classify::class;
use super::delivery_status::{self, RecipientStatus};
use super::evidence::recipients_of;
use super::fields::{Field, values};
use super::phrases::{Sign, says};
use super::pieces::Pieces;
use super::prose::{self, Named};
use super::report::Report;
use super::topics::{Topic, topics};
use crate::model::EmailAddress;

/// The most lines of a reply that are read with its first.
const LINES_OF_REPLY: usize = 6;

/// The most recipients of a report that are read. Every message of ours has one.
const MOST_RECIPIENTS: usize = 100;

/// Reports out of the fields of delivery reports (RFC 3464).
pub(super) fn in_fields(pieces: &Pieces, header: &[Field<'_>], returned: &[Vec<Field<'_>>]) -> Vec<Report> {
    let mut statuses: Vec<RecipientStatus> = Vec::new();
    for one in pieces.statuses.iter().flat_map(|text| delivery_status::read(text)) {
        // Gateways repeat the fields in the text.
        if statuses.len() < MOST_RECIPIENTS
            && !statuses.iter().any(|seen| seen.last == one.last && seen.status == one.status)
        {
            statuses.push(one);
        }
    }
    let is_only = statuses.len() == 1;
    let lacks_words = |one: &RecipientStatus| topics(&one.text).is_empty() || one.last.is_none();
    let named = if is_only || statuses.iter().any(lacks_words) {
        prose::recipients(&pieces.prose, &not_recipients(header, returned))
    } else {
        Vec::new()
    };
    // A report may have everything but the address: then the header or the words name it.
    let mut spare = failed_recipients(header);
    spare.extend(named.iter().map(|one| one.address.clone()));
    if spare.is_empty() {
        spare = recipients_of(returned);
    }
    let in_turn = |at: usize| spare.get(at).or(spare.first()).cloned();
    let report = |(at, one): (usize, &RecipientStatus)| {
        let recipient = one.last.clone().or_else(|| one.original.clone()).or_else(|| in_turn(at));
        let about = named.iter().find(|named| Some(&named.address) == recipient.as_ref());
        let class = match one.class_of_action() {
            Some(class) => class,
            None => class_of(one, about, &pieces.prose, is_only),
        };
        // Words name the address as it was mailed where the fields have the one behind an alias.
        let alias = named.first().filter(|one| is_only && named.len() == 1 && one.is_plain());
        let original = one.original.clone().or_else(|| alias.map(|one| one.address.clone()));
        Report::new(recipient, original, class, one.status, &one.text)
    };
    statuses.iter().enumerate().map(report).collect()
}

/// The class of a failure: by its own words, or else by those that the text has `about` its recipient.
fn class_of(one: &RecipientStatus, about: Option<&Named>, prose: &str, is_only: bool) -> Class {
    let mut found = class(one.status, &one.text);
    if found == Class::Unspecific || one.text.is_empty() {
        let about = about.map(|about| about.text.as_str()).filter(|about| !is_only || !topics(about).is_empty());
        let in_words = class_in_words(one.status, &format!("{}\n{}", one.text, about.unwrap_or(prose)));
        // Courtesies around a report have no reason in them.
        if in_words != Class::Unspecific {
            found = in_words;
        }
    }
    // Of one recipient, everything that is said is about them: the reading that keeps the reader wins.
    if found.is_dead() && is_only {
        let said = topics(prose);
        if said.has(Topic::Full) {
            return Class::Full;
        }
        if said.has(Topic::Disabled) {
            return Class::Disabled;
        }
    }
    found
}

/// The class of a failure by running text: first by what a server replied, then by all of it. Reports are polite, and
/// their courtesies have words of every class in them.
fn class_in_words(status: Option<StatusCode>, words: &str) -> Class {
    let lines: Vec<&str> = words.lines().collect();
    if let Some(start) = lines.iter().position(|line| reply_code(line).is_some()) {
        // The line before says whose reply it is, and to which command.
        let mut reply = start.checked_sub(1).map(|before| lines[before].to_owned()).unwrap_or_default();
        for line in lines[start..].iter().take_while(|line| !line.trim().is_empty()).take(LINES_OF_REPLY) {
            reply.push('\n');
            reply.push_str(line);
        }
        let found = class(status, &reply);
        if found != Class::Unspecific {
            return found;
        }
    }
    class(status, words)
}

/// Reports out of words alone.
pub(super) fn in_words(pieces: &Pieces, header: &[Field<'_>], returned: &[Vec<Field<'_>>]) -> Vec<Report> {
    let mut named = prose::recipients(&pieces.prose, &not_recipients(header, returned));
    if named.is_empty() {
        named = prose::recipients(&pieces.prose, &[]);
    }
    let recipients = recipients_in_words(&named, failed_recipients(header), returned);
    let is_only = recipients.len() == 1;
    let is_delay = says(&format!("{}\n{}", pieces.subject, pieces.prose).to_lowercase(), Sign::Delay);
    let report = |recipient: EmailAddress| {
        let about = named.iter().find(|one| one.address == recipient).or(named.first().filter(|_| is_only));
        let words = about.map(|about| about.text.as_str()).filter(|words| !topics(words).is_empty());
        let words = words.unwrap_or(&pieces.prose);
        let class = match class_in_words(None, words) {
            _ if is_delay => Class::Delayed,
            Class::Unspecific => class(None, &format!("{}\n{}", pieces.subject, pieces.prose)),
            found => found,
        };
        let original = about.map(|about| about.address.clone());
        Report::new(Some(recipient), original, class, StatusCode::all_in(words).into_iter().next(), words)
    };
    recipients.into_iter().map(report).collect()
}

/// The recipients of a report in words, by the surest of its signs.
fn recipients_in_words(named: &[Named], failed: Vec<EmailAddress>, returned: &[Vec<Field<'_>>]) -> Vec<EmailAddress> {
    if !failed.is_empty() {
        return failed;
    }
    let mailed = recipients_of(returned);
    let mut recipients: Vec<EmailAddress> = named.iter().map(|one| one.address.clone()).collect();
    if recipients.is_empty() {
        return mailed;
    }
    // A sentence may name anybody; the returned message says who it was for.
    let is_plain = named.iter().any(Named::is_plain);
    if !is_plain && recipients.len() > mailed.len() && recipients.iter().any(|one| mailed.contains(one)) {
        recipients.retain(|one| mailed.contains(one));
    }
    recipients
}

/// Keys of addresses that are in a report without being its recipients: of whom it is for, of its sender, of the sender
/// of the returned message.
fn not_recipients(header: &[Field<'_>], returned: &[Vec<Field<'_>>]) -> Vec<String> {
    let mut keys = Vec::new();
    let mut add = |value: &str| keys.extend(find(value).into_iter().map(|found| found.address.key()));
    for name in ["From", "To", "Delivered-To", "X-Original-To", "Envelope-To"] {
        values(header, name).for_each(&mut add);
    }
    for name in ["From", "Sender", "Reply-To", "Return-Path", "Errors-To"] {
        returned.iter().flat_map(|header| values(header, name)).for_each(&mut add);
    }
    keys
}

/// `X-Failed-Recipients` (Exim, Gmail).
fn failed_recipients(header: &[Field<'_>]) -> Vec<EmailAddress> {
    let mut recipients = Vec::new();
    for found in values(header, "X-Failed-Recipients").flat_map(find) {
        if !recipients.contains(&found.address) {
            recipients.push(found.address);
        }
    }
    recipients
}
