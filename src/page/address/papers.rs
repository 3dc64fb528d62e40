//! Knows the addresses of papers: arXiv's forms and versions, and DOIs at doi.org and at publishers.

use url::Url;

use super::parts::Page;
use super::path::percent_decoded;

/// Hosts that show the papers of arXiv.
const ARXIV: [&str; 6] =
    ["arxiv.org", "export.arxiv.org", "browse.arxiv.org", "xxx.lanl.gov", "ar5iv.org", "ar5iv.labs.arxiv.org"];

/// Parts of a publisher's address behind a DOI that choose a form of the paper.
const FORMS: [&str; 16] = [
    "full",
    "abs",
    "abstract",
    "pdf",
    "epdf",
    "html",
    "full.html",
    "full.pdf",
    "full-text",
    "fulltext",
    "summary",
    "references",
    "meta",
    "suppl_file",
    "metrics",
    "figures",
];

/// Sites without `/doi/` in their addresses whose paths contain the DOI.
const WITH_DOI: [&str; 8] = [
    "link.springer.com",
    "springer.com",
    "biorxiv.org",
    "medrxiv.org",
    "frontiersin.org",
    "journals.plos.org",
    "iopscience.iop.org",
    "academic.oup.com",
];

/// Returns the key of `doi:10.1145/3290605`, as reference lists write it.
pub(super) fn doi_without_site(url: &Url) -> Option<String> {
    let name = url.as_str().strip_prefix("doi:")?;
    doi(&percent_decoded(name.split(['?', '#']).next()?))
}

/// Returns the key of a paper.
pub(super) fn key(page: &Page) -> Option<String> {
    if !page.port.is_empty() {
        return None;
    }
    let path = page.path.join("/");
    let path = percent_decoded(&path);
    if ARXIV.contains(&page.host.as_str()) {
        return arxiv(&path);
    }
    match page.host.as_str() {
        "doi.org" | "dx.doi.org" => return doi(&path),
        "nature.com" => {
            let name = path.strip_prefix("articles/")?.trim_end_matches(".pdf");
            return (name.starts_with(['s', 'n', 'd']) && !name.contains('/'))
                .then(|| doi_key(&format!("10.1038/{name}")));
        }
        "zenodo.org" => {
            let (kind, number) = path.split_once('/')?;
            let is_record = matches!(kind, "record" | "records") && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_record {
                return doi(&format!("10.5281/zenodo.{number}"));
            }
        }
        // ACM's addresses before 2020.
        "dl.acm.org" | "portal.acm.org" if path == "citation.cfm" => {
            let number = page.parameter("id").or_else(|| page.parameter("doid"))?;
            return number.contains('.').then(|| doi_key(&format!("10.1145/{number}")));
        }
        _ => {}
    }
    let is_publisher = WITH_DOI.contains(&page.host.as_str());
    if is_publisher && let Some(named) = page.parameter("id").filter(|id| id.starts_with("10.")) {
        return doi(named);
    }
    let start = path.find("10.").filter(|start| *start == 0 || path[..*start].ends_with('/'))?;
    let has_doi = is_publisher || path[..start].starts_with("doi/") || path[..start].contains("/doi/");
    if has_doi { doi(&path[start..]) } else { None }
}

/// Returns the key of a DOI, from its prefix to the end of the path.
fn doi(written: &str) -> Option<String> {
    let (prefix, suffix) = written.split_once('/')?;
    let registrant = prefix.strip_prefix("10.")?;
    let is_prefix = registrant.len() >= 4 && registrant.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_prefix || suffix.is_empty() {
        return None;
    }
    let mut suffix = suffix.trim_end_matches('/').to_lowercase();
    if let Some((rest, last)) = suffix.rsplit_once('/')
        && FORMS.contains(&last)
    {
        suffix = rest.to_owned();
    }
    if prefix == "10.48550"
        && let Some(paper) = suffix.strip_prefix("arxiv.")
    {
        return arxiv(&format!("abs/{paper}"));
    }
    // Springer's files, and the versions and forms of bioRxiv.
    let mut suffix = suffix.strip_suffix(".pdf").unwrap_or(&suffix);
    if prefix == "10.1101" {
        suffix =
            [".full", ".full-text", ".abstract"].iter().find_map(|form| suffix.strip_suffix(form)).unwrap_or(suffix);
        suffix = without_version(suffix);
    }
    Some(doi_key(&format!("{prefix}/{suffix}")))
}

fn doi_key(doi: &str) -> String {
    format!("doi.org/{}", doi.to_lowercase())
}

/// Returns the key of a paper of arXiv, without its version: `abs/2404.01234v2`, `pdf/math.GT/0309136v1.pdf`.
fn arxiv(path: &str) -> Option<String> {
    let (kind, paper) = path.split_once('/')?;
    if !["abs", "pdf", "html", "ps", "format", "e-print", "src", "tex", "papers"].contains(&kind) {
        return None;
    }
    let paper = paper.trim_end_matches('/').to_lowercase();
    let paper = without_version(paper.strip_suffix(".pdf").unwrap_or(&paper));
    let paper = match paper.split_once('/') {
        // Papers before 2007; the class of the subject may be left out.
        Some((subject, number)) => format!("{}/{number}", subject.split('.').next().unwrap_or(subject)),
        None => paper.to_owned(),
    };
    paper.bytes().any(|byte| byte.is_ascii_digit()).then(|| format!("arxiv.org/abs/{paper}"))
}

fn without_version(paper: &str) -> &str {
    match paper.rsplit_once('v') {
        Some((name, version))
            if !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_digit())
                && name.ends_with(|last: char| last.is_ascii_digit()) =>
        {
            name
        }
        _ => paper,
    }
}
