//! Kills the sender at every system call that leaves a trace: ledger writes, syncs, packets. Random
//! moments find the wide windows; this finds the narrow ones.

use std::os::unix::process::ExitStatusExt;

use super::{World, judge, traced};

/// Enough for the run to have a beginning, a middle and an end.
const PEOPLE: usize = 20;

/// One connection and one writer: `strace` counts the calls of each thread apart, and so each count is one place.
const CONNECTIONS: usize = 1;

/// The messages in flight where there are several.
const IN_FLIGHT: usize = 4;

/// System calls of one kind, on one file where the connection and the ledger's writer both make them.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    calls: &'static str,
    file: Option<&'static str>,
}

const SWEEPS: [Sweep; 5] = [
    Sweep { calls: "pwrite64,ftruncate", file: Some("ledger.sqlite3") },
    Sweep { calls: "pwrite64,ftruncate", file: Some("ledger.sqlite3-wal") },
    Sweep { calls: "pwrite64", file: Some("ledger.sqlite3.001.tally") },
    Sweep { calls: "fsync,fdatasync,rename,unlink", file: None },
    Sweep { calls: "sendto,sendmsg,write,writev,recvfrom,read", file: None },
];

#[test]
#[ignore = "needs strace; ./check runs it"]
fn killed_at_any_system_call_no_recipient_is_mailed_twice_or_lost() {
    sweep(1);
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn killed_at_any_system_call_with_several_in_flight_no_recipient_is_mailed_twice_or_lost() {
    sweep(IN_FLIGHT);
}

#[expect(clippy::print_stdout, reason = "a lab says what it did")]
fn sweep(in_flight: usize) {
    let boundaries: Vec<_> = std::thread::scope(|scope| {
        let sweeps = SWEEPS.map(|sweep| scope.spawn(move || sweep.run(in_flight)));
        sweeps.into_iter().map(|sweep| sweep.join().unwrap()).collect()
    });
    for (sweep, boundaries) in SWEEPS.iter().zip(&boundaries) {
        println!("{in_flight} in flight, killed at each of {boundaries} calls of {sweep:?}: 0 twice, 0 missing");
        // One of them is only a file's head.
        assert!(*boundaries > 3, "was anything traced?");
    }
}

impl Sweep {
    /// Kills at the first of the calls, at the second, and so on until a run makes fewer of them. Answers how many that were.
    fn run(self, in_flight: usize) -> usize {
        let mut boundaries = 0;
        while self.kills_at(boundaries + 1, in_flight) {
            boundaries += 1;
        }
        boundaries
    }

    /// One delivery, killed as a thread enters its `nth` of the calls, and then continued. Answers whether it came to that.
    fn kills_at(self, nth: usize, in_flight: usize) -> bool {
        let world = World::with_in_flight(PEOPLE, CONNECTIONS, in_flight);
        let sender = world.project().command(["send", "1", "--yes", "-q"]);
        let Self { calls, file } = self;
        let (trace, kill) = (format!("trace={calls}"), format!("inject={calls}:signal=SIGKILL:when={nth}"));
        let mut options = vec!["-o", "/dev/null", "-e", &trace, "-e", &kill];
        let path = file.map(|file| world.project().path(".newsletter").join(file));
        options.extend(path.iter().flat_map(|path| ["-P", path.to_str().unwrap()]));
        let ended = traced(&sender, options).status().expect("strace is missing; run ./check");
        let killed = ended.signal() == Some(9);
        assert!(killed || ended.code() == Some(0), "{ended}");
        world.mailing.server.wait_until_idle();
        world.resume("hold");
        judge(&world.aftermath(), PEOPLE, if killed { CONNECTIONS * in_flight } else { 0 }, false);
        killed
    }
}
