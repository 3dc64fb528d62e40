//! Diagnoses what is known without a network: configuration, list, keys, ledger.

use std::path::Path;

use crate::app::failure::{Failure, one_line};
use crate::app::previous_key::PreviousKey;
use crate::app::readers::subscriber_count;
use crate::app::{keys, open_ledger, relays};
use crate::config::{self, CourierSettings, LedgerSettings, Newsletter};
use crate::diagnostic::Problems;
use crate::doctor::machine::Hints;
use crate::doctor::{Diagnosis, machine, readers};
use crate::issue;
use crate::ledger::DeliverySummary;
use crate::message::dkim::{DkimKey, KeyRecord};
use crate::subscribers::{self, Audience, RowOutcome};

/// Facts read on this machine.
pub(super) struct LocalState {
    /// The number of subscribers in the ledger that get mail.
    from_ledger: u64,
    audience: Result<Audience, Problems>,
    /// `None` without a ledger.
    deliveries: anyhow::Result<Option<Vec<DeliverySummary>>>,
    dkim_key: Option<anyhow::Result<DkimKey>>,
    /// The key of `[dkim]` as it ought to be published.
    pub(super) dkim_record: Option<KeyRecord>,
    /// The times to compare the clock with.
    pub(super) hints: Hints,
}

impl LocalState {
    /// Reads everything and changes nothing.
    pub(super) fn read(newsletter: &Newsletter) -> Self {
        let settings = &newsletter.settings;
        let deliveries = deliveries(newsletter);
        let dkim_key = settings.dkim.as_ref().map(|dkim| keys::dkim_key(newsletter, dkim));
        let published = dkim_key.as_ref().and_then(|key| key.as_ref().ok()?.record().ok());
        let newest = issue::issue_files(&newsletter.root).ok().and_then(|mut issues| issues.pop());
        let newest = newest.and_then(|file| newsletter.read_issue(&file).ok());
        let shown = subscribers::shown_columns(newsletter, &newest);
        let known = deliveries.as_ref().ok().and_then(Option::as_ref);
        let started = known.and_then(|all| all.iter().map(|delivery| delivery.started).max());
        Self {
            from_ledger: subscriber_count(newsletter),
            audience: subscribers::audience(newsletter, &shown),
            deliveries,
            dkim_key,
            dkim_record: published.and_then(|record| KeyRecord::parse(&record).ok()),
            hints: Hints { newest_issue: newest.map(|loaded| loaded.issue.date), last_delivery: started, web: None },
        }
    }

    pub(super) fn findings(&self, newsletter: &Newsletter) -> Vec<Diagnosis> {
        let mut findings = vec![configuration(newsletter), self.subscribers(newsletter), unsubscribe_key(newsletter)];
        findings.push(self.signing(newsletter));
        findings.push(self.ledger(newsletter));
        findings.extend(disk(newsletter, self.recipients()));
        findings
    }

    fn recipients(&self) -> u64 {
        self.from_ledger + self.audience.as_ref().map_or(0, |audience| audience.count(RowOutcome::Recipient))
    }

    fn subscribers(&self, newsletter: &Newsletter) -> Diagnosis {
        let is_list_needed = newsletter.settings.subscribers.as_ref().is_some_and(|path| path.exists());
        let rejected = match &self.audience {
            Ok(audience) => audience.rejected.len() as u64,
            Err(_) if self.from_ledger > 0 && !is_list_needed => 0,
            Err(problems) => return refused("subscribers", &anyhow::Error::new(problems.clone())),
        };
        let smtp = newsletter.settings.smtp.iter().filter(|_| newsletter.settings.courier == CourierSettings::Smtp);
        let terms: Vec<_> = smtp.map(relays::limits).collect();
        let time = relays::time_for(terms.iter(), self.recipients());
        readers::list(self.recipients(), rejected, time)
    }

    fn signing(&self, newsletter: &Newsletter) -> Diagnosis {
        const SUBJECT: &str = "DKIM key";
        match &self.dkim_key {
            Some(Ok(key)) => crate::doctor::key(key.algorithm(), key.bits()),
            Some(Err(error)) => refused(SUBJECT, error),
            None if matches!(newsletter.settings.courier, CourierSettings::Outbox(_)) => {
                Diagnosis::ok(SUBJECT, "none: messages are not signed, and no mail is sent")
            }
            None => Diagnosis::warning(
                SUBJECT,
                "none: messages are not signed here",
                "this is fine if the mail server signs; otherwise run `newsletter dkim keygen`",
            ),
        }
    }

