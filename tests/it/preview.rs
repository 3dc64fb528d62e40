//! `newsletter preview`, driven over HTTP as a browser would, and as nobody should.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::mail::html_validate;
use crate::support::{ISSUE, Project, Served};

#[test]
fn the_parts_are_what_render_prints() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let preview = Served::start(&project, &["1"]);
    for (path, part) in [("/1.html", "--html"), ("/1.txt", "--text")] {
        let rendered = project.run(["render", "1", part]).stdout;
        // The unsubscribe token differs: a preview has a key of its own that opens nothing.
        let without_token = |text: &str| -> String {
            let mut pieces = text.split("https://letter.example.org/u/");
            let first = pieces.next().unwrap().to_owned();
            first + &pieces.map(|piece| &piece[22..]).collect::<String>()
        };
        assert_eq!(without_token(&preview.get(path).body), without_token(&rendered), "{path}");
    }
    let message = preview.get("/1.eml?as=ada@example.org");
    assert!(message.headers.contains("content-disposition: attachment; filename=\"1.eml\""), "{}", message.headers);
    assert!(message.body.contains("\r\nTo: ada@example.org\r\n"), "{}", message.body);
}

#[test]
fn a_named_subscriber_is_greeted_by_name() {
    let project = Project::new().file("subscribers.csv", "email,name\nada@example.org,Ada & Co\n");
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1.html").body.contains("Hello friend,"));
    assert!(preview.get("/1.html?as=ADA@example.org").body.contains("Hello Ada &amp; Co,"));
    assert!(preview.get("/1.txt?as=ada%40example.org").body.contains("Hello Ada & Co,"));
    let found = preview.get("/subscribers?q=co");
    assert_eq!(found.body, r#"[{"address":"ada@example.org","name":"Ada & Co"}]"#);
    assert_eq!(preview.get("/subscribers?q=nobody").body, "[]");
}

#[test]
fn nobody_else_is_let_in() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let port = preview.port;
    let own = format!("Host: 127.0.0.1:{port}");
    let cases = [
        ("GET", "/1", own.clone(), 200),
        ("HEAD", "/1", own.clone(), 200),
        ("GET", "/1", format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}"), 200),
        ("GET", "/1", "Host: 127.0.0.1".to_owned(), 403),
        ("GET", "/1", format!("Host: evil.example:{port}"), 403),
        ("GET", "/1", format!("Host: 127.0.0.1.evil.example:{port}"), 403),
        ("GET", "/1", format!("Host: [::1]:{port}"), 403),
        ("GET", "/1.eml", format!("{own}\r\nOrigin: http://evil.example"), 403),
        ("GET", "/events", format!("{own}\r\nOrigin: null"), 403),
        ("POST", "/1", format!("{own}\r\nContent-Length: 0"), 403),
        ("POST", "/1", format!("{own}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Length: 0"), 405),
        ("GET", "/1/test", own.clone(), 405),
        ("GET", "/1/links", own.clone(), 405),
        ("PUT", "/1", format!("{own}\r\nContent-Length: 0"), 405),
        ("OPTIONS", "/1", own.clone(), 405),
        ("GET", "http://evil.example/1", own.clone(), 404),
    ];
    for (method, path, headers, status) in cases {
        let request = format!("{method} {path} HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n");
        let answer = preview.say(&request);
        assert_eq!(answer.status, status, "{request}");
        assert!(!answer.headers.contains("access-control"), "{}", answer.headers);
    }
    assert_eq!(preview.say("GET /1 HTTP/1.0\r\n\r\n").status, 403);
}

/// Presses the button behind `path`, as a page of `origin` that knows `token`.
fn press(preview: &Served, path: &str, origin: &str, token: &str) -> (u16, String) {
    let answer = preview.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {origin}\r\nX-Newsletter-Token: {token}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        preview.port
    ));
    (answer.status, answer.body)
}

/// What the pages of this run know.
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
fn a_test_mail_needs_somebody_to_get_it() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let page = preview.get("/1").body;
    assert!(page.contains("id=\"send-test\" type=\"button\" disabled"), "{page}");
    assert!(page.contains("Nobody to send it to: set <code>test_to</code>"), "{page}");
}

