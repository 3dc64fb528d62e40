//! Tests what is reported about prose, and where.

use super::*;

#[test]
fn what_prose_cannot_hold_is_reported_at_its_place() {
    let cases = [
        ("a [b](javascript:c)", 2..19, "`javascript:c` is not an http or https URL"),
        ("a [b](#c)", 2..9, "`#c` is not an http or https URL"),
        ("a <mailto:b>", 2..12, "`b` is not an address: it has no `@`"),
        ("see ![a](img/map.png)", 4..21, "a picture in a sentence"),
        ("[![a](img/map.png)](https://example.org)", 1..18, "a picture in a sentence"),
        ("![a](b.png)", 0..11, "`b.png` is not in `img/`"),
        ("![a](img/b.png)", 0..15, "no file `img/b.png`"),
        ("![](img/map.png)", 0..16, "a picture without a description"),
        ("![a](img/map.png =600x400)", 0..26, "`img/map.png` is measured: it has 1200 × 800 pixels"),
        ("![a](https://example.org/a.png =600x)", 0..37, "`=600x` is not the size of a picture"),
        ("![a](http://example.org/a.png)", 0..30, "`http://example.org/a.png` is not an https URL"),
        ("![a](img/map.png \"[b](#c)\")", 0..27, "`#c` is not an http or https URL"),
        ("a\n\n[^1]: c", 3..10, "letters have no footnotes"),
        ("見https://example.org/a_bをご覧", 3..26, "words follow this address without a space; it may end too early"),
        ("a https://b@example.org", 2..23, "the URL contains a user name or password"),
        ("a [](https://example.org)", 2..25, "a link without text"),
        ("&amp; é {subscriber.name} ok", 0..29, "`{subscriber.name}` has no text for subscribers without a name"),
        ("é {subscriber.name} ok", 3..20, "`{subscriber.name}` has no text for subscribers without a name"),
    ];
    for (markdown, place, message) in cases {
        let (_, problems) = parse(markdown);
        let found: Vec<_> = problems.iter().map(|(range, problem)| (range.clone(), problem.message.as_str())).collect();
        assert_eq!(found, [(place, message)], "{markdown}");
    }
}

#[test]
fn places_hold_behind_entities_escapes_tabs_and_markers_of_blocks() {
    let wrong = "[b](#c)";
    for before in [
        "",
        "é ",
        "&amp; ",
        "\\* ",
        "*a* `x` ",
        "\ta\n",
        "- \t",
        "1. - > ",
        "> a\n> ",
        "> a\n",
        "- a\n\n\t",
        "a  \n   ",
        "# \t",
        "[x](https://example.org\n'y') ",
    ] {
        let markdown = format!("{before}{wrong} z");
        let (_, problems) = parse(&markdown);
        let places: Vec<_> = problems.iter().map(|(range, _)| &markdown[range.clone()]).collect();
        assert_eq!(places, [wrong], "{markdown:?}");
    }
}

#[test]
fn entities_bring_in_no_character_that_a_text_may_not_contain() {
    for (markdown, expected) in [
        ("a &#xe001; b", "an entity for the private-use character U+E001"),
        ("&#57345;", "an entity for the private-use character U+E001"),
        ("&#27;", "an entity for the control character U+001B"),
    ] {
        let (_, problems) = parse(markdown);
        let messages: Vec<_> = problems.iter().map(|(_, problem)| problem.message.clone()).collect();
        assert_eq!(messages, [expected], "{markdown}");
    }
    assert_eq!(blocks("&eacute;&#8211;&#146;"), [paragraph([text("é–\u{92}")])]);
    assert_eq!(blocks("&#xe000;"), [paragraph([text("\u{fffd}")])], "a rule finds it");
}

#[test]
fn a_comment_that_is_not_closed_is_reported() {
    for markdown in ["a <!-- b", "<!-- a\n\nb"] {
        let (_, problems) = parse(markdown);
        let messages: Vec<_> =
            problems.iter().map(|(range, problem)| (&markdown[range.clone()], problem.message.as_str())).collect();
        assert_eq!(messages, [("<!--", "a comment that is not closed")]);
    }
}

#[test]
fn what_is_nested_too_deep_is_reported_once_and_stays_shallow() {
    for (open, close) in [(">", ""), ("- ", ""), ("*a **b ", "** *"), ("[", "](https://example.org)")] {
        let markdown = format!("{}x{}", open.repeat(2000), close.repeat(2000));
        let (prose, problems) = parse(&markdown);
        assert!(depth(&prose.0) <= DEEPEST + 1, "{open}");
        assert!(problems.iter().filter(|(_, problem)| problem.message.contains("too deep")).count() <= 1, "{open}");
    }
    assert_eq!(parse(&">".repeat(2000)).1.len(), 1);
}
