//! Tests a machine that cannot start threads: the send stops, loses no recipient, and continues
//! with the same command.

use std::process::Command;

use crate::support::{Mailing, Output, Project, Script, SmtpServer, run_by};

/// Runs the binary with threads that want `stack` megabytes each of `memory` megabytes.
fn run_with(stack: u64, memory: &str, project: &Project, arguments: &[&str]) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {memory}; exec \"$@\""), "sh"]);
    let mut command = project.command(arguments);
    command.env("RUST_MIN_STACK", (stack << 20).to_string());
    project.finish(&mut run_by(shell, &command))
}

fn mailing() -> Mailing {
    let locals: Vec<_> = (0..40).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default());
    Mailing::configured(server, locals.iter().map(String::as_str), "connections = 8", "")
}

#[test]
fn a_send_without_its_threads_stops_and_loses_no_recipient() {
    // None at all, and a few of eight.
    for (stack, memory) in [(1 << 30, "unlimited"), (500, "2200000"), (500, "3200000")] {
        let mailing = mailing();
        let output = run_with(stack, memory, &mailing.project, &["send", "1", "--yes"]);
        assert_eq!(output.code, 5, "{stack} {memory}: {output:?}");
        assert!(
            ["cannot start a thread", "cannot start another thread"].iter().any(|said| output.stderr.contains(said)),
            "{stack} {memory}: {output:?}"
        );
        assert!(!output.stderr.contains("panicked"), "{output:?}");
        let told = mailing.send(["--yes"]);
        assert!(told.ends_with("exit 0\n"), "{told}");
        let mut recipients = mailing.server.accepted_recipients();
        assert_eq!(recipients.len(), 40);
        recipients.sort();
        recipients.dedup();
        assert_eq!(recipients.len(), 40);
    }
}

#[test]
fn commands_without_threads_work_where_no_thread_can_start() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let output = run_with(1 << 30, "unlimited", &project, &["check"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "issue 1: no problems\n"));
}
