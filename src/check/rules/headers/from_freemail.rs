//! `hdr-from-freemail`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::load::Courier;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-from-freemail",
    level: CheckLevel::Error,
    what: "An address of a free mail provider sends through that provider.",
    why: "Gmail, Yahoo, AOL and Outlook tell the world (DMARC) to refuse mail in their users' names from any other server.",
    example: "from = \"ada@gmail.com\" with host = \"smtp.example.org\"",
    source: "Gmail's and Yahoo's sender requirements",
    check: Check::Issue(check),
};

/// Domains of mailbox providers, each with what the name of its mail servers ends in.
const PROVIDERS: [(&str, &[&str]); 12] = [
    ("gmail.com", &["gmail.com", "google.com", "googlemail.com"]),
    ("googlemail.com", &["gmail.com", "google.com", "googlemail.com"]),
    ("yahoo.com", &["yahoo.com"]),
    ("ymail.com", &["yahoo.com"]),
    ("aol.com", &["aol.com"]),
    ("outlook.com", &["office365.com", "outlook.com"]),
    ("hotmail.com", &["office365.com", "outlook.com"]),
    ("live.com", &["office365.com", "outlook.com"]),
    ("msn.com", &["office365.com", "outlook.com"]),
    ("icloud.com", &["me.com", "icloud.com"]),
    ("me.com", &["me.com", "icloud.com"]),
    ("mac.com", &["me.com", "icloud.com"]),
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let from = &subject.publication().from.address;
    let Some((provider, servers)) = PROVIDERS.iter().find(|(domain, _)| from.domain() == *domain) else {
        return Vec::new();
    };
    let settings = subject.settings();
    let hosts: Vec<&str> = match &settings.courier {
        // Nothing leaves the machine: what will carry it is not known.
        Courier::Outbox(_) => return Vec::new(),
        Courier::Smtp => settings.smtp.iter().map(|smtp| smtp.host.as_str()).collect(),
        Courier::Sendmail(_) => vec!["this machine"],
    };
    let theirs = |host: &str| servers.iter().any(|server| host == *server || host.ends_with(&format!(".{server}")));
    let Some(host) = hosts.into_iter().find(|host| !theirs(host)) else { return Vec::new() };
    let wrong = format!("mail from `{from}` would be sent by {host}, and {provider} tells everybody to refuse that");
    let place = subject.place_in_settings(&from.to_string());
    vec![Finding::new(wrong).at(place).help("send from an address of a domain of your own")]
}
