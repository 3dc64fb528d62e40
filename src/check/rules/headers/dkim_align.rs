//! `dkim-align`: see [`RULE`].

use crate::check::domain::same_organisation;
use crate::check::mime::tag;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "dkim-align",
    level: CheckLevel::Error,
    what: "A DKIM signature is by the sender's domain.",
    why: "DMARC passes only then, and the large providers refuse mail that fails it.",
    example: "from ada@example.org, signed with d=relay.example.net",
    source: "RFC 9989 (DMARC), alignment; Gmail's and Outlook.com's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let domain = subject.publication().from.address.domain();
    let signers: Vec<String> =
        subject.messages[0].fields_called("DKIM-Signature").map(|signature| tag(&signature.value(), "d")).collect();
    if signers.is_empty() || signers.iter().any(|signer| same_organisation(signer, domain)) {
        return Vec::new();
    }
    vec![Finding::new(format!("the message is signed by `{}`, not by `{domain}`", signers.join("`, `")))]
}
