//! Adds links to issue files as people write them: all other bytes stay, and the issue is the old one with the link.

use std::path::Path;
use std::sync::Arc;

use newsletter::config::parse_config;
use newsletter::diagnostic::SourceFile;
use newsletter::issue::{IssueFile, LoadedIssue, NewLink, SpliceError, Spliced, insert_link};
use newsletter::model::{LinkKind, Publication};
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use crate::support::CONFIG;

const HEAD: &str = "number = 1\ntitle = \"A\"\ndate = 2026-11-20\n";

fn publication() -> Publication {
    parse_config(&Arc::new(SourceFile::new("newsletter.toml", CONFIG)), Path::new("/letter")).unwrap().publication
}

fn read(text: &str, publication: &Publication) -> Option<LoadedIssue> {
    let path = Path::new("issues/001.toml");
    LoadedIssue::parse(Path::new("/nowhere"), &IssueFile::at(path)?, path, text, publication, "{title}", &|_| None).ok()
}

fn link() -> NewLink {
    NewLink {
        url: "https://example.org/new".to_owned(),
        title: "New \"things\"".to_owned(),
        kind: Some(LinkKind::Article),
        reading_time: Some(7),
        note: Some("One.\n\nTwo.".to_owned()),
        ..NewLink::default()
    }
}

fn spliced(text: &str, section: Option<&str>, link: &NewLink) -> Result<Spliced, SpliceError> {
    let publication = publication();
    let old = read(text.strip_prefix('\u{feff}').unwrap_or(text), &publication).expect("the old file is right");
    insert_link(text, &old, section, link, &|text| read(text, &publication))
}

/// Returns the text around the new bytes and the new bytes.
fn parts(spliced: &Spliced) -> (String, &str) {
    let Spliced { text, inserted, .. } = spliced;
    (format!("{}{}", &text[..inserted.start], &text[inserted.end..]), &text[inserted.clone()])
}

#[test]
fn a_block_is_written_in_the_manner_of_the_file() {
    let text = format!(
        "\u{feff}{HEAD}\n[[section]] # first\ntitle = \"Reading\"\n\n  [[section.link]]\n  url          = \"https://example.org/a\"\n  \
         title        = \"A\"\n  description  = '''\nOne [[section]]\n'''\n  # about A\n\n# Tools\n[[section]]\ntitle = \"Tools\"\nintro = \"x\""
    )
    .replace('\n', "\r\n");
    let found = spliced(&text, Some("reading"), &link()).unwrap();
    let (rest, new) = parts(&found);
    assert_eq!(rest, text);
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    assert_data_eq!(
        new.replace('\r', ""),
        str![[r#"

  [[section.link]]
  url          = "https://example.org/new"
  title        = "New /"things/""
  kind         = "article"
  reading_time = 7
  description  = '''
One.

Two.
'''

"#]]
    );
    assert_eq!(found.line, text[..found.inserted.start].matches('\n').count() + 2);
    // The comment below the last link stays with it.
    assert!(found.text[..found.inserted.start].ends_with("# about A\r\n"));
    let last = spliced(&text, None, &link()).unwrap();
    assert!(last.text.starts_with(&text) && last.text.ends_with("'''"), "{}", last.text);
}

#[test]
fn a_file_into_which_no_block_fits_stays_as_it_is() {
    let inline = format!(
        "{HEAD}section = [{{ title = \"T\", link = [{{ url = \"https://example.org/a\", title = \"A\" }}] }}]\n"
    );
    assert!(
        matches!(spliced(&inline, None, &link()), Err(SpliceError::NoPlace(block)) if block.starts_with("[[section.link]]\n"))
    );
    let half =
        format!("{HEAD}[[section]]\ntitle = \"T\"\nlink = [{{ url = \"https://example.org/a\", title = \"A\" }}]\n");
    assert!(matches!(spliced(&half, None, &link()), Err(SpliceError::NoPlace(_))));
    assert_eq!(spliced(HEAD, None, &link()), Err(SpliceError::NoSection));
    let one = format!("{HEAD}[[section]]\ntitle = \"T\"\n");
    assert_eq!(spliced(&one, Some("U"), &link()), Err(SpliceError::NoSuchSection(vec!["T".to_owned()])));
}

#[test]
fn a_lead_stands_above_all_sections_in_the_file_and_in_the_issue() {
    let lead = NewLink { is_lead: true, note: None, ..link() };
    let text = format!(
        "{HEAD}\n# Tools\n# and more\n[[section]]\ntitle = \"Tools\"\n\n[[section.link]]\nurl = \"https://example.org/a\"\ntitle = \"A\"\n"
    );
    let found = spliced(&text, Some("no such section"), &lead).unwrap();
    let (rest, new) = parts(&found);
    assert_eq!(rest, text);
    assert_data_eq!(
        new,
        str![[r#"
[[section]]

[[section.link]]
url = "https://example.org/new"
title = "New /"things/""
lead = true
kind = "article"
reading_time = 7


"#]]
    );
    assert!(found.text[found.inserted.end..].starts_with("# Tools\n"), "{}", found.text);
    assert_eq!(found.text.lines().nth(found.line - 1), Some("[[section.link]]"));
    // The lead of the issue may stand below the new link.
    let before =
        format!("{HEAD}[[section]]\ntitle = \"First\"\ntext = \"Words\"\n{}lead = true\n", &text[HEAD.len()..]);
    assert!(spliced(&before, Some("First"), &link()).is_ok());
    // A section without links keeps its title, and no issue has two leads.
    let titled = format!("{HEAD}[[section]]\ntitle = \"T\"\n");
    let first = spliced(&titled, None, &lead).unwrap();
    assert!(first.text.starts_with(&format!("{HEAD}\n[[section]]\n\n[[section.link]]\n")), "{}", first.text);
    assert!(matches!(spliced(&first.text, None, &lead), Err(SpliceError::NoPlace(_))));
}

#[test]
fn words_that_are_marks_of_toml_or_markdown_come_back_as_words() {
    let text = format!("{HEAD}[[section]]\ntitle = \"T\"\n");
    for title in [
        "*args",
        "a_b_c",
        "`code",
        "[x](y)",
        "<b>",
        "a\\b",
        "\"\"\"",
        "'''",
        "C:\\new",
        "&amp;",
        "1 * 2 * 3",
        "# a",
        "~~x~~",
        "{x}",
        "Ünïcödé 漢字",
    ] {
        let link = NewLink { title: title.to_owned(), ..link() };
        assert!(spliced(&text, None, &link).is_ok(), "{title}: {:?}", spliced(&text, None, &link));
    }
    for note in ["a\nb \"\"\" c", "'''\n\"\"\"", "a\\b\nc", "ends with '\nends with '", "tab\there"] {
        let link = NewLink { note: Some(note.to_owned()), ..link() };
        assert!(spliced(&text, None, &link).is_ok(), "{note}");
    }
}

fn line() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just("# a comment"), Just("  # [[section]]"), Just(" ")]
}

fn an_item() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("[[section.link]]\nurl = \"https://example.org/a\"\ntitle = \"A\"\n".to_owned()),
        Just("[[ section . link ]] # x\nurl    = 'https://example.org/b'\ntitle  = \"\"\"B\"\"\"\nfacts = [\n  \"one\", # [[section]]\n  \"two\",\n]\n".to_owned()),
        Just("  [[section.link]]\n  url = \"https://example.org/c\"\n  title = \"C\"\n  description = '''\n[[section]]\n# x\n'''\n".to_owned()),
        Just("[[\"section\".'link']]\nurl = \"https://example.org/d\"\ntitle = \"D\"\ndescription = \"\"\"\n[outro]\n\n\\\"\"\" \"\"\"\n".to_owned()),
        Just("[[section.quote]]\ntext = \"Said.\"\nby = \"Ada\"\n".to_owned()),
        Just("[[section.part]]\ntitle = \"P\"\nlist = '''\n* [E](https://example.org/e)\n'''\n[[section.part.link]]\nurl = \"https://example.org/f\"\ntitle = \"F\"\n".to_owned()),
    ]
}

