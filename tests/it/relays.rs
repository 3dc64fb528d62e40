//! Tests several mail servers and the limits of each.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::net::TcpListener;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::support::{Auth, Greeting, Mailing, Project, Script, SmtpServer, after_summary, signal};

/// A newsletter that mails through several servers.
struct Fleet {
    project: Project,
    servers: Vec<SmtpServer>,
}

impl Fleet {
    /// Issue 1 for so many `people`, through servers of the scripts, each with its lines under `[[smtp]]`.
    fn new<const N: usize>(people: usize, servers: [(Script, &str); N]) -> Self {
        let (scripts, lines): (Vec<_>, Vec<_>) = servers.into_iter().unzip();
        let servers: Vec<_> = scripts.into_iter().map(SmtpServer::start).collect();
        let ports: Vec<_> = servers.iter().map(SmtpServer::port).collect();
        let people: Vec<_> = (0..people).map(|number| format!("reader{number}@example.org")).collect();
        Self { project: project(&people, &ports, &lines), servers }
    }

    /// `newsletter send 1 ...`: what it said last, and its exit code.
    fn send<const N: usize>(&self, arguments: [&str; N]) -> String {
        let all: Vec<_> = ["send", "1"].into_iter().chain(arguments).collect();
        let output = self.project.finish(self.project.command(all).env("PASSWORD", "wrong"));
        self.told(&format!("{}{}exit {}\n", output.stderr, output.stdout, output.code))
    }

    /// `told` from the servers on, with names for their ports, without what a slow machine shows and a fast one does not.
    fn told(&self, told: &str) -> String {
        let mut told = told.to_owned();
        for (server, name) in self.servers.iter().zip(["[ONE]", "[TWO]"]) {
            told = told.replace(&format!(":{}", server.port()), &format!(":{name}"));
        }
        let delivery = told.find("Delivery · ").unwrap_or_default();
        let lines = told[delivery..].lines().filter(|line| !line.starts_with("sending  "));
        let lines = lines.map(|line| line.split(" in ").next().filter(|_| line.starts_with("Sent")).unwrap_or(line));
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// How many messages each server took.
    fn accepted(&self) -> Vec<usize> {
        self.servers.iter().map(|server| server.accepted().len()).collect()
    }

    /// Whether everybody got it once, whoever from.
    fn assert_once_each(&self, people: usize) {
        let mut recipients: Vec<_> = self.servers.iter().flat_map(SmtpServer::accepted_recipients).collect();
        recipients.sort();
        recipients.dedup();
        assert_eq!((recipients.len(), self.accepted().iter().sum::<usize>()), (people, people));
    }
}

fn project(people: &[String], ports: &[u16], lines: &[&str]) -> Project {
    let mut config = String::from("[send]\ncourier = \"smtp\"\nretry = [\"1s\"]\n");
    for (port, lines) in ports.iter().zip(lines) {
        let table = "\n[[smtp]]\nhost = \"127.0.0.1\"\ntls = \"none\"\nconnections = 2\n";
        config.extend([table, &format!("port = {port}\n"), lines, "\n"]);
    }
    Project::new().subscribers(people.iter().map(String::as_str)).config(&config)
}

fn accepting() -> Script {
    Script::default()
}

/// A server that lets nobody in.
fn closed_to_us() -> (Script, &'static str) {
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "right", answer: None };
    (accepting().auth(auth), "user = \"ada\"\npassword = { env = \"PASSWORD\" }")
}

