//! Describes the segments of a frozen message: shared by all messages, or filled in for each subscriber.

use serde::{Deserialize, Serialize};

use crate::model::{Piece, Slot};

/// A segment of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Segment {
    /// Bytes that all messages share: ASCII, CRLF line ends.
    #[serde(rename = "Same")]
    Literal(String),
    /// The value of the `To` header.
    To,
    /// The value of the `Subject` header, when it has slots.
    Subject(Vec<TextPiece>),
    /// The value of the `Message-ID` header.
    MessageId,
    /// The value of the `List-Unsubscribe` header.
    ListUnsubscribe,
    /// A slot in the text part.
    Text(#[serde(with = "SlotForm")] Slot),
    /// A slot in the HTML part.
    Html(#[serde(with = "SlotForm")] Slot),
    /// The rest of a text part in base64, from shortly before its first slot. Lines end in CRLF.
    Base64Text(Vec<TextPiece>),
    /// The same of an HTML part.
    Base64Html(Vec<TextPiece>),
}

/// A piece of a text with slots, not yet encoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TextPiece {
    Literal(String),
    Slot(#[serde(with = "SlotForm")] Slot),
}

impl From<&Piece> for TextPiece {
    fn from(piece: &Piece) -> Self {
        match piece {
            Piece::Literal(text) => Self::Literal(text.clone()),
            Piece::Slot(slot) => Self::Slot(slot.clone()),
        }
    }
}

/// The form of a [`Slot`] in the ledger.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Slot")]
enum SlotForm {
    Field { column: String, fallback: String },
    Address,
    UnsubscribeUrl,
}
