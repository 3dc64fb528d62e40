//! The room as a whole: a letter and a subscriber in, bytes out, read back by a parser that is not ours.

use std::collections::BTreeMap;

use chrono::DateTime;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::dkim::{Algorithm, DkimKey, DkimSigner, Signature};
use super::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use crate::letter::Letter;
use crate::model::{
    Colour, Direction, EmailAddress, IssueNumber, Mailbox, Piece, Publication, Slot, Slotted, Subscriber, Theme,
    Unsubscribe, Words,
};

mod composer;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn publication() -> Publication {
    Publication {
        name: "Test Letter".into(),
        description: String::new(),
        from: Mailbox { name: Some("Ada Example".into()), address: address("ada@example.org") },
        reply_to: Some(address("reply@example.org")),
        envelope_sender: address("bounces@example.org").into(),
        site: "https://letter.example.org/".into(),
        images: "https://letter.example.org/img/".into(),
        list_id: "test.example.org".into(),
        sender_id: "testletter".into(),
        postal_address: String::new(),
        reason: String::new(),
        language: "en".into(),
        direction: Direction::LeftToRight,
        words: Words::default(),
        theme: Theme::of_accent(Colour { red: 0, green: 0, blue: 0 }),
        logo: None,
        unsubscribe: Unsubscribe {
            url: Some(("https://letter.example.org/u/".into(), String::new())),
            mailto: Some(address("leave@example.org").into()),
        },
        topics: Vec::new(),
        has_topic_page: false,
        subscription: None,
    }
}

/// A key made for these tests.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGDVF/RAdhuMIjOEBjJMPJImPcHJmdl1KyjxJie5aWYe\n-----END PRIVATE KEY-----\n";

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

/// A letter in Japanese, as long as `paragraphs`. It begins with a name if `greets`.
fn japanese(paragraphs: usize, greets: bool) -> Letter {
    let literal = |text: &str| Piece::Literal(text.to_owned());
    let greeting =
        || if greets { vec![literal("こんにちは、"), name_slot(), literal("さん。\n")] } else { Vec::new() };
    let words = "分散システムでは、再試行が同じ注文を二度届けることがある。\n".repeat(paragraphs);
    let html =
        [literal(&format!("<p>{words}</p><a href=\"")), Piece::Slot(Slot::UnsubscribeUrl), literal("\">停止</a>\n")];
    let text = [literal(&words), Piece::Slot(Slot::UnsubscribeUrl), literal("\n")];
    Letter {
        number: IssueNumber(7),
        subject: Slotted::from("再試行"),
        html: Slotted(greeting().into_iter().chain(html).collect()),
        text: Slotted(greeting().into_iter().chain(text).collect()),
    }
}

fn stamp() -> DeliveryStamp {
    DeliveryStamp { plan: PlanId([7; 16]), date: DateTime::from_timestamp(1_795_341_600, 0).unwrap() }
}

fn subscriber(name: &str) -> Subscriber {
    let fields = if name.is_empty() { BTreeMap::new() } else { BTreeMap::from([("name".into(), name.into())]) };
    Subscriber { address: address("Bo@example.net"), fields }
}

