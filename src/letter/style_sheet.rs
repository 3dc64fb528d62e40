//! Prepares a style sheet for mail: drops comments, replaces custom properties by their values, and makes the accent
//! legible. The rest of the style sheet stays the same.

use std::iter;
use std::ops::Range;

use anyhow::{anyhow, bail};

use super::comments::{squeeze, without_comments};
use super::slot_characters::SlotCharacters;
use crate::html::colour::parse_opaque;
use crate::html::css::variables::ExpandErrorReason::{self, TooLarge};
use crate::html::css::variables::{ExpandError, LARGEST, Variables, definitions, root_rules};
use crate::html::css::{Declaration, SplitStyleSheet, Statement, StyleSheet, statements};
use crate::model::{Colour, Theme};
use crate::templates::colour::{INK, LEGIBLE, LEGIBLE_DARK, PROPERTIES, flag_colours, hex, legible, legible_inverted};
use crate::templates::mail::letter::CSS;

/// The background of a sheet that gives `--ground`, `--tint` and their dark counterparts no value.
const LIGHT_GROUND: Colour = Colour { red: 0xff, green: 0xff, blue: 0xff };
const DARK_GROUND: Colour = Colour { red: 0x15, green: 0x17, blue: 0x1b };

/// A style sheet for the `style` element of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterStyleSheet {
    sheet: SplitStyleSheet,
    /// Whether it is the built-in sheet.
    is_built_in: bool,
}

impl LetterStyleSheet {
    /// Prepares `css` (the newsletter's own `templates/letter.css`, or the built-in
    /// [`CSS`]). Unless the sheet sets them itself, `--accent` and `--accent-dark` are the
    /// accent of `theme`, made legible on the backgrounds the sheet names; `--flag`, `--flag-words` and `--deep` are the
    /// colours of its flag; and `--title` is the `--serif-title` or `--sans-title` of the sheet, by the pairing.
    ///
    /// Errors name the line of a reference to an undefined property, and of what would break out of the element.
    pub fn prepare(css: &str, theme: Theme) -> anyhow::Result<Self> {
        refuse_break_out(css)?;
        // Lines are counted only for an error, and the shorter text is read faster.
        let sheet = match expanded(&squeeze(css), theme) {
            Ok(sheet) => sheet,
            Err(error) => {
                let css = without_comments(css);
                let error = expanded(&SplitStyleSheet::from(css.as_str()), theme).err().unwrap_or(error);
                return Err(expand_error(&css, &error));
            }
        };
        if end_tag(sheet.css()).is_some() {
            bail!(
                "`letter.css`: custom properties put together `</style`, which would end the style sheet inside the letter"
            );
        }
        Ok(Self { sheet, is_built_in: css == CSS })
    }

    /// Returns the CSS.
    pub(super) fn css(&self) -> &str {
        self.sheet.css()
    }

    /// Returns the statements of the CSS.
    pub(super) fn statements(&self) -> impl Iterator<Item = Statement<'_>> {
        self.sheet.statements()
    }

    /// Whether it is the built-in sheet.
    pub(super) fn is_built_in(&self) -> bool {
        self.is_built_in
    }
}

/// Returns the custom properties that a page styled with `css` takes from `theme`, as declarations: the accents, made legible
/// on the backgrounds that the sheet names, the colours of the flag, and the face of what is read.
pub fn page_properties(css: &str, theme: Theme) -> String {
    let sheet = squeeze(css);
    let variables = variables(&root_rules(&sheet), theme);
    let value = |name: &str| variables.get(name).unwrap_or_default().to_owned();
    let colours: Vec<String> = PROPERTIES.iter().map(|name| format!("{name}:{};", value(name))).collect();
    let colours = colours.concat();
    format!("{colours}--face:var(--{})", theme.pairing.name())
}

