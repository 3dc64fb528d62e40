//! `link-dup`: see [`RULE`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::Url;

use crate::check::domain::is_example;
use crate::check::known_links::normal;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-dup",
    level: CheckLevel::Warn,
    what: "No link stands in the issue twice, or stood in an earlier one.",
    why: "Readers notice, and wonder whether anybody looks.",
    example: "the same `url` as in issue 41",
    source: "common sense",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut here: HashMap<String, &str> = HashMap::new();
    for (link, places) in subject.items() {
        let place = || subject.in_issue(&places.url);
        match here.entry(normal(&link.url)) {
            Entry::Occupied(first) => {
                let wrong =
                    format!("{} stands in this issue twice, first as {}", quoted(&link.url), quoted(first.get()));
                found.push(Finding::new(wrong).at(place()));
                continue;
            }
            Entry::Vacant(empty) => drop(empty.insert(&link.title)),
        }
        // What a fresh issue still has from its template is another rule's to say.
        let is_example = Url::parse(&link.url).is_ok_and(|url| url.host_str().is_some_and(is_example));
        if is_example {
            continue;
        }
        if let Some(earlier) = subject.known_links().before(subject.issue().number, &link.url) {
            let wrong = format!("{} was in issue {} already", quoted(&link.url), earlier.issue);
            let help = format!("it stands in {}:{}", earlier.file.display(), earlier.line);
            found.push(Finding::new(wrong).at(place()).help(help));
        }
    }
    found
}
