//! Ctrl-C and the other signals that stop a run.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use super::exit::Exit;

/// How long messages in flight may take to finish after a first signal, before their connections are cut.
const GRACE: Duration = Duration::from_secs(30);

/// Which signal came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    First,
    Again,
}

/// The signals to a run: the first asks it to finish what is in flight, the second to cut the connections, and a third
/// Ctrl-C ends the process.
#[derive(Debug)]
pub(super) struct Signals {
    pending: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
    first: Option<Instant>,
}

impl Signals {
    /// Starts to listen to the signals that are not ignored: a process started with `nohup` survives its terminal.
    pub(super) fn listen() -> std::io::Result<Self> {
        let (pending, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let ignored = ignored();
        for signal in [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0) {
            if signal == SIGINT {
                flag::register_conditional_shutdown(SIGINT, Exit::Interrupted as i32, Arc::clone(&cut))?;
            }
            flag::register(signal, Arc::clone(&pending))?;
        }
        Ok(Self { pending, cut, first: None })
    }

    /// Returns the signal that came in since the last call. A run that takes too long to finish counts as signalled again.
    pub(super) fn take(&mut self) -> Option<Signal> {
        let came = self.pending.swap(false, Ordering::SeqCst);
        match self.first {
            None if came => {
                self.first = Some(Instant::now());
                Some(Signal::First)
            }
            Some(_) if came => {
                self.cut.store(true, Ordering::SeqCst);
                Some(Signal::Again)
            }
            Some(first) if first.elapsed() >= GRACE => Some(Signal::Again),
            _ => None,
        }
    }

    /// Whether a second signal came.
    pub(super) fn came_twice(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// Turns the signal of a file that may grow no further (`ulimit -f`) into an error of the write, as with a full disk.
/// Programs started from here get the usual signal again.
pub(super) fn survive_file_limits() {
    // Without the handler the process dies as it did before; nothing else depends on it.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Returns the signals this process ignores, one bit each from signal 1 on (`SigIgn` of proc(5)).
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    ignored.unwrap_or_default()
}
