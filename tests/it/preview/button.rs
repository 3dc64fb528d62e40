//! The buttons of the pages: their effect, and requests without the token.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::thread;

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Project, Served};

/// Posts to `path` as a page of `origin` that knows `token`.
pub(super) fn press(preview: &Served, path: &str, origin: &str, token: &str) -> (u16, String) {
    let answer = preview.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {origin}\r\nX-Newsletter-Token: {token}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        preview.port
    ));
    (answer.status, answer.body)
}

/// JSON, in lines, with its keys in order.
fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    format!("{value:#}\n")
}

/// The token in the pages of this run.
pub(super) fn token(preview: &Served) -> String {
    let page = preview.get("/1").body;
    page.split("data-token=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[test]
fn only_the_previews_own_page_sends_a_test_mail() {
    let project = Project::new().config("[send]\ntest_to = [\"ada@example.org\"]\n");
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = &token(&preview);

    assert_eq!(press(&preview, "/1/test", "http://evil.example", token).0, 403);
    assert_eq!(press(&preview, "/1/test", &own, "").0, 403);
    assert_eq!(press(&preview, "/1/test", &own, &token[1..]).0, 403);
    assert!(!project.path("outbox").exists());

    let (status, answer) = press(&preview, "/1/test", &own, token);
    assert_eq!(status, 200);
    assert_data_eq!(
        pretty(&answer),
        str![[r#"
{
  "can_repeat": false,
  "details": [
    "ada@example.org  accepted  written to test-ada@example.org.eml"
  ],
  "failed": false,
  "said": "Test mail written to the outbox; no mail has left this machine",
  "show": "/1/compare?version=test"
}

"#]]
    );
    let mail = project.read("outbox/1/test-ada@example.org.eml");
    assert!(mail.contains("\r\nSubject: [test] "), "{mail}");

    project.write("issues/001-first-things.toml", "number = 1\n");
    let (status, said) = press(&preview, "/1/test", &own, token);
    assert_eq!(status, 409);
    assert!(said.contains("\"failed\":true") && said.contains(" --> issues/001-first-things.toml"), "{said}");
}

/// A newsletter whose mail goes through a program that waits to be let through and counts the mails.
fn counting_mails() -> Project {
    let program = "#!/bin/sh\ncd \"${0%/*}\"\ncat > /dev/null\nread line < gate\necho mail >> mails\n";
    let config = "[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\ntest_to = [\"ada@example.org\"]\n";
    let project = Project::new().config(config).file("sendmail", program);
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(Command::new("mkfifo").arg(project.path("gate")).status().unwrap().success());
    project
}

#[test]
fn one_test_mail_is_sent_however_often_the_button_is_pressed() {
    let project = counting_mails();
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = token(&preview);
    let answers: Vec<(u16, String)> = thread::scope(|scope| {
        let presses: Vec<_> = (0..5).map(|_| scope.spawn(|| press(&preview, "/1/test", &own, &token))).collect();
        // The first is under way until here; whatever comes later finds that it was sent.
        project.write("gate", "go\n");
        presses.into_iter().map(|press| press.join().unwrap()).collect()
    });
    for (status, answer) in &answers {
        assert_eq!(*status, 200, "{answer}");
        assert!(answer.contains("Test mail sent to ada@example.org") || answer.contains("Already sent"), "{answer}");
    }
    assert_eq!(project.read("mails"), "mail\n");

    let (status, answer) = press(&preview, "/1/test", &own, &token);
    assert_eq!(status, 200);
    assert_data_eq!(
        pretty(&answer),
        str![[r#"
{
  "can_repeat": true,
  "details": [],
  "failed": false,
  "said": "Already sent, and nothing has changed since",
  "show": "/1/compare?version=test"
}

"#]]
    );
    // Whoever wants a second one says so, and a changed letter is another letter.
    thread::scope(|scope| {
        let again = scope.spawn(|| press(&preview, "/1/test?again", &own, &token));
        project.write("gate", "go\n");
        assert_eq!(again.join().unwrap().0, 200);
        project.write("issues/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
        let changed = scope.spawn(|| press(&preview, "/1/test", &own, &token));
        project.write("gate", "go\n");
        assert!(changed.join().unwrap().1.contains("Test mail sent to ada@example.org"));
    });
    assert_eq!(project.read("mails"), "mail\nmail\nmail\n");
}

#[test]
fn a_test_mail_without_a_recipient_says_where_to_set_one() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let (status, answer) = press(&preview, "/1/test", &own, &token(&preview));
    assert_eq!(status, 409);
    assert_data_eq!(
        pretty(&answer),
        str![[r#"
{
  "can_repeat": false,
  "details": [
    "hint: `newsletter send 1 --test you@example.org`",
    "hint: or set `test_to` under `[send]` in `newsletter.toml`"
  ],
  "failed": true,
  "said": "no recipient for the test mail"
}

"#]]
    );
}

#[test]
fn a_test_mail_is_sent_even_where_its_letter_cannot_be_kept() {
    let project = Project::new().file(".newsletter/tests", "a file where the folder should be");
    let sent = project.run(["send", "1", "--test", "ada@example.org"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(
        sent.stderr.contains("warning: the preview cannot compare with this test mail: cannot write `"),
        "{}",
        sent.stderr
    );
}

#[test]
fn the_findings_include_the_answers_of_a_link_check() {
    let issue = ISSUE.replace("example.org/clocks", "kettle.dev/clocks").replace("example.net", "tea.dev");
    let project = Project::new().file("issues/001-first-things.toml", issue);
    // The pages answered a moment ago, so the cached answers are used. A file just written tells the time.
    let now = std::fs::metadata(project.path("newsletter.toml")).unwrap().modified().unwrap();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let answer = |status: u16| format!("{{ \"asked\": {now}, \"ending\": {{ \"status\": {status} }} }}");
    let (kettle, tea) = (answer(200), answer(404));
    let answers = format!("\"https://kettle.dev/clocks\": {kettle}, \"https://tea.dev/time\": {tea}");
    let project = project.file(".newsletter/links.json", format!("{{ \"form\": 1, \"answers\": {{ {answers} }} }}"));
    let preview = Served::start(&project, &[]);
    assert!(!preview.get("/1/checks").body.contains("link-dead"));

    let own = format!("http://127.0.0.1:{}", preview.port);
    assert_eq!(press(&preview, "/1/check-links", "http://evil.example", &token(&preview)).0, 403);
    assert_eq!(press(&preview, "/1/check-links", &own, "").0, 403);
    let (status, said) = press(&preview, "/1/check-links", &own, &token(&preview));
    assert_eq!(status, 200);
    assert!(
        said.contains("links: 2 pages, 1 working, 1 not working; 2 from the cache, `--refresh` requests them again"),
        "{said}"
    );
    let page = preview.get("/1/checks").body;
    assert!(page.contains("<span class=\"rule\">link-dead</span>"), "{page}");

    project.write("issues/001-first-things.toml", "number = 1\n");
    let (status, said) = press(&preview, "/1/check-links", &own, &token(&preview));
    assert_eq!(status, 409);
    assert!(said.contains("\"failed\":true"), "{said}");
}
