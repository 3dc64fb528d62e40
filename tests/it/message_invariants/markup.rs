//! Invariants of the HTML part.

use std::collections::BTreeSet;

use super::message::{Token, attribute};
use super::{Damage, Invariant, Specimen, ensure};

pub(super) const INVARIANTS: &[Invariant] = &[
    Invariant { former_rule: "html-doctype", check: doctype, damage: &[Damage::Html("<!DOCTYPE html>", "")] },
    Invariant {
        former_rule: "html-wellformed",
        check: wellformed,
        damage: &[
            Damage::Html("</h1>", "</h2>"),
            Damage::Html("</body>", "<p></body>"),
            Damage::Html("<tbody>", "<tbody>text"),
        ],
    },
    Invariant { former_rule: "html-head", check: charset, damage: &[Damage::Html("<meta charset=\"utf-8\">", "")] },
    Invariant {
        former_rule: "html-head-meta",
        check: viewport,
        damage: &[
            Damage::Html("name=\"viewport\"", "name=\"view\""),
            Damage::Html("name=\"color-scheme\"", "name=\"colour\""),
        ],
    },
    Invariant {
        former_rule: "html-comment-form",
        check: comments,
        damage: &[
            Damage::Html("<!--[if mso]>", "<![if !mso]>"),
            Damage::Html("<![endif]-->", "-->"),
            Damage::Html("<!--[if mso]>", "<!--[if mso ]>"),
        ],
    },
    Invariant {
        former_rule: "html-dup-id",
        check: no_fragments,
        damage: &[
            Damage::Html("<h2 ", "<h2 id=\"a\" "),
            Damage::Html("href=\"https://authzed.com/docs\"", "href=\"#tools\""),
        ],
    },
    Invariant {
        former_rule: "html-semantic-only",
        check: known_elements,
        damage: &[
            Damage::Html("<h1 ", "<header></header><h1 "),
            Damage::Html("<h1 ", "<script></script><h1 "),
            Damage::Html("<h1 ", "<h1 onclick=\"x()\" "),
        ],
    },
    Invariant {
        former_rule: "a11y-lang",
        check: language,
        damage: &[
            Damage::Html("<html lang=\"en\"", "<html"),
            Damage::Html("retry\" lang=\"en\"", "retry\""),
            Damage::Html("lang=\"en\"", "lang=\"english\""),
        ],
    },
    Invariant { former_rule: "a11y-dir", check: direction, damage: &[Damage::Html(" dir=\"ltr\"", "")] },
    Invariant {
        former_rule: "a11y-title",
        check: title,
        damage: &[Damage::Html("<title>Distributed Kettles #42: What survives a retry</title>", "<title> </title>")],
    },
    Invariant {
        former_rule: "a11y-table-role",
        check: tables,
        damage: &[Damage::Html(" role=\"presentation\"", ""), Damage::Html("<tbody>", "<tbody><tr><th></th></tr>")],
    },
    Invariant {
        former_rule: "a11y-img-alt",
        check: alternative_texts,
        damage: &[
            Damage::Html(" alt=\"Two transactions cross\"", ""),
            Damage::Html(" alt=\"Two transactions cross\"", " alt=\" \""),
        ],
    },
    Invariant {
        former_rule: "a11y-headings",
        check: headings,
        damage: &[Damage::Html("h2", "h4"), Damage::Html(">What survives a retry</h1>", "> </h1>")],
    },
    Invariant { former_rule: "a11y-heading-one", check: one_first_heading, damage: &[Damage::Html("h2", "h1")] },
    Invariant {
        former_rule: "a11y-vml",
        check: no_drawings,
        damage: &[Damage::Html("<h1 ", "<!--[if mso]><v:rect href=\"x\"></v:rect><![endif]--><h1 ")],
    },
    Invariant {
        former_rule: "link-scheme",
        check: schemes,
        damage: &[
            Damage::Html("href=\"https://authzed.com/docs\"", "href=\"javascript:alert(1)\""),
            Damage::Html("href=\"https://authzed.com/docs\"", "href=\"/docs\""),
            Damage::Html("href=\"https://authzed.com/docs\"", "href=\"https://ada:secret@authzed.com/\""),
        ],
    },
    Invariant {
        former_rule: "link-web-version",
        check: web_version,
        damage: &[Damage::Html("href=\"https://kettles.example.org/42-retry/\"", "href=\"https://x.example/\"")],
    },
    Invariant {
        former_rule: "img-dims",
        check: picture_sizes,
        damage: &[
            Damage::Html(" width=\"96\"", ""),
            Damage::Html(" width=\"96\"", " width=\"100%\""),
            Damage::Html(" width=\"96\"", " width=\"700\""),
            Damage::Html(" width=\"96\"", " width=\"552\" height=\"276\""),
            Damage::Html("img/skew.png", "img/skew.png?reader=1"),
        ],
    },
];

