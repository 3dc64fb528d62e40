//! Tests what is said about an import, by itself and by other commands after it.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::subscribers_command::{FILES, MAILCHIMP, mailchimp, run, told};
use crate::support::Project;

#[test]
fn a_row_is_left_out_when_another_of_the_same_import_says_that_the_reader_left() {
    let project = mailchimp();
    let still_there = MAILCHIMP.replace("bo@example.org,Bo,B", "CY@example.org,Cy,C");
    project.write("subscribed.csv", still_there);
    for arguments in [&[&FILES[..], &["-n"]].concat(), &FILES[..]] {
        let told = run(&project, arguments);
        let end = "4 rows: 1 new · 2 suppressed (1 bounced, 1 unsubscribed) · 1 left out: unsubscribed in another file\nexit 0\n";
        assert!(told.ends_with(end), "{told}");
    }
    let again = run(&project, &FILES);
    assert!(again.ends_with("\n4 rows: 0 new · 1 already here · 3 stay suppressed\nexit 0\n"), "{again}");
}

#[test]
fn readers_of_an_import_are_known_to_check_and_doctor() {
    let project = mailchimp();
    fs::remove_file(project.path("subscribers.csv")).unwrap();
    assert!(run(&project, &FILES).ends_with("exit 0\n"));
    let checked = told(&project.run(["check"]));
    assert!(!checked.contains("was not checked"), "{checked}");
    let doctor = project.run(["doctor", "--offline"]).stdout;
    let ledger: Vec<&str> = doctor.lines().filter(|line| line.contains(" ledger ")).collect();
    assert_eq!(ledger, ["ok       ledger           `.newsletter/ledger.sqlite3`, 2 subscribers, no delivery yet"]);
}

#[test]
fn an_archive_of_exports_is_to_be_unpacked() {
    let project = Project::new().subscribers([]);
    fs::write(project.path("audience.zip"), b"PK\x03\x04\x14\0\0\0\0\0subscribed_members.csv").unwrap();
    assert_data_eq!(
        run(&project, &["import", "audience.zip"]),
        str![[r"
error: `audience.zip` is a ZIP archive, not a list
help: unpack it, and name the files that are in it
exit 3

"]]
    );
}