/// Returns `sheet`, free of comments, with each `var()` replaced and without the definitions.
fn expanded(sheet: &SplitStyleSheet, theme: Theme) -> Result<SplitStyleSheet, ExpandError> {
    let (css, root) = (sheet.css(), root_rules(sheet));
    let mut variables = variables(&root, theme);
    for (name, face) in faces(&root, theme.pairing.name()) {
        variables.set_default(&name, face);
    }
    let expand = |range: Range<usize>| {
        let value = variables.expand(&css[range.clone()]);
        value.map_err(|error| ExpandError { offset: range.start + error.offset, ..error })
    };
    for definition in definitions(&root) {
        expand(definition.offset..definition.offset + definition.source.len())?;
    }
    let left_out = definition_ranges(css, &root);
    let (mut expanded, mut end) = (SplitStyleSheet::default(), 0);
    // A value may have statements of its own.
    let ends = |text: &str| text.matches(['{', '}', ';']).count();
    for statement in sheet.statements() {
        let range = end..end + statement.as_str().len();
        end = range.end;
        let text = without(range, &left_out).map(expand).collect::<Result<String, _>>()?;
        match ends(&text) {
            0 => expanded.push_str(&text),
            same if same == ends(statement.as_str()) => expanded.push(statement.with_text(&text)),
            _ => statements(&text).into_iter().for_each(|statement| expanded.push(statement)),
        }
        if expanded.css().len() > LARGEST {
            return Err(ExpandError { offset: end - statement.as_str().len(), reason: TooLarge(LARGEST) });
        }
    }
    Ok(expanded)
}

/// Returns what the ranges `left_out`, in order, leave of `range`.
fn without(range: Range<usize>, left_out: &[Range<usize>]) -> impl Iterator<Item = Range<usize>> {
    let first = left_out.partition_point(|one| one.end <= range.start);
    let inside = left_out[first..].iter().take_while(move |one| one.start < range.end);
    let starts = iter::once(range.start).chain(inside.clone().map(|one| one.end));
    let ends = inside.map(|one| one.start).chain([range.end]);
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end)
}

/// Returns the custom properties of `sheet`, and the colours of `theme` it does not set itself.
fn variables<'a>(sheet: &StyleSheet<'a>, theme: Theme) -> Variables<'a> {
    let Theme { accent, flag, .. } = theme;
    let mut variables = Variables::defined_in(sheet);
    let ground = |name, default| colour(&variables, name, default);
    let light = [ground("--ground", LIGHT_GROUND), ground("--tint", LIGHT_GROUND)];
    let dark = [ground("--ground-dark", DARK_GROUND), ground("--tint-dark", DARK_GROUND)];
    variables.set_default("--accent", hex(legible_inverted(accent, &light, LEGIBLE)));
    variables.set_default("--accent-dark", hex(legible(accent, &dark, LEGIBLE_DARK)));
    let flag = flag_colours(flag, colour(&variables, "--ink", INK));
    for (name, value) in [("--flag", flag.plate), ("--flag-words", flag.words), ("--deep", flag.deep)] {
        variables.set_default(name, hex(value));
    }
    variables
}

/// Returns the colour that the sheet gives `name`, or `default`.
fn colour(variables: &Variables<'_>, name: &str, default: Colour) -> Colour {
    variables.get(name).and_then(parse_opaque).unwrap_or(default)
}

/// Returns a property without the pairing in its name for each property of `sheet` with it: `--title` for `--sans-title`.
fn faces(sheet: &StyleSheet<'_>, pairing: &str) -> Vec<(String, String)> {
    let prefix = format!("--{pairing}-");
    let names = definitions(sheet).filter_map(|definition| definition.property.strip_prefix(&prefix));
    names.map(|name| (format!("--{name}"), format!("var({prefix}{name})"))).collect()
}

