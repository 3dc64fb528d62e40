//! Compares spellings of addresses that are the same page, and addresses that only look alike.

use url::Url;

use super::{normalize, without_tracking};

/// Spellings of one page in each line.
const SAME: &str = include_str!("../../../tests/fixtures/page/same-page.txt");

/// Addresses of different pages in each line.
const DIFFERENT: &str = include_str!("../../../tests/fixtures/page/different-pages.txt");

fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect())
}

#[test]
fn spellings_of_one_page_are_one() {
    let wrong: Vec<_> = lines(SAME)
        .flat_map(|spellings| {
            let key = normalize(spellings[0]);
            let differ = |one: &&str| normalize(one) != key;
            spellings[1..].iter().copied().filter(differ).map(|one| (key.clone(), normalize(one))).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn pages_that_look_alike_are_several() {
    let wrong: Vec<_> = lines(DIFFERENT)
        .flat_map(|pages| {
            let keys: Vec<_> = pages.iter().map(|page| normalize(page)).collect();
            let twice = |at: &usize| keys[..*at].contains(&keys[*at]);
            (0..pages.len()).filter(twice).map(|at| pages[at].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_key_of_an_address_is_its_own_key() {
    for address in lines(SAME).chain(lines(DIFFERENT)).flatten() {
        let key = format!("https://{}", normalize(address));
        if Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            assert_eq!(format!("https://{}", normalize(&key)), key, "{address}");
        }
    }
}

#[test]
fn text_that_is_not_an_address_is_its_own_key() {
    for (text, key) in [(" a page ", "a page"), ("", ""), ("mailto:ada@example.org", "mailto:ada@example.org")] {
        assert_eq!(normalize(text), key);
    }
}

#[test]
fn only_parameters_that_track_clicks_are_cut() {
    let cases = [
        ("https://example.org/a?utm_source=x&b=1%20+2&UTM_medium=y#part", Some("https://example.org/a?b=1%20+2#part")),
        ("https://example.org/?fbclid=1", Some("https://example.org/")),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=10", Some("https://youtu.be/dQw4w9WgXcQ?t=10")),
        ("https://example.org/?si=abc&s=1&feature=2&source=3", None),
        ("https://x.com/ada/status/1?s=20", Some("https://x.com/ada/status/1")),
        ("https://ada.medium.com/a-1a2b3c4d5e6f?source=rss", Some("https://ada.medium.com/a-1a2b3c4d5e6f")),
        ("https://example.org/a?b&&c=", None),
        ("https://example.org/a", None),
    ];
    for (written, clean) in cases {
        let url = Url::parse(written).unwrap();
        assert_eq!(without_tracking(&url).map(String::from).as_deref(), clean, "{written}");
    }
}
