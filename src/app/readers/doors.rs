//! Decides how readers answer mail to them: on pages, or by mail.

use crate::config::Newsletter;
use crate::model::EmailAddress;

/// How readers answer mail to them.
#[derive(Debug, Clone)]
pub(crate) enum Doors {
    /// On pages below this URL.
    Web(String),
    /// By mail to this address.
    Mail(EmailAddress),
}

impl Doors {
    /// Returns how readers of `newsletter` answer: on the pages of `newsletter serve`, if it is configured.
    pub(crate) fn of(newsletter: &Newsletter) -> Self {
        let settings = &newsletter.settings.serve;
        if let Some(url) = settings.url.as_ref().filter(|_| settings.is_configured) {
            return Self::Web(url.clone());
        }
        let publication = &newsletter.publication;
        let address = publication.unsubscribe.mailto.as_ref().unwrap_or(&publication.envelope_sender);
        Self::Mail(address.plain().clone())
    }
}
