//! Builds the field that finds an issue or a link, and the script behind it.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::model::{Issue, Publication, Word};
use crate::templates::link::names_behind;

/// The script of the field. It finds issues by what stands on the page, and links by [`link_list`], which it loads when
/// somebody looks for something: a page from a disk may run scripts, but not read files.
pub const SCRIPT: &str = include_str!("find.js");

/// Returns the field, which is shown where the script runs.
pub(super) fn finder(publication: &Publication) -> Markup {
    let words = &publication.words;
    let find = words.of(Word::Find);
    html! {
        div.finder hidden {
            input #find type="search" aria-label=(find) placeholder=(find) autocomplete="off" data-links="links.js";
            p.quiet role="status" data-nothing=(words.of(Word::NothingFound)) { }
            ol.lines.found { }
        }
        script src="find.js" defer { }
    }
}

/// Returns `page` with what the script shows once something is found.
pub fn with_found(page: &str) -> String {
    let empty = html! { ol.lines.found { } };
    let issue = html! {
        li {
            span.num { "1" } a href="1/index.html" { "Found" } time.quiet { "1 May 2026" }
            ul.links { @for _ in 0..2 { li { a href="1/index.html#link-1" { "Found" } " " small { "example.org" } } } }
        }
    };
    page.replace(&empty.0, &html! { ol.lines.found { (issue) (issue) } }.0)
}

/// Returns the script with the links of `issues` that nobody paid for: by the folder of the issue, the position, title and
/// names of each.
///
/// Errors never in practice: the values are strings and numbers.
pub fn link_list(issues: &[&Issue]) -> serde_json::Result<String> {
    let issues = issues.iter().map(|issue| {
        let links = issue.own_links().map(|placed| {
            json!([placed.position, placed.link.plain_title(), names_behind(placed.link, None).join(" · ")])
        });
        (issue.path(), links.collect::<Value>())
    });
    let list = serde_json::to_string(&issues.collect::<serde_json::Map<_, _>>())?;
    Ok(format!("newsletterLinks({list});\n"))
}
