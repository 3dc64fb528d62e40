//! Finds the title of a page, without the name of its site.

use super::facts::{Fact, Origin};
use super::heading;
use super::json_ld::JsonLd;
use super::markup::Markup;
use super::meta::{Meta, title_element};
use super::site_names::SiteNames;
use super::text::printable;

/// The longest title, in characters; what is longer is a text.
const LONGEST: usize = 500;

/// Finds the title.
pub(super) fn find(markup: &Markup, meta: &Meta, json_ld: &JsonLd, sites: &SiteNames) -> Option<Fact<String>> {
    let is_title = |title: &str| title.chars().count() <= LONGEST;
    if let Some(title) = meta.first(&["citation_title"]).filter(|title| is_title(title)) {
        return Some(Fact::new(title.to_owned(), Origin::Citation));
    }
    let element = title_element(markup).filter(|title| is_title(title));
    let shared = meta.first(&["og:title", "twitter:title"]).filter(|title| is_title(title)).map(str::to_owned);
    let headline = json_ld.page().and_then(|page| super::json_ld::text(page.get("headline")?));
    let headline = headline.filter(|title| is_title(title));
    let titles: Vec<&str> =
        [element.as_deref(), shared.as_deref(), meta.first(&["twitter:title"]), headline.as_deref()]
            .into_iter()
            .flatten()
            .collect();
    if let Some(heading) = heading::find(markup, &titles, sites).filter(|title| is_title(title)) {
        return Some(Fact::new(heading, Origin::Heading));
    }
    let from = |title: Option<String>, origin| {
        let (title, _) = sites.cut(&title?);
        (!title.is_empty() && !sites.is_site(&title)).then(|| Fact::new(title, origin))
    };
    from(shared.clone(), Origin::OpenGraph)
        .or_else(|| from(element.clone(), Origin::TitleElement))
        .or_else(|| from(headline, Origin::JsonLd))
        .or_else(|| {
            let mut headings = markup.named(&["h1"]).map(|(index, _)| printable(&markup.text(index)));
            let own = headings.find(|text| !text.is_empty() && !sites.is_site(text) && is_title(text));
            own.map(|text| Fact::new(text, Origin::Heading))
        })
        // The front page of a site is called as the site is.
        .or_else(|| shared.map(|title| Fact::new(title, Origin::OpenGraph)))
        .or_else(|| element.map(|title| Fact::new(title, Origin::TitleElement)))
}
