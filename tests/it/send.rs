//! A first send: what is said, what goes over the wire, what is left behind.

mod reader;
mod rehearsal;
mod server;

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Project, Script, SmtpServer};

fn accepting() -> SmtpServer {
    SmtpServer::start(Script::default())
}

#[test]
fn everybody_gets_it_once_and_the_same_command_again_sends_nothing() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  3 people get it: ada@example.org, bo@example.org and 1 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 3 of 3
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
    let connections = mailing.server.connections();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 3 have it
exit 0

"]]
    );
    assert_eq!(mailing.server.connections(), connections, "not a byte to the network");
}

#[test]
fn off_a_terminal_nothing_goes_out_unconfirmed() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    assert_data_eq!(
        mailing.send([]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  2 people get it: ada@example.org, bo@example.org

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
error: not confirmed: 2 people would get it
hint: `newsletter send 1 --confirm 2` sends, and only if it is still 2
hint: `newsletter send 1 --yes` sends, however many it is
exit 6

"]]
    );
    assert_data_eq!(
        mailing.send(["--confirm", "3", "-q"]),
        str![[r"
error: `--confirm 3`, but 2 people would get it now
hint: look at the list, then confirm that number
exit 6

"]]
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
fn the_end_is_also_told_as_json() {
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
  "ending": "done",
  "exit": 4,
  "issue": 1,
  "reason": null
}
exit 4

"#]]
    );
}

#[test]
fn a_fresh_newsletter_sends_to_its_outbox() {
    let project = Project::new().subscribers(["ada@example.org", "bo/slash@example.net"]);
    let output = project.run(["send", "1", "--yes"]);
    assert_data_eq!(
        output.stderr,
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  2 people get it: ada@example.org, bo/slash@example.net

Delivery · files in outbox/1/, no mail leaves this machine
Sent issue 1 to 2 of 2

"]]
    );
    assert_eq!(output.code, 0);
    let message = project.read("outbox/1/00002-bo_slash@example.net.eml");
    assert!(message.contains("To: bo/slash@example.net\r\n"), "{message}");
}

#[test]
fn a_full_disk_stops_the_run_before_anything_is_lost_track_of() {
    let locals: Vec<_> = (0..300).map(|number| format!("reader{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    let newsletter = env!("CARGO_BIN_EXE_newsletter");
    // The shell counts blocks of 512 bytes; a file larger than that cannot be written.
    let script = format!("trap '' XFSZ; ulimit -f 250; exec {newsletter} send 1 --yes -q");
    let mut command = mailing.project.command(["send"]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(mailing.project.root());
    shell.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let _ = &mut command;
    let told = mailing.told(&mailing.project.finish(&mut shell));
    assert_data_eq!(
        told,
        str![[r"
error: stopped: cannot write to the ledger: disk I/O error
hint: nothing went out that the ledger does not know of
hint: continue with `newsletter send 1`
exit 5

"]]
    );
    let before = mailing.server.accepted().len();
    let told = mailing.send(["--yes", "-q", "--json"]);
    let in_doubt = told.lines().find(|line| line.contains("in-doubt")).unwrap().to_owned();
    println!("{before} before {in_doubt}");
    let mut everybody = mailing.accepted();
    everybody.dedup();
    assert_eq!(everybody.len(), mailing.server.accepted().len(), "nobody twice");
}
