//! Brings the parameters of an address into the form that is compared.

use url::Url;
use url::form_urlencoded::Serializer;

use super::tracking::is_tracking;
use crate::public_suffix;

/// Parameters that say for which screen, cache or visit a page is made, and not which page it is.
const SAME_PAGE: [&str; 7] = ["amp", "amp_js_v", "amp_gsa", "usqp", "usp", "phpsessid", "jsessionid"];

/// Returns the parameters that select a page, decoded, in order of their names.
pub(super) fn compared(url: &Url, path: &[String]) -> Vec<(String, String)> {
    let mut query: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .filter(|(name, value)| !(name.is_empty() && value.is_empty()) && selects(name, value, path))
        .collect();
    // Stable: the order of values of one name can matter.
    query.sort_by(|one, other| one.0.cmp(&other.0));
    query.dedup();
    query
}

fn selects(name: &str, value: &str, path: &[String]) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_noise = is_tracking(name)
        || SAME_PAGE.contains(&lower.as_str())
        || (lower == "outputtype" && value == "amp")
        // Ghost and others name the site that links: `ref=example.org`.
        || (matches!(lower.as_str(), "ref" | "via") && is_site(value))
        || (lower == "source" && is_mediums(value, path))
        || (lower == "sk" && path.last().is_some_and(|last| ends_with_mediums_id(last)));
    !is_noise
}

/// Returns whether `value` names a site or one of the places where links are shared.
fn is_site(value: &str) -> bool {
    const PLACES: [&str; 9] =
        ["hackernews", "hn", "producthunt", "newsletter", "rss", "twitter", "reddit", "lobsters", "dailydev"];
    let is_host = value.contains('.') && !value.contains('/') && public_suffix::registered(value).is_some();
    PLACES.contains(&value.to_ascii_lowercase().as_str()) || (is_host && public_suffix::is_known(value))
}

/// Returns whether `value` is Medium's `source`: `rss----3d9a`, `friends_link`. Medium's pages are on many hosts.
fn is_mediums(value: &str, path: &[String]) -> bool {
    value.contains("---") || path.last().is_some_and(|last| ends_with_mediums_id(last))
}

/// Returns whether a segment ends as Medium's do: `a-title-1a2b3c4d5e6f`.
pub(super) fn ends_with_mediums_id(segment: &str) -> bool {
    mediums_id(segment).is_some()
}

/// Returns the number of a page of Medium at the end of its title.
pub(super) fn mediums_id(segment: &str) -> Option<&str> {
    let id = segment.rsplit('-').next()?;
    let is_id = (10..=12).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && id.bytes().any(|byte| byte.is_ascii_digit());
    is_id.then_some(id)
}

/// Writes parameters as a form does.
pub(super) fn written(query: &[(String, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(query).finish()
}
