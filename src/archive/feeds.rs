//! Writes the feeds: Atom (RFC 4287) and JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), with the full content of
//! each issue.

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, WriteConfig};
use chrono::{NaiveDate, NaiveTime};
use maud::html;
use serde::Serialize;

use crate::model::{Issue, Publication};
use crate::templates::web::issue::{content, description};
use crate::templates::web::surface::Surface;

/// Returns the Atom feed of `issues`, newest first.
///
/// Errors if the XML cannot be written.
pub(super) fn atom(publication: &Publication, issues: &[&Issue]) -> anyhow::Result<Vec<u8>> {
    let feed = Feed {
        title: publication.name.as_str().into(),
        subtitle: non_empty(&publication.description).map(Text::plain),
        id: publication.site.clone(),
        // A feed needs a date (RFC 4287 4.1.1); one without entries has changed as long ago as there are dates.
        updated: issues.first().map_or_else(|| midnight(NaiveDate::default()), |issue| published(issue)),
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
    let date = published(issue);
    Entry {
        title: issue.title.as_str().into(),
        id: id(publication, issue),
        updated: date,
        published: Some(date),
        links: vec![link("alternate", "text/html", page(publication, issue))],
        summary: non_empty(&description(issue)).map(Text::plain),
        content: content_html(publication, issue).map(|html| Content {
            value: Some(html),
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

/// Returns the JSON feed of `issues`, newest first.
///
/// Errors if the JSON cannot be written.
pub(super) fn json(publication: &Publication, issues: &[&Issue]) -> anyhow::Result<Vec<u8>> {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &publication.name,
        home_page_url: &publication.site,
        feed_url: publication.page("feed.json"),
        description: non_empty(&publication.description),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(flatten)]
    content: JsonContent<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
}

/// The content of an item, which must have one of the two.
#[derive(Serialize)]
enum JsonContent<'a> {
    #[serde(rename = "content_html")]
    Html(String),
    /// For an issue without content.
    #[serde(rename = "content_text")]
    Title(&'a str),
}

impl<'a> JsonItem<'a> {
    fn of(publication: &Publication, issue: &'a Issue) -> Self {
        Self {
            id: id(publication, issue),
            url: page(publication, issue),
            title: &issue.title,
            summary: non_empty(&description(issue)),
            content: content_html(publication, issue).map_or(JsonContent::Title(&issue.title), JsonContent::Html),
            image: issue.own_images().next().map(|image| image.url.as_str()),
            date_published: published(issue).to_rfc3339(),
        }
    }
}

/// Returns the content of an issue with its language and direction, which feed readers do not take from the feed. An issue
/// of a title alone has none.
fn content_html(publication: &Publication, issue: &Issue) -> Option<String> {
    let content = content(issue, publication, Surface::Feed);
    let direction = publication.direction.attribute();
    let html = html! { div lang=(publication.language) dir=(direction) { (content) } };
    (!content.0.is_empty()).then(|| html.into_string())
}

/// Returns the identity of an issue in feeds. A new title, slug or date does not change it.
fn id(publication: &Publication, issue: &Issue) -> String {
    publication.page(&format!("#issue-{}", issue.number))
}

fn page(publication: &Publication, issue: &Issue) -> String {
    publication.page(&format!("{}/", issue.path()))
}

/// Returns nothing for an empty text: readers show an empty element as an empty line, and validators warn of it.
fn non_empty(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn author(publication: &Publication) -> &str {
    publication.from.name.as_deref().unwrap_or(&publication.name)
}

/// Returns the moment of publication: the start of the day in UTC if the author gave no time.
fn published(issue: &Issue) -> FixedDateTime {
    issue.time.unwrap_or_else(|| midnight(issue.date))
}

fn midnight(date: NaiveDate) -> FixedDateTime {
    date.and_time(NaiveTime::MIN).and_utc().fixed_offset()
}
