//! A first send: what is said, what goes over the wire, what is left behind.

use snapbox::{assert_data_eq, str};

use crate::support::{Auth, ISSUE, Mailing, Project, Script, SmtpServer};

fn accepting() -> SmtpServer {
    SmtpServer::start(Script::default())
}

fn answering(script: Script) -> SmtpServer {
    SmtpServer::start(script)
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
fn who_is_refused_is_named_and_an_address_that_is_none_gets_no_mail_again() {
    let mailing = Mailing::new(accepting(), ["ada", "refuse-550-5.1.1", "refuse-550", "refuse-554-5.7.1", "zoe"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  5 people get it: ada@example.org, refuse-550-5.1.1@example.org and 3 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 2 of 5
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Details: newsletter status 1 --state refused
exit 4

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "zoe"]);
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r"
refuse-550-5.1.1@example.org  YYYY-MM-DD  hard bounce
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--yes", "--retry-refused"]),
        str![[r"
Issue 1 · First things
2 have it, 3 refused, 2 to be sent again
Sent issue 1 to 2 of 5
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Details: newsletter status 1 --state refused
exit 4

"]]
    );
}

#[test]
fn a_subscriber_put_off_is_tried_again_within_the_run() {
    let mailing = Mailing::new(accepting(), ["ada", "defer-once", "zoe"]);
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "30s"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  3 people get it: ada@example.org, defer-once@example.org and 1 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
waiting 1 s for those the server put off
Sent issue 1 to 3 of 3
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "defer-once", "zoe"]);
}

#[test]
fn a_subscriber_put_off_for_long_is_left_to_the_next_run() {
    let mailing = Mailing::configured(accepting(), ["ada", "defer-451"], "", "retry = [\"1h\"]");
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "0s"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  2 people get it: ada@example.org, defer-451@example.org

Delivery · 127.0.0.1:[PORT], no TLS, 4 connections
Sent issue 1 to 1 of 2; 1 person put off by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Left: 1. Continue with: newsletter send 1
exit 5

"]]
    );
    let begun = mailing.begun();
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "0s"]),
        str![[r"
Issue 1 · First things
1 has it, 1 left
Sent issue 1 to 1 of 2; 1 person put off by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Left: 1. Continue with: newsletter send 1
exit 5

"]]
    );
    assert_eq!(mailing.begun(), begun, "nobody is asked before their time");
}

