//! Tests the checks that ask others and run on request only: pages (`--online`) and `SpamAssassin`
//! (`--spam`).

use std::fs;
use std::time::UNIX_EPOCH;

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Output, Project};

/// A newsletter whose pages have answered a moment ago: nobody is asked.
fn remembered() -> Project {
    let issue = ISSUE.replace("example.org/clocks", "kettle.dev/clocks#why").replace("example.net", "tea.dev");
    let issue = issue.replace("Until next week.", "Until next week, and [more](https://walled.dev/).");
    let project = Project::new().file("issues/001-first-things.toml", issue);
    // Only the program reads the clock; a file that was just written knows the time too.
    let now = fs::metadata(project.path("newsletter.toml")).unwrap().modified().unwrap();
    let now = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let memory = format!(
        r#"{{
          "form": 1,
          "answers": {{
            "https://kettle.dev/clocks": {{
              "asked": {now},
              "hops": [{{ "status": 301, "to": "https://kettle.dev/time" }}],
              "ending": {{ "status": 200 }}
            }},
            "https://tea.dev/time": {{ "asked": {now}, "ending": {{ "status": 404 }} }},
            "https://walled.dev/": {{ "asked": {now}, "ending": {{ "status": 403 }} }}
          }}
        }}"#
    );
    project.file(".newsletter/links.json", memory)
}

fn said(output: &Output) -> String {
    format!("{}{}exit {}\n", output.stdout, output.stderr, output.code)
}

