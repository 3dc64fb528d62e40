//! Holds the web archive in memory, as `build` would write it with one issue published.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use url::form_urlencoded;

use super::archive_links::local_links;
use super::frame::{Frame, LinkTarget};
use super::view::ShownScheme;
use crate::app::build::archive_pages;
use crate::app::ornaments::draw;
use crate::config::Newsletter;
use crate::html::token::{Token, tokens, unescape};
use crate::model::{Issue, IssueNumber, OrnamentPicture, Publication};
use crate::templates::preview::archive::{CardView, FeedEntry, FeedView, card_document, feed_document};

/// The archive with one issue in it, draft or not.
pub(super) struct ArchivePreview {
    number: IssueNumber,
    /// By their paths: `42-slug/index.html`.
    files: BTreeMap<String, Vec<u8>>,
    /// The names of the pictures in `issues/img`.
    pictures: BTreeSet<String>,
    /// The published address of each picture, and its path in the archive.
    published: BTreeMap<String, String>,
    ornaments: BTreeSet<OrnamentPicture>,
    publication: Publication,
    issue_page: String,
    /// Whether the issue is a draft.
    pub(super) is_draft: bool,
    /// The issues that cannot be read.
    pub(super) left_out: Vec<IssueNumber>,
}

/// A file of the archive for a frame.
pub(super) enum Shown {
    /// An HTML page.
    Page(String),
    /// A style sheet.
    Style(String),
    /// A PNG picture that was drawn.
    Png(Vec<u8>),
    /// Another file, as it is.
    Text(Vec<u8>),
    /// The picture of this name in `issues/img`.
    Picture(String),
}

impl ArchivePreview {
    /// Builds the archive of `issues`, with `number` published.
    ///
    /// Errors when the style sheet is invalid or a feed cannot be written.
    pub(super) fn new(
        newsletter: &Newsletter,
        mut issues: Vec<Issue>,
        number: IssueNumber,
        left_out: Vec<IssueNumber>,
    ) -> anyhow::Result<Self> {
        let mut is_draft = false;
        let mut issue_page = String::new();
        for issue in issues.iter_mut().filter(|issue| issue.number == number) {
            is_draft = std::mem::take(&mut issue.draft);
            issue_page = format!("{}/index.html", issue.path());
        }
        let pages = archive_pages(newsletter, &issues)?;
        let logo = newsletter.publication.logo.iter().map(|logo| (&logo.url, &logo.file));
        let images = issues.iter().flat_map(Issue::images).map(|image| (&image.url, &image.file)).chain(logo);
        let publication = newsletter.publication.clone();
        let drawn: Vec<(String, String)> =
            pages.ornaments.iter().map(|picture| (publication.page(&picture.path()), picture.path())).collect();
        let published = images.filter_map(|(url, file)| {
            let name: String = form_urlencoded::byte_serialize(file.as_ref()?.as_bytes()).collect();
            Some((url.clone(), format!("img/{}", name.replace('+', "%20"))))
        });
        Ok(Self {
            number,
            published: published.chain(drawn).collect(),
            files: pages.files,
            pictures: pages.pictures,
            ornaments: pages.ornaments,
            publication,
            issue_page,
            is_draft,
            left_out,
        })
    }

    /// The address of its home page, in a scheme.
    pub(super) fn home(&self, scheme: ShownScheme) -> String {
        self.address(scheme, "index.html")
    }

    /// The address of the issue's page.
    pub(super) fn issue(&self, scheme: ShownScheme) -> String {
        self.address(scheme, &self.issue_page)
    }

    /// The address of the first other page of the archive that the issue's page links to and that is no issue's: a topic.
    pub(super) fn topic(&self, scheme: ShownScheme) -> Option<String> {
        let page = self.text(&self.issue_page)?;
        let is_issue =
            |path: &str| path.strip_suffix("/index.html").is_some_and(|path| IssueNumber::of_path(path).is_some());
        let linked = local_links(page, &self.issue_page).into_iter();
        let mut topics = linked.filter(|path| path != "index.html" && path.ends_with("/index.html") && !is_issue(path));
        topics.find(|path| self.files.contains_key(path)).map(|path| self.address(scheme, &path))
    }

    fn address(&self, scheme: ShownScheme, path: &str) -> String {
        format!("/{}/site/{}/{path}", self.number, word(scheme))
    }

