//! `newsletter mailbox [PATH|-]`: reads what came back, and stops mail to who left or cannot be reached.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::exit::{self, Exit};
use super::global::Global;
use super::output;
use super::signals::Signals;
use crate::app::failure::{Failure, FailureKind};
use crate::app::mailbox::{
    self, BounceClass, BounceOutcome, HeldIssue, MailboxOptions, MailboxReport, MessageOutcome, MessageReport,
};
use crate::config::Newsletter;
use crate::format;
use crate::mailbox::sources::Source;

/// The time between two looks at a mailbox that is followed, and between two looks for a signal.
const LOOK: Duration = Duration::from_secs(10);
const BLINK: Duration = Duration::from_millis(200);
/// The longest time between two attempts to reach a server.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Arguments of `mailbox`.
#[derive(Debug, Args)]
pub struct Options {
    /// A Maildir, an mbox, a message or a folder of messages; `-` reads one message from standard input; defaults to
    /// what `[mailbox]` names
    #[arg(value_name = "PATH|-")]
    path: Option<PathBuf>,
    /// Go on reading what comes in, until Ctrl-C
    #[arg(long, conflicts_with = "dry_run")]
    follow: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Believe all reports of dead addresses, however many there are
    #[arg(long)]
    accept_refusals: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    if options.path.as_deref() != Some(Path::new("-")) || options.dry_run {
        return run_on(options, global);
    }
    // The mail server that hands a message over returns it to its sender, or keeps it, by the exit code alone.
    match run_on(options, global) {
        Err(error) => {
            exit::report(&error, global);
            Ok(Exit::TryAgain)
        }
        done => done,
    }
}

fn run_on(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let path = options.path.as_ref().map(|path| match path.to_str() {
        // Its own folder is not written before every message.
        Some("-") => path.clone(),
        _ if global.directory == Path::new(".") => path.clone(),
        _ => global.directory.join(path),
    });
    let mut source = mailbox::source(&newsletter, path.as_deref(), options.dry_run)?;
    if options.follow && !source.can_be_followed() {
        return Err(Failure::usage("`--follow` needs a Maildir or a mailbox at a server").into());
    }
    let how = MailboxOptions { is_dry_run: options.dry_run, accept_refusals: options.accept_refusals };
    if options.follow {
        return follow(&newsletter, &mut source, how, global);
    }
    let report = mailbox::read(&newsletter, &mut source, how)?;
    print(&report, global)?;
    match source {
        // A warning is no reason to return the message; one that is held comes again.
        Source::Stdin if report.held.is_empty() => Ok(Exit::Done),
        Source::Stdin => Ok(Exit::TryAgain),
        _ => Ok(exit_of(&report)),
    }
}

