//! The page of the links that wait: what its buttons do, and what they refuse.

use std::fs;

use super::button::{press, token};
use crate::support::page_server::PageServer;
use crate::support::{ISSUE, Project, Served};

const INBOX: &str = "- [On kettles](https://kettle.dev/a) My note #tea\n- https://tea.dev/b\n\n## Reading\n\n- [On clocks](https://example.org/clocks)\n";

fn project() -> Project {
    Project::new().file("links.md", INBOX).file("issues/002-next.toml", ISSUE.replace("number = 1", "number = 2"))
}

/// The addresses of the buttons of the links, in order.
fn buttons(preview: &Served) -> Vec<String> {
    let page = preview.get("/2/links").body;
    let addresses = page.split("data-address=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let of_links = |address: &&str| address.contains("/links/") && !address.ends_with("/undo");
    addresses.filter(of_links).map(|address| address.replace("&amp;", "&")).collect()
}

#[test]
fn a_link_goes_into_a_section_or_is_dropped_and_both_are_undone() {
    let project = project();
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = &token(&preview);
    let page = preview.get("/2/links").body;
    assert!(
        page.contains("On kettles") && page.contains("My note") && page.contains("It was in issue 2 (line 12)."),
        "{page}"
    );
    let before = project.read("issues/002-next.toml");
    let found = buttons(&preview);
    assert_eq!(found.len(), 12, "{found:?}");

    // No name is looked up: the page is not read.
    let (status, said) = press(&preview, &found[1], &own, token);
    assert!(
        status == 200 && said.contains("“On kettles” is in issues/002-next.toml:24; its page was not read"),
        "{said}"
    );
    let after = project.read("issues/002-next.toml");
    assert!(after.contains("title = \"On kettles\"\ndescription = \"My note\"\n"), "{after}");
    assert_eq!(project.read("links.md"), INBOX.split_once('\n').unwrap().1);
    // What was drawn before is not what is there.
    let (status, said) = press(&preview, &found[5], &own, token);
    assert!(status == 409 && said.contains("a file was changed meanwhile; nothing was done"), "{said}");
    assert_eq!(press(&preview, "/2/links/undo", &own, token).0, 200);
    assert_eq!((project.read("issues/002-next.toml"), project.read("links.md")), (before, INBOX.to_owned()));

    let drop = buttons(&preview).into_iter().filter(|address| address.contains("/drop")).nth(1).unwrap();
    assert_eq!(press(&preview, &drop, &own, token).0, 200);
    assert_eq!(project.read("links-dropped.md"), "https://tea.dev/b\n");
    assert!(!project.read("links.md").contains("tea.dev"));
    project.write("links.md", "- https://other.example/\n");
    let (status, said) = press(&preview, "/2/links/undo", &own, token);
    assert!(status == 409 && said.contains("was changed since; nothing was undone"), "{said}");
    assert_eq!(project.read("links.md"), "- https://other.example/\n");
}

#[test]
fn a_lead_that_was_moved_above_the_sections_is_not_a_section_and_an_only_section_needs_no_title() {
    let project = project();
    let (own, lead) = (ISSUE.replace("number = 1", "number = 2"), "[[section.link]]\nlead = true");
    project.write("issues/002-next.toml", own.replacen("[[section.link]]", lead, 1));
    let preview = Served::start(&project, &[]);
    let labels = |page: &str| -> Vec<String> {
        let texts = page.split("<button").skip(1).filter(|button| button.contains("/links/put?line=1&"));
        texts.filter_map(|button| Some(button.split_once("</kbd>")?.1.split_once('<')?.0.trim().to_owned())).collect()
    };
    assert_eq!(labels(&preview.get("/2/links").body), ["Reading"]);
    let untitled = own.lines().filter(|line| !line.starts_with("title = \"Reading\"")).collect::<Vec<_>>().join("\n");
    project.write("issues/002-next.toml", format!("{untitled}\n"));
    assert_eq!(labels(&preview.get("/2/links").body), ["Its only section"]);
    let origin = format!("http://127.0.0.1:{}", preview.port);
    let (status, said) = press(&preview, &buttons(&preview)[1], &origin, &token(&preview));
    assert!(status == 200 && said.contains("“On kettles” is in issues/002-next.toml:"), "{said}");
}

#[test]
fn a_link_becomes_the_lead_once_and_that_is_undone() {
    let project = project();
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = &token(&preview);
    let before = project.read("issues/002-next.toml");
    let found = buttons(&preview);
    let (status, said) = press(&preview, &found[0], &own, token);
    assert!(status == 200 && said.contains("“On kettles” is in issues/002-next.toml:"), "{said}");
    let after = project.read("issues/002-next.toml");
    let lead = "title = \"On kettles\"\nlead = true\ndescription = \"My note\"\n\n[[section]]\ntitle = \"Reading\"\n";
    assert!(after.contains(lead), "{after}");
    assert!(!project.read("links.md").contains("kettle"));
    // Neither the page nor a request makes a second one.
    let page = preview.get("/2/links").body;
    let reason = "title=\"There is a lead already: “On kettles”\" disabled";
    assert_eq!(page.matches(reason).count(), 2, "{page}");
    let (status, said) = press(&preview, &buttons(&preview)[0], &own, token);
    assert!(status == 409 && said.contains("issue 2 has a lead already: “On kettles”"), "{said}");
    assert_eq!(press(&preview, "/2/links/undo", &own, token).0, 200);
    assert_eq!((project.read("issues/002-next.toml"), project.read("links.md")), (before, INBOX.to_owned()));
}

#[test]
fn a_link_waits_for_a_later_issue_and_is_there_for_that() {
    let project = project().file("issues/003-after.toml", ISSUE.replace("number = 1", "number = 3"));
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = &token(&preview);
    let titles = |path: &str| {
        let page = preview.get(path).body;
        let of_lists = page.split("<h2 id=\"").skip(1).filter_map(|rest| rest.split_once("</h2>")?.0.split_once('>'));
        let text = |markup: &str| markup.replace("<span class=\"n\">", "").replace("</span>", "");
        let of_links = |title: &String| !title.starts_with("In this issue") && title != "Keys";
        of_lists.map(|(_, markup)| text(markup)).filter(of_links).collect::<Vec<_>>()
    };
    let wait = |index: usize| {
        let found = buttons(&preview).into_iter().filter(|address| address.contains("/wait")).nth(index).unwrap();
        press(&preview, &found, &own, token)
    };
    assert_eq!(titles("/2/links"), ["To decide 3"]);
    let (status, said) = wait(0);
    assert!(status == 200 && said.contains("“On kettles” waits for a later issue"), "{said}");
    let tagged = INBOX.replace("My note #tea", "My note #tea #after-2");
    assert_eq!(project.read("links.md"), tagged);
    assert_eq!(titles("/2/links"), ["To decide 2", "For a later issue 1"]);
    assert!(preview.get("/2").body.contains("<span class=\"n\">2<span"), "the count in the bar");
    assert_eq!(titles("/3/links"), ["To decide 3"]);
    // What waits is below, and comes back by its own button or by undoing.
    let (_, said) = wait(2);
    assert!(said.contains("“On kettles” waits for this issue again"), "{said}");
    assert_eq!(project.read("links.md"), INBOX);
    assert_eq!(press(&preview, "/2/links/undo", &own, token).0, 200);
    assert_eq!(project.read("links.md"), tagged);
    assert_eq!(press(&preview, "/2/links/undo", &own, token).0, 200);
    assert_eq!(project.read("links.md"), INBOX);
}

#[test]
fn only_the_previews_own_page_changes_a_file() {
    let project = project();
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let token = &token(&preview);
    for address in buttons(&preview).into_iter().chain(["/2/links/undo".to_owned()]) {
        assert_eq!(press(&preview, &address, "http://evil.example", token).0, 403);
        assert_eq!(press(&preview, &address, &own, &token[1..]).0, 403);
        assert_eq!(preview.get(&address).status, 405);
    }
    for address in [
        "/2/links/put",
        "/2/links/put?line=1&section=9",
        "/2/links/drop?line=x&drawn=",
        "/2/links/lead?line=1",
        "/2/links/wait?line=1&later=yes",
        "/2/links/undo",
        "/9/links/put?line=1&section=0",
    ] {
        assert_eq!(press(&preview, address, &own, token).0, 409, "{address}");
    }
    assert_eq!(project.read("links.md"), INBOX);
    assert!(!project.path("links-dropped.md").exists());
}

#[test]
fn nothing_goes_into_an_issue_that_is_sent_or_has_errors_and_the_links_are_shown() {
    let marker = "plan = \"00\"\nstarted = \"2026-11-27T10:00:00+00:00\"\nletter = \"00\"\naccepted = 1\ntotal = 1\n";
    let project = project().file("issues/001.sent", marker);
    let preview = Served::start(&project, &[]);
    let sent = preview.get("/1/links").body;
    assert!(sent.contains("issue 1 is sent") && sent.contains("On kettles") && !sent.contains("/links/put"), "{sent}");
    project.write("issues/002-next.toml", "number = 2\n");
    let broken = preview.get("/2/links").body;
    assert!(broken.contains("issue 2 has errors") && broken.contains("On kettles"), "{broken}");
    fs::remove_file(project.path("links.md")).unwrap();
    assert!(preview.get("/2/links").body.contains("No link waits in"));
    // The links that wait are for the next issue.
    assert_eq!(preview.get("/links").status, 307);
}

#[test]
fn the_address_of_a_link_is_not_read_from_this_network_even_where_that_is_allowed() {
    let server =
        PageServer::start(|_, _| "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n<title>Secret</title>".to_owned());
    let project = project()
        .config(&format!("[fetch]\nallow_hosts = [\"{}\"]\n", server.address))
        .file("links.md", format!("- [From a feed](http://{}/)\n", server.address));
    let preview = Served::start(&project, &[]);
    let own = format!("http://127.0.0.1:{}", preview.port);
    let (status, said) = press(&preview, &buttons(&preview)[0], &own, &token(&preview));
    let why = "its page was not read: it is in your own network; `newsletter fill` reads it";
    assert!(status == 200 && said.contains(why), "{said}");
    assert_eq!(server.requests(), [""; 0]);
}
