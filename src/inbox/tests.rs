//! Reads inboxes as people and phones write them.

use proptest::prelude::*;

use super::{InboxEntry, append, read, remove, retag};

fn entry(title: Option<&str>, url: &str, note: Option<&str>, tags: &[&str], section: Option<&str>) -> InboxEntry {
    InboxEntry {
        url: url.to_owned(),
        title: title.map(str::to_owned),
        note: note.map(str::to_owned),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        section: section.map(str::to_owned),
        line: 0,
    }
}

#[test]
fn links_are_read_in_every_spelling() {
    let a = "https://example.org/a";
    let cases = [
        (a, entry(None, a, None, &[], None)),
        ("- https://example.org/a", entry(None, a, None, &[], None)),
        ("* <https://example.org/a> nice", entry(None, a, Some("nice"), &[], None)),
        (
            "1. [A [b] c](https://example.org/a): the note #rust #web",
            entry(Some("A [b] c"), a, Some("the note"), &["rust", "web"], None),
        ),
        ("- [ ] [A \\[b](https://example.org/a \"hover\") — note", entry(Some("A [b"), a, Some("note"), &[], None)),
        ("A title: https://example.org/a", entry(Some("A title"), a, None, &[], None)),
        ("A title https://example.org/a, #1 of 3", entry(Some("A title"), a, Some("#1 of 3"), &[], None)),
        (
            "+ [W](https://en.wikipedia.org/wiki/Rust_(fungus)) x",
            entry(Some("W"), "https://en.wikipedia.org/wiki/Rust_(fungus)", Some("x"), &[], None),
        ),
        ("HTTPS://Example.org/a", entry(None, "HTTPS://Example.org/a", None, &[], None)),
    ];
    for (line, expected) in cases {
        let found = read(line);
        assert_eq!(found.entries, [InboxEntry { line: 1, ..expected }], "{line}");
        assert_eq!(found.not_understood, [0; 0], "{line}");
    }
}

#[test]
fn headings_name_sections_and_other_lines_are_counted() {
    let text = "\u{feff}# Links\r\n\r\n- https://a.example\r\n  more words #tag\r\n\r\n## Tools ##\r\n<!-- x\r\ny -->\r\n- https://b.example\r\n- buy milk\r\n\r\nwords\r\n---\r\n";
    let found = read(text);
    let expected = [
        InboxEntry { line: 3, ..entry(None, "https://a.example", Some("more words"), &["tag"], None) },
        InboxEntry { line: 9, ..entry(None, "https://b.example", None, &[], Some("Tools")) },
    ];
    assert_eq!(found.entries, expected);
    assert_eq!(found.not_understood, [10, 12]);
}

#[test]
fn a_link_is_added_to_its_section_and_nothing_else_changes() {
    let new = |section| entry(None, "https://new.example", None, &[], section);
    let cases = [
        ("", None, "- https://new.example\n"),
        ("# Links\n", None, "# Links\n\n- https://new.example\n"),
        ("- https://a.example", None, "- https://a.example\n- https://new.example\n"),
        ("- https://a.example\r\n", None, "- https://a.example\r\n- https://new.example\r\n"),
        (
            "- https://a.example\n\n## Tools\n- https://b.example\n",
            None,
            "- https://a.example\n- https://new.example\n\n## Tools\n- https://b.example\n",
        ),
        (
            "## Tools\n\n- https://b.example\n\n## Rest\n",
            Some("tools"),
            "## Tools\n\n- https://b.example\n- https://new.example\n\n## Rest\n",
        ),
        ("- https://a.example\n", Some("Tools"), "- https://a.example\n\n## Tools\n\n- https://new.example\n"),
    ];
    for (text, section, expected) in cases {
        assert_eq!(append(text, &new(section)), expected, "{text:?}");
    }
}

proptest! {
    #[test]
    fn an_added_link_is_read_again(
        text in "(# L|## S|- https://a\\.example|\n|\r\n|words|- \\[T\\]\\(https://b\\.example\\) n){0,12}",
        title in proptest::option::of("[a-z\\[\\]\\\\(]{1,8}"),
        url in "https://x\\.example/[a-z()]{0,6}",
        note in proptest::option::of("[a-z]{1,6}"),
        section in proptest::option::of("[A-Z][a-z]{1,4}"),
    ) {
        let new = InboxEntry { url: url.replace("()", ""), title, note, tags: vec!["tag".to_owned()], section, line: 0 };
        // Brackets of a bare address are taken for those of a sentence.
        prop_assume!(new.title.is_some() || !new.url.contains(['(', ')']));
        let before = read(&text).entries;
        let after = read(&append(&text, &new)).entries;
        prop_assert_eq!(after.len(), before.len() + 1);
        let without_line = |entry: &InboxEntry| InboxEntry { line: 0, ..entry.clone() };
        prop_assert!(after.iter().any(|entry| without_line(entry) == new), "{:?} {:?}", after, new);
    }
}

#[test]
fn a_link_is_taken_out_with_its_note_and_nothing_else_changes() {
    let text = "\u{feff}- https://a.example\r\n  more words #tag\r\n\r\n## Tools\r\n- https://b.example\r\n- buy milk\r\n* https://c.example";
    let without = |line| remove(text, line);
    assert_eq!(without(1).unwrap(), "\u{feff}\r\n## Tools\r\n- https://b.example\r\n- buy milk\r\n* https://c.example");
    assert_eq!(without(5).unwrap(), text.replace("- https://b.example\r\n", ""));
    assert_eq!(without(7).unwrap(), text.replace("* https://c.example", ""));
    assert_eq!([0, 2, 3, 4, 6, 8].map(without), [const { None }; 6]);
}

#[test]
fn a_link_gets_a_tag_in_place_of_those_of_its_kind_and_nothing_else_changes() {
    let cases = [
        ("- https://a.example\n", Some("after-42"), "- https://a.example #after-42\n"),
        (
            "https://a.example  \r\nhttps://b.example",
            Some("after-42"),
            "https://a.example #after-42  \r\nhttps://b.example",
        ),
        (
            "- [A](https://a.example) words #tea #after-41 #hot",
            Some("after-42"),
            "- [A](https://a.example) words #tea #hot #after-42",
        ),
        (
            "- https://a.example\n  more #after-41\n- https://b.example #after-41\n",
            Some("after-42"),
            "- https://a.example #after-42\n  more\n- https://b.example #after-41\n",
        ),
        (
            "\u{feff}- https://a.example #after-42 #tea\n\n## Tools\n",
            None,
            "\u{feff}- https://a.example #tea\n\n## Tools\n",
        ),
    ];
    for (text, tag, expected) in cases {
        assert_eq!(retag(text, 1, "after-", tag).as_deref(), Some(expected), "{text:?}");
    }
    for (text, line) in [("- https://a.example\n", 2), ("# Links\n", 1), ("", 1)] {
        assert_eq!(retag(text, line, "after-", Some("after-42")), None, "{text:?}");
    }
}
