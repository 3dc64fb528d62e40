//! Tells the kind of a page from its site and from what it states.

use url::Url;

use super::facts::{Fact, Origin};
use super::json_ld::JsonLd;
use super::meta::Meta;
use crate::model::LinkKind;

/// Sites whose pages are of one kind.
const SITES: [(&str, LinkKind); 38] = [
    ("arxiv.org", LinkKind::Paper),
    ("dl.acm.org", LinkKind::Paper),
    ("doi.org", LinkKind::Paper),
    ("usenix.org", LinkKind::Paper),
    ("ieeexplore.ieee.org", LinkKind::Paper),
    ("link.springer.com", LinkKind::Paper),
    ("openreview.net", LinkKind::Paper),
    ("biorxiv.org", LinkKind::Paper),
    ("medrxiv.org", LinkKind::Paper),
    ("eprint.iacr.org", LinkKind::Paper),
    ("journals.plos.org", LinkKind::Paper),
    ("papers.ssrn.com", LinkKind::Paper),
    ("aclanthology.org", LinkKind::Paper),
    ("proceedings.mlr.press", LinkKind::Paper),
    ("drops.dagstuhl.de", LinkKind::Paper),
    ("youtube.com", LinkKind::Video),
    ("youtu.be", LinkKind::Video),
    ("vimeo.com", LinkKind::Video),
    ("twitch.tv", LinkKind::Video),
    ("media.ccc.de", LinkKind::Video),
    ("infoq.com/presentations", LinkKind::Video),
    ("podcasts.apple.com", LinkKind::Podcast),
    ("open.spotify.com/episode", LinkKind::Podcast),
    ("open.spotify.com/show", LinkKind::Podcast),
    ("overcast.fm", LinkKind::Podcast),
    ("pca.st", LinkKind::Podcast),
    ("soundcloud.com", LinkKind::Audio),
    ("bandcamp.com", LinkKind::Audio),
    ("github.com", LinkKind::Tool),
    ("gitlab.com", LinkKind::Tool),
    ("codeberg.org", LinkKind::Tool),
    ("sr.ht", LinkKind::Tool),
    ("crates.io", LinkKind::Tool),
    ("npmjs.com", LinkKind::Tool),
    ("pypi.org", LinkKind::Tool),
    ("docs.rs", LinkKind::Tool),
    ("hackage.haskell.org", LinkKind::Tool),
    ("rubygems.org", LinkKind::Tool),
];

/// Parts of a code site that are something to read.
const READ_THERE: [&str; 7] =
    ["/issues/", "/pull/", "/discussions/", "/wiki", "/blob/", "/commit/", "/merge_requests/"];

/// Tells the kind.
pub(super) fn find(meta: &Meta, json_ld: &JsonLd, url: &Url) -> Option<Fact<LinkKind>> {
    let of_site = of_address(url).map(|kind| Fact::new(kind, Origin::Address));
    let of_citation = || meta.first(&["citation_title"]).map(|_| Fact::new(LinkKind::Paper, Origin::Citation));
    of_site.or_else(of_citation).or_else(|| {
        let kind = meta.first(&["og:type"]).unwrap_or_default().to_ascii_lowercase();
        match kind.split(['.', ':']).next().unwrap_or_default() {
            "video" => return Some(Fact::new(LinkKind::Video, Origin::OpenGraph)),
            "music" => return Some(Fact::new(LinkKind::Audio, Origin::OpenGraph)),
            _ => {}
        }
        let types: [(&[&str], LinkKind); 6] = [
            (&["PodcastEpisode", "PodcastSeries"], LinkKind::Podcast),
            (&["ScholarlyArticle"], LinkKind::Paper),
            (
                &["Article", "NewsArticle", "BlogPosting", "TechArticle", "Report", "OpinionNewsArticle"],
                LinkKind::Article,
            ),
            (&["VideoObject"], LinkKind::Video),
            (&["AudioObject"], LinkKind::Audio),
            (&["SoftwareApplication", "SoftwareSourceCode"], LinkKind::Tool),
        ];
        let stated = types.iter().find(|(types, _)| json_ld.has(types));
        stated
            .map(|(_, kind)| Fact::new(*kind, Origin::JsonLd))
            .or_else(|| (kind == "article").then_some(Fact::new(LinkKind::Article, Origin::OpenGraph)))
    })
}

/// Tells the kind of a page from its address.
pub fn of_address(url: &Url) -> Option<LinkKind> {
    let host = url.host_str()?;
    let path = url.path();
    if path.to_ascii_lowercase().ends_with(".pdf") {
        let is_paper = SITES.iter().any(|(site, kind)| *kind == LinkKind::Paper && is_on(host, site));
        return Some(if is_paper { LinkKind::Paper } else { LinkKind::Pdf });
    }
    let (_, kind) = SITES.iter().find(|(site, _)| match site.split_once('/') {
        Some((site, folder)) => is_on(host, site) && path.trim_start_matches('/').starts_with(folder),
        None => is_on(host, site),
    })?;
    let is_weblog = ["about.", "blog."].iter().any(|label| host.starts_with(label));
    let is_read = *kind == LinkKind::Tool && (is_weblog || READ_THERE.iter().any(|part| path.contains(part)));
    let is_tool_of_code_site = path.trim_matches('/').contains('/') || host != "github.com";
    let is_front_page = path == "/" && *kind != LinkKind::Audio;
    (!is_read && is_tool_of_code_site && !is_front_page).then_some(*kind)
}

/// Returns whether `host` is `site` or below it.
pub(super) fn is_on(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