#[test]
fn several_relays_share_a_send_and_every_recipient_gets_one_copy() {
    let fleet = Fleet::new(60, [(accepting(), ""), (accepting(), "rate = [\"1000/s\", \"5000/d\"]")]);
    assert_data_eq!(
        fleet.send(["--dry-run"]),
        str![[r#"
Delivery · 127.0.0.1:[ONE], no TLS, 2 connections
           127.0.0.1:[TWO], no TLS, 2 connections, 1000/s, 5000/d
Built    · 60 messages, the largest [..]
Run      · sends to 60 recipients; exit 0

Nothing was sent. To send: newsletter send 1
exit 0

"#]]
    );
    assert_data_eq!(
        fleet.send(["--yes"]),
        str![[r#"
Delivery · 127.0.0.1:[ONE], no TLS, 2 connections
           127.0.0.1:[TWO], no TLS, 2 connections, 1000/s, 5000/d
Sent issue 1 to 60 of 60 recipients
exit 0

"#]]
    );
    fleet.assert_once_each(60);
}

#[test]
fn weights_are_shares_of_the_messages() {
    let fleet = Fleet::new(80, [(accepting(), "weight = 3"), (accepting(), "weight = 1")]);
    assert!(fleet.send(["--yes"]).ends_with("exit 0\n"));
    fleet.assert_once_each(80);
    let accepted = fleet.accepted();
    assert!(accepted[0].abs_diff(60) <= 8, "{accepted:?}");
}

#[test]
fn an_unusable_relay_is_disabled_and_the_others_take_its_share() {
    let fleet = Fleet::new(20, [closed_to_us(), (accepting(), "weight = 1")]);
    assert_data_eq!(
        fleet.send(["--yes"]),
        str![[r#"
Delivery · 127.0.0.1:[ONE], no TLS, 2 connections
           127.0.0.1:[TWO], no TLS, 2 connections, weight 1
`127.0.0.1:[ONE]` is not usable now: [..]535[..]; nothing was sent
`127.0.0.1:[ONE]` is disabled for the rest of this run: `127.0.0.1:[ONE]` rejected the login of `ada`: 535 5.7.8 (a line that repeats the password)
Sent issue 1 to 20 of 20 recipients
exit 0

"#]]
    );
    assert_eq!(fleet.accepted(), [0, 20]);
}

#[test]
fn a_server_that_is_gone_does_not_delay_the_run() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let two = SmtpServer::start(accepting());
    let people: Vec<_> = (0..20).map(|number| format!("reader{number}@example.org")).collect();
    let project = project(&people, &[closed, two.port()], &["", ""]);
    let sent = project.run(["send", "1", "--yes", "--wait", "2s"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(sent.stderr.contains(&format!("`127.0.0.1:{closed}` is not usable now: ")), "{sent:?}");
    assert_eq!(two.accepted().len(), 20);
    let test = project.run(["send", "1", "--test", "ada@example.org"]);
    assert_eq!(test.code, 0, "a test mail takes the one that works: {test:?}");
    assert_eq!(two.accepted().len(), 21);
}

#[test]
fn without_a_usable_relay_nothing_is_sent() {
    let fleet = Fleet::new(3, [closed_to_us(), (accepting().greeting(Greeting::Close("554 5.7.1 go away")), "")]);
    assert_data_eq!(
        fleet.send(["--yes"]),
        str![[r#"
Delivery · 127.0.0.1:[ONE], no TLS, 2 connections
           127.0.0.1:[TWO], no TLS, 2 connections
error: [..]535[..]; nothing was sent
exit 6

"#]]
    );
    assert_eq!(fleet.accepted(), [0, 0]);
}

#[test]
fn a_refusal_by_policy_is_tried_through_the_other_relays_before_the_run_stops() {
    let servers = [accepting(), accepting()].map(SmtpServer::start);
    let people: Vec<_> = (0..40).map(|number| format!("refuse-554-5.7.1+{number}@example.org")).collect();
    let ports: Vec<_> = servers.iter().map(SmtpServer::port).collect();
    let project = project(&people, &ports, &["", ""]);
    let sent = project.run(["send", "1", "--yes"]);
    assert_eq!(sent.code, 5, "{sent:?}");
    assert!(
        sent.stderr.contains("is disabled for the rest of this run: the server refused 10 recipients in a row"),
        "{sent:?}"
    );
    assert!(sent.stderr.contains("Stopped: the server refused 10 recipients in a row"), "{sent:?}");
    let refused = project.run(["status", "1", "--state", "refused"]);
    assert_eq!(refused.stdout, "", "no recipient was marked as refused");
    assert_eq!(project.run(["status", "1", "--state", "planned"]).stdout.lines().count(), 40);
}

#[test]
fn options_for_one_server_are_not_for_several() {
    let fleet = Fleet::new(1, [(accepting(), ""), (accepting(), "")]);
    assert_data_eq!(
        fleet.send(["--yes", "--rate", "10/s"]),
        str![[r#"
error: `--rate` and `--connections` cannot be used with several mail servers
hint: set `rate` and `connections` under each `[[smtp]]`
exit 2

"#]]
    );
}

fn one(people: usize, lines: &str) -> Mailing {
    let people: Vec<_> = (0..people).map(|number| format!("reader{number}")).collect();
    Mailing::configured(SmtpServer::start(accepting()), people.iter().map(String::as_str), lines, "retry = [\"1s\"]")
}

/// Whoever is put off may be tried again at once.
fn put_off_for_no_time(people: &[&str], lines: &str) -> Mailing {
    Mailing::configured(SmtpServer::start(accepting()), people.iter().copied(), lines, "retry = [\"0s\"]")
}

/// Makes as if everything had been sent a day earlier.
fn a_day_goes_by(mailing: &Mailing) {
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    ledger.execute("UPDATE sent SET minute = minute - 86400", []).unwrap();
}

#[test]
fn the_limit_of_a_day_outlives_the_run_and_the_same_command_goes_on_when_it_is_over() {
    let mailing = one(5, "connections = 1\nrate = [\"500/s\", \"3/d\"]");
    assert_data_eq!(
        after_summary(&mailing.send(["--yes"])),
        str![[r#"
Sent issue 1 to 3 of 5 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: 3/d
Recipients left: 2. To continue: newsletter send 1
exit 5

"#]]
    );
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
Issue 1 · First things
3 sent, 2 left
Sent issue 1 to 3 of 5 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: 3/d
Recipients left: 2. To continue: newsletter send 1
exit 5

"#]]
    );
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r#"
`127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: 3/d
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  partial  3/5   -        -         First things   <- newsletter send 1
exit 0

"#]]
    );
    let json = mailing.project.run(["send", "1", "--yes", "-q", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json["ending"].as_str(), json["exit"].as_u64()), (Some("used-up"), Some(5)));
    assert_eq!(mailing.server.accepted().len(), 3);
    // And the minute they went out in.
    a_day_goes_by(&mailing);
    a_day_goes_by(&mailing);
    assert!(mailing.send(["--yes"]).ends_with("Sent issue 1 to 5 of 5 recipients\nexit 0\n"));
}

#[test]
fn a_limit_that_will_be_over_soon_enough_is_waited_for() {
    for (rate, people) in [("2/h", ["ada", "bo", "cy"]), ("3/h", ["ada", "bo", "defer-once"])] {
        let mailing = put_off_for_no_time(&people, "connections = 1");
        let mut sender = mailing.start(["--yes", "--wait", "2h", "--rate", rate]);
        Mailing::wait_for_words(&mut sender, "the limit is reached: ");
        assert!(mailing.run(["status"]).contains("a send is running: "));
        signal(&sender, Signal::INT);
        assert_data_eq!(
            mailing.finish(sender),
            str![[r#"
[..]/h; continuing at hh:mm:ss UTC
finishing the messages in flight; press Ctrl-C again to close the connections
Stopped: issue 1 has been sent to 2 of 3 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5

"#]]
        );
    }
}

#[test]
fn a_limit_that_outlasts_the_wait_ends_the_run_even_with_only_deferred_recipients_left() {
    let mailing = put_off_for_no_time(&["ada", "defer-once"], "connections = 1\nrate = \"2/h\"");
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--wait", "1m"])),
        str![[r#"
Sent issue 1 to 1 of 2 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: 2/h
Recipients left: 1. To continue: newsletter send 1
exit 5

"#]]
    );
}

#[test]
fn a_new_server_is_warmed_up_a_day_at_a_time() {
    let mailing = one(9, "connections = 2\nwarm_up = [2, 4]");
    assert_data_eq!(
        after_summary(&mailing.send(["--yes"])),
        str![[r#"
Sent issue 1 to 2 of 9 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: day 1 of its warm-up, 2 messages
Recipients left: 7. To continue: newsletter send 1
exit 5

"#]]
    );
    a_day_goes_by(&mailing);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
Issue 1 · First things
2 sent, 7 left
Sent issue 1 to 6 of 9 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: day 2 of its warm-up, 4 messages
Recipients left: 3. To continue: newsletter send 1
exit 5

"#]]
    );
    a_day_goes_by(&mailing);
    assert!(mailing.send(["--yes"]).ends_with("Sent issue 1 to 9 of 9 recipients\nexit 0\n"));
}

#[test]
fn a_server_with_too_many_connections_gets_fewer() {
    let people: Vec<_> = (0..200).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(accepting().most_connections(2));
    let mailing = Mailing::configured(server, people.iter().map(String::as_str), "connections = 4", "");
    let told = mailing.send(["--yes"]);
    assert!(told.contains("slowed to 2 connections by the server: `421 4.7.0 too many connections`\n"), "{told}");
    assert!(told.ends_with("Sent issue 1 to 200 of 200 recipients\nexit 0\n"), "{told}");
    assert_eq!(mailing.server.accepted().len(), 200);
}

#[test]
fn every_block_of_the_page_of_providers_loads() {
    let page = include_str!("../../docs/relays.md");
    let blocks: Vec<_> = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), page.matches("\n## ").count(), "one a provider");
    for block in blocks {
        let checked = Project::new().config(block).run(["check"]);
        let no_problems =
            "note: there is no `subscribers.csv` here, so the subscriber list was not checked\nissue 1: no problems\n";
        assert_eq!((checked.code, checked.stderr.as_str()), (0, no_problems), "{block}\n{checked:?}");
    }
}
