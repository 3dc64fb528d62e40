//! Finds the addresses of an issue that a rule reports and that have exactly one right replacement.

use url::Url;

use super::allowed::allows;
use super::domain::same_organization;
use super::earlier_links::EarlierLinks;
use super::external_facts::FetchedLinks;
use super::outgoing_links::outgoing_links;
use super::rule_names::is_on;
use crate::config::Settings;
use crate::fetch::{FetchResult, LinkHealth};
use crate::issue::LoadedIssue;
use crate::page::address::without_tracking;

/// An address and the one to write in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFix {
    /// The address, as the standard serializes it.
    pub written: String,
    /// Its replacement.
    pub fixed: String,
}

/// Returns the addresses of `loaded` to be replaced: those with tracking parameters, and of the `fetched` ones those that
/// have moved for good on their site, or answer over https.
pub fn address_fixes(
    loaded: &LoadedIssue,
    earlier: &EarlierLinks,
    settings: &Settings,
    fetched: Option<&FetchedLinks>,
) -> Vec<AddressFix> {
    let number = loaded.issue.number;
    let applies = |rule: &str, written: &str| {
        let mut links = loaded.issue.links().zip(&loaded.places.links);
        let is_allowed = allows(&loaded.places.allow, rule)
            || links.any(|(link, places)| link.url.as_deref() == Some(written) && allows(&places.allow, rule));
        is_on(rule, settings) && !is_allowed
    };
    let fixes = outgoing_links(&loaded.issue).into_iter().filter_map(|link| {
        let written = Url::parse(link.written).ok()?;
        let mut fixed = written.clone();
        if applies("link-moved", link.written)
            && let Some(moved) = fetched.and_then(|fetched| moved(&written, fetched.get(link.page.as_str())?))
        {
            fixed = moved;
        }
        let is_standing = earlier.is_standing(number, link.written);
        if applies("link-tracking-parameters", link.written) && !is_standing {
            fixed = without_tracking(&fixed).unwrap_or(fixed);
        }
        (fixed != written).then(|| AddressFix { written: link.written.to_owned(), fixed: fixed.into() })
    });
    fixes.collect()
}

/// Returns the new address of a page that its server says has moved for good. One at another owner, or the front page in
/// place of a page, is for a person to look at.
fn moved(written: &Url, result: &FetchResult) -> Option<Url> {
    if result.health() != LinkHealth::Alive {
        return None;
    }
    let Some(to) = result.permanent_address() else {
        let mut secure = written.clone();
        return (result.https_works && secure.set_scheme("https").is_ok()).then_some(secure);
    };
    let mut to = Url::parse(to).ok()?;
    // Only where all redirects are permanent is it certain which page is meant.
    let is_final = result.final_address() == result.permanent_address();
    let is_front_page = to.path() == "/" && written.path() != "/";
    if !is_final || is_front_page || !same_organization(written.host_str()?, to.host_str()?) {
        return None;
    }
    if to.fragment().is_none() {
        to.set_fragment(written.fragment());
    }
    Some(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::{FetchOutcome, Redirect};

    /// Statuses and targets of redirects.
    type Hops = &'static [(u16, &'static str)];

    #[test]
    fn only_a_move_that_is_certain_is_followed() {
        let result = |redirects: &[(u16, &str)], https_works| FetchResult {
            fetched_at: 0,
            redirects: redirects
                .iter()
                .map(|(status, to)| Redirect { status: *status, to: (*to).to_owned() })
                .collect(),
            outcome: FetchOutcome::Status(200),
            https_works,
        };
        let from = Url::parse("http://blog.example.org/a#part").unwrap();
        let cases: [(Hops, bool, Option<&str>); 7] = [
            (&[(301, "https://blog.example.org/a")], false, Some("https://blog.example.org/a#part")),
            (&[(308, "https://www.example.org/blog/a#b")], false, Some("https://www.example.org/blog/a#b")),
            (&[(301, "https://blog.example.org/")], false, None),
            (&[(301, "https://example.net/a")], false, None),
            (&[(302, "https://blog.example.org/a")], false, None),
            (&[(301, "https://blog.example.org/a"), (302, "https://blog.example.org/login")], false, None),
            (&[], true, Some("https://blog.example.org/a#part")),
        ];
        for (redirects, https_works, expected) in cases {
            let found = moved(&from, &result(redirects, https_works)).map(String::from);
            assert_eq!(found.as_deref(), expected, "{redirects:?}");
        }
    }
}
