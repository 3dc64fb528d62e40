//! Tests `newsletter doctor` on sound and broken newsletters, with a real name server, a real web
//! server and a scripted mail server.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use crate::support::{Auth, Authority, NameServer, Project, Script, SmtpServer, WebServer};

const USER: Auth = Auth { mechanisms: "PLAIN", user: "ada", password: "swordfish", answer: None };
const SPF: (&str, &str) = ("example.org", "v=spf1 ip4:192.0.2.1 -all");
const DMARC: (&str, &str) = ("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:ada@example.org");

/// A newsletter and everybody it depends on.
struct Clinic {
    project: Project,
    mail: SmtpServer,
    web: WebServer,
    /// The record of its key.
    record: String,
}

impl Clinic {
    /// A newsletter that signs with a new key and mails to a server that knows `user`.
    fn open(user: Auth, web: WebServer) -> Self {
        let project = Project::new().subscribers(["ada@example.org", "bo@example.net"]);
        let config = project
            .read("newsletter.toml")
            .replace("https://letter.example.org/u/", &format!("https://localhost:{}/u/", web.port));
        project.write("newsletter.toml", config);
        let made = project.run(["dkim", "keygen", "--selector", "nl2026", "--json"]).stdout;
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let mail = SmtpServer::start(Script::default().auth(user));
        let project = project.config(&format!(
            "[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"ada\"\n\
             password = {{ env = \"PASSWORD\" }}\n\n\
             [dkim]\nselector = \"nl2026\"\nkey = {{ file = \".newsletter/dkim-nl2026.pem\" }}\n",
            mail.port()
        ));
        Self { project, mail, web, record: made["value"].as_str().unwrap().to_owned() }
    }

    fn healthy() -> Self {
        Self::open(USER, WebServer::start(200, ""))
    }

    fn key(&self) -> (&str, &str) {
        ("nl2026._domainkey.example.org", &self.record)
    }

    /// What the doctor says when DNS has `records`, without what differs from run to run.
    fn says<'a>(&self, records: impl IntoIterator<Item = (&'a str, &'a str)>, more: &[&str]) -> String {
        let names = NameServer::start(records);
        self.says_with_resolver(&names.address.to_string(), more)
    }

    fn says_with_resolver(&self, resolver: &str, more: &[&str]) -> String {
        let mut command = self.project.command(["doctor", "--resolver", resolver].iter().chain(more));
        command.env("PASSWORD", "swordfish").env("SSL_CERT_FILE", &self.web.authority);
        let output = self.project.finish(&mut command);
        let said = format!("{}{}exit {}\n", output.stdout, output.stderr, output.code);
        assert!(!said.contains("swordfish"), "{said}");
        timeless(&said).replace(&format!(":{}", self.mail.port()), ":[PORT]")
    }
}

/// What is said about `subject`, and what to do.
fn about(subject: &str, said: &str) -> String {
    let of_another = |line: &&str| line.get(9..).is_none_or(|rest| !rest.starts_with(&format!("{subject}  ")));
    let mut lines = said.lines().skip_while(of_another);
    let first = lines.next().unwrap_or_else(|| panic!("nothing about {subject}: {said}"));
    let help = lines.take_while(|line| line.starts_with("         "));
    std::iter::once(first).chain(help).flat_map(|line| [line, "\n"]).collect()
}

