//! Tests who gets an issue for some: by topic, by tag, and the correction of an earlier issue.

use newsletter::ledger::{self, Ledger, LedgerLocation};
use newsletter::message::TokenKey;
use newsletter::model::EmailAddress;
use newsletter::readers::{Event, Evidence, ImportedReader};
use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer};

const TOPICS: &str = "
[[topic]]
name = \"deep\"
title = \"Deep dives\"

[[topic]]
name = \"daily\"
title = \"Daily links\"
default = true
";

/// A newsletter whose list has `rows` below the columns `email,tags,topics`; local parts at example.org.
fn mailing(rows: &str) -> Mailing {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada"]);
    mailing.project.write("subscribers.csv", format!("email,tags,topics\n{rows}"));
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", format!("{config}{TOPICS}"));
    mailing
}

/// Writes issue `number` with the line `audience`.
fn issue(mailing: &Mailing, number: u32, audience: &str) {
    let first = mailing.project.read("issues/001-first-things.toml");
    let text = first.replace("number = 1", &format!("number = {number}\n{audience}"));
    let text = text.replace("First things", &format!("Things {number}"));
    mailing.project.write(&format!("issues/{number:03}-things.toml"), text);
}

/// Adds a reader to the ledger of a newsletter that has sent an issue.
fn add(mailing: &Mailing, reader: &str, tags: &[&str], topics: &[&str]) {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let row = ImportedReader { tags: set(tags), topics: set(topics), ..ImportedReader::default() };
    let secret = mailing.project.read(".newsletter/unsubscribe.key");
    let mut ledger = open(mailing);
    let list_id = ledger.identity().unwrap().unwrap();
    let address = EmailAddress::parse(&format!("{reader}@example.org")).unwrap();
    let who = TokenKey::new(secret.trim_end().as_bytes()).identify(&list_id, &address);
    let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let event = Event::Add(row, Evidence::default());
    ledger.change_readers(&mut |records| records.happen(&who, event.clone(), now).map(drop)).unwrap();
}

fn open(mailing: &Mailing) -> Box<dyn Ledger> {
    ledger::open(&LedgerLocation::File(mailing.project.path(".newsletter/ledger.sqlite3"))).unwrap()
}

/// Who got issue `number`, which is sent.
fn recipients(mailing: &Mailing, number: &str) -> Vec<String> {
    let before = mailing.accepted();
    let told = mailing.run(["send", number, "--yes"]);
    assert!(told.ends_with("exit 0\n"), "{told}");
    let mut new = mailing.accepted();
    for reader in before {
        let at = new.iter().position(|other| *other == reader).unwrap();
        new.remove(at);
    }
    new
}

#[test]
fn an_issue_goes_to_the_readers_of_its_topic_and_tags_in_list_and_ledger() {
    let rows = "ada@example.org,founder,deep\nbo@example.org,\"Founder,press\",-daily\ncy@example.org,,\n";
    let mailing = mailing(rows);
    assert_eq!(recipients(&mailing, "1"), ["ada", "bo", "cy"]);
    add(&mailing, "dee", &["founder"], &["-daily"]);
    add(&mailing, "eve", &[], &["deep"]);
    // The ledger knows better than the list.
    add(&mailing, "ada", &[], &[]);
    for (number, audience, expected) in [
        ("2", "audience = { topic = \"deep\" }", &["eve"][..]),
        ("3", "audience = { topic = \"daily\" }", &["ada", "cy", "eve"]),
        ("4", "audience = { tags = [\"founder\"] }", &["bo", "dee"]),
        ("5", "audience = { tags = [\"founder\", \"vip\"], without = [\"Press\"] }", &["dee"]),
        ("6", "audience = { without = [\"press\"] }", &["ada", "cy", "dee", "eve"]),
    ] {
        issue(&mailing, number.parse().unwrap(), audience);
        assert_eq!(recipients(&mailing, number), expected, "{audience}");
    }
}

