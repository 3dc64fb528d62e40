//! Tests the whole loop with real servers: readers come through nginx, get their mail from Postfix in Dovecot, bounce and leave;
//! and all that with the server killed between every two steps.

use std::fmt::Write;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, UNIX_EPOCH};

use newsletter::readers::MailOutcome;

use crate::support::{Nginx, PostOffice, Project};

/// An address whose mail Postfix takes and cannot deliver.
const DEAD: &str = "undeliverable@example.org";

/// Where links in mail lead.
const SITE: &str = "https://letter.example.org";

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

struct World {
    office: PostOffice,
    project: Project,
    nginx: Nginx,
    server: Child,
    listen: SocketAddr,
    /// Whether the server is killed after every step.
    is_killed: bool,
}

impl World {
    fn open(is_killed: bool) -> Self {
        let people = ["ada@example.org", "bo@example.net", "zoe@example.com", "bounces@example.org", DEAD];
        let office = PostOffice::open(people);
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = format!(
            "[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\n[serve]\nlisten = \"{listen}\"\n",
            office.postfix.plain
        );
        let project = Project::new().subscribers(["ada@example.org", "bo@example.net", DEAD]).config(&config);
        let config = project.read("newsletter.toml");
        let sender = "envelope_sender = \"bounces@example.org\"\n\n[unsubscribe]";
        project.write("newsletter.toml", config.replacen("[unsubscribe]", sender, 1));
        let unit = project.run(["serve", "--unit"]).stdout;
        let (_, location) = unit.split_once("# location / {").unwrap();
        let location = format!("location / {{{location}");
        let location: Vec<_> = location.lines().map(|line| line.trim_start_matches('#')).collect();
        let location = location.join("\n");
        let server = serve(&project);
        let nginx = Nginx::start(listen, &location);
        Self { office, project, nginx, server, listen, is_killed }
    }

    /// The end of a step.
    fn step(&mut self) {
        if self.is_killed {
            self.server.kill().unwrap();
            self.server.wait().unwrap();
            self.pass_a_quarter_of_an_hour();
            self.server = serve(&self.project);
        }
    }

    /// Makes mail due that the killed server had taken to send, which it otherwise is after fifteen minutes.
    fn pass_a_quarter_of_an_hour(&self) {
        let now = chrono::DateTime::UNIX_EPOCH + UNIX_EPOCH.elapsed().unwrap();
        let later = now + chrono::TimeDelta::minutes(15);
        let make_due = &mut |records: &mut dyn newsletter::ledger::ReaderRecords| match records.mail_due(later, true)? {
            Some(mail) => records.settle_mail(mail.id, MailOutcome::Later(now), now),
            None => Ok(()),
        };
        self.ledger().change_readers(make_due).unwrap();
    }

    fn ledger(&self) -> Box<dyn newsletter::ledger::Ledger> {
        let location = newsletter::ledger::LedgerLocation::File(self.project.path(".newsletter/ledger.sqlite3"));
        newsletter::ledger::open(&location).unwrap()
    }

