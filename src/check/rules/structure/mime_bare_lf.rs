//! `mime-bare-lf`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-bare-lf",
    level: CheckLevel::Error,
    what: "Every line ends with CR and LF; neither stands alone.",
    why: "A lone one lets somebody end a message early and begin another in your name (SMTP smuggling); servers refuse such mail.",
    example: "a line that ends with LF only",
    source: "RFC 5321, 2.3.8; CERT VU#302671",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let text = subject.samples[0].text.replace("\r\n", "");
    let wrong = match (text.contains('\r'), text.contains('\n')) {
        (false, false) => return Vec::new(),
        (true, _) => "a CR without its LF in the message",
        (false, true) => "an LF without its CR in the message",
    };
    vec![Finding::new(wrong)]
}