fn keys() -> MessageKeys {
    MessageKeys { tokens: TokenKey::new(&[1; 32]), dkim: None }
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
    frozen.compose(subscriber, &keys(), &mut bytes);
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
fn a_japanese_letter_is_base64_with_the_link_of_its_subscriber() {
    let message = composed(&japanese(2, false), &subscriber("Bo")).replace("\r\n", "\n");
    let (_, body) = message.split_once("\n\n").unwrap();
    snapbox::assert_data_eq!(
        body,
        snapbox::str![[r#"
--newsletter-07070707070707070707070707070707
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

5YiG5pWj44K344K544OG44Og44Gn44Gv44CB5YaN6Kmm6KGM44GM5ZCM44GY5rOo5paH44KS5LqM
5bqm5bGK44GR44KL44GT44Go44GM44GC44KL44CCDQrliIbmlaPjgrfjgrnjg4bjg6Djgafjga/j
gIHlho3oqabooYzjgYzlkIzjgZjms6jmlofjgpLkuozluqblsYrjgZHjgovjgZPjgajjgYzjgYLj
govjgIIN
Cmh0dHBzOi8vbGV0dGVyLmV4YW1wbGUub3JnL3UvczU5RXlHNzZHcEUxVjlLcmhOallBUQ==

--newsletter-07070707070707070707070707070707
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+5YiG5pWj44K344K544OG44Og44Gn44Gv44CB5YaN6Kmm6KGM44GM5ZCM44GY5rOo5paH44KS
5LqM5bqm5bGK44GR44KL44GT44Go44GM44GC44KL44CCDQrliIbmlaPjgrfjgrnjg4bjg6Djgafj
ga/jgIHlho3oqabooYzjgYzlkIzjgZjms6jmlofjgpLkuozluqblsYrjgZHjgovjgZPjgajjgYzj
gYLjgovjgIINCjwvcD48YSBocmVm
PSJodHRwczovL2xldHRlci5leGFtcGxlLm9yZy91L3M1OUV5Rzc2R3BFMVY5S3JoTmpZQVEiPuWB
nOatojwvYT4=

--newsletter-07070707070707070707070707070707--

"#]]
    );
}

#[test]
fn base64_is_for_letters_that_it_makes_shorter() {
    let size = |letter: &Letter| composed(letter, &subscriber("Bo")).len();
    let encodings = |letter: &Letter| -> Vec<String> {
        let message = composed(letter, &subscriber("Bo"));
        message.lines().filter_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")).map(str::to_owned).collect()
    };
    // As quoted-printable, the Japanese letter has 55,000 bytes.
    let sizes = [size(&letter()), size(&japanese(100, true))];
    assert_eq!(sizes, [1_315, 25_655]);
    assert_eq!(encodings(&letter()), ["quoted-printable", "quoted-printable"]);
    assert_eq!(encodings(&japanese(100, true)), ["base64", "base64"]);
    // Each part for itself.
    let mixed = Letter { html: letter().html, ..japanese(100, true) };
    assert_eq!(encodings(&mixed), ["base64", "quoted-printable"]);
}

#[test]
fn a_letter_kept_in_the_ledger_composes_the_same_bytes() {
    let frozen = FrozenLetter::freeze(&letter(), &publication(), &stamp()).unwrap();
    let kept = FrozenLetter::from_bytes(&frozen.to_bytes()).unwrap();
    let (mut first, mut again) = (Vec::new(), Vec::new());
    frozen.compose(&subscriber("Bo"), &keys(), &mut first);
    kept.compose(&subscriber("Bo"), &keys(), &mut again);
    assert_eq!(first, again);
    assert!(FrozenLetter::from_bytes(b"{}").is_err());
}

#[test]
fn a_signature_is_put_before_the_message_and_changes_nothing_else() {
    let pem = DkimKey::generate(Algorithm::Ed25519).unwrap();
    let signer = || DkimSigner::new("example.org", "nl2026", DkimKey::from_pem(pem.as_bytes()).unwrap());
    let signing = || MessageKeys { dkim: Some(signer()), ..keys() };
    let frozen = FrozenLetter::freeze(&letter(), &publication(), &stamp()).unwrap();
    let kept = FrozenLetter::from_bytes(&frozen.to_bytes()).unwrap();
    let (mut plain, mut with_signature, mut again) = (Vec::new(), Vec::new(), Vec::new());
    frozen.compose(&subscriber("Bo"), &keys(), &mut plain);
    frozen.compose(&subscriber("Bo"), &signing(), &mut with_signature);
    kept.compose(&subscriber("Bo"), &signing(), &mut again);
    let signature = with_signature.strip_suffix(plain.as_slice()).unwrap();
    assert!(signature.starts_with(b"DKIM-Signature: v=1; a=ed25519-sha256; ") && signature.ends_with(b"==\r\n"));
    assert_eq!(with_signature, again);
}

#[test]
fn the_digest_changes_with_what_readers_see_and_not_with_the_stamp() {
    let digest = |letter: &Letter, stamp: &DeliveryStamp| {
        FrozenLetter::freeze(letter, &publication(), stamp).unwrap().digest().to_owned()
    };
    let other_stamp = DeliveryStamp { plan: PlanId([8; 16]), ..stamp() };
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
    fn any_subscriber_name_gets_a_valid_signature(
        name in "[ \t\r\na=.é]{0,40}", literal in "[ \t\na=.é]{0,200}", slots in 0usize..4,
    ) {
        let key = DkimKey::from_pem(ED25519.as_bytes()).unwrap();
        let record = key.record().unwrap();
        let keys = MessageKeys { dkim: Some(DkimSigner::new("example.org", "nl2026", key)), ..keys() };
        let mut letter = letter();
        for _ in 0..slots {
            letter.text.0.extend([name_slot(), Piece::Literal(literal.clone())]);
        }
        let frozen = FrozenLetter::freeze(&letter, &publication(), &stamp()).unwrap();
        let mut message = Vec::new();
        frozen.compose(&subscriber(&name), &keys, &mut message);
        let signatures = Signature::parse_all(&message);
        prop_assert_eq!(signatures.len(), 1);
        prop_assert_eq!(signatures[0].as_ref().unwrap().verify(&[&record], 0), Ok(()));
    }

    #[test]
    fn a_japanese_letter_says_the_same_to_every_subscriber_and_is_signed(
        name in "[a-zéü東京 ]{0,20}", paragraphs in 1usize..4, greets: bool,
    ) {
        let key = DkimKey::from_pem(ED25519.as_bytes()).unwrap();
        let record = key.record().unwrap();
        let keys = MessageKeys { dkim: Some(DkimSigner::new("example.org", "nl2026", key)), ..keys() };
        let letter = japanese(paragraphs, greets);
        let frozen = FrozenLetter::freeze(&letter, &publication(), &stamp()).unwrap();
        let kept = FrozenLetter::from_bytes(&frozen.to_bytes()).unwrap();
        let (subscriber, mut message) = (subscriber(&name), Vec::new());
        kept.compose(&subscriber, &keys, &mut message);
        prop_assert_eq!(Signature::parse_all(&message)[0].as_ref().unwrap().verify(&[&record], 0), Ok(()));
        let parsed = MessageParser::default().parse(&message).unwrap();
        let value = |slot: &Slot| subscriber.value(slot, "https://letter.example.org/u/s59EyG76GpE1V9KrhNjYAQ").to_owned();
        for (body, expected) in [(parsed.body_text(0), &letter.text), (parsed.body_html(0), &letter.html)] {
            let expected = expected.fill(value);
            prop_assert_eq!(body.unwrap().replace("\r\n", "\n"), expected.trim_end_matches('\n'));
        }
    }

    #[test]
    fn any_subscriber_name_leaves_the_message_intact(name in "\\PC{0,80}|[\r\n:<>\" a-z@,=?]{0,40}") {
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
