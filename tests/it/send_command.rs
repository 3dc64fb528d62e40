//! Tests a first `send`: its output, its SMTP conversation and the files it leaves.

mod reader;
mod rehearsal;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Project, Script, SmtpServer, after_summary, run_by};

fn accepting() -> SmtpServer {
    SmtpServer::start(Script::default())
}

#[test]
fn every_subscriber_gets_one_message_and_the_same_command_again_sends_nothing() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 11 KB · text 796 bytes

Recipients · subscribers.csv
  3 recipients get the issue: ada@example.org, bo@example.org and 1 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 3 of 3 recipients
exit 0

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
    let connections = mailing.server.connections();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 3 sent
exit 0

"]]
    );
    assert_eq!(mailing.server.connections(), connections, "not a byte to the network");
}

#[test]
fn off_a_terminal_nothing_goes_out_unconfirmed() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    assert_data_eq!(
        after_summary(&mailing.send([])),
        str![[r"
error: not confirmed: 2 recipients would get the issue
hint: `newsletter send 1 --confirm 2` sends only to exactly 2 recipients
hint: `newsletter send 1 --yes` sends without confirmation
exit 6

"]]
    );
    assert_data_eq!(
        mailing.send(["--confirm", "3", "-q"]),
        str![[r#"
error: `--confirm 3` was given, but 2 recipients would now get the issue
hint: check the list, then confirm that number
exit 6

"#]]
    );
    assert_eq!(mailing.begun(), 0);
    assert_data_eq!(
        mailing.send(["--confirm", "2", "-q"]),
        str![[r"
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn the_end_of_a_send_is_reported_as_json() {
    let mailing = Mailing::new(accepting(), ["ada", "refuse-550-5.1.1"]);
    assert_data_eq!(
        mailing.send(["--yes", "--quiet", "--json"]),
        str![[r#"
{
  "accepted_here": 1,
  "counts": {
    "accepted": 1,
    "deferred": 0,
    "given-up": 0,
    "in-doubt": 0,
    "in-flight": 0,
    "planned": 0,
    "refused": 1,
    "suppressed": 0
  },
  "courier": "smtp",
  "ending": "done",
  "exit": 4,
  "given_up": [],
  "held": [],
  "issue": 1,
  "reason": null,
  "suppressed": []
}
exit 4

"#]]
    );
}

#[test]
fn a_fresh_newsletter_sends_to_its_outbox() {
    let project = Project::new().subscribers(["ada@example.org", "bo/slash@example.net"]);
    let output = project.run(["send", "1", "--yes"]);
    assert!(output.stderr.contains("\nDelivery · files in outbox/1/, no mail leaves this machine\n"), "{output:?}");
    assert_data_eq!(
        after_summary(&output.stderr),
        str![[r#"
Rehearsed issue 1 for 2 of 2 recipients

"#]]
    );
    assert_eq!(output.code, 0);
    let message = project.read("outbox/1/00002-bo_slash@example.net.eml");
    assert!(message.contains("To: bo/slash@example.net\r\n"), "{message}");
}

#[test]
fn a_full_disk_stops_the_run_and_the_ledger_accounts_for_every_recipient() {
    let locals: Vec<_> = (0..300).map(|number| format!("reader{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    // The shell counts blocks of 512 bytes; a file larger than that cannot be written.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 370; exec \"$@\"", "sh"]);
    let output = mailing.project.finish(&mut run_by(shell, &mailing.project.command(["send", "1", "--yes", "-q"])));
    assert_data_eq!(
        mailing.told(&output),
        str![[r"
error: stopped: cannot write to the ledger: disk I/O error: files may not be larger than [..] bytes here (`ulimit -f`)
hint: everything sent so far is recorded in the ledger
hint: continue with `newsletter send 1`
exit 5

"]]
    );
    let mailed: BTreeSet<_> = mailing.accepted().into_iter().collect();
    let stopped = states(&mailing);
    assert_eq!(stopped.values().map(BTreeSet::len).sum::<usize>(), 300, "{stopped:?}");
    let of = |states: &[&str]| -> BTreeSet<String> {
        states.iter().filter_map(|state| stopped.get(*state)).flatten().cloned().collect()
    };
    assert!(of(&["accepted"]).is_subset(&mailed), "accepted without a message: {stopped:?}");
    assert!(of(&["planned", "deferred", "refused"]).is_disjoint(&mailed), "mailed and still planned: {stopped:?}");

    let told = mailing.send(["--yes", "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
    let finished = states(&mailing);
    assert_eq!(finished.values().map(BTreeSet::len).sum::<usize>(), 300, "{finished:?}");
    assert!(finished.keys().all(|state| ["accepted", "in-doubt"].contains(&state.as_str())), "{finished:?}");
    let doubtful = finished.get("in-doubt").map_or(0, BTreeSet::len);
    assert!(doubtful <= 2, "more in doubt than there are connections: {finished:?}");
    let copies = mailing.accepted();
    let recipients: BTreeSet<_> = copies.iter().cloned().collect();
    assert_eq!(recipients.len(), copies.len(), "two copies for one recipient");
    assert!(finished["accepted"].is_subset(&recipients), "{finished:?}");
}

/// The recipients in each state of the ledger, without the domain.
fn states(mailing: &Mailing) -> BTreeMap<String, BTreeSet<String>> {
    let output = mailing.project.run(["status", "1", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&output.stdout).unwrap();
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let [state, address] = ["state", "address"].map(|field| row[field].as_str().unwrap());
        states.entry(state.to_owned()).or_default().insert(address.trim_end_matches("@example.org").to_owned());
    }
    states
}
