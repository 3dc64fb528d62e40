//! The rules of `newsletter check`: each one documented, each one seen to break and to hold.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

mod fixture;
mod mistakes;
mod others;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use newsletter::check::{self, RULES};
use snapbox::{assert_data_eq, str};

use crate::support::Project;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/check/rules")
}

#[test]
fn every_rule_breaks_and_holds_as_its_fixture_says() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let path = folder().join(format!("{}.toml", rule.name));
        match fs::read_to_string(&path) {
            Ok(text) => wrong.extend(fixture::differences(rule.name, &path, &text)),
            Err(error) => wrong.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{}\n(SNAPSHOTS=overwrite writes what was said)", wrong.join("\n"));
}

#[test]
fn the_sample_the_fixtures_change_breaks_no_rule() {
    assert_eq!(fixture::Case::default().findings(None), "");
}

#[test]
fn every_fixture_is_of_a_rule() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| format!("{}.toml", rule.name)).collect();
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let lost: Vec<String> = files.filter(|file| !rules.contains(file)).collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn every_rule_has_a_name_of_its_own_and_says_what_why_and_who_says_so() {
    let mut names = BTreeSet::new();
    for rule in RULES {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(names.insert(rule.name) && rule.name.bytes().all(lower), "{}", rule.name);
        for words in [rule.what, rule.why] {
            assert!(words.ends_with('.') && words.len() > 15, "{}: {words}", rule.name);
        }
        assert!(!rule.example.is_empty() && !rule.source.is_empty(), "{}", rule.name);
    }
}

#[test]
fn the_document_of_the_rules_has_them_all() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once("<!-- rules -->\n").unwrap();
    let (written, after) = rest.split_once("<!-- end of the rules -->").unwrap();
    let reference = format!("\n{}", check::reference());
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        let document = format!("{before}<!-- rules -->\n{reference}<!-- end of the rules -->{after}");
        fs::write(&path, document).unwrap();
    } else {
        assert!(written == reference, "docs/rules.md is not what the rules say; SNAPSHOTS=overwrite writes it anew");
    }
}

#[test]
fn each_of_the_hundred_things_to_find_is_a_rule_or_has_a_reason_and_each_rule_is_told_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let (_, origins) = document.split_once("## Where the rules come from\n").unwrap();
    let (table, own) = origins.split_once("\nRules of our own besides:").unwrap();
    let named = |text: &str| -> Vec<String> {
        let words = text.split('`').skip(1).step_by(2);
        words.filter(|word| !word.contains(' ')).map(str::to_owned).collect()
    };
    let mut numbers: Vec<u32> = Vec::new();
    let mut told = named(own);
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, here] = cells[..] else { panic!("{row}") };
        numbers.push(number.parse().unwrap());
        let rules = named(here);
        let is_told = if rules.is_empty() { here.starts_with("No rule: ") && here.len() > 40 } else { true };
        assert!(is_told, "neither a rule nor a reason: {row}");
        told.extend(rules);
    }
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    told.sort();
    let mut rules: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    rules.sort_unstable();
    assert_eq!(told, rules);
}

#[test]
fn the_changelog_counts_them_right() {
    let changelog = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("- {} rules about", RULES.len())), "there are {} rules", RULES.len());
}

