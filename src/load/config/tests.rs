use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::load::{Courier, DkimSettings, LedgerSettings, Rate, SecretSource, SendSettings, SmtpSettings, Tls};
use crate::model::{Colour, Direction, EmailAddress, Logo, Mailbox, Unsubscribe, Words};

/// Every key a configuration can have.
const FULL: &str = r##"
[newsletter]
name = "Rustling"
description = "Weekly."
from = "Ada Example <ada@rustling.example.org>"
reply_to = "reply@rustling.example.org"
envelope_sender = "bounces@rustling.example.org"
subject = "{title}"
site = "https://rustling.example.org"
address = "Rustling c/o Example e.V., Musterstraße 1, 10115 Berlin"
reason = "because you asked"
language = "ar"
direction = "ltr"
list_id = "weekly.example.org"
sender_id = "rustling-1"
subscribe = "mailto:join@example.org"

[theme]
accent = "#b7410e"
logo = "https://rustling.example.org/logo.png"
logo_alt = "R"

[images]
base_url = "https://cdn.example.org/i"

[subscribers]
file = "people.csv"

[unsubscribe]
url = "https://rustling.example.org/u?t={token}"
mailto = "mailto:unsubscribe@rustling.example.org"
secret = { command = ["pass", "show", "key"] }

[send]
courier = "smtp"
outbox = "out"
sendmail = "sendmail"
test_to = ["ada@example.org"]
retry = ["1m"]
wait = "0s"
give_up = "2d"

[smtp]
host = "SMTP.example.org"
port = 2465
tls = "implicit"
user = "ada"
password = { env = "PASSWORD" }
mechanism = "login"
ca_file = "ca.pem"
hello = "[192.0.2.1]"
connections = 8
rate = "500/h"
per_connection = 50
in_flight = 8

[dkim]
domain = "Example.org"
selector = "nl2026"
key = { file = "dkim.pem" }

[ledger]
path = "/var/ledger.sqlite3"

[feed]
items = 5

[build]
folder = "web"

[check]
spam_limit = 2.5
preheader = "off"

[preview]
port = 8080
editor = "vscode://file/{path}:{line}"
"##;

