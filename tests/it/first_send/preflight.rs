//! Tests the checks that run by themselves before a first send.

use std::net::TcpListener;

use snapbox::{assert_data_eq, str};

use super::finished;
use crate::support::{ISSUE, NameServer, Output, Project, WebServer, after_summary};

/// What is said between the summary of a first send and its end, without the time of the clock.
fn preflight(output: &Output) -> String {
    let said = after_summary(&output.stderr).lines().map(|line| match line.split_once("clock            ") {
        Some((before, _)) => format!("{before}clock  [NOW]\n"),
        None => format!("{line}\n"),
    });
    format!("{}exit {}\n", said.collect::<String>(), output.code)
}

/// A finished newsletter whose pages are at `https://localhost:PORT/`.
fn at(port: u16) -> Project {
    let project = finished();
    let config =
        project.read("newsletter.toml").replace("https://kettles.example.org/", &format!("https://localhost:{port}/"));
    let issue = ISSUE.replace(
        "kind = \"paper\"",
        "kind = \"paper\"\nimage = \"https://localhost:PORT/img/a.png\"\nalt = \"A clock\"",
    );
    let off = ["link-ip", "link-port", "image-heavy", "placeholder-link"].map(|rule| format!("{rule} = \"off\"\n"));
    let config = config.replace("[check]\n", &format!("[check]\n{}", off.concat()));
    project
        .file("newsletter.toml", config)
        .file("issues/001-first-things.toml", issue.replace("PORT", &port.to_string()))
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn the_preflight_warns_of_problems_before_the_first_send() {
    let web = WebServer::start(404, "Sun, 22 Nov 2020 10:00:00 GMT");
    let names = NameServer::start([]);
    let project = at(web.port);
    let send = |arguments: &[&str]| {
        let resolver = names.address.to_string();
        let mut command = project.command(["send", "1", "--resolver", &resolver].iter().chain(arguments));
        let output = project.finish(command.env("SSL_CERT_FILE", &web.authority));
        preflight(&output).replace(&format!(":{}", web.port), ":[PORT]")
    };
    let said = send(&["--dry-run"]);
    assert_data_eq!(
        &said,
        str![[r#"
Built    · 1 message, the largest 15 KB
Checked  · SPF, DMARC, alignment, unsubscribe, read online, picture, clock, disk
warning  SPF              `kettles.example.org` has no SPF record
                          publish the TXT record that your mail provider gives, such as `v=spf1 include:… -all`
warning  DMARC            no policy is published for mail from `kettles.example.org`
                          publish a TXT record at `_dmarc.kettles.example.org`: `v=DMARC1; p=none; rua=mailto:YOU@kettles.example.org`
warning  unsubscribe      `localhost` answered a test token with 404
                          this is fine if the page rejects unknown tokens in this way; otherwise correct `url` under `[unsubscribe]`
warning  read online      `https://localhost:[PORT]/1-first-things` returns 404
                          run `newsletter build` and publish the result before you send
warning  picture          `https://localhost:[PORT]/img/a.png` returns 404
                          readers would see a gap; run `newsletter build` and publish the result before you send
warning  clock  [NOW]
                          set the clock: `timedatectl set-ntp true`
Run      · sends to 1 recipient; exit 0

Nothing was sent. To send: newsletter send 1
exit 0

"#]]
    );
    assert!(!project.path("mailed").exists());
    let (warnings, _) = said.split_once("Run      · ").unwrap();
    let (_, warnings) = warnings.split_once('\n').unwrap();
    let delivered = send(&["--yes"]);
    assert!(delivered.starts_with(warnings), "{delivered}");
    assert!(delivered.ends_with("Sent issue 1 to 1 of 1 recipient\nexit 0\n"), "{delivered}");
    // Later sends of the issue look at nothing.
    assert_eq!(project.run(["send", "1", "--yes"]).stderr, "Nothing left to do: 1 sent\n");
}

#[test]
#[ignore = "needs dnsmasq, openssl and Python; ./check runs it"]
fn the_preflight_names_what_is_in_order_in_one_line() {
    let web = WebServer::start(200, "");
    let names = NameServer::start([
        ("kettles.example.org", "v=spf1 ip4:192.0.2.1 -all"),
        ("_dmarc.kettles.example.org", "v=DMARC1; p=none; rua=mailto:ada@kettles.example.org"),
    ]);
    let project = at(web.port);
    let mut command = project.command(["send", "1", "--yes", "--resolver", &names.address.to_string()]);
    let output = project.finish(command.env("SSL_CERT_FILE", &web.authority));
    assert_data_eq!(
        preflight(&output),
        str![[r#"
Checked  · SPF, DMARC, alignment, unsubscribe, read online, picture, clock, disk
Sent issue 1 to 1 of 1 recipient
exit 0

"#]]
    );
}

#[test]
fn a_first_send_waits_for_no_page_that_does_not_answer() {
    // The system takes the connection; nobody answers it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let project = at(silent.local_addr().unwrap().port());
    let output = project.run(["send", "1", "--yes"]);
    let said = preflight(&output).replace(&format!(":{}", silent.local_addr().unwrap().port()), ":[PORT]");
    assert_data_eq!(
        said,
        str![[r#"
Checked  · unsubscribe, read online, picture, clock, disk
warning  unsubscribe      no answer within 3 s
                          `newsletter doctor` waits longer
warning  read online      no answer within 3 s
                          `newsletter doctor` waits longer
warning  picture          no answer within 3 s
                          `newsletter doctor` waits longer
Sent issue 1 to 1 of 1 recipient
exit 0

"#]]
    );
}

#[test]
fn a_first_send_says_that_the_server_for_readers_does_not_answer() {
    // Free again, so that nobody answers there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let project = at(port);
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", format!("{config}\n[serve]\n"));
    let output = project.run(["send", "1", "--yes"]);
    let said = preflight(&output);
    assert!(said.contains("warning  serve            `newsletter serve` at `localhost` does not answer: "), "{said}");
    assert!(said.ends_with("Sent issue 1 to 1 of 1 recipient\nexit 0\n"), "it is sent all the same: {said}");
}

#[test]
fn a_newsletter_at_no_real_domain_is_not_looked_up() {
    let output = finished().run(["send", "1", "--yes"]);
    assert_eq!(preflight(&output), "Sent issue 1 to 1 of 1 recipient\nexit 0\n");
}

#[test]
#[ignore = "needs dnsmasq; ./check runs it"]
fn an_unsubscribe_page_that_no_server_can_have_is_a_warning() {
    let names = NameServer::start([
        ("kettles.example.org", "v=spf1 ip4:192.0.2.1 -all"),
        ("_dmarc.kettles.example.org", "v=DMARC1; p=none; rua=mailto:ada@kettles.example.org"),
    ]);
    let output = finished().run(["send", "1", "--yes", "--resolver", &names.address.to_string()]);
    assert_data_eq!(
        preflight(&output),
        str![[r#"
Checked  · SPF, DMARC, alignment, unsubscribe, clock, disk
warning  unsubscribe      the unsubscribe page is at `kettles.example.org`, a name for examples that leads nowhere
                          correct `url` under `[unsubscribe]`, or remove the line and keep `mailto`
Sent issue 1 to 1 of 1 recipient
exit 0

"#]]
    );
}

#[test]
fn a_quiet_send_looks_at_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let output = at(silent.local_addr().unwrap().port()).run(["send", "1", "--yes", "--quiet"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert!(silent.accept().is_err(), "somebody was asked");
}
