//! Builds the page on which the links of an issue are chosen: those that wait in the inbox, those that are in the issue, and
//! those that were dropped.

use maud::{Markup, html};

use super::bar::{Location, bar};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout};
use crate::model::SectionForm;

/// A link that waits.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// Its line in the inbox.
    pub line: usize,
    /// Its address.
    pub url: String,
    /// Its title, or its address.
    pub title: String,
    /// The host of its address.
    pub host: String,
    /// What else is known about it: age, number of feeds.
    pub about: Vec<String>,
    /// The issue in which it was linked before, and the line of its file.
    pub known: Option<(String, usize)>,
    /// The curator's words.
    pub note: Option<String>,
    /// The section it is meant for.
    pub section: Option<String>,
    /// Whether it waits for a later issue.
    pub is_later: bool,
}

/// A link of the issue.
#[derive(Debug, Clone)]
pub struct PlacedRow {
    /// Its address, if it has one of its own.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// The site it is on.
    pub source: Option<String>,
    /// Its place in the issue, in a word or the title of its section.
    pub place: String,
    /// How long it takes, or what it is.
    pub about: Option<String>,
}

/// The content of the page.
#[derive(Debug, Clone)]
pub struct LinksPage {
    /// The issue and the page.
    pub location: Location,
    /// The links that wait, in the order of the inbox.
    pub links: Vec<LinkRow>,
    /// The titles of the sections that a link can be put into, as plain text, and what their links are; an empty title is that
    /// of the only section.
    pub sections: Vec<(String, SectionForm)>,
    /// The title of the lead, if there is one already.
    pub lead: Option<String>,
    /// The reason for which nothing can be put into the issue.
    pub refusal: Option<String>,
    /// The problem that kept the inbox from being read.
    pub problem: Option<String>,
    /// The links of the issue, in its order.
    pub placed: Vec<PlacedRow>,
    /// The addresses of the links that were dropped, the last one first.
    pub dropped: Vec<String>,
    /// Whether a change can be undone.
    pub can_undo: bool,
    /// What the files were when the page was drawn.
    pub digest: String,
}

/// Builds the page.
pub fn links_page(server: &ServerInfo, page: &LinksPage) -> Markup {
    let number = page.location.number;
    let keys = section_keys(&page.sections);
    let (later, waiting): (Vec<&LinkRow>, Vec<&LinkRow>) = page.links.iter().partition(|row| row.is_later);
    layout(
        server,
        page.location.page.into(),
        &format!("Links for {number} · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.sitting #sitting data-live {
                h1.quiet { "Links for issue " (number) }
                section aria-labelledby="waiting" {
                    div.head { (heading("waiting", "To decide", waiting.len())) (undo(page)) }
                    @if let Some(problem) = &page.problem { p.ledger-error role="alert" { (problem) } }
                    @if let Some(refusal) = &page.refusal { p.note { "Nothing can be put into it: " (refusal) "." } }
                    @if waiting.is_empty() && page.problem.is_none() {
                        p.note { "No link " @if !later.is_empty() { "for this issue " } "waits in " code { "links.md" } ". " code { "newsletter gather" } " looks for new ones." }
                    } @else {
                        ol.links { @for (index, row) in waiting.iter().enumerate() { (link(page, &keys, row, index == 0)) } }
                    }
                }
                @if !later.is_empty() {
                    section aria-labelledby="later" {
                        (heading("later", "For a later issue", later.len()))
                        ol.links { @for row in later { (link(page, &keys, row, false)) } }
                    }
                }
                @if !page.placed.is_empty() {
                    section aria-labelledby="placed" {
                        (heading("placed", "In this issue", page.placed.len()))
                        ol.links { @for row in &page.placed { (placed(row)) } }
                    }
                }
                @if !page.dropped.is_empty() {
                    section aria-labelledby="dropped" {
                        (heading("dropped", "Dropped", page.dropped.len()))
                        ol.links { @for address in page.dropped.iter().take(MOST_DROPPED) { (dropped(address)) } }
                        @if page.dropped.len() > MOST_DROPPED { p.note { "The others are in " code { "links-dropped.md" } "." } }
                    }
                }
            }
            (key_dialog(&[
                ("j k", "next, previous link"),
                ("o", "open it"),
                ("l", "make it the lead"),
                ("1 9", "put it into the section with that number"),
                ("b s", "put it into the section in brief, of lists"),
                ("w", "leave it for a later issue, or take it back"),
                ("x", "drop it: it is never gathered again"),
                ("u", "undo"),
            ]))
        },
    )
}

/// The most links shown of those that were dropped.
const MOST_DROPPED: usize = 20;

fn heading(id: &str, title: &str, count: usize) -> Markup {
    html! { h2 id=(id) { (title) " " span.n { (count) } } }
}

fn undo(page: &LinksPage) -> Markup {
    html! {
        button #undo type="button" data-key="u" data-address={ "/" (page.location.number) "/links/undo" } data-token=(page.location.token) data-pending="Undoing…" disabled[!page.can_undo] {
            "Undo " kbd aria-hidden="true" { "u" }
        }
    }
}

