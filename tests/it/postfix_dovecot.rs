//! Tests real mail servers: what `send` hands to Postfix arrives in Dovecot's mailboxes, once each
//! and byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use data_encoding::HEXLOWER;
use mail_parser::{MessageParser, MimeHeaders};
use newsletter::config::Newsletter;
use newsletter::letter::{self, LetterStyleSheet};
use newsletter::message::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use newsletter::templates;

use crate::support::{Output, PASSWORD, PostOffice, Project, SmtpSink, judged};
use newsletter::{config, subscribers};

/// The configuration that sends through the door of `office` where no password is asked.
fn plainly(office: &PostOffice) -> String {
    smtp(&format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"", office.postfix.plain))
}

/// The configuration that sends through an encrypted door, with the password every mailbox has.
fn with_password(office: &PostOffice, tls: &str) -> String {
    let port = if tls == "implicit" { office.postfix.submissions } else { office.postfix.submission };
    smtp(&format!(
        "host = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca_file = \"{}\"\nuser = \"ada@example.org\"\n\
         password = {{ env = \"SMTP_PASSWORD\" }}",
        office.authority().display()
    ))
}

fn smtp(table: &str) -> String {
    format!("[send]\ncourier = \"smtp\"\n\n[smtp]\n{table}\n")
}

fn send(project: &Project, arguments: &[&str]) -> Output {
    let arguments = [&["send", "1"], arguments].concat();
    project.finish(project.command(arguments).env("SMTP_PASSWORD", PASSWORD))
}

/// The letter of issue 1 as the delivery froze it that `received` is of: what is drawn when a delivery is planned stands
/// in its boundary and its `Date`.
fn frozen(newsletter: &Newsletter, received: &[u8]) -> FrozenLetter {
    let received = MessageParser::default().parse(received).unwrap();
    let boundary = received.content_type().unwrap().attribute("boundary").unwrap();
    let plan = HEXLOWER.decode(boundary.strip_prefix("newsletter-").unwrap().as_bytes()).unwrap();
    let date = DateTime::from_timestamp(received.date().unwrap().to_timestamp(), 0).unwrap();
    let loaded = newsletter.issue("1", &newsletter.root, |_| false).unwrap();
    let style = LetterStyleSheet::prepare(templates::mail::letter::CSS, newsletter.publication.theme).unwrap();
    let letter = letter::render(&loaded.issue, &newsletter.publication, &style).unwrap();
    let stamp = DeliveryStamp { plan: PlanId(plan.try_into().unwrap()), date };
    FrozenLetter::freeze(&letter, &newsletter.publication, &stamp).unwrap()
}

/// Addresses of many people at three domains.
fn people(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("reader{number}@example.{}", ["org", "com", "net"][number % 3])).collect()
}