fn parse(text: &str) -> Result<Config, Problems> {
    let source = SourceFile::new("newsletter.toml", text);
    parse_config(&Arc::new(source), Path::new("/letter"))
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

#[test]
fn every_key_reaches_the_settings() {
    let config = parse(FULL).unwrap();
    assert_eq!(
        config.publication,
        Publication {
            name: "Rustling".to_owned(),
            description: "Weekly.".to_owned(),
            from: Mailbox { name: Some("Ada Example".to_owned()), address: address("ada@rustling.example.org") },
            reply_to: Some(address("reply@rustling.example.org")),
            envelope_sender: address("bounces@rustling.example.org"),
            site: "https://rustling.example.org/".to_owned(),
            images: "https://cdn.example.org/i/".to_owned(),
            list_id: "weekly.example.org".to_owned(),
            sender_id: "rustling-1".to_owned(),
            postal_address: "Rustling c/o Example e.V., Musterstraße 1, 10115 Berlin".to_owned(),
            reason: "because you asked".to_owned(),
            language: "ar".to_owned(),
            direction: Direction::LeftToRight,
            words: Words::default(),
            accent: Colour { red: 0xb7, green: 0x41, blue: 0x0e },
            logo: Some(Logo { url: "https://rustling.example.org/logo.png".to_owned(), alt: "R".to_owned() }),
            unsubscribe: Unsubscribe {
                url: Some(("https://rustling.example.org/u?t=".to_owned(), String::new())),
                mailto: Some(address("unsubscribe@rustling.example.org")),
            },
            subscribe_url: Some("mailto:join@example.org".to_owned()),
        }
    );
    assert_eq!(
        config.settings,
        Settings {
            subject: "{title}".to_owned(),
            subscribers: PathBuf::from("/letter/people.csv"),
            ledger: LedgerSettings::File(PathBuf::from("/var/ledger.sqlite3")),
            token_key: SecretSource::Command(vec!["pass".to_owned(), "show".to_owned(), "key".to_owned()]),
            courier: Courier::Smtp,
            smtp: vec![SmtpSettings {
                host: "smtp.example.org".to_owned(),
                port: 2465,
                tls: Tls::Implicit,
                ca_file: Some(PathBuf::from("/letter/ca.pem")),
                user: Some("ada".to_owned()),
                password: Some(SecretSource::Env("PASSWORD".to_owned())),
                mechanism: Some("login".to_owned()),
                hello: Some("[192.0.2.1]".to_owned()),
                connections: 8,
                rates: vec![Rate { messages: 500, per: Duration::from_hours(1) }],
                warm_up: Vec::new(),
                weight: None,
                per_connection: 50,
                in_flight: 8,
            }],
            dkim: Some(DkimSettings {
                domain: "example.org".to_owned(),
                selector: "nl2026".to_owned(),
                key: SecretSource::File(PathBuf::from("/letter/dkim.pem")),
            }),
            send: SendSettings {
                test_to: vec![address("ada@example.org")],
                retry: vec![Duration::from_mins(1)],
                wait: Duration::ZERO,
                give_up: Duration::from_hours(48),
                hold: Duration::ZERO,
                canary: None,
            },
            preview_port: 8080,
            preview_editor: EditorAddress::parse("vscode://file/{path}:{line}").ok(),
            feed_items: 5,
            public: PathBuf::from("/letter/web"),
            spam_limit: 2.5,
            checks: [("preheader".to_owned(), CheckLevel::Off)].into(),
        }
    );
}

#[test]
fn what_is_not_said_has_a_default() {
    let config = parse(
        "[newsletter]\nname = 'Distributed Bytes'\nfrom = 'ada@example.org'\nsite = 'https://www.example.org/b'\n\
         address = 'x'\n[unsubscribe]\nmailto = 'u@example.org'\n[smtp]\nhost = 'smtp.example.org'\n",
    )
    .unwrap();
    let publication = config.publication;
    assert_eq!(
        (publication.envelope_sender, publication.images.as_str(), publication.list_id.as_str()),
        (address("ada@example.org"), "https://www.example.org/b/img/", "distributed-bytes.example.org")
    );
    assert_eq!(
        (publication.sender_id.as_str(), publication.reason.as_str(), publication.direction),
        ("distributed-byt", "because you subscribed at example.org", Direction::LeftToRight)
    );
    let settings = config.settings;
    assert_eq!(settings.courier, Courier::Outbox(PathBuf::from("/letter/outbox")));
    assert_eq!(settings.token_key, SecretSource::File(PathBuf::from("/letter/.newsletter/unsubscribe.key")));
    let smtp = &settings.smtp[0];
    assert_eq!((smtp.port, smtp.tls, smtp.connections, smtp.per_connection), (465, Tls::Implicit, 4, 100));
    assert_eq!(smtp.in_flight, 1);
    assert_eq!(settings.send.retry.iter().map(Duration::as_secs).collect::<Vec<_>>(), [5, 30, 300, 1800, 7200]);
    assert_eq!((settings.send.wait.as_secs(), settings.send.give_up.as_secs()), (60, 172_800));
}

#[test]
fn the_port_says_how_to_protect_when_nothing_else_does() {
    let base = "[newsletter]\nname = 'T'\nfrom = 'ada@example.org'\nsite = 'https://example.org'\naddress = 'x'\n\
                [unsubscribe]\nmailto = 'u@example.org'\n[smtp]\n";
    let cases = [
        ("host = 'a.example.org'\nport = 465", (465, Tls::Implicit)),
        ("host = 'a.example.org'\nport = 25", (25, Tls::StartTls)),
        ("host = 'a.example.org'\ntls = 'implicit'", (465, Tls::Implicit)),
        ("host = 'localhost'\ntls = 'none'", (25, Tls::None)),
        ("host = '[::1]'\ntls = 'none'", (25, Tls::None)),
        ("host = '127.9.9.9'\ntls = 'none'\nport = 2525", (2525, Tls::None)),
    ];
    for (smtp, expected) in cases {
        let smtp = parse(&format!("{base}{smtp}\n")).unwrap().settings.smtp.remove(0);
        assert_eq!((smtp.port, smtp.tls), expected);
    }
}

#[test]
fn a_program_with_a_folder_is_seen_from_the_newsletter_and_a_bare_name_is_looked_up() {
    for (written, program) in
        [("msmtp", "msmtp"), ("bin/send", "/letter/bin/send"), ("/usr/sbin/sendmail", "/usr/sbin/sendmail")]
    {
        let text = FULL.replace("sendmail = \"sendmail\"", &format!("sendmail = \"{written}\""));
        let text = text.replace("courier = \"smtp\"", "courier = \"sendmail\"");
        assert_eq!(parse(&text).unwrap().settings.courier, Courier::Sendmail(PathBuf::from(program)));
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_configuration_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_damage_to_a_configuration_makes_reading_it_panic(
        cuts in proptest::collection::vec((0..FULL.len(), 0_usize..12, "[\\PC\n\"'\\[\\]={}]{0,4}"), 1..6)
    ) {
        let mut text = FULL.to_owned();
        for (at, length, put) in cuts {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &put);
        }
        if let Err(problems) = parse(&text) {
            prop_assert!(crate::diagnostic::errors(&problems.0) > 0);
            crate::diagnostic::draw(&problems.0, true);
        }
    }
}
