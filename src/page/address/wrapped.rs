//! Takes addresses out of the addresses of redirectors and caches.

use url::Url;

/// Redirectors that name the page in a parameter: host, start of the path, parameters.
const REDIRECTORS: [(&str, &str, [&str; 2]); 11] = [
    ("www.google.com", "/url", ["q", "url"]),
    ("google.com", "/url", ["q", "url"]),
    ("l.facebook.com", "/l.php", ["u", "u"]),
    ("lm.facebook.com", "/l.php", ["u", "u"]),
    ("l.instagram.com", "/", ["u", "u"]),
    ("out.reddit.com", "/", ["url", "url"]),
    ("www.youtube.com", "/redirect", ["q", "q"]),
    ("t.umblr.com", "/redirect", ["z", "z"]),
    ("href.li", "/", ["", ""]),
    ("www.youtube.com", "/attribution_link", ["u", "u"]),
    ("slack-redir.net", "/link", ["url", "url"]),
];

/// Caches in each other: enough for what people paste.
const DEEPEST: usize = 3;

/// Returns the address inside `url`, or `url` if there is none.
pub(super) fn unwrapped(mut url: Url) -> Url {
    for _ in 0..DEEPEST {
        match inside(&url) {
            Some(inner) => url = inner,
            None => break,
        }
    }
    url
}

fn inside(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    if let Some((.., names)) = REDIRECTORS.iter().find(|(own, path, _)| *own == host && url.path().starts_with(path)) {
        let named = url.query_pairs().find(|(name, _)| names.contains(&name.as_ref())).map(|(_, value)| value);
        // `href.li` has the address behind the question mark.
        let named = named.or_else(|| url.query().filter(|_| host == "href.li").map(Into::into))?;
        return web(url.join(&named).ok()?);
    }
    let rest = if host == "www.google.com" || host == "google.com" {
        url.path().strip_prefix("/amp/")?
    } else if host.ends_with(".cdn.ampproject.org") {
        ["/c/", "/v/", "/a/"].iter().find_map(|kind| url.path().strip_prefix(kind))?
    } else {
        return None;
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let (scheme, rest) = rest.strip_prefix("s/").map_or(("http", rest), |rest| ("https", rest));
    web(Url::parse(&format!("{scheme}://{rest}{query}")).ok()?)
}

fn web(url: Url) -> Option<Url> {
    matches!(url.scheme(), "http" | "https").then_some(url)
}
