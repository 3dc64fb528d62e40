//! Compares domains by owner, and recognizes domains reserved for documentation.

use crate::diagnostic::suggestion::closest;
use crate::page::address::registered_domain;
use crate::public_suffix;

/// Returns whether two hosts belong to one owner. Capitals do not matter.
pub(super) fn same_organization(one: &str, other: &str) -> bool {
    registered_domain(&one.to_ascii_lowercase()) == registered_domain(&other.to_ascii_lowercase())
}

/// Endings that most links have, for suggestions.
const USUAL: [&str; 14] =
    ["com", "org", "net", "io", "dev", "info", "edu", "gov", "app", "blog", "co", "me", "ai", "tech"];

/// Endings of names in a network of one's own; `link-ip` is about those.
const PRIVATE: [&str; 5] = ["local", "internal", "lan", "home", "arpa"];

/// Returns the last part of `host` if no domain ends with it, and the one that may have been meant.
pub(super) fn unknown_top_level(host: &str) -> Option<(&str, Option<&'static str>)> {
    let ending = host.trim_end_matches('.').rsplit('.').next()?;
    let is_known = public_suffix::is_known(host);
    let is_name = !ending.is_empty() && !ending.starts_with("xn--") && !PRIVATE.contains(&ending) && ending != "onion";
    (!is_known && is_name).then(|| (ending, closest(ending, USUAL)))
}

/// Domains reserved for documents and tests (RFC 2606, RFC 6761).
const RESERVED: [&str; 6] = ["example.com", "example.net", "example.org", "example", "invalid", "test"];

/// Returns whether `host` is reserved for documents (RFC 2606, RFC 6761).
pub(super) fn is_example(host: &str) -> bool {
    RESERVED.iter().any(|domain| is_within(host, domain))
}

/// Returns whether `host` can have neither mail nor pages: it is reserved for documents or means this machine (RFC 2606,
/// RFC 6761).
pub fn is_reserved(host: &str) -> bool {
    is_example(host) || is_within(host, "localhost")
}

/// Returns whether `host` is `domain` or a name below it. Capitals do not matter.
fn is_within(host: &str, domain: &str) -> bool {
    let host = host.trim_end_matches('.').as_bytes();
    let Some(split) = host.len().checked_sub(domain.len()) else { return false };
    let (before, end) = host.split_at(split);
    end.eq_ignore_ascii_case(domain.as_bytes()) && (before.is_empty() || before.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_is_the_registered_part_of_a_host() {
        let cases = [
            ("www.example.org", "example.org"),
            ("example.org", "example.org"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("github.io", "github.io"),
            ("a.b.someone.github.io", "someone.github.io"),
            ("blog.example.com.br", "example.com.br"),
            ("shop.example.kobe.jp", "shop.example.kobe.jp"),
            ("www.city.kobe.jp", "city.kobe.jp"),
            ("localhost", "localhost"),
            ("", ""),
        ];
        for (host, owner) in cases {
            assert_eq!(registered_domain(host), owner, "{host}");
        }
        assert!(same_organization("News.Example.org", "example.org"));
        assert!(!same_organization("one.github.io", "two.github.io"));
        assert!(is_example("a.example.com") && is_example("shop.example") && !is_example("examples.com"));
    }

    #[test]
    fn reserved_names_are_recognized_in_every_spelling() {
        let reserved = [
            "example.com",
            "EXAMPLE.NET",
            "example.org.",
            "mail.lists.example.org",
            "shop.example",
            "Example",
            "a.test",
            "a.b.invalid",
            "localhost",
            "www.localhost.",
        ];
        for host in reserved {
            assert!(is_reserved(host), "{host}");
        }
        for host in ["examples.com", "example.co.uk", "my-example.org", "test.org", "localhost.dev", "example.de", ""] {
            assert!(!is_reserved(host), "{host}");
        }
    }
}
