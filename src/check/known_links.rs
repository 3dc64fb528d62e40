//! Which issue had which link first.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use chrono::NaiveDate;
use url::Url;

use crate::load::LoadedIssue;
use crate::model::IssueNumber;

/// Parameters that say where a click came from and nothing about the page.
pub(super) const TRACKING: [&str; 20] = [
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "oly_anon_id",
    "oly_enc_id",
    "ref_src",
];

/// Whether the parameter `name` of a URL is there to track who clicks.
pub(super) fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_") || TRACKING.contains(&name)
}

/// The links of all issues, by what they lead to, and when the issues were.
#[derive(Debug, Default)]
pub struct KnownLinks {
    links: HashMap<String, Vec<Appearance>>,
    dates: BTreeMap<IssueNumber, NaiveDate>,
}

/// Where a link has been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Appearance {
    /// The issue.
    pub(super) issue: IssueNumber,
    /// Its file.
    pub(super) file: PathBuf,
    /// The line of the URL in it, from 1.
    pub(super) line: usize,
}

impl KnownLinks {
    /// Collects the links of `issues`.
    pub fn of<'a>(issues: impl IntoIterator<Item = &'a LoadedIssue>) -> Self {
        let mut known = Self::default();
        for loaded in issues {
            known.dates.insert(loaded.issue.number, loaded.issue.date);
            for (link, places) in loaded.issue.links().zip(&loaded.places.links) {
                let before = &loaded.source.text[..places.url.start.min(loaded.source.text.len())];
                known.links.entry(normal(&link.url)).or_default().push(Appearance {
                    issue: loaded.issue.number,
                    file: loaded.source.path.clone(),
                    line: before.matches('\n').count() + 1,
                });
            }
        }
        known
    }

    /// The latest issue before `issue` that led to where `url` leads.
    pub(super) fn before(&self, issue: IssueNumber, url: &str) -> Option<&Appearance> {
        let appearances = self.links.get(&normal(url))?;
        appearances.iter().filter(|appearance| appearance.issue < issue).max_by_key(|appearance| appearance.issue)
    }

    /// The issue before `issue`, and its date.
    pub(super) fn date_before(&self, issue: IssueNumber) -> Option<(IssueNumber, NaiveDate)> {
        self.dates.range(..issue).next_back().map(|(number, date)| (*number, *date))
    }
}

/// What two spellings of a URL that lead to one page share.
pub(super) fn normal(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_owned() };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut query: Vec<_> = url.query_pairs().filter(|(name, _)| !is_tracking(name)).collect();
    query.sort();
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = query.join("&");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    // Some sites are one page, and what it shows stands behind `#!` or `#/`.
    let fragment = url.fragment().filter(|fragment| fragment.starts_with(['!', '/'])).unwrap_or_default();
    format!("{host}{port}{}?{query}#{fragment}", url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_page_are_one() {
        let page = normal("https://example.org/a?x=1&y=2");
        for same in ["http://www.example.org/a/?y=2&x=1&utm_source=b", "https://example.org/a?x=1&y=2&fbclid=1#part"] {
            assert_eq!(normal(same), page, "{same}");
        }
        for other in [
            "https://example.org/b?x=1&y=2",
            "https://example.org/a",
            "https://example.org:8080/a?x=1&y=2",
            "https://example.org/a?x=1&y=2#/other",
        ] {
            assert_ne!(normal(other), page, "{other}");
        }
    }
}
