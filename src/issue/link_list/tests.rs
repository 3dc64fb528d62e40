//! Tests the Markdown of a `list`: what becomes a link, and what is wrong with the rest.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Problems, SourceFile};
use crate::model::{Block, Inline, LinkKind, Prose, plain_text};
use crate::toml::read_toml;

fn read_list(markdown: &str) -> Result<Vec<(Link, LinkPlaces)>, Problems> {
    let file = format!("list = '''\n{markdown}\n'''\n");
    let source = Arc::new(SourceFile::new("issues/001.toml", &file));
    read_toml(&source, &file, |top| Some(read(top, &top.lines("list")?, PictureSource::new("", &|_| Ok((1, 1))))))
        .map(|(links, _)| links)
}

/// Returns each link in one line: `[kind #tags] title <url> by author: words`.
fn said(markdown: &str) -> Vec<String> {
    let links = read_list(markdown).unwrap();
    links.iter().map(|(link, _)| one_line(link)).collect()
}

fn one_line(link: &Link) -> String {
    let kind = link.kind.map(|kind| format!("{kind:?}"));
    let marks: Vec<String> = kind.into_iter().chain(link.tags.iter().map(|tag| format!("#{tag}"))).collect();
    let marks = if marks.is_empty() { String::new() } else { format!("[{}] ", marks.join(" ")) };
    let author = link.author.as_ref().map(|author| format!(" by {author}")).unwrap_or_default();
    let words: Vec<String> = link.description.0.iter().map(words_of).collect();
    let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(" / ")) };
    let sponsored = if link.sponsored { "sponsored " } else { "" };
    let title = plain_text(&link.title);
    format!("{sponsored}{marks}{title} <{}>{author}{words}", link.url.as_deref().unwrap_or_default())
}

