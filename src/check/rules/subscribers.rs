//! Rules about the list of subscribers.

use crate::check::domain::is_reserved;
use crate::check::rule::{Check, Finding, ListInGit, ListOwner, Rule};
use crate::diagnostic::Severity;
use crate::model::{Subscriber, misspelled_provider};

pub(super) const RULES: [Rule; 6] = [LIST_DUPLICATE, LIST_EXAMPLE, LIST_ROLE, LIST_TYPO, LIST_FORMULA, LIST_IN_GIT];

const LIST_DUPLICATE: Rule = Rule {
    name: "list-duplicate",
    level: Severity::Warning,
    what: "No address is on the list twice, even with different capitals or another spelling of its domain.",
    why: "It gets one message all the same, but removing one of the rows does not remove the subscriber.",
    example: "ada@example.org, and ADA@EXAMPLE.ORG further down",
    source: "common sense",
    check: Check::Repeated(list_duplicate),
};

fn list_duplicate(subscriber: &Subscriber, earlier: usize) -> Finding {
    Finding::new(format!("`{}` is already on the list, in line {earlier}", subscriber.address))
        .help("it gets one message; keep the row that is right")
}

const LIST_EXAMPLE: Rule = Rule {
    name: "list-example",
    level: Severity::Error,
    what: "No subscriber is at a domain that is reserved for documentation, unless the sender is at one too. The outbox is \
           exempt.",
    why: "The readers of the list that `newsletter init` wrote are invented. Mail to them comes back, and mailbox \
          providers distrust a sender whose mail does.",
    example: "ada@example.org",
    source: "RFC 2606; RFC 6761",
    check: Check::SubscriberOf(list_example),
};

fn list_example(subscriber: &Subscriber, owner: &ListOwner) -> Option<Finding> {
    let sender = &owner.sender;
    (owner.is_real && is_reserved(subscriber.address.domain())).then(|| {
        Finding::new(format!("`{}` is at an example domain, but the sender `{sender}` is not", subscriber.address))
            .help("mail to it comes back: write the address you mean, or remove the line")
    })
}

const LIST_ROLE: Rule = Rule {
    name: "list-role",
    level: Severity::Warning,
    what: "No subscriber is a role instead of a person.",
    why: "`abuse@` and `postmaster@` never subscribe. Someone else entered them, and they report spam.",
    example: "postmaster@example.org",
    source: "RFC 2142; M3AAWG, sender best common practices",
    check: Check::Subscriber(list_role),
};

/// Mailboxes of the people who run a domain (RFC 2142), and others in which no letter is read.
const ROLES: [&str; 18] = [
    "abuse",
    "postmaster",
    "hostmaster",
    "webmaster",
    "noc",
    "security",
    "mailer-daemon",
    "noreply",
    "no-reply",
    "donotreply",
    "root",
    "admin",
    "administrator",
    "spam",
    "usenet",
    "www",
    "uucp",
    "ftp",
];

fn list_role(subscriber: &Subscriber) -> Option<Finding> {
    let local = subscriber.address.local();
    ROLES.iter().any(|role| role.eq_ignore_ascii_case(local)).then(|| {
        Finding::new(format!("`{}` is a role, not a person", subscriber.address))
            .help("find out who asked for it, or remove it")
    })
}

const LIST_TYPO: Rule = Rule {
    name: "list-typo",
    level: Severity::Warning,
    what: "No address is at a misspelled mail provider.",
    why: "The mail bounces or goes to the owner of the misspelled domain. Some of these are spam traps, and one is enough \
          for a blocklist.",
    example: "ada@gmial.com",
    source: "M3AAWG, typo traps",
    check: Check::Subscriber(list_typo),
};

fn list_typo(subscriber: &Subscriber) -> Option<Finding> {
    let address = &subscriber.address;
    let help = format!("did you mean `{}`?", misspelled_provider::meant(address)?);
    Some(Finding::new(format!("`{}` looks like a typing error", address.domain())).help(help))
}

const LIST_FORMULA: Rule = Rule {
    name: "list-formula",
    level: Severity::Warning,
    what: "No field of a subscriber is a formula.",
    why: "Opening the list, or an export of it, in a spreadsheet runs it.",
    example: "=HYPERLINK(\"https://example.org\", \"Ada\")",
    source: "OWASP, CSV injection",
    check: Check::Subscriber(list_formula),
};

fn list_formula(subscriber: &Subscriber) -> Option<Finding> {
    let is_formula = |value: &str| {
        let mut letters = value.chars();
        matches!(letters.next(), Some('=' | '+' | '-' | '@'))
            && letters.next().is_some_and(char::is_alphabetic)
            && value.contains('(')
    };
    let (column, _) = subscriber.fields.iter().find(|(_, value)| is_formula(value))?;
    Some(Finding::new(format!("the column `{column}` of `{}` is a formula", subscriber.address)))
}

/// A public repository cannot be told from a private one without a network, and a private one may be how a runner gets
/// the list. So this only warns, and `--strict` does not treat it as an error.
const LIST_IN_GIT: Rule = Rule {
    name: "list-in-git",
    level: Severity::Warning,
    what: "The list of subscribers is not in a git repository that is pushed to another machine.",
    why: "Every clone has every address, forever: removing the file later leaves it in the history.",
    example: "subscribers.csv, added with `git add -f`, and a remote at github.com",
    source: "GDPR, article 5 (1) (c), (e) and (f)",
    check: Check::InGit(list_in_git),
};

fn list_in_git(list: &ListInGit) -> Option<Finding> {
    let host = list.remotes.iter().find_map(|remote| host(remote))?;
    let name = &list.name;
    let message = format!(
        "`{name}` is tracked by git and pushed to `{host}`: anyone with access to the repository has every address"
    );
    let help = format!(
        "`git rm --cached {name}` and a line `{name}` in `.gitignore` keep it out from now on, but not out of the \
         history; if the repository is private and this is intended: `list-in-git = \"off\"` under `[check]`"
    );
    Some(Finding::new(message).help(help))
}

/// Returns the other machine that `remote` is on. Only its name: the rest of the URL may contain a token.
fn host(remote: &str) -> Option<&str> {
    let rest = match remote.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split('/').next()?,
        // `git@example.org:ada/letter.git`; a path has no host.
        None => {
            remote.split_once(':').map(|(host, _)| host).filter(|host| !host.contains(['/', '\\']) && host.len() > 1)?
        }
    };
    let host = rest.rsplit('@').next()?;
    let host = if host.starts_with('[') { host } else { host.split(':').next()? };
    (!host.is_empty() && host != "localhost").then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_remote_is_returned_without_secrets() {
        let cases = [
            ("https://token@github.com/ada/letter.git", Some("github.com")),
            ("https://ada:secret@git.example.org:8443/letter", Some("git.example.org")),
            ("ssh://git@codeberg.org/ada/letter", Some("codeberg.org")),
            ("git@gitlab.com:ada/letter.git", Some("gitlab.com")),
            ("gitlab:ada/letter.git", Some("gitlab")),
            ("file:///srv/git/letter.git", None),
            ("/srv/git/letter.git", None),
            ("../letter.git", None),
            ("C:\\git\\letter", None),
            ("http://localhost/letter.git", None),
        ];
        for (remote, expected) in cases {
            assert_eq!(host(remote), expected, "{remote}");
        }
    }
}
