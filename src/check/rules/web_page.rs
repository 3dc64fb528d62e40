//! Rules about the web page of an issue.

use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::Severity;
use crate::model::IssueNumber;

pub(super) const RULES: [Rule; 1] = [PAGE_MOVED];

const PAGE_MOVED: Rule = Rule {
    name: "page-moved",
    level: Severity::Warning,
    what: "The web page of a sent issue keeps the address that its letters link to.",
    why: "Readers keep letters for years and share their links. `build` leaves a page that redirects; search engines and \
          bookmarks may still lose the issue.",
    example: "a sent issue with a new `slug` or file name, or with `draft = true`",
    source: "W3C, Cool URIs don't change",
    check: Check::Issue(page_moved),
};

fn page_moved(context: &IssueContext<'_>) -> Vec<Finding> {
    let (issue, current) = (context.issue(), context.issue().path());
    let address = |folder: &str| context.publication().page(&format!("{folder}/"));
    let sent = context.sent_pages();
    let Some(first) = sent.first() else { return Vec::new() };
    if issue.draft {
        let message = format!("letters link to `{}`, but drafts are left out of the web archive", address(first));
        let place = context.place_in_issue(&context.places().draft);
        return vec![Finding::new(message).at(place).help("remove `draft = true`")];
    }
    if sent.contains(&current) {
        return Vec::new();
    }
    let message = format!("letters link to `{}`, but the page is now `{}`", address(first), address(&current));
    let earlier = IssueNumber::split_slug(first).map(|(_, _, slug)| slug).filter(|slug| !slug.is_empty());
    let earlier = earlier.map(|slug| format!("write `slug = \"{slug}\"`"));
    let earlier =
        earlier.unwrap_or_else(|| format!("name the file `{}.toml` and remove `slug`", issue.number.file_stem()));
    let help = format!("{earlier} to keep the address; otherwise `build` leaves a page there that redirects");
    vec![Finding::new(message).at(context.place_in_issue(&context.places().slug)).help(help)]
}
