//! A letter made ready for sending, and the one message a subscriber gets of it.
//!
//! `mime` builds what is kept here; nothing after that looks at the issue or the configuration again.

use anyhow::Context;
use lettre::message::header::{Headers, Subject};
use serde::{Deserialize, Serialize};

use super::{PlanId, Stamp, TokenKey, digest, header, mime, quoted_printable};
use crate::letter::Letter;
use crate::model::{EmailAddress, Mailbox, Publication, Slot, Subscriber};

/// A letter made ready for sending: MIME built and encoded once, cut where subscribers differ. It needs neither the
/// issue nor the configuration any more, so a ledger can keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenLetter {
    digest: String,
    sender: String,
    /// What is right of the `@` of a Message-ID.
    id_domain: String,
    plan: [u8; 16],
    number: u32,
    list_id: String,
    unsubscribe_url: Option<(String, String)>,
    unsubscribe_mailto: Option<String>,
    parts: Vec<Part>,
}

/// A stretch of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Part {
    /// The same for everybody: ASCII, CRLF line ends.
    Same(String),
    /// The value of the `To` header.
    To,
    /// The value of the `Subject` header, when it has slots.
    Subject(Vec<SubjectPiece>),
    /// The value of the `Message-ID` header.
    MessageId,
    /// The value of the `List-Unsubscribe` header.
    ListUnsubscribe,
    /// A slot in the text part.
    Text(#[serde(with = "SlotForm")] Slot),
    /// A slot in the HTML part.
    Html(#[serde(with = "SlotForm")] Slot),
}

/// A part of a subject with slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SubjectPiece {
    Literal(String),
    Slot(#[serde(with = "SlotForm")] Slot),
}

/// How a [`Slot`] is kept in the ledger.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Slot")]
enum SlotForm {
    Field { column: String, fallback: String },
    Address,
    UnsubscribeUrl,
}

impl FrozenLetter {
    /// Builds and encodes the message of `letter` for nobody in particular.
    ///
    /// Errors when lettre refuses the message.
    pub fn freeze(letter: &Letter, publication: &Publication, stamp: &Stamp) -> anyhow::Result<Self> {
        Ok(Self {
            digest: digest::of(letter, publication),
            sender: publication.envelope_sender.to_string(),
            id_domain: publication.from.address.domain().to_owned(),
            plan: stamp.plan.0,
            number: letter.number.0,
            list_id: publication.list_id.clone(),
            unsubscribe_url: publication.unsubscribe.url.clone(),
            unsubscribe_mailto: publication.unsubscribe.mailto.as_ref().map(ToString::to_string),
            parts: mime::parts(letter, publication, stamp)?,
        })
    }

    /// The envelope sender (RFC 5321 `MAIL FROM`).
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// SHA-256, in lower-case hex, of what readers get: subject, HTML, text and the headers that do not differ, without
    /// the stamp. Equal exactly when nothing a reader can see changed.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The Message-ID of the message for `address`, with angle brackets.
    pub fn message_id(&self, address: &EmailAddress) -> String {
        format!("<{}.{}@{}>", self.number, PlanId(self.plan).message_id_left(address), self.id_domain)
    }

    /// Writes the message for `subscriber` over whatever `bytes` held: CRLF line ends, no bare CR or LF, no line that
    /// starts with a dot, ready for the wire but for the final dot.
    pub fn compose(&self, subscriber: &Subscriber, key: &TokenKey, bytes: &mut Vec<u8>) {
        bytes.clear();
        let exit = self.way_out(&subscriber.address, key);
        for part in &self.parts {
            match part {
                Part::Same(text) => bytes.extend_from_slice(text.as_bytes()),
                Part::To => {
                    let to =
                        Mailbox { name: subscriber.name().map(str::to_owned), address: subscriber.address.clone() };
                    bytes.extend_from_slice(header::mailbox("To", &to).as_bytes());
                }
                Part::Subject(pieces) => bytes.extend_from_slice(subject(pieces, subscriber).as_bytes()),
                Part::MessageId => bytes.extend_from_slice(self.message_id(&subscriber.address).as_bytes()),
                Part::ListUnsubscribe => bytes.extend_from_slice(
                    header::list_unsubscribe(exit.url.as_deref(), exit.mailto.as_deref()).as_bytes(),
                ),
                Part::Text(slot) => append_value(&subscriber.value(slot, exit.link()), bytes),
                Part::Html(slot) => append_value(&escape(&subscriber.value(slot, exit.link())), bytes),
            }
        }
    }

    /// The link in the letter with which `address` leaves the list: the one-click URL, or else the mailto.
    pub fn unsubscribe_link(&self, address: &EmailAddress, key: &TokenKey) -> String {
        self.way_out(address, key).link().to_owned()
    }

    fn way_out(&self, address: &EmailAddress, key: &TokenKey) -> WayOut {
        let token = key.token(&self.list_id, address);
        WayOut {
            url: self.unsubscribe_url.as_ref().map(|(before, after)| format!("{before}{token}{after}")),
            mailto: self.unsubscribe_mailto.as_ref().map(|to| format!("mailto:{to}?subject=unsubscribe%20{token}")),
        }
    }

    /// The same letter as bytes for the ledger.
    ///
    /// # Panics
    /// Never: strings and numbers always serialise.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers always serialise")
    }

    /// A letter a ledger kept.
    ///
    /// Errors when `bytes` are not what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(bytes).context("the frozen letter in the ledger is damaged")
    }
}

