//! Builds the home page of the web archive: the newest issue open, the issues before it, the topics, and one line for each
//! issue of the past.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Datelike;
use maud::{Markup, PreEscaped, display, html};

use super::find::finder;
use super::frame::{Frame, PageKind, Site};
use super::page::{page, plates};
use super::social_card::{is_wide, lead_picture};
use super::subscribe::subscribe_box;
use super::surface::Surface;
use super::topics::chips;
use crate::model::{Image, Issue, OrnamentKind, OrnamentPicture, PlacedLink, Publication, Topics, Word};
use crate::templates::date;
use crate::templates::direction::{attribute, of_text};
use crate::templates::heading::plain_words;
use crate::templates::opening_line::{self, count};
use crate::templates::word::{direction, word};

/// The links of the newest issue on the home page.
const FIRST_LINKS: usize = 5;

/// The issues with a picture below the newest.
const EARLIER: usize = 8;

/// The topics on the home page; the others are on a page of their own.
const MOST_TOPICS: usize = 24;

/// The size of a cover of the ornament, in pixels.
const COVER: (u32, u32) = (240, 180);

/// Returns the issues that are shown with a picture below the newest.
pub fn earlier<'i, 'a>(issues: &'i [&'a Issue]) -> &'i [&'a Issue] {
    issues.get(1..issues.len().min(EARLIER + 1)).unwrap_or_default()
}

/// Returns the home page of `issues`, newest first.
pub fn home(site: Site, issues: &[&Issue], topics: &Topics<'_>) -> Markup {
    let publication = site.publication;
    let frame = Frame {
        site,
        kind: PageKind::Home,
        up: "",
        title: &publication.name,
        description: &publication.description,
        path: "",
    };
    let rest = issues.get(EARLIER + 1..).unwrap_or_default();
    let content = html! {
        header.masthead {
            h1.flag { (plates(publication, None, "")) }
            @if !publication.description.is_empty() {
                p.lede dir=[direction(&publication.description, publication)] { (publication.description) }
            }
        }
        main {
            (subscribe_box(publication, false))
            @match issues.first() {
                Some(newest) => { (open(newest, publication)) }
                None => { p.lede { (word(publication, Word::NoIssues)) } }
            }
            @if issues.len() > 1 {
                section.titled {
                    h2 { (word(publication, Word::Earlier)) }
                    @for issue in earlier(issues) { (entry(issue, publication)) }
                }
            }
            @if !topics.all().is_empty() {
                section.titled {
                    h2 { (word(publication, Word::Topics)) }
                    (chips(&topics.largest(MOST_TOPICS), "", publication, true))
                    @if topics.all().len() > MOST_TOPICS {
                        p.more { a href="topics/index.html" { (word(publication, Word::AllTopics)) } }
                    }
                }
            }
            @if issues.len() > 1 { (all(rest, publication)) }
        }
    };
    page(&frame, &content)
}

/// Returns an issue with its picture, its preview text and its first links.
fn open(issue: &Issue, publication: &Publication) -> Markup {
    let words = &publication.words;
    let address = address(issue);
    let picture = lead_picture(issue).filter(|picture| is_wide(picture));
    let own = issue.own_links().count();
    let all = words.filled(Word::ReadAll, &[("count", &own.to_string())]);
    html! {
        section.newest.barred[picture.is_none()] data-issue=(issue.path()) {
            @if let Some(image) = picture {
                a.picture href=(address) tabindex="-1" aria-hidden="true" { (image_across(image, publication)) }
            }
            p.tab {
                span { (word(publication, Word::Newest)) }
                @if let Some(number) = publication.shown_number(issue.number) { " " b.num { (number) } }
            }
            h2 { a href=(address) { (plain_words(&issue.title, publication.direction)) } }
            p.quiet {
                @for (index, part) in opening_line::parts(issue, publication).iter().enumerate() {
                    @if index == 0 { time datetime=(display(issue.date)) { (part) } } @else { " " (words.between()) " " bdi { (part) } }
                }
            }
            (teaser(issue, publication))
            @if own > 0 {
                ol.first {
                    @for placed in issue.own_links().take(FIRST_LINKS) { (first_link(&placed, publication)) }
                }
                @if own > FIRST_LINKS {
                    p.more { a href=(address) { (plain_words(&all, publication.direction)) } }
                }
            }
        }
    }
}

