//! Makes the link with which a reader leaves.

use crate::model::{PLACEHOLDER, Publication, Token};

/// Returns the link with which the reader with `token` leaves: a page, or a mail to be sent.
pub(super) fn leave_link(publication: &Publication, token: Token) -> String {
    let unsubscribe = &publication.unsubscribe;
    match (&unsubscribe.url, &unsubscribe.mailto) {
        (Some((before, after)), _) => format!("{before}{token}{after}"),
        (None, Some(mailto)) => {
            let to = mailto.in_mailto().replacen(PLACEHOLDER, &token.folded(), 1);
            format!("mailto:{to}?subject=unsubscribe%20{token}")
        }
        // The settings have one of the two.
        (None, None) => String::new(),
    }
}
