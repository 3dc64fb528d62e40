//! Lists the pictures of the ornament that an archive and the letters of its issues show.

use std::collections::BTreeSet;

use crate::model::{Issue, OrnamentKind, OrnamentPicture, Publication};
use crate::templates::web::home::{CoverPicture, earlier};
use crate::templates::web::social_card::CardPicture;

/// Returns the pictures that the pages and letters of `issues`, newest first, lead to.
pub(super) fn ornaments(issues: &[&Issue], publication: &Publication) -> BTreeSet<OrnamentPicture> {
    let mut pictures = BTreeSet::new();
    pictures.extend(issues.first().and_then(|newest| OrnamentPicture::of(OrnamentKind::Band, newest, publication)));
    for issue in issues {
        pictures.extend(OrnamentPicture::above_letter(issue, publication));
        if let Some(CardPicture::Ornament(card)) = CardPicture::of(issue, publication) {
            pictures.insert(card);
        }
    }
    for issue in earlier(issues) {
        if let Some(CoverPicture::Ornament(cover)) = CoverPicture::of(issue, publication) {
            pictures.insert(cover);
        }
    }
    pictures
}