fn first_link(placed: &PlacedLink<'_>, publication: &Publication) -> Markup {
    let PlacedLink { issue, position, link } = placed;
    html! {
        li {
            a href={ (address(issue)) "#link-" (position) } { (plain_words(&link.plain_title(), publication.direction)) }
            @if let Some(source) = &link.source { " " span.quiet { bdi { (source) } } }
        }
    }
}

fn teaser(issue: &Issue, publication: &Publication) -> Markup {
    let outer = publication.direction;
    html! {
        @if !issue.preheader.is_empty() {
            p.teaser dir=[attribute(of_text(&issue.preheader, outer), outer)] { (issue.preheader) }
        }
    }
}

/// Returns an issue with a small picture.
fn entry(issue: &Issue, publication: &Publication) -> Markup {
    let (url, size) = match CoverPicture::of(issue, publication) {
        Some(CoverPicture::Own(image)) => (Some(picture_url(image, publication)), image.size),
        Some(CoverPicture::Ornament(picture)) => (Some(picture.path()), Some(COVER)),
        None => (None, None),
    };
    html! {
        (PreEscaped("\n"))
        div.entry.illustrated[url.is_some()] data-issue=(issue.path()) {
            @if let Some(url) = &url {
                img.cover src=(url) alt="" width=[size.map(|size| size.0)] height=[size.map(|size| size.1)]
                    loading="lazy";
            }
            div {
                h3 {
                    @if let Some(number) = publication.shown_number(issue.number) { span.num { (number) } " " }
                    a href=(address(issue)) { (plain_words(&issue.title, publication.direction)) }
                }
                p.quiet {
                    time datetime=(display(issue.date)) { (date::long(issue.date, publication)) }
                    @if let Some(count) = count(issue.own_links().count(), publication) { " " (publication.words.between()) " " bdi { (count) } }
                }
                (teaser(issue, publication))
            }
        }
    }
}

/// Returns a field to find any issue, and a line for each of `rest`.
fn all(rest: &[&Issue], publication: &Publication) -> Markup {
    let words = &publication.words;
    let mut years: BTreeMap<Reverse<i32>, Vec<&Issue>> = BTreeMap::new();
    for issue in rest {
        years.entry(Reverse(issue.date.year())).or_default().push(issue);
    }
    let shown = |year: i32| words.with_digits(&year.to_string());
    html! {
        // Without issues and without a script there is nothing in it.
        section.titled.all hidden[rest.is_empty()] {
            h2 { (word(publication, Word::AllIssues)) }
            (finder(publication))
            div.rest {
                @if years.len() > 1 {
                    nav.years aria-label=(words.of(Word::Years)) {
                        @for Reverse(year) in years.keys() { a href={ "#year-" (year) } { (shown(*year)) } }
                    }
                }
                @for (Reverse(year), issues) in &years {
                    h3 id={ "year-" (year) } { (shown(*year)) }
                    ol.lines { @for issue in issues { (line(issue, publication)) } }
                }
            }
        }
    }
}

fn line(issue: &Issue, publication: &Publication) -> Markup {
    let [date, whole] = [date::short, date::long].map(|date| date(issue.date, publication));
    // Where the issue is found by its words, no year is above it.
    let whole = Some(whole).filter(|whole| *whole != date);
    html! {
        (PreEscaped("\n"))
        li data-issue=(issue.path()) {
            @if let Some(number) = publication.shown_number(issue.number) { span.num { (number) } }
            a href=(address(issue)) { (plain_words(&issue.title, publication.direction)) }
            time.quiet datetime=(display(issue.date)) title=[whole] { (date) }
        }
    }
}

/// The small picture of an issue.
pub enum CoverPicture<'a> {
    /// One of its own.
    Own(&'a Image),
    /// The ornament.
    Ornament(OrnamentPicture),
}

impl<'a> CoverPicture<'a> {
    /// Returns the picture of the lead, or else the first that nobody paid for, or the ornament.
    pub fn of(issue: &'a Issue, publication: &Publication) -> Option<Self> {
        let own = lead_picture(issue).or_else(|| issue.own_images().next()).map(Self::Own);
        own.or_else(|| OrnamentPicture::of(OrnamentKind::Cover, issue, publication).map(Self::Ornament))
    }
}

fn image_across(image: &Image, publication: &Publication) -> Markup {
    html! {
        img src=(picture_url(image, publication)) alt="" width=[image.size.map(|size| size.0)]
            height=[image.size.map(|size| size.1)];
    }
}

fn picture_url(image: &Image, publication: &Publication) -> String {
    Surface::Page { up: "", images: &publication.images }.picture_url(image)
}

fn address(issue: &Issue) -> String {
    format!("{}/index.html", issue.path())
}
