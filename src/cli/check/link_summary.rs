//! Summarizes the results of requesting the linked pages, in a line and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use url::Url;

use crate::fetch::{FetchOutcome, FetchResult, LinkHealth, PageBatchResult};
use crate::format;

/// Hosts that are named in a line.
const NAMED: usize = 5;

/// Returns `1 page`, `1,211 pages`.
pub(super) fn pages_of(number: usize) -> String {
    format!("{} {}", format::count(number as u64), if number == 1 { "page" } else { "pages" })
}

/// Returns `links: 40 pages, 37 working, 1 not working, 2 blocking automated requests (`medium.com` 403); 12 from the cache`.
pub(in crate::cli) fn summary(results: &PageBatchResult) -> String {
    let count = |wanted: &[LinkHealth]| results.results.values().filter(|one| wanted.contains(&one.health())).count();
    let mut text = format!("links: {}, {} working", pages_of(results.results.len()), count(&[LinkHealth::Alive]));
    let mut add = |number: usize, words: &str| {
        if number > 0 {
            write!(text, ", {number} {words}").expect("writing to a string");
        }
    };
    add(count(&[LinkHealth::Dead, LinkHealth::Failing]), "not working");
    add(count(&[LinkHealth::Blocked]), &format!("blocking automated requests ({})", blocking_hosts(&results.results)));
    add(count(&[LinkHealth::Unchecked]), "not checked (time limit reached): run the same command again to continue");
    if results.from_cache > 0 {
        write!(text, "; {} from the cache, `--refresh` requests them again", results.from_cache)
            .expect("writing to a string");
    }
    text
}

/// Returns the hosts that block automated requests, with their status codes.
fn blocking_hosts(answers: &BTreeMap<String, FetchResult>) -> String {
    let mut hosts: Vec<String> = Vec::new();
    for (address, result) in answers.iter().filter(|(_, result)| result.health() == LinkHealth::Blocked) {
        let host = Url::parse(result.final_address().unwrap_or(address)).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
        let FetchOutcome::Status(status) = result.outcome else { continue };
        let host_and_status = format!("`{host}` {status}");
        if !hosts.contains(&host_and_status) {
            hosts.push(host_and_status);
        }
    }
    let more = hosts.len().saturating_sub(NAMED);
    hosts.truncate(NAMED);
    if more > 0 {
        hosts.push(format!("{more} more"));
    }
    hosts.join(", ")
}

/// Returns the result of every page.
pub(super) fn to_json(results: &PageBatchResult) -> Value {
    let page = |(address, result): (&String, &FetchResult)| {
        json!({
            "url": address,
            "asked": result.fetched_at,
            "standing": match result.health() {
                LinkHealth::Alive => "fine",
                LinkHealth::Blocked => "walled",
                LinkHealth::Failing => "unwell",
                LinkHealth::Dead => "dead",
                LinkHealth::Unchecked => "unknown",
            },
            "ending": result.outcome,
            "redirects": result.redirects,
        })
    };
    results.results.iter().map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_the_pages_and_names_blocking_hosts() {
        let result = |outcome| FetchResult { fetched_at: 0, redirects: Vec::new(), outcome, https_works: false };
        let results = [
            ("https://a.example/", FetchOutcome::Status(200)),
            ("https://b.example/1", FetchOutcome::Status(403)),
            ("https://b.example/2", FetchOutcome::Status(403)),
            ("https://c.example/", FetchOutcome::Status(404)),
            ("https://d.example/", FetchOutcome::NotFetched),
        ];
        let results = results.map(|(address, outcome)| (address.to_owned(), result(outcome))).into();
        assert_eq!(
            summary(&PageBatchResult { results, from_cache: 2 }),
            "links: 5 pages, 1 working, 1 not working, 2 blocking automated requests (`b.example` 403), \
             1 not checked (time limit reached): run the same command again to continue; 2 from the cache, `--refresh` requests them again"
        );
    }
}