/// Returns a link that waits. What can be done with it is shown for the one that is chosen.
fn link(page: &LinksPage, keys: &[Option<String>], row: &LinkRow, is_chosen: bool) -> Markup {
    // Another one when it has moved: the focus stays at its place and does not go with it.
    let id = format!("{}-{}", if row.is_later { "later" } else { "link" }, row.line);
    html! {
        li.link-row.waiting-link.chosen[is_chosen] #(id) tabindex="-1" {
            p.title #{ "title-" (row.line) } {
                a href=(row.url) target="_blank" rel="noopener noreferrer" { (row.title) } " " span.note { (row.host) }
            }
            @match (&row.known, &row.section) {
                (Some((issue, _)), _) => { p.place.warning { "in " (issue) } }
                (None, Some(section)) => { p.place { "for " (section) } }
                (None, None) => {}
            }
            @if !row.about.is_empty() { p.about { (row.about.join(" · ")) } }
            div.choices role="group" aria-labelledby={ "title-" (row.line) } {
                p.own-title aria-hidden="true" { (row.title) }
                p.note { (row.url) }
                @if let Some(note) = &row.note { p { (note) } }
                @if let Some((issue, line)) = &row.known { p.note { "It was in " (issue) " (line " (line) ")." } }
                @if page.refusal.is_none() {
                    h3 { "Put it into" }
                    (lead_button(page, row))
                    @for (index, (title, _)) in page.sections.iter().enumerate() { (put_button(page, row, index, title, keys[index].as_deref())) }
                }
                (wait_button(page, row))
                (drop_button(page, row))
            }
        }
    }
}

/// Returns the key of each section: `b` of the first in brief, `s` of the first that has nothing but lists (also seen), and for
/// the others the numbers that there are keys for.
fn section_keys(sections: &[(String, SectionForm)]) -> Vec<Option<String>> {
    let mut letters = vec![(SectionForm::Brief, "b"), (SectionForm::Lists, "s")];
    let mut numbers = 1..=9;
    let key = |(_, form): &(String, SectionForm)| match letters.iter().position(|(of, _)| of == form) {
        Some(letter) => Some(letters.remove(letter).1.to_owned()),
        None => numbers.next().map(|number: u8| number.to_string()),
    };
    sections.iter().map(key).collect()
}

/// Returns the button that makes a link the lead; an issue has one.
fn lead_button(page: &LinksPage, row: &LinkRow) -> Markup {
    let taken = page.lead.as_ref().map(|lead| format!("There is a lead already: “{lead}”"));
    html! {
        button type="button" data-key="l" data-address=(address(page, row, "lead", "")) data-token=(page.location.token) data-pending="Reading the page…" title=[taken.as_ref()] disabled[taken.is_some()] aria-describedby={ "title-" (row.line) } {
            kbd aria-hidden="true" { "l" } " Lead"
            @if let Some(lead) = &page.lead { span.note { ": “" (lead) "”" } }
        }
    }
}

/// Returns the button that puts a link into the section at `index`.
fn put_button(page: &LinksPage, row: &LinkRow, index: usize, section: &str, key: Option<&str>) -> Markup {
    let is_wanted = row.section.as_ref().is_some_and(|own| own.to_lowercase() == section.to_lowercase());
    html! {
        button type="button" .wanted[is_wanted] data-key=[key] data-address=(address(page, row, "put", &format!("&section={index}"))) data-token=(page.location.token) data-pending="Reading the page…" aria-describedby={ "title-" (row.line) } {
            @if let Some(key) = key { kbd aria-hidden="true" { (key) } " " }
            (if section.is_empty() { "Its only section" } else { section })
        }
    }
}

/// Returns the button that leaves a link for a later issue, or takes it back.
fn wait_button(page: &LinksPage, row: &LinkRow) -> Markup {
    let (later, label) =
        if row.is_later { ("no", "Decide it for this issue") } else { ("yes", "Wait for a later issue") };
    html! {
        button.apart type="button" data-key="w" data-address=(address(page, row, "wait", &format!("&later={later}"))) data-token=(page.location.token) data-pending="Moving…" aria-describedby={ "title-" (row.line) } {
            kbd aria-hidden="true" { "w" } " " (label)
        }
    }
}

fn drop_button(page: &LinksPage, row: &LinkRow) -> Markup {
    html! {
        button type="button" data-key="x" data-address=(address(page, row, "drop", "")) data-token=(page.location.token) data-pending="Dropping…" aria-describedby={ "title-" (row.line) } {
            kbd aria-hidden="true" { "x" } " Drop"
        }
    }
}

fn address(page: &LinksPage, row: &LinkRow, what: &str, more: &str) -> String {
    format!("/{}/links/{what}?line={}{more}&drawn={}", page.location.number, row.line, page.digest)
}

fn placed(row: &PlacedRow) -> Markup {
    html! {
        li.link-row {
            p.title {
                @match &row.url {
                    Some(url) => { a href=(url) target="_blank" rel="noopener noreferrer" { (row.title) } }
                    None => { (row.title) }
                }
                @if let Some(source) = &row.source { " " span.note { (source) } }
            }
            p.place { (row.place) }
            @if let Some(about) = &row.about { p.about { (about) } }
        }
    }
}

fn dropped(address: &str) -> Markup {
    let shown = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    html! {
        li.link-row { p.title { s { a href=(address) target="_blank" rel="noopener noreferrer" { (shown) } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_numbers_and_one_in_brief_and_one_of_lists_a_letter() {
        use SectionForm::{Brief, Full, Lists};
        let keys = |forms: &[SectionForm]| {
            let sections: Vec<_> = forms.iter().map(|form| (String::new(), *form)).collect();
            section_keys(&sections).into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys(&[Full, Brief, Full, Lists, Full]), "1 b 2 s 3");
        assert_eq!(keys(&[Brief, Brief, Lists, Lists]), "b 1 s 2");
        assert_eq!(keys(&[Full; 11]), "1 2 3 4 5 6 7 8 9  ");
    }
}
