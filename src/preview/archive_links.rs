//! Finds the pages of an archive that one of its pages links to.

use crate::html::token::{Token, tokens, unescape};

/// The paths in the archive that the relative links of `html`, the page at `path`, lead to.
pub(super) fn local_links(html: &str, path: &str) -> Vec<String> {
    let links = tokens(html).filter_map(|token| {
        let Token::Start(tag) = token else { return None };
        let is_link = tag.name().eq_ignore_ascii_case("a");
        let mut attributes = tag.attributes();
        let (_, href) = attributes.find(|(name, _)| is_link && name.eq_ignore_ascii_case("href"))?;
        resolved(&unescape(href), path)
    });
    links.collect()
}

/// Whether a link leads out of the archive.
pub(super) fn is_external(href: &str) -> bool {
    let scheme = href.split(['/', '?', '#']).next().unwrap_or_default();
    href.starts_with("//") || scheme.contains(':')
}

/// Where the link `href` of the page at `path` leads to; `None` if that is no page of the archive.
fn resolved(href: &str, path: &str) -> Option<String> {
    let href = href.split(['?', '#']).next().filter(|href| !href.is_empty())?;
    if is_external(href) || href.starts_with('/') {
        return None;
    }
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    for part in href.split('/') {
        match part {
            "." => {}
            ".." => {
                folders.pop()?;
            }
            part => folders.push(part),
        }
    }
    let joined = folders.join("/");
    Some(if joined.is_empty() || joined.ends_with('/') { format!("{joined}index.html") } else { joined })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_within_the_archive() {
        let html = "<a href=\"../index.html\">a</a><a class=x href=\"../topics/clocks/?a&amp;b#c\">b</a><a href=#d>c</a>\
            <a href=\"https://example.org/\">d</a><a href=\"//example.org/\">e</a><a href=\"/root\">f</a>\
            <a href=\"../../out\">g</a><link href=\"../style.css\"><a href=\"mailto:a@b\">h</a><a href=\"page.html\">i</a>";
        assert_eq!(
            local_links(html, "42-slug/index.html"),
            ["index.html", "topics/clocks/index.html", "42-slug/page.html"]
        );
    }
}
