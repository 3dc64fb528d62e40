//! Tests the claim of an issue in its git repository: one machine holds it, and every other one is
//! told which.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use newsletter::claim::{ClaimError, Git};
use newsletter::model::IssueNumber;
use snapbox::{assert_data_eq, str};

use crate::ephemeral_machines::Preparation;
use crate::support::{Output, Project, Runners, Script, SmtpServer, git};

pub(crate) const PEOPLE: [&str; 3] = ["ada", "bo", "cy"];

pub(crate) const CLAIM: &str = "claim = \"git\"\n";

pub(crate) fn runners(ledger: &str) -> Runners {
    Runners::new(SmtpServer::start(Script::default()), PEOPLE, ledger)
}

/// What was said after the summary, with names of processes and machines and times made the same.
fn told(output: &Output) -> String {
    let Output { code, stdout, stderr } = output;
    let text = format!("{stderr}{stdout}exit {code}\n");
    let text = text.rsplit_once(" connections\n").map_or(text.as_str(), |(_, after)| after);
    let mut lines = String::new();
    for line in text.lines() {
        let line = match (line.find("pid "), line.find(" UTC")) {
            (Some(start), Some(end)) if start < end => format!("{}[WHO]{}", &line[..start], &line[end + 4..]),
            _ => line.to_owned(),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// `issue 1 cannot be claimed: ...` and what to do.
pub(crate) fn refusal(runners: &Runners, runner: &Project) -> String {
    let output = runners.run(runner, ["send", "1", "--yes"]);
    assert_eq!(output.code, 6, "{output:?}");
    assert!(runners.server.accepted().is_empty());
    let told = told(&output);
    told.replace(runners.remote().to_str().unwrap(), "[REMOTE]")
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn the_first_machine_claims_the_issue_and_the_second_sends_nothing() {
    let runners = runners(CLAIM);
    let (first, second) = (runners.runner(), runners.runner());
    let mut begun = Runners::command(&first, ["send", "1", "--yes", "--limit", "1"]);
    begun.env("CI_JOB_URL", "https://ci.example.org/jobs/7");
    assert_eq!(first.finish(&mut begun).code, 5);
    let claim = git(&runners.remote(), &["log", "-1", "--format=%an <%ae>%n%B", "refs/newsletter/001"]);
    assert_data_eq!(
        claim.as_str(),
        str![[r#"
newsletter <newsletter@localhost>
newsletter: issue 1 is sent from here

plan = "[..]"
letter = "[..]"
by = "pid [..] on [..]"
at = "[..]Z"
run = "https://ci.example.org/jobs/7"


"#]]
    );
    let refused = runners.run(&second, ["send", "1", "--yes"]);
    assert_data_eq!(
        told(&refused),
        str![[r#"
error: issue 1 was claimed by [WHO]; its recipients may have it already, and this ledger has no record of that
hint: check how far that run got: https://ci.example.org/jobs/7
hint: continue on the machine with the ledger of that run: only that ledger records which recipients have the issue
hint: if that ledger is lost, `newsletter send 1 --allow-claimed --confirm N` sends to all N recipients; some may get a second copy
exit 6

"#]]
    );
    assert_eq!(runners.server.count_accepted(), 1);
    // The machine that has claimed it goes on.
    assert_eq!(runners.run(&first, ["send", "1", "--yes"]).code, 0);
    assert_eq!(runners.server.count_accepted(), 3);
    // And a third one is told the same when everything is over.
    assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes"]).code, 6);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_claim_with_another_letter_says_so() {
    let runners = runners(CLAIM);
    let (first, second) = (runners.runner(), runners.runner());
    assert_eq!(runners.run(&first, ["send", "1", "--yes"]).code, 0);
    let issue = second.read("issues/001-first-things.toml");
    second.write("issues/001-first-things.toml", issue.replace("Until next week.", "Until next month."));
    let told = told(&runners.run(&second, ["send", "1", "--yes"]));
    assert!(told.starts_with("error: issue 1 was claimed by [WHO], with a different letter; its recipients"), "{told}");
    // The machine that has claimed it may edit it for the rest.
    first.write("issues/001-first-things.toml", issue.replace("Until next week.", "Until next month."));
    assert_eq!(runners.run(&first, ["send", "1", "--yes", "--allow-changed"]).code, 0);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_person_who_has_looked_may_take_the_claim_over() {
    let runners = runners(CLAIM);
    let (first, second) = (runners.runner(), runners.runner());
    assert_eq!(runners.run(&first, ["send", "1", "--yes", "--limit", "1"]).code, 5);
    for without in [&["send", "1", "--allow-claimed"][..], &["send", "1", "--allow-claimed", "--yes"]] {
        assert_eq!(second.run(without).code, 2, "{without:?}");
    }
    assert_eq!(runners.run(&second, ["send", "1", "--allow-claimed", "--confirm", "2"]).code, 6);
    let output = runners.run(&second, ["send", "1", "--allow-claimed", "--confirm", "3"]);
    assert!(output.stderr.contains("; the recipients of that run may get a second copy\n"), "{output:?}");
    assert_eq!((output.code, runners.server.count_accepted()), (0, 4));
    // The claim is the second one's now.
    assert_eq!(runners.run(&first, ["send", "1", "--yes"]).code, 6);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn of_many_machines_that_begin_together_one_sends() {
    let runners = runners(CLAIM);
    let machines: Vec<_> = (0..8).map(|_| runners.runner()).collect();
    let started: Vec<_> =
        machines.iter().map(|machine| Runners::command(machine, ["send", "1", "--yes"]).spawn().unwrap()).collect();
    let codes: Vec<_> = started.into_iter().map(|child| child.wait_with_output().unwrap().status.code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(6)).count(), 7, "{codes:?}");
    assert_eq!(runners.server.count_accepted(), 3);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn status_and_a_rehearsal_show_the_holder_of_the_claim() {
    let runners = runners(CLAIM);
    let (first, second) = (runners.runner(), runners.runner());
    assert_eq!(runners.run(&first, ["send", "1", "--yes"]).code, 0);
    let here = runners.run(&first, ["status"]).stderr;
    assert!(here.starts_with("issue 1 was claimed by pid ") && here.ends_with(" UTC\n"), "{here}");
    assert_data_eq!(
        [&["status"][..], &["status", "1"]].map(|arguments| told(&second.run(arguments))).join(""),
        str![[r#"
nothing has been sent yet
issue 1 was claimed by [WHO]; this ledger does not record the recipients of that run
exit 0
error: this ledger has no record of issue 1, but it was claimed by [WHO]
hint: run the command on the machine with the ledger of that run: only that ledger records which recipients have the issue
exit 2

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&second.run(["status", "--json"]).stdout).unwrap();
    assert_eq!((&json[0]["issue"], &json[0]["state"]), (&1.into(), &"claimed".into()));
    assert!(json[0]["claim"]["by"].as_str().unwrap().starts_with("pid "));
    let rehearsed = runners.run(&second, ["send", "1", "--dry-run"]);
    let expected = "error: issue 1 was claimed by pid ";
    assert!(rehearsed.code == 6 && rehearsed.stderr.contains(expected), "{rehearsed:?}");
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn obstacles_to_a_claim_are_named() {
    let runners = runners(CLAIM);
    let with = |change: fn(&Project, &Path)| {
        let runner = runners.runner();
        change(&runner, &runners.remote());
        refusal(&runners, &runner)
    };
    let refusals = [
        with(|runner, _| fs::remove_dir_all(runner.path(".git")).unwrap()),
        with(|runner, _| drop(git(runner.root(), &["remote", "remove", "origin"]))),
        with(|runner, _| drop(git(runner.root(), &["remote", "set-url", "origin", "/nowhere/remote.git"]))),
        with(|runner, _| {
            drop(git(runner.root(), &["remote", "set-url", "origin", "http://u:t0ken@127.0.0.1:1/x.git"]));
        }),
        with(|runner, _| {
            let config = runner.read("newsletter.toml");
            runner.write("newsletter.toml", config.replace(CLAIM, "claim = \"git\"\nremote = \"upstream\"\n"));
        }),
    ];
    assert_data_eq!(
        refusals.join(""),
        str![[r#"
error: issue 1 cannot be claimed: the newsletter is not in a git repository: fatal: not a git repository (or any of the parent directories): .git; nothing was sent
hint: clone the newsletter's repository, or remove `claim` from `[ledger]`
exit 6
error: issue 1 cannot be claimed: the repository has no remote `origin`; nothing was sent
hint: `git remote -v` lists the remotes; set `remote = "..."` under `[ledger]`
exit 6
error: issue 1 cannot be claimed: cannot reach the remote `origin`: fatal: '/nowhere/remote.git' does not appear to be a git repository; nothing was sent
hint: `git ls-remote origin` shows the complete error; fix it and run the same command again
exit 6
error: issue 1 cannot be claimed: cannot reach the remote `origin`: fatal: unable to access 'http://127.0.0.1:1/x.git/': [..]; nothing was sent
hint: `git ls-remote origin` shows the complete error; fix it and run the same command again
exit 6
error: issue 1 cannot be claimed: the repository has no remote `upstream`; nothing was sent
hint: `git remote -v` lists the remotes; set `remote = "..."` under `[ledger]`
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_remote_that_may_be_read_and_not_written_is_named() {
    let runners = runners(CLAIM);
    let hook = runners.remote().join("hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho no pushes here >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    assert_data_eq!(
        refusal(&runners, &runners.runner()),
        str![[r#"
error: issue 1 cannot be claimed: the remote `origin` rejected the push: ![..][remote rejected] (pre-receive hook declined); nothing was sent
hint: allow this machine to push to `refs/newsletter/*` (in GitHub Actions: `permissions: contents: write`)
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn without_git_nothing_is_claimed() {
    let runners = runners(CLAIM);
    let runner = runners.runner();
    let output = runner.finish(Runners::command(&runner, ["send", "1", "--yes"]).env("PATH", "/nowhere"));
    assert_data_eq!(
        told(&output),
        str![[r#"
error: issue 1 cannot be claimed: cannot run `git`: No such file or directory (os error 2); nothing was sent
hint: install git, or remove `claim` from `[ledger]`
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn any_checkout_can_claim() {
    let prepare: [Preparation; 4] = [
        |_, runner| drop(git(runner.root(), &["checkout", "-q", "--detach"])),
        |runners, runner| {
            fs::remove_dir_all(runner.root().join(".git")).unwrap();
            fs::remove_dir_all(runner.path("issues")).unwrap();
            for file in ["newsletter.toml", "subscribers.csv", ".gitignore"] {
                fs::remove_file(runner.path(file)).unwrap();
            }
            let remote = format!("file://{}", runners.remote().display());
            git(runner.root(), &["clone", "-q", "--depth=1", &remote, "."]);
        },
        |runners, runner| {
            git(runner.root(), &["remote", "remove", "origin"]);
            let config = runner.read("newsletter.toml");
            let remote = format!("claim = \"git\"\nremote = \"{}\"\n", runners.remote().display());
            runner.write("newsletter.toml", config.replace(CLAIM, &remote));
        },
        |runners, runner| {
            git(runner.root(), &["remote", "set-url", "--push", "origin", runners.remote().to_str().unwrap()]);
            git(runner.root(), &["remote", "set-url", "origin", "/nowhere/else.git"]);
        },
    ];
    for prepare in prepare {
        let runners = runners(CLAIM);
        let runner = runners.runner();
        prepare(&runners, &runner);
        let output = runners.run(&runner, ["send", "1", "--yes"]);
        assert_eq!(output.code, 0, "{output:?}");
        git(&runners.remote(), &["rev-parse", "refs/newsletter/001"]);
        assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes"]).code, 6);
        assert_eq!(runners.server.count_accepted(), 3);
    }
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_claim_that_cannot_be_read_is_one() {
    let runners = runners(CLAIM);
    git(&runners.remote(), &["update-ref", "refs/newsletter/001", "refs/heads/main"]);
    let told = refusal(&runners, &runners.runner());
    assert!(told.starts_with("error: issue 1 was claimed by an unreadable record ("), "{told}");
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_remote_that_does_not_answer_is_left() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("git://127.0.0.1:{}/x.git", silent.local_addr().unwrap().port());
    let runners = runners(CLAIM);
    let runner = runners.runner();
    let git = Git::new(runner.root(), &address).within(Duration::from_millis(300));
    let error = git.claim(IssueNumber(1)).unwrap_err();
    assert!(matches!(error, ClaimError::TimedOut(..)), "{error}");
}
