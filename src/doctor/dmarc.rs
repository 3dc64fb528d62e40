//! Diagnoses DMARC policies (RFC 9989), and finds the organizational domain by walking up the tree.

use std::collections::BTreeMap;

use super::diagnosis::Diagnosis;
use super::dns::TxtLookup;

const SUBJECT: &str = "DMARC";

/// The number of domains in a tree walk (RFC 9989 4.10).
const MOST_STEPS: usize = 8;

/// The contents of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DmarcPolicy {
    /// `none`, `quarantine` or `reject`.
    requested: String,
    /// Whether a signature must be of the very domain (`adkim=s`).
    pub(super) strict_signature: bool,
    /// Whether the envelope sender must be of the very domain (`aspf=s`).
    pub(super) strict_envelope: bool,
    /// Whether it is the domain of a registry (`psd=y`), or certainly not (`psd=n`).
    public_suffix: Option<bool>,
}

impl DmarcPolicy {
    /// Reads a record that starts as one.
    ///
    /// Errors with what is wrong with it.
    fn parse(text: &str) -> Result<Self, String> {
        let tag = |wanted: &str| {
            let mut tags = text.split(';').filter_map(|tag| tag.split_once('='));
            tags.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim())
        };
        let wanted = match tag("p") {
            Some(wanted @ ("none" | "quarantine" | "reject")) => wanted,
            Some(other) => return Err(format!("`p={other}` is not a policy")),
            None => return Err("`p=` is missing".to_owned()),
        };
        Ok(Self {
            requested: wanted.to_owned(),
            strict_signature: tag("adkim") == Some("s"),
            strict_envelope: tag("aspf") == Some("s"),
            public_suffix: match tag("psd") {
                Some("y") => Some(true),
                Some("n") => Some(false),
                _ => None,
            },
        })
    }
}

/// Returns the name at which the policy of `domain` is published.
fn policy_name(domain: &str) -> String {
    format!("_dmarc.{domain}")
}

/// Returns `domain` and the domains above it whose policies decide (RFC 9989 4.10).
fn tree_walk(domain: &str) -> Vec<&str> {
    let labels = domain.split('.').count();
    let above = |count: usize| domain.splitn(labels - count + 1, '.').last().unwrap_or(domain);
    let highest = if labels > MOST_STEPS { MOST_STEPS - 1 } else { labels - 1 };
    std::iter::once(domain).chain((1..=highest).rev().map(above)).collect()
}

/// Returns the names to look up for `domain`.
pub(super) fn names(domain: &str) -> impl Iterator<Item = String> {
    tree_walk(domain).into_iter().map(policy_name)
}

/// The policy of one domain.
enum PolicyLookup {
    Nothing,
    Policy(DmarcPolicy),
    /// An invalid record: the reason.
    Broken(String),
    /// The lookup failed: the reason.
    Unknown(String),
}

fn policy_at(domain: &str, answers: &BTreeMap<String, TxtLookup>) -> PolicyLookup {
    let texts = match answers.get(&policy_name(domain)) {
        Some(TxtLookup::Records(texts)) => texts,
        Some(TxtLookup::Failed(reason)) => return PolicyLookup::Unknown(reason.clone()),
        None => return PolicyLookup::Unknown("it was not looked up".to_owned()),
    };
    let is_policy = |text: &&String| text.split(';').next().is_some_and(|tag| tag.replace(' ', "") == "v=DMARC1");
    match texts.iter().filter(is_policy).collect::<Vec<_>>().as_slice() {
        [] => PolicyLookup::Nothing,
        [text] => match DmarcPolicy::parse(text) {
            Ok(policy) => PolicyLookup::Policy(policy),
            Err(fault) => PolicyLookup::Broken(format!("`{text}`: {fault}")),
        },
        several => PolicyLookup::Broken(format!("{} DMARC records; receivers ignore them all", several.len())),
    }
}

/// Returns the organizational domain of `domain`, and its policy if there is one.
fn organizational_domain<'a>(domain: &'a str, answers: &BTreeMap<String, TxtLookup>) -> (&'a str, Option<DmarcPolicy>) {
    let mut found = (domain, None);
    let mut below = domain;
    for step in tree_walk(domain) {
        if let PolicyLookup::Policy(policy) = policy_at(step, answers) {
            match policy.public_suffix {
                Some(true) if step != domain => {
                    return (below, if found.0 == below { found.1.or(Some(policy)) } else { Some(policy) });
                }
                Some(false) => return (step, Some(policy)),
                _ => found = (step, Some(policy)),
            }
        }
        below = step;
    }
    found
}

/// Returns the policy for mail from `domain`, and the domain it belongs to: this one or its organizational domain.
fn effective_policy<'a>(domain: &'a str, answers: &BTreeMap<String, TxtLookup>) -> (&'a str, Option<DmarcPolicy>) {
    match policy_at(domain, answers) {
        PolicyLookup::Policy(policy) => (domain, Some(policy)),
        _ => organizational_domain(domain, answers),
    }
}

/// Returns the policy for mail from `domain`.
pub(super) fn policy(domain: &str, answers: &BTreeMap<String, TxtLookup>) -> Option<DmarcPolicy> {
    effective_policy(domain, answers).1
}

