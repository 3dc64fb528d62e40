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

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{
        Block, Colour, Direction, EmailAddress, Image, Inline, IssueNumber, Kind, Link, Mailbox, Prose, Section, Slot,
        Unsubscribe, Words,
    };
    use crate::templates::web::CSS;

    fn publication(words: &str) -> Publication {
        let address = EmailAddress::parse("ada@example.org").unwrap();
        Publication {
            name: words.to_owned(),
            description: words.to_owned(),
            from: Mailbox { name: Some(words.to_owned()), address: address.clone() },
            reply_to: None,
            envelope_sender: address,
            site: "https://example.org/letter/".to_owned(),
            images: "https://example.org/letter/img/".to_owned(),
            list_id: "letter.example.org".to_owned(),
            sender_id: "letter".to_owned(),
            postal_address: words.to_owned(),
            reason: words.to_owned(),
            language: "en".to_owned(),
            direction: Direction::LeftToRight,
            words: Words::default(),
            accent: Colour { red: 0xb7, green: 0x41, blue: 0x0e },
            logo: None,
            unsubscribe: Unsubscribe { url: None, mailto: None },
            subscribe_url: None,
        }
    }

    fn issue(number: u32, words: &str) -> Issue {
        let text = || Inline::Text(words.to_owned());
        let field = Slot::Field { column: "name".to_owned(), fallback: words.to_owned() };
        let prose = || {
            let link = Inline::Link { url: "https://example.org/".to_owned(), text: vec![text()] };
            let slots = [Slot::Address, Slot::UnsubscribeUrl, field.clone()].map(Inline::Slot);
            let parts = vec![text(), link, Inline::Strong(vec![text()]), Inline::Code(words.to_owned())];
            Prose(vec![
                Block::Paragraph([parts, slots.to_vec()].concat()),
                Block::Quote(vec![Block::Code(words.to_owned())]),
            ])
        };
        let link = Link {
            url: "https://example.org/".to_owned(),
            title: words.to_owned(),
            kind: Kind::Article,
            author: Some(words.to_owned()),
            source: words.to_owned(),
            reading_time: Some(1),
            tags: vec![words.to_owned()],
            sponsored: true,
            image: Some(Image {
                url: "https://example.org/letter/img/one.png".to_owned(),
                file: Some("one.png".to_owned()),
                alt: words.to_owned(),
                size: None,
            }),
            blurb: prose(),
        };
        let section = Section { title: words.to_owned(), prose: prose(), links: vec![link] };
        Issue {
            number: IssueNumber(number),
            slug: "words".to_owned(),
            title: words.to_owned(),
            subject: words.into(),
            preheader: words.to_owned(),
            date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            draft: false,
            intro: prose(),
            sections: vec![section],
            outro: prose(),
        }
    }

    fn archive(publication: &Publication, issues: &[Issue]) -> Vec<Page> {
        pages(&Source { publication, issues, css: CSS, feed_items: 2 }).unwrap()
    }

    fn text(page: &Page) -> &str {
        std::str::from_utf8(&page.bytes).unwrap()
    }

    #[test]
    fn the_order_of_the_files_is_not_the_order_of_the_archive() {
        let publication = publication("Letter");
        let [one, two, mut draft] = [1, 2, 3].map(|number| issue(number, "words"));
        draft.draft = true;
        let pages = archive(&publication, &[one.clone(), draft, two.clone()]);
        assert_eq!(pages, archive(&publication, &[two, one]));
        let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "index.html",
                "style.css",
                "sitemap.xml",
                "feed.atom",
                "feed.json",
                "2-words/index.html",
                "1-words/index.html"
            ]
        );
    }

    #[test]
    fn feeds_carry_the_newest_issues_and_no_more() {
        let issues: Vec<Issue> = (1..=5).map(|number| issue(number, "words")).collect();
        let pages = archive(&publication("Letter"), &issues);
        let atom = text(pages.iter().find(|page| page.path == "feed.atom").unwrap());
        let ids: Vec<&str> = atom.split("#issue-").skip(1).map(|rest| &rest[..1]).collect();
        assert_eq!(ids, ["5", "4"]);
    }

    proptest! {
        #[test]
        fn no_words_can_become_markup(words in "[\\PC<>&\"'{}]{1,12}") {
            let plain = archive(&publication("words"), &[issue(1, "words"), issue(2, "words")]);
            let naughty = archive(&publication(&words), &[issue(1, &words), issue(2, &words)]);
            for (plain, naughty) in plain.iter().zip(&naughty).filter(|(page, _)| page.path != "feed.json") {
                for mark in ['<', '>', '"'] {
                    // Atom leaves quotes in text as they are; they mean nothing there.
                    if mark == '"' && plain.path == "feed.atom" {
                        continue;
                    }
                    let count = |page| text(page).matches(mark).count();
                    prop_assert_eq!(count(plain), count(naughty), "{} in {}", mark, plain.path);
                }
            }
        }
    }
}
