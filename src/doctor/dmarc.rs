//! DMARC (RFC 9989): what a domain asks of mail in its name, and where its organisation ends.

use std::collections::BTreeMap;

use super::Finding;
use super::dns::Answer;

const SUBJECT: &str = "DMARC";

/// Domains looked at on the way up (RFC 9989 4.10).
const MOST_STEPS: usize = 8;

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    /// `none`, `quarantine` or `reject`.
    wanted: String,
    /// Whether a signature must be of the very domain (`adkim=s`).
    pub(super) strict_signature: bool,
    /// Whether the envelope sender must be of the very domain (`aspf=s`).
    pub(super) strict_envelope: bool,
    /// Whether it is the domain of a registry (`psd=y`), or certainly not (`psd=n`).
    registry: Option<bool>,
}

impl Policy {
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
            Some(other) => return Err(format!("`p={other}` is no policy")),
            None => return Err("it has no `p=`".to_owned()),
        };
        Ok(Self {
            wanted: wanted.to_owned(),
            strict_signature: tag("adkim") == Some("s"),
            strict_envelope: tag("aspf") == Some("s"),
            registry: match tag("psd") {
                Some("y") => Some(true),
                Some("n") => Some(false),
                _ => None,
            },
        })
    }
}

/// Where the policy of `domain` is published.
fn name(domain: &str) -> String {
    format!("_dmarc.{domain}")
}

/// `domain` and those above it, the ones whose policies decide (RFC 9989 4.10).
fn way_up(domain: &str) -> Vec<&str> {
    let labels = domain.split('.').count();
    let above = |count: usize| domain.splitn(labels - count + 1, '.').last().unwrap_or(domain);
    let highest = if labels > MOST_STEPS { MOST_STEPS - 1 } else { labels - 1 };
    std::iter::once(domain).chain((1..=highest).rev().map(above)).collect()
}

/// The names to ask for before anything can be said about `domain`.
pub(super) fn names(domain: &str) -> impl Iterator<Item = String> {
    way_up(domain).into_iter().map(name)
}

/// What there is at one domain.
enum Published {
    Nothing,
    Policy(Policy),
    /// Nothing that counts: what is wrong.
    Broken(String),
    /// Nobody knows: why.
    Unknown(String),
}

fn published(domain: &str, answers: &BTreeMap<String, Answer>) -> Published {
    let texts = match answers.get(&name(domain)) {
        Some(Answer::Texts(texts)) => texts,
        Some(Answer::Failed(reason)) => return Published::Unknown(reason.clone()),
        None => return Published::Unknown("it was not asked for".to_owned()),
    };
    let is_policy = |text: &&String| text.split(';').next().is_some_and(|tag| tag.replace(' ', "") == "v=DMARC1");
    match texts.iter().filter(is_policy).collect::<Vec<_>>().as_slice() {
        [] => Published::Nothing,
        [text] => match Policy::parse(text) {
            Ok(policy) => Published::Policy(policy),
            Err(fault) => Published::Broken(format!("`{text}`: {fault}")),
        },
        several => Published::Broken(format!("{} DMARC records, which count as none", several.len())),
    }
}