/// Describes a `var()` in `css` that cannot be replaced.
fn expand_error(css: &str, ExpandError { offset, reason }: &ExpandError) -> anyhow::Error {
    let problem = match reason {
        ExpandErrorReason::Unclosed => "this `var(` is never closed".to_owned(),
        ExpandErrorReason::Undefined(name) => {
            format!("`{name}` is not defined; give it a value in a `:root` rule outside every at-rule")
        }
        ExpandErrorReason::TooDeep(depth) => {
            format!("custom properties refer to one another more than {depth} times in a row")
        }
        ExpandErrorReason::TooLarge(bytes) => {
            format!("custom properties make the style sheet larger than {} MiB", bytes >> 20)
        }
    };
    anyhow!("`letter.css` line {}: {problem}", line(css, *offset))
}

/// A `style` element ends at the first `</style`, quoted or not (WHATWG HTML, raw text elements).
fn refuse_break_out(css: &str) -> anyhow::Result<()> {
    if let Some(at) = end_tag(css) {
        bail!("`letter.css` line {}: `</style` would end the style sheet inside the letter; remove it", line(css, at));
    }
    if let Some(at) = css.find(SlotCharacters::is_reserved) {
        bail!("`letter.css` line {}: a private-use character; write it as an escape, `\\e000`", line(css, at));
    }
    Ok(())
}

/// Finds the end tag of the `style` element in `css`.
fn end_tag(css: &str) -> Option<usize> {
    css.to_ascii_lowercase().find("</style")
}