#[test]
fn pages_are_asked_for_only_when_told_to() {
    let project = remembered();
    assert_data_eq!(
        said(&project.run(["check", "1"])),
        str![[r#"
warning[link-text-vague]: the link text `more` does not say where it leads
  --> issues/001-first-things.toml:25:37
   |
25 | text = "Until next week, and [more](https://walled.dev/)."
   |                                     ^^^^^^^^^^^^^^^^^^^
   |
   = help: say what is there

issue 1: 1 warning
exit 0

"#]]
    );
}

#[test]
fn refresh_is_nothing_without_online() {
    assert_eq!(Project::new().run(["check", "--refresh"]).code, 2);
}

#[test]
fn an_address_inside_is_refused_and_said_where_it_stands() {
    let issue = ISSUE.replace("https://example.org/clocks", "https://[::ffff:169.254.169.254]/clocks");
    let issue = issue.replace("https://example.net/", "http://localhost/");
    let project = Project::new()
        .file("issues/001-first-things.toml", issue)
        .config("[check]\nlink-ip = \"off\"\nlink-http = \"off\"\n");
    let output = project.run(["check", "1", "--online"]);
    assert_data_eq!(
        said(&output),
        str![[r#"
Checking 2 pages …
error[link-dead]: `https://[::ffff:a9fe:a9fe]/clocks` leads to `::ffff:169.254.169.254`, a link-local address
  --> issues/001-first-things.toml:12:7
   |
12 | url = "https://[::ffff:169.254.169.254]/clocks"
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: it was not requested: no reader can reach it

error[link-dead]: `http://localhost/time` leads to `127.0.0.1`, a loopback address
  --> issues/001-first-things.toml:19:7
   |
19 | url = "http://localhost/time"
   |       ^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: it was not requested: no reader can reach it

links: 2 pages, 0 working, 2 not working
issue 1: 2 errors
exit 3

"#]]
    );
}

#[test]
fn link_results_are_remembered_and_shown() {
    let project = remembered();
    let output = project.run(["check", "1", "--online"]);
    assert_data_eq!(
        said(&output),
        str![[r#"
warning[link-moved]: `https://kettle.dev/clocks#why` has moved permanently to `https://kettle.dev/time#why`
  --> issues/001-first-things.toml:12:7
   |
12 | url = "https://kettle.dev/clocks#why"
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `https://kettle.dev/time#why`, if it is the page you mean

error[link-dead]: `https://tea.dev/time` does not exist: 404
  --> issues/001-first-things.toml:19:7
   |
19 | url = "https://tea.dev/time"
   |       ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: find its new address, or link to a copy: `https://web.archive.org/web/https://tea.dev/time`

warning[link-text-vague]: the link text `more` does not say where it leads
  --> issues/001-first-things.toml:25:37
   |
25 | text = "Until next week, and [more](https://walled.dev/)."
   |                                     ^^^^^^^^^^^^^^^^^^^
   |
   = help: say what is there

links: 3 pages, 1 working, 1 not working, 1 blocking automated requests (`walled.dev` 403); 3 from the cache, `--refresh` requests them again
issue 1: 1 error, 2 warnings
exit 3

"#]]
    );
}

#[test]
fn link_results_are_part_of_the_json() {
    let project = remembered();
    let output = project.run(["check", "1", "--online", "--json"]);
    assert_data_eq!(
        said(&output),
        str![[r#"
{
  "checked": [
    1
  ],
  "errors": 1,
  "links": [
    {
      "asked": [..],
      "ending": {
        "status": 200
      },
      "redirects": [
        {
          "status": 301,
          "to": "https://kettle.dev/time"
        }
      ],
      "standing": "fine",
      "url": "https://kettle.dev/clocks"
    },
    {
      "asked": [..],
      "ending": {
        "status": 404
      },
      "redirects": [],
      "standing": "dead",
      "url": "https://tea.dev/time"
    },
    {
      "asked": [..],
      "ending": {
        "status": 403
      },
      "redirects": [],
      "standing": "walled",
      "url": "https://walled.dev/"
    }
  ],
  "problems": [
    {
      "column": 7,
      "file": "issues/001-first-things.toml",
      "help": "write `https://kettle.dev/time#why`, if it is the page you mean",
      "line": 12,
      "message": "`https://kettle.dev/clocks#why` has moved permanently to `https://kettle.dev/time#why`",
      "rule": "link-moved",
      "severity": "warning"
    },
    {
      "column": 7,
      "file": "issues/001-first-things.toml",
      "help": "find its new address, or link to a copy: `https://web.archive.org/web/https://tea.dev/time`",
      "line": 19,
      "message": "`https://tea.dev/time` does not exist: 404",
      "rule": "link-dead",
      "severity": "error"
    },
    {
      "column": 37,
      "file": "issues/001-first-things.toml",
      "help": "say what is there",
      "line": 25,
      "message": "the link text `more` does not say where it leads",
      "rule": "link-text-vague",
      "severity": "warning"
    }
  ],
  "warnings": 2
}
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs SpamAssassin; ./check runs it"]
fn spam_assassin_is_asked_when_told_to() {
    let issue = ISSUE.replace("title = \"First things\"", "title = \"ACT NOW FOR VIAGRA\"");
    let project = Project::new()
        .file("issues/001-first-things.toml", issue)
        .config("[check]\nsubject-capitals = \"off\"\ncontent-spammy = \"off\"\n");
    assert_data_eq!(
        said(&project.run(["check", "1", "--spam"])),
        str![[r#"
warning[spam-score]: SpamAssassin gives 3.7 points, more than 2.0: `DRUG_ED_CAPS` 2.8, `DRUGS_ERECTILE` 1.8, `ACT_NOW_CAPS` 0.1
 --> issues/001-first-things.toml:2:9
  |
2 | title = "ACT NOW FOR VIAGRA"
  |         ^^^^^^^^^^^^^^^^^^^^
  |
  = help: mail counts as spam at 5; `newsletter render 1 --eml | spamassassin -L -t` explains each rule

issue 1: 1 warning
exit 0

"#]]
    );
    let left: Vec<_> = fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn without_spam_assassin_its_score_is_an_error_only_when_asked_for() {
    let project = Project::new();
    let run = |arguments: &[&str]| project.finish(project.command(arguments).env("PATH", project.root()));
    assert_data_eq!(
        said(&run(&["check", "1", "--spam"])),
        str![[r#"
error: `--spam` needs the program `spamassassin`, which is not installed
hint: `apt install spamassassin`, `brew install spamassassin`, or leave `--spam` out
exit 2

"#]]
    );
    assert_eq!(run(&["check", "1"]).code, 0);
}