    /// The file at `path`, decoded, as a browser in `scheme` shows it; `None` if there is none.
    pub(super) fn file(&self, path: &str, scheme: ShownScheme) -> Option<Shown> {
        if let Some(name) = path.strip_prefix("img/").filter(|name| self.pictures.contains(*name)) {
            return Some(Shown::Picture(name.to_owned()));
        }
        if let Some(picture) = self.ornaments.iter().find(|picture| picture.path() == path) {
            return Some(Shown::Png(draw(*picture, &self.publication)));
        }
        let path = if path.is_empty() || path.ends_with('/') {
            Cow::Owned(format!("{path}index.html"))
        } else {
            Cow::Borrowed(path)
        };
        let bytes = self.files.get(path.as_ref())?;
        let text = || String::from_utf8_lossy(bytes);
        Some(match path.rsplit('.').next() {
            Some("html") => Shown::Page(self.in_frame(&text(), scheme)),
            Some("css") => Shown::Style(frame(scheme, &BTreeMap::new()).style_sheet(&text())),
            _ => Shown::Text(bytes.clone()),
        })
    }

    /// The feed as a document; `None` if it cannot be read.
    pub(super) fn feed(&self, scheme: ShownScheme) -> Option<String> {
        let feed: serde_json::Value = serde_json::from_slice(self.files.get("feed.json")?).ok()?;
        let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let entry = |item: &serde_json::Value| FeedEntry {
            title: text(item, "title"),
            date: text(item, "date_published").chars().take("2026-11-24".len()).collect(),
            content: text(item, "content_html"),
        };
        let entries = feed["items"].as_array()?.iter().map(entry).collect();
        let document = feed_document(&FeedView { title: text(&feed, "title"), entries });
        Some(self.in_frame(&document.into_string(), scheme))
    }

    /// A link to the issue's page as other sites show it; `None` if it has no page.
    pub(super) fn card(&self, scheme: ShownScheme) -> Option<String> {
        let page = self.text(&self.issue_page)?;
        let mut card = CardView { host: host(&self.publication.site), ..CardView::default() };
        for token in tokens(page) {
            let Token::Start(tag) = token else { continue };
            let value = |wanted: &str| {
                let mut attributes = tag.attributes();
                attributes
                    .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                    .map(|(_, value)| unescape(value).into_owned())
            };
            let Some(content) = value("content") else { continue };
            match value("property").as_deref() {
                Some("og:title") => card.title = content,
                Some("og:description") => card.description = content,
                Some("og:image") => card.image = Some(self.served(&content, scheme)),
                _ => {}
            }
        }
        Some(self.in_frame(&card_document(&card).into_string(), scheme))
    }

    /// Where the preview serves what is published at `url`; `url` itself if it is on another site.
    fn served(&self, url: &str, scheme: ShownScheme) -> String {
        let path = self.published.get(url).map(String::as_str).or_else(|| url.strip_prefix(&self.publication.site));
        path.map_or_else(|| url.to_owned(), |path| self.address(scheme, path))
    }

    fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(path)?).ok()
    }

    fn in_frame(&self, html: &str, scheme: ShownScheme) -> String {
        let served = self.published.iter().map(|(url, path)| (url.clone(), self.address(scheme, path)));
        frame(scheme, &served.collect()).render(html)
    }
}

fn frame(scheme: ShownScheme, local_images: &BTreeMap<String, String>) -> Frame<'_> {
    Frame { scheme, images: true, local_images, links: LinkTarget::OwnInFrame }
}

/// The scheme of an archive in a path: a page is in light or in dark mode.
fn word(scheme: ShownScheme) -> &'static str {
    match scheme {
        ShownScheme::Light => "light",
        ShownScheme::Dark | ShownScheme::Forced => "dark",
    }
}

/// Splits the path of a file of an archive behind `/42/site/`: the scheme, and the path in the archive, decoded.
pub(super) fn split_path(path: &str) -> Option<(ShownScheme, String)> {
    let (scheme, rest) = path.split_once('/')?;
    let scheme = match scheme {
        "light" => ShownScheme::Light,
        "dark" => ShownScheme::Dark,
        _ => return None,
    };
    Some((scheme, decoded(rest)?))
}

/// Decodes a path, which is compared with the paths of files in memory and never joined to a folder.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit(*high)? * 16 + digit(*low)?);
                rest = after;
            }
            (b'%', _) => return None,
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn host(site: &str) -> String {
    url::Url::parse(site).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_is_a_scheme_and_a_file() {
        let cases = [
            ("light/index.html", Some((ShownScheme::Light, "index.html"))),
            ("dark/42-slug/", Some((ShownScheme::Dark, "42-slug/"))),
            ("dark/img/a%20b.png", Some((ShownScheme::Dark, "img/a b.png"))),
            ("light/%2e%2e/secret", Some((ShownScheme::Light, "../secret"))),
            ("forced/index.html", None),
            ("light", None),
            ("light/%zz", None),
            ("light/%4", None),
            ("light/%ff", None),
        ];
        for (path, expected) in cases {
            assert_eq!(split_path(path), expected.map(|(scheme, path)| (scheme, path.to_owned())), "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_path_can_be_split(path in "(light|dark)/[/a-z%0-9.]*|\\PC*") {
            let _ = split_path(&path);
        }
    }
}
