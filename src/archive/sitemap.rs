//! Writes the sitemap: every page of the archive, for search engines (<https://www.sitemaps.org/protocol.html>).

use maud::{Markup, PreEscaped, display, html};

use crate::model::{Issue, Publication, Topics};

/// Returns the sitemap of `issues`, newest first.
pub(super) fn sitemap(publication: &Publication, issues: &[&Issue], topics: &Topics<'_>) -> String {
    let newest = issues.first().map(|issue| issue.date);
    let page = |address: String, changed| -> Markup {
        html! {
            url {
                loc { (address) }
                @if let Some(date) = changed { lastmod { (display(date)) } }
            }
            "\n"
        }
    };
    html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            "\n"
            (page(publication.site.clone(), newest))
            @for issue in issues {
                (page(publication.page(&format!("{}/", issue.path())), Some(issue.date)))
            }
            @if !topics.all().is_empty() { (page(publication.page("topics/"), newest)) }
            @for topic in topics.all() {
                @let newest = topic.links.first().map(|placed| placed.issue.date);
                (page(publication.page(&format!("{}/", topic.address())), newest))
            }
        }
        "\n"
    }
    .into_string()
}
