//! Vimeo: `oEmbed`, which knows the duration.

use url::Url;

use crate::page::address::normalize;

/// Returns the address of `oEmbed` for a video.
pub fn question(url: &Url) -> Option<Url> {
    let key = normalize(url.as_str());
    let video = key.strip_prefix("vimeo.com/").filter(|video| video.bytes().all(|byte| byte.is_ascii_digit()))?;
    let page = format!("https://vimeo.com/{video}");
    Url::parse_with_params("https://vimeo.com/api/oembed.json", [("url", &page)]).ok()
}
