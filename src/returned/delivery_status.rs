//! Reads delivery reports (RFC 3464).

use super::addresses::typed;
use super::class::{Class, StatusCode};
use super::fields::{Field, fields, value};
use crate::model::EmailAddress;

/// What a delivery report says about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecipientStatus {
    /// `Original-Recipient`: the address as it was mailed.
    pub(super) original: Option<EmailAddress>,
    /// `Final-Recipient`: the address that failed, possibly behind an alias.
    pub(super) last: Option<EmailAddress>,
    /// `Action`, lower case.
    pub(super) action: String,
    pub(super) status: Option<StatusCode>,
    /// `Diagnostic-Code`, without its type.
    pub(super) text: String,
}

/// Reads the groups of a delivery report. Some servers put all fields into one group, or leave the blank lines out: a
/// field of a recipient that comes again begins the next.
pub(super) fn read(text: &str) -> Vec<RecipientStatus> {
    let mut recipients = Vec::new();
    for group in groups(text) {
        let fields = fields(&group);
        let mut from = 0;
        let mut seen: Vec<&str> = Vec::new();
        for at in 0..fields.len() {
            let name = fields[at].name;
            let begins =
                ["Final-Recipient", "Original-Recipient", "Action", "Status"].iter().any(|field| fields[at].is(field));
            if begins && seen.iter().any(|one| one.eq_ignore_ascii_case(name)) {
                recipients.extend(recipient(&fields[from..at]));
                from = at;
                seen.clear();
            }
            if begins {
                seen.push(name);
            }
        }
        recipients.extend(recipient(&fields[from..]));
    }
    recipients
}

/// Cuts at blank lines.
fn groups(text: &str) -> Vec<String> {
    let mut groups = vec![String::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            groups.push(String::new());
        } else if let Some(group) = groups.last_mut() {
            group.push_str(line);
            group.push('\n');
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn recipient(fields: &[Field<'_>]) -> Option<RecipientStatus> {
    let original = value(fields, "Original-Recipient").and_then(typed);
    let last = value(fields, "Final-Recipient").and_then(typed);
    let other =
        ["X-Actual-Recipient", "Intended-Recipient"].iter().find_map(|name| value(fields, name).and_then(typed));
    let action = value(fields, "Action").unwrap_or_default().to_lowercase();
    let status = value(fields, "Status").and_then(StatusCode::parse);
    let named = value(fields, "Original-Recipient").is_some() || value(fields, "Final-Recipient").is_some();
    // A group of its own for the message has none of these.
    if !named && action.is_empty() && status.is_none() {
        return None;
    }
    let text = value(fields, "Diagnostic-Code").unwrap_or_default();
    let text = match text.split_once(';') {
        Some((kind, text)) if !kind.trim().contains(' ') => text.trim(),
        _ => text,
    };
    Some(RecipientStatus { original, last: last.or(other), action, status, text: text.to_owned() })
}

impl RecipientStatus {
    /// Returns the class that `Action` decides alone (RFC 3464 2.3.3).
    pub(super) fn class_of_action(&self) -> Option<Class> {
        let action = self.action.split([' ', '(', ';']).next().unwrap_or_default();
        match action {
            "delayed" | "delay" => Some(Class::Delayed),
            "delivered" | "relayed" | "expanded" | "deliverable" => Some(Class::Delivered),
            _ => None,
        }
    }
}
