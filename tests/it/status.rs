//! Tests `status` and `suppress`.

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Project, Script, SmtpServer};

fn sent() -> Mailing {
    let server = SmtpServer::start(Script::default());
    let locals = ["ada", "refuse-550-5.1.1", "defer-451", "drop-after-dot-lost", "=formula"];
    let mailing = Mailing::configured(server, locals, "connections = 1", "retry = [\"1h\"]");
    mailing.send(["--yes", "--wait", "0s"]);
    mailing
}

#[test]
fn every_delivery_has_a_line() {
    let mailing = sent();
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  partial  2/5   1        1         First things   <- newsletter send 1
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["status", "--json"]),
        str![[r#"
[
  {
    "counts": {
      "accepted": 2,
      "deferred": 1,
      "given-up": 0,
      "in-doubt": 1,
      "in-flight": 0,
      "planned": 0,
      "refused": 1,
      "suppressed": 0
    },
    "courier": "smtp",
    "issue": 1,
    "next": "newsletter send 1",
    "started": "YYYY-MM-DDThh:mm:ss+00:00",
    "state": "partial",
    "title": "First things"
  }
]
exit 0

"#]]
    );
}

#[test]
fn everybody_of_a_delivery_has_a_line() {
    let mailing = sent();
    assert_data_eq!(
        mailing.run(["status", "1"]),
        str![[r#"
ada@example.org                  accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued
refuse-550-5.1.1@example.org     refused   YYYY-MM-DD hh:mm:ss  550 5.1.1 as scripted
defer-451@example.org            deferred  YYYY-MM-DD hh:mm:ss  next attempt YYYY-MM-DD hh:mm:ss · 451 as scripted
drop-after-dot-lost@example.org  in-doubt  YYYY-MM-DD hh:mm:ss  the server closed the connection
=formula@example.org             accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.run(["status", "1", "--state", "refused,in-doubt"]),
        str![[r"
refuse-550-5.1.1@example.org     refused   YYYY-MM-DD hh:mm:ss  550 5.1.1 as scripted
drop-after-dot-lost@example.org  in-doubt  YYYY-MM-DD hh:mm:ss  the server closed the connection
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["status", "1", "--state", "suppressed"]),
        str![[r#"
no matching recipients
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.run(["status", "1", "--state", "lost"]),
        str![[r"
error: invalid value 'lost' for '--state <STATES>': the states are planned, in-flight, accepted, deferred, refused, in-doubt, suppressed, given-up

For more information, try '--help'.
exit 2

"]]
    );
    assert_data_eq!(
        mailing.run(["status", "7"]),
        str![[r"
error: issue `7` was never sent
exit 2

"]]
    );
}

#[test]
fn the_people_of_a_delivery_go_into_a_spreadsheet_without_running_there() {
    assert_data_eq!(
        sent().run(["status", "1", "--csv"]),
        str![[r"
email,state,attempts,code,enhanced,text,updated,next_at
ada@example.org,accepted,1,250,2.0.0,queued,YYYY-MM-DDThh:mm:ss+00:00,
refuse-550-5.1.1@example.org,refused,1,550,5.1.1,as scripted,YYYY-MM-DDThh:mm:ss+00:00,
defer-451@example.org,deferred,1,451,,as scripted,YYYY-MM-DDThh:mm:ss+00:00,YYYY-MM-DDThh:mm:ss+00:00
drop-after-dot-lost@example.org,in-doubt,1,,,the server closed the connection,YYYY-MM-DDThh:mm:ss+00:00,
'=formula@example.org,accepted,1,250,2.0.0,queued,YYYY-MM-DDThh:mm:ss+00:00,
exit 0

"]]
    );
}

#[test]
fn the_people_of_a_delivery_as_json() {
    assert_data_eq!(
        sent().run(["status", "1", "--state", "refused", "--json"]),
        str![[r#"
[
  {
    "address": "refuse-550-5.1.1@example.org",
    "attempts": 1,
    "code": 550,
    "enhanced": "5.1.1",
    "next_at": null,
    "state": "refused",
    "text": "as scripted",
    "updated": "YYYY-MM-DDThh:mm:ss+00:00"
  }
]
exit 0

"#]]
    );
}

#[test]
fn suppressions_win_over_the_list_and_can_be_lifted() {
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::new(server, ["ada", "bo", "cy"]);
    assert_data_eq!(
        mailing.run(["suppress", "Ada@Example.org", "--reason", "asked"]),
        str![[r"
Ada@example.org is suppressed
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "ada@example.org", "bo@example.org"]),
        str![[r"
ada@example.org is already suppressed
bo@example.org is suppressed
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r"
Ada@example.org  YYYY-MM-DD  asked
bo@example.org   YYYY-MM-DD  unsubscribed
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--remove", "bo@example.org"]),
        str![[r"
bo@example.org can get mail again
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--remove", "bo@example.org"]),
        str![[r"
bo@example.org was not suppressed
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--list", "--json"]),
        str![[r#"
[
  {
    "address": "Ada@example.org",
    "at": "YYYY-MM-DDThh:mm:ss+00:00",
    "reason": "asked"
  }
]
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.run(["suppress"]),
        str![[r"
error: the following required arguments were not provided:
  <ADDRESS|TOKEN>...

Usage: newsletter suppress <ADDRESS|TOKEN>...

For more information, try '--help'.
exit 2

"]]
    );
    mailing.send(["--yes"]);
    assert_eq!(mailing.accepted(), ["bo", "cy"]);
}

#[test]
fn an_unsubscribe_token_names_its_subscriber() {
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::new(server, ["ada", "bo"]);
    mailing.send(["--yes"]);
    let bytes =
        mailing.server.accepted().into_iter().find(|message| message.recipients[0].starts_with("bo")).unwrap().bytes;
    let text = String::from_utf8(bytes).unwrap().replace("=\r\n", "").replace("\r\n ", "");
    let (_, rest) = text.split_once("<https://letter.example.org/u/").unwrap();
    let token = rest.split('>').next().unwrap();
    assert_data_eq!(
        mailing.run(["suppress", token]),
        str![[r"
bo@example.org is suppressed
exit 0

"]]
    );
    let forged = token.chars().rev().collect::<String>();
    assert_data_eq!(
        mailing.run(["suppress", &forged]).replace(&forged, "[TOKEN]"),
        str![[r"
error: `[TOKEN]` is neither an address nor the token of a subscriber
hint: a token is the part of an unsubscribe link that differs between subscribers
exit 2

"]]
    );
}

#[test]
fn a_file_that_is_not_a_ledger_stops_every_command_and_is_left_alone() {
    let project = Project::new().subscribers(["ada@example.org"]).file(".newsletter/ledger.sqlite3", "x".repeat(5000));
    for arguments in [["send", "1", "--yes"].as_slice(), &["status"], &["suppress", "ada@example.org"]] {
        let output = project.run(arguments);
        assert_ne!(output.code, 0);
        assert!(output.stderr.contains("`[ROOT]/.newsletter/ledger.sqlite3` is not a ledger"), "{}", output.stderr);
    }
    assert_eq!(project.read(".newsletter/ledger.sqlite3"), "x".repeat(5000));
}

/// Two people in flight when the sender was killed, its tally gone with it.
fn killed() -> Mailing {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo", "cy", "dee"]);
    mailing.send(["--yes", "--limit", "2"]);
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    ledger.execute_batch("UPDATE delivery SET state = 1 WHERE seq > 2").unwrap();
    mailing
}

#[test]
fn rows_of_a_killed_send_are_in_flight_until_the_next_send() {
    let mailing = killed();
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r#"
issue 1: 2 recipients unsettled; the next send determines their outcome
No  Started     State      Sent  Refused  In doubt  Title
1   YYYY-MM-DD  unsettled  2/4   -        -         First things   <- newsletter send 1
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.run(["status", "1", "--state", "in-flight"]),
        str![[r#"
cy@example.org   unsettled  YYYY-MM-DD hh:mm:ss
dee@example.org  unsettled  YYYY-MM-DD hh:mm:ss
exit 0

"#]]
    );
    assert!(mailing.run(["status", "1", "--state", "in-doubt"]).starts_with("no matching recipients"));
    let json: serde_json::Value = serde_json::from_str(&mailing.project.run(["status", "--json"]).stdout).unwrap();
    let counts = ["unsettled", "in-flight", "in-doubt"].map(|name| json[0]["counts"][name].as_u64());
    assert_eq!(counts, [Some(2), Some(0), Some(0)]);
    // Who knows nothing of the run it came from names them.
    assert!(mailing.send(["--yes"]).contains("2 in doubt"));
}

#[test]
fn status_of_an_address_shows_its_whole_history() {
    let mailing = sent();
    mailing.run(["suppress", "Ada@Example.org", "--reason", "asked"]);
    assert_data_eq!(
        mailing.run(["status", "ada@EXAMPLE.org"]),
        str![[r#"
ada@example.org has been suppressed since YYYY-MM-DD: asked
No  State     When                 Reply             Title
1   accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued  First things
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.run(["status", "refuse-550-5.1.1@example.org", "1", "--json"]),
        str![[r#"
{
  "address": "refuse-550-5.1.1@example.org",
  "issues": [
    {
      "address": "refuse-550-5.1.1@example.org",
      "attempts": 1,
      "code": 550,
      "enhanced": "5.1.1",
      "issue": 1,
      "next_at": null,
      "state": "refused",
      "text": "as scripted",
      "title": "First things",
      "updated": "YYYY-MM-DDThh:mm:ss+00:00"
    }
  ],
  "suppressed": {
    "reason": "hard bounce",
    "since": "YYYY-MM-DDThh:mm:ss+00:00"
  }
}
exit 0

"#]]
    );
    let told = [
        ["status", "nobody@example.org"].as_slice(),
        &["status", "ada@example.org", "7"],
        &["status", "1", "1"],
        &["status", "ada@example.org", "--csv"],
        &["status", "ada@example.org", "--state", "refused"],
    ]
    .map(|arguments| mailing.told(&mailing.project.run(arguments)));
    assert_data_eq!(
        told.concat(),
        str![[r#"
the ledger has no deliveries to nobody@example.org
exit 0
error: issue `7` was never sent
exit 2
error: `1` is not an address
hint: `newsletter status ada@example.org 1`
exit 2
error: `--csv` lists the recipients of an issue; for an address, use `--json`
exit 2
the ledger has no deliveries to ada@example.org
ada@example.org has been suppressed since YYYY-MM-DD: asked
exit 0

"#]]
    );
}

#[test]
fn of_an_address_nothing_is_known_before_the_first_send() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let output = project.run(["status", "ada@example.org"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "the ledger has no deliveries to ada@example.org\n"));
}
