//! arXiv: the page about a paper, for its PDF and its HTML.

use url::Url;

/// Returns the address of the page about a paper, with its version, for `/pdf/2404.01234v2` and `/html/…`.
pub fn abstract_page(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    if !matches!(host, "arxiv.org" | "www.arxiv.org" | "export.arxiv.org") {
        return None;
    }
    let (kind, paper) = url.path().trim_start_matches('/').split_once('/')?;
    let paper = paper.strip_suffix(".pdf").unwrap_or(paper);
    if !matches!(kind, "pdf" | "html") || paper.is_empty() {
        return None;
    }
    Url::parse(&format!("https://arxiv.org/abs/{paper}")).ok()
}
