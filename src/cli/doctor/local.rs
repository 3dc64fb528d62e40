//! What can be seen without a network: configuration, list, keys, ledger.

use std::path::Path;

use crate::cli::{failure, keys, ledger, send};
use crate::delivery::ledger::Summary;
use crate::doctor::machine::{self, Hints};
use crate::doctor::{Finding, reach};
use crate::load::{self, Audience, Courier, Fate, LedgerSettings, LoadedIssue, Newsletter, Problems};
use crate::message::dkim::{DkimKey, KeyRecord};

/// What was found on this machine.
pub(super) struct Local {
    audience: Result<Audience, Problems>,
    deliveries: anyhow::Result<Vec<Summary>>,
    dkim_key: Option<anyhow::Result<DkimKey>>,
    /// The key of `[dkim]` as it ought to be published.
    pub(super) dkim_record: Option<KeyRecord>,
    /// What tells the time besides the clock.
    pub(super) hints: Hints,
}

impl Local {
    /// Reads what there is; makes and changes nothing.
    pub(super) fn look(newsletter: &Newsletter) -> Self {
        let settings = &newsletter.settings;
        let deliveries = deliveries(newsletter);
        let dkim_key = settings.dkim.as_ref().map(|dkim| keys::dkim_key(newsletter, dkim));
        let published = dkim_key.as_ref().and_then(|key| key.as_ref().ok()?.record().ok());
        let newest = load::issues(&newsletter.root).ok().and_then(|mut issues| issues.pop());
        let newest = newest.and_then(|file| LoadedIssue::read(newsletter, &file).ok());
        let started = deliveries.as_ref().ok().and_then(|all| all.iter().map(|delivery| delivery.started).max());
        Self {
            audience: load::audience(newsletter),
            deliveries,
            dkim_key,
            dkim_record: published.and_then(|record| KeyRecord::parse(&record).ok()),
            hints: Hints { newest_issue: newest.map(|loaded| loaded.issue.date), last_delivery: started, web: None },
        }
    }

    pub(super) fn findings(&self, newsletter: &Newsletter) -> Vec<Finding> {
        let mut findings = vec![configuration(newsletter), self.subscribers(newsletter), self.token_key(newsletter)];
        findings.push(self.signing(newsletter));
        findings.push(self.ledger(newsletter));
        findings.extend(self.disk(newsletter));
        findings
    }

    fn people(&self) -> u64 {
        self.audience.as_ref().map_or(0, |audience| audience.count(Fate::Gets))
    }

    fn subscribers(&self, newsletter: &Newsletter) -> Finding {
        let audience = match &self.audience {
            Ok(audience) => audience,
            Err(problems) => return refused("subscribers", &anyhow::Error::new(problems.clone())),
        };
        let smtp = newsletter.settings.smtp.iter().filter(|_| newsletter.settings.courier == Courier::Smtp);
        let terms: Vec<_> = smtp.map(send::terms).collect();
        let time = send::time_for(terms.iter(), self.people());
        reach::list(self.people(), audience.rejected.len() as u64, time)
    }

    fn token_key(&self, newsletter: &Newsletter) -> Finding {
        const SUBJECT: &str = "unsubscribe key";
        let sent = self.deliveries.as_ref().map_or(0, Vec::len);
        if let Some(path) = load::missing_token_key(newsletter) {
            let shown = relative(newsletter, path);
            if sent == 0 {
                return Finding::ok(SUBJECT, format!("{shown} is made when it is first needed"));
            }
            return Finding::problem(
                SUBJECT,
                format!("{shown} is gone, and with it the way out of every letter already mailed"),
                "put it back from a backup before anything else is sent",
            );
        }
        match load::token_secret(newsletter) {
            Ok(_) => Finding::ok(SUBJECT, newsletter.settings.token_key.to_string()),
            Err(error) => refused(SUBJECT, &error),
        }
    }

    fn signing(&self, newsletter: &Newsletter) -> Finding {
        const SUBJECT: &str = "DKIM key";
        match &self.dkim_key {
            Some(Ok(key)) => crate::doctor::key(key.algorithm(), key.bits()),
            Some(Err(error)) => refused(SUBJECT, error),
            None if matches!(newsletter.settings.courier, Courier::Outbox(_)) => {
                Finding::ok(SUBJECT, "none: nothing is signed, and nothing is mailed")
            }
            None => Finding::warning(
                SUBJECT,
                "none: nothing is signed here",
                "fine if the mail server signs; if not: `newsletter dkim keygen`",
            ),
        }
    }

    fn ledger(&self, newsletter: &Newsletter) -> Finding {
        const SUBJECT: &str = "ledger";
        let shown = match &newsletter.settings.ledger {
            LedgerSettings::File(path) => relative(newsletter, path),
            LedgerSettings::Shared(_) => "the shared ledger".to_owned(),
        };
        match &self.deliveries {
            Err(error) => refused(SUBJECT, error),
            Ok(deliveries) => match deliveries.len() {
                0 => Finding::ok(SUBJECT, format!("{shown} is made with the first delivery")),
                1 => Finding::ok(SUBJECT, format!("{shown}, 1 delivery")),
                several => Finding::ok(SUBJECT, format!("{shown}, {several} deliveries")),
            },
        }
    }

    fn disk(&self, newsletter: &Newsletter) -> Option<Finding> {
        let LedgerSettings::File(path) = &newsletter.settings.ledger else { return None };
        let folder = path.ancestors().skip(1).find(|folder| folder.is_dir())?;
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(machine::disk(disk.f_bavail.saturating_mul(disk.f_frsize), self.people()))
    }
}

fn configuration(newsletter: &Newsletter) -> Finding {
    const SUBJECT: &str = "configuration";
    match newsletter.warnings.as_slice() {
        [] => Finding::ok(SUBJECT, "newsletter.toml"),
        [one] => Finding::warning(SUBJECT, one.message.clone(), "`newsletter check` shows where"),
        several => {
            let message = format!("{} warnings about newsletter.toml", several.len());
            Finding::warning(SUBJECT, message, "`newsletter check` shows them")
        }
    }
}

fn deliveries(newsletter: &Newsletter) -> anyhow::Result<Vec<Summary>> {
    ledger::open_to_read(newsletter)?.map_or(Ok(Vec::new()), |mut ledger| ledger.summaries())
}

/// What another command would end with, as a finding.
pub(super) fn refused(subject: &'static str, error: &anyhow::Error) -> Finding {
    let Some(Problems(problems)) = error.downcast_ref::<Problems>() else {
        return Finding::problem(subject, failure::in_a_line(error), "mend that first: nothing is sent before");
    };
    let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let help = problems.iter().find_map(|problem| problem.help.clone());
    Finding::problem(subject, messages.join("; "), help.unwrap_or_else(|| "`newsletter check` shows more".to_owned()))
}

fn relative(newsletter: &Newsletter, path: &Path) -> String {
    format!("`{}`", path.strip_prefix(&newsletter.root).unwrap_or(path).display())
}
