//! The records of a sender: which to ask for, and what they mean together.

use std::collections::{BTreeMap, BTreeSet};

use super::dns::Answer;
use super::{Finding, dkim, dmarc, spf};
use crate::message::dkim::KeyRecord;

/// Whose mail it is. Domains are in A-labels.
#[derive(Debug)]
pub struct Sender<'a> {
    /// The domain of the `From` header.
    pub from: &'a str,
    /// The domain of the envelope sender.
    pub envelope: &'a str,
    /// Who signs it here; somebody else may on its way.
    pub signature: Option<Signature<'a>>,
}

/// Who signs.
#[derive(Debug)]
pub struct Signature<'a> {
    /// The domain.
    pub domain: &'a str,
    /// Which of its keys.
    pub selector: &'a str,
    /// That key, as it ought to be published; `None` when it cannot be had.
    pub key: Option<KeyRecord>,
}

impl Signature<'_> {
    fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

/// The names whose TXT records are needed.
pub fn names(sender: &Sender<'_>) -> BTreeSet<String> {
    let signing = sender.signature.as_ref();
    let domains = [Some(sender.from), Some(sender.envelope), signing.map(|signature| signature.domain)];
    let mut names: BTreeSet<_> = domains.into_iter().flatten().flat_map(dmarc::names).collect();
    names.insert(sender.envelope.to_owned());
    names.extend(signing.map(Signature::record_name));
    names
}

/// What the answers say.
pub fn findings(sender: &Sender<'_>, answers: &BTreeMap<String, Answer>) -> Vec<Finding> {
    if let Some((name, Answer::Failed(reason))) = answers.first_key_value()
        && answers.values().all(|answer| matches!(answer, Answer::Failed(_)))
    {
        return vec![Finding::unknown("DNS", name, reason)];
    }
    let unasked = Answer::Failed("it was not asked for".to_owned());
    let answer = |name: &str| answers.get(name).unwrap_or(&unasked);
    let mut findings = vec![spf::finding(sender.envelope, answer(sender.envelope))];
    if let Some(signature) = &sender.signature {
        let name = signature.record_name();
        findings.push(dkim::finding(&name, signature.key.as_ref(), answer(&name)));
    }
    findings.push(dmarc::finding(sender.from, answers));
    findings.push(alignment(sender, answers));
    findings
}

