//! Killed at every system call that leaves a trace: each write to the ledger's files, each sync, each packet to the
//! server. Random moments find the common windows; this finds the narrow ones.

use std::os::unix::process::ExitStatusExt;

use super::{World, judge, traced};

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
    println!("killed at {boundaries:?} boundaries of {CALLS:?}: 0 twice, 0 missing");
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
    let world = World::new(PEOPLE, CONNECTIONS);
    let sender = world.project().command(["send", "1", "--yes", "-q"]);
    let (trace, kill) = (format!("trace={calls}"), format!("inject={calls}:signal=SIGKILL:when={nth}"));
    let options = ["-o", "/dev/null", "-e", &trace, "-e", &kill];
    let ended = traced(&sender, options).status().expect("strace is missing; run ./check");
    let killed = ended.signal() == Some(9);
    assert!(killed || ended.code() == Some(0), "{ended}");
    world.mailing.server.wait_until_idle();
    world.resume("hold");
    judge(&world.aftermath(), PEOPLE, if killed { CONNECTIONS } else { 0 }, false);
    killed
}
