//! `hdr-msgid`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-msgid",
    level: CheckLevel::Error,
    what: "Every reader's message has a Message-ID of its own, in the form `<left@right>`.",
    why: "Gmail refuses a missing or broken one (550 5.7.1) and defers mail that shares one (421 4.7.28); SpamAssassin scores both.",
    example: "Message-ID: 42",
    source: "RFC 5322, 3.6.4; Gmail's SMTP errors; SpamAssassin MISSING_MID, INVALID_MSGID",
    check: Check::Issue(check),
};

/// Gmail takes no longer ones.
const LONGEST: usize = 500;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let ids = subject.messages.each_ref().map(|message| message.value("Message-ID"));
    let [Some(one), Some(other)] = ids else { return vec![Finding::new("the message has no `Message-ID`")] };
    if !is_message_id(&one) {
        return vec![Finding::new(format!("`Message-ID` is not `<left@right>`: {}", quoted(&one)))];
    }
    if one == other {
        return vec![Finding::new(format!("two readers' messages have the same `Message-ID`: {}", quoted(&one)))];
    }
    Vec::new()
}

fn is_message_id(value: &str) -> bool {
    let inside = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let Some((left, right)) = inside.and_then(|inside| inside.split_once('@')) else { return false };
    let is_atom = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@');
    is_atom(left) && is_atom(right) && right.contains('.') && value.len() <= LONGEST
}
