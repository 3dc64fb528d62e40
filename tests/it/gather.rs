//! Tests `newsletter gather` with files that other programs export.

use snapbox::{assert_data_eq, str};

use crate::support::Project;
use crate::support::page_server::{PageServer, redirect, status};

const BOOKMARKS: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<DL><p>\n\
    <DT><A HREF=\"https://lwn.net/a?utm_source=feed\" ADD_DATE=\"1795910400\" TAGS=\"rust\">A title</A>\n<DD>My note\n\
    <DT><A HREF=\"https://lwn.net/b\" ADD_DATE=\"1700000000\">Old</A>\n\
    <DT><A HREF=\"http://www.lwn.net/a/\" ADD_DATE=\"1795910400\">The same</A>\n\
    <DT><A HREF=\"https://example.org/clocks\" ADD_DATE=\"1795910400\">In issue 1</A>\n\
    <DT><A HREF=\"http://intranet/x\" ADD_DATE=\"1795910400\">Inside</A>\n</DL>\n";

#[test]
fn the_links_of_a_file_go_into_the_inbox_once() {
    let project = Project::new().file("bookmarks.html", BOOKMARKS);
    let dry = project.run(["gather", "bookmarks.html", "-n"]);
    assert_eq!(dry.code, 4);
    assert!(!project.path("links.md").exists());
    let output = project.run(["gather", "bookmarks.html", "--since", "2026-11-01"]);
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning: [..]bookmarks.html: the host `intranet` has no dot[..]
[..]bookmarks.html: added 1 link to links.md; 2 known already; 1 left out

"#]]
    );
    assert_data_eq!(
        project.read("links.md"),
        str![[r#"
- [A title](https://lwn.net/a) My note #rust

"#]]
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["gather", "bookmarks.html", "--tag", "rust", "--json"]).stdout).unwrap();
    assert_eq!((&json["files"][0]["known"], &json["files"][0]["left_out"]), (&1.into(), &4.into()));
}

#[test]
fn a_file_without_links_is_named_and_nothing_is_written() {
    let project = Project::new().file("list.csv", "email\nada@example.org\n").file("a.md", "- https://lwn.net/a\n");
    let output = project.run(["gather", "a.md", "list.csv"]);
    assert_eq!(output.code, 3, "{}", output.stderr);
    assert!(output.stderr.contains("has no links in a format that is known"), "{}", output.stderr);
    assert!(!project.path("links.md").exists());
}

/// Titles and ends of addresses as people have them, with the marks of every format.
const AWKWARD: [(&str, &str); 6] = [
    ("Plain", "plain"),
    ("A, \"b\"; c | d", "commas,and;more?x=1&y=%20"),
    ("<b> & &amp; [x](y)", "a_(b)"),
    ("*stars* _and_ `code` \\ #tag", "stars*_~"),
    ("日本語 😀 Ünïcödé", "%E6%97%A5"),
    ("- a list: 1. not one", "index.html#fragment"),
];

#[test]
fn every_link_of_an_export_is_in_the_inbox_with_its_title() {
    let mut links: Vec<(String, String)> = Vec::new();
    for number in 0..60 {
        let (title, end) = AWKWARD[number % AWKWARD.len()];
        links.push((format!("{title} {number}"), format!("https://lwn.net/{number}/{end}")));
    }
    let html = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let csv = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let joined =
        |line: &dyn Fn(&str, &str) -> String| links.iter().map(|(title, url)| line(title, url)).collect::<String>();
    let json = |value: &dyn Fn(&str, &str) -> serde_json::Value| {
        links.iter().map(|(title, url)| value(title, url)).collect::<Vec<_>>()
    };
    let anchors =
        joined(&|title, url| format!("<DT><A HREF=\"{}\" ADD_DATE=\"1795910400\">{}</A>\n", html(url), html(title)));
    let items = joined(&|title, url| {
        format!("<li><a href=\"{}\" time_added=\"1795910400\">{}</a></li>", html(url), html(title))
    });
    let outlines =
        joined(&|title, url| format!("<outline text=\"{}\" type=\"link\" url=\"{}\"/>", html(title), html(url)));
    let files = [
        ("bookmarks.html", format!("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<DL><p>\n{anchors}</DL>")),
        ("ril_export.html", format!("<html><body><h1>Unread</h1><ul>{items}</ul></body></html>")),
        ("links.opml", format!("<?xml version=\"1.0\"?><opml version=\"2.0\"><body>{outlines}</body></opml>")),
        ("pocket.csv", format!("title,url,time_added,tags,status\n{}", joined(&|title, url| format!("{},{},1795910400,,unread\n", csv(title), csv(url))))),
        ("instapaper.csv", format!("URL,Title,Selection,Folder,Timestamp\n{}", joined(&|title, url| format!("{},{},,Unread,1795910400\n", csv(url), csv(title))))),
        ("raindrop.csv", format!("\u{feff}id,title,note,excerpt,url,folder,tags,created\r\n{}", joined(&|title, url| format!("1,{},,,{},Unsorted,,2026-11-29T10:00:00.000Z\r\n", csv(title), csv(url))))),
        ("karakeep.json", serde_json::json!({"bookmarks": json(&|title, url| serde_json::json!({"createdAt": 1_795_910_400, "title": title, "tags": [], "content": {"type": "link", "url": url}}))}).to_string()),
        ("linkwarden.json", serde_json::json!({"collections": [{"name": "C", "links": json(&|title, url| serde_json::json!({"name": title, "url": url}))}]}).to_string()),
        ("omnivore.json", serde_json::json!(json(&|title, url| serde_json::json!({"id": "1", "title": title, "url": url, "savedAt": "2026-11-29T10:00:00Z"}))).to_string()),
    ];
    for (name, text) in files {
        let project = Project::new().file(name, text);
        let output = project.run(["gather", name]);
        assert_eq!(output.code, 0, "{name}: {}", output.stderr);
        let inbox = newsletter::inbox::read(&project.read("links.md")).entries;
        let found: Vec<(String, String)> =
            inbox.into_iter().map(|entry| (entry.title.unwrap_or_default(), entry.url)).collect();
        assert_eq!(found, links, "{name}");
    }
}

/// A feed with an item for each path; `new` is replaced by a day of this week.
fn rss(paths: &[&str]) -> String {
    let seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().cast_signed();
    let day = chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ");
    let item = |path: &&str| {
        format!(
            "<item><title>On {path}</title><link>https://lwn.net/{path}?utm_source=feed</link><pubDate>{day}</pubDate><description>Words of {path}</description></item>"
        )
    };
    format!(
        "<rss version=\"2.0\"><channel><title>Feed</title>{}</channel></rss>",
        paths.iter().map(item).collect::<String>()
    )
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A newsletter with the feeds at `paths` of a server, which it may read.
fn with_feeds(server: &PageServer, paths: &[&str]) -> Project {
    let address = server.address;
    let feeds: Vec<_> = paths.iter().map(|path| format!("[[feed]]\nurl = \"http://{address}/{path}\"\n")).collect();
    let feeds = feeds.concat();
    Project::new().config(&format!("[fetch]\nallow_hosts = [\"{address}\"]\n\n{feeds}"))
}

#[test]
fn new_items_of_feeds_go_into_the_inbox_once() {
    let server = PageServer::start(|_, path| match path {
        "/a" => ok(&rss(&["one", "two", "clocks"])),
        "/b" => ok(&rss(&["two"])),
        _ => status(404),
    });
    let project = with_feeds(&server, &["a", "b\"\nsection = \"Tools\"\nmine = true\n#"]).file(
        "issues/001-first-things.toml",
        crate::support::ISSUE.replace("https://example.org/clocks", "https://lwn.net/clocks"),
    );
    let dry = project.run(["gather", "-n"]);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(!project.path("links.md").exists() && !project.path(".newsletter/feeds.json").exists());
    let output = project.run(["gather"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    assert_data_eq!(
        output.stderr,
        str![[r#"
reading 2 feeds
http://127.0.0.1:[..]/a: added 2 links
added 2 links to links.md

"#]]
    );
    assert_data_eq!(
        project.read("links.md"),
        str![[r#"
- [On one](https://lwn.net/one)

## Tools

- [On two](https://lwn.net/two) Words of two

"#]]
    );
    // A line that was deleted does not come back, and the server is asked what has changed.
    project.write("links.md", "");
    assert_eq!(project.run(["gather"]).code, 0);
    assert_eq!(project.read("links.md"), "");
    assert!(server.requests().last().unwrap().contains("if-none-match: \"1\""), "{:?}", server.requests());
}

#[test]
fn a_feed_that_cannot_be_read_is_named_and_the_others_are_read() {
    let server = PageServer::start(|_, path| match path {
        "/a" => ok(&rss(&["one"])),
        "/page" => ok("<title>x</title><link rel='alternate' type='application/rss+xml' href='/a'>"),
        "/moved" => redirect(301, "/b"),
        "/b" => ok(&rss(&["two"])),
        "/inside" => redirect(302, "http://localhost:9/"),
        "/words" => ok("words"),
        _ => status(410),
    });
    let project = with_feeds(&server, &["a", "page", "moved", "inside", "words", "gone"]);
    let output = project.run(["gather"]);
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert_data_eq!(
        output.stderr,
        str![[r#"
reading 6 feeds
http://127.0.0.1:[..]/a: added 1 link
warning: http://127.0.0.1:[..]/page is a page; its feed is http://127.0.0.1:[..]/a
warning: http://127.0.0.1:[..]/moved has moved; write `url = "http://127.0.0.1:[..]/b"` in newsletter.toml
http://127.0.0.1:[..]/moved: added 1 link
warning: http://127.0.0.1:[..]/inside was not read: it leads where browsers do not go
warning: http://127.0.0.1:[..]/words is not a feed
warning: http://127.0.0.1:[..]/gone was not read: 410
added 2 links to links.md

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["gather", "--json"]).stdout).unwrap();
    let outcomes: Vec<_> = json["feeds"].as_array().unwrap().iter().map(|feed| feed["outcome"].clone()).collect();
    assert_eq!(outcomes, ["read", "not_a_feed", "read", "not_read", "not_a_feed", "not_read"]);
    let none = Project::new().run(["gather"]);
    assert!(none.code == 2 && none.stderr.contains("hint: add `[[feed]]`"), "{none:?}");
}

#[test]
fn the_address_of_an_item_is_not_requested_even_where_the_feed_is_allowed() {
    let server = PageServer::start(|_, path| match path {
        "/feed" => ok(
            "<rss><channel><item><title>A</title><link>/secret</link></item><item><link>/other</link></item></channel></rss>",
        ),
        _ => ok("<title>Secret</title>"),
    });
    let project = with_feeds(&server, &["feed"]);
    project.run(["gather"]);
    assert_eq!(server.requests().len(), 1, "{:?}", server.requests());
}

#[test]
fn what_was_dropped_comes_neither_from_a_feed_nor_from_a_file() {
    let server = PageServer::start(|_, _| ok(&rss(&["one", "two"])));
    let project = with_feeds(&server, &["a"])
        .file("links-dropped.md", "http://www.lwn.net/one/\n")
        .file("b.md", "https://lwn.net/one\n");
    assert_eq!(project.run(["gather"]).code, 0);
    assert_eq!(project.read("links.md"), "- [On two](https://lwn.net/two)\n");
    let output = project.run(["gather", "b.md"]);
    assert!(output.stderr.contains("added 0 links to links.md; 1 in links-dropped.md"), "{}", output.stderr);
}

#[test]
fn a_hundred_feeds_are_read() {
    let server = PageServer::start(|_, path| ok(&rss(&[path.trim_start_matches('/')])));
    let paths: Vec<String> = (0..100).map(|number| format!("p{number}")).collect();
    let project = with_feeds(&server, &paths.iter().map(String::as_str).collect::<Vec<_>>());
    let output = project.run(["gather"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(project.read("links.md").lines().count(), 100);
    // One host, one request at a time.
    assert_eq!(server.most_at_once(), 1);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn lines_that_fifty_branches_add_to_the_inbox_and_to_the_dropped_links_merge_without_a_conflict() {
    let project = Project::empty();
    assert_eq!(project.run(["init", "."]).code, 0);
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(project.root()).env("HOME", project.root()).args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "commit.gpgsign=false",
        ]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    project.write("links.md", "# Links\n\n- https://lwn.net/first\n");
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "begin"]);
    for number in 0..50 {
        git(&["checkout", "-q", "-b", &format!("b{number}"), "main"]);
        let text = project.read("links.md");
        project.write("links.md", format!("{text}- [Number {number}](https://lwn.net/{number}) a note\n"));
        project.write("links-dropped.md", format!("https://lwn.net/dropped-{number}\n"));
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "add a link"]);
    }
    git(&["checkout", "-q", "main"]);
    for number in 0..50 {
        git(&["merge", "-q", "--no-edit", &format!("b{number}")]);
    }
    for (file, count) in [("links.md", 51), ("links-dropped.md", 50)] {
        let text = project.read(file);
        let mut lines: Vec<&str> = text.lines().filter(|line| line.contains("https://")).collect();
        lines.sort_unstable();
        lines.dedup();
        assert!(lines.len() == count && !text.contains("<<<<") && !text.contains(">>>>"), "{file}: {text}");
    }
}
