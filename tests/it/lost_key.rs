//! Tests a lost, damaged or replaced key of the unsubscribe links: no command replaces it unless a
//! person asks for that.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Mailing, Output, Postgres, Project, Script, SmtpServer};

const KEY: &str = ".newsletter/unsubscribe.key";

/// What the environment holds where the key comes from there.
const FIRST: &str = "the first key of the links, long enough";

/// The second issue of a newsletter.
fn second(project: Project) -> Project {
    let issue = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    project.file("issues/002-second-things.toml", issue.replace("2026-11-20", "2026-11-27"))
}

/// A newsletter whose first issue is out, and the token of somebody who got it.
fn sent() -> (Project, String) {
    let project = second(Project::new().subscribers(["ada@example.org", "bo@example.org"]));
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    let token = token(&project);
    (project, token)
}

fn token(project: &Project) -> String {
    let text = project.run(["render", "1", "--text", "--as", "ada@example.org"]).stdout;
    let after = text.split_once("https://letter.example.org/u/").unwrap().1;
    after.chars().take(22).collect()
}

/// What must not use a key that is not the one.
fn refused(token: &str) -> [Vec<&str>; 5] {
    [
        vec!["send", "2", "--yes"],
        vec!["send", "2", "--test", "ada@example.org"],
        vec!["send", "2", "--dry-run"],
        vec!["send", "1", "--dry-run", "--in-doubt", "resend"],
        vec!["suppress", "--", token],
    ]
}

/// What happens to a key file.
type Loss = (&'static str, fn(&Path));

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).unwrap();
}

const LOSSES: [Loss; 9] = [
    ("is missing", |key| fs::remove_file(key).unwrap()),
    ("is missing", |key| fs::rename(key, key.with_extension("old")).unwrap()),
    ("cannot be used: ", |key| write(key, &fs::read(key).unwrap()[..10])),
    ("cannot be used: ", |key| write(key, "")),
    ("cannot be used: ", |key| fs::set_permissions(key, fs::Permissions::from_mode(0o644)).unwrap()),
    ("cannot be used: ", |key| {
        fs::remove_file(key).unwrap();
        fs::create_dir(key).unwrap();
        fs::set_permissions(key, fs::Permissions::from_mode(0o700)).unwrap();
    }),
    ("has changed", |key| write(key, "another key, long enough to be a key of links\n")),
    ("has changed", |key| write(key, [&fs::read(key).unwrap()[..], b"\n"].concat())),
    ("has changed", |key| write(key, fs::read(key).unwrap().to_ascii_lowercase())),
];

/// What is there, and what is in it.
fn state(path: &Path) -> (bool, Option<Vec<u8>>) {
    (path.exists(), fs::read(path).ok())
}

#[test]
fn every_command_that_needs_the_key_refuses_another_key_file() {
    for (what, lose) in LOSSES {
        let (project, token) = sent();
        lose(&project.path(KEY));
        let before = state(&project.path(KEY));
        for arguments in refused(&token) {
            let output = project.run(&arguments);
            let expected = format!("error: the unsubscribe key {what}");
            assert!(output.code == 6 && output.stderr.contains(&expected), "{what} {arguments:?}: {output:?}");
            assert!(output.stderr.contains("--allow-new-key`"), "{output:?}");
        }
        let doctor = project.run(["doctor", "--offline"]);
        assert!(doctor.code == 3 && doctor.stdout.contains("problem  unsubscribe key"), "{what}: {doctor:?}");
        // A message that is only looked at makes no key either.
        project.run(["render", "2"]);
        assert_eq!(state(&project.path(KEY)), before, "{what}");
        assert!(!project.path("outbox/2").exists(), "{what}");
    }
}

#[test]
fn the_ways_to_go_on_are_named() {
    let (project, _) = sent();
    fs::remove_file(project.path(KEY)).unwrap();
    assert_data_eq!(
        project.run(["send", "2", "--yes"]).stderr,
        str![[r#"
error: the unsubscribe key is missing: with a new key, the unsubscribe links in the mail of issue 1 and earlier would stop working
hint: restore `.newsletter/unsubscribe.key` from the machine that sent or from a backup
hint: if `list_id` was changed, or the `name` that it is derived from, change it back: every link depends on it
hint: if the key is lost for good, `newsletter send N --allow-new-key` sends with a new one; the unsubscribe links in earlier mail will then stop working

"#]]
    );
}

fn with_key(project: &Project, key: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = project.command(arguments);
    if let Some(key) = key {
        command.env("NEWSLETTER_KEY", key);
    }
    project.finish(&mut command)
}

#[test]
fn a_key_from_the_environment_is_held_to_the_same() {
    let from_there = "secret = { env = \"NEWSLETTER_KEY\" }\n";
    let project = second(Project::new().subscribers(["ada@example.org"]).config(from_there));
    assert_eq!(with_key(&project, Some(FIRST), &["send", "1", "--yes"]).code, 0);
    let other = FIRST.replace("first", "other");
    let (longer, shorter) = (format!("{FIRST}\n"), &FIRST[..20]);
    for key in [None, Some(""), Some(&*other), Some(&*longer), Some(shorter)] {
        for arguments in
            [&["send", "2", "--yes"][..], &["send", "2", "--dry-run"], &["suppress", "AAAAAAAAAAAAAAAAAAAAAA"]]
        {
            let output = with_key(&project, key, arguments);
            assert!(output.code == 6 && !output.stderr.contains(FIRST), "{key:?}: {output:?}");
            let expected = "hint: restore the value that the environment variable `NEWSLETTER_KEY` had at that time\n";
            assert!(output.stderr.contains(expected), "{output:?}");
        }
    }
    assert_eq!(with_key(&project, Some(FIRST), &["send", "2", "--yes"]).code, 0);
    // The same key from another place is the same key.
    let (project, _) = sent();
    let key = project.read(KEY).trim_end().to_owned();
    let project = project.config(from_there);
    assert_eq!(with_key(&project, Some(&key), &["send", "2", "--yes"]).code, 0);
    assert_eq!(with_key(&project, Some(FIRST), &["send", "2", "--yes"]).code, 6);
}

#[test]
fn another_list_identity_is_another_key() {
    let (project, token) = sent();
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", config.replace("name = \"Test Letter\"", "name = \"Another Letter\""));
    for arguments in refused(&token) {
        assert_eq!(project.run(&arguments).code, 6, "{arguments:?}");
    }
}

