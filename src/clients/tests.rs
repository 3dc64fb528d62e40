//! Compares each client with published tests. Every case names its page of caniemail by the slug.

use proptest::prelude::*;

use super::{Client, Difference, SentLetter, rewrite_for};
use crate::html::computed_style::{ColourScheme, computed_styles};
use crate::html::css;
use crate::html::document::Document;
use crate::model::Colour;

fn shown(client: Client, html: &str) -> String {
    rewrite_for(html, client, false)
}

/// Returns `css` as a client rewrites it.
fn sheet(client: Client, css: &str) -> String {
    let html = shown(client, &format!("<style>{css}</style>"));
    html.trim_start_matches("<style>").trim_end_matches("</style>").trim().replace('\n', " ")
}

/// Returns an element with its `style` as a client rewrites it.
fn style(client: Client, element: &str, style: &str) -> String {
    shown(client, &format!("<{element} style=\"{style}\">"))
}

#[test]
fn apple_mail_and_thunderbird_remove_nothing_from_a_body() {
    let html = "<body style=\"margin:0 auto;padding:1rem\"><main><p style=\"color:rgb(0 128 0);max-width:9px\">x</p></main></body>";
    assert_eq!(shown(Client::AppleMail, html), html);
    assert_eq!(shown(Client::Thunderbird, html), html);
}

/// Each text of a letter, with its colour and the colour behind it, as Thunderbird's dark theme shows them.
fn dark_texts(html: &str) -> Vec<[String; 3]> {
    let rewritten = rewrite_for(html, Client::Thunderbird, true);
    let document = Document::parse(&rewritten);
    let sheets: Vec<_> = document.style_sheets.iter().map(|text| css::parse_style_sheet(text)).collect();
    let styles = computed_styles(&document, &sheets, ColourScheme::Light);
    let as_numbers = |Colour { red, green, blue }: Colour| format!("rgb({red}, {green}, {blue})");
    let texts = document.texts.iter().filter_map(|text| {
        let style = styles[text.element];
        let letters: String = text.content.split_whitespace().collect();
        let is_shown = !letters.is_empty() && !style.hidden;
        is_shown.then(|| [letters, as_numbers(style.colour), as_numbers(style.background)])
    });
    texts.collect()
}

#[test]
fn the_dark_theme_of_thunderbird_is_that_of_the_program() {
    // What Thunderbird 153.8 ESR drew: `tests/it/mail_clients.rs` compares it with the program that is installed.
    let drawn = include_str!("../../tests/fixtures/thunderbird/dark.json");
    let drawn: Vec<[String; 3]> = serde_json::from_str(drawn).unwrap();
    assert_eq!(dark_texts(include_str!("../../tests/fixtures/thunderbird/letter.html")), drawn);
}

#[test]
fn a_ground_is_lost_in_the_dark_theme_of_thunderbird_beside_the_colour_of_its_words() {
    let lost = |cell: &str| {
        let html = format!("<html><head></head><body><table><tr>{cell}</tr></table></body></html>");
        let document = Document::parse(&html);
        let styles = computed_styles(&document, &[], ColourScheme::Light);
        let letter = SentLetter::new(&html, &document, &styles, &styles);
        let differences = letter.differences(Client::Thunderbird, true, &|_| None);
        differences.iter().any(|one| matches!(one, Difference::GroundLost { .. }))
    };
    assert!(lost("<td style=\"background-color:#b7410e;color:#ffffff\">words</td>"));
    assert!(lost("<td bgcolor=\"#b7410e\"><b style=\"color:#ffffff\">words</b></td>"));
    // Apart it stays; a bright one goes in any case; a border shows where it was.
    assert!(!lost("<td style=\"background-color:#b7410e\"><b style=\"color:#ffffff\">words</b></td>"));
    assert!(!lost("<td style=\"background-color:#f6f3ee\">words</td>"));
    assert!(!lost("<td style=\"border:1px solid #b7410e;background-color:#b7410e;color:#ffffff\">words</td>"));
}

#[test]
fn gmail_drops_what_it_does_not_support() {
    let cases = [
        // css-at-media-prefers-color-scheme, css-at-media note 7, css-at-supports
        ("@media (prefers-color-scheme: dark) { p { color: red } }", ""),
        ("@media (min-height: 9px) { p { color: red } }", ""),
        ("@supports (display: grid) { p { color: red } }", ""),
        ("@media (max-width: 599px) { p { color: red } }", "@media (max-width: 599px) { p { color: red } }"),
        // css-selector-attribute note 5, css-pseudo-class-*
        ("[data-ogsc] p { color: red }", ""),
        ("[class~=\"a\"] { color: red }", "[class~=\"a\"] { color: red }"),
        ("li:last-child, a:hover, .a > b { color: red }", "a:hover, .a > b { color: red }"),
        // html-body
        ("body, .letter { color: red }", ".letter { color: red }"),
        // css-margin note 1, css-position, css-variables, css-left-right-top-bottom
        ("p { margin: -4px 0; position: fixed; color: var(--ink); top: 0; line-height: 2 }", "p { line-height: 2 }"),
        // css-rgb note 3: the whole block
        ("p { color: red } b { color: rgb(0 128 0) }", ""),
        // https://github.com/hteumeuleu/caniemail/issues/144: the whole block
        ("p { color: red } @media screen { @media (max-width: 9px) { p { color: red } } }", ""),
    ];
    for (css, expected) in cases {
        assert_eq!(sheet(Client::Gmail, css), expected, "{css}");
    }
    // css-rgb note 3: the whole attribute
    assert_eq!(style(Client::Gmail, "p", "color:rgb(0 128 0);margin:0"), "<p>");
}

