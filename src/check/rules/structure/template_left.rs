//! `template-left`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::{CheckLevel, own_words};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "template-left",
    level: CheckLevel::Error,
    what: "No title, preheader or description is still what `newsletter new` wrote. A draft may say it.",
    why: "An inbox shows the preheader beside the subject: the template's sentence there tells everybody it was forgotten.",
    example: "title = \"Untitled\"",
    source: "common sense",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.issue().draft {
        return Vec::new();
    }
    let template = subject.template_words();
    let left = own_words(subject.source()).into_iter().filter(|(words, _)| template.contains(words));
    let findings = left.map(|(words, span)| {
        Finding::new(format!("{} is what the template says", quoted(&words)))
            .at(subject.in_issue(&span))
            .help("say it in words of this issue, or take the line out")
    });
    findings.collect()
}
