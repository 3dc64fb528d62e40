//! Tests two newsletters with one ledger, a file or a database: the second one, with any command,
//! is told whose the ledger is and changes nothing. A newsletter stays the same one wherever it is
//! checked out.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Postgres, Project};

/// A newsletter called `name` whose ledger is as `ledger` says.
fn newsletter(name: &str, ledger: &str) -> Project {
    let second = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    let project =
        Project::new().subscribers(["ada@example.org", "bo@example.org"]).file("issues/002-second.toml", second);
    let config = project.read("newsletter.toml").replace("Test Letter", name);
    project.file("newsletter.toml", format!("{config}\n[ledger]\n{ledger}\n"))
}

/// Both kinds of ledger, each of its own.
fn with_each_ledger(test: impl Fn(&str)) {
    let folder = tempfile::tempdir().unwrap();
    test(&format!("path = \"{}\"", folder.path().join("ledger.sqlite3").display()));
    let server = Postgres::start();
    test(&format!("url = \"{}\"", server.url()));
}

/// What has to do with the ledger.
const COMMANDS: [&[&str]; 12] = [
    &["send", "1", "--yes"],
    &["send", "1", "--dry-run"],
    &["send", "next", "--confirm", "2"],
    &["send", "2", "--test", "ada@example.org"],
    &["send", "2", "--yes", "-q"],
    &["suppress", "bo@example.org"],
    &["suppress", "--list"],
    &["suppress", "--remove", "bo@example.org"],
    &["status"],
    &["status", "1"],
    &["status", "ada@example.org"],
    &["list", "--json"],
];

fn refused(project: &Project, theirs: &str) {
    for command in COMMANDS {
        let output = project.run(command);
        let expected = format!("belongs to the newsletter `{theirs}.example.org`, not to `");
        assert!(output.code == 6 && output.stderr.contains(&expected), "{command:?}: {output:?}");
        assert_eq!(output.stdout, "", "{command:?}");
    }
    let doctor = project.run(["doctor", "--offline"]);
    assert!(doctor.code == 3 && doctor.stdout.contains("problem  ledger"), "{doctor:?}");
    assert!(!project.path("outbox").exists());
}

