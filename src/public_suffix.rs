//! Looks host names in lower case up in the public suffix list (publicsuffix.org).

use psl::{Info, Psl};

/// Returns the part of `host` that its owner registered: `example.co.uk` for `blog.example.co.uk`; `None` for a public
/// suffix.
pub(crate) fn registered(host: &str) -> Option<&str> {
    let domain = List.domain(host.as_bytes())?.trim();
    std::str::from_utf8(domain.as_bytes()).ok()
}

/// Returns whether the list has an entry for the end of `host`: `example.org`, and not `2x.png`.
pub(crate) fn is_known(host: &str) -> bool {
    List.suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// The list. It is code, 0.6 MB of it, that is compiled for every kind of iterator it is asked with: here, for one.
struct List;

impl Psl for List {
    fn find<'a, T>(&self, mut labels: T) -> Info
    where
        T: Iterator<Item = &'a [u8]>,
    {
        find(&mut labels)
    }
}

#[inline(never)]
fn find(labels: &mut dyn Iterator<Item = &[u8]>) -> Info {
    psl::List.find(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_suffixes_are_told_apart() {
        let hosts = ["blog.example.co.uk", "example.org.", "co.uk", "someone.github.io", "a.example.nowhere", ""];
        let found = hosts.map(|host| (registered(host), is_known(host)));
        let expected = [
            (Some("example.co.uk"), true),
            (Some("example.org"), true),
            (None, true),
            (Some("someone.github.io"), true),
            (Some("example.nowhere"), false),
            (None, false),
        ];
        assert_eq!(found, expected);
    }
}
