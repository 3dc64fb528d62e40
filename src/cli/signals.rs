//! Ctrl-C and its relatives.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use super::Exit;
use crate::delivery::{Stop, StopReason};

/// How long messages in flight may take to finish after a first signal, before their connections are cut.
const GRACE: Duration = Duration::from_secs(30);

/// Signals to a running delivery: the first asks it to finish what is in flight, the second cuts the connections, a
/// third Ctrl-C ends the process.
#[derive(Debug)]
pub(super) struct Signals {
    pending: Arc<AtomicBool>,
    cut: Arc<AtomicBool>,
    first: Option<Instant>,
}

impl Signals {
    /// Listens from here on, but for what is ignored: who started us with `nohup` wants us to survive the terminal.
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

    /// Passes on to `stop` what has come in; answers whether it was the first signal.
    pub(super) fn pass_on(&mut self, stop: &Stop) -> bool {
        let came = self.pending.swap(false, Ordering::SeqCst);
        match self.first {
            None if came => {
                self.first = Some(Instant::now());
                stop.ask(StopReason::Interrupted);
                true
            }
            Some(_) if came => {
                self.cut.store(true, Ordering::SeqCst);
                stop.cut();
                false
            }
            Some(first) if first.elapsed() >= GRACE => {
                stop.cut();
                false
            }
            _ => false,
        }
    }

    /// Whether a second signal came.
    pub(super) fn insisted(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// The signals this process ignores, one bit each from that of signal 1 (`SigIgn` of proc(5)); none where there is no such file.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    ignored.unwrap_or_default()
}
