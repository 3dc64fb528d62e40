//! Builds the web archive and the feeds from the issues.
//!
//! [`files`] is pure: the same publication and issues give the same bytes. [`ArchiveFolder`] writes them and never touches
//! a file that no build wrote. No subscriber is known here: slots show their fallback text.

mod earlier_pages;
mod feeds;
mod file;
mod folder;
mod ornaments;
mod sitemap;

use std::collections::BTreeSet;

use crate::letter::page_properties;
use crate::model::{Issue, OrnamentPicture, Publication, Topics};
use crate::templates::web::find;
use crate::templates::web::frame::Site;
use crate::templates::web::home::home;
use crate::templates::web::issue::{IssueView, issue};
use crate::templates::web::redirect::redirect;
use crate::templates::web::topics::{all_topics, topic};

pub use earlier_pages::EarlierPages;
pub use file::ArchiveFile;
pub use folder::{ArchiveFolder, BuildReport};

/// The input of an archive.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveSource<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// Its issues, in any order. Drafts are left out.
    pub issues: &'a [Issue],
    /// The style sheet: the newsletter's own `templates/web.css`, or the built-in [`crate::templates::web::page::CSS`].
    pub css: &'a str,
    /// How many issues the feeds carry, the newest.
    pub feed_items: usize,
    /// The addresses its pages had before. Each leads to the page of the same issue.
    pub earlier_pages: &'a EarlierPages,
}

impl<'a> ArchiveSource<'a> {
    /// The issues that anybody may read, newest first.
    fn published(&self) -> Vec<&'a Issue> {
        let mut published: Vec<&Issue> = self.issues.iter().filter(|issue| !issue.draft).collect();
        published.sort_by_key(|issue| std::cmp::Reverse(issue.number));
        published
    }

    /// The newsletter's own pictures that the archive shows, by their names in `issues/img`, each once.
    pub fn pictures(&self) -> BTreeSet<&'a str> {
        let logo = self.publication.logo.as_ref().and_then(|logo| logo.file.as_deref());
        let shown = self.published().into_iter().flat_map(Issue::images).filter_map(|image| image.file.as_deref());
        shown.chain(logo).collect()
    }

    /// The pictures of the ornament that the archive and the letters of its issues show.
    pub fn ornaments(&self) -> BTreeSet<OrnamentPicture> {
        ornaments::ornaments(&self.published(), self.publication)
    }
}

