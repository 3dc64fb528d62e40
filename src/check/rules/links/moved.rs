//! `link-moved`: see [`RULE`].

use url::Url;

use crate::check::domain::same_organisation;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::web::{Answer, Standing};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-moved",
    level: CheckLevel::Warn,
    what: "With `--online`: no link has moved for good, leads on to another site, or could be https and is not.",
    why: "Old addresses stop working, and what another site shows now may not be what you read.",
    example: "url = \"http://blog.example.org/post\", which answers 301 and names another address",
    source: "RFC 9110, 15.4.2 and 15.4.9",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let there = subject
        .answers()
        .into_iter()
        .filter(|(_, answer)| matches!(answer.standing(), Standing::Fine | Standing::Walled));
    let findings = there.filter_map(|(written, answer)| {
        let (wrong, help) = moved(written, answer)?;
        Some(Finding::new(format!("{} {wrong}", quoted(written))).at(subject.place_of_link(written)).help(help))
    });
    findings.collect()
}

/// What has become of the address, and what to do.
fn moved(written: &str, answer: &Answer) -> Option<(String, String)> {
    // What browsers keep to themselves is none of a redirect's business, unless it names another.
    let fragment = written.split_once('#').map(|(_, fragment)| format!("#{fragment}"));
    let whole = |to: &str| match &fragment {
        Some(fragment) if !to.contains('#') => format!("{to}{fragment}"),
        _ => to.to_owned(),
    };
    if let Some(to) = answer.moved_to() {
        let to = quoted(&whole(to));
        return Some((format!("has moved for good, to {to}"), format!("write {to}, if it is the page you mean")));
    }
    if let Some(to) = answer.led_to().filter(|to| !same_site(written, to)) {
        let help = "see whether it is still the page you mean".to_owned();
        return Some((format!("leads on to another site: {}", quoted(to)), help));
    }
    answer.with_tls.then(|| {
        let secure = written.replacen("http:", "https:", 1);
        ("has TLS too".to_owned(), format!("write {}", quoted(&secure)))
    })
}

fn same_site(one: &str, other: &str) -> bool {
    let hosts = [one, other].map(|url| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)));
    matches!(hosts, [Some(one), Some(other)] if same_organisation(&one, &other))
}
