//! The marker beside the issue, held against the ledger before a send and written after it.

use std::path::PathBuf;

use super::Subject;
use super::couriers::Carriage;
use crate::cli::{Exit, Failure, wording};
use crate::delivery::ledger::{Ledger, Plan};
use crate::delivery::marker::{Contradiction, Marker};
use crate::load::LedgerSettings;

/// Refuses to send what was sent before, as the marker knows and the ledger does not.
pub(super) fn refuse_contradiction(
    subject: &Subject,
    ledger: &mut dyn Ledger,
    plan: Option<&Plan>,
) -> anyhow::Result<()> {
    let path = path(subject);
    let would_not = |error: anyhow::Error| Failure::new(Exit::NotStarted, format!("{error:#}; nothing was sent"));
    let Some(marker) = Marker::read(&path).map_err(would_not)? else { return Ok(()) };
    let issue = subject.number;
    let counts = ledger.counts(issue)?;
    let Some(contradiction) = marker.contradicted_by(plan.map(|plan| (plan, &counts))) else { return Ok(()) };
    let (accepted, total, started) = marker.told();
    let began = started.map(|started| started.format(" on %F").to_string()).unwrap_or_default();
    let knows = match contradiction {
        Contradiction::Unknown => "knows nothing of it".to_owned(),
        Contradiction::Other => "knows another delivery".to_owned(),
        Contradiction::Old { accepted } => format!("knows of only {}", wording::count(accepted)),
    };
    let name = path.strip_prefix(&subject.newsletter.root).unwrap_or(&path).display();
    let (accepted, total) = (wording::count(accepted), wording::count(total));
    let message =
        format!("issue {issue} was sent{began} to {accepted} of {total}, says `{name}`, but the ledger {knows}");
    Err(Failure::new(Exit::NotStarted, message)
        .hint(way_back(subject))
        .hint(format!("only if nobody is to be spared a second copy: delete `{name}`"))
        .into())
}

/// Where the ledger of that send may be.
fn way_back(subject: &Subject) -> String {
    match &subject.newsletter.settings.ledger {
        LedgerSettings::File(path) => {
            let path = path.strip_prefix(&subject.newsletter.root).unwrap_or(path).display();
            format!("bring back the ledger of that send: `{path}`, from the machine that sent or from its backup")
        }
        LedgerSettings::Shared(_) => {
            "bring back the database of that send, or look whether `url` under `[ledger]` names another one".to_owned()
        }
    }
}

/// Writes down how the delivery stands. Files in an outbox are nobody's mail: they need no marker.
pub(super) fn write(subject: &Subject, carriage: &Carriage, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
    if carriage.is_to_files() {
        return Ok(());
    }
    let issue = subject.number;
    let Some(plan) = ledger.plan(issue)? else { return Ok(()) };
    Marker::of(&plan, &ledger.counts(issue)?).write(&path(subject))
}

fn path(subject: &Subject) -> PathBuf {
    Marker::path(&subject.newsletter.root, subject.number)
}
