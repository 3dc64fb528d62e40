//! Tests problems of a file as a whole and of its place.

use snapbox::{assert_data_eq, str};

use super::{SMALL, issue};
use crate::support::Project;

#[test]
fn a_good_newsletter_has_no_problems() {
    let output = Project::new().subscribers(["ada@example.org"]).run(["check"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (0, "", "issue 1: no problems\n"));
}

#[test]
fn every_problem_of_a_file_is_reported_at_once_in_its_order() {
    issue(
        "titel = \"T\"\nnumber = \"1\"\n\n[[section]]\n[[section.link]]\nurl = \"htps://example.org/a\"\ntitle = \"\"\n",
        str![[r#"
error: unknown key `titel`
 --> issues/001-first-things.toml:1:1
  |
1 | titel = "T"
  | ^^^^^
  |
  = help: did you mean `title`?

error: `date` is missing
 --> issues/001-first-things.toml:1:1
  |
1 | titel = "T"
  | ^
  |
  = help: add `date = 2026-11-24`

error: `number` must be a whole number, not text
 --> issues/001-first-things.toml:2:10
  |
2 | number = "1"
  |          ^^^

error: `htps://example.org/a` is not an http or https URL
 --> issues/001-first-things.toml:6:7
  |
6 | url = "htps://example.org/a"
  |       ^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `https://example.org/a`?

error: `title` is empty
 --> issues/001-first-things.toml:7:9
  |
7 | title = ""
  |         ^^

issue 1: 5 errors
exit 3

"#]],
    );
}

#[test]
fn an_empty_file_misses_everything() {
    issue(
        "",
        str![[r#"
error: `title` is missing
--> issues/001-first-things.toml:1:1
 = help: add `title = "…"`

error: `date` is missing
--> issues/001-first-things.toml:1:1
 = help: add `date = 2026-11-24`

error: `number` is missing
--> issues/001-first-things.toml:1:1
 = help: add `number = 1`

issue 1: 3 errors
exit 3

"#]],
    );
}

#[test]
fn syntax_errors_stand_beside_wrong_values() {
    issue(
        "number = 1\ntitle = Hello\ndate = 2026-02-30\ndate = 2026-02-28\ndraft = \"no\"\n\nintro = \"\"\"\nnever closed\n",
        str![[r#"
error: invalid TOML: text without quotes
 --> issues/001-first-things.toml:2:9
  |
2 | title = Hello
  |         ^^^^^
  |
  = help: write `title = "Hello"`

error: invalid TOML: `2026-02-30` is not a date
 --> issues/001-first-things.toml:3:8
  |
3 | date = 2026-02-30
  |        ^^^^^^^^^^
  |
  = help: there is no day 30: February 2026 has 28 days

error: invalid TOML: `date` is defined twice
 --> issues/001-first-things.toml:4:1
  |
4 | date = 2026-02-28
  | ^^^^
  |
  = help: delete or rename one of the two

error: `draft` must be `true` or `false`, not text
 --> issues/001-first-things.toml:5:9
  |
5 | draft = "no"
  |         ^^^^

error: invalid TOML: a string that is never closed
 --> issues/001-first-things.toml:7:9
  |
7 | intro = """
  |         ^^^
  |
  = help: close it with `"""` on a line of its own

issue 1: 5 errors
exit 3

"#]],
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_where_it_is_not() {
    issue(
        b"number = 1\ntitle = \"M\xFCller\"\n",
        str![[r#"
error: byte 0xFC is not UTF-8
 --> issues/001-first-things.toml:2:11
  |
2 | title = "M�ller"
  |           ^
  |
  = help: save the file as UTF-8

issue 1: 1 error
exit 3

"#]],
    );
}

#[test]
fn crlf_and_a_byte_order_mark_are_fine() {
    let text =
        format!("\u{feff}{SMALL}intro = '''\nHello {{subscriber.name|friend}},\n\nbye\n'''\n").replace('\n', "\r\n");
    issue(
        text,
        str![[r#"
issue 1: no problems
exit 0

"#]],
    );
}

#[test]
fn two_files_cannot_have_one_number() {
    let output = Project::new().file("issues/1.toml", SMALL).file("issues/01-more.toml", SMALL).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `issues/001-first-things.toml` and `issues/01-more.toml` and `issues/1.toml` are all issue 1
help: rename one of them, or start its name with `_`

note: there is no `subscribers.csv` here, so the subscriber list was not checked
no issues checked: 1 error

"#]]
    );
}

#[test]
fn stray_files_are_warned_of_and_private_ones_are_not() {
    let output = Project::new()
        .file("issues/notes.txt", "")
        .file("issues/2-Second.toml", "")
        .file("issues/_template.toml", "")
        .file("issues/.hidden", "")
        .file("issues/img/a.png", "")
        .file("issues/2025/003.toml", "")
        .file("issues/_drafts/004.toml", "")
        .file("issues/notes/ideas.md", "")
        .run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning: `issues/2-Second.toml` is not a valid issue file name
help: issues are named `042.toml` or `042-a-few-words.toml`, and `2026-11-28.toml` without a number; names that start with `_` are ignored

warning: the TOML files in `issues/2025/` are not read
help: move issues to `issues/`; folders whose names start with `_` are ignored

warning: `issues/notes.txt` is not a valid issue file name
help: issues are named `042.toml` or `042-a-few-words.toml`, and `2026-11-28.toml` without a number; names that start with `_` are ignored

note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: 3 warnings

"#]]
    );
    assert_eq!(output.code, 0);
}

#[test]
fn build_list_and_send_name_the_files_they_pass_over_once() {
    let stray = "\
warning: `issues/notes.txt` is not a valid issue file name
help: issues are named `042.toml` or `042-a-few-words.toml`, and `2026-11-28.toml` without a number; names that start with `_` are ignored
";
    let project = Project::new().file("issues/notes.txt", "").subscribers(["ada@example.org"]);
    let commands: [&[&str]; 6] = [
        &["build"],
        &["list"],
        &["list", "--json"],
        &["send", "1", "--dry-run"],
        &["send", "1", "--dry-run", "--json"],
        &["send", "1", "--yes"],
    ];
    for command in commands {
        let output = project.run(command);
        assert!(output.stderr.starts_with(stray), "{command:?}\n{}", output.stderr);
        assert_eq!(output.stderr.matches("notes.txt").count(), 1, "{command:?}\n{}", output.stderr);
        assert!(!output.stdout.contains("notes.txt"), "{command:?}\n{}", output.stdout);
        let quiet = project.run(command.iter().chain(&["--quiet"]));
        assert!(!quiet.stderr.contains("notes.txt"), "{command:?}\n{}", quiet.stderr);
    }
}

#[test]
fn check_answers_in_json_and_as_annotations() {
    let project = Project::new().file("issues/001-first-things.toml", "number = 1\ntitle = \"T\"\ndate = 5\n");
    let output = project.run(["check", "--json", "1"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
{
  "checked": [
    1
  ],
  "errors": 1,
  "problems": [
    {
      "column": 8,
      "file": "issues/001-first-things.toml",
      "help": null,
      "line": 3,
      "message": "`date` must be a date such as `2026-11-24`, not a whole number",
      "rule": null,
      "severity": "error"
    }
  ],
  "warnings": 0
}

"#]]
    );
    assert_eq!((output.code, output.stderr.as_str()), (3, ""));
    let output = project.run(["check", "--github"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
::error file=issues/001-first-things.toml,line=3,col=8::`date` must be a date such as `2026-11-24`, not a whole number

"#]]
    );
    assert_eq!(
        (output.code, output.stderr.as_str()),
        (
            3,
            concat!(
                "note: there is no `subscribers.csv` here, so the subscriber list was not checked\n",
                "issue 1: 1 error\n"
            )
        )
    );
}

#[test]
fn an_issue_that_is_not_there_says_what_is() {
    let output = Project::new().run(["check", "2"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: no issue `2`
help: the newest is 1; `newsletter new 2` creates it

no issues checked: 1 error

"#]]
    );
    let output = Project::empty().run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: no `newsletter.toml` in this folder or any parent folder
help: `newsletter init` creates a newsletter

no issues checked: 1 error

"#]]
    );
    assert_eq!(output.code, 3);
}

#[test]
fn bad_rows_of_the_list_are_problems_of_the_newsletter() {
    let output = Project::new().subscribers(["ada@example.org", "nobody"]).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `nobody` is not an address: it has no `@`
 --> subscribers.csv:3:1
  |
3 | nobody
  | ^^^^^^

issue 1: 1 error

"#]]
    );
    assert_eq!(output.code, 3);
}