fn a_section() -> impl Strategy<Value = String> {
    let head = prop_oneof![Just("[[section]]"), Just("[[ section ]] # s"), Just("\t[[section]]")];
    (head, line(), proptest::collection::vec((an_item(), line()), 0..4), any::<bool>()).prop_map(
        |(head, after, items, lists)| {
            let list = if lists { "list = '''\n* [L](https://example.org/l) by Ada\n'''\n" } else { "" };
            let items = items.into_iter().map(|(item, line)| format!("{item}{line}\n")).collect::<Vec<_>>().concat();
            format!("{head}\ntitle = \"T\"\n{list}{after}\n{items}")
        },
    )
}

fn an_issue() -> impl Strategy<Value = String> {
    let sections = proptest::collection::vec((line(), a_section()), 1..4);
    (any::<(bool, bool, bool, bool)>(), sections).prop_map(|((mark, carriage, outro, cut), sections)| {
        let sections = sections.into_iter().map(|(line, section)| format!("{line}\n{section}"));
        let sections = sections.collect::<Vec<_>>().concat();
        let outro = if outro { "[outro] # end\ntext = \"Bye.\"\n" } else { "" };
        let text = format!("{}{HEAD}{sections}{outro}", if mark { "\u{feff}" } else { "" });
        let text = if cut { text.trim_end().to_owned() } else { text };
        if carriage { text.replace('\n', "\r\n") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(std::env::var("SPLICE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)))]
    #[test]
    fn all_other_bytes_stay_and_the_issue_has_one_link_more(text in an_issue(), title in "[a-zA-Z*_`\\\\\"'<\\[ ]{0,8}[a-z]", note in proptest::option::of("[a-z*'\" \n\\\\]{0,12}[a-z]"), is_lead in any::<bool>()) {
        let publication = publication();
        let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let Some(old) = read(body, &publication) else { return Err(TestCaseError::reject("not an issue")) };
        let link = NewLink { title: title.trim().to_owned(), note, is_lead, ..link() };
        let found = insert_link(&text, &old, None, &link, &|text| read(text, &publication));
        let found = found.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        let (rest, _) = parts(&found);
        prop_assert_eq!(rest, text);
        let new = read(found.text.strip_prefix('\u{feff}').unwrap_or(&found.text), &publication).expect("the new file is right");
        prop_assert_eq!(new.issue.links().count(), old.issue.links().count() + 1);
        prop_assert_eq!(new.issue.links().filter(|link| link.url.as_deref() == Some("https://example.org/new")).count(), 1);
    }
}
