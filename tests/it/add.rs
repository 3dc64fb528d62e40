//! Tests `newsletter add` against pages of a server on loopback, which the configuration allows.

use snapbox::{assert_data_eq, str};

use crate::support::page_server::PageServer;
use crate::support::{ISSUE, Output, Project};

const PAGE: &str = "<!DOCTYPE html><title>On &quot;clocks&quot; | Example Notes</title>\
    <meta property=\"og:site_name\" content=\"Example Notes\"><meta name=\"author\" content=\"Ada Lovelace\">\
    <meta property=\"og:type\" content=\"article\"><h1>On &quot;clocks&quot;</h1><p>WORDS</p>";

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn answer(path: &str, elsewhere: &str) -> String {
    match path.split('?').next().unwrap_or_default() {
        "/post" => ok(&PAGE.replace("WORDS", &"Ten words make a sentence that says next to nothing. ".repeat(70))),
        "/emphasis" => ok("<title>*args and **kwargs in C_API_v2 [draft]</title>"),
        "/wall" => ok("<title>Just a moment...</title>"),
        "/forbidden" => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "/moved" => "HTTP/1.1 301 Moved\r\nLocation: /post?utm_source=x\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "/inside" => format!("HTTP/1.1 302 Found\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n"),
        "/packed" => "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc".to_owned(),
        "/short" => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<title>Cut short</title>".to_owned(),
        "/huge" => ok(&format!("<title>Huge</title>{}", "x".repeat(3_000_000))),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
    }
}

/// A newsletter that may read pages of a server, and the address of that.
fn project() -> (Project, String) {
    let inside = PageServer::start(|_, _| ok("<title>Secret</title>"));
    let elsewhere = inside.address.to_string();
    let server = PageServer::start(move |_, path| answer(path, &elsewhere));
    let address = server.address.to_string();
    let project = Project::new()
        .config(&format!("[fetch]\nallow_hosts = [\"{address}\"]\n"))
        .file("issues/002-next.toml", ISSUE.replace("number = 1", "number = 2"));
    (project, format!("http://{address}"))
}

/// Returns the lines of an issue that were not there before.
fn added(project: &Project, file: &str) -> String {
    let before = ISSUE.replace("number = 1", "number = 2");
    let text = project.read(file);
    let start = text.bytes().zip(before.bytes()).take_while(|(one, other)| one == other).count();
    let tail = text.bytes().rev().zip(before.bytes().rev()).take_while(|(one, other)| one == other).count();
    let tail = tail.min(before.len() - start);
    assert_eq!(text.len() - before.len(), text.len() - tail - start, "other bytes changed");
    text[start..text.len() - tail].to_owned()
}