    fn ledger(&self, newsletter: &Newsletter) -> Diagnosis {
        const SUBJECT: &str = "ledger";
        let shown = match &newsletter.settings.ledger {
            LedgerSettings::File(path) => relative(newsletter, path),
            LedgerSettings::Shared(_) => "the shared ledger".to_owned(),
        };
        match &self.deliveries {
            Err(error) => refused(SUBJECT, error),
            Ok(None) => Diagnosis::ok(SUBJECT, format!("{shown} will be created by the first delivery")),
            Ok(Some(deliveries)) => {
                let subscribers = match self.from_ledger {
                    0 => String::new(),
                    1 => ", 1 subscriber".to_owned(),
                    several => format!(", {several} subscribers"),
                };
                let deliveries = match deliveries.len() {
                    0 => "no delivery yet".to_owned(),
                    1 => "1 delivery".to_owned(),
                    several => format!("{several} deliveries"),
                };
                Diagnosis::ok(SUBJECT, format!("{shown}{subscribers}, {deliveries}"))
            }
        }
    }
}

/// Whether the disk of the ledger has room for a delivery to `recipients`; nothing about a disk of another machine.
pub(in crate::app) fn disk(newsletter: &Newsletter, recipients: u64) -> Option<Diagnosis> {
    let LedgerSettings::File(path) = &newsletter.settings.ledger else { return None };
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(machine::disk(disk.f_bavail.saturating_mul(disk.f_frsize), recipients))
}

fn unsubscribe_key(newsletter: &Newsletter) -> Diagnosis {
    const SUBJECT: &str = "unsubscribe key";
    let used = PreviousKey::find(newsletter, false).unwrap_or_default();
    if let Some(path) = config::missing_token_key(newsletter) {
        let shown = relative(newsletter, path);
        if used.is_none() {
            return Diagnosis::ok(SUBJECT, format!("{shown} will be created when first needed"));
        }
        return Diagnosis::problem(
            SUBJECT,
            format!("{shown} is gone, and the unsubscribe links in all mail already sent no longer work"),
            "restore it from a backup before the next send",
        );
    }
    match keys::token_key(newsletter, used.as_ref(), false) {
        Ok(_) => Diagnosis::ok(SUBJECT, newsletter.settings.token_key.to_string()),
        Err(error) => refused(SUBJECT, &error),
    }
}

fn configuration(newsletter: &Newsletter) -> Diagnosis {
    const SUBJECT: &str = "configuration";
    match newsletter.warnings.as_slice() {
        [] => Diagnosis::ok(SUBJECT, "newsletter.toml"),
        [one] => Diagnosis::warning(SUBJECT, one.message.clone(), "`newsletter check` shows where"),
        several => {
            let message = format!("{} warnings about newsletter.toml", several.len());
            Diagnosis::warning(SUBJECT, message, "`newsletter check` lists them")
        }
    }
}

fn deliveries(newsletter: &Newsletter) -> anyhow::Result<Option<Vec<DeliverySummary>>> {
    open_ledger::to_read(newsletter)?.map(|mut ledger| ledger.summaries()).transpose()
}

/// Turns the error another command would end with into a finding.
pub(super) fn refused(subject: &'static str, error: &anyhow::Error) -> Diagnosis {
    if let Some(Failure { message, hints, .. }) = error.downcast_ref() {
        return Diagnosis::problem(subject, message.clone(), hints.join("; "));
    }
    let Some(Problems(problems)) = error.downcast_ref::<Problems>() else {
        return Diagnosis::problem(subject, one_line(error), "fix this first; until then nothing is sent");
    };
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let help = problems.iter().find_map(|problem| problem.help.clone());
    Diagnosis::problem(subject, messages.join("; "), help.unwrap_or_else(|| "`newsletter check` shows more".to_owned()))
}

fn relative(newsletter: &Newsletter, path: &Path) -> String {
    format!("`{}`", path.strip_prefix(&newsletter.root).unwrap_or(path).display())
}
