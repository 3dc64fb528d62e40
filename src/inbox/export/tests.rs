//! Reads exports as the programs write them: as many links as they have.

use super::{ExportedLink, read_export};

/// Returns title, address, note, tags and day of each link.
fn shown(text: &str) -> Vec<String> {
    let link = |link: ExportedLink| {
        let ExportedLink { entry, saved } = link;
        let day = saved.map(|day| day.to_string()).unwrap_or_default();
        let tags = entry.tags.join(",");
        format!("{}|{}|{}|{tags}|{day}", entry.title.unwrap_or_default(), entry.url, entry.note.unwrap_or_default())
    };
    read_export(text).unwrap_or_default().into_iter().map(link).collect()
}

#[test]
fn bookmarks_are_read() {
    let netscape = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n\
        <TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n<DT><H3>Folder</H3>\n<DL><p>\n\
        <DT><A HREF=\"https://a.example/?x=1&amp;y=2\" ADD_DATE=\"1795910400\" TAGS=\"rust,web dev\" TOREAD=\"1\">A &amp; b</A>\n\
        <DD>My note\n<DT><A HREF=\"https://b.example/\" ADD_DATE=\"1795910400000000\">https://b.example/</A>\n\
        <DT><A HREF=\"javascript:void(0)\">x</A>\n</DL><p>\n</DL><p>\n";
    let expected =
        ["A & b|https://a.example/?x=1&y=2|My note|rust,web-dev|2026-11-29", "|https://b.example/|||2026-11-29"];
    assert_eq!(shown(netscape), expected);
    let pocket = "<html><body><h1>Unread</h1><ul><li><a href=\"https://a.example/\" time_added=\"1795910400\" tags=\"rust\">A</a></li></ul>";
    assert_eq!(shown(pocket), ["A|https://a.example/||rust|2026-11-29"]);
    let opml = "<?xml version=\"1.0\"?><opml><body><outline text=\"A\" type=\"link\" url=\"https://a.example/\"/></body></opml>";
    assert_eq!(shown(opml), ["A|https://a.example/|||"]);
}

#[test]
fn tables_are_read() {
    let pocket = "title,url,time_added,tags,status\n\"A, b\",https://a.example/,1795910400,rust|web,unread\n";
    assert_eq!(shown(pocket), ["A, b|https://a.example/||rust,web|2026-11-29"]);
    let instapaper =
        "URL,Title,Selection,Folder,Timestamp,Tags\nhttps://a.example/,A,,Unread,1795910400,\"[\"\"rust\"\"]\"\n";
    assert_eq!(shown(instapaper), ["A|https://a.example/||rust|2026-11-29"]);
    let raindrop = "\u{feff}id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\r\n\
        1,A,\"My\r\nnote\",The page's,https://a.example/,Unsorted,\"rust, web\",2026-11-29T10:00:00.000Z,,,false\r\n";
    assert_eq!(shown(raindrop), ["A|https://a.example/|My note|rust,web|2026-11-29"]);
    assert_eq!(shown("Link;Name\nhttps://a.example/;A\nnothing;B\n"), ["A|https://a.example/|||"]);
}

#[test]
fn json_is_read() {
    let karakeep = r#"{"bookmarks":[{"createdAt":1795910400,"title":null,"tags":["rust"],"content":{"type":"link","url":"https://a.example/","title":"A"},"note":"My note"},
        {"createdAt":1,"title":"x","content":{"type":"text","text":"words"}}]}"#;
    assert_eq!(shown(karakeep), ["A|https://a.example/|My note|rust|2026-11-29"]);
    let linkwarden = r#"{"name":"Ada","collections":[{"name":"C","links":[{"name":"A","url":"https://a.example/","description":"page","tags":[{"name":"rust"}],"createdAt":"2026-11-29T10:00:00Z"}]}]}"#;
    assert_eq!(shown(linkwarden), ["A|https://a.example/||rust|2026-11-29"]);
    let omnivore = r#"[{"id":"1","title":"A","description":"page","labels":["rust"],"url":"https://a.example/","savedAt":"2026-11-29T10:00:00Z"}]"#;
    assert_eq!(shown(omnivore), ["A|https://a.example/||rust|2026-11-29"]);
    assert_eq!(shown("{\"url\":\"https://a.example/\"}\n{\"url\":\"https://b.example/\"}\n").len(), 2);
}

#[test]
fn lists_are_read_and_anything_else_is_not() {
    assert_eq!(shown("- [A](https://a.example/) note\n- https://b.example/\n").len(), 2);
    assert_eq!(shown("[A](https://a.example/)\n"), ["A|https://a.example/|||"]);
    for text in ["", "words", "a,b\n1,2\n", "{\"a\":1}", "{", "<p>words", "email,status\nada@example.org,active\n"] {
        assert_eq!(read_export(text), None, "{text}");
    }
}
