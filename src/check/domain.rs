//! Domains and who they belong to.

/// Second levels under which countries give out names, so that three labels name an owner. The public suffix list has
/// them all, and changes every week; these are the ones newsletters and their links meet.
const SHARED: [&str; 12] = ["co", "com", "org", "net", "ac", "edu", "gov", "ne", "or", "go", "gob", "nom"];

/// Sites under which everybody has a name of their own.
const HOSTS: [&str; 14] = [
    "github.io",
    "gitlab.io",
    "blogspot.com",
    "wordpress.com",
    "substack.com",
    "netlify.app",
    "vercel.app",
    "pages.dev",
    "web.app",
    "herokuapp.com",
    "azurewebsites.net",
    "readthedocs.io",
    "tumblr.com",
    "bearblog.dev",
];

/// The part of `host` its owner registered: `blog.example.co.uk` is of `example.co.uk`.
pub(super) fn organisation(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    let labels: Vec<(usize, &str)> =
        host.split('.').scan(0, |at, label| Some((std::mem::replace(at, *at + label.len() + 1), label))).collect();
    let last_two = labels.len().saturating_sub(2);
    let from = match labels.as_slice() {
        [.., (_, second), (_, first)] if first.len() == 2 && SHARED.contains(second) => labels.len().saturating_sub(3),
        [.., (at, _), _] if HOSTS.contains(&&host[*at..]) => labels.len().saturating_sub(3),
        _ => last_two,
    };
    labels.get(from).map_or(host, |(at, _)| &host[*at..])
}

/// Whether two hosts belong to one owner, capitals aside.
pub(super) fn same_organisation(one: &str, other: &str) -> bool {
    organisation(&one.to_ascii_lowercase()) == organisation(&other.to_ascii_lowercase())
}

/// Whether `host` is one of the names kept free for documents (RFC 2606, RFC 6761).
pub(super) fn is_example(host: &str) -> bool {
    let owner = organisation(host);
    matches!(owner, "example.com" | "example.net" | "example.org")
        || ["example", "invalid", "test"].contains(&host.rsplit('.').next().unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_belongs_to_who_registered_its_name() {
        let cases = [
            ("www.example.org", "example.org"),
            ("example.org", "example.org"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("github.io", "github.io"),
            ("localhost", "localhost"),
            ("", ""),
        ];
        for (host, owner) in cases {
            assert_eq!(organisation(host), owner, "{host}");
        }
        assert!(same_organisation("News.Example.org", "example.org"));
        assert!(!same_organisation("one.github.io", "two.github.io"));
        assert!(is_example("a.example.com") && is_example("shop.example") && !is_example("examples.com"));
    }
}
