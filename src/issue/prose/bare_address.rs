//! Finds web and mail addresses that stand in a text without markup.

use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use crate::model::EmailAddress;
use crate::public_suffix;

/// An address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BareAddress {
    /// Its place.
    pub(super) place: Range<usize>,
    /// The URL it leads to, not yet checked.
    pub(super) url: String,
    /// How certain its end is.
    pub(super) end: AddressEnd,
}

/// How certain the end of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressEnd {
    Certain,
    /// Letters of a script without spaces follow it.
    Guessed,
    /// Its path ends in an ellipsis, as programs shorten addresses for display.
    Shortened,
}

/// The longest local part of a mail address, in bytes (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

/// The most bytes of an address that are looked at; no longer URL is accepted.
const LONGEST: usize = 4000;

/// Returns the http and https URLs, the names of hosts that begin with `www.`, and the mail addresses in `text`, in
/// order. Punctuation at the end, and a closing parenthesis without an opening one, are not part of an address.
pub(super) fn find(text: &str) -> Vec<BareAddress> {
    let mut found: Vec<BareAddress> = Vec::new();
    let mut from = 0;
    while let Some(hint) = text[from..].find([':', '.', '@']).map(|at| from + at) {
        let free_from = found.last().map_or(0, |last| last.place.end);
        let address = match text.as_bytes()[hint] {
            b':' => web(text, hint, free_from),
            b'.' => www(text, hint, free_from),
            _ => mail(text, hint, free_from),
        };
        from = address.as_ref().map_or(hint + 1, |address| address.place.end.max(hint + 1));
        found.extend(address);
    }
    found
}

/// Returns the URL whose scheme ends at the colon at `colon`.
fn web(text: &str, colon: usize, free_from: usize) -> Option<BareAddress> {
    let scheme = ["https", "http"].into_iter().find(|scheme| ends_with_word(&text[free_from..colon], scheme))?;
    let start = colon - scheme.len();
    let host_start = colon + "://".len();
    (text[colon..].starts_with("://") && may_start_after(&text[..start])).then_some(())?;
    let (end, certainty) = end(text, host_start)?;
    let host = text[host_start..end].split(['/', '?', '#', ':']).next()?;
    // Addresses of a developer's own machine are no links for readers.
    let top = host.rsplit_once('.')?.1;
    (!top.is_empty() && !host.starts_with('.') && top.chars().any(char::is_alphabetic)).then_some(())?;
    Some(BareAddress { place: start..end, url: text[start..end].to_owned(), end: certainty })
}

/// Returns the host name, with what follows it, whose `www` ends at the dot at `dot`.
fn www(text: &str, dot: usize, free_from: usize) -> Option<BareAddress> {
    ends_with_word(&text[free_from..dot], "www").then_some(())?;
    let start = dot - "www".len();
    may_start_after(&text[..start]).then_some(())?;
    let (end, certainty) = end(text, start)?;
    let host = text.get(dot + 1..end)?.split(['/', '?', '#', ':']).next()?;
    (is_public_domain(host) || has_comma_for_dot(host)).then_some(())?;
    Some(BareAddress { place: start..end, url: format!("https://{}", &text[start..end]), end: certainty })
}

/// Returns the mail address whose sign is at `at`.
fn mail(text: &str, at: usize, free_from: usize) -> Option<BareAddress> {
    let is_local = |character: char| character.is_ascii_alphanumeric() || ".-_+%".contains(character);
    let before = &text[text.floor_char_boundary(free_from.max(at.saturating_sub(LONGEST_LOCAL_PART)))..at];
    let local = &before[before.len() - before.chars().rev().take_while(|character| is_local(*character)).count()..];
    let local = local.trim_start_matches(['.', '-', '_', '+', '%']);
    let start = at - local.len();
    // `@name@example.social` and `a/b@example.org` are no mail addresses.
    let previous = text[..start].chars().next_back();
    (!local.is_empty() && !local.ends_with('.') && !previous.is_some_and(|previous| "@/\\=".contains(previous)))
        .then_some(())?;
    let rest = &text[at + 1..];
    let domain =
        rest.split(|character: char| !(character.is_ascii_alphanumeric() || ".-".contains(character))).next()?;
    let domain = domain.trim_end_matches(['.', '-']);
    is_public_domain(domain).then_some(())?;
    let behind = &rest[domain.len()..];
    // `git@github.com:owner/name`, `user@example.org/resource`, `a@b@c`
    let is_other = behind.starts_with(['/', '@'])
        || behind.strip_prefix(':').is_some_and(|path| {
            path.starts_with(|character: char| character.is_ascii_alphanumeric() || character == '/')
        });
    let address = &text[start..at + 1 + domain.len()];
    (!is_other && EmailAddress::parse(address).is_ok()).then_some(())?;
    let scheme = if text[free_from..start].ends_with("mailto:") { "mailto:".len() } else { 0 };
    Some(BareAddress {
        place: start - scheme..start + address.len(),
        url: format!("mailto:{address}"),
        end: AddressEnd::Certain,
    })
}

