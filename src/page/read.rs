//! Reads the facts of a page out of its bytes.

use url::Url;

use super::address::{registered_domain, without_tracking};
use super::facts::{Fact, Facts, Origin, PagePicture};
use super::json_ld::{self, JsonLd};
use super::markup::Markup;
use super::meta::{Meta, title_element};
use super::site_names::SiteNames;
use super::title;
use super::wall::Wall;
use super::{author, charset, date, kind, reading_time};
use crate::model::LinkKind;

/// Reads the facts of the HTML page `bytes`, served with the media type `content_type` from `url`, its final address.
pub fn facts(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Facts {
    let html = charset::decode(bytes, content_type);
    let markup = Markup::parse(&html);
    let title = title_element(&markup);
    let wall = Wall::of_address(url).or_else(|| title.as_deref().and_then(Wall::of_title));
    if wall.is_some() {
        return Facts { wall, ..Facts::default() };
    }
    let meta = Meta::of(&markup);
    let json_ld = JsonLd::of(&markup);
    let sites = SiteNames::of(&markup, &meta, &json_ld, url);
    let base = meta.base.as_deref().and_then(|base| url.join(base).ok()).unwrap_or_else(|| url.clone());
    let kind = kind::find(&meta, &json_ld, url);
    Facts {
        wall: None,
        title: title::find(&markup, &meta, &json_ld, &sites),
        author: author::find(&markup, &meta, &json_ld, &sites),
        reading_time: length(&markup, &meta, &json_ld, kind.as_ref().map(|kind| kind.value)),
        site: site(&meta, &json_ld),
        address: canonical(&meta, &base, url),
        image: picture(&meta, &base),
        description: meta
            .first(&["og:description", "description", "twitter:description"])
            .map(|words| Fact::new(words.to_owned(), Origin::Meta)),
        date: date::find(&markup, &meta, &json_ld, url),
        kind,
    }
}

fn site(meta: &Meta, json_ld: &JsonLd) -> Option<Fact<String>> {
    let stated = meta.first(&["og:site_name"]).map(|name| Fact::new(name.to_owned(), Origin::OpenGraph));
    let journal = meta.first(&["citation_journal_title", "citation_conference_title"]);
    let journal = journal.map(|name| Fact::new(name.to_owned(), Origin::Citation));
    stated.or(journal).or_else(|| json_ld.site_names().into_iter().next().map(|name| Fact::new(name, Origin::JsonLd)))
}

/// Returns the address the page prefers, if it is on the same site, is not its front page, and keeps the parameters that
/// select the page.
fn canonical(meta: &Meta, base: &Url, url: &Url) -> Option<Fact<Url>> {
    let from = |written: Option<&str>, origin| {
        let preferred = base.join(written?).ok()?;
        let owner = |url: &Url| url.host_str().map(|host| registered_domain(host).to_owned());
        let is_front_page = preferred.path() == "/" && preferred.query().is_none() && url.path() != "/";
        let loses_query = url.query().is_some()
            && preferred.query().is_none()
            && preferred.path().trim_end_matches('/') == url.path().trim_end_matches('/')
            && without_tracking(url).as_ref().unwrap_or(url).query().is_some();
        let is_usable = matches!(preferred.scheme(), "http" | "https")
            && !(url.scheme() == "https" && preferred.scheme() == "http")
            && preferred.port() == url.port()
            && owner(&preferred) == owner(url)
            && !is_front_page
            && !loses_query;
        is_usable.then(|| Fact::new(without_tracking(&preferred).unwrap_or(preferred), origin))
    };
    from(meta.canonical.as_deref(), Origin::Meta).or_else(|| from(meta.first(&["og:url"]), Origin::OpenGraph))
}

fn picture(meta: &Meta, base: &Url) -> Option<Fact<PagePicture>> {
    let named =
        meta.first(&["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"])?;
    let url = base.join(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let alt = meta.first(&["og:image:alt", "twitter:image:alt"]).unwrap_or_default().to_owned();
    Some(Fact::new(PagePicture { url, alt }, Origin::OpenGraph))
}

/// Returns the minutes it takes: those that a recording states, or those of the text.
fn length(markup: &Markup, meta: &Meta, json_ld: &JsonLd, kind: Option<LinkKind>) -> Option<Fact<u32>> {
    if matches!(kind, Some(LinkKind::Video | LinkKind::Audio | LinkKind::Podcast)) {
        let seconds =
            meta.first(&["og:video:duration", "video:duration", "music:duration"]).and_then(|text| text.parse().ok());
        let stated = seconds.map(|seconds: u32| Fact::new(seconds, Origin::OpenGraph));
        let in_page = || {
            let duration = json_ld.page()?.get("duration").or_else(|| json_ld.page()?.get("timeRequired"))?;
            json_ld::text(duration)
                .and_then(|text| duration_in_seconds(&text))
                .map(|seconds| Fact::new(seconds, Origin::JsonLd))
        };
        let in_meta = || {
            let text = meta.first(&["duration"])?;
            duration_in_seconds(text).map(|seconds| Fact::new(seconds, Origin::Meta))
        };
        let stated = stated.or_else(in_page).or_else(in_meta)?;
        let minutes = (stated.value + 30) / 60;
        return (1..=24 * 60).contains(&minutes.max(1)).then(|| Fact::new(minutes.max(1), stated.origin));
    }
    if matches!(kind, Some(LinkKind::Paper | LinkKind::Tool | LinkKind::Pdf)) {
        return None;
    }
    reading_time::minutes(markup).map(|minutes| Fact::new(minutes, Origin::Text))
}

/// Parses `PT1H2M3S` (ISO 8601) and `1:02:03`.
pub(crate) fn duration_in_seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Some((days, time)) = text.strip_prefix('P').and_then(|rest| rest.split_once('T')) {
        let mut seconds: u32 = match days.trim_end_matches('D') {
            "" => 0,
            days => days.parse::<u32>().ok()?.checked_mul(86_400)?,
        };
        let mut rest = time;
        while !rest.is_empty() {
            let end = rest.find(|character: char| character.is_ascii_alphabetic())?;
            let number: f64 = rest[..end].parse().ok().filter(|number: &f64| (0.0..1e6).contains(number))?;
            let number = whole(number)?;
            let unit = match &rest[end..=end] {
                "H" => 3600,
                "M" => 60,
                "S" => 1,
                _ => return None,
            };
            seconds = seconds.checked_add(number.checked_mul(unit)?)?;
            rest = &rest[end + 1..];
        }
        return (seconds > 0).then_some(seconds);
    }
    let parts: Option<Vec<u32>> = text.split(':').map(|part| part.parse().ok()).collect();
    match parts?.as_slice() {
        [minutes, seconds] => minutes.checked_mul(60)?.checked_add(*seconds),
        [hours, minutes, seconds] => {
            hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(*seconds)
        }
        _ => None,
    }
}

/// Returns the whole part of a number of seconds, which some sites write with a fraction.
fn whole(number: f64) -> Option<u32> {
    format!("{number:.0}").parse().ok()
}
