//! `link-unsub-body`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::model::Word;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-unsub-body",
    level: CheckLevel::Error,
    what: "Both parts show the way out: a link called unsubscribe, to where the header's goes.",
    why: "Every large provider asks for it, and readers who do not find it use the spam button.",
    example: "a letter without a footer",
    source: "Gmail's, Yahoo's and Apple's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let value = subject.messages[0].value("List-Unsubscribe").unwrap_or_default();
    let ways = list_addresses(&value).unwrap_or_default();
    let mut found = Vec::new();
    let word = subject.publication().words.of(Word::Unsubscribe).to_lowercase();
    let linked = subject.anchors().any(|anchor| {
        let visible = !subject.light()[anchor.element].is_invisible();
        let named = subject.document.accessible_name(anchor.element).to_lowercase().contains(&word);
        visible && named && ways.iter().any(|way| way == anchor.href)
    });
    if !linked {
        found.push(Finding::new("the HTML part shows no link to unsubscribe"));
    }
    let text = subject.text();
    if !text.to_lowercase().contains(&word) || !ways.iter().any(|way| text.contains(way.as_str())) {
        found.push(Finding::new("the text part shows no way to unsubscribe"));
    }
    found
}
