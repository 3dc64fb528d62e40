//! A `[[section.link]]` table to a [`Link`].

use url::Url;

use super::LinkPlaces;
use super::parse::{belongs_to_the_issue, plain_line, prose};
use crate::load::picture::{self, Measure};
use crate::load::suggestion::{did_you_mean, list, quote};
use crate::load::table::Table;
use crate::load::toml_file::Fault;
use crate::load::web_address;
use crate::model::{Image, Kind, Link, Publication};

/// The longest reading time taken, in minutes: a day.
const LONGEST_READ: u32 = 24 * 60;

/// Reads a link; what is wrong with it is reported on `table`.
pub(super) fn read(table: &Table<'_>, publication: &Publication, measure: Measure<'_>) -> Option<(Link, LinkPlaces)> {
    table.require(&[("url", "url = \"https://…\""), ("title", "title = \"…\"")]);
    let url = table.parsed("url", web_address::web);
    let title = plain_line(table, "title");
    let kind = table.parsed("kind", kind).unwrap_or(Kind::Article);
    let author = plain_line(table, "author").map(|text| text.value);
    let source = plain_line(table, "source").map(|text| text.value);
    let reading_time = table.integer("reading_time", 1..=LONGEST_READ);
    let tags = table.list("tags", |tag| Ok(tag.to_owned())).unwrap_or_default();
    let sponsored = table.boolean("sponsored").unwrap_or(false);
    let image = image(table, publication, measure);
    let blurb = prose(table, "description");
    table.finish(belongs_to_the_issue);
    let (url, title) = (url?, title?);
    let places = LinkPlaces {
        header: table.span(),
        url: table.value_span("url").unwrap_or_default(),
        title: title.span,
        image: table.value_span("image"),
        alt: table.value_span("alt"),
        description: table.value_span("description"),
    };
    let source = source.unwrap_or_else(|| web_address::site_name(&url));
    let title = title.value;
    Some((Link { url: url.into(), title, kind, author, source, reading_time, tags, sponsored, image, blurb }, places))
}

fn kind(word: &str) -> Result<Kind, Fault> {
    let kinds = || Kind::ALL.iter().map(|(word, _)| *word);
    Kind::ALL.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or_else(|| {
        let help = did_you_mean(word, kinds()).unwrap_or_else(|| format!("there are {}", list(kinds())));
        Fault::new(format!("{} is not a kind of link", quote(word))).help(help)
    })
}

fn image(table: &Table<'_>, publication: &Publication, measure: Measure<'_>) -> Option<Image> {
    let path = table.line("image");
    let alt = table.line_or_empty("alt");
    let Some(path) = path else {
        if let Some(alt) = alt.filter(|_| !table.has("image")) {
            table.warn(
                alt.span,
                Fault::new("`alt` without an `image`").help("delete it, or add the `image` it describes"),
            );
        }
        return None;
    };
    if !table.has("alt") {
        let fault = Fault::new("`image` has no `alt`");
        table.error(
            path.span.clone(),
            fault.help("describe the picture: `alt = \"…\"`, or `alt = \"\"` if it is decoration"),
        );
    }
    let alt = alt.map(|text| text.value).unwrap_or_default();
    if path.value.contains("://") {
        let url = web_address::secure(&path.value).map_err(|fault| table.error(path.span.clone(), fault)).ok()?;
        return Some(Image { url: url.into(), file: None, alt, size: None });
    }
    let name = picture::name(&path.value).map_err(|fault| table.error(path.span.clone(), fault)).ok()?;
    let size =
        measure(name).map_err(|error| table.error(path.span.clone(), picture::fault(&path.value, &error))).ok()?;
    Some(Image { url: below(&publication.images, name), file: Some(name.to_owned()), alt, size: Some(size) })
}

/// The URL of `name` in the folder `base`.
fn below(base: &str, name: &str) -> String {
    match Url::parse(base) {
        Ok(mut url) => {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.pop_if_empty().extend(name.split('/'));
            }
            url.into()
        }
        Err(_) => format!("{base}{name}"),
    }
}
