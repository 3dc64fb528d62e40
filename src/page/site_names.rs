//! Knows by which names a page's site is known, and cuts them from titles.

use url::Url;

use super::address::registered_domain;
use super::json_ld::JsonLd;
use super::markup::{Element, Markup};
use super::meta::{Meta, title_element};
use super::text::{printable, squashed};

/// Characters between a title and the name of a site.
const SEPARATORS: [&str; 19] = [
    " | ", " - ", " – ", " — ", " · ", " » ", " « ", " • ", " :: ", " : ", " / ", " ~ ", " > ", " >> ", " < ", " \\ ",
    ": ", "|", "│",
];

/// Sites whose pages do not say what they are called.
const NAMES: [(&str, &str); 2] =
    [("crates.io", "crates.io: Rust Package Registry"), ("news.ycombinator.com", "Hacker News")];

/// The share that the name of the site and the last part of a title have in common at least, in per cent of the longer:
/// `Zeitung.de`, `Die Zeitung`, `Zeitung Online`.
const LEAST_AT_END: usize = 45;

/// The same of the first part, where many titles have their subject: `Privatkredit-Zinsen: die Kosten`.
const LEAST_AT_START: usize = 70;

/// The longest name of a site, in letters and digits; what is longer is a sentence about it, or the title of the page.
const LONGEST: usize = 60;

/// The longest title that is examined, in bytes.
const LONGEST_TITLE: usize = 2000;

/// The most links to the front page, and feeds, that are looked at.
const MOST_LINKS: usize = 20;

/// Names by which a page's site is known.
#[derive(Debug, Default)]
pub(super) struct SiteNames {
    squashed: Vec<String>,
    /// Words that lead to the front page, and titles of the site's feeds: its name if they are in a title as they are.
    linked: Vec<String>,
}

impl SiteNames {
    pub(super) fn of(markup: &Markup, meta: &Meta, json_ld: &JsonLd, url: &Url) -> Self {
        // Some sites give each page as an application of its own.
        let title = title_element(markup).map(|title| self::squashed(&title)).unwrap_or_default();
        let applications = ["application-name", "apple-mobile-web-app-title", "al:android:app_name"];
        let applications = applications.iter().flat_map(|name| meta.all(name));
        let mut written: Vec<String> = meta.all("og:site_name").map(str::to_owned).collect();
        written.extend(applications.filter(|name| self::squashed(name) != title).map(str::to_owned));
        written.extend(json_ld.site_names());
        written.extend(
            meta.all("publisher").chain(meta.all("twitter:site")).map(|name| name.trim_start_matches('@').to_owned()),
        );
        let mut squashed: Vec<String> = written.iter().map(|name| squashed(name)).collect();
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        squashed.extend(NAMES.iter().filter(|(site, _)| *site == host).map(|(_, name)| self::squashed(name)));
        let owner = registered_domain(host);
        let label = owner.split('.').next().unwrap_or_default();
        squashed.extend([host, owner, label].map(self::squashed));
        squashed.extend(host.strip_suffix(owner).map(self::squashed).filter(|label| label.len() > 3));
        squashed.retain(|name| !name.is_empty());
        // A front page links to itself in any words.
        let is_front_page = url.path() == "/" && url.query().is_none();
        let mut linked = if is_front_page { Vec::new() } else { linked(markup, host) };
        linked.extend(of_feeds(markup));
        linked.retain(|name| !name.is_empty() && name.chars().count() <= LONGEST);
        Self { squashed, linked }
    }

    /// Returns whether `text` is the name of the site.
    pub(super) fn is_site(&self, text: &str) -> bool {
        let own = squashed(text);
        !own.is_empty() && (self.squashed.contains(&own) || self.linked.contains(&own))
    }

    /// Returns whether `text` is a name by which the page or its publisher calls the site.
    pub(super) fn is_stated(&self, text: &str) -> bool {
        self.squashed.contains(&squashed(text))
    }

    /// Returns whether a part of a title names the site: it is its name, with the address's ending or a word more.
    /// `least`: the share that both have in common, in per cent.
    fn names_site(&self, part: &str, least: usize) -> bool {
        let own = squashed(part);
        !own.is_empty()
            && (self.linked.contains(&own)
                || self.squashed.iter().any(|name| {
                    let (long, short) = if own.len() > name.len() { (&own, name) } else { (name, &own) };
                    let is_inside = short.chars().count() >= 4 && long.contains(short.as_str());
                    *name == own || (is_inside && short.len() * 100 >= long.len() * least)
                }))
    }

