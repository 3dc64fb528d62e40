//! Tests what holds for every command: `--json` prints JSON or is refused, `--quiet` is quiet. The
//! tables are held against the commands that `--help` names, so that a new one cannot be forgotten.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{ISSUE, Output, Project};

/// Every command with arguments it succeeds with in [`newsletter`], in this order, and whether it knows JSON.
const COMMANDS: [(&[&str], bool); 41] = [
    (&["init", "fresh"], false),
    (&["new", "A title"], false),
    (&["new"], false),
    (&["add", "https://example.org/clocks", "--again", "--title", "Clocks"], true),
    (&["gather", "links.md"], true),
    (&["fill", "2"], true),
    (&["import", "past.md", "-n"], true),
    (&["list"], true),
    (&["check"], true),
    (&["check", "1"], true),
    (&["check", "--explain", "list"], false),
    (&["render", "1"], false),
    (&["render", "1", "--eml", "-o", "letter.eml"], false),
    (&["doctor", "--offline"], true),
    (&["status"], true),
    (&["suppress", "--list"], true),
    (&["send", "1", "--dry-run"], true),
    (&["send", "1", "--test", "ada@example.org"], false),
    (&["send", "1", "--yes"], true),
    (&["send", "1", "--yes"], true),
    (&["status", "1"], true),
    (&["status", "ada@example.org"], true),
    (&["suppress", "bo@example.org"], false),
    (&["suppress", "--remove", "bo@example.org"], false),
    (&["subscribers", "import", "more.csv", "--as", "plain", "--consent", "at our stand"], true),
    (&["subscribers", "list"], true),
    (&["subscribers", "add", "dee@example.org", "--consent", "by mail"], false),
    (&["subscribers", "show", "cy@example.net"], true),
    (&["subscribers", "tag", "cy@example.net", "+vip", "-old"], false),
    (&["subscribers", "export"], false),
    (&["subscribers", "report"], true),
    (&["subscribers", "erase", "nobody@example.org", "--yes"], true),
    (&["mailbox", "letter.eml", "--dry-run"], true),
    (&["ledger", "path"], false),
    (&["ledger", "check"], true),
    (&["ledger", "recover"], true),
    (&["build"], false),
    (&["dkim", "keygen"], true),
    (&["schema", "issue"], true),
    (&["completions", "bash"], false),
    (&["man", "."], false),
];

/// Those that are tried apart: they need more than a newsletter.
const APART: [&str; 3] = ["preview", "serve", "help"];

/// A newsletter with a warning in its issue, and one that has been begun.
fn newsletter() -> Project {
    let warned = ISSUE.replace("preheader = \"Two links about clocks, and one that says why they lie to you\"\n", "");
    Project::new()
        .subscribers(["ada@example.org", "bo@example.org"])
        .file("issues/001-first-things.toml", warned)
        .file("past.md", "---\nnumber: 7\ndate: 2020-01-07\n---\n\n## Reading\n\n- [A](https://example.org/a)\n")
        .file("more.csv", "email\ncy@example.net\n")
}

fn with(arguments: &[&'static str], flag: &'static str) -> Vec<&'static str> {
    arguments.iter().copied().chain([flag]).collect()
}

#[test]
fn no_command_is_forgotten() {
    let help = Project::empty().run(["--help"]).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    // Descriptions go on further to the right.
    let lines = commands.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let named: BTreeSet<&str> = lines.map(|line| line.split_whitespace().next().unwrap()).collect();
    let tried: BTreeSet<&str> = COMMANDS.iter().map(|(arguments, _)| arguments[0]).chain(APART).collect();
    assert_eq!(named, tried);
}

#[test]
fn json_is_printed_or_refused_by_every_command() {
    let project = newsletter();
    for (arguments, is_known) in COMMANDS {
        let Output { code, stdout, stderr } = project.run(with(arguments, "--json"));
        if is_known {
            assert_eq!(code, 0, "{arguments:?}: {stderr}");
            assert!(serde_json::from_str::<serde_json::Value>(&stdout).is_ok(), "{arguments:?}: {stdout}");
        } else {
            assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
            let is_told = stderr.contains("`check`, `list`, `status`") || stderr.contains("cannot be used with");
            assert!(is_told, "{arguments:?}: {stderr}");
            // It is refused before anything is done, which is then done for those that come after.
            assert_eq!(project.run(arguments).code, 0, "{arguments:?}");
        }
    }
    for more in [&["dkim", "dns", "--json"][..], &["dkim", "verify", "letter.eml", "--json"]] {
        assert_ne!(project.run(more).code, 2, "{more:?}");
    }
    let output = project.run(["preview", "--no-open", "--json"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert_eq!(
        output.stderr,
        "error: `preview` has no JSON output\n\
         hint: `--json` works with `add`, `gather`, `fill`, `import`, `check`, `list`, `status`, `send`, `doctor`, `schema`, `subscribers import|list|show|erase|report`, `suppress --list`, `mailbox`, `ledger check|recover` and `dkim`\n"
    );
}

#[test]
fn quiet_is_quiet_for_every_command_and_says_the_same_on_stdout() {
    let (project, other) = (newsletter(), newsletter());
    for (arguments, is_known) in COMMANDS {
        let quiet = project.run(with(arguments, "--quiet"));
        assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""), "{arguments:?}");
        let loud = other.run(arguments);
        let lines = |output: &Output| output.stdout.lines().count();
        assert_eq!(lines(&quiet), lines(&loud), "{arguments:?}: {quiet:?} {loud:?}");
        if is_known {
            let both = project.run(with(&with(arguments, "--json"), "-q"));
            assert!(both.stderr.is_empty() || both.code != 0, "{arguments:?}: {both:?}");
        }
    }
    let mut preview = project.command(["preview", "--no-open", "--port", "0", "-q"]);
    let mut preview = preview.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(preview.stdout.take().unwrap()).read_line(&mut url).unwrap();
    preview.kill().unwrap();
    let output = preview.wait_with_output().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && output.stderr.is_empty(), "{url} {output:?}");
}

#[test]
fn nothing_to_tell_is_quiet_too_and_an_error_is_not() {
    let empty = Project::new().subscribers([]);
    for arguments in [&["status"][..], &["status", "ada@example.org"], &["suppress", "--list"], &["ledger", "check"]] {
        assert_eq!(empty.run(with(arguments, "-q")).stderr, "", "{arguments:?}");
    }
    std::fs::remove_file(empty.path("issues/001-first-things.toml")).unwrap();
    assert_eq!(empty.run(["list", "-q"]).stderr, "");

    let project = newsletter();
    let wrong: [(&[&str], i32); 8] = [
        (&["init", "-q"], 6),
        (&["new", "1", "-q"], 6),
        (&["check", "9", "-q"], 3),
        (&["check", "--strict", "-q"], 3),
        (&["render", "9", "-q"], 3),
        (&["send", "1", "-q"], 6),
        (&["status", "1", "-q"], 2),
        (&["suppress", "nobody", "-q"], 2),
    ];
    for (arguments, code) in wrong {
        let output = project.run(arguments);
        assert!(output.code == code && !output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}
