//! Makes an issue with everything that a letter can show, against which style sheets are checked.

use std::path::Path;
use std::sync::Arc;

use super::file::IssueFile;
use super::parse::parse_issue;
use crate::diagnostic::{Problems, SourceFile};
use crate::model::{
    Heading, Image, Inline, Issue, Item, Link, LinkKind, Part, Prose, Publication, Quote, Section, SectionStyle,
};

const SPECIMEN: &str = include_str!("specimen.toml");

/// Returns an issue of `publication` with everything that a letter and a web page can show.
///
/// Errors if the file it is made of cannot be read, which a test excludes.
pub fn specimen(publication: &Publication) -> Result<Issue, Problems> {
    let path = Path::new("issues/001-specimen.toml");
    let source = Arc::new(SourceFile::new("issues/001-specimen.toml", SPECIMEN.to_owned()));
    let Some(file) = IssueFile::at(path) else { return Err(Problems(Vec::new())) };
    let measure = |name: &str| Ok(if name == "wide.png" { (1200, 600) } else { (300, 300) });
    let mut issue = parse_issue(&source, &file, publication, "{title}", &measure)?.issue;
    let text = issue.outro.clone();
    issue.sections.extend(sections(&text));
    // Nothing is above the text of a first section without a title.
    let untitled = Part { heading: None, items: vec![Item::Prose(text)] };
    issue.sections.insert(0, Section { style: SectionStyle::Full, heading: None, parts: vec![untitled] });
    Ok(issue)
}

/// Returns issues with everything that comes once in a letter, or in its first section: a lead with a large picture, one
/// with a small picture, and first links that are larger than the others.
///
/// Errors as [`specimen`] does.
pub fn specimens_of_leads(publication: &Publication) -> Result<Vec<Issue>, Problems> {
    let issue = specimen(publication)?;
    let text = &issue.outro;
    let part = |heading, items: &[Item]| Part { heading, items: items.to_vec() };
    let plain = Item::Link(Box::new(link(text)));
    let bare = Item::Link(Box::new(Link { description: Prose::default(), ..link(text) }));
    let paid = Item::Link(Box::new(Link { sponsored: true, ..link(text) }));
    let leads = [1200, 300].map(|width| {
        let lead = Item::Link(Box::new(Link { image: Some(picture(width)), ..link(text) }));
        let parts = vec![part(None, &[lead])];
        Issue { sections: vec![Section { style: SectionStyle::Lead, heading: None, parts }], ..issue.clone() }
    });
    let first_parts = [
        part(None, std::slice::from_ref(&plain)),
        part(Some(heading()), std::slice::from_ref(&bare)),
        part(None, &[paid, plain]),
    ];
    let firsts = first_parts.map(|part| Issue {
        sections: vec![Section { style: SectionStyle::Full, heading: Some(heading()), parts: vec![part] }],
        ..issue.clone()
    });
    Ok(leads.into_iter().chain(firsts).collect())
}

fn picture(width: u32) -> Image {
    Image {
        url: "https://example.org/picture.png".to_owned(),
        file: None,
        alt: "A picture".to_owned(),
        size: Some((width, 300)),
    }
}

/// Returns sections with lists, quotations, links without an address and parts.
fn sections(text: &Prose) -> Vec<Section> {
    let [wide, small] = [1200, 300].map(|width| {
        let image = Some(picture(width));
        Item::Link(Box::new(Link { url: None, facts: vec!["Berlin".to_owned()], image, ..link(text) }))
    });
    let quote = |url: Option<&str>| {
        let by = Some("Mina Berg".to_owned());
        Item::Quote(Quote { text: text.clone(), by, url: url.map(str::to_owned) })
    };
    let list = Item::List(vec![link(text), Link { description: Prose::default(), ..link(text) }]);
    // Three of one source, which then stands above them.
    let of_one_source = Item::List(vec![link(text); 3]);
    let button = Some("Try it".to_owned());
    let sponsored = Item::Link(Box::new(Link { sponsored: true, button, ..link(text) }));
    let plain = Item::Link(Box::new(link(text)));
    let items = [
        Item::Prose(text.clone()),
        list,
        plain,
        sponsored,
        wide,
        small,
        quote(Some("https://example.org/said")),
        quote(None),
    ];
    let part = |heading, items: &[Item]| Part { heading, items: items.to_vec() };
    let linked = Heading { url: Some("https://example.org/part".to_owned()), ..heading() };
    // What is first in a section or part may look different, and so may what follows something else.
    let first = items.iter().flat_map(|item| {
        let item = std::slice::from_ref(item);
        [None, Some(heading())].into_iter().flat_map(move |title| {
            [SectionStyle::Full, SectionStyle::Brief].map(|style| Section {
                style,
                heading: Some(heading()),
                parts: vec![part(title.clone(), item)],
            })
        })
    });
    let pairs = items.iter().flat_map(|one| items.iter().flat_map(move |other| [one.clone(), other.clone()]));
    let pairs: Vec<Item> = pairs.collect();
    let headings = [None, Some(heading()), Some(linked.clone())];
    let parts: Vec<Part> = headings.into_iter().map(|heading| part(heading, &items)).collect();
    let style = SectionStyle::Full;
    let titled = Section { style, heading: Some(linked), parts: parts.clone() };
    let untitled = Section { style, heading: None, parts };
    let dense =
        Section { style, heading: Some(heading()), parts: vec![part(None, &pairs), part(None, &[of_one_source])] };
    first.chain([titled, untitled, dense]).collect()
}

fn heading() -> Heading {
    Heading { text: words(), url: None }
}

fn words() -> Vec<Inline> {
    vec![Inline::Text("Words and ".to_owned()), Inline::Code("code".to_owned())]
}

fn link(text: &Prose) -> Link {
    Link {
        url: Some("https://example.org/listed".to_owned()),
        title: words(),
        kind: Some(LinkKind::Video),
        facts: Vec::new(),
        author: Some("Mina Berg".to_owned()),
        source: Some("example.org".to_owned()),
        reading_time: Some(4),
        tags: vec!["one".to_owned()],
        sponsored: false,
        button: None,
        image: None,
        description: text.clone(),
    }
}
