//! Reads feeds as sites write them.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use url::Url;

use super::memory::KnownFeed;
use super::repair::repaired;
use super::{Feed, FeedMemory, ReadFeed, Selection, read, select};

const URL: &str = "https://site.example/blog/feed.xml";

fn feed(text: &str) -> Feed {
    read(text.as_bytes(), Some("application/xml"), &Url::parse(URL).unwrap()).unwrap_or_default()
}

/// Returns title, address, words and day of each item.
fn shown(text: &str) -> Vec<String> {
    let items = feed(text).items.into_iter();
    items
        .map(|item| {
            let day = item.date.map(|date| date.date_naive().to_string()).unwrap_or_default();
            format!("{}|{}|{}|{day}", item.title.unwrap_or_default(), item.url, item.words.unwrap_or_default())
        })
        .collect()
}

#[test]
fn every_kind_of_feed_is_read() {
    let atom = r#"<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://site.example/blog/"><title>B</title>
        <entry xml:base="2026/"><title type="html">A &amp;amp; &lt;b&gt;b&lt;/b&gt;</title><id>tag:x</id><link rel="self" href="https://site.example/self"/>
        <link rel="alternate" type="text/html" href="post"/><published>2026-11-28T10:00:00Z</published><summary>Words</summary></entry></feed>"#;
    assert_eq!(shown(atom), ["A & b|https://site.example/blog/2026/post|Words|2026-11-28"]);
    let rss = r#"<rss version="2.0"><channel><title>B</title><item><title>Vec&lt;T&gt; is here</title><link> /post?x=1&amp;y=2 </link>
        <guid isPermaLink="false">1</guid><pubDate>Sat, 28 Nov 2026 10:00:00 GMT</pubDate>
        <description><![CDATA[<p>First <i>one</i>.</p><p>Second.</p>]]></description></item></channel></rss>"#;
    assert_eq!(shown(rss), ["Vec<T> is here|https://site.example/post?x=1&y=2|First one.|2026-11-28"]);
    let rdf = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://site.example/"><title>B</title></channel>
        <item rdf:about="x"><title>A</title><link>https://site.example/a</link><dc:date>2026-11-28</dc:date></item></rdf:RDF>"#;
    assert_eq!(shown(rdf)[0].split('|').take(2).collect::<Vec<_>>(), ["A", "https://site.example/a"]);
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"B","items":[{"id":"1","url":"https://site.example/a","title":"A",
        "content_text":"Words","date_published":"2026-11-28T10:00:00Z"}]}"#;
    assert_eq!(shown(json), ["A|https://site.example/a|Words|2026-11-28"]);
    let by_id = r#"<rss version="2.0"><channel><item><title>A</title><guid>https://site.example/a</guid></item><item><title>B</title></item></channel></rss>"#;
    assert_eq!((shown(by_id), feed(by_id).without_address), (vec!["A|https://site.example/a||".to_owned()], 1));
}

