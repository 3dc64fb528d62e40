//! People of whom nobody knows whether they got it: what is to become of them, found out first and done once it is
//! confirmed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, FixedOffset, Utc};

use super::{InDoubt, Options, Subject};
use crate::cli::{Exit, Failure, clock, wording};
use crate::delivery::ledger::{Entry, Ledger, Plan, Resolution, State};
use crate::delivery::mail_log::{MailLog, Trace, Unclear};
use crate::delivery::outcome::Reply;
use crate::load::Courier;
use crate::model::EmailAddress;

/// The first bytes of a file that gzip made (RFC 1952 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What is to become of those in doubt.
pub(super) enum Doubt {
    /// Nothing.
    Hold,
    /// So many get it again.
    Resend(u64),
    /// They are given up.
    Skip,
    /// This was found out.
    Reconcile(Found),
}

/// What mail logs say about those in doubt.
#[derive(Default)]
pub(super) struct Found {
    resolutions: Vec<Resolution>,
    /// How many stay in doubt, by why.
    unclear: BTreeMap<&'static str, u64>,
}

impl Doubt {
    /// Finds out what is to become of those of `plan` who are in doubt. Changes nothing.
    ///
    /// Errors when a mail log cannot be read.
    pub(super) fn look(
        subject: &Subject,
        options: &Options,
        ledger: &mut dyn Ledger,
        plan: &Plan,
    ) -> anyhow::Result<Self> {
        Ok(match options.in_doubt {
            InDoubt::Hold => Self::Hold,
            InDoubt::Resend => Self::Resend(ledger.count_welcome(plan.issue, State::InDoubt)?),
            InDoubt::Skip => Self::Skip,
            InDoubt::Reconcile => Self::Reconcile(reconcile(subject, &options.mail_log, ledger, plan)?),
        })
    }

    /// How many of them get it again.
    pub(super) fn sent_again(&self) -> u64 {
        match self {
            Self::Hold | Self::Skip => 0,
            Self::Resend(people) => *people,
            Self::Reconcile(found) => found.of(State::Planned),
        }
    }

    /// What was found out, a line each.
    pub(super) fn told(&self) -> String {
        let Self::Reconcile(found) = self else { return String::new() };
        let mut text = String::new();
        let sentences = [
            (found.of(State::Accepted), "in doubt has it, says the mail log", "in doubt have it, says the mail log"),
            (found.of(State::Planned), "in doubt never came to the server", "in doubt never came to the server"),
        ];
        for (count, one, several) in sentences.into_iter().filter(|(count, ..)| *count > 0) {
            writeln!(text, "{} {}", wording::count(count), if count == 1 { one } else { several })
                .expect("writing to a string");
        }
        for (why, &count) in &found.unclear {
            writeln!(text, "{} still in doubt: {why}", wording::count(count)).expect("writing to a string");
        }
        text
    }

    /// Does it.
    pub(super) fn resolve(&self, ledger: &mut dyn Ledger, plan: &Plan, now: DateTime<Utc>) -> anyhow::Result<()> {
        match self {
            Self::Hold | Self::Resend(0) => Ok(()),
            Self::Resend(_) => ledger.plan_again(plan.issue, State::InDoubt),
            Self::Skip => ledger.give_up_doubtful(plan.issue),
            Self::Reconcile(found) => ledger.resolve(plan.issue, &found.resolutions, now),
        }
    }
}

impl Found {
    fn of(&self, state: State) -> u64 {
        self.resolutions.iter().filter(|resolution| resolution.state == state).count() as u64
    }

