//! Tests file modes: letters name their recipients and unsubscribe for them, so only their owner
//! can read them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::{Project, run_by};

/// Runs the binary under `umask`.
fn run_under(umask: &str, project: &Project, arguments: &[&str]) {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]);
    let output = project.finish(&mut run_by(shell, &project.command(arguments)));
    assert_eq!(output.code, 0, "{output:?}");
}

/// Every file and folder below `folder`, with its mode.
fn modes(folder: &Path, found: &mut Vec<(String, u32)>) {
    let mode = folder.metadata().unwrap().permissions().mode() & 0o777;
    found.push((folder.file_name().unwrap().to_str().unwrap().to_owned(), mode));
    if folder.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in &entries {
            modes(entry, found);
        }
    }
}

#[test]
fn letters_in_a_folder_are_their_senders_alone_under_any_umask() {
    for umask in ["000", "002", "022", "027", "077"] {
        for (arguments, folders, file) in [
            (&["send", "1", "--yes"][..], &["outbox", "1"][..], "00001-ada@example.org.eml"),
            (&["send", "1", "--test", "ada@example.org"], &["outbox", "1"], "test-ada@example.org.eml"),
            (
                &["send", "1", "--dry-run", "--eml", "letters/of/mine"],
                &["letters", "of", "mine"],
                "00001-ada@example.org.eml",
            ),
        ] {
            let project = Project::new().subscribers(["ada@example.org"]);
            run_under(umask, &project, arguments);
            let mut found = Vec::new();
            modes(&project.path(folders[0]), &mut found);
            let folders = folders.iter().map(|folder| ((*folder).to_owned(), 0o700));
            assert_eq!(found, folders.chain([(file.to_owned(), 0o600)]).collect::<Vec<_>>(), "{umask} {arguments:?}");
        }
    }
}

#[test]
fn a_folder_that_is_there_keeps_its_mode_and_what_a_killed_run_left_in_it_goes() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let project = project.file("outbox/1/.00001-ada@example.org.eml.part", "half a letter");
    let folder = project.path("outbox");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
    fs::set_permissions(folder.join("1"), fs::Permissions::from_mode(0o500 | 0o200)).unwrap();
    run_under("000", &project, &["send", "1", "--yes"]);
    let mut found = Vec::new();
    modes(&folder, &mut found);
    let expected = [("outbox", 0o750), ("1", 0o700), ("00001-ada@example.org.eml", 0o600)];
    assert_eq!(found, expected.map(|(name, mode)| (name.to_owned(), mode)));
}
