//! Finds the title of a page, without the name of its site.

use std::collections::HashSet;

use url::Url;

use super::address::registered_domain;
use super::facts::{Fact, Origin};
use super::json_ld::JsonLd;
use super::markup::Markup;
use super::meta::Meta;
use super::text::{printable, squashed, without_references};

/// Characters between a title and the name of a site.
const SEPARATORS: [&str; 19] = [
    " | ", " - ", " – ", " — ", " · ", " » ", " « ", " • ", " :: ", " : ", " / ", " ~ ", " > ", " >> ", " < ", " \\ ",
    ": ", "|", "│",
];

/// Sites whose pages do not say what they are called.
const NAMES: [(&str, &str); 2] =
    [("crates.io", "crates.io: Rust Package Registry"), ("news.ycombinator.com", "Hacker News")];

/// Names by which a page's site is known.
#[derive(Debug, Default)]
pub(super) struct SiteNames {
    squashed: Vec<String>,
}

impl SiteNames {
    pub(super) fn of(meta: &Meta, json_ld: &JsonLd, url: &Url) -> Self {
        let named = ["og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name"];
        let mut written: Vec<String> = named.iter().flat_map(|name| meta.all(name)).map(str::to_owned).collect();
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
        Self { squashed }
    }

    /// Returns whether `text` is the name of the site.
    pub(super) fn is_site(&self, text: &str) -> bool {
        let own = squashed(text);
        !own.is_empty() && self.squashed.contains(&own)
    }

    /// Returns whether a part of a title names the site: it is its name, with the address's ending or a word more.
    fn names_site(&self, part: &str) -> bool {
        let own = squashed(part);
        if own.is_empty() {
            return false;
        }
        self.squashed.iter().any(|name| {
            if *name == own {
                return true;
            }
            let (long, short) = if own.len() > name.len() { (&own, name) } else { (name, &own) };
            // `Zeitung.de`, `Die Zeitung`, `Zeitung Online`.
            short.chars().count() >= 4 && long.contains(short.as_str()) && (short.len() * 100 >= long.len() * 45)
        })
    }

    /// Returns `title` without the name of the site at its ends, and whether there was one.
    pub(super) fn cut(&self, title: &str) -> (String, bool) {
        let mut title = title.trim().to_owned();
        let mut was_cut = false;
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
        let end = places.iter().rev().find(|(at, length)| *at > 0 && self.names_site(&title[at + length..]));
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
        let start = places.iter().find(|(at, length)| self.names_site(&title[..*at]) && at + length < title.len());
        start.map(|(at, length)| title[at + length..].trim().to_owned()).filter(|rest| !rest.is_empty())
    }
}

/// Finds the title.
pub(super) fn find(markup: &Markup, meta: &Meta, json_ld: &JsonLd, sites: &SiteNames) -> Option<Fact<String>> {
    if let Some(title) = meta.first(&["citation_title"]) {
        return Some(Fact::new(title.to_owned(), Origin::Citation));
    }
    let element = title_element(markup);
    let shared = meta.first(&["og:title", "twitter:title"]).map(str::to_owned);
    let whole: Vec<&str> = [element.as_deref(), shared.as_deref()].into_iter().flatten().collect();
    if let Some(heading) = heading(markup, &whole, sites) {
        return Some(Fact::new(heading, Origin::Heading));
    }
    let from = |title: Option<String>, origin| {
        let (title, _) = sites.cut(&title?);
        (!title.is_empty() && !sites.is_site(&title)).then(|| Fact::new(title, origin))
    };
    let headline = || json_ld.page().and_then(|page| super::json_ld::text(page.get("headline")?));
    from(shared.clone(), Origin::OpenGraph)
        .or_else(|| from(element.clone(), Origin::TitleElement))
        .or_else(|| from(headline(), Origin::JsonLd))
        .or_else(|| {
            let mut headings = markup.named(&["h1"]).map(|(index, _)| printable(&markup.text(index)));
            headings.find(|text| !text.is_empty() && !sites.is_site(text)).map(|text| Fact::new(text, Origin::Heading))
        })
        // The front page of a site is called as the site is.
        .or_else(|| shared.map(|title| Fact::new(title, Origin::OpenGraph)))
        .or_else(|| element.map(|title| Fact::new(title, Origin::TitleElement)))
}

/// Returns the text of `<title>`; one inside a drawing is the drawing's.
pub(super) fn title_element(markup: &Markup) -> Option<String> {
    let mut titles = markup.named(&["title"]);
    let own = titles.find(|(index, _)| !markup.ancestors(*index).any(|outer| markup.elements[outer].is(&["svg"])))?;
    Some(printable(&without_references(&markup.text(own.0)))).filter(|title| !title.is_empty())
}

/// Returns the heading that is in one of `titles` and is not the name of the site; the longest, `<h1>` before others.
fn heading(markup: &Markup, titles: &[&str], sites: &SiteNames) -> Option<String> {
    let words: Vec<HashSet<String>> = titles.iter().map(|title| words(&sites.cut(title).0)).collect();
    let titles: Vec<(String, String)> =
        titles.iter().map(|title| (squashed(title), squashed(&sites.cut(title).0))).collect();
    for names in [&["h1"][..], &["h2"], &["h3"]] {
        let mut best: Option<(usize, String)> = None;
        for (index, _) in markup.named(names) {
            let text = sites.cut(&printable(&markup.text(index))).0;
            let own = squashed(&text);
            if own.is_empty() || sites.is_site(&text) {
                continue;
            }
            let is_title = titles.iter().any(|(whole, cut)| {
                whole.contains(&own) && own.chars().count() * 100 >= cut.chars().count() * LEAST_OF_TITLE
            });
            if is_title && best.as_ref().is_none_or(|(length, _)| own.len() > *length) {
                best = Some((own.len(), text));
            }
        }
        if let Some((_, text)) = best {
            return Some(text);
        }
    }
    // The title for search engines is put in other words than the only heading.
    let mut only = markup.named(&["h1"]).map(|(index, _)| sites.cut(&printable(&markup.text(index))).0);
    let only = only.by_ref().filter(|text| !text.is_empty() && !sites.is_site(text)).take(2).collect::<Vec<_>>();
    let [text] = only.as_slice() else { return None };
    let own = self::words(text);
    let shares = words.iter().any(|words| {
        let shared = own.intersection(words).count();
        own.len() >= 3 && shared * 100 >= own.len().min(words.len()) * LEAST_SHARED
    });
    shares.then(|| text.clone())
}

/// The share of words that a heading and a title of one page have in common, in per cent of the shorter.
const LEAST_SHARED: usize = 50;

fn words(text: &str) -> HashSet<String> {
    text.split_whitespace().map(squashed).filter(|word| word.chars().count() > 2).collect()
}

/// The share of a title that a heading has to have, in per cent: less is a rubric.
const LEAST_OF_TITLE: usize = 50;
