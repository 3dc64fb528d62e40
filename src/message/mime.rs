//! The MIME message of a letter (RFC 2045, RFC 5322): structure and headers by lettre, bodies encoded here, everything
//! cut where subscribers differ.

use anyhow::Context;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};

use super::frozen::{Part, SubjectPiece};
use super::{Stamp, header, quoted_printable};
use crate::letter::Letter;
use crate::model::{Piece, Publication, Slot, Slotted};

/// Builds and encodes the message of `letter`, in the order of its bytes.
pub(super) fn parts(letter: &Letter, publication: &Publication, stamp: &Stamp) -> anyhow::Result<Vec<Part>> {
    let mut cuts = Cuts::default();
    let bytes = build(letter, publication, stamp, &mut cuts)?;
    let text = String::from_utf8(bytes).context("the message is not UTF-8")?;
    Ok(cuts.apart(&text))
}

fn build(letter: &Letter, publication: &Publication, stamp: &Stamp, cuts: &mut Cuts) -> anyhow::Result<Vec<u8>> {
    let boundary = format!("newsletter-{}", stamp.plan);
    let text = part(ContentType::TEXT_PLAIN, body(&letter.text, Part::Text, cuts));
    let html = part(ContentType::TEXT_HTML, body(&letter.html, Part::Html, cuts));
    let mut message = Message::builder().envelope(nobody()?).date(stamp.date.into()).raw_header(
        HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("From"),
            publication.from.address.to_string(),
            header::mailbox("From", &publication.from),
        ),
    );
    if let Some(reply_to) = &publication.reply_to {
        message = message.raw_header(header::verbatim("Reply-To", reply_to.to_string()));
    }
    message = message.raw_header(header::verbatim("To", cuts.mark(Part::To).to_string()));
    message = if letter.subject.slots().next().is_none() {
        message.raw_header(header::verbatim("Subject", header::text("Subject", &letter.subject.plain())))
    } else {
        let pieces = letter.subject.0.iter().map(|piece| match piece {
            Piece::Literal(text) => SubjectPiece::Literal(text.clone()),
            Piece::Slot(slot) => SubjectPiece::Slot(slot.clone()),
        });
        let cut = cuts.mark(Part::Subject(pieces.collect()));
        message.raw_header(header::verbatim("Subject", cut.to_string()))
    };
    message = message
        .raw_header(header::verbatim("Message-ID", cuts.mark(Part::MessageId).to_string()))
        .raw_header(header::verbatim("List-Id", list_id(publication)))
        .raw_header(header::verbatim("List-Unsubscribe", cuts.mark(Part::ListUnsubscribe).to_string()));
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
fn nobody() -> anyhow::Result<Envelope> {
    Ok(Envelope::new(None, vec!["nobody@example.invalid".parse()?])?)
}

fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().content_type(content_type).body(body)
}

/// Encodes a text, every slot a cut on a line of its own between soft line breaks.
fn body(text: &Slotted, cut: fn(Slot) -> Part, cuts: &mut Cuts) -> Body {
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
            Piece::Slot(slot) => encoded.push(cuts.mark(cut(slot.clone()))),
        }
    }
    // The line end after the last line belongs to the boundary (RFC 2046 5.1.1).
    let encoded = encoded.strip_suffix("\r\n").map_or(encoded.as_str(), |encoded| encoded).to_owned();
    Body::dangerous_pre_encoded(encoded.into_bytes(), ContentTransferEncoding::QuotedPrintable)
}

/// `List-Id` (RFC 2919); the name only where it needs no encoding, which Gmail refuses in this header, and no folding.
fn list_id(publication: &Publication) -> String {
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
struct Cuts(Vec<Part>);

/// The first private-use character.
const FIRST_CUT: u32 = 0xE000;

impl Cuts {
    fn mark(&mut self, part: Part) -> char {
        let index = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(part);
        // 6,400 private-use characters: more slots than a letter of Gmail's 102 KB can hold words.
        char::from_u32(FIRST_CUT.saturating_add(index)).expect("fewer slots than private-use characters")
    }

    fn apart(self, text: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut same = String::new();
        for character in text.chars() {
            let cut = u32::from(character).checked_sub(FIRST_CUT).and_then(|index| self.0.get(index as usize));
            match cut {
                Some(cut) if !character.is_ascii() => {
                    parts.push(Part::Same(std::mem::take(&mut same)));
                    parts.push(cut.clone());
                }
                _ => same.push(character),
            }
        }
        parts.push(Part::Same(same));
        parts.retain(|part| !matches!(part, Part::Same(text) if text.is_empty()));
        parts
    }
}
