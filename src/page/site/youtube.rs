//! `YouTube`: `oEmbed`, which answers where the page asks for consent.

use url::Url;

use crate::page::address::normalize;

/// Returns the address of `oEmbed` for a video.
pub fn question(url: &Url) -> Option<Url> {
    let key = normalize(url.as_str());
    let video = key.strip_prefix("youtube.com/watch?v=")?;
    let page = format!("https://www.youtube.com/watch?v={video}");
    Url::parse_with_params("https://www.youtube.com/oembed", [("format", "json"), ("url", &page)]).ok()
}
