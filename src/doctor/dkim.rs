//! Diagnoses the DKIM key that signs, and the one that is published.

use super::diagnosis::Diagnosis;
use super::dns::TxtLookup;
use crate::message::dkim::{Algorithm, KeyRecord};

/// The size of an RSA key that Gmail and Yahoo recommend, in bits.
const ADVISED: usize = 2048;

/// Diagnoses the key that signs; `bits` is the size of an RSA key.
pub fn key(algorithm: Algorithm, bits: Option<usize>) -> Diagnosis {
    const SUBJECT: &str = "DKIM key";
    match (algorithm, bits) {
        (Algorithm::Ed25519, _) => Diagnosis::warning(
            SUBJECT,
            "Ed25519, which Microsoft and Yahoo cannot verify",
            "sign with RSA: `newsletter dkim keygen` creates such a key",
        ),
        (Algorithm::Rsa, Some(bits)) if bits < ADVISED => Diagnosis::warning(
            SUBJECT,
            format!("RSA, {bits} bits: receivers consider such a short key weak"),
            format!("`newsletter dkim keygen` creates one of {ADVISED} bits"),
        ),
        (Algorithm::Rsa, bits) => Diagnosis::ok(SUBJECT, format!("RSA, {} bits", bits.unwrap_or_default())),
    }
}

/// Compares the record at `name` with `own`, the record of the key that signs if it is readable.
pub(super) fn finding(name: &str, own: Option<&KeyRecord>, answer: &TxtLookup) -> Diagnosis {
    const SUBJECT: &str = "DKIM";
    const PUBLISH: &str = "publish what `newsletter dkim dns` prints";
    let texts = match answer {
        TxtLookup::Records(texts) => texts,
        TxtLookup::Failed(reason) => return Diagnosis::unknown(SUBJECT, name, reason),
    };
    let record = match texts.as_slice() {
        [] => return Diagnosis::problem(SUBJECT, format!("`{name}` has no TXT record"), PUBLISH),
        [record] => record,
        several => {
            let message = format!("`{name}` has {} TXT records instead of one", several.len());
            return Diagnosis::problem(SUBJECT, message, "delete the others");
        }
    };
    match KeyRecord::parse(record) {
        Err(flaw) => Diagnosis::problem(SUBJECT, format!("`{name}`: {flaw}"), PUBLISH),
        Ok(record) if own.is_some_and(|own| !record.same_key(own)) => {
            Diagnosis::problem(SUBJECT, format!("`{name}` publishes a different key from the one that signs"), PUBLISH)
        }
        Ok(record) if record.testing => Diagnosis::warning(
            SUBJECT,
            format!("`{name}` has a key marked as a test (`t=y`)"),
            "remove the mark: receivers may treat the mail as unsigned",
        ),
        Ok(_) if own.is_none() => Diagnosis::warning(
            SUBJECT,
            format!("`{name}` publishes a key, but it cannot be compared with the signing key"),
            "make the signing key readable first",
        ),
        Ok(_) => Diagnosis::ok(SUBJECT, format!("`{name}` publishes the signing key")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_key_is_the_one_that_signs() {
        let own = KeyRecord::parse("v=DKIM1; k=rsa; p=YWJj").unwrap();
        let help = "-> publish what `newsletter dkim dns` prints";
        let cases = [
            (vec!["v=DKIM1; k=rsa; p=YWJj"], "ok DKIM: `n` publishes the signing key".to_owned()),
            (vec!["p=YW Jj"], "ok DKIM: `n` publishes the signing key".to_owned()),
            (vec![], format!("problem DKIM: `n` has no TXT record {help}")),
            (vec!["p=YWJk"], format!("problem DKIM: `n` publishes a different key from the one that signs {help}")),
            (vec!["k=ed25519; p=YWJj"], format!("problem DKIM: `n` publishes a different key from the one that signs {help}")),
            (vec!["v=DKIM1; p="], format!("problem DKIM: `n`: the key is revoked: its `p=` is empty {help}")),
            (vec!["p=YWJj", "p=YWJj"], "problem DKIM: `n` has 2 TXT records instead of one -> delete the others".to_owned()),
            (
                vec!["t=y; p=YWJj"],
                "warning DKIM: `n` has a key marked as a test (`t=y`) -> remove the mark: receivers may treat the mail as unsigned".to_owned(),
            ),
        ];
        for (texts, expected) in cases {
            let answer = TxtLookup::Records(texts.into_iter().map(str::to_owned).collect());
            assert_eq!(finding("n", Some(&own), &answer).to_string(), expected);
        }
    }

    #[test]
    fn a_key_has_a_type_that_all_receivers_verify() {
        assert_eq!(key(Algorithm::Rsa, Some(2048)).to_string(), "ok DKIM key: RSA, 2048 bits");
        assert_eq!(
            key(Algorithm::Rsa, Some(1024)).to_string(),
            "warning DKIM key: RSA, 1024 bits: receivers consider such a short key weak -> `newsletter dkim keygen` creates one of 2048 bits"
        );
        assert_eq!(
            key(Algorithm::Ed25519, None).to_string(),
            "warning DKIM key: Ed25519, which Microsoft and Yahoo cannot verify -> sign with RSA: `newsletter dkim keygen` creates such a key"
        );
    }
}
