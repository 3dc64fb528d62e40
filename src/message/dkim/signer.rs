//! Signs messages.

use data_encoding::BASE64;

use super::body::BodyHash;
use super::canonical::{self, Canonicalization};
use super::key::DkimKey;

/// The headers a signature covers, each that the message has. Both `List-Unsubscribe` headers are among them, which
/// RFC 8058 section 4 demands of one-click unsubscribing.
const SIGNED_HEADERS: [&str; 14] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-archive",
    "feedback-id",
    "precedence",
];

/// The headers that are listed once more than they occur, so that none can be added (RFC 6376 5.4.2).
const OVERSIGNED_HEADERS: [&str; 3] = ["from", "to", "subject"];

/// Characters of base64 on a line of the signature header.
const FOLD: usize = 64;

/// Signs messages for one domain.
#[derive(Debug)]
pub struct DkimSigner {
    domain: String,
    selector: String,
    key: DkimKey,
}

impl DkimSigner {
    /// A signer for `domain` (A-labels) whose public key is published at `selector._domainkey.domain`.
    pub fn new(domain: impl Into<String>, selector: impl Into<String>, key: DkimKey) -> Self {
        Self { domain: domain.into(), selector: selector.into(), key }
    }

    /// The key it signs with.
    pub fn key(&self) -> &DkimKey {
        &self.key
    }

    /// Puts a `DKIM-Signature` before `message`, which has CRLF line ends.
    ///
    /// `time` is the signature's `t=`, in seconds since 1970: the plan's date, so that signing again gives the same
    /// bytes (both algorithms are deterministic).
    pub fn sign(&self, message: &mut Vec<u8>, time: i64) {
        let (_, body) = canonical::split(message);
        let head = message.len() - body.len();
        let mut hash = BodyHash::new();
        hash.add(&BodyHash::canonicalize(body, true));
        let header = self.header(&message[..head], hash, time);
        message.splice(0..0, header.into_bytes());
    }

    /// The `DKIM-Signature`, its line end included, of the message that begins with the headers `head` and whose body
    /// has this `hash`.
    pub(in crate::message) fn header(&self, head: &[u8], hash: BodyHash, time: i64) -> String {
        let (headers, _) = canonical::split(head);
        let names = signed_header_names(&headers);
        let body_hash = BASE64.encode(hash.finish().as_ref());
        let unsigned = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n t={time}; h={};\r\n bh={body_hash};\r\n b=",
            self.key.algorithm().tag(),
            self.domain,
            self.selector,
            names.join(":\r\n  "),
        );
        let mut signed = Vec::with_capacity(2048);
        canonical::append_headers(Canonicalization::Relaxed, &headers, &names, &mut signed);
        canonical::append_header(Canonicalization::Relaxed, unsigned.as_bytes(), &mut signed);
        let signature = BASE64.encode(&self.key.sign(&signed));
        let mut header = unsigned;
        for (line, start) in (0..signature.len()).step_by(FOLD).enumerate() {
            if line > 0 {
                header.push_str("\r\n  ");
            }
            header.push_str(&signature[start..(start + FOLD).min(signature.len())]);
        }
        header.push_str("\r\n");
        header
    }
}

/// Returns the names that `h=` lists for these headers.
fn signed_header_names(headers: &[canonical::HeaderField<'_>]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for covered in SIGNED_HEADERS {
        let occurs = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(covered)).count();
        let sealed = usize::from(OVERSIGNED_HEADERS.contains(&covered));
        names.extend(std::iter::repeat_n(covered, occurs + sealed));
    }
    names
}
