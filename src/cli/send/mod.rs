//! Runs `newsletter send ISSUE`: the dry run, the test mail or the send.

mod dry_run;
mod ending;
mod notices;
mod report;
mod terminal;
mod time;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::clock;
use crate::app::failure::Failure;
use crate::app::relays::RelayOverrides;
use crate::app::send;
use crate::app::send::{InDoubtPolicy, IssueToSend, SendOptions, SendReport};
use crate::app::test_mail::{TestNotice, TestOptions, send_test};
use crate::config::{self, Newsletter, Rate};
use crate::diagnostic;
use crate::model::IssueNumber;
use terminal::{Confirmation, Terminal};

pub(super) use notices::test as test_text;

/// Arguments of `send`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// Number, slug, file, `latest` or `next`
    issue: String,
    /// Build and check every message and connect to the server, but send nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Send a test message to ADDRESS, by default to the configured `test_to`
    #[arg(long, value_name = "ADDRESS", num_args = 0.., conflicts_with = "dry_run")]
    test: Option<Vec<String>>,
    /// Send without asking for confirmation
    #[arg(long, conflicts_with = "confirm")]
    yes: bool,
    /// Send without asking, but only to exactly N recipients
    #[arg(long, value_name = "N", value_parser = whole_number)]
    confirm: Option<u64>,
    /// Have the first send confirmed now and wait until TIME, e.g. `2026-12-03T07:00`; refused if the letter changes
    #[arg(long, value_name = "TIME", value_parser = time::parse, conflicts_with_all = ["dry_run", "test"])]
    at: Option<DateTime<FixedOffset>>,
    /// How to handle recipients whose delivery is unknown
    #[arg(long, value_enum, value_name = "POLICY", default_value = "hold", hide_default_value = true)]
    in_doubt: InDoubt,
    /// With `--in-doubt reconcile`: the log of the Postfix server that accepted the mail; repeat the option for rotated logs
    #[arg(long, value_name = "FILE", required_if_eq("in_doubt", "reconcile"))]
    mail_log: Vec<PathBuf>,
    /// Retry recipients the server refused
    #[arg(long)]
    retry_refused: bool,
    /// Continue however many recipients are refused; for a list known to be old
    #[arg(long)]
    accept_refusals: bool,
    /// Send the edited letter to the remaining recipients
    #[arg(long)]
    allow_changed: bool,
    /// Send an issue that another run has claimed; its recipients may get a second copy
    #[arg(long, requires = "confirm", conflicts_with = "yes")]
    allow_claimed: bool,
    /// Send with a different unsubscribe key; links in earlier mail stop working
    #[arg(long)]
    allow_new_key: bool,
    /// Limit the rate, e.g. `10/s` or `10/s,500/h`
    #[arg(long, value_parser = config::parse_rate, value_delimiter = ',')]
    rate: Vec<Rate>,
    /// Number of simultaneous connections to the mail server
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    connections: Option<u8>,
    /// Send to exactly those who got issue N and are still subscribed: for a correction
    #[arg(long, value_name = "N")]
    to_recipients_of: Option<IssueNumber>,
    /// Stop after N messages
    #[arg(long, value_name = "N", value_parser = one_or_more)]
    limit: Option<u64>,
    /// Ignore invalid rows of the subscriber list
    #[arg(long)]
    skip_bad_rows: bool,
    /// How long to wait for deferred recipients and for an unreachable server, e.g. `15m`
    #[arg(long, value_name = "DURATION", value_parser = config::parse_duration)]
    wait: Option<Duration>,
    /// Name server for the checks before a first send
    #[arg(long, value_name = "ADDRESS:PORT")]
    resolver: Option<SocketAddr>,
    /// With `--dry-run`: write the messages to DIR
    #[arg(long, value_name = "DIR", requires = "dry_run")]
    eml: Option<PathBuf>,
}

/// The handling of recipients in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InDoubt {
    /// Leave them in doubt and list them
    Hold,
    /// Send them the same message again; some may get it twice, most mailboxes show one copy
    Resend,
    /// Give up on them
    Skip,
    /// Look them up in a Postfix log on this machine and resend to those not delivered
    Reconcile,
}

impl Options {
    /// Whether the result can be printed as JSON.
    pub(super) fn has_json(&self) -> bool {
        self.test.is_none()
    }