#[test]
fn drafts_and_mixed_dialects_are_read() {
    let entry = r#"<entry><title>A</title><link rel="alternate" type="text/html" href="/a"/></entry>"#;
    let feeds = [
        format!(r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#">{entry}</feed>"#),
        format!("<feed>{entry}</feed>"),
        format!(r#"<old:feed xmlns:old="http://purl.org/atom/ns#">{}</old:feed>"#, entry.replace('<', "<old:").replace("<old:/", "</old:")),
        r#"<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><item><title>A</title><link>/a</link></item></channel></rss>"#
            .to_owned(),
        r#"<rss version="2.0"><channel><item><title>A</title><link href="/a"/><link rel="enclosure" href="/a.mp3"/></item></channel></rss>"#
            .to_owned(),
        r#"<r:rss version="2.0" xmlns:r="http://backend.userland.com/rss2"><r:channel><r:item><r:title>A</r:title><x:title xmlns:x="x:y">B</x:title><r:link>/a</r:link></r:item></r:channel></r:rss>"#.to_owned(),
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>/a</id><title>A</title></entry><entry><id>42</id><title>B</title></entry></feed>"#.to_owned(),
        "<?XML VERSION=\"1.0\"?><!DOCTYPE Channel SYSTEM \"x\"><CHANNEL BASE=\"https://site.example/\"><TITLE>C</TITLE><ITEM HREF=\"/a\" /><TITLE>A</TITLE><ITEM><TITLE>B</TITLE></ITEM></CHANNEL>".to_owned(),
    ];
    for feed in feeds {
        assert_eq!(shown(&feed), ["A|https://site.example/a||"], "{feed}");
    }
}

#[test]
fn a_channel_of_the_nineties_is_read() {
    let channel = r#"<CHANNEL HREF="https://site.example/"><TITLE>C</TITLE><ABSTRACT>About.</ABSTRACT>
        <ITEM HREF="/a" LASTMOD="2026-11-24T23:05:43-05:00"><TITLE>A &amp; B</TITLE><ABSTRACT>Words.</ABSTRACT></ITEM>
        <ITEM HREF="javascript:x"><TITLE>D</TITLE></ITEM></CHANNEL>"#;
    assert_eq!(shown(channel), ["A & B|https://site.example/a|Words.|2026-11-25"]);
    assert_eq!(feed(channel).without_address, 1);
}

#[test]
fn a_feed_that_is_not_well_formed_is_read_all_the_same() {
    let item = |title: &str| format!("<item><title>{title}</title><link>https://site.example/a</link></item>");
    let rss = |inside: &str| format!("<rss version=\"2.0\"><channel><title>B</title>{inside}</channel></rss>");
    let link = "https://site.example/a";
    let cases = [
        ("a reference of HTML", rss(&item("A&nbsp;&eacute;")), "A é"),
        ("an ampersand", rss(&item("A & B")), "A & B"),
        ("an ampersand at the end", rss(&item("A &")), "A &"),
        ("a sign", rss(&item("a < b")), "a < b"),
        ("a control character", rss(&item("A\u{1}\u{2}B")), "AB"),
        ("a number that is no character", rss(&item("A&#0;&#x2;B")), "AB"),
        (
            "an open tag",
            rss("<item><title>A<link>https://site.example/a</link></item>")
                .replace("<title>A<", "<title>A</title><br><"),
            "A",
        ),
        ("an item that is not closed", rss(&item("A").replace("</item>", "")), "A"),
        ("a wrong end", rss(&item("A").replace("</item>", "</entry></item></b>")), "A"),
        ("words before", format!("Warning: x\n\n{}", rss(&item("A"))), "A"),
        ("words behind", format!("{}<script>x</script>\n & so", rss(&item("A"))), "A"),
        ("a line before the declaration", format!("\n <?xml version=\"1.0\"?>{}", rss(&item("A"))), "A"),
        ("a wrong encoding", format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{}", rss(&item("é"))), "é"),
        ("no version", rss(&item("A")).replace(" version=\"2.0\"", ""), "A"),
        ("an odd version", rss(&item("A")).replace("2.0", "2.01"), "A"),
        ("an attribute without quotes", rss(&item("A")).replace("\"2.0\"", "2.0"), "A"),
        (
            "a prefix nobody declared",
            rss(&item("A").replace("</item>", "<dc:creator>x</dc:creator><x:y/></item>")),
            "A",
        ),
        ("an attribute twice", rss(&item("A")).replace("<channel>", "<channel a='1' a='2'>"), "A"),
        ("a feed that breaks off", rss(&item("A")).replace("</item></channel></rss>", "<description>wor"), "A"),
        ("data that breaks off", rss(&item("A")).replace("</item></channel></rss>", "<description><![CDATA[wor"), "A"),
        ("a tag that breaks off", rss(&item("A")).replace("</item></channel></rss>", "</item><item><tit"), "A"),
        ("signs in a tag", rss(&item("A")).replace("<channel>", "<channel =\"/ a=\"<\">"), "A"),
    ];
    for (what, text, title) in cases {
        let found: Vec<_> =
            feed(&text).items.into_iter().map(|item| (item.title.unwrap_or_default(), item.url)).collect();
        assert_eq!(found, [(title.to_owned(), Url::parse(link).unwrap())], "{what}: {text}");
    }
}

#[test]
fn a_feed_in_another_encoding_is_read() {
    let url = Url::parse(URL).unwrap();
    let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><item><title>Привет</title><link>/a</link></item></channel></rss>";
    let bytes = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    assert_eq!(read(&bytes, None, &url).unwrap().items[0].title.as_deref(), Some("Привет"));
    assert_eq!(read(&bytes, Some("text/xml; charset=windows-1251"), &url).unwrap().items.len(), 1);
}

#[test]
fn a_page_is_no_feed_and_may_name_one() {
    let url = Url::parse("https://site.example/").unwrap();
    let page = "<!doctype html><title>B</title><link rel=alternate type=application/rss+xml href=/feed><p>x</p>";
    let named = read(page.as_bytes(), None, &url).unwrap_err().feed_of_page;
    assert_eq!(named.unwrap().as_str(), "https://site.example/feed");
    for text in ["", "x", "{}", "{\"items\":[]}", "<html></html>", "<a/>", "\u{0}"] {
        assert_eq!(read(text.as_bytes(), None, &url).map_err(|error| error.feed_of_page), Err(None), "{text}");
    }
}

fn rss(items: &[(&str, &str)]) -> Feed {
    let mut text = String::new();
    for (path, date) in items {
        let date = if date.is_empty() { String::new() } else { format!("<pubDate>{date}T10:00:00Z</pubDate>") };
        write!(text, "<item><title>{path}</title><link>https://site.example/{path}</link>{date}</item>").unwrap();
    }
    feed(&format!("<rss version=\"2.0\"><channel>{text}</channel></rss>"))
}

fn time(day: &str) -> DateTime<Utc> {
    format!("{day}T00:00:00Z").parse().unwrap()
}

fn chosen(selection: &Selection) -> Vec<&str> {
    selection.candidates.iter().map(|candidate| candidate.url.path().trim_start_matches('/')).collect()
}

#[test]
fn what_most_feeds_have_comes_first_and_what_is_known_or_old_not_at_all() {
    let urls = ["https://a.example/", "https://b.example/"].map(|url| Url::parse(url).unwrap());
    let a = rss(&[
        ("new", "2026-11-28"),
        ("both?utm_source=a", "2026-11-26"),
        ("old", "2026-11-01"),
        ("linked", "2026-11-27"),
    ]);
    let b = rss(&[("undated", ""), ("both", "2026-11-27")]);
    let feeds = [(&urls[0], a), (&urls[1], b)].map(|(url, feed)| ReadFeed { url, section: None, is_mine: false, feed });
    let mut memory = FeedMemory::default();
    let is_known = |url: &str| url.ends_with("/linked");
    let first = select(&feeds, &memory, time("2026-11-20"), &is_known);
    assert_eq!(chosen(&first), ["both", "new", "undated"]);
    assert_eq!((first.known.as_slice(), first.old.as_slice()), (&[1, 0][..], &[1, 0][..]));
    assert_eq!(first.candidates[0].feeds, [0, 1]);

    let now = time("2026-11-29").timestamp();
    for read in &feeds {
        memory.record_feed(read.url, KnownFeed::default(), now);
        read.feed.items.iter().for_each(|item| memory.record_item(read.url, item, now));
    }
    let memory = FeedMemory::from_json(memory.into_json(now).as_bytes());
    assert_eq!(chosen(&select(&feeds, &memory, time("2026-11-20"), &is_known)), [""; 0]);
    // After the next issue, what appeared since the last reading is new, even if it is dated a little earlier.
    let later = rss(&[("late", "2026-11-27"), ("backdated", "2026-11-20")]);
    let later = [ReadFeed { url: &urls[0], section: None, is_mine: false, feed: later }];
    assert_eq!(chosen(&select(&later, &memory, time("2026-12-01"), &is_known)), ["late"]);
    // An item that has moved is known by its identity.
    let forgotten = FeedMemory::from_json(memory.into_json(now + 91 * 24 * 60 * 60).as_bytes());
    assert_eq!(forgotten, FeedMemory::default());
}

#[test]
fn of_a_feed_with_very_many_new_items_the_latest_are_taken_and_the_others_counted() {
    let url = Url::parse("https://a.example/").unwrap();
    let paths: Vec<String> = (0..120).map(|number| format!("p{number}")).collect();
    let items: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "2026-11-28")).collect();
    let feeds = [ReadFeed { url: &url, section: None, is_mine: false, feed: rss(&items) }];
    let selection = select(&feeds, &FeedMemory::default(), time("2026-11-20"), &|_| false);
    assert_eq!((selection.candidates.len(), selection.left_out[0].len()), (50, 70));
}

proptest! {
    #[test]
    fn any_text_can_be_repaired_and_read(text in "(<|>|/|&|;|rss|item|title|<!\\[CDATA\\[|\\]\\]>|<!--|-->| a=|\"|'|\\PC)*") {
        let _ = feed(&text);
        let rss = format!("<rss><channel><item><title>{text}");
        let _ = feed(&rss);
        prop_assert!(repaired(&rss).ends_with("</rss>"));
    }
}
