//! Builds the page at an earlier address of an issue. It leads to the present one without the help of a web server.

use maud::{DOCTYPE, Markup, html};

use crate::model::{Issue, Publication};

/// Returns a page that leads to the page of `issue`.
pub fn redirect(publication: &Publication, issue: &Issue) -> Markup {
    let target = format!("../{}/index.html", issue.path());
    html! {
        (DOCTYPE)
        html lang=(publication.language) dir=(publication.direction.attribute()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (issue.title) " · " (publication.name) }
                link rel="canonical" href=(publication.page(&format!("{}/", issue.path())));
                meta http-equiv="refresh" content={ "0; url=" (target) };
            }
            body {
                p { a href=(target) { (issue.title) } }
            }
        }
        "\n"
    }
}
