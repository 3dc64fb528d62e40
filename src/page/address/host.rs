//! Brings a host name into the form that is compared.

use crate::public_suffix;

/// First labels under which sites repeat their pages for small screens.
const SMALL_SCREEN: [&str; 3] = ["m", "mobile", "amp"];

/// Hosts that are other names of a site.
const OTHER_NAMES: [(&str, &str); 13] = [
    ("bbc.co.uk", "bbc.com"),
    ("fxtwitter.com", "x.com"),
    ("i.reddit.com", "reddit.com"),
    ("new.reddit.com", "reddit.com"),
    ("np.reddit.com", "reddit.com"),
    ("old.reddit.com", "reddit.com"),
    ("sh.reddit.com", "reddit.com"),
    ("twitter.com", "x.com"),
    ("vxtwitter.com", "x.com"),
    ("youtube-nocookie.com", "youtube.com"),
    ("music.youtube.com", "youtube.com"),
    ("npmjs.org", "npmjs.com"),
    ("pypi.python.org", "pypi.org"),
];

/// Returns the part of `host` that its owner registered: `example.co.uk` for `blog.example.co.uk`. A public suffix is
/// returned as it is.
pub fn registered_domain(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    public_suffix::registered(host).unwrap_or(host)
}

/// Returns `host` in lower case, without a final dot, without `www.` and without the label of a site's version for small
/// screens, under the name that is compared.
pub(super) fn compared(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let host = without_label(&host, &["www"]);
    let host = without_label(host, &SMALL_SCREEN);
    // Wikipedia has the label behind the language.
    let host = match host.split_once(".m.") {
        Some((language, site)) if site.starts_with("wiki") => format!("{language}.{site}"),
        _ => host.to_owned(),
    };
    OTHER_NAMES.iter().find(|(other, _)| *other == host).map_or(host, |(_, name)| (*name).to_owned())
}

/// Returns `host` without its first label, if that is one of `labels` and somebody registered the rest: `m.me` and
/// `www.com` are names of their own.
fn without_label<'h>(host: &'h str, labels: &[&str]) -> &'h str {
    match host.split_once('.') {
        Some((label, rest)) if labels.contains(&label) && public_suffix::registered(rest).is_some() => rest,
        _ => host,
    }
}
