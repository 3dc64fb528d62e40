//! Connects a send with the terminal: shows notices, asks for confirmation, and receives Ctrl-C.

use std::io;

use super::notices;
use crate::app::failure::Failure;
use crate::app::send::{Notice, Purpose, RunNotice, SendObserver, StopRequest};
use crate::cli::global::Global;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::signals::{Signal, Signals};
use crate::format;

/// The way a send is confirmed.
pub(super) struct Confirmation {
    /// Send without a question.
    pub(super) yes: bool,
    /// Send without a question, but only to this number of recipients.
    pub(super) expected: Option<u64>,
    /// The command that sends the issue.
    pub(super) command: String,
}

/// The terminal during a send.
pub(super) struct Terminal<'a> {
    confirmation: Confirmation,
    global: &'a Global,
    signals: Option<Signals>,
    progress: Option<Progress>,
}

impl<'a> Terminal<'a> {
    pub(super) fn new(confirmation: Confirmation, global: &'a Global) -> Self {
        Self { confirmation, global, signals: None, progress: None }
    }

    /// Whether a second signal cut the connections.
    pub(super) fn was_interrupted_twice(&self) -> bool {
        self.signals.as_ref().is_some_and(Signals::came_twice)
    }

    fn show_run(&mut self, notice: &RunNotice<'_>) {
        match (notice, &mut self.progress) {
            (RunNotice::Started { counts, shared }, _) => {
                self.progress = Some(Progress::new(counts, *shared, self.global.quiet));
            }
            (RunNotice::Progress { counts, accepted_here }, Some(progress)) => progress.advance(counts, *accepted_here),
            (RunNotice::Note(line), Some(progress)) => progress.say(line),
            (RunNotice::Finishing, Some(progress)) => {
                progress.say("finishing the messages in flight; press Ctrl-C again to close the connections");
            }
            (RunNotice::Ended, Some(progress)) => progress.finish(),
            (_, None) => {}
        }
    }
}

impl SendObserver for Terminal<'_> {
    fn notify(&mut self, notice: Notice<'_>) {
        match notice {
            Notice::Run(notice) => self.show_run(&notice),
            notice => output::note(self.global, &notices::text(&notice)),
        }
    }

    fn confirm(&mut self, recipients: u64, purpose: Purpose) -> anyhow::Result<()> {
        let Confirmation { yes, expected, command } = &self.confirmation;
        if let Some(expected) = expected {
            // Who repeats the command of a send that was cut short has confirmed all of its recipients.
            if *expected == recipients || (purpose == Purpose::Continue { total: *expected }) {
                return Ok(());
            }
            let message = format!(
                "`--confirm {expected}` was given, but {} would now get the issue",
                format::recipients(recipients)
            );
            return Err(Failure::not_started(message).hint("check the list, then confirm that number").into());
        }
        if *yes {
            return Ok(());
        }
        if !output::can_ask(self.global) {
            let message = format!("not confirmed: {} would get the issue", format::recipients(recipients));
            return Err(Failure::not_started(message)
                .hint(format!(
                    "`{command} --confirm {recipients}` sends only to exactly {}",
                    format::recipients(recipients)
                ))
                .hint(format!("`{command} --yes` sends without confirmation"))
                .into());
        }
        let verb = match purpose {
            Purpose::FirstSend => "send",
            Purpose::Continue { .. } => "continue",
        };
        let typed = output::ask(&format!("Type {recipients} to {verb}, anything else to cancel: "))?;
        if typed.replace([',', '.', ' ', '\''], "") == recipients.to_string() {
            return Ok(());
        }
        Err(Failure::not_started("not confirmed; nothing was sent").into())
    }

    fn listen_for_stop(&mut self) -> io::Result<()> {
        if self.signals.is_none() {
            self.signals = Some(Signals::listen()?);
        }
        Ok(())
    }

    fn stop_request(&mut self) -> StopRequest {
        match self.signals.as_mut().and_then(Signals::take) {
            None => StopRequest::None,
            Some(Signal::First) => StopRequest::Finish,
            Some(Signal::Again) => StopRequest::Disconnect,
        }
    }
}