/// Elements without content (WHATWG HTML, "void elements"), those a letter uses.
const VOID: [&str; 4] = ["br", "hr", "img", "meta"];

/// Every element that a letter uses.
const ELEMENTS: [&str; 29] = [
    "a",
    "bdi",
    "blockquote",
    "body",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "head",
    "html",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "style",
    "table",
    "tbody",
    "td",
    "title",
    "tr",
    "ul",
    "br",
    "hr",
    "img",
    "meta",
];

fn doctype(specimen: &Specimen<'_>) -> Result<(), String> {
    let html = &specimen.message.html;
    ensure(html.starts_with("<!DOCTYPE html>"), || html.chars().take(40).collect())
}

fn wellformed(specimen: &Specimen<'_>) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for token in &specimen.message.tokens {
        match token {
            Token::Start { name, .. } if !VOID.contains(&name.as_str()) => open.push(name),
            Token::Start { .. } | Token::Aside(_) => {}
            Token::End(name) => {
                let opened = open.pop();
                ensure(opened == Some(name), || format!("</{name}> closes {opened:?}"))?;
            }
            Token::Text(text) => {
                let around = open.last().copied().unwrap_or("nothing");
                let is_misplaced = ["nothing", "html", "table", "tbody", "tr"].contains(&around);
                ensure(!is_misplaced || text.trim().is_empty(), || format!("{text:?} in {around}"))?;
            }
        }
    }
    ensure(open.is_empty(), || format!("{open:?} are never closed"))
}

fn charset(specimen: &Specimen<'_>) -> Result<(), String> {
    let mut metas = specimen.message.elements(&["meta"]);
    ensure(metas.any(|meta| attribute(meta, "charset") == Some("utf-8")), || "no charset".to_owned())
}

fn viewport(specimen: &Specimen<'_>) -> Result<(), String> {
    let names: BTreeSet<&str> =
        specimen.message.elements(&["meta"]).filter_map(|meta| attribute(meta, "name")).collect();
    ensure(names.contains("viewport") && names.contains("color-scheme"), || format!("{names:?}"))
}

fn comments(specimen: &Specimen<'_>) -> Result<(), String> {
    for token in &specimen.message.tokens {
        let Token::Aside(aside) = token else { continue };
        let is_conditional = aside.starts_with("<!--[if mso]>")
            && aside.ends_with("<![endif]-->")
            && aside.matches("[endif]").count() == 1
            && aside.matches("[if").count() == 1;
        ensure(is_conditional || aside == "<!DOCTYPE html>", || aside.clone())?;
    }
    Ok(())
}

fn no_fragments(specimen: &Specimen<'_>) -> Result<(), String> {
    let attributes = |token: &Token| match token {
        Token::Start { attributes, .. } => attributes.clone(),
        _ => Vec::new(),
    };
    let all: Vec<(String, String)> = specimen.message.tokens.iter().flat_map(attributes).collect();
    let wrong = all.iter().find(|(name, value)| name == "id" || name == "href" && value.starts_with('#'));
    wrong.map_or(Ok(()), |wrong| Err(format!("{wrong:?}")))
}

fn known_elements(specimen: &Specimen<'_>) -> Result<(), String> {
    for token in &specimen.message.tokens {
        let Token::Start { name, attributes } = token else { continue };
        let script = attributes.iter().find(|(name, _)| name.starts_with("on"));
        ensure(ELEMENTS.contains(&name.as_str()) && script.is_none(), || format!("<{name}> {script:?}"))?;
    }
    Ok(())
}

/// Returns the first element of the body.
fn wrapper<'a>(specimen: &'a Specimen<'_>) -> Option<&'a [(String, String)]> {
    let body = specimen
        .message
        .tokens
        .iter()
        .skip_while(|token| !matches!(token, Token::Start { name, .. } if name == "body"));
    body.skip(1).find_map(|token| match token {
        Token::Start { attributes, .. } => Some(attributes.as_slice()),
        _ => None,
    })
}

fn language(specimen: &Specimen<'_>) -> Result<(), String> {
    let html = specimen.message.elements(&["html"]).next();
    let found = [html, wrapper(specimen)].map(|element| element.and_then(|element| attribute(element, "lang")));
    let primary = specimen.publication.language.split('-').next().unwrap_or_default();
    let is_language = (2..=3).contains(&primary.len());
    ensure(is_language && found == [Some(specimen.publication.language.as_str()); 2], || format!("{found:?}"))
}