/// The domain of the organisation `domain` belongs to, and its policy if it has one.
fn organisation<'a>(domain: &'a str, answers: &BTreeMap<String, Answer>) -> (&'a str, Option<Policy>) {
    let mut found = (domain, None);
    let mut below = domain;
    for step in way_up(domain) {
        if let Published::Policy(policy) = published(step, answers) {
            match policy.registry {
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

/// The policy for mail from `domain`, and whose it is: its own, or its organisation's.
fn deciding<'a>(domain: &'a str, answers: &BTreeMap<String, Answer>) -> (&'a str, Option<Policy>) {
    match published(domain, answers) {
        Published::Policy(policy) => (domain, Some(policy)),
        _ => organisation(domain, answers),
    }
}

/// The policy for mail from `domain`.
pub(super) fn policy(domain: &str, answers: &BTreeMap<String, Answer>) -> Option<Policy> {
    deciding(domain, answers).1
}

/// Whether `domain` speaks for mail from `from`: the very same, or, unless `strict`, of the same organisation.
pub(super) fn is_aligned(domain: &str, from: &str, strict: bool, answers: &BTreeMap<String, Answer>) -> bool {
    domain == from || (!strict && organisation(domain, answers).0 == organisation(from, answers).0)
}

/// What is published for mail from `from`.
pub(super) fn finding(from: &str, answers: &BTreeMap<String, Answer>) -> Finding {
    if let (domain, Some(policy)) = deciding(from, answers) {
        return Finding::ok(SUBJECT, format!("`{}` says `p={}`", name(domain), policy.wanted));
    }
    for domain in way_up(from) {
        match published(domain, answers) {
            Published::Broken(fault) => {
                let message = format!("`{}` has {fault}", name(domain));
                return Finding::problem(SUBJECT, message, "correct it: `v=DMARC1; p=none`");
            }
            Published::Unknown(reason) => return Finding::unknown(SUBJECT, &name(domain), &reason),
            Published::Nothing | Published::Policy(_) => {}
        }
    }
    Finding::problem(
        SUBJECT,
        format!("there is no policy for mail from `{from}`"),
        format!("publish a TXT record at `{}`: `v=DMARC1; p=none; rua=mailto:YOU@{from}`", name(from)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(records: &[(&str, &str)]) -> BTreeMap<String, Answer> {
        let asked = ["a.b.example.org", "c.example.org", "example.net", "a.x.gov.example"];
        let mut answers: BTreeMap<_, _> =
            asked.into_iter().flat_map(names).map(|name| (name, Answer::Texts(Vec::new()))).collect();
        for (domain, text) in records {
            let Answer::Texts(texts) = answers.get_mut(&name(domain)).unwrap() else { unreachable!() };
            texts.push((*text).to_owned());
        }
        answers
    }

    #[test]
    fn the_way_up_has_at_most_eight_steps() {
        assert_eq!(way_up("a.example.org"), ["a.example.org", "example.org", "org"]);
        assert_eq!(
            way_up("a.b.c.d.e.f.g.h.i.j"),
            ["a.b.c.d.e.f.g.h.i.j", "d.e.f.g.h.i.j", "e.f.g.h.i.j", "f.g.h.i.j", "g.h.i.j", "h.i.j", "i.j", "j"]
        );
    }

    #[test]
    fn the_policy_that_decides_is_told() {
        let said = |records: &[(&str, &str)]| finding("a.b.example.org", &answers(records)).to_string();
        assert_eq!(
            said(&[("a.b.example.org", "v=DMARC1; p=reject")]),
            "ok DMARC: `_dmarc.a.b.example.org` says `p=reject`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1 ;p=none; rua=mailto:x@example.org")]),
            "ok DMARC: `_dmarc.example.org` says `p=none`"
        );
        assert_eq!(
            said(&[("a.b.example.org", "v=spf1 -all")]),
            "problem DMARC: there is no policy for mail from `a.b.example.org` -> publish a TXT record at `_dmarc.a.b.example.org`: `v=DMARC1; p=none; rua=mailto:YOU@a.b.example.org`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1; p=maybe")]),
            "problem DMARC: `_dmarc.example.org` has `v=DMARC1; p=maybe`: `p=maybe` is no policy -> correct it: `v=DMARC1; p=none`"
        );
        assert_eq!(
            said(&[("example.org", "v=DMARC1; p=none"), ("example.org", "v=DMARC1; p=none")]),
            "problem DMARC: `_dmarc.example.org` has 2 DMARC records, which count as none -> correct it: `v=DMARC1; p=none`"
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
        assert_eq!(organisation("a.x.gov.example", &answers(registry)).0, "x.gov.example");
        let both: &[_] = &[("gov.example", "v=DMARC1; p=reject; psd=y"), ("a.x.gov.example", "v=DMARC1; p=none")];
        assert_eq!(organisation("a.x.gov.example", &answers(both)).0, "x.gov.example");
        assert!(is_aligned("example.net", "example.net", true, &answers(&[])));
        assert!(!is_aligned("a.b.example.org", "example.org", true, &answers(whole)));
    }
}
