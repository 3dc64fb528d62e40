//! `hdr-feedback-id`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-feedback-id",
    level: CheckLevel::Warn,
    what: "`Feedback-ID` has up to three groups and a sender of 5 to 15 characters, the same for every reader.",
    why: "Gmail's Postmaster Tools count spam reports by it, and only when it looks like that.",
    example: "Feedback-ID: reader-17:ab",
    source: "Gmail's feedback loop",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let [one, other] = subject.messages.each_ref().map(|message| message.value("Feedback-ID"));
    let Some(value) = one.clone() else { return vec![Finding::new("the message has no `Feedback-ID`")] };
    let fields: Vec<&str> = value.split(':').collect();
    let sender = fields.last().map_or(0, |sender| sender.len());
    let wrong = if fields.len() > 4 {
        format!("`Feedback-ID` has {} fields; four are allowed", fields.len())
    } else if !(5..=15).contains(&sender) {
        format!("the sender in `Feedback-ID` has {sender} characters; it needs 5 to 15")
    } else if one != other {
        "`Feedback-ID` differs from reader to reader".to_owned()
    } else {
        return Vec::new();
    };
    vec![Finding::new(format!("{wrong}: {}", quoted(&value)))]
}
