//! Makes an issue ready for the mail: renders its letter with the newsletter's style sheet, and freezes it.
//!
//! Sending, test mail, dry run, `render`, `check` and the preview all go through here, so that each shows or checks what
//! the others send.

use std::sync::Arc;

use anyhow::anyhow;
use chrono::{DateTime, NaiveTime, SubsecRound, Utc};

use super::clock;
use crate::config::{self, Newsletter};
use crate::diagnostic::{Problems, SourceFile};
use crate::issue::{LoadedIssue, specimen, specimens_of_leads};
use crate::letter::{self, Letter, LetterStyleSheet};
use crate::message::{DeliveryStamp, FrozenLetter, PlanId};
use crate::model::{Issue, Publication};
use crate::templates;

/// Renders the letters of a newsletter with one version of its style sheet.
pub(crate) struct LetterRenderer<'a> {
    publication: &'a Publication,
    /// The newsletter's own `templates/letter.css`, when it has one.
    pub(crate) style_sheet: Option<Arc<SourceFile>>,
    /// What letters are rendered with, or why it cannot be.
    prepared: Result<LetterStyleSheet, String>,
}

impl<'a> LetterRenderer<'a> {
    /// Reads the style sheet of `newsletter`.
    ///
    /// Errors when it cannot be read.
    pub(crate) fn open(newsletter: &'a Newsletter) -> Result<Self, Problems> {
        let style_sheet = config::own_style_sheet(&newsletter.root, "letter.css")?;
        let css = style_sheet.as_ref().map_or(templates::mail::letter::CSS, |source| source.text.as_str());
        let prepared = LetterStyleSheet::prepare(css, newsletter.publication.theme);
        Ok(Self {
            publication: &newsletter.publication,
            style_sheet,
            prepared: prepared.map_err(|error| format!("{error:#}")),
        })
    }

    /// Returns the style sheet of letters.
    ///
    /// Errors when it has a mistake of its own.
    pub(crate) fn prepared_style_sheet(&self) -> anyhow::Result<&LetterStyleSheet> {
        self.prepared.as_ref().map_err(|error| anyhow!("{error}"))
    }

    /// Renders the letter of `issue`.
    ///
    /// Errors when the style sheet cannot be applied.
    pub(crate) fn render(&self, issue: &Issue) -> anyhow::Result<Letter> {
        letter::render(issue, self.publication, self.prepared_style_sheet()?)
    }
}

/// An issue as its file is now, loaded and rendered.
pub(crate) struct PreparedIssue {
    pub(crate) loaded: LoadedIssue,
    pub(crate) letter: Letter,
}

impl PreparedIssue {
    /// Renders `loaded` with the newsletter's style sheet.
    ///
    /// Errors when the style sheet cannot be read or applied.
    pub(crate) fn render(newsletter: &Newsletter, loaded: LoadedIssue) -> anyhow::Result<Self> {
        let letter = LetterRenderer::open(newsletter)?.render(&loaded.issue)?;
        Ok(Self { loaded, letter })
    }

    /// Freezes the letter under `stamp`.
    ///
    /// Errors when the message cannot be built.
    pub(crate) fn freeze(&self, publication: &Publication, stamp: &DeliveryStamp) -> anyhow::Result<FrozenLetter> {
        FrozenLetter::freeze(&self.letter, publication, stamp)
    }
}

/// Renders and freezes the letter of `issue` to be shown and not sent: always the same bytes for the same files.
///
/// Errors when the style sheet cannot be read or applied, or the message cannot be built.
pub(crate) fn sample_letter(newsletter: &Newsletter, issue: &Issue) -> anyhow::Result<FrozenLetter> {
    let letter = LetterRenderer::open(newsletter)?.render(issue)?;
    let midnight = issue.date.and_time(NaiveTime::MIN).and_utc();
    FrozenLetter::freeze(&letter, &newsletter.publication, &sample_stamp(midnight))
}

/// Renders, with the style sheet `css`, letters of `publication` with everything that one can show, and returns their HTML.
///
/// Errors when the style sheet cannot be applied.
pub(crate) fn specimen_letters(publication: &Publication, css: &str) -> anyhow::Result<Vec<String>> {
    let issues = std::iter::once(specimen(publication)?).chain(specimens_of_leads(publication)?);
    let style = LetterStyleSheet::prepare(css, publication.theme)?;
    issues.map(|issue| Ok(letter::render(&issue, publication, &style)?.html.plain())).collect()
}

/// Draws the stamp of a new delivery.
pub(crate) fn new_stamp() -> anyhow::Result<DeliveryStamp> {
    Ok(DeliveryStamp { plan: PlanId(clock::random_bytes()?), date: clock::now() })
}

/// Returns the stamp of a message with this `date` that is not sent.
pub(crate) fn sample_stamp(date: DateTime<Utc>) -> DeliveryStamp {
    DeliveryStamp { plan: PlanId([0; 16]), date: date.trunc_subsecs(0) }
}
