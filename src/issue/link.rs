//! Reads a `[[section.link]]` table into a [`Link`].

use super::key_hints::hint_for_key_in_link;
use super::loaded::LinkPlaces;
use super::picture_source::PictureSource;
use super::text_values::{allowed_rules, plain_line, prose};
use super::{title, web_address};
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{did_you_mean, list, quote};
use crate::model::{Image, Link, LinkKind};
use crate::toml::Table;

/// The longest reading time taken, in minutes: a day.
const LONGEST_READ: u32 = 24 * 60;

/// Reads a link; what is wrong with it is reported on `table`.
pub(super) fn read(table: &Table<'_>, pictures: PictureSource<'_>) -> Option<(Link, LinkPlaces)> {
    let url = table.parsed("url", web_address::http_url);
    let title = title::of_link(table);
    let kind = table.parsed("kind", kind);
    let facts = table.list("facts", |fact| Ok(fact.to_owned())).unwrap_or_default();
    let author = plain_line(table, "author").map(|text| text.value);
    let source = plain_line(table, "source").map(|text| text.value);
    let reading_time = table.integer("reading_time", 1..=LONGEST_READ);
    let tags = table.list("tags", |tag| Ok(tag.to_owned())).unwrap_or_default();
    let sponsored = table.boolean("sponsored").unwrap_or(false);
    let lead = table.boolean("lead").unwrap_or(false).then(|| table.value_span("lead").unwrap_or_default());
    let button = plain_line(table, "button");
    if sponsored && let Some(place) = &lead {
        table.error(place.clone(), Problem::new("a sponsored link cannot be the lead").help("delete `lead`"));
    }
    if !sponsored && let Some(button) = &button {
        let problem = Problem::new("`button` without `sponsored = true`");
        table.error(button.span.clone(), problem.help("delete it: the title of a link is what readers click"));
    }
    let image = image(table, pictures);
    let description = prose(table, "description", pictures);
    let allow = allowed_rules(table);
    // Words with links of their own need no other.
    if description.size().links == 0 {
        table.require(&[("url", "url = \"https://…\"")]);
    }
    table.require(&[("title", "title = \"…\"")]);
    table.reject_unknown(hint_for_key_in_link);
    if table.has("url") || description.size().links == 0 {
        url.as_ref()?;
    }
    let (title, title_place) = title?;
    let places = LinkPlaces {
        header: table.span(),
        extent: table.extent(),
        url: table.value_span("url").unwrap_or_else(|| title_place.clone()),
        title: title_place,
        image: table.value_span("image"),
        alt: table.value_span("alt"),
        lead,
        description: table.value_span("description"),
        allow,
    };
    let link = Link {
        source: source.or_else(|| url.as_ref().map(web_address::site_name)),
        url: url.map(String::from),
        title,
        kind,
        facts,
        author,
        reading_time,
        tags,
        sponsored,
        button: button.map(|text| text.value),
        image,
        description,
    };
    Some((link, places))
}

fn kind(word: &str) -> Result<LinkKind, Problem> {
    let kinds = || LinkKind::ALL.iter().map(|(word, _)| *word);
    LinkKind::ALL.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or_else(|| {
        let help = did_you_mean(word, kinds()).unwrap_or_else(|| format!("the kinds are {}", list(kinds())));
        Problem::new(format!("{} is not a kind of link", quote(word))).help(help)
    })
}

fn image(table: &Table<'_>, pictures: PictureSource<'_>) -> Option<Image> {
    let path = table.line("image");
    let alt = table.line_or_empty("alt");
    let Some(path) = path else {
        if let Some(alt) = alt.filter(|_| !table.has("image")) {
            table.warn(
                alt.span,
                Problem::new("`alt` without an `image`").help("delete it, or add the `image` it describes"),
            );
        }
        return None;
    };
    if !table.has("alt") {
        let problem = Problem::new("`image` has no `alt`");
        table.error(
            path.span.clone(),
            problem.help("describe the picture: `alt = \"…\"`, or `alt = \"\"` if it is decoration"),
        );
    }
    let alt = alt.map(|text| text.value).unwrap_or_default();
    pictures.image(&path.value, alt, None).map_err(|problem| table.error(path.span.clone(), problem)).ok()
}
