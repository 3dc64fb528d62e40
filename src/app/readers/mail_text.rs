//! Writes mail to one reader: in the newsletter's own letters, or in a few sentences.

use super::doors::Doors;
use crate::letter::{self, LetterStyleSheet};
use crate::model::{EmailAddress, Issue, Publication, Slot, Slotted, Subscriber, Word};
use crate::templates;
use crate::templates::mail::notice::{self, Notice};
use crate::templates::mail::view::ReaderMail;

/// What mail to one reader says.
pub(crate) struct MailText {
    subject: String,
    title: String,
    text: String,
    button: Option<(Word, String)>,
    /// A sentence, what to press, and where it leads.
    exit: (String, Word, String),
}

/// Mail to one reader as it is shown.
pub(crate) struct RenderedMail {
    /// Not yet encoded.
    pub(crate) subject: String,
    pub(crate) html: String,
    pub(crate) text: String,
    /// Where the way out leads.
    pub(crate) exit: String,
}

impl MailText {
    /// Asks the owner of `address` to confirm at `doors`; `token` is that of the confirmation.
    pub(crate) fn confirm(publication: &Publication, address: &str, doors: &Doors, token: &str) -> Self {
        let words = &publication.words;
        let newsletter = ("newsletter", publication.name.as_str());
        let asked = words.filled(Word::SomebodyAsked, &[newsletter, ("address", address)]);
        let (text, yes, no) = match doors {
            Doors::Web(url) => (asked, format!("{url}confirm/{token}"), format!("{url}not-me/{token}")),
            Doors::Mail(to) => (
                format!("{asked} {}", words.of(Word::AnswerToConfirm)),
                format!("mailto:{}?subject=confirm%20{token}", to.in_mailto()),
                format!("mailto:{}?subject=not%20me%20{token}", to.in_mailto()),
            ),
        };
        Self {
            subject: words.filled(Word::ConfirmSubject, &[newsletter]),
            title: words.of(Word::ConfirmTitle).to_owned(),
            text,
            button: Some((Word::Confirm, yes)),
            exit: (words.of(Word::IfNotYou).to_owned(), Word::NotMe, no),
        }
    }

    /// Greets the reader with this `address`, whose unsubscribe link is `unsubscribe`.
    pub(crate) fn welcome(publication: &Publication, address: &str, unsubscribe: String) -> Self {
        let words = &publication.words;
        let newsletter = ("newsletter", publication.name.as_str());
        Self {
            subject: words.filled(Word::WelcomeSubject, &[newsletter]),
            title: words.of(Word::Confirmed).to_owned(),
            text: words.filled(Word::WelcomeText, &[newsletter, ("address", address)]),
            button: Some((Word::AllIssues, publication.site.clone())),
            exit: (templates::footer::reason(publication, address), Word::Unsubscribe, unsubscribe),
        }
    }

    /// Has their own link.
    pub(crate) fn link(publication: &Publication, address: &str, unsubscribe: String) -> Self {
        let words = &publication.words;
        let newsletter = ("newsletter", publication.name.as_str());
        Self {
            subject: words.filled(Word::LinkSubject, &[newsletter]),
            title: words.of(Word::Unsubscribe).to_owned(),
            text: words.filled(Word::LinkText, &[newsletter]),
            button: Some((Word::Unsubscribe, unsubscribe.clone())),
            exit: (templates::footer::reason(publication, address), Word::Unsubscribe, unsubscribe),
        }
    }

    /// Renders it for `reader` with the style sheet `style`, with the content of `own` if the newsletter has such a letter.
    ///
    /// Errors when the style sheet cannot be applied.
    pub(crate) fn rendered(
        self,
        publication: &Publication,
        style: &LetterStyleSheet,
        own: Option<&Issue>,
        reader: &Subscriber,
    ) -> anyhow::Result<RenderedMail> {
        let words = &publication.words;
        let button = self.button.as_ref().map(|(word, url)| (words.of(*word), url.as_str()));
        let (sentence, word, url) = &self.exit;
        let exit = (sentence.as_str(), words.of(*word), url.as_str());
        let Some(own) = own else {
            let Self { subject, title, text, .. } = &self;
            let notice = Notice { publication, subject, title, text, button, exit: Some(exit) };
            let (html, text) = (letter::notice(&notice, style)?, notice::text(&notice));
            return Ok(RenderedMail { subject: self.subject, html, text, exit: self.exit.2 });
        };
        // What to press is in the letter of a confirmation only: others lead where their author wants.
        let button = button.filter(|_| matches!(self.button, Some((Word::Confirm, _))));
        let letter = letter::to_reader(own, publication, style, ReaderMail { button, exit })?;
        let value = |slot: &Slot| reader.value(slot, url).to_owned();
        let fill = |slotted: &Slotted| slotted.fill(value);
        let escaped = |slot: &Slot| value(slot).replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        Ok(RenderedMail {
            subject: fill(&letter.subject),
            html: letter.html.fill(escaped),
            text: fill(&letter.text),
            exit: self.exit.2,
        })
    }
}

/// Returns a reader of whom only the address is known.
pub(crate) fn reader_at(address: &EmailAddress) -> Subscriber {
    Subscriber { address: address.clone(), fields: [].into() }
}
