//! `hdr-from-single`: see [`RULE`].

use crate::check::mime::mailbox;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-from-single",
    level: CheckLevel::Error,
    what: "There is one sender, and it has a valid address.",
    why: "Gmail refuses mail with no `From`, with several, or with a broken one (550 5.7.1).",
    example: "From: Ada <ada@example.org>, Bo <bo@example.org>",
    source: "Gmail's sender guidelines; RFC 5322, 3.6.2",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let fields: Vec<_> = message.fields_called("From").collect();
    let what = match fields.as_slice() {
        [] => "the message has no `From`".to_owned(),
        [only] if mailbox(&only.value()).is_none() => format!("`From` is not one address: {}", quoted(&only.value())),
        [_] => return Vec::new(),
        several => format!("the message has {} `From` fields", several.len()),
    };
    vec![Finding::new(what)]
}
