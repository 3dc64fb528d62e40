//! Verifies signatures of any sender, in every canonical form (RFC 6376 section 6). The records with the public key are an
//! argument.

use std::borrow::Cow;
use std::fmt;

use super::body;
use super::canonical::{self, Canonicalization, HeaderField};
use super::key::Algorithm;
use super::record::{KeyRecord, KeyRecordError};
use super::tags::{self, Tags};

/// A `DKIM-Signature` of a message, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The domain that signed (`d=`).
    pub domain: String,
    /// Which of its keys (`s=`).
    pub selector: String,
    /// How.
    pub algorithm: Algorithm,
    /// After which it counts for nothing (`x=`), in seconds since 1970.
    expires: Option<i64>,
    /// Whether it names a domain below `d=` as who it speaks for (`i=`).
    speaks_for_subdomain: bool,
    /// Whether the body is the one that was signed.
    body_is_intact: bool,
    /// The signed bytes, in canonical form.
    signed: Vec<u8>,
    /// The signature (`b=`).
    value: Vec<u8>,
}

/// Why a signature proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureError {
    /// It cannot be read: what is wrong.
    Malformed(String),
    /// It is made in a way that is not to be trusted, or unknown.
    Algorithm(String),
    /// It covers only the beginning of the body (`l=`), and anybody could write on.
    PartOfBody,
    /// It has expired (`x=`).
    Expired,
    /// There is no public key in DNS.
    NoRecord,
    /// There are several records, and nobody says which is the key.
    SeveralRecords,
    /// The record is of no use.
    Record(KeyRecordError),
    /// The record has another kind of key.
    WrongKeyType,
    /// The record allows the key no subdomains, and the signature speaks for one.
    Subdomain,
    /// The body is not the one that was signed.
    BodyChanged,
    /// The headers are not those that were signed, or another key signed them.
    HeadersChanged,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(formatter, "it is malformed: {what}"),
            Self::Algorithm(name) => write!(formatter, "`{name}` must not be trusted (RFC 8301)"),
            Self::PartOfBody => formatter.write_str("it covers only a part of the body (`l=`)"),
            Self::Expired => formatter.write_str("it has expired (`x=`)"),
            Self::NoRecord => formatter.write_str("no public key is published"),
            Self::SeveralRecords => formatter.write_str("several records are published instead of one"),
            Self::Record(flaw) => flaw.fmt(formatter),
            Self::WrongKeyType => formatter.write_str("the published key is of a different type"),
            Self::Subdomain => formatter.write_str("the published key may not sign for subdomains"),
            Self::BodyChanged => formatter.write_str("the body was changed after it was signed"),
            Self::HeadersChanged => {
                formatter.write_str("a signed header was changed, or the key is not the published one")
            }
        }
    }
}

impl std::error::Error for SignatureError {}

impl Signature {
    /// The signatures of `message`, the first one first. A message kept with bare LF line ends is read as if they were CRLF.
    pub fn parse_all(message: &[u8]) -> Vec<Result<Self, SignatureError>> {
        let message = with_crlf(message);
        let (headers, body) = canonical::split(&message);
        let ours = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("dkim-signature"));
        ours.map(|header| Self::read(header, &headers, body)).collect()
    }

    /// Where its public key is published.
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// Verifies it with the TXT `records` published under its name. `now` is in seconds since 1970.
    pub fn verify<R: AsRef<str>>(&self, records: &[R], now: i64) -> Result<(), SignatureError> {
        if self.expires.is_some_and(|expires| expires < now) {
            return Err(SignatureError::Expired);
        }
        let record = match records {
            [] => return Err(SignatureError::NoRecord),
            [record] => KeyRecord::parse(record.as_ref()).map_err(SignatureError::Record)?,
            _ => return Err(SignatureError::SeveralRecords),
        };
        if record.algorithm != self.algorithm {
            return Err(SignatureError::WrongKeyType);
        }
        if record.strict && self.speaks_for_subdomain {
            return Err(SignatureError::Subdomain);
        }
        if !self.body_is_intact {
            return Err(SignatureError::BodyChanged);
        }
        if record.verifies(&self.signed, &self.value) { Ok(()) } else { Err(SignatureError::HeadersChanged) }
    }

    fn read(header: &HeaderField<'_>, headers: &[HeaderField<'_>], body: &[u8]) -> Result<Self, SignatureError> {
        let malformed = |what: String| SignatureError::Malformed(what);
        let field = std::str::from_utf8(header.field).map_err(|_| malformed("it is not ASCII".to_owned()))?;
        let value = field.split_once(':').map_or("", |(_, value)| value);
        let tags = Tags::parse(value).map_err(malformed)?;
        let tag = |name: &str| tags.get(name).ok_or_else(|| malformed(format!("it has no `{name}=`")));
        let encoded =
            |name: &str| tags::base64(tag(name)?).ok_or_else(|| malformed(format!("`{name}=` is not base64")));
        let version = tag("v")?;
        if version != "1" {
            return Err(malformed(format!("its version is `{version}`")));
        }
        let algorithm = match tag("a")? {
            "rsa-sha256" => Algorithm::Rsa,
            "ed25519-sha256" => Algorithm::Ed25519,
            other => return Err(SignatureError::Algorithm(other.to_owned())),
        };
        if tags.get("l").is_some() {
            return Err(SignatureError::PartOfBody);
        }
        let names: Vec<&str> = tags::words(tag("h")?).collect();
        if !names.iter().any(|name| name.eq_ignore_ascii_case("from")) {
            return Err(malformed("it does not cover `From`".to_owned()));
        }
        let (header_form, body_form) = forms(tags.get("c").unwrap_or("simple/simple")).map_err(malformed)?;
        let domain = tag("d")?.to_ascii_lowercase();
        let body_is_intact = body::digest(body_form, body).as_ref() == encoded("bh")?;
        let mut signed = Vec::new();
        canonical::append_headers(header_form, headers, &names, &mut signed);
        canonical::append_header(header_form, without_signature(field).as_bytes(), &mut signed);
        Ok(Self {
            selector: tag("s")?.to_ascii_lowercase(),
            algorithm,
            expires: expiry(&tags).map_err(malformed)?,
            speaks_for_subdomain: subdomain(tags.get("i"), &domain).map_err(malformed)?,
            body_is_intact,
            signed,
            value: encoded("b")?,
            domain,
        })
    }
}

