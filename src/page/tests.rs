//! Reads made-up pages in the shapes of the web.

use chrono::NaiveDate;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, ISO_2022_JP, ISO_8859_2, KOI8_R, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253,
};
use url::Url;

use super::markup::Markup;
use super::{Facts, Origin, Wall, charset, facts};
use crate::model::LinkKind;

fn read(url: &str, html: &str) -> Facts {
    facts(html.as_bytes(), Some("text/html; charset=utf-8"), &Url::parse(url).unwrap())
}

/// Returns title, author, kind and minutes.
fn shown(found: &Facts) -> (Option<&str>, Option<&str>, Option<LinkKind>, Option<u32>) {
    let title = found.title.as_ref().map(|fact| fact.value.as_str());
    let author = found.author.as_ref().map(|fact| fact.value.as_str());
    (title, author, found.kind.as_ref().map(|fact| fact.value), found.reading_time.as_ref().map(|fact| fact.value))
}

fn words(count: usize) -> String {
    let sentence = "Ten words make a sentence that says next to nothing. ";
    format!("<p>{}</p>", sentence.repeat(10)).repeat(count / 100)
}

#[test]
fn a_weblog_states_its_title_author_and_date() {
    let html = format!(
        r##"<!DOCTYPE html><html><head><title>Polonius, at last &#8211; Ada&#8217;s Notes</title>
        <meta property="og:site_name" content="Ada’s Notes"><meta property="og:type" content="article">
        <meta property="og:title" content="Polonius, at last"><link rel=canonical href="/polonius?utm_source=x">
        <meta property="article:published_time" content="2026-11-28T23:30:00+01:00">
        <script type="application/ld+json">{{"@graph":[{{"@type":"Article","author":{{"@id":"#ada"}}}},
        {{"@type":"Person","@id":"#ada","name":"Ada Lovelace"}}]}}</script></head>
        <body><header><h1>Ada’s Notes</h1></header><article><h1>Polonius, at last</h1>{}</article>
        <div class="comments">{}</div></body></html>"##,
        words(900),
        words(5000)
    );
    let found = read("https://notes.example/polonius", &html);
    let expected = (Some("Polonius, at last"), Some("Ada Lovelace"), Some(LinkKind::Article), Some(4));
    assert_eq!(shown(&found), expected);
    assert_eq!(found.title.map(|title| title.origin), Some(Origin::Heading));
    assert_eq!(found.date.map(|date| date.value), NaiveDate::from_ymd_opt(2026, 11, 28));
    assert_eq!(
        found.address.map(|address| address.value.to_string()).as_deref(),
        Some("https://notes.example/polonius")
    );
    assert_eq!(found.site.map(|site| site.value).as_deref(), Some("Ada’s Notes"));
}

#[test]
fn a_paper_states_what_libraries_read() {
    let html = r#"<title>[2404.01234] On clocks</title><meta name="citation_title" content="On clocks">
        <meta name="citation_author" content="Lovelace, Ada"><meta name="citation_author" content="Hopper, Grace">
        <meta name="citation_date" content="2024/04/01"><h1>Title: On clocks</h1>"#;
    let found = read("https://arxiv.org/abs/2404.01234", html);
    assert_eq!(shown(&found), (Some("On clocks"), Some("Ada Lovelace, Grace Hopper"), Some(LinkKind::Paper), None));
    let author =
        |name: &str| r#"<meta name="citation_author" content="Lovelace, Ada Augusta NAME">"#.replace("NAME", name);
    let many = ["I", "II", "III", "IV"].map(author).concat();
    let found = read("https://arxiv.org/abs/1", &format!("<meta name=citation_title content=A>{many}"));
    assert!(shown(&found).1.unwrap().ends_with("et al."), "{found:?}");
}

#[test]
fn only_a_known_name_of_the_site_is_cut_from_a_title() {
    let cases = [
        ("Rust - a language | Example", "Rust - a language"),
        ("Example: Rust - a language", "Rust - a language"),
        ("Rust | Example News", "Rust"),
        ("Rust - Go - C", "Rust - Go - C"),
        ("A title without a name", "A title without a name"),
        ("Example", "Example"),
        ("Tom &amp; Jerry\u{202e} &amp;amp; friends \n | example.org", "Tom & Jerry & friends"),
        ("<b>not markup</b>", "<b>not markup</b>"),
    ];
    for (title, expected) in cases {
        let found = read("https://www.example.org/a", &format!("<title>{title}</title><body><h1>Example</h1>"));
        assert_eq!(shown(&found).0, Some(expected), "{title}");
    }
}

