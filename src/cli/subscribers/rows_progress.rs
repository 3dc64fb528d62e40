//! Shows how many rows have been read: on a terminal as it goes, elsewhere a line every few seconds.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::cli::global::Global;
use crate::cli::output;
use crate::format;

/// How often a plain line is printed.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// The display of a long reading.
pub(super) enum RowsProgress {
    Bar(ProgressBar),
    Lines(Instant),
    Quiet,
}

impl RowsProgress {
    pub(super) fn new(global: &Global) -> Self {
        match (global.quiet, std::io::stderr().is_terminal()) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Bar(ProgressBar::new_spinner()),
            (false, false) => Self::Lines(Instant::now()),
        }
    }

    /// Shows that `rows` have been read.
    pub(super) fn advance(&mut self, rows: u64) {
        let text = format!("{} rows", format::count(rows));
        match self {
            Self::Bar(bar) => {
                bar.set_message(text);
                bar.tick();
            }
            Self::Lines(last) if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                output::always(&format!("reading  {text}\n"));
            }
            Self::Lines(_) | Self::Quiet => {}
        }
    }

    /// Removes it.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
