//! Tests machines that are thrown away after a run, such as CI runners: an issue is claimed in git,
//! its ledger is elsewhere, or it is not sent.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::issue_claim::{CLAIM, PEOPLE, refusal, runners};
use crate::support::{Postgres, Project, Runners, Script, SmtpServer, git};

/// What is done on a machine before it sends.
pub(crate) type Preparation = fn(&Runners, &Project);

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_ledger_that_would_be_thrown_away_is_not_begun() {
    let runners = runners("");
    assert_data_eq!(
        refusal(&runners, &runners.runner()),
        str![[r#"
error: this is a CI machine: its files are deleted after the run, including the ledger `.newsletter/ledger.sqlite3` (the next run would mail all subscribers again)
hint: keep the ledger in a PostgreSQL database: set `url` under `[ledger]`
hint: or record in the git repository which issues have been begun: set `claim = "git"` under `[ledger]`
hint: if this machine keeps its files: `CI=false newsletter send 1`
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_key_that_would_be_thrown_away_is_not_made() {
    for ledger in ["", CLAIM] {
        let runners = Runners::configured(SmtpServer::start(Script::default()), PEOPLE, ledger, "");
        let runner = runners.runner();
        let told = refusal(&runners, &runner);
        let key = "the new key `.newsletter/unsubscribe.key` (no unsubscribe link would work afterwards)\n";
        assert!(told.contains(key), "{told}");
        assert!(told.contains("hint: pass the key to every run as a secret: set `secret = { env = "), "{told}");
        assert_eq!(told.contains("the ledger `"), ledger.is_empty(), "{told}");
        assert!(!runner.path(".newsletter").exists(), "nothing is left behind");
    }
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_ledger_anywhere_in_a_fresh_checkout_counts_as_new() {
    let outside = tempfile::tempdir().unwrap();
    let elsewhere = format!("path = \"{}/ledger.sqlite3\"", outside.path().display());
    let prepare: [(&str, Preparation); 6] = [
        ("path = \"state/weekly.db\"", |_, _| {}),
        ("path = \"./a/../ledger.sqlite3\"", |_, _| {}),
        // Made by an earlier step of the same run.
        ("", |runners, runner| assert_eq!(runners.run(runner, ["suppress", "zoe@example.org"]).code, 0)),
        ("", |runners, runner| {
            let config = runner.read("newsletter.toml");
            runner.write("newsletter.toml", config.replace("courier = \"smtp\"", ""));
            assert_eq!(runners.run(runner, ["send", "1", "--yes"]).code, 0, "a rehearsal is no delivery");
            runner.write("newsletter.toml", config);
        }),
        ("", |_, runner| runner.write(".newsletter/ledger.sqlite3", "")),
        ("", |_, runner| {
            fs::create_dir(runner.path("kept")).unwrap();
            std::os::unix::fs::symlink(runner.path("kept"), runner.path(".newsletter")).unwrap();
        }),
    ];
    for (ledger, prepare) in prepare {
        let runners = runners(ledger);
        let runner = runners.runner();
        prepare(&runners, &runner);
        let output = runners.run(&runner, ["send", "1", "--yes"]);
        assert_eq!((output.code, runners.server.count_accepted()), (6, 0), "{ledger}: {output:?}");
    }
    let runners = runners(&elsewhere);
    assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes"]).code, 0, "that machine keeps it elsewhere");
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_ledger_that_was_committed_came_with_the_checkout() {
    let runners = runners("");
    let first = runners.runner();
    assert_eq!(first.finish(Runners::command(&first, ["send", "1", "--yes", "--limit", "1"]).env("CI", "")).code, 5);
    git(first.root(), &["add", "-f", ".newsletter/ledger.sqlite3"]);
    git(first.root(), &["commit", "-qm", "keep the ledger"]);
    git(first.root(), &["push", "-q"]);
    let output = runners.run(&runners.runner(), ["send", "1", "--yes"]);
    assert_eq!((output.code, runners.server.count_accepted()), (6, 1), "{output:?}");
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn commands_that_do_not_mail_work_on_any_machine() {
    let runners = runners("");
    for arguments in
        [&["send", "1", "--dry-run"][..], &["send", "1", "--test", "ada@example.org"], &["check"], &["status"]]
    {
        let runner = runners.runner();
        let mut command = runner.command(arguments);
        let output = runner.finish(command.env("CI", "1").env("NEWSLETTER_KEY", "0123456789abcdef0123456789abcdef"));
        assert_eq!(output.code, 0, "{arguments:?}: {output:?}");
    }
    for value in ["", "false", "0", "FALSE"] {
        let runner = runners.runner();
        let output = runner.finish(Runners::command(&runner, ["send", "1", "--yes"]).env("CI", value));
        assert_eq!(output.code, 0, "CI={value}: {output:?}");
    }
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_machine_that_has_the_ledger_of_earlier_mail_goes_on() {
    let runners = runners("");
    let runner = runners.runner();
    let first = runner.finish(Runners::command(&runner, ["send", "1", "--yes", "--limit", "1"]).env("CI", "false"));
    assert_eq!(first.code, 5, "{first:?}");
    assert_eq!(runners.run(&runner, ["send", "1", "--yes"]).code, 0);
    assert_eq!(runners.server.count_accepted(), 3);
}

#[test]
#[ignore = "needs git and PostgreSQL; ./check runs it"]
fn a_database_needs_no_claim() {
    let server = Postgres::start();
    let runners = runners(&format!("url = \"{}\"\n", server.url()));
    assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes", "--limit", "1"]).code, 5);
    assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes"]).code, 0);
    assert_eq!(runners.server.count_accepted(), 3);
}
