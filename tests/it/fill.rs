//! Tests `newsletter fill` against pages of a server on loopback, which the configuration allows.

use snapbox::{assert_data_eq, str};

use crate::support::Project;
use crate::support::page_server::{PageServer, status};

const PAGE: &str = "<!DOCTYPE html><title>On *clocks* | Example Notes</title>\
    <meta property=\"og:site_name\" content=\"Example Notes\"><meta name=\"author\" content=\"Ada Lovelace\">\
    <meta property=\"og:type\" content=\"article\"><h1>On *clocks*</h1><p>WORDS</p>";

fn project(issue: &str) -> (Project, PageServer) {
    let server = PageServer::start(|_, path| {
        let body = PAGE.replace("WORDS", &"Ten words make a sentence that says next to nothing. ".repeat(70));
        match path {
            "/post" => {
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            }
            _ => status(403),
        }
    });
    let project = Project::new()
        .config(&format!("[fetch]\nallow_hosts = [\"{}\"]\n", server.address))
        .file("issues/002-next.toml", issue.replace("SITE", &format!("http://{}", server.address)));
    (project, server)
}

const HEAD: &str = "number = 2\ntitle = \"Next\"\npreheader = \"Words about clocks that say what is worth opening here\"\ndate = 2026-11-27\n\n[[section]]\ntitle = \"Reading\"\n\n";

#[test]
fn missing_facts_are_added_and_nothing_else_changes() {
    let issue = format!(
        "{HEAD}[[section.link]] # first\nurl = \"SITE/post\" # a comment\n\n[[section.link]]\nurl    = \"SITE/post?id=2\"\ntitle  = \"Mine\"\nauthor = \"Me\"\nreading_time = 99\n"
    );
    let (project, server) = project(&issue);
    let dry = project.run(["fill", "2", "-n"]);
    assert_eq!(dry.code, 4, "{}", dry.stderr);
    let before = project.read("issues/002-next.toml");
    let output = project.run(["fill", "2"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
issues/002-next.toml:10: added `title`, `author`, `kind`, `reading_time` of http://127.0.0.1:[..]/post
warning: issues/002-next.toml:13: http://127.0.0.1:[..]/post?id=2 was not read: 403

"#]]
    );
    let added = "title = \"On \\\\*clocks\\\\*\"\nauthor = \"Ada Lovelace\"\nkind = \"article\"\nreading_time = 3\n";
    let expected = before.replace("# a comment\n", &format!("# a comment\n{added}"));
    assert_eq!(project.read("issues/002-next.toml"), expected);
    assert_eq!(project.run(["render", "2"]).code, 0);
    let json: serde_json::Value = serde_json::from_str(&project.run(["fill", "2", "--json"]).stdout).unwrap();
    assert_eq!((&json["complete"], &json["links"][0]["outcome"]), (&1.into(), &"not_read".into()));
    // A page that lacks nothing is not requested.
    assert_eq!(server.requests().iter().filter(|request| request.starts_with("GET /post HTTP")).count(), 2);
}

#[test]
fn a_guessed_title_becomes_that_of_the_page() {
    let issue = format!(
        "{HEAD}[[section.link]]\nurl          = \"SITE/post\" # not read: 503\ntitle        = \"post\"\nauthor       = \"Me\"\n\n[[section.link]]\nurl          = \"SITE/gone\" # not read: 403\ntitle        = \"gone\"\n"
    );
    let (project, _server) = project(&issue);
    let before = project.read("issues/002-next.toml");
    assert_eq!(project.run(["fill", "2"]).code, 4);
    let expected = before.replace(
        " # not read: 503\ntitle        = \"post\"\n",
        "\ntitle        = \"On \\\\*clocks\\\\*\"\nkind         = \"article\"\nreading_time = 3\n",
    );
    assert_eq!(project.read("issues/002-next.toml"), expected);
}

#[test]
fn line_ends_a_mark_and_a_missing_last_line_end_stay() {
    let issue = format!("\u{feff}{HEAD}[[section.link]]\n  title = \"Mine\"\n  author = \"Me\"\n  kind = \"paper\"\n  url = \"SITE/post\"").replace('\n', "\r\n");
    let (project, _server) = project(&issue);
    let before = project.read("issues/002-next.toml");
    assert_eq!(project.run(["fill", "2"]).code, 0);
    let expected = before.replace("  title = \"Mine\"\r\n", "  title = \"Mine\"\r\n  reading_time = 3\r\n");
    assert_eq!(project.read("issues/002-next.toml"), expected);
}

#[test]
fn an_inline_link_stays_and_the_lines_are_printed() {
    let issue = format!(
        "{}link = [{{ url = \"SITE/post\", title = \"Mine\" }}]\n",
        HEAD.trim_end_matches('\n').to_owned() + "\n"
    );
    let (project, _server) = project(&issue);
    let before = project.read("issues/002-next.toml");
    let output = project.run(["fill", "2"]);
    assert_eq!(output.code, 4);
    assert!(output.stderr.contains("Add this:\n  author = \"Ada Lovelace\"\n"), "{}", output.stderr);
    assert_eq!(project.read("issues/002-next.toml"), before);
}

#[test]
fn a_sent_issue_stays_as_it_is() {
    let (project, server) = project(&format!("{HEAD}[[section.link]]\nurl = \"SITE/post\"\ntitle = \"Mine\"\n"));
    let project = project.file(
        "issues/002.sent",
        "plan = \"00\"\nstarted = \"2026-11-27T10:00:00+00:00\"\nletter = \"00\"\naccepted = 1\ntotal = 1\n",
    );
    let output = project.run(["fill", "2"]);
    assert!(output.code == 3 && output.stderr.contains("issue 2 is sent"), "{output:?}");
    assert_eq!(server.requests(), [""; 0]);
}
