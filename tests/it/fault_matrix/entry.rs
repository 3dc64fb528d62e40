//! Tests rows 1 to 9, 13 and 50: unreachable, untrusted and closed servers.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use snapbox::{assert_data_eq, str};

use super::{mailing, sent, told};
use crate::support::{Auth, Certificate, Greeting, Mailing, Script, ServerTls, SmtpServer};

/// A newsletter for Ada that mails to `localhost`, with these lines under `[smtp]`.
fn secured(script: Script, smtp: &str) -> Mailing {
    over_tls(mailing(script, &["ada"]), smtp)
}

/// `mailing` to `localhost`, with these lines under `[smtp]`.
pub(crate) fn over_tls(mailing: Mailing, smtp: &str) -> Mailing {
    let config = mailing.project.read("newsletter.toml");
    let (before, _) = config.split_once("host = ").unwrap();
    let port = mailing.server.port();
    let authority = Certificate::authority();
    let table = format!("host = \"localhost\"\nport = {port}\nca_file = \"{}\"\n{smtp}\n", authority.display());
    mailing.project.write("newsletter.toml", format!("{before}{table}"));
    mailing
}

/// With a password, which nobody must see who is not trusted.
const WITH_PASSWORD: &str = "user = \"ada\"\npassword = { command = [\"echo\", \"canary\"] }";

/// Nothing of the password was said to the server, in whatever form.
fn assert_discreet(mailing: &Mailing, told: &str) {
    let said = format!("{told}{:?}", mailing.server.commands());
    assert!(!said.contains("AUTH") && !said.contains("canary") && !said.contains("Y2FuYXJ5"), "{said}");
}

