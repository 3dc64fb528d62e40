//! Killed at every system call that leaves a trace: each write to the ledger's files, each sync, each packet to the
//! server. Random moments find the common windows; this finds the narrow ones.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use super::{aftermath, judge};
use crate::support::{Mailing, Script, SmtpServer};

/// Enough for the run to have a beginning, a middle and an end.
const PEOPLE: usize = 20;

/// One connection and one writer: `strace` counts the calls of each thread apart, and so each count is one place.
const CONNECTIONS: usize = 1;

/// What the ledger's writer does, and what the connection does.
const CALLS: [&str; 3] = ["pwrite64,ftruncate,unlink", "fsync,fdatasync", "sendto,sendmsg,write,writev,recvfrom,read"];

#[test]
fn killed_at_any_system_call_nobody_gets_it_twice_and_nobody_is_missing() {
    let boundaries: Vec<_> = std::thread::scope(|scope| {
        let sweeps = CALLS.map(|calls| scope.spawn(move || sweep(calls)));
        sweeps.into_iter().map(|sweep| sweep.join().unwrap()).collect()
    });
    println!("killed at {boundaries:?} boundaries of {CALLS:?}");
    assert!(boundaries.iter().all(|&boundaries| boundaries > PEOPLE / 2), "{boundaries:?}: was anything traced?");
}

/// Kills at the first of `calls`, at the second, and so on until a run makes fewer of them. Answers how many that were.
fn sweep(calls: &str) -> usize {
    let mut boundaries = 0;
    while killed_at(calls, boundaries + 1) {
        boundaries += 1;
    }
    boundaries
}

/// One delivery, killed as a thread enters its `nth` of `calls`, and then continued. Answers whether it came to that.
fn killed_at(calls: &str, nth: usize) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let server = SmtpServer::start(Script::default().journal(&journal));
    let locals: Vec<_> = (0..PEOPLE).map(|number| format!("reader{number}")).collect();
    let connections = format!("connections = {CONNECTIONS}");
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), &connections, "");
    let ended = traced(&mailing, calls, nth);
    let killed = ended.signal() == Some(9);
    assert!(killed || ended.code() == Some(0), "{ended}");
    mailing.server.wait_until_idle();
    let told = mailing.send(["--yes", "--in-doubt", "hold", "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "killed at {calls} {nth}: {told}");
    mailing.server.wait_until_idle();
    let aftermath = aftermath(&mailing, &std::fs::read_to_string(&journal).unwrap_or_default());
    judge(&aftermath, PEOPLE, if killed { CONNECTIONS } else { 0 }, false);
    killed
}

/// Sends issue 1 under `strace`, which sends the signal.
fn traced(mailing: &Mailing, calls: &str, nth: usize) -> ExitStatus {
    let untraced = mailing.project.command(["send", "1", "--yes", "-q"]);
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")])
        .args(["-e", &format!("inject={calls}:signal=SIGKILL:when={nth}")])
        .arg(untraced.get_program())
        .args(untraced.get_args())
        .current_dir(mailing.project.root())
        .env_clear()
        .envs(untraced.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("strace is missing; run ./check")
}