#[test]
fn a_heading_in_the_title_is_the_title() {
    let cases = [
        (
            "Rust 1.99: what is new - Unknown Weblog",
            "<h1>Unknown Weblog</h1><h2>Rust 1.99: what is new</h2>",
            "Rust 1.99: what is new",
        ),
        ("Rust 1.99 | Example", "<h1><svg><title>logo</title></svg></h1><h1>Rust  <em>1.99</em></h1>", "Rust 1.99"),
        ("Everything about Rust 1.99 in 2026", "<h1>News</h1>", "Everything about Rust 1.99 in 2026"),
    ];
    for (title, body, expected) in cases {
        let found = read("https://example.org/a", &format!("<title>{title}</title><body>{body}"));
        assert_eq!(shown(&found).0, Some(expected), "{title}");
    }
}

#[test]
fn a_headline_is_read_without_the_line_above_it() {
    let title = "Clocks: They drift, and nobody minds | Example";
    let cases = [
        (
            r#"<h1><span class="head__kicker">Clocks</span><span class="sr-only">: </span>They drift, and nobody minds</h1>"#,
            "They drift, and nobody minds",
        ),
        (r#"<h1><time>28 November</time> They drift, and nobody minds</h1>"#, "They drift, and nobody minds"),
        (r#"<h1><style>.a{color:red}</style>They drift, and nobody minds</h1>"#, "They drift, and nobody minds"),
        ("<h1>Politics | Clocks: They drift, and nobody minds</h1>", "Clocks: They drift, and nobody minds"),
        // Below the headline, or alone, it is a part of it.
        (
            r#"<h1>Clocks: They drift, <span class="subtitle">and nobody minds</span></h1>"#,
            "Clocks: They drift, and nobody minds",
        ),
        (r#"<h1><span class="kicker">They drift, and nobody minds</span></h1>"#, "They drift, and nobody minds"),
    ];
    // An element of its own is above, too, where a title has what follows it, alone or behind a separator.
    let structural = [
        ("<h1><span>Drifting clocks</span> They drift, and nobody minds</h1>", "They drift, and nobody minds"),
        ("<h1><small>Clocks</small><br>They drift, and nobody minds</h1>", "They drift, and nobody minds"),
        ("<h1>Clocks: <em>They drift, and nobody minds</em></h1>", "Clocks: They drift, and nobody minds"),
    ];
    for (heading, expected) in cases.into_iter().chain(structural) {
        let found = read("https://www.example.org/a", &format!("<title>{title}</title><body>{heading}"));
        assert_eq!(shown(&found).0, Some(expected), "{heading}");
    }
}

#[test]
fn a_site_is_known_by_the_links_to_its_front_page_and_by_its_feeds() {
    let cases = [
        (r#"<a href="/"><img src="x.png" alt="Logo Times of Tea"></a>"#, "Tea | Times of Tea", "Tea"),
        (r#"<a href="https://example.org">Times of Tea</a>"#, "Tea | Times of Tea", "Tea"),
        (r#"<a rel="home" href="/tea/">Times of Tea</a>"#, "Tea [Times of Tea]", "Tea"),
        (
            r#"<link rel="alternate" type="application/rss+xml" title="Times of Tea » Feed">"#,
            "Times of Tea: Tea",
            "Tea",
        ),
        (r#"<a href="/">新华网</a>"#, "武汉的声音-新华网", "武汉的声音"),
        (r#"<a href="/">Tea</a>"#, "A cup of green-tea", "A cup of green-tea"),
        (r#"<a href="/other">Times of Tea</a>"#, "Tea | Times of Tea", "Tea | Times of Tea"),
    ];
    for (markup, title, expected) in cases {
        let found = read("https://www.example.org/a", &format!("<title>{title}</title>{markup}<h1></h1>"));
        assert_eq!(shown(&found).0, Some(expected), "{markup} {title}");
    }
}

#[test]
fn the_only_heading_is_the_title_if_it_says_something_of_its_own() {
    let title = "Savings calculator for everybody";
    let cases = [
        ("<h1>How much interest does money bear?</h1>", "How much interest does money bear?"),
        ("<h1><a href=/all>How much interest does money bear?</a></h1>", title),
        ("<h1>Interest</h1>", title),
        ("<h1 class=entry-title>Interest</h1><h1>Newsletter</h1>", "Interest"),
        (
            "<h1>How much interest does money bear?</h1><h1>How much interest does money bear?</h1>",
            "How much interest does money bear?",
        ),
        (
            "<h1>How much interest does money bear?</h1><h1 class=sr-only>All that is at the bottom</h1>",
            "How much interest does money bear?",
        ),
        ("<h1>How much interest does money bear?</h1><h1>What else we have for sale</h1>", title),
        ("<h1>How much interest does money bear?</h1><h2>Savings calculator for everybody</h2>", title),
    ];
    for (body, expected) in cases {
        let found = read("https://www.example.org/a", &format!("<title>{title}</title><body>{body}"));
        assert_eq!(shown(&found).0, Some(expected), "{body}");
    }
}

#[test]
fn a_page_that_calls_itself_an_application_keeps_its_title() {
    let html = r#"<title>Clocks: they drift - Example</title><meta name="application-name" content="Clocks: they drift - Example"><h1>Clocks: they drift</h1>"#;
    assert_eq!(shown(&read("https://example.org/a", html)).0, Some("Clocks: they drift"));
}

#[test]
fn dates_of_comments_are_not_the_date_of_a_page() {
    let comment = r#"<div id="comments"><article class="comment-body"><time datetime="2026-01-02">yesterday</time></article></div>"#;
    let html = |date: &str| format!("<title>A</title><main>{comment}{date}</main>");
    assert_eq!(read("https://example.org/a", &html("")).date, None);
    let found = read("https://example.org/a", &html("<time datetime=2025-12-30>Tuesday</time>"));
    assert_eq!(found.date.map(|date| date.value), NaiveDate::from_ymd_opt(2025, 12, 30));
}

#[test]
fn elements_are_nested_no_deeper_than_in_browsers_and_a_text_is_no_title() {
    let markup = Markup::parse(&"<div>".repeat(2000));
    let depth = (0..markup.elements.len()).map(|index| markup.ancestors(index).count()).max();
    assert_eq!((markup.elements.len(), depth), (2001, Some(512)));
    let title = "a - b | ".repeat(1000);
    let html = format!("<title>{title}Example</title><meta property=og:title content='{title}'><h1>{title}</h1>");
    assert_eq!(read("https://example.org/a", &html).title, None);
    assert_eq!(shown(&read("https://example.org/a", &format!("{html}<h1>Clocks</h1>"))).0, Some("Clocks"));
}

#[test]
fn names_that_are_not_persons_are_not_authors() {
    let refused = [
        "admin",
        "https://example.org/ada",
        "28.11.2026",
        "Example",
        "Super User",
        "ada@example.org",
        "example.com",
        "",
    ];
    for name in refused {
        let found = read("https://example.org/a", &format!(r#"<meta name="author" content="{name}">"#));
        assert_eq!(found.author, None, "{name}");
    }
    for (name, expected) in [("By Ada Lovelace", "Ada Lovelace"), ("  李薇 ", "李薇"), ("Ada O'Hara", "Ada O'Hara")]
    {
        let found = read("https://example.org/a", &format!(r#"<meta name="author" content="{name}">"#));
        assert_eq!(shown(&found).1, Some(expected), "{name}");
    }
}

#[test]
fn a_video_takes_the_time_it_states_and_a_text_the_time_to_read_it() {
    let video = r#"<title>A talk - YouTube</title><meta property="og:site_name" content="YouTube">
        <script type="application/ld+json">{"@type":"VideoObject","name":"A talk","duration":"PT1H2M40S"}</script>"#;
    let found = read("https://www.youtube.com/watch?v=dQw4w9WgXcQ", video);
    assert_eq!(shown(&found), (Some("A talk"), None, Some(LinkKind::Video), Some(63)));
    let minutes = |body: &str| shown(&read("https://example.org/a", &format!("<title>A</title><body>{body}"))).3;
    assert_eq!(minutes("<p>Enable JavaScript to run this app."), None);
    let without_body = format!("<title>A</title><h1>A</h1>{}", words(700));
    assert_eq!(shown(&read("https://example.org/a", &without_body)).3, Some(3));
    assert_eq!(minutes(&format!("<p>{}。", "漢字".repeat(900))), Some(4));
    assert_eq!(minutes(&format!("<nav>{}</nav><article>{}</article>", words(3000), words(500))), Some(2));
}

#[test]
fn nothing_of_a_wall_is_used() {
    let walls = [
        ("https://example.org/a", "Just a moment..."),
        ("https://example.org/a", "Attention Required! | Cloudflare"),
        ("https://example.org/a", "Access Denied"),
        ("https://www.youtube.com/watch?v=1", "Before you continue to YouTube"),
        ("https://consent.youtube.com/m?continue=x", "YouTube"),
    ];
    for (url, title) in walls {
        let found =
            read(url, &format!(r#"<title>{title}</title><meta name="author" content="Ada Lovelace"><h1>A</h1>"#));
        assert_eq!(found, Facts { wall: Some(Wall::Interstitial), ..Facts::default() }, "{title}");
    }
    for title in ["Access denied: a history of passwords", "Why everybody says \"just a minute\"", "CAPTCHAs are dead"]
    {
        assert_eq!(read("https://example.org/a", &format!("<title>{title}</title>")).wall, None, "{title}");
    }
    assert_eq!(
        [401, 403, 429, 451, 503].map(Wall::of_status),
        [401, 403, 429, 451, 503].map(|status| Some(Wall::Status(status)))
    );
    assert_eq!([200, 404, 410, 500].map(Wall::of_status), [None; 4]);
}

#[test]
fn an_address_of_another_site_or_of_the_front_page_is_not_preferred() {
    let cases = [
        ("https://example.org/a?p=1", "https://example.org/a", None),
        ("https://example.org/a", "https://example.org/", None),
        ("https://example.org/a", "https://example.net/a", None),
        ("https://example.org/a", "http://example.org/a", None),
        ("https://example.org/a?utm_source=x", "https://example.org/a", Some("https://example.org/a")),
        ("https://m.example.org/a/amp", "https://www.example.org/a", Some("https://www.example.org/a")),
        ("https://example.org/a", "javascript:alert(1)", None),
    ];
    for (url, canonical, expected) in cases {
        let found = read(url, &format!("<link rel='canonical' href='{canonical}'>"));
        assert_eq!(found.address.map(|address| address.value.to_string()).as_deref(), expected, "{url} {canonical}");
    }
}

#[test]
fn pages_are_decoded_as_browsers_decode_them() {
    let cases: [(&'static Encoding, &str); 12] = [
        (WINDOWS_1252, "Ça coûte 5 €"),
        (WINDOWS_1250, "Příliš žluťoučký kůň"),
        (WINDOWS_1251, "Привет, мир"),
        (WINDOWS_1253, "Καλημέρα"),
        (ISO_8859_2, "Zażółć gęślą jaźń"),
        (KOI8_R, "Привет, мир"),
        (SHIFT_JIS, "こんにちは世界"),
        (EUC_JP, "こんにちは世界"),
        (GBK, "你好，世界"),
        (BIG5, "你好，世界"),
        (EUC_KR, "안녕하세요"),
        (ISO_2022_JP, "こんにちは世界"),
    ];
    for (encoding, text) in cases {
        let name = encoding.name();
        let plain = encoding.encode(text).0;
        let declared = |head: String| [head.as_bytes(), plain.as_ref()].concat();
        assert_eq!(charset::decode(&plain, Some(&format!("text/html; Charset=\"{name}\""))), text, "{name}");
        let undeclared = charset::decode(&plain.repeat(20), None);
        assert!(!undeclared.contains('\u{fffd}'), "{name}: {undeclared}");
        for head in [
            format!("<meta charset={name}>"),
            format!(
                "<!-- <meta charset=utf-8> --><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset={name}'>"
            ),
            format!("<?xml version=\"1.0\" encoding=\"{name}\"?>"),
            format!("{}<meta charset=\"{name}\">", " ".repeat(2000)),
        ] {
            assert!(charset::decode(&declared(head.clone()), Some("text/html")).ends_with(text), "{name}: {head}");
        }
    }
    assert_eq!(charset::decode("\u{feff}é".as_bytes(), Some("text/html; charset=windows-1252")), "é");
    assert_eq!(charset::decode("é".as_bytes(), None), "é");
    assert_eq!(charset::decode(b"\xff\xfeA\0", Some("text/html; charset=utf-8")), "A");
    assert_eq!(charset::decode("<meta charset=utf-16>é".as_bytes(), None), "<meta charset=utf-16>é");
    assert_eq!(charset::decode(&"é".as_bytes()[..1], None), "\u{fffd}");
}

#[test]
fn no_bytes_panic() {
    let pieces = [
        "<",
        "<p",
        "<title>",
        "</p></p>",
        "<script type=application/ld+json>{\"@type\":[",
        "&#x110000;",
        "<!--",
        "\0",
        "é",
        "<svg/>",
        "<meta property=og:title content=",
        "]]>",
    ];
    let mut seed = 7_usize;
    for _ in 0..3000 {
        let mut html = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            html.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        let _ = read("https://example.org/a", &html);
    }
}
