//! `hdr-dup`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-dup",
    level: CheckLevel::Error,
    what: "Every header that may stand once stands once.",
    why: "Gmail refuses a message that repeats one (550 5.7.1), Yahoo too; others take the one you did not mean.",
    example: "two `Subject` fields",
    source: "RFC 5322, 3.6; Gmail's and Yahoo's sender requirements",
    check: Check::Issue(check),
};

/// The headers that may stand once.
const ONCE: [&str; 21] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Sender",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Archive",
    "List-Help",
    "List-Post",
    "List-Owner",
    "List-Subscribe",
    "Feedback-ID",
    "In-Reply-To",
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let twice = ONCE.iter().filter_map(|name| {
        let count = message.fields_called(name).count();
        (count > 1).then(|| Finding::new(format!("the message has {count} `{name}` fields")))
    });
    twice.collect()
}
