//! A delivery as it goes: a bar on a terminal, a line every few seconds elsewhere. All of it on stderr.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};

use super::{talk, wording};
use crate::delivery::Event;
use crate::delivery::ledger::{Counts, State};

/// How often a plain line is printed.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows a delivery.
#[derive(Debug)]
pub(super) struct Progress {
    total: u64,
    /// How many were settled when it began: the rate is of this run.
    before: u64,
    /// Whether other machines may send the same issue at the same time.
    shared: bool,
    began: Instant,
    face: Face,
}

#[derive(Debug)]
enum Face {
    Bar(ProgressBar),
    Lines { last: Instant },
    Quiet,
}

impl Progress {
    /// Begins to show a delivery that is at `counts` now.
    pub(super) fn new(counts: &Counts, shared: bool, quiet: bool) -> Self {
        let face = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Face::Quiet,
            (false, false) => Face::Lines { last: Instant::now() },
            (false, true) => {
                let style = ProgressStyle::with_template("Sending  {bar:28}  {msg}").expect("a valid template");
                let bar = ProgressBar::new(counts.total()).with_style(style.progress_chars("━╸─"));
                bar.set_position(settled(counts));
                Face::Bar(bar)
            }
        };
        Self { total: counts.total(), before: settled(counts), shared, began: Instant::now(), face }
    }

    /// Shows what has happened; `now` is the time for waits.
    pub(super) fn show(&mut self, event: &Event, now: DateTime<Utc>) {
        match event {
            Event::Progress { counts, accepted } => self.advance(counts, *accepted),
            Event::Reconnecting { reason, wait } => {
                self.say(&format!("{reason}; trying again in {}", whole(*wait)));
            }
            Event::Slowed { relay, connections, rate, reply } => {
                let by = relay.as_deref().unwrap_or("the server");
                let plural = if *connections == 1 { "" } else { "s" };
                let rate = rate.map(|rate| format!(", {rate:.1} messages a second,")).unwrap_or_default();
                self.say(&format!("slowed to {connections} connection{plural}{rate} by {by}: `{reply}`"));
            }
            Event::SetAside { relay, reason } => self.say(&format!("`{relay}` is set aside: {reason}")),
            Event::UsedUp { relay, used_up } => {
                let relay = relay.as_ref().map(|relay| format!(" of `{relay}`")).unwrap_or_default();
                let until = used_up.until.format("%T");
                self.say(&format!("the limit{relay} is reached: {}; going on at {until} UTC", used_up.limit));
            }
            Event::Waiting(until) => {
                let wait = whole((*until - now).to_std().unwrap_or_default());
                self.say(&format!("waiting {wait} for those the server put off"));
            }
        }
    }

    /// Prints a line, above the bar where there is one.
    pub(super) fn say(&self, line: &str) {
        match &self.face {
            Face::Bar(bar) => bar.println(line),
            Face::Lines { .. } => talk::tell(&format!("{line}\n")),
            Face::Quiet => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Face::Bar(bar) = &self.face {
            bar.finish_and_clear();
        }
    }

    fn advance(&mut self, counts: &Counts, accepted: u64) {
        let text = self.text(counts, accepted);
        match &mut self.face {
            Face::Bar(bar) => {
                bar.set_position(settled(counts));
                bar.set_message(text);
            }
            Face::Lines { last } if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                talk::tell(&format!("sending  {text}\n"));
            }
            Face::Lines { .. } | Face::Quiet => {}
        }
    }

    /// `816/1,211  9.8/s  40 s left  2 refused`, and how many of them from here when the work is shared.
    fn text(&self, counts: &Counts, accepted: u64) -> String {
        let settled = settled(counts);
        let mut text = format!("{}/{}", wording::count(settled), wording::count(self.total));
        if self.shared {
            write!(text, " ({} from here)", wording::count(accepted)).expect("writing to a string");
        }
        let (done, seconds) = (settled.saturating_sub(self.before), self.began.elapsed().as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
        let rate = done as f64 / seconds.max(0.001);
        if done > 0 && seconds >= 1.0 {
            #[expect(clippy::cast_precision_loss, reason = "a rough guess")]
            let left = Duration::from_secs_f64(counts.left() as f64 / rate);
            write!(text, "  {rate:.1}/s  {} left", wording::duration(left)).expect("writing to a string");
        }
        for (state, word) in [(State::Refused, "refused"), (State::Deferred, "deferred"), (State::InDoubt, "in doubt")]
        {
            if counts.of(state) > 0 {
                write!(text, "  {} {word}", wording::count(counts.of(state))).expect("writing to a string");
            }
        }
        text
    }
}

/// Rows with which nothing more will happen in this run.
fn settled(counts: &Counts) -> u64 {
    counts.total() - counts.left() - counts.of(State::Dot)
}

/// A wait in whole seconds, rounded up: nobody waits for nothing.
fn whole(wait: Duration) -> String {
    wording::duration(Duration::from_secs(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)))
}
