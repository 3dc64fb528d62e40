//! Tests the keys of the configuration, their defaults and their errors.

use crate::config::settings::FeedSource;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::config::editor::EditorAddress;
use crate::config::settings::{
    CourierSettings, DkimSettings, EvidenceIp, ImapSettings, LedgerSettings, ListSettings, MailboxSettings, Rate,
    SecretSource, SendSettings, ServeSettings, SmtpSettings, Tls,
};
use crate::model::{
    Colour, Direction, EmailAddress, Logo, Mailbox, Ornament, Pairing, ReaderTopic, Subscription, Theme, Unsubscribe,
    Words,
};
use crate::toml::damaged;

/// Every key a configuration can have.
const FULL: &str = include_str!("full.toml");

fn parse(text: &str) -> Result<Config, Problems> {
    let source = SourceFile::new("newsletter.toml", text);
    parse_config(&Arc::new(source), Path::new("/letter"))
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// What [`FULL`] says about feeds of other sites.
fn feeds() -> Vec<FeedSource> {
    let feed = |url: &str, section: Option<&str>, is_mine| FeedSource {
        url: url.parse().unwrap(),
        section: section.map(str::to_owned),
        is_mine,
    };
    vec![feed("https://example.net/feed.xml", Some("Reading"), true), feed("https://example.com/atom", None, false)]
}

/// What [`FULL`] says about the server.
fn serve() -> ServeSettings {
    ServeSettings {
        is_configured: true,
        url: Some("https://rustling.example.org/".to_owned()),
        listen: "[::1]:8080".parse().unwrap(),
        proxies: vec!["192.0.2.1".parse().unwrap()],
        origins: vec!["https://www.example.org".to_owned(), "https://rustling.example.org".to_owned()],
        archive: true,
        from: Some(Mailbox { name: Some("Rustling".to_owned()), address: address("hello@rustling.example.org") }),
        confirm_rate: Rate { messages: 100, per: Duration::from_hours(1) },
        pending: Duration::from_hours(48),
        welcomes_with_latest: true,
        evidence_ip: EvidenceIp::None,
        keep_evidence_years: 1,
        metrics: Some("127.0.0.1:9025".parse().unwrap()),
        backups: 3,
    }
}

/// What [`FULL`] says about the mailbox.
fn mailbox() -> MailboxSettings {
    MailboxSettings::Imap(ImapSettings {
        host: "imap.example.org".to_owned(),
        port: 1143,
        tls: Tls::StartTls,
        ca_file: Some(PathBuf::from("/letter/ca.pem")),
        user: "letter".to_owned(),
        password: SecretSource::File(PathBuf::from("/letter/imap.password")),
        mechanism: Some("plain".to_owned()),
        folder: "Bounces".to_owned(),
        done: "Read".to_owned(),
    })
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
            envelope_sender: address("bounces@rustling.example.org").into(),
            site: "https://rustling.example.org/".to_owned(),
            images: "https://cdn.example.org/i/".to_owned(),
            list_id: "weekly.example.org".to_owned(),
            sender_id: "rustling-1".to_owned(),
            postal_address: "Rustling c/o Example e.V., Musterstraße 1, 10115 Berlin".to_owned(),
            reason: "because you asked".to_owned(),
            language: "ar".to_owned(),
            direction: Direction::LeftToRight,
            words: Words::default(),
            theme: Theme {
                accent: Colour { red: 0xb7, green: 0x41, blue: 0x0e },
                flag: Colour { red: 0x1f, green: 0x6f, blue: 0x54 },
                pairing: Pairing::Sans,
                ornament: Ornament::Always,
            },
            logo: Some(Logo {
                url: "https://rustling.example.org/logo.png".to_owned(),
                file: None,
                alt: "R".to_owned(),
            }),
            unsubscribe: Unsubscribe {
                url: Some(("https://rustling.example.org/u?t=".to_owned(), String::new())),
                mailto: Some(address("unsubscribe@rustling.example.org").into()),
            },
            topics: vec![
                ReaderTopic { name: "deep".to_owned(), title: "Deep dives".to_owned(), is_default: true },
                ReaderTopic { name: "daily".to_owned(), title: "Daily".to_owned(), is_default: false },
            ],
            has_topic_page: false,
            subscription: Some(Subscription::Link("mailto:join@example.org".to_owned())),
        }
    );
    assert_eq!(
        config.settings,
        Settings {
            subject: "{title}".to_owned(),
            mailbox: Some(mailbox()),
            subscribers: Some(PathBuf::from("/letter/people.csv")),
            list: ListSettings {
                status: Some("state".to_owned()),
                subscribed: vec!["active".to_owned(), "vip".to_owned()],
                fields: vec!["opt_in_ip".to_owned()],
            },
            ledger: LedgerSettings::File(PathBuf::from("/var/ledger.sqlite3")),
            claim: None,
            token_key: SecretSource::Command(vec!["pass".to_owned(), "show".to_owned(), "key".to_owned()]),
            courier: CourierSettings::Smtp,
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
                max_in_flight: 8,
                pipelining: true,
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
            serve: serve(),
            preview_port: 8080,
            preview_editor: EditorAddress::parse("vscode://file/{path}:{line}").ok(),
            allow_hosts: vec![("wiki.example.org".to_owned(), 8080), ("[::1]".to_owned(), 80)],
            feeds: feeds(),
            feed_items: 5,
            archive_folder: PathBuf::from("/letter/web"),
            spam_limit: 2.5,
            checks: [("preheader".to_owned(), None)].into(),
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
        (address("ada@example.org").into(), "https://www.example.org/b/img/", "distributed-bytes.example.org")
    );
    assert_eq!(
        (publication.sender_id.as_str(), publication.reason.as_str(), publication.direction),
        ("distributed-byt", "because you subscribed at example.org", Direction::LeftToRight)
    );
    let settings = config.settings;
    assert_eq!(settings.courier, CourierSettings::Outbox(PathBuf::from("/letter/outbox")));
    assert_eq!(settings.token_key, SecretSource::File(PathBuf::from("/letter/.newsletter/unsubscribe.key")));
    let smtp = &settings.smtp[0];
    assert_eq!((smtp.port, smtp.tls, smtp.connections, smtp.per_connection), (465, Tls::Implicit, 4, 100));
    assert_eq!(smtp.max_in_flight, 1);
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
fn protection_that_does_not_fit_the_port_is_warned_of() {
    let base = "[newsletter]\nname = 'T'\nfrom = 'ada@example.org'\nsite = 'https://example.org'\naddress = 'x'\n\
                [unsubscribe]\nmailto = 'u@example.org'\n[smtp]\n";
    let clear = "which usually starts unencrypted, then uses STARTTLS -> write `tls = \"starttls\"`, or `port = 465`";
    let encrypted = "which usually uses TLS from the first byte -> write `tls = \"implicit\"`, or `port = 587`";
    let cases = [
        ("port = 587\ntls = 'implicit'", Some(format!("`tls = \"implicit\"` on port 587, {clear}"))),
        ("port = 25\ntls = 'implicit'", Some(format!("`tls = \"implicit\"` on port 25, {clear}"))),
        ("port = 2525\ntls = 'implicit'", Some(format!("`tls = \"implicit\"` on port 2525, {clear}"))),
        ("tls = 'implicit'\nport = 2587", Some(format!("`tls = \"implicit\"` on port 2587, {clear}"))),
        ("port = 465\ntls = 'starttls'", Some(format!("`tls = \"starttls\"` on port 465, {encrypted}"))),
        ("port = 2465\ntls = 'starttls'", Some(format!("`tls = \"starttls\"` on port 2465, {encrypted}"))),
        ("port = 465\ntls = 'implicit'", None),
        ("port = 587\ntls = 'starttls'", None),
        ("port = 25", None),
        ("port = 2587", None),
        ("port = 465", None),
        ("tls = 'starttls'", None),
        ("port = 10587\ntls = 'implicit'", None),
        ("port = 10465\ntls = 'starttls'", None),
    ];
    for (smtp, expected) in cases {
        let config = parse(&format!("{base}host = 'smtp.example.org'\n{smtp}\n")).unwrap();
        let told: Vec<_> = config
            .warnings
            .iter()
            .map(|warning| format!("{} -> {}", warning.message, warning.help.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(told, Vec::from_iter(expected), "{smtp}");
    }
    let local = parse(&format!("{base}host = 'localhost'\nport = 465\ntls = 'none'\n")).unwrap();
    assert!(local.warnings.is_empty());
}

#[test]
fn pipelining_can_be_done_without_but_not_with_several_under_way() {
    let base = "[newsletter]\nname = 'T'\nfrom = 'ada@example.org'\nsite = 'https://example.org'\naddress = 'x'\n\
                [unsubscribe]\nmailto = 'u@example.org'\n[smtp]\nhost = 'smtp.example.org'\n";
    let pipelining = |lines: &str| parse(&format!("{base}{lines}\n")).unwrap().settings.smtp[0].pipelining;
    assert_eq!(["", "pipelining = true", "pipelining = false\nmax_in_flight = 1"].map(pipelining), [true, true, false]);
    let problems = parse(&format!("{base}max_in_flight = 2\npipelining = false\n")).unwrap_err().0;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "`max_in_flight` needs PIPELINING, which `pipelining = false` turns off");
    let problems = parse(&format!("{base}pipelining = 'no'\n")).unwrap_err().0;
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_setting_has_the_value_that_is_set_under_its_former_name_but_not_two_values() {
    let base = "[newsletter]\nname = 'T'\nfrom = 'ada@example.org'\nsite = 'https://example.org'\naddress = 'x'\n\
                [unsubscribe]\nmailto = 'u@example.org'\n[smtp]\nhost = 'smtp.example.org'\n";
    let config = parse(&format!("{base}in_flight = 8\n")).unwrap();
    assert_eq!(config.settings.smtp[0].max_in_flight, 8);
    assert_eq!(config.warnings.len(), 1);
    let problems = parse(&format!("{base}in_flight = 8\nmax_in_flight = 4\n")).unwrap_err().0;
    let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["`in_flight` is the former name of `max_in_flight`, which is also set"]);
    assert!(parse(&format!("{base}in_flight = 17\n")).is_err());
}

#[test]
fn an_issue_is_claimed_in_git_at_a_remote_or_not_at_all() {
    let claim = |lines: &str| {
        let text = FULL.replace("path = \"/var/ledger.sqlite3\"\n", lines);
        match parse(&text) {
            Ok(config) => config.settings.claim.map(|claim| claim.remote).unwrap_or_default(),
            Err(problems) => problems.0.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; "),
        }
    };
    let database = "url = \"postgres://weekly@db.example.org/weekly\"\n";
    for (lines, expected) in [
        ("claim = \"git\"\n", "origin"),
        ("claim = \"git\"\nremote = \"upstream\"\n", "upstream"),
        ("claim = \"git\"\nremote = \"git@example.org:ada/letter.git\"\n", "git@example.org:ada/letter.git"),
        ("claim = \"hg\"\n", "`hg` is not a kind of claim"),
        ("claim = \"git\"\nremote = \"--upload-pack=x\"\n", "`--upload-pack=x` is not a remote"),
        ("claim = \"git\"\nremote = \"a b\"\n", "`a b` is not a remote"),
        ("remote = \"origin\"\n", "`remote` without `claim`"),
        (&format!("claim = \"git\"\n{database}"), "`claim` and `url` are both set: a shared database needs no claim"),
    ] {
        assert_eq!(claim(lines), expected, "{lines}");
    }
}

#[test]
fn a_program_with_a_folder_is_seen_from_the_newsletter_and_a_bare_name_is_looked_up() {
    for (written, program) in
        [("msmtp", "msmtp"), ("bin/send", "/letter/bin/send"), ("/usr/sbin/sendmail", "/usr/sbin/sendmail")]
    {
        let text = FULL.replace("sendmail = \"sendmail\"", &format!("sendmail = \"{written}\""));
        let text = text.replace("courier = \"smtp\"", "courier = \"sendmail\"");
        assert_eq!(parse(&text).unwrap().settings.courier, CourierSettings::Sendmail(PathBuf::from(program)));
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_configuration_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_damage_to_a_configuration_makes_reading_it_panic(text in damaged(FULL)) {
        if let Err(problems) = parse(&text) {
            prop_assert!(crate::diagnostic::errors(&problems.0) > 0);
            crate::diagnostic::draw(&problems.0, true);
        }
    }
}
