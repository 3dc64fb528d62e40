//! `newsletter preview` over HTTP: requests as a browser sends them, and as no browser does.

mod archive;
mod button;
mod clients;
mod comparison;
mod foreign_requests;
mod links;
mod next_step;
mod save;
mod waiting_links;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::message_judges::html_validate;
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
    let page = preview.get("/1/checks").body;
    let root = project.path("").display().to_string();
    let href = format!("href=\"vscode://file{}/issues/001-first-things.toml:13:1\"", root.trim_end_matches('/'));
    assert!(page.contains(&href), "{href}\n{page}");
}

#[test]
fn the_list_shows_the_state_of_every_issue() {
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
    assert_eq!(states(), ["draft", "rehearsed 1 of 2"]);
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    assert_eq!(states(), ["draft", "rehearsed 2 of 2"]);
    // The marker that a send writes beside the issue makes open pages reload.
    project.write("issues/001.sent", "plan = \"\"\n");
    events.next();
    project.write(".newsletter/ledger.sqlite3", "no ledger");
    let page = preview.get("/").body;
    assert!(page.contains("The state of deliveries is unknown: "), "{page}");
}

/// The text of some markup.
fn text(markup: &str) -> String {
    let pieces = markup.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<String>().trim().to_owned()
}

#[test]
fn a_page_and_its_resources_are_small() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for page in ["/", "/1", "/1/clients", "/1/compare", "/1/archive", "/1/checks"] {
        let weight: usize = [page, "/preview.css", "/preview.js"].iter().map(|path| preview.get(path).body.len()).sum();
        assert!(weight < 90_000, "{page} and what it needs: {weight} bytes");
    }
}

#[test]
fn a_port_in_use_is_skipped() {
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
fn ctrl_c_ends_it_with_success() {
    let project = Project::new();
    let mut preview = Served::start(&project, &[]);
    let events = preview.events();
    let id = rustix::process::Pid::from_child(&preview.process);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert_eq!(preview.process.wait().unwrap().code(), Some(0));
    drop(events);
}

#[test]
#[ignore = "needs html-validate; ./check runs it"]
fn html_validate_finds_no_error_in_the_pages() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for path in [
        "/",
        "/1",
        "/1/source",
        "/1/clients",
        "/1/compare",
        "/1/archive",
        "/1/feed",
        "/1/card",
        "/1/checks",
        "/7",
        "/7/archive",
    ] {
        project.write("page.html", preview.get(path).body);
        html_validate("page.json", &project.path("page.html"));
    }
}
