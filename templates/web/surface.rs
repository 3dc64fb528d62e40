//! Defines the places that show the content of an issue on the web.

use crate::model::{Image, Slot};

/// The place in which an issue is shown.
#[derive(Clone, Copy)]
pub enum Surface<'a> {
    /// On the page. The newsletter's own pictures are in the archive's `img` folder.
    Page {
        /// The relative path to the archive's root.
        up: &'a str,
        /// The prefix of the absolute URLs of the newsletter's own pictures.
        images: &'a str,
    },
    /// In a feed, which is read elsewhere: pictures have absolute URLs, and links have no id.
    Feed,
}

impl Surface<'_> {
    /// Returns the address of a picture.
    pub(super) fn picture_url(self, image: &Image) -> String {
        match self {
            // The rest of the URL is the file name, already percent-encoded.
            Self::Page { up, images } => match image.url.strip_prefix(images) {
                Some(name) if image.file.is_some() => format!("{up}img/{name}"),
                _ => image.url.clone(),
            },
            Self::Feed => image.url.clone(),
        }
    }

    /// Returns the height to reserve for a picture. A feed reader that limits only the width would stretch it.
    pub(super) fn height(self, image: &Image) -> Option<u32> {
        matches!(self, Self::Page { .. }).then_some(image.size?.1)
    }

    /// Whether plates of the flag's colour are shown. A feed reader has its own look.
    pub(super) fn has_flags(self) -> bool {
        matches!(self, Self::Page { .. })
    }

    /// Returns the id of the link at `position`.
    pub(super) fn link_id(self, position: usize) -> Option<String> {
        matches!(self, Self::Page { .. }).then(|| format!("link-{position}"))
    }
}

/// Returns the fallback of a subscriber's field, and nothing for what only one subscriber may see.
pub(super) fn public(slot: &Slot) -> String {
    match slot {
        Slot::Field { fallback, .. } => fallback.clone(),
        Slot::Address | Slot::UnsubscribeUrl => String::new(),
    }
}
