//! Computes the digest of a letter. Two digests are equal exactly if readers can see no difference.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use super::header;
use crate::letter::Letter;
use crate::model::{Piece, Publication, Slot};

/// The SHA-256 of values in their order.
#[derive(Clone)]
pub(crate) struct ValuesDigest(digest::Context);

impl ValuesDigest {
    /// The digest of no values yet.
    pub(crate) fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Adds a value. Its length before it keeps two neighbours from running together.
    pub(crate) fn add(&mut self, value: &[u8]) {
        self.0.update(&(value.len() as u64).to_be_bytes());
        self.0.update(value);
    }

    /// Returns the digest in lower-case hex.
    pub(crate) fn into_hex(self) -> String {
        HEXLOWER.encode(self.0.finish().as_ref())
    }
}

/// Returns the SHA-256, in lower-case hex, of the letter and of the headers that all messages share, without the stamp.
pub(super) fn letter_digest(letter: &Letter, publication: &Publication) -> String {
    let mut digest = ValuesDigest::new();
    let mut update = |bytes: &[u8]| digest.add(bytes);
    update(&letter.number.0.to_be_bytes());
    for slotted in [&letter.subject, &letter.html, &letter.text] {
        update(&(slotted.0.len() as u64).to_be_bytes());
        for piece in &slotted.0 {
            match piece {
                Piece::Literal(text) => update(text.as_bytes()),
                Piece::Slot(Slot::Field { column, fallback }) => {
                    update(column.as_bytes());
                    update(fallback.as_bytes());
                }
                Piece::Slot(Slot::Address) => update(b"\0address"),
                Piece::Slot(Slot::UnsubscribeUrl) => update(b"\0unsubscribe"),
            }
        }
    }
    update(header::mailbox("From", publication.from.name.as_deref(), &publication.from.address).as_bytes());
    update(publication.reply_to.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
    update(publication.list_id.as_bytes());
    let (before, after) = publication.unsubscribe.url.as_ref().map_or(("", ""), |(before, after)| (before, after));
    update(before.as_bytes());
    update(after.as_bytes());
    update(publication.unsubscribe.mailto.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
    digest.into_hex()
}
