//! A letter made ready as a send would, and the message of it one reader gets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use chrono::NaiveTime;
use url::form_urlencoded;

use crate::letter;
use crate::load::{LoadedIssue, Newsletter, style_sheet};
use crate::message::{FrozenLetter, Keys, PlanId, Reading, Stamp};
use crate::model::Subscriber;
use crate::templates;

/// An issue rendered and frozen.
pub(super) struct Rendered {
    /// The issue it is of.
    pub(super) loaded: Arc<LoadedIssue>,
    frozen: FrozenLetter,
    keys: Arc<Keys>,
    own_images: Vec<OwnImage>,
}

/// A picture in `issues/img`.
pub(super) struct OwnImage {
    /// The name of its file.
    pub(super) file: String,
    /// Where it will be once it is published.
    published: String,
    /// Where the preview serves it: `/img/NAME`, the name encoded.
    pub(super) address: String,
    /// Tells its present content from what a browser may remember.
    version: String,
    /// Its length.
    pub(super) bytes: u64,
}

impl Rendered {
    /// Renders and freezes an issue as a send would, under a plan of zeros and at midnight of its date (UTC): what differs
    /// from a real send is Date, Message-ID, boundary and unsubscribe token.
    ///
    /// Errors when the style sheet makes no sense or the message cannot be built.
    pub(super) fn new(newsletter: &Newsletter, loaded: Arc<LoadedIssue>, keys: Arc<Keys>) -> anyhow::Result<Self> {
        let css = style_sheet(&newsletter.root, "letter.css", templates::letter::CSS)?;
        let letter = letter::render(&loaded.issue, &newsletter.publication, &css)?;
        let stamp = Stamp { plan: PlanId([0; 16]), date: loaded.issue.date.and_time(NaiveTime::MIN).and_utc() };
        let frozen = FrozenLetter::freeze(&letter, &newsletter.publication, &stamp)?;
        let own_images = loaded.issue.links().filter_map(|link| link.image.as_ref()).filter_map(|image| {
            let file = image.file.clone()?;
            // Never decoded again: a request is for a picture when its path is this very string.
            let name: String = form_urlencoded::byte_serialize(file.as_bytes()).collect();
            let (version, bytes) = trace(&newsletter.root.join("issues/img").join(&file));
            Some(OwnImage { published: image.url.clone(), address: format!("/img/{name}"), version, bytes, file })
        });
        let own_images = own_images.collect();
        Ok(Self { loaded, frozen, keys, own_images })
    }

    /// The message `reader` gets.
    ///
    /// Errors when it cannot be read back, which is a bug.
    pub(super) fn message(&self, reader: &Subscriber) -> anyhow::Result<Reading> {
        let mut bytes = Vec::new();
        self.frozen.compose(reader, &self.keys, &mut bytes);
        Reading::of(bytes)
    }

    /// Its pictures that are not published yet.
    pub(super) fn own_images(&self) -> &[OwnImage] {
        &self.own_images
    }

    /// Where the frame finds them: published address to preview's address.
    pub(super) fn image_addresses(&self) -> BTreeMap<String, String> {
        let address = |image: &OwnImage| format!("{}?{}", image.address, image.version);
        self.own_images.iter().map(|image| (image.published.clone(), address(image))).collect()
    }
}

/// What tells one version of a file from the next, and its length in bytes.
fn trace(file: &Path) -> (String, u64) {
    let Ok(metadata) = std::fs::metadata(file) else { return (String::new(), 0) };
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanoseconds = changed.map_or(0, |since| since.as_nanos());
    (format!("{:x}-{nanoseconds:x}", metadata.len()), metadata.len())
}