/// Returns whether `domain` is aligned with `from`: identical or, unless `strict`, of the same organization.
pub(super) fn is_aligned(domain: &str, from: &str, strict: bool, answers: &BTreeMap<String, TxtLookup>) -> bool {
    domain == from || (!strict && organizational_domain(domain, answers).0 == organizational_domain(from, answers).0)
}

/// Diagnoses the policy for mail from `from`.
pub(super) fn finding(from: &str, answers: &BTreeMap<String, TxtLookup>) -> Diagnosis {
    if let (domain, Some(policy)) = effective_policy(from, answers) {
        return Diagnosis::ok(SUBJECT, format!("`{}` publishes `p={}`", policy_name(domain), policy.requested));
    }
    for domain in tree_walk(from) {
        match policy_at(domain, answers) {
            PolicyLookup::Broken(fault) => {
                let message = format!("`{}` has {fault}", policy_name(domain));
                return Diagnosis::problem(SUBJECT, message, "correct it: `v=DMARC1; p=none`");
            }
            PolicyLookup::Unknown(reason) => return Diagnosis::unknown(SUBJECT, &policy_name(domain), &reason),
            PolicyLookup::Nothing | PolicyLookup::Policy(_) => {}
        }
    }
    Diagnosis::problem(
        SUBJECT,
        format!("no policy is published for mail from `{from}`"),
        format!("publish a TXT record at `{}`: `v=DMARC1; p=none; rua=mailto:YOU@{from}`", policy_name(from)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(records: &[(&str, &str)]) -> BTreeMap<String, TxtLookup> {
        let asked = ["a.b.example.org", "c.example.org", "example.net", "a.x.gov.example"];
        let mut answers: BTreeMap<_, _> =
            asked.into_iter().flat_map(names).map(|name| (name, TxtLookup::Records(Vec::new()))).collect();
        for (domain, text) in records {
            let TxtLookup::Records(texts) = answers.get_mut(&policy_name(domain)).unwrap() else { unreachable!() };
            texts.push((*text).to_owned());
        }
        answers
    }

    #[test]
    fn the_way_up_has_at_most_eight_steps() {
        assert_eq!(tree_walk("a.example.org"), ["a.example.org", "example.org", "org"]);
        assert_eq!(
            tree_walk("a.b.c.d.e.f.g.h.i.j"),
            ["a.b.c.d.e.f.g.h.i.j", "d.e.f.g.h.i.j", "e.f.g.h.i.j", "f.g.h.i.j", "g.h.i.j", "h.i.j", "i.j", "j"]
        );
    }

    #[test]
    fn the_policy_that_decides_is_told() {
        let said = |records: &[(&str, &str)]| finding("a.b.example.org", &answers(records)).to_string();
        assert_eq!(
            said(&[("a.b.example.org", "v=DMARC1; p=reject")]),
            "ok DMARC: `_dmarc.a.b.example.org` publishes `p=reject`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1 ;p=none; rua=mailto:x@example.org")]),
            "ok DMARC: `_dmarc.example.org` publishes `p=none`"
        );
        assert_eq!(
            said(&[("a.b.example.org", "v=spf1 -all")]),
            "problem DMARC: no policy is published for mail from `a.b.example.org` -> publish a TXT record at `_dmarc.a.b.example.org`: `v=DMARC1; p=none; rua=mailto:YOU@a.b.example.org`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1; p=maybe")]),
            "problem DMARC: `_dmarc.example.org` has `v=DMARC1; p=maybe`: `p=maybe` is not a policy -> correct it: `v=DMARC1; p=none`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1; p=none"), ("example.org", "v=DMARC1; p=none")]),
            "problem DMARC: `_dmarc.example.org` has 2 DMARC records; receivers ignore them all -> correct it: `v=DMARC1; p=none`"
        );
    }

    #[test]
    fn two_domains_are_aligned_when_they_meet_below_a_policy() {
        let aligned =
            |records: &[(&str, &str)], one: &str, other: &str| is_aligned(one, other, false, &answers(records));
        let whole: &[_] = &[("example.org", "v=DMARC1; p=none")];
        assert!(aligned(whole, "a.b.example.org", "c.example.org"));
        assert!(!aligned(whole, "example.net", "c.example.org"));
        assert!(!aligned(&[], "a.b.example.org", "c.example.org"), "without a policy each is alone");
        let apart: &[_] = &[("example.org", "v=DMARC1; p=none"), ("b.example.org", "v=DMARC1; p=none; psd=n")];
        assert!(!aligned(apart, "a.b.example.org", "c.example.org"));
        let registry: &[_] = &[("gov.example", "v=DMARC1; p=reject; psd=y")];
        assert_eq!(organizational_domain("a.x.gov.example", &answers(registry)).0, "x.gov.example");
        let both: &[_] = &[("gov.example", "v=DMARC1; p=reject; psd=y"), ("a.x.gov.example", "v=DMARC1; p=none")];
        assert_eq!(organizational_domain("a.x.gov.example", &answers(both)).0, "x.gov.example");
        assert!(is_aligned("example.net", "example.net", true, &answers(&[])));
        assert!(!is_aligned("a.b.example.org", "example.org", true, &answers(whole)));
    }
}