/// The forms that `c=` names; the body's is simple unless named.
fn forms(value: &str) -> Result<(Canonicalization, Canonicalization), String> {
    let form = |name: &str| match name {
        "simple" => Ok(Canonicalization::Simple),
        "relaxed" => Ok(Canonicalization::Relaxed),
        _ => Err(format!("`c={value}` is unknown")),
    };
    let (header, body) = value.split_once('/').unwrap_or((value, "simple"));
    Ok((form(header)?, form(body)?))
}

fn expiry(tags: &Tags<'_>) -> Result<Option<i64>, String> {
    let time = |name: &str| {
        let value = tags.get(name);
        value.map(|value| value.parse::<i64>().map_err(|_| format!("`{name}={value}` is not a time"))).transpose()
    };
    match (time("t")?, time("x")?) {
        (Some(signed), Some(expires)) if expires <= signed => Err("it expired before it was created".to_owned()),
        (_, expires) => Ok(expires),
    }
}

/// Returns whether `i=` names a domain below `d=`. Errors if it names any other domain than these two.
fn subdomain(identity: Option<&str>, domain: &str) -> Result<bool, String> {
    let Some(identity) = identity else { return Ok(false) };
    let named = identity.rsplit_once('@').map_or("", |(_, named)| named).to_ascii_lowercase();
    if named == domain {
        return Ok(false);
    }
    if named.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')) {
        return Ok(true);
    }
    Err(format!("`i={identity}` is not within `{domain}`"))
}

/// The header with the value of its `b=` taken out (RFC 6376 3.7), everything else as it was.
fn without_signature(field: &str) -> String {
    let start = field.find(':').map_or(0, |colon| colon + 1);
    let mut kept = field[..start].to_owned();
    for (index, part) in field[start..].split(';').enumerate() {
        if index > 0 {
            kept.push(';');
        }
        match part.split_once('=') {
            Some((name, _)) if name.trim() == "b" => {
                kept.push_str(name);
                kept.push('=');
            }
            _ => kept.push_str(part),
        }
    }
    kept
}

