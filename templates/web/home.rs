//! Builds the home page of the web archive: the newsletter's description, the way to subscribe, and a table of contents.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Datelike;
use maud::{Markup, display, html};

use super::page::{Frame, Site, feeds, page, subscribe};
use crate::model::{Issue, Publication, Word};
use crate::templates::date;
use crate::templates::direction::{attribute, of_text};
use crate::templates::heading::plain_words;

/// The number of an issue's links on the home page.
const FIRST_LINKS: usize = 3;

/// Returns the home page of `issues`, newest first.
pub fn home(site: Site, issues: &[&Issue]) -> Markup {
    let publication = site.publication;
    let frame =
        Frame { site, up: "", title: &publication.name, description: &publication.description, path: "", issue: None };
    let newest = issues.first().map(|issue| issue.number);
    let mut years: BTreeMap<Reverse<i32>, Vec<&Issue>> = BTreeMap::new();
    for issue in issues {
        years.entry(Reverse(issue.date.year())).or_default().push(issue);
    }
    page(
        &frame,
        &html! {
            header.masthead {
                @if let Some(logo) = &publication.logo {
                    img.logo src=(logo.url) alt=(logo.alt) width="48";
                }
                h1 { (publication.name) }
                @if !publication.description.is_empty() {
                    p.lede { (publication.description) }
                }
                p.ways { (subscribe(publication)) " · " (feeds("", &publication.words)) }
            }
            main.contents {
                @for (Reverse(year), issues) in &years {
                    section.year {
                        h2 { (publication.words.with_digits(&year.to_string())) }
                        @for issue in issues {
                            (entry(publication, issue, newest == Some(issue.number)))
                        }
                    }
                }
                @if issues.is_empty() {
                    p { (publication.words.of(Word::NoIssues)) }
                }
            }
        },
    )
}

/// Returns an issue in the table of contents. The newest is shown with its intro.
fn entry(publication: &Publication, issue: &Issue, newest: bool) -> Markup {
    let page = format!("{}/index.html", issue.path());
    let links = issue.links().count();
    let word = if links == 1 { Word::OneLink } else { Word::Links };
    let count = publication.words.filled(word, &[("count", &links.to_string())]);
    let number = publication.shown_number(issue.number);
    let number = publication.words.of(Word::Issue).split_once("{number}").zip(number);
    html! {
        section.entry.lead[newest] {
            p.number {
                @if let Some(((before, after), number)) = number {
                    (before) b { (number) } (after)
                }
            }
            div {
                h3 { a href=(page) { (plain_words(&issue.title, publication.direction)) } }
                p.quiet {
                    time datetime=(display(issue.date)) { (date::long(issue.date, publication)) }
                    @if links > 0 { " · " bdi { (count) } }
                }
                @if newest && !issue.preheader.is_empty() {
                    p.teaser dir=[attribute(of_text(&issue.preheader, publication.direction), publication.direction)] { (issue.preheader) }
                }
                @if links > 0 {
                    ul {
                        @for (index, link) in issue.links().enumerate().take(FIRST_LINKS) {
                            li {
                                a href={ (page) "#link-" (index + 1) } { (plain_words(&link.plain_title(), publication.direction)) }
                                @if let Some(source) = &link.source { " " bdi.quiet { (source) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
