//! `newsletter init` and `newsletter new`.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use snapbox::{assert_data_eq, str};

use crate::support::Project;

#[test]
fn a_fresh_newsletter_has_no_problems() {
    let project = Project::empty();
    let output = project.run(["init", "weekly"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""));
    assert_data_eq!(
        output.stderr,
        str![[r#"
A newsletter is in `weekly`: newsletter.toml has its settings, issues/001-hello.toml is its first issue.
Next:

  cd weekly
  newsletter preview 1
  newsletter send 1 --dry-run

"#]]
    );
    let output = project.run(["-C", "weekly", "check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "issue 1: no problems\n"));
}

#[test]
fn init_writes_over_nothing() {
    let project = Project::empty().file("newsletter.toml", "mine").file("issues/_template.toml", "mine");
    let output = project.run(["init"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: not writing over what is there: `newsletter.toml`, `issues/_template.toml`
hint: `newsletter init DIR` makes it in another folder

"#]]
    );
    assert_eq!(project.read("newsletter.toml"), "mine");
    assert!(!project.path("subscribers.csv").exists());
}

#[test]
fn every_setting_the_fresh_configuration_shows_is_one() {
    let project = Project::empty();
    project.run(["init", "."]);
    let shown = project.read("newsletter.toml");
    let set: String = shown
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
        .collect();
    assert_eq!(set.matches("\n[").count(), shown.matches("\n[").count() + 3, "[smtp], [dkim] and [words] are shown");
    project.write("newsletter.toml", set);
    let output = project.run(["check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "issue 1: no problems\n"));
}

#[test]
fn every_key_the_first_issue_shows_is_one() {
    let project = Project::empty();
    project.run(["init"]);
    let shown = project.read("issues/001-hello.toml");
    project.write(
        "issues/001-hello.toml",
        shown.replace("\n#subject", "\nsubject").replace("\n#slug", "\nslug").replace("\n#draft", "\ndraft"),
    );
    let output = project.run(["check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "issue 1: no problems\n"));
}

#[test]
fn new_issues_are_numbered_named_and_drafts() {
    let project = Project::new();
    let paths: Vec<String> = [&["new"][..], &["new", "--title", "It's \"here\"\\ again"], &["new", "12"], &["new"]]
        .map(|arguments| project.run(arguments).stdout)
        .to_vec();
    assert_eq!(
        paths,
        ["issues/002.toml\n", "issues/003-its-here-again.toml\n", "issues/012.toml\n", "issues/013.toml\n"]
    );
    assert!(project.read("issues/003-its-here-again.toml").contains("draft = true\n"));
    let output = project.run(["check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "5 issues checked, no problems\n"));
}

#[test]
fn a_new_issue_comes_from_the_template_of_the_newsletter() {
    let project = Project::new()
        .file("issues/_template.toml", "# ours\nnumber = 7\ntitle = 'Soon' # for now\ndate = 2000-01-01\n");
    project.run(["new"]);
    let issue = project.read("issues/002.toml");
    let (before, after) = issue.split_once("date = ").unwrap();
    assert_eq!(before, "draft = true\n# ours\nnumber = 2\ntitle = 'Soon' # for now\n");
    assert_ne!(after, "2000-01-01\n");
}

#[test]
fn new_writes_over_nothing() {
    let output = Project::new().run(["new", "1"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: issue 1 is there already: `issues/001-first-things.toml`
hint: `newsletter preview 1` shows it

"#]]
    );
    assert_eq!(Project::new().run(["new", "0"]).code, 2);
    let two_lines = Project::new();
    assert_eq!(two_lines.run(["new", "--title", "two\nlines"]).code, 2);
    assert!(!two_lines.path("issues/002-two-lines.toml").exists());
}

#[test]
fn a_template_that_is_not_toml_is_shown() {
    let output = Project::new().file("issues/_template.toml", "title = \n").run(["new"]);
    assert_eq!(output.code, 3);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: not TOML: string values must be quoted, expected literal string
 --> issues/_template.toml:1:9
  |
1 | title = 
  |         ^
error: 1 error; nothing was sent or written

"#]]
    );
}
