//! The web archive and the feeds, from the same issues as the letters.
//!
//! [`pages`] is pure: publication and issues to files as bytes, the same input to the same bytes. [`Folder`] writes them and
//! keeps its hands off what it did not write. Nothing here knows a subscriber: slots show their words for nobody in
//! particular.

mod feeds;
mod folder;
mod sitemap;

use std::collections::BTreeSet;

use crate::letter::accents;
use crate::model::{Issue, Publication};
use crate::templates::web::Site;
use crate::templates::web_home::home;
use crate::templates::web_issue::{IssueView, issue};

pub use folder::{Folder, Report};

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it stands in the archive's folder, parts separated by `/`: `42-slug/index.html`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Page {
    fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), bytes: text.into_bytes() }
    }
}

/// What an archive is made of.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// Its issues, in any order. Drafts are left out.
    pub issues: &'a [Issue],
    /// The style sheet: the newsletter's own `templates/web.css`, or the built-in [`crate::templates::web::CSS`].
    pub css: &'a str,
    /// How many issues the feeds carry, the newest.
    pub feed_items: usize,
}

impl<'a> Source<'a> {
    /// The issues that anybody may read, newest first.
    fn published(&self) -> Vec<&'a Issue> {
        let mut published: Vec<&Issue> = self.issues.iter().filter(|issue| !issue.draft).collect();
        published.sort_by_key(|issue| std::cmp::Reverse(issue.number));
        published
    }

    /// The newsletter's own pictures that the archive shows, by their names in `issues/img`, each once.
    pub fn pictures(&self) -> BTreeSet<&'a str> {
        let links = self.published().into_iter().flat_map(Issue::links);
        links.filter_map(|link| link.image.as_ref()?.file.as_deref()).collect()
    }
}

/// Every page, feed and style sheet of the archive; its pictures are files already.
///
/// Errors when a feed cannot be written as XML or JSON.
pub fn pages(source: &Source) -> anyhow::Result<Vec<Page>> {
    let Source { publication, css, feed_items, .. } = *source;
    let issues = source.published();
    let accents = accents(css, publication.accent);
    let site = Site { publication, accents: &accents };
    let mut pages = vec![
        Page::new("index.html", home(site, &issues).into_string()),
        Page::new("style.css", css.to_owned()),
        Page::new("sitemap.xml", sitemap::sitemap(publication, &issues)),
    ];
    let in_feeds = &issues[..feed_items.min(issues.len())];
    pages.push(Page { path: "feed.atom".to_owned(), bytes: feeds::atom(publication, in_feeds)? });
    pages.push(Page { path: "feed.json".to_owned(), bytes: feeds::json(publication, in_feeds)? });
    for (index, this) in issues.iter().enumerate() {
        let newer = index.checked_sub(1).map(|index| issues[index]);
        let view = IssueView { site, issue: this, older: issues.get(index + 1).copied(), newer };
        pages.push(Page::new(format!("{}/index.html", this.path()), issue(&view).into_string()));
    }
    Ok(pages)
}
