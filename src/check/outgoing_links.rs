//! Collects the web addresses in an issue that readers follow or load.

use url::{Host, Url};

use super::domain::is_example;
use crate::model::{Block, Inline, Issue, Item, Prose};

/// An address in an issue that readers follow or load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingLink<'a> {
    /// The address as the issue writes it.
    pub written: &'a str,
    /// The page to request: the address without its fragment, which browsers do not send.
    pub page: Url,
}

/// Returns every web address in an issue, once and in order: its links, the links in prose, pictures of other sites.
/// Leaves out domains reserved for documentation, and the newsletter's own pages, which need not exist before the issue.
pub fn outgoing_links(issue: &Issue) -> Vec<OutgoingLink<'_>> {
    let mut written = Vec::new();
    prose(&issue.intro, &mut written);
    for section in &issue.sections {
        written.extend(section.heading.iter().filter_map(|heading| heading.url.as_deref()));
        for part in &section.parts {
            written.extend(part.heading.iter().filter_map(|heading| heading.url.as_deref()));
            part.items.iter().for_each(|item| self::item(item, &mut written));
        }
    }
    prose(&issue.outro, &mut written);
    let mut outgoing: Vec<OutgoingLink<'_>> = Vec::new();
    for written in written {
        let Some(page) = page(written) else { continue };
        if !outgoing.iter().any(|known| known.written == written) {
            outgoing.push(OutgoingLink { written, page });
        }
    }
    outgoing
}

fn item<'a>(item: &'a Item, written: &mut Vec<&'a str>) {
    match item {
        Item::Prose(text) => prose(text, written),
        Item::Quote(quote) => {
            prose(&quote.text, written);
            written.extend(quote.url.as_deref());
        }
        Item::Link(_) | Item::List(_) => {
            for link in item.links() {
                written.extend(link.url.as_deref());
                written.extend(link.image.iter().filter(|image| image.file.is_none()).map(|image| image.url.as_str()));
                prose(&link.description, written);
            }
        }
    }
}

fn page(written: &str) -> Option<Url> {
    let mut page = Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    page.set_fragment(None);
    let is_example = matches!(page.host(), Some(Host::Domain(host)) if is_example(host));
    (!is_example).then_some(page)
}

fn prose<'a>(prose: &'a Prose, written: &mut Vec<&'a str>) {
    blocks(&prose.0, written);
}

fn blocks<'a>(blocks: &'a [Block], written: &mut Vec<&'a str>) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => inlines(words, written),
            Block::List { items, .. } => items.iter().for_each(|item| self::blocks(item, written)),
            Block::Quote(inside) => self::blocks(inside, written),
            Block::Picture { image, caption } => {
                written.extend(image.file.is_none().then_some(image.url.as_str()));
                inlines(caption, written);
            }
            Block::Table(table) => {
                let cells = std::iter::once(&table.header).chain(&table.rows).flatten();
                cells.for_each(|cell| inlines(cell, written));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }
}

fn inlines<'a>(words: &'a [Inline], written: &mut Vec<&'a str>) {
    for inline in words {
        match inline {
            Inline::Emphasis(inside) | Inline::Strong(inside) | Inline::Strikethrough(inside) => {
                inlines(inside, written);
            }
            Inline::Link { url, .. } => written.push(url),
            Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => {}
        }
    }
}
