//! Builds the MIME message of a letter (RFC 2045, RFC 5322): lettre writes structure and headers, the bodies are encoded
//! here, and everything is split where subscribers differ.

use anyhow::Context;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};

use super::segment::{Segment, TextPiece};
use super::stamp::DeliveryStamp;
use super::{base64, header, quoted_printable};
use crate::letter::Letter;
use crate::model::{Piece, Publication, Slot, Slotted};

/// Builds and encodes the message of `letter`, in the order of its bytes.
pub(super) fn segments(
    letter: &Letter,
    publication: &Publication,
    stamp: &DeliveryStamp,
) -> anyhow::Result<Vec<Segment>> {
    let mut cuts = Placeholders::default();
    let bytes = build(letter, publication, stamp, &mut cuts)?;
    let text = String::from_utf8(bytes).context("the message is not UTF-8")?;
    Ok(cuts.split(&text))
}

fn build(
    letter: &Letter,
    publication: &Publication,
    stamp: &DeliveryStamp,
    cuts: &mut Placeholders,
) -> anyhow::Result<Vec<u8>> {
    let boundary = format!("newsletter-{}", stamp.plan);
    let text = part(ContentType::TEXT_PLAIN, body(&letter.text, Part::Text, cuts));
    let html = part(ContentType::TEXT_HTML, body(&letter.html, Part::Html, cuts));
    let mut message = Message::builder().envelope(placeholder_envelope()?).date(stamp.date.into()).raw_header(
        HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("From"),
            publication.from.address.to_string(),
            header::mailbox("From", publication.from.name.as_deref(), &publication.from.address),
        ),
    );
    if let Some(reply_to) = &publication.reply_to {
        message = message.raw_header(header::verbatim("Reply-To", reply_to.to_string()));
    }
    message = message.raw_header(header::verbatim("To", cuts.mark(Segment::To).to_string()));
    message = if letter.subject.slots().next().is_none() {
        message.raw_header(header::verbatim("Subject", header::text("Subject", &letter.subject.plain())))
    } else {
        let cut = cuts.mark(Segment::Subject(letter.subject.0.iter().map(TextPiece::from).collect()));
        message.raw_header(header::verbatim("Subject", cut.to_string()))
    };
    message = message
        .raw_header(header::verbatim("Message-ID", cuts.mark(Segment::MessageId).to_string()))
        .raw_header(header::verbatim("List-Id", list_id(publication)))
        .raw_header(header::verbatim("List-Unsubscribe", cuts.mark(Segment::ListUnsubscribe).to_string()));
    if publication.unsubscribe.url.is_some() {
        message = message.raw_header(header::verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
    }
    let message = message
        .raw_header(header::verbatim("List-Archive", format!("<{}>", publication.site)))
        .raw_header(header::verbatim("List-Post", "NO".into()))
        .raw_header(header::verbatim("Feedback-ID", feedback_id(letter, publication)))
        .raw_header(header::verbatim("Precedence", "bulk".into()))
        .raw_header(header::verbatim("Content-Language", publication.language.clone()))
        .multipart(MultiPart::alternative().boundary(boundary).singlepart(text).singlepart(html))
        .context("the message cannot be built")?;
    Ok(message.formatted())
}

/// lettre wants an envelope; the real one is the courier's business.
pub(super) fn placeholder_envelope() -> anyhow::Result<Envelope> {
    Ok(Envelope::new(None, vec!["nobody@example.invalid".parse()?])?)
}

pub(super) fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().content_type(content_type).body(body)
}

/// The part of the message that a body belongs to.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Text,
    Html,
}

impl Part {
    /// The segment of a slot in quoted-printable.
    fn slot(self, slot: Slot) -> Segment {
        match self {
            Self::Text => Segment::Text(slot),
            Self::Html => Segment::Html(slot),
        }
    }

    /// The segment of `pieces` in base64.
    fn base64(self, pieces: Vec<TextPiece>) -> Segment {
        match self {
            Self::Text => Segment::Base64Text(pieces),
            Self::Html => Segment::Base64Html(pieces),
        }
    }
}

/// The length of a subscriber's address or link, where the size of a body is estimated.
const ADDRESS: usize = 60;

/// Encodes a text: as quoted-printable, unless base64 is shorter for a subscriber without fields. Scripts other than
/// Latin take half to two thirds of the bytes as base64.
pub(super) fn body(text: &Slotted, part: Part, cuts: &mut Placeholders) -> Body {
    let plain = text.fill(|slot| match slot {
        Slot::Field { fallback, .. } => fallback.clone(),
        Slot::Address | Slot::UnsubscribeUrl => "x".repeat(ADDRESS),
    });
    let mut encoded = String::new();
    quoted_printable::encode(&plain, &mut encoded);
    if base64::encoded_length(&plain) < encoded.len() {
        base64_body(text, part, cuts)
    } else {
        quoted_printable_body(text, part, cuts)
    }
}

