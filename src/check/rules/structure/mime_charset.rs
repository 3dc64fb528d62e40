//! `mime-charset`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-charset",
    level: CheckLevel::Error,
    what: "Every text part says `charset=utf-8`.",
    why: "Gmail clips letters in other character sets, however small.",
    example: "Content-Type: text/html; charset=iso-8859-1",
    source: "Gmail's clipping, as reported to github.com/hteumeuleu/email-bugs",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.messages[0].parts().into_iter().filter_map(|part| {
        let charset = part.field("Content-Type").and_then(|field| field.parameter("charset")).unwrap_or_default();
        let kind = part.media_type();
        (kind.starts_with("text/") && !charset.eq_ignore_ascii_case("utf-8"))
            .then(|| Finding::new(format!("the `{kind}` part has the charset {}, not `utf-8`", quoted(&charset))))
    });
    wrong.collect()
}
