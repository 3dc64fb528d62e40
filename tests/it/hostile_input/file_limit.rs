//! Tests a file size limit (`ulimit -f`): it acts as a full disk, and the ledger accounts for every
//! recipient.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::{Mailing, Output, Project, Script, SmtpServer, run_by};

/// Runs the binary where no file may have more than `blocks` of 512 bytes.
fn run_within(blocks: u32, project: &Project, arguments: &[&str]) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh"]);
    project.finish(&mut run_by(shell, &project.command(arguments)))
}

#[test]
fn a_file_that_may_not_grow_stops_a_send_and_loses_no_recipient() {
    let locals: Vec<_> = (0..300).map(|number| format!("reader{number}")).collect();
    let mut codes = BTreeSet::new();
    for blocks in [0, 1, 8, 16, 64, 100, 128, 160, 200, 256, 400, 4000] {
        let server = SmtpServer::start(Script::default());
        let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 1", "").unread();
        let output = run_within(blocks, &mailing.project, &["send", "1", "--yes"]);
        assert!([0, 1, 5, 6].contains(&output.code), "{blocks}: {output:?}");
        if output.code != 0 {
            let why = format!("files may not be larger than {} bytes here (`ulimit -f`)", blocks * 512);
            assert!(output.stderr.contains(&why), "{blocks}: {}", output.stderr);
        }
        codes.insert(output.code);
        let told = mailing.send(["--yes", "-q"]);
        assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{blocks}: {told}");
        let mut recipients = mailing.server.accepted_recipients();
        recipients.sort();
        let accepted = recipients.len();
        recipients.dedup();
        assert_eq!(recipients.len(), accepted, "{blocks}: somebody twice");
        let status = mailing.run(["status", "1", "--state", "accepted,in-doubt"]);
        assert_eq!(status.lines().count() - 1, 300, "{blocks}: {status}");
    }
    assert_eq!(codes, BTreeSet::from([0, 5, 6]));
}

#[test]
fn a_letter_that_may_not_be_written_is_an_error_of_the_outbox() {
    let project = Project::new().subscribers(["ada@example.org"]);
    // The test mail is the first file that is written.
    let output = run_within(1, &project, &["send", "1", "--test", "ada@example.org"]);
    assert_eq!(output.code, 6, "{output:?}");
    assert!(output.stderr.contains("cannot write to the outbox `[ROOT]/outbox/1`: File too large"), "{output:?}");
}
