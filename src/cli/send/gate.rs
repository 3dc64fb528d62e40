//! The rules of `newsletter check`, before anything goes out.

use super::subject::{Subject, Written};
use crate::check;
use crate::cli::inspection::Inspection;
use crate::cli::{Global, clock, talk};
use crate::diagnostic::{self, Diagnostic};
use crate::load::{Problems, subscriber_list};

/// Refuses an issue with errors; says how many warnings there are.
///
/// Errors with everything that was found.
pub(super) fn refuse_errors(subject: &Subject, written: &Written, global: &Global) -> anyhow::Result<()> {
    let found = findings(subject, written)?;
    if diagnostic::errors(&found) > 0 {
        return Err(Problems(found).into());
    }
    tell(subject, &found, global);
    Ok(())
}

/// Says how many problems there are, for a mail that is sent to look at it.
///
/// Errors when the newsletter cannot be read.
pub(super) fn mention(subject: &Subject, written: &Written, global: &Global) -> anyhow::Result<()> {
    tell(subject, &findings(subject, written)?, global);
    Ok(())
}

fn findings(subject: &Subject, written: &Written) -> anyhow::Result<Vec<Diagnostic>> {
    let newsletter = &subject.newsletter;
    let inspection = Inspection::prepare(newsletter, clock::now())?;
    let mut found = check::unknown_rules(newsletter);
    found.extend(inspection.of_letter(&written.loaded, &written.letter));
    // A list that cannot be read is said by who reads it to send.
    let of_list = subscriber_list(newsletter).and_then(|list| Inspection::of_list(newsletter, &list, |_| None));
    found.extend(of_list.unwrap_or_default());
    Ok(found)
}

fn tell(subject: &Subject, found: &[Diagnostic], global: &Global) {
    let errors = diagnostic::errors(found);
    let counts = diagnostic::counts(errors, found.len() - errors);
    if !found.is_empty() && !global.quiet {
        talk::tell(&format!("Checks · {counts}: `newsletter check {}` shows them\n\n", subject.number));
    }
}
