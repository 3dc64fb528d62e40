//! Renders and freezes a letter as a send does, and composes its message for one subscriber.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use url::form_urlencoded;

use crate::app::prepare::sample_letter;
use crate::config::Newsletter;
use crate::issue::LoadedIssue;
use crate::message::{FrozenLetter, MessageKeys, ParsedMessage};
use crate::model::{OrnamentPicture, Publication, Subscriber};
use crate::ornament::{self, Face};
use crate::templates::colour::hex;

/// A frozen letter and the issue it was rendered from.
pub(super) struct RenderedLetter {
    /// The issue.
    pub(super) loaded: Arc<LoadedIssue>,
    frozen: FrozenLetter,
    keys: Arc<MessageKeys>,
    local_images: Vec<LocalImage>,
    band: Option<Band>,
}

/// The band above the letter, which is drawn when a browser asks for it.
struct Band {
    picture: OrnamentPicture,
    publication: Publication,
}

/// A picture in `issues/img`.
pub(super) struct LocalImage {
    /// The name of the file.
    pub(super) file: String,
    /// The address after publication.
    published: String,
    /// The path in the preview: `/img/NAME`, with the name encoded.
    pub(super) address: String,
    /// Distinguishes the current content from what a browser may have cached.
    version: String,
    /// The size of the file.
    pub(super) bytes: u64,
}

impl RenderedLetter {
    /// Renders and freezes an issue under a plan ID of zeros and at midnight UTC of its date. Only Date, Message-ID,
    /// boundary and unsubscribe token differ from a real send.
    ///
    /// Errors when the style sheet is invalid or the message cannot be built.
    pub(super) fn new(
        newsletter: &Newsletter,
        loaded: Arc<LoadedIssue>,
        keys: Arc<MessageKeys>,
    ) -> anyhow::Result<Self> {
        let frozen = sample_letter(newsletter, &loaded.issue)?;
        let logo = newsletter.publication.logo.iter().map(|logo| (&logo.url, &logo.file));
        let pictures = loaded.issue.images().map(|image| (&image.url, &image.file)).chain(logo);
        let own_images = pictures.filter_map(|(url, file)| {
            let file = file.clone()?;
            // Requests are compared with this string; it is never decoded.
            let name: String = form_urlencoded::byte_serialize(file.as_bytes()).collect();
            let (version, bytes) = version_and_size(&newsletter.root.join("issues/img").join(&file));
            Some(LocalImage { published: url.clone(), address: format!("/img/{name}"), version, bytes, file })
        });
        let own_images = own_images.collect();
        let band = OrnamentPicture::above_letter(&loaded.issue, &newsletter.publication);
        let band = band.map(|picture| Band { picture, publication: newsletter.publication.clone() });
        Ok(Self { loaded, frozen, keys, local_images: own_images, band })
    }

    /// The message as composed for `subscriber`.
    ///
    /// Errors when it cannot be parsed, which is a bug.
    pub(super) fn message(&self, subscriber: &Subscriber) -> anyhow::Result<ParsedMessage> {
        let mut bytes = Vec::new();
        self.frozen.compose(subscriber, &self.keys, &mut bytes);
        ParsedMessage::parse(bytes)
    }

    /// The pictures in `issues/img`.
    pub(super) fn local_images(&self) -> &[LocalImage] {
        &self.local_images
    }

    /// Draws the band if its path in the preview is `address`.
    pub(super) fn band(&self, address: &str) -> Option<Vec<u8>> {
        let band = self.band.as_ref().filter(|band| band.address() == address)?;
        let face = Face { name: &band.publication.name, accent: band.publication.theme.flag };
        Some(ornament::band(face, band.picture.number.0))
    }

    /// For each picture that the preview serves, the published address and the one in the preview.
    pub(super) fn image_addresses(&self) -> BTreeMap<String, String> {
        let address = |image: &LocalImage| format!("{}?{}", image.address, image.version);
        let images = self.local_images.iter().map(|image| (image.published.clone(), address(image)));
        images.chain(self.band.iter().map(|band| (band.published(), band.current_address()))).collect()
    }
}

impl Band {
    fn published(&self) -> String {
        self.publication.page(&self.picture.path())
    }

    /// The path in the preview.
    fn address(&self) -> String {
        format!("/{}", self.picture.path())
    }

    /// The same, with what a browser may have cached another picture of.
    fn current_address(&self) -> String {
        let name: String = form_urlencoded::byte_serialize(self.publication.name.as_bytes()).collect();
        format!("{}?{}-{name}", self.address(), hex(self.publication.theme.flag).trim_start_matches('#'))
    }
}

/// A string that changes with the file, and the size in bytes.
fn version_and_size(file: &Path) -> (String, u64) {
    let Ok(metadata) = std::fs::metadata(file) else { return (String::new(), 0) };
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanoseconds = changed.map_or(0, |since| since.as_nanos());
    (format!("{:x}-{nanoseconds:x}", metadata.len()), metadata.len())
}
