//! Messages written and read.

use std::collections::BTreeMap;

use chrono::DateTime;
use mail_parser::MessageParser;

use super::input::{next_text, text};
use crate::letter::Letter;
use crate::message::dkim::{DkimKey, DkimSigner, KeyRecord, Signature};
use crate::message::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use crate::model::{
    Colour, Direction, EmailAddress, IssueNumber, Mailbox, Piece, Publication, Slot, Slotted, Subscriber, Theme,
    Unsubscribe, Words,
};

/// A key made for this.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGDVF/RAdhuMIjOEBjJMPJImPcHJmdl1KyjxJie5aWYe\n-----END PRIVATE KEY-----\n";

/// The headers of every message, in order.
const HEADERS: &str = "dkim-signature date from reply-to to subject message-id list-id list-unsubscribe list-unsubscribe-post \
    list-archive list-post feedback-id precedence content-language mime-version content-type";

pub(super) fn publication(name: String) -> Publication {
    let address = |text| EmailAddress::parse(text).expect("an address");
    Publication {
        from: Mailbox { name: Some(name.clone()), address: address("ada@example.org") },
        name,
        description: String::new(),
        reply_to: Some(address("reply@example.org")),
        envelope_sender: address("bounces@example.org").into(),
        site: "https://letter.example.org/".into(),
        images: "https://letter.example.org/img/".into(),
        list_id: "fuzz.example.org".into(),
        sender_id: "fuzz".into(),
        postal_address: String::new(),
        reason: String::new(),
        language: "en".into(),
        direction: Direction::LeftToRight,
        theme: Theme::of_accent(Colour { red: 0, green: 0, blue: 0 }),
        logo: None,
        unsubscribe: Unsubscribe {
            url: Some(("https://letter.example.org/u/".into(), String::new())),
            mailto: Some(address("leave@example.org").into()),
        },
        topics: Vec::new(),
        has_topic_page: false,
        subscription: None,
        words: Words::default(),
    }
}

pub(super) fn stamp() -> DeliveryStamp {
    DeliveryStamp { plan: PlanId([7; 16]), date: DateTime::UNIX_EPOCH }
}

pub(super) fn keys() -> MessageKeys {
    let key = DkimKey::from_pem(KEY.as_bytes()).expect("a key");
    MessageKeys { tokens: TokenKey::new(&[1; 32]), dkim: Some(DkimSigner::new("example.org", "fuzz", key)) }
}

/// A letter of six texts, with slots between them. Markers of slots are accepted in no file, so none is in it.
pub(super) fn letter(data: &mut &[u8]) -> Letter {
    let literal = |text: String| Piece::Literal(text.replace(|c| ('\u{e000}'..='\u{f8ff}').contains(&c), ""));
    let name = || Piece::Slot(Slot::Field { column: "name".into(), fallback: "friend".into() });
    let mut next = || literal(next_text(data));
    Letter {
        number: IssueNumber(7),
        subject: Slotted(vec![next(), name()]),
        html: Slotted(vec![next(), name(), next(), Piece::Slot(Slot::UnsubscribeUrl), next()]),
        text: Slotted(vec![next(), name(), next(), Piece::Slot(Slot::Address), Piece::Slot(Slot::UnsubscribeUrl)]),
    }
}

/// A letter, a publication's name and a subscriber's: the message is for one, has the headers it always has and no
/// others, is fit for the wire, and its signature is right. Judged by mail-parser and by [`header_names`].
pub fn message(mut data: &[u8]) {
    let subscriber = Subscriber {
        address: EmailAddress::parse("bo@example.net").expect("an address"),
        fields: BTreeMap::from([("name".to_owned(), next_text(&mut data))]),
    };
    let publication = publication(next_text(&mut data));
    let letter = letter(&mut data);
    let Ok(frozen) = FrozenLetter::freeze(&letter, &publication, &stamp()) else { return };
    let (keys, mut bytes) = (keys(), Vec::new());
    frozen.compose(&subscriber, &keys, &mut bytes);

    let message = std::str::from_utf8(&bytes).expect("a message is ASCII");
    assert!(message.is_ascii() && message.ends_with("\r\n"));
    for line in message.split("\r\n") {
        assert!(!line.contains(['\r', '\n', '\0']) && !line.starts_with('.') && line.len() <= 998, "{line:?}");
    }
    assert_eq!(header_names(message).join(" "), HEADERS);
    let parsed = MessageParser::default().parse(&bytes).expect("a message");
    let names: Vec<_> = parsed.headers().iter().map(|header| header.name().to_ascii_lowercase()).collect();
    assert_eq!(names.join(" "), HEADERS);
    let to = parsed.to().and_then(mail_parser::Address::as_list).expect("a list of addresses");
    assert_eq!(to.iter().map(|to| to.address.as_deref()).collect::<Vec<_>>(), [Some("bo@example.net")]);
    assert_eq!(parsed.parts.len(), 3, "text and HTML and nothing else");

    let record = keys.dkim.as_ref().and_then(|signer| signer.key().record().ok()).expect("a record");
    let signatures = Signature::parse_all(&bytes);
    assert_eq!(signatures.len(), 1);
    assert_eq!(signatures[0].as_ref().expect("a signature").verify(&[record], 0), Ok(()));
}

/// The names of the fields before the empty line, straight from RFC 5322 2.2, lower-case.
fn header_names(message: &str) -> Vec<String> {
    let (head, _) = message.split_once("\r\n\r\n").expect("a body");
    let fields = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let name = |line: &str| line.split_once(':').expect("a field has a colon").0.to_ascii_lowercase();
    fields.map(name).collect()
}

/// A message from anywhere, and a TXT record: a signature can be read or not, and nothing is taken for good that the key of
/// these tests did not sign.
pub fn signature(mut data: &[u8]) {
    let record = next_text(&mut data);
    if let Ok(record) = KeyRecord::parse(&record) {
        assert!(record.same_key(&record));
    }
    for signature in Signature::parse_all(data).into_iter().flatten() {
        assert!(signature.record_name().contains("._domainkey."));
        let verdict = signature.verify(&[&record], 0);
        assert!(verdict.is_err() || record.contains("p="), "{}", text(data));
    }
}
