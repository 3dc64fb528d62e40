//! The feeds: Atom (RFC 4287) and JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), with the whole content of each
//! issue.

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, WriteConfig};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

use crate::model::{Issue, Publication};
use crate::templates::web_issue::{content, description};
use crate::templates::web_link::Surface;

/// The Atom feed of `issues`, newest first.
///
/// Errors when the XML cannot be written.
pub(super) fn atom(publication: &Publication, issues: &[&Issue]) -> anyhow::Result<Vec<u8>> {
    let feed = Feed {
        title: publication.name.as_str().into(),
        subtitle: Some(publication.description.as_str().into()),
        id: publication.site.clone(),
        // A feed needs a date (RFC 4287 4.1.1); one without entries has changed as long ago as there are dates.
        updated: midnight(issues.first().map_or(NaiveDate::default(), |issue| issue.date)),
        authors: vec![Person { name: author(publication).to_owned(), ..Person::default() }],
        links: vec![
            link("alternate", "text/html", publication.site.clone()),
            link("self", "application/atom+xml", publication.page("feed.atom")),
        ],
        lang: Some(publication.language.clone()),
        generator: Some(Generator { value: "newsletter".to_owned(), ..Generator::default() }),
        entries: issues.iter().map(|issue| entry(publication, issue)).collect(),
        ..Feed::default()
    };
    let config = WriteConfig { write_document_declaration: true, indent_size: Some(1) };
    let mut xml = feed.write_with_config(Vec::new(), config)?;
    xml.push(b'\n');
    Ok(xml)
}

fn entry(publication: &Publication, issue: &Issue) -> Entry {
    let date = midnight(issue.date);
    Entry {
        title: issue.title.as_str().into(),
        id: id(publication, issue),
        updated: date,
        published: Some(date),
        links: vec![link("alternate", "text/html", page(publication, issue))],
        summary: Some(Text::plain(description(issue))),
        content: Some(Content {
            value: Some(content(issue, &publication.words, Surface::Feed).into_string()),
            content_type: Some("html".to_owned()),
            base: Some(page(publication, issue)),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

fn link(rel: &str, mime_type: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), mime_type: Some(mime_type.to_owned()), href, ..Link::default() }
}

/// The JSON feed of `issues`, newest first.
///
/// Errors when the JSON cannot be written.
pub(super) fn json(publication: &Publication, issues: &[&Issue]) -> anyhow::Result<Vec<u8>> {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &publication.name,
        home_page_url: &publication.site,
        feed_url: publication.page("feed.json"),
        description: &publication.description,
        language: &publication.language,
        authors: [JsonAuthor { name: author(publication) }],
        items: issues.iter().map(|issue| JsonItem::of(publication, issue)).collect(),
    };
    let mut json = serde_json::to_vec_pretty(&feed)?;
    json.push(b'\n');
    Ok(json)
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    description: &'a str,
    language: &'a str,
    authors: [JsonAuthor<'a>; 1],
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    url: String,
    title: &'a str,
    summary: String,
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
}

impl<'a> JsonItem<'a> {
    fn of(publication: &Publication, issue: &'a Issue) -> Self {
        Self {
            id: id(publication, issue),
            url: page(publication, issue),
            title: &issue.title,
            summary: description(issue),
            content_html: content(issue, &publication.words, Surface::Feed).into_string(),
            image: issue.links().find_map(|link| Some(link.image.as_ref()?.url.as_str())),
            date_published: midnight(issue.date).to_rfc3339(),
        }
    }
}

/// What readers of feeds know an issue by. Neither a new title nor a new slug nor a new date makes it another.
fn id(publication: &Publication, issue: &Issue) -> String {
    publication.page(&format!("#issue-{}", issue.number))
}

fn page(publication: &Publication, issue: &Issue) -> String {
    publication.page(&format!("{}/", issue.path()))
}

fn author(publication: &Publication) -> &str {
    publication.from.name.as_deref().unwrap_or(&publication.name)
}

/// The start of the day, UTC: an issue has a date and no time.
fn midnight(date: NaiveDate) -> FixedDateTime {
    date.and_time(NaiveTime::MIN).and_utc().fixed_offset()
}
