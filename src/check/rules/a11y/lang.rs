//! `a11y-lang`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-lang",
    level: CheckLevel::Error,
    what: "The language stands on `html` and on the element around the letter, and it is a language.",
    why: "Screen readers choose their voice by it, and mail services replace `html` and `body` with their own.",
    example: "language = \"english\"",
    source: "Email Markup Consortium, accessibility report; BCP 47",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let body = document.named(&["body"]).next().map(|(index, _)| index);
    let wrapper = document.elements.iter().find(|element| element.parent.is_some() && element.parent == body);
    let html = document.named(&["html"]).next().map(|(_, element)| element);
    let mut found = Vec::new();
    for (name, element) in [("`<html>`", html), ("the element around the letter", wrapper)] {
        match element.and_then(|element| element.attribute("lang")) {
            None => found.push(Finding::new(format!("{name} does not say which language the letter is in"))),
            Some(language) if !is_language(language) => {
                let finding = Finding::new(format!("{} on {name} is not a language", quoted(language)));
                found
                    .push(finding.at(subject.place_in_settings(language)).help("write a code such as `en` or `pt-BR`"));
            }
            Some(_) => {}
        }
    }
    found
}

/// Whether `tag` looks like a language: two or three letters, then subtags of letters and digits (RFC 5646, 2.1).
fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags
            .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
