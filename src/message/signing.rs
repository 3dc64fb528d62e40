//! Signs the messages of one letter with DKIM.
//!
//! The messages are nearly identical, so the common parts are canonicalized once and, up to the first byte that differs,
//! hashed once.

use super::dkim::{BodyHash, DkimSigner};
use super::frozen::FrozenLetter;
use super::segment::Segment;

/// Signs the messages of one letter.
#[derive(Debug)]
pub(super) struct LetterSigner<'a> {
    signer: &'a DkimSigner,
    /// The time of every signature, in seconds since 1970.
    time: i64,
    /// The part of the letter in which the body begins, and how far into it.
    body: (usize, usize),
    /// Of the body's bytes in that part.
    beginning: BodyHash,
    /// Each part of the letter in canonical form, where it is of the body and the same for everybody.
    canonical: Vec<Option<Vec<u8>>>,
    /// How long the signature of the last message was. The next one's is as long, so room is left for it.
    room: usize,
}

/// The signature of a message that is being written.
pub(super) struct PendingSignature<'s, 'a> {
    signing: &'s mut LetterSigner<'a>,
    /// Where the body begins, and the hash of it so far.
    body: Option<(usize, BodyHash)>,
}

impl<'a> LetterSigner<'a> {
    pub(super) fn new(signer: &'a DkimSigner, letter: &FrozenLetter) -> Self {
        let body = letter.body_start().expect("every letter has a body");
        let last = letter.segments().len() - 1;
        let canonical = letter.segments().iter().enumerate().map(|(index, part)| match part {
            Segment::Literal(text) if index >= body.0 => {
                let text = if index == body.0 { &text[body.1..] } else { text };
                Some(BodyHash::canonicalize(text.as_bytes(), index == last).into_owned())
            }
            _ => None,
        });
        let canonical: Vec<_> = canonical.collect();
        let mut beginning = BodyHash::new();
        beginning.add(canonical[body.0].as_deref().unwrap_or_default());
        Self { signer, time: letter.planned_at(), body, beginning, canonical, room: 0 }
    }

    /// Leaves room for a signature at the beginning of a message.
    pub(super) fn begin(&mut self, bytes: &mut Vec<u8>) -> PendingSignature<'_, 'a> {
        bytes.resize(self.room, b' ');
        PendingSignature { signing: self, body: None }
    }
}

impl PendingSignature<'_, '_> {
    /// The bytes of part `index`, from `start` on, are written. Every part of a body begins at the beginning of a line,
    /// so each is brought into canonical form alone.
    pub(super) fn add(&mut self, index: usize, start: usize, bytes: &[u8]) {
        let signing = &self.signing;
        match (&mut self.body, &signing.canonical[index]) {
            (Some((_, hash)), Some(canonical)) => hash.add(canonical),
            (Some((_, hash)), None) => hash.add(&BodyHash::canonicalize(&bytes[start..], false)),
            (None, _) if index == signing.body.0 => {
                self.body = Some((start + signing.body.1, signing.beginning.clone()));
            }
            (None, _) => {}
        }
    }

    /// Puts the signature before the message.
    pub(super) fn prepend_to(self, bytes: &mut Vec<u8>) {
        let room = self.signing.room;
        let (body, hash) = self.body.expect("every letter has a body");
        let signature = self.signing.signer.header(&bytes[room..body], hash, self.signing.time);
        self.signing.room = signature.len();
        bytes.splice(0..room, signature.into_bytes());
    }
}
