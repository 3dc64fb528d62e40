//! Finds the authors of a page.

use super::facts::{Fact, Origin};
use super::json_ld::JsonLd;
use super::markup::{Element, Markup};
use super::meta::Meta;
use super::site_names::SiteNames;
use super::text::{printable, without_references};

/// Words that content management systems write in place of a name, in lower case.
const REFUSED: [&str; 34] = [
    "admin",
    "administrator",
    "anonymous",
    "author",
    "autor",
    "autoren",
    "by",
    "contributor",
    "contributors",
    "dpa",
    "editor",
    "editorial team",
    "editors",
    "gast",
    "guest",
    "guest author",
    "newsroom",
    "none",
    "null",
    "press release",
    "presse",
    "publisher",
    "redaktion",
    "redaktionsteam",
    "root",
    "staff",
    "staff writer",
    "super user",
    "superuser",
    "team",
    "unknown",
    "user",
    "webmaster",
    "wordpress",
];

/// The longest list of authors, in characters.
const LONGEST: usize = 60;

/// The most authors that are named; the others are `et al.`.
const MOST_AUTHORS: usize = 3;

/// Finds the authors.
pub(super) fn find(markup: &Markup, meta: &Meta, json_ld: &JsonLd, sites: &SiteNames) -> Option<Fact<String>> {
    let cited: Vec<String> = meta.all("citation_author").chain(meta.all("citation_authors")).map(turned).collect();
    if let Some(names) = joined(&cited, sites) {
        return Some(Fact::new(names, Origin::Citation));
    }
    let mut of_pages = json_ld.pages().filter_map(|page| page.get("author").or_else(|| page.get("creator")));
    if let Some(names) = of_pages.find_map(|value| joined(&json_ld.persons(value), sites)) {
        return Some(Fact::new(names, Origin::JsonLd));
    }
    let names = [
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "dc.contributor",
        "byl",
        "sailthru.author",
        "article.author",
        "og:article:author",
    ];
    for name in names {
        let values: Vec<String> = meta.all(name).map(without_by).collect();
        if let Some(names) = joined(&values, sites) {
            return Some(Fact::new(names, Origin::Meta));
        }
    }
    byline(markup, sites).map(|name| Fact::new(name, Origin::Markup))
}

/// Returns the names in `names` that are names, joined.
fn joined(names: &[String], sites: &SiteNames) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| is_name(name, sites)) {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    let all = kept.join(", ");
    match kept.len() {
        0 => None,
        _ if all.chars().count() <= LONGEST => Some(all),
        1 => None,
        _ => {
            let first = kept[..MOST_AUTHORS.min(kept.len() - 1)].join(", ");
            Some(if first.chars().count() <= LONGEST {
                format!("{first} et al.")
            } else {
                format!("{} et al.", kept[0])
            })
        }
    }
}

/// Returns whether `name` can be the name of a person.
fn is_name(name: &str, sites: &SiteNames) -> bool {
    let lower = name.to_lowercase();
    let words = name.split_whitespace().count();
    let letters = name.chars().filter(|character| character.is_alphabetic()).count();
    letters >= 2
        && name.chars().count() <= LONGEST * 2
        && words <= 12
        && !name.contains(['@', '<', '{', '}', '=', '|', '_'])
        && !lower.contains("http")
        && !lower.contains("www.")
        && !name.chars().any(|character| character.is_ascii_digit())
        && !REFUSED.contains(&lower.as_str())
        && !REFUSED
            .iter()
            .any(|refused| lower.strip_prefix(refused).is_some_and(|rest| rest.starts_with(' ') && refused.len() > 6))
        && !sites.is_stated(name)
        && ![".de", ".com"].iter().any(|ending| lower.ends_with(ending))
        && !lower.contains("redaktion")
}

/// Turns `Lovelace, Ada` into `Ada Lovelace`.
fn turned(name: &str) -> String {
    match name.split_once(", ") {
        Some((last, first)) if !first.contains(',') && !last.contains(' ') => format!("{first} {last}"),
        _ => name.to_owned(),
    }
}

/// Returns a name without the word before it: `By Ada`, `Von Ada`.
fn without_by(name: &str) -> String {
    let words = [
        "by:",
        "by",
        "von:",
        "von",
        "par",
        "por",
        "autor:",
        "author:",
        "posted by",
        "written by",
        "text:",
        "door",
        "av",
        "di",
    ];
    let lower = name.to_lowercase();
    let word = words.iter().filter(|word| lower.starts_with(&format!("{word} "))).max_by_key(|word| word.len());
    // A `von` before one word is a part of the name.
    let rest = word.and_then(|word| name.get(word.len()..)).map(str::trim);
    rest.unwrap_or(name).to_owned()
}

/// The most names that the markup of one article gives; more are those of a list of articles, or of comments.
const MOST_NAMED: usize = 6;

/// Returns the author whom the markup of the text names.
fn byline(markup: &Markup, sites: &SiteNames) -> Option<String> {
    let has_class = |element: &Element, wanted: &[&str]| {
        let classes = element.attribute("class").unwrap_or_default().to_ascii_lowercase();
        classes.split_whitespace().any(|class| wanted.contains(&class))
    };
    let by_rel = |element: &Element| {
        element.attribute("rel").is_some_and(|rel| rel.split_whitespace().any(|one| one == "author"))
    };
    let by_property = |element: &Element| element.attribute("itemprop").is_some_and(|property| property == "author");
    let by_class = |element: &Element| {
        has_class(
            element,
            &[
                "author",
                "author-name",
                "byline",
                "byline-name",
                "entry-author",
                "post-author",
                "p-author",
                "article-author",
                "author__name",
                "fn",
                "article__author",
                "byline__name",
                "author-link",
                "autor",
                "post__author",
                "c-byline",
                "meta-author",
            ],
        )
    };
    let by_part_of_class = |element: &Element| {
        let classes = element.attribute("class").unwrap_or_default().to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| classes.contains(word));
        has(&["author", "byline", "autor"])
            && !has(&["avatar", "bio", "image", "img", "social", "date", "comment", "box", "list"])
    };
    let tests: [&dyn Fn(&Element) -> bool; 4] = [&by_rel, &by_property, &by_class, &by_part_of_class];
    for test in tests {
        let mut found: Vec<String> = Vec::new();
        for (index, element) in markup.elements.iter().enumerate() {
            if !test(element) || element.is(&["link", "meta", "input", "body", "html"]) || is_aside(markup, index) {
                continue;
            }
            let text = without_by(&printable(&without_references(&markup.text(index))));
            let text = text.split([',', '|', '•', '·', '/']).next().unwrap_or_default().trim().to_owned();
            let is_one = text.split_whitespace().count() <= 4 && joined(std::slice::from_ref(&text), sites).is_some();
            if is_one && !found.contains(&text) {
                found.push(text);
            }
        }
        match found.len() {
            0 => {}
            1..=MOST_NAMED => return joined(&found[..1], sites),
            _ => return None,
        }
    }
    None
}

/// Returns whether an element is in the comments or another part that is not the text.
fn is_aside(markup: &Markup, index: usize) -> bool {
    markup.ancestors(index).any(|outer| {
        let outer = &markup.elements[outer];
        let named = |key| {
            outer.attribute(key).is_some_and(|value: &str| {
                let value = value.to_ascii_lowercase();
                ["comment", "sidebar", "related", "recommend", "widget"].iter().any(|word| value.contains(word))
            })
        };
        outer.is(&["aside", "nav", "footer"]) || (!outer.is(&["body", "html"]) && (named("class") || named("id")))
    })
}
