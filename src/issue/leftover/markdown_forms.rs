//! Lists the forms of Markdown that can be left in a text, and those of its relatives: wikis, forums, LaTeX.
//!
//! Texts of these forms are often meant: readers see stars and still understand, so most are warnings.

use unicode_width::UnicodeWidthChar;

use super::form::{Form, Judge, LeftoverKind, Match, TextForm};
use crate::diagnostic::Severity;
use Severity::{Error, Warning};

pub(super) const MARKDOWN_FORMS: &[Form] = &[
    // A picture or a link with its target.
    form(r"!\[[^\]\n]{0,200}\]\([^()\n]{0,500}\)?", LeftoverKind::Picture, Judge::Asked(picture)),
    form(r"!\[[^\]\n]{0,200}\](\[[^\]\n]{0,100}\])?", LeftoverKind::Picture, Judge::Asked(picture_reference)),
    form(
        r"\[[^\[\]\n]{0,200}\]\s?\(\s?<?(https?:|www\.|mailto:|/|#|\.|[\w-]+\.[a-z]{2,})[^()\n]{0,500}(\([^()\n]{0,200}\)[^()\n]{0,200})?\)?",
        LeftoverKind::Link,
        Judge::Asked(link),
    ),
    form(r"\]\(", LeftoverKind::Link, Judge::Asked(bracket_pair)),
    form(r"<https?://[^<>\s|]+(\|[^<>\n]{0,200})?>", LeftoverKind::Link, Judge::Always(Warning)),
    form(r"\[https?://[^\s\]]+ [^\]\n]{1,200}\]", LeftoverKind::Link, Judge::Always(Warning)),
    form(r"\[\^[A-Za-z0-9_-]{1,40}\]", LeftoverKind::Footnote, Judge::Asked(footnote)),
    form(r"\[\[?(toc|TOC|_TOC_)\]?\]", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(
        r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION|note|tip|important|warning|caution)\]",
        LeftoverKind::Foreign,
        Judge::Always(Warning),
    ),
    form(r"\[[^\[\]\n]{1,200}\]\s?\[[^\[\]\n]{0,100}\]", LeftoverKind::Reference, Judge::Asked(reference)),
    form(r"\[[^\[\]\n]{1,100}\]:\s?(<|https?:|www\.)[^\s]*", LeftoverKind::Reference, Judge::Asked(definition)),
    // BBCode and shortcodes.
    form(r"\[(url|img|quote|color|size|font|code)=[^\]\n]{1,200}\]", LeftoverKind::Foreign, Judge::Always(Error)),
    form(
        r"\[/?(b|i|u|s|url|img|quote|code|color|size|center|list|spoiler)\]",
        LeftoverKind::Foreign,
        Judge::Asked(forum),
    ),
    form(r#"\[/?[a-z_-]{3,30}(\s[a-z_-]+=["'“][^\]\n]{0,300})\]"#, LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\[/[a-z_-]{2,30}\]", LeftoverKind::Foreign, Judge::Asked(forum)),
    // Tables.
    form(r"\|?\s?:?-{3,}:?\s?\|[-:|\s]*", LeftoverKind::Table, Judge::Asked(table_rule)),
    form(r"\|\s?:?-{2,}:?\s?\|?[-:|\s]*", LeftoverKind::Table, Judge::Asked(table_rule)),
    form(r"\|[^|\n]{1,200}\|([^|\n]{1,200}\|)+", LeftoverKind::Table, Judge::Asked(table_row)),
    // Emphasis.
    form(r"\*{2,3}[^*\n]{1,300}\*{2,3}", LeftoverKind::Emphasis, Judge::Asked(stars)),
    form(r"\*+\x{fff9}|\x{fffb}\*+", LeftoverKind::Emphasis, Judge::Always(Warning)),
    form(r"\*{2,3}", LeftoverKind::Emphasis, Judge::Asked(lone_stars)),
    form(r"_{2,3}[^_\n]{1,300}_{2,3}", LeftoverKind::Emphasis, Judge::Asked(underscores)),
    form(r"\*[^*\s][^*\n]{0,200}\*", LeftoverKind::Emphasis, Judge::Asked(star)),
    form(r"\b_[^_\s][^_\n]{0,200}_\b|_[^_\s][^_\n]{0,200}_", LeftoverKind::Emphasis, Judge::Asked(underscore)),
    form(r"~~[^~\n]{1,300}~~", LeftoverKind::Strikethrough, Judge::Asked(strike)),
    form(r"~~", LeftoverKind::Strikethrough, Judge::Asked(lone_strike)),
    form(r"==[^=\n]{1,300}==", LeftoverKind::Highlight, Judge::Asked(highlight)),
    form(r"`{1,3}[^`\n]{1,300}`{1,3}|`+", LeftoverKind::Code, Judge::Asked(code)),
    // Lines that begin as a block does.
    form(r"([-*+]\s|\d{1,9}[.)]\s)?\[[ xX]\]\s", LeftoverKind::Task, Judge::Asked(task)),
    form(r"#{2,6}\s?[^\s#]|#\s[^\s#]", LeftoverKind::Block, Judge::Asked(heading)),
    form(r"[-*+>]\s", LeftoverKind::Block, Judge::Asked(block)),
    form(r"={2,6}[^=\n]{2,100}={2,6}", LeftoverKind::Foreign, Judge::Asked(wiki_heading)),
    form(r"'{2,3}[^'\n]{1,200}'{2,3}", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r":::+\s?[a-z]*", LeftoverKind::Foreign, Judge::Asked(fence)),
    form(r"\{[:.#][A-Za-z .:#=\x22_-]{1,100}\}", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\{(code|quote|noformat|panel|toc)\}", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\$\$[^$\n]{1,300}\$\$", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\\\([^\n]{1,200}?\\\)", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\\[a-z]{3,20}\{", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r#""[^"\n]{1,100}":https?://\S+"#, LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"(link|image):https?://\S*", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r"\{\{[<%]", LeftoverKind::Foreign, Judge::Always(Warning)),
    form(r":[a-z0-9_+-]{2,40}:", LeftoverKind::Emoji, Judge::Asked(emoji)),
    form(r"\\[*_\[\]#`~<>|!]", LeftoverKind::Escape, Judge::Asked(escape)),
    form(r"=\?[A-Za-z0-9-]{3,20}\?[QBqb]\?[^?\s]{1,200}\?=", LeftoverKind::Encoding, Judge::Always(Error)),
    form(r"(=[0-9A-F]{2}){2,}|=3D\x22|=20$", LeftoverKind::Encoding, Judge::Asked(encoding)),
];

const fn form(pattern: &'static str, kind: LeftoverKind, judge: Judge) -> Form {
    Form { pattern, kind, judge }
}

/// Returns whether `character` is a space, a mark, or beyond the end of a text.
fn is_edge(character: Option<char>) -> bool {
    character.is_none_or(|one| !one.is_alphanumeric() && one != '\u{fffc}')
}

/// Returns whether `character` is of a script without spaces between words.
fn is_wide(character: Option<char>) -> bool {
    character.and_then(UnicodeWidthChar::width) == Some(2)
}

/// Returns whether no text of Markdown can contain the match: it is a URL.
fn is_url(one: &Match<'_>) -> bool {
    one.form == TextForm::Url
}

/// Returns what stands between the `marks` around a piece.
fn inside<'t>(one: &'t Match<'_>, mark: char) -> &'t str {
    one.piece().trim_matches(mark)
}

/// Returns whether `words` begin and end with something else than a space.
fn is_tight(words: &str) -> bool {
    !words.is_empty() && words.trim() == words
}

fn picture(one: &Match<'_>) -> Option<Severity> {
    (!is_url(one) && is_edge(one.before())).then_some(Error)
}

fn picture_reference(one: &Match<'_>) -> Option<Severity> {
    // `vec![1]`, `#![feature]`.
    let is_code = one.before().is_some_and(|before| before.is_alphanumeric() || "#_".contains(before));
    (!is_url(one) && !is_code).then_some(Warning)
}

fn link(one: &Match<'_>) -> Option<Severity> {
    let is_call = one.before().is_some_and(|before| before.is_alphanumeric() || ")]".contains(before));
    (!is_url(one) && (!is_call || one.piece().contains("://"))).then_some(Error)
}

/// `](` without a target that looks like one.
fn bracket_pair(one: &Match<'_>) -> Option<Severity> {
    let open = one.text[..one.range.start].rfind('[');
    // `handlers[name](event)` is a call.
    let is_call = open.is_some_and(|open| {
        one.text[..open].ends_with(|before: char| before.is_alphanumeric() || ")]_".contains(before))
    });
    (!is_url(one) && !is_call).then_some(Warning)
}

fn footnote(one: &Match<'_>) -> Option<Severity> {
    let name = one.piece().trim_matches(['[', '^', ']']);
    // `[^a-z]+` is a regular expression.
    let is_class = name.contains('-') && name.len() <= 6 && !name.chars().all(|letter| letter.is_ascii_digit());
    let is_repeated = one.after().is_some_and(|after| "*+?{".contains(after));
    (!is_url(one) && !is_class && !is_repeated).then_some(Warning)
}

fn reference(one: &Match<'_>) -> Option<Severity> {
    let is_index = one.before().is_some_and(|before| before.is_alphanumeric() || ")]_'\"".contains(before));
    let parts: Vec<&str> = one.piece().split(['[', ']']).filter(|part| !part.trim().is_empty()).collect();
    // `[1][2]` are citations, `[0][x]` is code.
    let is_number = |part: &&str| part.chars().all(|letter| letter.is_ascii_digit() || letter == ',');
    let is_cited = parts.first().is_some_and(is_number);
    let has_space = one.piece().contains("] [");
    // `[video] [series]` are marks.
    let is_marks = has_space && !parts.last().is_some_and(is_number);
    (!is_url(one) && !is_index && !is_cited && !is_marks).then_some(Warning)
}

fn definition(one: &Match<'_>) -> Option<Severity> {
    (!is_url(one) && is_edge(one.before())).then_some(Warning)
}

fn forum(one: &Match<'_>) -> Option<Severity> {
    let is_index = one.before().is_some_and(|before| before.is_alphanumeric() || "])".contains(before));
    let name = one.piece().trim_matches(['[', '/', ']']);
    let is_closing = one.piece().starts_with("[/");
    let has_end = one.text[one.range.end..].contains(&format!("[/{name}]"));
    (!is_url(one) && (is_closing || has_end && !is_index)).then_some(Warning)
}

fn table_rule(one: &Match<'_>) -> Option<Severity> {
    (!is_url(one) && one.piece().contains('|')).then_some(Warning)
}

fn table_row(one: &Match<'_>) -> Option<Severity> {
    // `|x| + |y|` and `a || b` have something in front or behind.
    let ends =
        one.after().is_none_or(|after| after == '\n') || one.text[one.range.end..].trim_start_matches(' ').is_empty();
    (!is_url(one) && one.begins_line() && ends).then_some(Warning)
}

fn stars(one: &Match<'_>) -> Option<Severity> {
    let words = inside(one, '*');
    let is_pattern = |neighbour: Option<char>| neighbour.is_some_and(|one| "/*\\".contains(one));
    let is_code = words.starts_with(['/', '.']) || words.ends_with('/');
    if is_url(one)
        || is_pattern(one.before())
        || is_pattern(one.after())
        || is_code
        || !words.chars().any(char::is_alphanumeric)
    {
        return None;
    }
    // `2**3 + 4**5`, `f(**a, **b)`.
    let is_power =
        one.before().is_some_and(char::is_alphanumeric) && words.starts_with(|first: char| first.is_ascii_digit());
    let is_arguments = words.ends_with([',', '(']) || words.ends_with(", ");
    // `2 ** 8 ** 2` has spaces on both sides.
    let is_half_tight = words.trim_start() == words || (words.trim_end() == words && is_edge(one.before()));
    (!is_power && !is_arguments && (is_half_tight || is_wide(one.before()))).then_some(Warning)
}

fn lone_stars(one: &Match<'_>) -> Option<Severity> {
    if is_url(one) || one.before() == Some('*') || one.after() == Some('*') {
        return None;
    }
    let is_word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    let (before, after) = (one.before(), one.after());
    let opens = before.is_none_or(|before| before.is_whitespace() || "(\"“「".contains(before)) && is_word(after);
    // `Free**` points to a note.
    let is_cjk = is_wide(before) || is_wide(after);
    (opens || is_cjk).then_some(Warning)
}

fn underscores(one: &Match<'_>) -> Option<Severity> {
    let words = inside(one, '_');
    // `__init__`, `__FILE__`: names in programs.
    let is_name = words.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        || words.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    (!is_url(one) && one.is_apart() && is_tight(words) && !is_name).then_some(Warning)
}

fn star(one: &Match<'_>) -> Option<Severity> {
    let is_joined =
        |neighbour: Option<char>| neighbour.is_some_and(|one| one.is_alphanumeric() || "*/\\.".contains(one));
    let words = inside(one, '*');
    let is_words = words.chars().all(|letter| letter.is_alphanumeric() || " -'’,.!?\u{fffc}".contains(letter));
    let is_emphasis = one.form.is_line() && is_tight(words) && is_words && words.chars().any(char::is_alphabetic);
    (is_emphasis && !is_joined(one.before()) && !is_joined(one.after())).then_some(Warning)
}

fn underscore(one: &Match<'_>) -> Option<Severity> {
    let words = inside(one, '_');
    let is_emphasis = one.form.is_line() && is_tight(words) && words.chars().any(char::is_alphabetic);
    let is_joined =
        |neighbour: Option<char>| neighbour.is_some_and(|one| one.is_alphanumeric() || "_/.@".contains(one));
    (is_emphasis && !is_joined(one.before()) && !is_joined(one.after())).then_some(Warning)
}

fn strike(one: &Match<'_>) -> Option<Severity> {
    (!is_url(one) && is_tight(inside(one, '~'))).then_some(Warning)
}

fn lone_strike(one: &Match<'_>) -> Option<Severity> {
    let is_longer = one.before() == Some('~') || one.after() == Some('~');
    let opens = one.before().is_none_or(char::is_whitespace) && one.after().is_some_and(char::is_alphabetic);
    (!is_url(one) && !is_longer && opens).then_some(Warning)
}

fn highlight(one: &Match<'_>) -> Option<Severity> {
    let is_open = one.before().is_none_or(|before| before.is_whitespace() || "(\"“".contains(before));
    let is_closed = is_edge(one.after()) && one.after() != Some('=');
    (!is_url(one) && is_open && is_closed && is_tight(inside(one, '='))).then_some(Warning)
}

fn code(one: &Match<'_>) -> Option<Severity> {
    // ``I`m`` has the wrong apostrophe.
    let is_apostrophe = one.piece() == "`"
        && one.before().is_some_and(char::is_alphabetic)
        && one.after().is_some_and(char::is_alphabetic);
    (!is_url(one) && !is_apostrophe).then_some(Warning)
}

fn task(one: &Match<'_>) -> Option<Severity> {
    let is_item = one.form == TextForm::Item || !one.piece().starts_with('[');
    (!is_url(one) && one.begins_line() && is_item).then_some(Warning)
}

fn heading(one: &Match<'_>) -> Option<Severity> {
    let is_number = one.piece().ends_with(|last: char| last.is_ascii_digit());
    // `# 1` in a line, `##rust` in a text that is about channels of IRC.
    (!is_url(one) && one.begins_line() && !is_number).then_some(Warning)
}

fn block(one: &Match<'_>) -> Option<Severity> {
    (one.form.is_line() && one.begins_line()).then_some(Warning)
}

fn wiki_heading(one: &Match<'_>) -> Option<Severity> {
    let rest = one.text[one.range.end..].trim();
    let is_heading = one.piece().trim_matches('=').starts_with(' ') && one.piece().trim_matches('=').ends_with(' ');
    (!is_url(one) && one.begins_line() && rest.is_empty() && is_heading).then_some(Warning)
}

fn fence(one: &Match<'_>) -> Option<Severity> {
    (!is_url(one) && one.begins_line()).then_some(Warning)
}

fn emoji(one: &Match<'_>) -> Option<Severity> {
    let name = one.piece().trim_matches(':');
    // `10:30:45`, `std::vec::Vec`, `a:b:c`.
    let is_open = one.before().is_none_or(|before| before.is_whitespace() || "(\"“".contains(before));
    let is_closed = one.after().is_none_or(|after| !after.is_alphanumeric() && !":/".contains(after));
    (!is_url(one) && is_open && is_closed && name.contains(|letter: char| letter.is_ascii_alphabetic()))
        .then_some(Warning)
}

fn escape(one: &Match<'_>) -> Option<Severity> {
    let is_path = one.before().is_some_and(|before| before.is_alphanumeric() || ":\\".contains(before));
    (one.form.is_line() && !is_path).then_some(Warning)
}

fn encoding(one: &Match<'_>) -> Option<Severity> {
    let is_bytes = one.piece().len() > 3 || one.piece() == "=20";
    // `a==B0==C1` is no encoding: the bytes of quoted-printable text are above 7F, or a space.
    let has_high =
        one.piece().contains("=E") || one.piece().contains("=C") || one.piece().contains("=3D") || one.piece() == "=20";
    (!is_url(one) && is_bytes && has_high && one.before() != Some('=')).then_some(Warning)
}