#[test]
fn gmail_reads_sixteen_kilobytes_of_style() {
    // html-style note 6
    let rule = |name: &str, length: usize| format!("<style>.{name} {{ color: {} }}</style>", "a".repeat(length));
    let html = rule("first", 10_000) + &rule("second", 10_000) + &rule("third", 10);
    let shown = shown(Client::Gmail, &html);
    assert!(shown.contains(".first") && !shown.contains(".second") && !shown.contains(".third"), "{shown}");
}

#[test]
fn webmail_replaces_the_body_by_a_div() {
    // html-body note 1
    let html = "<html><head></head><body style=\"color:red\" class=\"a\"><p>x</p></body></html>";
    let expected =
        "<html><head></head><body style=\"margin:0\"><div style=\"color:red\" class=\"a\"><p>x</p></div></body></html>";
    for client in [Client::Gmail, Client::GmailOtherAccount, Client::OutlookCom, Client::Yahoo] {
        assert_eq!(shown(client, html), expected, "{client:?}");
    }
    for client in [Client::AppleMail, Client::OutlookWindows, Client::Thunderbird] {
        assert_eq!(shown(client, html), html, "{client:?}");
    }
}

#[test]
fn gmail_with_a_foreign_account_has_no_style_sheets() {
    // html-style note 2
    let html = "<style>p { color: red }</style><p style=\"color:blue;position:fixed\">x</p>";
    assert_eq!(shown(Client::GmailOtherAccount, html), "<style></style><p style=\"color:blue\">x</p>");
}

#[test]
fn gmail_shows_no_embedded_and_no_vector_pictures() {
    // image-base64, image-svg
    let html = "<img src=\"data:image/png;base64,AA\"><img src=\"https://a.example/b.SVG?c\"><img src=\"https://a.example/b.png\">";
    assert_eq!(shown(Client::Gmail, html), "<img><img><img src=\"https://a.example/b.png\">");
    // image-webp
    assert_eq!(shown(Client::OutlookWindows, "<img src=\"a.webp\">"), "<img>");
}

#[test]
fn word_lays_boxes_out_in_its_own_way() {
    let cases = [
        // css-padding note 1
        ("p", "padding:8px;color:red", "<p style=\"color:red\">"),
        ("td", "padding:8px", "<td style=\"padding:8px\">"),
        // css-max-width note 1
        ("div", "max-width:600px", "<div>"),
        ("table", "max-width:600px", "<table style=\"max-width:600px\">"),
        // css-width note 1, css-height note 2
        ("img", "width:100%;height:40px", "<img style=\"height:40px\">"),
        ("div", "width:50%;height:40px", "<div>"),
        // css-margin notes 1, 2 and 4
        ("table", "margin:0 auto", "<table>"),
        ("p", "margin:0 0 16px;margin-top:-2px", "<p style=\"margin:0 0 16px\">"),
        // css-border-radius, css-background-image, css-box-shadow, css-float, css-unit-rem, css-rgba
        ("td", "border-radius:4px;background-image:url(a.png);box-shadow:0 0 1px red;float:left", "<td>"),
        ("p", "font-size:1rem;color:rgba(0,0,0,.5);line-height:26px", "<p style=\"line-height:26px\">"),
        // css-display notes 4 and 5
        ("div", "display:none", "<div style=\"display:none\">"),
        ("div", "display:flex", "<div>"),
        ("img", "display:none", "<img>"),
        // css-important notes 4 and 5
        ("p", "color:red !important", "<p>"),
    ];
    for (element, written, expected) in cases {
        assert_eq!(style(Client::OutlookWindows, element, written), expected);
    }
}

#[test]
fn the_limits_of_word_apply_to_style_sheets_too() {
    let cases = [
        (".a { padding: 8px; color: red }", ".a:where(td,th) { padding: 8px } .a { color: red }"),
        ("div { width: 50% }", "div:where(:not(body,span,div,p,img)) { width: 50% }"),
        ("@media (max-width: 599px) { p { color: red } }", ""),
        (".a > b, .a b, [dir] i, li:last-child, a:link { color: red }", ".a b, a:link { color: red }"),
        ("p { color: red !important; margin: 0!important }", "p { color: red !important }"),
    ];
    for (css, expected) in cases {
        assert_eq!(sheet(Client::OutlookWindows, css), expected, "{css}");
    }
}

