//! The buttons of the pages: their effect, and requests without the token.

use crate::support::{ISSUE, Project, Served};

/// Posts to `path` as a page of `origin` that knows `token`.
fn press(preview: &Served, path: &str, origin: &str, token: &str) -> (u16, String) {
    let answer = preview.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {origin}\r\nX-Newsletter-Token: {token}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        preview.port
    ));
    (answer.status, answer.body)
}

/// The token in the pages of this run.
fn token(preview: &Served) -> String {
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

    let accepted = "ada@example.org  accepted  written to test-ada@example.org.eml".to_owned();
    assert_eq!(press(&preview, "/1/test", &own, token), (200, accepted));
    let mail = project.read("outbox/1/test-ada@example.org.eml");
    assert!(mail.contains("\r\nSubject: [test] "), "{mail}");

    project.write("issues/001-first-things.toml", "number = 1\n");
    let (status, said) = press(&preview, "/1/test", &own, token);
    assert_eq!(status, 409);
    assert!(said.starts_with("error: "), "{said}");
}

#[test]
fn a_test_mail_needs_a_configured_recipient() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let page = preview.get("/1").body;
    assert!(page.contains("id=\"send-test\" type=\"button\" disabled"), "{page}");
    assert!(page.contains("No recipients: set <code>test_to</code>"), "{page}");
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
    assert!(!preview.get("/1").body.contains("link-dead"));

    let own = format!("http://127.0.0.1:{}", preview.port);
    assert_eq!(press(&preview, "/1/links", "http://evil.example", &token(&preview)).0, 403);
    assert_eq!(press(&preview, "/1/links", &own, "").0, 403);
    let (status, said) = press(&preview, "/1/links", &own, &token(&preview));
    assert_eq!(
        (status, said.as_str()),
        (200, "links: 2 pages, 1 working, 1 not working; 2 from the cache, `--refresh` requests them again")
    );
    let page = preview.get("/1").body;
    assert!(page.contains("<span class=\"rule\">link-dead</span>"), "{page}");

    project.write("issues/001-first-things.toml", "number = 1\n");
    let (status, said) = press(&preview, "/1/links", &own, &token(&preview));
    assert_eq!(status, 409);
    assert!(said.starts_with("error: "), "{said}");
}