#[test]
fn a_new_key_is_taken_when_it_is_meant_and_then_the_old_one_is_another() {
    for (_, lose) in [LOSSES[0], LOSSES[6]] {
        let (project, _) = sent();
        let old: PathBuf = project.path("old.key");
        fs::copy(project.path(KEY), &old).unwrap();
        lose(&project.path(KEY));
        assert_eq!(project.run(["send", "2", "--dry-run", "--allow-new-key"]).code, 0);
        assert_eq!(project.run(["send", "2", "--yes", "--allow-new-key"]).code, 0);
        assert_eq!(project.run(["send", "2", "--dry-run"]).code, 0);
        assert_eq!(project.run(["doctor", "--offline"]).code, 0);
        fs::rename(old, project.path(KEY)).unwrap();
        assert_eq!(project.run(["send", "2", "--test", "ada@example.org"]).code, 6);
    }
}

#[test]
fn an_issue_that_was_begun_goes_on_with_a_new_key_when_it_is_meant() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    fs::remove_file(mailing.project.path(KEY)).unwrap();
    assert!(mailing.send(["--yes"]).ends_with("exit 6\n"));
    assert!(!mailing.project.path(KEY).exists());
    assert!(mailing.send(["--yes", "--limit", "1", "--allow-new-key"]).ends_with("exit 5\n"));
    assert!(mailing.send(["--yes"]).ends_with("exit 0\n"));
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
}

#[test]
fn with_the_ledger_lost_as_well_the_marker_knows_the_key() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    mailing.send(["--yes"]);
    let issue = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    mailing.project.write("issues/002-second-things.toml", issue);
    fs::remove_dir_all(mailing.project.path(".newsletter")).unwrap();
    let output = mailing.project.run(["send", "2", "--yes"]);
    assert!(output.code == 6 && output.stderr.contains("unsubscribe key is missing"), "{output:?}");
    // A marker of an earlier version says that there was one.
    let marker = mailing.project.read("issues/001.sent");
    let (before, _) = marker.split_once("key = ").unwrap();
    mailing.project.write("issues/001.sent", before);
    assert_eq!(mailing.project.run(["send", "2", "--yes"]).code, 6);
    assert!(!mailing.project.path(KEY).exists());
    // And knows no other than the one that is put there.
    mailing.project.write(KEY, "another key, long enough to be a key of links\n");
    fs::set_permissions(mailing.project.path(KEY), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(mailing.project.run(["send", "2", "--yes"]).code, 0);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_shared_ledger_knows_the_key_as_well() {
    let server = Postgres::start();
    let config = format!("[ledger]\nurl = \"{}\"\n", server.url());
    let project = second(Project::new().subscribers(["ada@example.org"]).config(&config));
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    let token = token(&project);
    fs::remove_file(project.path(KEY)).unwrap();
    for arguments in refused(&token) {
        let output = project.run(&arguments);
        assert!(output.code == 6 && output.stderr.contains("unsubscribe key is missing"), "{output:?}");
    }
    assert!(!project.path(KEY).exists());
    assert_eq!(project.run(["send", "2", "--yes", "--allow-new-key"]).code, 0);
}

#[test]
fn no_key_is_made_while_the_existence_of_an_earlier_one_is_unknown() {
    let (project, _) = sent();
    fs::remove_file(project.path(KEY)).unwrap();
    project.write(".newsletter/ledger.sqlite3", "no ledger any more, and long enough to look at. ".repeat(99));
    for arguments in [["send", "2", "--dry-run"], ["send", "2", "--test"], ["suppress", "-q", "AAAAAAAAAAAAAAAAAAAAAA"]]
    {
        assert_ne!(project.run(arguments).code, 0, "{arguments:?}");
    }
    assert!(!project.path(KEY).exists());
}

#[test]
fn the_first_key_is_made_without_being_asked_for() {
    let project = Project::new().subscribers(["ada@example.org"]);
    assert_eq!(project.run(["doctor", "--offline"]).code, 0);
    assert!(!project.path(KEY).exists());
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(project.path(KEY).exists());
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
}