fn words_of(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => plain_text(words),
        Block::List { items, .. } => {
            let items: Vec<String> = items.iter().flatten().map(words_of).collect();
            format!("({})", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// Returns the problems of a list: line and column in the file, whose second line is the first of the list; message.
fn problems(markdown: &str) -> Vec<String> {
    let problems = read_list(markdown).unwrap_err();
    problems
        .0
        .iter()
        .map(|problem| {
            let (line, column) = problem.place.as_ref().unwrap().line_and_column();
            format!("{line}:{column} {} / {}", problem.message, problem.help.clone().unwrap_or_default())
        })
        .collect()
}

#[test]
fn an_item_becomes_a_link() {
    let (link, _) = read_list("* [video] [series] [Stabilize `Box::take`](https://www.Example.org/ä) by Ada: *why*.")
        .unwrap()
        .remove(0);
    let text = |text: &str| Inline::Text(text.to_owned());
    assert_eq!(
        link,
        Link {
            url: Some("https://www.example.org/%C3%A4".to_owned()),
            title: vec![text("Stabilize "), Inline::Code("Box::take".to_owned())],
            kind: Some(LinkKind::Video),
            facts: Vec::new(),
            author: Some("Ada".to_owned()),
            source: Some("example.org".to_owned()),
            reading_time: None,
            tags: vec!["series".to_owned()],
            sponsored: false,
            button: None,
            image: None,
            description: Prose(vec![Block::Paragraph(vec![Inline::Emphasis(vec![text("why")]), text(".")])]),
        }
    );
}

#[test]
fn marks_before_the_link_are_its_kind_and_its_tags() {
    let cases = [
        ("* [PDF] [a](https://a.org)", "[Pdf] a <https://a.org/>"),
        ("* [audio][a](https://a.org)", "[Audio] a <https://a.org/>"),
        ("* [audio] [video] [a](https://a.org)", "[Audio #video] a <https://a.org/>"),
        ("* [ES] [two words] [a](https://a.org)", "[#ES #two words] a <https://a.org/>"),
        ("* [sponsored] [a](https://a.org)", "sponsored a <https://a.org/>"),
        ("* [video](https://a.org)", "video <https://a.org/>"),
        ("* [a [b] c](https://a.org)", "a [b] c <https://a.org/>"),
        ("* [`x[0]`](https://a.org)", "x[0] <https://a.org/>"),
    ];
    for (markdown, expected) in cases {
        assert_eq!(said(markdown), [expected], "{markdown}");
    }
}

#[test]
fn a_name_after_by_is_the_author_and_other_words_are_the_description() {
    let cases = [
        (" by Ada Lovelace", " by Ada Lovelace"),
        (" by Ada - words", " by Ada: words"),
        (" by Ada – words", " by Ada: words"),
        (" by Ada (in German)", " by Ada: (in German)"),
        (" by Ada, Grace and J. R. R. Doe: words", " by Ada, Grace and J. R. R. Doe: words"),
        (" by 山田太郎：言葉", " by 山田太郎: 言葉"),
        (" by Ada.", " by Ada"),
        (" by default it is on", ": by default it is on"),
        (" by [Ada](https://ada.org): words", ": by Ada: words"),
        (" by Ada and [Grace](https://grace.org)", ": by Ada and Grace"),
        (
            " by Ada who wrote this after nine long years of work",
            ": by Ada who wrote this after nine long years of work",
        ),
        (": words: more", ": words: more"),
        (" - words", ": words"),
        (" — words", ": words"),
        (", [b](https://b.org)", ": b"),
        (" adds words", ": adds words"),
        ("（英文）", ": （英文）"),
        (".", ""),
        (" -5 degrees", ": -5 degrees"),
        (" {subscriber.name|friend}", ": "),
    ];
    for (rest, expected) in cases {
        assert_eq!(said(&format!("* [a](https://a.org){rest}")), [format!("a <https://a.org/>{expected}")], "{rest}");
    }
}

#[test]
fn items_have_any_marker_and_lines_below_them_are_their_words() {
    assert_eq!(
        said(
            "- [a](https://a.org): one
  two
three

+ [b](https://b.org)

  A paragraph.

  * nested
  * [link](https://c.org)
10. [c](https://c.org)
    * nested
11) **[d](https://d.org)**
\t- nested
<!-- * [e](https://e.org) -->
<!-- a comment
* [f](https://f.org)
-->
* <https://g.org/>"
        ),
        [
            "a <https://a.org/>: one two three",
            "b <https://b.org/>: A paragraph. / (nested, link)",
            "c <https://c.org/>: (nested)",
            "d <https://d.org/>: (nested)",
            "https://g.org/ <https://g.org/>",
        ]
    );
    assert_eq!(said("   * [a](https://a.org)\n     two\n   * [b](https://b.org)").len(), 2);
    assert_eq!(said(""), [""; 0]);
}

#[test]
fn reference_links_find_the_definitions_of_their_list() {
    let list = "* [Title][one]: see [two]
* [mark] [One] by Ada
* [Other][]

[one]: https://one.org
[two]: https://two.org
[other]: https://other.org \"title\"";
    assert_eq!(
        said(list),
        ["Title <https://one.org/>: see two", "[#mark] One <https://one.org/> by Ada", "Other <https://other.org/>"]
    );
}

#[test]
fn what_is_no_link_is_an_error_at_its_place() {
    let item = "write `* [Title](https://…)`; a list of anything else belongs in `text`";
    let line = "begin each item with a marker and its link, `* [Title](https://…)`; other words belong in `text`";
    assert_eq!(
        problems(
            "Words.
* [a](https://a.org)

Words again.
### Europe
* words and [b](https://b.org)
* [video] words
  more
*
* [c](ftp://c.org)
* [d](mailto:d@example.org)
* [{subscriber.name|e}](https://e.org)
* [x] [f](https://f.org/{subscriber.name})"
        ),
        [
            format!("2:1 this line of the `list` belongs to no item / {line}"),
            format!("5:1 this line of the `list` belongs to no item / {line}"),
            "6:1 this line of the `list` belongs to no item / \
             write a `[[section.part]]` with a `title` and a `list` of its own"
                .to_owned(),
            format!("7:3 this item of the `list` does not begin with a link / {item}"),
            format!("8:11 this item of the `list` does not begin with a link / {item}"),
            format!("10:2 this item of the `list` does not begin with a link / {item}"),
            "11:3 `ftp://c.org` is not an http or https URL / links must start with `https://` or `http://`".to_owned(),
            "12:4 `mailto:d@example.org` is not an http or https URL / an item of a `list` leads to a page: move it to a `text`"
                .to_owned(),
            "13:4 the title of a link is the same for every subscriber / ".to_owned(),
            "14:7 a link is the same for every subscriber / remove `{subscriber.…}`".to_owned(),
        ]
    );
    assert_eq!(
        problems("* [a](https://a.org)\n\n<!-- open\n* [b](https://b.org)"),
        ["4:1 a comment that is never closed / close it with `-->`"]
    );
    assert_eq!(
        problems("* [a][one]\n* [b][one]\n\n[one]: javascript:x"),
        ["2:3", "3:3"].map(|place| format!(
            "{place} `javascript:x` is not an http or https URL / links must start with `https://` or `http://`"
        ))
    );
}

#[test]
fn places_point_into_the_list() {
    let list = "\n* [x] [A `b`](https://a.org \"t\") by Ada: words\n  more\n1. *[c]*[]\n2. [d](<https://d.org>)\n\n[c]: https://c.org";
    let list = list.replace("*[c]*[]", "[c] – words");
    let file = format!("list = '''\n{list}\n'''\n");
    let written = |range: &Range<usize>| file[range.clone()].to_owned();
    let places: Vec<Vec<String>> = read_list(&list)
        .unwrap()
        .iter()
        .map(|(_, places)| {
            let description = places.description.as_ref().map(written).unwrap_or_default();
            vec![written(&places.header), written(&places.title), written(&places.url), description]
        })
        .collect();
    let first = "* [x] [A `b`](https://a.org \"t\") by Ada: words";
    assert_eq!(
        places,
        [
            vec![first, "A `b`", "https://a.org", " \"t\") by Ada: words\n  more"],
            vec!["1. [c] – words", "c", "c", "] – words"],
            vec!["2. [d](<https://d.org>)", "d", "<https://d.org>", ""],
        ]
    );
}

#[test]
fn a_list_has_at_most_a_thousand_items() {
    let list = "* [a](https://a.org)\n".repeat(1001);
    assert_eq!(problems(&list), ["1:8 more than 1000 items in a list / split it into several issues"]);
}

proptest! {
    #[test]
    fn any_list_is_read_or_refused(list in "([*+0-9.\\[\\]() \n\t`_<!>:a-zé-]|https://a.org){0,80}") {
        if let Err(problems) = read_list(&list) {
            prop_assert!(!problems.0.is_empty());
        }
    }
}
