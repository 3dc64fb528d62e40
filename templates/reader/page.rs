//! Builds the frame of a page for readers.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::model::{Colour, Publication};
use crate::templates::colour::{LEGIBLE, LEGIBLE_DARK, flag_colours, hex, legible};
use crate::templates::footer::writer;
use crate::templates::heading::plain_words;
use crate::templates::korean::is_korean;

/// The style sheet, without the colours of a newsletter.
pub const CSS: &str = include_str!("../reader.css");

/// What all pages share.
#[derive(Debug, Clone, Copy)]
pub struct ReaderSite<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// The path of the pages: `/`, or `/letter/` below another site.
    pub base: &'a str,
}

/// The grounds of [`CSS`], light and dark.
const GROUNDS: [Colour; 2] =
    [Colour { red: 255, green: 255, blue: 255 }, Colour { red: 0x15, green: 0x17, blue: 0x1b }];
const INK: Colour = Colour { red: 0x1c, green: 0x1f, blue: 0x24 };

/// Returns the style sheet in the newsletter's colours and faces.
pub fn style_sheet(publication: &Publication) -> String {
    let theme = publication.theme;
    let flag = flag_colours(theme.flag, INK);
    let [day, night] = [(GROUNDS[0], LEGIBLE), (GROUNDS[1], LEGIBLE_DARK)]
        .map(|(ground, wanted)| hex(legible(theme.accent, &[ground], wanted)));
    let (plate, words, deep) = (hex(flag.plate), hex(flag.words), hex(flag.deep));
    let title = theme.pairing.name();
    format!(
        "{CSS}:root {{ --accent: {day}; --accent-dark: {night}; --flag: {plate}; --flag-words: {words}; --deep: {deep}; \
         --title: var(--{title}); }}\n"
    )
}

/// Returns the page called `title` with `content`.
pub fn page(site: ReaderSite<'_>, title: &str, content: &Markup) -> Markup {
    let publication = site.publication;
    html! {
        (DOCTYPE)
        html lang=(publication.language) dir=(publication.direction.attribute()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · " (publication.name) }
                link rel="stylesheet" href={ (site.base) "style.css" };
            }
            body.korean[is_korean(&content.0)] {
                header { a.flag href=(publication.site) { bdi { (publication.name) } } }
                main {
                    h1 { (plain_words(title, publication.direction)) }
                    (content)
                }
                footer {
                    @if let Some(writer) = writer(publication) { p { bdi { (writer) } } }
                    p { bdi { (publication.postal_address) } }
                }
            }
        }
        (PreEscaped("\n"))
    }
}

/// Returns a page of one sentence.
pub fn error(site: ReaderSite<'_>, title: &str) -> Markup {
    page(site, title, &html! {})
}

#[cfg(test)]
mod tests {
    use super::CSS;
    use crate::templates::mail::letter;

    #[test]
    fn letters_and_reader_pages_share_their_colours_and_faces() {
        let root = |css: &'static str| css.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).unwrap().0;
        assert_eq!(root(CSS), root(letter::CSS));
    }
}
