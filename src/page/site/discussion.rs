//! Hacker News and Lobsters: a thread is about a story, which is what is to be linked.

use url::Url;

use crate::page::charset;
use crate::page::markup::Markup;

/// Whether `url` is a thread.
pub fn is_thread(url: &Url) -> bool {
    match url.host_str() {
        Some("news.ycombinator.com") => url.path() == "/item",
        Some("lobste.rs") => url.path().starts_with("/s/"),
        _ => false,
    }
}

/// Returns the address of the story of the thread `bytes`, which came from `url`; none for a question to the site itself.
pub fn story(bytes: &[u8], url: &Url) -> Option<Url> {
    let markup = Markup::parse(&charset::decode(bytes, Some("text/html; charset=utf-8")));
    let has_class = |index: usize, class: &str| {
        markup.elements[index].attribute("class").is_some_and(|own| own.split_whitespace().any(|one| one == class))
    };
    let mut links = markup.named(&["a"]).filter(|(index, _)| {
        has_class(*index, "u-url") || markup.ancestors(*index).any(|outer| has_class(outer, "titleline"))
    });
    let story = url.join(links.next()?.1.attribute("href")?).ok()?;
    let is_elsewhere = story.host_str() != url.host_str() && matches!(story.scheme(), "http" | "https");
    is_elsewhere.then_some(story)
}
