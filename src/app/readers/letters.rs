//! Reads the newsletter's own letters to one reader, and shows them.

use super::doors::Doors;
use super::leave_link::leave_link;
use super::mail_text::{MailText, RenderedMail, reader_at};
use crate::app::failure::Failure;
use crate::app::prepare::{LetterRenderer, sample_stamp};
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::issue::LoadedIssue;
use crate::letter::LetterStyleSheet;
use crate::message::{NoticeHeaders, notice_message};
use crate::model::{EmailAddress, Issue, Publication, ReaderLetter, Token};
use crate::readers::MailKind;

/// The newsletter's own letters.
#[derive(Debug, Default)]
pub(crate) struct ReaderLetters {
    confirm: Option<Issue>,
    welcome: Option<Issue>,
}

impl ReaderLetters {
    /// Reads those that `newsletter` has.
    ///
    /// Errors with every problem of the first that is wrong.
    pub(crate) fn read(newsletter: &Newsletter) -> Result<Self, Problems> {
        let read = |letter| read_letter(newsletter, letter).map(|found| found.map(|loaded| loaded.issue));
        Ok(Self { confirm: read(ReaderLetter::Confirm)?, welcome: read(ReaderLetter::Welcome)? })
    }

    /// Returns the one for mail of this kind.
    pub(crate) fn of(&self, kind: MailKind) -> Option<&Issue> {
        match kind {
            MailKind::Confirm => self.confirm.as_ref(),
            MailKind::Welcome => self.welcome.as_ref(),
            MailKind::Link => None,
        }
    }
}

fn read_letter(newsletter: &Newsletter, letter: ReaderLetter) -> Result<Option<LoadedIssue>, Problems> {
    LoadedIssue::read_reader_letter(&newsletter.root, letter, &newsletter.publication)
}

/// Returns the problems of `letter`; one of them is that there is none, if it was asked for by name.
pub(crate) fn letter_problems(newsletter: &Newsletter, letter: ReaderLetter, is_named: bool) -> Vec<Diagnostic> {
    match read_letter(newsletter, letter) {
        Err(problems) => problems.0,
        Ok(None) if is_named => {
            let message = format!("there is no `{}`", letter.file());
            let help = format!("readers get the built-in one, which `newsletter render {}` shows", letter.name());
            vec![Diagnostic::new(Severity::Error, message, None).help(help)]
        }
        Ok(None) => Vec::new(),
        Ok(Some(loaded)) => match sample(newsletter, letter, Some(&loaded.issue)) {
            Ok(_) => loaded.warnings,
            Err(error) => vec![Diagnostic::new(Severity::Error, format!("`{}`: {error:#}", letter.file()), None)],
        },
    }
}

/// Returns `letter` as a sample reader gets it, without tokens that work: the built-in one if there is no other.
///
/// Errors when its file or the style sheet cannot be read or applied.
pub(crate) fn sample_mail(newsletter: &Newsletter, letter: ReaderLetter) -> anyhow::Result<RenderedMail> {
    let own = read_letter(newsletter, letter)?;
    sample(newsletter, letter, own.as_ref().map(|loaded| &loaded.issue))
}

/// Returns the whole message of [`sample_mail`], as if it were sent when computers began to count.
///
/// Errors as that does, and when the message cannot be built.
pub(crate) fn sample_message(newsletter: &Newsletter, letter: ReaderLetter) -> anyhow::Result<Vec<u8>> {
    let mail = sample_mail(newsletter, letter)?;
    let address = sample_address()?;
    let headers = NoticeHeaders { to: &address, subject: &mail.subject, exit: &mail.exit, answer_to: None, id: None };
    let stamp = sample_stamp(chrono::DateTime::UNIX_EPOCH);
    notice_message(&sender(newsletter), &headers, (&mail.html, &mail.text), &stamp, None)
}

fn sample(newsletter: &Newsletter, letter: ReaderLetter, own: Option<&Issue>) -> anyhow::Result<RenderedMail> {
    const TOKEN: Token = Token([0; 16]);
    let publication = sender(newsletter);
    let address = sample_address()?;
    let text = match letter {
        ReaderLetter::Confirm => {
            MailText::confirm(&publication, &address.to_string(), &Doors::of(newsletter), &TOKEN.folded())
        }
        ReaderLetter::Welcome => MailText::welcome(&publication, &address.to_string(), leave_link(&publication, TOKEN)),
    };
    text.rendered(&publication, &style_sheet(newsletter)?, own, &reader_at(&address))
}

/// Returns the style sheet of letters.
///
/// Errors when it cannot be read, or has a mistake of its own.
pub(crate) fn style_sheet(newsletter: &Newsletter) -> anyhow::Result<LetterStyleSheet> {
    Ok(LetterRenderer::open(newsletter)?.prepared_style_sheet()?.clone())
}

/// Returns the publication as the sender of mail to one reader.
pub(crate) fn sender(newsletter: &Newsletter) -> Publication {
    let mut publication = newsletter.publication.clone();
    if let Some(from) = &newsletter.settings.serve.from {
        publication.from = from.clone();
    }
    publication
}

fn sample_address() -> anyhow::Result<EmailAddress> {
    EmailAddress::parse("reader@example.com").map_err(|error| Failure::usage(error.to_string()).into())
}
