//! Holds the content of a message (RFC 5321 2.3.9) in pieces: those that many messages share are examined once, and written
//! to the socket from one copy.

use std::sync::Arc;

use super::findings::Findings;

/// Pieces that many messages share.
#[derive(Debug)]
pub struct SharedPieces(Vec<SharedPiece>);

#[derive(Debug)]
struct SharedPiece {
    bytes: Box<[u8]>,
    findings: Findings,
}

impl SharedPieces {
    /// Examines `pieces` and keeps them.
    pub fn new<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let examined = |bytes: &[u8]| SharedPiece { bytes: bytes.into(), findings: Findings::inside(bytes) };
        Self(pieces.into_iter().map(examined).collect())
    }
}

/// The content of a message, or other bytes on their way to a server.
#[derive(Debug, Clone, Default)]
pub struct Content {
    shared: Option<Arc<SharedPieces>>,
    /// The bytes that are not shared, one after the other.
    own: Vec<u8>,
    /// All bytes in order, but for those of `own` behind the last part.
    parts: Vec<Part>,
    /// The number of bytes in shared pieces.
    shared_length: usize,
}

/// A part of a content.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// The own bytes from the end of the last such part to here.
    Own { end: usize },
    /// The shared piece of this number.
    Shared(usize),
}

impl Content {
    /// Removes all bytes. What it shares stays the same.
    pub fn clear(&mut self) {
        self.own.clear();
        self.parts.clear();
        self.shared_length = 0;
    }

    /// Removes all bytes, and shares pieces of `shared` from now on.
    pub fn clear_to_share(&mut self, shared: &Arc<SharedPieces>) {
        self.clear();
        if !self.shared.as_ref().is_some_and(|before| Arc::ptr_eq(before, shared)) {
            self.shared = Some(Arc::clone(shared));
        }
    }

    /// The buffer to append bytes to. Those in it must stay.
    pub fn own(&mut self) -> &mut Vec<u8> {
        &mut self.own
    }

    /// Appends the shared piece `number`, counted from 0.
    ///
    /// # Panics
    /// If there is no such piece.
    pub fn share(&mut self, number: usize) {
        let shared = self.shared.as_ref().expect("a content that shares pieces");
        self.shared_length += shared.0[number].bytes.len();
        self.end_own_part();
        self.parts.push(Part::Shared(number));
    }

    fn end_own_part(&mut self) {
        let end = self.own.len();
        if end > self.last_own_end() {
            self.parts.push(Part::Own { end });
        }
    }

    fn last_own_end(&self) -> usize {
        let own = self.parts.iter().rev().find_map(|part| if let Part::Own { end } = part { Some(*end) } else { None });
        own.unwrap_or(0)
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.own.len() + self.shared_length
    }

    /// Returns whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the bytes of `other`. Its shared pieces are not copied, unless this shares others already.
    pub(super) fn append(&mut self, other: &Self) {
        let can_share = match (&self.shared, &other.shared) {
            (_, None) => true,
            (Some(ours), Some(theirs)) if Arc::ptr_eq(ours, theirs) => true,
            (_, Some(theirs)) if self.shared_length == 0 => {
                self.shared = Some(Arc::clone(theirs));
                true
            }
            _ => false,
        };
        if !can_share {
            other.pieces().for_each(|piece| self.own.extend_from_slice(piece.bytes));
            return;
        }
        self.end_own_part();
        let base = self.own.len();
        self.own.extend_from_slice(&other.own);
        self.parts.extend(other.parts.iter().map(|part| match *part {
            Part::Own { end } => Part::Own { end: base + end },
            shared @ Part::Shared(_) => shared,
        }));
        self.shared_length += other.shared_length;
    }

    /// All bytes in order, in pieces that are not empty.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let rest = Part::Own { end: self.own.len() };
        let mut begin = 0;
        let pieces = self.parts.iter().copied().chain([rest]).map(move |part| match part {
            Part::Own { end } => {
                let bytes = &self.own[begin..end];
                begin = end;
                Piece { bytes, findings: None }
            }
            Part::Shared(number) => {
                let shared = self.shared.as_ref().expect("a part that is shared");
                let SharedPiece { bytes, findings } = &shared.0[number];
                Piece { bytes, findings: Some(*findings) }
            }
        });
        pieces.filter(|piece| !piece.bytes.is_empty())
    }

    /// All bytes in one piece.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        self.pieces().for_each(|piece| bytes.extend_from_slice(piece.bytes));
        bytes
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self { own: bytes.to_vec(), ..Self::default() }
    }
}

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(&bytes[..])
    }
}

/// A piece of a content.
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    /// What is known of it.
    pub(super) findings: Option<Findings>,
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters() -> Arc<SharedPieces> {
        Arc::new(SharedPieces::new([&b"one"[..], b"", b"two"]))
    }

    /// An empty content that may have pieces of `shared`.
    pub(in crate::smtp) fn sharing(shared: &Arc<SharedPieces>) -> Content {
        let mut content = Content::default();
        content.clear_to_share(shared);
        content
    }

    #[test]
    fn shared_and_own_bytes_come_in_the_order_they_were_added() {
        let mut content = sharing(&letters());
        content.own().extend_from_slice(b"<");
        content.share(2);
        content.share(1);
        content.share(0);
        content.own().extend_from_slice(b">");
        let pieces: Vec<_> = content.pieces().map(|piece| (piece.bytes, piece.findings.is_some())).collect();
        assert_eq!(pieces, [(&b"<"[..], false), (b"two", true), (b"one", true), (b">", false)]);
        assert_eq!((content.to_vec(), content.len()), (b"<twoone>".to_vec(), 8));
        content.clear();
        assert!(content.is_empty() && content.pieces().next().is_none());
    }

    #[test]
    fn a_content_that_shares_other_pieces_is_copied() {
        let mut all = Content::default();
        for (text, expected_pieces) in [("a", 2), ("b", 3)] {
            let mut content = sharing(&letters());
            content.own().extend_from_slice(text.as_bytes());
            content.share(0);
            all.append(&content);
            assert_eq!(all.pieces().count(), expected_pieces);
        }
        assert_eq!(all.to_vec(), b"aonebone");
    }

    proptest! {
        #[test]
        fn appended_contents_are_the_bytes_of_both(
            contents in prop::collection::vec(prop::collection::vec(prop::option::of(0_usize..3), 0..6), 0..5),
        ) {
            let shared = letters();
            let (mut all, mut expected) = (Content::default(), Vec::new());
            for parts in contents {
                let mut content = sharing(&shared);
                for part in parts {
                    match part {
                        Some(number) => content.share(number),
                        None => content.own().extend_from_slice(b"-"),
                    }
                }
                expected.extend_from_slice(&content.to_vec());
                all.append(&content);
                all.own().extend_from_slice(b"\r\n");
                expected.extend_from_slice(b"\r\n");
                prop_assert_eq!(all.len(), expected.len());
            }
            prop_assert_eq!(all.to_vec(), expected);
        }
    }
}
