//! Lists the forms of HTML: tags, comments and entities.

use super::form::{Form, Judge, LeftoverKind, Match, TextForm};
use crate::diagnostic::Severity;
use Severity::{Error, Warning};

pub(super) const HTML_FORMS: &[Form] = &[
    Form { pattern: r"<!--[^\n]{0,300}?(-->|$)", kind: LeftoverKind::Tag, judge: Judge::Always(Error) },
    Form {
        pattern: r"<!(DOCTYPE|doctype|\[CDATA\[|\[endif|\[if)[^>\n]{0,200}>?",
        kind: LeftoverKind::Tag,
        judge: Judge::Always(Error),
    },
    Form {
        pattern: r"</?[A-Za-z][A-Za-z0-9]*(:[A-Za-z]+)?(\s[^<>]{0,500}|[/\\][^<>=]{0,200}=[^<>]{0,300})?/?>",
        kind: LeftoverKind::Tag,
        judge: Judge::Asked(tag),
    },
    // A tag that is never closed, or cut.
    Form {
        pattern: r#"<[A-Za-z][A-Za-z0-9]*\s+[A-Za-z-]+(\s*=\s*["']|=[A-Za-z])[^<>]{0,200}"#,
        kind: LeftoverKind::Tag,
        judge: Judge::Asked(tag),
    },
    Form {
        pattern: r"</?(td|tr|th|table|tbody|br|div|p|span|img|a|center|font)\b",
        kind: LeftoverKind::Tag,
        judge: Judge::Asked(cut_tag),
    },
    Form {
        pattern: r#"\b(style|class|href|src)\s?=\s?"[^"\n]{0,200}""#,
        kind: LeftoverKind::Tag,
        judge: Judge::Asked(attribute),
    },
    Form {
        pattern: r"&(#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z]{2,8}[0-9]{0,2});",
        kind: LeftoverKind::Entity,
        judge: Judge::Asked(entity),
    },
];

/// The elements of HTML that people paste or write about, and a few that are obsolete.
const ELEMENTS: &str = "a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption \
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed \
    fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header hgroup hr html i \
    iframe img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr \
    noscript object ol option output p picture pre progress q s samp script section select small source \
    span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time \
    title tr track tt u ul var video";

/// Elements that mark words or lines up, and that are seldom written about.
const FORMATTING: &str = "b big br center div em font hr i li nobr ol p small span strike strong sub sup u ul";

/// Returns whether one of `words`, separated by spaces, is `wanted`.
fn has_word(words: &str, wanted: &str) -> bool {
    words.split(' ').any(|word| word == wanted)
}

/// Returns the name of the element of a tag, in lower case.
pub(crate) fn tag_name(piece: &str) -> String {
    let name = piece.trim_start_matches(['<', '/']);
    let end = name.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

fn tag(one: &Match<'_>) -> Option<Severity> {
    let piece = one.piece();
    let name = tag_name(piece);
    // Outlook's `<o:p>` and `<v:roundrect>`.
    let is_office = piece.starts_with("<o:") || piece.starts_with("</o:") || piece.starts_with("<v:");
    let has_attribute = piece.contains('=');
    if !has_word(ELEMENTS, &name) {
        return if is_office { Some(Error) } else { has_attribute.then_some(Warning) };
    }
    // `Vec<Option<i>>`, `a<b>c`: a letter in front, and no end tag behind.
    let is_closing = piece.starts_with("</");
    let rest = &one.text[one.range.end..];
    let pair = format!("</{name}");
    let is_paired = is_closing || find_ignoring_case(rest, &pair);
    if one.before().is_some_and(|before| before.is_alphanumeric() || before == '<') && !is_paired && !has_attribute {
        return (piece.ends_with("/>") || name == "br").then_some(Error);
    }
    let opening = format!("<{name}");
    if is_closing && find_ignoring_case(&one.text[..one.range.start], &opening) {
        // Its start tag is reported.
        return None;
    }
    if is_component(piece) {
        return Some(Warning);
    }
    let is_formatting = has_word(FORMATTING, &name);
    // `<dialog>` in a sentence is about the element; it still wants backticks.
    Some(if has_attribute || is_formatting || is_paired && !is_closing { Error } else { Warning })
}

/// Returns whether a tag is written as the components of programs are, `<Picture />`. Editors of HTML write it in small
/// letters or in capitals.
fn is_component(piece: &str) -> bool {
    let name = piece.trim_start_matches(['<', '/']);
    let mut letters = name.chars().take_while(char::is_ascii_alphanumeric);
    letters.next().is_some_and(|first| first.is_ascii_uppercase()) && letters.any(|letter| letter.is_ascii_lowercase())
}

fn find_ignoring_case(text: &str, needle: &str) -> bool {
    text.as_bytes().windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

fn cut_tag(one: &Match<'_>) -> Option<Severity> {
    // `1 <p and q`: a comparison has spaces around it, or none.
    let is_joined = one.before().is_some_and(char::is_alphanumeric);
    let is_short = tag_name(one.piece()).len() == 1;
    (!is_joined && !is_short && one.form != TextForm::Url).then_some(Error)
}

fn attribute(one: &Match<'_>) -> Option<Severity> {
    (one.form != TextForm::Url).then_some(Warning)
}

/// The names of entities that people meet; a browser knows two thousand.
const ENTITIES: &str = "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Iacute Ntilde Oacute \
    Ouml Oslash Uuml acute aacute acirc aelig agrave amp apos aring atilde auml bdquo brvbar bull ccedil \
    cedil cent copy crarr darr deg divide eacute ecirc egrave emsp ensp eth euml euro frac12 frac14 \
    frac34 ge gt harr hearts hellip iacute icirc iexcl igrave infin iquest iuml laquo larr ldquo le \
    lsaquo lsquo lt mdash micro middot nbsp ndash ne ntilde oacute ocirc ograve oslash ouml para plusmn \
    pound quot raquo rarr rdquo reg rsaquo rsquo sect shy szlig thinsp times trade zwnj";

fn entity(one: &Match<'_>) -> Option<Severity> {
    let name = one.piece().trim_matches(['&', ';']);
    let is_known = name.starts_with('#') || has_word(ENTITIES, name) || name == "AMP" || name.ends_with("uml");
    (is_known && one.form != TextForm::Url).then_some(Error)
}