fn direction(specimen: &Specimen<'_>) -> Result<(), String> {
    let found = wrapper(specimen).and_then(|element| attribute(element, "dir"));
    ensure(found == Some(specimen.publication.direction.attribute()), || format!("{found:?}"))
}

/// Returns the words of every element called `name`.
fn words_in(specimen: &Specimen<'_>, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    for token in &specimen.message.tokens {
        match token {
            Token::Start { name: own, .. } if own == name => inside = Some(String::new()),
            Token::End(own) if own == name => found.extend(inside.take()),
            Token::Text(text) => inside.iter_mut().for_each(|words| words.push_str(text)),
            _ => {}
        }
    }
    found
}

fn title(specimen: &Specimen<'_>) -> Result<(), String> {
    let titles = words_in(specimen, "title");
    ensure(matches!(titles.as_slice(), [title] if !title.trim().is_empty()), || format!("{titles:?}"))
}

fn tables(specimen: &Specimen<'_>) -> Result<(), String> {
    let mut tables = specimen.message.elements(&["table"]);
    let wrong =
        tables.find(|table| attribute(table, "role") != Some("presentation") || attribute(table, "summary").is_some());
    ensure(wrong.is_none(), || format!("{wrong:?}"))?;
    ensure(specimen.message.elements(&["th", "caption"]).count() == 0, || "a part of a data table".to_owned())
}

fn alternative_texts(specimen: &Specimen<'_>) -> Result<(), String> {
    let is_blank = |picture: &&[(String, String)]| {
        // The name of the newsletter is beside its logo, which is 40 pixels wide; the band is decoration.
        let is_band = attribute(picture, "src").is_some_and(|source| source.ends_with("-band.png"));
        let may_be_empty = is_band || attribute(picture, "width") == Some("40");
        attribute(picture, "alt").is_none_or(|alt| alt.trim().is_empty() && !(may_be_empty && alt.is_empty()))
    };
    let wrong = specimen.message.elements(&["img"]).find(is_blank);
    ensure(wrong.is_none(), || format!("{wrong:?}"))
}

fn headings(specimen: &Specimen<'_>) -> Result<(), String> {
    let mut last = 0;
    for token in &specimen.message.tokens {
        let Token::Start { name, .. } = token else { continue };
        let Some(level) = name.strip_prefix('h').and_then(|digit| digit.parse::<u8>().ok()) else { continue };
        ensure(level <= last + 1, || format!("<{name}> after level {last}"))?;
        last = level;
    }
    let empty =
        ["h1", "h2", "h3"].iter().find(|name| words_in(specimen, name).iter().any(|text| text.trim().is_empty()));
    ensure(empty.is_none(), || format!("an empty {empty:?}"))
}

fn one_first_heading(specimen: &Specimen<'_>) -> Result<(), String> {
    let count = specimen.message.elements(&["h1"]).count();
    ensure(count == 1, || format!("{count} headings of the first level"))
}

fn no_drawings(specimen: &Specimen<'_>) -> Result<(), String> {
    ensure(!specimen.message.html.contains("<v:"), || "a drawing for Outlook".to_owned())
}

fn schemes(specimen: &Specimen<'_>) -> Result<(), String> {
    for link in specimen.message.elements(&["a"]) {
        let href = attribute(link, "href").unwrap_or_default();
        let is_known = ["https://", "http://", "mailto:"].iter().any(|scheme| href.starts_with(scheme));
        let authority = href.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
        let is_clean = !href.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        ensure(is_known && is_clean && !authority.contains('@'), || href.to_owned())?;
    }
    Ok(())
}

fn web_version(specimen: &Specimen<'_>) -> Result<(), String> {
    let page = specimen.publication.page(&format!("{}/", specimen.issue.path()));
    let mut links = specimen.message.elements(&["a"]);
    ensure(links.any(|link| attribute(link, "href") == Some(page.as_str())), || format!("no link to {page}"))
}

/// Pictures have widths that Outlook understands, no heights that would stretch them, and the same address for every
/// reader.
fn picture_sizes(specimen: &Specimen<'_>) -> Result<(), String> {
    let sources = |message: &super::Message| -> Vec<String> {
        message.elements(&["img"]).map(|picture| attribute(picture, "src").unwrap_or_default().to_owned()).collect()
    };
    ensure(sources(specimen.message) == sources(specimen.other), || "pictures differ between readers".to_owned())?;
    for picture in specimen.message.elements(&["img"]) {
        let width = attribute(picture, "width").and_then(|value| value.parse::<u32>().ok());
        let is_sized = width.is_some_and(|width| width <= 600) && attribute(picture, "height").is_none();
        ensure(is_sized, || format!("{picture:?}"))?;
    }
    Ok(())
}
