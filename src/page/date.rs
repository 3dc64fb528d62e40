//! Finds the day on which a page was published.

use chrono::NaiveDate;
use url::Url;

use super::facts::{Fact, Origin};
use super::json_ld::JsonLd;
use super::markup::Markup;
use super::meta::Meta;

/// Names of `<meta>` elements that hold the date, the best first.
const NAMES: [&str; 22] = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "pubdate",
    "publishdate",
    "publish_date",
    "publication_date",
    "date",
    "article:modified_time",
    "og:published_time",
];

/// The most elements that are looked at for a date.
const MOST: usize = 500;

/// Finds the date.
pub(super) fn find(markup: &Markup, meta: &Meta, json_ld: &JsonLd, url: &Url) -> Option<Fact<NaiveDate>> {
    let in_meta = NAMES[..NAMES.len() - 2].iter().find_map(|name| meta.all(name).find_map(parsed));
    if let Some(day) = in_meta {
        return Some(Fact::new(day, Origin::Meta));
    }
    let of_page = json_ld.page().and_then(|page| {
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| parsed(page.get(*key)?.as_str()?))
    });
    if let Some(day) = of_page {
        return Some(Fact::new(day, Origin::JsonLd));
    }
    if let Some(day) = in_markup(markup) {
        return Some(Fact::new(day, Origin::Markup));
    }
    in_address(url).map(|day| Fact::new(day, Origin::Address))
}

/// Returns the date of the first `<time>` that is marked as the date, or of the only one outside lists of articles.
fn in_markup(markup: &Markup) -> Option<NaiveDate> {
    let is_marked = |index: usize| {
        let element = &markup.elements[index];
        let has = |key: &str, words: &[&str]| {
            element
                .attribute(key)
                .is_some_and(|value| words.iter().any(|word| value.to_ascii_lowercase().contains(word)))
        };
        element.attribute("pubdate").is_some()
            || has("itemprop", &["datepublished"])
            || has("class", &["published", "entry-date", "post-date", "dt-published"])
    };
    let date_of = |index: usize| {
        let element = &markup.elements[index];
        let stated = element
            .attribute("datetime")
            .or_else(|| element.attribute("content"))
            .or_else(|| element.attribute("title"));
        stated.and_then(parsed).or_else(|| parsed(&markup.text(index)))
    };
    let is_aside = |index: &usize| is_of_another(markup, *index);
    let marked = (0..markup.elements.len())
        .filter(|index| is_marked(*index))
        .take(MOST)
        .filter(|index| !is_aside(index))
        .find_map(date_of);
    let in_article = |index: usize| {
        let mut around = markup.ancestors(index);
        around.any(|outer| markup.elements[outer].is(&["article", "main"]))
    };
    marked.or_else(|| {
        markup
            .named(&["time"])
            .take(MOST)
            .filter(|(index, _)| in_article(*index) && !is_aside(index))
            .find_map(|(index, _)| date_of(index))
    })
}

/// Returns whether an element is in a comment or in a list of other pages, named as many sites name them.
fn is_of_another(markup: &Markup, index: usize) -> bool {
    let is_named = |value: &str| {
        let mut words = value.split_whitespace();
        words.any(|word| ["comment", "widget_"].iter().any(|start| word.to_ascii_lowercase().starts_with(start)))
    };
    markup.ancestors(index).any(|outer| {
        let outer = &markup.elements[outer];
        !outer.is(&["body", "html"]) && ["class", "id"].iter().any(|key| outer.attribute(key).is_some_and(is_named))
    })
}

/// Returns the date in `/2026/11/28/` or `/2026-11-28-`.
fn in_address(url: &Url) -> Option<NaiveDate> {
    let parts: Vec<&str> = url.path().split(['/', '-', '_', '.']).collect();
    parts.windows(3).find_map(|window| {
        let [year, month, day] = window else { return None };
        (year.len() == 4 && month.len() <= 2 && day.len() <= 2).then(|| day_of(year, month, day))?
    })
}

fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year: i32 = year.parse().ok().filter(|year| (1990..2100).contains(year))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// Parses a date at the beginning of `text`: RFC 3339, RFC 2822, `28.11.2026`, `November 28, 2026`.
pub(super) fn parsed(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let numbers: Vec<&str> =
        text.split(|character: char| !character.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    if let [year, month, day, ..] = numbers.as_slice()
        && year.len() == 4
        && text.starts_with(year)
        && let Some(found) = day_of(year, month, day)
    {
        return Some(found);
    }
    if let [digits, ..] = numbers.as_slice()
        && digits.len() == 8
        && let Some(found) = day_of(&digits[..4], &digits[4..6], &digits[6..])
    {
        return Some(found);
    }
    if let [day, month, year, ..] = numbers.as_slice()
        && year.len() == 4
        && text.contains(&format!("{day}.{month}.{year}"))
        && let Some(found) = day_of(year, month, day)
    {
        return Some(found);
    }
    in_words(text)
}

const MONTHS: [[&str; 4]; 12] = [
    ["jan", "januar", "janvier", "enero"],
    ["feb", "februar", "février", "febrero"],
    ["mar", "märz", "mars", "marzo"],
    ["apr", "april", "avril", "abril"],
    ["may", "mai", "mai", "mayo"],
    ["jun", "juni", "juin", "junio"],
    ["jul", "juli", "juillet", "julio"],
    ["aug", "august", "août", "agosto"],
    ["sep", "september", "septembre", "septiembre"],
    ["oct", "oktober", "octobre", "octubre"],
    ["nov", "november", "novembre", "noviembre"],
    ["dec", "dezember", "décembre", "diciembre"],
];

/// Parses `28. November 2026`, `Nov 28, 2026`, `Sat, 28 Nov 2026`.
fn in_words(text: &str) -> Option<NaiveDate> {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .take(12)
        .collect();
    let at = |index: usize| words.get(index).map(String::as_str);
    words.iter().enumerate().find_map(|(index, word)| {
        let is_month = |names: &[&str; 4]| {
            names[1..].contains(&word.as_str()) || (word.is_ascii() && word.starts_with(names[0]) && word.len() <= 9)
        };
        let month = (MONTHS.iter().position(is_month)? + 1).to_string();
        let before = index.checked_sub(1).and_then(at).unwrap_or_default();
        let day_of_words =
            |day: &str, year: &str| day_of(year, &month, day.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']));
        let year = at(index + 1).filter(|year| year.len() == 4);
        year.and_then(|year| day_of_words(before, year))
            .or_else(|| day_of_words(at(index + 1)?, at(index + 2).filter(|year| year.len() == 4)?))
    })
}
