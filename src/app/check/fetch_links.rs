//! Checks whether the pages the issues link to are still there.

use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use crate::app::state_file;
use crate::check::outgoing_links;
use crate::config::Newsletter;
use crate::fetch::{self, AddressPolicy, Cache, Fetcher, PageBatch, PageBatchResult, SystemResolver};
use crate::issue::LoadedIssue;

/// The file of the results, beside the ledger.
const FILE: &str = "links.json";

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Requests every page `issues` link to. Remembered results count where `batch` allows it; `begin` is called with the
/// number of pages to request, when there are any.
///
/// Errors when the remembered results cannot be read or written.
pub(crate) fn fetch_links(
    newsletter: &Newsletter,
    issues: &[&LoadedIssue],
    batch: PageBatch,
    begin: &mut dyn FnMut(usize),
) -> anyhow::Result<PageBatchResult> {
    let mut known = HashSet::new();
    let pages = issues.iter().flat_map(|loaded| outgoing_links(&loaded.issue)).map(|outgoing| outgoing.page);
    let pages: Vec<Url> = pages.filter(|page| known.insert(page.clone())).collect();
    let path = state_file::path(newsletter, FILE);
    let mut cache = Cache::read(&path)?;
    let open = pages.iter().filter(|page| !batch.use_cache || cache.get(page.as_str(), batch.now).is_none()).count();
    if open > 0 {
        begin(open);
    }
    let names = SystemResolver;
    let fetcher = Fetcher::new(&names, AddressPolicy::Public, fetch::tls_config(), PATIENCE);
    let results = batch.fetch(&pages, &fetcher, &mut cache);
    if open > 0 {
        cache.write(&path, batch.now)?;
    }
    Ok(results)
}
