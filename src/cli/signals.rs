//! Ctrl-C and its relatives.

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
    /// Listens from here on.
    pub(super) fn listen() -> std::io::Result<Self> {
        let (pending, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        flag::register_conditional_shutdown(SIGINT, Exit::Interrupted as i32, Arc::clone(&cut))?;
        for signal in [SIGINT, SIGTERM, SIGHUP] {
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
