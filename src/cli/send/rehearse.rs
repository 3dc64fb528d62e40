//! `send --dry-run`: everything but the sending.

use anyhow::Context;

use super::couriers::Carriage;
use super::deliver::so_far;
use super::recipients::Recipients;
use super::{Options, Subject, gate, summary};
use crate::cli::{Exit, Global, keys, ledger, talk, wording};
use crate::delivery::courier::Outbox;
use crate::delivery::ledger::{Counts, Plan, State};
use crate::message::{FrozenLetter, Keys};
use crate::model::Subscriber;

/// Builds every message that would go out, tries the courier out, writes nothing but what `--eml` asks for. Takes no lock:
/// it can be done while another send runs.
pub(super) fn run(subject: &Subject, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = &subject.newsletter;
    let number = subject.number;
    let written = subject.written()?;
    let carriage = Carriage::ready(newsletter, number, Some(options), global)?;
    let mut ledger = ledger::open_to_read(newsletter)?;
    let plan = ledger.as_mut().map(|ledger| ledger.plan(number)).transpose()?.flatten();
    let mut rehearsal = Rehearsal::new(keys::keys(newsletter)?, options);
    let mut text = if let (Some(ledger), Some(plan)) = (&mut ledger, &plan) {
        let counts = ledger.counts(number)?;
        if counts.left() + counts.of(State::Dot) == 0 && !options.sends_again() {
            if !global.quiet {
                talk::tell(&format!("Nothing left to do: {}\n", so_far(&counts)));
            }
            return Ok(Exit::Done);
        }
        let changed = if counts.left() > 0 { subject.changed(options, plan, counts.left())? } else { None };
        let letter = changed.as_ref().unwrap_or(&plan.letter().letter);
        ledger.rows_left(number, &mut |row| rehearsal.build(row.seq, letter, &row.subscriber))?;
        format!("{}\n{}\n", summary::issue(subject, written), progress(&counts, plan))
    } else {
        gate::refuse_errors(subject, written, global)?;
        let recipients = Recipients::gather(newsletter, ledger.as_deref_mut(), options.skip_bad_rows)?;
        let letter = FrozenLetter::freeze(&written.letter, &newsletter.publication, &Subject::new_stamp()?)?;
        for (seq, subscriber) in (1..).zip(recipients.subscribers()?) {
            rehearsal.build(seq, &letter, &subscriber?)?;
        }
        summary::of(subject, written, &recipients, &carriage)?
    };
    if !global.quiet {
        text.push_str(&rehearsal.told());
        talk::tell(&text);
    }
    carriage.try_out(rehearsal.largest, |text| {
        if !global.quiet {
            talk::tell(text);
        }
    })?;
    let draft = if written.loaded.issue.draft { ", once it is no draft" } else { "" };
    if !global.quiet {
        talk::tell(&format!("\nNothing was sent. To send{draft}: {}\n", subject.command()));
    }
    Ok(Exit::Done)
}

/// `Started 2026-11-24: 816 accepted · 2 refused. Left: 393 people`.
fn progress(counts: &Counts, plan: &Plan) -> String {
    let words: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| !matches!(state, State::Planned) && counts.of(*state) > 0)
        .map(|state| format!("{} {}", wording::count(counts.of(state)), state.name()))
        .collect();
    let so_far = if words.is_empty() { "nobody has it yet".to_owned() } else { words.join(" · ") };
    let started = plan.stamp.date.format("%F");
    format!("Started {started}: {so_far}. Left: {}", wording::people(counts.left()))
}

struct Rehearsal {
    keys: Keys,
    folder: Option<Outbox>,
    message: Vec<u8>,
    built: u64,
    largest: usize,
}

impl Rehearsal {
    fn new(keys: Keys, options: &Options) -> Self {
        Self { keys, folder: options.eml.clone().map(Outbox::new), message: Vec::new(), built: 0, largest: 0 }
    }

    fn build(&mut self, seq: u32, letter: &FrozenLetter, subscriber: &Subscriber) -> anyhow::Result<()> {
        letter.compose(subscriber, &self.keys, &mut self.message);
        self.built += 1;
        self.largest = self.largest.max(self.message.len());
        if let Some(folder) = &self.folder {
            folder
                .write(seq, &subscriber.address.to_string(), &self.message)
                .with_context(|| format!("cannot write to `{}`", folder.folder().display()))?;
        }
        Ok(())
    }

    fn told(&self) -> String {
        let plural = if self.built == 1 { "" } else { "s" };
        let files = self.folder.as_ref().map(|folder| format!(", written to {}/", folder.folder().display()));
        format!(
            "Built    · {} message{plural}, the largest {}{}\n",
            wording::count(self.built),
            wording::size(self.largest),
            files.unwrap_or_default()
        )
    }
}
