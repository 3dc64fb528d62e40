//! `addr-confusable`: see [`RULE`].

use url::Url;

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "addr-confusable",
    level: CheckLevel::Warn,
    what: "No domain mixes letters of several scripts.",
    why: "A Cyrillic `а` among Latin letters is how a name is faked; Gmail refuses such domains.",
    example: "https://exаmple.org/ with a Cyrillic `а`",
    source: "Gmail's sender guidelines; Unicode Technical Standard 39, 5.2",
    check: Check::Issue(check),
};

/// What a letter belongs to, as far as faking goes: scripts whose letters look alike.
fn script(letter: char) -> Option<&'static str> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some("Latin"),
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' => Some("Cherokee"),
        _ => None,
    }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let hosts = subject.anchors().filter_map(|anchor| {
        let url = Url::parse(anchor.href).ok()?;
        Some((url.host_str()?.to_owned(), anchor.href))
    });
    let mut all: Vec<(String, &str)> = hosts.collect();
    let addresses = [Some(&publication.from.address), publication.reply_to.as_ref()];
    all.extend(addresses.into_iter().flatten().map(|address| (address.domain().to_owned(), address.domain())));
    let mut found = Vec::new();
    for (host, written) in all {
        let (unicode, _) = idna::domain_to_unicode(&host);
        let mixed = unicode.split('.').find_map(|label| {
            let mut scripts = label.chars().filter_map(script);
            let first = scripts.next()?;
            scripts.find(|other| *other != first).map(|other| (first, other))
        });
        if let Some((one, other)) = mixed {
            let wrong = format!("`{unicode}` mixes {one} and {other} letters");
            found.push(Finding::new(wrong).at(subject.place_of_link(written).or_else(|| subject.place_of(&unicode))));
        }
    }
    found
}