/// Whether signature and envelope sender speak for the domain readers see, one of which DMARC asks for.
fn alignment(sender: &Sender<'_>, answers: &BTreeMap<String, Answer>) -> Finding {
    const SUBJECT: &str = "alignment";
    for (name, answer) in answers.iter().filter(|(name, _)| name.starts_with("_dmarc.")) {
        if let Answer::Failed(reason) = answer {
            return Finding::unknown(SUBJECT, name, reason);
        }
    }
    let Sender { from, envelope, signature } = sender;
    let policy = dmarc::policy(from, answers);
    let strict = |of: fn(&dmarc::Policy) -> bool| policy.as_ref().is_some_and(of);
    let by_envelope = dmarc::is_aligned(envelope, from, strict(|policy| policy.strict_envelope), answers);
    let by_signature = signature.as_ref().map(|signature| {
        let strict = strict(|policy| policy.strict_signature);
        (signature.domain, dmarc::is_aligned(signature.domain, from, strict, answers))
    });
    match (by_signature, by_envelope) {
        (Some((domain, false)), _) => Finding::problem(
            SUBJECT,
            format!("the signature of `{domain}` does not speak for mail from `{from}`"),
            format!("set `domain = \"{from}\"` under `[dkim]` and publish its record"),
        ),
        (Some((domain, true)), true) => Finding::ok(
            SUBJECT,
            format!("signature (`{domain}`) and envelope sender (`{envelope}`) speak for `{from}`"),
        ),
        (Some((domain, true)), false) => Finding::ok(
            SUBJECT,
            format!("the signature (`{domain}`) speaks for `{from}`; the envelope sender (`{envelope}`) does not"),
        ),
        (None, true) => Finding::ok(SUBJECT, format!("the envelope sender (`{envelope}`) speaks for `{from}`")),
        (None, false) => Finding::warning(
            SUBJECT,
            format!("the envelope sender (`{envelope}`) does not speak for `{from}`"),
            format!("sign as `{from}` (`newsletter dkim keygen`), unless the mail server does"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "v=DKIM1; k=rsa; p=YWJj";

    fn said(sender: &Sender<'_>, records: &[(&str, &str)]) -> Vec<String> {
        let mut answers: BTreeMap<_, _> =
            names(sender).into_iter().map(|name| (name, Answer::Texts(Vec::new()))).collect();
        for (name, text) in records {
            answers.insert((*name).to_owned(), Answer::Texts(vec![(*text).to_owned()]));
        }
        findings(sender, &answers).iter().map(ToString::to_string).collect()
    }

    fn sender<'a>(envelope: &'a str, signing: Option<&'a str>) -> Sender<'a> {
        let key = KeyRecord::parse(KEY).ok();
        let signature = signing.map(|domain| Signature { domain, selector: "nl2026", key });
        Sender { from: "letter.example.org", envelope, signature }
    }

    #[test]
    fn every_record_that_decides_is_asked_for() {
        let names = names(&sender("bounces.example.net", Some("example.org")));
        let expected = [
            "_dmarc.bounces.example.net",
            "_dmarc.example.net",
            "_dmarc.example.org",
            "_dmarc.letter.example.org",
            "_dmarc.net",
            "_dmarc.org",
            "bounces.example.net",
            "nl2026._domainkey.example.org",
        ];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_sender_whose_records_are_in_order_hears_so() {
        let records = [
            ("letter.example.org", "v=spf1 include:spf.example.net -all"),
            ("nl2026._domainkey.example.org", KEY),
            ("_dmarc.example.org", "v=DMARC1; p=none"),
        ];
        assert_eq!(
            said(&sender("letter.example.org", Some("example.org")), &records),
            [
                "ok SPF: `letter.example.org` says `v=spf1 include:spf.example.net -all`",
                "ok DKIM: `nl2026._domainkey.example.org` has the key that signs",
                "ok DMARC: `_dmarc.example.org` says `p=none`",
                "ok alignment: signature (`example.org`) and envelope sender (`letter.example.org`) speak for `letter.example.org`",
            ]
        );
    }

    #[test]
    fn somebody_has_to_speak_for_the_domain_readers_see() {
        let last = |sender: Sender<'_>, policy: &str| said(&sender, &[("_dmarc.example.org", policy)]).pop().unwrap();
        let relaxed = "v=DMARC1; p=none";
        assert_eq!(
            last(sender("bounces.example.net", Some("example.org")), relaxed),
            "ok alignment: the signature (`example.org`) speaks for `letter.example.org`; the envelope sender (`bounces.example.net`) does not"
        );
        assert_eq!(
            last(sender("letter.example.org", Some("example.org")), "v=DMARC1; p=none; adkim=s"),
            "problem alignment: the signature of `example.org` does not speak for mail from `letter.example.org` -> set `domain = \"letter.example.org\"` under `[dkim]` and publish its record"
        );
        assert_eq!(
            last(sender("example.org", None), relaxed),
            "ok alignment: the envelope sender (`example.org`) speaks for `letter.example.org`"
        );
        assert_eq!(
            last(sender("example.org", None), "v=DMARC1; p=none; aspf=s"),
            "warning alignment: the envelope sender (`example.org`) does not speak for `letter.example.org` -> sign as `letter.example.org` (`newsletter dkim keygen`), unless the mail server does"
        );
    }

    #[test]
    fn what_could_not_be_asked_is_not_guessed() {
        let sender = sender("letter.example.org", None);
        let silent = |name| (name, Answer::Failed("no name server answers".to_owned()));
        let mut answers: BTreeMap<_, _> = names(&sender).into_iter().map(silent).collect();
        let said = |answers: &BTreeMap<String, Answer>| {
            let findings = findings(&sender, answers);
            findings.iter().map(|finding| (finding.subject, finding.level.word())).collect::<Vec<_>>()
        };
        assert_eq!(said(&answers), [("DNS", "warning")]);
        answers.insert("_dmarc.org".to_owned(), Answer::Texts(Vec::new()));
        let levels = said(&answers);
        assert_eq!(levels, [("SPF", "warning"), ("DMARC", "warning"), ("alignment", "warning")]);
    }
}