/// Returns every page, feed, script and style sheet of the archive. Its pictures exist as files or are drawn.
///
/// Errors if a feed or the list of links cannot be written as XML or JSON.
pub fn files(source: &ArchiveSource) -> anyhow::Result<Vec<ArchiveFile>> {
    let ArchiveSource { publication, css, feed_items, earlier_pages, .. } = *source;
    let issues = source.published();
    let topics = Topics::new(&issues);
    let properties = page_properties(css, publication.theme);
    let site = Site { publication, properties: &properties, newest: issues.first().copied() };
    let mut files = vec![
        ArchiveFile::new("index.html", home(site, &issues, &topics).into_string()),
        ArchiveFile::new("style.css", css.to_owned()),
        ArchiveFile::new("sitemap.xml", sitemap::sitemap(publication, &issues, &topics)),
    ];
    if issues.len() > 1 {
        files.push(ArchiveFile::new("find.js", find::SCRIPT.to_owned()));
        files.push(ArchiveFile::new("links.js", find::link_list(&issues)?));
    }
    let in_feeds = &issues[..feed_items.min(issues.len())];
    files.push(ArchiveFile { path: "feed.atom".to_owned(), bytes: feeds::atom(publication, in_feeds)? });
    files.push(ArchiveFile { path: "feed.json".to_owned(), bytes: feeds::json(publication, in_feeds)? });
    for (index, this) in issues.iter().enumerate() {
        let newer = index.checked_sub(1).map(|index| issues[index]);
        let view = IssueView { site, issue: this, topics: &topics, older: issues.get(index + 1).copied(), newer };
        files.push(ArchiveFile::new(format!("{}/index.html", this.path()), issue(&view).into_string()));
        for folder in earlier_pages.of(this) {
            files.push(ArchiveFile::new(format!("{folder}/index.html"), redirect(publication, this).into_string()));
        }
    }
    if !topics.all().is_empty() {
        files.push(ArchiveFile::new("topics/index.html", all_topics(site, &topics).into_string()));
    }
    for each in topics.all() {
        let page = topic(site, each, &topics).into_string();
        files.push(ArchiveFile::new(format!("{}/index.html", each.folder()), page));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{
        AudienceRule, Block, Colour, Direction, EmailAddress, Heading, Image, Inline, IssueNumber, Item, Link,
        LinkKind, Mailbox, Part, Prose, Section, SectionStyle, Slot, Theme, Unsubscribe, Words,
    };
    use crate::templates::web::page::CSS;

    fn publication(words: &str) -> Publication {
        let address = EmailAddress::parse("ada@example.org").unwrap();
        Publication {
            name: words.to_owned(),
            description: words.to_owned(),
            from: Mailbox { name: Some(words.to_owned()), address: address.clone() },
            reply_to: None,
            envelope_sender: address.into(),
            site: "https://example.org/letter/".to_owned(),
            images: "https://example.org/letter/img/".to_owned(),
            list_id: "letter.example.org".to_owned(),
            sender_id: "letter".to_owned(),
            postal_address: words.to_owned(),
            reason: words.to_owned(),
            language: "en".to_owned(),
            direction: Direction::LeftToRight,
            words: Words::default(),
            theme: Theme::of_accent(Colour { red: 0xb7, green: 0x41, blue: 0x0e }),
            logo: None,
            unsubscribe: Unsubscribe { url: None, mailto: None },
            topics: Vec::new(),
            has_topic_page: false,
            subscription: None,
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
            url: Some("https://example.org/".to_owned()),
            title: vec![text()],
            kind: Some(LinkKind::Article),
            facts: Vec::new(),
            author: Some(words.to_owned()),
            source: Some(words.to_owned()),
            reading_time: Some(1),
            tags: vec![words.to_owned()],
            sponsored: true,
            button: None,
            image: Some(Image {
                url: "https://example.org/letter/img/one.png".to_owned(),
                file: Some("one.png".to_owned()),
                alt: words.to_owned(),
                size: None,
            }),
            description: prose(),
        };
        let heading = || Some(Heading { text: vec![text()], url: None });
        let items = vec![Item::Prose(prose()), Item::Link(Box::new(link))];
        let section =
            Section { style: SectionStyle::Full, heading: heading(), parts: vec![Part { heading: None, items }] };
        Issue {
            number: IssueNumber(number),
            slug: "words".to_owned(),
            title: words.to_owned(),
            subject: words.into(),
            preheader: words.to_owned(),
            date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            time: None,
            audience: AudienceRule::default(),
            draft: false,
            // The other way round: a paragraph that comes first may be a salutation.
            intro: Prose(prose().0.into_iter().rev().collect()),
            sections: vec![section],
            outro: prose(),
        }
    }

    fn archive(publication: &Publication, issues: &[Issue]) -> Vec<ArchiveFile> {
        let mut earlier_pages = EarlierPages::default();
        earlier_pages.add("1-earlier");
        files(&ArchiveSource { publication, issues, css: CSS, feed_items: 2, earlier_pages: &earlier_pages }).unwrap()
    }

    fn text(page: &ArchiveFile) -> &str {
        std::str::from_utf8(&page.bytes).unwrap()
    }

    #[test]
    fn the_order_of_the_files_is_not_the_order_of_the_archive() {
        let publication = publication("Letter");
        let [one, two, mut draft] = [1, 2, 3].map(|number| issue(number, "words"));
        draft.draft = true;
        let files = archive(&publication, &[one.clone(), draft, two.clone()]);
        assert_eq!(files, archive(&publication, &[two, one]));
        let paths: Vec<&str> = files.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "index.html",
                "style.css",
                "sitemap.xml",
                "find.js",
                "links.js",
                "feed.atom",
                "feed.json",
                "2-words/index.html",
                "1-words/index.html",
                "1-earlier/index.html"
            ]
        );
    }

    #[test]
    fn feeds_carry_the_newest_issues_and_no_more() {
        let issues: Vec<Issue> = (1..=5).map(|number| issue(number, "words")).collect();
        let files = archive(&publication("Letter"), &issues);
        let atom = text(files.iter().find(|page| page.path == "feed.atom").unwrap());
        let ids: Vec<&str> = atom.split("#issue-").skip(1).map(|rest| &rest[..1]).collect();
        assert_eq!(ids, ["5", "4"]);
    }

    #[test]
    fn feeds_carry_the_time_of_an_issue_and_pages_its_day() {
        let mut evening = issue(1, "words");
        evening.time = chrono::DateTime::parse_from_rfc3339("2026-11-24T18:00:00+01:00").ok();
        let files = archive(&publication("Letter"), &[evening]);
        let page = |path: &str| text(files.iter().find(|page| page.path == path).unwrap());
        let (atom, json) = (page("feed.atom"), page("feed.json"));
        assert_eq!(atom.matches("<updated>2026-11-24T18:00:00+01:00</updated>").count(), 2);
        assert_eq!(atom.matches("<published>2026-11-24T18:00:00+01:00</published>").count(), 1);
        assert_eq!(json.matches("\"date_published\": \"2026-11-24T18:00:00+01:00\"").count(), 1);
        assert!(page("1-words/index.html").contains("<time datetime=\"2026-11-24\">24 November 2026</time>"));
    }

    proptest! {
        #[test]
        // Words in other directions and in Hangul get markup of ours.
        fn no_words_can_become_markup(words in "w[[\\PC<>&\"'{}]--[\u{590}-\u{8ff}\u{1100}-\u{11ff}\u{3130}-\u{318f}\u{a960}-\u{a97f}\u{ac00}-\u{d7ff}\u{fb1d}-\u{fdff}\u{fe70}-\u{feff}\u{ffa0}-\u{ffdc}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]]{1,12}") {
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