/// Reads again and again. A server that cannot be reached is asked again after a while.
fn follow(newsletter: &Newsletter, source: &mut Source, how: MailboxOptions, global: &Global) -> anyhow::Result<Exit> {
    let mut signals = Signals::listen()?;
    let mut last = String::new();
    let mut pause = LOOK;
    loop {
        let read = mailbox::read(newsletter, source, how).and_then(|report| {
            // What stays in the mailbox is told once.
            let text = text(&report);
            if text != last && !report.messages.is_empty() {
                print(&report, global)?;
            }
            last = text;
            let mut waited = Duration::ZERO;
            while waited < LOOK {
                if signals.take().is_some() {
                    return Ok(true);
                }
                if mailbox::wait(source, BLINK)? {
                    break;
                }
                waited += BLINK;
            }
            Ok(false)
        });
        match read {
            Ok(true) => return Ok(Exit::Done),
            Ok(false) => pause = LOOK,
            Err(error) if is_stopped(&error) => {
                output::note(global, &format!("warning: {error}; trying again in {} s\n", pause.as_secs()));
                let mut waited = Duration::ZERO;
                while waited < pause {
                    if signals.take().is_some() {
                        return Ok(Exit::Done);
                    }
                    thread::sleep(BLINK);
                    waited += BLINK;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Returns whether the same command may continue.
fn is_stopped(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(|failure| failure.kind == FailureKind::Stopped)
}

fn exit_of(report: &MailboxReport) -> Exit {
    if report.held.is_empty() && report.refused_by_policy.is_empty() { Exit::Done } else { Exit::Incomplete }
}

fn print(report: &MailboxReport, global: &Global) -> anyhow::Result<()> {
    if global.json {
        writeln!(std::io::stdout().lock(), "{:#}", in_json(report))?;
        return Ok(());
    }
    output::note(global, &text(report));
    Ok(())
}

/// The report for people: what is left, the summary, warnings.
fn text(report: &MailboxReport) -> String {
    let mut text = String::new();
    for MessageReport { name, subject, outcome, .. } in &report.messages {
        let subject: String = subject.chars().filter(|c| !c.is_control()).take(60).collect();
        let line = match outcome {
            MessageOutcome::NotUnderstood(why) => format!("left unread: {name}: {}: {subject:?}\n", why.reason()),
            MessageOutcome::Bounced(BounceOutcome { address, issue, is_given_up: true, .. }) => {
                format!("{address} gets no more mail: issue {issue} came back\n")
            }
            _ => continue,
        };
        text.push_str(&line);
    }
    let _ = writeln!(text, "{}", summary(report));
    if report.sent > 0 {
        let mails = if report.sent == 1 { "mail" } else { "mails" };
        let _ = writeln!(text, "sent {} {mails} to readers", format::count(report.sent as u64));
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "{warning}");
    }
    for HeldIssue { issue, domain, dead, mailed } in &report.held {
        let place = domain.as_ref().map(|domain| format!(" at `{domain}`")).unwrap_or_default();
        let _ = writeln!(
            text,
            "held: {dead} of {mailed} addresses{place} are reported dead within a day by issue {issue}: that is more likely \
             a wall than a graveyard\nhint: `newsletter mailbox --accept-refusals`, if it is true"
        );
    }
    for (issue, refused, mailed) in &report.refused_by_policy {
        let _ = writeln!(
            text,
            "warning: {refused} of {mailed} recipients of issue {issue} were refused by policy, which is about the sender\n\
             hint: `newsletter doctor` looks at SPF, DKIM and DMARC"
        );
    }
    text
}

/// `614 messages: 41 unsubscribed, 503 bounced (37 dead, 58 full, 401 policy, 7 late), 2 complaints, ...`
fn summary(report: &MailboxReport) -> String {
    let count = |is_it: fn(&MessageOutcome) -> bool| report.messages.iter().filter(|one| is_it(&one.outcome)).count();
    let mut parts = Vec::new();
    let mut add = |number: usize, one: &str, many: &str| {
        if number > 0 {
            parts.push(format!("{} {}", format::count(number as u64), if number == 1 { one } else { many }));
        }
    };
    add(count(|one| matches!(one, MessageOutcome::Unsubscribed(_))), "unsubscribed", "unsubscribed");
    add(count(|one| matches!(one, MessageOutcome::SignedUp(_))), "signed up", "signed up");
    add(count(|one| matches!(one, MessageOutcome::Confirmed(_))), "confirmed", "confirmed");
    add(count(|one| matches!(one, MessageOutcome::AskedForLink(_))), "asked how to leave", "asked how to leave");
    let bounced = bounced(report);
    if !bounced.is_empty() {
        let classes: Vec<String> = [BounceClass::Dead, BounceClass::Full, BounceClass::Policy, BounceClass::Late]
            .iter()
            .filter_map(|class| Some(format!("{} {}", format::count(*bounced.get(class)? as u64), class.name())))
            .collect();
        let all: usize = bounced.values().sum();
        let name = format!("bounced ({})", classes.join(", "));
        add(all, &name, &name);
    }
    add(count(|one| matches!(one, MessageOutcome::Held(_))), "held", "held");
    add(count(|one| matches!(one, MessageOutcome::Complained(_))), "complaint", "complaints");
    add(count(|one| matches!(one, MessageOutcome::Ignored)), "of no consequence", "of no consequence");
    add(count(|one| matches!(one, MessageOutcome::Letter)), "letter to you", "letters to you");
    add(count(|one| matches!(one, MessageOutcome::NotUnderstood(_))), "not understood", "not understood");
    let all = report.messages.len() as u64;
    let messages = if all == 1 { "message" } else { "messages" };
    if parts.is_empty() {
        return format!("{} {messages}", format::count(all));
    }
    format!("{} {messages}: {}", format::count(all), parts.join(", "))
}

fn bounced(report: &MailboxReport) -> BTreeMap<BounceClass, usize> {
    let mut bounced = BTreeMap::new();
    for message in &report.messages {
        if let MessageOutcome::Bounced(bounce) = &message.outcome {
            *bounced.entry(bounce.class).or_default() += 1;
        }
    }
    bounced
}

fn in_json(report: &MailboxReport) -> Value {
    let messages: Vec<Value> = report.messages.iter().map(message_in_json).collect();
    let held: Vec<Value> = report
        .held
        .iter()
        .map(|held| {
            let issue = output::issue_in_json(held.issue);
            json!({"issue": issue, "domain": held.domain, "dead": held.dead, "mailed": held.mailed})
        })
        .collect();
    let policy: Vec<Value> = report
        .refused_by_policy
        .iter()
        .map(|(issue, refused, mailed)| {
            json!({"issue": output::issue_in_json(*issue), "refused": refused, "mailed": mailed})
        })
        .collect();
    json!({"summary": summary(report), "messages": messages, "held": held, "refused_by_policy": policy, "sent": report.sent, "warnings": report.warnings})
}

fn message_in_json(message: &MessageReport) -> Value {
    let mut value = json!({"message": message.name, "subject": message.subject});
    let mut set = |key: &str, of: Value| {
        value[key] = of;
    };
    if let Some(says) = &message.says {
        set("class", says.class.into());
        set("status", says.status.clone().into());
        let recipients: Vec<String> = says.recipients.iter().map(ToString::to_string).collect();
        set("recipients", recipients.into());
        set("text", says.text.clone().into());
    }
    let (outcome, address) = match &message.outcome {
        MessageOutcome::Unsubscribed(address) => ("unsubscribed", Some(address)),
        MessageOutcome::AskedForLink(address) => ("asked how to leave", Some(address)),
        MessageOutcome::SignedUp(address) => ("signed up", Some(address)),
        MessageOutcome::Confirmed(address) => ("confirmed", Some(address)),
        MessageOutcome::Complained(address) => ("complaint", Some(address)),
        MessageOutcome::Ignored => ("ignored", None),
        MessageOutcome::Letter => ("letter", None),
        MessageOutcome::NotUnderstood(why) => {
            set("reason", why.reason().into());
            ("not understood", None)
        }
        MessageOutcome::Bounced(bounce) | MessageOutcome::Held(bounce) => {
            set("issue", output::issue_in_json(bounce.issue));
            set("counts_as", bounce.class.name().into());
            set("evidence", if bounce.is_proof { "proof" } else { "hint" }.into());
            set("given_up", bounce.is_given_up.into());
            let is_held = matches!(message.outcome, MessageOutcome::Held(_));
            (if is_held { "held" } else { "bounced" }, Some(&bounce.address))
        }
    };
    set("outcome", outcome.into());
    if let Some(address) = address {
        set("address", address.to_string().into());
    }
    value
}
