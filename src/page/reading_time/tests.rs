//! Estimates the time of made-up pages.

use super::minutes;
use crate::page::markup::Markup;

/// Returns `count` words.
fn words(count: usize) -> String {
    "Ten words make a sentence that says next to nothing. ".repeat(count / 10)
}

#[test]
fn the_text_of_a_page_is_found_in_any_markup() {
    let half = words(460);
    let paragraphs = format!("<p>{}</p>", words(230)).repeat(2);
    let cases = [
        ("a column", format!("<div>{paragraphs}</div>"), Some(2)),
        ("the body alone", half.clone(), Some(2)),
        (
            "divisions in place of paragraphs",
            format!("<div><div>{}</div><div>{}</div></div>", words(230), words(230)),
            Some(2),
        ),
        ("lines", format!("<div>{}</div>", half.replace(". ", ".<br>")), Some(2)),
        (
            "sections of an article",
            format!(
                "<article><section><div>{paragraphs}</div></section><section><div>{paragraphs}</div></section></article>"
            ),
            Some(4),
        ),
        ("a class that says something else", format!("<div class=sidebar>{paragraphs}</div>"), Some(2)),
        (
            "comments that are longer",
            format!("<div>{paragraphs}</div><div id=comments>{}</div>", paragraphs.repeat(4)),
            Some(2),
        ),
        ("a sidebar", format!("<div>{paragraphs}</div><div class=sidebar><p>{}</p></div>", words(230)), Some(2)),
        ("links", format!("<div>{}</div>", format!("<p><a href=/>{}</a></p>", words(20)).repeat(2)), None),
        ("a teaser", format!("<p>{}</p>", words(90)), None),
    ];
    for (what, body, expected) in cases {
        assert_eq!(minutes(&Markup::parse(&format!("<title>A</title><body>{body}"))), expected, "{what}");
    }
}
