//! `newsletter send ISSUE`: the rehearsal, the test mail, the delivery.

mod confirm;
mod couriers;
mod deliver;
mod doubt;
mod gate;
mod marker;
mod passage;
mod recipients;
mod rehearse;
mod report;
mod subject;
mod summary;
mod test_mail;
mod travelled;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::sent::is_sent;
pub(super) use couriers::{account, name, server, terms, time_for};

use super::{Exit, Global, talk};
use crate::diagnostic;
use crate::load::{self, Newsletter, Rate};
use crate::model::IssueNumber;
use subject::Subject;

/// Arguments of `send`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// Number, slug, file, `latest` or `next`
    issue: String,
    /// Rehearse: build and check every message, talk to the server, send nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Send a test mail to ADDRESS, or to `test_to` of the configuration
    #[arg(long, value_name = "ADDRESS", num_args = 0.., conflicts_with = "dry_run")]
    test: Option<Vec<String>>,
    /// Do not ask
    #[arg(long, conflicts_with = "confirm")]
    yes: bool,
    /// Do not ask, but only if exactly N people would get it
    #[arg(long, value_name = "N")]
    confirm: Option<u64>,
    /// What to do about people of whom nobody knows whether they got it
    #[arg(long, value_enum, value_name = "POLICY", default_value = "hold", hide_default_value = true)]
    in_doubt: InDoubt,
    /// With --in-doubt reconcile: the log of the Postfix that took the mail; again for each older one
    #[arg(long, value_name = "FILE", required_if_eq("in_doubt", "reconcile"))]
    mail_log: Vec<PathBuf>,
    /// Try those again whom the server refused
    #[arg(long)]
    retry_refused: bool,
    /// Give an edited letter to those who have had none yet
    #[arg(long)]
    allow_changed: bool,
    /// At most so many messages: `10/s`, `10/s,500/h`
    #[arg(long, value_parser = load::parse_rate, value_delimiter = ',')]
    rate: Vec<Rate>,
    /// Connections at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    connections: Option<u8>,
    /// Send at most N messages now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Send although some rows of the subscriber list name nobody
    #[arg(long)]
    skip_bad_rows: bool,
    /// How long to wait for those the server puts off, and for a server that is gone: `15m`
    #[arg(long, value_name = "DURATION", value_parser = load::parse_duration)]
    wait: Option<Duration>,
    /// With --dry-run: write the messages to DIR
    #[arg(long, value_name = "DIR", requires = "dry_run")]
    eml: Option<PathBuf>,
}

/// What to do about people of whom nobody knows whether they got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InDoubt {
    /// Leave them alone and list them
    Hold,
    /// Send them the very same message again: they may get it twice, most mailboxes show it once
    Resend,
    /// Count them as given up: they may have got it or not
    Skip,
    /// Look them up in the mail log of a Postfix on this machine, and send it to those it never came for
    Reconcile,
}

impl Options {
    /// Whether some who are done with are to be tried again.
    fn sends_again(&self) -> bool {
        self.retry_refused || matches!(self.in_doubt, InDoubt::Resend | InDoubt::Reconcile)
    }
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let subject = match newsletter.issue(&options.issue, &global.directory, is_sent(&newsletter)) {
        Ok(loaded) => Subject::new(newsletter, loaded)?,
        Err(problems) => Subject::gone(newsletter, &options.issue, problems)?,
    };
    if let Ok(written) = subject.written()
        && !global.quiet
    {
        let warnings = diagnostic::draw(&written.loaded.warnings, global.colour_of_stderr());
        talk::tell(&warnings);
    }
    match &options.test {
        Some(addresses) => test_mail::run(&subject, addresses, global),
        None if options.dry_run => rehearse::run(&subject, options, global),
        None => deliver::run(&subject, options, global),
    }
}

/// Sends the test mail of issue `number` to those of the configuration, as `send --test` does. Answers what became of it, one
/// line a recipient.
///
/// Errors when the issue or the configuration has a problem, or the courier cannot be asked.
pub(super) fn test(root: &Path, number: IssueNumber, global: &Global) -> anyhow::Result<Vec<String>> {
    let newsletter = Newsletter::open(root)?;
    let loaded = newsletter.issue(&number.to_string(), root, |_| false)?;
    let subject = Subject::new(newsletter, loaded)?;
    let mut said = Vec::new();
    test_mail::send(&subject, &[], global, |line, _| said.push(line))?;
    Ok(said)
}
