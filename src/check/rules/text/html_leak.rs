//! `text-html-leak`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "text-html-leak",
    level: CheckLevel::Error,
    what: "The text part has no tags or entities in it.",
    why: "Whoever reads mail as text sees them.",
    example: "Hello&nbsp;<b>friend</b>",
    source: "common sense",
    check: Check::Issue(check),
};

const LEAKS: [&str; 12] =
    ["&nbsp;", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "<td", "<br", "</p>", "</a>", "<div", "style=\""];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // What the author wrote about HTML is not a leak.
    let leaked = LEAKS.iter().filter(|leak| {
        let in_html = subject.document.texts.iter().any(|text| text.words.contains(**leak));
        subject.text().contains(**leak) && !in_html && !in_links(subject, leak)
    });
    leaked.map(|leak| Finding::new(format!("the text part has {} in it", quoted(leak)))).collect()
}

fn in_links(subject: &Subject<'_>, leak: &str) -> bool {
    subject.items().any(|(link, _)| link.url.contains(leak))
}
