//! Does what is due while requests are answered: sends mail, forgets what expired, and backs up the ledger.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::app::readers::{Mailer, ReaderKeys, Sending};
use crate::app::{clock, ledger_file, open_ledger};
use crate::config::{LedgerSettings, Newsletter};
use crate::ledger::Ledger;

/// The pause between two looks for mail.
const PAUSE: Duration = Duration::from_millis(500);

/// The number of pauses within an hour.
const PAUSES_IN_AN_HOUR: u32 = 7200;

/// The thread that does it.
pub(super) struct Upkeep {
    pub(super) newsletter: Newsletter,
    pub(super) keys: ReaderKeys,
    pub(super) mailer: Option<Mailer>,
    /// Gets the number of mails that wait.
    pub(super) waiting: Arc<AtomicU64>,
    pub(super) stopped: watch::Receiver<bool>,
}

impl Upkeep {
    /// Works until the server stops. `report` gets warnings.
    pub(super) fn run(self, report: &dyn Fn(&str)) {
        let mut ledger = None;
        let (mut pauses, mut is_held) = (0, false);
        while !*self.stopped.borrow() {
            match self.work(&mut ledger, pauses % PAUSES_IN_AN_HOUR == 0, report) {
                Ok(sending) => {
                    let is_new = sending == Sending::Held && !is_held;
                    is_held = sending == Sending::Held;
                    if is_new {
                        let waiting = self.waiting.load(Ordering::Relaxed);
                        report(&format!(
                            "warning: confirmation mails wait ({waiting}): more people sign up than `confirm_rate` under `[serve]` lets through; is it a robot?"
                        ));
                    }
                    if matches!(sending, Sending::Sent | Sending::NotSent) {
                        continue;
                    }
                }
                Err(error) => {
                    ledger = None;
                    report(&format!("warning: {error:#}"));
                    self.rest(60, &mut pauses);
                }
            }
            self.rest(1, &mut pauses);
        }
    }

    fn rest(&self, times: u32, pauses: &mut u32) {
        for _ in 0..times {
            if *self.stopped.borrow() {
                return;
            }
            thread::sleep(PAUSE);
            *pauses = pauses.wrapping_add(1);
        }
    }

    fn work(
        &self,
        opened: &mut Option<Box<dyn Ledger>>,
        is_hourly: bool,
        report: &dyn Fn(&str),
    ) -> anyhow::Result<Sending> {
        let ledger = match opened {
            Some(ledger) => ledger,
            None => opened.insert(open_ledger::to_write(&self.newsletter)?),
        };
        if is_hourly {
            let kept = TimeDelta::days(365 * i64::from(self.newsletter.settings.serve.keep_evidence_years));
            ledger.change_readers(&mut |records| {
                records.forget_old(clock::now())?;
                records.forget_evidence(clock::now() - kept)
            })?;
            self.keys.index(ledger.as_mut())?;
            if let LedgerSettings::File(path) = &self.newsletter.settings.ledger
                && let Err(error) = back_up(&self.newsletter, path, clock::now())
            {
                report(&format!("warning: cannot back up the ledger: {error:#}"));
            }
        }
        let Some(mailer) = &self.mailer else { return Ok(Sending::Idle) };
        let sending = mailer.send_next(ledger.as_mut(), report)?;
        if sending != Sending::Idle {
            let mut waiting = 0;
            ledger.read_readers(&mut |records| {
                waiting = records.mail_waiting()?;
                Ok(())
            })?;
            self.waiting.store(waiting, Ordering::Relaxed);
        }
        Ok(sending)
    }
}

/// Copies the ledger at `path` to a file named by the day, if there is none yet, and deletes the oldest copies.
fn back_up(newsletter: &Newsletter, path: &Path, now: DateTime<Utc>) -> anyhow::Result<()> {
    let kept = usize::try_from(newsletter.settings.serve.backups).unwrap_or(usize::MAX);
    if kept == 0 {
        return Ok(());
    }
    let folder = path.with_extension("backups");
    let today = folder.join(format!("{}.sqlite3", now.format("%F")));
    if !today.try_exists()? {
        ledger_file::back_up(newsletter, &today)?;
    }
    let mut copies: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_copy(path)).collect();
    copies.sort();
    let old = copies.len().saturating_sub(kept);
    copies[..old].iter().try_for_each(|path| Ok(std::fs::remove_file(path)?))
}

/// Whether this is a copy of a day, and not something that somebody else keeps there.
fn is_copy(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".sqlite3"));
    name.is_some_and(|name| name.len() == 10 && chrono::NaiveDate::parse_from_str(name, "%Y-%m-%d").is_ok())
}
