//! Tests `newsletter init` and `newsletter new`.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

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
Created a newsletter in `weekly`. Its settings are in `newsletter.toml`; its first issue is `issues/001-hello.toml`.
Assumed until you change it there: name `My Newsletter`, from `Your Name <you@letter.example>`, site `https://www.letter.example/`, accent `#0b5c8f`.
Next:

  cd weekly
  newsletter preview 1
  newsletter send 1 --dry-run

"#]]
    );
    let mode = |path| fs::metadata(project.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("weekly/subscribers.csv"), 0o600);
    let output = project.run(["-C", "weekly", "check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "issue 1: no problems\n"));
}

/// Runs `newsletter init` with `arguments` on a terminal on which `lines` are typed. Returns what it showed.
fn on_a_terminal(project: &Project, arguments: &[&str], lines: &[&str]) -> Option<String> {
    let python = std::env::var_os("NEWSLETTER_PYTHON")?;
    let program = project.command([""; 0]).get_program().to_owned();
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/terminal.py"));
    command.arg(serde_json::to_string(lines).unwrap()).arg(program).arg("init").args(arguments);
    let output = command.current_dir(project.path("")).env("NO_COLOR", "1").env("TERM", "xterm").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn on_a_terminal_it_asks_and_asks_again_after_a_mistake() {
    let project = Project::empty();
    let lines = ["Kettles", "Mina Berg", "Mina Berg <mina@kettle.dev>", "https://letters.kettle.dev", "#b7410"];
    let Some(shown) = on_a_terminal(&project, &["weekly"], &[&lines[..], &["#b7410e"]].concat()) else { return };
    assert_data_eq!(
        shown,
        str![[r#"
Name of the newsletter [My Newsletter]: Kettles
Sender, with an address [Your Name <you@letter.example>]: Mina Berg
error: `Mina Berg` is not an address: it contains a space or control character
Sender, with an address [Your Name <you@letter.example>]: Mina Berg <mina@kettle.dev>
Address of its web archive [https://www.letter.example/]: https://letters.kettle.dev
Its colour [#56641a]: #b7410
error: `#b7410` is not a colour; write `#` and six hexadecimal digits: `#0b5c8f`
Its colour [#56641a]: #b7410e
Created a newsletter in `weekly`. Its settings are in `newsletter.toml`; its first issue is `issues/001-hello.toml`.
Next:

  cd weekly
  newsletter preview 1
  newsletter send 1 --dry-run

"#]]
    );
    // There is no page to unsubscribe on yet, which the check says.
    let output = project.run(["-C", "weekly", "check", "1"]);
    assert!(output.stderr.starts_with("warning[unsubscribe-one-click]: "), "{}", output.stderr);
    assert!(output.code == 0 && output.stderr.ends_with("\nissue 1: 1 warning\n"), "{}", output.stderr);
    let letter = project.run(["-C", "weekly", "render", "1", "--html"]).stdout;
    assert!(letter.contains("Kettles") && letter.contains("#b7410e") && !letter.contains("letter.example"), "{letter}");
}

#[test]
fn on_a_terminal_it_asks_only_what_was_not_given_and_an_empty_answer_is_the_example() {
    let project = Project::empty();
    let given = ["--name", "Kettles", "--accent", "#1f6f54"];
    let Some(shown) = on_a_terminal(&project, &given, &["", ""]) else { return };
    let questions: Vec<&str> = shown.lines().take_while(|line| line.contains("]: ")).collect();
    assert_eq!(
        questions,
        [
            "Sender, with an address [Your Name <you@letter.example>]: ",
            "Address of its web archive [https://www.letter.example/]: "
        ]
    );
    assert!(project.read("newsletter.toml").contains("accent   = \"#1f6f54\"\n"));
}

#[test]
fn options_answer_without_a_terminal_and_are_held_to_the_settings() {
    let project = Project::empty();
    let answers = [
        "--name",
        "Kettles",
        "--from",
        "mina@kettle.dev",
        "--site",
        "https://letters.kettle.dev/",
        "--accent",
        "#4b3fa8",
    ];
    let output = project.run(["init"].iter().chain(&answers));
    assert_eq!((output.code, output.stderr.contains("Assumed")), (0, false), "{}", output.stderr);
    let wrong = Project::empty();
    let output = wrong.run(["init", "--from", "mina"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
error: `--from`: `mina` is not an address: it has no `@`
exit 2

"#]]
    );
    assert!(!wrong.path("newsletter.toml").exists());
}

#[test]
fn init_writes_over_nothing() {
    let project = Project::empty().file("newsletter.toml", "mine").file("issues/_template.toml", "mine");
    let output = project.run(["init"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: refusing to overwrite `newsletter.toml`, `issues/_template.toml`
hint: `newsletter init DIR` creates the newsletter in another folder

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
        .map(|line| {
            line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', ':'])).unwrap_or(line).to_owned() + "\n"
        })
        .collect();
    assert_eq!(
        set.matches("\n[").count(),
        shown.matches("\n[").count() + 4,
        "[smtp], [dkim], [[feed]] and [words] are shown"
    );
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
    let output = project.subscribers(["ada@example.org"]).run(["check"]);
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
error: issue 1 already exists: `issues/001-first-things.toml`
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
error: invalid TOML: string values must be quoted, expected literal string
 --> issues/_template.toml:1:9
  |
1 | title = 
  |         ^
error: 1 error; nothing was sent or written

"#]]
    );
}

#[test]
fn a_title_may_stand_where_the_number_does() {
    let project = Project::new();
    assert_eq!(project.run(["new", "My title"]).stdout, "issues/002-my-title.toml\n");
    assert!(project.read("issues/002-my-title.toml").contains("title     = \"My title\"\n"));
    assert_eq!(project.run(["new", "7", "--title", "Seven"]).stdout, "issues/007-seven.toml\n");
    assert_eq!(project.run(["new", "--title", "1984"]).stdout, "issues/008-1984.toml\n");
    let output = project.run(["new", "One", "--title", "Two"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
error: the title is given twice: `One` and `--title`
hint: give it only once
exit 2

"#]]
    );
    for number in ["0", "99999999999"] {
        assert_eq!(project.run(["new", number]).code, 2, "{number}");
    }
}

#[test]
fn a_command_of_another_program_is_named_as_it_is_called_here() {
    let words = [
        ("publish", "newsletter build"),
        ("Unsubscribe", "newsletter suppress ADDRESS"),
        ("test", "newsletter send 42 --test"),
        ("dry_run", "newsletter send 42 --dry-run"),
        ("subscribe", "newsletter subscribers add ADDRESS"),
        ("watch", "newsletter preview"),
        ("deploy", "newsletter build"),
        ("edit", "newsletter preview 42"),
        ("resume", "newsletter send 42"),
        ("stats", "newsletter status 42"),
    ];
    for (word, command) in words {
        let output = Project::empty().run([word, "42"]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{word}");
        assert!(output.stderr.starts_with(&format!("error: unknown command `{word}`\nhint: ")), "{}", output.stderr);
        assert!(output.stderr.contains(command), "{}", output.stderr);
    }
    assert!(Project::empty().run(["chekc"]).stderr.contains("check"));
}

#[test]
fn an_example_of_the_gallery_is_copied_and_has_no_problems() {
    for name in ["weekly", "digest", "one-paper", "long-list"] {
        let project = Project::empty();
        let output = project.run(["init", "--example", name, "letters"]);
        assert_data_eq!(
            output.stderr.replace(name, "[NAME]"),
            str![[r#"
Copied the newsletter `[NAME]` to `letters`. Put your name and addresses into `newsletter.toml`.
Next:

  cd letters
  newsletter preview latest
  newsletter send latest --dry-run

"#]]
        );
        let output = project.run(["-C", "letters", "check", "--strict"]);
        assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
        assert_eq!(project.run(["-C", "letters", "send", "latest", "--yes"]).code, 0);
        assert_eq!(project.run(["-C", "letters", "new"]).code, 0);
        // Nothing that is there is written over.
        let output = project.run(["init", "--example", name, "letters"]);
        assert!(output.code == 6 && output.stderr.starts_with("error: refusing to overwrite `"), "{}", output.stderr);
    }
    let output = Project::empty().run(["init", "--example", "weekley"]);
    assert!(output.code == 2 && output.stderr.contains("a similar value exists: 'weekly'"), "{}", output.stderr);
}