    /// Returns where the site's name begins in `Title [Site]`, and in `标题-网站`, as scripts without spaces write it.
    fn start_of_appended(&self, title: &str) -> Option<usize> {
        let at = title.rfind(['[', '(', '-', '_', '—'])?;
        let before = title[..at].chars().next_back()?;
        let is_apart = if title[at..].starts_with(['[', '(']) { before == ' ' } else { !before.is_ascii() };
        (is_apart && self.is_site(&title[at..])).then_some(at)
    }

    /// Returns `title` without the name of the site at its ends, and whether there was one.
    pub(super) fn cut(&self, title: &str) -> (String, bool) {
        let mut title = title.trim().to_owned();
        let mut was_cut = false;
        if title.len() > LONGEST_TITLE {
            return (title, was_cut);
        }
        while let Some(shorter) = self.cut_once(&title) {
            title = shorter;
            was_cut = true;
        }
        (title, was_cut)
    }

    fn cut_once(&self, title: &str) -> Option<String> {
        let mut places: Vec<(usize, usize)> = SEPARATORS
            .iter()
            .flat_map(|separator| title.match_indices(separator).map(|(at, _)| (at, separator.len())))
            .collect();
        places.sort_unstable();
        // The shortest end that names the site, then the shortest beginning: the rest is looked at again.
        let end =
            places.iter().rev().find(|(at, length)| *at > 0 && self.names_site(&title[at + length..], LEAST_AT_END));
        if let Some((at, _)) = end {
            return Some(title[..*at].trim().to_owned()).filter(|rest| !rest.is_empty());
        }
        // A name in the middle of two others: `Title - Site - Section`.
        let pairs = places.iter().zip(places.iter().skip(1));
        let inner = pairs.into_iter().find(|((at, length), (next, _))| {
            at + length <= *next && self.is_site(&title[at + length..*next]) && *at > title.len() / 3
        });
        if let Some(((at, _), _)) = inner {
            return Some(title[..*at].trim().to_owned()).filter(|rest| !rest.is_empty());
        }
        if let Some(at) = self.start_of_appended(title) {
            return Some(title[..at].trim().to_owned()).filter(|rest| !rest.is_empty());
        }
        let start = places
            .iter()
            .find(|(at, length)| self.names_site(&title[..*at], LEAST_AT_START) && at + length < title.len());
        start.map(|(at, length)| title[at + length..].trim().to_owned()).filter(|rest| !rest.is_empty())
    }
}

/// Returns the words of links to the front page of `host`, squashed: its name, or that of its logo.
fn linked(markup: &Markup, host: &str) -> Vec<String> {
    let is_front_page = |link: &Element| {
        let href = link.attribute("href").unwrap_or_default().trim();
        let rest = href.trim_start_matches("https:").trim_start_matches("http:");
        let rest = rest.strip_prefix("//").map_or(rest, |rest| rest.strip_prefix("www.").unwrap_or(rest));
        href == "/"
            || rest.strip_suffix('/').unwrap_or(rest).eq_ignore_ascii_case(host)
            || link.attribute("rel").is_some_and(|rel| rel.split_whitespace().any(|one| one == "home"))
    };
    let mut names = Vec::new();
    for (index, link) in markup.named(&["a"]).filter(|(_, link)| is_front_page(link)).take(MOST_LINKS) {
        names.push(markup.text(index));
        names.extend(link.attribute("title").map(str::to_owned));
        let pictures = markup.elements[index..link.end].iter().filter(|inner| inner.is(&["img"]));
        names.extend(pictures.filter_map(|picture| picture.attribute("alt")).map(str::to_owned));
    }
    let without_logo = |name: &String| {
        let words = name.split_whitespace().filter(|word| squashed(word) != "logo");
        squashed(&words.collect::<Vec<_>>().join(" "))
    };
    names.iter().map(without_logo).collect()
}

/// Returns the names of the site in the titles of its feeds, squashed: `Zeitung » Feed`.
fn of_feeds(markup: &Markup) -> Vec<String> {
    let feeds = markup.named(&["link"]).filter(|(_, link)| {
        link.attribute("type")
            .is_some_and(|kind| ["application/rss+xml", "application/atom+xml"].contains(&kind.trim()))
    });
    let titles = feeds.filter_map(|(_, link)| link.attribute("title")).take(MOST_LINKS).map(printable);
    let names = titles.filter_map(|title| {
        let end = SEPARATORS.iter().filter_map(|separator| title.find(separator)).min()?;
        Some(squashed(&title[..end]))
    });
    names.collect()
}