#[test]
fn the_summary_says_whom_it_is_for_and_nobody_is_an_error() {
    let mailing = mailing("ada@example.org,founder,\nbo@example.org,,\n");
    issue(&mailing, 2, "audience = { topic = \"daily\", tags = [\"founder\"] }");
    let told = mailing.run(["send", "2", "--dry-run"]);
    let recipients = told.split("\nRecipients").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_data_eq!(
        recipients,
        str![[r#"
 · subscribers.csv
  audience: topic `daily`, tag `founder`
  1 outside the audience
  1 recipient gets the issue: ada@example.org
"#]]
    );
    issue(&mailing, 3, "audience = { topic = \"deep\" }");
    assert_data_eq!(
        mailing.run(["send", "3", "--yes"]),
        str![[r#"
error: no recipients: 2 outside the audience
hint: nobody matches the issue's `audience`: topic `deep`
exit 3

"#]]
    );
    assert_eq!(mailing.begun(), 0);
}

#[test]
fn an_audience_edited_after_the_first_send_stops_the_second() {
    let mailing = mailing("ada@example.org,founder,\nbo@example.org,founder,\ncy@example.org,,\n");
    issue(&mailing, 2, "audience = { tags = [\"founder\"] }");
    let told = mailing.run(["send", "2", "--yes", "--limit", "1"]);
    assert!(told.ends_with("exit 5\n"), "{told}");
    issue(&mailing, 2, "");
    assert_data_eq!(
        mailing.run(["send", "2", "--yes"]),
        str![[r#"
error: the `audience` of issue 2 was edited after it was first sent: it was for tag `founder`, and is now for everybody
hint: undo the edit; to reach others as well, send them an issue of its own
hint: `newsletter send 2 --allow-changed` continues with the recipients of the first send
exit 6

"#]]
    );
    let told = mailing.run(["send", "2", "--yes", "--allow-changed"]);
    assert!(told.ends_with("exit 0\n"), "{told}");
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn what_an_audience_cannot_be_is_said_in_place() {
    let mailing = mailing("ada@example.org,,\n");
    let audience = "audience = { topic = \"depe\", tags = [], without = [\"a, b\"], tag = \"x\" }";
    issue(&mailing, 2, audience);
    assert_data_eq!(
        mailing.run(["check", "2"]),
        str![[r#"
error: the newsletter has no topic `depe`
 --> issues/002-things.toml:2:22
  |
2 | audience = { topic = "depe", tags = [], without = ["a, b"], tag = "x" }
  |                      ^^^^^^
  |
  = help: did you mean `deep`?

error: `tags` is empty
 --> issues/002-things.toml:2:37
  |
2 | audience = { topic = "depe", tags = [], without = ["a, b"], tag = "x" }
  |                                     ^^
  |
  = help: name a tag, or remove it

error: `a, b` is not one tag
 --> issues/002-things.toml:2:52
  |
2 | audience = { topic = "depe", tags = [], without = ["a, b"], tag = "x" }
  |                                                    ^^^^^^
  |
  = help: write each tag in quotes of its own

error: unknown key `tag`
 --> issues/002-things.toml:2:61
  |
2 | audience = { topic = "depe", tags = [], without = ["a, b"], tag = "x" }
  |                                                             ^^^
  |
  = help: did you mean `tags`?

issue 2: 4 errors
exit 3

"#]]
    );
}

#[test]
fn a_cell_of_tags_that_cannot_be_read_stops_the_send() {
    let mailing = mailing("ada@example.org,\"founder\npress\",\n");
    issue(&mailing, 2, "audience = { without = [\"press\"] }");
    let told = mailing.run(["send", "2", "--yes"]);
    assert!(told.contains("subscribers.csv:2") && told.ends_with("exit 3\n"), "{told}");
    assert_eq!(mailing.begun(), 0);
}

#[test]
fn a_correction_goes_to_those_who_got_the_issue_and_stayed() {
    let rows = "ada@example.org,,\nbo@example.org,,\nrefuse-550@example.org,,\ncy@example.org,founder,\n";
    let mailing = mailing(rows);
    let told = mailing.send(["--yes"]);
    assert!(told.ends_with("exit 4\n"), "{told}");
    mailing.run(["suppress", "bo@example.org"]);
    mailing.project.write("subscribers.csv", format!("email,tags,topics\n{rows}new@example.org,,\n"));
    issue(&mailing, 2, "");
    let told = mailing.run(["send", "2", "--to-recipients-of", "1", "--dry-run"]);
    let recipients = told.split("\nRecipients").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_data_eq!(
        recipients,
        str![[r#"
 · subscribers.csv
  audience: those who got issue 1; 1 of them are not subscribed any more
  2 did not get issue 1 · 1 suppressed
  2 recipients get the issue: ada@example.org, cy@example.org
"#]]
    );
    assert!(told.contains("newsletter send 2 --to-recipients-of 1"), "{told}");
    for (number, audience, of, why) in [
        (2, "", "7", "nobody got issue 7: the ledger has no delivery of it"),
        (2, "", "2", "issue 2 cannot go to its own recipients"),
        (
            3,
            "audience = { tags = [\"founder\"] }",
            "1",
            "issue 3 has an `audience`, and `--to-recipients-of` is another one",
        ),
    ] {
        issue(&mailing, number, audience);
        let told = mailing.run(["send", &number.to_string(), "--to-recipients-of", of, "--yes"]);
        assert!(told.contains(why) && told.ends_with("exit 3\n"), "{told}");
    }
    let told = mailing.run(["send", "2", "--to-recipients-of", "1", "--yes", "--limit", "1"]);
    assert!(told.ends_with("exit 5\n"), "{told}");
    let told = mailing.run(["send", "2", "--to-recipients-of", "9", "--yes"]);
    assert!(
        told.contains("issue 2 was not begun for the recipients of issue 9") && told.ends_with("exit 6\n"),
        "{told}"
    );
    let told = mailing.run(["send", "2", "--yes"]);
    assert!(told.ends_with("exit 0\n"), "the recipients are frozen: {told}");
    assert_eq!(mailing.accepted(), ["ada", "ada", "bo", "cy", "cy"]);
}