#[test]
fn what_pages_answer_stands_among_the_findings_once_somebody_asks() {
    let issue = ISSUE.replace("example.org/clocks", "kettle.dev/clocks").replace("example.net", "tea.dev");
    let project = Project::new().file("issues/001-first-things.toml", issue);
    // They have answered a moment ago, so nobody is asked now. A file that was just written knows the time.
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
    assert_eq!((status, said.as_str()), (200, "links: 2 pages, 1 there, 1 not; 2 remembered, `--refresh` asks anew"));
    let page = preview.get("/1").body;
    assert!(page.contains("<span class=\"rule\">link-dead</span>"), "{page}");

    project.write("issues/001-first-things.toml", "number = 1\n");
    let (status, said) = press(&preview, "/1/links", &own, &token(&preview));
    assert_eq!(status, 409);
    assert!(said.starts_with("error: "), "{said}");
}

#[test]
fn an_issue_is_compared_with_the_letter_that_was_sent() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare?version=sent").body.contains("Issue 1 has not been sent."));
    assert_eq!(preview.get("/1/frame?version=sent").status, 404);

    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since it was sent ("));

    let mut events = preview.events();
    project.write("issues/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
    events.until(|| preview.get("/1.txt").body.contains("On watches"));
    let page = preview.get("/1/compare").body;
    assert!(
        page.contains("<del>- On <b>clocks</b>\n</del>") && page.contains("<ins>+ On <b>watches</b>\n</ins>"),
        "{page}"
    );
    assert!(page.contains("Readers who have had it do not get it again."), "{page}");
    assert!(preview.get("/1/frame?version=sent").body.contains("On clocks"));
    assert!(!preview.get("/1/frame").body.contains("On clocks"));
}

#[test]
fn an_issue_is_compared_with_its_last_test_mail() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare").body.contains("Nobody has got a test mail of issue 1 yet."));
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
    assert!(!project.path(".newsletter/ledger.sqlite3").exists(), "a test mail is no delivery");

    let mut events = preview.events();
    project.write("issues/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
    events.until(|| preview.get("/1.txt").body.contains("On watches"));
    let page = preview.get("/1/compare").body;
    assert!(
        page.contains("Changed since the last test mail (") && page.contains("<del>- On <b>clocks</b>\n</del>"),
        "{page}"
    );
    assert!(preview.get("/1/frame?version=test").body.contains("On clocks"));

    // The next test mail takes its place; a damaged one is said and mended by it.
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
    project.write(".newsletter/tests/001.letter", "{");
    let page = preview.get("/1/compare").body;
    assert!(page.contains("is damaged; the next test mail writes it anew"), "{page}");
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
}

#[test]
fn a_test_mail_is_sent_even_where_its_letter_cannot_be_kept() {
    let project = Project::new().file(".newsletter/tests", "a file where the folder should be");
    let sent = project.run(["send", "1", "--test", "ada@example.org"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(
        sent.stderr.contains("warning: the preview will not know this test mail: cannot write `"),
        "{}",
        sent.stderr
    );
}

#[test]
fn an_issue_is_compared_with_the_one_before() {
    let second = ISSUE.replace("number = 1", "number = 2").replace("On clocks", "On watches");
    let project = Project::new().file("issues/002.toml", second);
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare?version=previous").body.contains("There is no issue before this one."));
    let page = preview.get("/2/compare").body;
    assert!(
        page.contains("Beside issue 1: in the text part ") && page.contains("<ins>+ On <b>watches</b>\n</ins>"),
        "{page}"
    );
    assert!(preview.get("/2/frame?version=previous").body.contains("On clocks"));
}

#[test]
fn an_issue_is_found_by_its_other_names() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for (path, address) in [
        ("/01", "/1"),
        ("/001/compare", "/1/compare"),
        ("/001.eml?as=ada%40example.org", "/1.eml?as=ada%40example.org"),
        ("/first-things", "/1"),
        ("/first-things/text", "/1/text"),
    ] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 307, "{path}");
        assert!(answer.headers.contains(&format!("location: {address}\r\n")), "{path} {}", answer.headers);
    }
}

#[test]
fn a_finding_opens_in_the_editor_of_the_configuration() {
    let project = Project::new().config("[preview]\neditor = \"vscode://file/{path}:{line}:{column}\"\n");
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    project.write("issues/001-first-things.toml", ISSUE.replace("title = \"On clocks\"", "titel = \"On clocks\""));
    events.until(|| preview.get("/1").body.contains("unknown key `titel`"));
    let page = preview.get("/1").body;
    let root = project.path("").display().to_string();
    let href = format!("href=\"vscode://file{}/issues/001-first-things.toml:13:1\"", root.trim_end_matches('/'));
    assert!(page.contains(&href), "{href}\n{page}");
}

