//! `hdr-to`: see [`RULE`].

use crate::check::mime::mailbox;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-to",
    level: CheckLevel::Error,
    what: "`To` names the one reader who gets the message.",
    why: "Mail to nobody, or to somebody else, is how spam is addressed; SpamAssassin scores it with up to 2.4.",
    example: "To: undisclosed-recipients:;",
    source: "SpamAssassin MISSING_HEADERS, REPLYTO_WITHOUT_TO_CC",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let pairs = subject.messages.iter().zip(subject.samples);
    let wrong = pairs.filter_map(|(message, sample)| {
        let to = message.value("To").unwrap_or_default();
        let named = mailbox(&to).is_some_and(|(_, address)| address == sample.reader.address);
        (!named).then(|| {
            let reader = &sample.reader.address;
            Finding::new(format!("the message for `{reader}` is addressed to {}", quoted(&to)))
        })
    });
    wrong.take(1).collect()
}
