//! Shows a run as it goes: a bar on a terminal, a line every few seconds elsewhere. All of it on stderr.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::format;
use crate::model::{Counts, State};

/// How often a plain line is printed.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// The display of a run.
#[derive(Debug)]
pub(super) struct Progress {
    total: u64,
    /// How many were settled when the run began: the rate is that of the run.
    before: u64,
    /// Whether other machines may send the same issue at the same time.
    shared: bool,
    began: Instant,
    display: Display,
}

#[derive(Debug)]
enum Display {
    Bar(ProgressBar),
    Lines { last: Instant },
    Quiet,
}

impl Progress {
    /// Starts to show a run that is at `counts`.
    pub(super) fn new(counts: &Counts, shared: bool, quiet: bool) -> Self {
        let display = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Display::Quiet,
            (false, false) => Display::Lines { last: Instant::now() },
            (false, true) => {
                let style = ProgressStyle::with_template("Sending  {bar:28}  {msg}").expect("a valid template");
                let bar = ProgressBar::new(counts.total()).with_style(style.progress_chars("━╸─"));
                bar.set_position(settled(counts));
                Display::Bar(bar)
            }
        };
        Self { total: counts.total(), before: settled(counts), shared, began: Instant::now(), display }
    }

    /// Prints a line, above the bar where there is one.
    pub(super) fn say(&self, line: &str) {
        match &self.display {
            Display::Bar(bar) => bar.println(line),
            Display::Lines { .. } => output::always(&format!("{line}\n")),
            Display::Quiet => {}
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
    }

    /// Shows that the run is at `counts`, with so many messages `accepted` in it.
    pub(super) fn advance(&mut self, counts: &Counts, accepted: u64) {
        let text = self.text(counts, accepted);
        match &mut self.display {
            Display::Bar(bar) => {
                bar.set_position(settled(counts));
                bar.set_message(text);
            }
            Display::Lines { last } if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                output::always(&format!("sending  {text}\n"));
            }
            Display::Lines { .. } | Display::Quiet => {}
        }
    }

    /// Returns `816/1,211  9.8/s  40 s left  2 refused`, and how many of them from here when the work is shared.
    fn text(&self, counts: &Counts, accepted: u64) -> String {
        let settled = settled(counts);
        let mut text = format!("{}/{}", format::count(settled), format::count(self.total));
        if self.shared {
            write!(text, " ({} from this machine)", format::count(accepted)).expect("writing to a string");
        }
        let (done, seconds) = (settled.saturating_sub(self.before), self.began.elapsed().as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
        let rate = done as f64 / seconds.max(0.001);
        if done > 0 && seconds >= 1.0 {
            #[expect(clippy::cast_precision_loss, reason = "a rough guess")]
            let left = Duration::from_secs_f64(counts.left() as f64 / rate);
            write!(text, "  {rate:.1}/s  {} left", format::duration(left)).expect("writing to a string");
        }
        for (state, word) in [(State::Refused, "refused"), (State::Deferred, "deferred"), (State::InDoubt, "in doubt")]
        {
            if counts.of(state) > 0 {
                write!(text, "  {} {word}", format::count(counts.of(state))).expect("writing to a string");
            }
        }
        text
    }
}

/// Returns the number of rows that this run will not touch again.
fn settled(counts: &Counts) -> u64 {
    counts.total() - counts.left() - counts.of(State::Transmitting)
}