#[test]
fn the_list_tells_how_every_issue_stands() {
    let draft = ISSUE.replace("number = 1", "number = 2\ndraft = true");
    let project = Project::new().subscribers(["ada@example.org", "bo@example.net"]).file("issues/002.toml", draft);
    let preview = Served::start(&project, &[]);
    let states = || -> Vec<String> {
        let page = preview.get("/").body;
        let cells = page.split("<span class=\"state\">").skip(1).map(|rest| rest.split("</a>").next().unwrap());
        cells.map(|cell| text(cell.split("<span class=\"links\">").next().unwrap())).collect()
    };
    assert_eq!(states(), ["draft", "ready"]);
    let mut events = preview.events();
    assert_eq!(project.run(["send", "1", "--yes", "--limit", "1"]).code, 5);
    assert_eq!(states(), ["draft", "partial 1 of 2"]);
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    assert_eq!(states(), ["draft", "sent 2 of 2"]);
    // The marker a send leaves beside the issue tells open pages that there is something to ask for.
    project.write("issues/001.sent", "plan = \"\"\n");
    events.next();
    project.write(".newsletter/ledger.sqlite3", "no ledger");
    let page = preview.get("/").body;
    assert!(page.contains("Who got what is not known: "), "{page}");
}

/// The words of some markup.
fn text(markup: &str) -> String {
    let pieces = markup.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<String>().trim().to_owned()
}

#[test]
fn a_page_and_all_it_needs_is_light() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for page in ["/", "/1", "/1/clients", "/1/compare"] {
        let weight: usize = [page, "/preview.css", "/preview.js"].iter().map(|path| preview.get(path).body.len()).sum();
        assert!(weight < 60_000, "{page} and what it needs: {weight} bytes");
    }
}

#[test]
fn no_path_leads_to_a_file() {
    let project = Project::new().file("issues/img/secret.png", "a picture no issue has").file("secret", "secret");
    let preview = Served::start(&project, &[]);
    let paths = [
        "/newsletter.toml",
        "/issues/001-first-things.toml",
        "/secret",
        "/img/secret.png",
        "/img/",
        "/img",
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/..%5csecret",
        "/..\\secret",
        "/img/../../secret",
        "/img/..%2f..%2fsecret",
        "/img/%2e%2e/%2e%2e/secret",
        "/img/..%5c..%5csecret",
        "/img/%252e%252e%252fsecret",
        "/img/....//secret",
        "/1/../secret",
        "/1.html/../../secret",
        "/1.toml",
        "//secret",
        "///etc/passwd",
        "/etc/passwd",
        "/proc/self/environ",
        "/img//etc/passwd",
        "/img/%2fetc%2fpasswd",
        "/1%00",
        "/1.html%00.toml",
        "/02",
        "/01/",
        "/01.toml",
        "/no-such-slug",
        "/0",
        "/-1",
        "/1/",
        "/1.HTML",
        "/4294967296",
        "/preview.rs",
        "/.git/config",
        "/favicon.ico",
        "/%",
        "/%zz",
        "/\u{fffd}",
    ];
    for path in paths {
        let answer = preview.get(path);
        // A path that is not even HTTP may be turned away before it is looked at.
        assert!(matches!(answer.status, 404 | 400), "{path} {}", answer.status);
        assert!(!answer.body.contains("secret"), "{path} {}", answer.body);
    }
}

#[test]
fn bytes_that_are_no_request_harm_nobody() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(5_000));
    for bytes in ["\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{16}\u{3}\u{1}", "GET / HTTP/9.9\r\n\r\n", &long, &many] {
        let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(bytes.as_bytes());
    }
    assert_eq!(preview.get("/1").status, 200);
}

