//! `mime-cte`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-cte",
    level: CheckLevel::Error,
    what: "No part is sent as `8bit` or `binary`.",
    why: "Servers on the way may re-encode it, and then the DKIM signature fails, at Outlook.com first.",
    example: "Content-Transfer-Encoding: 8bit",
    source: "RFC 6376, 5.3; Outlook.com's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.messages[0].parts().into_iter().filter_map(|part| {
        let encoding = part.value("Content-Transfer-Encoding").unwrap_or("7bit".into()).to_lowercase();
        let raw = encoding == "8bit" || encoding == "binary" || !part.body.is_ascii();
        raw.then(|| Finding::new(format!("the `{}` part is sent as `{encoding}`", part.media_type())))
    });
    wrong.collect()
}