fn accepted(project: &Project, command: &[&str]) {
    let output = project.run(command);
    assert_eq!(output.code, 0, "{command:?}: {output:?}");
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_second_newsletter_is_refused_by_whatever_has_to_do_with_the_ledger() {
    with_each_ledger(|ledger| {
        let (weekly, daily) = (newsletter("Weekly", ledger), newsletter("Daily", ledger));
        accepted(&weekly, &["send", "1", "--yes"]);
        let before = weekly.run(["status", "--json"]);
        refused(&daily, "weekly");
        assert_eq!(weekly.run(["status", "--json"]), before);
        accepted(&weekly, &["send", "2", "--yes"]);
        // Nor does the first change anything for the second, which has another ledger now.
        let config = daily.read("newsletter.toml").replace(ledger, "path = \"own.sqlite3\"");
        daily.write("newsletter.toml", config);
        accepted(&daily, &["send", "1", "--yes"]);
    });
}

#[test]
fn readers_that_were_imported_before_the_newsletter_had_a_name_are_its_own() {
    let project = Project::new();
    let config = project.read("newsletter.toml");
    let example = config.replace("ada@example.org", "ada@letter.example");
    let project = project.file("newsletter.toml", example).file("old.csv", "email\nbo@example.net\n");
    accepted(&project, &["subscribers", "import", "--as", "plain", "--consent", "at our stand", "old.csv"]);
    project.write("newsletter.toml", &config);
    accepted(&project, &["subscribers", "list"]);
    let told = project.run(["send", "1", "--yes"]);
    assert!(told.code == 0 && told.stderr.contains("1 from the ledger"), "{told:?}");
    project.write("newsletter.toml", config.replace("Test Letter", "Another"));
    let refused = project.run(["status"]);
    assert!(refused.code == 6 && refused.stderr.contains("belongs to the newsletter `test-letter."), "{refused:?}");
}

#[test]
fn the_second_newsletter_is_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = format!("path = \"{}\"", folder.path().join("ledger.sqlite3").display());
    accepted(&newsletter("Weekly", &ledger), &["send", "1", "--yes"]);
    assert_data_eq!(
        newsletter("Daily", &ledger).run(["send", "1", "--yes"]).stderr,
        str![[r#"
error: the ledger `[..]/ledger.sqlite3` belongs to the newsletter `weekly.example.org`, not to `daily.example.org`
hint: each newsletter needs a ledger of its own: set another `path` under `[ledger]`
hint: if this is the same newsletter under a new name, set `list_id = "weekly.example.org"` under `[newsletter]`
hint: to change its `list_id` for good: `newsletter send N --allow-new-key`; the unsubscribe links in earlier mail will then stop working

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn the_first_writing_command_decides_the_owner_of_a_ledger_and_reading_ones_do_not() {
    with_each_ledger(|ledger| {
        let (weekly, daily) = (newsletter("Weekly", ledger), newsletter("Daily", ledger));
        for command in
            [&["send", "1", "--dry-run"][..], &["send", "1", "--test", "ada@example.org"], &["status"], &["list"]]
        {
            accepted(&daily, command);
        }
        std::fs::remove_dir_all(daily.path("outbox")).unwrap();
        accepted(&weekly, &["suppress", "cy@example.org"]);
        refused(&daily, "weekly");
    });
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_newsletter_is_the_same_under_another_name_in_another_folder_and_in_capitals() {
    with_each_ledger(|ledger| {
        let weekly = newsletter("Weekly", ledger);
        accepted(&weekly, &["send", "1", "--yes"]);
        let config = weekly.read("newsletter.toml");
        let renamed = |list_id: &str| {
            let config = config.replace("name = \"Weekly\"", &format!("name = \"Monthly\"\nlist_id = \"{list_id}\""));
            weekly.write("newsletter.toml", config);
        };
        renamed("weekly.example.org");
        accepted(&weekly, &["send", "2", "--yes"]);
        accepted(&weekly.copied(), &["send", "2", "--yes"]);
        renamed("Weekly.Example.ORG");
        accepted(&weekly, &["status", "2"]);
        accepted(&weekly, &["suppress", "ada@example.org"]);
        renamed("monthly.example.org");
        assert_eq!(weekly.run(["status"]).code, 6);
        let elsewhere = config.replace("ada@example.org", "ada@example.net");
        weekly.write("newsletter.toml", elsewhere);
        let output = weekly.run(["send", "2", "--yes"]);
        assert!(output.code == 6 && output.stderr.contains("not to `weekly.example.net`"), "{output:?}");
    });
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_list_identity_that_changes_for_good_takes_the_ledger_along_when_that_is_said() {
    with_each_ledger(|ledger| {
        let weekly = newsletter("Weekly", ledger);
        accepted(&weekly, &["send", "1", "--yes"]);
        let before = weekly.read("newsletter.toml");
        weekly.write("newsletter.toml", before.replace("Weekly", "Monthly"));
        assert_eq!(weekly.run(["send", "2", "--yes"]).code, 6);
        accepted(&weekly, &["send", "2", "--dry-run", "--allow-new-key"]);
        accepted(&weekly, &["send", "2", "--test", "ada@example.org", "--allow-new-key"]);
        assert_eq!(weekly.run(["status"]).code, 6, "neither has changed anything");
        let output = weekly.run(["send", "2", "--yes", "--allow-new-key"]);
        let told = "The ledger belonged to `weekly.example.org` and now belongs to `monthly.example.org`\n";
        assert!(output.code == 0 && output.stderr.contains(told), "{output:?}");
        accepted(&weekly, &["status", "1"]);
        weekly.write("newsletter.toml", before);
        let output = weekly.run(["status"]);
        assert!(
            output.code == 6 && output.stderr.contains("belongs to the newsletter `monthly.example.org`"),
            "{output:?}"
        );
    });
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn of_two_newsletters_that_start_at_once_one_is_refused() {
    with_each_ledger(|ledger| {
        let projects = ["weekly", "daily"].map(|name| newsletter(name, ledger));
        let start = |project: &Project| {
            let mut command = project.command(["send", "1", "--yes"]);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let codes = projects.each_ref().map(start).map(|mut run| run.wait().unwrap().code().unwrap());
        assert!(codes == [0, 6] || codes == [6, 0], "{codes:?}");
        let (winner, loser) = if codes[0] == 0 { (0, 1) } else { (1, 0) };
        refused(&projects[loser], ["weekly", "daily"][winner]);
        accepted(&projects[winner], &["send", "2", "--yes"]);
    });
}
