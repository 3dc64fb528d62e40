//! What is known afterwards: `status` and `suppress`.

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
        str![[r"
ada@example.org                  accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued
refuse-550-5.1.1@example.org     refused   YYYY-MM-DD hh:mm:ss  550 5.1.1 as scripted
defer-451@example.org            deferred  YYYY-MM-DD hh:mm:ss  again YYYY-MM-DD hh:mm:ss · 451 as scripted
drop-after-dot-lost@example.org  in-doubt  YYYY-MM-DD hh:mm:ss  the server closed the connection
=formula@example.org             accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued
exit 0

"]]
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
        str![[r"
nobody
exit 0

"]]
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
bo@example.org may have mail again
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
fn a_token_of_an_unsubscribe_link_names_who_it_was_mailed_to() {
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
error: `[TOKEN]` is neither an address nor the token of anybody on the list
exit 2

"]]
    );
}

#[test]
fn what_is_no_ledger_stops_every_command_and_is_left_alone() {
    let project = Project::new().subscribers(["ada@example.org"]).file(".newsletter/ledger.sqlite3", "x".repeat(5000));
    for arguments in [["send", "1", "--yes"].as_slice(), &["status"], &["suppress", "ada@example.org"]] {
        let output = project.run(arguments);
        assert_ne!(output.code, 0);
        assert!(output.stderr.contains("`[ROOT]/.newsletter/ledger.sqlite3` is not a ledger"), "{}", output.stderr);
    }
    assert_eq!(project.read(".newsletter/ledger.sqlite3"), "x".repeat(5000));
}