    /// Adds what the log says about `entry`. Where there are several servers, not to have come to this one proves nothing.
    fn add(&mut self, entry: &Entry, trace: Trace, several: bool) {
        let resolution = |state, text: String| Resolution { seq: entry.seq, state, reply: Reply::words(text) };
        match trace {
            Trace::Taken(queue_id) => {
                let text = format!("in the mail log: queued as {queue_id}");
                self.resolutions.push(resolution(State::Accepted, text));
            }
            Trace::Absent if several => {
                let why = "it is not in the log, and may have gone through another of the mail servers";
                *self.unclear.entry(why).or_default() += 1;
            }
            Trace::Absent => {
                self.resolutions.push(resolution(State::Planned, "not in the mail log: it never came".to_owned()));
            }
            Trace::Unclear(why) => *self.unclear.entry(Unclear::words(why)).or_default() += 1,
        }
    }
}

/// Looks everybody in doubt up in `logs`.
fn reconcile(subject: &Subject, logs: &[PathBuf], ledger: &mut dyn Ledger, plan: &Plan) -> anyhow::Result<Found> {
    let mut doubtful = Vec::new();
    ledger.entries(plan.issue, &[State::InDoubt], &mut |entry| {
        doubtful.push(entry);
        Ok(())
    })?;
    let suppressed = ledger.suppressed_mailboxes()?;
    let mut named = Vec::with_capacity(doubtful.len());
    for entry in doubtful {
        let address = EmailAddress::parse(&entry.address)
            .map_err(|reason| anyhow::anyhow!("the ledger holds `{}`, which is no address: {reason}", entry.address))?;
        // Nobody who was suppressed since gets it again, whatever the log says.
        if !suppressed.contains(&address.key()) {
            let ids: Vec<_> = plan.letters.iter().map(|version| version.letter.message_id(&address)).collect();
            named.push((entry, ids));
        }
    }
    let wanted = named.iter().flat_map(|(_, ids)| ids.iter().cloned());
    let now = clock::local_now();
    let mut log = MailLog::new(wanted, plan.stamp.date, now);
    for path in in_order(logs, now)? {
        read(&path, |line| log.line(line))?;
    }
    let settings = &subject.newsletter.settings;
    let several = settings.courier == Courier::Smtp && settings.smtp.len() > 1;
    let mut found = Found::default();
    for (entry, ids) in &named {
        let lost = entry.updated.unwrap_or(now.to_utc());
        // An edited letter may have changed what is right of the `@`: by any of its names it is the message.
        let traces: Vec<_> = ids.iter().map(|id| log.trace(id, lost)).collect();
        let most_telling = traces.iter().find(|trace| matches!(trace, Trace::Taken(_)));
        let most_telling = most_telling.or(traces.iter().find(|trace| matches!(trace, Trace::Unclear(_))));
        found.add(entry, most_telling.cloned().unwrap_or(Trace::Absent), several);
    }
    Ok(found)
}

/// The logs, the oldest first, whatever the order they were named in.
fn in_order(logs: &[PathBuf], now: DateTime<FixedOffset>) -> anyhow::Result<Vec<PathBuf>> {
    let mut begun = Vec::with_capacity(logs.len());
    for path in logs {
        let mut first = None;
        read(path, |line| first = first.or_else(|| MailLog::time(line, now)))?;
        let first = first.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("`{}` is not the log of a Postfix", path.display()))
                .hint("name the file its `maillog_file` or syslog writes: `/var/log/mail.log`")
        })?;
        begun.push((first, path.clone()));
    }
    begun.sort();
    Ok(begun.into_iter().map(|(_, path)| path).collect())
}

/// Calls `each` with every line of `path`, without its end.
fn read(path: &Path, mut each: impl FnMut(&[u8])) -> anyhow::Result<()> {
    let explain = || format!("cannot read the mail log `{}`", path.display());
    let mut reader = BufReader::new(File::open(path).with_context(explain)?);
    if reader.fill_buf().with_context(explain)?.starts_with(&GZIP) {
        return Err(Failure::new(Exit::Usage, format!("the mail log `{}` is compressed", path.display()))
            .hint(format!("`gunzip --keep {}` first", path.display()))
            .into());
    }
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).with_context(explain)? > 0 {
        each(line.trim_ascii_end());
        line.clear();
    }
    Ok(())
}