fn strs(addresses: &[String]) -> impl Iterator<Item = &str> + Clone {
    addresses.iter().map(String::as_str)
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn five_hundred_subscribers_get_one_message_each_and_a_second_send_sends_nothing() {
    let people = people(500);
    let office = PostOffice::open(strs(&people));
    let project = Project::new().subscribers(strs(&people)).config(&plainly(&office));
    let sent = send(&project, &["--yes"]);
    assert_eq!(sent.code, 0, "{sent:?}");

    let mut delivered = office.delivered(people.len());
    delivered.sort_unstable();
    let mut everybody = people.clone();
    everybody.sort_unstable();
    assert_eq!(delivered, everybody);

    let newsletter = Newsletter::open(project.root()).unwrap();
    let tokens = TokenKey::new(config::token_secret(&newsletter).unwrap().expose());
    let keys = MessageKeys { tokens, dkim: None };
    let messages: Vec<_> = people.iter().flat_map(|address| office.messages(address)).collect();
    assert_eq!(messages.len(), people.len());
    let frozen = frozen(&newsletter, &messages[0]);
    for (subscriber, message) in
        subscribers::audience(&newsletter, &BTreeSet::new()).unwrap().subscribers().unwrap().zip(&messages)
    {
        let mut composed = Vec::new();
        frozen.compose(&subscriber.unwrap(), &keys, &mut composed);
        assert_eq!(String::from_utf8_lossy(message), String::from_utf8_lossy(&composed));
    }
    let judged = judged(&messages);
    for (address, facts) in people.iter().zip(&judged) {
        assert_eq!(facts["to"][0][1], **address);
    }
    let ids: BTreeSet<_> = judged.iter().map(|facts| facts["message_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), people.len());

    let before = office.postfix.log();
    let again = send(&project, &["--yes"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(office.postfix.log(), before, "the second send was heard of");
    assert_eq!(states(&project), BTreeMap::from([("accepted".to_owned(), people.len())]));
}

/// How many subscribers of issue 1 the ledger has in each state.
fn states(project: &Project) -> BTreeMap<String, usize> {
    let status = project.run(["status", "1", "--json"]);
    assert_eq!(status.code, 0, "{status:?}");
    let people: Vec<serde_json::Value> = serde_json::from_str(&status.stdout).unwrap();
    people.iter().fold(BTreeMap::new(), |mut states, person| {
        *states.entry(person["state"].as_str().unwrap().to_owned()).or_default() += 1;
        states
    })
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn an_unknown_user_is_refused_and_reported_and_all_others_get_the_issue() {
    let people = people(20);
    let office = PostOffice::open(strs(&people));
    let list = strs(&people).chain(["nobody@example.org", "gone@example.com"]);
    let project = Project::new().subscribers(list).config(&plainly(&office));
    let sent = send(&project, &["--yes"]);
    assert_eq!(sent.code, 4, "{sent:?}");
    assert_eq!(office.delivered(people.len()).len(), people.len());
    let refused = project.run(["status", "1", "--state", "refused"]);
    for line in ["nobody@example.org", "gone@example.com", "550", "User unknown in virtual mailbox table"] {
        assert!(refused.stdout.contains(line), "{refused:?}");
    }
    assert_eq!(states(&project), BTreeMap::from([("accepted".to_owned(), 20), ("refused".to_owned(), 2)]));
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn starttls_and_implicit_tls_carry_the_password_and_the_mail() {
    let office = PostOffice::open(["ada@example.org", "bo@example.net"]);
    for tls in ["starttls", "implicit"] {
        let project =
            Project::new().subscribers(["ada@example.org", "bo@example.net"]).config(&with_password(&office, tls));
        let sent = send(&project, &["--yes"]);
        assert_eq!(sent.code, 0, "{tls}: {sent:?}");
    }
    assert_eq!(office.delivered(4).len(), 4);
    let log = office.postfix.log();
    assert_eq!(log.matches("sasl_username=ada@example.org").count(), 4, "{log}");
    assert!(log.contains("Anonymous TLS connection established from localhost[127.0.0.1]: TLSv1.3"), "{log}");
    judged(&office.messages("ada@example.org"));
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn a_wrong_password_stops_the_send_before_anybody_is_written_to() {
    let office = PostOffice::open(["ada@example.org"]);
    let project = Project::new().subscribers(["ada@example.org"]).config(&with_password(&office, "starttls"));
    let sent = project.finish(project.command(["send", "1", "--yes"]).env("SMTP_PASSWORD", "not-the-password"));
    assert_ne!(sent.code, 0, "{sent:?}");
    assert!(sent.stderr.contains("535"), "{sent:?}");
    assert!(!sent.stderr.contains("not-the-password"), "{sent:?}");
    assert_eq!(office.delivered(0), [""; 0]);
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn an_untrusted_server_gets_no_mail() {
    let office = PostOffice::open(["ada@example.org"]);
    let config = with_password(&office, "implicit");
    let no_authority: Vec<_> = config.lines().filter(|line| !line.starts_with("ca_file")).collect();
    let project = Project::new().subscribers(["ada@example.org"]).config(&no_authority.join("\n"));
    let sent = send(&project, &["--yes"]);
    assert_ne!(sent.code, 0, "{sent:?}");
    assert!(sent.stderr.contains("certificate"), "{sent:?}");
    assert!(!office.postfix.log().contains("sasl_username"));
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn a_test_mail_arrives_and_leaves_the_ledger_alone() {
    let office = PostOffice::open(["ada@example.org", "bo@example.net"]);
    let project = Project::new().subscribers(["bo@example.net"]).config(&plainly(&office));
    let sent = send(&project, &["--test", "ada@example.org"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert_eq!(office.delivered(1), ["ada@example.org"]);
    judged(&office.messages("ada@example.org"));
    let sent = send(&project, &["--yes"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert_eq!(office.delivered(2), ["ada@example.org", "bo@example.net"]);
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn a_dry_run_reaches_the_server_and_mails_no_recipient() {
    let office = PostOffice::open(["ada@example.org"]);
    let project = Project::new().subscribers(["ada@example.org"]).config(&with_password(&office, "starttls"));
    let rehearsed = send(&project, &["--dry-run"]);
    assert_eq!(rehearsed.code, 0, "{rehearsed:?}");
    let log = office.postfix.log();
    assert!(log.contains("connect from localhost"), "{log}");
    assert!(!log.contains("mail=") && !log.contains("from=<"), "{log}");
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn smtp_sink_takes_it_over_four_connections() {
    let sink = SmtpSink::start();
    let people = people(200);
    let project = Project::new()
        .subscribers(strs(&people))
        .config(&smtp(&format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nconnections = 4", sink.port)));
    let sent = send(&project, &["--yes"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    let messages = sink.messages();
    let mut recipients: Vec<_> =
        judged(&messages).iter().map(|facts| facts["to"][0][1].as_str().unwrap().to_owned()).collect();
    recipients.sort_unstable();
    let mut everybody = people.clone();
    everybody.sort_unstable();
    assert_eq!(recipients, everybody);
}
