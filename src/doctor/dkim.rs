//! DKIM: the key that signs and the one that is published.

use super::Finding;
use super::dns::Answer;
use crate::message::dkim::{Algorithm, KeyRecord};

/// Bits of an RSA key that Gmail and Yahoo advise.
const ADVISED: usize = 2048;

/// What is to be said about the key that signs; `bits` of an RSA key.
pub fn key(algorithm: Algorithm, bits: Option<usize>) -> Finding {
    const SUBJECT: &str = "DKIM key";
    match (algorithm, bits) {
        (Algorithm::Ed25519, _) => Finding::warning(
            SUBJECT,
            "Ed25519, which Microsoft and Yahoo do not verify",
            "sign with RSA: `newsletter dkim keygen` makes such a key",
        ),
        (Algorithm::Rsa, Some(bits)) if bits < ADVISED => Finding::warning(
            SUBJECT,
            format!("RSA, {bits} bits: few enough for receivers to think little of it"),
            format!("`newsletter dkim keygen` makes one of {ADVISED}"),
        ),
        (Algorithm::Rsa, bits) => Finding::ok(SUBJECT, format!("RSA, {} bits", bits.unwrap_or_default())),
    }
}

/// What the record at `name` says about the key that signs: `own`, as it ought to be published, where it can be had.
pub(super) fn finding(name: &str, own: Option<&KeyRecord>, answer: &Answer) -> Finding {
    const SUBJECT: &str = "DKIM";
    const PUBLISH: &str = "publish what `newsletter dkim dns` prints";
    let texts = match answer {
        Answer::Texts(texts) => texts,
        Answer::Failed(reason) => return Finding::unknown(SUBJECT, name, reason),
    };
    let record = match texts.as_slice() {
        [] => return Finding::problem(SUBJECT, format!("`{name}` has no TXT record"), PUBLISH),
        [record] => record,
        several => {
            let message = format!("`{name}` has {} TXT records where one key should be", several.len());
            return Finding::problem(SUBJECT, message, "take the others away");
        }
    };
    match KeyRecord::parse(record) {
        Err(flaw) => Finding::problem(SUBJECT, format!("`{name}`: {flaw}"), PUBLISH),
        Ok(record) if own.is_some_and(|own| !record.same_key(own)) => {
            Finding::problem(SUBJECT, format!("`{name}` has another key than the one that signs"), PUBLISH)
        }
        Ok(record) if record.testing => Finding::warning(
            SUBJECT,
            format!("`{name}` has a key marked as a test (`t=y`)"),
            "take the mark away: receivers may act as if nothing were signed",
        ),
        Ok(_) if own.is_none() => Finding::warning(
            SUBJECT,
            format!("`{name}` has a key; whether it is the one that signs nobody can tell"),
            "make the key that signs readable first",
        ),
        Ok(_) => Finding::ok(SUBJECT, format!("`{name}` has the key that signs")),
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
            (vec!["v=DKIM1; k=rsa; p=YWJj"], "ok DKIM: `n` has the key that signs".to_owned()),
            (vec!["p=YW Jj"], "ok DKIM: `n` has the key that signs".to_owned()),
            (vec![], format!("problem DKIM: `n` has no TXT record {help}")),
            (vec!["p=YWJk"], format!("problem DKIM: `n` has another key than the one that signs {help}")),
            (vec!["k=ed25519; p=YWJj"], format!("problem DKIM: `n` has another key than the one that signs {help}")),
            (vec!["v=DKIM1; p="], format!("problem DKIM: `n`: the key is revoked: its `p=` is empty {help}")),
            (vec!["p=YWJj", "p=YWJj"], "problem DKIM: `n` has 2 TXT records where one key should be -> take the others away".to_owned()),
            (
                vec!["t=y; p=YWJj"],
                "warning DKIM: `n` has a key marked as a test (`t=y`) -> take the mark away: receivers may act as if nothing were signed".to_owned(),
            ),
        ];
        for (texts, expected) in cases {
            let answer = Answer::Texts(texts.into_iter().map(str::to_owned).collect());
            assert_eq!(finding("n", Some(&own), &answer).to_string(), expected);
        }
    }

    #[test]
    fn a_key_is_of_a_kind_everybody_verifies() {
        assert_eq!(key(Algorithm::Rsa, Some(2048)).to_string(), "ok DKIM key: RSA, 2048 bits");
        assert_eq!(
            key(Algorithm::Rsa, Some(1024)).to_string(),
            "warning DKIM key: RSA, 1024 bits: few enough for receivers to think little of it -> `newsletter dkim keygen` makes one of 2048"
        );
        assert_eq!(
            key(Algorithm::Ed25519, None).to_string(),
            "warning DKIM key: Ed25519, which Microsoft and Yahoo do not verify -> sign with RSA: `newsletter dkim keygen` makes such a key"
        );
    }
}