/// The links with which one subscriber leaves.
struct WayOut {
    url: Option<String>,
    mailto: Option<String>,
}

impl WayOut {
    fn link(&self) -> &str {
        self.url.as_deref().or(self.mailto.as_deref()).unwrap_or_default()
    }
}

fn subject(pieces: &[SubjectPiece], subscriber: &Subscriber) -> String {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            SubjectPiece::Literal(text) => text.clone(),
            SubjectPiece::Slot(slot) => subscriber.value(slot, ""),
        })
        .collect();
    let mut headers = Headers::new();
    headers.set(Subject::from(text));
    let line = headers.to_string();
    line.strip_prefix("Subject: ").unwrap_or(&line).trim_end().to_owned()
}

/// Appends a slot's value between two soft line breaks, where its encoding cannot touch its neighbours'.
fn append_value(value: &str, bytes: &mut Vec<u8>) {
    let mut encoded = String::with_capacity(value.len() + 16);
    let column = quoted_printable::encode(value, &mut encoded);
    quoted_printable::soft_break(column, &mut encoded);
    bytes.extend_from_slice(encoded.as_bytes());
}

/// HTML-escapes a value for text and for quoted attributes.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Colour, Direction, IssueNumber, Piece, Slotted, Unsubscribe};

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn publication() -> Publication {
        Publication {
            name: "Test Letter".into(),
            description: String::new(),
            from: Mailbox { name: Some("Ada Example".into()), address: address("ada@example.org") },
            reply_to: Some(address("reply@example.org")),
            envelope_sender: address("bounces@example.org"),
            site: "https://letter.example.org/".into(),
            images: "https://letter.example.org/img/".into(),
            list_id: "test.example.org".into(),
            sender_id: "testletter".into(),
            postal_address: String::new(),
            reason: String::new(),
            language: "en".into(),
            direction: Direction::LeftToRight,
            accent: Colour { red: 0, green: 0, blue: 0 },
            logo: None,
            unsubscribe: Unsubscribe {
                url: Some(("https://letter.example.org/u/".into(), String::new())),
                mailto: Some(address("leave@example.org")),
            },
            subscribe_url: None,
        }
    }

    fn name_slot() -> Piece {
        Piece::Slot(Slot::Field { column: "name".into(), fallback: "friend".into() })
    }

    fn letter() -> Letter {
        let literal = |text: &str| Piece::Literal(text.to_owned());
        Letter {
            number: IssueNumber(7),
            subject: Slotted::from("Test Letter #7: Zeit & Ordnung"),
            html: Slotted(vec![
                literal("<!DOCTYPE html><p>Hello "),
                name_slot(),
                literal(", naïve = ok</p><a href=\""),
                Piece::Slot(Slot::UnsubscribeUrl),
                literal("\">leave</a>\n"),
            ]),
            text: Slotted(vec![
                literal("Hello "),
                name_slot(),
                literal(",\n\n.dots and = signs\n"),
                Piece::Slot(Slot::UnsubscribeUrl),
                literal("\nfor "),
                Piece::Slot(Slot::Address),
                literal("\n"),
            ]),
        }
    }

    fn stamp() -> Stamp {
        Stamp { plan: PlanId([7; 16]), date: DateTime::from_timestamp(1_795_341_600, 0).unwrap() }
    }

    fn subscriber(name: &str) -> Subscriber {
        let fields = if name.is_empty() { BTreeMap::new() } else { BTreeMap::from([("name".into(), name.into())]) };
        Subscriber { address: address("Bo@example.net"), fields }
    }

    fn key() -> TokenKey {
        TokenKey::new(&[1; 32])
    }

    /// The headers of a message, in order.
    const HEADERS: [&str; 16] = [
        "Date",
        "From",
        "Reply-To",
        "To",
        "Subject",
        "Message-ID",
        "List-ID", // as mail-parser spells it
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "List-Archive",
        "List-Post",
        "Feedback-ID",
        "Precedence",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ];

    fn composed(letter: &Letter, subscriber: &Subscriber) -> String {
        let frozen = FrozenLetter::freeze(letter, &publication(), &stamp()).unwrap();
        let mut bytes = b"left over".to_vec();
        frozen.compose(subscriber, &key(), &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_message_is_byte_for_byte_what_the_standards_ask() {
        snapbox::assert_data_eq!(
            composed(&letter(), &subscriber("Bo <B>")).replace("\r\n", "\n"),
            snapbox::str![[r#"
Date: Sun, 22 Nov 2026 10:00:00 +0000
From: Ada Example <ada@example.org>
Reply-To: reply@example.org
To: "Bo <B>" <Bo@example.net>
Subject: Test Letter #7: Zeit & Ordnung
Message-ID: <7.ip47vioykpvmzpjtylzfpbrz5e@example.org>
List-Id: Test Letter <test.example.org>
List-Unsubscribe: <https://letter.example.org/u/s59EyG76GpE1V9KrhNjYAQ>,
 <mailto:leave@example.org?subject=unsubscribe%20s59EyG76GpE1V9KrhNjYAQ>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
List-Archive: <https://letter.example.org/>
List-Post: NO
Feedback-ID: issue7:test:newsletter:testletter
Precedence: bulk
Content-Language: en
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="newsletter-07070707070707070707070707070707"

--newsletter-07070707070707070707070707070707
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello=20=
Bo <B>=
,

=2Edots and =3D signs
https://letter.example.org/u/s59EyG76GpE1V9KrhNjYAQ=

for=20=
Bo@example.net=

--newsletter-07070707070707070707070707070707
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<!DOCTYPE html><p>Hello=20=
Bo &lt;B&gt;=
, na=C3=AFve =3D ok</p><a href=3D"=
https://letter.example.org/u/s59EyG76GpE1V9KrhNjYAQ=
">leave</a>
--newsletter-07070707070707070707070707070707--

"#]]
        );
    }

    #[test]
    fn a_letter_kept_in_the_ledger_composes_the_same_bytes() {
        let frozen = FrozenLetter::freeze(&letter(), &publication(), &stamp()).unwrap();
        let kept = FrozenLetter::from_bytes(&frozen.to_bytes()).unwrap();
        let (mut first, mut again) = (Vec::new(), Vec::new());
        frozen.compose(&subscriber("Bo"), &key(), &mut first);
        kept.compose(&subscriber("Bo"), &key(), &mut again);
        assert_eq!(first, again);
        assert!(FrozenLetter::from_bytes(b"{}").is_err());
    }

    #[test]
    fn the_digest_changes_with_what_readers_see_and_not_with_the_stamp() {
        let digest = |letter: &Letter, stamp: &Stamp| {
            FrozenLetter::freeze(letter, &publication(), stamp).unwrap().digest().to_owned()
        };
        let other_stamp = Stamp { plan: PlanId([8; 16]), ..stamp() };
        assert_eq!(digest(&letter(), &stamp()), digest(&letter(), &other_stamp));
        let mut edited = letter();
        edited.text.0.push(Piece::Literal("more".into()));
        assert_ne!(digest(&letter(), &stamp()), digest(&edited, &stamp()));
    }

    #[test]
    fn a_subject_may_name_the_subscriber() {
        let mut letter = letter();
        letter.subject = Slotted(vec![name_slot(), Piece::Literal(": seven links".into())]);
        let subjects = ["", "Jürgen", "x\r\nBcc: eve@example.org"].map(|name| {
            let message = composed(&letter, &subscriber(name));
            let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
            assert!(parsed.bcc().is_none());
            parsed.subject().unwrap().to_owned()
        });
        assert_eq!(subjects[0], "friend: seven links");
        assert_eq!(subjects[1], "Jürgen: seven links");
    }

    proptest! {
        #[test]
        fn whatever_a_subscriber_is_called_the_message_stays_whole(name in "\\PC{0,80}|[\r\n:<>\" a-z@,=?]{0,40}") {
            let message = composed(&letter(), &subscriber(&name));
            prop_assert!(message.is_ascii());
            for line in message.split("\r\n") {
                prop_assert!(!line.contains(['\r', '\n']) && !line.starts_with('.') && line.len() <= 998, "{line:?}");
            }
            let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
            let names: Vec<&str> = parsed.headers().iter().map(mail_parser::Header::name).collect();
            prop_assert_eq!(names, HEADERS);
            let to = parsed.to().unwrap();
            prop_assert_eq!(to.as_list().map(<[_]>::len), Some(1));
            prop_assert_eq!(to.first().unwrap().address.as_deref(), Some("Bo@example.net"));
            let shown = if name.is_empty() { "friend" } else { &name };
            prop_assert_eq!(parsed.parts.len(), 3);
            let text = parsed.body_text(0).unwrap();
            let greeting = format!("Hello {shown},");
            prop_assert!(shown.contains(['\r', '\n']) || text.starts_with(&greeting));
            prop_assert!(parsed.parts[2].is_content_type("text", "html"));
        }
    }
}
