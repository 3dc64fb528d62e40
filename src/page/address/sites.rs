//! Knows sites of videos, posts and discussions on which one page has several addresses.

use super::parts::Page;
use super::path::percent_decoded;
use super::query::{ends_with_mediums_id, mediums_id};

/// Sites of Stack Exchange outside `stackexchange.com`.
const STACKS: [&str; 7] = [
    "stackoverflow.com",
    "superuser.com",
    "serverfault.com",
    "askubuntu.com",
    "mathoverflow.net",
    "stackapps.com",
    "stackexchange.com",
];

/// Returns the key of a page of one of these sites.
pub(super) fn key(page: &Page) -> Option<String> {
    if !page.port.is_empty() {
        return None;
    }
    match page.host.as_str() {
        "youtube.com" | "youtu.be" => youtube(page),
        "vimeo.com" | "player.vimeo.com" => vimeo(page),
        "reddit.com" | "redd.it" => reddit(page),
        "x.com" => x(page),
        "news.ycombinator.com" => {
            let id = page.parameter("id").filter(|_| page.segments() == ["item"])?;
            Some(format!("news.ycombinator.com/item?id={id}"))
        }
        "lobste.rs" => match page.segments()[..] {
            ["s", id] | ["s", id, _] => Some(format!("lobste.rs/s/{id}")),
            _ => None,
        },
        "lwn.net" => match page.segments()[..] {
            ["Articles", id] | ["SubscriberLink", id, _] => Some(format!("lwn.net/Articles/{id}")),
            _ => None,
        },
        "docs.google.com" => match page.segments()[..] {
            [kind, "d", id] | [kind, "d", id, "edit" | "view" | "preview" | "mobilebasic"] => {
                Some(format!("docs.google.com/{kind}/d/{id}"))
            }
            _ => None,
        },
        "open.substack.com" => match page.segments()[..] {
            ["pub", name, "p", post] => Some(format!("{name}.substack.com/p/{post}")),
            _ => None,
        },
        host if host.ends_with(".substack.com") => match page.segments()[..] {
            ["p", post] => Some(format!("{host}/p/{post}")),
            _ => None,
        },
        "open.spotify.com" => match page.segments()[..] {
            ["embed", kind, id] | [kind, id] => Some(format!("open.spotify.com/{kind}/{id}")),
            _ => None,
        },
        host if STACKS
            .iter()
            .any(|stack| host.strip_suffix(stack).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))) =>
        {
            stack(page)
        }
        host if host == "medium.com" || host.ends_with(".medium.com") => medium(page),
        host if host.ends_with(".wikipedia.org") || host.ends_with(".wiktionary.org") => wiki(page),
        host if host.starts_with("amazon.") => amazon(page),
        _ => None,
    }
}

fn youtube(page: &Page) -> Option<String> {
    let segments = page.segments();
    let id = match (page.host.as_str(), segments.as_slice()) {
        ("youtu.be", [id]) => id,
        (_, ["v" | "e" | "embed" | "shorts" | "live" | "watch", id]) if *id != "videoseries" => id,
        (_, ["watch"] | []) if page.parameter("v").is_some() => page.parameter("v")?,
        (_, ["playlist"] | ["embed", "videoseries"]) => {
            return page.parameter("list").map(|list| format!("youtube.com/playlist?list={list}"));
        }
        (_, [handle]) if handle.starts_with('@') => return Some(format!("youtube.com/{}", handle.to_lowercase())),
        _ => return None,
    };
    Some(format!("youtube.com/watch?v={id}"))
}

fn vimeo(page: &Page) -> Option<String> {
    let id = match page.segments()[..] {
        [id] | [id, _] | ["video", id] | ["channels", _, id] | ["groups", _, "videos", id] if is_number(id) => id,
        _ => return None,
    };
    Some(format!("vimeo.com/{id}"))
}

fn reddit(page: &Page) -> Option<String> {
    let segments = page.segments();
    Some(match segments.as_slice() {
        [id] if page.host == "redd.it" => format!("reddit.com/comments/{}", id.to_lowercase()),
        ["r" | "user" | "u", _, "comments", id]
        | ["comments", id]
        | ["r" | "user" | "u", _, "comments", id, _]
        | ["comments", id, _] => {
            format!("reddit.com/comments/{}", id.to_lowercase())
        }
        // One comment and the answers to it.
        ["r" | "user" | "u", _, "comments", id, _, comment] | ["comments", id, _, comment] => {
            format!("reddit.com/comments/{}/_/{}", id.to_lowercase(), comment.to_lowercase())
        }
        ["r", name] => format!("reddit.com/r/{}", name.to_lowercase()),
        _ => return None,
    })
}

fn x(page: &Page) -> Option<String> {
    match page.segments()[..] {
        [_, "status" | "statuses", id, ..] | ["i", "web", "status", id, ..] if is_number(id) => {
            Some(format!("x.com/i/status/{id}"))
        }
        [name] => Some(format!("x.com/{}", name.to_lowercase())),
        _ => None,
    }
}

fn stack(page: &Page) -> Option<String> {
    let host = &page.host;
    match page.segments()[..] {
        ["questions" | "q", id] | ["questions" | "q", id, _] if is_number(id) => Some(format!("{host}/questions/{id}")),
        ["questions", id, _, answer] if is_number(id) => Some(format!("{host}/a/{answer}")),
        ["a", answer] | ["a", answer, _] if is_number(answer) => Some(format!("{host}/a/{answer}")),
        _ => None,
    }
}

fn medium(page: &Page) -> Option<String> {
    let last = page.path.last()?;
    match page.segments()[..] {
        ["p", id] => Some(format!("medium.com/p/{id}")),
        _ if ends_with_mediums_id(last) => mediums_id(last).map(|id| format!("medium.com/p/{id}")),
        _ => None,
    }
}

fn wiki(page: &Page) -> Option<String> {
    let is_old = page.query.iter().any(|(name, _)| name != "title" && name != "useskin");
    let title = match page.segments()[..] {
        ["wiki", ..] if !is_old && page.parameter("title").is_none() => page.path.get(1..)?.join("/"),
        // `/w/index.php`, whose last segment is not compared.
        ["w"] if !is_old => page.parameter("title")?.to_owned(),
        _ => return None,
    };
    let title = percent_decoded(&title).replace(' ', "_");
    let mut letters = title.chars();
    let first: String = letters.next()?.to_uppercase().collect();
    Some(format!("{}/wiki/{first}{}", page.host, letters.as_str()))
}

fn amazon(page: &Page) -> Option<String> {
    let segments = page.segments();
    let number =
        segments.windows(2).find_map(|pair| matches!(pair[0], "dp" | "product" | "ASIN").then_some(pair[1]))?;
    (number.len() == 10).then(|| format!("{}/dp/{}", page.host, number.to_uppercase()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