/// Encodes a text as base64: once up to the last group of three bytes before its first slot, the rest for each subscriber.
fn base64_body(text: &Slotted, part: Part, cuts: &mut Placeholders) -> Body {
    let mut pieces: Vec<TextPiece> = text.0.iter().map(TextPiece::from).collect();
    // The line end after the last line belongs to the boundary (RFC 2046 5.1.1).
    if let Some(TextPiece::Literal(last)) = pieces.last_mut() {
        last.truncate(last.strip_suffix('\n').map_or(last.len(), str::len));
    }
    for piece in &mut pieces {
        if let TextPiece::Literal(literal) = piece {
            *literal = base64::with_crlf(literal);
        }
    }
    let encoded = match pieces.as_mut_slice() {
        [TextPiece::Literal(all)] => base64::encode(all).trim_end().to_owned(),
        [TextPiece::Literal(first), ..] => {
            let (shared, rest) = base64::split_at_group(first);
            let (mut encoded, rest) = (base64::encode(shared), rest.to_owned());
            *first = rest;
            encoded.push(cuts.mark(part.base64(pieces)));
            encoded
        }
        _ => cuts.mark(part.base64(pieces)).to_string(),
    };
    Body::dangerous_pre_encoded(encoded.into_bytes(), ContentTransferEncoding::Base64)
}

/// Encodes a text as quoted-printable, every slot a cut on a line of its own between soft line breaks.
fn quoted_printable_body(text: &Slotted, part: Part, cuts: &mut Placeholders) -> Body {
    let mut encoded = String::new();
    let mut pieces = text.0.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Literal(text) => {
                let column = quoted_printable::encode(text, &mut encoded);
                if pieces.peek().is_some() {
                    quoted_printable::soft_break(column, &mut encoded);
                }
            }
            Piece::Slot(slot) => encoded.push(cuts.mark(part.slot(slot.clone()))),
        }
    }
    // The line end after the last line belongs to the boundary (RFC 2046 5.1.1).
    let encoded = encoded.strip_suffix("\r\n").map_or(encoded.as_str(), |encoded| encoded).to_owned();
    Body::dangerous_pre_encoded(encoded.into_bytes(), ContentTransferEncoding::QuotedPrintable)
}

/// `List-Id` (RFC 2919); the name only where it needs no encoding, which Gmail refuses in this header, and no folding.
pub(super) fn list_id(publication: &Publication) -> String {
    let plain = publication.name.bytes().all(|byte| byte == b' ' || byte.is_ascii_alphanumeric());
    let short = "List-Id:  <>".len() + publication.name.len() + publication.list_id.len() <= 78;
    if plain && short {
        format!("{} <{}>", publication.name, publication.list_id)
    } else {
        format!("<{}>", publication.list_id)
    }
}

/// `Feedback-ID` (Gmail): up to three groups that name no recipient, then the sender.
fn feedback_id(letter: &Letter, publication: &Publication) -> String {
    let list = publication.list_id.split('.').next().unwrap_or("newsletter");
    format!("issue{}:{list}:newsletter:{}", letter.number, publication.sender_id)
}

/// The places to cut: while the message is built a cut is one private-use character, which nothing else in it can be,
/// because everything else is encoded to ASCII.
#[derive(Default)]
pub(super) struct Placeholders(Vec<Segment>);

/// The first private-use character.
const FIRST_PLACEHOLDER: u32 = 0xE000;

impl Placeholders {
    fn mark(&mut self, part: Segment) -> char {
        let index = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(part);
        // 6,400 private-use characters: more slots than a letter of Gmail's 102 KB can hold words.
        char::from_u32(FIRST_PLACEHOLDER.saturating_add(index)).expect("fewer slots than private-use characters")
    }

    fn split(self, text: &str) -> Vec<Segment> {
        let mut parts = Vec::new();
        let (mut same, mut rest) = (String::new(), text);
        while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii()) {
            let (ascii, from) = rest.split_at(at);
            let mut characters = from.chars();
            let Some(character) = characters.next() else { break };
            same.push_str(ascii);
            rest = characters.as_str();
            let index = u32::from(character).checked_sub(FIRST_PLACEHOLDER);
            if let Some(cut) = index.and_then(|index| self.0.get(index as usize)) {
                parts.push(Segment::Literal(std::mem::take(&mut same)));
                parts.push(cut.clone());
            } else {
                same.push(character);
            }
        }
        same.push_str(rest);
        parts.push(Segment::Literal(same));
        parts.retain(|part| !matches!(part, Segment::Literal(text) if text.is_empty()));
        parts
    }
}