#[test]
fn an_address_that_has_moved_for_good_is_followed() {
    let (project, site) = project();
    let output = project.run(["add", &format!("{site}/moved?fbclid=1"), "--issue", "2"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(added(&project, "issues/002-next.toml").contains(&format!("url = \"{site}/post\"\n")));
}

#[test]
fn a_link_has_what_the_page_states_and_what_the_curator_says() {
    let (project, site) = project();
    let url = format!("{site}/post?utm_source=feed");
    let Output { code, stdout, stderr } = project.run(["add", &url, "--issue", "2", "--note", "Read *it*."]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert_data_eq!(
        stderr,
        str![[r#"
added `On "clocks"` to issues/002-next.toml:24

"#]]
    );
    assert_data_eq!(
        added(&project, "issues/002-next.toml"),
        str![[r#"
[section.link]]
url = "http://127.0.0.1:[..]/post"
title = "On /"clocks/""
author = "Ada Lovelace"
kind = "article"
reading_time = 3
description = "Read *it*."

[
"#]]
    );
    let again = project.run(["add", &url, "--issue", "2"]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("was in issue 2 (line 25); `--again` adds it"), "{}", again.stderr);
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["add", &url, "--issue", "2", "--again", "-n", "--json"]).stdout).unwrap();
    assert_eq!((&json["dry_run"], &json["links"][0]["outcome"]), (&true.into(), &"added".into()));
    assert_eq!(project.read("issues/002-next.toml").matches("/post").count(), 1);
}

#[test]
fn marks_of_markdown_in_a_title_are_words() {
    let (project, site) = project();
    let output = project.run(["add", &format!("{site}/emphasis"), "--issue", "2"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let shown = project.run(["render", "2", "--text"]).stdout;
    assert!(shown.contains("*args and **kwargs in C_API_v2 [draft]"), "{shown}");
}

#[test]
fn a_page_that_cannot_be_read_is_marked_and_stops_a_send() {
    let reasons = [
        ("/wall", "a page that asks who is there"),
        ("/forbidden", "403"),
        ("/gone-for_good.html", "404"),
        ("/inside", "it leads where browsers do not go"),
        ("/packed", "not valid HTTP: a body in `gzip`, which was not asked for"),
    ];
    for (path, reason) in reasons {
        let (project, site) = project();
        let output = project.run(["add", &format!("{site}{path}"), "--issue", "2"]);
        assert_eq!(output.code, 4, "{}", output.stderr);
        let text = added(&project, "issues/002-next.toml");
        assert!(text.contains(&format!("# not read: {reason}\n")), "{text}");
        assert!(!text.contains("Just a moment") && !text.contains("Secret"), "{text}");
        let check = project.run(["check", "2"]);
        assert!(check.code == 3 && check.stderr.contains("error[title-guessed]"), "{}", check.stderr);
    }
    let (project, site) = project();
    project.run(["add", &format!("{site}/gone-for_good.html"), "--issue", "2"]);
    assert!(added(&project, "issues/002-next.toml").contains("title = \"gone for good\""));
}

#[test]
fn a_private_address_is_read_only_where_it_is_allowed() {
    let server = PageServer::start(|_, _| ok("<title>Secret</title>"));
    let project = Project::new();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let url = format!("http://{host}:{}/", server.address.port());
        let output = project.run(["add", &url]);
        assert_eq!(output.code, 4, "{url}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
    assert!(!project.read("links.md").contains("Secret"));
}

#[test]
fn a_body_that_is_too_long_or_ends_early_is_read_as_far_as_it_goes() {
    let (project, site) = project();
    for (path, title) in [("/huge", "Huge"), ("/short", "Cut short")] {
        let output = project.run(["add", &format!("{site}{path}")]);
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(project.read("links.md").contains(&format!("[{title}]")), "{path}");
    }
}

#[test]
fn links_without_an_issue_wait_in_the_inbox() {
    let (project, site) = project();
    let post = format!("{site}/post");
    assert_eq!(project.run(["add", &post, "--note", "Read it.", "--section", "Tools"]).code, 0);
    let titled = project.run(["add", &format!("{site}/nowhere"), "--title", "A [title]"]);
    assert_eq!(titled.code, 0, "{}", titled.stderr);
    let text = project.read("links.md").replace(&site, "SITE");
    assert_data_eq!(
        text,
        str![[r#"
- [A /[title/]](SITE/nowhere)

## Tools

- [On "clocks"](SITE/post) Read it.

"#]]
    );
    let known = project.run(["add", &post]);
    assert!(known.code == 4 && known.stderr.contains("is in links.md (line 5)"), "{}", known.stderr);
}

#[test]
fn an_issue_or_section_that_is_not_there_is_named_and_nothing_is_written() {
    let (project, site) = project();
    let url = format!("{site}/post");
    let before = project.read("issues/002-next.toml");
    for (arguments, code, message) in [
        (vec!["add", &url, "--issue", "9"], 3, "no issue `9`"),
        (vec!["add", &url, "--issue", "2", "--section", "Toys"], 2, "the sections are `Reading`"),
        (vec!["add", "not a url", "--issue", "2"], 4, "warning:"),
        (vec!["add", &url, "--kind", "song", "--issue", "2"], 2, "the kinds are article, video"),
        (vec!["add", &url, "--author", "Ada"], 2, "--issue"),
    ] {
        let output = project.run(&arguments);
        assert!(output.code == code && output.stderr.contains(message), "{arguments:?}: {output:?}");
        assert_eq!(project.read("issues/002-next.toml"), before);
    }
}

#[test]
fn a_link_of_the_inbox_brings_its_note_into_an_issue() {
    let (project, site) = project();
    let project = project.file("links.md", format!("- [My title]({site}/post?utm_source=x) My note. #tag\n"));
    let output = project.run(["add", &format!("{site}/post"), "--issue", "2"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = added(&project, "issues/002-next.toml");
    assert!(text.contains("title = \"My title\"\n") && text.contains("description = \"My note.\"\n"), "{text}");
}