/// `message` with every bare LF made a CRLF.
fn with_crlf(message: &[u8]) -> Cow<'_, [u8]> {
    let is_bare = |at: usize| message[at] == b'\n' && (at == 0 || message[at - 1] != b'\r');
    if !(0..message.len()).any(is_bare) {
        return Cow::Borrowed(message);
    }
    let mut mended = Vec::with_capacity(message.len() + message.len() / 32);
    for (at, &byte) in message.iter().enumerate() {
        if is_bare(at) {
            mended.push(b'\r');
        }
        mended.push(byte);
    }
    Cow::Owned(mended)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::dkim::key::DkimKey;
    use crate::message::dkim::signer::DkimSigner;

    /// The example of RFC 8463 appendix A.
    const EXAMPLE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\n d=football.example.com; \
        i=@football.example.com;\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\n subject : date : message-id : \
        from : subject : date;\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n \
        b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\n\
        From: Joe SixPack <joe@football.example.com>\nTo: Suzie Q <suzie@shopping.example.net>\n\
        Subject: Is dinner ready?\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\n\
        Message-ID: <20030712040037.46341.5F8J@football.example.com>\n\nHi.\n\nWe lost the game.  Are you hungry yet?\n\n\
        Joe.\n";
    const RECORD: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    const NOW: i64 = 1_800_000_000;

    /// The verdict on the first signature of `message`.
    fn verdict(message: &str, records: &[&str]) -> String {
        let verdict = Signature::parse_all(message.as_bytes()).remove(0);
        match verdict.and_then(|signature| signature.verify(records, NOW)) {
            Ok(()) => "good".to_owned(),
            Err(flaw) => flaw.to_string(),
        }
    }

    #[test]
    fn the_example_of_rfc_8463_is_good() {
        assert_eq!(verdict(EXAMPLE, &[RECORD]), "good");
        let signature = Signature::parse_all(EXAMPLE.as_bytes()).remove(0).unwrap();
        assert_eq!(signature.record_name(), "brisbane._domainkey.football.example.com");
        assert!(Signature::parse_all(b"From: a@example.org\r\n\r\n").is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let changed = |from: &str, to: &str| {
            assert!(EXAMPLE.contains(from), "{from}");
            verdict(&EXAMPLE.replacen(from, to, 1), &[RECORD])
        };
        let headers = "a signed header was changed, or the key is not the published one";
        let cases = [
            (changed("lost", "won"), "the body was changed after it was signed"),
            (changed("dinner", "lunch"), headers),
            (changed("From: Joe", "From: eve@example.org\nFrom: Joe"), headers),
            (changed("v=1", "v=2"), "it is malformed: its version is `2`"),
            (changed("ed25519-sha256", "rsa-sha1"), "`rsa-sha1` must not be trusted (RFC 8301)"),
            (changed("ed25519-sha256", "rsa-sha256"), "the published key is of a different type"),
            (changed("q=dns/txt", "l=10"), "it covers only a part of the body (`l=`)"),
            (changed("q=dns/txt", "x=1700000000"), "it has expired (`x=`)"),
            (changed("q=dns/txt", "x=1500000000"), "it is malformed: it expired before it was created"),
            (changed("q=dns/txt", "x=soon"), "it is malformed: `x=soon` is not a time"),
            (changed("q=dns/txt", "x=1900000000"), headers),
            (changed("relaxed/relaxed", "nowsp"), "it is malformed: `c=nowsp` is unknown"),
            (changed("s=brisbane", "d=example.org"), "it is malformed: `d=` appears twice"),
            (changed("s=brisbane; ", ""), "it is malformed: it has no `s=`"),
            (
                changed("h=from : to :\n subject : date : message-id : from", "h=to"),
                "it is malformed: it does not cover `From`",
            ),
            (
                changed("i=@", "i=@not"),
                "it is malformed: `i=@notfootball.example.com` is not within `football.example.com`",
            ),
            (changed("bh=2jU", "bh=!"), "it is malformed: `bh=` is not base64"),
        ];
        for (said, expected) in cases {
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn what_is_wrong_with_the_record_is_named() {
        let other = "v=DKIM1; k=ed25519; p=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=";
        let cases = [
            (vec![], "no public key is published"),
            (vec![RECORD, RECORD], "several records are published instead of one"),
            (vec!["v=DKIM1; p="], "the key is revoked: its `p=` is empty"),
            (vec![other], "a signed header was changed, or the key is not the published one"),
        ];
        for (records, expected) in cases {
            assert_eq!(verdict(EXAMPLE, &records), expected);
        }
        let strict = format!("{RECORD}; t=s");
        assert_eq!(verdict(EXAMPLE, &[&strict]), "good");
        let below = EXAMPLE.replace("i=@", "i=@below.");
        assert_eq!(verdict(&below, &[&strict]), "the published key may not sign for subdomains");
    }

    #[test]
    fn our_signatures_verify() {
        let pem = DkimKey::generate(Algorithm::Ed25519).unwrap();
        let key = || DkimKey::from_pem(pem.as_bytes()).unwrap();
        let mut message = b"From: ada@example.org\r\nSubject: x\r\n  y\r\n\r\none  two \r\n\r\n".to_vec();
        DkimSigner::new("example.org", "nl2026", key()).sign(&mut message, NOW);
        let record = key().record().unwrap();
        assert_eq!(verdict(&String::from_utf8(message).unwrap(), &[&record]), "good");
    }

    proptest! {
        #[test]
        fn no_message_makes_verifying_panic(message in "(?s)(DKIM-Signature:[a-z0-9=;: /\r\n]{0,80}|.{0,40}|\r\n){0,6}") {
            for signature in Signature::parse_all(message.as_bytes()).into_iter().flatten() {
                let _ = signature.verify(&[RECORD], NOW);
            }
        }

        #[test]
        fn no_damage_to_a_signed_message_goes_unnoticed(at in 0..EXAMPLE.len(), put in proptest::char::range('a', 'z')) {
            let mut damaged = EXAMPLE.to_owned();
            damaged.replace_range(at..=at, &put.to_string());
            // The names of headers may be written in either case.
            prop_assume!(!damaged.eq_ignore_ascii_case(EXAMPLE));
            if let Some(Ok(signature)) = Signature::parse_all(damaged.as_bytes()).into_iter().next() {
                prop_assert!(signature.verify(&[RECORD], NOW).is_err(), "{damaged}");
            }
        }
    }
}
