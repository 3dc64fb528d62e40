//! Tests the rendering of diagnostics in the terminal.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use std::ops::Range;
use std::sync::Arc;

use super::*;

fn source(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("issues/042.toml", text))
}

fn drawn(text: &str, span: Range<usize>) -> String {
    draw(&[Diagnostic::error("wrong", &source(text), span).help("mend it")], false)
}

#[test]
fn a_problem_is_drawn_with_its_line_and_a_caret() {
    let wrong = Diagnostic::error("unknown key `titel`", &source("number = 42\ntitel = \"x\"\n"), 12..17)
        .rule("unknown-key")
        .help("did you mean `title`?");
    let odd = Diagnostic::new(Severity::Warning, "there are no issues yet", None).help("`newsletter new` creates one");
    assert_data_eq!(
        draw(&[wrong, odd], false),
        str![[r#"
error[unknown-key]: unknown key `titel`
 --> issues/042.toml:2:1
  |
2 | titel = "x"
  | ^^^^^
  |
  = help: did you mean `title`?

warning: there are no issues yet
help: `newsletter new` creates one

"#]]
    );
}

#[test]
fn crlf_tabs_and_wide_characters_keep_the_caret_in_place() {
    assert_data_eq!(
        drawn("a = 1\r\n\tb\t= '週刊' x\r\n", 21..22),
        str![[r#"
error: wrong
 --> issues/042.toml:2:11
  |
2 |     b    = '週刊' x
  |                   ^
  |
  = help: mend it

"#]]
    );
}

#[test]
fn a_span_of_several_lines_shows_its_first() {
    assert_data_eq!(
        drawn("a = '''\nb\nc'''\n", 4..14),
        str![[r#"
error: wrong
 --> issues/042.toml:1:5
  |
1 | a = '''
  |     ^^^
  |
  = help: mend it

"#]]
    );
}

#[test]
fn an_empty_file_and_its_end_have_places() {
    assert_data_eq!(
        drawn("", 0..0),
        str![[r#"
error: wrong
--> issues/042.toml:1:1
 = help: mend it

"#]]
    );
    assert_data_eq!(
        drawn("a = 1\n", 6..6),
        str![[r#"
error: wrong
--> issues/042.toml:2:1
 = help: mend it

"#]]
    );
    assert_data_eq!(
        drawn("a = 1", 5..5),
        str![[r#"
error: wrong
 --> issues/042.toml:1:6
  |
1 | a = 1
  |      ^
  |
  = help: mend it

"#]]
    );
}

#[test]
fn colour_is_for_terminals() {
    let coloured = draw(&[Diagnostic::error("wrong", &source("a = 1"), 0..1)], true);
    assert!(coloured.contains("\u{1b}["));
    assert!(!drawn("a = 1", 0..1).contains('\u{1b}'));
}

#[test]
fn json_has_null_for_what_there_is_not() {
    let wrong = Diagnostic::error("wrong", &source("a\nbé = 1"), 4..5).rule("rule").help("mend it");
    let odd = Diagnostic::new(Severity::Warning, "odd", None);
    assert_eq!(
        to_json(&[wrong, odd]).to_string(),
        concat!(
            r#"[{"column":2,"file":"issues/042.toml","help":"mend it","line":2,"message":"wrong","#,
            r#""rule":"rule","severity":"error"},"#,
            r#"{"column":null,"file":null,"help":null,"line":null,"message":"odd","rule":null,"severity":"warning"}]"#,
        )
    );
}

#[test]
fn a_part_of_a_file_knows_which_line_it_begins_with() {
    let part = Arc::new(SourceFile::part("subscribers.csv", 1_000_001, "bo@@example.net,Bo\nJones"));
    let at = |offset| Diagnostic::error("wrong", &part, offset..offset + 2).place.unwrap().line_and_column();
    assert_eq!([at(2), at(19)], [(1_000_001, 3), (1_000_002, 1)]);
}

proptest! {
    #[test]
    fn no_file_and_no_span_make_drawing_panic(text in "(?s).{0,40}", start in 0_usize..60, length in 0_usize..60) {
        let diagnostic = Diagnostic::error(text.clone(), &source(&text), start..start + length).help(text.clone());
        let line = diagnostic.place.as_ref().unwrap().line_and_column().0;
        prop_assert!(line <= text.matches('\n').count() + 1);
        draw(std::slice::from_ref(&diagnostic), true);
        draw(&[diagnostic], false);
    }
}
