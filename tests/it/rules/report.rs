//! Tests the levels of rules, and how `check` and `send` report findings.

use snapbox::{assert_data_eq, str};

use crate::support::{Project, after_summary};

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
   = help: write `https`, if the server supports it

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
   = help: write `https`, if the server supports it

issue 1: 1 error
exit 3

"#]]
    );
}

#[test]
fn an_unknown_rule_is_reported_at_its_place() {
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

note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: 1 error
exit 3

"#]]
    );
}

#[test]
fn earlier_names_of_rules_are_accepted_with_a_warning() {
    let said = |check: &str| {
        let output = with_a_warning().config(&format!("[check]\n{check}")).run(["check", "1"]);
        format!("{}exit {}\n", output.stderr, output.code)
    };
    let issue = crate::support::ISSUE.replace("\"First things\"", "\"Re: First things\"");
    let project = Project::new().file("issues/001-first-things.toml", issue);
    let output = project.config("[check]\nhdr-subject-fake-reply = \"off\"\n").run(["check", "1"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
warning: the rule `hdr-subject-fake-reply` is now called `subject-fake-reply`
  --> newsletter.toml:13:1
   |
13 | hdr-subject-fake-reply = "off"
   | ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `subject-fake-reply`

issue 1: 1 warning
exit 0

"#]]
    );
    assert_data_eq!(
        said("mime-cte = \"error\"\nlink-http = \"off\"\n"),
        str![[r#"
warning: `mime-cte` is no longer a rule: every message is now guaranteed to follow it
  --> newsletter.toml:13:1
   |
13 | mime-cte = "error"
   | ^^^^^^^^
   |
   = help: remove it

issue 1: 1 warning
exit 0

"#]]
    );
}

#[test]
fn strict_treats_warnings_as_errors() {
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
      "help": "write `https`, if the server supports it",
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
::warning file=issues/001-first-things.toml,line=12,col=7,title=link-http::a link without TLS: `http://example.org/clocks`%0Awrite `https`, if the server supports it

"#]]
    );
}

/// Returns the rule, file and line of each problem.
fn places(project: &Project, words: &[&str]) -> Vec<(String, String, u64)> {
    let stdout = project.run([&["check", "--json"], words].concat()).stdout;
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let place = |problem: &serde_json::Value| {
        let text = |name: &str| problem[name].as_str().unwrap_or("-").to_owned();
        (text("rule"), text("file"), problem["line"].as_u64().unwrap_or_default())
    };
    report["problems"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn the_rules_look_at_what_can_be_read_of_a_file_with_errors() {
    let issue = crate::support::ISSUE.replace("https://example.org/", "http://example.org/");
    let sound = Project::new().file("issues/001-first-things.toml", &issue);
    let broken =
        Project::new().file("issues/001-first-things.toml", issue.replace("number = 1", "number = 1\ndraft = 7"));
    let found = places(&sound, &["1"]);
    assert!(found.iter().any(|(rule, ..)| rule == "link-http"), "{found:?}");
    let with_error = places(&broken, &["1"]);
    assert_eq!(with_error.iter().filter(|(rule, ..)| rule == "-").count(), 1, "{with_error:?}");
    let rules = |found: &[(String, String, u64)]| found.iter().map(|(rule, ..)| rule.clone()).collect::<Vec<_>>();
    assert_eq!(rules(&with_error)[1..], rules(&found), "{with_error:?}");
}

#[test]
fn every_finding_has_a_file_and_a_line() {
    // Padding is found in the letter, which is of one issue or of all.
    let padded = crate::support::ISSUE.replace("First things", &format!("First things{}", "\u{200b}".repeat(9)));
    let second = padded.replace("number = 1", "number = 2");
    let first = Project::new()
        .file("issues/001-first-things.toml", padded)
        .file("issues/2.toml", crate::support::ISSUE.replace("number = 1", "number = 2"));
    let filler = |project: &Project| -> Vec<_> {
        places(project, &["1", "2"]).into_iter().filter(|(rule, ..)| rule == "hidden-filler").collect()
    };
    assert_eq!(filler(&first), [("hidden-filler".to_owned(), "issues/001-first-things.toml".to_owned(), 2)]);
    let both = first.file("issues/2.toml", second);
    assert_eq!(filler(&both)[0].1, "newsletter.toml");
}

#[test]
fn a_send_with_errors_sends_nothing_and_neither_does_a_rehearsal() {
    let issue = crate::support::ISSUE.replace("title = \"First things\"", "title = \"First {{things}}\"");
    let project = Project::new().file("issues/001-first-things.toml", issue).subscribers(["grace@example.org"]);
    let refused = project.run(["send", "1", "--yes"]);
    assert_data_eq!(
        format!("{}exit {}\n", refused.stderr, refused.code),
        str![[r#"
error[markup-left]: `{{things}}` is a merge field of another service, and nothing fills it
 --> issues/001-first-things.toml:2:16
  |
2 | title = "First {{things}}"
  |                ^^^^^^^^^^
  |
  = help: delete it: `title` is the same for every subscriber
error: 1 error; nothing was sent or written
exit 3

"#]]
    );
    assert_eq!(project.run(["send", "1", "--dry-run"]), refused);
    assert!(!project.path("outbox").exists());
}

#[test]
fn a_send_reports_the_number_of_warnings() {
    let output = with_a_warning().run(["send", "1", "--dry-run"]);
    assert_eq!(output.code, 0);
    assert!(output.stderr.starts_with("Checks · 1 warning: `newsletter check 1` shows them\n\n"), "{}", output.stderr);
    assert_data_eq!(
        after_summary(&output.stderr),
        str![[r#"
Built    · 1 message, the largest 14 KB
Run      · writes files for 1 recipient; exit 0

Nothing was sent. To send: newsletter send 1

"#]]
    );
}

#[test]
fn a_problem_of_the_configuration_is_reported_once() {
    let second = crate::support::ISSUE.replace("number = 1", "number = 2").replace("2026-11-20", "2026-11-21");
    let second = second.replace("example.org/clocks", "example.org/watches").replace("example.net", "example.com");
    let config = crate::support::CONFIG.replace("Ada Example <ada@example.org>", "ada@example.org");
    let project = Project::new().file("newsletter.toml", config).file("issues/002-second.toml", second);
    let output = project.run(["check"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
warning[from-name]: the sender has no name
 --> newsletter.toml:4:9
  |
4 | from = "ada@example.org"
  |         ^^^^^^^^^^^^^^^
  |
  = help: write `from = "A Name <address>"`, with the name readers know you by

note: there is no `subscribers.csv` here, so the subscriber list was not checked
2 issues checked: 1 warning
exit 0

"#]]
    );
}

#[test]
fn roles_typing_errors_and_formulas_on_the_list_are_reported() {
    let list = "email,name\nabuse@example.org,\nada@gmial.com,Ada\nbo@example.net,\"=HYPERLINK(\"\"x\"\")\"\ncy@example.net,Cy\n";
    let output = Project::new().file("subscribers.csv", list).run(["check"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
warning[list-role]: `abuse@example.org` is a role, not a person
 --> subscribers.csv:2:1
  |
2 | abuse@example.org,
  | ^^^^^^^^^^^^^^^^^^
  |
  = help: find out who asked for it, or remove it

warning[list-typo]: `gmial.com` looks like a typing error
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