#[test]
fn every_answer_is_fenced() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for path in [
        "/",
        "/1",
        "/1/clients",
        "/1/compare",
        "/1/frame",
        "/1/frame?client=outlook-windows",
        "/1.html",
        "/1.txt",
        "/1.eml",
        "/preview.css",
        "/preview.js",
        "/subscribers",
        "/no",
    ] {
        let headers = preview.get(path).headers;
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(headers.contains(header), "{path} has no {header}: {headers}");
        }
    }
    let head =
        preview.say(&format!("HEAD /1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", preview.port));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let head =
        preview.say(&format!("HEAD /events HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", preview.port));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn a_save_is_told_and_shown() {
    let project = Project::new();
    let mut preview = Served::start(&project, &["1"]);
    assert_eq!(preview.line(), "Every save shows at once; Ctrl-C stops.");
    let mut events = preview.events();
    let before = preview.get("/1.html").body;

    project.write("issues/001-first-things.toml", ISSUE.replace("Two links about clocks", "Two links about time"));
    assert!(!before.contains("Two links about time"));
    let generation = events.until(|| preview.get("/1.html").body.contains("Two links about time"));
    assert!(preview.get("/1").body.contains(&format!("data-generation=\"{generation}\"")));

    project.write("templates/letter.css", ".intro { letter-spacing: 3px; }");
    events.until(|| preview.get("/1.html").body.contains("letter-spacing:"));
    let config = project.read("newsletter.toml").replace("Test Letter", "Renamed Letter");
    project.write("newsletter.toml", config);
    events.until(|| preview.get("/1").body.contains("Renamed Letter"));

    let mut line = preview.line();
    while !line.ends_with(" ms") {
        line = preview.line();
    }
    assert!(line.contains("  issues/001-first-things.toml  "), "{line}");
}

#[test]
fn a_mistake_shows_over_the_last_good_version_until_it_is_mended() {
    let project = Project::new();
    let mut preview = Served::start(&project, &["1"]);
    preview.line();
    let mut events = preview.events();
    let good = preview.get("/1.html").body;
    assert!(!preview.get("/1").body.contains("class=\"overlay\""));

    project.write("issues/001-first-things.toml", ISSUE.replace("title = \"On clocks\"", "titel = \"On clocks\""));
    events.until(|| preview.get("/1").body.contains("unknown key `titel`"));
    let broken = preview.get("/1").body;
    assert!(broken.contains("class=\"overlay\""), "{broken}");
    assert!(broken.contains("did you mean `title`?"), "{broken}");
    assert_eq!(preview.get("/1.html").body, good);
    let list = preview.get("/").body;
    assert!(list.contains("issues/001-first-things.toml:13:1: unknown key `titel`"), "{list}");
    while !preview.line().ends_with("1 error, the preview keeps the last good version") {}
    assert!(preview.line().starts_with("error"));

    project.write("issues/001-first-things.toml", ISSUE);
    events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
}

#[test]
fn a_broken_newsletter_can_be_opened_and_mended() {
    let project = Project::new();
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", "[newsletter\n");
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert!(preview.get("/").body.contains("newsletter.toml:1:"));
    assert_eq!(preview.get("/1").status, 200);
    assert_eq!(preview.get("/1.html").status, 404);
    project.write("newsletter.toml", config);
    events.until(|| preview.get("/1.html").body.contains("On clocks"));
}

#[test]
fn issues_come_and_go() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    let waiting = preview.get("/2");
    assert_eq!(waiting.status, 404);
    assert!(waiting.body.contains("there is no issue 2"), "{}", waiting.body);

    let second = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    project.write("issues/002.toml", second);
    events.until(|| preview.get("/").body.contains("Second things"));
    assert_eq!(preview.get("/2").status, 200);
    assert!(preview.get("/1").body.contains("aria-label=\"Next issue, 2\""));

    std::fs::remove_file(project.path("issues/002.toml")).unwrap();
    events.until(|| !preview.get("/").body.contains("Second things"));
    assert!(preview.get("/2").body.contains("issue 2 has no file any more"));
    assert!(preview.get("/2.html").body.contains("Second things"));
}

#[test]
fn any_bytes_in_any_file_are_survived() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    let deep = vec![b'['; 100_000];
    for path in ["issues/001-first-things.toml", "newsletter.toml", "templates/letter.css", "subscribers.csv"] {
        let before = std::fs::read(project.path(path)).ok();
        for bytes in [b"", b"\xff\xfe\x00" as &[u8], b"= = =", b"a = \"\"\"", &deep, b"</style>{{{;"] {
            project.write(path, bytes);
            events.next();
            for page in ["/", "/1", "/1/frame?scheme=forced&images=off"] {
                assert!(matches!(preview.get(page).status, 200 | 404), "{path} {bytes:?} {page}");
            }
        }
        match before {
            Some(before) => project.write(path, before),
            None => std::fs::remove_file(project.path(path)).unwrap(),
        }
    }
    events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
}

