//! Collects the strings in which a token or a Message-ID of ours may stand.

use super::addresses::find;
use super::fields::{Field, values};
use super::pieces::Pieces;
use crate::model::EmailAddress;

/// The most strings of a kind that are collected.
const MOST: usize = 200;

/// Strings that may prove whom a message is about. They are looked up where the ledger is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The addresses the message was delivered to: `Delivered-To`, `X-Original-To`, `Envelope-To`, `To`.
    pub delivered_to: Vec<EmailAddress>,
    /// Message-IDs in what was returned, in `In-Reply-To` and in `References`, without angle brackets.
    pub message_ids: Vec<String>,
    /// `List-Unsubscribe` of what was returned, as written.
    pub list_unsubscribe: Vec<String>,
    /// Words of the subject and of the first lines that have the form of a token.
    pub words: Vec<String>,
}

impl Evidence {
    /// Collects from a message: its header, its pieces, the headers of what it returns.
    pub(super) fn collect(pieces: &Pieces, header: &[Field<'_>], returned: &[Vec<Field<'_>>]) -> Self {
        let mut evidence = Self::default();
        for name in ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To"] {
            for found in values(header, name).flat_map(find) {
                add(&mut evidence.delivered_to, found.address);
            }
        }
        let mut add_ids = |value: &str| {
            let is_id = |id: &&str| id.contains('@') && id.len() <= 250;
            for id in value.split(['<', '>', ' ', '\t', ',']).filter(is_id) {
                add(&mut evidence.message_ids, id.to_owned());
            }
        };
        for header in returned {
            values(header, "Message-ID").for_each(&mut add_ids);
        }
        for name in ["In-Reply-To", "References"] {
            values(header, name).for_each(&mut add_ids);
        }
        // Some reports name it among their words.
        for line in pieces.prose.lines() {
            let line = line.trim_start();
            if line.get(..10).is_some_and(|name| name.eq_ignore_ascii_case("message-id")) {
                add_ids(line);
            }
        }
        for value in returned.iter().flat_map(|header| values(header, "List-Unsubscribe")) {
            add(&mut evidence.list_unsubscribe, value.to_owned());
        }
        let lines = pieces.prose.lines().filter(|line| !line.trim().is_empty()).take(5);
        for word in std::iter::once(pieces.subject.as_str()).chain(lines).flat_map(str::split_whitespace) {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let word = word.trim_matches(|c: char| !is_part(c));
            // 22 characters of base64url, 26 of base32.
            if matches!(word.len(), 22 | 26) && word.chars().all(is_part) {
                add(&mut evidence.words, word.to_owned());
            }
        }
        evidence
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if list.len() < MOST && !list.contains(&one) {
        list.push(one);
    }
}

/// The recipients of a returned message, by its header.
pub(super) fn recipients_of(returned: &[Vec<Field<'_>>]) -> Vec<EmailAddress> {
    let mut recipients = Vec::new();
    for header in returned {
        for name in ["X-HmXmrOriginalRecipient", "To", "X-Original-To", "Envelope-To", "Delivered-To"] {
            for found in values(header, name).flat_map(find) {
                add(&mut recipients, found.address);
            }
            if !recipients.is_empty() {
                return recipients;
            }
        }
    }
    recipients
}
