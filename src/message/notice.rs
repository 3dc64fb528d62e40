//! Builds a message to one reader that is no letter: a confirmation, a welcome, their own link.

use anyhow::Context;
use lettre::Message;
use lettre::message::MultiPart;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};

use super::dkim::DkimSigner;
use super::header;
use super::mime::{Part, Placeholders, body, list_id, part, placeholder_envelope};
use super::stamp::DeliveryStamp;
use crate::model::{EmailAddress, Publication, Slotted};

/// What the headers of such a message say.
#[derive(Debug, Clone, Copy)]
pub struct NoticeHeaders<'a> {
    /// The reader.
    pub to: &'a EmailAddress,
    /// Not yet encoded.
    pub subject: &'a str,
    /// An https or mailto URL, if any: where mail programs lead who wants no more of it (RFC 2369).
    pub exit: &'a str,
    /// Where answers go, when not where those to letters go.
    pub answer_to: Option<&'a EmailAddress>,
    /// The left part of the Message-ID, by which an answer is known; otherwise one that says nothing.
    pub id: Option<&'a str>,
}

/// Returns the message with the bodies `html` and `text`, signed if there is a signer.
///
/// Errors when lettre refuses it.
pub fn notice_message(
    publication: &Publication,
    headers: &NoticeHeaders<'_>,
    (html, text): (&str, &str),
    stamp: &DeliveryStamp,
    signer: Option<&DkimSigner>,
) -> anyhow::Result<Vec<u8>> {
    let mut cuts = Placeholders::default();
    let parts = MultiPart::alternative()
        .boundary(format!("newsletter-{}", stamp.plan))
        .singlepart(part(ContentType::TEXT_PLAIN, body(&Slotted::from(text), Part::Text, &mut cuts)))
        .singlepart(part(ContentType::TEXT_HTML, body(&Slotted::from(html), Part::Html, &mut cuts)));
    let from = HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str("From"),
        publication.from.address.to_string(),
        header::mailbox("From", publication.from.name.as_deref(), &publication.from.address),
    );
    let mut message = Message::builder().envelope(placeholder_envelope()?).date(stamp.date.into()).raw_header(from);
    if let Some(reply_to) = headers.answer_to.or(publication.reply_to.as_ref()) {
        message = message.raw_header(header::verbatim("Reply-To", reply_to.to_string()));
    }
    let id = headers.id.map_or_else(|| format!("notice.{}", stamp.plan), str::to_owned);
    let id = format!("<{id}@{}>", publication.from.address.domain());
    message = message
        .raw_header(header::verbatim("To", headers.to.to_string()))
        .raw_header(header::verbatim("Subject", header::text("Subject", headers.subject)))
        .raw_header(header::verbatim("Message-ID", id))
        .raw_header(header::verbatim("List-Id", list_id(publication)));
    if headers.exit.starts_with("mailto:") {
        message = message.raw_header(header::verbatim("List-Unsubscribe", format!("<{}>", headers.exit)));
    }
    if headers.exit.starts_with("https://") {
        message = message
            .raw_header(header::verbatim("List-Unsubscribe", format!("<{}>", headers.exit)))
            .raw_header(header::verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
    }
    let mut message = message
        // No robot is to answer it, and none of ours does (RFC 3834).
        .raw_header(header::verbatim("Auto-Submitted", "auto-generated".into()))
        .raw_header(header::verbatim("Content-Language", publication.language.clone()))
        .multipart(parts)
        .context("the message cannot be built")?
        .formatted();
    if let Some(signer) = signer {
        signer.sign(&mut message, stamp.date.timestamp());
    }
    Ok(message)
}
