//! `legal-why`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "legal-why",
    level: CheckLevel::Warn,
    what: "Both parts say why the reader gets the letter.",
    why: "Who has forgotten subscribing reports spam; who is told why, unsubscribes.",
    example: "a footer without \"because you subscribed\"",
    source: "M3AAWG, sender best common practices",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let reason = squeezed(subject.publication().reason.trim().trim_end_matches('.'));
    let html: String = subject.document.texts.iter().map(|text| text.words.as_ref()).collect();
    let missing = [("HTML", html.as_str()), ("text", subject.text())]
        .into_iter()
        .find(|(_, text)| reason.is_empty() || !squeezed(text).contains(&reason));
    let finding = |part| Finding::new(format!("the {part} part does not say why the reader gets it"));
    missing.map(|(part, _)| finding(part).help("set `reason` under `[newsletter]`")).into_iter().collect()
}
