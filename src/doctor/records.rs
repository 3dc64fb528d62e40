//! Diagnoses the DNS records of a sender together: SPF, DKIM, DMARC and their alignment.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnosis::Diagnosis;
use super::dns::TxtLookup;
use super::{dkim, dmarc, spf};
use crate::message::dkim::KeyRecord;

/// The domains that a message claims. All are in A-labels.
#[derive(Debug)]
pub struct MailIdentity<'a> {
    /// The domain of the `From` header.
    pub from: &'a str,
    /// The domain of the envelope sender.
    pub envelope: &'a str,
    /// The signature made here; the mail server may add its own.
    pub signature: Option<SigningIdentity<'a>>,
}

/// The signature of a message.
#[derive(Debug)]
pub struct SigningIdentity<'a> {
    /// The signing domain.
    pub domain: &'a str,
    /// The selector of the key.
    pub selector: &'a str,
    /// The record of the key, as it should be published; `None` if the key is not readable.
    pub key: Option<KeyRecord>,
}

impl SigningIdentity<'_> {
    fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

/// Returns the names whose TXT records are needed.
pub fn names(sender: &MailIdentity<'_>) -> BTreeSet<String> {
    let signing = sender.signature.as_ref();
    let domains = [Some(sender.from), Some(sender.envelope), signing.map(|signature| signature.domain)];
    let mut names: BTreeSet<_> = domains.into_iter().flatten().flat_map(dmarc::names).collect();
    names.insert(sender.envelope.to_owned());
    names.extend(signing.map(SigningIdentity::record_name));
    names
}

/// Diagnoses the records found by [`dns::look_up`](super::dns::look_up).
pub fn diagnose(sender: &MailIdentity<'_>, answers: &BTreeMap<String, TxtLookup>) -> Vec<Diagnosis> {
    if let Some((name, TxtLookup::Failed(reason))) = answers.first_key_value()
        && answers.values().all(|answer| matches!(answer, TxtLookup::Failed(_)))
    {
        return vec![Diagnosis::unknown("DNS", name, reason)];
    }
    let unasked = TxtLookup::Failed("it was not looked up".to_owned());
    let answer = |name: &str| answers.get(name).unwrap_or(&unasked);
    let mut diagnoses = vec![spf::finding(sender.envelope, answer(sender.envelope))];
    if let Some(signature) = &sender.signature {
        let name = signature.record_name();
        diagnoses.push(dkim::finding(&name, signature.key.as_ref(), answer(&name)));
    }
    diagnoses.push(dmarc::finding(sender.from, answers));
    diagnoses.push(alignment(sender, answers));
    diagnoses
}

