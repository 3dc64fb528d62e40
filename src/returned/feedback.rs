//! Reads complaints: feedback reports (RFC 5965), and the notifications of Amazon SES, which are JSON.

use serde_json::Value;

use super::addresses::{first, typed};
use super::class::{Class, StatusCode};
use super::fields::{fields, values};
use super::report::Report;
use crate::model::EmailAddress;

/// The most recipients of a notification that are read.
const MOST_RECIPIENTS: usize = 100;

/// A complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// `Feedback-Type`, lower case: `abuse`, `opt-out`, `not-spam` ...
    pub kind: String,
    /// The addresses it names. Most services leave them out.
    pub recipients: Vec<EmailAddress>,
}

/// Reads the fields of a feedback report.
pub(super) fn read(text: &str) -> Complaint {
    let fields = fields(text);
    let mut recipients: Vec<EmailAddress> = Vec::new();
    for name in ["Original-Rcpt-To", "Removal-Recipient", "Original-Recipient", "X-HmXmrOriginalRecipient"] {
        for address in values(&fields, name).filter_map(typed) {
            if !recipients.contains(&address) {
                recipients.push(address);
            }
        }
    }
    let kind = values(&fields, "Feedback-Type").next().unwrap_or("abuse").trim().to_lowercase();
    Complaint { kind, recipients }
}

/// What a notification of Amazon SES says.
pub(super) enum Notification {
    Reports(Vec<Report>),
    Complaint(Complaint),
}

/// Reads a notification of Amazon SES, as SNS mails it: JSON, with a footer.
pub(super) fn notification(prose: &str) -> Option<Notification> {
    let start = prose.find('{')?;
    if prose[..start].contains(|c: char| c.is_alphanumeric())
        || !prose.contains("notificationType") && !prose.contains("eventType")
    {
        return None;
    }
    // A mail folds long lines; within JSON a line end is space, or splits a word that is not needed.
    let text = prose[start..].replace(['\n', '\r'], "");
    let value = serde_json::Deserializer::from_str(&text).into_iter::<Value>().next()?.ok()?;
    let message = match value.get("Message").and_then(Value::as_str) {
        Some(inner) => serde_json::from_str(inner).ok()?,
        None => value,
    };
    let kind = message.get("notificationType").or_else(|| message.get("eventType"))?.as_str()?;
    let list = |of: &str, name: &str| {
        let list = message.get(of).and_then(|of| of.get(name)).and_then(Value::as_array);
        list.into_iter().flatten().take(MOST_RECIPIENTS).collect::<Vec<_>>()
    };
    let address = |one: &Value| one.get("emailAddress").or(Some(one)).and_then(Value::as_str).and_then(first);
    match kind {
        "Complaint" => Some(Notification::Complaint(Complaint {
            kind: message["complaint"]["complaintFeedbackType"].as_str().unwrap_or("abuse").to_lowercase(),
            recipients: list("complaint", "complainedRecipients").into_iter().filter_map(address).collect(),
        })),
        "Bounce" => {
            let reports = list("bounce", "bouncedRecipients").into_iter().map(|one| {
                let text = one["diagnosticCode"].as_str().unwrap_or_default();
                let status = one["status"].as_str().and_then(StatusCode::parse);
                Report::new(address(one), None, super::classify::class(status, text), status, text)
            });
            Some(Notification::Reports(reports.collect()))
        }
        "Delivery" => {
            let reports = list("delivery", "recipients").into_iter();
            let reports = reports.map(|one| Report::new(address(one), None, Class::Delivered, None, ""));
            Some(Notification::Reports(reports.collect()))
        }
        _ => None,
    }
}