#[test]
fn a_rule_is_explained() {
    let output = Project::empty().run(["check", "--explain", "link-shortener"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_data_eq!(
        output.stdout,
        str![[r#"
link-shortener (warn)

No link goes through a shortener.

why      It hides where it leads, dies with its service, and shares a reputation with
         all the spam on it.
example  url = "https://bit.ly/3xyz"
source   SpamAssassin 25_url_shortener

To change its level: `link-shortener = "off"` (or `"warn"`, `"error"`) under `[check]`.

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "link-shortner"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: there is no rule `link-shortner`
hint: did you mean `link-shortener`?
hint: `newsletter check --explain list` names them all

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "list"]);
    assert_eq!(output.stdout.lines().count(), RULES.len());
}

/// A newsletter whose issue has one warning.
fn with_a_warning() -> Project {
    let issue = crate::support::ISSUE.replace("https://example.org/clocks", "http://example.org/clocks");
    Project::new().file("issues/001-first-things.toml", issue).subscribers(["grace@example.org"])
}

#[test]
fn the_level_of_a_rule_is_the_newsletters_choice() {
    let said = |level: &str| {
        let output = with_a_warning().config(&format!("[check]\nlink-http = \"{level}\"\n")).run(["check", "1"]);
        format!("{}exit {}\n", output.stderr, output.code)
    };
    assert_data_eq!(
        said("off"),
        str![[r#"
issue 1: no problems
exit 0

"#]]
    );
    assert_data_eq!(
        said("warn"),
        str![[r#"
warning[link-http]: a link without TLS: `http://example.org/clocks`
  --> issues/001-first-things.toml:12:7
   |
12 | url = "http://example.org/clocks"
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `https`, if the server speaks it

issue 1: 1 warning
exit 0

"#]]
    );
    assert_data_eq!(
        said("error"),
        str![[r#"
error[link-http]: a link without TLS: `http://example.org/clocks`
  --> issues/001-first-things.toml:12:7
   |
12 | url = "http://example.org/clocks"
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `https`, if the server speaks it

issue 1: 1 error
exit 3

"#]]
    );
}

#[test]
fn a_rule_that_does_not_exist_is_named_where_it_stands() {
    let output = Project::new().config("[check]\nlink-htp = \"off\"\n").run(["check"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
error: there is no rule `link-htp`
  --> newsletter.toml:13:1
   |
13 | link-htp = "off"
   | ^^^^^^^^
   |
   = help: did you mean `link-http`?

issue 1: 1 error
exit 3

"#]]
    );
}

#[test]
fn strict_takes_warnings_for_errors() {
    assert_eq!(with_a_warning().run(["check", "1"]).code, 0);
    assert_eq!(with_a_warning().run(["check", "1", "--strict"]).code, 3);
    assert_eq!(Project::new().run(["check", "1", "--strict"]).code, 0);
}

#[test]
fn findings_are_data_and_annotations_too() {
    assert_data_eq!(
        with_a_warning().run(["check", "1", "--json"]).stdout,
        str![[r#"
{
  "checked": [
    1
  ],
  "errors": 0,
  "problems": [
    {
      "column": 7,
      "file": "issues/001-first-things.toml",
      "help": "write `https`, if the server speaks it",
      "line": 12,
      "message": "a link without TLS: `http://example.org/clocks`",
      "rule": "link-http",
      "severity": "warning"
    }
  ],
  "warnings": 1
}

"#]]
    );
    assert_data_eq!(
        with_a_warning().run(["check", "1", "--github"]).stdout,
        str![[r#"
::warning file=issues/001-first-things.toml,line=12,col=7,title=link-http::a link without TLS: `http://example.org/clocks`%0Awrite `https`, if the server speaks it

"#]]
    );
}

#[test]
fn a_send_with_errors_sends_nothing_and_a_rehearsal_says_so_too() {
    let issue = crate::support::ISSUE.replace("title = \"First things\"", "title = \"First {{things}}\"");
    let project = Project::new().file("issues/001-first-things.toml", issue).subscribers(["grace@example.org"]);
    let refused = project.run(["send", "1", "--yes"]);
    assert_data_eq!(
        format!("{}exit {}\n", refused.stderr, refused.code),
        str![[r#"
error[placeholder-left]: a placeholder is left in the letter: `{{`
 --> issues/001-first-things.toml:2:16
  |
2 | title = "First {{things}}"
  |                ^^
  |
  = help: write what belongs there; a field is `{subscriber.name|friend}`, and code stands in backticks
error: 1 error; nothing was sent or written
exit 3

"#]]
    );
    assert_eq!(project.run(["send", "1", "--dry-run"]), refused);
    assert!(!project.path("outbox").exists());
}

#[test]
fn a_send_says_how_many_warnings_there_are() {
    let output = with_a_warning().run(["send", "1", "--dry-run"]);
    assert_eq!(output.code, 0);
    assert_data_eq!(
        output.stderr,
        str![[r#"
Checks · 1 warning: `newsletter check 1` shows them

Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 719 bytes

Recipients · subscribers.csv
  1 person gets it: grace@example.org

Delivery · files in outbox/1/, no mail leaves this machine
Built    · 1 message, the largest 13 KB

Nothing was sent. To send: newsletter send 1

"#]]
    );
}

#[test]
fn a_problem_of_the_whole_newsletter_is_said_once() {
    let second = crate::support::ISSUE.replace("number = 1", "number = 2").replace("2026-11-20", "2026-11-21");
    let second = second.replace("example.org/clocks", "example.org/watches").replace("example.net", "example.com");
    let config = crate::support::CONFIG.replace("Ada Example <ada@example.org>", "ada@example.org");
    let project = Project::new().file("newsletter.toml", config).file("issues/002-second.toml", second);
    let output = project.run(["check"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
warning[hdr-from-display]: the sender has no name
 --> newsletter.toml:4:9
  |
4 | from = "ada@example.org"
  |         ^^^^^^^^^^^^^^^
  |
  = help: write `from = "A Name <address>"`, with the name readers know you by

2 issues checked: 1 warning
exit 0

"#]]
    );
}

#[test]
fn people_who_cannot_be_readers_are_found_on_the_list() {
    let list = "email,name\nabuse@example.org,\nada@gmial.com,Ada\nbo@example.net,\"=HYPERLINK(\"\"x\"\")\"\ncy@example.net,Cy\n";
    let output = Project::new().file("subscribers.csv", list).run(["check"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
warning[list-role]: `abuse@example.org` is a role, not a reader
 --> subscribers.csv:2:1
  |
2 | abuse@example.org,
  | ^^^^^^^^^^^^^^^^^^
  |
  = help: ask who wanted it, or take it out

warning[list-typo]: `gmial.com` looks like a slip of the fingers
 --> subscribers.csv:3:1
  |
3 | ada@gmial.com,Ada
  | ^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `ada@gmail.com`?

warning[list-formula]: the column `name` of `bo@example.net` is a formula
 --> subscribers.csv:4:1
  |
4 | bo@example.net,"=HYPERLINK(""x"")"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

issue 1: 3 warnings
exit 0

"#]]
    );
}
