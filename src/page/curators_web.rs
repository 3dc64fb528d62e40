//! Reads pages in the shapes of a curator's web: `tests/fixtures/page/curators-web.txt` has each with what is right.

use url::Url;

use super::facts;
use crate::model::LinkKind;

const PAGES: &str = include_str!("../../tests/fixtures/page/curators-web.txt");

#[test]
fn pages_of_a_curators_web_are_read_as_a_person_would() {
    let mut wrong = Vec::new();
    let pages: Vec<&str> = PAGES.split("\n=== ").skip(1).collect();
    for page in &pages {
        let (head, html) = page.split_once("\n---\n").unwrap();
        let (url, expected) = head.split_once('\n').unwrap();
        let url = Url::parse(url).unwrap();
        let facts = super::site::github::adapt(facts(html.as_bytes(), Some("text/html; charset=utf-8"), &url), &url);
        let mut found = Vec::new();
        if facts.wall.is_some() {
            found.push("wall".to_owned());
        }
        found.extend(facts.title.map(|title| format!("title: {}", title.value)));
        found.extend(facts.author.map(|author| format!("author: {}", author.value)));
        let name = |kind| LinkKind::ALL.iter().find(|(_, own)| *own == kind).map_or("", |(name, _)| *name);
        found.extend(facts.kind.map(|kind| format!("kind: {}", name(kind.value))));
        found.extend(facts.reading_time.map(|minutes| format!("minutes: {}", minutes.value)));
        let found = found.join("\n");
        if found != expected {
            wrong.push(format!("{url}\n--- expected\n{expected}\n--- found\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} pages:\n\n{}", wrong.len(), pages.len(), wrong.join("\n\n"));
    assert_eq!(pages.len(), 60);
}
