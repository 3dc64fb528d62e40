//! Decides what letters and web pages show about a link, so that both show the same.

use crate::model::{Image, Link, LinkKind, Word, Words};

/// The width, in pixels, of the letter.
pub(super) const WIDTH: u32 = 600;
/// The width, in pixels, of the letter's text.
pub(super) const MEASURE: u32 = 552;

/// The place of a link's picture.
pub(super) enum Placement {
    /// Above the title, in the full width of the text.
    Above,
    /// Small, beside the text.
    Beside,
}

impl Placement {
    /// Returns the place of `image`: above if it is wide and large enough, otherwise, or if its size is unknown, beside.
    pub(super) fn of(image: &Image) -> Self {
        match image.size {
            Some((width, height)) if width >= MEASURE && 2 * width >= 3 * height => Self::Above,
            _ => Self::Beside,
        }
    }
}

/// The no-break space.
pub(super) const NO_BREAK: &str = "\u{a0}";

/// Returns what a letter says about `link` below its title: kind and source, or its own facts, then author and length.
pub fn meta(link: &Link, words: &Words) -> Vec<String> {
    let facts = facts(link, words).into_iter().map(str::to_owned);
    facts.chain(link.author.clone()).chain(length(link, words)).collect()
}

/// Returns who paid for `link`: its author, or else its source.
pub fn sponsor(link: &Link) -> Option<&str> {
    link.author.as_deref().or(link.source.as_deref())
}

/// Returns the tags of `link`: `#compilers #types`.
pub fn tags(link: &Link) -> Option<String> {
    let tags: Vec<_> = link.tags.iter().map(|tag| format!("#{}", tag.replace(' ', NO_BREAK))).collect();
    (!tags.is_empty()).then(|| tags.join(" "))
}

/// Returns the reading time of `link`: `9 min`.
pub fn length(link: &Link, words: &Words) -> Option<String> {
    let minutes = link.reading_time?.to_string();
    let length = link.kind.map_or(Word::Read, LinkKind::length);
    Some(words.filled(length, &[("minutes", &minutes)]))
}

/// Returns the facts above the title of `link`: its own, or its kind and source as far as it has them.
pub fn facts<'a>(link: &'a Link, words: &'a Words) -> Vec<&'a str> {
    kind(link, words).into_iter().chain(names_above(link)).collect()
}

/// Returns the kind of `link` in the newsletter's language; facts of its own take the place of its kind.
pub(super) fn kind<'a>(link: &Link, words: &'a Words) -> Option<&'a str> {
    link.kind.filter(|_| link.facts.is_empty()).map(|kind| words.of(kind.word()))
}

/// Returns what is shown above the title of `link` beside its kind: its own facts, or its source.
pub(super) fn names_above(link: &Link) -> impl Iterator<Item = &str> {
    let source = link.source.as_deref().filter(|_| link.facts.is_empty());
    link.facts.iter().map(String::as_str).chain(source)
}

/// Returns what is shown behind the title of `link` in a compact list: source, author and tags. A `common_source` stands
/// above the list.
pub(super) fn names_behind(link: &Link, common_source: Option<&str>) -> Vec<String> {
    let source = link.source.clone().filter(|source| common_source != Some(source.as_str()));
    [source, link.author.clone(), tags(link)].into_iter().flatten().collect()
}

/// Returns the source that all links of a list have. Three links or more do not repeat it.
pub(super) fn common_source(links: &[Link]) -> Option<&str> {
    let source = links.first()?.source.as_deref();
    source.filter(|_| links.len() > 2 && links.iter().all(|link| link.source.as_deref() == source))
}

/// Returns the text in place of a picture. A link needs a name: for a picture that is decoration it is the title.
pub(super) fn picture_alt(link: &Link, image: &Image) -> String {
    if image.alt.is_empty() { link.plain_title() } else { image.alt.clone() }
}

/// Returns the `rel` that search engines require of a paid link.
pub(super) fn relation(link: &Link) -> Option<&'static str> {
    link.sponsored.then_some("sponsored")
}