#[test]
fn word_reads_conditional_comments() {
    let html = concat!(
        "<!--[if mso]><noscript><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml></noscript><![endif]-->",
        "<!--[if mso]><table><tr><td style=\"padding:1px;float:left\"><![endif]-->a<!--[if mso]></td></tr></table><![endif]-->",
        "<!--[if !mso]><!--><b>for the others</b><!--<![endif]-->",
        "<!--[if (gte mso 9)|(IE)]>9<![endif]--><!--[if lt mso 12]>old<![endif]--><!--[if IE]>ie<![endif]--><!-- plain -->",
    );
    assert_eq!(
        shown(Client::OutlookWindows, html),
        "<table><tr><td style=\"padding:1px\">a</td></tr></table>9<!--[if lt mso 12]>old<![endif]--><!--[if IE]>ie<![endif]--><!-- plain -->"
    );
    for client in Client::ALL.into_iter().filter(|&client| client != Client::OutlookWindows) {
        assert_eq!(shown(client, html), html, "{client:?}");
    }
}

#[test]
fn unsupported_elements_leave_their_content() {
    // html-semantics notes 1, 2 and 4, html-bdi
    let html = "<main><section><bdi>x</bdi></section></main>";
    assert_eq!(shown(Client::Gmail, html), "<u><section>x</section></u>");
    for client in [Client::OutlookWindows, Client::OutlookCom, Client::Yahoo] {
        assert_eq!(shown(client, html), "x", "{client:?}");
    }
    assert_eq!(shown(Client::AppleMail, html), html);
}

#[test]
fn outlook_com_marks_what_it_recolours() {
    // css-at-media-prefers-color-scheme note 3; css-selector-attribute, css-pseudo-class-not, css-pseudo-class-nth-child
    let css = "[data-ogsc] .a { color: red } p:not(.b), tr:nth-child(2) > td, li:last-child { color: red } @media (prefers-color-scheme: dark) { p { color: red } }";
    assert_eq!(
        sheet(Client::OutlookCom, css),
        "[data-ogsc] .a { color: red } li:last-child { color: red } @media (prefers-color-scheme: dark) { p { color: red } }"
    );
    assert_eq!(
        rewrite_for("<body class=\"a\">x</body>", Client::OutlookCom, true),
        "<body style=\"margin:0\"><div data-ogsc=\"\" data-ogsb=\"\" class=\"a\">x</div></body>"
    );
}

#[test]
fn yahoo_requires_a_value_in_an_attribute_selector() {
    // css-selector-attribute note 4, css-at-media note 2, css-unit-rem, css-word-break
    let css = "[data-ogsc] .a, [dir=\"rtl\"] .a { color: red; margin: 1rem; word-break: break-word } @media (prefers-color-scheme: dark) { p { color: red } } @media (max-width: 9px) { p { color: red } }";
    assert_eq!(
        sheet(Client::Yahoo, css),
        "[dir=\"rtl\"] .a { color: red } @media (max-width: 9px) { p { color: red } }"
    );
}

#[test]
fn yahoo_turns_heights_into_least_heights() {
    // css-height note 1; html-height
    assert_eq!(
        shown(
            Client::Yahoo,
            "<img height=\"9\" style=\"width:100%;height:auto\"><p style=\"HEIGHT : 2px !important\">"
        ),
        "<img height=\"9\" style=\"width:100%;min-height:auto\"><p style=\"min-height: 2px !important\">"
    );
    assert_eq!(
        sheet(Client::Yahoo, ".a td { height: 2px; line-height: 2px }"),
        ".a td { min-height: 2px; line-height: 2px }"
    );
}

#[test]
fn thunderbird_removes_at_rules() {
    // css-at-media; Thunderbird 153.8 ESR
    let css = "@media (max-width: 9px) { p { color: red } } p > b { color: red }";
    assert_eq!(sheet(Client::Thunderbird, css), "p > b { color: red }");
}

#[test]
fn every_client_has_a_slug_of_its_own() {
    for client in Client::ALL {
        assert_eq!(Client::parse(client.slug()), Some(client));
    }
    assert_eq!(Client::parse("lotus-notes"), None);
}

proptest! {
    #[test]
    fn no_letter_panics(
        html in "([<>/=\"' a-z!;:{}()@-]|<style>|</style>|<body>|</body>|<!--\\[if mso\\]>|<!\\[endif\\]-->|<p style=\"|@media|/\\*|\\PC)*"
    ) {
        for client in Client::ALL {
            rewrite_for(&html, client, true);
        }
    }

    #[test]
    fn text_is_kept_by_every_client(text in "[a-z0-9 .,é]*") {
        for client in Client::ALL {
            let html = format!("<body><p>{text}</p></body>");
            prop_assert!(rewrite_for(&html, client, false).contains(&text));
        }
    }
}