/// Diagnoses the alignment of signature and envelope sender with the domain that readers see. DMARC needs one of them.
fn alignment(sender: &MailIdentity<'_>, answers: &BTreeMap<String, TxtLookup>) -> Diagnosis {
    const SUBJECT: &str = "alignment";
    for (name, answer) in answers.iter().filter(|(name, _)| name.starts_with("_dmarc.")) {
        if let TxtLookup::Failed(reason) = answer {
            return Diagnosis::unknown(SUBJECT, name, reason);
        }
    }
    let MailIdentity { from, envelope, signature } = sender;
    let policy = dmarc::policy(from, answers);
    let strict = |of: fn(&dmarc::DmarcPolicy) -> bool| policy.as_ref().is_some_and(of);
    let by_envelope = dmarc::is_aligned(envelope, from, strict(|policy| policy.strict_envelope), answers);
    let by_signature = signature.as_ref().map(|signature| {
        let strict = strict(|policy| policy.strict_signature);
        (signature.domain, dmarc::is_aligned(signature.domain, from, strict, answers))
    });
    match (by_signature, by_envelope) {
        (Some((domain, false)), _) => Diagnosis::problem(
            SUBJECT,
            format!("the signing domain `{domain}` is not aligned with `{from}`"),
            format!("set `domain = \"{from}\"` under `[dkim]` and publish its record"),
        ),
        (Some((domain, true)), true) => Diagnosis::ok(
            SUBJECT,
            format!("signature (`{domain}`) and envelope sender (`{envelope}`) are aligned with `{from}`"),
        ),
        (Some((domain, true)), false) => Diagnosis::ok(
            SUBJECT,
            format!("the signature (`{domain}`) is aligned with `{from}`; the envelope sender (`{envelope}`) is not"),
        ),
        (None, true) => Diagnosis::ok(SUBJECT, format!("the envelope sender (`{envelope}`) is aligned with `{from}`")),
        (None, false) => Diagnosis::warning(
            SUBJECT,
            format!("the envelope sender (`{envelope}`) is not aligned with `{from}`"),
            format!("sign as `{from}` (`newsletter dkim keygen`), unless the mail server does"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "v=DKIM1; k=rsa; p=YWJj";

    fn said(sender: &MailIdentity<'_>, records: &[(&str, &str)]) -> Vec<String> {
        let mut answers: BTreeMap<_, _> =
            names(sender).into_iter().map(|name| (name, TxtLookup::Records(Vec::new()))).collect();
        for (name, text) in records {
            answers.insert((*name).to_owned(), TxtLookup::Records(vec![(*text).to_owned()]));
        }
        diagnose(sender, &answers).iter().map(ToString::to_string).collect()
    }

    fn sender<'a>(envelope: &'a str, signing: Option<&'a str>) -> MailIdentity<'a> {
        let key = KeyRecord::parse(KEY).ok();
        let signature = signing.map(|domain| SigningIdentity { domain, selector: "nl2026", key });
        MailIdentity { from: "letter.example.org", envelope, signature }
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
                "ok SPF: `letter.example.org` publishes `v=spf1 include:spf.example.net -all`",
                "ok DKIM: `nl2026._domainkey.example.org` publishes the signing key",
                "ok DMARC: `_dmarc.example.org` publishes `p=none`",
                "ok alignment: signature (`example.org`) and envelope sender (`letter.example.org`) are aligned with `letter.example.org`",
            ]
        );
    }

    #[test]
    fn somebody_has_to_speak_for_the_domain_readers_see() {
        let last =
            |sender: MailIdentity<'_>, policy: &str| said(&sender, &[("_dmarc.example.org", policy)]).pop().unwrap();
        let relaxed = "v=DMARC1; p=none";
        assert_eq!(
            last(sender("bounces.example.net", Some("example.org")), relaxed),
            "ok alignment: the signature (`example.org`) is aligned with `letter.example.org`; the envelope sender (`bounces.example.net`) is not"
        );
        assert_eq!(
            last(sender("letter.example.org", Some("example.org")), "v=DMARC1; p=none; adkim=s"),
            "problem alignment: the signing domain `example.org` is not aligned with `letter.example.org` -> set `domain = \"letter.example.org\"` under `[dkim]` and publish its record"
        );
        assert_eq!(
            last(sender("example.org", None), relaxed),
            "ok alignment: the envelope sender (`example.org`) is aligned with `letter.example.org`"
        );
        assert_eq!(
            last(sender("example.org", None), "v=DMARC1; p=none; aspf=s"),
            "warning alignment: the envelope sender (`example.org`) is not aligned with `letter.example.org` -> sign as `letter.example.org` (`newsletter dkim keygen`), unless the mail server does"
        );
    }

    #[test]
    fn what_could_not_be_asked_is_not_guessed() {
        let sender = sender("letter.example.org", None);
        let silent = |name| (name, TxtLookup::Failed("no name server responded".to_owned()));
        let mut answers: BTreeMap<_, _> = names(&sender).into_iter().map(silent).collect();
        let said = |answers: &BTreeMap<String, TxtLookup>| {
            let diagnoses = diagnose(&sender, answers);
            diagnoses.iter().map(|finding| (finding.subject, finding.level.word())).collect::<Vec<_>>()
        };
        assert_eq!(said(&answers), [("DNS", "warning")]);
        answers.insert("_dmarc.org".to_owned(), TxtLookup::Records(Vec::new()));
        let levels = said(&answers);
        assert_eq!(levels, [("SPF", "warning"), ("DMARC", "warning"), ("alignment", "warning")]);
    }
}