/// Returns the line of the offset `at`, counted from 1.
fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Returns the ranges of the definitions in `css`, which `sheet` was read from, with the semicolon and the white space after
/// them.
fn definition_ranges(css: &str, sheet: &StyleSheet<'_>) -> Vec<Range<usize>> {
    let range = |definition: &Declaration<'_>| {
        let end = definition.offset + definition.source.len();
        let rest = css[end..].trim_start().strip_prefix(';').unwrap_or(&css[end..]);
        definition.offset..css.len() - rest.trim_start().len()
    };
    definitions(sheet).map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Pairing;

    const RED: Colour = Colour { red: 0xff, green: 0, blue: 0 };

    fn prepare(css: &str) -> anyhow::Result<String> {
        LetterStyleSheet::prepare(css, Theme::of_accent(RED)).map(|sheet| sheet.css().to_owned())
    }

    #[test]
    fn custom_properties_become_their_values() {
        let css = ":root { --ink: #222222; --gap: 8px; color-scheme: light; --font: 'A; B', var(--more) }
            :root { --more: serif }
            p { color: var(--ink); margin: calc(2 * var( --gap )) var(--none, var(--gap)); font: var(--font) }";
        let expected = ":root { color-scheme: light; }
:root { }
p { color: #222222; margin: calc(2 * 8px) 8px; font: 'A; B',serif }";
        assert_eq!(prepare(css).unwrap(), expected);
    }

    #[test]
    fn custom_properties_cannot_end_the_style_element() {
        let error = prepare(":root { --x: < } p { content: var(--x)/style> }").unwrap_err().to_string();
        assert!(error.starts_with("`letter.css`: custom properties put together `</style`"), "{error}");
    }

    #[test]
    fn the_accent_is_legible_on_the_backgrounds_of_the_sheet() {
        let cases = [
            ("", "#cc0000 #ff4e4e"),
            ("--tint: #d0d0d0; --ground-dark: #000000; --tint-dark: #000000", "#b70000 #ff2222"),
            ("--accent: #123456", "#123456 #ff4e4e"),
        ];
        for (grounds, expected) in cases {
            let css = prepare(&format!("a {{ --both: var(--accent) var(--accent-dark) }} :root {{ {grounds} }}"));
            let css = css.unwrap();
            let found = css.strip_prefix("a { --both: ").and_then(|css| css.split(" }").next());
            assert_eq!(found, Some(expected), "{grounds}");
        }
    }

    #[test]
    fn the_flag_keeps_its_colour_and_the_pairing_chooses_the_faces() {
        let css = ":root { --serif-title: 34px Georgia; --sans-title: 32px Roboto; --ink: #111111 }
a { font: var(--title); background: var(--flag); color: var(--flag-words); border-color: var(--deep) }";
        let rust = Colour { red: 0xb7, green: 0x41, blue: 0x0e };
        let yellow = Colour { red: 0xff, green: 0xd4, blue: 0 };
        let theme = |flag, pairing| Theme { flag, pairing, ..Theme::of_accent(RED) };
        let cases = [
            (theme(rust, Pairing::Serif), "34px Georgia", ["#b7410e", "#ffffff", "#702e14"]),
            (theme(yellow, Pairing::Sans), "32px Roboto", ["#ffd400", "#111111", "#111111"]),
        ];
        for (theme, font, [flag, words, deep]) in cases {
            let expected =
                format!(":root {{ }}\na {{ font: {font}; background: {flag}; color: {words}; border-color: {deep} }}");
            assert_eq!(LetterStyleSheet::prepare(css, theme).unwrap().css(), expected);
        }
    }

    #[test]
    fn backgrounds_are_read_in_every_notation() {
        for black in ["#000000", "#000", "black", "rgb(0, 0, 0)"] {
            let css = format!(":root {{ --ground: {black}; --tint: {black} }}");
            let properties = page_properties(&css, Theme::of_accent(RED));
            assert!(properties.starts_with("--accent:#ff0000;"), "{black}: {properties}");
        }
    }

    #[test]
    fn urls_and_strings_are_left_alone() {
        let css = "a { background: url(https://e.org/*x); content: 'var(--x' } b { color: red }";
        assert_eq!(prepare(css).unwrap(), css);
    }

    #[test]
    fn comments_are_dropped_and_strings_kept() {
        let css = "/* it's */ a::after { content: '/* no  comment; var(--x) */' } /* the\nend */ b { color: red }";
        let expected = "a::after { content: '/* no  comment; var(--x) */' }\nb { color: red }";
        assert_eq!(prepare(css).unwrap(), expected);
    }

    #[test]
    fn the_statements_that_are_kept_are_those_of_the_text() {
        let own = ":root { --a: { b: c; }; --d: 'x;y' } p { color: var(--a) } q { content: var(--d); top: 0 }";
        for css in [CSS, own] {
            let sheet = LetterStyleSheet::prepare(css, Theme::of_accent(RED)).unwrap();
            assert!(sheet.statements().eq(statements(sheet.css())), "{css:.60}");
        }
    }

    #[test]
    fn custom_properties_inside_at_rules_are_not_defined() {
        let css = "@media print { :root { --ink: black } }\np { color: var(--ink) }";
        let expected =
            "`letter.css` line 2: `--ink` is not defined; give it a value in a `:root` rule outside every at-rule";
        assert_eq!(prepare(css).unwrap_err().to_string(), expected);
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_is_left_out() {
        let css =
            ":root {\n  --a: 1px;\n  --b: 2px }\n/* one\n   two */\np { margin: var(--a) }\nb { top: var(--ink) }";
        let expected =
            "`letter.css` line 7: `--ink` is not defined; give it a value in a `:root` rule outside every at-rule";
        assert_eq!(prepare(css).unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_sheet_that_doubles_itself_is_refused() {
        let level = |level| format!("--p{level}:{};", format!("var(--p{}) ", level + 1).repeat(99));
        let sheet = |levels, declarations| {
            let doubling = (0..levels).map(level).collect::<Vec<_>>().concat();
            let declarations = "color: var(--p0);".repeat(declarations);
            format!(":root {{{doubling}--p{levels}:xxxx}} a {{ {declarations} }}")
        };
        let expected = "`letter.css` line 1: custom properties make the style sheet larger than 1 MiB";
        for css in [sheet(7, 1), sheet(2, 99)] {
            assert_eq!(prepare(&css).unwrap_err().to_string(), expected);
        }
    }
}