/// Whether `text` ends with `word` in upper or lower case.
fn ends_with_word(text: &str, word: &str) -> bool {
    text.len()
        .checked_sub(word.len())
        .and_then(|start| text.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// Whether an address may start behind `text`: not inside a word or a longer address.
fn may_start_after(text: &str) -> bool {
    let last = text.chars().next_back();
    !last.is_some_and(|last| last.is_ascii_alphanumeric() || "/\\.-@=&%+#?".contains(last) || is_joined(last))
}

/// Whether `last` is a letter of a script with spaces, and so of the same word.
fn is_joined(last: char) -> bool {
    last.is_alphanumeric() && !is_unspaced(last)
}

/// Whether `domain` has a public suffix that exists: `example.org`, and not `2x.png`.
fn is_public_domain(domain: &str) -> bool {
    let lower = domain.to_lowercase();
    let is_name = |character: char| character.is_alphanumeric() || character == '-' || character == '.';
    !lower.starts_with(['.', '-'])
        && !lower.contains("..")
        && lower.chars().all(is_name)
        && public_suffix::registered(&lower).is_some()
        && public_suffix::is_known(&lower)
}

/// Whether a comma stands for a dot in `host`: `exam,ple.org`, and not two hosts, `example.org,example.net`.
fn has_comma_for_dot(host: &str) -> bool {
    host.split_once(',').is_some_and(|(first, _)| !is_public_domain(first)) && is_public_domain(&host.replace(',', "."))
}

/// Returns the end of the address that goes on at `start`.
fn end(text: &str, start: usize) -> Option<(usize, AddressEnd)> {
    let mut open = 0_usize;
    let mut stop = None;
    let text = &text[..text.floor_char_boundary(start + LONGEST)];
    for (at, character) in text[start..].char_indices() {
        match character {
            '(' => open += 1,
            ')' if open == 0 => stop = Some((at, character)),
            ')' => open -= 1,
            _ if is_end(character) || is_unspaced(character) => stop = Some((at, character)),
            _ => {}
        }
        if stop.is_some() {
            break;
        }
    }
    let length = stop.map_or(text.len() - start, |(at, _)| at);
    let written = &text[start..start + length];
    let is_around = |character| match character {
        '_' => has_opening_underscore(&text[..start]),
        _ => ".,:;!?'\"*~(".contains(character),
    };
    let trimmed = written.trim_end_matches(is_around);
    let is_whole = trimmed.len() == written.len();
    let has_path = trimmed.contains('/') && trimmed.ends_with(char::is_alphanumeric);
    let certainty = match stop {
        Some((_, '…')) if is_whole && has_path => AddressEnd::Shortened,
        Some((_, character)) if is_whole && is_unspaced(character) => AddressEnd::Guessed,
        _ if has_path && &written[trimmed.len()..] == "..." => AddressEnd::Shortened,
        _ => AddressEnd::Certain,
    };
    (!trimmed.is_empty()).then_some((start + trimmed.len(), certainty))
}

/// Whether emphasis may begin in `text`, whose end the underscore behind an address could be.
fn has_opening_underscore(text: &str) -> bool {
    let near = &text[text.ceil_char_boundary(text.len().saturating_sub(LONGEST))..];
    near.match_indices('_').any(|(at, _)| {
        let is_in_word = near[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        !is_in_word && !near[at + 1..].starts_with(char::is_whitespace)
    })
}

/// Whether `character` is in no address: white space, what RFC 3986 excludes, and punctuation outside ASCII.
fn is_end(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || "<>\"{}|\\^`[]".contains(character)
        || matches!(character, '«' | '»' | '¡' | '¿' | '،' | '؛' | '؟' | '۔' | '।' | '॥' | '\u{2010}'..='\u{205E}' | '\u{3000}'..='\u{3003}'
            | '\u{3008}'..='\u{3020}' | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE6B}' | '\u{FF00}'..='\u{FF0F}'
            | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}' | '・')
}

/// Whether `character` is a letter of a script that writes words without spaces, or Hangul, whose particles follow a
/// word without a space.
fn is_unspaced(character: char) -> bool {
    let is_wide = character > '\u{2E7F}' && character < '\u{1F000}' || character >= '\u{20000}';
    (is_wide && character.is_alphanumeric() && character.width() == Some(2))
        || matches!(character, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{FF66}'..='\u{FF9F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, String, bool)> {
        let addresses = find(text);
        addresses.into_iter().map(|one| (&text[one.place], one.url, one.end == AddressEnd::Guessed)).collect()
    }

    #[test]
    fn an_address_shortened_for_display_is_told_from_the_end_of_a_sentence() {
        for (text, end) in [
            ("https://example.org/a-long…", AddressEnd::Shortened),
            ("https://example.org/a-long...", AddressEnd::Shortened),
            ("www.example.org/a-long… and", AddressEnd::Shortened),
            ("https://example.org…", AddressEnd::Certain),
            ("https://example.org/a …", AddressEnd::Certain),
            ("https://example.org/a.", AddressEnd::Certain),
            ("https://example.org/…", AddressEnd::Certain),
        ] {
            assert_eq!(find(text)[0].end, end, "{text}");
        }
    }

    #[test]
    fn a_comma_for_a_dot_in_a_host_is_found() {
        assert_eq!(found("www.exam,ple.org").len(), 1);
        for text in ["www.,example.org", "www.example.org,www.example.net", "www.one,two"] {
            assert!(find(text).iter().all(|one| !one.url.contains(',')), "{text}");
        }
    }

    #[test]
    fn an_address_ends_before_punctuation_around_it() {
        for (text, address) in [
            ("See https://example.org/a_b_c*d*e.", "https://example.org/a_b_c*d*e"),
            ("(https://example.org/a)", "https://example.org/a"),
            ("(see https://en.wikipedia.org/wiki/Rust_(language))", "https://en.wikipedia.org/wiki/Rust_(language)"),
            ("https://example.org/?a=1&b=%20#c, and", "https://example.org/?a=1&b=%20#c"),
            ("**https://example.org/**", "https://example.org/"),
            ("_https://example.org/a_b_", "https://example.org/a_b"),
            ("https://example.org/_a_ b_", "https://example.org/_a_"),
            ("\"https://example.org\"?", "https://example.org"),
            ("“https://example.org/…”", "https://example.org/"),
            ("见https://example.org/a。然后", "https://example.org/a"),
            ("「https://example.org/a」を", "https://example.org/a"),
            ("HTTPS://Example.org/A", "HTTPS://Example.org/A"),
            ("https://ru.wikipedia.org/wiki/Привет!", "https://ru.wikipedia.org/wiki/Привет"),
            ("https://bücher.example/é", "https://bücher.example/é"),
            ("a:https://example.org", "https://example.org"),
            ("http://example.org:8080/a:b", "http://example.org:8080/a:b"),
            (
                "https://web.archive.org/web/2020/https://example.org/",
                "https://web.archive.org/web/2020/https://example.org/",
            ),
        ] {
            assert_eq!(found(text), [(address, address.to_owned(), false)], "{text}");
        }
    }

    #[test]
    fn an_address_that_runs_into_letters_ends_before_them() {
        for (text, address) in [
            ("https://example.org/をご覧ください", "https://example.org/"),
            ("https://example.org에서", "https://example.org"),
            ("ดูที่https://example.org/aนะ", "https://example.org/a"),
        ] {
            assert_eq!(found(text), [(address, address.to_owned(), true)], "{text}");
        }
        // What was trimmed shows where it ends.
        assert_eq!(
            found("**https://example.org/a**を"),
            [("https://example.org/a", "https://example.org/a".to_owned(), false)]
        );
    }

    #[test]
    fn hosts_with_www_and_mail_addresses_are_addresses() {
        for (text, address, url) in [
            ("at www.example.org/a_b.", "www.example.org/a_b", "https://www.example.org/a_b"),
            ("Www.Example.org", "Www.Example.org", "https://Www.Example.org"),
            ("(ada.b_c+d@mail.example.org)", "ada.b_c+d@mail.example.org", "mailto:ada.b_c+d@mail.example.org"),
            ("_ada@example.org_:", "ada@example.org", "mailto:ada@example.org"),
            ("ada@example.orgまで", "ada@example.org", "mailto:ada@example.org"),
            ("mailto:ada@example.org", "mailto:ada@example.org", "mailto:ada@example.org"),
        ] {
            assert_eq!(found(text), [(address, url.to_owned(), false)], "{text}");
        }
    }

    #[test]
    fn innocent_text_has_no_addresses() {
        for text in [
            "e.g. this, i.e. that, node.js, Next.js, ASP.NET, main.rs, 3.5.1, 10:30, 1.000,50 and so on...",
            "@name, @ada@mastodon.social, a@b, foo@, @, icon@2x.png, pkg@1.2.3, actions/checkout@v4, x @ y",
            "http, https:, https://, http://localhost:3000/a, https://127.0.0.1/, https://example, www, www., www.x",
            "git@github.com:owner/name.git, user@example.org/resource, std::fmt, a://b.c, ftp://example.org",
            "xhttps://example.org /www.example.org awww.example.org",
            "golang.org/x/crypto example.org",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn several_addresses_are_found_in_order() {
        let text = "https://example.org/?q=ada@example.org www.example.org,ada@example.org http://example.org";
        let places: Vec<_> = found(text).into_iter().map(|(address, ..)| address).collect();
        assert_eq!(places, ["https://example.org/?q=ada@example.org", "ada@example.org", "http://example.org"]);
    }
}
