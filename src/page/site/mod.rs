//! Knows six sites that say more elsewhere than on the page a person copies. Each file turns an address into the one to
//! ask, or an answer into facts; only fixed hosts are asked.

pub mod arxiv;
pub mod discussion;
pub mod doi;
pub mod github;
pub mod oembed;
pub mod vimeo;
pub mod youtube;

use url::Url;

use super::facts::Facts;

/// A site's JSON about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// `oEmbed` of a video.
    Video,
    /// CSL JSON of a paper.
    Paper,
}

/// Returns the address at which a site tells in JSON about the page at `url`, and what it tells.
pub fn question(url: &Url) -> Option<(Url, Answer)> {
    let video = youtube::question(url).or_else(|| vimeo::question(url)).map(|url| (url, Answer::Video));
    video.or_else(|| doi::question(url).map(|url| (url, Answer::Paper)))
}

impl Answer {
    /// Reads the facts of the answer `json`.
    pub fn facts(self, json: &[u8]) -> Option<Facts> {
        match self {
            Self::Video => oembed::facts(json),
            Self::Paper => doi::facts(json),
        }
    }
}

#[cfg(test)]
mod tests;