/// `said` without the time it is and the room there is.
fn timeless(said: &str) -> String {
    let mut kept = String::new();
    for line in said.lines() {
        let (start, rest) = line.split_at(line.len().min(26));
        match start.split_whitespace().nth(1) {
            Some("clock") => kept += &[start, "[NOW]", rest.get(20..).unwrap_or_default()].concat(),
            Some("disk") => kept += &[start, "[FREE]"].concat(),
            _ => kept += line,
        }
        kept += "\n";
    }
    kept
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn a_healthy_newsletter_hears_what_is_in_order() {
    let clinic = Clinic::healthy();
    assert_data_eq!(
        clinic.says([SPF, DMARC, clinic.key()], &[]),
        str![[r#"
ok       configuration    newsletter.toml
ok       subscribers      2 recipients
ok       unsubscribe key  `.newsletter/unsubscribe.key` will be created when first needed
ok       DKIM key         RSA, 2048 bits
ok       ledger           `.newsletter/ledger.sqlite3` will be created by the first delivery
ok       disk             [FREE]
ok       mail server      127.0.0.1:[PORT], no TLS, logged in as ada
ok       SPF              `example.org` publishes `v=spf1 ip4:192.0.2.1 -all`
ok       DKIM             `nl2026._domainkey.example.org` publishes the signing key
ok       DMARC            `_dmarc.example.org` publishes `p=none`
ok       alignment        signature (`example.org`) and envelope sender (`example.org`) are aligned with `example.org`
ok       unsubscribe      `localhost` answered a test token with 200
ok       clock            [NOW]
no problems
exit 0

"#]]
    );
    let talk = &clinic.mail.commands()[0];
    assert!(!talk.iter().any(|line| line.starts_with("MAIL")), "{talk:?}");
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn a_newsletter_without_published_records_is_told_what_to_publish() {
    assert_data_eq!(
        Clinic::healthy().says([], &[]),
        str![[r#"
ok       configuration    newsletter.toml
ok       subscribers      2 recipients
ok       unsubscribe key  `.newsletter/unsubscribe.key` will be created when first needed
ok       DKIM key         RSA, 2048 bits
ok       ledger           `.newsletter/ledger.sqlite3` will be created by the first delivery
ok       disk             [FREE]
ok       mail server      127.0.0.1:[PORT], no TLS, logged in as ada
problem  SPF              `example.org` has no SPF record
                          publish the TXT record that your mail provider gives, such as `v=spf1 include:… -all`
problem  DKIM             `nl2026._domainkey.example.org` has no TXT record
                          publish what `newsletter dkim dns` prints
problem  DMARC            no policy is published for mail from `example.org`
                          publish a TXT record at `_dmarc.example.org`: `v=DMARC1; p=none; rua=mailto:YOU@example.org`
ok       alignment        signature (`example.org`) and envelope sender (`example.org`) are aligned with `example.org`
ok       unsubscribe      `localhost` answered a test token with 200
ok       clock            [NOW]
3 problems
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn everything_that_can_be_wrong_is_said_at_once() {
    let user = Auth { password: "changed", ..USER };
    let clinic = Clinic::open(user, WebServer::start(503, "Sun, 22 Nov 2020 10:00:00 GMT"));
    fs::set_permissions(clinic.project.path(".newsletter/dkim-nl2026.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    clinic.project.write("subscribers.csv", "email\nada@example.org\nnobody\n");
    clinic.project.write(".newsletter/unsubscribe.key", "short");
    fs::set_permissions(clinic.project.path(".newsletter/unsubscribe.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let records = [
        ("example.org", "v=spf1 +all"),
        ("_dmarc.example.org", "v=DMARC1; p=perhaps"),
        ("nl2026._domainkey.example.org", "v=DMIK1"),
    ];
    assert_data_eq!(
        clinic.says(records, &[]),
        str![[r#"
ok       configuration    newsletter.toml
problem  subscribers      1 recipient; 1 row is invalid
                          `newsletter check` lists them
problem  unsubscribe key  the unsubscribe key has 5 characters
                          use at least 32 random characters: `openssl rand -base64 32`
problem  DKIM key         other users of this machine can read or change `[ROOT]/.newsletter/dkim-nl2026.pem` (mode 640)
                          run `chmod 600 [ROOT]/.newsletter/dkim-nl2026.pem`
ok       ledger           `.newsletter/ledger.sqlite3` will be created by the first delivery
ok       disk             [FREE]
problem  mail server      `127.0.0.1:[PORT]` rejected the login of `ada`: 535 5.7.8 wrong user or password
                          compare `[smtp]` with your provider's instructions; `-vv` shows the SMTP session
problem  SPF              `example.org` publishes `v=spf1 +all`: it allows every server
                          end the record with `~all` or `-all`
problem  DKIM             `nl2026._domainkey.example.org`: the record is not a key: it does not start with `v=DKIM1`
                          publish what `newsletter dkim dns` prints
problem  DMARC            `_dmarc.example.org` has `v=DMARC1; p=perhaps`: `p=perhaps` is not a policy
                          correct it: `v=DMARC1; p=none`
ok       alignment        signature (`example.org`) and envelope sender (`example.org`) are aligned with `example.org`
problem  unsubscribe      `localhost` answered a test token with 503
                          check the log of the web server
problem  clock            [NOW], but a web server's clock says 2020-11-22 10:00 UTC
                          set the clock: `timedatectl set-ntp true`
9 problems
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn the_published_key_is_compared_with_the_one_that_signs() {
    let clinic = Clinic::healthy();
    let other = Clinic::healthy();
    let said = clinic.says([SPF, DMARC, ("nl2026._domainkey.example.org", &other.record)], &[]);
    assert_data_eq!(
        about("DKIM", &said),
        str![[r#"
problem  DKIM             `nl2026._domainkey.example.org` publishes a different key from the one that signs
                          publish what `newsletter dkim dns` prints

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn servers_that_are_not_there_are_named() {
    let clinic = Clinic::healthy();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = clinic.project.read("newsletter.toml");
    let mail = config.replace(&format!("port = {}", clinic.mail.port()), &format!("port = {}", nobody.port()));
    clinic.project.write("newsletter.toml", mail.replace(&format!("localhost:{}", clinic.web.port), "localhost:1"));
    let said = clinic.says_with_resolver(&nobody.to_string(), &[]);
    assert_data_eq!(
        said.replace(&format!(":{}", nobody.port()), ":[NOBODY]"),
        str![[r#"
ok       configuration    newsletter.toml
ok       subscribers      2 recipients
ok       unsubscribe key  `.newsletter/unsubscribe.key` will be created when first needed
ok       DKIM key         RSA, 2048 bits
ok       ledger           `.newsletter/ledger.sqlite3` will be created by the first delivery
ok       disk             [FREE]
problem  mail server      cannot reach `127.0.0.1:[NOBODY]`: connection refused (127.0.0.1)
                          compare `[smtp]` with your provider's instructions; `-vv` shows the SMTP session
warning  DNS              `_dmarc.example.org` could not be looked up: no name server responded
                          try again, or use another name server: `--resolver 9.9.9.9:53`
problem  unsubscribe      the unsubscribe page at `localhost` does not respond: Connection refused (os error 111)
                          start it: readers who cannot unsubscribe report spam
ok       clock            [NOW]
2 problems, 1 warning
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn a_page_with_a_certificate_that_nobody_trusts_is_not_called_silent() {
    let mut clinic = Clinic::healthy();
    let folder = tempfile::tempdir().unwrap();
    clinic.web.authority = Authority::new(folder.path()).certificate;
    assert_data_eq!(
        about("unsubscribe", &clinic.says([SPF, DMARC, clinic.key()], &[])),
        str![[r#"
problem  unsubscribe      the unsubscribe page at `localhost` is not trusted: its certificate is self-signed or issued by an authority this machine does not trust
                          use a certificate of a public authority, such as Let's Encrypt, with its whole chain: browsers and mail services refuse this one too

"#]]
    );
}

#[test]
fn offline_sends_no_requests() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let output = project.run(["doctor", "--offline"]);
    let said = format!("{}{}exit {}\n", output.stdout, output.stderr, output.code);
    assert_data_eq!(
        timeless(&said),
        str![[r#"
ok       configuration    newsletter.toml
ok       subscribers      1 recipient
ok       unsubscribe key  `.newsletter/unsubscribe.key` will be created when first needed
ok       DKIM key         none: messages are not signed, and no mail is sent
ok       ledger           `.newsletter/ledger.sqlite3` will be created by the first delivery
ok       disk             [FREE]
ok       clock            [NOW]
no problems
exit 0

"#]]
    );
    assert!(!project.path(".newsletter").exists(), "the doctor makes nothing");
}

#[test]
fn a_lost_key_of_letters_already_mailed_is_a_problem() {
    let project = Project::new().subscribers(["ada@example.org"]);
    project.run(["send", "1", "--yes"]);
    fs::remove_file(project.path(".newsletter/unsubscribe.key")).unwrap();
    let output = project.run(["doctor", "--offline", "--quiet"]);
    assert_data_eq!(
        about("unsubscribe key", &output.stdout),
        str![[r#"
problem  unsubscribe key  `.newsletter/unsubscribe.key` is gone, and the unsubscribe links in all mail already sent no longer work
                          restore it from a backup before the next send

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn findings_are_also_told_as_json() {
    let clinic = Clinic::healthy();
    let names = NameServer::start([SPF, clinic.key()]);
    let mut command = clinic.project.command(["doctor", "--json", "--resolver", &names.address.to_string()]);
    command.env("PASSWORD", "swordfish").env("SSL_CERT_FILE", &clinic.web.authority);
    let output = clinic.project.finish(&mut command);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&output.stdout).unwrap();
    let told: Vec<_> = findings
        .iter()
        .map(|finding| [&finding["subject"], &finding["level"]].map(|value| value.as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ["configuration", "ok"],
            ["subscribers", "ok"],
            ["unsubscribe key", "ok"],
            ["DKIM key", "ok"],
            ["ledger", "ok"],
            ["disk", "ok"],
            ["mail server", "ok"],
            ["SPF", "ok"],
            ["DKIM", "ok"],
            ["DMARC", "problem"],
            ["alignment", "ok"],
            ["unsubscribe", "ok"],
            ["clock", "ok"],
        ]
    );
    assert_eq!((output.code, output.stderr.as_str()), (3, "1 problem\n"));
}

#[test]
fn errors_in_the_configuration_hide_all_others() {
    let output = Project::new().config("[dkim]\nselector = \"nl2026\"\n").run(["doctor"]);
    assert_data_eq!(
        format!("{}{}exit {}\n", output.stdout, output.stderr, output.code),
        str![[r#"
error: `key` is missing in `[dkim]`
  --> newsletter.toml:12:1
   |
12 | [dkim]
   | ^^^^^^
   |
   = help: add `key = { file = ".newsletter/dkim-nl2026.pem" }`
error: 1 error; nothing was sent or written
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq; ./check runs it"]
fn a_program_that_carries_mail_has_to_be_there() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let project = project.config("[send]\ncourier = \"sendmail\"\nsendmail = \"/no/such/sendmail\"\n");
    let names = NameServer::start([SPF, DMARC]);
    let output = project.run(["doctor", "--resolver", &names.address.to_string()]);
    assert_data_eq!(
        about("mail server", &output.stdout),
        str![[r#"
problem  mail server      `/no/such/sendmail` is not an executable program
                          set `sendmail` under `[send]` to its path, or `courier = "smtp"`

"#]]
    );
}