    /// One request through nginx, from an address of its own; the status and everything else.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 9), 0))).unwrap();
            socket.connect(self.nginx.address).await.unwrap().into_std().unwrap()
        });
        stream.set_nonblocking(false).unwrap();
        let mut stream = stream;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: letter.example.org\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, answer)
    }

    /// The messages of `address` once there are `count`.
    fn mail(&self, address: &str, count: usize) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mail = self.office.messages(address);
            if mail.len() >= count {
                let unfolded =
                    |message: Vec<u8>| String::from_utf8_lossy(&message).replace("=\r\n", "").replace("\r\n ", " ");
                return mail.into_iter().map(unfolded).collect();
            }
            assert!(Instant::now() < deadline, "{address} has {} messages\n{}", mail.len(), self.office.postfix.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn send(&self, number: u32) -> String {
        let output = self.project.run(["send", &number.to_string(), "--yes"]);
        format!("{}{}exit {}\n", output.stderr, output.stdout, output.code)
    }

    /// Who got what, by subject, once everybody got as many. Of confirmations and welcomes a killed server may send
    /// two, and they count as one; of issues it may not.
    fn got(&self, counts: &[(&str, usize)]) -> String {
        let mut got = String::new();
        for (address, count) in counts {
            let deadline = Instant::now() + PATIENCE;
            let subjects = loop {
                let mail = if *count == 0 { Vec::new() } else { self.mail(address, *count) };
                let mut subjects: Vec<_> = mail.iter().map(|message| header(message, "Subject").to_owned()).collect();
                subjects.sort();
                subjects.dedup_by(|one, other| one == other && !one.starts_with("Test Letter #"));
                if subjects.len() >= *count || Instant::now() > deadline {
                    break subjects;
                }
                std::thread::sleep(Duration::from_millis(50));
            };
            writeln!(got, "{address}: {}", subjects.join(" | ")).unwrap();
        }
        got
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn serve(project: &Project) -> Child {
    let mut server =
        project.command(["serve", "--quiet"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("http://"), "{line}");
    server
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    message.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default().trim()
}

/// The path of the first link that begins with `start`.
fn path(message: &str, start: &str) -> String {
    let (_, rest) = message.split_once(&format!("{SITE}{start}")).unwrap_or_else(|| panic!("no {start}: {message}"));
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter)).unwrap_or(rest.len());
    format!("{start}{}", &rest[..end])
}

/// The fields of a form that was shown, once it is old enough.
fn stamp(world: &World) -> String {
    let (_, form) = world.ask("GET", "/subscribe", "", "");
    let field = |name: &str| {
        form.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let (at, stamp) = (field("at"), field("stamp"));
    let shown: i64 = at.parse().unwrap();
    let now = || UNIX_EPOCH.elapsed().unwrap().as_secs().cast_signed();
    while now() - shown < 3 {
        std::thread::sleep(Duration::from_millis(50));
    }
    format!("at={at}&stamp={stamp}")
}

/// A reader comes, gets an issue, another's mail comes back, a third leaves, and old lists change nothing.
fn story(is_killed: bool) {
    let mut world = World::open(is_killed);

    let body = format!("address=zoe%40example.com&website=&{}", stamp(&world));
    // What a visitor writes into the header is not believed.
    let (status, answer) = world.ask("POST", "/subscribe", "X-Forwarded-For: 203.0.113.7\r\n", &body);
    assert!(status == 303 && answer.contains("location: /subscribe/sent"), "{answer}");
    world.step();

    let confirm = path(&world.mail("zoe@example.com", 1)[0], "/confirm/");
    assert_eq!(world.ask("GET", &confirm, "", "").0, 200);
    world.step();
    assert_eq!(world.ask("POST", &confirm, "", "").0, 303);
    world.step();
    world.mail("zoe@example.com", 2);

    let told = world.send(1);
    assert!(told.contains("1 from the ledger, 3 from subscribers.csv") && told.ends_with("exit 0\n"), "{told}");
    world.step();

    let returned = world.office.messages_as_delivered("bounces@example.org", 1);
    world.project.write("Maildir/new/1", returned[0].clone());
    world.project.write("Maildir/cur/.keep", "");
    let read = world.project.run(["mailbox", "Maildir"]);
    assert!(read.code == 0 && read.stderr.contains("1 bounced (1 dead)"), "{read:?}");
    world.step();

    let letter = world.mail("ada@example.org", 1).remove(0);
    let one_click = path(header(&letter, "List-Unsubscribe"), "/u/");
    let (status, answer) = world.ask("POST", &one_click, "", "List-Unsubscribe=One-Click");
    assert!(status == 200 && answer.ends_with("unsubscribed\n"), "{answer}");
    world.step();

    // The list of last month, with everybody who left since.
    world
        .project
        .write("subscribers.csv", format!("email\nada@example.org\nbo@example.net\n{DEAD}\nzoe@example.com\n"));
    let issue = world.project.read("issues/001-first-things.toml");
    let second = issue.replace("number = 1", "number = 2").replace("First things", "Second things");
    world.project.write("issues/002-second-things.toml", second);
    let told = world.send(2);
    assert!(told.ends_with("exit 0\n"), "{told}");
    world.step();

    let got = world.got(&[("ada@example.org", 1), ("bo@example.net", 2), ("zoe@example.com", 4), (DEAD, 0)]);
    snapbox::assert_data_eq!(
        got,
        snapbox::str![[r#"
ada@example.org: Test Letter #1: First things
bo@example.net: Test Letter #1: First things | Test Letter #2: Second things
zoe@example.com: Confirm: Test Letter | Test Letter #1: First things | Test Letter #2: Second things | Welcome to Test Letter
undeliverable@example.org: 

"#]]
    );
    let networks = networks(world.ledger().as_mut(), &world.project);
    assert_eq!(networks, ["127.0.0.0/24"], "the address that nginx saw, not the one that was claimed");
    assert_eq!(world.listen.ip().to_string(), "127.0.0.1");
}

/// The networks in the evidence about zoe.
fn networks(ledger: &mut dyn newsletter::ledger::Ledger, project: &Project) -> Vec<String> {
    let secret = project.read(".newsletter/unsubscribe.key");
    let list_id = ledger.identity().unwrap().unwrap();
    let address = newsletter::model::EmailAddress::parse("zoe@example.com").unwrap();
    let who = newsletter::message::TokenKey::new(secret.trim_end().as_bytes()).identify(&list_id, &address);
    let mut networks = Vec::new();
    ledger
        .read_readers(&mut |records| {
            networks = records.evidence(&who)?.into_iter().map(|event| event.evidence.network).collect();
            Ok(())
        })
        .unwrap();
    networks.retain(|network| !network.is_empty());
    networks
}

#[test]
#[ignore = "needs Postfix, Dovecot and nginx; ./check runs it"]
fn readers_come_and_go_through_real_servers() {
    story(false);
}

#[test]
#[ignore = "needs Postfix, Dovecot and nginx; ./check runs it"]
fn a_server_that_is_killed_after_every_step_loses_nobody() {
    story(true);
}