#[test]
fn one_connection_at_a_time_is_enough_for_the_server() {
    let mailing = Mailing::new(answering(Script::default().most_connections(1)), ["ada", "bo", "cy", "di", "ed"]);
    let told = mailing.send(["--yes", "--quiet"]);
    assert_data_eq!(
        told,
        str![[r"
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "di", "ed"]);
}

#[test]
fn a_server_that_closes_after_some_messages_is_asked_again() {
    for script in [Script::default().messages_per_connection(2), Script::default().hang_up_after(2)] {
        let mailing = Mailing::new(answering(script), ["ada", "bo", "cy", "di", "ed", "fa", "gil"]);
        assert_data_eq!(
            mailing.send(["--yes", "-q"]),
            str![[r"
exit 0

"]]
        );
        assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "di", "ed", "fa", "gil"]);
    }
}

#[test]
fn it_works_without_pipelining() {
    let mailing = Mailing::new(answering(Script::default().pipelining(false)), ["ada", "refuse-550-5.1.1", "bo"]);
    mailing.send(["--yes"]);
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn a_connection_is_given_up_after_so_many_messages() {
    let mailing = Mailing::configured(
        accepting(),
        ["a", "b", "c", "d", "e", "f", "g"],
        "connections = 1\nper_connection = 3",
        "",
    );
    mailing.send(["--yes"]);
    let commands = mailing.server.wait_until_idle();
    let messages = |log: &Vec<String>| log.iter().filter(|line| *line == "(message)").count();
    // The first connection is the one that tried the server out.
    assert_eq!(commands.iter().map(messages).collect::<Vec<_>>(), [0, 3, 3, 1]);
    assert!(commands.iter().all(|log| log.contains(&"QUIT".to_owned())), "{commands:#?}");
}

#[test]
fn refusals_by_policy_stop_the_run_and_cost_nobody_their_place() {
    let locals: Vec<_> = (0..15).map(|number| format!("refuse-554-5.7.1+{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    assert_data_eq!(
        mailing.send(["--yes", "--connections", "1"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  15 people get it: refuse-554-5.7.1+0@example.org, refuse-554-5.7.1+1@example.org and 13 more

Delivery · 127.0.0.1:[PORT], no TLS, 1 connection
Stopped: the server refuses by policy, 10 in a row, the last with `554 5.7.1 as scripted`; nobody was marked refused for it
Issue 1 is sent to 0 of 15
Left: 15. Continue with: newsletter send 1
exit 5

"]]
    );
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  partial  0/15  -        -         First things   <- newsletter send 1
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r"
nobody is suppressed
exit 0

"]]
    );
}

#[test]
fn a_message_the_server_cannot_take_stops_the_run() {
    let locals: Vec<_> = (0..5).map(|number| format!("refuse-dot-554-5.6.0+{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    assert_data_eq!(
        mailing.send(["--yes", "--connections", "1"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  5 people get it: refuse-dot-554-5.6.0+0@example.org, refuse-dot-554-5.6.0+1@example.org and 3 more

Delivery · 127.0.0.1:[PORT], no TLS, 1 connection
Stopped: the server refuses the message itself: `554 5.6.0 as scripted`; nobody was marked refused for it
Issue 1 is sent to 0 of 5
Left: 5. Continue with: newsletter send 1
exit 5

"]]
    );
}

#[test]
fn a_message_larger_than_the_server_takes_is_not_begun() {
    let mailing = Mailing::new(answering(Script::default().size(Some(2000))), ["ada"]);
    assert_data_eq!(
        mailing.send(["--yes", "-q"]),
        str![[r"
error: `127.0.0.1:[PORT]` takes messages of up to 2.0 KB, and this one has 13 KB; nothing was sent
hint: shorten the issue
exit 3

"]]
    );
    assert_eq!(mailing.begun(), 0);
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing was sent yet
exit 0

"]]
    );
}

#[test]
fn wrong_credentials_end_it_before_it_begins_and_are_not_shown() {
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "right", answer: None };
    let mailing = Mailing::configured(
        answering(Script::default().auth(auth)),
        ["ada"],
        "user = \"ada\"\npassword = { command = [\"echo\", \"canary-secret\"] }",
        "",
    );
    let told = mailing.send(["--yes", "-vv"]);
    assert!(!told.contains("canary") && !told.contains("Y2FuYXJ5"), "{told}");
    assert_data_eq!(
        mailing.send(["--yes", "-q"]),
        str![[r"
error: `127.0.0.1:[PORT]` does not let `ada` in: 535 5.7.8 wrong user or password; nothing was sent
exit 6

"]]
    );
}

#[test]
fn a_server_that_is_not_there_gets_nothing_planned() {
    let mut mailing = Mailing::new(accepting(), ["ada"]);
    let port = mailing.server.port().to_string();
    // The one it was configured for goes.
    mailing.server = accepting();
    let output = mailing.project.run(["send", "1", "--yes", "-q"]);
    assert_data_eq!(
        output.stderr.replace(&port, "[PORT]"),
        str![[r"
error: cannot reach `127.0.0.1:[PORT]`: connection refused (127.0.0.1); nothing was sent

"]]
    );
    assert_eq!(output.code, 5);
    assert_eq!(mailing.project.run(["status"]).stderr, "nothing was sent yet\n");
}

#[test]
fn a_rehearsal_builds_everything_and_sends_nothing() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    assert_data_eq!(
        mailing.send(["--dry-run", "--eml", "rehearsed"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  3 people get it: ada@example.org, bo@example.org and 1 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Built    · 3 messages, the largest 13 KB, written to rehearsed/

Nothing was sent. To send: newsletter send 1
exit 0

"]]
    );
    let mut files: Vec<_> = std::fs::read_dir(mailing.project.path("rehearsed"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["00001-ada@example.org.eml", "00002-bo@example.org.eml", "00003-cy@example.org.eml"]);
    let commands = mailing.server.wait_until_idle();
    assert_data_eq!(format!("{commands:?}"), str![[r#"[["EHLO [127.0.0.1]", "QUIT", "(closed)"]]"#]]);
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing was sent yet
exit 0

"]]
    );
    assert!(!mailing.project.path(".newsletter/ledger.sqlite3").exists());
}

#[test]
fn a_rehearsal_of_a_started_issue_tells_what_is_left() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    assert_data_eq!(
        mailing.send(["-n"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Started YYYY-MM-DD: 1 accepted. Left: 2 people
Built    · 2 messages, the largest 13 KB

Nothing was sent. To send: newsletter send 1
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
}

#[test]
fn a_rehearsal_refuses_what_the_send_would_refuse_and_knows_when_nothing_is_left() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        mailing.send(["-n"]),
        str![[r"
error: issue 1 was edited since it was first sent: the letter was [..] then and is [..] now
hint: `newsletter send 1 --allow-changed` gives the new letter to the 1 left
hint: take the edit back to go on with the letter the others got
exit 6

"]]
    );
    mailing.send(["-n", "--allow-changed", "--eml", "rehearsed"]);
    let rehearsed = mailing.project.read("rehearsed/00002-bo@example.org.eml");
    assert!(rehearsed.contains("Until next month"), "{rehearsed}");
    mailing.send(["--yes", "--allow-changed"]);
    assert_data_eq!(
        mailing.send(["-n"]),
        str![[r"
Nothing left to do: 2 have it
exit 0

"]]
    );
}

#[test]
fn a_test_mail_is_marked_and_leaves_the_ledger_alone() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    assert_data_eq!(
        mailing.send(["--test", "ada@example.org", "refuse-550-5.1.1@example.org"]),
        str![[r"
ada@example.org  accepted  250 2.0.0 queued
refuse-550-5.1.1@example.org  refused  550 5.1.1 as scripted
exit 4

"]]
    );
    let bytes = mailing.server.accepted().remove(0).bytes;
    let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.subject(), Some("[test] Test Letter #1: First things"));
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing was sent yet
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--test"]),
        str![[r"
error: nobody to send a test to
hint: `newsletter send 1 --test you@example.org`
hint: or set `test_to` under `[send]` in `newsletter.toml`
exit 2

"]]
    );
}

#[test]
fn a_draft_is_not_sent_but_may_be_tested() {
    let mailing = Mailing::new(accepting(), ["ada"]);
    mailing.project.write("issues/001-first-things.toml", format!("draft = true\n{ISSUE}"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: issue 1 is a draft
hint: take `draft = true` out of `issues/001-first-things.toml` when it is ready
exit 6

"]]
    );
    assert_data_eq!(
        mailing.send(["--test", "ada@example.org"]),
        str![[r"
ada@example.org  accepted  250 2.0.0 queued
exit 0

"]]
    );
}

#[test]
fn a_list_with_bad_rows_sends_nothing_unless_told_to() {
    let mailing = Mailing::new(accepting(), ["ada", "bad address", "bo"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: `bad address@example.org` is not an address: a space or control character
 --> subscribers.csv:3:1
  |
3 | bad address@example.org
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: mend the rows, or send to all the others with `--skip-bad-rows`
error: 1 error; nothing was sent or written
exit 3

"]]
    );
    assert_eq!(mailing.server.connections(), 0);
    assert_data_eq!(
        mailing.send(["--yes", "--skip-bad-rows"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  1 bad row
  2 people get it: ada@example.org, bo@example.org

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 2 of 2
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn with_nobody_left_there_is_nobody_to_send_to() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.run(["suppress", "ada@example.org", "bo@example.org"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: nobody to send to: 2 suppressed
hint: `newsletter suppress --list` shows who is suppressed, `newsletter check` what is wrong with the list
exit 6

"]]
    );
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
