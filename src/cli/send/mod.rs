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
mod summary;
mod test_mail;
mod travelled;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::sent::is_sent;
pub(super) use couriers::{account, name, server, terms, time_for};

use super::{Exit, Failure, Global, clock, talk, wording};
use crate::delivery::ledger::Plan;
use crate::diagnostic;
use crate::letter::{self, Letter};
use crate::load::{self, LoadedIssue, Newsletter, Rate};
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::IssueNumber;
use crate::templates;

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
    let loaded = newsletter.issue(&options.issue, &global.directory, is_sent(&newsletter))?;
    let subject = Subject::new(newsletter, loaded)?;
    if !global.quiet {
        let warnings = diagnostic::draw(&subject.loaded.warnings, global.colour_of_stderr());
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

/// What is to be sent: an issue, loaded and rendered.
struct Subject {
    newsletter: Newsletter,
    loaded: LoadedIssue,
    letter: Letter,
}

impl Subject {
    fn new(newsletter: Newsletter, loaded: LoadedIssue) -> anyhow::Result<Self> {
        let css = load::style_sheet(&newsletter.root, "letter.css", templates::letter::CSS)?;
        let letter = letter::render(&loaded.issue, &newsletter.publication, &css)?;
        Ok(Self { newsletter, loaded, letter })
    }

    /// `newsletter send 42`.
    fn command(&self) -> String {
        format!("newsletter send {}", self.loaded.issue.number)
    }

    fn refuse_draft(&self) -> Result<(), Failure> {
        if self.loaded.issue.draft {
            let message = format!("issue {} is a draft", self.loaded.issue.number);
            let file = self.loaded.source.path.display();
            return Err(Failure::new(Exit::NotStarted, message)
                .hint(format!("take `draft = true` out of `{file}` when it is ready")));
        }
        Ok(())
    }

    /// The letter as it is now, if it differs from the frozen one and the `people` left are to get it.
    ///
    /// Errors when it differs and nobody said that this is meant.
    fn changed(&self, options: &Options, plan: &Plan, people: u64) -> anyhow::Result<Option<FrozenLetter>> {
        let letter = FrozenLetter::freeze(&self.letter, &self.newsletter.publication, &plan.stamp)?;
        let (then, now) = (&plan.letter().digest, letter.digest());
        if then == now {
            return Ok(None);
        }
        if options.allow_changed {
            return Ok(Some(letter));
        }
        let (issue, command) = (plan.issue, self.command());
        let message = format!(
            "issue {issue} was edited since it was first sent: the letter was {then:.12} then and is {now:.12} now"
        );
        let people = wording::count(people);
        Err(Failure::new(Exit::NotStarted, message)
            .hint(format!("`{command} --allow-changed` gives the new letter to the {people} left"))
            .hint("take the edit back to go on with the letter the others got")
            .into())
    }

    /// What a new delivery of it is stamped with.
    fn new_stamp() -> anyhow::Result<Stamp> {
        Ok(Stamp { plan: PlanId(clock::random_bytes()?), date: clock::now() })
    }
}