#[test]
fn row_01_a_server_that_is_not_there_gets_nothing_planned() {
    let mut mailing = mailing(Script::default(), &["ada"]);
    let port = mailing.server.port().to_string();
    mailing.server = SmtpServer::start(Script::default());
    assert_data_eq!(
        sent(&mailing, ["--yes"]).replace(&port, "[PORT]"),
        str![[r#"
error: cannot reach `127.0.0.1:[PORT]`: connection refused (127.0.0.1); nothing was sent
exit 5
no ledger

"#]]
    );
}

#[test]
fn row_01_a_host_name_that_does_not_exist_plans_nothing() {
    let mailing = mailing(Script::default(), &["ada"]);
    let config = mailing.project.read("newsletter.toml");
    let config = config.replace("\"127.0.0.1\"", "\"mail.invalid\"").replace("tls = \"none\"", "tls = \"implicit\"");
    mailing.project.write("newsletter.toml", config);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: cannot reach `mail.invalid:[PORT]`: its name could not be resolved: [..]; nothing was sent
exit 5
no ledger

"#]]
    );
}

#[test]
fn row_02_a_server_that_never_takes_the_connection_is_given_up_after_half_a_minute() {
    let mailing = mailing(Script::default(), &["ada"]);
    let full = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = full.local_addr().unwrap();
    // Once its queue is full the kernel answers nobody any more.
    let queue: Vec<TcpStream> =
        std::iter::from_fn(|| TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok()).collect();
    let config = mailing.project.read("newsletter.toml");
    let [ours, hole] = [mailing.server.port(), address.port()].map(|port| format!("port = {port}"));
    mailing.project.write("newsletter.toml", config.replace(&ours, &hole));
    assert_data_eq!(
        sent(&mailing, ["--yes"]).replace(&address.port().to_string(), "[PORT]"),
        str![[r#"
error: cannot reach `127.0.0.1:[PORT]`: no response in time (127.0.0.1); nothing was sent
exit 5
no ledger

"#]]
    );
    drop(queue);
}

#[test]
fn row_03_without_starttls_neither_password_nor_mail_goes_out() {
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "canary", answer: None };
    let mailing = secured(Script::default().auth(auth), &format!("tls = \"starttls\"\n{WITH_PASSWORD}"));
    let told = sent(&mailing, ["--yes"]);
    assert_discreet(&mailing, &told);
    assert_data_eq!(
        told,
        str![[r#"
error: `localhost:[PORT]` is not safe to use: it does not offer STARTTLS; nothing was sent
hint: use the port for implicit TLS, usually 465, with `tls = "implicit"`
exit 6
no ledger

"#]]
    );
}

#[test]
#[ignore = "needs openssl; ./check runs it"]
fn row_04_a_server_of_yesterday_s_tls_is_refused() {
    let mailing = mailing(Script::default(), &["ada"]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");
    let mut old = std::process::Command::new("openssl")
        .args(["s_server", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-quiet", "-accept", &format!("127.0.0.1:{port}")])
        .args(["-cert", &format!("{fixtures}/good.pem"), "-key", &format!("{fixtures}/good.key")])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("openssl is missing; run ./check");
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(std::time::Instant::now() < deadline, "openssl s_server does not listen");
        std::thread::yield_now();
    }
    let config = mailing.project.read("newsletter.toml");
    let (before, _) = config.split_once("host = ").unwrap();
    let table = format!("host = \"localhost\"\nport = {port}\nca_file = \"{fixtures}/ca.pem\"\n");
    mailing.project.write("newsletter.toml", format!("{before}{table}"));
    let told = sent(&mailing, ["--yes"]).replace(&port.to_string(), "[PORT]");
    old.kill().unwrap();
    old.wait().unwrap();
    assert_data_eq!(
        told,
        str![[r#"
error: TLS failed with `localhost:[PORT]`: it does not support TLS 1.2 or 1.3; nothing was sent
hint: update the server; older versions are not safe
exit 6
no ledger

"#]]
    );
}

#[test]
fn row_05_a_certificate_that_does_not_fit_is_named() {
    let told = [Certificate::Expired, Certificate::SelfSigned, Certificate::WrongName].map(|certificate| {
        let mailing = secured(
            Script::default().tls(ServerTls::Implicit(certificate)),
            &format!("tls = \"implicit\"\n{WITH_PASSWORD}"),
        );
        let told = sent(&mailing, ["--yes"]);
        assert_discreet(&mailing, &told);
        told
    });
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
error: TLS failed with `localhost:[PORT]`: its certificate expired on YYYY-MM-DD; nothing was sent
hint: renew the server's certificate, or correct the clock of this machine
exit 6
no ledger

error: TLS failed with `localhost:[PORT]`: its certificate is self-signed or issued by an authority this machine does not trust; nothing was sent
hint: if the server is yours, set `ca_file` to the certificate of its authority; verification cannot be turned off
exit 6
no ledger

error: TLS failed with `localhost:[PORT]`: its certificate is for `mail.example.org`, `smtp.example.org`, not for `localhost`; nothing was sent
hint: set `host` to a name in the certificate
exit 6
no ledger

"#]]
    );
}

#[test]
fn row_06_an_answer_smuggled_in_before_tls_ends_it() {
    let script = Script::default().tls(ServerTls::StartTls(Certificate::Good)).injection("250 2.0.0 injected\r\n");
    let mailing = secured(script, &format!("tls = \"starttls\"\n{WITH_PASSWORD}"));
    let told = sent(&mailing, ["--yes"]);
    assert_discreet(&mailing, &told);
    assert_data_eq!(
        told,
        str![[r#"
error: `localhost:[PORT]` is not safe to use: unexpected data before TLS; the connection may have been tampered with; nothing was sent
hint: use the port for implicit TLS, usually 465, with `tls = "implicit"`
exit 6
no ledger

"#]]
    );
}

/// What a send says to a server that answers AUTH like this; it must ask once and not repeat the password.
fn answered(answer: &'static str) -> String {
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "canary", answer: Some(answer) };
    let script = Script::default().tls(ServerTls::Implicit(Certificate::Good)).auth(auth);
    let mailing = secured(script, WITH_PASSWORD);
    let told = sent(&mailing, ["--yes"]);
    assert!(!told.contains("canary"), "{told}");
    let asked = mailing.server.commands().iter().flatten().filter(|line| line.starts_with("AUTH")).count();
    format!("asked {asked} times\n{told}")
}

#[test]
fn row_07_a_refused_password_is_tried_once_and_not_repeated() {
    assert_data_eq!(
        answered("535 5.7.8 wrong user or password"),
        str![[r#"
asked 1 times
error: `localhost:[PORT]` rejected the login of `ada`: 535 5.7.8 wrong user or password; nothing was sent
exit 6
no ledger

"#]]
    );
}

#[test]
fn row_08_a_server_too_busy_to_let_anybody_in_is_left_for_later() {
    assert_data_eq!(
        answered("454 4.7.0 come back later"),
        str![[r#"
asked 1 times
error: `localhost:[PORT]` rejected the login of `ada`: 454 4.7.0 come back later; nothing was sent
exit 5
no ledger

"#]]
    );
}

#[test]
fn row_09_a_server_that_greets_with_421_is_left_for_later() {
    let script = Script::default().greeting(Greeting::Close("421 4.3.2 not now"));
    assert_data_eq!(
        sent(&mailing(script, &["ada"]), ["--yes"]),
        str![[r#"
error: `127.0.0.1:[PORT]` rejected the connection: greeting refused: 421 4.3.2 not now; nothing was sent
exit 5
no ledger

"#]]
    );
}

#[test]
fn row_13_a_message_larger_than_the_server_takes_is_not_begun() {
    let mailing = mailing(Script::default().size(Some(2000)), &["ada"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: `127.0.0.1:[PORT]` accepts messages of up to 2.0 KB, but this one has 14 KB; nothing was sent
hint: shorten the issue
exit 3
no ledger

"#]]
    );
    assert_eq!(mailing.begun(), 0);
}

#[test]
fn row_50_every_connection_is_protected_or_closed() {
    let good = ServerTls::StartTls(Certificate::Good);
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "canary", answer: None };
    let script = Script::default().tls(good).tls_on_the_first(1).auth(auth);
    let mailing = secured(script, &format!("tls = \"starttls\"\nconnections = 1\n{WITH_PASSWORD}"));
    let output = mailing.project.run(["send", "1", "--yes", "--wait", "1s"]);
    let told = told(&mailing.told(&output), &mailing.project);
    // The first connection only tries the server out.
    let second = mailing.server.wait_until_idle().remove(1);
    assert!(!second.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{second:?}");
    assert_data_eq!(
        told,
        str![[r#"
Stopped: `localhost:[PORT]` is not safe to use: it does not offer STARTTLS
Issue 1 has been sent to 0 of 1 recipient
Recipients left: 1. To continue: newsletter send 1
hint: use the port for implicit TLS, usually 465, with `tls = "implicit"`
exit 5
planned: ada

"#]]
    );
}