/// Bytes somebody might find in `original` after an accident: noise, an end too soon, flipped bits, stray marks.
fn damaged(original: &[u8], noise: &mut impl FnMut() -> usize) -> Vec<u8> {
    let mut bytes = original.to_vec();
    match noise() % 4 {
        0 => (0..noise() % 3_000).map(|_| noise().to_le_bytes()[0]).collect(),
        1 => {
            bytes.truncate(noise() % (bytes.len() + 1));
            bytes
        }
        2 => {
            for _ in 0..=noise() % 8 {
                let at = noise() % bytes.len().max(1);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (noise() % 8));
            }
            bytes
        }
        _ => {
            let marks = b"[]{}()<>\"'`=#,;:/\\\0\n\r\t\xff\xef\xbb\xbf";
            let at = noise() % (bytes.len() + 1);
            let strayed: Vec<u8> = (0..=noise() % 6).map(|_| marks[noise() % marks.len()]).collect();
            bytes.splice(at..at, strayed);
            bytes
        }
    }
}

#[test]
fn noise_in_every_watched_file_is_survived_and_mended() {
    let picture =
        ISSUE.replacen("title = \"On clocks\"", "title = \"On clocks\"\nimage = \"img/map.png\"\nalt = \"A map\"", 1);
    let project = Project::new()
        .file("issues/001-first-things.toml", &picture)
        .file("issues/_template.toml", ISSUE)
        .file("issues/001.sent", "plan = \"\"\n")
        .file("issues/img/map.png", std::fs::read("tests/browser/src/map.png").unwrap())
        .file("templates/letter.css", "p { color: #222222 }\n")
        .file("templates/web.css", "p { color: #222222 }\n")
        .subscribers(["ada@example.org"]);
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert_eq!(preview.get("/1.html").status, 200);
    // xorshift64: the same damage in every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    for path in [
        "issues/001-first-things.toml",
        "newsletter.toml",
        "issues/_template.toml",
        "issues/001.sent",
        "issues/img/map.png",
        "templates/letter.css",
        "templates/web.css",
        "subscribers.csv",
    ] {
        let original = std::fs::read(project.path(path)).unwrap();
        let mut present = original.clone();
        for round in 0..12 {
            let bytes = damaged(&original, &mut noise);
            if bytes == present {
                continue;
            }
            project.write(path, &bytes);
            events.next();
            for page in ["/", "/1", "/1/text", "/1/frame?scheme=forced", "/1/clients", "/1/compare", "/1.eml"] {
                // The last good letter stays, whatever is in the file now.
                assert_eq!(preview.get(page).status, 200, "{path} {round} {page}");
            }
            let page = preview.get("/1").body;
            let is_named = page.contains("class=\"overlay\"") && path != "issues/img/map.png";
            assert!(!is_named || page.contains(&format!("--&gt; {path}")), "{path} {round}\n{page}");
            present = bytes;
        }
        if present != original {
            project.write(path, &original);
            events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
        }
        assert!(preview.get("/1/frame").body.contains("On clocks"), "{path}");
    }
}

#[test]
fn a_taken_port_is_passed_over() {
    let project = Project::new();
    let first = Served::start(&project, &[]);
    let port = first.port.to_string();
    let mut second = project.command(["preview", "1", "--no-open", "--port", &port]);
    let mut process = second.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let taken: u16 = url.trim().trim_start_matches("http://127.0.0.1:").trim_end_matches("/1").parse().unwrap();
    assert!((first.port + 1..first.port + 20).contains(&taken), "{url}");
}

#[test]
fn without_a_newsletter_there_is_no_preview() {
    let output = Project::empty().run(["preview", "--no-open"]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(output.stderr.contains("no `newsletter.toml`"), "{}", output.stderr);
    let output = Project::new().run(["preview", "7", "--no-open"]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(output.stderr.contains("no issue `7`"), "{}", output.stderr);
}

#[test]
fn ctrl_c_ends_it_well() {
    let project = Project::new();
    let mut preview = Served::start(&project, &[]);
    let events = preview.events();
    let id = rustix::process::Pid::from_child(&preview.process);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert_eq!(preview.process.wait().unwrap().code(), Some(0));
    drop(events);
}

#[test]
fn html_validate_finds_no_error_in_the_pages() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for path in ["/", "/1", "/1?tab=source", "/1/clients", "/1/compare", "/7"] {
        project.write("page.html", preview.get(path).body);
        html_validate("page.json", &project.path("page.html"));
    }
}