    /// Returns the options that a send needs to do the same as its dry run: ` --retry-refused --limit 5`.
    fn repeated(&self) -> String {
        let mut words = String::new();
        let flags = [
            (self.retry_refused, "--retry-refused"),
            (self.allow_changed, "--allow-changed"),
            (self.skip_bad_rows, "--skip-bad-rows"),
            (self.in_doubt == InDoubt::Resend, "--in-doubt resend"),
            (self.in_doubt == InDoubt::Skip, "--in-doubt skip"),
            (self.in_doubt == InDoubt::Reconcile, "--in-doubt reconcile"),
        ];
        let earlier = self.to_recipients_of.map(|issue| format!("--to-recipients-of {issue}"));
        let limit = self.limit.map(|limit| format!("--limit {limit}"));
        let logs = self.mail_log.iter().map(|log| format!("--mail-log {}", log.display()));
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned());
        for word in flags.chain(logs).chain(earlier).chain(limit) {
            words.push(' ');
            words.push_str(&word);
        }
        words
    }

    fn to_send_options(&self, global: &Global) -> SendOptions {
        SendOptions {
            in_doubt: match self.in_doubt {
                InDoubt::Hold => InDoubtPolicy::Hold,
                InDoubt::Resend => InDoubtPolicy::Resend,
                InDoubt::Skip => InDoubtPolicy::Skip,
                InDoubt::Reconcile => InDoubtPolicy::Reconcile(self.mail_log.clone()),
            },
            retry_refused: self.retry_refused,
            accept_refusals: self.accept_refusals,
            allow_changed: self.allow_changed,
            allow_claimed: self.allow_claimed,
            allow_new_key: self.allow_new_key,
            skip_bad_rows: self.skip_bad_rows,
            recipients_of: self.to_recipients_of,
            confirmed: None,
            limit: self.limit,
            wait: self.wait,
            resolver: self.resolver,
            // With `--quiet` the findings would not be shown.
            preflight: !global.quiet,
            relays: RelayOverrides { rates: self.rate.clone(), connections: self.connections },
            conversation: output::conversation(global),
        }
    }
}

fn whole_number(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "it must be a whole number")
}

fn one_or_more(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|&number| number > 0).ok_or("it must be a whole number, 1 or more")
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let issue = IssueToSend::find(newsletter, &options.issue, &global.directory)?;
    output::warn_about_stray_files(global, &issue.newsletter)?;
    output::note(global, &diagnostic::draw(&issue.warnings(), global.colour_of_stderr()));
    if let Some(addresses) = &options.test {
        return test(&issue, addresses, options.allow_new_key, global);
    }
    let send_options = options.to_send_options(global);
    let confirmation = Confirmation { yes: options.yes, expected: options.confirm, command: issue.command() };
    let mut terminal = Terminal::new(confirmation, global);
    if options.dry_run {
        let report = send::dry_run(&issue, &send_options, options.eml.as_deref(), &mut terminal)?;
        return dry_run::print(&report, &options.repeated(), global);
    }
    let report = match options.at {
        None => send::send(&issue, &send_options, &mut terminal)?,
        Some(at) => send_at(at, &issue, send_options, &mut terminal)?,
    };
    report::print(&report, global);
    Ok(if terminal.was_interrupted_twice() { Exit::Interrupted } else { report.completion.into() })
}

/// Has `issue` confirmed, waits until `at`, and sends it as its files are then.
fn send_at(
    at: DateTime<FixedOffset>,
    issue: &IssueToSend,
    options: SendOptions,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<SendReport> {
    if at <= clock::now() {
        return Err(Failure::usage(format!("`--at {}` is in the past", at.format("%FT%T%:z"))).into());
    }
    let confirmed = send::confirm_ahead(issue, &options, terminal)?;
    send::wait_until(at, issue, &confirmed, terminal)?;
    let issue = IssueToSend::numbered(&issue.newsletter.root, issue.number)?;
    send::send(&issue, &SendOptions { confirmed: Some(confirmed), ..options }, terminal)
}

fn test(issue: &IssueToSend, addresses: &[String], allow_new_key: bool, global: &Global) -> anyhow::Result<Exit> {
    let options = TestOptions { addresses, allow_new_key, conversation: output::conversation(global) };
    let mut exit = Exit::Done;
    send_test(issue, &options, &mut |notice| {
        if matches!(notice, TestNotice::Reply { is_accepted: false, .. }) {
            exit = Exit::Incomplete;
        }
        output::note(global, &notices::test(issue.number, &notice));
    })?;
    Ok(exit)
}
