//! Builds headings, each one level below the heading that it stands under.

use maud::{Markup, html};

use crate::model::{Direction, Heading, Inline};
use crate::templates::direction::{attribute, of_text, of_words, with_whole_names};
use crate::templates::prose::inlines;

/// The level of a heading: the title of the issue is `h1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Two,
    Three,
    Four,
}

impl Level {
    /// The level of a section's title.
    pub(super) const SECTION: Self = Self::Two;

    /// Returns the level of what stands under a title of this level, or in its place if there is no `title`.
    pub(super) fn below(self, title: Option<&Heading>) -> Self {
        match (title, self) {
            (None, level) => level,
            (Some(_), Self::Two) => Self::Three,
            (Some(_), Self::Three | Self::Four) => Self::Four,
        }
    }

    /// Returns `content` as a heading of this level.
    pub(super) fn heading(self, content: &Markup) -> Markup {
        html! {
            @match self {
                Self::Two => { h2 { (content) } }
                Self::Three => { h3 { (content) } }
                Self::Four => { h4 { (content) } }
            }
        }
    }
}

/// Returns the title of a section or part in text that reads in the direction `outer`.
pub(super) fn heading(level: Level, heading: &Heading, outer: Direction) -> Markup {
    let words = words(&heading.text, outer);
    level.heading(&html! {
        @match &heading.url {
            Some(url) => { a href=(url) { (words) } }
            None => { (words) }
        }
    })
}

/// Returns the words of a title, which has no slots. If they read in another direction than `outer`, they do so on the
/// side of the line where the text below begins.
pub(super) fn words(title: &[Inline], outer: Direction) -> Markup {
    let direction = of_words(title, outer);
    let words = inlines(title, direction, &|_| String::new());
    match attribute(direction, outer) {
        Some(dir) => html! { bdi dir=(dir) { (words) } },
        None => words,
    }
}

/// Returns a title without markup, as [`words`] does.
pub(super) fn plain_words(title: &str, outer: Direction) -> Markup {
    html! {
        @match attribute(of_text(title, outer), outer) {
            Some(dir) => { bdi dir=(dir) { (title) } }
            None => { (with_whole_names(title, outer)) }
        }
    }
}
